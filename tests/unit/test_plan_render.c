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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plan-render/unmanaged/plan-is-empty", planOfUnmanagedIsEmpty);
    g_test_add_func("/plan-render/unmanaged/takes-no-step", stepsOfUnmanagedAreNone);
    return g_test_run();
}
