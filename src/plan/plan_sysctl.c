/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_sysctl.c: facet sysctl, the kernel's switches
 *
 * Switches of the bridge go with it. Those of the whole host (forwarding) are switched on and never off again: others may
 * rely on them by then. Called through the facet table alone.
 */
#include <string.h>

#include "plan_facet.h"

static virPlanSysctl *newSysctl(const char *path, const char *value, gboolean shared)
{
    virPlanSysctl *sysctl = g_new0(virPlanSysctl, 1);

    sysctl->path = g_strdup(path);
    sysctl->value = g_strdup(value);
    sysctl->shared = shared;
    return sysctl;
}

static const virPlanSysctl *find(const GPtrArray *sysctls, const char *path)
{
    guint i;

    for (i = 0; i < sysctls->len; i++) {
        const virPlanSysctl *sysctl = sysctls->pdata[i];

        if (strcmp(sysctl->path, path) == 0)
            return sysctl;
    }
    return NULL;
}

static void addOfBridge(virNetworkPlan *plan, const char *name, const char *value)
{
    g_autofree char *path = g_strdup_printf("net/ipv6/conf/%s/%s", plan->bridge, name);

    g_ptr_array_add(plan->sysctls, newSysctl(path, value, FALSE));
}

static int render(const virNetworkDef *def, const virHostFacts *facts G_GNUC_UNUSED, virNetworkPlan *plan,
                  GError **err G_GNUC_UNUSED)
{
    addOfBridge(plan, "disable_ipv6", virNetworkDefHasFamily(def, AF_INET6) ? "0" : "1");
    addOfBridge(plan, "accept_ra", "0");
    addOfBridge(plan, "autoconf", "0");
    if (def->forward != VIR_NETWORK_FORWARD_NONE && virNetworkDefHasFamily(def, AF_INET))
        g_ptr_array_add(plan->sysctls, newSysctl("net/ipv4/ip_forward", "1", TRUE));
    if (def->forward != VIR_NETWORK_FORWARD_NONE && virNetworkDefHasFamily(def, AF_INET6))
        g_ptr_array_add(plan->sysctls, newSysctl(VIR_SYSCTL_FORWARD_IPV6, "1", TRUE));
    return 0;
}

static gboolean equal(const virNetworkPlan *a, const virNetworkPlan *b)
{
    guint i;

    if (a->sysctls->len != b->sysctls->len)
        return FALSE;
    for (i = 0; i < a->sysctls->len; i++) {
        const virPlanSysctl *x = a->sysctls->pdata[i];
        const virPlanSysctl *y = find(b->sysctls, x->path);

        if (!y || strcmp(x->value, y->value) != 0 || x->shared != y->shared)
            return FALSE;
    }
    return TRUE;
}

static void copy(const virNetworkPlan *from, virNetworkPlan *to)
{
    guint i;

    for (i = 0; i < from->sysctls->len; i++) {
        const virPlanSysctl *sysctl = from->sysctls->pdata[i];

        g_ptr_array_add(to->sysctls, newSysctl(sysctl->path, sysctl->value, sysctl->shared));
    }
}

static void clear(virNetworkPlan *plan)
{
    g_ptr_array_set_size(plan->sysctls, 0);
}

static void diff(virNetworkDiff *d)
{
    guint i;

    for (i = 0; d->to->link.present && i < d->to->sysctls->len; i++) {
        const virPlanSysctl *wanted = d->to->sysctls->pdata[i];
        const virPlanSysctl *have = find(d->from->sysctls, wanted->path);
        virNetworkStepTime time = wanted->shared ? VIR_STEP_TIME_UP : VIR_STEP_TIME_SWITCHES;

        if (have && strcmp(have->value, wanted->value) == 0 && (wanted->shared || d->from->link.present))
            continue;
        virNetworkDiffAdd(d, time, VIR_STEP_SYSCTL_SET, "its value differs")->sysctl = wanted;
    }
}

static void advance(virNetworkPlan *reached, const virNetworkStep *step)
{
    const virPlanSysctl *have = find(reached->sysctls, step->sysctl->path);

    if (have)
        g_ptr_array_remove(reached->sysctls, (gpointer)have);
    g_ptr_array_add(reached->sysctls, newSysctl(step->sysctl->path, step->sysctl->value, step->sysctl->shared));
}

static void format(const virNetworkPlan *plan, GString *out)
{
    guint i;

    for (i = 0; i < plan->sysctls->len; i++) {
        const virPlanSysctl *sysctl = plan->sysctls->pdata[i];

        g_string_append_printf(out, "%s = %s%s\n", sysctl->path, sysctl->value, sysctl->shared ? " (host)" : "");
    }
}

static void formatStep(const virNetworkStep *step, GString *out)
{
    g_string_append_printf(out, " %s = %s", step->sysctl->path, step->sysctl->value);
}

const virNetworkFacetOps virNetworkFacetSysctl = {
    .name = "sysctl", .render = render, .equal = equal, .copy = copy, .clear = clear,
    .diff = diff, .advance = advance, .format = format, .formatStep = formatStep,
};
