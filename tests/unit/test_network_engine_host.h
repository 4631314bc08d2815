/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_engine_host.h: a host that does not do as it is told, for the tests of the engine
 *
 * A double stands before the recording host: its steps and probes fail on demand, it has subnets of others, schedules
 * reloads, and lets a test look or wait in the middle of a change. Included by test_network_engine_host.c.
 */
#pragma once

#include <errno.h>

#include "test_network_engine.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* Longer than any machine takes; it is waited for only where the test fails. */
#define DEADLINE_US (30 * G_USEC_PER_SEC)

typedef struct {
    virNetworkHost base;
    virNetworkHost *record;
    Fixture *fix;
    /* Set while no change runs. */
    void (*during)(Fixture *fix, const virNetworkStep *step);   /* called before a step is taken */
    gboolean fail_probe, fail_facts;
    const char *subnet_of, *learner;    /* interfaces: one with 192.0.2.0/prefix, one with a learned default route */
    unsigned int prefix;

    GMutex lock;            /* guards the rest */
    GCond changed;
    gint64 failing;         /* the steps that fail: bit 0 the next one; the sign stands for all that come later */
    gboolean reload_pending;
    guint n_asked;          /* how often reloadPending was called */
    guint n_dnsmasq_starts;
    guint n_bridges;        /* how many were about to be made */
} Double;

static inline int gatherFacts(virNetworkHost *host, virHostFacts *facts, GError **err)
{
    const Double *dbl = (Double *)host;
    virSocketAddr network;

    if (dbl->fail_facts)
        return virFail(err, VIR_ERR_SYSTEM_ERROR, "the host cannot be looked at");
    g_assert_true(virSocketAddrParse("192.0.2.0", AF_INET, &network));
    if (dbl->subnet_of)
        virHostFactsAddSubnet(facts, dbl->subnet_of, &network, dbl->prefix);
    if (dbl->learner)
        g_ptr_array_add(facts->learners, g_strdup(dbl->learner));
    return 0;
}

static inline gboolean linkExists(virNetworkHost *host, const char *name)
{
    virNetworkHost *record = ((Double *)host)->record;

    return record->klass->linkExists(record, name);
}

static inline int probeDouble(virNetworkHost *host, const virNetworkPlan *want, virNetworkPlan **ret_plan, GError **err)
{
    Double *dbl = (Double *)host;

    if (dbl->fail_probe)
        return virFail(err, VIR_ERR_SYSTEM_ERROR, "the host cannot be probed");
    return dbl->record->klass->probe(dbl->record, want, ret_plan, err);
}

static inline gboolean isToFail(Double *dbl)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&dbl->lock);
    gboolean fails = dbl->failing & 1;

    dbl->failing >>= 1;
    return fails;
}

static inline int apply(virNetworkHost *host, const virNetworkStep *step, GError **err)
{
    Double *dbl = (Double *)host;
    int ret;

    if (dbl->during)
        dbl->during(dbl->fix, step);
    if (isToFail(dbl))
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "the host is out of order");
    if (step->verb == VIR_STEP_LINK_ADD && linkExists(host, step->to->bridge))
        return virFailErrno(err, EEXIST, "error creating bridge interface %s", step->to->bridge);
    ret = dbl->record->klass->apply(dbl->record, step, err);
    if (step->verb == VIR_STEP_DNSMASQ_START) {
        g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&dbl->lock);

        dbl->n_dnsmasq_starts++;
        g_cond_broadcast(&dbl->changed);
    }
    return ret;
}

static inline void watch(virNetworkHost *host, const virNetworkPlan *plan)
{
    (void)host;
    (void)plan;
}

static inline gboolean reloadPending(virNetworkHost *host, const char *network)
{
    Double *dbl = (Double *)host;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&dbl->lock);

    (void)network;
    dbl->n_asked++;
    g_cond_broadcast(&dbl->changed);
    return dbl->reload_pending;
}

static inline int fillRules(virNetworkHost *host, const GPtrArray *plans, GError **err)
{
    virNetworkHost *record = ((Double *)host)->record;

    return record->klass->fillRules(record, plans, err);
}

static inline int clearOthers(virNetworkHost *host, const GPtrArray *plans, virNetworkHostCleared *ret_cleared,
                              GError **err)
{
    virNetworkHost *record = ((Double *)host)->record;

    return record->klass->clearOthers(record, plans, ret_cleared, err);
}

static inline void freeDouble(virNetworkHost *host)
{
    Double *dbl = (Double *)host;

    virNetworkHostFree(dbl->record);
    g_mutex_clear(&dbl->lock);
    g_cond_clear(&dbl->changed);
    g_free(dbl);
}

static const virNetworkHostClass doubleClass = {
    .gatherFacts = gatherFacts,
    .linkExists = linkExists,
    .probe = probeDouble,
    .apply = apply,
    .watch = watch,
    .reloadPending = reloadPending,
    .fillRules = fillRules,
    .clearOthers = clearOthers,
    .free = freeDouble,
};

static inline Double *doubleOf(Fixture *fix)
{
    return (Double *)fix->host;
}

static inline void setUpDouble(Fixture *fix, gconstpointer data)
{
    Double *dbl = g_new0(Double, 1);

    setUp(fix, data);
    closeManager(fix);
    dbl->base.klass = &doubleClass;
    dbl->record = fix->host;
    dbl->fix = fix;
    g_mutex_init(&dbl->lock);
    g_cond_init(&dbl->changed);
    fix->host = &dbl->base;
    openManager(fix);
}

static inline void assertTaken(Fixture *fix, const char *wanted)
{
    g_autofree char *lines = virNetworkHostRecordTake(doubleOf(fix)->record);

    g_assert_cmpstr(lines, ==, wanted);
}
