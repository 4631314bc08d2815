/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_zone.c: facet zone, the zone of firewalld that the bridge is in
 *
 * A zone that the network names is a must; the zones that come with libvirt are used where firewalld runs and has them. The
 * bridge is put into its zone before any packet can pass. Called through the facet table alone.
 */
#include "plan_facet.h"

#define ZONE_DEFAULT "libvirt"
#define ZONE_ROUTED "libvirt-routed"

static gboolean hasZone(const virHostFacts *facts, const char *name)
{
    return facts->zones && g_strv_contains((const char *const *)facts->zones, name);
}

/* NULL: none. A network in mode open leaves the host's firewall alone unless it names a zone. */
static const char *chooseZone(const virNetworkDef *def, const virHostFacts *facts)
{
    if (def->zone)
        return def->zone;
    if (def->forward == VIR_NETWORK_FORWARD_OPEN)
        return NULL;
    if (def->forward == VIR_NETWORK_FORWARD_ROUTE && hasZone(facts, ZONE_ROUTED))
        return ZONE_ROUTED;
    return hasZone(facts, ZONE_DEFAULT) ? ZONE_DEFAULT : NULL;
}

static int render(const virNetworkDef *def, const virHostFacts *facts, virNetworkPlan *plan, GError **err G_GNUC_UNUSED)
{
    plan->zone.name = g_strdup(chooseZone(def, facts));
    plan->zone.required = def->zone != NULL;
    return 0;
}

/* Whether it must be there is no state of the host. */
static gboolean equal(const virNetworkPlan *a, const virNetworkPlan *b)
{
    return g_strcmp0(a->zone.name, b->zone.name) == 0;
}

static void copy(const virNetworkPlan *from, virNetworkPlan *to)
{
    to->zone = (virPlanZone){ .name = g_strdup(from->zone.name), .required = from->zone.required };
}

static void clear(virNetworkPlan *plan)
{
    g_free(plan->zone.name);
    plan->zone = (virPlanZone){ .name = NULL };
}

static void diff(virNetworkDiff *d)
{
    const char *from = d->from->zone.name, *to = d->to->link.present ? d->to->zone.name : NULL;

    if (to && (!d->from->link.present || g_strcmp0(from, to) != 0))
        virNetworkDiffAdd(d, VIR_STEP_TIME_FIREWALL, VIR_STEP_ZONE_SET, from ? "it is another" : "it is in none");
    else if (from && !to)
        virNetworkDiffAdd(d, VIR_STEP_TIME_CLEAR_FIREWALL, VIR_STEP_ZONE_REMOVE, "no zone is wanted");
}

static void advance(virNetworkPlan *reached, const virNetworkStep *step)
{
    clear(reached);
    if (step->verb == VIR_STEP_ZONE_SET)
        copy(step->to, reached);
}

static void addTraces(virNetworkPlan *plan, const virNetworkPlan *other)
{
    if (!plan->zone.name)
        copy(other, plan);
}

static void format(const virNetworkPlan *plan, GString *out)
{
    if (plan->zone.name)
        g_string_append_printf(out, "%s%s\n", plan->zone.name, plan->zone.required ? " required" : "");
}

static void formatStep(const virNetworkStep *step, GString *out)
{
    g_string_append_printf(out, " %s", step->verb == VIR_STEP_ZONE_SET ? step->to->zone.name : step->from->zone.name);
}

const virNetworkFacetOps virNetworkFacetZone = {
    .name = "zone", .render = render, .equal = equal, .copy = copy, .clear = clear,
    .diff = diff, .advance = advance, .addTraces = addTraces, .format = format, .formatStep = formatStep,
};
