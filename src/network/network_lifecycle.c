/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_lifecycle.c: define, undefine, start, create, destroy and repair of networks
 *
 * Each is a change like an update is: other versions of the definitions, the same four phases. Called by the driver table
 * and the manager.
 */
#include <string.h>

#include "network_change.h"
#include "network_live.h"
#include "network_parse.h"
#include "network_sriov.h"
#include "network_validate.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- What define and create choose ------------------------------------------------------------------------------ */

struct _virNetworkBridgeClaim {
    const virNetworkObj *obj;
    char *bridge;
};

static gboolean bridgeIsClaimed(virNetworkManager *manager, const char *name, const char *bridge)
{
    guint i;

    for (i = 0; i < manager->bridge_claims->len; i++) {
        const virNetworkBridgeClaim *claim = manager->bridge_claims->pdata[i];

        if (strcmp(claim->obj->name, name) != 0 && strcmp(claim->bridge, bridge) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Whether a definition of another network than that of @name has that bridge, or is to have it, be it its own or one of the host. */
static gboolean bridgeIsDefined(virNetworkManager *manager, const char *name, const char *bridge)
{
    g_autoptr(GPtrArray) all = virNetworkRegistryList(manager->registry);
    guint i;

    if (bridgeIsClaimed(manager, name, bridge))
        return TRUE;
    for (i = 0; i < all->len; i++) {
        virNetworkObj *obj = all->pdata[i];
        g_auto(virNetworkView) view = { 0 };

        if (strcmp(obj->name, name) == 0)
            continue;
        virNetworkObjView(obj, &view);
        if ((view.config && g_strcmp0(view.config->bridge, bridge) == 0) ||
            (view.live && g_strcmp0(view.live->bridge, bridge) == 0))
            return TRUE;
    }
    return FALSE;
}

/* The lowest free name for a pattern with one %d in it; @name is the network's. */
static char *chooseBridge(virNetworkManager *manager, const char *name, const char *pattern)
{
    const char *hole = strstr(pattern, "%d");
    guint n;

    for (n = 0;; n++) {
        g_autofree char *bridge = g_strdup_printf("%.*s%u%s", (int)(hole - pattern), pattern, n, hole + 2);

        if (!bridgeIsDefined(manager, name, bridge) && !manager->host->klass->linkExists(manager->host, bridge))
            return g_steal_pointer(&bridge);
    }
}

/* No name, and a name with two patterns, mean virbrN; one pattern is filled. */
static int fillBridge(virNetworkManager *manager, virNetworkDef *def, GError **err)
{
    g_autofree char *pattern = NULL;
    const char *hole = def->bridge ? strstr(def->bridge, "%d") : NULL;

    if (!def->bridge || !*def->bridge || (hole && strchr(hole + 1, '%')))
        pattern = g_strdup("virbr%d");
    else if (hole)
        pattern = g_strdup(def->bridge);
    if (pattern) {
        g_free(def->bridge);
        def->bridge = chooseBridge(manager, def->name, pattern);
    } else if (bridgeIsDefined(manager, def->name, def->bridge)) {
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "bridge name '%s' already in use.", def->bridge);
    }
    return 0;
}

/* What is the host's keeps its name and address: several networks may put their guests on one bridge. */
int virNetworkLifecycleFill(virNetworkManager *manager, virNetworkDef *def, GError **err)
{
    if (!virNetworkForwardModeIsManaged(def->forward))
        return 0;
    if (!def->has_mac) {
        virMacAddrGenerate(&def->mac);
        def->has_mac = TRUE;
    }
    return fillBridge(manager, def, err);
}

virNetworkBridgeClaim *virNetworkLifecycleClaimBridge(virNetworkManager *manager, const virNetworkObj *obj,
                                                      const virNetworkDef *def)
{
    virNetworkBridgeClaim *claim;

    if (!def->bridge)
        return NULL;
    claim = g_new0(virNetworkBridgeClaim, 1);
    claim->obj = obj;
    claim->bridge = g_strdup(def->bridge);
    g_ptr_array_add(manager->bridge_claims, claim);
    return claim;
}

void virNetworkLifecycleReleaseBridge(virNetworkManager *manager, virNetworkBridgeClaim *claim)
{
    if (!claim)
        return;
    g_mutex_lock(&manager->define_lock);
    g_ptr_array_remove_fast(manager->bridge_claims, claim);
    g_mutex_unlock(&manager->define_lock);
    g_free(claim->bridge);
    g_free(claim);
}

/* --- Names and uuids -------------------------------------------------------------------------------------------- */

/* The object that @def speaks of: by uuid, and then of the same name. *@ret_obj is NULL for a new network. */
static int findSame(virNetworkManager *manager, virNetworkDef *def, virNetworkObj **ret_obj, GError **err)
{
    g_autoptr(virNetworkObj) obj = def->has_uuid ? virNetworkRegistryFindByUUID(manager->registry, def->uuid) : NULL;
    char uuid[VIR_UUID_TEXT_LEN];

    if (obj && strcmp(obj->name, def->name) != 0) {
        return virFail(err, VIR_ERR_OPERATION_FAILED, "network '%s' is already defined with uuid %s", obj->name,
                       virUUIDFormat(obj->uuid, uuid));
    }
    if (!obj) {
        g_autoptr(virNetworkObj) other = virNetworkRegistryFindByName(manager->registry, def->name);

        if (other) {
            return virFail(err, VIR_ERR_OPERATION_FAILED, "network '%s' already exists with uuid %s", other->name,
                           virUUIDFormat(other->uuid, uuid));
        }
        if (!def->has_uuid)
            virUUIDGenerate(def->uuid);
        def->has_uuid = TRUE;
    }
    *ret_obj = g_steal_pointer(&obj);
    return 0;
}

/* --- Define and undefine ---------------------------------------------------------------------------------------- */

/* Completes @def and judges it; @was is the stored version before it. Called with the define lock held. */
static int judgeLocked(virNetworkManager *manager, virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    return virNetworkLifecycleFill(manager, def, err) < 0 || virNetworkDefValidate(def, was, err) < 0
               ? -1 : virNetworkSriovCheck(manager, def, err);
}

/* The same without a version before. What is wrong in itself is told of before a name or uuid that another has. */
static int findJudgedLocked(virNetworkManager *manager, virNetworkDef *def, virNetworkObj **ret_obj, GError **err)
{
    return judgeLocked(manager, def, NULL, err) < 0 ? -1 : findSame(manager, def, ret_obj, err);
}

/* The object of a network that is being made; it does not exist for anybody until its first change is committed. */
static virNetworkObj *addObject(virNetworkManager *manager, const virNetworkDef *def)
{
    virNetworkObj *obj = virNetworkObjNew(def->name, def->uuid);

    virNetworkRegistryAdd(manager->registry, obj);
    return obj;
}

/* A definition on its way. */
typedef struct {
    virNetworkDef *def;             /* borrowed */
    gboolean retry;                 /* it has become another object's meanwhile */
    virNetworkBridgeClaim *claim;
} Define;

/* Called with the define lock held, and the change's own. From here on name, uuid and bridge are taken. */
static int prepareDefineLocked(virNetworkChange *change, Define *define, GError **err)
{
    virNetworkManager *manager = change->manager;
    g_autoptr(virNetworkObj) now = NULL;

    if (findSame(manager, define->def, &now, err) < 0)
        return -1;
    define->retry = now && now != change->obj;
    if (define->retry)
        return 0;
    if (judgeLocked(manager, define->def, change->was.config, err) < 0)
        return -1;
    /* Also for a known object: it may have been undefined while this call waited for it. */
    virNetworkRegistryAdd(manager->registry, change->obj);
    define->claim = virNetworkLifecycleClaimBridge(manager, change->obj, define->def);
    return 0;
}

/* Writes it, with no lock but the change's own: other definitions do not wait for this one's disk. */
static int makeDefine(virNetworkChange *change, virNetworkDef *def, GError **err)
{
    virNetworkChangeSetConfig(change, def);
    if (virNetworkChangeRun(change, err) < 0) {
        if (!virNetworkViewExists(&change->was))
            virNetworkRegistryRemove(change->manager->registry, change->obj);
        return -1;
    }
    virNetworkChangeTell(change, VIR_NETWORK_EVENT_DEFINED);
    return 0;
}

/*
 * The network is waited for without the define lock: who defines another one must not wait for it too. So its object is
 * looked for twice.
 */
static int defineOnce(virNetworkManager *manager, Define *define, GError **err)
{
    g_autoptr(virNetworkObj) obj = NULL;
    g_autoptr(virNetworkChange) change = NULL;
    int ret = 0;

    g_mutex_lock(&manager->define_lock);
    if (findSame(manager, define->def, &obj, NULL) < 0)
        ret = findJudgedLocked(manager, define->def, &obj, err);
    g_mutex_unlock(&manager->define_lock);
    if (ret < 0)
        return -1;
    if (!obj)
        obj = virNetworkObjNew(define->def->name, define->def->uuid);
    change = virNetworkChangeBegin(manager, obj, FALSE, err);
    g_mutex_lock(&manager->define_lock);
    ret = prepareDefineLocked(change, define, err);
    g_mutex_unlock(&manager->define_lock);
    if (ret < 0 || define->retry)
        return ret;
    ret = makeDefine(change, define->def, err);
    virNetworkLifecycleReleaseBridge(manager, g_steal_pointer(&define->claim));
    return ret;
}

int virNetworkLifecycleDefine(virNetworkManager *manager, const char *xml, virNetworkIdent **ret_net, GError **err)
{
    g_autoptr(virNetworkDef) def = virNetworkDefParse(xml, err);
    Define define = { .def = def };

    if (!def)
        return -1;
    do {
        if (defineOnce(manager, &define, err) < 0)
            return -1;
    } while (define.retry);
    VIR_INFO("network '%s': defined", def->name);
    *ret_net = virNetworkIdentNew(def->name, def->uuid);
    return 0;
}

/* What a network may have in the directories of its services. */
static GPtrArray *listFiles(virNetworkManager *manager, const virNetworkDef *def)
{
    static const char *const of_name[] = { "conf", "hostsfile", "addnhosts" };
    const char *bridge = virNetworkDefGetOwnBridge(def);
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    size_t i;

    for (i = 0; manager->keeps_files && i < G_N_ELEMENTS(of_name); i++)
        g_ptr_array_add(paths, g_strdup_printf("%s/%s.%s", manager->dnsmasq_dir, def->name, of_name[i]));
    if (manager->keeps_files && bridge) {
        g_ptr_array_add(paths, g_strdup_printf("%s/%s.status", manager->dnsmasq_dir, bridge));
        g_ptr_array_add(paths, g_strdup_printf("%s/%s.macs", manager->dnsmasq_dir, bridge));
    }
    if (manager->keeps_files && manager->radvd_dir)
        g_ptr_array_add(paths, g_strdup_printf("%s/%s-radvd.conf", manager->radvd_dir, def->name));
    return paths;
}

/* They go with the network, or with its last activity if it is transient. */
static void removeFiles(virNetworkManager *manager, const virNetworkDef *def)
{
    g_autoptr(GPtrArray) paths = listFiles(manager, def);
    guint i;

    for (i = 0; i < paths->len; i++)
        (void)virFileRemove(paths->pdata[i], NULL);     /* left-overs harm nobody: a start writes them anew */
}

int virNetworkLifecycleUndefine(virNetworkManager *manager, virNetworkObj *obj, GError **err)
{
    g_autoptr(virNetworkChange) change = virNetworkChangeBegin(manager, obj, TRUE, err);

    if (!change)
        return -1;
    if (!change->was.config)
        return virFail(err, VIR_ERR_OPERATION_INVALID, "can't undefine transient network");
    if (virNetworkStoreSetAutostart(manager->store, obj->name, FALSE, err) < 0)
        return -1;
    virNetworkChangeSetConfig(change, NULL);
    if (virNetworkChangeRun(change, err) < 0) {
        (void)virNetworkStoreSetAutostart(manager->store, obj->name, change->was.autostart, NULL);
        return -1;
    }
    if (!change->live)
        removeFiles(manager, change->was.config);
    VIR_INFO("network '%s': undefined", obj->name);
    virNetworkChangeTell(change, VIR_NETWORK_EVENT_UNDEFINED);
    return 0;
}

/* --- Start, create and destroy ---------------------------------------------------------------------------------- */

/* Those that are not there: they go again if the start does not come about. */
static GPtrArray *listMissingFiles(virNetworkManager *manager, const virNetworkDef *def)
{
    GPtrArray *paths = listFiles(manager, def);
    guint i;

    for (i = paths->len; i > 0; i--) {
        if (g_file_test(paths->pdata[i - 1], G_FILE_TEST_EXISTS))
            g_ptr_array_remove_index(paths, i - 1);
    }
    return paths;
}

/* What is stored may have faults of earlier times, which are no reason not to list it; but it cannot be started. */
static int startChange(virNetworkChange *change, const virNetworkDef *def, GError **err)
{
    g_autoptr(virNetworkDef) live = virNetworkDefMakeLive(def);

    if (virNetworkDefValidate(def, NULL, err) < 0)
        return -1;
    change->obj->tainted = FALSE;
    change->new_files = listMissingFiles(change->manager, live);
    /* Before anybody looks at the host: a script may make devices that the network needs. */
    if (virNetworkChangeHook(change, VIR_NETWORK_HOOK_START, def, err) < 0 ||
        virNetworkSriovFill(change->manager, live, err) < 0)
        return -1;
    virNetworkChangeSetLive(change, live);
    /* What refuses the started network comes before the commit, so that it is taken back like any other change. */
    if (virNetworkChangePlan(change, err) < 0 || virNetworkChangeStage(change, err) < 0 ||
        virNetworkChangeApply(change, err) < 0 ||
        virNetworkChangeHook(change, VIR_NETWORK_HOOK_STARTED, live, err) < 0 ||
        virNetworkChangeCommit(change, err) < 0)
        return -1;
    VIR_INFO("network '%s': started, %s %s", change->obj->name, live->bridge ? "bridge" : "mode",
             live->bridge ? live->bridge : virNetworkForwardModeName(live->forward));
    virNetworkChangeTell(change, VIR_NETWORK_EVENT_STARTED);
    return 0;
}

int virNetworkLifecycleStart(virNetworkManager *manager, virNetworkObj *obj, GError **err)
{
    g_autoptr(virNetworkChange) change = virNetworkChangeBegin(manager, obj, TRUE, err);

    if (!change)
        return -1;
    if (change->was.live)
        return virFail(err, VIR_ERR_OPERATION_INVALID, "network is already active");
    return startChange(change, change->was.config, err);
}

/*
 * Finds or makes the object to be created. A new one is in the registry from here on, so that its name, uuid and
 * bridge are taken while it is being started without the define lock. Called with the define lock held.
 */
static int prepareCreateLocked(virNetworkManager *manager, virNetworkDef *def, virNetworkObj **ret_obj, GError **err)
{
    g_autoptr(virNetworkObj) obj = NULL;

    if (findJudgedLocked(manager, def, &obj, err) < 0)
        return -1;
    if (!obj)
        obj = addObject(manager, def);
    *ret_obj = g_steal_pointer(&obj);
    return 0;
}

static int createObject(virNetworkManager *manager, virNetworkObj *obj, virNetworkDef *def, GError **err)
{
    g_autoptr(virNetworkChange) change = virNetworkChangeBegin(manager, obj, FALSE, err);
    g_autoptr(virNetworkObj) known = virNetworkRegistryFindByUUID(manager->registry, obj->uuid);
    int ret;

    /* It may have been taken away while this call waited for it. */
    if (known != obj)
        return virNetworkManagerFailGone(obj, err);
    if (change->was.live)
        return virFail(err, VIR_ERR_OPERATION_INVALID, "network is already active as '%s'", obj->name);
    ret = startChange(change, def, err);
    if (ret < 0 && !change->was.config)
        virNetworkRegistryRemove(manager->registry, obj);
    return ret;
}

int virNetworkLifecycleCreate(virNetworkManager *manager, const char *xml, virNetworkIdent **ret_net, GError **err)
{
    g_autoptr(virNetworkDef) def = virNetworkDefParse(xml, err);
    g_autoptr(virNetworkObj) obj = NULL;
    virNetworkBridgeClaim *claim = NULL;
    int ret;

    if (!def)
        return -1;
    g_mutex_lock(&manager->define_lock);
    ret = prepareCreateLocked(manager, def, &obj, err);
    if (ret == 0)
        claim = virNetworkLifecycleClaimBridge(manager, obj, def);
    g_mutex_unlock(&manager->define_lock);
    if (ret == 0)
        ret = createObject(manager, obj, def, err);
    virNetworkLifecycleReleaseBridge(manager, claim);
    if (ret < 0)
        return -1;
    *ret_net = virNetworkIdentNew(def->name, def->uuid);
    return 0;
}

int virNetworkLifecycleDestroy(virNetworkManager *manager, virNetworkObj *obj, GError **err)
{
    g_autoptr(virNetworkChange) change = virNetworkChangeBegin(manager, obj, TRUE, err);

    if (!change)
        return -1;
    if (!change->was.live)
        return virFail(err, VIR_ERR_OPERATION_INVALID, "network '%s' is not active", obj->name);
    virNetworkChangeSetLive(change, NULL);
    if (virNetworkChangeRun(change, err) < 0)
        return -1;
    virNetworkPortsWriteMacs(manager, change->was.live, change->ports);
    if (!change->config)
        removeFiles(manager, change->was.live);
    VIR_INFO("network '%s': destroyed", obj->name);
    virNetworkChangeTell(change, VIR_NETWORK_EVENT_STOPPED);
    (void)virNetworkChangeHook(change, VIR_NETWORK_HOOK_STOPPED, change->was.live, NULL);
    return 0;
}

/* --- Repair ----------------------------------------------------------------------------------------------------- */

int virNetworkLifecycleRepair(virNetworkManager *manager, virNetworkObj *obj, GError **err)
{
    g_autoptr(virNetworkChange) change = virNetworkChangeBegin(manager, obj, FALSE, err);

    if (!change->was.live)
        return 0;
    change->repair = TRUE;
    return virNetworkChangeRun(change, err);
}
