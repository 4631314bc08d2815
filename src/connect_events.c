/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * connect_events.c: what a program wants to be told by one connection
 *
 * A queue that drivers fill and a timer of the loop empties. Callbacks may register, deregister and close as they like:
 * they run on copies of references. The public functions for events and the end call it, and drivers through their sink.
 */
#include "connect_events.h"

#include <string.h>

#include "datatypes.h"
#include "virerror.h"
#include "viruuid.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define NO_TIMER (-1)

/* One callback; the last reference frees the program's value, so it is given up by the loop. */
typedef struct {
    gatomicrefcount refs;
    int id;
    int registration;               /* of the driver; several callbacks may share one */
    gint gone;                      /* atomic: not to be called any more */
    virConnectEventRequest what;
} Callback;

/* An event on its way. */
typedef struct {
    int registration;
    virNetworkEvent *event;
} Pending;

struct _virConnectEvents {
    gatomicrefcount refs;           /* the connection's, the sink's, the timer's */
    const virEventLoop *loop;

    /* Held while the driver is asked to register; taken before the next. That may tell the end, whose callback deregisters. */
    GRecMutex register_lock;
    GMutex lock;                    /* guards the rest; held over nothing slow and no function of the program */
    virConnectPtr conn;             /* each callback and a close callback holds a reference; NULL: not open */
    int timer;                      /* NO_TIMER until the first callback */
    int next_id;
    unsigned int registering;       /* the driver knows of a registration that is not in callbacks yet */
    GPtrArray *callbacks;           /* Callback */
    GQueue queue;                   /* Pending */
    GQueue dead;                    /* Callback that the loop is to give up */
    virConnectCloseRequest close;   /* cb NULL: none */
};

static Callback *callbackRef(Callback *callback)
{
    g_atomic_ref_count_inc(&callback->refs);
    return callback;
}

static void callbackUnref(gpointer data)
{
    Callback *callback = data;

    if (!g_atomic_ref_count_dec(&callback->refs))
        return;
    if (callback->what.freecb)
        callback->what.freecb(callback->what.opaque);
    g_free(callback);
}

static void pendingFree(gpointer data)
{
    Pending *pending = data;

    virNetworkEventFree(pending->event);
    g_free(pending);
}

virConnectEvents *virConnectEventsNew(const virEventLoop *loop)
{
    virConnectEvents *events = g_new0(virConnectEvents, 1);

    g_atomic_ref_count_init(&events->refs);
    events->loop = loop;
    g_rec_mutex_init(&events->register_lock);
    g_mutex_init(&events->lock);
    events->timer = NO_TIMER;
    events->callbacks = g_ptr_array_new_with_free_func(callbackUnref);
    g_queue_init(&events->queue);
    g_queue_init(&events->dead);
    return events;
}

static virConnectEvents *eventsRef(virConnectEvents *events)
{
    g_atomic_ref_count_inc(&events->refs);
    return events;
}

static void eventsUnref(void *opaque)
{
    virConnectEvents *events = opaque;

    if (!g_atomic_ref_count_dec(&events->refs))
        return;
    g_ptr_array_unref(events->callbacks);
    g_queue_clear_full(&events->queue, pendingFree);
    g_queue_clear_full(&events->dead, callbackUnref);
    g_mutex_clear(&events->lock);
    g_rec_mutex_clear(&events->register_lock);
    g_free(events);
}

void virConnectEventsAttach(virConnectEvents *events, virConnectPtr conn)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&events->lock);

    events->conn = conn;
}

void virConnectEventsFree(virConnectEvents *events)
{
    int timer;

    g_mutex_lock(&events->lock);
    timer = events->timer;
    events->timer = NO_TIMER;
    events->conn = NULL;
    g_mutex_unlock(&events->lock);
    if (timer != NO_TIMER)
        (void)events->loop->removeTimeout(timer);       /* its reference goes when the loop has freed it */
    eventsUnref(events);
}

/* --- Delivery --------------------------------------------------------------------------------------------------- */

static void wakeLoop(virConnectEvents *events)
{
    int timer;

    g_mutex_lock(&events->lock);
    timer = events->timer;
    g_mutex_unlock(&events->lock);
    if (timer != NO_TIMER)
        events->loop->updateTimeout(timer, 0);
}

/* References to the callbacks of a registration; each keeps the connection. */
static GPtrArray *findCallbacksLocked(virConnectEvents *events, int registration)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(callbackUnref);

    for (guint i = 0; i < events->callbacks->len; i++) {
        Callback *callback = events->callbacks->pdata[i];

        if (callback->registration == registration)
            g_ptr_array_add(found, callbackRef(callback));
    }
    return found;
}

static void callWith(const Callback *callback, virNetworkPtr net, const virNetworkEvent *event)
{
    const virConnectEventRequest *what = &callback->what;
    void (*cb)(void) = (void (*)(void))what->cb;

    if (event->id == VIR_NETWORK_EVENT_ID_METADATA_CHANGE)
        ((virConnectNetworkEventMetadataChangeCallback)cb)(net->conn, net, event->what, event->uri, what->opaque);
    else
        ((virConnectNetworkEventLifecycleCallback)cb)(net->conn, net, event->what, event->detail, what->opaque);
}

/* @conn: the reference is given up. */
static void callAll(virConnectPtr conn, const GPtrArray *callbacks, const virNetworkEvent *event)
{
    for (guint i = 0; i < callbacks->len; i++) {
        const Callback *callback = callbacks->pdata[i];
        virNetworkPtr net;

        if (g_atomic_int_get(&callback->gone))
            continue;
        net = virDatatypesNewNetwork(conn, virNetworkIdentNew(event->net.name, event->net.uuid));
        callWith(callback, net, event);
        virDatatypesUnrefNetwork(net);
    }
    (void)virDatatypesUnrefConnect(conn);
}

/*
 * Takes the first event of the queue and finds who wants it. FALSE: there is none, or one of a registration that the thread
 * which makes it does not know yet.
 */
static gboolean takeLocked(virConnectEvents *events, GPtrArray **ret_callbacks, Pending **ret_pending)
{
    Pending *pending = g_queue_peek_head(&events->queue);
    GPtrArray *callbacks;

    if (!pending)
        return FALSE;
    callbacks = findCallbacksLocked(events, pending->registration);
    if (callbacks->len == 0 && events->registering > 0) {
        g_ptr_array_unref(callbacks);
        return FALSE;
    }
    *ret_pending = g_queue_pop_head(&events->queue);
    *ret_callbacks = callbacks;
    return TRUE;
}

static gboolean deliverNext(virConnectEvents *events)
{
    g_autoptr(GPtrArray) callbacks = NULL;
    virConnectPtr conn = NULL;
    Pending *pending = NULL;

    g_mutex_lock(&events->lock);
    if (takeLocked(events, &callbacks, &pending) && callbacks->len > 0) {
        conn = events->conn;
        g_atomic_int_inc(&conn->refs);
    }
    g_mutex_unlock(&events->lock);
    if (!pending)
        return FALSE;
    if (conn)
        callAll(conn, callbacks, pending->event);
    pendingFree(pending);
    return TRUE;
}

static void buryDead(virConnectEvents *events)
{
    Callback *callback;

    do {
        g_mutex_lock(&events->lock);
        callback = g_queue_pop_head(&events->dead);
        g_mutex_unlock(&events->lock);
        if (callback)
            callbackUnref(callback);
    } while (callback);
}

static void onTimer(int timer, void *opaque)
{
    virConnectEvents *events = eventsRef(opaque);   /* the loop may free its own while a callback closes */
    guint n_waiting;

    /* First, so that who fills the queue from here on wakes the loop again. */
    events->loop->updateTimeout(timer, -1);
    g_mutex_lock(&events->lock);
    n_waiting = events->queue.length;
    g_mutex_unlock(&events->lock);
    /* No more than there are now: a callback that causes events must not keep the loop from all else. */
    while (n_waiting > 0 && deliverNext(events))
        n_waiting--;
    buryDead(events);
    eventsUnref(events);
}

static void onEvent(int registration, const virNetworkEvent *event, void *opaque)
{
    virConnectEvents *events = opaque;
    Pending *pending = g_new0(Pending, 1);

    pending->registration = registration;
    pending->event = virNetworkEventCopy(event);
    g_mutex_lock(&events->lock);
    g_queue_push_tail(&events->queue, pending);
    g_mutex_unlock(&events->lock);
    wakeLoop(events);
}

static void onClosed(int reason, void *opaque)
{
    virConnectEvents *events = opaque;
    virConnectCloseRequest request;
    virConnectPtr conn;

    g_mutex_lock(&events->lock);
    request = events->close;
    events->close = (virConnectCloseRequest){ 0 };
    conn = events->conn;            /* what was registered holds a reference */
    g_mutex_unlock(&events->lock);
    if (!request.cb)
        return;
    request.cb(conn, reason, request.opaque);
    if (request.freecb)
        request.freecb(request.opaque);
    (void)virDatatypesUnrefConnect(conn);
}

virDriverSink *virConnectEventsNewSink(virConnectEvents *events)
{
    const virDriverSink model = { .event = onEvent, .closed = onClosed, .free_opaque = eventsUnref,
                                  .opaque = eventsRef(events) };

    return virDriverSinkNew(&model);
}

/* --- Registering ------------------------------------------------------------------------------------------------ */

static gboolean isSame(const virConnectEventRequest *a, const virConnectEventRequest *b)
{
    if (a->id != b->id || !a->net != !b->net)
        return FALSE;
    return !a->net || memcmp(a->net->ident.uuid, b->net->ident.uuid, VIR_UUID_LEN) == 0;
}

/* The silent timer that delivers, made with the first callback. */
static int ensureTimer(virConnectEvents *events, GError **err)
{
    int timer = NO_TIMER;

    if (events->timer != NO_TIMER)      /* set under the register lock */
        return 0;
    if (events->loop)
        timer = events->loop->addTimeout(-1, onTimer, eventsRef(events), eventsUnref);
    if (timer < 0) {
        if (events->loop)
            eventsUnref(events);
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "could not initialize domain event timer");
    }
    g_mutex_lock(&events->lock);
    events->timer = timer;
    g_mutex_unlock(&events->lock);
    return 0;
}

/* *@ret_known: a callback for the same events, whose registration can be shared; NULL: there is none. */
static int findKnownLocked(virConnectEvents *events, const virConnectEventRequest *req, const Callback **ret_known,
                           GError **err)
{
    for (guint i = 0; i < events->callbacks->len; i++) {
        const Callback *callback = events->callbacks->pdata[i];

        if (!isSame(&callback->what, req))
            continue;
        if (callback->what.cb == req->cb)
            return virFail(err, VIR_ERR_INVALID_ARG, "event callback already tracked");
        *ret_known = callback;
    }
    return 0;
}

static int askDriver(virConnectEvents *events, const virConnectEventRequest *req, int *ret_registration, GError **err)
{
    virNetworkEventFilter filter = { .id = req->id, .net = req->net ? &req->net->ident : NULL };

    return events->conn->driver->networkEventRegister(events->conn->data, &filter, ret_registration, err);
}

/* Finds or makes the driver's registration. Called with the register lock held; leaves `registering` counted on success. */
static int enrol(virConnectEvents *events, const virConnectEventRequest *req, int *ret_registration, GError **err)
{
    const Callback *known = NULL;
    int ret;

    g_mutex_lock(&events->lock);
    ret = findKnownLocked(events, req, &known, err);
    if (known)
        *ret_registration = known->registration;
    if (ret == 0)
        events->registering++;
    g_mutex_unlock(&events->lock);
    if (ret < 0 || known)
        return ret;
    ret = askDriver(events, req, ret_registration, err);
    if (ret < 0) {
        g_mutex_lock(&events->lock);
        events->registering--;
        g_mutex_unlock(&events->lock);
    }
    return ret;
}

static int addCallbackLocked(virConnectEvents *events, const virConnectEventRequest *req, int registration)
{
    Callback *callback = g_new0(Callback, 1);

    g_atomic_ref_count_init(&callback->refs);
    callback->id = events->next_id++;
    callback->registration = registration;
    callback->what = *req;
    g_atomic_int_inc(&events->conn->refs);
    if (req->net)
        g_atomic_int_inc(&req->net->refs);
    g_ptr_array_add(events->callbacks, callback);
    events->registering--;
    return callback->id;
}

int virConnectEventsRegister(virConnectEvents *events, const virConnectEventRequest *req, int *ret_id, GError **err)
{
    int registration = -1;
    int ret;

    g_rec_mutex_lock(&events->register_lock);
    ret = ensureTimer(events, err);
    if (ret == 0)
        ret = enrol(events, req, &registration, err);
    if (ret == 0) {
        g_mutex_lock(&events->lock);
        *ret_id = addCallbackLocked(events, req, registration);
        g_mutex_unlock(&events->lock);
    }
    g_rec_mutex_unlock(&events->register_lock);
    wakeLoop(events);       /* it may have waited with the first events of the registration */
    return ret;
}

/* Takes over the callback from the list; NULL if there is none. *@ret_last: nobody else shares its registration. */
static Callback *takeCallbackLocked(virConnectEvents *events, int id, gboolean *ret_last)
{
    Callback *callback = NULL;

    for (guint i = 0; !callback && i < events->callbacks->len; i++) {
        Callback *candidate = events->callbacks->pdata[i];

        if (candidate->id == id)
            callback = g_ptr_array_steal_index(events->callbacks, i);
    }
    if (!callback)
        return NULL;
    *ret_last = TRUE;
    for (guint i = 0; i < events->callbacks->len; i++)
        *ret_last &= ((Callback *)events->callbacks->pdata[i])->registration != callback->registration;
    g_atomic_int_set(&callback->gone, 1);
    return callback;
}

/* Its value is freed by the loop, since the callback may be running; what it holds of the library is given up now. */
static void retire(virConnectEvents *events, virConnectPtr conn, Callback *callback)
{
    virNetworkPtr net = g_steal_pointer(&callback->what.net);

    g_mutex_lock(&events->lock);
    g_queue_push_tail(&events->dead, callback);
    g_mutex_unlock(&events->lock);
    wakeLoop(events);
    if (net)
        virDatatypesUnrefNetwork(net);
    (void)virDatatypesUnrefConnect(conn);
}

int virConnectEventsDeregister(virConnectEvents *events, int id, GError **err)
{
    gboolean last = FALSE;
    Callback *callback;
    virConnectPtr conn;
    int registration;
    int ret = 0;

    g_rec_mutex_lock(&events->register_lock);
    g_mutex_lock(&events->lock);
    conn = events->conn;
    callback = takeCallbackLocked(events, id, &last);
    registration = callback ? callback->registration : -1;
    g_mutex_unlock(&events->lock);
    if (last)
        ret = conn->driver->networkEventDeregister(conn->data, registration, err);
    g_rec_mutex_unlock(&events->register_lock);
    if (!callback)
        return virFail(err, VIR_ERR_INVALID_ARG, "could not find event callback %d for deletion", id);
    retire(events, conn, callback);
    return ret;
}

/* --- The end ---------------------------------------------------------------------------------------------------- */

int virConnectEventsWatchClose(virConnectEvents *events, const virConnectCloseRequest *req, GError **err)
{
    virConnectPtr conn = NULL;

    g_mutex_lock(&events->lock);
    if (!events->close.cb) {
        events->close = *req;
        conn = events->conn;
        g_atomic_int_inc(&conn->refs);
    }
    g_mutex_unlock(&events->lock);
    if (!conn)
        return virErrorSet(err, VIR_FROM_REMOTE, VIR_ERR_OPERATION_INVALID, "A close callback is already registered");
    if (conn->driver->connectWatchClose(conn->data, TRUE, err) == 0)
        return 0;
    g_mutex_lock(&events->lock);
    conn = events->close.cb == req->cb ? conn : NULL;       /* the failure may have been the end, and told as such */
    if (conn)
        events->close = (virConnectCloseRequest){ 0 };
    g_mutex_unlock(&events->lock);
    if (conn)
        (void)virDatatypesUnrefConnect(conn);
    return -1;
}

int virConnectEventsUnwatchClose(virConnectEvents *events, virConnectCloseFunc cb, GError **err)
{
    virConnectCloseRequest request = { 0 };
    virConnectPtr conn;

    g_mutex_lock(&events->lock);
    conn = events->conn;
    if (cb == events->close.cb) {
        request = events->close;
        events->close = (virConnectCloseRequest){ 0 };
    }
    g_mutex_unlock(&events->lock);
    if (!request.cb)
        return virErrorSet(err, VIR_FROM_REMOTE, VIR_ERR_OPERATION_INVALID, "A different callback was requested");
    (void)conn->driver->connectWatchClose(conn->data, FALSE, NULL);     /* a daemon that is gone need not know */
    if (request.freecb)
        request.freecb(request.opaque);
    (void)virDatatypesUnrefConnect(conn);
    return 0;
}
