/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_sriov.c: pools of virtual functions, on a recording host that has been given some
 *
 * Card eth0 has two functions, of which the first has a device; card eth1 has one without. Run by meson.
 */
#include "network_sriov.h"

#include "virerror.h"

typedef struct {
    virNetworkHost *host;
    virNetworkManager *manager;
    virNetworkDef *def;         /* names eth0 as its physical function */
} Fixture;

static const virPciAddress first = { .bus = 4, .slot = 0x10 };
static const virPciAddress second = { .bus = 4, .slot = 0x10, .function = 2 };
static const virPciAddress third = { .bus = 5, .slot = 0x10 };
static const virPciAddress absent = { .bus = 9 };

static void setUp(Fixture *fix, gconstpointer data)
{
    const virNetworkManagerConfig config = { 0 };

    (void)data;
    fix->host = virNetworkHostRecordNew();
    virNetworkHostRecordAddFunction(fix->host, "eth0", &first, "eth0v0");
    virNetworkHostRecordAddFunction(fix->host, "eth0", &second, NULL);
    virNetworkHostRecordAddFunction(fix->host, "eth1", &third, NULL);
    fix->manager = virNetworkManagerNew(&config, fix->host);
    fix->def = virNetworkDefNew();
    fix->def->name = g_strdup("lab");
    fix->def->forward = VIR_NETWORK_FORWARD_PASSTHROUGH;
    fix->def->forward_pf = g_strdup("eth0");
}

static void tearDown(Fixture *fix, gconstpointer data)
{
    (void)data;
    virNetworkManagerFree(fix->manager);
    virNetworkHostFree(fix->host);
    virNetworkDefUnref(fix->def);
}

static void fillFine(Fixture *fix)
{
    g_autoptr(GError) err = NULL;

    virNetworkSriovFill(fix->manager, fix->def, &err);
    g_assert_no_error(err);
}

static void assertFillFails(Fixture *fix, const char *message)
{
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(virNetworkSriovFill(fix->manager, fix->def, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpstr(err->message, ==, message);
}

static void setPhysical(Fixture *fix, const char *device)
{
    g_free(fix->def->forward_pf);
    fix->def->forward_pf = g_strdup(device);
}

static void poolOfDevicesLeavesOutThoseWithout(Fixture *fix, gconstpointer data)
{
    (void)data;
    fillFine(fix);
    g_assert_cmpuint(fix->def->forward_devs->len, ==, 1);
    g_assert_cmpstr(fix->def->forward_devs->pdata[0], ==, "eth0v0");
    g_assert_cmpuint(fix->def->forward_addresses->len, ==, 0);
}

static void poolOfFunctionsHasAll(Fixture *fix, gconstpointer data)
{
    (void)data;
    fix->def->forward = VIR_NETWORK_FORWARD_HOSTDEV;
    fillFine(fix);
    g_assert_cmpuint(fix->def->forward_devs->len, ==, 0);
    g_assert_cmpuint(fix->def->forward_addresses->len, ==, 2);
    g_assert_true(virPciAddressEqual(fix->def->forward_addresses->pdata[0], &first));
    g_assert_true(virPciAddressEqual(fix->def->forward_addresses->pdata[1], &second));
}

static void cardWithoutUsableFunctionsIsRefused(Fixture *fix, gconstpointer data)
{
    (void)data;
    setPhysical(fix, "eth1");
    assertFillFails(fix, "internal error: No usable Vf's present on SRIOV PF eth1");
    setPhysical(fix, "eth9");
    assertFillFails(fix, "internal error: No usable Vf's present on SRIOV PF eth9");
}

static void givenPoolStays(Fixture *fix, gconstpointer data)
{
    (void)data;
    g_ptr_array_add(fix->def->forward_devs, g_strdup("eth7"));
    fillFine(fix);
    g_assert_cmpuint(fix->def->forward_devs->len, ==, 1);
}

/* As the test driver's host. */
static void hostWithoutHardwareFillsNothing(Fixture *fix, gconstpointer data)
{
    const virNetworkManagerConfig config = { 0 };
    g_autoptr(virNetworkHost) bare = virNetworkHostRecordNew();
    g_autoptr(virNetworkManager) manager = virNetworkManagerNew(&config, bare);
    g_autoptr(GError) err = NULL;

    (void)data;
    virNetworkSriovFill(manager, fix->def, &err);
    g_assert_no_error(err);
    g_assert_cmpuint(fix->def->forward_devs->len, ==, 0);
    g_assert_true(bare->klass->isVirtualFunction(bare, &absent));
}

static void listedFunctionMustBeVirtual(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;

    (void)data;
    fix->def->forward = VIR_NETWORK_FORWARD_HOSTDEV;
    g_ptr_array_add(fix->def->forward_addresses, g_memdup2(&first, sizeof(first)));
    virNetworkSriovCheck(fix->manager, fix->def, &err);
    g_assert_no_error(err);
    g_ptr_array_add(fix->def->forward_addresses, g_memdup2(&absent, sizeof(absent)));
    g_assert_cmpint(virNetworkSriovCheck(fix->manager, fix->def, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
    g_assert_cmpstr(err->message, ==, "unsupported configuration: device '/sys/bus/pci/devices/0000:09:00.0' in network 'lab' "
                    "is not an SR-IOV Virtual Function");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/sriov/fill/devices-leave-out-functions-without", poolOfDevicesLeavesOutThoseWithout },
        { "/sriov/fill/hostdev-has-all-functions", poolOfFunctionsHasAll },
        { "/sriov/fill/card-without-usable-functions-is-refused", cardWithoutUsableFunctionsIsRefused },
        { "/sriov/fill/given-pool-stays", givenPoolStays },
        { "/sriov/fill/host-without-hardware-fills-nothing", hostWithoutHardwareFillsNothing },
        { "/sriov/check/listed-function-must-be-virtual", listedFunctionMustBeVirtual },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, setUp, tests[i].run, tearDown);
    return g_test_run();
}
