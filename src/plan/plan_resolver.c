/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_resolver.c: facet resolver, what the host's own resolver is told of a network's DNS
 *
 * Where the network asks for it, names in its domain are looked up with its dnsmasq by the host too. What was told
 * goes with the bridge. Called through the facet table alone.
 */
#include "plan_facet.h"

/* The addresses of all servers, in the plan's order: "192.0.2.1 fd00::1". */
static char *formatServers(const virNetworkPlan *plan)
{
    GString *out = g_string_new(NULL);
    char text[VIR_SOCKET_ADDR_BUFLEN];
    guint i;

    for (i = 0; i < plan->addrs->len; i++) {
        const virPlanAddr *addr = plan->addrs->pdata[i];

        g_string_append_printf(out, "%s%s", i > 0 ? " " : "", virSocketAddrFormat(&addr->address, text));
    }
    return g_string_free(out, FALSE);
}

static int render(const virNetworkDef *def, const virHostFacts *facts G_GNUC_UNUSED, virNetworkPlan *plan,
                  GError **err G_GNUC_UNUSED)
{
    if (!def->domain || def->domain_register != VIR_TRISTATE_YES || def->dns_enable == VIR_TRISTATE_NO ||
        plan->addrs->len == 0)
        return 0;
    plan->resolver.domain = g_strdup(def->domain);
    plan->resolver.servers = formatServers(plan);
    return 0;
}

static gboolean equal(const virNetworkPlan *a, const virNetworkPlan *b)
{
    return g_strcmp0(a->resolver.domain, b->resolver.domain) == 0 &&
           g_strcmp0(a->resolver.servers, b->resolver.servers) == 0;
}

static void copy(const virNetworkPlan *from, virNetworkPlan *to)
{
    to->resolver = (virPlanResolver){
        .domain = g_strdup(from->resolver.domain), .servers = g_strdup(from->resolver.servers),
    };
}

static void clear(virNetworkPlan *plan)
{
    g_free(plan->resolver.domain);
    g_free(plan->resolver.servers);
    plan->resolver = (virPlanResolver){ .domain = NULL };
}

static void diff(virNetworkDiff *d)
{
    if (!d->to->link.present || (d->from->link.present && equal(d->from, d->to)))
        return;
    if (d->to->resolver.domain)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_RESOLVER_SET, "it knows something else");
    else if (d->from->link.present && d->from->resolver.domain)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_RESOLVER_REVERT, "it is not wanted");
}

static void advance(virNetworkPlan *reached, const virNetworkStep *step)
{
    clear(reached);
    copy(step->to, reached);
}

static void addTraces(virNetworkPlan *plan, const virNetworkPlan *other)
{
    if (!plan->resolver.domain)
        copy(other, plan);
}

static void format(const virNetworkPlan *plan, GString *out)
{
    if (plan->resolver.domain)
        g_string_append_printf(out, "%s at %s\n", plan->resolver.domain, plan->resolver.servers);
}

static void formatStep(const virNetworkStep *step, GString *out)
{
    g_string_append_printf(out, " %s",
                           step->to->resolver.domain ? step->to->resolver.domain : step->from->resolver.domain);
}

const virNetworkFacetOps virNetworkFacetResolver = {
    .name = "resolver", .render = render, .equal = equal, .copy = copy, .clear = clear,
    .diff = diff, .advance = advance, .addTraces = addTraces, .format = format, .formatStep = formatStep,
};
