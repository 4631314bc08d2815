/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_manager.h: the state of the bridge driver, for the files of this folder
 */
#pragma once

#include "network_driver.h"
#include "network_hooks.h"
#include "network_obj.h"
#include "network_store.h"

struct _virNetworkManager {
    virNetworkHost *host;           /* borrowed */
    virNetworkStore *store;
    virNetworkRegistry *registry;
    virNetworkHooks *hooks;
    gboolean keeps_files;           /* FALSE: nothing on disk is ours (test driver) */
    char *dnsmasq_dir;
    char *radvd_dir;                /* may be NULL */
    virAdvertiser advertiser;
    char *run_dir;
    GMutex define_lock;             /* held while names, uuids and bridge names are chosen and taken */
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

/* --- network_lifecycle.c ---------------------------------------------------------------------------------------- */

/* Chooses MAC and bridge name of a managed network that has none yet. */
int virNetworkLifecycleFill(virNetworkManager *manager, virNetworkDef *def, GError **err);

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

/* --- network_update.c ------------------------------------------------------------------------------------------- */

int virNetworkUpdateRun(virNetworkManager *manager, virNetworkObj *obj, const virNetworkUpdateRequest *req, GError **err);

/* Which of the two versions a request is about. */
typedef struct {
    gboolean live;
    gboolean config;
} virNetworkAffected;

/* What @flags (virNetworkUpdateFlags) mean for a network as it is. Fails for a version that it has not. */
int virNetworkAffectedChoose(const virNetworkView *view, unsigned int flags, virNetworkAffected *ret_affected, GError **err);
