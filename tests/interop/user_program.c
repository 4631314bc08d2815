/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * user_program.c: a C program as users write them, for the test driver and whatever URI it is given
 *
 * It uses connections, networks, errors and the event loop through the public headers only. test_library.py compiles it with our
 * headers and with Debian's, and runs both with both libraries. It prints what it finds, one fact a line.
 */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int n_handled;
static int n_ticks;

static void count_error(void *opaque, virErrorPtr error)
{
    (void)opaque;
    n_handled += error->level == VIR_ERR_ERROR;
}

static void tick(int timer, void *opaque)
{
    (void)opaque;
    if (++n_ticks == 3)
        virEventRemoveTimeout(timer);
}

static int run_events(void)
{
    int timer = virEventAddTimeout(1, tick, NULL, NULL);

    if (timer < 0)
        return -1;
    while (n_ticks < 3) {
        if (virEventRunDefaultImpl() < 0)
            return -1;
    }
    return 0;
}

static int list_networks(virConnectPtr conn)
{
    virNetworkPtr *nets = NULL;
    int n_nets = virConnectListAllNetworks(conn, &nets, VIR_CONNECT_LIST_NETWORKS_ACTIVE);

    if (n_nets < 0)
        return -1;
    for (int i = 0; i < n_nets; i++) {
        char uuid[VIR_UUID_STRING_BUFLEN];
        char *bridge = virNetworkGetBridgeName(nets[i]);

        if (!bridge || virNetworkGetUUIDString(nets[i], uuid) < 0)
            return -1;
        printf("network %s uuid %s bridge %s persistent %d\n", virNetworkGetName(nets[i]), uuid, bridge,
               virNetworkIsPersistent(nets[i]));
        free(bridge);
        virNetworkFree(nets[i]);
    }
    free(nets);
    return 0;
}

static int update_network(virConnectPtr conn)
{
    virNetworkPtr net = virNetworkLookupByName(conn, "default");
    char *xml = NULL;
    int status = -1;

    if (!net)
        return -1;
    if (virNetworkUpdate(net, VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, VIR_NETWORK_SECTION_DNS_TXT, -1,
                         "<txt name='user-program' value='x'/>", VIR_NETWORK_UPDATE_AFFECT_LIVE) == 0)
        xml = virNetworkGetXMLDesc(net, 0);
    if (xml) {
        printf("update %s\n", strstr(xml, "user-program") ? "shown" : "not shown");
        status = 0;
    }
    free(xml);
    virNetworkFree(net);
    return status;
}

static void provoke_error(virConnectPtr conn)
{
    virNetworkPtr none = virNetworkLookupByName(conn, "no-such-network");
    virErrorPtr error = virGetLastError();

    printf("lookup %s code %d level %d handled %d\n", none ? "found" : "failed", error ? error->code : -1,
           error ? (int)error->level : -1, n_handled);
    virResetLastError();
    printf("after reset %d\n", virGetLastErrorCode());
}

int main(int argc, char **argv)
{
    virConnectPtr conn;

    virSetErrorFunc(NULL, count_error);
    if (virInitialize() < 0 || virEventRegisterDefaultImpl() < 0 || run_events() < 0)
        return 2;
    conn = virConnectOpen(argc > 1 ? argv[1] : "test:///default");
    if (!conn || list_networks(conn) < 0 || update_network(conn) < 0) {
        fprintf(stderr, "%s\n", virGetLastErrorMessage());
        return 1;
    }
    provoke_error(conn);
    printf("close %d\n", virConnectClose(conn));
    return 0;
}
