/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse_port.h: XML to what a network, a portgroup or a port has for the ports that guests plug in
 *
 * The functions that take a @parent look for its child element; where there is none they return 0 and leave NULL.
 * A port's <networkport> has the same elements, so its parser calls these too.
 */
#pragma once

#include <libxml/tree.h>

#include "network_parse.h"

/* An attribute that says yes or no, VIR_TRISTATE_ABSENT if there is none. Returns 0, or -1 for any other value. */
int virNetworkParseTristate(const xmlNode *node, const char *name, virTristate *ret_value, GError **err);

/**
 * virNetworkParseBandwidth:
 * @parent: element that may have a <bandwidth>
 * @ret_class_id: of a port: its class on the bridge, 0 if it has none. NULL: @parent is a network or a portgroup, where
 *                neither a class nor a floor is allowed
 * @ret_bandwidth: of a network or portgroup NULL also if neither direction is limited
 */
int virNetworkParseBandwidth(const xmlNode *parent, guint32 *ret_class_id, virNetworkBandwidth **ret_bandwidth,
                             GError **err);

int virNetworkParseVlan(const xmlNode *parent, virNetworkVlan **ret_vlan, GError **err);

/* @needs_type: the profiles of a port and a group may lack their type, as others are merged into them; a network's must not. */
int virNetworkParseVirtualPort(const xmlNode *parent, gboolean needs_type, virNetworkVirtualPort **ret_port, GError **err);

/* The attributes domain, bus, slot and function of an <address>, each 0 if absent; its type is for the caller to check. */
int virNetworkParsePciAddress(const xmlNode *node, virPciAddress *ret_address, GError **err);

/* One <portgroup>. NULL with an error if it is not valid. */
virNetworkPortGroup *virNetworkPortGroupParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
