/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_host_qos.c: queues, classes and chains of the real host, as the kernel shows them
 *
 * How much then passes is the scenario tests' matter (test_qos.py), but for floors, where guests share what passes. Run
 * by meson and tests/run, as root.
 */
#include "host_fixture.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "virerror.h"

static gboolean printed(const char *command, const char *text)
{
    g_autofree char *output = NULL;
    g_autoptr(GError) err = NULL;

    g_assert_true(g_spawn_command_line_sync(command, &output, NULL, NULL, &err));
    g_assert_no_error(err);
    return strstr(output, text) != NULL;
}

static gboolean hasChain(const char *text)
{
    return printed("/usr/sbin/nft list ruleset", text);
}

static void setFloor(Fixture *fix, guint class_id, const char *mac, guint64 floor)
{
    virHostFloor entry = { .class_id = class_id, .floor = floor };

    g_assert_true(virMacAddrParse(mac, &entry.mac));
    g_array_append_val(fix->facts->floors, entry);
}

static void setBandwidth(Fixture *fix, guint64 inbound, guint64 outbound)
{
    virNetworkBandwidthUnref(fix->def->bandwidth);
    fix->def->bandwidth = virNetworkBandwidthNew();
    fix->def->bandwidth->inbound.average = inbound;
    fix->def->bandwidth->outbound.average = outbound;
}

#define REFILL "nft: fill; qos: fill inbound; qos: fill outbound"

static void startThenProbeMatches(Fixture *fix, gconstpointer data)
{
    static const virNetworkRate rates[] = {
        { .average = 1 }, { .average = 1000 }, { .average = 999, .peak = 7777, .burst = 333 },
        { .average = 1234567, .peak = 12500000, .burst = 4194303 }, { .average = 1, .burst = 4194303 },
    };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(rates); i++) {
        g_autoptr(virNetworkPlan) want = NULL;
        g_autoptr(virNetworkPlan) now = NULL;

        setBandwidth(fix, 1, 1000);
        fix->def->bandwidth->inbound = rates[i];
        g_array_set_size(fix->facts->floors, 0);
        setFloor(fix, 0x1f, "52:54:00:00:00:0a", rates[i].average);
        want = render(fix);
        applyDiffFine(fix, fix->empty, want);
        now = probe(fix, want);
        assertDiff(now, want, REFILL);
        applyDiffFine(fix, now, want);
        applyDiffFine(fix, want, fix->empty);
    }
}

static void stopLeavesNoChain(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = NULL;
    g_autoptr(virNetworkPlan) now = NULL;

    (void)data;
    setBandwidth(fix, 1000, 1000);
    want = render(fix);
    applyDiffFine(fix, fix->empty, want);
    g_assert_true(hasChain("hook egress device \"virbr7\""));
    g_assert_true(hasChain("limit rate over"));
    applyDiffFine(fix, want, fix->empty);
    g_assert_false(hasChain("virbr7"));
    now = probe(fix, want);
    assertDiff(now, fix->empty, "");
    g_assert_false(now->qos.shaped);
}

static void stepsFollowEveryChange(Fixture *fix, gconstpointer data)
{
    static const struct {
        guint64 inbound, outbound, floor;
        const char *left;
    } rows[] = {
        { 1000, 1000, 0, REFILL },
        { 2000, 1000, 0, REFILL },
        { 2000, 1000, 500, REFILL },
        { 2000, 0, 700, "nft: fill; qos: fill inbound" },
        { 2000, 3000, 0, REFILL },
        { 0, 3000, 0, "nft: fill; qos: fill outbound" },
        { 1000, 3000, 100, REFILL },
        { 0, 0, 0, "nft: fill" },
    };
    g_autoptr(virNetworkPlan) from = virNetworkPlanCopy(fix->empty);

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkPlan) want = NULL;
        g_autoptr(virNetworkPlan) now = NULL;

        setBandwidth(fix, rows[i].inbound, rows[i].outbound);
        g_array_set_size(fix->facts->floors, 0);
        if (rows[i].floor)
            setFloor(fix, 3, "52:54:00:00:00:0a", rows[i].floor);
        want = render(fix);
        applyDiffFine(fix, from, want);
        now = probe(fix, want);
        assertDiff(now, want, rows[i].left);
        virNetworkPlanFree(from);
        from = g_steal_pointer(&want);
    }
    g_assert_false(hasChain("device \"virbr7\""));
}

/* What was there before, whatever it is, is no reason to fail. */
static void foreignQueueIsReplaced(Fixture *fix, gconstpointer data)
{
    static const char *const queues[] = { "pfifo", "htb default 7", "htb default 2" };

    (void)data;
    setBandwidth(fix, 1000, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(queues); i++) {
        g_autoptr(virNetworkPlan) want = render(fix);
        g_autoptr(virNetworkPlan) found = NULL;
        g_autoptr(virNetworkPlan) now = NULL;

        runCommand("ip link add virbr7 type bridge");
        runCommand("tc qdisc add dev virbr7 root handle 1: %s", queues[i]);
        found = probe(fix, want);
        g_assert_cmpuint(found->qos.classes->len, ==, 0);
        g_assert_cmpint(found->qos.shaped, ==, i == 2);
        applyDiffFine(fix, found, want);
        now = probe(fix, want);
        assertDiff(now, want, "nft: fill; qos: fill inbound");
        applyDiffFine(fix, want, fix->empty);
    }
}

/* As of a network that was taken over; one that somebody adds later is nobody's business. */
static void policingOfLibvirtdIsReplaced(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = NULL;
    g_autoptr(virNetworkPlan) found = NULL;
    g_autoptr(virNetworkPlan) again = NULL;

    (void)data;
    setBandwidth(fix, 0, 1000);
    want = render(fix);
    runCommand("ip link add virbr7 type bridge");
    runCommand("tc qdisc add dev virbr7 ingress");
    found = probe(fix, want);
    applyDiffFine(fix, found, want);
    g_assert_false(printed("/usr/sbin/tc qdisc show dev virbr7", "ingress"));
    runCommand("tc qdisc add dev virbr7 ingress");
    again = probe(fix, want);
    applyDiffFine(fix, again, want);
    g_assert_true(printed("/usr/sbin/tc qdisc show dev virbr7", "ingress"));
    applyDiffFine(fix, want, fix->empty);
}

/* As they are left behind where a device goes without us, on kernels that keep them. */
static void leftOverChainsWorkForTheNextDevice(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = NULL;
    g_autoptr(virNetworkPlan) found = NULL;

    (void)data;
    setBandwidth(fix, 1000, 1000);
    want = render(fix);
    applyDiffFine(fix, fix->empty, want);
    runCommand("ip link delete virbr7");
    found = probe(fix, want);
    g_assert_false(found->qos.shaped);
    applyDiffFine(fix, found, want);
    runCommand("nft delete table netdev virtnetworkd");
    g_clear_pointer(&found, virNetworkPlanFree);
    found = probe(fix, want);
    assertDiff(found, want, REFILL);
    applyDiffFine(fix, found, want);
    applyDiffFine(fix, want, fix->empty);
    g_assert_false(hasChain("virbr7"));
}

/* A class that the kernel refuses: the queue that was begun does not stay. */
static void failedBuildLeavesNoQueue(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = NULL;
    g_autoptr(virNetworkPlan) now = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    setBandwidth(fix, 1000, 0);
    want = render(fix);
    runCommand("ip link add virbr7 type bridge");
    g_array_index(want->qos.classes, virPlanQosClass, 1).rate = 0;
    g_assert_cmpint(applyOne(fix, VIR_STEP_QOS_BUILD, fix->empty, want, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(err->message, "cannot set the inbound bandwidth on bridge interface virbr7"));
    now = probe(fix, want);
    g_assert_false(now->qos.shaped);
    g_clear_error(&err);
    runCommand("ip link delete virbr7");
    g_assert_cmpint(applyOne(fix, VIR_STEP_QOS_BUILD, fix->empty, want, &err), ==, -1);
    g_assert_cmpstr(err->message, ==, "cannot find bridge interface virbr7: No such device");
}

static void networksDoNotShareAnything(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) first = NULL;
    g_autoptr(virNetworkPlan) second = NULL;

    (void)data;
    setBandwidth(fix, 1000, 1000);
    first = render(fix);
    applyDiffFine(fix, fix->empty, first);
    second = virNetworkPlanNew("other", "virbr8");
    second->qos.chains[VIR_QOS_OUTBOUND] = g_strdup("limit rate over 5 bytes/second burst 65536 bytes drop\n");
    runCommand("ip link add virbr8 type bridge");
    g_assert_cmpint(applyOne(fix, VIR_STEP_QOS_FILL_OUTBOUND, second, second, NULL), ==, 0);
    applyDiffFine(fix, first, fix->empty);
    g_assert_false(hasChain("virbr7"));
    g_assert_true(hasChain("device \"virbr8\""));
    g_assert_cmpint(applyOne(fix, VIR_STEP_QOS_REMOVE_OUTBOUND, second, second, NULL), ==, 0);
    g_assert_cmpint(applyOne(fix, VIR_STEP_QOS_REMOVE_OUTBOUND, second, second, NULL), ==, 0);
    g_assert_false(hasChain("virbr8"));
    runCommand("ip link delete virbr8");
}

/* --- Packets ------------------------------------------------------------------------------------------------------ */

#define N_GUESTS 2

/* Two guests, and for each a socket of the host that sends to it as much as it may. */
typedef struct {
    int senders[N_GUESTS];
    int receivers[N_GUESTS];
    guint64 received[N_GUESTS];
} Rivals;

static void plugRival(Rivals *rivals, int which)
{
    g_autofree char *name = g_strdup_printf("guest%d", which), *address = g_strdup_printf("192.0.2.5%d", which);
    struct sockaddr_in to = peer(address, 7000);

    runCommand("ip netns add %s", name);
    runCommand("ip link add tap%d type veth peer name eth0 address 52:54:00:00:00:0%d netns %s", which, which, name);
    runCommand("ip link set tap%d master virbr7 up", which);
    runCommand("ip -n %s address add %s/24 dev eth0", name, address);
    runCommand("ip -n %s link set eth0 up", name);
    rivals->receivers[which] = socketIn(name, address, 7000);
    rivals->senders[which] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    g_assert_cmpint(connect(rivals->senders[which], (struct sockaddr *)&to, sizeof(to)), ==, 0);
}

static void unplugRival(Rivals *rivals, int which)
{
    close(rivals->senders[which]);
    close(rivals->receivers[which]);
    runCommand("ip netns delete guest%d", which);
}

/* A socket may have so much under way as its buffer holds; what waits in the bridge's queue counts. */
static void sendAllThatFits(const Rivals *rivals)
{
    static const char datagram[1400];

    for (int i = 0; i < N_GUESTS; i++) {
        while (send(rivals->senders[i], datagram, sizeof(datagram), 0) > 0)
            continue;
    }
}

static void receiveAll(Rivals *rivals)
{
    struct pollfd fds[N_GUESTS] = { { rivals->receivers[0], POLLIN, 0 }, { rivals->receivers[1], POLLIN, 0 } };
    char buf[2048];

    g_assert_cmpint(poll(fds, N_GUESTS, DEADLINE_S * 1000), >, 0);
    for (int i = 0; i < N_GUESTS; i++) {
        ssize_t len;

        while ((len = recv(rivals->receivers[i], buf, sizeof(buf), MSG_DONTWAIT)) > 0)
            rivals->received[i] += (guint64)len;
    }
}

/* What part of the next @bytes the first of the two gets. */
static double shareOfFirst(Rivals *rivals, guint64 bytes)
{
    memset(rivals->received, 0, sizeof(rivals->received));
    while (rivals->received[0] + rivals->received[1] < bytes) {
        sendAllThatFits(rivals);
        receiveAll(rivals);
    }
    return (double)rivals->received[0] / (double)(rivals->received[0] + rivals->received[1]);
}

/* What waits in a queue when its classes change was sorted by the old ones, and is let pass uncounted. */
static void floorIsKeptAgainstGreedyGuest(Fixture *fix, gconstpointer data)
{
    static const struct {
        const char *guaranteed;     /* the guest with three quarters */
        double least, most;         /* of the first guest's share */
    } rows[] = {
        { NULL, 0.35, 0.65 },
        { "52:54:00:00:00:00", 0.65, 0.85 },
        { "52:54:00:00:00:01", 0.15, 0.35 },
        { NULL, 0.35, 0.65 },
    };
    g_autoptr(virNetworkPlan) from = virNetworkPlanCopy(fix->empty);
    Rivals rivals;

    (void)data;
    fix->def->stp = FALSE;      /* with it a port begins to forward after 4 s */
    setBandwidth(fix, 1000, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkPlan) want = NULL;
        double share;

        g_array_set_size(fix->facts->floors, 0);
        if (rows[i].guaranteed)
            setFloor(fix, 3, rows[i].guaranteed, 750);
        want = render(fix);
        applyDiffFine(fix, from, want);
        for (int guest = 0; i == 0 && guest < N_GUESTS; guest++)
            plugRival(&rivals, guest);
        shareOfFirst(&rivals, 500 * 1000);
        share = shareOfFirst(&rivals, 1000 * 1000);
        g_test_message("share of the first guest: %.2f", share);
        g_assert_cmpfloat(share, >=, rows[i].least);
        g_assert_cmpfloat(share, <=, rows[i].most);
        virNetworkPlanFree(from);
        from = g_steal_pointer(&want);
    }
    for (int guest = 0; guest < N_GUESTS; guest++)
        unplugRival(&rivals, guest);
}

int main(int argc, char **argv)
{
    static const HostTest table[] = {
        { "/host-real/qos/start-then-probe-matches", startThenProbeMatches },
        { "/host-real/qos/stop-leaves-no-chain", stopLeavesNoChain },
        { "/host-real/qos/steps-follow-every-change", stepsFollowEveryChange },
        { "/host-real/qos/foreign-queue-is-replaced", foreignQueueIsReplaced },
        { "/host-real/qos/policing-of-libvirtd-is-replaced", policingOfLibvirtdIsReplaced },
        { "/host-real/qos/left-over-chains-work-for-the-next-device", leftOverChainsWorkForTheNextDevice },
        { "/host-real/qos/failed-build-leaves-no-queue", failedBuildLeavesNoQueue },
        { "/host-real/qos/floor-is-kept-against-greedy-guest", floorIsKeptAgainstGreedyGuest },
        { "/host-real/qos/networks-do-not-share-anything", networksDoNotShareAnything },
    };
    const HostTests tests = { .argc = argc, .argv = argv, .tests = table, .n_tests = G_N_ELEMENTS(table) };

    return runHostTests(&tests);
}
