/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virdirsync.h: one sync of a directory for all who need one at the same time
 *
 * Whoever has renamed a file in a directory must sync the directory before it may say so. Of many who do so at once each would wait
 * for a sync of its own, one after another; here all who come while one runs share the next. The network store has one of these.
 */
#pragma once

#include <glib.h>

typedef struct _virDirSync virDirSync;

virDirSync *virDirSyncNew(const char *path);
void virDirSyncFree(virDirSync *sync);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDirSync, virDirSyncFree)

/**
 * virDirSyncWait:
 *
 * Returns 0 once the directory was synced by a sync that began after this call did, or -1 if one failed since. From any thread.
 */
int virDirSyncWait(virDirSync *sync, GError **err);

/* How many syncs there were so far. */
guint64 virDirSyncCount(virDirSync *sync);
