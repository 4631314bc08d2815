/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_plan_render.c: what of a definition becomes a plan, where no file of the golden tests can say it
 *
 * Definitions are built by hand here. How plans of whole networks look is the golden tests' matter. Run by meson.
 */
#include "network_plan.h"
#include "virerror.h"

/* A network that has, beside its mode, all that a managed one would make something of. */
static virNetworkDef *makeDef(virNetworkForwardMode mode)
{
    virNetworkDef *def = virNetworkDefNew();
    virNetworkIp *ip = virNetworkIpNew();

    def->name = g_strdup("lab");
    def->forward = mode;
    def->bridge = g_strdup("br0");
    g_assert_true(virSocketAddrParse("192.0.2.1", AF_INET, &ip->address));
    ip->prefix = 24;
    g_ptr_array_add(def->ips, ip);
    return def;
}

static virNetworkPlan *render(const virNetworkDef *def)
{
    g_autoptr(virHostFacts) facts = virHostFactsNew("/dnsmasq", "/run");
    g_autoptr(GError) err = NULL;
    virNetworkPlan *plan = NULL;

    virNetworkPlanRender(def, facts, &plan, &err);
    g_assert_no_error(err);
    return plan;
}

/* Also with what a faulty stored file may say: the host's bridge must never look like one that is ours to delete. */
static void planOfUnmanagedIsEmpty(void)
{
    for (int mode = VIR_NETWORK_FORWARD_NONE; mode < VIR_NETWORK_FORWARD_LAST; mode++) {
        g_autoptr(virNetworkDef) def = makeDef(mode);
        g_autoptr(virNetworkPlan) plan = render(def);
        g_autoptr(virNetworkPlan) empty = virNetworkPlanNewEmpty(def);
        gboolean managed = virNetworkForwardModeIsManaged(mode);

        g_assert_cmpstr(plan->bridge, ==, managed ? "br0" : NULL);
        g_assert_cmpint(virNetworkPlanEqual(plan, empty), ==, !managed);
    }
}

static void stepsOfUnmanagedAreNone(void)
{
    g_autoptr(virNetworkDef) def = makeDef(VIR_NETWORK_FORWARD_BRIDGE);
    g_autoptr(virNetworkPlan) plan = render(def);
    g_autoptr(virNetworkPlan) empty = virNetworkPlanNewEmpty(def);
    g_autoptr(virNetworkPlan) copy = virNetworkPlanCopy(plan);
    g_autoptr(GPtrArray) there = virNetworkPlanDiff(empty, plan);
    g_autoptr(GPtrArray) back = virNetworkPlanDiff(copy, empty);

    g_assert_cmpuint(there->len, ==, 0);
    g_assert_cmpuint(back->len, ==, 0);
}

/* --- Routes ------------------------------------------------------------------------------------------------------- */

static virSocketAddr addressOf(const char *text)
{
    virSocketAddr addr;

    g_assert_true(virSocketAddrParse(text, AF_UNSPEC, &addr));
    return addr;
}

static void addIp(virNetworkDef *def, const char *address, unsigned int prefix)
{
    virNetworkIp *ip = virNetworkIpNew();

    ip->address = addressOf(address);
    ip->prefix = prefix;
    g_ptr_array_add(def->ips, ip);
}

static void addRoute(virNetworkDef *def, const char *network, unsigned int prefix, const char *gateway)
{
    virNetworkRoute *route = virNetworkRouteNew();

    route->address = addressOf(network);
    route->prefix = prefix;
    route->has_prefix = TRUE;
    route->gateway = addressOf(gateway);
    g_ptr_array_add(def->routes, route);
}

static void assertDiff(const virNetworkPlan *from, const virNetworkPlan *to, const char *wanted)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);
    GString *out = g_string_new(NULL);
    g_autofree char *text = NULL;

    for (guint i = 0; i < steps->len; i++) {
        g_autofree char *line = virNetworkStepFormat(steps->pdata[i]);

        if (!g_str_has_prefix(line, "nft:") && !g_str_has_prefix(line, "dnsmasq:"))
            g_string_append_printf(out, "%s\n", line);
    }
    text = g_string_free(out, FALSE);
    g_assert_cmpstr(text, ==, wanted);
}

/* The network of makeDef with one route through it. */
static virNetworkDef *makeRouted(const char *gateway)
{
    virNetworkDef *def = makeDef(VIR_NETWORK_FORWARD_NONE);

    addRoute(def, "198.51.100.0", 24, gateway);
    return def;
}

static void routesDifferByWhatTheKernelTellsApart(void)
{
    g_autoptr(virNetworkDef) def = makeRouted("192.0.2.2");
    g_autoptr(virNetworkDef) other = makeRouted("192.0.2.3");
    g_autoptr(virNetworkDef) none = makeDef(VIR_NETWORK_FORWARD_NONE);
    g_autoptr(virNetworkPlan) a = render(def);
    g_autoptr(virNetworkPlan) b = render(other);
    g_autoptr(virNetworkPlan) c = render(none);

    assertDiff(a, a, "");
    assertDiff(a, b, "route: replace 198.51.100.0/24 via 192.0.2.3 (its gateway differs)\n");
    assertDiff(c, a, "route: add 198.51.100.0/24 via 192.0.2.2 (it is missing)\n");
    assertDiff(a, c, "route: delete 198.51.100.0/24 via 192.0.2.2 (it is not wanted)\n");
}

static void metricThatIsTheDefaultIsNone(void)
{
    g_autoptr(virNetworkDef) with = makeDef(VIR_NETWORK_FORWARD_NONE);
    g_autoptr(virNetworkDef) without = makeDef(VIR_NETWORK_FORWARD_NONE);
    g_autoptr(virNetworkPlan) a = NULL;
    g_autoptr(virNetworkPlan) b = NULL;

    addIp(with, "fd00::1", 64);
    addIp(without, "fd00::1", 64);
    addRoute(with, "2001:db8::", 32, "fd00::2");
    addRoute(without, "2001:db8::", 32, "fd00::2");
    ((virNetworkRoute *)with->routes->pdata[0])->metric = 1024;
    a = render(with);
    b = render(without);
    assertDiff(a, b, "");
}

/* When an address goes, the kernel may take routes of its family along: they are made sure of afterwards. */
static void routesAreMadeSureOfWhenAnAddressGoes(void)
{
    g_autoptr(virNetworkDef) def = makeRouted("192.0.2.2");
    g_autoptr(virNetworkDef) moved = makeRouted("192.0.2.2");
    g_autoptr(virNetworkPlan) a = render(def);
    g_autoptr(virNetworkPlan) b = NULL;

    ((virNetworkIp *)moved->ips->pdata[0])->address = addressOf("192.0.2.9");
    b = render(moved);
    assertDiff(a, b, "addr: add 192.0.2.9/24 (it is missing)\naddr: delete 192.0.2.1/24 (it is not wanted)\n"
                     "route: add 198.51.100.0/24 via 192.0.2.2 (it may have gone with an address)\n");
}

/* A bridge that was found down has lost them. */
static void routesFollowTheDeviceWhenItWasDown(void)
{
    g_autoptr(virNetworkDef) def = makeRouted("192.0.2.2");
    g_autoptr(virNetworkPlan) want = render(def);
    g_autoptr(virNetworkPlan) found = virNetworkPlanCopy(want);

    found->link.up = FALSE;
    assertDiff(found, want, "link: set br0 (its attributes differ)\n"
                            "route: add 198.51.100.0/24 via 192.0.2.2 (it is missing)\n");
}

static void sameRouteTwiceIsRenderedOnce(void)
{
    g_autoptr(virNetworkDef) def = makeRouted("192.0.2.2");
    g_autoptr(virNetworkPlan) plan = NULL;

    addRoute(def, "198.51.100.0", 24, "192.0.2.2");
    plan = render(def);
    g_assert_cmpuint(plan->routes->len, ==, 1);
}

static void otherGatewayOfSameRouteIsNotRendered(void)
{
    g_autoptr(virHostFacts) facts = virHostFactsNew("/dnsmasq", "/run");
    g_autoptr(virNetworkDef) def = makeRouted("192.0.2.2");
    g_autoptr(GError) err = NULL;
    virNetworkPlan *plan = NULL;

    addRoute(def, "198.51.100.0", 24, "192.0.2.3");
    g_assert_cmpint(virNetworkPlanRender(def, facts, &plan, &err), ==, -1);
    g_assert_null(plan);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==, "network 'lab': cannot add route 198.51.100.0/24 via 192.0.2.3: File exists");
}

/* --- Bridges ------------------------------------------------------------------------------------------------------ */

static void vlansAreFilteredWhereTheyAreUsed(void)
{
    g_autoptr(virNetworkDef) plain = makeDef(VIR_NETWORK_FORWARD_NONE);
    g_autoptr(virNetworkDef) table = makeDef(VIR_NETWORK_FORWARD_NONE);
    g_autoptr(virNetworkDef) tagged = makeDef(VIR_NETWORK_FORWARD_NONE);
    g_autoptr(virNetworkPlan) a = render(plain);
    g_autoptr(virNetworkPlan) b = NULL;
    g_autoptr(virNetworkPlan) c = NULL;
    g_autofree char *text = NULL;

    table->mac_table = VIR_NETWORK_MAC_TABLE_LIBVIRT;
    tagged->vlan = virNetworkVlanNew();
    b = render(table);
    c = render(tagged);
    g_assert_false(a->link.vlan_filtering);
    g_assert_true(c->link.vlan_filtering);
    assertDiff(a, b, "link: set br0 (its attributes differ)\n");
    assertDiff(b, c, "");
    text = virNetworkPlanFormat(b);
    g_assert_true(g_str_has_prefix(text, "[link]\nbridge br0 stp on delay 0 ms up vlan filtering\n"));
}

/* --- Zone and resolver -------------------------------------------------------------------------------------------- */

static void zoneThatIsNamedIsRequired(void)
{
    g_autoptr(virNetworkDef) def = makeDef(VIR_NETWORK_FORWARD_OPEN);
    g_autoptr(virNetworkPlan) without = render(def);
    g_autoptr(virNetworkPlan) with = NULL;
    g_autoptr(virNetworkPlan) empty = virNetworkPlanNewEmpty(def);

    def->zone = g_strdup("work");
    with = render(def);
    g_assert_null(without->zone.name);
    g_assert_cmpstr(with->zone.name, ==, "work");
    g_assert_true(with->zone.required);
    assertDiff(without, with, "zone: set work (it is in none)\n");
    assertDiff(with, without, "zone: remove work (no zone is wanted)\n");
    assertDiff(with, empty, "link: delete br0 (no bridge is wanted)\nzone: remove work (no zone is wanted)\n");
}

static virNetworkDef *makeRegistered(const char *domain)
{
    virNetworkDef *def = makeDef(VIR_NETWORK_FORWARD_NONE);

    def->domain = g_strdup(domain);
    def->domain_register = VIR_TRISTATE_YES;
    addIp(def, "fd00::1", 64);
    return def;
}

static void resolverIsToldWhereADomainIsRegistered(void)
{
    g_autoptr(virNetworkDef) def = makeRegistered("lab.example");
    g_autoptr(virNetworkDef) other = makeRegistered("other.example");
    g_autoptr(virNetworkPlan) a = render(def);
    g_autoptr(virNetworkPlan) b = render(other);
    g_autoptr(virNetworkPlan) c = NULL;
    g_autoptr(virNetworkPlan) found = virNetworkPlanCopy(a);

    def->domain_register = VIR_TRISTATE_NO;
    c = render(def);
    g_assert_cmpstr(a->resolver.servers, ==, "192.0.2.1 fd00::1");
    g_assert_null(c->resolver.domain);
    assertDiff(a, b, "resolver: set other.example (it knows something else)\n");
    assertDiff(a, c, "resolver: revert lab.example (it is not wanted)\n");
    assertDiff(a, found, "");
}

/* Nobody answers there. */
static void resolverIsNotToldOfDnsThatIsOff(void)
{
    g_autoptr(virNetworkDef) def = makeRegistered("lab.example");
    g_autoptr(virNetworkPlan) plan = NULL;

    def->dns_enable = VIR_TRISTATE_NO;
    plan = render(def);
    g_assert_null(plan->resolver.domain);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plan-render/unmanaged/plan-is-empty", planOfUnmanagedIsEmpty);
    g_test_add_func("/plan-render/unmanaged/takes-no-step", stepsOfUnmanagedAreNone);
    g_test_add_func("/plan-render/route/differs-by-what-the-kernel-tells-apart", routesDifferByWhatTheKernelTellsApart);
    g_test_add_func("/plan-render/route/metric-that-is-the-default-is-none", metricThatIsTheDefaultIsNone);
    g_test_add_func("/plan-render/route/made-sure-of-when-an-address-goes", routesAreMadeSureOfWhenAnAddressGoes);
    g_test_add_func("/plan-render/route/follows-device-that-was-down", routesFollowTheDeviceWhenItWasDown);
    g_test_add_func("/plan-render/route/same-one-twice-is-rendered-once", sameRouteTwiceIsRenderedOnce);
    g_test_add_func("/plan-render/route/other-gateway-of-same-one-is-not-rendered", otherGatewayOfSameRouteIsNotRendered);
    g_test_add_func("/plan-render/link/vlans-are-filtered-where-they-are-used", vlansAreFilteredWhereTheyAreUsed);
    g_test_add_func("/plan-render/zone/that-is-named-is-required", zoneThatIsNamedIsRequired);
    g_test_add_func("/plan-render/resolver/told-where-a-domain-is-registered", resolverIsToldWhereADomainIsRegistered);
    g_test_add_func("/plan-render/resolver/not-told-of-dns-that-is-off", resolverIsNotToldOfDnsThatIsOff);
    return g_test_run();
}
