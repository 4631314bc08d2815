/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_section.c: the table of the parts of a network that can be updated, and the engine that runs its rows
 *
 * A row says where the part's list is, how an element is read, which entry it means, and how errors about it read. The
 * engine below the table is the same for all rows.
 */
#define VIR_ENUM_SENTINELS

#include <libvirt/libvirt.h>
#include <string.h>

#include "network_section_ops.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- The table ------------------------------------------------------------------------------------------------- */

static const virNetworkSectionOps *const lists[VIR_NETWORK_SECTION_LAST] = {
    [VIR_NETWORK_SECTION_IP] = &virNetworkSectionIp,
    [VIR_NETWORK_SECTION_IP_DHCP_HOST] = &virNetworkSectionDhcpHost,
    [VIR_NETWORK_SECTION_IP_DHCP_RANGE] = &virNetworkSectionDhcpRange,
    [VIR_NETWORK_SECTION_FORWARD_INTERFACE] = &virNetworkSectionForwardInterface,
    [VIR_NETWORK_SECTION_PORTGROUP] = &virNetworkSectionPortGroup,
    [VIR_NETWORK_SECTION_DNS_HOST] = &virNetworkSectionDnsHost,
    [VIR_NETWORK_SECTION_DNS_SRV] = &virNetworkSectionDnsSrv,
    [VIR_NETWORK_SECTION_DNS_TXT] = &virNetworkSectionDnsTxt,
};

static const virNetworkSectionSingle *const singles[VIR_NETWORK_SECTION_LAST] = {
    [VIR_NETWORK_SECTION_BRIDGE] = &virNetworkSectionBridge,
    [VIR_NETWORK_SECTION_DOMAIN] = &virNetworkSectionDomain,
    [VIR_NETWORK_SECTION_FORWARD] = &virNetworkSectionForward,
    [VIR_NETWORK_SECTION_FORWARD_PF] = &virNetworkSectionForwardPf,
};

static const char *const names[VIR_NETWORK_SECTION_LAST] = {
    [VIR_NETWORK_SECTION_NONE] = "network",
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

/* --- What a request must be ------------------------------------------------------------------------------------- */

static int checkElement(const char *element, const virNetworkDef *def, const xmlNode *root, GError **err)
{
    const char *prefix = root->ns && root->ns->prefix ? (const char *)root->ns->prefix : "";

    if (!root->ns && strcmp((const char *)root->name, element) == 0)
        return 0;
    return virFail(err, VIR_ERR_XML_ERROR, "unexpected element <%s%s%s>, expecting <%s>, while updating network '%s'",
                   prefix, *prefix ? ":" : "", (const char *)root->name, element, def->name);
}

static int checkParent(gboolean has_parents, const virNetworkSectionEdit *edit, GError **err)
{
    if (has_parents || edit->parent_index == -1 || edit->parent_index == 0)
        return 0;
    return virFail(err, VIR_ERR_INVALID_ARG, "parent index %d: section '%s' has one parent only, so that it must be -1 or 0",
                   edit->parent_index, virNetworkSectionName(edit->section));
}

static int failCommand(unsigned int command, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_UNSUPPORTED, "unrecognized network update command code %d", (int)command);
}

/* --- Parts of which there are several --------------------------------------------------------------------------- */

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

static int failSeveral(const virNetworkSectionOps *row, const virNetworkDef *def, gconstpointer a, gconstpointer b, GError **err)
{
    g_autofree char *first = row->describe(a);
    g_autofree char *second = row->describe(b);

    return virFail(err, VIR_ERR_OPERATION_INVALID, "several entries of network '%s' match: %s and %s", def->name, first,
                   second);
}

static int addEntry(const virNetworkSectionOps *row, const virNetworkDef *def, GPtrArray *list, gpointer given, gboolean first,
                     GError **err)
{
    int next;

    if (findEntry(list, row->same, given, &next) >= 0)
        return row->fail_duplicate(def->name, given, err);
    g_ptr_array_insert(list, first ? 0 : -1, row->ref(given));
    return 0;
}

/* The entry that a modify of @given means; *@ret_next as above. */
static int findMeant(const virNetworkSectionOps *row, const GPtrArray *list, gconstpointer given, int *ret_next)
{
    int found = findEntry(list, row->means[0] ? row->means[0] : row->same, given, ret_next);

    if (found < 0 && row->means[1])
        found = findEntry(list, row->means[1], given, ret_next);
    return found;
}

/* An entry beside @except of which @given would be a duplicate; -1 if there is none. */
static int findOther(const virNetworkSectionOps *row, const GPtrArray *list, gconstpointer given, int except)
{
    guint i;

    for (i = 0; i < list->len; i++) {
        if ((int)i != except && row->same(list->pdata[i], given))
            return (int)i;
    }
    return -1;
}

static int modifyEntry(const virNetworkSectionOps *row, const virNetworkDef *def, GPtrArray *list, gpointer given,
                       GError **err)
{
    int next;
    int found = findMeant(row, list, given, &next);

    if (found < 0)
        return row->fail_missing(def->name, VIR_NETWORK_UPDATE_COMMAND_MODIFY, given, err);
    /* To replace one and leave the other would make the duplicate that an add refuses. */
    if (next < 0)
        next = findOther(row, list, given, found);
    if (next >= 0)
        return failSeveral(row, def, list->pdata[found], list->pdata[next], err);
    row->unref(list->pdata[found]);
    list->pdata[found] = row->ref(given);
    return 0;
}

static int deleteEntry(const virNetworkSectionOps *row, const virNetworkDef *def, GPtrArray *list, gpointer given, GError **err)
{
    int next;
    int found = findEntry(list, row->selects, given, &next);

    if (found < 0)
        return row->fail_missing(def->name, VIR_NETWORK_UPDATE_COMMAND_DELETE, given, err);
    if (next >= 0 && row->fail_multiple)
        return row->fail_multiple(def->name, err);
    if (next >= 0 && !row->deletes_first)
        return failSeveral(row, def, list->pdata[found], list->pdata[next], err);
    g_ptr_array_remove_index(list, (guint)found);
    return 0;
}

static int runListCommand(const virNetworkSectionOps *row, const virNetworkDef *def, const virNetworkSectionEdit *edit,
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
        return failCommand(edit->command, err);
    }
}

static int editList(const virNetworkSectionOps *row, virNetworkDef *def, const virNetworkSectionEdit *edit, GError **err)
{
    virNetworkSectionTarget target = {
        .context = { .network = def->name, .partial = edit->command == VIR_NETWORK_UPDATE_COMMAND_DELETE },
    };
    gpointer given;
    int ret = -1;

    if (checkElement(row->element, def, edit->root, err) < 0 || row->locate(def, edit, &target, err) < 0)
        return -1;
    if (!target.list)
        return 0;
    given = row->parse(edit->root, &target.context, err);
    if (!given)
        return -1;
    if ((!row->permit || row->permit(def, &target, err) == 0) &&
        (target.context.partial || !row->admit || row->admit(def, &target, given, err) == 0))
        ret = runListCommand(row, def, edit, target.list, given, err);
    if (row->settle)
        row->settle(def);
    row->unref(given);
    /* Last: libvirt knows no such rule, and its clients know the other errors. */
    return ret < 0 ? ret : checkParent(row->has_parents, edit, err);
}

/* --- Parts of which there is one -------------------------------------------------------------------------------- */

/* The document of an element that stands alone is its parent, and is read like any other. */
static const xmlNode *parentOf(const xmlNode *root)
{
    return (const xmlNode *)root->doc;
}

static int failSingle(const virNetworkDef *def, const char *why, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_UNSUPPORTED, "network '%s': %s", def->name, why);
}

static int addSingle(const virNetworkSectionSingle *row, virNetworkDef *def, const xmlNode *root, GError **err)
{
    if (row->no_add)
        return failSingle(def, row->no_add, err);
    if (row->isPresent(def)) {
        return virFail(err, VIR_ERR_OPERATION_INVALID, "network '%s' has a <%s> element already, and can have only one",
                       def->name, row->element);
    }
    return row->parse(parentOf(root), def, err);
}

static int failAbsent(const virNetworkSectionSingle *row, const virNetworkDef *def, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID, "network '%s' has no <%s> element", def->name, row->element);
}

static int modifySingle(const virNetworkSectionSingle *row, virNetworkDef *def, const xmlNode *root, GError **err)
{
    if (!row->isPresent(def))
        return failAbsent(row, def, err);
    row->clear(def);
    return row->parse(parentOf(root), def, err);
}

static int deleteSingle(const virNetworkSectionSingle *row, virNetworkDef *def, const xmlNode *root, GError **err)
{
    if (row->no_delete)
        return failSingle(def, row->no_delete, err);
    if (!row->isPresent(def))
        return failAbsent(row, def, err);
    if (row->selects && row->selects(root, def, err) < 0)
        return -1;
    row->clear(def);
    return 0;
}

static int editSingle(const virNetworkSectionSingle *row, virNetworkDef *def, const virNetworkSectionEdit *edit, GError **err)
{
    if (checkElement(row->element, def, edit->root, err) < 0 || checkParent(FALSE, edit, err) < 0)
        return -1;
    switch (edit->command) {
    case VIR_NETWORK_UPDATE_COMMAND_MODIFY:
        return modifySingle(row, def, edit->root, err);
    case VIR_NETWORK_UPDATE_COMMAND_DELETE:
        return deleteSingle(row, def, edit->root, err);
    case VIR_NETWORK_UPDATE_COMMAND_ADD_LAST:
    case VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST:
        return addSingle(row, def, edit->root, err);
    default:
        return failCommand(edit->command, err);
    }
}

/* --- The whole -------------------------------------------------------------------------------------------------- */

static gboolean isWhole(const virNetworkSectionEdit *edit)
{
    return edit->section == VIR_NETWORK_SECTION_NONE && edit->command == VIR_NETWORK_UPDATE_COMMAND_MODIFY &&
           !edit->root->ns && strcmp((const char *)edit->root->name, "network") == 0;
}

virNetworkDef *virNetworkSectionApply(const virNetworkDef *was, const virNetworkSectionEdit *edit, GError **err)
{
    const char *name = virNetworkSectionName(edit->section);
    g_autoptr(virNetworkDef) def = NULL;
    int ret;

    if (isWhole(edit))
        return checkParent(FALSE, edit, err) < 0 ? NULL : virNetworkSectionReplace(was, edit->root, err);
    if (!name || edit->section == VIR_NETWORK_SECTION_NONE)
        return virFailNull(err, VIR_ERR_OPERATION_UNSUPPORTED, "can't update unrecognized section of network");
    def = virNetworkDefCopy(was);
    if (lists[edit->section])
        ret = editList(lists[edit->section], def, edit, err);
    else
        ret = editSingle(singles[edit->section], def, edit, err);
    return ret < 0 ? NULL : g_steal_pointer(&def);
}
