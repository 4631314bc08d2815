/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_client.c: calls a server over one socket
 *
 * One of the waiting threads reads and gives each reply to the thread that waits for it; when it has its own, the
 * next one reads on. Messages for nobody, and the end, go to the listener. Payloads are not looked into. The remote driver
 * calls it.
 */
#include "rpc_client.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rpc_keepalive.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_RPC

#define READ_CHUNK 65536

/* A call that waits; lives on the stack of its thread. */
typedef struct {
    guint32 program, version;
    gint32 procedure;
    guint32 serial;
    GByteArray *reply;
    GError *failure;
} Waiter;

#define NO_END (-1)

struct _virRpcClient {
    gatomicrefcount refs;
    virRpcClientListener listener;
    gint64 (*clock)(void);
    int fd;                 /* -1: closed */
    GMutex send_lock;       /* held while one message is written; who holds lock only tries it */

    GMutex lock;            /* guards all below */
    GCond wake;
    guint32 next_serial;
    GList *waiters;         /* Waiter */
    gboolean reading;       /* a thread reads; it alone uses reader and chunk */
    gboolean broken;        /* nothing more can be sent or received */
    virRpcKeepalive keepalive;

    GQueue messages;        /* GByteArray, for the listener */
    int end_reason;         /* for the listener; NO_END: none, or told */
    gboolean delivering;    /* a thread calls the listener, and will go on until there is nothing more for it */
    gboolean closed;        /* the listener is not called any more */

    virRpcReader *reader;
    guint8 chunk[READ_CHUNK];
};

virRpcClient *virRpcClientNew(int fd, const virRpcClientListener *listener)
{
    virRpcClient *client = g_new0(virRpcClient, 1);

    g_atomic_ref_count_init(&client->refs);
    if (listener)
        client->listener = *listener;
    client->clock = g_get_monotonic_time;
    client->fd = fd;
    client->reader = virRpcReaderNew();
    client->end_reason = NO_END;
    g_queue_init(&client->messages);
    g_mutex_init(&client->send_lock);
    g_mutex_init(&client->lock);
    g_cond_init(&client->wake);
    return client;
}

virRpcClient *virRpcClientRef(virRpcClient *client)
{
    g_atomic_ref_count_inc(&client->refs);
    return client;
}

void virRpcClientUnref(virRpcClient *client)
{
    if (!client || !g_atomic_ref_count_dec(&client->refs))
        return;
    g_assert(!client->waiters);
    if (client->fd >= 0)
        close(client->fd);
    if (client->listener.free_opaque)
        client->listener.free_opaque(client->listener.opaque);
    g_queue_clear_full(&client->messages, (GDestroyNotify)g_byte_array_unref);
    virRpcReaderFree(client->reader);
    g_cond_clear(&client->wake);
    g_mutex_clear(&client->lock);
    g_mutex_clear(&client->send_lock);
    g_free(client);
}

void virRpcClientClose(virRpcClient *client)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&client->lock);

    g_assert(!client->waiters);
    client->closed = TRUE;
    client->broken = TRUE;
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
}

int virRpcClientGetFd(const virRpcClient *client)
{
    return client->fd;
}

void virRpcClientSetClock(virRpcClient *client, gint64 (*clock)(void))
{
    client->clock = clock;
}

/* Calls the listener, with the lock given up meanwhile. One thread does so at a time, so that messages keep their order. */
static void deliverLocked(virRpcClient *client)
{
    const virRpcClientListener *listener = &client->listener;

    if (client->delivering)
        return;
    client->delivering = TRUE;
    while (!client->closed && (client->messages.length > 0 || client->end_reason != NO_END)) {
        g_autoptr(GByteArray) message = g_queue_pop_head(&client->messages);
        int reason = message ? NO_END : client->end_reason;

        if (!message)
            client->end_reason = NO_END;
        g_mutex_unlock(&client->lock);
        if (message && listener->message)
            listener->message(message, listener->opaque);
        else if (!message && listener->ended)
            listener->ended(reason, listener->opaque);
        g_mutex_lock(&client->lock);
    }
    client->delivering = FALSE;
}

static int sendLocked(virRpcClient *client, const GByteArray *frame, GError **err)
{
    gsize sent = 0;

    while (sent < frame->len) {
        gssize n = send(client->fd, frame->data + sent, frame->len - sent, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return virFailErrno(err, errno, "Cannot write data");
        sent += n;
    }
    return 0;
}

static int sendFrame(virRpcClient *client, const GByteArray *frame, GError **err)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&client->send_lock);

    return sendLocked(client, frame, err);
}

/*
 * Sends a ping or a pong, unless a call is just being written or has filled the socket: that shows the server as well that we
 * live, and the thread that reads must not wait for one that writes. Such a short message is never cut by a local socket.
 */
static int sendKeepalive(virRpcClient *client, gint32 procedure, GError **err)
{
    g_autoptr(GByteArray) frame = virRpcFrameNewKeepalive(procedure);
    gssize n;

    if (!g_mutex_trylock(&client->send_lock))
        return 0;
    do {
        n = send(client->fd, frame->data, frame->len, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    g_mutex_unlock(&client->send_lock);
    if (n < 0 && errno != EAGAIN)
        return virFailErrno(err, errno, "Cannot write data");
    return 0;
}

/* The connection is at its end: all who wait get @failure, later calls are refused, the listener learns @reason. */
static void breakLocked(virRpcClient *client, const GError *failure, virConnectCloseReason reason)
{
    if (client->broken)
        return;
    client->broken = TRUE;
    client->end_reason = reason;
    shutdown(client->fd, SHUT_RDWR);
    for (GList *link = client->waiters; link; link = link->next) {
        Waiter *waiter = link->data;

        if (!waiter->reply && !waiter->failure)
            waiter->failure = g_error_copy(failure);
    }
}

static Waiter *findLocked(virRpcClient *client, const virRpcHeader *header)
{
    for (GList *link = client->waiters; link; link = link->next) {
        Waiter *waiter = link->data;

        if (waiter->serial == header->serial && waiter->procedure == header->procedure && !waiter->reply &&
            waiter->program == header->program && waiter->version == header->version)
            return waiter;
    }
    return NULL;
}

/* Gives @frame, which it takes over, to whom it belongs. */
static int handleFrameLocked(virRpcClient *client, GByteArray *frame, GError **err)
{
    g_autoptr(GByteArray) mine = frame;
    virRpcHeader header;
    Waiter *waiter;

    virRpcFrameGetHeader(frame, &header);
    virRpcKeepaliveHear(&client->keepalive, client->clock());
    if (virRpcHeaderIsKeepalive(&header)) {
        gboolean asks = header.procedure == VIR_RPC_KEEPALIVE_PING;

        return asks ? sendKeepalive(client, VIR_RPC_KEEPALIVE_PONG, err) : 0;
    }
    if (header.type == VIR_RPC_MESSAGE)
        g_queue_push_tail(&client->messages, g_steal_pointer(&mine));
    if (header.type != VIR_RPC_REPLY)
        return 0;
    waiter = findLocked(client, &header);
    if (!waiter)
        return virFail(err, VIR_ERR_RPC, "no call waits for the reply with program %u, procedure %d, serial %u",
                       header.program, header.procedure, header.serial);
    waiter->reply = g_steal_pointer(&mine);
    return 0;
}

static int handleFramesLocked(virRpcClient *client, GError **err)
{
    GByteArray *frame = NULL;

    do {
        if (virRpcReaderTake(client->reader, &frame, err) < 0)
            return -1;
        if (frame && handleFrameLocked(client, frame, err) < 0)
            return -1;
    } while (frame);
    return 0;
}

/* Returns what recv() did, with EINTR hidden; errno is kept. */
static gssize receive(virRpcClient *client, int flags)
{
    gssize n;

    do {
        n = recv(client->fd, client->chunk, sizeof(client->chunk), flags);
    } while (n < 0 && errno == EINTR);
    return n;
}

/* Takes in what receive() gave. @errnum is its errno. */
static void takeInLocked(virRpcClient *client, gssize n, int errnum)
{
    g_autoptr(GError) failure = NULL;

    if (n < 0 && errnum == EAGAIN)
        return;
    if (n > 0) {
        virRpcReaderFeed(client->reader, client->chunk, n);
        (void)handleFramesLocked(client, &failure);      /* says so in failure */
    } else if (n == 0) {
        virFailErrno(&failure, EIO, "End of file while reading data");
    } else {
        virFailErrno(&failure, errnum, "Cannot recv data");
    }
    if (failure)
        breakLocked(client, failure, n == 0 ? VIR_CONNECT_CLOSE_REASON_EOF : VIR_CONNECT_CLOSE_REASON_ERROR);
    g_cond_broadcast(&client->wake);
}

/* Asks a server for a sign of life that has been silent for too long, or gives it up. */
static void lookAfterLocked(virRpcClient *client)
{
    g_autoptr(GError) failure = NULL;
    virRpcKeepaliveVerdict verdict;

    if (client->broken)
        return;
    verdict = virRpcKeepaliveLook(&client->keepalive, client->clock());
    if (verdict == VIR_RPC_KEEPALIVE_GONE) {
        virFail(&failure, VIR_ERR_INTERNAL_ERROR, "connection closed due to keepalive timeout");
        breakLocked(client, failure, VIR_CONNECT_CLOSE_REASON_KEEPALIVE);
        g_cond_broadcast(&client->wake);
    } else if (verdict == VIR_RPC_KEEPALIVE_ASK && sendKeepalive(client, VIR_RPC_KEEPALIVE_PING, &failure) < 0) {
        breakLocked(client, failure, VIR_CONNECT_CLOSE_REASON_EOF);
        g_cond_broadcast(&client->wake);
    }
}

/* How long poll() may wait for something to read; -1: for ever. */
static int getPatienceLocked(const virRpcClient *client)
{
    gint64 next = virRpcKeepaliveNext(&client->keepalive);
    gint64 now = client->clock();

    if (next < 0)
        return -1;
    return next <= now ? 0 : (int)MIN((next - now) / 1000 + 1, G_MAXINT);
}

/* Reads once, for all who wait; gives up the lock meanwhile. */
static void readLocked(virRpcClient *client)
{
    struct pollfd readable = { .fd = client->fd, .events = POLLIN };
    int patience = getPatienceLocked(client);
    gssize n;
    int errnum;

    client->reading = TRUE;
    g_mutex_unlock(&client->lock);
    (void)poll(&readable, 1, patience);     /* whatever it says, the socket is asked */
    n = receive(client, MSG_DONTWAIT);
    errnum = errno;
    g_mutex_lock(&client->lock);
    client->reading = FALSE;
    takeInLocked(client, n, errnum);
    lookAfterLocked(client);
}

static void waitLocked(virRpcClient *client, Waiter *waiter)
{
    while (!waiter->reply && !waiter->failure) {
        if (client->reading)
            g_cond_wait(&client->wake, &client->lock);
        else
            readLocked(client);
        deliverLocked(client);
    }
}

/*
 * Enrols @waiter and sends its call. The lock is not held while writing, or nobody could read what makes room for it.
 */
static int startLocked(virRpcClient *client, Waiter *waiter, const virRpcClientRequest *request, GError **err)
{
    gboolean is_remote = request->program == 0;
    virRpcHeader header = { .program = is_remote ? VIR_RPC_PROGRAM_REMOTE : request->program,
                            .version = is_remote ? VIR_RPC_PROGRAM_VERSION : request->version,
                            .procedure = request->procedure, .type = VIR_RPC_CALL, .serial = client->next_serial };
    g_autoptr(GByteArray) frame = NULL;
    int sent;

    if (client->broken)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "client socket is closed");
    frame = virRpcFrameNew(&header, request->encode, request->args, err);
    if (!frame)
        return -1;
    waiter->program = header.program;
    waiter->version = header.version;
    waiter->procedure = request->procedure;
    waiter->serial = client->next_serial++;
    client->waiters = g_list_prepend(client->waiters, waiter);
    g_mutex_unlock(&client->lock);
    sent = sendFrame(client, frame, err);
    g_mutex_lock(&client->lock);
    return sent;
}

int virRpcClientCall(virRpcClient *client, const virRpcClientRequest *request, GByteArray **ret_reply, GError **err)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&client->lock);
    g_autoptr(GError) failure = NULL;
    Waiter waiter = { 0 };

    if (startLocked(client, &waiter, request, &failure) == 0)
        waitLocked(client, &waiter);
    else if (waiter.procedure && !waiter.failure)
        breakLocked(client, failure, VIR_CONNECT_CLOSE_REASON_EOF);   /* nobody is there to read it */
    client->waiters = g_list_remove(client->waiters, &waiter);
    g_cond_broadcast(&client->wake);    /* somebody else must read now */
    deliverLocked(client);
    if (waiter.reply) {
        g_clear_error(&waiter.failure);
        *ret_reply = waiter.reply;
        return 0;
    }
    if (failure)
        g_clear_error(&waiter.failure);
    g_propagate_error(err, failure ? g_steal_pointer(&failure) : waiter.failure);
    return -1;
}

gboolean virRpcClientPump(virRpcClient *client)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&client->lock);
    gssize n = 1;

    /* Who reads will see the end by itself. */
    while (!client->broken && !client->reading && n > 0) {
        n = receive(client, MSG_DONTWAIT);
        takeInLocked(client, n, errno);
    }
    deliverLocked(client);
    return !client->broken;
}

void virRpcClientSetKeepalive(virRpcClient *client, gint64 interval_us, unsigned int count)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&client->lock);

    virRpcKeepaliveStart(&client->keepalive, interval_us, count, client->clock());
}

gint64 virRpcClientLookAfter(virRpcClient *client)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&client->lock);
    gint64 next, now;

    lookAfterLocked(client);
    deliverLocked(client);
    next = virRpcKeepaliveNext(&client->keepalive);
    now = client->clock();
    if (client->broken || next < 0)
        return -1;
    return MAX(next - now, 0);
}
