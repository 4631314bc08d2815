/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_store.h: definitions and state on disk, and the point at which a change becomes true
 *
 * New content is written beside the old ("staged") before the host is touched, and renamed after it. Where two files
 * change, a record in the run directory makes one commit point of both renames. A mark in the same file says from the
 * first step on that the host is between two states; whoever finds it after a crash knows what not to trust.
 *
 * Definitions are synced to disk, since they must survive a power cut; what lies in the run directory describes a host that
 * would be gone with it and is not.
 */
#pragma once

#include "network_port_def.h"

typedef struct _virNetworkStore virNetworkStore;

/* @config_dir NULL: a store that keeps nothing. */
virNetworkStore *virNetworkStoreNew(const char *config_dir, const char *run_dir);
void virNetworkStoreFree(virNetworkStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkStore, virNetworkStoreFree)

/* Makes the directories. */
int virNetworkStorePrepare(virNetworkStore *store, GError **err);

/* --- A change --------------------------------------------------------------------------------------------------- */

typedef enum {
    VIR_STORE_KEEP,         /* leave the file as it is */
    VIR_STORE_WRITE,
    VIR_STORE_REMOVE,
} virNetworkStoreAction;

/* What a change makes of a network's two files and of one port's. The zero value keeps all. */
typedef struct {
    const char *name;
    virNetworkStoreAction config_action;
    virNetworkStoreAction status_action;
    virNetworkStoreAction port_action;
    const virNetworkPortDef *port;  /* the new version, or the one that goes */
    const GPtrArray *ports; /* all that there will be: what the status says of their classes; NULL: none */
    gboolean tainted;       /* what the status says of hook scripts */
    char *config_temp;      /* set while staged */
    char *status_temp;
    char *port_temp;
    gboolean unfinished;    /* committed, but the record must stay: what it says could not be done yet */
} virNetworkStoreChange;

/* How much of what dnsmasq has read a crash in the middle makes doubtful. */
typedef enum {
    VIR_STALE_NONE,
    VIR_STALE_HOSTS,
    VIR_STALE_CONF,
} virNetworkStale;

/**
 * virNetworkStoreStage:
 * @config, @live: the new versions; used where the action is VIR_STORE_WRITE
 *
 * Writes the new files beside the old ones.
 */
int virNetworkStoreStage(virNetworkStore *store, virNetworkStoreChange *change, const virNetworkDef *config,
                         const virNetworkDef *live, GError **err);

/* Removes what was staged. */
void virNetworkStoreUnstage(virNetworkStore *store, virNetworkStoreChange *change);

/* Leaves what was staged where it is, as a daemon that is killed would. */
void virNetworkStoreLeave(virNetworkStoreChange *change);

/* Makes the staged files the network's. Before it returns 0 the old ones hold, afterwards the new ones. */
int virNetworkStoreCommit(virNetworkStore *store, virNetworkStoreChange *change, GError **err);

/* Writes an active network's status anew, where no change of @live does to say that a hook script ran. */
int virNetworkStoreTaintStatus(virNetworkStore *store, const virNetworkDef *live, const GPtrArray *ports, GError **err);

/* Removes all files of ports of a network, and their directory. */
void virNetworkStoreRemovePorts(virNetworkStore *store, const char *name);

/* Writes the mark, or takes it away. */
int virNetworkStoreMark(virNetworkStore *store, const char *name, virNetworkStale stale, GError **err);
void virNetworkStoreUnmark(virNetworkStore *store, const char *name);

/* --- Autostart -------------------------------------------------------------------------------------------------- */

gboolean virNetworkStoreGetAutostart(virNetworkStore *store, const char *name);
int virNetworkStoreSetAutostart(virNetworkStore *store, const char *name, gboolean autostart, GError **err);

/* Whether autostart has not been done since the host was started; notes that it is done now. */
gboolean virNetworkStoreClaimAutostart(virNetworkStore *store);

/* --- Reading back ----------------------------------------------------------------------------------------------- */

/* What stands on disk of one network. */
typedef struct {
    char *name;
    virNetworkDef *config;      /* NULL: none, or it cannot be read; uuid, MAC and bridge name may be missing */
    virNetworkDef *live;        /* NULL: not active */
    GPtrArray *ports;           /* virNetworkPortDef: of the active network */
    virNetworkDef *attempted;   /* what a killed start or update tried; NULL where there was none */
    gboolean tainted;           /* a hook script has run for the active network */
    gboolean marked;            /* a change was in the middle */
    virNetworkStale stale;
} virNetworkStored;

void virNetworkStoredFree(virNetworkStored *stored);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkStored, virNetworkStoredFree)

/**
 * virNetworkStoreLoad:
 * @ret_stored: array of virNetworkStored with its free function set
 *
 * Finishes commits that were interrupted after their commit point, then reads everything, then removes what was staged
 * and not committed. What cannot be read is logged and left where it is.
 */
int virNetworkStoreLoad(virNetworkStore *store, GPtrArray **ret_stored, GError **err);

/* The stored definition of one network as it is now; NULL if there is none. One that cannot be read is logged. */
virNetworkDef *virNetworkStoreReadConfig(virNetworkStore *store, const char *name);

/* The stored definitions alone, as they are now; nothing is finished or removed. @ret_stored as above. */
int virNetworkStoreReadConfigs(virNetworkStore *store, GPtrArray **ret_stored, GError **err);
