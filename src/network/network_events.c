/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_events.c: who wants to know what happens to networks
 *
 * Keeps the registrations and finds those that an event concerns. Holds no lock while it delivers. The driver table
 * registers, changes that were committed emit.
 */
#include "network_events.h"

#include <string.h>

#include "virerror.h"
#include "viruuid.h"

#define VIR_FROM_THIS VIR_FROM_NONE

typedef struct {
    int id;
    int event_id;
    gboolean has_net;
    unsigned char uuid[VIR_UUID_LEN];
    virDriverSink *sink;            /* a reference */
} Registration;

struct _virNetworkEvents {
    GMutex lock;                    /* guards the rest; taken last, and left before a sink is called */
    GPtrArray *registrations;       /* Registration, by id */
    GHashTable *counts;             /* sink -> how many are its */
    int next_id;
};

static void registrationFree(gpointer data)
{
    Registration *registration = data;

    virDriverSinkUnref(registration->sink);
    g_free(registration);
}

virNetworkEvents *virNetworkEventsNew(void)
{
    virNetworkEvents *events = g_new0(virNetworkEvents, 1);

    g_mutex_init(&events->lock);
    events->registrations = g_ptr_array_new_with_free_func(registrationFree);
    events->counts = g_hash_table_new(NULL, NULL);
    return events;
}

void virNetworkEventsFree(virNetworkEvents *events)
{
    if (!events)
        return;
    g_ptr_array_unref(events->registrations);
    g_hash_table_unref(events->counts);
    g_mutex_clear(&events->lock);
    g_free(events);
}

static gboolean isSameFilter(const Registration *registration, const virNetworkEventFilter *filter)
{
    if (registration->event_id != filter->id || registration->has_net != (filter->net != NULL))
        return FALSE;
    return !filter->net || memcmp(registration->uuid, filter->net->uuid, VIR_UUID_LEN) == 0;
}

static gboolean isRegisteredLocked(virNetworkEvents *events, const virDriverSink *sink, const virNetworkEventFilter *filter)
{
    guint i;

    for (i = 0; i < events->registrations->len; i++) {
        const Registration *registration = events->registrations->pdata[i];

        if (registration->sink == sink && isSameFilter(registration, filter))
            return TRUE;
    }
    return FALSE;
}

static guint getCountLocked(virNetworkEvents *events, const virDriverSink *sink)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(events->counts, sink));
}

static void setCountLocked(virNetworkEvents *events, const virDriverSink *sink, guint count)
{
    if (count > 0)
        g_hash_table_insert(events->counts, (gpointer)sink, GUINT_TO_POINTER(count));
    else
        g_hash_table_remove(events->counts, sink);
}

static int addLocked(virNetworkEvents *events, virDriverSink *sink, const virNetworkEventFilter *filter)
{
    Registration *registration = g_new0(Registration, 1);

    registration->id = events->next_id++;
    registration->event_id = filter->id;
    registration->has_net = filter->net != NULL;
    if (filter->net)
        memcpy(registration->uuid, filter->net->uuid, VIR_UUID_LEN);
    registration->sink = virDriverSinkRef(sink);
    g_ptr_array_add(events->registrations, registration);
    setCountLocked(events, sink, getCountLocked(events, sink) + 1);
    return registration->id;
}

int virNetworkEventsRegister(virNetworkEvents *events, virDriverSink *sink, const virNetworkEventFilter *filter,
                             int *ret_id, GError **err)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = NULL;

    if (filter->id < 0 || filter->id > VIR_NETWORK_EVENT_ID_METADATA_CHANGE)
        return virErrorSet(err, VIR_FROM_RPC, VIR_ERR_INTERNAL_ERROR, "unsupported network event ID %d", filter->id);
    locker = g_mutex_locker_new(&events->lock);
    if (getCountLocked(events, sink) >= VIR_NETWORK_EVENTS_MAX || events->next_id == G_MAXINT)
        return virErrorSet(err, VIR_FROM_RPC, VIR_ERR_INTERNAL_ERROR, "more than %d network event callbacks", VIR_NETWORK_EVENTS_MAX);
    if (isRegisteredLocked(events, sink, filter))
        return virFail(err, VIR_ERR_INVALID_ARG, "event callback already tracked");
    *ret_id = addLocked(events, sink, filter);
    return 0;
}

static gboolean removeLocked(virNetworkEvents *events, const virDriverSink *sink, int id)
{
    guint i;

    for (i = 0; i < events->registrations->len; i++) {
        const Registration *registration = events->registrations->pdata[i];

        if (registration->id != id || registration->sink != sink)
            continue;
        setCountLocked(events, sink, getCountLocked(events, sink) - 1);
        g_ptr_array_remove_index(events->registrations, i);
        return TRUE;
    }
    return FALSE;
}

gboolean virNetworkEventsDeregister(virNetworkEvents *events, const virDriverSink *sink, int id)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&events->lock);

    return removeLocked(events, sink, id);
}

void virNetworkEventsForget(virNetworkEvents *events, const virDriverSink *sink)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&events->lock);
    guint i;

    if (getCountLocked(events, sink) == 0)
        return;
    for (i = events->registrations->len; i > 0; i--) {
        const Registration *registration = events->registrations->pdata[i - 1];

        if (registration->sink == sink)
            g_ptr_array_remove_index(events->registrations, i - 1);
    }
    setCountLocked(events, sink, 0);
}

static gboolean isWanted(const Registration *registration, const virNetworkEvent *event)
{
    return registration->event_id == event->id &&
           (!registration->has_net || memcmp(registration->uuid, event->net.uuid, VIR_UUID_LEN) == 0);
}

/* Where an event is to go: references that outlive the lock. */
typedef struct {
    int id;
    virDriverSink *sink;
} Receiver;

static GArray *listReceivers(virNetworkEvents *events, const virNetworkEvent *event)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&events->lock);
    GArray *receivers = g_array_new(FALSE, FALSE, sizeof(Receiver));
    guint i;

    for (i = 0; i < events->registrations->len; i++) {
        const Registration *registration = events->registrations->pdata[i];
        Receiver receiver = { .id = registration->id };

        if (!isWanted(registration, event))
            continue;
        receiver.sink = virDriverSinkRef(registration->sink);
        g_array_append_val(receivers, receiver);
    }
    return receivers;
}

void virNetworkEventsEmit(virNetworkEvents *events, const virNetworkEvent *event)
{
    g_autoptr(GArray) receivers = listReceivers(events, event);
    guint i;

    for (i = 0; i < receivers->len; i++) {
        const Receiver *receiver = &g_array_index(receivers, Receiver, i);

        receiver->sink->event(receiver->id, event, receiver->sink->opaque);
        virDriverSinkUnref(receiver->sink);
    }
}
