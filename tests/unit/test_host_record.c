/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_host_record.c: the recording host says and keeps what it was told
 *
 * Plans are written by hand, and their steps come from the diff; what those are is the plan's tests' matter. Run by
 * meson.
 */
#include <string.h>

#include "network_host.h"
#include "virerror.h"

typedef struct {
    virNetworkHost *host;
    virNetworkPlan *empty;
    virNetworkPlan *up;     /* a bridge with one address */
} Fixture;

static void setUp(Fixture *fix, gconstpointer data)
{
    virPlanAddr addr = { .prefix = 24 };

    (void)data;
    fix->host = virNetworkHostRecordNew();
    fix->empty = virNetworkPlanNew("lab", "virbr7");
    fix->up = virNetworkPlanNew("lab", "virbr7");
    fix->up->link = (virPlanLink){ .present = TRUE, .stp = TRUE, .up = TRUE };
    g_assert_true(virSocketAddrParse("192.0.2.1", AF_INET, &addr.address));
    g_ptr_array_add(fix->up->addrs, g_memdup2(&addr, sizeof(addr)));
}

static void tearDown(Fixture *fix, gconstpointer data)
{
    (void)data;
    virNetworkPlanFree(fix->empty);
    virNetworkPlanFree(fix->up);
    virNetworkHostFree(fix->host);
}

/* Applies steps until one fails. Returns how many succeeded. */
static guint applyAll(Fixture *fix, const virNetworkPlan *from, const virNetworkPlan *to, GError **err)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);
    guint done = 0;

    while (done < steps->len && fix->host->klass->apply(fix->host, steps->pdata[done], err) == 0)
        done++;
    return done;
}

static guint countSteps(const virNetworkPlan *from, const virNetworkPlan *to)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);

    return steps->len;
}

static virNetworkPlan *probe(Fixture *fix)
{
    g_autoptr(GError) err = NULL;
    virNetworkPlan *plan = NULL;

    g_assert_cmpint(fix->host->klass->probe(fix->host, fix->up, &plan, &err), ==, 0);
    g_assert_no_error(err);
    return plan;
}

static void probeBeforeAnythingIsEmpty(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) plan = probe(fix);

    (void)data;
    g_assert_true(virNetworkPlanEqual(plan, fix->empty));
    g_assert_cmpstr(plan->bridge, ==, "virbr7");
}

static void probeAfterStepsIsWhatWasWanted(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) plan = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpuint(applyAll(fix, fix->empty, fix->up, &err), ==, countSteps(fix->empty, fix->up));
    g_assert_no_error(err);
    plan = probe(fix);
    g_assert_true(virNetworkPlanEqual(plan, fix->up));
    g_assert_cmpuint(countSteps(plan, fix->up), ==, 0);
}

/* The plan that was probed is the caller's: the host's own goes on. */
static void probedPlanStaysAsItWas(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) before = probe(fix);
    g_autoptr(virNetworkPlan) after = NULL;

    (void)data;
    applyAll(fix, fix->empty, fix->up, NULL);
    after = probe(fix);
    g_assert_true(virNetworkPlanEqual(before, fix->empty));
    g_assert_false(virNetworkPlanEqual(after, before));
}

static void linkExistsWhileItsPlanHasIt(Fixture *fix, gconstpointer data)
{
    (void)data;
    g_assert_false(fix->host->klass->linkExists(fix->host, "virbr7"));
    applyAll(fix, fix->empty, fix->up, NULL);
    g_assert_true(fix->host->klass->linkExists(fix->host, "virbr7"));
    g_assert_false(fix->host->klass->linkExists(fix->host, "virbr8"));
    applyAll(fix, fix->up, fix->empty, NULL);
    g_assert_false(fix->host->klass->linkExists(fix->host, "virbr7"));
}

static void takeGivesLinesOnce(Fixture *fix, gconstpointer data)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(fix->empty, fix->up);
    g_autoptr(GString) expected = g_string_new(NULL);
    g_autofree char *lines = NULL, *again = NULL;

    (void)data;
    for (guint i = 0; i < steps->len; i++) {
        g_autofree char *line = virNetworkStepFormat(steps->pdata[i]);

        g_string_append_printf(expected, "%s\n", line);
        g_assert_cmpint(fix->host->klass->apply(fix->host, steps->pdata[i], NULL), ==, 0);
    }
    g_assert_cmpuint(steps->len, >, 1);
    lines = virNetworkHostRecordTake(fix->host);
    again = virNetworkHostRecordTake(fix->host);
    g_assert_cmpstr(lines, ==, expected->str);
    g_assert_cmpstr(again, ==, "");
}

static void nthStepFailsAndIsNotTaken(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) plan = NULL;
    g_autofree char *lines = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    virNetworkHostRecordFail(fix->host, 2);
    g_assert_cmpuint(applyAll(fix, fix->empty, fix->up, &err), ==, 1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(err->message, "network 'lab': step failed on demand: "));
    lines = virNetworkHostRecordTake(fix->host);
    g_assert_cmpuint(strcspn(lines, "\n"), ==, strlen(lines) - 1);

    /* Only that one: what is left goes through, from what was reached. */
    plan = probe(fix);
    g_clear_error(&err);
    g_assert_cmpuint(applyAll(fix, plan, fix->up, &err), ==, countSteps(plan, fix->up));
    g_assert_no_error(err);
}

static void failureCanBeCalledOff(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;

    (void)data;
    virNetworkHostRecordFail(fix->host, 1);
    virNetworkHostRecordFail(fix->host, 0);
    g_assert_cmpuint(applyAll(fix, fix->empty, fix->up, &err), ==, countSteps(fix->empty, fix->up));
    g_assert_no_error(err);
}

static void networksAreKeptApart(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) other = virNetworkPlanNew("other", "virbr8");
    g_autoptr(virNetworkPlan) found = NULL;

    (void)data;
    applyAll(fix, fix->empty, fix->up, NULL);
    g_assert_cmpint(fix->host->klass->probe(fix->host, other, &found, NULL), ==, 0);
    g_assert_cmpstr(found->name, ==, "other");
    g_assert_true(virNetworkPlanEqual(found, other));
}

static void factsHaveNoSubnets(Fixture *fix, gconstpointer data)
{
    g_autoptr(virHostFacts) facts = virHostFactsNew("/dnsmasq", "/run");
    g_autoptr(GError) err = NULL;

    (void)data;
    applyAll(fix, fix->empty, fix->up, NULL);
    g_assert_cmpint(fix->host->klass->gatherFacts(fix->host, facts, &err), ==, 0);
    g_assert_cmpuint(facts->subnets->len, ==, 0);
    g_assert_false(fix->host->klass->reloadPending(fix->host, "lab"));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/host-record/probe/before-anything-is-empty", probeBeforeAnythingIsEmpty },
        { "/host-record/probe/after-steps-is-what-was-wanted", probeAfterStepsIsWhatWasWanted },
        { "/host-record/probe/plan-stays-as-it-was", probedPlanStaysAsItWas },
        { "/host-record/link/exists-while-its-plan-has-it", linkExistsWhileItsPlanHasIt },
        { "/host-record/take/gives-lines-once", takeGivesLinesOnce },
        { "/host-record/fail/nth-step-fails-and-is-not-taken", nthStepFailsAndIsNotTaken },
        { "/host-record/fail/can-be-called-off", failureCanBeCalledOff },
        { "/host-record/networks-are-kept-apart", networksAreKeptApart },
        { "/host-record/facts/have-no-subnets", factsHaveNoSubnets },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, setUp, tests[i].run, tearDown);
    return g_test_run();
}
