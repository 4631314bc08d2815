/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_addr.c: facet addr: the addresses of the bridge
 *
 * Adds, deletes and reads them by netlink; the kernel makes the route of each subnet by itself. IPv6 link-local
 * addresses that the kernel makes are nobody's business here. Called through the table in host_real.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "host_netlink.h"
#include "host_real.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

static gboolean sameAddr(const virPlanAddr *a, const virPlanAddr *b)
{
    return a->prefix == b->prefix && virSocketAddrEqual(&a->address, &b->address) &&
           virSocketAddrEqual(&a->broadcast, &b->broadcast);
}

static guint countIn(const GPtrArray *addrs, const virPlanAddr *addr)
{
    guint n = 0;

    for (guint i = 0; i < addrs->len; i++)
        n += sameAddr(addrs->pdata[i], addr);
    return n;
}

/* Returns NULL if @reply is not about an address of device @index. */
static virPlanAddr *readReply(struct nlmsghdr *reply, unsigned int index)
{
    struct nlattr *attrs[IFA_MAX + 1];
    const struct ifaddrmsg *header = nlmsg_data(reply);
    g_autofree virPlanAddr *addr = g_new0(virPlanAddr, 1);

    if (nlmsg_parse(reply, sizeof(*header), attrs, IFA_MAX, NULL) < 0 || header->ifa_index != index)
        return NULL;
    if (!virNetlinkGetAddress(attrs[IFA_LOCAL] ? attrs[IFA_LOCAL] : attrs[IFA_ADDRESS], header->ifa_family, &addr->address))
        return NULL;
    (void)virNetlinkGetAddress(attrs[IFA_BROADCAST], header->ifa_family, &addr->broadcast);
    addr->prefix = header->ifa_prefixlen;
    return g_steal_pointer(&addr);
}

/* Returns 0 or an errno value. *@ret_addrs: virPlanAddr; empty if there is no such device. */
static int listAddresses(const char *bridge, GPtrArray **ret_addrs)
{
    g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) addrs = g_ptr_array_new_with_free_func(g_free);
    struct ifaddrmsg header = { .ifa_family = AF_UNSPEC };
    g_autoptr(virNetlinkMessage) msg = virNetlinkMessageNew(RTM_GETADDR, NLM_F_DUMP, &header, sizeof(header));
    unsigned int index = if_nametoindex(bridge);
    int rc = index ? virNetlinkTalk(msg, replies) : 0;

    for (guint i = 0; i < replies->len; i++) {
        virPlanAddr *addr = readReply(replies->pdata[i], index);

        if (addr)
            g_ptr_array_add(addrs, addr);
    }
    if (rc == 0)
        *ret_addrs = g_steal_pointer(&addrs);
    return rc;
}

int virHostAddrProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err)
{
    g_autoptr(GPtrArray) found = NULL;
    int rc = listAddresses(want->bridge, &found);

    (void)real;
    if (rc != 0)
        return virFailErrno(err, rc, "cannot read the addresses of %s", want->bridge);
    /* In the wanted order, so that equal means equal; what is not wanted comes after. */
    for (guint i = 0; i < want->addrs->len; i++) {
        if (countIn(found, want->addrs->pdata[i]) > 0 && countIn(plan->addrs, want->addrs->pdata[i]) == 0)
            g_ptr_array_add(plan->addrs, g_memdup2(want->addrs->pdata[i], sizeof(virPlanAddr)));
    }
    for (guint i = 0; i < found->len; i++) {
        const virPlanAddr *addr = found->pdata[i];

        if (!virSocketAddrIsLinkLocal(&addr->address) && countIn(want->addrs, addr) == 0)
            g_ptr_array_add(plan->addrs, g_memdup2(addr, sizeof(*addr)));
    }
    return 0;
}

/* No duplicate detection: the address is the network's gateway, and is to answer at once. */
static virNetlinkMessage *addressMessage(int type, unsigned int index, const virPlanAddr *addr)
{
    struct ifaddrmsg header = {
        .ifa_family = addr->address.family,
        .ifa_prefixlen = addr->prefix,
        .ifa_flags = addr->address.family == AF_INET6 ? IFA_F_NODAD : 0,
        .ifa_index = index,
    };
    int flags = type == RTM_NEWADDR ? NLM_F_CREATE | NLM_F_EXCL : 0;
    virNetlinkMessage *msg = virNetlinkMessageNew(type, flags, &header, sizeof(header));

    virNetlinkPutAddress(msg, IFA_LOCAL, &addr->address);
    virNetlinkPutAddress(msg, IFA_ADDRESS, &addr->address);
    if (virSocketAddrIsSet(&addr->broadcast) && type == RTM_NEWADDR)
        virNetlinkPutAddress(msg, IFA_BROADCAST, &addr->broadcast);
    return msg;
}

/* Returns 0 or an errno value. */
static int talkAbout(int type, const char *bridge, const virPlanAddr *addr)
{
    unsigned int index = if_nametoindex(bridge);
    g_autoptr(virNetlinkMessage) msg = index ? addressMessage(type, index, addr) : NULL;

    return msg ? virNetlinkTalk(msg, NULL) : ENODEV;
}

/* Whether the address is there already, to the last byte. */
static gboolean isThere(const virNetworkStep *step)
{
    g_autoptr(GPtrArray) addrs = NULL;

    return listAddresses(step->to->bridge, &addrs) == 0 && countIn(addrs, step->addr) > 0;
}

static int addAddress(const virNetworkStep *step, GError **err)
{
    char address[VIR_SOCKET_ADDR_BUFLEN];
    char broadcast[VIR_SOCKET_ADDR_BUFLEN];
    int rc = talkAbout(RTM_NEWADDR, step->to->bridge, step->addr);

    if (rc == 0 || (rc == EEXIST && isThere(step)))
        return 0;
    virSocketAddrFormat(&step->addr->address, address);
    virSocketAddrFormat(&step->addr->broadcast, broadcast);
    if (broadcast[0])
        return virFailErrno(err, rc, "Failed to add IP address %s/%u bcast %s to %s", address, step->addr->prefix,
                            broadcast, step->to->bridge);
    return virFailErrno(err, rc, "Failed to add IP address %s/%u to %s", address, step->addr->prefix, step->to->bridge);
}

/* Returns what the switch was, '0' or '1'; 0 if it cannot be known: kernels without it are none that have the rest. */
static char setPromotion(const char *bridge, char value)
{
    g_autofree char *path = g_strdup_printf("/proc/sys/net/ipv4/conf/%s/promote_secondaries", bridge);
    int fd = strchr(bridge, '/') ? -1 : open(path, O_RDWR | O_CLOEXEC);
    char was = 0;

    if (fd < 0)
        return 0;
    if (read(fd, &was, 1) != 1 || (was != value && pwrite(fd, &value, 1, 0) != 1))
        was = 0;
    close(fd);
    return was;
}

/* Without promotion the kernel deletes a subnet's other addresses together with the first one. */
static int deleteKeepingOthers(const virNetworkStep *step)
{
    const char *bridge = step->from->bridge;
    char was = setPromotion(bridge, '1');
    int rc = talkAbout(RTM_DELADDR, bridge, step->addr);

    if (was == '0')
        (void)setPromotion(bridge, was);
    return rc;
}

static int deleteAddress(const virNetworkStep *step, GError **err)
{
    char address[VIR_SOCKET_ADDR_BUFLEN];
    int rc = deleteKeepingOthers(step);

    if (rc == 0 || rc == EADDRNOTAVAIL || rc == ENODEV)
        return 0;
    virSocketAddrFormat(&step->addr->address, address);
    return virFailErrno(err, rc, "Failed to delete IP address %s/%u of %s", address, step->addr->prefix,
                        step->from->bridge);
}

int virHostAddrApply(virHostReal *real, const virNetworkStep *step, GError **err)
{
    (void)real;
    return step->verb == VIR_STEP_ADDR_ADD ? addAddress(step, err) : deleteAddress(step, err);
}
