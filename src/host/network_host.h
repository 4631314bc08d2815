/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_host.h: the seam between the engine and the machine
 *
 * The engine knows a host only by this table. There are two of them: the real one (netlink, nftables, sysctls,
 * dnsmasq), and the recording one, which keeps the plans in memory: the test driver and the unit tests use it.
 *
 * All functions may be called from several threads at once, for different networks.
 */
#pragma once

#include <glib.h>

#include "network_plan.h"

typedef struct _virNetworkHost virNetworkHost;

/* Called from the main loop when a service of a network has ended by itself. */
typedef void (*virNetworkHostServiceDied)(const char *network, const char *service, void *opaque);

/* What clearOthers has done and seen. */
typedef struct {
    guint n_rules;      /* rules removed */
    gboolean legacy;    /* there are tables of an older kind that it cannot look into */
} virNetworkHostCleared;

/* A virtual function of a network card. */
typedef struct {
    virPciAddress address;
    char *device;           /* what the host's own driver has made of it; NULL: nothing */
} virHostFunction;

static inline void virHostFunctionFree(virHostFunction *function)
{
    if (function)
        g_free(function->device);
    g_free(function);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virHostFunction, virHostFunctionFree)

typedef struct {
    /* Fills @facts->subnets with what the host uses now. Touches nothing. */
    int (*gatherFacts)(virNetworkHost *host, virHostFacts *facts, GError **err);

    /* Whether a device of that name exists. Touches nothing. */
    gboolean (*linkExists)(virNetworkHost *host, const char *name);

    /*
     * The zones of firewalld, ended by NULL; NULL where it does not run. May be absent for a host that has no such thing.
     * Touches nothing. Caller frees with g_strfreev.
     */
    char **(*listZones)(virNetworkHost *host);

    /* Whether the host has a virtual function at that address. Touches nothing. */
    gboolean (*isVirtualFunction)(virNetworkHost *host, const virPciAddress *address);

    /*
     * The virtual functions (virHostFunction) of the card that device @physical belongs to, in its own order; empty if it
     * has none or there is no such device. NULL: this host knows of no hardware. Touches nothing.
     */
    GPtrArray *(*listVirtualFunctions)(virNetworkHost *host, const char *physical);

    /*
     * What the host shows now of the network that @want describes: same bridge name and paths. Touches nothing. An
     * unmanaged network (no bridge in @want) shows nothing.
     * Addresses and switches that @want does not know are reported as long as they are of that bridge, so that a diff
     * can remove them; kernel-made IPv6 link-local addresses are not. Of routes those are reported that @want has, with the gateway
     * that they have. nft is never known. dnsmasq's conf and
     * hosts and radvd's conf are the files' content (NULL where there is no file); loaded is TRUE unless the process cannot
     * go on as it is.
     */
    int (*probe)(virNetworkHost *host, const virNetworkPlan *want, virNetworkPlan **ret_plan, GError **err);

    /*
     * Takes one step. What is to be removed or stopped is described by @step->from, all else by @step->to; either plan
     * may be an empty one (virNetworkPlanNew). On failure the host may be anywhere between before and after it, and the error names the step's
     * object. Never called for one network from two threads at once.
     */
    int (*apply)(virNetworkHost *host, const virNetworkStep *step, GError **err);

    /*
     * Begins to watch the services of a network that was found running, or ends it for those that are not present in
     * @plan: the callback given at creation is called when one dies. Starting a service watches it, stopping ends it.
     */
    void (*watch)(virNetworkHost *host, const virNetworkPlan *plan);

    /*
     * Whether a reload of @network's dnsmasq was scheduled (coalesced) and has not been sent yet.
     */
    gboolean (*reloadPending)(virNetworkHost *host, const char *network);

    /*
     * Brings the firewall rules of all @plans (virNetworkPlan) to what they say, in one transaction: what VIR_STEP_NFT_FILL does
     * for each. On failure none is changed.
     */
    int (*fillRules)(virNetworkHost *host, const GPtrArray *plans, GError **err);

    /*
     * Takes away the firewall rules that another libvirt has left of the networks in @plans (virNetworkPlan), in one
     * transaction; no other network's, and nothing else of them. To be called when their own rules are in place.
     */
    int (*clearOthers)(virNetworkHost *host, const GPtrArray *plans, virNetworkHostCleared *ret_cleared, GError **err);

    void (*free)(virNetworkHost *host);
} virNetworkHostClass;

struct _virNetworkHost {
    const virNetworkHostClass *klass;
};

static inline void virNetworkHostFree(virNetworkHost *host)
{
    if (host)
        host->klass->free(host);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkHost, virNetworkHostFree)

typedef struct {
    const char *dnsmasq_program;        /* NULL: found in PATH or /usr/sbin; so is the next */
    const char *radvd_program;
    const char *lease_helper;           /* path of the lease script helper */
    const char *lease_dir;              /* where it keeps BRIDGE.status */
    const char *sysfs_root;             /* NULL: "/sys" */
    /* At most one SIGHUP per network in this time, fewer where one takes long; the first goes at once. */
    unsigned int reload_interval_ms;
    virNetworkHostServiceDied on_died;  /* may be NULL */
    /* Called from the main loop or from apply when a network's pending reload has been sent. May be NULL. */
    void (*on_reloaded)(const char *network, void *opaque);
    /* Called from the main loop when firewalld has started or read its own rules anew: it has forgotten all. May be NULL. */
    void (*on_firewall_reset)(void *opaque);
    void *opaque;
} virNetworkHostRealConfig;

/* host_real.c; linked into the daemon only. Needs a running GLib main loop on the default context for timers and pidfds. */
virNetworkHost *virNetworkHostRealNew(const virNetworkHostRealConfig *config, GError **err);

/* host_record.c: probe gives the plan that the steps so far have reached */
virNetworkHost *virNetworkHostRecordNew(void);

/* What the recording host was told to do since the last call: one line per step, as virNetworkStepFormat. Caller frees. */
char *virNetworkHostRecordTake(virNetworkHost *host);

/* Gives the recording host, which else knows of no hardware, a virtual function. @device may be NULL. */
void virNetworkHostRecordAddFunction(virNetworkHost *host, const char *physical, const virPciAddress *address,
                                     const char *device);

/* Lets the @nth next step (1: the very next) of the recording host fail with VIR_ERR_INTERNAL_ERROR; 0: none. */
void virNetworkHostRecordFail(virNetworkHost *host, unsigned int nth);
