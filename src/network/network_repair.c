/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_repair.c: what has to be done for a network without anybody calling
 *
 * A service died, a network could not be brought to its state, or a scheduled reload was sent. All are told by the main loop,
 * which never waits, and done by a thread of the manager's own. There may be many of them: one that waits for a network whose
 * hook script hangs holds up no other.
 */
#include "network_manager.h"
#include "virlog.h"

/* A service that dies again within this time is restarted later and later. */
#define STABLE_AFTER_US (60 * G_USEC_PER_SEC)
#define MAX_BACKOFF_MS 60000

/* What failed a moment ago would fail again at once. */
#define MIN_RETRY_MS 1000

typedef enum {
    REPAIR_SERVICE,         /* a service died: look at the network and bring it back */
    REPAIR_RETRY,           /* the same, since it failed before */
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
    delay_ms = obj->n_deaths == 0 ? 0 : MIN(MAX_BACKOFF_MS, 1000u << MIN(obj->n_deaths - 1, 10));
    obj->last_death_us = now + (gint64)delay_ms * 1000;     /* it lives from then on */
    g_mutex_unlock(&obj->lock);
    return delay_ms;
}

void virNetworkRepairRetry(virNetworkManager *manager, virNetworkObj *obj)
{
    Repair *repair;

    /* Without files of its own a manager ends with its connection, before any timer; nothing on its host fails either. */
    if (!manager->keeps_files || !g_atomic_int_compare_and_exchange(&obj->retry_due, FALSE, TRUE))
        return;
    repair = g_new0(Repair, 1);
    repair->kind = REPAIR_RETRY;
    repair->manager = manager;
    repair->obj = virNetworkObjRef(obj);
    g_timeout_add(MAX(countDeath(obj), MIN_RETRY_MS), pushRepair, repair);
}

/* The doubt that a failure leaves has another try scheduled already, unless it failed before it touched anything. */
static void bringBack(const Repair *repair)
{
    const char *name = repair->obj->name;
    g_autoptr(GError) error = NULL;

    if (repair->kind == REPAIR_RETRY)
        g_atomic_int_set(&repair->obj->retry_due, FALSE);
    if (virNetworkLifecycleRepair(repair->manager, repair->obj, &error) == 0) {
        if (repair->kind == REPAIR_RETRY)
            VIR_INFO("network '%s': it was brought back to its state", name);
        return;
    }
    VIR_ERROR_LOG("network '%s': it could not be brought back to its state, and it is tried again: %s", name, error->message);
    virNetworkRepairRetry(repair->manager, repair->obj);
}

static void runRepair(gpointer data, gpointer opaque G_GNUC_UNUSED)
{
    Repair *repair = data;

    if (repair->kind == REPAIR_MARK)
        unmark(repair->manager, repair->obj);
    else if (repair->kind == REPAIR_PORTS)
        virNetworkPortsRunHooks(repair->manager, repair->obj);
    else
        bringBack(repair);
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
