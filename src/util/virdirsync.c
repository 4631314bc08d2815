/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virdirsync.c: one sync of a directory for all who need one at the same time
 *
 * Syncs have numbers and run one at a time, each by one of those who wait for it. Nothing is known of files. The network
 * store calls it.
 */
#include "virdirsync.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

struct _virDirSync {
    char *path;
    GMutex lock;            /* guards the rest; not held while syncing */
    GCond ended;
    gboolean running;
    guint64 begun;          /* number of the last one that began; the first is 1 */
    guint64 failed;         /* number of the last one that failed; 0: none has */
    int failure;            /* its errno */
};

virDirSync *virDirSyncNew(const char *path)
{
    virDirSync *sync = g_new0(virDirSync, 1);

    sync->path = g_strdup(path);
    g_mutex_init(&sync->lock);
    g_cond_init(&sync->ended);
    return sync;
}

void virDirSyncFree(virDirSync *sync)
{
    if (!sync)
        return;
    g_cond_clear(&sync->ended);
    g_mutex_clear(&sync->lock);
    g_free(sync->path);
    g_free(sync);
}

/* Returns errno, 0 for none. */
static int syncNow(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failure = fd < 0 || fsync(fd) < 0 ? errno : 0;

    if (fd >= 0)
        close(fd);
    return failure;
}

static void runLocked(virDirSync *sync)
{
    int failure;

    sync->running = TRUE;
    sync->begun++;
    g_mutex_unlock(&sync->lock);
    failure = syncNow(sync->path);
    g_mutex_lock(&sync->lock);
    sync->running = FALSE;
    if (failure) {
        sync->failed = sync->begun;
        sync->failure = failure;
    }
    g_cond_broadcast(&sync->ended);
}

int virDirSyncWait(virDirSync *sync, GError **err)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&sync->lock);
    /* One that runs now may have looked at the directory before the caller changed it. */
    guint64 needed = sync->begun + 1;

    while (sync->begun < needed || (sync->running && sync->begun == needed)) {
        if (sync->running)
            g_cond_wait(&sync->ended, &sync->lock);
        else
            runLocked(sync);
    }
    if (sync->failed >= needed)
        return virFailErrno(err, sync->failure, "cannot sync directory '%s'", sync->path);
    return 0;
}

guint64 virDirSyncCount(virDirSync *sync)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&sync->lock);

    return sync->begun;
}
