/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_section_dhcp.c: the sections of <dhcp>: which <ip> is meant, and which host or range
 */
#include <libvirt/libvirt.h>
#include <string.h>

#include "network_section_ops.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- The parent ------------------------------------------------------------------------------------------------- */

/* The family that a host or range without regard to its parent asks for; AF_UNSPEC if it does not say. */
static int familyOf(const xmlNode *node, virSocketAddr *ret_ip)
{
    g_autofree char *ip = virXMLGetAttribute(node, strcmp((const char *)node->name, "range") == 0 ? "start" : "ip");
    g_autofree char *mac = virXMLGetAttribute(node, "mac");
    g_autofree char *id = virXMLGetAttribute(node, "id");

    if (ip && virSocketAddrParse(ip, AF_UNSPEC, ret_ip))
        return ret_ip->family;
    if (mac)
        return AF_INET;
    return id ? AF_INET6 : AF_UNSPEC;
}

static gboolean ofFamily(const virNetworkIp *ip, int family)
{
    return family == AF_UNSPEC || ip->address.family == family;
}

/*
 * The <ip> that an element without parent index belongs to: the one of its family that has dhcp; else the one whose subnet
 * holds its address; else the first of its family; else the first of all, whose rules then say what is wrong.
 */
static int chooseIp(const virNetworkDef *def, const xmlNode *node)
{
    virSocketAddr address = { 0 };
    int family = familyOf(node, &address);
    int holds = -1, first = -1;
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        if (!ofFamily(ip, family))
            continue;
        if (virNetworkIpHasDhcp(ip))
            return (int)i;
        if (first < 0)
            first = (int)i;
        if (holds < 0 && virSocketAddrInSubnet(&address, &ip->address, virNetworkIpGetPrefix(ip)))
            holds = (int)i;
    }
    if (holds >= 0)
        return holds;
    return first >= 0 || def->ips->len == 0 ? first : 0;
}

static int permitDhcp(const virNetworkDef *def, const virNetworkSectionTarget *target, GError **err)
{
    const virNetworkIp *chosen = target->ip;
    guint i;

    if (virNetworkIpHasDhcp(chosen))
        return 0;
    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        if (ofFamily(ip, chosen->address.family) && virNetworkIpHasDhcp(ip)) {
            return virFail(err, VIR_ERR_OPERATION_INVALID,
                           "dhcp is supported only for a single %s address on each network",
                           ip->address.family == AF_INET ? "IPv4" : "IPv6");
        }
    }
    return 0;
}

/* What the edit has made of the <ip> at @index in the other version, if that was the very same one; else NULL. */
static virNetworkIp *findEdited(const virNetworkDef *def, const virNetworkSectionEdit *edit, guint index)
{
    const GPtrArray *was = edit->other ? edit->other_was->ips : NULL;
    const GPtrArray *is = edit->other ? edit->other->ips : NULL;

    if (!is || index >= was->len || index >= is->len || was->pdata[index] != def->ips->pdata[index] ||
        is->pdata[index] == was->pdata[index])
        return NULL;
    return virNetworkIpRef(is->pdata[index]);
}

/* Makes the <ip> that @edit is about @def's own. *@ret_ip is borrowed; NULL: there is nothing left to do. */
static int locateIp(virNetworkDef *def, const virNetworkSectionEdit *edit, virNetworkIp **ret_ip, GError **err)
{
    int index = edit->parent_index >= 0 ? edit->parent_index : chooseIp(def, edit->root);
    virNetworkIp *ip, *edited;

    if (index < 0) {
        return virFail(err, VIR_ERR_OPERATION_INVALID,
                       "couldn't update dhcp host entry - no <ip> element found in network '%s'", def->name);
    }
    if ((guint)index >= def->ips->len) {
        return virFail(err, VIR_ERR_OPERATION_INVALID,
                       "couldn't update dhcp host entry - no <ip> element found at index %d in network '%s'", index,
                       def->name);
    }
    /* The other versions of this network share the <ip>; from here on this one has its own. */
    edited = findEdited(def, edit, (guint)index);
    ip = edited ? edited : virNetworkIpCopy(def->ips->pdata[index]);
    virNetworkIpUnref(def->ips->pdata[index]);
    def->ips->pdata[index] = ip;
    *ret_ip = edited ? NULL : ip;
    return 0;
}

/* --- ip-dhcp-host ----------------------------------------------------------------------------------------------- */

static int locateDhcpHost(virNetworkDef *def, const virNetworkSectionEdit *edit, virNetworkSectionTarget *ret_target,
                          GError **err)
{
    virNetworkIp *ip = NULL;

    if (locateIp(def, edit, &ip, err) < 0)
        return -1;
    if (!ip)
        return 0;
    ret_target->list = ip->hosts;
    ret_target->ip = ip;
    ret_target->context.family = ip->address.family;
    return 0;
}

static gpointer parseDhcpHost(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    return virNetworkDhcpHostParse(node, context, err);
}

static int admitDhcpHost(const virNetworkDef *def G_GNUC_UNUSED, const virNetworkSectionTarget *target, gconstpointer entry,
                           GError **err)
{
    const virNetworkDhcpHost *host = entry;

    if (host->ip.family == target->context.family)
        return 0;
    return virFail(err, VIR_ERR_OPERATION_INVALID,
                   "the address family of a host entry IP must match the address family of the dhcp element's parent");
}

static gboolean sameDhcpHost(gconstpointer have_, gconstpointer given_)
{
    const virNetworkDhcpHost *have = have_, *given = given_;

    return (have->mac_text && given->mac_text && virMacAddrEqual(&have->mac, &given->mac)) ||
           (have->name && g_strcmp0(have->name, given->name) == 0) ||
           (virSocketAddrIsSet(&given->ip) && virSocketAddrEqual(&have->ip, &given->ip));
}

static gboolean selectsDhcpHost(gconstpointer have_, gconstpointer given_)
{
    const virNetworkDhcpHost *have = have_, *given = given_;

    if (given->mac_text && (!have->mac_text || !virMacAddrEqual(&have->mac, &given->mac)))
        return FALSE;
    if (given->name && g_strcmp0(have->name, given->name) != 0)
        return FALSE;
    return !virSocketAddrIsSet(&given->ip) || virSocketAddrEqual(&have->ip, &given->ip);
}

/* "(null)" and "unknown" stand for what is absent, as clients of libvirt know it. */
static const char *hostMac(const virNetworkDhcpHost *host)
{
    return host->mac_text ? host->mac_text : "unknown";
}

static const char *hostName(const virNetworkDhcpHost *host)
{
    return host->name ? host->name : "(null)";
}

static char *describeDhcpHost(gconstpointer entry)
{
    const virNetworkDhcpHost *host = entry;
    char ip[VIR_SOCKET_ADDR_BUFLEN];

    return g_strdup_printf("<host mac='%s' name='%s' ip='%s'/>", hostMac(host), hostName(host),
                           virSocketAddrFormat(&host->ip, ip));
}

static int failDuplicateDhcpHost(const char *network, gconstpointer given, GError **err)
{
    g_autofree char *text = describeDhcpHost(given);

    return virFail(err, VIR_ERR_OPERATION_INVALID,
                   "there is an existing dhcp host entry in network '%s' that matches \"%s\"", network, text);
}

static int failMissingDhcpHost(const char *network, unsigned int command, gconstpointer given, GError **err)
{
    const virNetworkDhcpHost *host = given;
    char ip[VIR_SOCKET_ADDR_BUFLEN];

    if (command == VIR_NETWORK_UPDATE_COMMAND_DELETE) {
        return virFail(err, VIR_ERR_OPERATION_INVALID, "couldn't locate a matching dhcp host entry in network '%s'",
                       network);
    }
    return virFail(err, VIR_ERR_OPERATION_INVALID, "couldn't locate an existing dhcp host entry with \"mac='%s'\" "
                   "\"name='%s'\" \"ip='%s'\" in network '%s'", hostMac(host), hostName(host),
                   virSocketAddrFormat(&host->ip, ip), network);
}

const virNetworkSectionOps virNetworkSectionDhcpHost = {
    .element = "host", .has_parents = TRUE, .deletes_first = TRUE,
    .locate = locateDhcpHost, .parse = parseDhcpHost,
    .ref = (gpointer (*)(gpointer))virNetworkDhcpHostRef, .unref = (GDestroyNotify)virNetworkDhcpHostUnref,
    .permit = permitDhcp, .admit = admitDhcpHost, .same = sameDhcpHost, .selects = selectsDhcpHost,
    .describe = describeDhcpHost,
    .fail_duplicate = failDuplicateDhcpHost, .fail_missing = failMissingDhcpHost,
};

/* --- ip-dhcp-range ---------------------------------------------------------------------------------------------- */

static int locateDhcpRange(virNetworkDef *def, const virNetworkSectionEdit *edit, virNetworkSectionTarget *ret_target,
                           GError **err)
{
    virNetworkIp *ip = NULL;

    if (locateIp(def, edit, &ip, err) < 0)
        return -1;
    if (!ip)
        return 0;
    ret_target->list = ip->ranges;
    ret_target->ip = ip;
    ret_target->context.family = ip->address.family;
    ret_target->context.ip = ip;
    return 0;
}

static gpointer parseDhcpRange(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    return virNetworkDhcpRangeParse(node, context, err);
}

static gboolean sameStart(gconstpointer have, gconstpointer given)
{
    return virSocketAddrEqual(&((const virNetworkDhcpRange *)have)->start, &((const virNetworkDhcpRange *)given)->start);
}

static gboolean sameEnd(gconstpointer have, gconstpointer given)
{
    return virSocketAddrEqual(&((const virNetworkDhcpRange *)have)->end, &((const virNetworkDhcpRange *)given)->end);
}

static gboolean sameDhcpRange(gconstpointer have, gconstpointer given)
{
    return sameStart(have, given) && sameEnd(have, given);
}

static char *describeDhcpRange(gconstpointer entry)
{
    const virNetworkDhcpRange *range = entry;
    char start[VIR_SOCKET_ADDR_BUFLEN], end[VIR_SOCKET_ADDR_BUFLEN];

    return g_strdup_printf("<range start='%s' end='%s'/>", virSocketAddrFormat(&range->start, start),
                           virSocketAddrFormat(&range->end, end));
}

static int failDuplicateDhcpRange(const char *network, gconstpointer given, GError **err)
{
    g_autofree char *text = describeDhcpRange(given);

    return virFail(err, VIR_ERR_OPERATION_INVALID,
                   "there is an existing dhcp range entry in network '%s' that matches \"%s\"", network, text);
}

static int failMissingDhcpRange(const char *network, unsigned int command, gconstpointer given, GError **err)
{
    g_autofree char *text = describeDhcpRange(given);

    if (command == VIR_NETWORK_UPDATE_COMMAND_DELETE) {
        return virFail(err, VIR_ERR_OPERATION_INVALID, "couldn't locate a matching dhcp range entry in network '%s'",
                       network);
    }
    return virFail(err, VIR_ERR_OPERATION_INVALID,
                   "couldn't locate a dhcp range entry in network '%s' with the start or the end of \"%s\"", network, text);
}

const virNetworkSectionOps virNetworkSectionDhcpRange = {
    .element = "range", .has_parents = TRUE,
    .locate = locateDhcpRange, .parse = parseDhcpRange,
    .ref = (gpointer (*)(gpointer))virNetworkDhcpRangeRef, .unref = (GDestroyNotify)virNetworkDhcpRangeUnref,
    .permit = permitDhcp, .same = sameDhcpRange, .means = { sameStart, sameEnd }, .selects = sameDhcpRange,
    .describe = describeDhcpRange,
    .fail_duplicate = failDuplicateDhcpRange, .fail_missing = failMissingDhcpRange,
};
