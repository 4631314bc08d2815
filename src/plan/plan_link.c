/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_link.c: facet link, the bridge device
 *
 * It is made down, gets its switches, addresses and firewall, and is put up last: a guest that is attached early
 * meets no half-made network. Called through the facet table alone.
 */
#include "plan_facet.h"

static int render(const virNetworkDef *def, const virHostFacts *facts G_GNUC_UNUSED, virNetworkPlan *plan,
                  GError **err G_GNUC_UNUSED)
{
    plan->link = (virPlanLink){
        .present = TRUE,
        .has_mac = def->has_mac,
        .mac = def->mac,
        .mtu = def->mtu,
        .stp = def->stp,
        .delay_ms = def->delay_s * 1000,
        /* Tags of ports, and forwarding by the MACs of ports alone, both rest on it. */
        .vlan_filtering = def->mac_table == VIR_NETWORK_MAC_TABLE_LIBVIRT || def->vlan,
        .up = TRUE,
    };
    return 0;
}

/* A MAC that one side does not say does not differ. An MTU that is not given is the kernel's choice, which differs from a given one. */
static gboolean equal(const virNetworkPlan *a, const virNetworkPlan *b)
{
    const virPlanLink *x = &a->link, *y = &b->link;

    if (!x->present || !y->present)
        return x->present == y->present;
    return x->stp == y->stp && x->delay_ms == y->delay_ms && x->up == y->up && x->vlan_filtering == y->vlan_filtering &&
           x->mtu == y->mtu && (!x->has_mac || !y->has_mac || virMacAddrEqual(&x->mac, &y->mac));
}

static void copy(const virNetworkPlan *from, virNetworkPlan *to)
{
    to->link = from->link;
}

static void clear(virNetworkPlan *plan)
{
    plan->link = (virPlanLink){ .present = FALSE };
}

static void diff(virNetworkDiff *d)
{
    const virPlanLink *from = &d->from->link, *to = &d->to->link;

    if (!from->present && to->present) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_DEVICE, VIR_STEP_LINK_ADD, "there is no bridge");
        virNetworkDiffAdd(d, VIR_STEP_TIME_UP, VIR_STEP_LINK_SET, "it is made");
    } else if (from->present && !to->present) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_CLEAR_DEVICE, VIR_STEP_LINK_DELETE, "no bridge is wanted");
    } else if (!equal(d->from, d->to)) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_UP, VIR_STEP_LINK_SET, "its attributes differ");
    }
}

/* With the device goes what is on it, and what a resolver knows of it. */
static void advance(virNetworkPlan *reached, const virNetworkStep *step)
{
    if (step->verb == VIR_STEP_LINK_DELETE) {
        clear(reached);
        virNetworkFacetAddr.clear(reached);
        virNetworkFacetRoute.clear(reached);
        virNetworkFacetQos.clear(reached);
        virNetworkFacetResolver.clear(reached);
        return;
    }
    reached->link = step->to->link;
    reached->link.up = step->verb == VIR_STEP_LINK_SET && step->to->link.up;
}

static void addTraces(virNetworkPlan *plan, const virNetworkPlan *other)
{
    if (plan->link.mtu == 0)
        plan->link.mtu = other->link.mtu;
}

static void format(const virNetworkPlan *plan, GString *out)
{
    const virPlanLink *link = &plan->link;
    char mac[VIR_MAC_STRING_BUFLEN];

    if (!link->present)
        return;
    g_string_append_printf(out, "bridge %s stp %s delay %u ms %s", plan->bridge, link->stp ? "on" : "off",
                           link->delay_ms, link->up ? "up" : "down");
    if (link->has_mac)
        g_string_append_printf(out, " mac %s", virMacAddrFormat(&link->mac, mac));
    if (link->mtu)
        g_string_append_printf(out, " mtu %u", link->mtu);
    if (link->vlan_filtering)
        g_string_append(out, " vlan filtering");
    g_string_append_c(out, '\n');
}

static void formatStep(const virNetworkStep *step, GString *out)
{
    g_string_append_printf(out, " %s", step->to->bridge ? step->to->bridge : step->from->bridge);
}

const virNetworkFacetOps virNetworkFacetLink = {
    .name = "link", .render = render, .equal = equal, .copy = copy, .clear = clear,
    .diff = diff, .advance = advance, .addTraces = addTraces, .format = format, .formatStep = formatStep,
};
