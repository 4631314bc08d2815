/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse.h: XML to definition
 *
 * The parser takes what libvirt takes and silently drops what the format does not know. Rules on whole definitions, and
 * those that are stricter than libvirt's, are not here but in network_validate.h.
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

/* How a <network> is read that is not a define's. */
typedef struct {
    const char *name;           /* of the network if the document does not say; NULL: it must */
    gboolean keeps_functions;   /* of a live network: beside a <pf>, the functions that it was expanded to */
} virNetworkParseOptions;

/* The same for an element of a larger document (status file, test driver's file, an update). @options: NULL for none. */
virNetworkDef *virNetworkDefParseNode(const xmlNode *root, const virNetworkParseOptions *options, GError **err);

/* Read the first such child of @parent, if there is one, into @def, whose name is set and in which that part is clear. */
int virNetworkParseForward(const xmlNode *parent, virNetworkDef *def, GError **err);
int virNetworkParseBridge(const xmlNode *parent, virNetworkDef *def, GError **err);
int virNetworkParseDomain(const xmlNode *parent, virNetworkDef *def, GError **err);

/* Where an element that is parsed alone belongs. */
typedef struct {
    const char *network;        /* name, for messages */
    int family;                 /* of the <ip> around it: AF_INET or AF_INET6 */
    const virNetworkIp *ip;     /* that <ip>; needed for ranges only */
    gboolean partial;           /* what a delete asks for: only what identifies is needed */
} virNetworkParseContext;

/* The device that a <pf> of network @network names. NULL with an error if it names none. */
char *virNetworkParsePfDev(const xmlNode *node, const char *network, GError **err);

/* One <ip>; one <range> or <host> of <dhcp>; one <host>, <srv> or <txt> of <dns>. NULL with an error if it is not valid. */
virNetworkIp *virNetworkIpParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
virNetworkDhcpRange *virNetworkDhcpRangeParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
virNetworkDhcpHost *virNetworkDhcpHostParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
virNetworkDnsHost *virNetworkDnsHostParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
virNetworkDnsSrv *virNetworkDnsSrvParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
virNetworkDnsTxt *virNetworkDnsTxtParse(const xmlNode *node, const virNetworkParseContext *context, GError **err);
