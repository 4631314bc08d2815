/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The commands about the ports of networks: net-port-list, net-port-create, net-port-dumpxml, net-port-delete. A port
 * is named by its UUID alone. Called through the table in virsh_network.c.
 */
#include "virsh_network.h"

#include "virsh_table.h"

#include <stdlib.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkPort, virNetworkPortFree)

/* net-port-list */

static gint compareTexts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *fetchPorts(virNetworkPtr net)
{
    g_autoptr(GPtrArray) uuids = g_ptr_array_new_with_free_func(g_free);
    virNetworkPortPtr *list = NULL;
    int count = virNetworkListAllPorts(net, &list, 0);

    if (count < 0)
        return NULL; /* the library says why */
    for (int i = 0; i < count; i++) {
        char *uuid = g_malloc0(VIR_UUID_STRING_BUFLEN);

        (void)virNetworkPortGetUUIDString(list[i], uuid); /* fails only for what is no port */
        (void)virNetworkPortFree(list[i]);
        g_ptr_array_add(uuids, uuid);
    }
    free(list);
    g_ptr_array_sort(uuids, compareTexts);
    return g_steal_pointer(&uuids);
}

static void printPortTable(virshControl *ctl, const GPtrArray *uuids)
{
    const char *const headings[] = { _("UUID"), NULL };
    g_autoptr(virshTable) table = virshTableNew(headings);
    g_autofree char *text = NULL;

    for (guint i = 0; i < uuids->len; i++) {
        const char *cells[] = { uuids->pdata[i] };

        virshTableAdd(table, cells);
    }
    text = virshTableFormat(table, !ctl->quiet);
    virshPrint(ctl, "%s", text);
}

int virshNetworkRunPortList(virshControl *ctl, const virshCommand *cmd)
{
    g_autoptr(virNetwork) net = NULL;
    g_autoptr(GPtrArray) uuids = NULL;

    if (virshCommandHas(cmd, "table") && virshCommandHas(cmd, "uuid")) {
        virshError(ctl, "%s", _("Only one argument from --table and --uuid may be specified."));
        return -1;
    }
    net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, NULL);
    uuids = net ? fetchPorts(net) : NULL;
    if (!uuids)
        return -1;
    if (!virshCommandHas(cmd, "uuid")) {
        printPortTable(ctl, uuids);
        return 0;
    }
    for (guint i = 0; i < uuids->len; i++)
        virshPrint(ctl, "%s\n", (const char *)uuids->pdata[i]);
    return 0;
}

/* net-port-create */

int virshNetworkRunPortCreate(virshControl *ctl, const virshCommand *cmd)
{
    unsigned int flags = virshCommandHas(cmd, "validate") ? VIR_NETWORK_PORT_CREATE_VALIDATE : 0;
    g_autoptr(virNetwork) net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, NULL);
    g_autoptr(virNetworkPort) port = NULL;
    g_autofree char *xml = NULL;
    char uuid[VIR_UUID_STRING_BUFLEN];
    const char *file = NULL;

    if (!net || virshOptionString(ctl, cmd, "file", &file) <= 0)
        return -1;
    xml = virshReadFile(ctl, file);
    if (!xml)
        return -1;
    port = virNetworkPortCreateXML(net, xml, flags);
    if (!port) {
        virshError(ctl, _("Failed to create network from %s"), file);
        return -1;
    }
    (void)virNetworkPortGetUUIDString(port, uuid); /* fails only for what is no port */
    virshPrintExtra(ctl, _("Network port %s created from %s\n"), uuid, file);
    return 0;
}

/* net-port-dumpxml, net-port-delete */

/* The port that the option "port" names, in the network that "network" names; NULL after an error was printed. */
static virNetworkPortPtr getPort(virshControl *ctl, const virshCommand *cmd, const char **ret_name)
{
    g_autoptr(virNetwork) net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, NULL);
    virNetworkPortPtr port;

    if (!net || virshOptionString(ctl, cmd, "port", ret_name) <= 0)
        return NULL;
    port = virNetworkPortLookupByUUIDString(net, *ret_name);
    if (!port)
        virshError(ctl, _("failed to get network port '%s'"), *ret_name);
    return port;
}

int virshNetworkRunPortDumpXML(virshControl *ctl, const virshCommand *cmd)
{
    g_autoptr(virNetworkPort) port = NULL;
    g_autofree char *xml = NULL;
    const char *name = NULL;
    const char *xpath = NULL;

    if (virshOptionString(ctl, cmd, "xpath", &xpath) < 0)
        return -1;
    port = getPort(ctl, cmd, &name);
    xml = port ? virNetworkPortGetXMLDesc(port, 0) : NULL;
    return xml ? virshNetworkPrintXML(ctl, cmd, xml) : -1;
}

int virshNetworkRunPortDelete(virshControl *ctl, const virshCommand *cmd)
{
    const char *name = NULL;
    g_autoptr(virNetworkPort) port = getPort(ctl, cmd, &name);

    if (!port)
        return -1;
    if (virNetworkPortDelete(port, 0) < 0) {
        virshError(ctl, _("Failed to delete network port %s"), name);
        return -1;
    }
    virshPrintExtra(ctl, _("Network port %s deleted\n"), name);
    return 0;
}
