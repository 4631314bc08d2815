/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_diff.c: the difference of two plans as ordered steps
 *
 * Each facet finds its own differences; the order in which they are acted on is decided here alone, by the times of
 * plan_facet.h.
 */
#include "network_plan.h"
#include "plan_facet.h"

static const struct {
    virNetworkFacet facet;
    const char *text;
} verbs[VIR_STEP_LAST] = {
    [VIR_STEP_LINK_ADD] = { VIR_NETWORK_FACET_LINK, "add" },
    [VIR_STEP_LINK_SET] = { VIR_NETWORK_FACET_LINK, "set" },
    [VIR_STEP_LINK_DELETE] = { VIR_NETWORK_FACET_LINK, "delete" },
    [VIR_STEP_ADDR_ADD] = { VIR_NETWORK_FACET_ADDR, "add" },
    [VIR_STEP_ADDR_DELETE] = { VIR_NETWORK_FACET_ADDR, "delete" },
    [VIR_STEP_ROUTE_ADD] = { VIR_NETWORK_FACET_ROUTE, "add" },
    [VIR_STEP_ROUTE_REPLACE] = { VIR_NETWORK_FACET_ROUTE, "replace" },
    [VIR_STEP_ROUTE_DELETE] = { VIR_NETWORK_FACET_ROUTE, "delete" },
    [VIR_STEP_SYSCTL_SET] = { VIR_NETWORK_FACET_SYSCTL, "set" },
    [VIR_STEP_NFT_FILL] = { VIR_NETWORK_FACET_NFT, "fill" },
    [VIR_STEP_NFT_REMOVE] = { VIR_NETWORK_FACET_NFT, "remove" },
    [VIR_STEP_QOS_BUILD] = { VIR_NETWORK_FACET_QOS, "build" },
    [VIR_STEP_QOS_SET_CLASS] = { VIR_NETWORK_FACET_QOS, "set" },
    [VIR_STEP_QOS_DELETE_CLASS] = { VIR_NETWORK_FACET_QOS, "delete" },
    [VIR_STEP_QOS_CLEAR] = { VIR_NETWORK_FACET_QOS, "clear" },
    [VIR_STEP_QOS_FILL_INBOUND] = { VIR_NETWORK_FACET_QOS, "fill inbound" },
    [VIR_STEP_QOS_FILL_OUTBOUND] = { VIR_NETWORK_FACET_QOS, "fill outbound" },
    [VIR_STEP_QOS_REMOVE_INBOUND] = { VIR_NETWORK_FACET_QOS, "remove inbound" },
    [VIR_STEP_QOS_REMOVE_OUTBOUND] = { VIR_NETWORK_FACET_QOS, "remove outbound" },
    [VIR_STEP_DNSMASQ_WRITE_CONF] = { VIR_NETWORK_FACET_DNSMASQ, "write conf" },
    [VIR_STEP_DNSMASQ_WRITE_HOSTS] = { VIR_NETWORK_FACET_DNSMASQ, "write hosts" },
    [VIR_STEP_DNSMASQ_START] = { VIR_NETWORK_FACET_DNSMASQ, "start" },
    [VIR_STEP_DNSMASQ_STOP] = { VIR_NETWORK_FACET_DNSMASQ, "stop" },
    [VIR_STEP_DNSMASQ_RESTART] = { VIR_NETWORK_FACET_DNSMASQ, "restart" },
    [VIR_STEP_DNSMASQ_RELOAD] = { VIR_NETWORK_FACET_DNSMASQ, "reload" },
    [VIR_STEP_RADVD_WRITE_CONF] = { VIR_NETWORK_FACET_RADVD, "write conf" },
    [VIR_STEP_RADVD_START] = { VIR_NETWORK_FACET_RADVD, "start" },
    [VIR_STEP_RADVD_STOP] = { VIR_NETWORK_FACET_RADVD, "stop" },
    [VIR_STEP_RADVD_RELOAD] = { VIR_NETWORK_FACET_RADVD, "reload" },
    [VIR_STEP_ZONE_SET] = { VIR_NETWORK_FACET_ZONE, "set" },
    [VIR_STEP_ZONE_REMOVE] = { VIR_NETWORK_FACET_ZONE, "remove" },
    [VIR_STEP_RESOLVER_SET] = { VIR_NETWORK_FACET_RESOLVER, "set" },
    [VIR_STEP_RESOLVER_REVERT] = { VIR_NETWORK_FACET_RESOLVER, "revert" },
};

virNetworkFacet virNetworkStepFacet(const virNetworkStep *step)
{
    return verbs[step->verb].facet;
}

char *virNetworkStepFormat(const virNetworkStep *step)
{
    const virNetworkFacetOps *facet = virNetworkFacets[virNetworkStepFacet(step)];
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s: %s", facet->name, verbs[step->verb].text);
    if (facet->formatStep)
        facet->formatStep(step, out);
    if (step->why)
        g_string_append_printf(out, " (%s)", step->why);
    return g_string_free(out, FALSE);
}

virNetworkStep *virNetworkDiffAdd(virNetworkDiff *diff, virNetworkStepTime time, virNetworkStepVerb verb, const char *why)
{
    virNetworkStep *step = g_new0(virNetworkStep, 1);

    step->verb = verb;
    step->from = diff->from;
    step->to = diff->to;
    step->why = why;
    g_ptr_array_add(diff->steps[time], step);
    return step;
}

GPtrArray *virNetworkPlanDiff(const virNetworkPlan *from, const virNetworkPlan *to)
{
    GPtrArray *steps = g_ptr_array_new_with_free_func(g_free);
    virNetworkDiff diff = { .from = from, .to = to };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(diff.steps); i++)
        diff.steps[i] = g_ptr_array_new();
    for (i = 0; i < G_N_ELEMENTS(virNetworkFacets); i++)
        virNetworkFacets[i]->diff(&diff);
    for (i = 0; i < G_N_ELEMENTS(diff.steps); i++)
        g_ptr_array_extend_and_steal(steps, diff.steps[i]);
    return steps;
}

void virNetworkPlanAddTraces(virNetworkPlan *plan, const virNetworkPlan *other)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(virNetworkFacets); i++) {
        if (virNetworkFacets[i]->addTraces)
            virNetworkFacets[i]->addTraces(plan, other);
    }
}

void virNetworkPlanAdvance(virNetworkPlan *reached, const virNetworkStep *step)
{
    virNetworkFacets[virNetworkStepFacet(step)]->advance(reached, step);
}
