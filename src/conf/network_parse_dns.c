/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse_dns.c: forwarders and records of <dns>
 *
 * Each record by itself: how it goes with the others is judged on the whole definition (network_validate.c). Called for
 * documents by network_parse.c, for single elements by the section table.
 */
#include "network_parse_dns.h"

#include <string.h>

#include "network_parse_port.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

#define LETTERS_AND_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* --- Forwarders ------------------------------------------------------------------------------------------------- */

static int parseForwarderPort(const xmlNode *node, virNetworkDnsForwarder *forwarder, const char *network, GError **err)
{
    guint64 port = 0;
    int given = virXMLGetUint(node, "port", G_MAXUINT16, &port, err);

    if (given < 0)
        return -1;
    if (given && (port == 0 || !virSocketAddrIsSet(&forwarder->addr)))
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid forwarder port in network '%s': it is 1 to 65535, and needs addr",
                       network);
    forwarder->port = (guint16)port;
    return 0;
}

static virNetworkDnsForwarder *parseForwarder(const xmlNode *node, const char *network, GError **err)
{
    g_autoptr(virNetworkDnsForwarder) forwarder = virNetworkDnsForwarderNew();
    g_autofree char *addr = virXMLGetAttribute(node, "addr");

    forwarder->domain = virXMLGetAttribute(node, "domain");
    if (!addr && !forwarder->domain) {
        return virFailNull(err, VIR_ERR_XML_ERROR,
                           "Invalid forwarder element, must contain at least one of addr or domain");
    }
    if (addr && !virSocketAddrParse(addr, AF_UNSPEC, &forwarder->addr))
        return virFailNull(err, VIR_ERR_XML_ERROR, "Invalid forwarder IP address '%s' in network '%s'", addr, network);
    if (parseForwarderPort(node, forwarder, network, err) < 0)
        return NULL;
    return g_steal_pointer(&forwarder);
}

/* --- Records ---------------------------------------------------------------------------------------------------- */

virNetworkDnsTxt *virNetworkDnsTxtParse(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    g_autoptr(virNetworkDnsTxt) txt = virNetworkDnsTxtNew();

    txt->name = virXMLGetAttribute(node, "name");
    if (!txt->name) {
        return virFailNull(err, VIR_ERR_XML_DETAIL, "missing required name attribute in DNS TXT record of network %s",
                           context->network);
    }
    if (strpbrk(txt->name, " ,")) {
        return virFailNull(err, VIR_ERR_XML_DETAIL, "prohibited character in DNS TXT record name '%s' of network %s",
                           txt->name, context->network);
    }
    txt->value = virXMLGetAttribute(node, "value");
    if (!txt->value && !context->partial) {
        return virFailNull(err, VIR_ERR_XML_DETAIL,
                           "missing required value attribute in DNS TXT record named '%s' of network %s", txt->name,
                           context->network);
    }
    return g_steal_pointer(&txt);
}

static void parseHostNames(const xmlNode *node, virNetworkDnsHost *host)
{
    const xmlNode *child;

    for (child = virXMLFirst(node, "hostname"); child; child = virXMLNext(child)) {
        g_autofree char *name = virXMLGetText(child);

        if (*name)
            g_ptr_array_add(host->names, g_steal_pointer(&name));
    }
}

virNetworkDnsHost *virNetworkDnsHostParse(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    g_autoptr(virNetworkDnsHost) host = virNetworkDnsHostNew();
    g_autofree char *ip = virXMLGetAttribute(node, "ip");
    const char *network = context->network;

    if (!ip && !context->partial)
        return virFailNull(err, VIR_ERR_XML_DETAIL, "Missing IP address in network '%s' DNS HOST record", network);
    if (ip && !virSocketAddrParse(ip, AF_UNSPEC, &host->ip))
        return virFailNull(err, VIR_ERR_XML_DETAIL, "Invalid IP address in network '%s' DNS HOST record", network);
    parseHostNames(node, host);
    if (host->names->len == 0 && !context->partial)
        return virFailNull(err, VIR_ERR_XML_DETAIL, "Missing hostname in network '%s' DNS HOST record", network);
    if (host->names->len == 0 && !ip)
        return virFailNull(err, VIR_ERR_XML_DETAIL, "Missing ip and hostname in network '%s' DNS HOST record", network);
    return g_steal_pointer(&host);
}

/* --- SRV -------------------------------------------------------------------------------------------------------- */

static int checkSrvNames(const virNetworkDnsSrv *srv, const virNetworkParseContext *context, GError **err)
{
    if (!srv->service && !context->partial) {
        return virFail(err, VIR_ERR_XML_DETAIL, "missing required service attribute in DNS SRV record of network '%s'",
                       context->network);
    }
    if (srv->service && srv->service[strspn(srv->service, LETTERS_AND_DIGITS "_-+/")]) {
        return virFail(err, VIR_ERR_XML_DETAIL, "invalid character in service attribute '%s' in DNS SRV record of network '%s'",
                       srv->service, context->network);
    }
    if (!srv->protocol && !context->partial) {
        return virFail(err, VIR_ERR_XML_DETAIL, "missing required protocol attribute in DNS SRV record '%s' of network '%s'",
                       srv->service, context->network);
    }
    if (srv->protocol && srv->protocol[strspn(srv->protocol, LETTERS_AND_DIGITS "-+/")]) {
        return virFail(err, VIR_ERR_XML_DETAIL,
                       "invalid character in protocol attribute '%s' in DNS SRV record of network '%s'", srv->protocol,
                       context->network);
    }
    return 0;
}

/* A number that makes sense only with a target. */
static int parseSrvNumber(const xmlNode *node, const char *name, const virNetworkParseContext *context,
                          const virNetworkDnsSrv *srv, guint16 *ret_number, GError **err)
{
    g_autofree char *text = virXMLGetFilledAttribute(node, name);
    const char *service = srv->service ? srv->service : "";
    guint64 number;

    if (!text)
        return 0;
    if (!virParseUint(text, G_MAXUINT16, &number) || (number == 0 && strcmp(name, "port") == 0)) {
        return virFail(err, VIR_ERR_XML_DETAIL, "%s DNS SRV %s attribute for service '%s' in network '%s'",
                       strcmp(name, "port") == 0 ? "invalid" : "Invalid", name, service, context->network);
    }
    if (!srv->target) {
        return virFail(err, VIR_ERR_XML_DETAIL,
                       "DNS SRV %s attribute not permitted without target for service '%s' in network '%s'", name, service,
                       context->network);
    }
    *ret_number = (guint16)number;
    return 0;
}

virNetworkDnsSrv *virNetworkDnsSrvParse(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    g_autoptr(virNetworkDnsSrv) srv = virNetworkDnsSrvNew();

    srv->service = virXMLGetAttribute(node, "service");
    srv->protocol = virXMLGetAttribute(node, "protocol");
    if (checkSrvNames(srv, context, err) < 0)
        return NULL;
    srv->domain = virXMLGetAttribute(node, "domain");
    srv->target = virXMLGetAttribute(node, "target");
    if (parseSrvNumber(node, "port", context, srv, &srv->port, err) < 0 ||
        parseSrvNumber(node, "priority", context, srv, &srv->priority, err) < 0 ||
        parseSrvNumber(node, "weight", context, srv, &srv->weight, err) < 0)
        return NULL;
    return g_steal_pointer(&srv);
}

/* --- <dns> ------------------------------------------------------------------------------------------------------ */

/* One kind of child of <dns>, and the list that it belongs to. */
static int parseChild(const xmlNode *child, virNetworkDef *def, GError **err)
{
    const virNetworkParseContext context = { .network = def->name };
    GPtrArray *list = NULL;
    gpointer entry = NULL;

    if (virXMLIsElement(child, "forwarder")) {
        list = def->forwarders;
        entry = parseForwarder(child, def->name, err);
    } else if (virXMLIsElement(child, "txt")) {
        list = def->txts;
        entry = virNetworkDnsTxtParse(child, &context, err);
    } else if (virXMLIsElement(child, "srv")) {
        list = def->srvs;
        entry = virNetworkDnsSrvParse(child, &context, err);
    } else if (virXMLIsElement(child, "host")) {
        list = def->dns_hosts;
        entry = virNetworkDnsHostParse(child, &context, err);
    }
    if (list && !entry)
        return -1;
    if (entry)
        g_ptr_array_add(list, entry);
    return 0;
}

int virNetworkParseDns(const xmlNode *root, virNetworkDef *def, GError **err)
{
    static const char *const order[] = { "forwarder", "host", "srv", "txt" };   /* decides which fault is told of first */
    const xmlNode *dns = virXMLFirst(root, "dns");
    const xmlNode *child;
    size_t i;

    if (!dns)
        return 0;
    if (virNetworkParseTristate(dns, "enable", &def->dns_enable, err) < 0 ||
        virNetworkParseTristate(dns, "forwardPlainNames", &def->dns_forward_plain_names, err) < 0)
        return -1;
    for (i = 0; i < G_N_ELEMENTS(order); i++) {
        for (child = virXMLFirst(dns, order[i]); child; child = virXMLNext(child)) {
            if (parseChild(child, def, err) < 0)
                return -1;
        }
    }
    return 0;
}
