/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse_route.c: the <route> elements of a network
 *
 * Whether the gateway can be reached depends on the whole network and is judged in network_validate_mode.c.
 */
#include "network_parse_route.h"

#include <string.h>

#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* Both are missed before either is judged. */
static int getAddress(const xmlNode *node, const char *what, const virNetworkDef *def, char **ret_text, GError **err)
{
    *ret_text = virXMLGetAttribute(node, what);
    if (*ret_text)
        return 0;
    return virFail(err, VIR_ERR_XML_ERROR, "%s: Missing required %s attribute in route definition", def->name, what);
}

static int parseAddresses(const xmlNode *node, virNetworkRoute *route, const virNetworkDef *def, GError **err)
{
    g_autofree char *address = NULL;
    g_autofree char *gateway = NULL;

    if (getAddress(node, "address", def, &address, err) < 0 || getAddress(node, "gateway", def, &gateway, err) < 0)
        return -1;
    if (!virSocketAddrParse(address, AF_UNSPEC, &route->address))
        return virFail(err, VIR_ERR_XML_ERROR, "%s: Bad network address '%s' in route definition", def->name, address);
    if (!virSocketAddrParse(gateway, AF_UNSPEC, &route->gateway))
        return virFail(err, VIR_ERR_XML_ERROR, "%s: Bad gateway address '%s' in route definition", def->name, gateway);
    return 0;
}

static int failFamily(const char *what, const char *kind, const virSocketAddr *addr, const virNetworkDef *def,
                      GError **err)
{
    char text[VIR_SOCKET_ADDR_BUFLEN];

    return virFail(err, VIR_ERR_XML_ERROR, "%s: %s specified for non-%s '%s' in route definition", def->name, what, kind,
                   virSocketAddrFormat(addr, text));
}

static int checkFamily(const virNetworkRoute *route, const virNetworkDef *def, GError **err)
{
    const char *what = route->family ? "IPv4 family" : "No family";

    if (g_strcmp0(route->family, "ipv6") == 0) {
        if (route->address.family != AF_INET6)
            return failFamily("ipv6 family", "IPv6 address", &route->address, def, err);
        if (route->gateway.family != AF_INET6)
            return failFamily("ipv6", "IPv6 gateway address", &route->gateway, def, err);
        return 0;
    }
    if (route->family && strcmp(route->family, "ipv4") != 0) {
        return virFail(err, VIR_ERR_XML_ERROR, "%s: Unrecognized family '%s' in route definition", def->name,
                       route->family);
    }
    if (route->address.family != AF_INET)
        return failFamily(what, "IPv4 address", &route->address, def, err);
    if (route->gateway.family != AF_INET)
        return failFamily(what, "IPv4 gateway", &route->gateway, def, err);
    return 0;
}

static int parseMask(const xmlNode *node, virNetworkRoute *route, const virNetworkDef *def, GError **err)
{
    g_autofree char *netmask = virXMLGetAttribute(node, "netmask");
    unsigned int bits = virSocketAddrBits(&route->address);
    char address[VIR_SOCKET_ADDR_BUFLEN];

    if (netmask && route->address.family == AF_INET6) {
        return virFail(err, VIR_ERR_XML_ERROR, "%s: Specifying netmask invalid for IPv6 address '%s' in route definition",
                       def->name, virSocketAddrFormat(&route->address, address));
    }
    if (netmask && route->has_prefix)
        return virFail(err, VIR_ERR_XML_ERROR, "%s: Route definition cannot have both a prefix and a netmask", def->name);
    if (netmask && !virSocketAddrParse(netmask, AF_INET, &route->netmask))
        return virFail(err, VIR_ERR_XML_ERROR, "%s: Bad netmask address '%s' in route definition", def->name, netmask);
    if (route->prefix > bits) {
        return virFail(err, VIR_ERR_XML_ERROR, "%s: Invalid prefix %u specified in route definition, must be 0 - %u",
                       def->name, route->prefix, bits);
    }
    return 0;
}

/* Without netmask and prefix only a default route is one: no class is guessed. A netmask with a hole fits nothing. */
static int checkNetworkAddress(const virNetworkRoute *route, const virNetworkDef *def, GError **err)
{
    static const guint8 zeros[sizeof(route->address.bytes)];
    gboolean is_default = memcmp(route->address.bytes, zeros, sizeof(zeros)) == 0;
    gboolean has_mask = route->has_prefix || virSocketAddrIsSet(&route->netmask);
    gboolean has_hole = virSocketAddrIsSet(&route->netmask) && virSocketAddrMaskToPrefix(&route->netmask) < 0;
    char text[VIR_SOCKET_ADDR_BUFLEN];
    virSocketAddr network;

    virSocketAddrNetwork(&route->address, has_hole ? 0 : virNetworkRouteGetPrefix(route), &network);
    if (has_mask ? !has_hole && virSocketAddrEqual(&network, &route->address) : is_default)
        return 0;
    return virFail(err, VIR_ERR_XML_ERROR, "%s: Address '%s' in route definition is not a network address", def->name,
                   virSocketAddrFormat(&route->address, text));
}

static int parseNumbers(const xmlNode *node, virNetworkRoute *route, GError **err)
{
    guint64 prefix = 0, metric = 0;
    int has_prefix = virXMLGetUint(node, "prefix", G_MAXUINT32, &prefix, err);
    int has_metric = has_prefix < 0 ? -1 : virXMLGetUint(node, "metric", G_MAXUINT32, &metric, err);

    if (has_metric < 0)
        return -1;
    if (has_metric && metric == 0) {
        return virErrorSet(err, VIR_FROM_XML, VIR_ERR_XML_ERROR,
                           "Invalid value for attribute 'metric' in element 'route': Zero is not permitted");
    }
    route->has_prefix = has_prefix;
    route->prefix = (unsigned int)prefix;
    route->metric = (guint32)metric;
    return 0;
}

static virNetworkRoute *parseRoute(const xmlNode *node, const virNetworkDef *def, GError **err)
{
    g_autoptr(virNetworkRoute) route = virNetworkRouteNew();

    route->family = virXMLGetAttribute(node, "family");
    if (parseNumbers(node, route, err) < 0 || parseAddresses(node, route, def, err) < 0 ||
        checkFamily(route, def, err) < 0 || parseMask(node, route, def, err) < 0 ||
        checkNetworkAddress(route, def, err) < 0)
        return NULL;
    return g_steal_pointer(&route);
}

int virNetworkParseRoutes(const xmlNode *root, virNetworkDef *def, GError **err)
{
    const xmlNode *node;

    for (node = virXMLFirst(root, "route"); node; node = virXMLNext(node)) {
        virNetworkRoute *route = parseRoute(node, def, err);

        if (!route)
            return -1;
        g_ptr_array_add(def->routes, route);
    }
    return 0;
}
