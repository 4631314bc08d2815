/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_watch.c: has a connection looked after by the program's event loop
 *
 * A handle for the socket and a timer for keepalive, each with a reference, since loops call and free as late as they
 * like, in any thread. No lock is held while the loop is called, nor by it. remote_driver.c makes and ends it.
 */
#include "remote_watch.h"

#define NONE (-1)

struct _virRemoteWatch {
    gatomicrefcount refs;           /* the connection's, the handle's, the timer's */
    const virEventLoop *loop;
    virRpcClient *rpc;              /* a reference */
    GMutex lock;                    /* guards the rest */
    int handle;                     /* NONE: not watched, or no longer */
    gboolean ended;                 /* there is nothing left to watch */
    int timer;                      /* NONE: the loop has none, or no longer */
};

static virRemoteWatch *watchRef(virRemoteWatch *watch)
{
    g_atomic_ref_count_inc(&watch->refs);
    return watch;
}

static void watchUnref(void *opaque)
{
    virRemoteWatch *watch = opaque;

    if (!g_atomic_ref_count_dec(&watch->refs))
        return;
    virRpcClientUnref(watch->rpc);
    g_mutex_clear(&watch->lock);
    g_free(watch);
}

/* Takes over what @place holds. */
static int takeNumber(virRemoteWatch *watch, int *place)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&watch->lock);
    int number = *place;

    *place = NONE;
    watch->ended = TRUE;
    return number;
}

static void onReadable(int handle, int fd G_GNUC_UNUSED, int events G_GNUC_UNUSED, void *opaque)
{
    virRemoteWatch *watch = watchRef(opaque);   /* the loop may free its own while it removes the handle */

    /* An ended connection would be reported again and again. */
    if (!virRpcClientPump(watch->rpc)) {
        (void)takeNumber(watch, &watch->handle);
        (void)watch->loop->removeHandle(handle);    /* fails if it was removed meanwhile */
    }
    watchUnref(watch);
}

static int inMilliseconds(gint64 us)
{
    return us < 0 ? -1 : (int)MIN(us / 1000 + 1, G_MAXINT);
}

static void onTimer(int timer, void *opaque)
{
    virRemoteWatch *watch = watchRef(opaque);

    watch->loop->updateTimeout(timer, inMilliseconds(virRpcClientLookAfter(watch->rpc)));
    watchUnref(watch);
}

/* It is silent until there is keepalive. */
static void addTimer(virRemoteWatch *watch)
{
    int timer = watch->loop->addTimeout(-1, onTimer, watchRef(watch), watchUnref);

    if (timer < 0) {
        watchUnref(watch);
        return;
    }
    g_mutex_lock(&watch->lock);
    watch->timer = timer;
    g_mutex_unlock(&watch->lock);
}

virRemoteWatch *virRemoteWatchNew(const virEventLoop *loop, virRpcClient *rpc)
{
    virRemoteWatch *watch = g_new0(virRemoteWatch, 1);
    int handle;

    g_atomic_ref_count_init(&watch->refs);
    g_mutex_init(&watch->lock);
    watch->loop = loop;
    watch->rpc = virRpcClientRef(rpc);
    watch->handle = NONE;
    watch->timer = NONE;
    handle = loop->addHandle(virRpcClientGetFd(rpc), VIR_EVENT_HANDLE_READABLE, onReadable, watchRef(watch), watchUnref);
    if (handle < 0) {
        watchUnref(watch);
        watchUnref(watch);
        return NULL;
    }
    g_mutex_lock(&watch->lock);
    watch->handle = watch->ended ? NONE : handle;
    g_mutex_unlock(&watch->lock);
    addTimer(watch);
    return watch;
}

void virRemoteWatchFree(virRemoteWatch *watch)
{
    int handle, timer;

    if (!watch)
        return;
    handle = takeNumber(watch, &watch->handle);
    timer = takeNumber(watch, &watch->timer);
    if (handle >= 0)
        (void)watch->loop->removeHandle(handle);
    if (timer >= 0)
        (void)watch->loop->removeTimeout(timer);
    watchUnref(watch);
}

int virRemoteWatchSetKeepalive(virRemoteWatch *watch, int interval, unsigned int count)
{
    gint64 interval_us = interval > 0 ? interval * G_USEC_PER_SEC : 0;
    int timer;

    g_mutex_lock(&watch->lock);
    timer = watch->timer;
    g_mutex_unlock(&watch->lock);
    if (timer < 0)
        return -1;
    virRpcClientSetKeepalive(watch->rpc, interval_us, count);
    watch->loop->updateTimeout(timer, interval_us > 0 ? inMilliseconds(interval_us) : -1);
    return 0;
}
