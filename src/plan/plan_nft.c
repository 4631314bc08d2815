/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_nft.c: facet nft, the rules of a network's own chains
 *
 * Their effect is that of libvirt's rules for the same mode: packets between guests pass; an isolated network is cut off
 * from all else; nat lets guests out and only answers in; route lets both through for the network's subnets; open has
 * no rules at all. The chains are reached by maps from bridge name or subnet (src/host/host_nft.c), so that no
 * network's rules are ever searched for those of another. Called through the facet table alone.
 */
#include <string.h>

#include "plan_facet.h"

#define REJECT "reject with icmpx port-unreachable\n"

/* How packets to and from a subnet are treated. */
typedef enum {
    TREAT_CUT_OFF,          /* isolated: nothing passes */
    TREAT_TRANSLATE,        /* out with another source address; in only what answers */
    TREAT_ROUTE,            /* both ways as they are */
} Treatment;

typedef struct {
    Treatment treatment;
    const char *proto;      /* "ip" or "ip6" */
    char *text;             /* "192.0.2.0/24" */
    virSocketAddr network;
    unsigned int prefix;
} Subnet;

static void freeSubnet(gpointer subnet)
{
    g_free(((Subnet *)subnet)->text);
    g_free(subnet);
}

/* IPv6 is routed also by a network with NAT, unless that asks for it to be translated. */
static Treatment chooseTreatment(const virNetworkDef *def, int family)
{
    if (def->forward == VIR_NETWORK_FORWARD_NONE)
        return TREAT_CUT_OFF;
    if (def->forward == VIR_NETWORK_FORWARD_NAT && (family == AF_INET || def->nat.ipv6 == VIR_TRISTATE_YES))
        return TREAT_TRANSLATE;
    return TREAT_ROUTE;
}

/* The last subnet comes first, as in libvirt's chains. */
static GPtrArray *collectSubnets(const virNetworkDef *def)
{
    GPtrArray *subnets = g_ptr_array_new_with_free_func(freeSubnet);
    guint i;

    for (i = def->ips->len; i > 0; i--) {
        const virNetworkIp *ip = def->ips->pdata[i - 1];
        unsigned int prefix = virNetworkIpGetPrefix(ip);
        char text[VIR_SOCKET_ADDR_BUFLEN];
        Subnet *subnet = g_new0(Subnet, 1);

        virSocketAddrNetwork(&ip->address, prefix, &subnet->network);
        subnet->treatment = chooseTreatment(def, ip->address.family);
        subnet->proto = ip->address.family == AF_INET ? "ip" : "ip6";
        subnet->text = g_strdup_printf("%s/%u", virSocketAddrFormat(&subnet->network, text), prefix);
        subnet->prefix = prefix;
        g_ptr_array_add(subnets, subnet);
    }
    return subnets;
}

/* "oifname "eth0" " where forwarding is restricted to one device; else "". */
static char *formatDevice(const virNetworkDef *def, const char *direction)
{
    if (def->forward_devs->len == 0)
        return g_strdup("");
    return g_strdup_printf("%s \"%s\" ", direction, (const char *)def->forward_devs->pdata[0]);
}

static char *renderIn(const virNetworkDef *def, const virNetworkPlan *plan, const GPtrArray *subnets)
{
    g_autofree char *device = formatDevice(def, "iifname");
    GString *out = g_string_new(NULL);
    guint i;

    g_string_append_printf(out, "iifname \"%s\" accept\n", plan->bridge);
    for (i = 0; i < subnets->len; i++) {
        const Subnet *subnet = subnets->pdata[i];

        if (subnet->treatment == TREAT_CUT_OFF)
            continue;
        g_string_append_printf(out, "%s daddr %s %s%saccept\n", subnet->proto, subnet->text, device,
                               subnet->treatment == TREAT_TRANSLATE ? "ct state established,related " : "");
    }
    g_string_append(out, REJECT);
    return g_string_free(out, FALSE);
}

static char *renderOut(const virNetworkDef *def, const GPtrArray *subnets)
{
    g_autofree char *device = formatDevice(def, "oifname");
    GString *out = g_string_new(NULL);
    guint i;

    for (i = 0; i < subnets->len; i++) {
        const Subnet *subnet = subnets->pdata[i];

        if (subnet->treatment != TREAT_CUT_OFF)
            g_string_append_printf(out, "%s saddr %s %saccept\n", subnet->proto, subnet->text, device);
    }
    g_string_append(out, REJECT);
    return g_string_free(out, FALSE);
}

/* The verb that translates, for the protocols with ports or for the rest. <address> is for IPv4. */
static char *renderTranslation(const virNetworkNat *nat, const Subnet *subnet, gboolean with_ports)
{
    g_autofree char *ports = NULL;
    char start[VIR_SOCKET_ADDR_BUFLEN], end[VIR_SOCKET_ADDR_BUFLEN];

    if (with_ports) {
        ports = g_strdup_printf(":%u-%u", nat->port_start ? nat->port_start : 1024,
                                nat->port_end ? nat->port_end : 65535);
    }
    if (!virSocketAddrIsSet(&nat->addr_start) || strcmp(subnet->proto, "ip") != 0)
        return ports ? g_strdup_printf("masquerade to %s", ports) : g_strdup("masquerade");
    virSocketAddrFormat(&nat->addr_start, start);
    virSocketAddrFormat(&nat->addr_end, end);
    if (strcmp(start, end) == 0)
        return g_strdup_printf("snat ip to %s%s", start, ports ? ports : "");
    return g_strdup_printf("snat ip to %s-%s%s", start, end, ports ? ports : "");
}

/* Multicast and broadcast packets, and those that stay in the subnet, keep their source address. */
static void appendNat(GString *out, const virNetworkDef *def, const Subnet *subnet)
{
    const virNetworkNat *nat = &def->nat;
    g_autofree char *device = formatDevice(def, "oifname");
    g_autofree char *with_ports = renderTranslation(nat, subnet, TRUE);
    g_autofree char *without = renderTranslation(nat, subnet, FALSE);
    g_autofree char *from = g_strdup_printf("%s%s saddr %s %s daddr", device, subnet->proto, subnet->text,
                                            subnet->proto);

    if (strcmp(subnet->proto, "ip") == 0)
        g_string_append_printf(out, "%s 224.0.0.0/24 return\n%s 255.255.255.255 return\n", from, from);
    else
        g_string_append_printf(out, "%s ff02::/16 return\n", from);
    g_string_append_printf(out, "%s != %s meta l4proto tcp %s\n", from, subnet->text, with_ports);
    g_string_append_printf(out, "%s != %s meta l4proto udp %s\n", from, subnet->text, with_ports);
    g_string_append_printf(out, "%s != %s %s\n", from, subnet->text, without);
}

/* Whether packets of the @index-th subnet are led to the chain as those of a wider one: a map takes no address twice. */
static gboolean isLedByAnother(const GPtrArray *subnets, guint index)
{
    const Subnet *subnet = subnets->pdata[index];
    guint i;

    for (i = 0; i < subnets->len; i++) {
        const Subnet *other = subnets->pdata[i];

        if (i == index || other->network.family != subnet->network.family || other->prefix > subnet->prefix ||
            (other->prefix == subnet->prefix && i > index))
            continue;
        if (virSocketAddrInSubnet(&subnet->network, &other->network, other->prefix))
            return TRUE;
    }
    return FALSE;
}

static void renderNat(const virNetworkDef *def, const GPtrArray *subnets, virPlanNft *nft)
{
    g_autoptr(GString) out = g_string_new(NULL);
    guint i;

    for (i = 0; i < subnets->len; i++) {
        const Subnet *subnet = subnets->pdata[i];

        if (subnet->treatment != TREAT_TRANSLATE)
            continue;
        appendNat(out, def, subnet);
        if (!isLedByAnother(subnets, i))
            g_ptr_array_add(nft->nat_subnets, g_strdup(subnet->text));
    }
    if (out->len > 0)
        nft->nat = g_strdup(out->str);
}

static int render(const virNetworkDef *def, const virHostFacts *facts G_GNUC_UNUSED, virNetworkPlan *plan,
                  GError **err G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) subnets = collectSubnets(def);
    virPlanNft *nft = &plan->nft;

    nft->known = TRUE;
    if (def->forward == VIR_NETWORK_FORWARD_OPEN)
        return 0;
    nft->present = TRUE;
    nft->forward_in = renderIn(def, plan, subnets);
    nft->forward_out = renderOut(def, subnets);
    renderNat(def, subnets, nft);
    return 0;
}

static gboolean subnetsEqual(const GPtrArray *a, const GPtrArray *b)
{
    guint i;

    if (a->len != b->len)
        return FALSE;
    for (i = 0; i < a->len; i++) {
        if (strcmp(a->pdata[i], b->pdata[i]) != 0)
            return FALSE;
    }
    return TRUE;
}

static gboolean equal(const virNetworkPlan *a, const virNetworkPlan *b)
{
    const virPlanNft *x = &a->nft, *y = &b->nft;

    if (!x->present && !y->present)
        return TRUE;
    return x->present == y->present && x->known && y->known && g_strcmp0(x->forward_in, y->forward_in) == 0 &&
           g_strcmp0(x->forward_out, y->forward_out) == 0 && g_strcmp0(x->nat, y->nat) == 0 &&
           subnetsEqual(x->nat_subnets, y->nat_subnets);
}

static gpointer copyString(gconstpointer text, gpointer opaque G_GNUC_UNUSED)
{
    return g_strdup(text);
}

static void copy(const virNetworkPlan *from, virNetworkPlan *to)
{
    to->nft = from->nft;
    to->nft.forward_in = g_strdup(from->nft.forward_in);
    to->nft.forward_out = g_strdup(from->nft.forward_out);
    to->nft.nat = g_strdup(from->nft.nat);
    to->nft.nat_subnets = g_ptr_array_copy(from->nft.nat_subnets, copyString, NULL);
    g_ptr_array_set_free_func(to->nft.nat_subnets, g_free);
}

static void clear(virNetworkPlan *plan)
{
    virPlanNft *nft = &plan->nft;

    g_clear_pointer(&nft->forward_in, g_free);
    g_clear_pointer(&nft->forward_out, g_free);
    g_clear_pointer(&nft->nat, g_free);
    g_clear_pointer(&nft->nat_subnets, g_ptr_array_unref);
}

static void diff(virNetworkDiff *d)
{
    const virPlanNft *from = &d->from->nft, *to = &d->to->nft;

    if (to->present && !equal(d->from, d->to)) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_FIREWALL, VIR_STEP_NFT_FILL,
                          !from->present ? "there are no chains" : from->known ? "rules differ" : "rules are not known");
    } else if (from->present && !to->present) {
        virNetworkDiffAdd(d, VIR_STEP_TIME_CLEAR_FIREWALL, VIR_STEP_NFT_REMOVE, "no chains are wanted");
    }
}

static void advance(virNetworkPlan *reached, const virNetworkStep *step)
{
    clear(reached);
    copy(step->to, reached);
}

static void format(const virNetworkPlan *plan, GString *out)
{
    const virPlanNft *nft = &plan->nft;
    guint i;

    if (!nft->present)
        return;
    g_string_append_printf(out, "chain in:\n%schain out:\n%s", nft->forward_in, nft->forward_out);
    if (nft->nat)
        g_string_append_printf(out, "chain nat:\n%s", nft->nat);
    for (i = 0; i < nft->nat_subnets->len; i++)
        g_string_append_printf(out, "nat subnet %s\n", (char *)nft->nat_subnets->pdata[i]);
}

const virNetworkFacetOps virNetworkFacetNft = {
    .name = "nft", .render = render, .equal = equal, .copy = copy, .clear = clear,
    .diff = diff, .advance = advance, .format = format,
};
