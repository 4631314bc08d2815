/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_repair.c: what has to be done for a network without anybody calling
 *
 * A service died, or a scheduled reload was sent. Both are told from the main loop, which never waits, and done by a thread
 * of the manager's own. There may be many of them: one that waits for a network whose hook script hangs holds up no other.
 */
#include "network_manager.h"
#include "virlog.h"

/* A service that dies again within this time is restarted later and later. */
#define STABLE_AFTER_US (60 * G_USEC_PER_SEC)
#define MAX_BACKOFF_MS 60000

typedef enum {
    REPAIR_SERVICE,         /* a service died: look at the network and bring it back */
    REPAIR_MARK,            /* a scheduled reload was sent: its mark can go */
    REPAIR_PORTS,           /* the daemon has found ports again: hooks are to be told */
} RepairKind;

typedef struct {
    RepairKind kind;
    virNetworkManager *manager;
    virNetworkObj *obj;
} Repair;

static void freeRepair(Repair *repair)
{
    virNetworkObjUnref(repair->obj);
    g_free(repair);
}

static void unmark(virNetworkManager *manager, virNetworkObj *obj)
{
    g_mutex_lock(&obj->change_lock);
    if (g_atomic_int_get(&obj->reload_marked) && !manager->host->klass->reloadPending(manager->host, obj->name)) {
        g_atomic_int_set(&obj->reload_marked, 0);
        virNetworkStoreUnmark(manager->store, obj->name);
    }
    g_mutex_unlock(&obj->change_lock);
}

static void runRepair(gpointer data, gpointer opaque G_GNUC_UNUSED)
{
    Repair *repair = data;
    g_autoptr(GError) error = NULL;

    if (repair->kind == REPAIR_MARK)
        unmark(repair->manager, repair->obj);
    else if (repair->kind == REPAIR_PORTS)
        virNetworkPortsRunHooks(repair->manager, repair->obj);
    else if (virNetworkLifecycleRepair(repair->manager, repair->obj, &error) < 0)
        VIR_ERROR_LOG("network '%s': a service that died could not be restarted: %s", repair->obj->name, error->message);
    freeRepair(repair);
}

static Repair *newRepair(virNetworkManager *manager, const char *network, RepairKind kind)
{
    virNetworkObj *obj = virNetworkRegistryFindByName(manager->registry, network);
    Repair *repair;

    if (!obj)
        return NULL;
    repair = g_new0(Repair, 1);
    repair->kind = kind;
    repair->manager = manager;
    repair->obj = obj;
    return repair;
}

void virNetworkManagerReloaded(virNetworkManager *manager, const char *network)
{
    Repair *repair = newRepair(manager, network, REPAIR_MARK);

    if (!repair)
        return;
    if (g_atomic_int_get(&repair->obj->reload_marked))
        g_thread_pool_push(manager->repairs, repair, NULL);
    else
        freeRepair(repair);
}

static gboolean pushRepair(gpointer data)
{
    Repair *repair = data;

    g_thread_pool_push(repair->manager->repairs, repair, NULL);
    return G_SOURCE_REMOVE;
}

/* The first death is answered at once, the next ones after 1, 2, 4, ... seconds. */
static guint countDeath(virNetworkObj *obj)
{
    gint64 now = g_get_monotonic_time();
    guint delay_ms;

    g_mutex_lock(&obj->lock);
    if (obj->last_death_us && now - obj->last_death_us < STABLE_AFTER_US)
        obj->n_deaths++;
    else
        obj->n_deaths = 0;
    obj->last_death_us = now;
    delay_ms = obj->n_deaths == 0 ? 0 : MIN(MAX_BACKOFF_MS, 1000u << MIN(obj->n_deaths - 1, 10));
    g_mutex_unlock(&obj->lock);
    return delay_ms;
}

void virNetworkManagerServiceDied(virNetworkManager *manager, const char *network, const char *service)
{
    Repair *repair = newRepair(manager, network, REPAIR_SERVICE);
    guint delay_ms;

    if (!repair)
        return;
    delay_ms = countDeath(repair->obj);
    VIR_WARN("network '%s': its %s died; it is restarted %s", network, service, delay_ms ? "after a while" : "now");
    if (delay_ms)
        g_timeout_add(delay_ms, pushRepair, repair);
    else
        pushRepair(repair);
}

GThreadPool *virNetworkRepairPoolNew(void)
{
    return g_thread_pool_new_full(runRepair, NULL, (GDestroyNotify)freeRepair, -1, FALSE, NULL);
}

void virNetworkRepairTellPorts(virNetworkManager *manager, virNetworkObj *obj)
{
    Repair *repair = g_new0(Repair, 1);

    repair->kind = REPAIR_PORTS;
    repair->manager = manager;
    repair->obj = virNetworkObjRef(obj);
    g_thread_pool_push(manager->repairs, repair, NULL);
}
