/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_host_route.c: static routes of the real host, compared with what `ip route` says
 *
 * What steps a difference takes is test_plan_render's matter; that packets take the routes is tests/netns/test_route.py's.
 * Run by meson and tests/run, as root.
 */
#include "host_fixture.h"

#include <errno.h>
#include <string.h>

#include "virerror.h"

/* Lines of `ip -FAMILY route show dev virbr7 proto boot`, blanks at their ends cut, without what the carrier says. */
static void assertRoutes(const char *family, const char *wanted)
{
    const char *argv[] = { "ip", family, "route", "show", "dev", "virbr7", "proto", "boot", NULL };
    g_autofree char *out = NULL;
    g_autoptr(GString) lines = g_string_new(NULL);
    g_auto(GStrv) parts = NULL;

    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, NULL, NULL));
    parts = g_strsplit(out, "\n", -1);
    for (guint i = 0; parts[i] && *parts[i]; i++) {
        g_autoptr(GString) line = g_string_new(parts[i]);

        g_string_replace(line, " linkdown", "", 0);
        g_string_append_printf(lines, "%s\n", g_strchomp(line->str));
    }
    g_assert_cmpstr(lines->str, ==, wanted);
}

static virNetworkRoute *addRoute(Fixture *fix, const char *network, unsigned int prefix, const char *gateway)
{
    virNetworkRoute *route = virNetworkRouteNew();

    route->address = addressOf(network);
    route->prefix = prefix;
    route->has_prefix = TRUE;
    route->gateway = addressOf(gateway);
    g_ptr_array_add(fix->def->routes, route);
    return route;
}

static void addIpv6(Fixture *fix)
{
    virNetworkIp *ip = virNetworkIpNew();

    ip->family = g_strdup("ipv6");
    ip->address = addressOf("2001:db8:7::1");
    ip->prefix = 64;
    g_ptr_array_add(fix->def->ips, ip);
}

static void addMany(Fixture *fix)
{
    addIpv6(fix);
    addRoute(fix, "198.51.100.0", 24, "192.0.2.2");
    addRoute(fix, "198.51.100.0", 24, "192.0.2.3")->metric = 7;
    addRoute(fix, "0.0.0.0", 0, "192.0.2.4")->metric = 900;
    addRoute(fix, "2001:db8:9::", 48, "2001:db8:7::2");
    addRoute(fix, "::", 0, "2001:db8:7::3")->metric = 900;
}

#define MANY4 "default via 192.0.2.4 metric 900\n198.51.100.0/24 via 192.0.2.2\n198.51.100.0/24 via 192.0.2.3 metric 7\n"
#define MANY6 "2001:db8:9::/48 via 2001:db8:7::2 metric 1024 pref medium\n" \
              "default via 2001:db8:7::3 metric 900 pref medium\n"

/* The network with all of them, on the host. */
static virNetworkPlan *startMany(Fixture *fix)
{
    virNetworkPlan *want;

    addMany(fix);
    want = render(fix);
    applyDiffFine(fix, fix->empty, want);
    return want;
}

static void startMakesThemAndProbeFindsThem(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = startMany(fix);
    g_autoptr(virNetworkPlan) now = NULL;

    (void)data;
    assertRoutes("-4", MANY4);
    assertRoutes("-6", MANY6);
    now = probe(fix, want);
    assertDiff(now, want, "nft: fill");
    applyDiffFine(fix, want, fix->empty);
}

static void whatIsLostComesBack(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = startMany(fix);
    g_autoptr(virNetworkPlan) now = NULL;

    (void)data;
    runCommand("ip link set virbr7 down");
    assertRoutes("-4", "");
    now = probe(fix, want);
    applyDiffFine(fix, now, want);
    assertRoutes("-4", MANY4);
    assertRoutes("-6", MANY6);
}

/* The kernel takes all of a family's routes away with its last address. */
static void addressReplacedKeepsRoutes(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = startMany(fix);
    g_autoptr(virNetworkPlan) after = NULL;

    (void)data;
    ((virNetworkIp *)fix->def->ips->pdata[0])->address = addressOf("192.0.2.33");
    ((virNetworkIp *)fix->def->ips->pdata[1])->address = addressOf("2001:db8:7::33");
    after = render(fix);
    applyDiffFine(fix, want, after);
    assertRoutes("-4", MANY4);
    assertRoutes("-6", MANY6);
}

static void gatewayIsReplacedAndRouteDeleted(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = startMany(fix);
    g_autoptr(virNetworkPlan) after = NULL;

    (void)data;
    g_ptr_array_set_size(fix->def->routes, 0);
    addRoute(fix, "198.51.100.0", 24, "192.0.2.99");
    addRoute(fix, "2001:db8:9::", 48, "2001:db8:7::99");
    after = render(fix);
    applyDiffFine(fix, want, after);
    assertRoutes("-4", "198.51.100.0/24 via 192.0.2.99\n");
    assertRoutes("-6", "2001:db8:9::/48 via 2001:db8:7::99 metric 1024 pref medium\n");
}

/* One that an administrator has set himself is neither seen nor taken away. */
static void foreignRouteStays(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) now = NULL;

    (void)data;
    applyDiffFine(fix, fix->empty, want);
    runCommand("ip route add 203.0.113.0/24 via 192.0.2.50 dev virbr7");
    now = probe(fix, want);
    assertDiff(now, want, "nft: fill");
    assertRoutes("-4", "203.0.113.0/24 via 192.0.2.50\n");
}

static void routeOfAnotherDeviceIsInTheWay(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    runCommand("ip link add up0 type veth peer name up1");
    runCommand("ip link set up0 up");
    runCommand("ip route add 198.51.100.0/24 dev up0");
    addRoute(fix, "198.51.100.0", 24, "192.0.2.2");
    want = render(fix);
    g_assert_cmpint(applyDiff(fix, fix->empty, want, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpint(virErrorGetInfo(err)->int1, ==, EEXIST);
    g_assert_cmpstr(err->message, ==,
                    "network 'lab': cannot add route 198.51.100.0/24 via 192.0.2.2 to virbr7: File exists");
    runCommand("ip link delete up0");
}

static void deleteOfAbsentIsFine(Fixture *fix, gconstpointer data)
{
    virPlanRoute route = { .network = addressOf("198.51.100.0"), .prefix = 24, .gateway = addressOf("192.0.2.2") };
    g_autoptr(virNetworkPlan) want = render(fix);
    virNetworkStep step = { .verb = VIR_STEP_ROUTE_DELETE, .from = want, .to = want, .route = &route };
    g_autoptr(GError) err = NULL;

    (void)data;
    fix->host->klass->apply(fix->host, &step, &err);
    g_assert_no_error(err);
    applyDiffFine(fix, fix->empty, want);
    fix->host->klass->apply(fix->host, &step, &err);
    g_assert_no_error(err);
}

int main(int argc, char **argv)
{
    static const HostTest table[] = {
        { "/host-route/start/makes-them-and-probe-finds-them", startMakesThemAndProbeFindsThem },
        { "/host-route/device-down/what-is-lost-comes-back", whatIsLostComesBack },
        { "/host-route/address-replaced/routes-are-kept", addressReplacedKeepsRoutes },
        { "/host-route/change/gateway-replaced-and-route-deleted", gatewayIsReplacedAndRouteDeleted },
        { "/host-route/foreign/stays", foreignRouteStays },
        { "/host-route/foreign/of-another-device-is-in-the-way", routeOfAnotherDeviceIsInTheWay },
        { "/host-route/delete/of-absent-is-fine", deleteOfAbsentIsFine },
    };
    const HostTests tests = { .argc = argc, .argv = argv, .tests = table, .n_tests = G_N_ELEMENTS(table) };

    return runHostTests(&tests);
}
