/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * event_glib.c: the default event loop: GLib's default main context
 *
 * Every handle and timer is one watch; while it is to fire, it has a GSource, which is replaced when it changes. Runs
 * no loop itself: virEventRunDefaultImpl does, or the program's own GMainLoop. Registered by
 * virEventRegisterDefaultImpl.
 */
#include "event_glib.h"

#include <glib-unix.h>

/* One handle or timer. The tables hold a reference, and so does each of its sources. */
typedef struct {
    gatomicrefcount refs;
    int id;
    int fd;                             /* -1: a timer */
    virEventHandleCallback on_handle;
    virEventTimeoutCallback on_timeout;
    void *opaque;
    virFreeCallback free_opaque;
    GSource *source;                    /* guarded by the lock; NULL: silent */
    int frequency_ms;                   /* of a timer's source; guarded by the lock */
    gboolean removed;                   /* guarded by the lock */
} Watch;

/* Watches of one kind by their number. */
typedef struct {
    GHashTable *watches;
    int last_id;
} Table;

static GMutex lock;                     /* guards the tables and what is said above; never held over a callback */
static Table handles;
static Table timers;

static const struct {
    int event;
    GIOCondition condition;
} conditions[] = {
    { VIR_EVENT_HANDLE_READABLE, G_IO_IN },
    { VIR_EVENT_HANDLE_WRITABLE, G_IO_OUT },
    { VIR_EVENT_HANDLE_ERROR, G_IO_ERR },
    { VIR_EVENT_HANDLE_HANGUP, G_IO_HUP },
    { VIR_EVENT_HANDLE_ERROR, G_IO_NVAL },
};

static GIOCondition conditionOf(int events)
{
    GIOCondition condition = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(conditions); i++)
        if (events & conditions[i].event)
            condition |= conditions[i].condition;
    return condition;
}

static int eventsOf(GIOCondition condition)
{
    int events = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(conditions); i++)
        if (condition & conditions[i].condition)
            events |= conditions[i].event;
    return events;
}

static Watch *watchRef(Watch *watch)
{
    g_atomic_ref_count_inc(&watch->refs);
    return watch;
}

static void watchUnref(void *opaque)
{
    Watch *watch = opaque;

    if (g_atomic_ref_count_dec(&watch->refs))
        g_free(watch);
}

static gboolean isRemoved(Watch *watch)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    return watch->removed;
}

static gboolean dispatchHandle(gint fd, GIOCondition condition, gpointer opaque)
{
    Watch *watch = opaque;

    if (!isRemoved(watch))
        watch->on_handle(watch->id, fd, eventsOf(condition), watch->opaque);
    return G_SOURCE_CONTINUE;
}

static gboolean dispatchTimeout(gpointer opaque)
{
    Watch *watch = opaque;

    if (!isRemoved(watch))
        watch->on_timeout(watch->id, watch->opaque);
    return G_SOURCE_CONTINUE;
}

/* Takes over @source; it is called with @watch. */
static void attachLocked(Watch *watch, GSource *source, GSourceFunc dispatch)
{
    g_source_set_callback(source, dispatch, watchRef(watch), watchUnref);
    g_source_attach(source, NULL);
    watch->source = source;
}

static void silenceLocked(Watch *watch)
{
    if (!watch->source)
        return;
    g_source_destroy(watch->source);
    g_clear_pointer(&watch->source, g_source_unref);
}

static void watchHandleLocked(Watch *watch, int events)
{
    silenceLocked(watch);
    /* A source without conditions would still report errors, again and again. */
    if (events != 0)
        attachLocked(watch, g_unix_fd_source_new(watch->fd, conditionOf(events)), G_SOURCE_FUNC(dispatchHandle));
}

static void watchTimeoutLocked(Watch *watch, int frequency_ms)
{
    /* It is ready already; another in its place would be so in the next turn only, again and again. */
    if (watch->source && frequency_ms == 0 && watch->frequency_ms == 0)
        return;
    silenceLocked(watch);
    watch->frequency_ms = frequency_ms;
    if (frequency_ms >= 0)
        attachLocked(watch, g_timeout_source_new((guint)frequency_ms), dispatchTimeout);
}

/* Takes over @watch and gives it its number. */
static int insertLocked(Table *table, Watch *watch)
{
    if (!table->watches)
        table->watches = g_hash_table_new_full(NULL, NULL, NULL, watchUnref);
    watch->id = ++table->last_id;
    g_hash_table_insert(table->watches, GINT_TO_POINTER(watch->id), watch);
    return watch->id;
}

static Watch *findLocked(Table *table, int id)
{
    return table->watches ? g_hash_table_lookup(table->watches, GINT_TO_POINTER(id)) : NULL;
}

static gboolean freeOpaque(gpointer opaque)
{
    Watch *watch = opaque;

    watch->free_opaque(watch->opaque);
    return G_SOURCE_REMOVE;
}

/* Lets the loop free the program's value: the callback may be running now, in this thread or in that of the loop. */
static void freeLater(Watch *watch)
{
    GSource *source = g_idle_source_new();

    /* Not the priority of idle sources: a timer of 0 ms would keep them from running. */
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, freeOpaque, watchRef(watch), watchUnref);
    g_source_attach(source, NULL);
    g_source_unref(source);
}

static int removeWatch(Table *table, int id)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    Watch *watch = findLocked(table, id);

    if (!watch)
        return -1;
    watch->removed = TRUE;
    silenceLocked(watch);
    if (watch->free_opaque)
        freeLater(watch);
    g_hash_table_remove(table->watches, GINT_TO_POINTER(id));
    return 0;
}

static Watch *newWatch(int fd, void *opaque, virFreeCallback free_opaque)
{
    Watch *watch = g_new0(Watch, 1);

    g_atomic_ref_count_init(&watch->refs);
    watch->fd = fd;
    watch->opaque = opaque;
    watch->free_opaque = free_opaque;
    return watch;
}

int virEventGLibAddHandle(int fd, int events, virEventHandleCallback cb, void *opaque, virFreeCallback ff)
{
    g_autoptr(GMutexLocker) locker = NULL;
    Watch *watch;

    if (fd < 0 || !cb)
        return -1;
    watch = newWatch(fd, opaque, ff);
    watch->on_handle = cb;
    locker = g_mutex_locker_new(&lock);
    (void)insertLocked(&handles, watch);
    watchHandleLocked(watch, events);
    return watch->id;
}

void virEventGLibUpdateHandle(int watch_id, int events)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    Watch *watch = findLocked(&handles, watch_id);

    if (watch)
        watchHandleLocked(watch, events);
}

int virEventGLibRemoveHandle(int watch_id)
{
    return removeWatch(&handles, watch_id);
}

int virEventGLibAddTimeout(int frequency_ms, virEventTimeoutCallback cb, void *opaque, virFreeCallback ff)
{
    g_autoptr(GMutexLocker) locker = NULL;
    Watch *watch;

    if (!cb)
        return -1;
    watch = newWatch(-1, opaque, ff);
    watch->on_timeout = cb;
    locker = g_mutex_locker_new(&lock);
    (void)insertLocked(&timers, watch);
    watchTimeoutLocked(watch, frequency_ms);
    return watch->id;
}

void virEventGLibUpdateTimeout(int timer_id, int frequency_ms)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    Watch *watch = findLocked(&timers, timer_id);

    if (watch)
        watchTimeoutLocked(watch, frequency_ms);
}

int virEventGLibRemoveTimeout(int timer_id)
{
    return removeWatch(&timers, timer_id);
}
