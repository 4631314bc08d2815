/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_libvirt_stub.c: public functions that are there by name only
 *
 * One of each kind of result and object. That all of them exist is test_libvirt_symbols.py's matter.
 */
#include <glib.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

/* Functions that our headers do not declare, as libvirt-dev's do. */
extern int virDomainCreate(virDomainPtr domain);
extern int virDomainFree(virDomainPtr domain);
extern virDomainPtr virDomainLookupByID(virConnectPtr conn, int id);
extern unsigned int virDomainGetID(virDomainPtr domain);
extern unsigned long virDomainGetMaxMemory(virDomainPtr domain);
extern void virDomainFSInfoFree(void *info);
extern int virConnectNumOfStoragePools(virConnectPtr conn);
extern int virStoragePoolFree(virStoragePoolPtr pool);
extern int virSecretFree(virSecretPtr secret);
extern int virDomainSnapshotFree(virDomainSnapshotPtr snapshot);
extern virStreamPtr virStreamNew(virConnectPtr conn, unsigned int flags);

static virConnectPtr conn;

static void ignore(void *data G_GNUC_UNUSED, virErrorPtr error G_GNUC_UNUSED)
{
}

static void assertError(int code, int domain, const char *message)
{
    g_assert_cmpint(virGetLastErrorCode(), ==, code);
    g_assert_cmpint(virGetLastErrorDomain(), ==, domain);
    g_assert_cmpstr(virGetLastErrorMessage(), ==, message);
    virResetLastError();
}

#define UNSUPPORTED "this function is not supported by the connection driver: "

static void test_results(void)
{
    virNetworkPtr net = virNetworkLookupByName(conn, "default");

    g_assert_null(virConnectGetCapabilities(conn));
    assertError(VIR_ERR_NO_SUPPORT, VIR_FROM_DOMAIN, UNSUPPORTED "virConnectGetCapabilities");
    g_assert_cmpuint(virNodeGetFreeMemory(conn), ==, 0);
    assertError(VIR_ERR_NO_SUPPORT, VIR_FROM_DOMAIN, UNSUPPORTED "virNodeGetFreeMemory");
    g_assert_cmpint(virNetworkListAllPorts(net, NULL, 0), ==, -1);
    assertError(VIR_ERR_NO_SUPPORT, VIR_FROM_NETWORK, UNSUPPORTED "virNetworkListAllPorts");
    g_assert_cmpint(virConnectNumOfStoragePools(conn), ==, -1);
    assertError(VIR_ERR_NO_SUPPORT, VIR_FROM_STORAGE, UNSUPPORTED "virConnectNumOfStoragePools");
    g_assert_null(virDomainLookupByID(conn, 1));
    assertError(VIR_ERR_NO_SUPPORT, VIR_FROM_DOMAIN, UNSUPPORTED "virDomainLookupByID");
    g_assert_null(virStreamNew(conn, 0));
    assertError(VIR_ERR_NO_SUPPORT, VIR_FROM_STREAMS, UNSUPPORTED "virStreamNew");
    virNetworkFree(net);
}

static void test_foreign_object(void)
{
    virDomainPtr domain = (virDomainPtr)&conn;

    g_assert_cmpint(virDomainCreate(domain), ==, -1);
    assertError(VIR_ERR_NO_SUPPORT, VIR_FROM_DOMAIN, UNSUPPORTED "virDomainCreate");
    g_assert_cmpuint(virDomainGetID(domain), ==, (unsigned int)-1);
    assertError(VIR_ERR_NO_SUPPORT, VIR_FROM_DOMAIN, UNSUPPORTED "virDomainGetID");
    g_assert_cmpuint(virDomainGetMaxMemory(domain), ==, 0);
    assertError(VIR_ERR_NO_SUPPORT, VIR_FROM_DOMAIN, UNSUPPORTED "virDomainGetMaxMemory");
}

static void test_no_object(void)
{
    virNetworkPtr net = virNetworkLookupByName(conn, "default");

    g_assert_cmpint(virNodeGetInfo(NULL, NULL), ==, -1);
    assertError(VIR_ERR_INVALID_CONN, VIR_FROM_DOMAIN, "invalid connection pointer in virNodeGetInfo");
    g_assert_cmpint(virNodeGetInfo((virConnectPtr)net, NULL), ==, -1);
    assertError(VIR_ERR_INVALID_CONN, VIR_FROM_DOMAIN, "invalid connection pointer in virNodeGetInfo");
    g_assert_null(virNetworkPortLookupByUUIDString(NULL, "x"));
    assertError(VIR_ERR_INVALID_NETWORK, VIR_FROM_NETWORK,
                "invalid network pointer in virNetworkPortLookupByUUIDString");
    g_assert_cmpint(virNetworkPortFree(NULL), ==, -1);
    assertError(VIR_ERR_INVALID_NETWORK_PORT, VIR_FROM_NETWORK, "Invalid network port pointer: virNetworkPortFree");
    g_assert_cmpint(virDomainFree(NULL), ==, -1);
    assertError(VIR_ERR_INVALID_DOMAIN, VIR_FROM_DOM, "invalid domain pointer in virDomainFree");
    g_assert_cmpint(virDomainSnapshotFree(NULL), ==, -1);
    assertError(VIR_ERR_INVALID_DOMAIN_SNAPSHOT, VIR_FROM_DOMAIN_SNAPSHOT,
                "Invalid domain snapshot: virDomainSnapshotFree");
    g_assert_cmpint(virStoragePoolFree(NULL), ==, -1);
    assertError(VIR_ERR_INVALID_STORAGE_POOL, VIR_FROM_STORAGE, "invalid storage pool pointer in virStoragePoolFree");
    g_assert_cmpint(virSecretFree(NULL), ==, -1);
    assertError(VIR_ERR_INVALID_SECRET, VIR_FROM_SECRET, "Invalid secret: virSecretFree");
    virNetworkFree(net);
}

static void test_void(void)
{
    (void)virNetworkFree(NULL);
    virDomainFSInfoFree(NULL);
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_NETWORK);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    virSetErrorFunc(NULL, ignore);
    conn = virConnectOpen("test:///default");
    g_assert_nonnull(conn);
    g_test_add_func("/libvirt/stub/each-result-says-not-supported", test_results);
    g_test_add_func("/libvirt/stub/objects-of-other-kinds-say-not-supported", test_foreign_object);
    g_test_add_func("/libvirt/stub/no-object-or-a-wrong-one-says-so", test_no_object);
    g_test_add_func("/libvirt/stub/free-functions-without-result-are-silent", test_void);
    status = g_test_run();
    g_assert_cmpint(virConnectClose(conn), ==, 0);
    return status;
}
