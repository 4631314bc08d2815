/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse.c: XML to definition
 *
 * Codes, domains and wording of errors are those that clients of libvirt know (docs/format.md).
 */
#include "network_parse.h"

#include <inttypes.h>
#include <string.h>

#include "network_parse_dhcp.h"
#include "network_parse_dns.h"
#include "network_parse_forward.h"
#include "network_parse_port.h"
#include "network_parse_route.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* @implied: what it is called if the document does not say; NULL: it must. */
static int parseName(const xmlNode *root, const char *implied, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(root, "name");
    g_autofree char *name = node ? virXMLGetText(node) : g_strdup(implied);

    if (!name || !*name)
        return virFail(err, VIR_ERR_NO_NAME, NULL);
    if (strpbrk(name, "/\n")) {
        return virErrorSet(err, VIR_FROM_XML, VIR_ERR_XML_DETAIL, "invalid char in name: %c",
                           *strpbrk(name, "/\n"));
    }
    def->name = g_steal_pointer(&name);
    return 0;
}

static int parseUuid(const xmlNode *root, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(root, "uuid");
    g_autofree char *text = node ? virXMLGetText(node) : NULL;

    if (!text || !*text)
        return 0;
    if (!virUUIDParse(text, def->uuid))
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "malformed uuid element");
    def->has_uuid = TRUE;
    return 0;
}

/* NULL if there is no such element, or nothing in it. */
static char *getChildText(const xmlNode *root, const char *name)
{
    const xmlNode *node = virXMLFirst(root, name);
    g_autofree char *text = node ? virXMLGetText(node) : NULL;

    return text && *text ? g_steal_pointer(&text) : NULL;
}

static int parseTitle(const xmlNode *root, virNetworkDef *def, GError **err)
{
    def->title = getChildText(root, "title");
    def->description = getChildText(root, "description");
    if (def->title && strchr(def->title, '\n'))
        return virFail(err, VIR_ERR_XML_ERROR, "Network title can't contain newlines");
    return 0;
}

/* Each element is in a namespace of its own: what is in none, or in one that came before, is dropped. */
static gboolean isWantedMetadata(const xmlNode *node, GHashTable *namespaces)
{
    if (node->type != XML_ELEMENT_NODE)
        return TRUE;
    if (!node->ns || g_hash_table_contains(namespaces, node->ns->href))
        return FALSE;
    g_hash_table_add(namespaces, (gpointer)node->ns->href);     /* lives as long as the node, which stays */
    return TRUE;
}

static void dropUnwanted(xmlNode *metadata)
{
    g_autoptr(GHashTable) namespaces = g_hash_table_new(g_str_hash, g_str_equal);
    xmlNode *node = metadata->children;

    while (node) {
        xmlNode *next = node->next;

        if (!isWantedMetadata(node, namespaces)) {
            xmlUnlinkNode(node);
            xmlFreeNode(node);
        }
        node = next;
    }
}

/* A copy, so that namespaces declared further out come along. */
static int parseMetadata(const xmlNode *root, virNetworkDef *def, GError **err G_GNUC_UNUSED)
{
    const xmlNode *node = virXMLFirst(root, "metadata");
    xmlNode *copy = node ? xmlDocCopyNode((xmlNode *)(gpointer)node, node->doc, 1) : NULL;
    xmlBuffer *buffer;

    if (!copy)
        return 0;
    dropUnwanted(copy);
    buffer = xmlBufferCreate();
    xmlNodeDump(buffer, node->doc, copy, 0, 0);
    def->metadata = g_strdup((const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    xmlFreeNode(copy);
    return 0;
}

static int parseIPv6(const xmlNode *root, virNetworkDef *def, GError **err)
{
    g_autofree char *ipv6 = virXMLGetAttribute(root, "ipv6");

    if (ipv6 && strcmp(ipv6, "yes") != 0 && strcmp(ipv6, "no") != 0)
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid ipv6 setting '%s' in network '%s'", ipv6, def->name);
    def->ipv6 = g_strcmp0(ipv6, "yes") == 0;
    return 0;
}

/* --- The bridge ------------------------------------------------------------------------------------------------ */

static int parseMacTable(const xmlNode *node, virNetworkDef *def, GError **err)
{
    g_autofree char *text = virXMLGetAttribute(node, "macTableManager");
    int i;

    if (!text || !*text)
        return 0;
    for (i = VIR_NETWORK_MAC_TABLE_UNSET + 1; i < VIR_NETWORK_MAC_TABLE_LAST; i++) {
        if (strcmp(text, virNetworkMacTableName(i)) == 0) {
            def->mac_table = i;
            return 0;
        }
    }
    return virFail(err, VIR_ERR_XML_ERROR, "Invalid macTableManager setting '%s' in network '%s'", text, def->name);
}

int virNetworkParseBridge(const xmlNode *parent, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(parent, "bridge");
    g_autofree char *stp = node ? virXMLGetAttribute(node, "stp") : NULL;
    g_autofree char *delay = node ? virXMLGetFilledAttribute(node, "delay") : NULL;
    guint64 seconds = 0;

    if (!node)
        return 0;
    def->bridge = virXMLGetFilledAttribute(node, "name");
    def->zone = virXMLGetFilledAttribute(node, "zone");
    def->stp = g_strcmp0(stp, "off") != 0;
    def->stp_given = stp != NULL;
    if (delay && !virParseUint(delay, G_MAXUINT32 / 1000, &seconds))
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid delay value in network '%s'", def->name);
    def->delay_s = (guint32)seconds;
    return parseMacTable(node, def, err);
}

static int parseMac(const xmlNode *root, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(root, "mac");
    g_autofree char *text = node ? virXMLGetFilledAttribute(node, "address") : NULL;

    if (!text)
        return 0;
    if (!virMacAddrParse(text, &def->mac))
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid bridge mac address '%s' in network '%s'", text, def->name);
    if (virMacAddrIsMulticast(&def->mac)) {
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid multicast bridge mac address '%s' in network '%s'", text,
                       def->name);
    }
    def->has_mac = TRUE;
    return 0;
}

static int parseMtu(const xmlNode *root, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(root, "mtu");
    g_autofree char *text = node ? virXMLGetFilledAttribute(node, "size") : NULL;
    guint64 size;

    if (!text)
        return 0;
    if (!virParseUint(text, G_MAXUINT32, &size))
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid mtu size '%s' in network '%s'", text, def->name);
    def->mtu = (guint32)size;
    return 0;
}

/* --- Names ----------------------------------------------------------------------------------------------------- */

int virNetworkParseDomain(const xmlNode *parent, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(parent, "domain");
    g_autofree char *name = node ? virXMLGetFilledAttribute(node, "name") : NULL;
    virTristate local_only = VIR_TRISTATE_ABSENT, registered = VIR_TRISTATE_ABSENT;

    if (node && (virNetworkParseTristate(node, "localOnly", &local_only, err) < 0 ||
                 virNetworkParseTristate(node, "register", &registered, err) < 0))
        return -1;
    if (!name)
        return 0;
    def->domain = g_steal_pointer(&name);
    def->domain_local_only = local_only;
    def->domain_register = registered;
    return 0;
}

/* --- <ip> ------------------------------------------------------------------------------------------------------ */

/* What each attribute is by itself; that comes before how they go together. */
static int parseIpAttributes(const xmlNode *node, const char *network, virNetworkIp *ip, GError **err)
{
    g_autofree char *address = virXMLGetAttribute(node, "address");
    g_autofree char *netmask = virXMLGetAttribute(node, "netmask");
    guint64 prefix = 0;

    if (!address)
        return virFail(err, VIR_ERR_XML_ERROR, "Missing required address attribute in network '%s'", network);
    if (!virSocketAddrParse(address, AF_UNSPEC, &ip->address))
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid address '%s' in network '%s'", address, network);
    if (netmask && !virSocketAddrParse(netmask, AF_UNSPEC, &ip->netmask))
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid netmask '%s' in network '%s'", netmask, network);
    if (virXMLGetUint(node, "prefix", G_MAXUINT32, &prefix, err) < 0)
        return -1;
    ip->family = virXMLGetAttribute(node, "family");
    ip->prefix = (unsigned int)prefix;
    return virNetworkParseTristate(node, "localPtr", &ip->local_ptr, err);
}

static int checkIpFamily(const char *network, const virNetworkIp *ip, GError **err)
{
    char address[VIR_SOCKET_ADDR_BUFLEN];

    virSocketAddrFormat(&ip->address, address);
    if (ip->family && strcmp(ip->family, "ipv4") != 0 && strcmp(ip->family, "ipv6") != 0)
        return virFail(err, VIR_ERR_XML_ERROR, "Unrecognized family '%s' in network '%s'", ip->family, network);
    if (g_strcmp0(ip->family, "ipv6") == 0) {
        if (ip->address.family != AF_INET6) {
            return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED,
                           "Family 'ipv6' specified for non-IPv6 address '%s' in network '%s'", address, network);
        }
        return 0;
    }
    if (ip->address.family != AF_INET) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s specified for non-IPv4 address '%s' in network '%s'",
                       ip->family ? "Family 'ipv4'" : "no family", address, network);
    }
    return 0;
}

static int checkIpMask(const char *network, const virNetworkIp *ip, GError **err)
{
    gboolean is_v6 = ip->address.family == AF_INET6;
    gboolean has_mask = virSocketAddrIsSet(&ip->netmask);
    char address[VIR_SOCKET_ADDR_BUFLEN], mask[VIR_SOCKET_ADDR_BUFLEN];

    if (has_mask && ip->prefix) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "Network '%s' IP address cannot have both a prefix and a netmask",
                       network);
    }
    if (has_mask && is_v6) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "netmask not allowed for IPv6 address '%s' in network '%s'",
                       virSocketAddrFormat(&ip->address, address), network);
    }
    if (has_mask && ip->netmask.family != AF_INET) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED,
                       "Invalid netmask '%s' for address '%s' in network '%s' (both must be IPv4)",
                       virSocketAddrFormat(&ip->netmask, mask), virSocketAddrFormat(&ip->address, address), network);
    }
    if (ip->prefix > virSocketAddrBits(&ip->address)) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "Invalid %s prefix '%u' in network '%s'", is_v6 ? "IPv6" : "IPv4",
                       ip->prefix, network);
    }
    return 0;
}

static int parseIpTftp(const xmlNode *node, const char *network, virNetworkIp *ip, GError **err)
{
    const xmlNode *tftp = virXMLFirst(node, "tftp");

    if (!tftp)
        return 0;
    if (ip->address.family == AF_INET6) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported <tftp> element in an IPv6 element in network '%s'",
                       network);
    }
    ip->tftp_root = virXMLGetFilledAttribute(tftp, "root");
    return 0;
}

virNetworkIp *virNetworkIpParse(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    const char *network = context->network;
    g_autoptr(virNetworkIp) ip = virNetworkIpNew();

    if (parseIpAttributes(node, network, ip, err) < 0 || checkIpFamily(network, ip, err) < 0 ||
        checkIpMask(network, ip, err) < 0 || parseIpTftp(node, network, ip, err) < 0 ||
        virNetworkIpParseDhcp(node, network, ip, err) < 0)
        return NULL;
    return g_steal_pointer(&ip);
}

static int parseIps(const xmlNode *root, virNetworkDef *def, GError **err)
{
    const virNetworkParseContext context = { .network = def->name };
    const xmlNode *node;

    for (node = virXMLFirst(root, "ip"); node; node = virXMLNext(node)) {
        virNetworkIp *ip = virNetworkIpParse(node, &context, err);

        if (!ip)
            return -1;
        g_ptr_array_add(def->ips, ip);
    }
    return 0;
}

/* --- Options ---------------------------------------------------------------------------------------------------- */

static gboolean isOfDnsmasq(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns && strcmp((const char *)node->name, name) == 0 &&
           strcmp((const char *)node->ns->href, VIR_NETWORK_DNSMASQ_NAMESPACE) == 0;
}

static int parseOption(const xmlNode *node, virNetworkDef *def, GError **err)
{
    char *value = virXMLGetAttribute(node, "value");

    if (!value)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "No dnsmasq options value specified");
    g_ptr_array_add(def->options, value);
    return 0;
}

static int parseOptionList(const xmlNode *options, virNetworkDef *def, GError **err)
{
    const xmlNode *node;

    for (node = options->children; node; node = node->next) {
        if (isOfDnsmasq(node, "option") && parseOption(node, def, err) < 0)
            return -1;
    }
    return 0;
}

/* Several <dnsmasq:options> are one list. */
static int parseOptions(const xmlNode *root, virNetworkDef *def, GError **err)
{
    const xmlNode *node;

    for (node = root->children; node; node = node->next) {
        if (isOfDnsmasq(node, "options") && parseOptionList(node, def, err) < 0)
            return -1;
    }
    return 0;
}

/* --- What goes to ports ----------------------------------------------------------------------------------------- */

static int parseTrust(const xmlNode *root, virNetworkDef *def, GError **err)
{
    return virNetworkParseTristate(root, "trustGuestRxFilters", &def->trust_guest_rx_filters, err);
}

static int parsePortSettings(const xmlNode *root, virNetworkDef *def, GError **err)
{
    const xmlNode *port = virXMLFirst(root, "port");

    if (virNetworkParseBandwidth(root, NULL, &def->bandwidth, err) < 0 || virNetworkParseVlan(root, &def->vlan, err) < 0)
        return -1;
    return port ? virNetworkParseTristate(port, "isolated", &def->port_isolated, err) : 0;
}

static int parseVirtualPort(const xmlNode *root, virNetworkDef *def, GError **err)
{
    return virNetworkParseVirtualPort(root, TRUE, &def->virtualport, err);
}

static int parsePortGroups(const xmlNode *root, virNetworkDef *def, GError **err)
{
    const virNetworkParseContext context = { .network = def->name };
    const xmlNode *node;

    for (node = virXMLFirst(root, "portgroup"); node; node = virXMLNext(node)) {
        virNetworkPortGroup *group = virNetworkPortGroupParse(node, &context, err);

        if (!group)
            return -1;
        g_ptr_array_add(def->portgroups, group);
    }
    return 0;
}

/* --- <network> ------------------------------------------------------------------------------------------------- */

virNetworkDef *virNetworkDefParseNode(const xmlNode *root, const virNetworkParseOptions *options, GError **err)
{
    g_autoptr(virNetworkDef) def = virNetworkDefNew();
    /* Which of several faults is told of goes by this order, which is libvirtd 9.0.0's. */
    int (*const parsers[])(const xmlNode *, virNetworkDef *, GError **) = {
        parseUuid, parseIPv6, parseTrust, virNetworkParseDomain, parsePortSettings,
        virNetworkParseBridge, parseMac, parseMtu, virNetworkParseDns, parseVirtualPort, parsePortGroups, parseIps,
        virNetworkParseRoutes, options && options->keeps_functions ? virNetworkParseForwardLive : virNetworkParseForward,
        parseOptions, parseTitle, parseMetadata,
    };
    size_t i;

    if (!virXMLIsElement(root, "network")) {
        virErrorSet(err, VIR_FROM_XML, VIR_ERR_XML_ERROR, "expecting root element of 'network', not '%s'",
                    (const char *)root->name);
        return NULL;
    }
    if (parseName(root, options ? options->name : NULL, def, err) < 0)
        return NULL;
    for (i = 0; i < G_N_ELEMENTS(parsers); i++) {
        if (parsers[i](root, def, err) < 0)
            return NULL;
    }
    return g_steal_pointer(&def);
}

virNetworkDef *virNetworkDefParse(const char *xml, GError **err)
{
    const virXMLSource source = { .text = xml, .source = "(network_definition)", .domain = VIR_FROM_NETWORK };
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, err);

    return doc ? virNetworkDefParseNode(xmlDocGetRootElement(doc), NULL, err) : NULL;
}
