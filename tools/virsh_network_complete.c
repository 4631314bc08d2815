/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the Tab key offers for the options of network commands: the names, UUIDs, ports and MAC addresses that the
 * connection knows at that moment. Prints nothing, whatever fails. Called through the table of commands.
 */
#include "virsh_network.h"

#include "virsh_connect.h"

#include <stdlib.h>

typedef char *(*describeNetwork)(virNetworkPtr net);

static char *describeName(virNetworkPtr net)
{
    return g_strdup(virNetworkGetName(net));
}

static char *describeUUID(virNetworkPtr net)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    return virNetworkGetUUIDString(net, uuid) == 0 ? g_strdup(uuid) : NULL;
}

static void addNetworks(virshControl *ctl, unsigned int flags, describeNetwork describe, GPtrArray *ret)
{
    virNetworkPtr *list = NULL;
    int count = virshConnectTry(ctl) == 0 ? virConnectListAllNetworks(ctl->conn, &list, flags) : -1;

    for (int i = 0; i < count; i++) {
        g_autoptr(virNetwork) net = list[i];
        char *text = describe(net);

        if (text)
            g_ptr_array_add(ret, text);
    }
    free(list);
}

void virshNetworkCompleteAny(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)cmd;
    addNetworks(ctl, 0, describeName, ret);
    /* Only who has begun with a UUID means one. */
    if (g_ascii_isxdigit(*prefix))
        addNetworks(ctl, 0, describeUUID, ret);
}

void virshNetworkCompleteActive(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)cmd;
    (void)prefix;
    addNetworks(ctl, VIR_CONNECT_LIST_NETWORKS_ACTIVE, describeName, ret);
}

void virshNetworkCompleteInactive(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)cmd;
    (void)prefix;
    addNetworks(ctl, VIR_CONNECT_LIST_NETWORKS_INACTIVE, describeName, ret);
}

void virshNetworkCompletePersistent(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)cmd;
    (void)prefix;
    addNetworks(ctl, VIR_CONNECT_LIST_NETWORKS_PERSISTENT, describeName, ret);
}

void virshNetworkCompleteName(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)cmd;
    (void)prefix;
    addNetworks(ctl, 0, describeName, ret);
}

void virshNetworkCompleteUUID(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)cmd;
    (void)prefix;
    addNetworks(ctl, 0, describeUUID, ret);
}

/* The network that the words before name; NULL if it cannot be found. */
static virNetworkPtr findNetwork(virshControl *ctl, const virshCommand *cmd)
{
    const char *name = virshCommandValue(cmd, "network");
    virNetworkPtr net;

    if (!name || virshConnectTry(ctl) < 0)
        return NULL;
    net = virNetworkLookupByName(ctl->conn, name);
    return net ? net : virNetworkLookupByUUIDString(ctl->conn, name);
}

void virshNetworkCompletePort(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    g_autoptr(virNetwork) net = findNetwork(ctl, cmd);
    virNetworkPortPtr *list = NULL;
    int count = net ? virNetworkListAllPorts(net, &list, 0) : -1;

    (void)prefix;
    for (int i = 0; i < count; i++) {
        char uuid[VIR_UUID_STRING_BUFLEN];

        if (virNetworkPortGetUUIDString(list[i], uuid) == 0)
            g_ptr_array_add(ret, g_strdup(uuid));
        (void)virNetworkPortFree(list[i]); /* fails only for what is no port */
    }
    free(list);
}

void virshNetworkCompleteLease(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    g_autoptr(virNetwork) net = findNetwork(ctl, cmd);
    virNetworkDHCPLeasePtr *list = NULL;
    int count = net ? virNetworkGetDHCPLeases(net, NULL, &list, 0) : -1;

    (void)prefix;
    for (int i = 0; i < count; i++) {
        if (list[i]->mac)
            g_ptr_array_add(ret, g_strdup(list[i]->mac));
        virNetworkDHCPLeaseFree(list[i]);
    }
    free(list);
}
