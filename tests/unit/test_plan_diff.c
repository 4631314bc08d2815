/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_plan_diff.c: steps between two plans lead from one to the other, in a safe order, and are no more than needed
 *
 * Plans are rendered from XML, some of it thrown together by a seeded generator (GLib's --seed repeats a run). What the
 * steps look like for given networks is the golden tests' matter. Run by meson.
 */
#include <string.h>

#include "network_parse.h"
#include "network_plan.h"
#include "virerror.h"

#define N_PAIRS 500

static virNetworkPlan *renderBy(const char *xml, virAdvertiser advertiser)
{
    g_autoptr(virHostFacts) facts = virHostFactsNew("/dnsmasq", "/run");
    g_autoptr(GError) err = NULL;
    g_autoptr(virNetworkDef) def = virNetworkDefParse(xml, &err);
    virNetworkPlan *plan = NULL;

    g_assert_no_error(err);
    facts->radvd_dir = g_strdup("/radvd");
    facts->advertiser = advertiser;
    virNetworkPlanRender(def, facts, &plan, &err);
    g_assert_no_error(err);
    return plan;
}

/* Half of all networks, and always the same ones, are rendered for daemons with radvd. */
static virNetworkPlan *render(const char *xml)
{
    return renderBy(xml, g_str_hash(xml) % 2 ? VIR_ADVERTISER_RADVD : VIR_ADVERTISER_DNSMASQ);
}

/* @forward and @ips are XML. */
static virNetworkPlan *renderNet(const char *forward, const char *ips)
{
    g_autofree char *xml =
        g_strdup_printf("<network><name>lab</name>%s<bridge name='virbr7'/>%s</network>", forward, ips);

    return renderBy(xml, VIR_ADVERTISER_DNSMASQ);
}

#define NAT "<forward mode='nat'/>"
#define IP "<ip address='192.0.2.1' prefix='24'/>"
#define IP_RANGE "<ip address='192.0.2.1' prefix='24'><dhcp><range start='192.0.2.10' end='192.0.2.20'/></dhcp></ip>"
#define IP_HOST "<ip address='192.0.2.1' prefix='24'><dhcp><range start='192.0.2.10' end='192.0.2.20'/>" \
                "<host name='a' ip='192.0.2.5'/></dhcp></ip>"

static virNetworkPlan *makeEmpty(void)
{
    return virNetworkPlanNew("lab", "virbr7");
}

static char *formatDiff(const virNetworkPlan *from, const virNetworkPlan *to)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);
    GString *out = g_string_new(NULL);
    guint i;

    for (i = 0; i < steps->len; i++) {
        g_autofree char *line = virNetworkStepFormat(steps->pdata[i]);

        g_string_append_printf(out, "%s\n", line);
    }
    return g_string_free(out, FALSE);
}

/* What @from has become after all steps to @to. */
static virNetworkPlan *walk(const virNetworkPlan *from, const virNetworkPlan *to)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);
    virNetworkPlan *reached = virNetworkPlanCopy(from);
    guint i;

    for (i = 0; i < steps->len; i++)
        virNetworkPlanAdvance(reached, steps->pdata[i]);
    return reached;
}

/* --- Generated networks ----------------------------------------------------------------------------------------- */

static void addHosts(GString *xml, int subnet)
{
    int i;

    for (i = 1; i < 6; i++) {
        if (g_test_rand_int_range(0, 2))
            continue;
        g_string_append_printf(xml, "<host mac='52:54:00:00:%02x:%02x' name='h%d' ip='10.0.%d.%d'/>", subnet, i,
                               (int)g_test_rand_int_range(0, 3) * 10 + i, subnet, i + 1);
    }
}

static void addIp(GString *xml, int subnet, gboolean dhcp)
{
    g_string_append_printf(xml, "<ip address='10.0.%d.1' prefix='24'><dhcp>", subnet);
    if (dhcp && g_test_rand_int_range(0, 2)) {
        g_string_append_printf(xml, "<range start='10.0.%d.100' end='10.0.%d.%d'/>", subnet, subnet,
                               (int)g_test_rand_int_range(100, 104));
    }
    if (dhcp)
        addHosts(xml, subnet);
    g_string_append(xml, "</dhcp></ip>");
}

static void addHosts6(GString *xml, int subnet)
{
    int i;

    for (i = 1; i < 4; i++) {
        if (!g_test_rand_int_range(0, 2)) {
            g_string_append_printf(xml, "<host id='0:%d' name='s%d' ip='fd00:%d::%d'/>", i, i, subnet,
                                   (int)g_test_rand_int_range(0, 3) * 10 + i);
        }
    }
}

static void addIp6(GString *xml, int subnet, gboolean dhcp)
{
    g_string_append_printf(xml, "<ip family='ipv6' address='fd00:%d::1' prefix='64'><dhcp>", subnet);
    if (dhcp && g_test_rand_int_range(0, 2)) {
        g_string_append_printf(xml, "<range start='fd00:%d::100' end='fd00:%d::1%02d'/>", subnet, subnet,
                               (int)g_test_rand_int_range(10, 14));
    }
    if (dhcp)
        addHosts6(xml, subnet);
    g_string_append(xml, "</dhcp></ip>");
}

static char *generate(void)
{
    static const char *const forwards[] = {
        "", "<forward mode='nat'/>", "<forward mode='route'/>", "<forward mode='open'/>",
        "<forward mode='nat'><nat><port start='2000' end='3000'/></nat></forward>",
        "<forward mode='nat'><nat ipv6='yes'/></forward>",
        "<forward mode='nat'><nat><address start='198.51.100.5' end='198.51.100.9'/></nat></forward>",
    };
    static const char *const others[] = {
        "<mac address='52:54:00:00:00:01'/>", "<mac address='52:54:00:00:00:02'/>",
        "<mac address='52:54:00:00:00:01'/><domain name='a.example'/>",
        "<mac address='52:54:00:00:00:01'/><domain name='a.example' localOnly='yes'/>",
    };
    static const int mtus[] = { 0, 1500, 9000 };    /* 0: as if none were given */
    int n_ips = g_test_rand_int_range(0, 4), first = g_test_rand_int_range(1, 5), i;
    int n_ips6 = g_test_rand_int_range(0, 3);
    int forward = n_ips + n_ips6 ? g_test_rand_int_range(0, G_N_ELEMENTS(forwards)) : 0;
    GString *xml = g_string_new("<network><name>lab</name>");

    g_string_append_printf(xml, "%s<bridge name='virbr7' stp='%s' delay='%d'/><mtu size='%d'/>%s", forwards[forward],
                           g_test_rand_int_range(0, 2) ? "on" : "off", (int)g_test_rand_int_range(0, 2),
                           mtus[g_test_rand_int_range(0, G_N_ELEMENTS(mtus))],
                           others[g_test_rand_int_range(0, G_N_ELEMENTS(others))]);
    if (g_test_rand_int_range(0, 2))
        g_string_append_printf(xml, "<dns><txt name='t' value='%d'/></dns>", (int)g_test_rand_int_range(0, 3));
    for (i = 0; i < n_ips; i++)
        addIp(xml, first + i, i == 0);
    for (i = 0; i < n_ips6; i++)
        addIp6(xml, first + i, i == 0);
    g_string_append(xml, "</network>");
    return g_string_free(xml, FALSE);
}

/* Switches of the host stay on, so a plan that does not ask for one is reached with it. */
static void dropHostSwitches(virNetworkPlan *plan)
{
    guint i;

    for (i = plan->sysctls->len; i > 0; i--) {
        if (((const virPlanSysctl *)plan->sysctls->pdata[i - 1])->shared)
            g_ptr_array_remove_index(plan->sysctls, i - 1);
    }
}

static void assertReached(virNetworkPlan *reached, virNetworkPlan *wanted, const char *how)
{
    g_autofree char *left = formatDiff(reached, wanted);

    if (*left)
        g_test_message("%s: left to do:\n%s", how, left);
    g_assert_cmpstr(left, ==, "");
    dropHostSwitches(reached);
    dropHostSwitches(wanted);
    if (!virNetworkPlanEqual(reached, wanted)) {
        g_autofree char *a = virNetworkPlanFormat(reached), *b = virNetworkPlanFormat(wanted);

        g_test_message("%s: reached\n%swanted\n%s", how, a, b);
        g_assert_not_reached();
    }
}

static void stepsBetweenAnyTwoReachTheSecond(void)
{
    guint i;

    for (i = 0; i < N_PAIRS; i++) {
        g_autofree char *a_xml = generate(), *b_xml = generate();
        g_autoptr(virNetworkPlan) a = render(a_xml);
        g_autoptr(virNetworkPlan) b = render(b_xml);
        g_autoptr(virNetworkPlan) reached = walk(a, b);
        g_autofree char *how = g_strdup_printf("pair %u: from %s to %s", i, a_xml, b_xml);

        assertReached(reached, b, how);
    }
}

static void stepsFromNothingReachIt(void)
{
    guint i;

    for (i = 0; i < N_PAIRS; i++) {
        g_autofree char *xml = generate();
        g_autoptr(virNetworkPlan) wanted = render(xml);
        g_autoptr(virNetworkPlan) empty = makeEmpty();
        g_autoptr(virNetworkPlan) reached = walk(empty, wanted);

        g_assert_true(virNetworkPlanEqual(reached, wanted));
        assertReached(reached, wanted, xml);
    }
}

/* A start that is cut off after any step goes on from there, and the bridge is down until its own step. */
static void stepsGoOnFromWhereTheyStopped(void)
{
    g_autoptr(virNetworkPlan) empty = makeEmpty();
    g_autoptr(virNetworkPlan) wanted = renderNet(NAT, IP_HOST);
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(empty, wanted);
    g_autoptr(virNetworkPlan) stopped = makeEmpty();
    gboolean was_set = FALSE;
    guint i;

    for (i = 0; i < steps->len; i++) {
        g_autoptr(virNetworkPlan) reached = NULL;

        virNetworkPlanAdvance(stopped, steps->pdata[i]);
        was_set = was_set || ((const virNetworkStep *)steps->pdata[i])->verb == VIR_STEP_LINK_SET;
        g_assert_cmpint(stopped->link.up, ==, was_set);
        g_assert_cmpint(virNetworkPlanEqual(stopped, wanted), ==, i == steps->len - 1);
        reached = walk(stopped, wanted);
        g_assert_true(virNetworkPlanEqual(reached, wanted));
    }
    g_assert_cmpuint(i, >, 5);
}

/* Nothing runs and nothing is there, and from there the way up is the same as from nothing. */
static void stepsToNothingLeaveNothing(void)
{
    guint i;

    for (i = 0; i < N_PAIRS; i++) {
        g_autofree char *xml = generate();
        g_autoptr(virNetworkPlan) plan = render(xml);
        g_autoptr(virNetworkPlan) empty = makeEmpty();
        g_autoptr(virNetworkPlan) reached = walk(plan, empty);
        g_autofree char *left = formatDiff(reached, empty);
        g_autoptr(virNetworkPlan) again = walk(reached, plan);

        g_assert_false(reached->link.present || reached->nft.present || reached->dnsmasq.present || reached->radvd.present);
        g_assert_cmpstr(left, ==, "");
        assertReached(again, plan, xml);
    }
}

static void equalPlansTakeNoStep(void)
{
    guint i;

    for (i = 0; i < N_PAIRS; i++) {
        g_autofree char *xml = generate();
        g_autoptr(virNetworkPlan) a = render(xml);
        g_autoptr(virNetworkPlan) b = render(xml);
        g_autoptr(virNetworkPlan) copy = virNetworkPlanCopy(a);
        g_autofree char *steps = formatDiff(a, a), *between = formatDiff(a, b), *copied = formatDiff(copy, a);

        g_assert_cmpstr(steps, ==, "");
        g_assert_cmpstr(between, ==, "");
        g_assert_cmpstr(copied, ==, "");
        g_assert_true(virNetworkPlanEqual(a, b) && virNetworkPlanEqual(a, copy));
    }
}

/* --- Order ------------------------------------------------------------------------------------------------------ */

/* Where each kind of step has its place; SET of a link counts as "up". */
static int rank(const virNetworkStep *step)
{
    switch (step->verb) {
    case VIR_STEP_LINK_ADD:
        return 0;
    case VIR_STEP_SYSCTL_SET:
        return step->sysctl->shared ? 4 : 1;
    case VIR_STEP_ADDR_ADD:
        return 2;
    case VIR_STEP_NFT_FILL:
    case VIR_STEP_QOS_BUILD:
    case VIR_STEP_QOS_SET_CLASS:
    case VIR_STEP_QOS_FILL_INBOUND:
    case VIR_STEP_QOS_FILL_OUTBOUND:
        return 3;
    case VIR_STEP_LINK_SET:
        return 4;
    case VIR_STEP_ADDR_DELETE:
        return 6;
    case VIR_STEP_LINK_DELETE:
        return 7;
    case VIR_STEP_NFT_REMOVE:
        return 8;
    default:
        return 5;
    }
}

static void assertOrdered(const virNetworkPlan *from, const virNetworkPlan *to)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);
    guint i;

    for (i = 1; i < steps->len; i++)
        g_assert_cmpint(rank(steps->pdata[i - 1]), <=, rank(steps->pdata[i]));
}

static void stepsAreInOrder(void)
{
    g_autoptr(virNetworkPlan) empty = makeEmpty();
    guint i;

    for (i = 0; i < N_PAIRS; i++) {
        g_autofree char *a_xml = generate(), *b_xml = generate();
        g_autoptr(virNetworkPlan) a = render(a_xml);
        g_autoptr(virNetworkPlan) b = render(b_xml);

        assertOrdered(a, b);
        assertOrdered(empty, b);
        assertOrdered(a, empty);
    }
}

/* --- What a probe finds ----------------------------------------------------------------------------------------- */

static void unknownRulesAreRefilled(void)
{
    g_autoptr(virNetworkPlan) wanted = renderNet(NAT, IP);
    g_autoptr(virNetworkPlan) present = virNetworkPlanCopy(wanted);
    g_autoptr(virNetworkPlan) reached = NULL;
    g_autofree char *steps = NULL;

    present->nft.known = FALSE;
    steps = formatDiff(present, wanted);
    g_assert_cmpstr(steps, ==, "nft: fill (rules are not known)\n");
    g_assert_false(virNetworkPlanEqual(present, wanted));
    reached = walk(present, wanted);
    g_assert_true(virNetworkPlanEqual(reached, wanted));
}

static void lossIsRepaired(void)
{
    static const struct {
        gboolean link_down, no_dnsmasq, no_addr, unloaded, stale;
        const char *steps;
    } rows[] = {
        { .link_down = TRUE, .steps = "link: set virbr7 (its attributes differ)\n" },
        { .no_dnsmasq = TRUE, .steps = "dnsmasq: start (it does not run)\n" },
        { .no_addr = TRUE, .steps = "addr: add 192.0.2.1/24 (it is missing)\n" },
        { .unloaded = TRUE, .steps = "dnsmasq: restart (what it has read is not known)\n" },
        { .stale = TRUE, .steps = "dnsmasq: reload (which hosts it has read is not known)\n" },
        { .unloaded = TRUE, .stale = TRUE, .steps = "dnsmasq: restart (what it has read is not known)\n" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkPlan) wanted = renderNet(NAT, IP_RANGE);
        g_autoptr(virNetworkPlan) present = virNetworkPlanCopy(wanted);
        g_autoptr(virNetworkPlan) reached = NULL;
        g_autofree char *steps = NULL;

        present->link.up = !rows[i].link_down;
        present->dnsmasq.present = !rows[i].no_dnsmasq;
        present->dnsmasq.loaded = !rows[i].unloaded;
        present->dnsmasq.hosts_stale = rows[i].stale;
        if (rows[i].no_addr)
            g_ptr_array_set_size(present->addrs, 0);
        steps = formatDiff(present, wanted);
        g_assert_cmpstr(steps, ==, rows[i].steps);
        reached = walk(present, wanted);
        g_assert_true(virNetworkPlanEqual(reached, wanted));
    }
}

/* With other hosts written and stale ones read, one reload does for both. */
static void staleHostsWithNewHostsReloadOnce(void)
{
    g_autoptr(virNetworkPlan) wanted = renderNet(NAT, IP_HOST);
    g_autoptr(virNetworkPlan) present = renderNet(NAT, IP_RANGE);
    g_autofree char *steps = NULL;

    present->dnsmasq.hosts_stale = TRUE;
    steps = formatDiff(present, wanted);
    g_assert_cmpstr(steps, ==, "dnsmasq: write hosts (hosts differ)\ndnsmasq: reload (hosts differ)\n");
}

#define NET6(bridge, dns) "<network><name>lab</name><bridge name='" bridge "'/><dns><txt name='t' value='" dns "'/></dns>" \
                          "<ip family='ipv6' address='fd00:9::1' prefix='64'/></network>"

static void radvdIsRepaired(void)
{
    static const struct {
        gboolean dead, unloaded, other_conf;
        const char *steps;
    } rows[] = {
        { .dead = TRUE, .steps = "radvd: start (it does not run)\n" },
        { .unloaded = TRUE, .steps = "radvd: reload (what it has read is not known)\n" },
        { .dead = TRUE, .unloaded = TRUE, .steps = "radvd: start (it does not run)\n" },
        { .other_conf = TRUE, .steps = "radvd: write conf (conf differs)\nradvd: reload (conf differs)\n" },
        { .other_conf = TRUE, .unloaded = TRUE,
          .steps = "radvd: write conf (conf differs)\nradvd: reload (conf differs)\n" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkPlan) wanted = renderBy(NET6("virbr7", "1"), VIR_ADVERTISER_RADVD);
        g_autoptr(virNetworkPlan) present = virNetworkPlanCopy(wanted);
        g_autoptr(virNetworkPlan) reached = NULL;
        g_autofree char *steps = NULL;

        present->radvd.present = !rows[i].dead;
        present->radvd.loaded = !rows[i].unloaded;
        if (rows[i].other_conf)
            g_clear_pointer(&present->radvd.conf, g_free);
        steps = formatDiff(present, wanted);
        g_assert_cmpstr(steps, ==, rows[i].steps);
        g_assert_false(virNetworkPlanEqual(present, wanted));
        reached = walk(present, wanted);
        g_assert_true(virNetworkPlanEqual(reached, wanted));
    }
}

static void changeOfDnsLeavesRadvdAlone(void)
{
    g_autoptr(virNetworkPlan) from = renderBy(NET6("virbr7", "1"), VIR_ADVERTISER_RADVD);
    g_autoptr(virNetworkPlan) to = renderBy(NET6("virbr7", "2"), VIR_ADVERTISER_RADVD);
    g_autofree char *steps = formatDiff(from, to);

    g_assert_cmpstr(steps, ==, "dnsmasq: write conf (conf differs)\ndnsmasq: restart (conf differs)\n");
}

static void bridgeThatRadvdWouldMisreadIsNotRendered(void)
{
    g_autoptr(virHostFacts) facts = virHostFactsNew("/dnsmasq", "/run");
    g_autoptr(virNetworkDef) def = virNetworkDefParse(NET6("a{b;c}", "1"), NULL);
    g_autoptr(GError) err = NULL;
    virNetworkPlan *plan = NULL;

    g_assert_nonnull(def);
    facts->radvd_dir = g_strdup("/radvd");
    facts->advertiser = VIR_ADVERTISER_RADVD;
    g_assert_cmpint(virNetworkPlanRender(def, facts, &plan, &err), ==, -1);
    g_assert_null(plan);
    g_assert_error(err, VIR_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
    g_assert_cmpstr(err->message, ==, "unsupported configuration: network 'lab': bridge name 'a{b;c}' cannot be written to "
                                      "radvd's configuration");
}

/* --- Subnets ---------------------------------------------------------------------------------------------------- */

static void subnetsAreChecked(void)
{
    static const struct {
        const char *interface;
        const char *network;
        unsigned int prefix;
        gboolean claimed;
        gboolean refused;
    } rows[] = {
        { "eth0", "192.0.2.0", 24, FALSE, TRUE },
        { "eth0", "192.0.2.77", 24, FALSE, TRUE },      /* an address of that subnet says the same */
        { "eth0", "192.0.2.0", 25, FALSE, FALSE },      /* libvirt lets other sizes of the host through */
        { "eth0", "192.0.0.0", 16, FALSE, FALSE },
        { "eth0", "198.51.100.0", 24, FALSE, FALSE },
        { "virbr7", "192.0.2.0", 24, FALSE, FALSE },    /* the network's own */
        { "virbr8", "192.0.2.0", 24, TRUE, TRUE },
        { "virbr8", "192.0.2.128", 25, TRUE, TRUE },
        { "virbr8", "192.0.2.0", 32, TRUE, TRUE },
        { "virbr8", "192.0.0.0", 16, TRUE, TRUE },
        { "virbr8", "192.0.3.0", 24, TRUE, FALSE },
        { "virbr7", "192.0.0.0", 16, TRUE, FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkPlan) plan = renderNet("", IP);
        g_autoptr(virHostFacts) facts = virHostFactsNew("/dnsmasq", "/run");
        g_autofree char *wanted = g_strdup_printf("internal error: Network is already in use by interface %s",
                                                  rows[i].interface);
        g_autoptr(GError) err = NULL;
        virSocketAddr network;
        int ret;

        g_assert_true(virSocketAddrParse(rows[i].network, AF_INET, &network));
        if (rows[i].claimed)
            virHostFactsAddClaim(facts, rows[i].interface, &network, rows[i].prefix);
        else
            virHostFactsAddSubnet(facts, rows[i].interface, &network, rows[i].prefix);
        ret = virNetworkPlanCheckSubnets(plan, facts, &err);
        if (!rows[i].refused) {
            g_assert_no_error(err);
            g_assert_cmpint(ret, ==, 0);
            continue;
        }
        g_assert_cmpint(ret, ==, -1);
        g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
        g_assert_cmpstr(err->message, ==, wanted);
        g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_NONE);
    }
}

static void addressesAreComparedWithoutOrder(void)
{
    g_autoptr(virNetworkPlan) a = renderNet("", IP "<ip address='10.0.0.1' prefix='8'/>");
    g_autoptr(virNetworkPlan) b = renderNet("", "<ip address='10.0.0.1' prefix='8'/>" IP);
    g_autoptr(virNetworkPlan) c = renderNet("", IP "<ip address='10.0.0.1' prefix='9'/>");
    g_autoptr(virNetworkPlan) d = renderNet("", IP);

    g_assert_true(virNetworkPlanSameAddresses(a, b));
    g_assert_false(virNetworkPlanSameAddresses(a, c));
    g_assert_false(virNetworkPlanSameAddresses(a, d));
    g_assert_false(virNetworkPlanSameAddresses(d, a));
}

static void sameAddressTwiceIsNotRendered(void)
{
    g_autoptr(virHostFacts) facts = virHostFactsNew("/dnsmasq", "/run");
    g_autoptr(virNetworkDef) def =
        virNetworkDefParse("<network><name>lab</name><bridge name='virbr7'/>" IP IP "</network>", NULL);
    g_autoptr(GError) err = NULL;
    virNetworkPlan *plan = NULL;

    g_assert_nonnull(def);
    g_assert_cmpint(virNetworkPlanRender(def, facts, &plan, &err), ==, -1);
    g_assert_null(plan);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(err->message, "Failed to add IP address 192.0.2.1/24 bcast 192.0.2.255 to virbr7"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plan-diff/equal-plans-take-no-step", equalPlansTakeNoStep);
    g_test_add_func("/plan-diff/generated/from-nothing-reaches-it", stepsFromNothingReachIt);
    g_test_add_func("/plan-diff/generated/to-nothing-leaves-nothing", stepsToNothingLeaveNothing);
    g_test_add_func("/plan-diff/generated/any-two-reach-the-second", stepsBetweenAnyTwoReachTheSecond);
    g_test_add_func("/plan-diff/stopped-steps-go-on", stepsGoOnFromWhereTheyStopped);
    g_test_add_func("/plan-diff/generated/steps-are-in-order", stepsAreInOrder);
    g_test_add_func("/plan-diff/probed/unknown-rules-are-refilled", unknownRulesAreRefilled);
    g_test_add_func("/plan-diff/probed/loss-is-repaired", lossIsRepaired);
    g_test_add_func("/plan-diff/probed/stale-hosts-with-new-hosts-reload-once", staleHostsWithNewHostsReloadOnce);
    g_test_add_func("/plan-diff/probed/radvd-is-started-or-told", radvdIsRepaired);
    g_test_add_func("/plan-diff/radvd/change-of-dns-leaves-it-alone", changeOfDnsLeavesRadvdAlone);
    g_test_add_func("/plan/radvd/bridge-that-it-would-misread-is-refused", bridgeThatRadvdWouldMisreadIsNotRendered);
    g_test_add_func("/plan/subnets-are-checked", subnetsAreChecked);
    g_test_add_func("/plan/addresses-are-compared-without-order", addressesAreComparedWithoutOrder);
    g_test_add_func("/plan/same-address-twice-is-not-rendered", sameAddressTwiceIsNotRendered);
    return g_test_run();
}
