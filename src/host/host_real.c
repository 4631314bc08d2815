/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_real.c: the host that is a real machine: creation, and the table of its facets
 *
 * It hands each probe and each step to the facet that it belongs to and knows nothing of what they do. The daemon makes
 * one for its whole life; it works in the network namespace of the thread that calls.
 */
#include "host_real.h"

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

static const struct {
    int (*probe)(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err);
    int (*apply)(virHostReal *real, const virNetworkStep *step, GError **err);
} facets[] = {
    [VIR_NETWORK_FACET_LINK] = { virHostLinkProbe, virHostLinkApply },
    [VIR_NETWORK_FACET_ADDR] = { virHostAddrProbe, virHostAddrApply },
    [VIR_NETWORK_FACET_ROUTE] = { virHostRouteProbe, virHostRouteApply },
    [VIR_NETWORK_FACET_SYSCTL] = { virHostSysctlProbe, virHostSysctlApply },
    [VIR_NETWORK_FACET_NFT] = { virHostNftProbe, virHostNftApply },
    [VIR_NETWORK_FACET_ZONE] = { virHostZoneProbe, virHostZoneApply },
    [VIR_NETWORK_FACET_QOS] = { virHostQosProbe, virHostQosApply },
    [VIR_NETWORK_FACET_DNSMASQ] = { virHostDnsmasqProbe, virHostDnsmasqApply },
    [VIR_NETWORK_FACET_RADVD] = { virHostRadvdProbe, virHostRadvdApply },
    [VIR_NETWORK_FACET_RESOLVER] = { virHostResolverProbe, virHostResolverApply },
};
G_STATIC_ASSERT(G_N_ELEMENTS(facets) == VIR_NETWORK_FACET_LAST);

static int probe(virNetworkHost *host, const virNetworkPlan *want, virNetworkPlan **ret_plan, GError **err)
{
    g_autoptr(virNetworkPlan) plan = virNetworkPlanNew(want->name, want->bridge);

    /* An unmanaged network has nothing of its own on the host; what it names is not looked at. */
    for (gsize i = 0; want->bridge && i < G_N_ELEMENTS(facets); i++) {
        if (facets[i].probe((virHostReal *)host, want, plan, err) < 0)
            return -1;
    }
    *ret_plan = g_steal_pointer(&plan);
    return 0;
}

static int apply(virNetworkHost *host, const virNetworkStep *step, GError **err)
{
    return facets[virNetworkStepFacet(step)].apply((virHostReal *)host, step, err);
}

static void watch(virNetworkHost *host, const virNetworkPlan *plan)
{
    virHostDnsmasqWatch((virHostReal *)host, plan);
    virHostRadvdWatch((virHostReal *)host, plan);
}

static gboolean reloadPending(virNetworkHost *host, const char *network)
{
    return virHostDnsmasqReloadPending((virHostReal *)host, network);
}

static void freeReal(virNetworkHost *host)
{
    virHostReal *real = (virHostReal *)host;

    virHostZoneForget(real);
    virHostServicesClear(real);
    if (real->nft)
        nft_ctx_free(real->nft);
    g_mutex_clear(&real->nft_lock);
    g_mutex_clear(&real->zones_lock);
    g_free(real->dnsmasq_program);
    g_free(real->radvd_program);
    g_free(real->lease_helper);
    g_free(real->lease_dir);
    g_free(real->sysfs_root);
    g_free(real);
}

static const virNetworkHostClass realClass = {
    .gatherFacts = virHostFactsGather,
    .linkExists = virHostLinkExists,
    .listZones = virHostZoneList,
    .isVirtualFunction = virHostSriovIsVirtual,
    .listVirtualFunctions = virHostSriovList,
    .probe = probe,
    .apply = apply,
    .watch = watch,
    .reloadPending = reloadPending,
    .fillRules = virHostNftFillAll,
    .clearOthers = virHostIptablesClear,
    .free = freeReal,
};

static char *findProgram(const char *given, const char *name)
{
    char *found = given ? g_strdup(given) : g_find_program_in_path(name);

    return found ? found : g_strdup_printf("/usr/sbin/%s", name);
}

virNetworkHost *virNetworkHostRealNew(const virNetworkHostRealConfig *config, GError **err)
{
    virHostReal *real = g_new0(virHostReal, 1);

    real->base.klass = &realClass;
    real->dnsmasq_program = findProgram(config->dnsmasq_program, "dnsmasq");
    real->radvd_program = findProgram(config->radvd_program, "radvd");
    real->lease_helper = g_strdup(config->lease_helper);
    real->lease_dir = g_strdup(config->lease_dir);
    real->sysfs_root = g_strdup(config->sysfs_root ? config->sysfs_root : "/sys");
    real->reload_interval_ms = config->reload_interval_ms;
    real->on_died = config->on_died;
    real->on_reloaded = config->on_reloaded;
    real->on_firewall_reset = config->on_firewall_reset;
    real->opaque = config->opaque;
    g_mutex_init(&real->nft_lock);
    g_mutex_init(&real->zones_lock);
    virHostServicesInit(real);
    real->nft = nft_ctx_new(NFT_CTX_DEFAULT);
    /* What libnftables has to say goes into errors, not to the daemon's output. */
    if (real->nft && nft_ctx_buffer_output(real->nft) == 0 && nft_ctx_buffer_error(real->nft) == 0) {
        virHostZoneListen(real);
        return &real->base;
    }
    freeReal(&real->base);
    return virFailNull(err, VIR_ERR_INTERNAL_ERROR, "cannot set up libnftables");
}
