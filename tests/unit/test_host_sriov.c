/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_host_sriov.c: virtual functions are found in a sysfs made of links as the kernel's are
 *
 * One card with three functions, the second of which has no device, and one without any. Run by meson.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "network_host.h"
#include "test_tree.h"

typedef struct {
    char *root;
    virNetworkHost *host;
} Fixture;

static void makeDir(const Fixture *fix, const char *path)
{
    g_autofree char *full = g_build_filename(fix->root, path, NULL);

    g_assert_cmpint(g_mkdir_with_parents(full, 0755), ==, 0);
}

static void makeLink(const Fixture *fix, const char *path, const char *target)
{
    g_autofree char *full = g_build_filename(fix->root, path, NULL);

    g_assert_cmpint(symlink(target, full), ==, 0);
}

#define CARD "bus/pci/devices/0000:04:00.0"
#define FUNCTION(n) "bus/pci/devices/0000:04:10." n

static void setUp(Fixture *fix, gconstpointer data)
{
    virNetworkHostRealConfig config = { .lease_helper = "/bin/true", .lease_dir = "/nonexistent" };
    g_autoptr(GError) err = NULL;

    (void)data;
    fix->root = g_dir_make_tmp("sysfs-XXXXXX", &err);
    g_assert_no_error(err);
    makeDir(fix, CARD);
    makeDir(fix, FUNCTION("0") "/net/eth0v0");
    makeDir(fix, FUNCTION("2"));
    makeDir(fix, FUNCTION("4") "/net/eth0v2");
    makeDir(fix, "bus/pci/devices/0000:05:00.0");
    makeDir(fix, "class/net/eth0");
    makeDir(fix, "class/net/eth1");
    makeDir(fix, "class/net/lo");
    makeLink(fix, "class/net/eth0/device", "../../../" CARD);
    makeLink(fix, "class/net/eth1/device", "../../../bus/pci/devices/0000:05:00.0");
    makeLink(fix, CARD "/virtfn0", "../0000:04:10.0");
    makeLink(fix, CARD "/virtfn1", "../0000:04:10.2");
    makeLink(fix, CARD "/virtfn2", "../0000:04:10.4");
    makeLink(fix, FUNCTION("0") "/physfn", "../0000:04:00.0");
    makeLink(fix, FUNCTION("2") "/physfn", "../0000:04:00.0");
    config.sysfs_root = fix->root;
    fix->host = virNetworkHostRealNew(&config, &err);
    g_assert_no_error(err);
}

static void tearDown(Fixture *fix, gconstpointer data)
{
    (void)data;
    virNetworkHostFree(fix->host);
    removeTree(fix->root);
    g_free(fix->root);
}

/* "0000:04:10.0 eth0v0; ..." */
static void assertFunctions(Fixture *fix, const char *physical, const char *wanted)
{
    g_autoptr(GPtrArray) functions = fix->host->klass->listVirtualFunctions(fix->host, physical);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < functions->len; i++) {
        const virHostFunction *function = functions->pdata[i];
        char address[VIR_PCI_ADDRESS_BUFLEN];

        g_string_append_printf(text, "%s %s; ", virPciAddressFormat(&function->address, address),
                               function->device ? function->device : "-");
    }
    g_assert_cmpstr(text->str, ==, wanted);
}

static void functionsAreListedInTheCardsOrder(Fixture *fix, gconstpointer data)
{
    (void)data;
    assertFunctions(fix, "eth0", "0000:04:10.0 eth0v0; 0000:04:10.2 -; 0000:04:10.4 eth0v2; ");
}

static void whatIsNoCardHasNone(Fixture *fix, gconstpointer data)
{
    (void)data;
    assertFunctions(fix, "eth1", "");
    assertFunctions(fix, "lo", "");
    assertFunctions(fix, "absent", "");
    assertFunctions(fix, "../net/eth0", "");
    assertFunctions(fix, "..", "");
}

static void linkThatIsNoPciAddressEndsTheList(Fixture *fix, gconstpointer data)
{
    (void)data;
    makeLink(fix, "bus/pci/devices/0000:05:00.0/virtfn0", "../0000:05:10.0x");
    assertFunctions(fix, "eth1", "");
}

static void virtualFunctionHasAPhysicalOne(Fixture *fix, gconstpointer data)
{
    virPciAddress address = { .bus = 4, .slot = 0x10 };

    (void)data;
    g_assert_true(fix->host->klass->isVirtualFunction(fix->host, &address));
    address.slot = 0;
    g_assert_false(fix->host->klass->isVirtualFunction(fix->host, &address));
    address.bus = 9;
    g_assert_false(fix->host->klass->isVirtualFunction(fix->host, &address));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/host-sriov/list/in-the-cards-order", Fixture, NULL, setUp, functionsAreListedInTheCardsOrder, tearDown);
    g_test_add("/host-sriov/list/what-is-no-card-has-none", Fixture, NULL, setUp, whatIsNoCardHasNone, tearDown);
    g_test_add("/host-sriov/list/link-that-is-no-address-ends-it", Fixture, NULL, setUp, linkThatIsNoPciAddressEndsTheList,
               tearDown);
    g_test_add("/host-sriov/function/virtual-one-has-a-physical-one", Fixture, NULL, setUp, virtualFunctionHasAPhysicalOne,
               tearDown);
    return g_test_run();
}
