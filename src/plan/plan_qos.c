/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_qos.c: facet qos, the bandwidth of a network
 *
 * Inbound: a queue with a class for all (1:1) and below it one for the rest (1:2) and one for each guest that has been
 * promised a floor (1:3 and more), as libvirt builds it with tc. Outbound: one rule that drops what is too much. The
 * limits of single ports are not made here: who plugs a guest in makes them. Called through the facet table alone.
 */
#include <inttypes.h>
#include <string.h>

#include "plan_facet.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/*
 * With both at their largest, nftables' count of nanoseconds in 64 bits (those in which rate lets rate + burst through)
 * does not overflow. 100 Gbit/s; 4 GiB.
 */
#define MAX_RATE_KB G_GUINT64_CONSTANT(12500000)
#define MAX_BURST_KB G_GUINT64_CONSTANT(4194303)

/* A class whose rate is nothing is refused by the kernel. */
#define MIN_RATE 1000

/* What one class may send before another's turn: a packet at least, and not so much that the others wait long. */
#define MIN_QUANTUM 1600
#define MAX_QUANTUM 200000

/* The largest packet that the kernel passes on whole; a bucket that never holds so much would never let it through. */
#define MAX_PACKET (64 * 1024)

/* --- Rendering -------------------------------------------------------------------------------------------------- */

static int checkValue(const virNetworkDef *def, const char *what, guint64 value, guint64 most, GError **err)
{
    if (value <= most)
        return 0;
    return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED,
                   "network '%s': bandwidth: %s='%" PRIu64 "' is more than %" PRIu64, def->name,
                   what, value, most);
}

static int checkRate(const virNetworkDef *def, const virNetworkRate *rate, GError **err)
{
    if (checkValue(def, "average", rate->average, MAX_RATE_KB, err) < 0 ||
        checkValue(def, "peak", rate->peak, MAX_RATE_KB, err) < 0)
        return -1;
    return checkValue(def, "burst", rate->burst, MAX_BURST_KB, err);
}

/* Kilobytes are 1000 bytes in a rate and 1024 bytes in a burst, as tc reads libvirt's "kbps" and "kb". */
static guint64 bytesOf(guint64 kilobytes)
{
    return kilobytes * 1000;
}

/* Without a burst given, what passes in a millisecond, so that fast classes do not wait for timers. */
static guint64 burstOf(guint64 burst_kb, guint64 rate)
{
    return burst_kb ? burst_kb * 1024 : MAX(MIN_QUANTUM, rate / 1000);
}

static guint quantumOf(guint64 rate)
{
    return CLAMP(rate / 10, MIN_QUANTUM, MAX_QUANTUM);
}

static void addClass(GArray *classes, virPlanQosClass class)
{
    guint i = 0;

    while (i < classes->len && g_array_index(classes, virPlanQosClass, i).id < class.id)
        i++;
    g_array_insert_val(classes, i, class);
}

static const virPlanQosClass *findClass(const GArray *classes, guint id)
{
    guint i;

    for (i = 0; i < classes->len; i++) {
        const virPlanQosClass *class = &g_array_index(classes, virPlanQosClass, i);

        if (class->id == id)
            return class;
    }
    return NULL;
}

/* Whether an earlier floor is for the same guest: then packets go by that one. */
static gboolean isRepeated(const GArray *floors, guint which)
{
    const virHostFloor *floor = &g_array_index(floors, virHostFloor, which);
    guint i;

    for (i = 0; i < which; i++) {
        if (virMacAddrEqual(&g_array_index(floors, virHostFloor, i).mac, &floor->mac))
            return TRUE;
    }
    return FALSE;
}

/* Adds the classes of @floors and the elements of the map that leads to them. Returns what they take together. */
static guint64 renderFloors(const GArray *floors, guint64 average, GArray *classes, GString *map)
{
    guint64 sum = 0;
    guint i;

    for (i = 0; i < floors->len; i++) {
        const virHostFloor *floor = &g_array_index(floors, virHostFloor, i);
        guint64 rate = bytesOf(MIN(floor->floor, MAX_RATE_KB));
        char mac[VIR_MAC_STRING_BUFLEN];

        if (rate == 0 || floor->class_id < VIR_QOS_CLASS_FLOORS || floor->class_id > G_MAXUINT16 ||
            findClass(classes, floor->class_id) || isRepeated(floors, i))
            continue;
        sum += rate;
        addClass(classes, (virPlanQosClass){ .id = floor->class_id, .rate = rate, .ceil = MAX(average, rate),
                                             .burst = burstOf(0, rate), .quantum = quantumOf(rate) });
        g_string_append_printf(map, "%s%s : 1:%x", map->len > 0 ? ", " : "", virMacAddrFormat(&floor->mac, mac),
                               floor->class_id);
    }
    return sum;
}

/* What the floors leave is the rest's own; all borrow what others do not use. */
static void renderInbound(const virNetworkRate *inbound, const GArray *floors, virPlanQos *qos)
{
    guint64 average = bytesOf(inbound->average);
    guint64 ceil = inbound->peak ? bytesOf(inbound->peak) : average;
    g_autoptr(GString) map = g_string_new(NULL);
    guint64 sum = renderFloors(floors, average, qos->classes, map);
    guint64 rest = average > sum + MIN_RATE ? average - sum : MIN_RATE;

    qos->shaped = TRUE;
    addClass(qos->classes, (virPlanQosClass){ .id = VIR_QOS_CLASS_ALL, .rate = average, .ceil = ceil,
                                              .burst = burstOf(0, average) });
    addClass(qos->classes, (virPlanQosClass){ .id = VIR_QOS_CLASS_REST, .rate = rest, .ceil = ceil,
                                              .burst = burstOf(inbound->burst, rest), .quantum = quantumOf(rest) });
    qos->chains[VIR_QOS_INBOUND] = map->len == 0 ? g_strdup("meta priority set 1:2\n") :
        g_strdup_printf("meta priority set 1:2\nmeta priority set ether daddr map { %s }\n", map->str);
}

/*
 * nftables' bucket holds a second of the rate and the burst beside it, libvirt's (tc police) the burst alone, and that
 * is the average's number in KiB if none is given: so the second is taken off. A smaller bucket cannot be had.
 */
static void renderOutbound(const virNetworkRate *outbound, virPlanQos *qos)
{
    guint64 rate = bytesOf(outbound->average);
    guint64 bucket = MAX((outbound->burst ? outbound->burst : outbound->average) * 1024, MAX_PACKET);
    guint64 burst = bucket > rate ? bucket - rate : 0;

    qos->chains[VIR_QOS_OUTBOUND] =
        g_strdup_printf("limit rate over %" G_GUINT64_FORMAT " bytes/second burst %" G_GUINT64_FORMAT " bytes drop\n",
                        rate, burst);
}

static int render(const virNetworkDef *def, const virHostFacts *facts, virNetworkPlan *plan, GError **err)
{
    const virNetworkBandwidth *bandwidth = def->bandwidth;

    if (!bandwidth)
        return 0;
    if (checkRate(def, &bandwidth->inbound, err) < 0 || checkRate(def, &bandwidth->outbound, err) < 0)
        return -1;
    if (bandwidth->inbound.average > 0)
        renderInbound(&bandwidth->inbound, facts->floors, &plan->qos);
    if (bandwidth->outbound.average > 0)
        renderOutbound(&bandwidth->outbound, &plan->qos);
    return 0;
}

/* --- Values ------------------------------------------------------------------------------------------------------ */

static gboolean isSame(const virPlanQosClass *a, const virPlanQosClass *b)
{
    return a->id == b->id && a->rate == b->rate && a->ceil == b->ceil && a->burst == b->burst &&
           a->quantum == b->quantum;
}

/* Chains of which nobody knows what is in them equal none, themselves neither. */
static gboolean chainsEqual(const char *a, const char *b)
{
    return a && b ? *a && strcmp(a, b) == 0 : a == b;
}

static gboolean equal(const virNetworkPlan *a, const virNetworkPlan *b)
{
    const virPlanQos *x = &a->qos, *y = &b->qos;
    guint i;

    if (x->shaped != y->shaped || x->classes->len != y->classes->len)
        return FALSE;
    for (i = 0; i < x->classes->len; i++) {
        if (!isSame(&g_array_index(x->classes, virPlanQosClass, i), &g_array_index(y->classes, virPlanQosClass, i)))
            return FALSE;
    }
    for (i = 0; i < VIR_QOS_LAST; i++) {
        if (!chainsEqual(x->chains[i], y->chains[i]))
            return FALSE;
    }
    return TRUE;
}

static void copyClasses(const virPlanQos *from, virPlanQos *to)
{
    to->shaped = from->shaped;
    g_array_set_size(to->classes, 0);
    if (from->classes->len > 0)
        g_array_append_vals(to->classes, from->classes->data, from->classes->len);
}

static void setChain(virPlanQos *qos, virQosDirection direction, const char *rules)
{
    g_free(qos->chains[direction]);
    qos->chains[direction] = g_strdup(rules);
}

static void copy(const virNetworkPlan *from, virNetworkPlan *to)
{
    copyClasses(&from->qos, &to->qos);
    for (virQosDirection i = 0; i < VIR_QOS_LAST; i++)
        setChain(&to->qos, i, from->qos.chains[i]);
}

static void clear(virNetworkPlan *plan)
{
    virPlanQos *qos = &plan->qos;

    qos->shaped = FALSE;
    g_array_set_size(qos->classes, 0);
    for (virQosDirection i = 0; i < VIR_QOS_LAST; i++)
        g_clear_pointer(&qos->chains[i], g_free);
}

/* --- Steps ------------------------------------------------------------------------------------------------------ */

static void diffClasses(virNetworkDiff *d)
{
    const virPlanQos *from = &d->from->qos, *to = &d->to->qos;
    guint i;

    for (i = 0; i < to->classes->len; i++) {
        const virPlanQosClass *want = &g_array_index(to->classes, virPlanQosClass, i);
        const virPlanQosClass *have = findClass(from->classes, want->id);

        if (!have || !isSame(have, want)) {
            virNetworkDiffAdd(d, VIR_STEP_TIME_FIREWALL, VIR_STEP_QOS_SET_CLASS,
                              have ? "its rates differ" : "it is missing")->qos_class = want;
        }
    }
    for (i = 0; i < from->classes->len; i++) {
        const virPlanQosClass *have = &g_array_index(from->classes, virPlanQosClass, i);

        if (!findClass(to->classes, have->id)) {
            virNetworkDiffAdd(d, VIR_STEP_TIME_CLEAR_LIMITS, VIR_STEP_QOS_DELETE_CLASS, "it is not wanted")->qos_class =
                have;
        }
    }
}

/* The queue goes with its device. One without the class for all is none that could be changed in place. */
static void diffQueue(virNetworkDiff *d)
{
    const virPlanQos *from = &d->from->qos, *to = &d->to->qos;
    gboolean shaped = d->from->link.present && from->shaped;

    if (to->shaped && (!shaped || !findClass(from->classes, VIR_QOS_CLASS_ALL))) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_FIREWALL, VIR_STEP_QOS_BUILD, "inbound packets are not limited");
    } else if (to->shaped) {
        diffClasses(d);
    } else if (shaped && d->to->link.present) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_CLEAR_LIMITS, VIR_STEP_QOS_CLEAR, "inbound packets are not to be limited");
    }
}

static const struct {
    virNetworkStepVerb fill;
    virNetworkStepVerb remove;
} chain_verbs[VIR_QOS_LAST] = {
    [VIR_QOS_INBOUND] = { VIR_STEP_QOS_FILL_INBOUND, VIR_STEP_QOS_REMOVE_INBOUND },
    [VIR_QOS_OUTBOUND] = { VIR_STEP_QOS_FILL_OUTBOUND, VIR_STEP_QOS_REMOVE_OUTBOUND },
};

/* A chain is filled when its classes are there, and those that it no longer leads to go after that. */
static void diffChain(virNetworkDiff *d, virQosDirection direction)
{
    const char *from = d->from->qos.chains[direction], *to = d->to->qos.chains[direction];

    if (to && !chainsEqual(from, to)) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_FIREWALL, chain_verbs[direction].fill,
                          !from ? "there is no chain" : *from ? "rules differ" : "rules are not known");
    } else if (from && !to) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_CLEAR_LIMITS, chain_verbs[direction].remove, "no chain is wanted");
    }
}

static void diff(virNetworkDiff *d)
{
    diffQueue(d);
    for (virQosDirection i = 0; i < VIR_QOS_LAST; i++)
        diffChain(d, i);
}

static void dropClass(GArray *classes, guint id)
{
    const virPlanQosClass *class = findClass(classes, id);

    if (class)
        g_array_remove_index(classes, class - &g_array_index(classes, virPlanQosClass, 0));
}

static void advanceClasses(virPlanQos *reached, const virNetworkStep *step)
{
    switch (step->verb) {
    case VIR_STEP_QOS_BUILD:
    case VIR_STEP_QOS_CLEAR:
        copyClasses(&step->to->qos, reached);
        break;
    case VIR_STEP_QOS_SET_CLASS:
        dropClass(reached->classes, step->qos_class->id);
        addClass(reached->classes, *step->qos_class);
        break;
    case VIR_STEP_QOS_DELETE_CLASS:
        dropClass(reached->classes, step->qos_class->id);
        break;
    default:
        break;
    }
}

static void advance(virNetworkPlan *reached, const virNetworkStep *step)
{
    advanceClasses(&reached->qos, step);
    for (virQosDirection i = 0; i < VIR_QOS_LAST; i++) {
        if (step->verb == chain_verbs[i].fill || step->verb == chain_verbs[i].remove)
            setChain(&reached->qos, i, step->to->qos.chains[i]);
    }
}

/* --- Text ------------------------------------------------------------------------------------------------------- */

static void format(const virNetworkPlan *plan, GString *out)
{
    const virPlanQos *qos = &plan->qos;
    guint i;

    for (i = 0; i < qos->classes->len; i++) {
        const virPlanQosClass *class = &g_array_index(qos->classes, virPlanQosClass, i);

        g_string_append_printf(out, "class 1:%x rate %" G_GUINT64_FORMAT " ceil %" G_GUINT64_FORMAT
                               " burst %" G_GUINT64_FORMAT " quantum %u\n", class->id, class->rate, class->ceil,
                               class->burst, class->quantum);
    }
    if (qos->chains[VIR_QOS_INBOUND])
        g_string_append_printf(out, "chain inbound:\n%s", qos->chains[VIR_QOS_INBOUND]);
    if (qos->chains[VIR_QOS_OUTBOUND])
        g_string_append_printf(out, "chain outbound:\n%s", qos->chains[VIR_QOS_OUTBOUND]);
}

static void formatStep(const virNetworkStep *step, GString *out)
{
    const virPlanQosClass *class = step->qos_class;

    if (!class)
        return;
    g_string_append_printf(out, " class 1:%x", class->id);
    if (step->verb == VIR_STEP_QOS_SET_CLASS) {
        g_string_append_printf(out, " rate %" G_GUINT64_FORMAT " ceil %" G_GUINT64_FORMAT, class->rate, class->ceil);
    }
}

const virNetworkFacetOps virNetworkFacetQos = {
    .name = "qos", .render = render, .equal = equal, .copy = copy, .clear = clear,
    .diff = diff, .advance = advance, .format = format, .formatStep = formatStep,
};
