/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * netplan_program.c: a C program that asks what an update would do
 *
 * It links libvirt-netplan.so.0 beside libvirt.so.0, as docs/apply.md shows it. test_library.py compiles and runs it. Arguments: URI,
 * network, file with the wanted <network>.
 */
#include <libvirt/libvirt-netplan.h>
#include <libvirt/virterror.h>

#include <stdio.h>
#include <stdlib.h>

static void be_silent(void *opaque, virErrorPtr error)
{
    (void)opaque;
    (void)error;
}

static int read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    size_t length;

    if (!file)
        return -1;
    length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    fclose(file);
    return 0;
}

static int print_plan(virNetworkPtr net, const char *xml)
{
    char *plan = NULL;

    if (virNetworkPlanUpdate(net, VIR_NETWORK_UPDATE_COMMAND_MODIFY, VIR_NETWORK_SECTION_NONE, -1, xml,
                             VIR_NETWORK_UPDATE_AFFECT_LIVE, &plan) < 0) {
        virErrorPtr error = virGetLastError();

        printf("code %d domain %d: %s\n", error->code, error->domain, error->message);
        return 1;
    }
    fputs(plan, stdout);
    free(plan);
    return 0;
}

int main(int argc, char **argv)
{
    static char xml[65536];
    virConnectPtr conn;
    virNetworkPtr net;
    int status;

    virSetErrorFunc(NULL, be_silent);
    if (argc < 4 || read_file(argv[3], xml, sizeof(xml)) < 0)
        return 2;
    conn = argc > 4 ? virConnectOpenReadOnly(argv[1]) : virConnectOpen(argv[1]);
    net = conn ? virNetworkLookupByName(conn, argv[2]) : NULL;
    if (!net)
        return 2;
    status = print_plan(net, xml);
    virNetworkFree(net);
    virConnectClose(conn);
    return status;
}
