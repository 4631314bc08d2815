/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_section.c: the table of the parts of a network that can be updated
 *
 * A row says where the part's list is, how an element is read, which entry it means, and how errors about it read. The
 * engine below the table is the same for all rows.
 */
#define VIR_ENUM_SENTINELS

#include "network_section.h"

#include <libvirt/libvirt.h>
#include <string.h>

#include "network_parse.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* The list that an edit works on, and what its elements' parser must know. */
typedef struct {
    GPtrArray *list;
    virNetworkParseContext context;
} Target;

typedef struct {
    const char *element;        /* name of the element; NULL: the section cannot be updated by this version */
    gboolean has_parents;       /* the parent index chooses between several parents */
    gboolean deletes_first;     /* delete takes the first of several that match; else they are an error */
    int (*locate)(virNetworkDef *def, const virNetworkSectionEdit *edit, Target *ret_target, GError **err);
    gpointer (*parse)(const xmlNode *node, const virNetworkParseContext *context, GError **err);
    gpointer (*ref)(gpointer entry);
    void (*unref)(gpointer entry);
    /* Whether @entry may stand in that list; NULL: any may. */
    int (*admit)(const virNetworkDef *def, const Target *target, gconstpointer entry, GError **err);
    /* Whether @have is a duplicate of @given, or the one that a modify means. */
    gboolean (*same)(gconstpointer have, gconstpointer given);
    /* Whether @have is what a delete of @given means. */
    gboolean (*selects)(gconstpointer have, gconstpointer given);
    char *(*describe)(gconstpointer entry);
    int (*fail_duplicate)(const char *network, gconstpointer given, GError **err);
    int (*fail_missing)(const char *network, unsigned int command, gconstpointer given, GError **err);
} Section;

/* --- ip-dhcp-host ---------------------------------------------------------------------------------------------- */

/* The family that an element without regard to its parent asks for; AF_UNSPEC if it does not say. */
static int hostFamily(const xmlNode *node, virSocketAddr *ret_ip)
{
    g_autofree char *ip = virXMLGetAttribute(node, "ip");
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
    int family = hostFamily(node, &address);
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

static int checkSingleDhcp(const virNetworkDef *def, const virNetworkIp *chosen, GError **err)
{
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

static int locateDhcpHost(virNetworkDef *def, const virNetworkSectionEdit *edit, Target *ret_target, GError **err)
{
    int index = edit->parent_index >= 0 ? edit->parent_index : chooseIp(def, edit->root);
    virNetworkIp *ip;

    if (index < 0) {
        return virFail(err, VIR_ERR_OPERATION_INVALID,
                       "couldn't update dhcp host entry - no <ip> element found in network '%s'", def->name);
    }
    if ((guint)index >= def->ips->len) {
        return virFail(err, VIR_ERR_OPERATION_INVALID,
                       "couldn't update dhcp host entry - no <ip> element found at index %d in network '%s'", index,
                       def->name);
    }
    if (checkSingleDhcp(def, def->ips->pdata[index], err) < 0)
        return -1;
    /* The other versions of this network share the <ip>; from here on this one has its own. */
    ip = virNetworkIpCopy(def->ips->pdata[index]);
    virNetworkIpUnref(def->ips->pdata[index]);
    def->ips->pdata[index] = ip;
    ret_target->list = ip->hosts;
    ret_target->context.family = ip->address.family;
    return 0;
}

static gpointer parseDhcpHost(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    return virNetworkDhcpHostParse(node, context, err);
}

static int admitDhcpHost(const virNetworkDef *def G_GNUC_UNUSED, const Target *target, gconstpointer entry,
                           GError **err)
{
    const virNetworkDhcpHost *host = entry;

    if (target->context.partial || host->ip.family == target->context.family)
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

/* --- dns-txt --------------------------------------------------------------------------------------------------- */

static int locateDnsTxt(virNetworkDef *def, const virNetworkSectionEdit *edit G_GNUC_UNUSED, Target *ret_target,
                          GError **err G_GNUC_UNUSED)
{
    ret_target->list = def->txts;
    return 0;
}

static gpointer parseDnsTxt(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    return virNetworkDnsTxtParse(node, context, err);
}

static gboolean sameDnsTxt(gconstpointer have, gconstpointer given)
{
    return strcmp(((const virNetworkDnsTxt *)have)->name, ((const virNetworkDnsTxt *)given)->name) == 0;
}

static char *describeDnsTxt(gconstpointer entry)
{
    const virNetworkDnsTxt *txt = entry;

    return g_strdup_printf("<txt name='%s' value='%s'/>", txt->name, txt->value ? txt->value : "");
}

static int failDuplicateDnsTxt(const char *network, gconstpointer given, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID, "there is already a DNS TXT record with name '%s' in network %s",
                   ((const virNetworkDnsTxt *)given)->name, network);
}

static int failMissingDnsTxt(const char *network, unsigned int command G_GNUC_UNUSED,
                                gconstpointer given G_GNUC_UNUSED, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID, "couldn't locate a matching DNS TXT record in network %s", network);
}

/* --- The table ------------------------------------------------------------------------------------------------- */

static const Section sections[VIR_NETWORK_SECTION_LAST] = {
    [VIR_NETWORK_SECTION_IP_DHCP_HOST] = {
        .element = "host", .has_parents = TRUE, .deletes_first = TRUE,
        .locate = locateDhcpHost, .parse = parseDhcpHost,
        .ref = (gpointer (*)(gpointer))virNetworkDhcpHostRef, .unref = (GDestroyNotify)virNetworkDhcpHostUnref,
        .admit = admitDhcpHost, .same = sameDhcpHost, .selects = selectsDhcpHost,
        .describe = describeDhcpHost,
        .fail_duplicate = failDuplicateDhcpHost, .fail_missing = failMissingDhcpHost },
    [VIR_NETWORK_SECTION_DNS_TXT] = {
        .element = "txt",
        .locate = locateDnsTxt, .parse = parseDnsTxt,
        .ref = (gpointer (*)(gpointer))virNetworkDnsTxtRef, .unref = (GDestroyNotify)virNetworkDnsTxtUnref,
        .same = sameDnsTxt, .selects = sameDnsTxt,
        .describe = describeDnsTxt,
        .fail_duplicate = failDuplicateDnsTxt, .fail_missing = failMissingDnsTxt },
};

static const char *const names[VIR_NETWORK_SECTION_LAST] = {
    [VIR_NETWORK_SECTION_BRIDGE] = "bridge",
    [VIR_NETWORK_SECTION_DOMAIN] = "domain",
    [VIR_NETWORK_SECTION_IP] = "ip",
    [VIR_NETWORK_SECTION_IP_DHCP_HOST] = "ip-dhcp-host",
    [VIR_NETWORK_SECTION_IP_DHCP_RANGE] = "ip-dhcp-range",
    [VIR_NETWORK_SECTION_FORWARD] = "forward",
    [VIR_NETWORK_SECTION_FORWARD_INTERFACE] = "forward interface",
    [VIR_NETWORK_SECTION_FORWARD_PF] = "forward pf",
    [VIR_NETWORK_SECTION_PORTGROUP] = "portgroup",
    [VIR_NETWORK_SECTION_DNS_HOST] = "dns-host",
    [VIR_NETWORK_SECTION_DNS_TXT] = "dns-txt",
    [VIR_NETWORK_SECTION_DNS_SRV] = "dns-srv",
};

const char *virNetworkSectionName(unsigned int section)
{
    return section < G_N_ELEMENTS(names) ? names[section] : NULL;
}

/* --- The engine ------------------------------------------------------------------------------------------------ */

static const Section *findSection(const virNetworkDef *def, unsigned int number, GError **err)
{
    const char *name = virNetworkSectionName(number);

    if (!name)
        return virFailNull(err, VIR_ERR_OPERATION_UNSUPPORTED, "can't update unrecognized section of network");
    if (!sections[number].element) {
        return virFailNull(err, VIR_ERR_OPERATION_UNSUPPORTED, "can't update '%s' section of network '%s'", name,
                           def->name);
    }
    return &sections[number];
}

static int checkElement(const Section *row, const virNetworkDef *def, const xmlNode *root, GError **err)
{
    const char *prefix = root->ns && root->ns->prefix ? (const char *)root->ns->prefix : "";

    if (!root->ns && strcmp((const char *)root->name, row->element) == 0)
        return 0;
    return virFail(err, VIR_ERR_XML_ERROR, "unexpected element <%s%s%s>, expecting <%s>, while updating network '%s'",
                   prefix, *prefix ? ":" : "", (const char *)root->name, row->element, def->name);
}

static int checkParent(const Section *row, const virNetworkSectionEdit *edit, GError **err)
{
    if (row->has_parents || edit->parent_index == -1 || edit->parent_index == 0)
        return 0;
    return virFail(err, VIR_ERR_INVALID_ARG, "parent index %d: section '%s' has one parent only, so that it must be -1 or 0",
                   edit->parent_index, virNetworkSectionName(edit->section));
}

typedef gboolean (*Match)(gconstpointer have, gconstpointer given);

/* Index of the first entry that matches, -1 if none does; *@ret_next is that of the second one. */
static int findEntry(const GPtrArray *list, Match match, gconstpointer given, int *ret_next)
{
    int first = -1;
    guint i;

    *ret_next = -1;
    for (i = 0; i < list->len; i++) {
        if (!match(list->pdata[i], given))
            continue;
        if (first >= 0) {
            *ret_next = (int)i;
            return first;
        }
        first = (int)i;
    }
    return first;
}

static int failSeveral(const Section *row, const virNetworkDef *def, gconstpointer a, gconstpointer b, GError **err)
{
    g_autofree char *first = row->describe(a);
    g_autofree char *second = row->describe(b);

    return virFail(err, VIR_ERR_OPERATION_INVALID, "several entries of network '%s' match: %s and %s", def->name, first,
                   second);
}

static int addEntry(const Section *row, const virNetworkDef *def, GPtrArray *list, gpointer given, gboolean first,
                     GError **err)
{
    int next;

    if (findEntry(list, row->same, given, &next) >= 0)
        return row->fail_duplicate(def->name, given, err);
    g_ptr_array_insert(list, first ? 0 : -1, row->ref(given));
    return 0;
}

static int modifyEntry(const Section *row, const virNetworkDef *def, GPtrArray *list, gpointer given, GError **err)
{
    int next;
    int found = findEntry(list, row->same, given, &next);

    if (found < 0)
        return row->fail_missing(def->name, VIR_NETWORK_UPDATE_COMMAND_MODIFY, given, err);
    /* To replace one and leave the other would make the duplicate that an add refuses. */
    if (next >= 0)
        return failSeveral(row, def, list->pdata[found], list->pdata[next], err);
    row->unref(list->pdata[found]);
    list->pdata[found] = row->ref(given);
    return 0;
}

static int deleteEntry(const Section *row, const virNetworkDef *def, GPtrArray *list, gpointer given, GError **err)
{
    int next;
    int found = findEntry(list, row->selects, given, &next);

    if (found < 0)
        return row->fail_missing(def->name, VIR_NETWORK_UPDATE_COMMAND_DELETE, given, err);
    if (next >= 0 && !row->deletes_first)
        return failSeveral(row, def, list->pdata[found], list->pdata[next], err);
    g_ptr_array_remove_index(list, (guint)found);
    return 0;
}

static int runCommand(const Section *row, const virNetworkDef *def, const virNetworkSectionEdit *edit,
                       GPtrArray *list, gpointer given, GError **err)
{
    switch (edit->command) {
    case VIR_NETWORK_UPDATE_COMMAND_MODIFY:
        return modifyEntry(row, def, list, given, err);
    case VIR_NETWORK_UPDATE_COMMAND_DELETE:
        return deleteEntry(row, def, list, given, err);
    case VIR_NETWORK_UPDATE_COMMAND_ADD_LAST:
        return addEntry(row, def, list, given, FALSE, err);
    case VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST:
        return addEntry(row, def, list, given, TRUE, err);
    default:
        return virFail(err, VIR_ERR_OPERATION_UNSUPPORTED, "unrecognized network update command code %d",
                       (int)edit->command);
    }
}

int virNetworkSectionApply(virNetworkDef *def, const virNetworkSectionEdit *edit, GError **err)
{
    const Section *row = findSection(def, edit->section, err);
    Target target = {
        .context = { .network = def->name, .partial = edit->command == VIR_NETWORK_UPDATE_COMMAND_DELETE },
    };
    gpointer given;
    int ret = -1;

    if (!row || checkElement(row, def, edit->root, err) < 0 || checkParent(row, edit, err) < 0 ||
        row->locate(def, edit, &target, err) < 0)
        return -1;
    given = row->parse(edit->root, &target.context, err);
    if (!given)
        return -1;
    if (!row->admit || row->admit(def, &target, given, err) == 0)
        ret = runCommand(row, def, edit, target.list, given, err);
    row->unref(given);
    return ret;
}
