/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse_dhcp.c: ranges, hosts and lease times
 *
 * Each entry by itself: how it goes with the others is judged on the whole definition (network_validate.c). Called for
 * documents by network_parse.c, for single elements by the section table.
 */
#include "network_parse_dhcp.h"

#include <string.h>

#include "network_parse.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* More addresses than this in one range are refused, as libvirt does. */
#define MAX_RANGE_SIZE 65535

/* Shorter lease times than this, in seconds, are refused by dnsmasq. */
#define MIN_LEASE_SECONDS 120

/* Range errors have no domain. */
#define RANGE_FAIL(err, ...) virErrorSet(err, VIR_FROM_NONE, VIR_ERR_INTERNAL_ERROR, __VA_ARGS__)

static int checkRangeInSubnet(const virSocketAddr *start, const virSocketAddr *end, const virNetworkIp *ip,
                                 GError **err)
{
    char s[VIR_SOCKET_ADDR_BUFLEN], e[VIR_SOCKET_ADDR_BUFLEN], a[VIR_SOCKET_ADDR_BUFLEN];
    unsigned int prefix = virNetworkIpGetPrefix(ip);
    virSocketAddr edge;

    virSocketAddrFormat(start, s);
    virSocketAddrFormat(end, e);
    virSocketAddrFormat(&ip->address, a);
    if (start->family != ip->address.family)
        return RANGE_FAIL(err, "mismatch of address family in range %s - %s for network %s", s, e, a);
    if (prefix == 0) {
        return RANGE_FAIL(err, "bad prefix -1 for network %s when  checking range %s - %s", a, s, e);
    }
    if (!virSocketAddrInSubnet(start, &ip->address, prefix) || !virSocketAddrInSubnet(end, &ip->address, prefix))
        return RANGE_FAIL(err, "range %s - %s is not entirely within network %s/%u", s, e, a, prefix);
    if (start->family != AF_INET)
        return 0;
    virSocketAddrNetwork(&ip->address, prefix, &edge);
    if (virSocketAddrEqual(start, &edge))
        return RANGE_FAIL(err, "start of range %s - %s in network %s/%u is the network address", s, e, a, prefix);
    virSocketAddrBroadcast(&ip->address, prefix, &edge);
    if (virSocketAddrEqual(end, &edge))
        return RANGE_FAIL(err, "end of range %s - %s in network %s/%u is the broadcast address", s, e, a, prefix);
    return 0;
}

int virNetworkCheckRange(const virSocketAddr *start, const virSocketAddr *end, const virNetworkIp *ip, GError **err)
{
    char s[VIR_SOCKET_ADDR_BUFLEN], e[VIR_SOCKET_ADDR_BUFLEN];

    virSocketAddrFormat(start, s);
    virSocketAddrFormat(end, e);
    if (start->family != end->family)
        return RANGE_FAIL(err, "mismatch of address family in range %s - %s", s, e);
    if (virSocketAddrCompare(start, end) > 0) {
        return start->family == AF_INET ? RANGE_FAIL(err, "range %s - %s is reversed ", s, e)
                                        : RANGE_FAIL(err, "range %s - %s start larger than end", s, e);
    }
    if (ip && checkRangeInSubnet(start, end, ip, err) < 0)
        return -1;
    if (virSocketAddrRangeSize(start, end) > MAX_RANGE_SIZE)
        return RANGE_FAIL(err, "range %s - %s is too large (> %d)", s, e, MAX_RANGE_SIZE);
    return 0;
}

static int parseLeaseElement(const xmlNode *node, virNetworkLeaseTime *ret_lease, GError **err)
{
    static const char *const units[] = { "seconds", "minutes", "hours", NULL };
    static const guint32 seconds[] = { 1, 60, 3600 };
    guint64 expiry = 0;
    int unit = 1;
    int given;

    given = virXMLGetUint(node, "expiry", G_MAXUINT32, &expiry, err);
    if (given < 0 || virXMLGetWord(node, "unit", units, &unit, err) < 0)
        return -1;
    if (!given)
        return 0;
    if (expiry == 0) {
        *ret_lease = (virNetworkLeaseTime){ .unit = VIR_NETWORK_LEASE_INFINITE };
        return 0;
    }
    if (expiry * seconds[unit] < MIN_LEASE_SECONDS)
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "The minimum lease time should be greater than 2 minutes");
    *ret_lease = (virNetworkLeaseTime){ .unit = VIR_NETWORK_LEASE_SECONDS + unit, .expiry = (guint32)expiry };
    return 0;
}

/* The <lease> of a range or host, if it has one; of several the last counts. */
static int parseLease(const xmlNode *parent, virNetworkLeaseTime *ret_lease, GError **err)
{
    const xmlNode *node;

    for (node = virXMLFirst(parent, "lease"); node; node = virXMLNext(node)) {
        if (parseLeaseElement(node, ret_lease, err) < 0)
            return -1;
    }
    return 0;
}

static int parseRangeEnd(const xmlNode *node, const char *which, const char *network, virSocketAddr *ret_addr,
                           GError **err)
{
    g_autofree char *text = virXMLGetAttribute(node, which);

    if (!text)
        return virFail(err, VIR_ERR_XML_ERROR, "Missing '%s' attribute in dhcp range for network '%s'", which, network);
    if (!virSocketAddrParse(text, AF_UNSPEC, ret_addr)) {
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_SYSTEM_ERROR,
                           "Cannot parse socket address '%s': Name or service not known", text);
    }
    return 0;
}

virNetworkDhcpRange *virNetworkDhcpRangeParse(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    const char *network = context->network;
    g_autoptr(virNetworkDhcpRange) range = virNetworkDhcpRangeNew();

    if (parseRangeEnd(node, "start", network, &range->start, err) < 0 ||
        parseRangeEnd(node, "end", network, &range->end, err) < 0 ||
        virNetworkCheckRange(&range->start, &range->end, context->ip, err) < 0 || parseLease(node, &range->lease, err) < 0)
        return NULL;
    return g_steal_pointer(&range);
}

/* --- <host> ---------------------------------------------------------------------------------------------------- */

static int parseHostMac(const xmlNode *node, const virNetworkParseContext *context, virNetworkDhcpHost *host,
                          GError **err)
{
    g_autofree char *text = virXMLGetAttribute(node, "mac");

    if (!text)
        return 0;
    if (context->family == AF_INET6) {
        return virFail(err, VIR_ERR_XML_ERROR,
                       "Invalid to specify MAC address '%s' in network '%s' IPv6 static host definition", text,
                       context->network);
    }
    if (!virMacAddrParse(text, &host->mac))
        return virFail(err, VIR_ERR_XML_ERROR, "Cannot parse MAC address '%s' in network '%s'", text, context->network);
    if (virMacAddrIsMulticast(&host->mac)) {
        return virFail(err, VIR_ERR_XML_ERROR, "expected unicast mac address, found multicast '%s' in network '%s'",
                       text, context->network);
    }
    host->mac_text = g_steal_pointer(&text);
    return 0;
}

static int parseHostId(const xmlNode *node, const virNetworkParseContext *context, virNetworkDhcpHost *host,
                         GError **err)
{
    g_autofree char *id = virXMLGetAttribute(node, "id");
    size_t valid = id ? strspn(id, "0123456789abcdefABCDEF:") : 0;

    if (id && id[valid]) {
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid character '%c' in id '%s' of network '%s'", id[valid], id,
                       context->network);
    }
    host->id = g_steal_pointer(&id);
    return 0;
}

static int parseHostName(const xmlNode *node, const virNetworkParseContext *context, virNetworkDhcpHost *host,
                           GError **err)
{
    g_autofree char *name = virXMLGetAttribute(node, "name");

    if (name && !g_ascii_isalnum(*name))
        return virFail(err, VIR_ERR_XML_ERROR, "Cannot use host name '%s' in network '%s'", name, context->network);
    host->name = g_steal_pointer(&name);
    return 0;
}

static int parseHostIp(const xmlNode *node, const virNetworkParseContext *context, virNetworkDhcpHost *host,
                         GError **err)
{
    g_autofree char *text = virXMLGetAttribute(node, "ip");

    if (text && !virSocketAddrParse(text, AF_UNSPEC, &host->ip)) {
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid IP address in static host definition for network '%s'",
                       context->network);
    }
    return 0;
}

static int checkHost(const virNetworkDhcpHost *host, const virNetworkParseContext *context, GError **err)
{
    gboolean is_v6 = context->family == AF_INET6;

    if (context->partial) {
        if (host->mac_text || host->name || virSocketAddrIsSet(&host->ip))
            return 0;
        return virFail(err, VIR_ERR_XML_ERROR, "At least one of name, mac, or ip attribute must be specified for static "
                       "host definition in network '%s' ", context->network);
    }
    if (!host->name && (is_v6 ? !host->id : !host->mac_text)) {
        return virFail(err, VIR_ERR_XML_ERROR,
                       "Static host definition in %s network '%s' must have %s or name attribute",
                       is_v6 ? "IPv6" : "IPv4", context->network, is_v6 ? "id" : "mac");
    }
    if (!virSocketAddrIsSet(&host->ip)) {
        return virFail(err, VIR_ERR_XML_ERROR, "Missing IP address in static host definition for network '%s'",
                       context->network);
    }
    return 0;
}

virNetworkDhcpHost *virNetworkDhcpHostParse(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    g_autoptr(virNetworkDhcpHost) host = virNetworkDhcpHostNew();

    if (parseHostMac(node, context, host, err) < 0 || parseHostId(node, context, host, err) < 0 ||
        parseHostName(node, context, host, err) < 0 || parseHostIp(node, context, host, err) < 0 ||
        checkHost(host, context, err) < 0 || parseLease(node, &host->lease, err) < 0)
        return NULL;
    return g_steal_pointer(&host);
}

/* Without a file, and for IPv6, it is dropped; of several the last counts. */
static int parseBootp(const xmlNode *node, virNetworkIp *ip, GError **err)
{
    g_autofree char *file = virXMLGetFilledAttribute(node, "file");
    g_autofree char *server = virXMLGetAttribute(node, "server");
    virSocketAddr address = { 0 };

    if (!file || ip->address.family != AF_INET)
        return 0;
    if (server && !virSocketAddrParse(server, AF_UNSPEC, &address)) {
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_SYSTEM_ERROR,
                           "Cannot parse socket address '%s': Name or service not known", server);
    }
    g_free(ip->bootp_file);
    ip->bootp_file = g_steal_pointer(&file);
    ip->bootp_server = address;
    return 0;
}

int virNetworkIpParseDhcp(const xmlNode *node, const char *network, virNetworkIp *ip, GError **err)
{
    const virNetworkParseContext context = { .network = network, .family = ip->address.family, .ip = ip };
    const xmlNode *dhcp = virXMLFirst(node, "dhcp");
    const xmlNode *child;

    for (child = dhcp ? dhcp->children : NULL; child; child = child->next) {
        if (virXMLIsElement(child, "range")) {
            virNetworkDhcpRange *range = virNetworkDhcpRangeParse(child, &context, err);

            if (!range)
                return -1;
            g_ptr_array_add(ip->ranges, range);
        } else if (virXMLIsElement(child, "host")) {
            virNetworkDhcpHost *host = virNetworkDhcpHostParse(child, &context, err);

            if (!host)
                return -1;
            g_ptr_array_add(ip->hosts, host);
        } else if (virXMLIsElement(child, "bootp") && parseBootp(child, ip, err) < 0) {
            return -1;
        }
    }
    return 0;
}
