/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_addr.c: facet addr, the addresses of the bridge
 *
 * Addresses are compared by address and prefix. Those of a bridge that goes are not removed one by one. Called through
 * the facet table alone.
 */
#include <errno.h>

#include "plan_facet.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

static gboolean same(const virPlanAddr *a, const virPlanAddr *b)
{
    return virSocketAddrEqual(&a->address, &b->address) && a->prefix == b->prefix;
}

static const virPlanAddr *find(const GPtrArray *addrs, const virPlanAddr *wanted)
{
    guint i;

    for (i = 0; i < addrs->len; i++) {
        if (same(addrs->pdata[i], wanted))
            return addrs->pdata[i];
    }
    return NULL;
}

/* Where libvirtd has firewall rules to make, they are what fails there, and errors of those have no domain. */
static int failMask(const virNetworkDef *def, const char *address, GError **err)
{
    gboolean has_rules = def->forward == VIR_NETWORK_FORWARD_NAT || def->forward == VIR_NETWORK_FORWARD_ROUTE;

    return virErrorSet(err, has_rules ? VIR_FROM_NONE : VIR_FROM_NETWORK, VIR_ERR_INTERNAL_ERROR,
                       "network '%s': address %s has no netmask, or one with a hole or that is empty", def->name, address);
}

static int checkNew(const virNetworkDef *def, const GPtrArray *addrs, const virPlanAddr *addr, GError **err)
{
    char address[VIR_SOCKET_ADDR_BUFLEN], broadcast[VIR_SOCKET_ADDR_BUFLEN];

    virSocketAddrFormat(&addr->address, address);
    if (addr->prefix == 0)
        return failMask(def, address, err);
    if (!find(addrs, addr))
        return 0;
    return virErrorSetErrno(err, VIR_FROM_NONE, EEXIST, "Failed to add IP address %s/%u bcast %s to %s", address,
                            addr->prefix, virSocketAddrFormat(&addr->broadcast, broadcast), def->bridge);
}

static int render(const virNetworkDef *def, const virHostFacts *facts G_GNUC_UNUSED, virNetworkPlan *plan, GError **err)
{
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];
        virPlanAddr addr = { .address = ip->address, .prefix = virNetworkIpGetPrefix(ip) };

        if (addr.address.family == AF_INET && addr.prefix < 31)
            virSocketAddrBroadcast(&addr.address, addr.prefix, &addr.broadcast);
        if (checkNew(def, plan->addrs, &addr, err) < 0)
            return -1;
        g_ptr_array_add(plan->addrs, g_memdup2(&addr, sizeof(addr)));
    }
    return 0;
}

/* The order of addresses says nothing. */
static gboolean equal(const virNetworkPlan *a, const virNetworkPlan *b)
{
    guint i;

    if (a->addrs->len != b->addrs->len)
        return FALSE;
    for (i = 0; i < a->addrs->len; i++) {
        if (!find(b->addrs, a->addrs->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

static void copy(const virNetworkPlan *from, virNetworkPlan *to)
{
    guint i;

    for (i = 0; i < from->addrs->len; i++)
        g_ptr_array_add(to->addrs, g_memdup2(from->addrs->pdata[i], sizeof(virPlanAddr)));
}

static void clear(virNetworkPlan *plan)
{
    g_ptr_array_set_size(plan->addrs, 0);
}

/* The kernel has an IPv6 address once, whatever its prefix: the new one cannot be added beside the old one. */
static gboolean standsInTheWay(const virPlanAddr *have, const GPtrArray *wanted)
{
    guint i;

    for (i = 0; have->address.family == AF_INET6 && i < wanted->len; i++) {
        const virPlanAddr *other = wanted->pdata[i];

        if (virSocketAddrEqual(&have->address, &other->address))
            return TRUE;
    }
    return FALSE;
}

static void diffOld(virNetworkDiff *d, const virPlanAddr *have)
{
    if (find(d->to->addrs, have))
        return;
    if (standsInTheWay(have, d->to->addrs))
        virNetworkDiffAdd(d, VIR_STEP_TIME_ADDRESSES, VIR_STEP_ADDR_DELETE, "its prefix differs")->addr = have;
    else
        virNetworkDiffAdd(d, VIR_STEP_TIME_CLEAR_ADDRESSES, VIR_STEP_ADDR_DELETE, "it is not wanted")->addr = have;
}

static void diff(virNetworkDiff *d)
{
    guint i;

    if (!d->to->link.present)
        return;
    for (i = 0; d->from->link.present && i < d->from->addrs->len; i++)
        diffOld(d, d->from->addrs->pdata[i]);
    for (i = 0; i < d->to->addrs->len; i++) {
        if (!d->from->link.present || !find(d->from->addrs, d->to->addrs->pdata[i])) {
            virNetworkDiffAdd(d, VIR_STEP_TIME_ADDRESSES, VIR_STEP_ADDR_ADD, "it is missing")->addr =
                d->to->addrs->pdata[i];
        }
    }
}

static void advance(virNetworkPlan *reached, const virNetworkStep *step)
{
    const virPlanAddr *have = find(reached->addrs, step->addr);

    if (step->verb == VIR_STEP_ADDR_DELETE && have)
        g_ptr_array_remove(reached->addrs, (gpointer)have);
    else if (step->verb == VIR_STEP_ADDR_ADD && !have)
        g_ptr_array_add(reached->addrs, g_memdup2(step->addr, sizeof(*step->addr)));
}

static void append(GString *out, const virPlanAddr *addr)
{
    char text[VIR_SOCKET_ADDR_BUFLEN];

    g_string_append_printf(out, "%s/%u", virSocketAddrFormat(&addr->address, text), addr->prefix);
}

static void format(const virNetworkPlan *plan, GString *out)
{
    char text[VIR_SOCKET_ADDR_BUFLEN];
    guint i;

    for (i = 0; i < plan->addrs->len; i++) {
        const virPlanAddr *addr = plan->addrs->pdata[i];

        append(out, addr);
        if (virSocketAddrIsSet(&addr->broadcast))
            g_string_append_printf(out, " broadcast %s", virSocketAddrFormat(&addr->broadcast, text));
        g_string_append_c(out, '\n');
    }
}

static void formatStep(const virNetworkStep *step, GString *out)
{
    g_string_append_c(out, ' ');
    append(out, step->addr);
}

const virNetworkFacetOps virNetworkFacetAddr = {
    .name = "addr", .render = render, .equal = equal, .copy = copy, .clear = clear,
    .diff = diff, .advance = advance, .format = format, .formatStep = formatStep,
};
