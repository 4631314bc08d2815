/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_route.c: facet route, static routes through the network
 *
 * A route needs its device up and its gateway in a subnet, so that it comes after both, and it goes before them. The kernel
 * takes routes away on its own when their device goes down or an address goes: where a difference has such a step, the
 * routes are made sure of behind it. Called through the facet table alone.
 */
#include <errno.h>

#include "plan_facet.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* What the kernel makes of an IPv6 route without a metric. */
#define DEFAULT_METRIC_IPV6 1024

static guint32 metricOf(const virPlanRoute *route)
{
    return route->network.family == AF_INET6 && route->metric == 0 ? DEFAULT_METRIC_IPV6 : route->metric;
}

/* By what the kernel tells routes apart; two of them that share it exclude each other. */
gboolean virPlanRouteSameKey(const virPlanRoute *a, const virPlanRoute *b)
{
    return a->network.family == b->network.family && virSocketAddrEqual(&a->network, &b->network) &&
           a->prefix == b->prefix && metricOf(a) == metricOf(b);
}

gboolean virPlanRouteEqual(const virPlanRoute *a, const virPlanRoute *b)
{
    return virPlanRouteSameKey(a, b) && virSocketAddrEqual(&a->gateway, &b->gateway);
}

static const virPlanRoute *findKey(const GPtrArray *routes, const virPlanRoute *wanted)
{
    guint i;

    for (i = 0; i < routes->len; i++) {
        if (virPlanRouteSameKey(routes->pdata[i], wanted))
            return routes->pdata[i];
    }
    return NULL;
}

static const virPlanRoute *find(const GPtrArray *routes, const virPlanRoute *wanted)
{
    const virPlanRoute *route = findKey(routes, wanted);

    return route && virPlanRouteEqual(route, wanted) ? route : NULL;
}

static void append(GString *out, const virPlanRoute *route)
{
    char network[VIR_SOCKET_ADDR_BUFLEN], gateway[VIR_SOCKET_ADDR_BUFLEN];

    g_string_append_printf(out, "%s/%u via %s", virSocketAddrFormat(&route->network, network), route->prefix,
                           virSocketAddrFormat(&route->gateway, gateway));
    if (route->metric)
        g_string_append_printf(out, " metric %u", route->metric);
}

char *virPlanRouteFormat(const virPlanRoute *route)
{
    GString *out = g_string_new(NULL);

    append(out, route);
    return g_string_free(out, FALSE);
}

static int render(const virNetworkDef *def, const virHostFacts *facts G_GNUC_UNUSED, virNetworkPlan *plan, GError **err)
{
    guint i;

    for (i = 0; i < def->routes->len; i++) {
        const virNetworkRoute *wanted = def->routes->pdata[i];
        virPlanRoute route = {
            .prefix = virNetworkRouteGetPrefix(wanted), .gateway = wanted->gateway, .metric = wanted->metric,
        };
        const virPlanRoute *have;

        virSocketAddrNetwork(&wanted->address, route.prefix, &route.network);
        have = findKey(plan->routes, &route);
        if (have && virPlanRouteEqual(have, &route))
            continue;               /* said twice */
        if (have) {
            g_autofree char *text = virPlanRouteFormat(&route);

            return virErrorSetErrno(err, VIR_FROM_THIS, EEXIST, "network '%s': cannot add route %s", def->name, text);
        }
        g_ptr_array_add(plan->routes, g_memdup2(&route, sizeof(route)));
    }
    return 0;
}

/* The order of routes says nothing. */
static gboolean equal(const virNetworkPlan *a, const virNetworkPlan *b)
{
    guint i;

    if (a->routes->len != b->routes->len)
        return FALSE;
    for (i = 0; i < a->routes->len; i++) {
        if (!find(b->routes, a->routes->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

static void copy(const virNetworkPlan *from, virNetworkPlan *to)
{
    guint i;

    for (i = 0; i < from->routes->len; i++)
        g_ptr_array_add(to->routes, g_memdup2(from->routes->pdata[i], sizeof(virPlanRoute)));
}

static void clear(virNetworkPlan *plan)
{
    g_ptr_array_set_size(plan->routes, 0);
}

static gboolean hasAddress(const GPtrArray *addrs, const virPlanAddr *wanted)
{
    guint i;

    for (i = 0; i < addrs->len; i++) {
        const virPlanAddr *addr = addrs->pdata[i];

        if (addr->prefix == wanted->prefix && virSocketAddrEqual(&addr->address, &wanted->address))
            return TRUE;
    }
    return FALSE;
}

/* Whether an address of @family goes, and with it, perhaps, routes of that family. */
static gboolean losesAddress(const virNetworkDiff *d, int family)
{
    guint i;

    for (i = 0; i < d->from->addrs->len; i++) {
        const virPlanAddr *addr = d->from->addrs->pdata[i];

        if (addr->address.family == family && !hasAddress(d->to->addrs, addr))
            return TRUE;
    }
    return FALSE;
}

static void diffOne(virNetworkDiff *d, const virPlanRoute *route, gboolean had_device)
{
    const virPlanRoute *have = had_device ? findKey(d->from->routes, route) : NULL;

    if (!have) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_ROUTES, VIR_STEP_ROUTE_ADD, "it is missing")->route = route;
    } else if (!virPlanRouteEqual(have, route)) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_ROUTES, VIR_STEP_ROUTE_REPLACE, "its gateway differs")->route = route;
    }
    if (had_device && losesAddress(d, route->network.family)) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_RESTORE_ROUTES, VIR_STEP_ROUTE_ADD, "it may have gone with an address")->route =
            route;
    }
}

static void diff(virNetworkDiff *d)
{
    gboolean had_device = d->from->link.present && d->from->link.up;
    guint i;

    if (!d->to->link.present)
        return;
    for (i = 0; i < d->to->routes->len; i++)
        diffOne(d, d->to->routes->pdata[i], had_device);
    for (i = 0; had_device && i < d->from->routes->len; i++) {
        if (!findKey(d->to->routes, d->from->routes->pdata[i])) {
            virNetworkDiffAdd(d, VIR_STEP_TIME_CLEAR_ROUTES, VIR_STEP_ROUTE_DELETE, "it is not wanted")->route =
                d->from->routes->pdata[i];
        }
    }
}

static void advance(virNetworkPlan *reached, const virNetworkStep *step)
{
    const virPlanRoute *have = findKey(reached->routes, step->route);

    if (have)
        g_ptr_array_remove(reached->routes, (gpointer)have);
    if (step->verb != VIR_STEP_ROUTE_DELETE)
        g_ptr_array_add(reached->routes, g_memdup2(step->route, sizeof(*step->route)));
}

static void addTraces(virNetworkPlan *plan, const virNetworkPlan *other)
{
    guint i;

    for (i = 0; i < other->routes->len; i++) {
        if (!findKey(plan->routes, other->routes->pdata[i]))
            g_ptr_array_add(plan->routes, g_memdup2(other->routes->pdata[i], sizeof(virPlanRoute)));
    }
}

static void format(const virNetworkPlan *plan, GString *out)
{
    guint i;

    for (i = 0; i < plan->routes->len; i++) {
        append(out, plan->routes->pdata[i]);
        g_string_append_c(out, '\n');
    }
}

static void formatStep(const virNetworkStep *step, GString *out)
{
    g_string_append_c(out, ' ');
    append(out, step->route);
}

const virNetworkFacetOps virNetworkFacetRoute = {
    .name = "route", .render = render, .equal = equal, .copy = copy, .clear = clear,
    .diff = diff, .advance = advance, .addTraces = addTraces, .format = format, .formatStep = formatStep,
};
