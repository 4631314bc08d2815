/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_plan_qos.c: what a network's bandwidth and its ports' floors become, and the steps from one to another
 *
 * Definitions and facts are built by hand. That packets keep to it is the scenario tests' matter (test_qos.py). Run by
 * meson.
 */
#include <string.h>

#include "network_plan.h"
#include "virerror.h"

typedef struct {
    virNetworkRate inbound;
    virNetworkRate outbound;
    virHostFloor floors[3];     /* those with a class */
} Limits;

static const Limits none = { 0 };
static const Limits both = { .inbound = { .average = 1000 }, .outbound = { .average = 1000 } };
static const Limits floored = { .inbound = { .average = 1000 }, .outbound = { .average = 1000 },
                                .floors = { { 3, { { 0x52, 0x54, 0, 0, 0, 1 } }, 200 } } };
static const Limits floored_twice = { .inbound = { .average = 1000 }, .outbound = { .average = 1000 },
                                      .floors = { { 3, { { 0x52, 0x54, 0, 0, 0, 1 } }, 200 },
                                                  { 10, { { 0x52, 0x54, 0, 0, 0, 2 } }, 300 } } };

static virNetworkDef *makeDef(const Limits *limits)
{
    virNetworkDef *def = virNetworkDefNew();

    def->name = g_strdup("lab");
    def->bridge = g_strdup("virbr7");
    def->bandwidth = virNetworkBandwidthNew();
    def->bandwidth->inbound = limits->inbound;
    def->bandwidth->outbound = limits->outbound;
    return def;
}

static int tryRender(const Limits *limits, virNetworkPlan **ret_plan, GError **err)
{
    g_autoptr(virHostFacts) facts = virHostFactsNew("/dnsmasq", "/run");
    g_autoptr(virNetworkDef) def = makeDef(limits);

    for (gsize i = 0; i < G_N_ELEMENTS(limits->floors) && limits->floors[i].floor > 0; i++)
        g_array_append_val(facts->floors, limits->floors[i]);
    return virNetworkPlanRender(def, facts, ret_plan, err);
}

static virNetworkPlan *render(const Limits *limits)
{
    g_autoptr(GError) err = NULL;
    virNetworkPlan *plan = NULL;

    tryRender(limits, &plan, &err);
    g_assert_no_error(err);
    return plan;
}

/* --- Values ------------------------------------------------------------------------------------------------------- */

static void limitsBecomeClassesAndChains(void)
{
    static const struct {
        const char *name;
        Limits limits;
        const char *plan;
    } rows[] = {
        { "nothing", { .inbound = { 0 } }, NULL },
        { "inbound alone", { .inbound = { .average = 1000 } },
          "class 1:1 rate 1000000 ceil 1000000 burst 1600 quantum 0\n"
          "class 1:2 rate 1000000 ceil 1000000 burst 1600 quantum 100000\n"
          "chain inbound:\nmeta priority set 1:2\n" },
        { "peak and burst", { .inbound = { .average = 1000, .peak = 5000, .burst = 1024 } },
          "class 1:1 rate 1000000 ceil 5000000 burst 1600 quantum 0\n"
          "class 1:2 rate 1000000 ceil 5000000 burst 1048576 quantum 100000\n"
          "chain inbound:\nmeta priority set 1:2\n" },
        { "tiny and huge", { .inbound = { .average = 1, .peak = 12500000, .burst = 4194303 } },
          "class 1:1 rate 1000 ceil 12500000000 burst 1600 quantum 0\n"
          "class 1:2 rate 1000 ceil 12500000000 burst 4294966272 quantum 1600\n"
          "chain inbound:\nmeta priority set 1:2\n" },
        { "floors out of order", { .inbound = { .average = 1000, .peak = 2000 },
                                   .floors = { { 10, { { 0x52, 0x54, 0, 0, 0, 2 } }, 300 },
                                               { 3, { { 0x52, 0x54, 0, 0, 0, 1 } }, 200 } } },
          "class 1:1 rate 1000000 ceil 2000000 burst 1600 quantum 0\n"
          "class 1:2 rate 500000 ceil 2000000 burst 1600 quantum 50000\n"
          "class 1:3 rate 200000 ceil 1000000 burst 1600 quantum 20000\n"
          "class 1:a rate 300000 ceil 1000000 burst 1600 quantum 30000\n"
          "chain inbound:\nmeta priority set 1:2\n"
          "meta priority set ether daddr map { 52:54:00:00:00:02 : 1:a, 52:54:00:00:00:01 : 1:3 }\n" },
        { "floors that leave nothing", { .inbound = { .average = 1000, .peak = 2000 },
                                         .floors = { { 3, { { 0x52, 0x54, 0, 0, 0, 1 } }, 1500 } } },
          "class 1:1 rate 1000000 ceil 2000000 burst 1600 quantum 0\n"
          "class 1:2 rate 1000 ceil 2000000 burst 1600 quantum 1600\n"
          "class 1:3 rate 1500000 ceil 1500000 burst 1600 quantum 150000\n"
          "chain inbound:\nmeta priority set 1:2\nmeta priority set ether daddr map { 52:54:00:00:00:01 : 1:3 }\n" },
        { "one guest, one class twice", { .inbound = { .average = 1000 },
                                          .floors = { { 3, { { 0x52, 0x54, 0, 0, 0, 1 } }, 200 },
                                                      { 4, { { 0x52, 0x54, 0, 0, 0, 1 } }, 300 },
                                                      { 3, { { 0x52, 0x54, 0, 0, 0, 2 } }, 300 } } },
          "class 1:1 rate 1000000 ceil 1000000 burst 1600 quantum 0\n"
          "class 1:2 rate 800000 ceil 1000000 burst 1600 quantum 80000\n"
          "class 1:3 rate 200000 ceil 1000000 burst 1600 quantum 20000\n"
          "chain inbound:\nmeta priority set 1:2\nmeta priority set ether daddr map { 52:54:00:00:00:01 : 1:3 }\n" },
        { "floor without inbound", { .outbound = { .average = 1000, .peak = 9 },
                                     .floors = { { 3, { { 0x52, 0x54, 0, 0, 0, 1 } }, 200 } } },
          "chain outbound:\nlimit rate over 1000000 bytes/second burst 24000 bytes drop\n" },
        { "outbound burst", { .outbound = { .average = 1000, .burst = 2000 } },
          "chain outbound:\nlimit rate over 1000000 bytes/second burst 1048000 bytes drop\n" },
        { "outbound burst below a second's", { .outbound = { .average = 1000, .burst = 10 } },
          "chain outbound:\nlimit rate over 1000000 bytes/second burst 0 bytes drop\n" },
        { "outbound that still lets a packet through", { .outbound = { .average = 1 } },
          "chain outbound:\nlimit rate over 1000 bytes/second burst 64536 bytes drop\n" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkPlan) plan = render(&rows[i].limits);
        g_autofree char *text = virNetworkPlanFormat(plan);
        const char *start = strstr(text, "[qos]\n");
        const char *end = start ? strchr(start + 1, '[') : NULL;
        g_autofree char *slice = start ? g_strndup(start + 6, end ? (gsize)(end - start) - 6 : strlen(start)) : NULL;

        g_test_message("%s", rows[i].name);
        g_assert_cmpstr(slice, ==, rows[i].plan);
    }
}

static void whatCannotBeCountedIsRefused(void)
{
    static const struct {
        Limits limits;
        const char *message;
    } rows[] = {
        { { .inbound = { .average = 12500001 } }, "average='12500001' is more than 12500000" },
        { { .inbound = { .average = 1, .peak = G_MAXUINT64 } }, "peak='18446744073709551615' is more than 12500000" },
        { { .outbound = { .average = 1, .burst = 4194304 } }, "burst='4194304' is more than 4194303" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *message = g_strdup_printf("network 'lab': bandwidth: %s", rows[i].message);
        g_autoptr(GError) err = NULL;
        virNetworkPlan *plan = NULL;

        g_assert_cmpint(tryRender(&rows[i].limits, &plan, &err), ==, -1);
        g_assert_null(plan);
        g_assert_error(err, VIR_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
        g_assert_nonnull(strstr(err->message, message));
    }
}

static void eachValueCountsForEqual(void)
{
    g_autoptr(virNetworkPlan) plan = render(&floored);

    for (guint i = 0; i < 8; i++) {
        g_autoptr(virNetworkPlan) other = virNetworkPlanCopy(plan);
        virPlanQosClass *class = &g_array_index(other->qos.classes, virPlanQosClass, 2);

        g_assert_true(virNetworkPlanEqual(plan, other));
        other->qos.shaped ^= i == 0;
        class->id += i == 1;
        class->rate += i == 2;
        class->ceil += i == 3;
        class->burst += i == 4;
        class->quantum += i == 5;
        other->qos.chains[VIR_QOS_INBOUND][0] ^= i == 6;
        if (i == 7)
            g_clear_pointer(&other->qos.chains[VIR_QOS_OUTBOUND], g_free);
        g_assert_false(virNetworkPlanEqual(plan, other));
        g_assert_false(virNetworkPlanEqual(other, plan));
    }
}

/* --- Steps -------------------------------------------------------------------------------------------------------- */

/* The steps of this facet; *@ret_reached: what @from has become after them, which must be @to. */
static char *stepsBetween(const virNetworkPlan *from, const virNetworkPlan *to)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);
    g_autoptr(virNetworkPlan) reached = virNetworkPlanCopy(from);
    g_autoptr(GPtrArray) left = NULL;
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < steps->len; i++) {
        g_autofree char *line = virNetworkStepFormat(steps->pdata[i]);

        if (virNetworkStepFacet(steps->pdata[i]) == VIR_NETWORK_FACET_QOS)
            g_string_append_printf(out, "%s\n", line);
        virNetworkPlanAdvance(reached, steps->pdata[i]);
    }
    left = virNetworkPlanDiff(reached, to);
    g_assert_cmpuint(left->len, ==, 0);
    return g_string_free(out, FALSE);
}

static void changesTakeTheStepsTheyNeed(void)
{
    static const Limits faster = { .inbound = { .average = 2000 }, .outbound = { .average = 1000 } };
    static const Limits burstier = { .inbound = { .average = 1000, .burst = 64 }, .outbound = { .average = 1000 } };
    static const Limits outbound_faster = { .inbound = { .average = 1000 }, .outbound = { .average = 2000 } };
    static const Limits inbound_only = { .inbound = { .average = 1000 } };
    static const Limits outbound_only = { .outbound = { .average = 1000 } };
    static const Limits other_guest = { .inbound = { .average = 1000 }, .outbound = { .average = 1000 },
                                        .floors = { { 3, { { 0x52, 0x54, 0, 0, 0, 9 } }, 200 } } };
    static const struct {
        const Limits *from, *to;
        const char *steps;
    } rows[] = {
        { &both, &both, "" },
        { &none, &both, "qos: build (inbound packets are not limited)\nqos: fill inbound (there is no chain)\n"
                        "qos: fill outbound (there is no chain)\n" },
        { &both, &none, "qos: clear (inbound packets are not to be limited)\nqos: remove inbound (no chain is wanted)\n"
                        "qos: remove outbound (no chain is wanted)\n" },
        { &both, &faster, "qos: set class 1:1 rate 2000000 ceil 2000000 (its rates differ)\n"
                          "qos: set class 1:2 rate 2000000 ceil 2000000 (its rates differ)\n" },
        { &both, &burstier, "qos: set class 1:2 rate 1000000 ceil 1000000 (its rates differ)\n" },
        { &both, &outbound_faster, "qos: fill outbound (rules differ)\n" },
        { &both, &inbound_only, "qos: remove outbound (no chain is wanted)\n" },
        { &both, &outbound_only, "qos: clear (inbound packets are not to be limited)\n"
                                 "qos: remove inbound (no chain is wanted)\n" },
        { &both, &floored, "qos: set class 1:2 rate 800000 ceil 1000000 (its rates differ)\n"
                           "qos: set class 1:3 rate 200000 ceil 1000000 (it is missing)\n"
                           "qos: fill inbound (rules differ)\n" },
        { &floored, &floored_twice, "qos: set class 1:2 rate 500000 ceil 1000000 (its rates differ)\n"
                                    "qos: set class 1:a rate 300000 ceil 1000000 (it is missing)\n"
                                    "qos: fill inbound (rules differ)\n" },
        { &floored_twice, &floored, "qos: set class 1:2 rate 800000 ceil 1000000 (its rates differ)\n"
                                    "qos: fill inbound (rules differ)\nqos: delete class 1:a (it is not wanted)\n" },
        { &floored, &other_guest, "qos: fill inbound (rules differ)\n" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkPlan) from = render(rows[i].from);
        g_autoptr(virNetworkPlan) to = render(rows[i].to);
        g_autofree char *steps = stepsBetween(from, to);

        g_assert_cmpstr(steps, ==, rows[i].steps);
    }
}

static void queueGoesWithItsBridge(void)
{
    g_autoptr(virNetworkPlan) empty = virNetworkPlanNew("lab", "virbr7");
    g_autoptr(virNetworkPlan) plan = render(&floored);
    g_autofree char *up = stepsBetween(empty, plan);
    g_autofree char *down = stepsBetween(plan, empty);

    g_assert_cmpstr(up, ==, "qos: build (inbound packets are not limited)\nqos: fill inbound (there is no chain)\n"
                            "qos: fill outbound (there is no chain)\n");
    g_assert_cmpstr(down, ==, "qos: remove inbound (no chain is wanted)\nqos: remove outbound (no chain is wanted)\n");
}

/* What a probe finds: chains with rules nobody knows, a queue of which a class or all are missing. */
static void whatIsFoundIsMended(void)
{
    static const struct {
        guint keep;         /* so many classes */
        const char *steps;
    } rows[] = {
        { 3, "" },
        { 2, "qos: set class 1:3 rate 200000 ceil 1000000 (it is missing)\n" },
        { 0, "qos: build (inbound packets are not limited)\n" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkPlan) wanted = render(&floored);
        g_autoptr(virNetworkPlan) found = virNetworkPlanCopy(wanted);
        g_autofree char *expected = g_strdup_printf("%sqos: fill inbound (rules are not known)\n"
                                                    "qos: fill outbound (rules are not known)\n", rows[i].steps);
        g_autofree char *steps = NULL;

        g_array_set_size(found->qos.classes, rows[i].keep);
        for (int d = 0; d < VIR_QOS_LAST; d++) {
            g_free(found->qos.chains[d]);
            found->qos.chains[d] = g_strdup("");
        }
        steps = stepsBetween(found, wanted);
        g_assert_cmpstr(steps, ==, expected);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plan-qos/limits-become-classes-and-chains", limitsBecomeClassesAndChains);
    g_test_add_func("/plan-qos/what-cannot-be-counted-is-refused", whatCannotBeCountedIsRefused);
    g_test_add_func("/plan-qos/each-value-counts-for-equal", eachValueCountsForEqual);
    g_test_add_func("/plan-qos/changes-take-the-steps-they-need", changesTakeTheStepsTheyNeed);
    g_test_add_func("/plan-qos/queue-goes-with-its-bridge", queueGoesWithItsBridge);
    g_test_add_func("/plan-qos/what-is-found-is-mended", whatIsFoundIsMended);
    return g_test_run();
}
