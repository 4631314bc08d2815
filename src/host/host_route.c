/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_route.c: facet route: static routes through the bridge
 *
 * Adds, replaces, deletes and finds them by netlink, in the main table. Routes that the plan does not know are the
 * administrator's and stay unseen. Called through the table in host_real.c.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "host_netlink.h"
#include "host_real.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* Whether @reply is about a route through a gateway of device @index, and which. */
static gboolean readReply(struct nlmsghdr *reply, unsigned int index, virPlanRoute *ret_route)
{
    struct nlattr *attrs[RTA_MAX + 1];
    const struct rtmsg *header = nlmsg_data(reply);
    virPlanRoute route = {
        .network.family = header->rtm_family, .gateway.family = header->rtm_family, .prefix = header->rtm_dst_len,
    };

    if (nlmsg_parse(reply, sizeof(*header), attrs, RTA_MAX, NULL) < 0 || header->rtm_table != RT_TABLE_MAIN ||
        header->rtm_type != RTN_UNICAST)
        return FALSE;
    if (!attrs[RTA_OIF] || nla_get_u32(attrs[RTA_OIF]) != index ||
        !virNetlinkGetAddress(attrs[RTA_GATEWAY], header->rtm_family, &route.gateway))
        return FALSE;
    if (route.prefix > 0 && !virNetlinkGetAddress(attrs[RTA_DST], header->rtm_family, &route.network))
        return FALSE;
    if (attrs[RTA_PRIORITY])
        route.metric = nla_get_u32(attrs[RTA_PRIORITY]);
    *ret_route = route;
    return TRUE;
}

/* Returns 0 or an errno value. *@ret_routes: virPlanRoute; empty if there is no such device. */
static int listRoutes(const char *bridge, GPtrArray **ret_routes)
{
    g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) routes = g_ptr_array_new_with_free_func(g_free);
    struct rtmsg header = { .rtm_family = AF_UNSPEC, .rtm_table = RT_TABLE_MAIN };
    g_autoptr(virNetlinkMessage) msg = virNetlinkMessageNew(RTM_GETROUTE, NLM_F_DUMP, &header, sizeof(header));
    unsigned int index = if_nametoindex(bridge);
    int rc = index ? virNetlinkTalk(msg, replies) : 0;

    for (guint i = 0; i < replies->len; i++) {
        virPlanRoute route;

        if (readReply(replies->pdata[i], index, &route))
            g_ptr_array_add(routes, g_memdup2(&route, sizeof(route)));
    }
    if (rc == 0)
        *ret_routes = g_steal_pointer(&routes);
    return rc;
}

static gboolean isIn(const GPtrArray *routes, const virPlanRoute *route)
{
    for (guint i = 0; i < routes->len; i++) {
        if (virPlanRouteEqual(routes->pdata[i], route))
            return TRUE;
    }
    return FALSE;
}

/* What stands in the place of @wanted: itself, or one with another gateway; NULL if there is none. */
static const virPlanRoute *findInPlace(const GPtrArray *routes, const virPlanRoute *wanted)
{
    const virPlanRoute *found = NULL;

    for (guint i = 0; i < routes->len; i++) {
        if (virPlanRouteEqual(routes->pdata[i], wanted))
            return wanted;
        if (virPlanRouteSameKey(routes->pdata[i], wanted))
            found = routes->pdata[i];
    }
    return found;
}

int virHostRouteProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err)
{
    g_autoptr(GPtrArray) found = NULL;
    int rc;

    (void)real;
    if (want->routes->len == 0)
        return 0;
    rc = listRoutes(want->bridge, &found);
    if (rc != 0)
        return virFailErrno(err, rc, "cannot read the routes of %s", want->bridge);
    for (guint i = 0; i < want->routes->len; i++) {
        const virPlanRoute *route = findInPlace(found, want->routes->pdata[i]);

        if (route)
            g_ptr_array_add(plan->routes, g_memdup2(route, sizeof(*route)));
    }
    return 0;
}

static virNetlinkMessage *routeMessage(int type, int flags, unsigned int index, const virPlanRoute *route)
{
    struct rtmsg header = {
        .rtm_family = route->network.family,
        .rtm_dst_len = route->prefix,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = type == RTM_NEWROUTE ? RTPROT_BOOT : RTPROT_UNSPEC,
        .rtm_scope = type == RTM_NEWROUTE ? RT_SCOPE_UNIVERSE : RT_SCOPE_NOWHERE,
        .rtm_type = RTN_UNICAST,
    };
    virNetlinkMessage *msg = virNetlinkMessageNew(type, flags, &header, sizeof(header));

    if (route->prefix > 0)
        virNetlinkPutAddress(msg, RTA_DST, &route->network);
    virNetlinkPutAddress(msg, RTA_GATEWAY, &route->gateway);
    nla_put_u32(msg, RTA_OIF, index);
    if (route->metric)
        nla_put_u32(msg, RTA_PRIORITY, route->metric);
    return msg;
}

/* Returns 0 or an errno value. */
static int talkAbout(int type, int flags, const char *bridge, const virPlanRoute *route)
{
    unsigned int index = if_nametoindex(bridge);
    g_autoptr(virNetlinkMessage) msg = index ? routeMessage(type, flags, index, route) : NULL;

    return msg ? virNetlinkTalk(msg, NULL) : ENODEV;
}

/* Whether the route is there already: nobody took it away. */
static gboolean isThere(const virNetworkStep *step)
{
    g_autoptr(GPtrArray) routes = NULL;

    return listRoutes(step->to->bridge, &routes) == 0 && isIn(routes, step->route);
}

static int addRoute(const virNetworkStep *step, int flags, GError **err)
{
    g_autofree char *text = NULL;
    int rc = talkAbout(RTM_NEWROUTE, NLM_F_CREATE | flags, step->to->bridge, step->route);

    if (rc == 0 || (rc == EEXIST && isThere(step)))
        return 0;
    text = virPlanRouteFormat(step->route);
    return virFailErrno(err, rc, "network '%s': cannot add route %s to %s", step->to->name, text, step->to->bridge);
}

static int deleteRoute(const virNetworkStep *step, GError **err)
{
    g_autofree char *text = NULL;
    int rc = talkAbout(RTM_DELROUTE, 0, step->from->bridge, step->route);

    if (rc == 0 || rc == ESRCH || rc == ENODEV)
        return 0;
    text = virPlanRouteFormat(step->route);
    return virFailErrno(err, rc, "network '%s': cannot delete route %s of %s", step->from->name, text, step->from->bridge);
}

int virHostRouteApply(virHostReal *real, const virNetworkStep *step, GError **err)
{
    (void)real;
    if (step->verb == VIR_STEP_ROUTE_DELETE)
        return deleteRoute(step, err);
    return addRoute(step, step->verb == VIR_STEP_ROUTE_REPLACE ? NLM_F_REPLACE : NLM_F_EXCL, err);
}
