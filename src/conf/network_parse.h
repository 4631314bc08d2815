/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse.h: XML to definition
 *
 * The parser takes what libvirt takes, silently drops what the format does not know, and refuses by name
 * (VIR_ERR_CONFIG_UNSUPPORTED) what the format has and this version has not. Rules that are stricter than libvirt's are
 * not here but in network_validate.h.
 */
#pragma once

#include "network_def.h"

/**
 * virNetworkDefParse:
 * @xml: a <network> document
 *
 * Returns the definition, in which uuid, bridge name and MAC may be missing, or NULL.
 */
virNetworkDef *virNetworkDefParse(const char *xml, GError **err);

/* The same for an element of a larger document (status file, test driver's file). */
virNetworkDef *virNetworkDefParseNode(const xmlNode *root, GError **err);

/* Where an element that is parsed alone belongs. */
typedef struct {
    const char *network;        /* name, for messages */
    int family;                 /* of the <ip> around it: AF_INET or AF_INET6 */
    const virNetworkIp *ip;     /* that <ip>; needed for ranges only */
    gboolean partial;           /* what a delete asks for: only what identifies is needed */
} virNetworkParseContext;

/* One <range> or <host> of <dhcp>, one <host>, <srv> or <txt> of <dns>. NULL with an error if it is not valid. */
virNetworkDhcpRange *virNetworkDhcpRangeParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
virNetworkDhcpHost *virNetworkDhcpHostParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
virNetworkDnsHost *virNetworkDnsHostParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
virNetworkDnsSrv *virNetworkDnsSrvParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
virNetworkDnsTxt *virNetworkDnsTxtParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
