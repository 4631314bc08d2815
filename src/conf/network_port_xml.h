/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_port_xml.h: <networkport> to a port and back
 */
#pragma once

#include "network_port_def.h"

/**
 * virNetworkPortDefParse:
 * @xml: a <networkport> document
 * @source: what it is called in messages
 *
 * Returns the port, or NULL.
 */
virNetworkPortDef *virNetworkPortDefParse(const char *xml, const char *source, GError **err);

/* The whole document, indented by two, with a line break at its end. The caller frees it. */
char *virNetworkPortDefFormat(const virNetworkPortDef *port);

/* Appends it to @out, indented by @indent blanks. */
void virNetworkPortDefFormatTo(const virNetworkPortDef *port, GString *out, unsigned int indent);
