/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_qos.c: facet qos: the queue of a bridge and its classes by netlink, and the chains beside it by nftables
 *
 * Packets find their class by a chain at the bridge's egress hook, and what is too much is dropped by one at its
 * ingress hook, so that no classifier and no police action of tc is needed. The chains are in a table of their own,
 * "netdev virtnetworkd", that is made with the first chain and stays. Called through the table in host_real.c.
 *
 *   host or routed -> bridge: egress hook -> in_BRIDGE: priority 1:N -> HTB class 1:N -> guests
 *   guests -> bridge: ingress hook -> out_BRIDGE: limit -> host or routed
 *
 * Packets from guest to guest pass the bridge's ports only, and are not limited.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#include "host_netlink.h"
#include "host_real.h"
#include "virerror.h"
#include "virtext.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define TABLE "netdev virtnetworkd"

#define ROOT_HANDLE TC_H_MAKE(1U << 16, 0)
#define CLASS_HANDLE(id) TC_H_MAKE(1U << 16, id)

/* The kernel counts a bucket in the time that its content takes, in units of 64 ns. */
#define NS_PER_TICK 64
#define NS_PER_SECOND G_GUINT64_CONSTANT(1000000000)

/* The kernel answers the question for one queue to those alone who want to hear what they have brought about. */
#define GET_ONE_QUEUE NLM_F_ECHO

/* The kernel keeps what the parent class had when it was made, whatever it is told later. */
#define PARENT_QUANTUM 1600

/* --- Messages ----------------------------------------------------------------------------------------------------- */

typedef struct {
    int type;
    int flags;
    guint32 handle;
    guint32 parent;
    const char *kind;       /* NULL: none named */
} Request;

static virNetlinkMessage *newMessage(guint ifindex, const Request *request)
{
    struct tcmsg header = {
        .tcm_family = AF_UNSPEC, .tcm_ifindex = (int)ifindex,
        .tcm_handle = request->handle, .tcm_parent = request->parent,
    };
    virNetlinkMessage *msg = virNetlinkMessageNew(request->type, request->flags, &header, sizeof(header));

    if (request->kind)
        nla_put_string(msg, TCA_KIND, request->kind);
    return msg;
}

/* Returns 0 or an errno value. */
static int talk(guint ifindex, const Request *request, GPtrArray *replies)
{
    g_autoptr(virNetlinkMessage) msg = newMessage(ifindex, request);

    return virNetlinkTalk(msg, replies);
}

static int findBridge(const char *name, guint *ret_ifindex, GError **err)
{
    guint ifindex = if_nametoindex(name);

    if (ifindex == 0)
        return virFailErrno(err, ENODEV, "cannot find bridge interface %s", name);
    *ret_ifindex = ifindex;
    return 0;
}

/* --- The queue and its classes ------------------------------------------------------------------------------------ */

static int addRoot(guint ifindex)
{
    const Request request = { .type = RTM_NEWQDISC, .flags = NLM_F_CREATE | NLM_F_EXCL, .handle = ROOT_HANDLE,
                              .parent = TC_H_ROOT, .kind = "htb" };
    const struct tc_htb_glob parameters = { .version = 3, .rate2quantum = 10, .defcls = VIR_QOS_CLASS_REST };
    g_autoptr(virNetlinkMessage) msg = newMessage(ifindex, &request);
    struct nlattr *options = nla_nest_start(msg, TCA_OPTIONS);

    nla_put(msg, TCA_HTB_INIT, sizeof(parameters), &parameters);
    nla_nest_end(msg, options);
    return virNetlinkTalk(msg, NULL);
}

/* A device without a queue that somebody gave it has nothing to delete. */
static int deleteRoot(guint ifindex)
{
    const Request request = { .type = RTM_DELQDISC, .parent = TC_H_ROOT };
    int rc = talk(ifindex, &request, NULL);

    return rc == ENOENT || rc == EINVAL || rc == ENODEV ? 0 : rc;
}

static guint32 ticksOf(guint64 bytes, guint64 rate)
{
    guint64 ticks = rate ? bytes * NS_PER_SECOND / rate / NS_PER_TICK : 0;

    return (guint32)MIN(ticks, G_MAXUINT32);
}

static struct tc_ratespec ratespecOf(guint64 rate)
{
    return (struct tc_ratespec){ .linklayer = TC_LINKLAYER_ETHERNET, .rate = (guint32)MIN(rate, G_MAXUINT32) };
}

/* Makes the class, or changes one that is there without touching what waits in it. */
static int setClass(guint ifindex, const virPlanQosClass *class)
{
    const Request request = {
        .type = RTM_NEWTCLASS, .flags = NLM_F_CREATE, .handle = CLASS_HANDLE(class->id), .kind = "htb",
        .parent = class->id == VIR_QOS_CLASS_ALL ? TC_H_ROOT : CLASS_HANDLE(VIR_QOS_CLASS_ALL),
    };
    const struct tc_htb_opt parameters = {
        .rate = ratespecOf(class->rate), .ceil = ratespecOf(class->ceil),
        .buffer = ticksOf(class->burst, class->rate),
        .cbuffer = ticksOf(MAX(PARENT_QUANTUM, class->ceil / 1000), class->ceil),
        .quantum = class->quantum ? class->quantum : PARENT_QUANTUM,
    };
    g_autoptr(virNetlinkMessage) msg = newMessage(ifindex, &request);
    struct nlattr *options = nla_nest_start(msg, TCA_OPTIONS);

    nla_put(msg, TCA_HTB_PARMS, sizeof(parameters), &parameters);
    if (class->rate > G_MAXUINT32)
        nla_put_u64(msg, TCA_HTB_RATE64, class->rate);
    if (class->ceil > G_MAXUINT32)
        nla_put_u64(msg, TCA_HTB_CEIL64, class->ceil);
    nla_nest_end(msg, options);
    return virNetlinkTalk(msg, NULL);
}

/*
 * Shares a class between its connections. Kernels without sfq leave it with the queue that it has; since asking makes
 * the kernel look for a module each time, it is asked once.
 */
static int addLeaf(virHostReal *real, guint ifindex, guint id)
{
    const Request request = { .type = RTM_NEWQDISC, .flags = NLM_F_CREATE | NLM_F_EXCL, .handle = id << 16,
                              .parent = CLASS_HANDLE(id), .kind = "sfq" };
    const struct tc_sfq_qopt parameters = { .perturb_period = 10 };
    g_autoptr(virNetlinkMessage) msg = NULL;
    int rc;

    if (id == VIR_QOS_CLASS_ALL || g_atomic_int_get(&real->lacks_sfq))
        return 0;
    msg = newMessage(ifindex, &request);
    nla_put(msg, TCA_OPTIONS, sizeof(parameters), &parameters);
    rc = virNetlinkTalk(msg, NULL);
    if (rc == ENOENT)
        g_atomic_int_set(&real->lacks_sfq, TRUE);
    return rc == ENOENT || rc == EEXIST ? 0 : rc;
}

static int bringClass(virHostReal *real, guint ifindex, const virPlanQosClass *class)
{
    int rc = setClass(ifindex, class);

    return rc != 0 ? rc : addLeaf(real, ifindex, class->id);
}

static int failQueue(const char *what, const virNetworkStep *step, int rc, GError **err)
{
    return virFailErrno(err, rc, "cannot %s bandwidth on bridge interface %s", virText(what),
                        step->to->bridge);
}

static int buildAll(virHostReal *real, guint ifindex, const GArray *classes)
{
    int rc = addRoot(ifindex);

    for (guint i = 0; rc == 0 && i < classes->len; i++)
        rc = bringClass(real, ifindex, &g_array_index(classes, virPlanQosClass, i));
    return rc;
}

/* Whole or not at all. */
static int buildQueue(virHostReal *real, const virNetworkStep *step, GError **err)
{
    guint ifindex = 0;
    int rc;

    if (findBridge(step->to->bridge, &ifindex, err) < 0)
        return -1;
    rc = deleteRoot(ifindex);
    if (rc == 0)
        rc = buildAll(real, ifindex, step->to->qos.classes);
    if (rc == 0)
        return 0;
    (void)deleteRoot(ifindex);      /* the first error is the one to report */
    return failQueue("set the inbound", step, rc, err);
}

static int changeClass(virHostReal *real, const virNetworkStep *step, GError **err)
{
    guint ifindex = 0;
    int rc;

    if (findBridge(step->to->bridge, &ifindex, err) < 0)
        return -1;
    rc = bringClass(real, ifindex, step->qos_class);
    return rc != 0 ? failQueue("change the inbound", step, rc, err) : 0;
}

/* Filters of libvirtd's, on a bridge that was taken over from it, hold a class; packets no longer go by them. */
static int deleteClass(virHostReal *real, const virNetworkStep *step, GError **err)
{
    const Request request = { .type = RTM_DELTCLASS, .handle = CLASS_HANDLE(step->qos_class->id) };
    const Request filters = { .type = RTM_DELTFILTER, .parent = ROOT_HANDLE };
    guint ifindex = if_nametoindex(step->from->bridge);
    int rc;

    (void)real;
    if (ifindex == 0)
        return 0;
    rc = talk(ifindex, &request, NULL);
    if (rc == EBUSY && talk(ifindex, &filters, NULL) == 0)
        rc = talk(ifindex, &request, NULL);
    return rc != 0 && rc != ENOENT ? failQueue("change the inbound", step, rc, err) : 0;
}

static int clearQueue(virHostReal *real, const virNetworkStep *step, GError **err)
{
    guint ifindex = if_nametoindex(step->from->bridge);
    int rc = ifindex ? deleteRoot(ifindex) : 0;

    (void)real;
    return rc != 0 ? failQueue("clear the inbound", step, rc, err) : 0;
}

/* --- Reading them ------------------------------------------------------------------------------------------------- */

/* Whether @reply is about a queue or class of that kind; *@ret_options: its options, which must be there. */
static gboolean readReply(struct nlmsghdr *reply, const char *kind, struct nlattr **ret_options)
{
    struct nlattr *attrs[TCA_MAX + 1];

    if (nlmsg_parse(reply, sizeof(struct tcmsg), attrs, TCA_MAX, NULL) < 0 || !attrs[TCA_KIND] ||
        nla_strcmp(attrs[TCA_KIND], kind) != 0)
        return FALSE;
    if (ret_options)
        *ret_options = attrs[TCA_OPTIONS];
    return !ret_options || *ret_options != NULL;
}

static gboolean isOurRoot(struct nlmsghdr *reply)
{
    const struct tcmsg *header = nlmsg_data(reply);
    struct nlattr *options, *attrs[TCA_HTB_MAX + 1];
    const struct tc_htb_glob *parameters;

    if (header->tcm_handle != ROOT_HANDLE || !readReply(reply, "htb", &options) ||
        nla_parse_nested(attrs, TCA_HTB_MAX, options, NULL) < 0 || !attrs[TCA_HTB_INIT] ||
        nla_len(attrs[TCA_HTB_INIT]) < (int)sizeof(*parameters))
        return FALSE;
    parameters = nla_data(attrs[TCA_HTB_INIT]);
    return parameters->defcls == VIR_QOS_CLASS_REST;
}

static guint64 rateOf(struct nlattr *large, const struct tc_ratespec *spec)
{
    return large ? nla_get_u64(large) : spec->rate;
}

/* What is wanted counts as a burst that takes the same time: the kernel keeps no bytes. */
static guint64 burstOf(const struct tc_htb_opt *parameters, const virPlanQosClass *class, const virPlanQos *want)
{
    for (guint i = 0; i < want->classes->len; i++) {
        const virPlanQosClass *wanted = &g_array_index(want->classes, virPlanQosClass, i);

        if (wanted->id == class->id && wanted->rate == class->rate &&
            ticksOf(wanted->burst, wanted->rate) == parameters->buffer)
            return wanted->burst;
    }
    return (guint64)((double)parameters->buffer * NS_PER_TICK * class->rate / NS_PER_SECOND);
}

/* Adds the class that @reply is about to @qos, if it is one of ours and where it should be. */
static void readClass(struct nlmsghdr *reply, const virPlanQos *want, virPlanQos *qos)
{
    const struct tcmsg *header = nlmsg_data(reply);
    struct nlattr *options, *attrs[TCA_HTB_MAX + 1];
    virPlanQosClass class = { .id = TC_H_MIN(header->tcm_handle) };
    const struct tc_htb_opt *parameters;
    guint i = 0;

    if (TC_H_MAJ(header->tcm_handle) != ROOT_HANDLE || !readReply(reply, "htb", &options) ||
        nla_parse_nested(attrs, TCA_HTB_MAX, options, NULL) < 0 || !attrs[TCA_HTB_PARMS] ||
        nla_len(attrs[TCA_HTB_PARMS]) < (int)sizeof(*parameters) ||
        header->tcm_parent != (class.id == VIR_QOS_CLASS_ALL ? TC_H_ROOT : CLASS_HANDLE(VIR_QOS_CLASS_ALL)))
        return;
    parameters = nla_data(attrs[TCA_HTB_PARMS]);
    class.rate = rateOf(attrs[TCA_HTB_RATE64], &parameters->rate);
    class.ceil = rateOf(attrs[TCA_HTB_CEIL64], &parameters->ceil);
    class.burst = burstOf(parameters, &class, want);
    class.quantum = class.id == VIR_QOS_CLASS_ALL ? 0 : parameters->quantum;
    while (i < qos->classes->len && g_array_index(qos->classes, virPlanQosClass, i).id < class.id)
        i++;
    g_array_insert_val(qos->classes, i, class);
}

static int probeQueue(guint ifindex, const virNetworkPlan *want, virPlanQos *qos, GError **err)
{
    const Request root = { .type = RTM_GETQDISC, .flags = GET_ONE_QUEUE, .parent = TC_H_ROOT };
    const Request classes = { .type = RTM_GETTCLASS, .flags = NLM_F_DUMP };
    g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(g_free);
    int rc = talk(ifindex, &root, replies);

    /* Of a device's own queue, that nobody gave it, the kernel says nothing, or that the question is wrong. */
    if (rc == ENOENT || rc == EINVAL || rc == ENODEV)
        return 0;
    if (rc == 0 && (replies->len == 0 || !isOurRoot(replies->pdata[0])))
        return 0;
    g_ptr_array_set_size(replies, 0);
    if (rc == 0)
        rc = talk(ifindex, &classes, replies);
    if (rc != 0)
        return virFailErrno(err, rc, "cannot read the bandwidth of bridge interface %s", want->bridge);
    qos->shaped = TRUE;
    for (guint i = 0; i < replies->len; i++)
        readClass(replies->pdata[i], &want->qos, qos);
    return 0;
}

/* --- The chains --------------------------------------------------------------------------------------------------- */

static const struct {
    const char *prefix;
    const char *hook;
} chains[VIR_QOS_LAST] = {
    [VIR_QOS_INBOUND] = { "in_", "egress" },
    [VIR_QOS_OUTBOUND] = { "out_", "ingress" },
};

static char *findChain(virHostReal *real, const char *name)
{
    g_autofree char *command = g_strdup_printf("list chain " TABLE " %s\n", name);

    return virHostNftRun(real, command);
}

/*
 * Made anew in one transaction: a chain of that name may be left over from a device that is gone. (Older kernels delete
 * a chain with its device, newer ones keep it.)
 */
static char *describeFill(virQosDirection direction, const char *name, const char *device, const char *rules)
{
    g_autoptr(GString) commands = g_string_new("add table " TABLE "\n");
    g_auto(GStrv) lines = g_strsplit(rules, "\n", -1);

    g_string_append_printf(commands, "add chain " TABLE " %s\ndelete chain " TABLE " %s\n", name, name);
    g_string_append_printf(commands, "add chain " TABLE " %s { type filter hook %s device %s priority filter; "
                           "policy accept; }\n", name, chains[direction].hook, device);
    for (char **line = lines; *line; line++) {
        if (**line)
            g_string_append_printf(commands, "add rule " TABLE " %s %s\n", name, *line);
    }
    return g_strdup(commands->str);
}

static int fillChain(virHostReal *real, virQosDirection direction, const virNetworkPlan *plan, GError **err)
{
    g_autofree char *name = virHostNftNameChain(chains[direction].prefix, plan->bridge);
    g_autofree char *device = virHostNftQuoteName(plan->bridge);
    g_autofree char *commands = NULL, *reason = NULL;

    if (!device)
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "bridge name '%s' cannot be used in bandwidth rules",
                       plan->bridge);
    commands = describeFill(direction, name, device, plan->qos.chains[direction]);
    reason = virHostNftRun(real, commands);
    return reason ? virHostNftFail("change the bandwidth rules of bridge", plan->bridge, reason, err) : 0;
}

static int removeChain(virHostReal *real, virQosDirection direction, const virNetworkPlan *plan, GError **err)
{
    g_autofree char *name = virHostNftNameChain(chains[direction].prefix, plan->bridge);
    g_autofree char *commands = g_strdup_printf("flush chain " TABLE " %s\ndelete chain " TABLE " %s\n", name, name);
    g_autofree char *reason = virHostNftRun(real, commands);

    if (!reason || virHostNftIsAbsent(reason))
        return 0;
    return virHostNftFail("remove the bandwidth rules of bridge", plan->bridge, reason, err);
}

static int fillInbound(virHostReal *real, const virNetworkStep *step, GError **err)
{
    return fillChain(real, VIR_QOS_INBOUND, step->to, err);
}

/*
 * A policing queue of libvirtd's, on a bridge that was taken over from it, would go on dropping by its old limit. Where it
 * cannot be found or deleted, packets are limited all the same.
 */
static void deletePolicing(const char *bridge)
{
    const Request find = { .type = RTM_GETQDISC, .flags = GET_ONE_QUEUE, .parent = TC_H_INGRESS };
    const Request delete = { .type = RTM_DELQDISC, .parent = TC_H_INGRESS };
    g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(g_free);
    guint ifindex = if_nametoindex(bridge);

    if (ifindex && talk(ifindex, &find, replies) == 0 && replies->len > 0 &&
        readReply(replies->pdata[0], "ingress", NULL))
        (void)talk(ifindex, &delete, NULL);
}

/* With a chain of ours there already, such a queue is not libvirtd's. */
static int fillOutbound(virHostReal *real, const virNetworkStep *step, GError **err)
{
    if (fillChain(real, VIR_QOS_OUTBOUND, step->to, err) < 0)
        return -1;
    if (!step->from->qos.chains[VIR_QOS_OUTBOUND])
        deletePolicing(step->to->bridge);
    return 0;
}

static int removeInbound(virHostReal *real, const virNetworkStep *step, GError **err)
{
    return removeChain(real, VIR_QOS_INBOUND, step->from, err);
}

static int removeOutbound(virHostReal *real, const virNetworkStep *step, GError **err)
{
    return removeChain(real, VIR_QOS_OUTBOUND, step->from, err);
}

/* A kernel that cannot have such chains has none; that matters to those alone who want one, and they will be told. */
static void probeChains(virHostReal *real, const virNetworkPlan *want, virPlanQos *qos)
{
    for (virQosDirection i = 0; i < VIR_QOS_LAST; i++) {
        g_autofree char *name = virHostNftNameChain(chains[i].prefix, want->bridge);
        g_autofree char *reason = findChain(real, name);

        if (!reason)
            qos->chains[i] = g_strdup("");
    }
}

/* --- The facet ---------------------------------------------------------------------------------------------------- */

int virHostQosProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err)
{
    guint ifindex = plan->link.present ? if_nametoindex(want->bridge) : 0;

    probeChains(real, want, &plan->qos);
    return ifindex ? probeQueue(ifindex, want, &plan->qos, err) : 0;
}

int virHostQosApply(virHostReal *real, const virNetworkStep *step, GError **err)
{
    static int (*const verbs[VIR_STEP_LAST])(virHostReal *real, const virNetworkStep *step, GError **err) = {
        [VIR_STEP_QOS_BUILD] = buildQueue,
        [VIR_STEP_QOS_SET_CLASS] = changeClass,
        [VIR_STEP_QOS_DELETE_CLASS] = deleteClass,
        [VIR_STEP_QOS_CLEAR] = clearQueue,
        [VIR_STEP_QOS_FILL_INBOUND] = fillInbound,
        [VIR_STEP_QOS_FILL_OUTBOUND] = fillOutbound,
        [VIR_STEP_QOS_REMOVE_INBOUND] = removeInbound,
        [VIR_STEP_QOS_REMOVE_OUTBOUND] = removeOutbound,
    };

    g_return_val_if_fail(verbs[step->verb] != NULL, -1);
    return verbs[step->verb](real, step, err);
}
