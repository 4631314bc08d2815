/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_real.h: what the files of the real host share
 *
 * One file per facet has a probe and an apply; host_real.c has the table of them. Nobody outside of this folder
 * includes it.
 */
#pragma once

#include <gio/gio.h>
#include <nftables/libnftables.h>

#include "network_host.h"
#include "virprocess.h"

typedef struct {
    virNetworkHost base;

    /* Set at creation and never changed. */
    char *dnsmasq_program;
    char *radvd_program;
    char *lease_helper;
    char *lease_dir;
    char *sysfs_root;
    unsigned int reload_interval_ms;
    virNetworkHostServiceDied on_died;
    void (*on_reloaded)(const char *network, void *opaque);
    void (*on_firewall_reset)(void *opaque);
    void *opaque;
    GDBusConnection *bus;       /* over which firewalld is listened to; NULL: nobody listens */
    guint bus_ids[2];

    /* None of the three locks is held while another is taken, nor while a callback runs. */
    GMutex nft_lock;            /* guards nft and nft_base_made, through whole transactions */
    struct nft_ctx *nft;
    gboolean nft_base_made;     /* by this process */

    gint lacks_sfq;             /* atomic; the kernel was asked and has no such queue */

    GMutex zones_lock;          /* guards the next three */
    char **zones;               /* of firewalld; NULL: it does not run */
    gboolean zones_known;       /* FALSE: it has to be asked, as after everything that it says of itself */
    guint zones_version;        /* another one whenever that happens */

    GMutex services_lock;       /* guards the rest, and what is in services */
    GHashTable *services;       /* by name of program and of network */
    guint64 last_serial;        /* of a service */
} virHostReal;

/*
 * A probe adds its slice of what the host shows to @plan; an apply takes one step of its facet. Contracts as in
 * network_host.h.
 */
int virHostLinkProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err);
int virHostLinkApply(virHostReal *real, const virNetworkStep *step, GError **err);
int virHostAddrProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err);
int virHostAddrApply(virHostReal *real, const virNetworkStep *step, GError **err);
int virHostRouteProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err);
int virHostRouteApply(virHostReal *real, const virNetworkStep *step, GError **err);
int virHostResolverProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err);
int virHostResolverApply(virHostReal *real, const virNetworkStep *step, GError **err);
int virHostZoneProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err);
int virHostZoneApply(virHostReal *real, const virNetworkStep *step, GError **err);
int virHostSysctlProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err);
int virHostSysctlApply(virHostReal *real, const virNetworkStep *step, GError **err);
int virHostNftProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err);
int virHostNftApply(virHostReal *real, const virNetworkStep *step, GError **err);
int virHostQosProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err);
int virHostQosApply(virHostReal *real, const virNetworkStep *step, GError **err);
int virHostDnsmasqProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err);
int virHostDnsmasqApply(virHostReal *real, const virNetworkStep *step, GError **err);
int virHostRadvdProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err);
int virHostRadvdApply(virHostReal *real, const virNetworkStep *step, GError **err);

int virHostNftFillAll(virNetworkHost *host, const GPtrArray *plans, GError **err);
int virHostIptablesClear(virNetworkHost *host, const GPtrArray *plans, virNetworkHostCleared *ret_cleared, GError **err);

/*
 * Nftables: what the facets that write rulesets share.
 */

/* Runs @commands as one transaction. Returns NULL, or why that failed in libnftables' words. */
char *virHostNftRun(virHostReal *real, const char *commands);

/* Whether @reason says that what was named is not there. */
gboolean virHostNftIsAbsent(const char *reason);

/* Returns -1 with the error "cannot @what '@object'" and the first line of @reason; the rest is the command again. */
int virHostNftFail(const char *what, const char *object, const char *reason, GError **err);

/*
 * The name of a chain of @bridge. Letters, digits and '-' stand for themselves, all else as _XX, so that two bridges
 * never share a chain.
 */
char *virHostNftNameChain(const char *prefix, const char *bridge);

/* @bridge as a string of nft's; a '*' at its end would else mean any rest. NULL if nft has no way to write it. */
char *virHostNftQuoteName(const char *bridge);
char **virHostZoneList(virNetworkHost *host);

/* Begins and ends to listen for what makes firewalld forget; from the thread of the main loop. */
void virHostZoneListen(virHostReal *real);
void virHostZoneForget(virHostReal *real);

gboolean virHostSriovIsVirtual(virNetworkHost *host, const virPciAddress *address);
GPtrArray *virHostSriovList(virNetworkHost *host, const char *physical);

gboolean virHostLinkExists(virNetworkHost *host, const char *name);
int virHostFactsGather(virNetworkHost *host, virHostFacts *facts, GError **err);
void virHostDnsmasqWatch(virHostReal *real, const virNetworkPlan *plan);
void virHostRadvdWatch(virHostReal *real, const virNetworkPlan *plan);
gboolean virHostDnsmasqReloadPending(virHostReal *real, const char *network);

/* A program that serves networks: host_program.h. */
typedef struct _virHostProgram virHostProgram;

/*
 * Services: the processes that are watched, one per network and program.
 */
void virHostServicesInit(virHostReal *real);
void virHostServicesClear(virHostReal *real);

/* Watches @process; one that is gone already is reported as died from the main loop. */
void virHostServiceWatch(virHostReal *real, const virHostProgram *program, const char *network, const virProcess *process);

/* Ends the watch and cancels a pending reload. Does nothing for a network without that service. */
void virHostServiceForget(virHostReal *real, const virHostProgram *program, const char *network);

/* Returns whether the service of @network is watched, and which process it is. */
gboolean virHostServiceFind(virHostReal *real, const virHostProgram *program, const char *network, virProcess *ret_process);

/*
 * Sends SIGHUP now, or lets the main loop do so when the interval is over. Returns FALSE if none is watched or it is
 * gone.
 */
gboolean virHostServiceReload(virHostReal *real, const virHostProgram *program, const char *network);

gboolean virHostServiceReloadPending(virHostReal *real, const virHostProgram *program, const char *network);
