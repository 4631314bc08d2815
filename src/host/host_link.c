/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_link.c: facet link: the bridge device
 *
 * Makes, changes, reads and deletes one bridge by netlink. Its addresses and switches are other facets', and guests'
 * ports are never touched. Called through the table in host_real.c.
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "host_netlink.h"
#include "host_real.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* With STP on, the kernel keeps the forward delay between these; in hundredths of a second, as it counts. */
#define MIN_STP_DELAY 200
#define MAX_STP_DELAY 3000

/* A device as the kernel shows it. */
typedef struct {
    gboolean is_bridge;
    virMacAddr mac;
    guint32 mtu;
    gboolean stp;
    guint32 delay;      /* hundredths of a second */
    gboolean vlan_filtering;    /* FALSE also where the kernel has none */
    gboolean up;
} Device;

static guint32 delayOf(const virPlanLink *link)
{
    guint32 delay = link->delay_ms / 10;

    return link->stp ? CLAMP(delay, MIN_STP_DELAY, MAX_STP_DELAY) : delay;
}

static virNetlinkMessage *linkMessage(int type, int flags, const char *name)
{
    struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
    virNetlinkMessage *msg = virNetlinkMessageNew(type, flags, &header, sizeof(header));

    nla_put_string(msg, IFLA_IFNAME, name);
    return msg;
}

static void readBridge(struct nlattr *linkinfo, Device *dev)
{
    struct nlattr *info[IFLA_INFO_MAX + 1];
    struct nlattr *data[IFLA_BR_MAX + 1];

    if (nla_parse_nested(info, IFLA_INFO_MAX, linkinfo, NULL) < 0 || !info[IFLA_INFO_KIND])
        return;
    dev->is_bridge = nla_strcmp(info[IFLA_INFO_KIND], "bridge") == 0;
    if (!dev->is_bridge || !info[IFLA_INFO_DATA] || nla_parse_nested(data, IFLA_BR_MAX, info[IFLA_INFO_DATA], NULL) < 0)
        return;
    if (data[IFLA_BR_STP_STATE])
        dev->stp = nla_get_u32(data[IFLA_BR_STP_STATE]) != 0;
    if (data[IFLA_BR_FORWARD_DELAY])
        dev->delay = nla_get_u32(data[IFLA_BR_FORWARD_DELAY]);
    if (data[IFLA_BR_VLAN_FILTERING])
        dev->vlan_filtering = nla_get_u8(data[IFLA_BR_VLAN_FILTERING]) != 0;
}

static void readDevice(struct nlmsghdr *reply, Device *dev)
{
    struct nlattr *attrs[IFLA_MAX + 1];
    const struct ifinfomsg *header = nlmsg_data(reply);

    if (nlmsg_parse(reply, sizeof(*header), attrs, IFLA_MAX, NULL) < 0)
        return;
    dev->up = (header->ifi_flags & IFF_UP) != 0;
    if (attrs[IFLA_ADDRESS] && nla_len(attrs[IFLA_ADDRESS]) == sizeof(dev->mac.bytes))
        memcpy(dev->mac.bytes, nla_data(attrs[IFLA_ADDRESS]), sizeof(dev->mac.bytes));
    if (attrs[IFLA_MTU])
        dev->mtu = nla_get_u32(attrs[IFLA_MTU]);
    if (attrs[IFLA_LINKINFO])
        readBridge(attrs[IFLA_LINKINFO], dev);
}

/* Returns 0 or an errno value; ENODEV if there is none. */
static int findDevice(const char *name, Device *ret_dev)
{
    g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(virNetlinkMessage) msg = NULL;
    Device dev = { 0 };
    int rc;

    if (strlen(name) >= IFNAMSIZ)
        return ENODEV;
    msg = linkMessage(RTM_GETLINK, 0, name);
    rc = virNetlinkTalk(msg, replies);
    if (rc != 0)
        return rc;
    if (replies->len == 0)
        return ENODEV;
    readDevice(replies->pdata[0], &dev);
    *ret_dev = dev;
    return 0;
}

gboolean virHostLinkExists(virNetworkHost *host, const char *name)
{
    Device dev;

    (void)host;
    return findDevice(name, &dev) == 0;
}

int virHostLinkProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err)
{
    const virPlanLink *link = &want->link;
    Device dev;
    int rc = findDevice(want->bridge, &dev);

    (void)real;
    if (rc == ENODEV || (rc == 0 && !dev.is_bridge))
        return 0;
    if (rc != 0)
        return virFailErrno(err, rc, "cannot read bridge interface %s", want->bridge);
    /* What is wanted in any way counts as being so: a diff would never become empty. */
    plan->link = (virPlanLink){
        .present = TRUE, .stp = dev.stp, .delay_ms = dev.delay * 10, .vlan_filtering = dev.vlan_filtering, .up = dev.up,
    };
    if (!link->present || link->has_mac) {
        plan->link.has_mac = TRUE;
        plan->link.mac = dev.mac;
    }
    if (!link->present || link->mtu != 0)
        plan->link.mtu = dev.mtu;
    if (link->present && dev.stp == link->stp && dev.delay == delayOf(link))
        plan->link.delay_ms = link->delay_ms;
    return 0;
}

static void putAttribute(virNetlinkMessage *msg, int attr, guint32 value)
{
    if (attr == IFLA_BR_VLAN_FILTERING)
        nla_put_u8(msg, attr, (guint8)value);
    else if (attr >= 0)
        nla_put_u32(msg, attr, value);
}

/* Appends what makes a message one about a bridge, with one of its attributes or (negative) with none. */
static void putBridge(virNetlinkMessage *msg, int attr, guint32 value)
{
    struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO);
    struct nlattr *data;

    nla_put_string(msg, IFLA_INFO_KIND, "bridge");
    data = nla_nest_start(msg, IFLA_INFO_DATA);
    putAttribute(msg, attr, value);
    nla_nest_end(msg, data);
    nla_nest_end(msg, info);
}

static int setBridgeAttribute(const char *name, int attr, guint32 value)
{
    g_autoptr(virNetlinkMessage) msg = linkMessage(RTM_NEWLINK, 0, name);

    putBridge(msg, attr, value);
    return virNetlinkTalk(msg, NULL);
}

/*
 * STP first: while it is on, the kernel refuses a delay that is out of its limits; when it goes on, the kernel brings
 * the delay within them.
 */
static int setStp(const char *name, const virPlanLink *link, const Device *now, GError **err)
{
    int rc;

    if (now->stp == link->stp && now->delay == delayOf(link))
        return 0;
    rc = setBridgeAttribute(name, IFLA_BR_STP_STATE, link->stp ? 1 : 0);
    if (rc != 0)
        return virFailErrno(err, rc, "Unable to set bridge %s stp_state", name);
    rc = setBridgeAttribute(name, IFLA_BR_FORWARD_DELAY, delayOf(link));
    if (rc != 0)
        return virFailErrno(err, rc, "Unable to set bridge %s forward_delay", name);
    return 0;
}

/*
 * Kernels without it refuse the attribute, or take it and forget it: what counts is what they show afterwards. The
 * error is libvirt's, though its way is another: programs know the text.
 */
static int setVlanFiltering(const char *name, gboolean wanted, const Device *now, GError **err)
{
    Device after;
    int rc;

    if (now->vlan_filtering == wanted)
        return 0;
    rc = setBridgeAttribute(name, IFLA_BR_VLAN_FILTERING, wanted ? 1 : 0);
    if (rc == 0)
        rc = findDevice(name, &after);
    if (rc == EOPNOTSUPP || (rc == 0 && after.vlan_filtering != wanted))
        rc = EINVAL;
    if (rc != 0)
        return virFailErrno(err, rc, "Unable to set bridge %s vlan_filtering via ioctl", name);
    return 0;
}

static int setMtu(const char *name, guint32 mtu, const Device *now, GError **err)
{
    g_autoptr(virNetlinkMessage) msg = NULL;
    int rc;

    if (now->mtu == mtu)
        return 0;
    msg = linkMessage(RTM_NEWLINK, 0, name);
    nla_put_u32(msg, IFLA_MTU, mtu);
    rc = virNetlinkTalk(msg, NULL);
    if (rc != 0)
        return virFailErrno(err, rc, "Cannot set interface MTU on '%s'", name);
    return 0;
}

static int setMac(const char *name, const virPlanLink *link, const Device *now, GError **err)
{
    g_autoptr(virNetlinkMessage) msg = NULL;
    int rc;

    if (!link->has_mac || virMacAddrEqual(&now->mac, &link->mac))
        return 0;
    msg = linkMessage(RTM_NEWLINK, 0, name);
    nla_put(msg, IFLA_ADDRESS, sizeof(link->mac.bytes), link->mac.bytes);
    rc = virNetlinkTalk(msg, NULL);
    if (rc != 0)
        return virFailErrno(err, rc, "Cannot set interface MAC on '%s'", name);
    return 0;
}

static int setUp(const char *name, gboolean up, const Device *now, GError **err)
{
    struct ifinfomsg header = { .ifi_family = AF_UNSPEC, .ifi_flags = up ? IFF_UP : 0, .ifi_change = IFF_UP };
    g_autoptr(virNetlinkMessage) msg = NULL;
    int rc;

    if (now->up == up)
        return 0;
    msg = virNetlinkMessageNew(RTM_NEWLINK, 0, &header, sizeof(header));
    nla_put_string(msg, IFLA_IFNAME, name);
    rc = virNetlinkTalk(msg, NULL);
    if (rc != 0)
        return virFailErrno(err, rc, "Cannot set interface flags on '%s'", name);
    return 0;
}

static guint32 mtuOfDevice(const char *name)
{
    Device dev = { 0 };

    return findDevice(name, &dev) == 0 ? dev.mtu : 0;
}

/* What the kernel gives a bridge whose MTU nobody has set: the smallest of its ports', Ethernet's without any. */
static guint32 chooseMtu(const char *bridge)
{
    g_autofree char *path = g_strdup_printf("/sys/class/net/%s/brif", bridge);
    g_autoptr(GDir) ports = g_dir_open(path, 0, NULL);
    const char *port;
    guint32 least = 0;

    while (ports && (port = g_dir_read_name(ports))) {
        guint32 mtu = mtuOfDevice(port);

        if (mtu && (!least || mtu < least))
            least = mtu;
    }
    return least ? least : ETH_DATA_LEN;
}

/* The MTU wanted: one that is no longer given becomes what the kernel would have chosen; one that never was is left to it. */
static guint32 mtuOf(const virNetworkStep *step, const Device *now)
{
    if (step->to->link.mtu != 0)
        return step->to->link.mtu;
    return step->from->link.present && step->from->link.mtu != 0 ? chooseMtu(step->to->bridge) : now->mtu;
}

/* Compares with what the kernel shows, not with what was thought to be there. */
static int bringTo(const virNetworkStep *step, gboolean up, GError **err)
{
    const virPlanLink *link = &step->to->link;
    const char *name = step->to->bridge;
    Device now;
    int rc = findDevice(name, &now);

    if (rc != 0 || !now.is_bridge)
        return virFailErrno(err, rc != 0 ? rc : ENODEV, "cannot find bridge interface %s", name);
    if (setMac(name, link, &now, err) < 0 || setMtu(name, mtuOf(step, &now), &now, err) < 0 ||
        setStp(name, link, &now, err) < 0 || setVlanFiltering(name, link->vlan_filtering, &now, err) < 0)
        return -1;
    return setUp(name, up, &now, err);
}

static int makeBridge(const virNetworkPlan *plan, GError **err)
{
    g_autoptr(virNetlinkMessage) msg = NULL;
    int rc = ERANGE;

    if (strlen(plan->bridge) < IFNAMSIZ) {
        msg = linkMessage(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, plan->bridge);
        if (plan->link.has_mac)
            nla_put(msg, IFLA_ADDRESS, sizeof(plan->link.mac.bytes), plan->link.mac.bytes);
        putBridge(msg, -1, 0);
        rc = virNetlinkTalk(msg, NULL);
    }
    if (rc != 0)
        return virFailErrno(err, rc, "error creating bridge interface %s", plan->bridge);
    return 0;
}

static int deleteBridge(const char *name, GError **err)
{
    g_autoptr(virNetlinkMessage) msg = NULL;
    Device now;
    int rc = findDevice(name, &now);

    /* A device that is no bridge cannot be the one that we made. */
    if (rc == ENODEV || (rc == 0 && !now.is_bridge))
        return 0;
    msg = linkMessage(RTM_DELLINK, 0, name);
    rc = virNetlinkTalk(msg, NULL);
    if (rc != 0 && rc != ENODEV)
        return virFailErrno(err, rc, "error deleting bridge interface %s", name);
    return 0;
}

/* Whole or not at all: those who undo believe that after a failure there is no bridge of ours. */
static int addBridge(const virNetworkStep *step, GError **err)
{
    if (makeBridge(step->to, err) < 0)
        return -1;
    if (bringTo(step, FALSE, err) < 0) {
        (void)deleteBridge(step->to->bridge, NULL);     /* the first error is the one to report */
        return -1;
    }
    return 0;
}

int virHostLinkApply(virHostReal *real, const virNetworkStep *step, GError **err)
{
    (void)real;
    switch (step->verb) {
    case VIR_STEP_LINK_ADD:
        return addBridge(step, err);
    case VIR_STEP_LINK_SET:
        return bringTo(step, step->to->link.up, err);
    case VIR_STEP_LINK_DELETE:
        return deleteBridge(step->from->bridge, err);
    default:
        g_return_val_if_reached(-1);
    }
}
