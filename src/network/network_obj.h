/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_obj.h: a network as an object with a present, and the registry that finds it
 *
 * What a network is at the moment is two pointers to immutable definitions: config != NULL is "persistent", live != NULL is
 * "active", neither is "does not exist (any more)". Readers take a reference under the object lock and work on that; a
 * writer holds the change lock from its first look to its commit.
 *
 * Lock order: change lock, define lock, claims lock, registry lock, object lock. A change lock may be held for as long as a
 * hook script likes to run: nobody waits for one with any other lock in hand.
 */
#pragma once

#include "network_port_def.h"
#include "network_plan.h"

typedef struct {
    gatomicrefcount refs;
    char *name;                     /* these two never change */
    unsigned char uuid[VIR_UUID_LEN];

    GMutex lock;                    /* object lock: guards the next six; no work and no I/O inside */
    virNetworkDef *config;
    virNetworkDef *live;
    GPtrArray *ports;               /* virNetworkPortDef of an active network; never NULL */
    gboolean autostart;
    guint n_deaths;                 /* of its services, one soon after the other */
    gint64 last_death_us;           /* monotonic time, microseconds */

    GMutex change_lock;             /* held by one writer through its whole change; guards the next four */
    virNetworkPlan *applied;        /* what the host shows, as far as this process knows; NULL: probe it */
    gboolean in_doubt;              /* a change failed and its way back too: look at the host, and trust no service in it */
    virNetworkPlan *attempted;      /* while in doubt: what the change was to lead to; NULL: unknown */
    gboolean tainted;               /* a hook script has run since its start */
    gint retry_due;                 /* atomic: what failed is tried again by a timer */
    gint reload_marked;             /* atomic: the mark on disk stays until a scheduled reload was sent */

    virNetworkPlan *claim;          /* bridge and subnets it uses or is about to; guarded by the claims lock */
} virNetworkObj;

virNetworkObj *virNetworkObjNew(const char *name, const unsigned char *uuid);
virNetworkObj *virNetworkObjRef(virNetworkObj *obj);
void virNetworkObjUnref(virNetworkObj *obj);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkObj, virNetworkObjUnref)

/* The host is known to be as it should. */
void virNetworkObjClearDoubt(virNetworkObj *obj);

/* A consistent look at an object: references to its definitions at one moment. */
typedef struct {
    virNetworkDef *config;
    virNetworkDef *live;
    GPtrArray *ports;               /* never NULL once it was looked at */
    gboolean autostart;
} virNetworkView;

void virNetworkObjView(virNetworkObj *obj, virNetworkView *ret_view);
void virNetworkViewClear(virNetworkView *view);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virNetworkView, virNetworkViewClear)

/* Whether the network exists: it is persistent or active. */
gboolean virNetworkViewExists(const virNetworkView *view);

/* The definition that speaks for the network: the live one of an active network, else the stored one. */
virNetworkDef *virNetworkViewGetDef(const virNetworkView *view);

/* --- Registry --------------------------------------------------------------------------------------------------- */

typedef struct _virNetworkRegistry virNetworkRegistry;

virNetworkRegistry *virNetworkRegistryNew(void);
void virNetworkRegistryFree(virNetworkRegistry *registry);

void virNetworkRegistryAdd(virNetworkRegistry *registry, virNetworkObj *obj);
void virNetworkRegistryRemove(virNetworkRegistry *registry, virNetworkObj *obj);

/* References; NULL if there is none. Objects that are only being made are found too. */
virNetworkObj *virNetworkRegistryFindByName(virNetworkRegistry *registry, const char *name);
virNetworkObj *virNetworkRegistryFindByUUID(virNetworkRegistry *registry, const unsigned char *uuid);

/* Array of references with its free function set, ordered by name. */
GPtrArray *virNetworkRegistryList(virNetworkRegistry *registry);
