/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_host_real.c: the real host as a whole: links, addresses, switches and facts against a real kernel
 *
 * Rules and dnsmasq have programs of their own. Run by meson and tests/run, as root.
 */
#include "host_fixture.h"

#include <errno.h>
#include <string.h>

#include "virerror.h"

/* --- The whole ---------------------------------------------------------------------------------------------------- */

static void startThenProbeMatches(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) now = NULL;
    g_autofree char *value = NULL;

    (void)data;
    applyDiffFine(fix, fix->empty, want);
    now = probe(fix, want);
    g_assert_true(now->nft.present);
    assertDiff(now, want, "nft: fill");
    g_assert_true(g_file_get_contents("/proc/sys/net/ipv4/ip_forward", &value, NULL, NULL));
    g_assert_cmpstr(value, ==, "1\n");
    g_assert_true(g_file_test(want->dnsmasq.lease_path, G_FILE_TEST_IS_REGULAR));
}

static void stopLeavesNothing(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) now = NULL;
    virProcess process;

    (void)data;
    applyDiffFine(fix, fix->empty, want);
    process = runningDnsmasq(want);
    applyDiffFine(fix, want, fix->empty);
    g_assert_false(fix->host->klass->linkExists(fix->host, "virbr7"));
    g_assert_false(isAlive(&process));
    g_assert_false(g_file_test(want->dnsmasq.pid_path, G_FILE_TEST_EXISTS));
    now = probe(fix, want);
    assertDiff(now, fix->empty, "");
    drainLoop();
    g_assert_cmpuint(fix->n_died, ==, 0);
}

static void ipv6AddressesAreKept(Fixture *fix, gconstpointer data)
{
    virNetworkIp *ip = virNetworkIpNew();
    g_autoptr(virNetworkPlan) want = NULL;
    g_autoptr(virNetworkPlan) now = NULL;

    (void)data;
    ip->family = g_strdup("ipv6");
    ip->address = addressOf("2001:db8:7::1");
    ip->prefix = 64;
    g_ptr_array_add(fix->def->ips, ip);
    want = render(fix);
    applyDiffFine(fix, fix->empty, want);
    now = probe(fix, want);
    assertDiff(now, want, "nft: fill");
    /* The kernel's link-local address is there too, and nobody's business. */
    g_assert_cmpuint(now->addrs->len, ==, 2);
}

/* --- Links -------------------------------------------------------------------------------------------------------- */

static void existingDeviceIsRefused(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(GError) err = NULL;

    (void)data;
    runCommand("ip link add virbr7 type veth peer name other");
    g_assert_cmpint(applyOne(fix, VIR_STEP_LINK_ADD, fix->empty, want, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_NONE);
    g_assert_cmpint(virErrorGetInfo(err)->int1, ==, EEXIST);
    g_assert_cmpstr(err->message, ==, "error creating bridge interface virbr7: File exists");
    /* It is not ours: neither seen as the network's bridge nor deleted as that. */
    g_clear_error(&err);
    g_assert_cmpint(applyOne(fix, VIR_STEP_LINK_DELETE, want, fix->empty, &err), ==, 0);
    g_assert_true(fix->host->klass->linkExists(fix->host, "virbr7"));
    runCommand("ip link delete virbr7");
}

static void longNameIsRefused(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = virNetworkPlanNew("lab", "abcdefghijklmnop");
    g_autoptr(GError) err = NULL;

    (void)data;
    want->link.present = TRUE;
    g_assert_cmpint(applyOne(fix, VIR_STEP_LINK_ADD, fix->empty, want, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==,
                    "error creating bridge interface abcdefghijklmnop: Numerical result out of range");
    g_assert_false(fix->host->klass->linkExists(fix->host, "abcdefghijklmnop"));
}

static void badMtuLeavesNoBridge(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(GError) err = NULL;

    (void)data;
    want->link.mtu = 1000000;
    g_assert_cmpint(applyOne(fix, VIR_STEP_LINK_ADD, fix->empty, want, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==, "Cannot set interface MTU on 'virbr7': Invalid argument");
    g_assert_false(fix->host->klass->linkExists(fix->host, "virbr7"));
}

static virNetworkPlan *linkPlan(const virPlanLink *link)
{
    virNetworkPlan *plan = virNetworkPlanNew("lab", "virbr7");

    plan->link = *link;
    return plan;
}

/* The kernel makes 2 s of a delay of 0 while STP is on, and refuses what is out of its limits. */
static void linkFollowsEveryChange(Fixture *fix, gconstpointer data)
{
    static const virPlanLink links[] = {
        { .present = TRUE, .stp = TRUE, .delay_ms = 0, .up = TRUE },
        { .present = TRUE, .stp = FALSE, .delay_ms = 0, .up = TRUE },
        { .present = TRUE, .stp = TRUE, .delay_ms = 5000, .up = TRUE, .mtu = 1400 },
        { .present = TRUE, .stp = FALSE, .delay_ms = 1000, .up = TRUE, .mtu = 9000 },
        { .present = TRUE, .stp = FALSE, .delay_ms = 60000, .up = TRUE, .mtu = 1500 },
        { .present = TRUE, .stp = TRUE, .delay_ms = 60000, .up = TRUE },
        { .present = TRUE, .stp = TRUE, .delay_ms = 15000, .up = FALSE, .has_mac = TRUE,
          .mac = { { 0x52, 0x54, 0, 1, 2, 3 } } },
    };
    g_autoptr(virNetworkPlan) from = virNetworkPlanCopy(fix->empty);

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
        g_autoptr(virNetworkPlan) want = linkPlan(&links[i]);
        g_autoptr(virNetworkPlan) now = NULL;

        applyDiffFine(fix, from, want);
        now = probe(fix, want);
        assertDiff(now, want, "");
        if (links[i].has_mac)
            g_assert_true(virMacAddrEqual(&now->link.mac, &links[i].mac));
        virNetworkPlanFree(g_steal_pointer(&from));
        from = g_steal_pointer(&want);
    }
}

/* Whether this kernel can filter VLANs on a bridge. */
static gboolean kernelFilters(void)
{
    gboolean can;

    runCommand("ip link add name probe0 type bridge");
    can = g_file_test("/sys/class/net/probe0/bridge/vlan_filtering", G_FILE_TEST_EXISTS);
    runCommand("ip link delete probe0");
    return can;
}

/* One that the kernel has not is no small thing to leave out: the bridge would flood what was to be kept apart. */
static void vlanFilteringIsSetOrTheBridgeIsNotMade(Fixture *fix, gconstpointer data)
{
    const virPlanLink link = { .present = TRUE, .up = TRUE, .vlan_filtering = TRUE };
    g_autoptr(virNetworkPlan) want = linkPlan(&link);
    g_autoptr(virNetworkPlan) now = NULL;
    g_autoptr(GError) err = NULL;
    int ret = applyOne(fix, VIR_STEP_LINK_ADD, fix->empty, want, &err);

    (void)data;
    now = probe(fix, want);
    if (kernelFilters()) {
        g_assert_no_error(err);
        g_assert_true(now->link.vlan_filtering);
        return;
    }
    g_assert_cmpint(ret, ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==, "Unable to set bridge virbr7 vlan_filtering via ioctl: Invalid argument");
    g_assert_false(now->link.present);
}

static void mtuNoLongerGivenIsTheDefault(Fixture *fix, gconstpointer data)
{
    virPlanLink link = { .present = TRUE, .mtu = 1400, .up = TRUE };
    g_autoptr(virNetworkPlan) with = linkPlan(&link);
    g_autoptr(virNetworkPlan) without = NULL;
    g_autoptr(virNetworkPlan) now = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    applyDiffFine(fix, fix->empty, with);
    link.mtu = 0;
    without = linkPlan(&link);
    g_assert_cmpint(applyOne(fix, VIR_STEP_LINK_SET, with, without, &err), ==, 0);
    now = probe(fix, with);
    g_assert_cmpuint(now->link.mtu, ==, 1500);
}

static void deleteTwiceIsFine(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(applyOne(fix, VIR_STEP_LINK_ADD, fix->empty, want, &err), ==, 0);
    g_assert_cmpint(applyOne(fix, VIR_STEP_LINK_DELETE, want, fix->empty, &err), ==, 0);
    g_assert_cmpint(applyOne(fix, VIR_STEP_LINK_DELETE, want, fix->empty, &err), ==, 0);
    g_assert_no_error(err);
}

/* --- Addresses ---------------------------------------------------------------------------------------------------- */

static int applyAddr(Fixture *fix, virNetworkStepVerb verb, const virNetworkPlan *plan, guint index, GError **err)
{
    virNetworkStep step = { .verb = verb, .from = plan, .to = plan, .addr = plan->addrs->pdata[index] };

    return fix->host->klass->apply(fix->host, &step, err);
}

static void addressTwiceIsFineWhenSame(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(GError) err = NULL;
    virPlanAddr *addr = want->addrs->pdata[0];

    (void)data;
    g_assert_cmpint(applyOne(fix, VIR_STEP_LINK_ADD, fix->empty, want, &err), ==, 0);
    g_assert_cmpint(applyAddr(fix, VIR_STEP_ADDR_ADD, want, 0, &err), ==, 0);
    g_assert_cmpint(applyAddr(fix, VIR_STEP_ADDR_ADD, want, 0, &err), ==, 0);
    addr->broadcast = addressOf("192.0.2.127");
    g_assert_cmpint(applyAddr(fix, VIR_STEP_ADDR_ADD, want, 0, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==, "Failed to add IP address 192.0.2.1/24 bcast 192.0.2.127 to virbr7: File exists");
}

static void addressWithoutBridgeFails(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(applyAddr(fix, VIR_STEP_ADDR_ADD, want, 0, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpint(virErrorGetInfo(err)->int1, ==, ENODEV);
    g_clear_error(&err);
    g_assert_cmpint(applyAddr(fix, VIR_STEP_ADDR_DELETE, want, 0, &err), ==, 0);
}

/* Left to itself the kernel takes the others of the subnet away too. */
static void deletingTheFirstKeepsTheSecond(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) now = NULL;
    g_autoptr(GError) err = NULL;
    virPlanAddr second = *(virPlanAddr *)want->addrs->pdata[0];

    (void)data;
    second.address = addressOf("192.0.2.2");
    g_ptr_array_add(want->addrs, g_memdup2(&second, sizeof(second)));
    g_assert_cmpint(applyOne(fix, VIR_STEP_LINK_ADD, fix->empty, want, &err), ==, 0);
    g_assert_cmpint(applyAddr(fix, VIR_STEP_ADDR_ADD, want, 0, &err), ==, 0);
    g_assert_cmpint(applyAddr(fix, VIR_STEP_ADDR_ADD, want, 1, &err), ==, 0);
    g_assert_cmpint(applyAddr(fix, VIR_STEP_ADDR_DELETE, want, 0, &err), ==, 0);
    now = probe(fix, want);
    g_assert_cmpuint(now->addrs->len, ==, 1);
    g_assert_true(virSocketAddrEqual(&((virPlanAddr *)now->addrs->pdata[0])->address, &second.address));
}

static void foreignAddressIsReported(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) now = NULL;

    (void)data;
    applyDiffFine(fix, fix->empty, want);
    runCommand("ip address add 198.51.100.9/24 dev virbr7");
    now = probe(fix, want);
    assertDiff(now, want, "nft: fill; addr: delete 198.51.100.9/24");
    applyDiffFine(fix, now, want);
    virNetworkPlanFree(g_steal_pointer(&now));
    now = probe(fix, want);
    assertDiff(now, want, "nft: fill");
}

/* --- Switches ----------------------------------------------------------------------------------------------------- */

static void absentSwitchFails(Fixture *fix, gconstpointer data)
{
    virPlanSysctl sysctl = { .path = (char *)"net/ipv4/conf/virbr7/nonsense", .value = (char *)"1" };
    virNetworkStep step = { .verb = VIR_STEP_SYSCTL_SET, .from = fix->empty, .to = fix->empty, .sysctl = &sysctl };
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(fix->host->klass->apply(fix->host, &step, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==,
                    "cannot write '1' to '/proc/sys/net/ipv4/conf/virbr7/nonsense': No such file or directory");
}

/* --- Facts -------------------------------------------------------------------------------------------------------- */

static gboolean hasSubnet(const virHostFacts *facts, const char *interface, const char *network, unsigned int prefix)
{
    virSocketAddr wanted = addressOf(network);

    for (guint i = 0; i < facts->subnets->len; i++) {
        const virHostSubnet *subnet = facts->subnets->pdata[i];

        if (g_str_equal(subnet->interface, interface) && subnet->prefix == prefix &&
            virSocketAddrEqual(&subnet->network, &wanted))
            return TRUE;
    }
    return FALSE;
}

static void subnetsAreThoseOfAddressesAndRoutes(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;

    (void)data;
    runCommand("ip link add up0 type veth peer name up1");
    runCommand("ip address add 198.51.100.1/24 dev up0");
    runCommand("ip address add 2001:db8:1::1/64 dev up0 nodad");
    runCommand("ip address add 203.0.113.1 peer 203.0.113.9/32 dev up1");
    runCommand("ip link set up0 up");
    runCommand("ip link set up1 up");
    runCommand("ip route add 10.20.0.0/16 via 198.51.100.2");
    runCommand("ip route add default via 198.51.100.2");
    runCommand("ip route add 10.30.0.0/16 dev up0 table 77");
    g_assert_cmpint(fix->host->klass->gatherFacts(fix->host, fix->facts, &err), ==, 0);
    g_assert_no_error(err);
    g_assert_true(hasSubnet(fix->facts, "up0", "198.51.100.0", 24));
    g_assert_true(hasSubnet(fix->facts, "up0", "2001:db8:1::", 64));
    g_assert_true(hasSubnet(fix->facts, "up1", "203.0.113.9", 32));
    g_assert_true(hasSubnet(fix->facts, "up0", "10.20.0.0", 16));
    g_assert_false(hasSubnet(fix->facts, "up0", "10.30.0.0", 16));
    g_assert_false(hasSubnet(fix->facts, "up0", "0.0.0.0", 0));
    g_assert_false(hasSubnet(fix->facts, "up0", "fe80::", 64));
    runCommand("ip link delete up0");
}

/* --- Threads ------------------------------------------------------------------------------------------------------ */

#define N_THREADS 4
#define N_ROUNDS 3

typedef struct {
    Fixture *fix;
    guint number;
} Work;

/* Starts, probes and stops a network of its own, again and again. */
static gpointer workOnOne(gpointer data)
{
    const Work *work = data;
    g_autofree char *name = g_strdup_printf("net%u", work->number);
    g_autofree char *bridge = g_strdup_printf("vbr%u", work->number);
    g_autofree char *address = g_strdup_printf("10.9.%u.1", work->number);
    g_autoptr(virNetworkPlan) empty = virNetworkPlanNew(name, bridge);
    g_autoptr(virNetworkPlan) want = NULL;
    g_autoptr(virNetworkDef) def = virNetworkDefNew();
    virNetworkIp *ip = virNetworkIpNew();

    def->name = g_strdup(name);
    def->bridge = g_strdup(bridge);
    def->forward = VIR_NETWORK_FORWARD_NAT;
    ip->address = addressOf(address);
    ip->prefix = 24;
    g_ptr_array_add(def->ips, ip);
    g_assert_cmpint(virNetworkPlanRender(def, work->fix->facts, &want, NULL), ==, 0);
    for (int i = 0; i < N_ROUNDS; i++) {
        g_autoptr(virNetworkPlan) up = NULL;
        g_autoptr(virNetworkPlan) down = NULL;

        applyDiffFine(work->fix, empty, want);
        up = probe(work->fix, want);
        assertDiff(up, want, "nft: fill");
        applyDiffFine(work->fix, up, empty);
        down = probe(work->fix, want);
        assertDiff(down, empty, "");
    }
    return NULL;
}

static void networksInParallelDoNotMeet(Fixture *fix, gconstpointer data)
{
    GThread *threads[N_THREADS];
    Work works[N_THREADS];

    (void)data;
    for (guint i = 0; i < N_THREADS; i++) {
        works[i] = (Work){ .fix = fix, .number = i };
        threads[i] = g_thread_new("network", workOnOne, &works[i]);
    }
    for (guint i = 0; i < N_THREADS; i++)
        g_thread_join(threads[i]);
    drainLoop();
    g_assert_cmpuint(fix->n_died, ==, 0);
}

int main(int argc, char **argv)
{
    static const HostTest table[] = {
        { "/host-real/start/then-probe-matches", startThenProbeMatches },
        { "/host-real/stop/leaves-nothing", stopLeavesNothing },
        { "/host-real/start/ipv6-addresses-are-kept", ipv6AddressesAreKept },
        { "/host-real/link/existing-device-is-refused", existingDeviceIsRefused },
        { "/host-real/link/long-name-is-refused", longNameIsRefused },
        { "/host-real/link/bad-mtu-leaves-no-bridge", badMtuLeavesNoBridge },
        { "/host-real/link/follows-every-change", linkFollowsEveryChange },
        { "/host-real/link/vlan-filtering-is-set-or-no-bridge-made", vlanFilteringIsSetOrTheBridgeIsNotMade },
        { "/host-real/link/mtu-no-longer-given-is-the-default", mtuNoLongerGivenIsTheDefault },
        { "/host-real/link/delete-twice-is-fine", deleteTwiceIsFine },
        { "/host-real/addr/twice-is-fine-when-same", addressTwiceIsFineWhenSame },
        { "/host-real/addr/without-bridge-fails", addressWithoutBridgeFails },
        { "/host-real/addr/deleting-the-first-keeps-the-second", deletingTheFirstKeepsTheSecond },
        { "/host-real/addr/foreign-one-is-reported", foreignAddressIsReported },
        { "/host-real/sysctl/absent-switch-fails", absentSwitchFails },
        { "/host-real/facts/subnets-are-those-of-addresses-and-routes", subnetsAreThoseOfAddressesAndRoutes },
        { "/host-real/threads/networks-in-parallel-do-not-meet", networksInParallelDoNotMeet },
    };
    const HostTests tests = { .argc = argc, .argv = argv, .tests = table, .n_tests = G_N_ELEMENTS(table) };

    return runHostTests(&tests);
}
