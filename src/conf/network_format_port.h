/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_format_port.h: what a network, a portgroup or a port has for its ports, to XML
 *
 * Each function appends one element, indented by @indent blanks and with a line break; NULL in place of a value appends
 * nothing. The formatters of networks and of ports call them.
 */
#pragma once

#include <glib.h>

#include "network_def_port.h"

/* Appends @indent blanks. */
void virNetworkFormatIndent(GString *out, unsigned int indent);

/* Appends " NAME='yes'" or 'no'; nothing for VIR_TRISTATE_ABSENT. */
void virNetworkFormatTristate(GString *out, const char *name, virTristate value);

/* @class_id: of a port on its bridge; 0: none. */
void virNetworkFormatBandwidth(GString *out, unsigned int indent, const virNetworkBandwidth *bandwidth, guint32 class_id);

void virNetworkFormatVlan(GString *out, unsigned int indent, const virNetworkVlan *vlan);
void virNetworkFormatVirtualPort(GString *out, unsigned int indent, const virNetworkVirtualPort *port);
void virNetworkFormatPortGroup(GString *out, unsigned int indent, const virNetworkPortGroup *group);

/* An <address type='pci'> of @address with @connections ports in use; 0 is not written. */
void virNetworkFormatPciAddress(GString *out, unsigned int indent, const virPciAddress *address, unsigned int connections);
