/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_plan_price.c: what steps are said to cost, where no definition of tests/golden leads to them
 *
 * Plans are written by hand, since a price depends on them alone.
 */
#include <glib.h>

#include "plan_price.h"

typedef struct {
    virNetworkPlan *from;
    virNetworkPlan *to;
} Fixture;

static void setUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->from = virNetworkPlanNew("lab", "virbr7");
    fixture->to = virNetworkPlanNew("lab", "virbr7");
    fixture->from->link = fixture->to->link = (virPlanLink){ .present = TRUE, .up = TRUE };
}

static void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virNetworkPlanFree(fixture->from);
    virNetworkPlanFree(fixture->to);
}

static void assertPrice(const virNetworkStep *step, unsigned int costs, const char *detail)
{
    g_auto(virNetworkPrice) price = { 0 };

    virNetworkStepPrice(step, &price);
    g_assert_cmpuint(price.costs, ==, costs);
    g_assert_cmpstr(price.detail, ==, detail);
}

static virNetworkStep stepOf(const Fixture *fixture, virNetworkStepVerb verb)
{
    return (virNetworkStep){ .verb = verb, .from = fixture->from, .to = fixture->to };
}

static virSocketAddr address(const char *text)
{
    virSocketAddr addr;

    g_assert_true(virSocketAddrParse(text, AF_UNSPEC, &addr));
    return addr;
}

static void addRoute(virNetworkPlan *plan, const char *network, unsigned int prefix, guint32 metric)
{
    virPlanRoute route = { .network = address(network), .prefix = prefix, .gateway = address("192.0.2.2"), .metric = metric };

    g_ptr_array_add(plan->routes, g_memdup2(&route, sizeof(route)));
}

static void aRouteThatGoesEndsWhatItCarried(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virNetworkStep step = stepOf(fixture, VIR_STEP_ROUTE_DELETE);

    addRoute(fixture->from, "198.51.100.0", 24, 0);
    step.route = fixture->from->routes->pdata[0];
    assertPrice(&step, VIR_PRICE_FLOWS_ENDED, "to 198.51.100.0/24");
    addRoute(fixture->to, "198.51.0.0", 16, 5);
    assertPrice(&step, 0, "another route leads there");
}

static void anotherGatewayTakesOver(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virNetworkStep step = stepOf(fixture, VIR_STEP_ROUTE_REPLACE);

    addRoute(fixture->to, "198.51.100.0", 24, 0);
    step.route = fixture->to->routes->pdata[0];
    assertPrice(&step, 0, "packets go by 192.0.2.2 from then on");
}

static void anAddressThatStaysInASmallerSubnetLosesTheOthers(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virPlanAddr wide = { .address = address("192.0.2.1"), .prefix = 16 }, narrow = wide;
    virNetworkStep step = stepOf(fixture, VIR_STEP_ADDR_DELETE);

    narrow.prefix = 24;
    g_ptr_array_add(fixture->to->addrs, g_memdup2(&narrow, sizeof(narrow)));
    step.addr = &wide;
    assertPrice(&step, VIR_PRICE_FLOWS_ENDED, "to guests outside of 192.0.2.1/24");
    step.addr = &narrow;
    assertPrice(&step, 0, "192.0.2.1 stays, in a larger subnet");
}

static void anIPv6AddressThatStaysIsAwayForAMoment(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virPlanAddr narrow = { .address = address("fd00:9::1"), .prefix = 64 }, wide = narrow;
    virNetworkStep step = stepOf(fixture, VIR_STEP_ADDR_DELETE);

    wide.prefix = 48;
    g_ptr_array_add(fixture->to->addrs, g_memdup2(&wide, sizeof(wide)));
    step.addr = &narrow;
    assertPrice(&step, VIR_PRICE_PACKETS_LOST, "fd00:9::1 is away for a moment");
}

static void tagsCountOnceTheBridgeLooksAtThem(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virNetworkStep step = stepOf(fixture, VIR_STEP_LINK_SET);

    fixture->to->link.vlan_filtering = TRUE;
    assertPrice(&step, VIR_PRICE_FLOWS_ENDED, "those with VLAN tags that the guest's port does not have");
    fixture->from->link.vlan_filtering = TRUE;
    assertPrice(&step, 0, NULL);
    fixture->to->link.stp = TRUE;
    assertPrice(&step, 0, NULL);
}

static void rulesThatNobodyKnowsMayHaveLetAnythingThrough(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virNetworkStep step = stepOf(fixture, VIR_STEP_NFT_FILL);

    fixture->from->nft.present = TRUE;
    fixture->from->nft.known = FALSE;
    assertPrice(&step, VIR_PRICE_FLOWS_ENDED, "those that the rules do not let through");
    fixture->from->link.present = FALSE;
    assertPrice(&step, 0, NULL);
}

static void anotherDeviceIsNotTheSame(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virNetworkStep step = stepOf(fixture, VIR_STEP_NFT_FILL);

    fixture->from->nft.present = fixture->from->nft.known = TRUE;
    fixture->from->nft.forward_out = g_strdup("ip saddr 192.0.2.0/24 oifname \"eth0\" accept\nreject\n");
    fixture->to->nft.forward_out = g_strdup("ip saddr 192.0.2.0/24 oifname \"eth1\" accept\nreject\n");
    assertPrice(&step, VIR_PRICE_FLOWS_ENDED, "between 192.0.2.0/24 and the outside by \"eth0\"");
    g_free(fixture->to->nft.forward_out);
    fixture->to->nft.forward_out = g_strdup("ip saddr 192.0.0.0/16 accept\nreject\n");
    assertPrice(&step, 0, NULL);
}

static void queuesThatGoLoseWhatWaitsInThem(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virNetworkStep clear = stepOf(fixture, VIR_STEP_QOS_CLEAR), delete = stepOf(fixture, VIR_STEP_QOS_DELETE_CLASS);
    virNetworkStep set = stepOf(fixture, VIR_STEP_QOS_SET_CLASS);

    assertPrice(&clear, VIR_PRICE_PACKETS_LOST, "those that wait in the queue, or come as it is taken off");
    assertPrice(&delete, VIR_PRICE_PACKETS_LOST, "those that wait in its queue");
    assertPrice(&set, 0, NULL);
}

static void queueThatIsPutOnARunningBridgeLosesWhatComes(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virNetworkStep step = stepOf(fixture, VIR_STEP_QOS_BUILD);

    fixture->from->link.present = TRUE;
    assertPrice(&step, VIR_PRICE_PACKETS_LOST,
                "those from host and outside to guests in the instant in which the queue is put on");
    fixture->from->link.present = FALSE;
    assertPrice(&step, 0, NULL);
}

static void onlyAServerOfDhcpHasAGap(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virNetworkStep step = stepOf(fixture, VIR_STEP_DNSMASQ_RESTART);

    fixture->from->dnsmasq.conf = g_strdup("port=0\nport=0x\n");
    fixture->to->dnsmasq.conf = g_strdup("strict-order\nport=0\nno-dhcp-range=\n");
    assertPrice(&step, 0, NULL);
    g_free(fixture->from->dnsmasq.conf);
    fixture->from->dnsmasq.conf = g_strdup("strict-order\ndhcp-range=192.0.2.100,192.0.2.200\n");
    assertPrice(&step, VIR_PRICE_FLOWS_ENDED, "DNS and DHCP no longer served");
    g_free(fixture->to->dnsmasq.conf);
    fixture->to->dnsmasq.conf = g_strdup(fixture->from->dnsmasq.conf);
    assertPrice(&step, VIR_PRICE_DNS_HELD | VIR_PRICE_DHCP_GAP, NULL);
}

/* --- Text -------------------------------------------------------------------------------------------------------- */

static void assertText(const virNetworkPricedChange *change, const char *wanted)
{
    g_autofree char *text = virNetworkPriceFormat(change);

    g_assert_cmpstr(text, ==, wanted);
}

static void withoutStepsTheTextSaysWhatChanges(void)
{
    assertText(&(virNetworkPricedChange){ 0 }, "nothing to do\n");
    assertText(&(virNetworkPricedChange){ .config = TRUE }, "nothing on the host changes, only the stored definition\n");
    assertText(&(virNetworkPricedChange){ .live = TRUE }, "nothing on the host changes, only the live definition\n");
    assertText(&(virNetworkPricedChange){ .live = TRUE, .config = TRUE },
               "nothing on the host changes, only the live and the stored definition\n");
}

static void theLastLineSumsUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) steps = g_ptr_array_new();
    virNetworkStep clear = stepOf(fixture, VIR_STEP_QOS_CLEAR), restart = stepOf(fixture, VIR_STEP_DNSMASQ_RESTART);

    fixture->from->dnsmasq.conf = g_strdup("strict-order\n");
    fixture->to->dnsmasq.conf = g_strdup("strict-order\n");
    restart.why = "conf differs";
    g_ptr_array_add(steps, &clear);
    g_ptr_array_add(steps, &restart);
    assertText(&(virNetworkPricedChange){ .steps = steps, .live = TRUE, .config = TRUE },
               "qos: clear -- some packets lost: those that wait in the queue, or come as it is taken off\n"
               "dnsmasq: restart (conf differs) -- DNS held some ms\n"
               "2 steps: DNS held some ms, some packets lost; the stored definition changes too\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, function) g_test_add("/plan/price/" path, Fixture, NULL, setUp, function, tearDown)
    ADD("a-route-that-goes-ends-what-it-carried", aRouteThatGoesEndsWhatItCarried);
    ADD("another-gateway-takes-over", anotherGatewayTakesOver);
    ADD("an-address-that-stays-in-a-smaller-subnet-loses-the-others", anAddressThatStaysInASmallerSubnetLosesTheOthers);
    ADD("an-ipv6-address-that-stays-is-away-for-a-moment", anIPv6AddressThatStaysIsAwayForAMoment);
    ADD("tags-count-once-the-bridge-looks-at-them", tagsCountOnceTheBridgeLooksAtThem);
    ADD("rules-that-nobody-knows-may-have-let-anything-through", rulesThatNobodyKnowsMayHaveLetAnythingThrough);
    ADD("another-device-is-not-the-same", anotherDeviceIsNotTheSame);
    ADD("queues-that-go-lose-what-waits-in-them", queuesThatGoLoseWhatWaitsInThem);
    ADD("queue-that-is-put-on-a-running-bridge-loses-what-comes", queueThatIsPutOnARunningBridgeLosesWhatComes);
    ADD("only-a-server-of-dhcp-has-a-gap", onlyAServerOfDhcpHasAGap);
    ADD("the-last-line-sums-up", theLastLineSumsUp);
    g_test_add_func("/plan/price/without-steps-the-text-says-what-changes", withoutStepsTheTextSaysWhatChanges);
    return g_test_run();
}
