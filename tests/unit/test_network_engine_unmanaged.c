/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_engine_unmanaged.c: networks whose guests use what the host has already
 *
 * Each mode is defined, started, found again and ended without a step on the host and without a file but its status. The
 * host may have no such bridge. Run by meson.
 */
#include "test_network_engine.h"

#define HOST_BRIDGE NETWORK_OF("lab", UUID, "<forward mode='bridge'/><bridge name='virbr7'/>")
#define NETWORK_OF(name, uuid, rest) "<network><name>" name "</name><uuid>" uuid "</uuid>" rest "</network>"

static const char *const modes[] = { "bridge", "private", "vepa", "passthrough", "hostdev" };

static char *networkOf(const char *mode)
{
    return g_strdup_printf(NETWORK_OF("lab", UUID, "<forward mode='%s'/>"), mode);
}

static void assertNoBridge(Fixture *fix)
{
    g_autoptr(GError) err = NULL;
    char *name = NULL;

    assertFails(driver->networkGetBridgeName(fix->conn, fix->lab, &name, &err), &err, VIR_ERR_INTERNAL_ERROR,
                "internal error: network 'lab' does not have a bridge name.");
    g_assert_null(name);
}

static void assertNoLeases(Fixture *fix)
{
    g_autoptr(GPtrArray) leases = NULL;
    g_autoptr(GError) err = NULL;

    driver->networkGetDHCPLeases(fix->conn, fix->lab, NULL, 0, &leases, &err);
    g_assert_no_error(err);
    g_assert_cmpuint(leases->len, ==, 0);
}

static void assertNothingIsFilledIn(Fixture *fix)
{
    assertHas(fix, 0, "<mac", FALSE);
    assertHas(fix, 0, "virbr", FALSE);
    assertHas(fix, VIR_NETWORK_XML_INACTIVE, "virbr", FALSE);
}

static void persistentInMode(Fixture *fix, const char *mode)
{
    g_autofree char *xml = networkOf(mode);

    define(fix, xml);
    assertNoBridge(fix);
    run(fix, driver->networkCreate);
    g_assert_true(hasFile(fix->run_dir, "lab.xml"));
    assertNothingIsFilledIn(fix);
    assertNoBridge(fix);
    assertNoLeases(fix);
    restart(fix);
    g_assert_cmpint(isActive(fix), ==, 1);
    virNetworkManagerReload(fix->manager);
    run(fix, driver->networkDestroy);
    g_assert_cmpint(isActive(fix), ==, 0);
    g_assert_false(hasFile(fix->run_dir, "lab.xml"));
    run(fix, driver->networkUndefine);
    assertSteps(fix, "");
}

static void transientInMode(Fixture *fix, const char *mode)
{
    g_autofree char *xml = networkOf(mode);

    create(fix, xml);
    g_assert_cmpint(isActive(fix), ==, 1);
    restart(fix);
    g_assert_cmpint(isActive(fix), ==, 1);
    run(fix, driver->networkDestroy);
    g_assert_cmpint(isActive(fix), ==, -1);
    assertSteps(fix, "");
}

static void everyModeLivesWithoutSteps(Fixture *fix, gconstpointer data)
{
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        persistentInMode(fix, modes[i]);
        transientInMode(fix, modes[i]);
    }
}

/* A bridge of the host is named, may be absent, and stays when the network goes. */
static void hostBridgeIsLeftAlone(Fixture *fix, gconstpointer data)
{
    g_autofree char *name = NULL;

    (void)data;
    define(fix, HOST_BRIDGE);
    run(fix, driver->networkCreate);
    driver->networkGetBridgeName(fix->conn, fix->lab, &name, NULL);
    g_assert_cmpstr(name, ==, "virbr7");
    restart(fix);
    g_assert_cmpint(isActive(fix), ==, 1);
    run(fix, driver->networkDestroy);
    assertSteps(fix, "");
}

/* Any number of networks may put their guests on one bridge of the host; but what one of them names is not made by another. */
static void hostBridgeIsSharedButNotMade(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkIdent) net = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    define(fix, HOST_BRIDGE);
    define(fix, NETWORK_OF("other", UUID2, "<forward mode='bridge'/><bridge name='virbr7'/>"));
    assertFails(driver->networkDefineXML(fix->conn, "<network><name>own</name><bridge name='virbr7'/></network>", 0, &net,
                                         &err),
                &err, VIR_ERR_INTERNAL_ERROR, "internal error: bridge name 'virbr7' already in use.");
}

/* A definition that turns from one kind into the other leaves nothing of the first. */
static void redefinedNetworkIsStartedAsItIsNow(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLab(fix);
    define(fix, HOST_BRIDGE);
    g_assert_cmpint(isActive(fix), ==, 1);
    run(fix, driver->networkDestroy);
    g_free(virNetworkHostRecordTake(fix->host));
    run(fix, driver->networkCreate);
    assertSteps(fix, "");
    run(fix, driver->networkDestroy);
    assertSteps(fix, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/engine/unmanaged/every-mode-lives-without-steps", Fixture, NULL, setUp, everyModeLivesWithoutSteps, tearDown);
    g_test_add("/engine/unmanaged/host-bridge-is-left-alone", Fixture, NULL, setUp, hostBridgeIsLeftAlone, tearDown);
    g_test_add("/engine/unmanaged/host-bridge-is-shared-but-not-made", Fixture, NULL, setUp, hostBridgeIsSharedButNotMade,
               tearDown);
    g_test_add("/engine/unmanaged/redefined-network-is-started-as-it-is-now", Fixture, NULL, setUp,
               redefinedNetworkIsStartedAsItIsNow, tearDown);
    return g_test_run();
}
