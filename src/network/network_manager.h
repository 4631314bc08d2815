/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_manager.h: the state of the bridge driver, for the files of this folder
 */
#pragma once

#include "network_driver.h"
#include "network_events.h"
#include "network_hooks.h"
#include "network_obj.h"
#include "network_store.h"

struct _virNetworkManager {
    virNetworkHost *host;           /* borrowed */
    virNetworkStore *store;
    virNetworkRegistry *registry;
    virNetworkHooks *hooks;
    virNetworkEvents *events;
    gboolean keeps_files;           /* FALSE: nothing on disk is ours (test driver) */
    char *dnsmasq_dir;
    char *radvd_dir;                /* may be NULL */
    virAdvertiser advertiser;
    char *run_dir;
    GMutex define_lock;             /* held while names, uuids and bridge names are chosen and taken; guards the next */
    GPtrArray *bridge_claims;       /* virNetworkBridgeClaim */
    GMutex claims_lock;             /* guards the claim of every object */
    GThreadPool *repairs;           /* for what timers and dying services ask for */
};

/* Facts without subnets; those are gathered only where addresses change. */
virHostFacts *virNetworkManagerNewFacts(virNetworkManager *manager);

/* The object of an existing network, by uuid; NULL with VIR_ERR_NO_NETWORK. */
virNetworkObj *virNetworkManagerFind(virNetworkManager *manager, const virNetworkIdent *net, GError **err);

/* Fails with VIR_ERR_NO_NETWORK for @obj: it is gone. */
int virNetworkManagerFailGone(const virNetworkObj *obj, GError **err);

/* --- network_repair.c ------------------------------------------------------------------------------------------- */

/* The threads that run repairs. */
GThreadPool *virNetworkRepairPoolNew(void);

/* Has @obj brought back to its state some time later, again and again while it fails. From any thread, whatever it holds. */
void virNetworkRepairRetry(virNetworkManager *manager, virNetworkObj *obj);

/* Has the hooks told of the ports of @obj, by a thread of the pool. */
void virNetworkRepairTellPorts(virNetworkManager *manager, virNetworkObj *obj);

/* --- network_lifecycle.c ---------------------------------------------------------------------------------------- */

/*
 * Gives @def what a managed network needs and does not say: the bridge's name and MAC. Fails if another network has its
 * bridge. Called with the define lock held.
 */
int virNetworkLifecycleFill(virNetworkManager *manager, virNetworkDef *def, GError **err);

/* A bridge's name kept from other networks while a definition with it is on its way to the disk or the host. */
typedef struct _virNetworkBridgeClaim virNetworkBridgeClaim;

/* Claims the bridge of @def for @obj; NULL if it has none. Called with the define lock held, by which it was found free. */
virNetworkBridgeClaim *virNetworkLifecycleClaimBridge(virNetworkManager *manager, const virNetworkObj *obj,
                                                      const virNetworkDef *def);

/* Frees @claim, which may be NULL. Called without the define lock. */
void virNetworkLifecycleReleaseBridge(virNetworkManager *manager, virNetworkBridgeClaim *claim);

int virNetworkLifecycleDefine(virNetworkManager *manager, const char *xml, virNetworkIdent **ret_net, GError **err);
int virNetworkLifecycleUndefine(virNetworkManager *manager, virNetworkObj *obj, GError **err);
int virNetworkLifecycleStart(virNetworkManager *manager, virNetworkObj *obj, GError **err);
int virNetworkLifecycleCreate(virNetworkManager *manager, const char *xml, virNetworkIdent **ret_net, GError **err);
int virNetworkLifecycleDestroy(virNetworkManager *manager, virNetworkObj *obj, GError **err);

/* Brings the host to what @obj is, whatever it shows now: after a crash, a died service, a reload. */
int virNetworkLifecycleRepair(virNetworkManager *manager, virNetworkObj *obj, GError **err);

/* --- network_text.c --------------------------------------------------------------------------------------------- */

int virNetworkTextGet(const virNetworkView *view, const virNetworkTextRequest *req, char **ret_text, GError **err);
int virNetworkTextSet(virNetworkManager *manager, virNetworkObj *obj, const virNetworkTextRequest *req, GError **err);

/* --- network_driver.c ------------------------------------------------------------------------------------------- */

/* The manager of a connection that virNetworkConnectionNew made. */
virNetworkManager *virNetworkConnectionGetManager(void *conn);

/* --- network_ports.c -------------------------------------------------------------------------------------------- */

/* Tells @facts what ports have been promised. */
void virNetworkPortsAddFloors(const GPtrArray *ports, virHostFacts *facts);

/* Whether two lists of ports have been promised the same. */
gboolean virNetworkPortsSameFloors(const GPtrArray *a, const GPtrArray *b);

/* Tells the hooks of each port of a network that was found running. Waits for them. */
void virNetworkPortsRunHooks(virNetworkManager *manager, virNetworkObj *obj);

/* Fails with VIR_ERR_NO_NETWORK_PORT. */
int virNetworkPortsFailGone(const unsigned char *uuid, GError **err);

/* One virNetworkPortCreateXML call. */
typedef struct {
    const char *xml;
    unsigned int flags;     /* virNetworkPortCreateFlags */
} virNetworkPortRequest;

int virNetworkPortsCreate(virNetworkManager *manager, virNetworkObj *obj, const virNetworkPortRequest *req,
                          unsigned char *ret_uuid, GError **err);
int virNetworkPortsDelete(virNetworkManager *manager, virNetworkObj *obj, const unsigned char *uuid, GError **err);
int virNetworkPortsSetBandwidth(virNetworkManager *manager, virNetworkObj *obj, const unsigned char *uuid,
                                virNetworkBandwidth *bandwidth, GError **err);

/* --- network_ports_macs.c --------------------------------------------------------------------------------------- */

/* Writes BRIDGE.macs of a managed network. That it cannot be written is logged. */
void virNetworkPortsWriteMacs(virNetworkManager *manager, const virNetworkDef *def, const GPtrArray *ports);

/* --- network_update.c ------------------------------------------------------------------------------------------- */

int virNetworkUpdateRun(virNetworkManager *manager, virNetworkObj *obj, const virNetworkUpdateRequest *req, GError **err);

/*
 * The same up to the plan, as virNetworkPriceFormat writes it, which the caller frees: what is stored, live and on the host stays
 * as it is, and no script runs. NULL on failure.
 */
char *virNetworkUpdateRehearse(virNetworkManager *manager, virNetworkObj *obj, const virNetworkUpdateRequest *req,
                               GError **err);

/* Which of the two versions a request is about. */
typedef struct {
    gboolean live;
    gboolean config;
} virNetworkAffected;

/* What @flags (virNetworkUpdateFlags) mean for a network as it is. Fails for a version that it has not. */
int virNetworkAffectedChoose(const virNetworkView *view, unsigned int flags, virNetworkAffected *ret_affected, GError **err);
