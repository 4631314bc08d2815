/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_host_nft.c: the firewall of the real host, as rules and as what packets meet
 *
 * Every forward mode against every other is the scenario tests' matter (test_reach.py). Run by meson and tests/run, as
 * root.
 */
#include "host_fixture.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "virerror.h"

/* --- Rules -------------------------------------------------------------------------------------------------------- */

static gboolean chainsExist(Fixture *fix)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) now = probe(fix, want);

    g_assert_cmpint(now->nft.known, ==, !now->nft.present);
    return now->nft.present;
}

static void fill(Fixture *fix)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(applyOne(fix, VIR_STEP_NFT_FILL, fix->empty, want, &err), ==, 0);
    g_assert_no_error(err);
}

static void removeRules(Fixture *fix)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(applyOne(fix, VIR_STEP_NFT_REMOVE, want, fix->empty, &err), ==, 0);
    g_assert_no_error(err);
}

static void setMode(Fixture *fix, virNetworkForwardMode mode, const char *address, unsigned int prefix)
{
    virNetworkIp *ip = fix->def->ips->pdata[0];

    fix->def->forward = mode;
    ip->address = addressOf(address);
    ip->prefix = prefix;
}

/* Whether our table has the lines @fmt makes; the listing is compared as text, without its blanks. */
static gboolean tableHas(const char *text)
{
    g_autofree char *listing = NULL;
    g_autoptr(GError) err = NULL;

    g_assert_true(g_spawn_command_line_sync("/usr/sbin/nft list ruleset", &listing, NULL, NULL, &err));
    g_assert_no_error(err);
    return strstr(listing, text) != NULL;
}

static void rulesFollowEveryChange(Fixture *fix, gconstpointer data)
{
    (void)data;
    fill(fix);
    g_assert_true(tableHas("elements = { 192.0.2.0/24 : jump nat_virbr7 }"));
    fill(fix);
    g_assert_true(tableHas("elements = { \"virbr7\" : jump in_virbr7 }"));
    setMode(fix, VIR_NETWORK_FORWARD_NAT, "192.0.2.129", 25);
    fill(fix);
    g_assert_true(tableHas("elements = { 192.0.2.128/25 : jump nat_virbr7 }"));
    setMode(fix, VIR_NETWORK_FORWARD_NAT, "192.0.2.1", 32);
    fill(fix);
    fill(fix);
    g_assert_true(tableHas("elements = { 192.0.2.1 : jump nat_virbr7 }"));
    setMode(fix, VIR_NETWORK_FORWARD_ROUTE, "192.0.2.1", 24);
    fill(fix);
    g_assert_false(tableHas("nat_virbr7"));
    setMode(fix, VIR_NETWORK_FORWARD_NAT, "192.0.2.1", 24);
    fill(fix);
    g_assert_true(tableHas("elements = { 192.0.2.0/24 : jump nat_virbr7 }"));
    removeRules(fix);
    g_assert_false(tableHas("virbr7"));
    g_assert_true(tableHas("table inet virtnetworkd"));
}

static void removeTwiceIsFine(Fixture *fix, gconstpointer data)
{
    (void)data;
    fill(fix);
    removeRules(fix);
    g_assert_false(chainsExist(fix));
    removeRules(fix);
    fill(fix);
    g_assert_true(chainsExist(fix));
}

static void removeWithoutTableMakesNone(Fixture *fix, gconstpointer data)
{
    (void)data;
    runCommand("nft flush ruleset");
    removeRules(fix);
    g_assert_false(tableHas("virtnetworkd"));
}

static void fillAfterForeignFlush(Fixture *fix, gconstpointer data)
{
    (void)data;
    fill(fix);
    runCommand("nft flush ruleset");
    g_assert_false(chainsExist(fix));
    fill(fix);
    g_assert_true(chainsExist(fix));
    g_assert_true(tableHas("hook postrouting"));
}

static void otherTablesStay(Fixture *fix, gconstpointer data)
{
    (void)data;
    runCommand("nft add table inet theirs");
    fill(fix);
    removeRules(fix);
    g_assert_true(tableHas("table inet theirs"));
    runCommand("nft delete table inet theirs");
}

/* Of another network: the maps are shared, the subnet is taken, and the first network's rules stay. */
static void takenSubnetIsRefusedWhole(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) other = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    fill(fix);
    g_free(fix->def->bridge);
    fix->def->bridge = g_strdup("virbr8");
    other = render(fix);
    g_assert_cmpint(applyOne(fix, VIR_STEP_NFT_FILL, fix->empty, other, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(err->message, "cannot change the firewall rules of bridge 'virbr8': "));
    g_assert_false(tableHas("virbr8"));
    g_assert_true(tableHas("elements = { 192.0.2.0/24 : jump nat_virbr7 }"));
    g_free(fix->def->bridge);
    fix->def->bridge = g_strdup("virbr7");
}

/* Names that the kernel takes for a device, some of them with a meaning in nft's language. */
static void oddNamesGetTheirOwnChains(Fixture *fix, gconstpointer data)
{
    static const char *const names[] = { "a", "a_b", "a-b", "a.b", "a*", "a'b", "a$b{}", "0123456789abcde", "accept" };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(virNetworkPlan) want = virNetworkPlanNew(names[i], names[i]);
        g_autoptr(GError) err = NULL;

        want->nft.present = TRUE;
        want->nft.forward_in = g_strdup("reject\n");
        want->nft.forward_out = g_strdup("accept\n");
        g_assert_cmpint(applyOne(fix, VIR_STEP_NFT_FILL, want, want, &err), ==, 0);
        g_assert_no_error(err);
    }
    g_assert_true(tableHas("\"a\" : jump in_a,"));
    g_assert_true(tableHas("\"a_b\" : jump in_a_5fb"));
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(virNetworkPlan) plan = virNetworkPlanNew(names[i], names[i]);
        g_autoptr(virNetworkPlan) now = probe(fix, plan);

        g_assert_true(now->nft.present);
        g_assert_cmpint(applyOne(fix, VIR_STEP_NFT_REMOVE, plan, plan, NULL), ==, 0);
    }
    g_assert_false(tableHas("jump"));
}

static void unspeakableNameIsRefused(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = virNetworkPlanNew("lab", "a\" accept");
    g_autoptr(GError) err = NULL;

    (void)data;
    want->nft.forward_in = g_strdup("reject\n");
    g_assert_cmpint(applyOne(fix, VIR_STEP_NFT_FILL, fix->empty, want, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
    g_assert_nonnull(strstr(err->message, "bridge name 'a\" accept' cannot be used in firewall rules"));
}

static void badRuleChangesNothing(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    fill(fix);
    want = render(fix);
    g_free(want->nft.forward_in);
    want->nft.forward_in = g_strdup("accept\nthis is no rule\n");
    g_assert_cmpint(applyOne(fix, VIR_STEP_NFT_FILL, fix->empty, want, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(err->message, "syntax error"));
    g_assert_true(tableHas("ip daddr 192.0.2.0/24 ct state established,related accept"));
}

/* --- Packets ------------------------------------------------------------------------------------------------------ */

static void makeNeighbours(void)
{
    runCommand("ip netns add guest");
    runCommand("ip netns add outside");
    runCommand("ip link add tap0 type veth peer name eth0 netns guest");
    runCommand("ip link set tap0 master virbr7 up");
    runCommand("ip -n guest address add 192.0.2.50/24 dev eth0");
    runCommand("ip -n guest link set eth0 up");
    runCommand("ip -n guest route add default via 192.0.2.1");
    runCommand("ip link add wan0 type veth peer name eth0 netns outside");
    runCommand("ip address add 198.51.100.1/24 dev wan0");
    runCommand("ip link set wan0 up");
    runCommand("ip -n outside address add 198.51.100.2/24 dev eth0");
    runCommand("ip -n outside link set eth0 up");
    runCommand("ip -n outside route add 192.0.2.0/24 via 198.51.100.1");
}

/* Sends from @fd to @to, and gives the address that it arrives from at @at. */
static struct sockaddr_in deliver(int fd, const struct sockaddr_in *to, int at)
{
    struct sockaddr_in from = { 0 };
    socklen_t len = sizeof(from);
    char buf[16];

    g_assert_cmpint(sendto(fd, "hello", 5, 0, (const struct sockaddr *)to, sizeof(*to)), ==, 5);
    g_assert_cmpint(recvfrom(at, buf, sizeof(buf), 0, (struct sockaddr *)&from, &len), ==, 5);
    return from;
}

static void guestsGoOutTranslatedAndNobodyComesIn(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) nat = NULL;
    g_autoptr(virNetworkPlan) route = NULL;
    struct sockaddr_in outside = peer("198.51.100.2", 7000);
    struct sockaddr_in guest = peer("192.0.2.50", 7001);
    struct sockaddr_in seen;
    int inner, outer, intruder;
    char buf[16];

    (void)data;
    fix->def->stp = FALSE;      /* with it a port begins to forward after 4 s */
    nat = render(fix);
    applyDiffFine(fix, fix->empty, nat);
    makeNeighbours();
    inner = socketIn("guest", "192.0.2.50", 7001);
    outer = socketIn("outside", "198.51.100.2", 7000);
    intruder = socketIn("outside", "198.51.100.2", 7002);

    /* Out: with the router's address; the answer finds its way back. */
    seen = deliver(inner, &outside, outer);
    g_assert_cmpuint(ntohl(seen.sin_addr.s_addr), ==, 0xc6336401);
    seen = deliver(outer, &seen, inner);
    g_assert_cmpuint(ntohl(seen.sin_addr.s_addr), ==, 0xc6336402);

    /* In: refused, and told so. */
    g_assert_cmpint(connect(intruder, (struct sockaddr *)&guest, sizeof(guest)), ==, 0);
    g_assert_cmpint(send(intruder, "knock", 5, 0), ==, 5);
    g_assert_cmpint(recv(intruder, buf, sizeof(buf), 0), ==, -1);
    g_assert_cmpint(errno, ==, ECONNREFUSED);

    /* Changed to route while it runs: in too, and a new flow out keeps its address. */
    fix->def->forward = VIR_NETWORK_FORWARD_ROUTE;
    route = render(fix);
    applyDiffFine(fix, nat, route);
    g_assert_cmpint(send(intruder, "knock", 5, 0), ==, 5);
    g_assert_cmpint(recv(inner, buf, sizeof(buf), 0), ==, 5);
    outside.sin_port = htons(7002);
    seen = deliver(inner, &outside, intruder);
    g_assert_cmpuint(ntohl(seen.sin_addr.s_addr), ==, 0xc0000232);

    close(inner);
    close(outer);
    close(intruder);
    runCommand("ip link delete wan0");
    runCommand("ip netns delete guest");
    runCommand("ip netns delete outside");
}

int main(int argc, char **argv)
{
    static const HostTest table[] = {
        { "/host-real/nft/follows-every-change", rulesFollowEveryChange },
        { "/host-real/nft/remove-twice-is-fine", removeTwiceIsFine },
        { "/host-real/nft/remove-without-table-makes-none", removeWithoutTableMakesNone },
        { "/host-real/nft/fill-after-foreign-flush", fillAfterForeignFlush },
        { "/host-real/nft/other-tables-stay", otherTablesStay },
        { "/host-real/nft/taken-subnet-is-refused-whole", takenSubnetIsRefusedWhole },
        { "/host-real/nft/odd-names-get-their-own-chains", oddNamesGetTheirOwnChains },
        { "/host-real/nft/unspeakable-name-is-refused", unspeakableNameIsRefused },
        { "/host-real/nft/bad-rule-changes-nothing", badRuleChangesNothing },
        { "/host-real/packets/guests-go-out-translated-and-nobody-comes-in", guestsGoOutTranslatedAndNobodyComesIn },
    };
    const HostTests tests = { .argc = argc, .argv = argv, .tests = table, .n_tests = G_N_ELEMENTS(table) };

    return runHostTests(&tests);
}
