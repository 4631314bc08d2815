/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_change.h: the transaction in which a network becomes another
 *
 * A change holds the network's change lock from Begin to Free. It is given new versions of the two definitions, finds the
 * steps that the host needs, stages the files, takes the steps, and commits. Whoever leaves early leaves everything as it
 * was: Free takes back what was done by the same engine, a difference back to the old plan.
 */
#pragma once

#include "network_manager.h"

typedef struct {
    virNetworkManager *manager;
    virNetworkObj *obj;
    virNetworkView was;             /* versions at the beginning */
    virNetworkDef *config;          /* new versions; NULL: not persistent, not active */
    virNetworkDef *live;
    GPtrArray *ports;               /* new list; of a network that is not active, empty */
    virNetworkPlan *from;           /* what the host shows */
    virNetworkPlan *back;           /* what it is brought back to if the change fails */
    virNetworkPlan *to;             /* what it is to show */
    GPtrArray *steps;               /* virNetworkStep, borrowed from the two plans */
    virNetworkStoreChange files;
    GPtrArray *new_files;           /* paths of services' files that go if the change does not come about; or NULL */
    virNetworkStale stale;
    gboolean repair;                /* probe, even if the present state seems known, and make good what is missing */
    gboolean rehearsal;             /* ends with its plan: takes no subnets, and leaves nothing to be taken back */
    gboolean marked;
    gboolean claimed;
    gboolean touched;               /* a step was begun */
    gboolean committed;
} virNetworkChange;

/**
 * virNetworkChangeBegin:
 *
 * Waits for the network's change lock. Returns a change that so far changes nothing, or NULL if the network is gone by then
 * (@must_exist).
 */
virNetworkChange *virNetworkChangeBegin(virNetworkManager *manager, virNetworkObj *obj, gboolean must_exist, GError **err);

/* Set the new versions; NULL takes the network's config or its being active away. */
void virNetworkChangeSetConfig(virNetworkChange *change, virNetworkDef *config);
void virNetworkChangeSetLive(virNetworkChange *change, virNetworkDef *live);

/* Those of an update: the new live and stored versions, each NULL if it is not concerned. */
void virNetworkChangeSetVersions(virNetworkChange *change, virNetworkDef *live, virNetworkDef *config);

/* Adds @port, or puts it in the place of the one of its uuid; takes it away. One port a change. */
void virNetworkChangeSetPort(virNetworkChange *change, virNetworkPortDef *port);
void virNetworkChangeRemovePort(virNetworkChange *change, virNetworkPortDef *port);

/* The four phases, in this order. Each returns 0, or -1 with the reason; the change is then to be freed. */
int virNetworkChangePlan(virNetworkChange *change, GError **err);
int virNetworkChangeStage(virNetworkChange *change, GError **err);
int virNetworkChangeApply(virNetworkChange *change, GError **err);
int virNetworkChangeCommit(virNetworkChange *change, GError **err);

/* All four. */
int virNetworkChangeRun(virNetworkChange *change, GError **err);

/**
 * virNetworkChangeHook:
 * @def: what the scripts are told
 *
 * Runs the hook scripts of @operation. Returns 0, or -1 if they refuse it.
 */
int virNetworkChangeHook(virNetworkChange *change, virNetworkHookOperation operation, const virNetworkDef *def, GError **err);

/**
 * virNetworkChangeTell:
 * @what: virNetworkEventLifecycleType
 *
 * Tells all who registered for it what a committed change has made of the network. An update tells nobody.
 */
void virNetworkChangeTell(const virNetworkChange *change, int what);

/* The same for a title, a description or a metadata element that was set or removed. */
void virNetworkChangeTellMetadata(const virNetworkChange *change, int type, const char *uri);

/* Logs which addresses that a committed change reserves are still leased to other clients. */
void virNetworkChangeWarnOfLeases(const virNetworkChange *change);

void virNetworkChangeFree(virNetworkChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkChange, virNetworkChangeFree)
