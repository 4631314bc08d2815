/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_record.c: the host that only remembers: each network's plan as the steps so far have brought it about
 *
 * It touches no machine, is always free of other subnets and devices, and nothing on it dies. The test driver runs on
 * it, and unit tests read from it which steps were taken and let one fail.
 */
#include "network_host.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

typedef struct {
    virNetworkHost base;

    GMutex lock;            /* guards all below */
    GHashTable *reached;    /* virNetworkPlan by name of network */
    GString *lines;         /* what was done since it was last asked for */
    unsigned int fail_in;   /* the step that fails, counted from the next one; 0: none */
    GPtrArray *functions;   /* Function; NULL: no hardware is known, and every function is as good as there */
} Record;

typedef struct {
    char *physical;
    virPciAddress address;
    char *device;           /* NULL: none */
} Function;

static void freeFunction(gpointer data)
{
    Function *function = data;

    g_free(function->physical);
    g_free(function->device);
    g_free(function);
}

static int gatherFacts(virNetworkHost *host, virHostFacts *facts, GError **err)
{
    (void)host;
    (void)facts;
    (void)err;
    return 0;
}

static gboolean linkExists(virNetworkHost *host, const char *name)
{
    Record *record = (Record *)host;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&record->lock);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, record->reached);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const virNetworkPlan *plan = value;

        if (plan->link.present && g_strcmp0(plan->bridge, name) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean isVirtualFunction(virNetworkHost *host, const virPciAddress *address)
{
    Record *record = (Record *)host;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&record->lock);

    for (guint i = 0; record->functions && i < record->functions->len; i++) {
        const Function *function = record->functions->pdata[i];

        if (virPciAddressEqual(&function->address, address))
            return TRUE;
    }
    return !record->functions;
}

static GPtrArray *listVirtualFunctions(virNetworkHost *host, const char *physical)
{
    Record *record = (Record *)host;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&record->lock);
    GPtrArray *list = record->functions ? g_ptr_array_new_with_free_func((GDestroyNotify)virHostFunctionFree) : NULL;

    for (guint i = 0; record->functions && i < record->functions->len; i++) {
        const Function *function = record->functions->pdata[i];
        virHostFunction found = { .address = function->address };

        if (g_strcmp0(function->physical, physical) != 0)
            continue;
        found.device = g_strdup(function->device);
        g_ptr_array_add(list, g_memdup2(&found, sizeof(found)));
    }
    return list;
}

static int probe(virNetworkHost *host, const virNetworkPlan *want, virNetworkPlan **ret_plan, GError **err)
{
    Record *record = (Record *)host;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&record->lock);
    const virNetworkPlan *reached = g_hash_table_lookup(record->reached, want->name);

    (void)err;
    *ret_plan = reached ? virNetworkPlanCopy(reached) : virNetworkPlanNew(want->name, want->bridge);
    return 0;
}

static virNetworkPlan *getReachedLocked(Record *record, const virNetworkPlan *plan)
{
    virNetworkPlan *reached = g_hash_table_lookup(record->reached, plan->name);

    if (!reached) {
        reached = virNetworkPlanNew(plan->name, plan->bridge);
        g_hash_table_insert(record->reached, g_strdup(plan->name), reached);
    }
    return reached;
}

static int apply(virNetworkHost *host, const virNetworkStep *step, GError **err)
{
    Record *record = (Record *)host;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&record->lock);
    g_autofree char *line = virNetworkStepFormat(step);

    if (record->fail_in > 0 && --record->fail_in == 0)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "network '%s': step failed on demand: %s", step->to->name, line);
    virNetworkPlanAdvance(getReachedLocked(record, step->to), step);
    g_string_append_printf(record->lines, "%s\n", line);
    return 0;
}

static void watch(virNetworkHost *host, const virNetworkPlan *plan)
{
    (void)host;
    (void)plan;
}

static gboolean reloadPending(virNetworkHost *host, const char *network)
{
    (void)host;
    (void)network;
    return FALSE;
}

static int fillRules(virNetworkHost *host, const GPtrArray *plans, GError **err)
{
    guint i;

    for (i = 0; i < plans->len; i++) {
        const virNetworkStep step = { .verb = VIR_STEP_NFT_FILL, .from = plans->pdata[i], .to = plans->pdata[i],
                                      .why = "all networks at once" };

        if (apply(host, &step, err) < 0)
            return -1;
    }
    return 0;
}

static int clearOthers(virNetworkHost *host, const GPtrArray *plans, virNetworkHostCleared *ret_cleared, GError **err)
{
    (void)host;
    (void)plans;
    (void)err;
    *ret_cleared = (virNetworkHostCleared){ .n_rules = 0 };
    return 0;
}

static void freeRecord(virNetworkHost *host)
{
    Record *record = (Record *)host;

    g_hash_table_unref(record->reached);
    g_string_free(record->lines, TRUE);
    g_clear_pointer(&record->functions, g_ptr_array_unref);
    g_mutex_clear(&record->lock);
    g_free(record);
}

static void freePlan(gpointer plan)
{
    virNetworkPlanFree(plan);
}

static const virNetworkHostClass recordClass = {
    .gatherFacts = gatherFacts,
    .linkExists = linkExists,
    .isVirtualFunction = isVirtualFunction,
    .listVirtualFunctions = listVirtualFunctions,
    .probe = probe,
    .apply = apply,
    .watch = watch,
    .reloadPending = reloadPending,
    .fillRules = fillRules,
    .clearOthers = clearOthers,
    .free = freeRecord,
};

virNetworkHost *virNetworkHostRecordNew(void)
{
    Record *record = g_new0(Record, 1);

    record->base.klass = &recordClass;
    g_mutex_init(&record->lock);
    record->reached = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, freePlan);
    record->lines = g_string_new(NULL);
    return &record->base;
}

char *virNetworkHostRecordTake(virNetworkHost *host)
{
    Record *record = (Record *)host;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&record->lock);
    char *lines = g_strdup(record->lines->str);

    g_string_truncate(record->lines, 0);
    return lines;
}

void virNetworkHostRecordFail(virNetworkHost *host, unsigned int nth)
{
    Record *record = (Record *)host;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&record->lock);

    record->fail_in = nth;
}

void virNetworkHostRecordAddFunction(virNetworkHost *host, const char *physical, const virPciAddress *address,
                                     const char *device)
{
    Record *record = (Record *)host;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&record->lock);
    Function *function = g_new0(Function, 1);

    function->physical = g_strdup(physical);
    function->address = *address;
    function->device = g_strdup(device);
    if (!record->functions)
        record->functions = g_ptr_array_new_with_free_func(freeFunction);
    g_ptr_array_add(record->functions, function);
}
