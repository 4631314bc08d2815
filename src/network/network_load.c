/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_load.c: networks from disk: at the daemon's start, and again when it is told to reload
 *
 * Whatever an earlier daemon left, on disk and on the host, becomes whole here: all old or all new. Called by the daemon.
 */
#include <string.h>

#include "network_complete.h"
#include "network_fault.h"
#include "network_manager.h"
#include "virerror.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* The plan of @def; @ports is NULL where there are none. */
static int renderDef(virNetworkManager *manager, const virNetworkDef *def, const GPtrArray *ports, virNetworkPlan **ret_plan,
                     GError **err)
{
    g_autoptr(virHostFacts) facts = virNetworkManagerNewFacts(manager);

    if (ports)
        virNetworkPortsAddFloors(ports, facts);
    return virNetworkPlanRender(def, facts, ret_plan, err);
}

static int applyDifference(virNetworkManager *manager, const virNetworkPlan *from, const virNetworkPlan *to, GError **err)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);
    guint i;

    for (i = 0; i < steps->len; i++) {
        g_autofree char *text = virNetworkStepFormat(steps->pdata[i]);

        VIR_INFO("network '%s': %s", to->name, text);
        if (manager->host->klass->apply(manager->host, steps->pdata[i], err) < 0)
            return -1;
    }
    return 0;
}

/* An active network, and what the host was found to show of it. */
typedef struct {
    virNetworkObj *obj;
    gboolean marked;            /* a change was in the middle */
    virNetworkPlan *wanted;
    virNetworkPlan *present;
} Found;

static void freeFound(gpointer data)
{
    Found *found = data;

    virNetworkObjUnref(found->obj);
    virNetworkPlanFree(found->wanted);
    virNetworkPlanFree(found->present);
    g_free(found);
}

/* A load at work. */
typedef struct {
    virNetworkManager *manager;
    GPtrArray *found;       /* Found */
    GPtrArray *settled;     /* virNetworkPlan of each network whose rules are as it wants them */
} Loading;

static void freePlan(gpointer plan)
{
    virNetworkPlanFree(plan);
}

/* Takes what an interrupted start, or a network whose bridge went, has left on the host. */
static void clearLeftOver(Loading *loading, const virNetworkDef *def)
{
    virNetworkManager *manager = loading->manager;
    g_autoptr(virNetworkPlan) wanted = NULL;
    g_autoptr(virNetworkPlan) present = NULL;
    g_autoptr(virNetworkPlan) nothing = virNetworkPlanNewEmpty(def);
    g_autoptr(GError) error = NULL;

    if (renderDef(manager, def, NULL, &wanted, &error) < 0 ||
        manager->host->klass->probe(manager->host, wanted, &present, &error) < 0 ||
        applyDifference(manager, present, nothing, &error) < 0)
        VIR_ERROR_LOG("network '%s': what was left of it could not be cleared: %s", def->name, error->message);
    if (wanted)
        g_ptr_array_add(loading->settled, g_steal_pointer(&wanted));
}

/* Looks at what the host shows of an active network; settleAll brings it to what its status says. */
static int examine(Loading *loading, virNetworkObj *obj, const virNetworkStored *stored, GError **err)
{
    virNetworkManager *manager = loading->manager;
    g_autoptr(virNetworkPlan) wanted = NULL;
    g_autoptr(virNetworkPlan) present = NULL;
    g_autoptr(virNetworkPlan) asked = NULL;
    Found *found;

    if (renderDef(manager, stored->live, stored->ports, &wanted, err) < 0)
        return -1;
    asked = virNetworkPlanCopy(wanted);
    if (stored->attempted && renderDef(manager, stored->attempted, NULL, &obj->attempted, NULL) == 0)
        virNetworkPlanAddTraces(asked, obj->attempted);
    /* Whatever becomes of the rest: its subnets are its own, and what is doubtful stays so until a change has settled it. */
    obj->claim = virNetworkPlanCopy(wanted);
    obj->in_doubt = stored->marked;
    if (manager->host->klass->probe(manager->host, asked, &present, err) < 0)
        return -1;
    present->radvd.loaded = !stored->marked;
    present->dnsmasq.loaded = present->dnsmasq.loaded && stored->stale != VIR_STALE_CONF;
    present->dnsmasq.hosts_stale = stored->stale == VIR_STALE_HOSTS;
    obj->in_doubt = TRUE;
    found = g_new0(Found, 1);
    found->obj = virNetworkObjRef(obj);
    found->marked = stored->marked;
    found->wanted = g_steal_pointer(&wanted);
    found->present = g_steal_pointer(&present);
    g_ptr_array_add(loading->found, found);
    return 0;
}

/*
 * The rules of all networks at once: each transaction costs time by the size of the whole table. Rules may be there before
 * anything else of a network is. If it fails, each network's own difference says where and why.
 */
static void fillRules(Loading *loading)
{
    virNetworkHost *host = loading->manager->host;
    g_autoptr(GPtrArray) plans = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    guint i;

    for (i = 0; i < loading->found->len; i++) {
        const Found *found = loading->found->pdata[i];

        if (found->wanted->nft.present && !(found->present->nft.present && found->present->nft.known))
            g_ptr_array_add(plans, found->wanted);
    }
    if (plans->len < 2)
        return;
    if (host->klass->fillRules(host, plans, &error) < 0) {
        VIR_WARN("%s", error->message);
        return;
    }
    VIR_INFO("firewall rules of %u networks were filled in", plans->len);
    for (i = 0; i < loading->found->len; i++) {
        const Found *found = loading->found->pdata[i];
        const virNetworkStep step = { .verb = VIR_STEP_NFT_FILL, .from = found->present, .to = found->wanted };

        if (g_ptr_array_find(plans, found->wanted, NULL))
            virNetworkPlanAdvance(found->present, &step);
    }
}

static void failToBringBack(virNetworkManager *manager, virNetworkObj *obj, const GError *error)
{
    VIR_ERROR_LOG("network '%s': it could not be brought back to its state, and it is tried again: %s", obj->name, error->message);
    virNetworkRepairRetry(manager, obj);
}

static int settle(Loading *loading, Found *found, GError **err)
{
    virNetworkManager *manager = loading->manager;

    if (applyDifference(manager, found->present, found->wanted, err) < 0)
        return -1;
    virNetworkObjClearDoubt(found->obj);
    manager->host->klass->watch(manager->host, found->wanted);
    g_ptr_array_add(loading->settled, virNetworkPlanCopy(found->wanted));
    found->obj->applied = g_steal_pointer(&found->wanted);
    return 0;
}

static void settleAll(Loading *loading)
{
    guint i;

    fillRules(loading);
    for (i = 0; i < loading->found->len; i++) {
        Found *found = loading->found->pdata[i];
        g_autoptr(GError) error = NULL;

        if (settle(loading, found, &error) < 0)
            failToBringBack(loading->manager, found->obj, error);
        else if (found->marked)
            virNetworkStoreUnmark(loading->manager->store, found->obj->name);
    }
}

/*
 * Whether an active network's bridge was taken away by somebody else while no daemon ran. The network is then not
 * active any more. After a crash in the middle of a change it may have been us, and the change is taken back instead.
 */
static gboolean hasVanished(virNetworkManager *manager, const virNetworkStored *stored)
{
    const char *bridge = virNetworkDefGetOwnBridge(stored->live);

    return bridge && !stored->marked && !manager->host->klass->linkExists(manager->host, bridge);
}

static void forgetLive(Loading *loading, virNetworkStored *stored)
{
    virNetworkStoreChange files = { .name = stored->name, .status_action = VIR_STORE_REMOVE };
    g_autoptr(GError) error = NULL;

    VIR_WARN("network '%s': its bridge %s is gone, so that it is not active any more", stored->name, stored->live->bridge);
    clearLeftOver(loading, stored->live);
    if (virNetworkStoreCommit(loading->manager->store, &files, &error) < 0)
        VIR_ERROR_LOG("network '%s': %s", stored->name, error->message);
    virNetworkStoreRemovePorts(loading->manager->store, stored->name);
    g_clear_pointer(&stored->live, virNetworkDefUnref);
    g_clear_pointer(&stored->ports, g_ptr_array_unref);
}

/* Two files with one uuid: the first in the order of names is taken. */
static gboolean isTaken(virNetworkManager *manager, const virNetworkStored *stored, const virNetworkDef *def)
{
    g_autoptr(virNetworkObj) other = virNetworkRegistryFindByUUID(manager->registry, def->uuid);

    if (other)
        VIR_ERROR_LOG("network '%s': skipped, since its uuid is that of network '%s'", stored->name, other->name);
    return other != NULL;
}

/* Ports that were found again; hooks are told of them once the network is restored. */
static void replacePorts(virNetworkManager *manager, virNetworkObj *obj, const virNetworkStored *stored)
{
    g_ptr_array_unref(obj->ports);
    obj->ports = g_ptr_array_ref(stored->ports);
    virNetworkPortsWriteMacs(manager, stored->live, stored->ports);
}

/* Whether there is anybody to be told. */
static gboolean hasPorts(const virNetworkObj *obj)
{
    return obj->live && obj->ports->len > 0;
}

static void loadOne(Loading *loading, virNetworkStored *stored)
{
    virNetworkManager *manager = loading->manager;
    const virNetworkDef *def;
    g_autoptr(virNetworkObj) obj = NULL;
    g_autoptr(GError) error = NULL;

    if (stored->live && hasVanished(manager, stored))
        forgetLive(loading, stored);
    if (stored->attempted && !stored->live)
        clearLeftOver(loading, stored->attempted);
    def = stored->live ? stored->live : stored->config;
    if (def && isTaken(manager, stored, def))
        return;
    if (def) {
        obj = virNetworkObjNew(stored->name, def->uuid);
        obj->config = virNetworkDefRef(stored->config);
        obj->live = virNetworkDefRef(stored->live);
        if (stored->ports)
            replacePorts(manager, obj, stored);
        obj->tainted = stored->live && stored->tainted;
        obj->autostart = stored->config && virNetworkStoreGetAutostart(manager->store, stored->name);
        virNetworkRegistryAdd(manager->registry, obj);
    }
    if (stored->live && examine(loading, obj, stored, &error) < 0)
        failToBringBack(manager, obj, error);
    else if (!stored->live && stored->marked)
        virNetworkStoreUnmark(manager->store, stored->name);
}

/* Our rules are in place: those that another libvirt has left of the same networks would only be in their way. */
static void clearOthers(Loading *loading)
{
    virNetworkHost *host = loading->manager->host;
    virNetworkHostCleared cleared = { .n_rules = 0 };
    g_autoptr(GError) error = NULL;

    if (loading->settled->len == 0)
        return;
    if (host->klass->clearOthers(host, loading->settled, &cleared, &error) < 0) {
        VIR_ERROR_LOG("%s", error->message);
        return;
    }
    if (cleared.n_rules > 0)
        VIR_INFO("%u firewall rules of another libvirt were replaced by our own", cleared.n_rules);
    if (cleared.legacy)
        VIR_WARN("there are firewall tables of iptables-legacy, which cannot be looked into; if 'iptables-legacy-save' and "
                 "'ip6tables-legacy-save' show rules in chains LIBVIRT_*, these go on rejecting: empty the chains by "
                 "'iptables-legacy -F CHAIN', those of the other tables by '-t nat -F' and '-t mangle -F'");
}

/* Completes the definition, if it is not complete, before the network is loaded. */
static void completeAndLoad(Loading *loading, virNetworkStored *stored)
{
    g_autoptr(GError) error = NULL;

    if (stored->config && !virNetworkIsComplete(stored->config) &&
        virNetworkComplete(loading->manager, stored, &error) < 0) {
        VIR_ERROR_LOG("network '%s': its definition is not used: %s", stored->name, error->message);
        g_clear_pointer(&stored->config, virNetworkDefUnref);
    }
    loadOne(loading, stored);
}

/* What is yet to be chosen for a network keeps out of the others' way, and a subnet out of all others': they come first. */
static guint rankOf(const virNetworkStored *stored)
{
    if (!stored->config || virNetworkIsComplete(stored->config))
        return 0;
    return virNetworkMayMove(stored->config) ? 2 : 1;
}

static void loadAll(Loading *loading, const GPtrArray *all)
{
    g_autofree guint *ranks = g_new0(guint, all->len + 1);
    guint rank, i;

    for (i = 0; i < all->len; i++)
        ranks[i] = rankOf(all->pdata[i]);
    for (rank = 0; rank <= 2; rank++) {
        for (i = 0; i < all->len; i++) {
            if (ranks[i] == rank)
                completeAndLoad(loading, all->pdata[i]);
        }
    }
}

static void tellOfPorts(virNetworkManager *manager)
{
    g_autoptr(GPtrArray) all = virNetworkRegistryList(manager->registry);
    guint i;

    for (i = 0; i < all->len; i++) {
        if (hasPorts(all->pdata[i]))
            virNetworkRepairTellPorts(manager, all->pdata[i]);
    }
}

int virNetworkManagerLoad(virNetworkManager *manager, GError **err)
{
    g_autoptr(GPtrArray) all = NULL;
    g_autoptr(GPtrArray) settled = g_ptr_array_new_with_free_func(freePlan);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(freeFound);
    Loading loading = { .manager = manager, .found = found, .settled = settled };

    if (virNetworkStorePrepare(manager->store, err) < 0 || virNetworkStoreLoad(manager->store, &all, err) < 0)
        return -1;
    loadAll(&loading, all);
    settleAll(&loading);
    clearOthers(&loading);
    tellOfPorts(manager);
    return 0;
}

void virNetworkManagerAutostart(virNetworkManager *manager)
{
    g_autoptr(GPtrArray) all = virNetworkRegistryList(manager->registry);
    gboolean is_due = virNetworkStoreClaimAutostart(manager->store);
    guint i;

    for (i = 0; is_due && i < all->len; i++) {
        g_auto(virNetworkView) view = { 0 };
        g_autoptr(GError) error = NULL;

        virNetworkObjView(all->pdata[i], &view);
        if (view.autostart && !view.live && virNetworkLifecycleStart(manager, all->pdata[i], &error) < 0)
            VIR_ERROR_LOG("network '%s': autostart failed: %s", view.config->name, error->message);
    }
    virNetworkFaultArm();
}

/* --- Reloading -------------------------------------------------------------------------------------------------- */

/* The file is read again under the change lock: it may have been changed since by a call, whose version holds. */
static void reloadKnown(virNetworkManager *manager, virNetworkObj *obj)
{
    g_autoptr(virNetworkDef) config = NULL;

    g_mutex_lock(&obj->change_lock);
    config = virNetworkStoreReadConfig(manager->store, obj->name);
    g_mutex_lock(&obj->lock);
    if (config && memcmp(config->uuid, obj->uuid, VIR_UUID_LEN) == 0 &&
        !(obj->config && virNetworkDefEqual(obj->config, config))) {
        virNetworkDefUnref(obj->config);
        obj->config = virNetworkDefRef(config);
    }
    obj->autostart = obj->config && virNetworkStoreGetAutostart(manager->store, obj->name);
    g_mutex_unlock(&obj->lock);
    g_mutex_unlock(&obj->change_lock);
}

/* The object of a stored definition, made if it is new; NULL if its name or uuid is another's. */
static virNetworkObj *findStoredLocked(virNetworkManager *manager, const virNetworkStored *stored)
{
    g_autoptr(virNetworkObj) obj = virNetworkRegistryFindByUUID(manager->registry, stored->config->uuid);
    g_autoptr(virNetworkObj) namesake = virNetworkRegistryFindByName(manager->registry, stored->name);

    if (obj != namesake) {
        VIR_ERROR_LOG("network '%s': its file's uuid or name is another network's; skipped", stored->name);
        return NULL;
    }
    if (!obj) {
        g_autoptr(virNetworkDef) config = virNetworkStoreReadConfig(manager->store, stored->name);

        /* Undefined since, or it is not what it was: then the next reload looks at it. */
        if (!config || memcmp(config->uuid, stored->config->uuid, VIR_UUID_LEN) != 0)
            return NULL;
        obj = virNetworkObjNew(stored->name, config->uuid);
        obj->config = g_steal_pointer(&config);
        virNetworkRegistryAdd(manager->registry, obj);
    }
    return g_steal_pointer(&obj);
}

/* Takes over a stored definition that is new or was changed by hand. */
static void reloadConfig(virNetworkManager *manager, virNetworkStored *stored)
{
    g_autoptr(virNetworkObj) obj = NULL;
    g_autoptr(GError) error = NULL;

    g_mutex_lock(&manager->define_lock);
    if (!virNetworkIsComplete(stored->config) && virNetworkComplete(manager, stored, &error) < 0)
        VIR_ERROR_LOG("network '%s': its definition is not used: %s", stored->name, error->message);
    else
        obj = findStoredLocked(manager, stored);
    g_mutex_unlock(&manager->define_lock);
    if (obj)
        reloadKnown(manager, obj);
}

void virNetworkManagerReload(virNetworkManager *manager)
{
    g_autoptr(GPtrArray) stored = NULL;
    g_autoptr(GPtrArray) all = NULL;
    g_autoptr(GError) error = NULL;
    guint i;

    if (virNetworkStoreReadConfigs(manager->store, &stored, &error) < 0)
        VIR_ERROR_LOG("reload: %s", error->message);
    for (i = 0; stored && i < stored->len; i++)
        reloadConfig(manager, stored->pdata[i]);
    all = virNetworkRegistryList(manager->registry);
    for (i = 0; i < all->len; i++) {
        virNetworkObj *obj = all->pdata[i];
        g_autoptr(GError) failure = NULL;

        if (virNetworkLifecycleRepair(manager, obj, &failure) < 0)
            VIR_ERROR_LOG("network '%s': reload failed: %s", obj->name, failure->message);
    }
}
