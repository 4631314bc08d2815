/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_facts.c: which subnets the host uses
 *
 * Reads addresses and the routes of the main table by netlink; it judges nothing, and default routes and link-local
 * subnets, which overlap with all or none, are left out. Called once per change, through the table in host_real.c.
 */
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "host_netlink.h"
#include "host_real.h"
#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NONE

typedef struct {
    virHostFacts *facts;
    GHashTable *names;      /* names of devices by index: looked up once each */
} Gathering;

/* Returns NULL for a device that has gone meanwhile. */
static const char *nameOf(Gathering *all, unsigned int index)
{
    char buf[IF_NAMESIZE];
    char *name = g_hash_table_lookup(all->names, GUINT_TO_POINTER(index));

    if (!name && index && if_indextoname(index, buf)) {
        name = g_strdup(buf);
        g_hash_table_insert(all->names, GUINT_TO_POINTER(index), name);
    }
    return name;
}

static void addSubnet(Gathering *all, unsigned int index, const virSocketAddr *addr, unsigned int prefix)
{
    const char *name = nameOf(all, index);
    virSocketAddr network;

    if (!name || prefix == 0 || virSocketAddrIsLinkLocal(addr))
        return;
    virSocketAddrNetwork(addr, prefix, &network);
    virHostFactsAddSubnet(all->facts, name, &network, prefix);
}

/* IFA_ADDRESS is the subnet's side: the peer of a point-to-point link, else the address itself. */
static void addAddress(Gathering *all, struct nlmsghdr *reply)
{
    struct nlattr *attrs[IFA_MAX + 1];
    const struct ifaddrmsg *header = nlmsg_data(reply);
    virSocketAddr addr;

    if (nlmsg_parse(reply, sizeof(*header), attrs, IFA_MAX, NULL) < 0)
        return;
    if (virNetlinkGetAddress(attrs[IFA_ADDRESS], header->ifa_family, &addr))
        addSubnet(all, header->ifa_index, &addr, header->ifa_prefixlen);
}

/* A route over several devices counts for the first. */
static unsigned int deviceOfRoute(struct nlattr **attrs)
{
    const struct rtnexthop *hop;

    if (attrs[RTA_OIF])
        return nla_get_u32(attrs[RTA_OIF]);
    if (!attrs[RTA_MULTIPATH] || nla_len(attrs[RTA_MULTIPATH]) < (int)sizeof(*hop))
        return 0;
    hop = nla_data(attrs[RTA_MULTIPATH]);
    return hop->rtnh_ifindex;
}

/* Kernel documentation, networking/ip-sysctl: only a value of 2 keeps taking advertisements with forwarding on. */
static void addLearner(Gathering *all, unsigned int index)
{
    const char *name = nameOf(all, index);
    g_autofree char *path = name ? g_strdup_printf("/proc/sys/net/ipv6/conf/%s/accept_ra", name) : NULL;
    g_autofree char *value = NULL;

    if (!path || virFileRead(path, 64, &value, NULL) < 0 || !value || g_str_has_prefix(value, "2"))
        return;
    g_ptr_array_add(all->facts->learners, g_strdup(name));
}

static void addRoute(Gathering *all, struct nlmsghdr *reply)
{
    struct nlattr *attrs[RTA_MAX + 1];
    const struct rtmsg *header = nlmsg_data(reply);
    virSocketAddr addr;

    if (nlmsg_parse(reply, sizeof(*header), attrs, RTA_MAX, NULL) < 0)
        return;
    if (header->rtm_table != RT_TABLE_MAIN || header->rtm_type != RTN_UNICAST)
        return;
    if (header->rtm_family == AF_INET6 && header->rtm_dst_len == 0 && header->rtm_protocol == RTPROT_RA)
        addLearner(all, deviceOfRoute(attrs));
    if (virNetlinkGetAddress(attrs[RTA_DST], header->rtm_family, &addr))
        addSubnet(all, deviceOfRoute(attrs), &addr, header->rtm_dst_len);
}

/* Returns 0 or an errno value. */
static int visitAll(Gathering *all, virNetlinkMessage *msg, void (*visit)(Gathering *all, struct nlmsghdr *reply))
{
    g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(g_free);
    int rc = virNetlinkTalk(msg, replies);

    if (rc != 0)
        return rc;
    for (guint i = 0; i < replies->len; i++)
        visit(all, replies->pdata[i]);
    return 0;
}

int virHostFactsGather(virNetworkHost *host, virHostFacts *facts, GError **err)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    Gathering all = { .facts = facts, .names = names };
    struct ifaddrmsg addr = { .ifa_family = AF_UNSPEC };
    struct rtmsg route = { .rtm_family = AF_UNSPEC, .rtm_table = RT_TABLE_MAIN };
    g_autoptr(virNetlinkMessage) addrs = virNetlinkMessageNew(RTM_GETADDR, NLM_F_DUMP, &addr, sizeof(addr));
    g_autoptr(virNetlinkMessage) routes = virNetlinkMessageNew(RTM_GETROUTE, NLM_F_DUMP, &route, sizeof(route));
    int rc;

    (void)host;
    rc = visitAll(&all, addrs, addAddress);
    if (rc != 0)
        return virFailErrno(err, rc, "cannot read the addresses of the host");
    rc = visitAll(&all, routes, addRoute);
    if (rc != 0)
        return virFailErrno(err, rc, "cannot read the routes of the host");
    return 0;
}
