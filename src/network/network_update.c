/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_update.c: virNetworkUpdate in the bridge and test drivers, from the request to the commit
 *
 * This is the one place that shows the whole chain; each line is a phase, and each phase is another file's.
 */
#include <libvirt/libvirt.h>
#include <string.h>

#include "network_change.h"
#include "network_live.h"
#include "network_port_plug.h"
#include "network_section.h"
#include "network_sriov.h"
#include "network_validate.h"
#include "plan_price.h"
#include "virerror.h"
#include "virlog.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

int virNetworkAffectedChoose(const virNetworkView *view, unsigned int flags, virNetworkAffected *ret_affected, GError **err)
{
    virNetworkAffected affected = {
        .live = (flags & VIR_NETWORK_UPDATE_AFFECT_LIVE) != 0,
        .config = (flags & VIR_NETWORK_UPDATE_AFFECT_CONFIG) != 0,
    };

    if (!affected.live && !affected.config) {
        affected.live = view->live != NULL;
        affected.config = !affected.live;
    }
    if (affected.live && !view->live)
        return virFail(err, VIR_ERR_OPERATION_INVALID, "network is not running");
    if (affected.config && !view->config)
        return virFail(err, VIR_ERR_OPERATION_INVALID, "cannot change persistent config of a transient network");
    *ret_affected = affected;
    return 0;
}

/* --- The new versions ------------------------------------------------------------------------------------------- */

/* One request, and what is known of it so far. */
typedef struct {
    const virNetworkUpdateRequest *req;
    gboolean rehearsal;         /* it ends with its plan */
    virNetworkSectionEdit what;
    virNetworkAffected affected;
    virNetworkBridgeClaim *claim;   /* on a new name of the stored bridge, which stays free until the commit */
} Update;

static gboolean sameAddresses(const virNetworkDef *a, const virNetworkDef *b)
{
    guint i;

    if (a->forward_addresses->len != b->forward_addresses->len)
        return FALSE;
    for (i = 0; i < a->forward_addresses->len; i++) {
        if (!virPciAddressEqual(a->forward_addresses->pdata[i], b->forward_addresses->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

/* @def if it is a good successor of @was, which is itself the answer where nothing differs; NULL on failure. */
static virNetworkDef *judge(const virNetworkChange *change, virNetworkDef *was, virNetworkDef *def, GError **err)
{
    if (virNetworkDefEqual(def, was))
        return virNetworkDefRef(was);
    if (virNetworkDefValidate(def, was, err) < 0 ||
        (!sameAddresses(def, was) && virNetworkSriovCheck(change->manager, def, err) < 0))
        return NULL;
    return virNetworkDefRef(def);
}

static virNetworkDef *editLive(const virNetworkChange *change, const Update *update, GError **err)
{
    virNetworkDef *was = change->was.live;
    g_autoptr(virNetworkDef) def = virNetworkSectionApply(was, &update->what, err);
    g_autoptr(virNetworkDef) live = def ? virNetworkDefMakeLive(def) : NULL;

    if (!live || virNetworkDefCheckLive(was, live, err) < 0 || virNetworkSriovFill(change->manager, live, err) < 0 ||
        virNetworkPortListCheckPool(change->was.ports, was, live, err) < 0)
        return NULL;
    return judge(change, was, live, err);
}

/* Whether the stored bridge is to be another one, or there was none of ours. */
static gboolean needsBridge(const virNetworkDef *was, const virNetworkDef *is)
{
    return virNetworkForwardModeIsManaged(is->forward) &&
           (!virNetworkForwardModeIsManaged(was->forward) || g_strcmp0(was->bridge, is->bridge) != 0);
}

static int claimBridge(virNetworkChange *change, Update *update, virNetworkDef *def, GError **err)
{
    virNetworkManager *manager = change->manager;
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&manager->define_lock);

    if (virNetworkLifecycleFill(manager, def, err) < 0)
        return -1;
    update->claim = virNetworkLifecycleClaimBridge(manager, change->obj, def);
    return 0;
}

static virNetworkDef *editConfig(virNetworkChange *change, Update *update, GError **err)
{
    virNetworkDef *was = change->was.config;
    g_autoptr(virNetworkDef) def = virNetworkSectionApply(was, &update->what, err);

    if (!def || (needsBridge(was, def) && claimBridge(change, update, def, err) < 0))
        return NULL;
    return judge(change, was, def, err);
}

static int editVersions(virNetworkChange *change, Update *update, GError **err)
{
    g_autoptr(virNetworkDef) live = update->affected.live ? editLive(change, update, err) : NULL;
    g_autoptr(virNetworkDef) config = NULL;

    if (update->affected.live && !live)
        return -1;
    if (live) {
        update->what.other_was = change->was.live;
        update->what.other = live;
    }
    config = update->affected.config ? editConfig(change, update, err) : NULL;
    if (update->affected.config && !config)
        return -1;
    virNetworkChangeSetVersions(change, live, config);
    return 0;
}

static void logUpdate(const virNetworkChange *change, unsigned int section)
{
    guint n_steps = change->steps ? change->steps->len : 0;

    VIR_INFO("network '%s': section %s updated%s%s, %u steps on the host", change->obj->name,
             virNetworkSectionName(section), change->live != change->was.live ? ", live" : "",
             change->config != change->was.config ? ", config" : "", n_steps);
}

/* The first phases, which touch nothing. NULL on failure. */
static virNetworkChange *planUpdate(virNetworkManager *manager, virNetworkObj *obj, Update *update, GError **err)
{
    const virNetworkUpdateRequest *req = update->req;
    g_autoptr(virNetworkChange) change = virNetworkChangeBegin(manager, obj, TRUE, err);
    const virXMLSource source = { .text = req->xml, .source = "network_update_xml", .domain = VIR_FROM_NETWORK };
    g_autoptr(virXMLDoc) doc = NULL;

    if (!change || virNetworkAffectedChoose(&change->was, req->flags, &update->affected, err) < 0)
        return NULL;
    doc = virXMLParse(&source, err);
    if (!doc)
        return NULL;
    change->rehearsal = update->rehearsal;
    update->what = (virNetworkSectionEdit){ .command = req->command, .section = req->section,
                                            .parent_index = req->parent_index, .root = xmlDocGetRootElement(doc) };
    if (editVersions(change, update, err) < 0 ||
        virNetworkChangePlan(change, err) < 0)
        return NULL;
    return g_steal_pointer(&change);
}

/* The others. */
static int makeUpdate(virNetworkChange *change, const Update *update, GError **err)
{
    if (virNetworkChangeStage(change, err) < 0 ||
        virNetworkChangeApply(change, err) < 0 ||
        virNetworkChangeCommit(change, err) < 0)
        return -1;
    virNetworkChangeWarnOfLeases(change);
    logUpdate(change, update->req->section);
    (void)virNetworkChangeHook(change, VIR_NETWORK_HOOK_UPDATED, change->live ? change->live : change->config, NULL);
    return 0;
}

int virNetworkUpdateRun(virNetworkManager *manager, virNetworkObj *obj, const virNetworkUpdateRequest *req, GError **err)
{
    Update update = { .req = req };
    virNetworkChange *change = planUpdate(manager, obj, &update, err);
    int ret = change ? makeUpdate(change, &update, err) : -1;

    virNetworkChangeFree(change);
    virNetworkLifecycleReleaseBridge(manager, update.claim);
    return ret;
}

char *virNetworkUpdateRehearse(virNetworkManager *manager, virNetworkObj *obj, const virNetworkUpdateRequest *req,
                               GError **err)
{
    Update update = { .req = req, .rehearsal = TRUE };
    virNetworkChange *change = planUpdate(manager, obj, &update, err);
    char *text = NULL;

    if (change) {
        text = virNetworkPriceFormat(&(virNetworkPricedChange){
            .steps = change->steps, .live = change->live != change->was.live,
            .config = change->config != change->was.config });
    }
    virNetworkChangeFree(change);
    virNetworkLifecycleReleaseBridge(manager, update.claim);
    return text;
}
