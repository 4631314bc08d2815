/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_change.c: the transaction in which a network becomes another
 *
 * The phases are those of docs/architecture.md: plan, stage, apply, commit. Nothing here knows what kind of change it is.
 */
#include "network_change.h"

#include <string.h>

#include "network_fault.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

virNetworkChange *virNetworkChangeBegin(virNetworkManager *manager, virNetworkObj *obj, gboolean must_exist, GError **err)
{
    virNetworkChange *change = g_new0(virNetworkChange, 1);

    g_mutex_lock(&obj->change_lock);
    change->manager = manager;
    change->obj = virNetworkObjRef(obj);
    change->files.name = obj->name;
    virNetworkObjView(obj, &change->was);
    change->config = virNetworkDefRef(change->was.config);
    change->live = virNetworkDefRef(change->was.live);
    change->ports = g_ptr_array_ref(change->was.ports);
    if (must_exist && !virNetworkViewExists(&change->was)) {
        virNetworkManagerFailGone(obj, err);
        virNetworkChangeFree(change);
        return NULL;
    }
    return change;
}

static void replaceDef(virNetworkDef **have, virNetworkDef *def)
{
    virNetworkDefRef(def);
    virNetworkDefUnref(*have);
    *have = def;
}

void virNetworkChangeSetConfig(virNetworkChange *change, virNetworkDef *config)
{
    replaceDef(&change->config, config);
}

static void replacePorts(GPtrArray **have, GPtrArray *ports)
{
    g_ptr_array_ref(ports);
    g_ptr_array_unref(*have);
    *have = ports;
}

void virNetworkChangeSetLive(virNetworkChange *change, virNetworkDef *live)
{
    replaceDef(&change->live, live);
    if (!live) {
        g_ptr_array_unref(change->ports);
        change->ports = virNetworkPortListNew();
    }
}

static void changePort(virNetworkChange *change, virNetworkPortDef *port, virNetworkStoreAction action)
{
    g_ptr_array_unref(change->ports);
    change->ports = action == VIR_STORE_REMOVE ? virNetworkPortListWithout(change->was.ports, port->uuid)
                                               : virNetworkPortListWith(change->was.ports, port);
    change->files.port_action = action;
    change->files.port = port;      /* one of the two lists keeps it */
}

void virNetworkChangeSetPort(virNetworkChange *change, virNetworkPortDef *port)
{
    changePort(change, port, VIR_STORE_WRITE);
}

void virNetworkChangeRemovePort(virNetworkChange *change, virNetworkPortDef *port)
{
    changePort(change, port, VIR_STORE_REMOVE);
}

void virNetworkChangeSetVersions(virNetworkChange *change, virNetworkDef *live, virNetworkDef *config)
{
    if (live)
        virNetworkChangeSetLive(change, live);
    if (config)
        virNetworkChangeSetConfig(change, config);
}

/* --- Plan ------------------------------------------------------------------------------------------------------- */

/* The plan of @def with the floors of @ports. */
static int render(virNetworkChange *change, const virNetworkDef *def, const GPtrArray *ports, virNetworkPlan **ret_plan,
                  GError **err)
{
    g_autoptr(virHostFacts) facts = virNetworkManagerNewFacts(change->manager);

    virNetworkPortsAddFloors(ports, facts);
    return virNetworkPlanRender(def, facts, ret_plan, err);
}

static int probe(virNetworkChange *change, const virNetworkPlan *want, virNetworkPlan **ret_plan, GError **err)
{
    virNetworkHost *host = change->manager->host;
    g_autoptr(virNetworkPlan) asked = virNetworkPlanCopy(want);

    if (change->touched)
        virNetworkPlanAddTraces(asked, change->to);
    if (change->obj->attempted)
        virNetworkPlanAddTraces(asked, change->obj->attempted);
    if (host->klass->probe(host, asked, ret_plan, err) < 0)
        return -1;
    /* What a running service has read is the one thing that no probe can see. */
    if (change->obj->in_doubt)
        (*ret_plan)->dnsmasq.loaded = (*ret_plan)->radvd.loaded = FALSE;
    return 0;
}

static int findPresentOfInactive(virNetworkChange *change, GError **err)
{
    g_autoptr(virNetworkPlan) wanted = NULL;

    change->back = virNetworkPlanNewEmpty(change->live);
    if (!change->obj->in_doubt) {
        change->from = virNetworkPlanCopy(change->back);
        return 0;
    }
    return render(change, change->live, change->ports, &wanted, err) < 0 ? -1 : probe(change, wanted, &change->from, err);
}

/*
 * What the host shows, and what it would be brought back to. They differ only where the present is not what it should be:
 * then the way back does not lead to what was found broken.
 */
static int findPresent(virNetworkChange *change, GError **err)
{
    if (!change->was.live)
        return findPresentOfInactive(change, err);
    if (change->obj->applied && !change->repair) {
        change->from = virNetworkPlanCopy(change->obj->applied);
        change->back = virNetworkPlanCopy(change->from);
        return 0;
    }
    return render(change, change->was.live, change->was.ports, &change->back, err) < 0 ? -1 : probe(change, change->back, &change->from, err);
}

static void setClaim(virNetworkObj *obj, const virNetworkPlan *plan)
{
    virNetworkPlanFree(obj->claim);
    obj->claim = plan ? virNetworkPlanCopy(plan) : NULL;
}

/* Adds what other networks of ours use or are about to use. Called with the claims lock held. */
static void addClaimsLocked(virNetworkChange *change, virHostFacts *facts)
{
    g_autoptr(GPtrArray) all = virNetworkRegistryList(change->manager->registry);
    guint i, j;

    for (i = 0; i < all->len; i++) {
        const virNetworkObj *other = all->pdata[i];

        for (j = 0; other != change->obj && other->claim && j < other->claim->addrs->len; j++) {
            const virPlanAddr *addr = other->claim->addrs->pdata[j];

            virHostFactsAddClaim(facts, other->claim->bridge, &addr->address, addr->prefix);
        }
    }
}

/* Takes the subnets of the new plan for this network, unless somebody has them. */
static int claimSubnets(virNetworkChange *change, GError **err)
{
    virNetworkManager *manager = change->manager;
    g_autoptr(virHostFacts) facts = NULL;
    int ret;

    if (virNetworkPlanSameAddresses(change->from, change->to))
        return 0;
    facts = virNetworkManagerNewFacts(manager);
    if (manager->host->klass->gatherFacts(manager->host, facts, err) < 0 ||
        virNetworkPlanCheckForwarding(change->to, facts, err) < 0)
        return -1;
    g_mutex_lock(&manager->claims_lock);
    addClaimsLocked(change, facts);
    ret = virNetworkPlanCheckSubnets(change->to, facts, err);
    if (ret == 0 && !change->rehearsal) {
        setClaim(change->obj, change->to);
        change->claimed = TRUE;
    }
    g_mutex_unlock(&manager->claims_lock);
    return ret;
}

static virNetworkStale findStale(const GPtrArray *steps)
{
    virNetworkStale stale = VIR_STALE_NONE;
    guint i;

    for (i = 0; i < steps->len; i++) {
        const virNetworkStep *step = steps->pdata[i];

        if (virNetworkStepFacet(step) != VIR_NETWORK_FACET_DNSMASQ)
            continue;
        if (step->verb != VIR_STEP_DNSMASQ_WRITE_HOSTS && step->verb != VIR_STEP_DNSMASQ_RELOAD)
            return VIR_STALE_CONF;
        stale = VIR_STALE_HOSTS;
    }
    return stale;
}

static virNetworkStoreAction chooseAction(const virNetworkDef *was, const virNetworkDef *is)
{
    if (was == is)
        return VIR_STORE_KEEP;
    return is ? VIR_STORE_WRITE : VIR_STORE_REMOVE;
}

/* Whether the ports' promises, which the host keeps and the status notes, are what they were. */
static gboolean sameFloors(const virNetworkChange *change)
{
    return change->ports == change->was.ports || virNetworkPortsSameFloors(change->ports, change->was.ports);
}

int virNetworkChangePlan(virNetworkChange *change, GError **err)
{
    change->files.config_action = chooseAction(change->was.config, change->config);
    change->files.status_action = chooseAction(change->was.live, change->live);
    change->files.ports = change->ports;
    if (change->was.live == change->live && sameFloors(change)) {
        if (!change->repair)
            return 0;
    } else if (change->live) {
        change->files.status_action = VIR_STORE_WRITE;
    }
    if (findPresent(change, err) < 0)
        return -1;
    if (!change->live)
        change->to = virNetworkPlanNewEmpty(change->was.live);
    else if (render(change, change->live, change->ports, &change->to, err) < 0 || claimSubnets(change, err) < 0)
        return -1;
    change->steps = virNetworkPlanDiff(change->from, change->to);
    change->stale = findStale(change->steps);
    return 0;
}

/* --- Stage and apply -------------------------------------------------------------------------------------------- */

int virNetworkChangeStage(virNetworkChange *change, GError **err)
{
    change->files.tainted = change->obj->tainted;
    return virNetworkStoreStage(change->manager->store, &change->files, change->config, change->live, err);
}

static int takeStep(virNetworkHost *host, const virNetworkStep *step, const char *name, GError **err)
{
    g_autofree char *text = virNetworkStepFormat(step);

    VIR_DEBUG("network '%s': %s", name, text);
    if (virNetworkFaultPoint(text, err) < 0)
        return -1;
    return host->klass->apply(host, step, err);
}

int virNetworkChangeApply(virNetworkChange *change, GError **err)
{
    virNetworkManager *manager = change->manager;
    guint i;

    if (!change->steps || change->steps->len == 0)
        return 0;
    if (virNetworkStoreMark(manager->store, change->obj->name, change->stale, err) < 0)
        return -1;
    change->marked = TRUE;
    for (i = 0; i < change->steps->len; i++) {
        change->touched = TRUE;
        if (takeStep(manager->host, change->steps->pdata[i], change->obj->name, err) < 0)
            return -1;
    }
    return 0;
}

/* --- Commit ----------------------------------------------------------------------------------------------------- */

/* The mark goes with the change, unless a scheduled reload has still to make it true for dnsmasq. */
static void settleMark(virNetworkChange *change)
{
    virNetworkManager *manager = change->manager;
    virNetworkObj *obj = change->obj;
    g_autoptr(GError) error = NULL;

    if (change->files.unfinished || (!change->marked && change->files.status_action != VIR_STORE_WRITE))
        return;
    /* Set first: a reload that is sent between the two lines then finds it and has the mark removed. */
    g_atomic_int_set(&obj->reload_marked, 1);
    if (!manager->host->klass->reloadPending(manager->host, obj->name)) {
        g_atomic_int_set(&obj->reload_marked, 0);
        virNetworkStoreUnmark(manager->store, obj->name);
    } else if (virNetworkStoreMark(manager->store, obj->name, VIR_STALE_HOSTS, &error) < 0) {
        /* A record of a commit that is done must not meet the files that the next change stages. */
        virNetworkStoreUnmark(manager->store, obj->name);
        VIR_WARN("network '%s': %s", obj->name, error->message);
    }
    change->marked = FALSE;
}

/* Publishes the new versions. */
static void swapVersions(virNetworkChange *change)
{
    virNetworkObj *obj = change->obj;

    g_mutex_lock(&obj->lock);
    replaceDef(&obj->config, change->config);
    replaceDef(&obj->live, change->live);
    replacePorts(&obj->ports, change->ports);
    if (!change->config)
        obj->autostart = FALSE;
    g_mutex_unlock(&obj->lock);
}

/* What is left to do with ports once it is true; it is done again at the next start of a daemon that is killed here. */
static void settlePorts(virNetworkChange *change)
{
    virNetworkManager *manager = change->manager;
    virNetworkObj *obj = change->obj;
    g_autoptr(GError) error = NULL;

    if (change->was.live && !change->live)
        virNetworkStoreRemovePorts(manager->store, obj->name);
    /* A script that ran meanwhile was noted in the status that has just been replaced. */
    if (change->files.status_action == VIR_STORE_WRITE && obj->tainted && !change->files.tainted &&
        virNetworkStoreTaintStatus(manager->store, change->live, change->ports, &error) < 0)
        VIR_WARN("network '%s': that a hook script ran could not be noted: %s", obj->name, error->message);
}

int virNetworkChangeCommit(virNetworkChange *change, GError **err)
{
    virNetworkManager *manager = change->manager;
    virNetworkObj *obj = change->obj;

    if (virNetworkStoreCommit(manager->store, &change->files, err) < 0)
        return -1;
    swapVersions(change);
    change->committed = TRUE;
    obj->tainted = obj->tainted && change->live;
    if (change->to) {
        virNetworkPlanFree(obj->applied);
        obj->applied = change->live ? g_steal_pointer(&change->to) : NULL;
        change->marked = change->marked || obj->in_doubt;
        virNetworkObjClearDoubt(obj);
    }
    if (!change->live) {
        g_mutex_lock(&manager->claims_lock);
        setClaim(obj, NULL);
        g_mutex_unlock(&manager->claims_lock);
    }
    settleMark(change);
    settlePorts(change);
    if (!change->config && !change->live)
        virNetworkRegistryRemove(manager->registry, obj);
    return 0;
}

int virNetworkChangeRun(virNetworkChange *change, GError **err)
{
    if (virNetworkChangePlan(change, err) < 0 || virNetworkChangeStage(change, err) < 0 ||
        virNetworkChangeApply(change, err) < 0)
        return -1;
    return virNetworkChangeCommit(change, err);
}

int virNetworkChangeHook(virNetworkChange *change, virNetworkHookOperation operation, const virNetworkDef *def, GError **err)
{
    const virNetworkHookCall call = { .operation = operation, .def = def };

    return virNetworkHookRun(change->manager->hooks, change->manager->store, change->obj, &call, err);
}

static void emit(const virNetworkChange *change, int id, int what, const char *uri)
{
    const virNetworkObj *obj = change->obj;
    virNetworkEvent event = { .id = id, .what = what, .uri = (char *)uri, .net.name = obj->name };

    memcpy(event.net.uuid, obj->uuid, sizeof(event.net.uuid));
    virNetworkEventsEmit(change->manager->events, &event);
}

void virNetworkChangeTell(const virNetworkChange *change, int what)
{
    emit(change, VIR_NETWORK_EVENT_ID_LIFECYCLE, what, NULL);
}

void virNetworkChangeTellMetadata(const virNetworkChange *change, int type, const char *uri)
{
    emit(change, VIR_NETWORK_EVENT_ID_METADATA_CHANGE, type, uri);
}

/* --- Undo ------------------------------------------------------------------------------------------------------- */

/*
 * The step that failed may have left the host anywhere, so what it shows is probed, and the way back is a difference like any
 * other.
 */
static int undoSteps(virNetworkChange *change, GError **err)
{
    virNetworkHost *host = change->manager->host;
    g_autoptr(virNetworkPlan) present = NULL;
    g_autoptr(GPtrArray) steps = NULL;
    guint i;

    if (probe(change, change->back->link.present ? change->back : change->to, &present, err) < 0)
        return -1;
    steps = virNetworkPlanDiff(present, change->back);
    for (i = 0; i < steps->len; i++) {
        if (takeStep(host, steps->pdata[i], change->obj->name, err) < 0)
            return -1;
    }
    return 0;
}

static void setDoubt(virNetworkChange *change)
{
    virNetworkObj *obj = change->obj;

    obj->in_doubt = TRUE;
    if (!obj->attempted)
        obj->attempted = virNetworkPlanCopy(change->to);
    else
        virNetworkPlanAddTraces(obj->attempted, change->to);
    virNetworkRepairRetry(change->manager, obj);
}

static void undo(virNetworkChange *change)
{
    virNetworkObj *obj = change->obj;
    g_autoptr(GError) error = NULL;

    g_clear_pointer(&obj->applied, virNetworkPlanFree);
    /* A repair leads to where a failed change would be taken back to. */
    if (change->repair) {
        setDoubt(change);
        return;
    }
    if (undoSteps(change, &error) < 0) {
        VIR_ERROR_LOG("network '%s': a failed change could not be taken back, and it is tried again: %s",
                      obj->name, error->message);
        setDoubt(change);
        return;
    }
    if (change->was.live)
        obj->applied = virNetworkPlanCopy(change->back);
    change->marked = change->marked || obj->in_doubt;
    virNetworkObjClearDoubt(obj);
}

static void releaseClaim(virNetworkChange *change)
{
    g_mutex_lock(&change->manager->claims_lock);
    setClaim(change->obj, change->was.live ? change->back : NULL);
    g_mutex_unlock(&change->manager->claims_lock);
}

static void removeNewFiles(virNetworkChange *change)
{
    guint i;

    for (i = 0; change->new_files && i < change->new_files->len; i++)
        (void)virFileRemove(change->new_files->pdata[i], NULL);     /* the next start writes over what stays */
}

static void takeBack(virNetworkChange *change)
{
    const virNetworkObj *obj = change->obj;

    if (change->touched)
        undo(change);
    /* A start that is still half there keeps its subnets; should this daemon end, mark and status tell the next one to clear it. */
    if (change->claimed && (change->was.live || !obj->in_doubt))
        releaseClaim(change);
    if (change->touched && obj->in_doubt) {
        virNetworkStoreLeave(&change->files);
        return;
    }
    removeNewFiles(change);
    virNetworkStoreUnstage(change->manager->store, &change->files);
    settleMark(change);
}

void virNetworkChangeFree(virNetworkChange *change)
{
    if (!change)
        return;
    if (!change->committed && !change->rehearsal)
        takeBack(change);
    g_mutex_unlock(&change->obj->change_lock);
    virNetworkViewClear(&change->was);
    virNetworkDefUnref(change->config);
    virNetworkDefUnref(change->live);
    g_ptr_array_unref(change->ports);
    g_clear_pointer(&change->steps, g_ptr_array_unref);
    g_clear_pointer(&change->new_files, g_ptr_array_unref);
    virNetworkPlanFree(change->from);
    virNetworkPlanFree(change->to);
    virNetworkPlanFree(change->back);
    virNetworkObjUnref(change->obj);
    g_free(change);
}
