/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_plan.c: facts and plans as values, and the table of facets
 *
 * What belongs to one facet is in that facet's file (plan_NAME.c), and how two plans differ is plan_diff.c's matter.
 * Called by the engine and by the hosts.
 */
#include "network_plan.h"

#include <string.h>

#include "plan_facet.h"
#include "virerror.h"

const virNetworkFacetOps *const virNetworkFacets[VIR_NETWORK_FACET_LAST] = {
    [VIR_NETWORK_FACET_LINK] = &virNetworkFacetLink,
    [VIR_NETWORK_FACET_ADDR] = &virNetworkFacetAddr,
    [VIR_NETWORK_FACET_ROUTE] = &virNetworkFacetRoute,
    [VIR_NETWORK_FACET_SYSCTL] = &virNetworkFacetSysctl,
    [VIR_NETWORK_FACET_NFT] = &virNetworkFacetNft,
    [VIR_NETWORK_FACET_ZONE] = &virNetworkFacetZone,
    [VIR_NETWORK_FACET_QOS] = &virNetworkFacetQos,
    [VIR_NETWORK_FACET_DNSMASQ] = &virNetworkFacetDnsmasq,
    [VIR_NETWORK_FACET_RADVD] = &virNetworkFacetRadvd,
    [VIR_NETWORK_FACET_RESOLVER] = &virNetworkFacetResolver,
};

/* --- Facts ------------------------------------------------------------------------------------------------------ */

static void freeSubnet(gpointer subnet)
{
    g_free(((virHostSubnet *)subnet)->interface);
    g_free(subnet);
}

virHostFacts *virHostFactsNew(const char *dnsmasq_dir, const char *run_dir)
{
    virHostFacts *facts = g_new0(virHostFacts, 1);

    facts->dnsmasq_dir = g_strdup(dnsmasq_dir);
    facts->run_dir = g_strdup(run_dir);
    facts->subnets = g_ptr_array_new_with_free_func(freeSubnet);
    facts->floors = g_array_new(FALSE, TRUE, sizeof(virHostFloor));
    facts->learners = g_ptr_array_new_with_free_func(g_free);
    return facts;
}

void virHostFactsFree(virHostFacts *facts)
{
    if (!facts)
        return;
    g_free(facts->dnsmasq_dir);
    g_free(facts->run_dir);
    g_free(facts->radvd_dir);
    g_ptr_array_unref(facts->subnets);
    g_array_unref(facts->floors);
    g_ptr_array_unref(facts->learners);
    g_strfreev(facts->zones);
    g_free(facts);
}

static virHostSubnet *addSubnet(virHostFacts *facts, const char *interface, const virSocketAddr *network,
                                 unsigned int prefix)
{
    virHostSubnet *subnet = g_new0(virHostSubnet, 1);

    subnet->interface = g_strdup(interface);
    subnet->prefix = prefix;
    virSocketAddrNetwork(network, prefix, &subnet->network);
    g_ptr_array_add(facts->subnets, subnet);
    return subnet;
}

void virHostFactsAddSubnet(virHostFacts *facts, const char *interface, const virSocketAddr *network, unsigned int prefix)
{
    addSubnet(facts, interface, network, prefix);
}

void virHostFactsAddClaim(virHostFacts *facts, const char *interface, const virSocketAddr *network, unsigned int prefix)
{
    addSubnet(facts, interface, network, prefix)->claimed = TRUE;
}

/* --- Plans ------------------------------------------------------------------------------------------------------ */

static void freeSysctl(gpointer sysctl)
{
    g_free(((virPlanSysctl *)sysctl)->path);
    g_free(((virPlanSysctl *)sysctl)->value);
    g_free(sysctl);
}

virNetworkPlan *virNetworkPlanNew(const char *name, const char *bridge)
{
    virNetworkPlan *plan = g_new0(virNetworkPlan, 1);

    plan->name = g_strdup(name);
    plan->bridge = g_strdup(bridge);
    plan->addrs = g_ptr_array_new_with_free_func(g_free);
    plan->routes = g_ptr_array_new_with_free_func(g_free);
    plan->sysctls = g_ptr_array_new_with_free_func(freeSysctl);
    plan->nft.known = TRUE;
    plan->nft.nat_subnets = g_ptr_array_new_with_free_func(g_free);
    plan->qos.classes = g_array_new(FALSE, TRUE, sizeof(virPlanQosClass));
    plan->dnsmasq.loaded = TRUE;
    plan->radvd.loaded = TRUE;
    return plan;
}

virNetworkPlan *virNetworkPlanNewEmpty(const virNetworkDef *def)
{
    return virNetworkPlanNew(def->name, virNetworkDefGetOwnBridge(def));
}

virNetworkPlan *virNetworkPlanCopy(const virNetworkPlan *plan)
{
    virNetworkPlan *to = virNetworkPlanNew(plan->name, plan->bridge);
    size_t i;

    g_clear_pointer(&to->nft.nat_subnets, g_ptr_array_unref);
    for (i = 0; i < G_N_ELEMENTS(virNetworkFacets); i++)
        virNetworkFacets[i]->copy(plan, to);
    return to;
}

void virNetworkPlanFree(virNetworkPlan *plan)
{
    size_t i;

    if (!plan)
        return;
    for (i = 0; i < G_N_ELEMENTS(virNetworkFacets); i++)
        virNetworkFacets[i]->clear(plan);
    g_ptr_array_unref(plan->addrs);
    g_ptr_array_unref(plan->routes);
    g_ptr_array_unref(plan->sysctls);
    g_array_unref(plan->qos.classes);
    g_free(plan->name);
    g_free(plan->bridge);
    g_free(plan);
}

gboolean virNetworkPlanEqual(const virNetworkPlan *a, const virNetworkPlan *b)
{
    size_t i;

    if (g_strcmp0(a->name, b->name) != 0 || g_strcmp0(a->bridge, b->bridge) != 0)
        return FALSE;
    for (i = 0; i < G_N_ELEMENTS(virNetworkFacets); i++) {
        if (!virNetworkFacets[i]->equal(a, b))
            return FALSE;
    }
    return TRUE;
}

int virNetworkPlanRender(const virNetworkDef *def, const virHostFacts *facts, virNetworkPlan **ret_plan, GError **err)
{
    g_autoptr(virNetworkPlan) plan = virNetworkPlanNewEmpty(def);
    size_t i;

    /* Guests of an unmanaged network use what the host has: nothing of it is made, served or taken away. */
    for (i = 0; plan->bridge && i < G_N_ELEMENTS(virNetworkFacets); i++) {
        if (virNetworkFacets[i]->render(def, facts, plan, err) < 0)
            return -1;
    }
    *ret_plan = g_steal_pointer(&plan);
    return 0;
}

gboolean virNetworkPlanSameAddresses(const virNetworkPlan *a, const virNetworkPlan *b)
{
    return virNetworkFacets[VIR_NETWORK_FACET_ADDR]->equal(a, b);
}

static gboolean collides(const virPlanAddr *addr, const virHostSubnet *subnet)
{
    unsigned int shorter = MIN(addr->prefix, subnet->prefix);

    if (!subnet->claimed && addr->prefix != subnet->prefix)
        return FALSE;
    return virSocketAddrInSubnet(&addr->address, &subnet->network, shorter);
}

int virNetworkPlanCheckSubnets(const virNetworkPlan *plan, const virHostFacts *facts, GError **err)
{
    guint i, j;

    for (i = 0; i < plan->addrs->len; i++) {
        for (j = 0; j < facts->subnets->len; j++) {
            const virHostSubnet *subnet = facts->subnets->pdata[j];

            if (strcmp(subnet->interface, plan->bridge) == 0 || !collides(plan->addrs->pdata[i], subnet))
                continue;
            return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_INTERNAL_ERROR, "Network is already in use by interface %s",
                               subnet->interface);
        }
    }
    return 0;
}

/* Kernel documentation, networking/ip-sysctl: with forwarding on, advertisements are taken only where accept_ra is 2. */
int virNetworkPlanCheckForwarding(const virNetworkPlan *plan, const virHostFacts *facts, GError **err)
{
    guint i;

    for (i = 0; facts->learners->len > 0 && i < plan->sysctls->len; i++) {
        const virPlanSysctl *sysctl = plan->sysctls->pdata[i];

        if (strcmp(sysctl->path, VIR_SYSCTL_FORWARD_IPV6) != 0)
            continue;
        return virErrorSet(err, VIR_FROM_NETWORK, VIR_ERR_CONFIG_UNSUPPORTED,
                           "network '%s' needs IPv6 forwarding, with which the host would lose the default route that it has "
                           "learned on interface %s; set net.ipv6.conf.%s.accept_ra to 2 first", plan->name,
                           (const char *)facts->learners->pdata[0], (const char *)facts->learners->pdata[0]);
    }
    return 0;
}

void virNetworkFacetAddHeading(const virNetworkDef *def, GString *out)
{
    g_string_append_printf(out,
                           "## This file is made anew from the network's definition whenever that changes;\n"
                           "## what is written here by hand is lost. To change the network use\n"
                           "##    virsh net-edit %s\n"
                           "## or, while it runs,\n"
                           "##    virsh net-update %s ...\n"
                           "##\n", def->name, def->name);
}

char *virNetworkPlanFormat(const virNetworkPlan *plan)
{
    GString *out = g_string_new(NULL);
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(virNetworkFacets); i++) {
        gsize start = out->len, empty;

        g_string_append_printf(out, "[%s]\n", virNetworkFacets[i]->name);
        empty = out->len;
        virNetworkFacets[i]->format(plan, out);
        if (out->len == empty)
            g_string_truncate(out, start);
    }
    return g_string_free(out, FALSE);
}
