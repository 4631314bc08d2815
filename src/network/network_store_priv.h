/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_store_priv.h: what network_store.c, which writes, and network_store_load.c, which reads, share
 */
#pragma once

#include "network_store.h"
#include "virdirsync.h"

/* No file of ours comes near; whatever is larger is somebody else's. */
#define VIR_STORE_FILE_MAX (64 * 1024 * 1024)

struct _virNetworkStore {
    char *config_dir;       /* NULL: nothing is kept */
    char *autostart_dir;
    virDirSync *config_sync, *autostart_sync;
    char *run_dir;
};

/* Renames what the record of @name says is committed. *@ret_record is its text; NULL where there is none. */
int virNetworkStoreFinishCommit(virNetworkStore *store, const char *name, char **ret_record, GError **err);
