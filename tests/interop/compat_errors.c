/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * compat_errors.c: what the library itself refuses, as a program sees it
 *
 * Calls public functions with missing objects, missing arguments and without the right to write, and prints each
 * error's fields. test_compat.py runs it with our library and with Debian's; both must say the same.
 */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <stdio.h>
#include <stdlib.h>

static void handle(void *opaque, virErrorPtr error)
{
    printf("%s: %d/%d level %d '%s' str1 '%s' str2 '%s' int1 %d\n", (const char *)opaque, error->code, error->domain,
           (int)error->level, error->message, error->str1, error->str2, error->int1);
}

static void set_place(const char *place)
{
    virSetErrorFunc((void *)place, handle);
}

static void try_missing_objects(virConnectPtr conn, virNetworkPtr net)
{
    set_place("no object");
    virConnectClose(NULL);
    virConnectRef(NULL);
    virConnectGetType(NULL);
    virConnectGetURI(NULL);
    virConnectIsAlive(NULL);
    virConnectNumOfNetworks(NULL);
    virConnectListAllNetworks(NULL, NULL, 0);
    virNetworkLookupByName(NULL, "x");
    virNetworkGetConnect(NULL);
    virNetworkGetName(NULL);
    virNetworkFree(NULL);
    virNetworkRef(NULL);
    virNetworkUpdate(NULL, 1, 1, 1, NULL, 1);
    virNetworkPortFree(NULL);
    virNodeGetInfo(NULL, NULL);
    set_place("wrong object");
    virNetworkCreate((virNetworkPtr)conn);
    virConnectGetHostname((virConnectPtr)net);
    virConnectGetCapabilities((virConnectPtr)net);
}

static void try_missing_arguments(virConnectPtr conn, virNetworkPtr net)
{
    char *names[1];

    set_place("argument");
    virConnectGetVersion(conn, NULL);
    virConnectGetLibVersion(conn, NULL);
    virNetworkLookupByName(conn, NULL);
    virNetworkLookupByUUID(conn, NULL);
    virNetworkLookupByUUIDString(conn, NULL);
    virNetworkLookupByUUIDString(conn, "zz");
    virNetworkCreateXML(conn, NULL);
    virNetworkCreateXMLFlags(conn, NULL, 0);
    virNetworkDefineXML(conn, NULL);
    virNetworkDefineXMLFlags(conn, NULL, 0);
    virNetworkUpdate(net, 0, 0, 0, NULL, 0);
    virNetworkGetUUID(net, NULL);
    virNetworkGetUUIDString(net, NULL);
    virNetworkGetAutostart(net, NULL);
    virConnectListNetworks(conn, names, -1);
    virConnectListNetworks(conn, NULL, 2);
    virConnectListDefinedNetworks(conn, names, -1);
    virConnectListDefinedNetworks(conn, NULL, 2);
}

static void try_read_only(void)
{
    virConnectPtr conn = virConnectOpenReadOnly("test:///default");
    virNetworkPtr net = virNetworkLookupByName(conn, "default");

    set_place("read only");
    virNetworkCreateXML(conn, NULL);
    virNetworkCreateXML(conn, "<network/>");
    virNetworkCreateXMLFlags(conn, NULL, 8);
    virNetworkDefineXML(conn, NULL);
    virNetworkDefineXMLFlags(conn, NULL, 8);
    virNetworkCreate(net);
    virNetworkDestroy(net);
    virNetworkUndefine(net);
    virNetworkSetAutostart(net, 1);
    virNetworkUpdate(net, 0, 0, 0, NULL, 8);
    printf("close with a network %d\n", virConnectClose(conn));
    printf("free %d\n", virNetworkFree(net));
}

static void try_uris(void)
{
    static const char *const uris[] = { "nothing", "test:", "test:///", "test:///no-such-file", "qemu://system",
                                        "test+none:///default", "network+unix://host/system" };

    for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
        set_place(uris[i]);
        virConnectOpen(uris[i]);
    }
}

static void try_copies(virConnectPtr conn)
{
    virError copy = { 0 };
    virErrorPtr saved;

    set_place("copies");
    virNetworkLookupByUUIDString(conn, "zz");
    saved = virSaveLastError();
    printf("copy %d\n", virCopyLastError(&copy));
    printf("connection %d\n", virConnGetLastError(conn)->code);
    virResetLastError();
    printf("kept %d '%s' %d, now %d\n", saved->code, copy.message, copy.domain, virGetLastErrorCode());
    virFreeError(saved);
    virResetError(&copy);
    virConnResetLastError(conn);
    printf("message '%s', connection %d, copy of none %d\n", virGetLastErrorMessage(), virConnGetLastError(conn)->code,
           virCopyLastError(&copy));
    virConnSetErrorFunc(conn, (void *)"own handler", handle);
    virNetworkLookupByUUIDString(conn, "zz");
    virConnSetErrorFunc(conn, NULL, NULL);
}

int main(void)
{
    virConnectPtr conn;
    virNetworkPtr net;

    /* Lines stay whole beside what libraries print to stderr. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (virInitialize() < 0)
        return 2;
    conn = virConnectOpen("test:///default");
    net = conn ? virNetworkLookupByName(conn, "default") : NULL;
    if (!net)
        return 1;
    try_missing_objects(conn, net);
    try_missing_arguments(conn, net);
    try_read_only();
    try_uris();
    try_copies(conn);
    virSetErrorFunc(NULL, NULL);
    virConnectClose(NULL);
    virNetworkFree(NULL);
    virNetworkFree(net);
    printf("close %d\n", virConnectClose(conn));
    return 0;
}
