/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The network commands that only look: net-list, net-info, net-dumpxml, net-name, net-uuid, net-dhcp-leases. None of
 * them changes anything. Called through the table in virsh_network.c.
 */
#include "virsh_network.h"

#include "virsh_table.h"
#include "virsh_xpath.h"

#include <stdlib.h>
#include <string.h>

virNetworkPtr virshNetworkGet(virshControl *ctl, const virshCommand *cmd, unsigned int by, const char **ret_name)
{
    const char *name = NULL;
    virNetworkPtr net = NULL;

    if (virshOptionString(ctl, cmd, "network", &name) <= 0)
        return NULL;
    virshDebug(ctl, VIRSH_LOG_INFO, "%s: found option <network>: %s", cmd->def->name, name);
    if ((by & VIRSH_NETWORK_BY_UUID) && strlen(name) == VIR_UUID_STRING_BUFLEN - 1) {
        virshDebug(ctl, VIRSH_LOG_DEBUG, "%s: <network> trying as network UUID", cmd->def->name);
        net = virNetworkLookupByUUIDString(ctl->conn, name);
    }
    if (!net && (by & VIRSH_NETWORK_BY_NAME)) {
        virshDebug(ctl, VIRSH_LOG_DEBUG, "%s: <network> trying as network NAME", cmd->def->name);
        net = virNetworkLookupByName(ctl->conn, name);
    }
    if (!net) {
        virshError(ctl, _("failed to get network '%s'"), name);
        return NULL;
    }
    if (ret_name)
        *ret_name = name;
    return net;
}

/* net-list */

static const struct {
    const char *option;
    unsigned int flags;
} listFilters[] = {
    { "persistent", VIR_CONNECT_LIST_NETWORKS_PERSISTENT },
    { "transient", VIR_CONNECT_LIST_NETWORKS_TRANSIENT },
    { "autostart", VIR_CONNECT_LIST_NETWORKS_AUTOSTART },
    { "no-autostart", VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART },
};

static unsigned int listFlags(const virshCommand *cmd)
{
    unsigned int flags = VIR_CONNECT_LIST_NETWORKS_ACTIVE;

    if (virshCommandHas(cmd, "inactive"))
        flags = VIR_CONNECT_LIST_NETWORKS_INACTIVE;
    if (virshCommandHas(cmd, "all"))
        flags = VIR_CONNECT_LIST_NETWORKS_ACTIVE | VIR_CONNECT_LIST_NETWORKS_INACTIVE;
    for (size_t i = 0; i < G_N_ELEMENTS(listFilters); i++) {
        if (virshCommandHas(cmd, listFilters[i].option))
            flags |= listFilters[i].flags;
    }
    return flags;
}

static void freeNetwork(gpointer data)
{
    (void)virNetworkFree(data); /* fails only for what is no network */
}

static gint compareNames(gconstpointer a, gconstpointer b)
{
    virNetworkPtr one = *(virNetworkPtr const *)a;
    virNetworkPtr other = *(virNetworkPtr const *)b;

    return g_ascii_strcasecmp(virNetworkGetName(one), virNetworkGetName(other));
}

static GPtrArray *fetchNetworks(virshControl *ctl, unsigned int flags)
{
    g_autoptr(GPtrArray) nets = g_ptr_array_new_with_free_func(freeNetwork);
    virNetworkPtr *list = NULL;
    int count = virConnectListAllNetworks(ctl->conn, &list, flags);

    if (count < 0) {
        virshError(ctl, "%s", _("Failed to list networks"));
        return NULL;
    }
    for (int i = 0; i < count; i++)
        g_ptr_array_add(nets, list[i]);
    free(list);
    g_ptr_array_sort(nets, compareNames);
    return g_steal_pointer(&nets);
}

static void printNetworkTable(virshControl *ctl, const GPtrArray *nets, bool titles)
{
    const char *headings[] = { _("Name"), _("State"), _("Autostart"), _("Persistent"), titles ? _("Title") : NULL, NULL };
    g_autoptr(virshTable) table = virshTableNew(headings);
    g_autofree char *text = NULL;

    for (guint i = 0; i < nets->len; i++) {
        virNetworkPtr net = g_ptr_array_index(nets, i);
        int autostart = 0;
        bool known = virNetworkGetAutostart(net, &autostart) == 0;
        g_autofree char *title = titles ? virshNetworkGetText(net, true, 0) : NULL;
        const char *cells[] = {
            virNetworkGetName(net),
            virNetworkIsActive(net) == 1 ? _("active") : _("inactive"),
            !known ? _("no autostart") : autostart ? _("yes") : _("no"),
            virNetworkIsPersistent(net) == 1 ? _("yes") : _("no"),
            title ? title : "",
        };

        virshTableAdd(table, cells);
    }
    text = virshTableFormat(table, !ctl->quiet);
    virshPrint(ctl, "%s", text);
}

static int printUUID(virshControl *ctl, virNetworkPtr net)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    if (virNetworkGetUUIDString(net, uuid) < 0) {
        virshError(ctl, "%s", _("failed to get network UUID"));
        return -1;
    }
    virshPrint(ctl, "%s\n", uuid);
    return 0;
}

int virshNetworkRunList(virshControl *ctl, const virshCommand *cmd)
{
    bool names = virshCommandHas(cmd, "name");
    bool uuids = virshCommandHas(cmd, "uuid");
    g_autoptr(GPtrArray) nets = NULL;

    if (virshCommandHas(cmd, "table") + names + uuids > 1) {
        virshError(ctl, "%s", _("Only one argument from --table, --name and --uuid may be specified."));
        return -1;
    }
    nets = fetchNetworks(ctl, listFlags(cmd));
    if (!nets)
        return -1;
    if (!names && !uuids) {
        printNetworkTable(ctl, nets, virshCommandHas(cmd, "title"));
        return 0;
    }
    for (guint i = 0; i < nets->len; i++) {
        virNetworkPtr net = g_ptr_array_index(nets, i);

        if (names)
            virshPrint(ctl, "%s\n", virNetworkGetName(net));
        else if (printUUID(ctl, net) < 0)
            return -1;
    }
    return 0;
}

/* net-info, net-name, net-uuid, net-dumpxml */

static void printField(virshControl *ctl, const char *name, const char *value)
{
    virshPrint(ctl, "%-15s %s\n", name, value);
}

static void printBool(virshControl *ctl, const char *name, int value)
{
    if (value >= 0)
        printField(ctl, name, value ? _("yes") : _("no"));
}

int virshNetworkRunInfo(virshControl *ctl, const virshCommand *cmd)
{
    g_autoptr(virNetwork) net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, NULL);
    g_autofree char *bridge = NULL;
    char uuid[VIR_UUID_STRING_BUFLEN];
    int autostart;

    if (!net)
        return -1;
    printField(ctl, _("Name:"), virNetworkGetName(net));
    if (virNetworkGetUUIDString(net, uuid) == 0)
        printField(ctl, _("UUID:"), uuid);
    printBool(ctl, _("Active:"), virNetworkIsActive(net));
    printBool(ctl, _("Persistent:"), virNetworkIsPersistent(net));
    if (virNetworkGetAutostart(net, &autostart) < 0)
        printField(ctl, _("Autostart:"), _("no autostart"));
    else
        printBool(ctl, _("Autostart:"), autostart != 0);
    bridge = virNetworkGetBridgeName(net); /* a network without a bridge is no failure */
    if (bridge)
        printField(ctl, _("Bridge:"), bridge);
    return 0;
}

int virshNetworkRunName(virshControl *ctl, const virshCommand *cmd)
{
    g_autoptr(virNetwork) net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_UUID, NULL);

    if (!net)
        return -1;
    virshPrint(ctl, "%s\n", virNetworkGetName(net));
    return 0;
}

int virshNetworkRunUUID(virshControl *ctl, const virshCommand *cmd)
{
    g_autoptr(virNetwork) net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_NAME, NULL);

    return net ? printUUID(ctl, net) : -1;
}

int virshNetworkPrintXML(virshControl *ctl, const virshCommand *cmd, const char *xml)
{
    const char *xpath = virshCommandValue(cmd, "xpath");
    g_autoptr(GError) error = NULL;
    g_autofree char *picked = NULL;

    if (!xpath) {
        virshPrint(ctl, "%s", xml);
        return 0;
    }
    picked = virshXPathSelect(xml, xpath, virshCommandHas(cmd, "wrap"), &error);
    if (!picked) {
        virshError(ctl, "%s", error->message);
        return -1;
    }
    virshPrint(ctl, "%s", picked);
    return 0;
}

int virshNetworkRunDumpXML(virshControl *ctl, const virshCommand *cmd)
{
    unsigned int flags = virshCommandHas(cmd, "inactive") ? VIR_NETWORK_XML_INACTIVE : 0;
    g_autoptr(virNetwork) net = NULL;
    g_autofree char *xml = NULL;
    const char *xpath = NULL;

    if (virshOptionString(ctl, cmd, "xpath", &xpath) < 0)
        return -1;
    net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, NULL);
    xml = net ? virNetworkGetXMLDesc(net, flags) : NULL;
    return xml ? virshNetworkPrintXML(ctl, cmd, xml) : -1;
}

/* net-dhcp-leases */

static gint compareLeases(gconstpointer a, gconstpointer b)
{
    const virNetworkDHCPLease *one = *(virNetworkDHCPLeasePtr const *)a;
    const virNetworkDHCPLease *other = *(virNetworkDHCPLeasePtr const *)b;

    return g_ascii_strcasecmp(one->mac ? one->mac : "", other->mac ? other->mac : "");
}

static void freeLease(gpointer data)
{
    virNetworkDHCPLeaseFree(data);
}

static GPtrArray *fetchLeases(virNetworkPtr net, const char *mac)
{
    GPtrArray *leases;
    virNetworkDHCPLeasePtr *list = NULL;
    int count = virNetworkGetDHCPLeases(net, mac, &list, 0);

    if (count < 0)
        return NULL;
    leases = g_ptr_array_new_with_free_func(freeLease);
    for (int i = 0; i < count; i++)
        g_ptr_array_add(leases, list[i]);
    free(list);
    g_ptr_array_sort(leases, compareLeases);
    return leases;
}

static const char *orDash(const char *text)
{
    return text ? text : "-";
}

static const char *protocolName(int type)
{
    switch (type) {
    case VIR_IP_ADDR_TYPE_IPV4:
        return "ipv4";
    case VIR_IP_ADDR_TYPE_IPV6:
        return "ipv6";
    default:
        return "-";
    }
}

static void addLease(virshTable *table, const virNetworkDHCPLease *lease)
{
    g_autoptr(GDateTime) expiry = g_date_time_new_from_unix_local(lease->expirytime);
    g_autofree char *when = expiry ? g_date_time_format(expiry, "%Y-%m-%d %H:%M:%S") : NULL;
    g_autofree char *address = g_strdup_printf("%s/%u", orDash(lease->ipaddr), lease->prefix);
    const char *cells[] = {
        orDash(when), orDash(lease->mac), protocolName(lease->type), address, orDash(lease->hostname),
        orDash(lease->clientid),
    };

    virshTableAdd(table, cells);
}

int virshNetworkRunDhcpLeases(virshControl *ctl, const virshCommand *cmd)
{
    const char *const headings[] = {
        _("Expiry Time"), _("MAC address"), _("Protocol"), _("IP address"), _("Hostname"), _("Client ID or DUID"), NULL,
    };
    g_autoptr(virNetwork) net = NULL;
    g_autoptr(virshTable) table = NULL;
    g_autoptr(GPtrArray) leases = NULL;
    g_autofree char *text = NULL;
    const char *mac = NULL;
    const char *name = NULL;

    if (virshOptionString(ctl, cmd, "mac", &mac) < 0)
        return -1;
    net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, &name);
    if (!net)
        return -1;
    leases = fetchLeases(net, mac);
    if (!leases) {
        virshError(ctl, _("Failed to get leases info for %s"), name);
        return -1;
    }
    table = virshTableNew(headings);
    for (guint i = 0; i < leases->len; i++)
        addLease(table, g_ptr_array_index(leases, i));
    text = virshTableFormat(table, !ctl->quiet);
    virshPrint(ctl, "%s", text);
    return 0;
}
