/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_client.c: calls a server over one socket
 *
 * One of the waiting threads reads and gives each reply to the thread that waits for it; when it has its own, the
 * next one reads on. Payloads are not looked into. The remote driver calls it.
 */
#include "rpc_client.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

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

struct _virRpcClient {
    int fd;
    GMutex send_lock;       /* held while one message is written; who holds lock only tries it */

    GMutex lock;            /* guards all below */
    GCond wake;
    guint32 next_serial;
    GList *waiters;         /* Waiter */
    gboolean reading;       /* a thread reads; it alone uses reader and chunk */
    gboolean broken;        /* nothing more can be sent or received */

    virRpcReader *reader;
    guint8 chunk[READ_CHUNK];
};

virRpcClient *virRpcClientNew(int fd)
{
    virRpcClient *client = g_new0(virRpcClient, 1);

    client->fd = fd;
    client->reader = virRpcReaderNew();
    g_mutex_init(&client->send_lock);
    g_mutex_init(&client->lock);
    g_cond_init(&client->wake);
    return client;
}

void virRpcClientFree(virRpcClient *client)
{
    if (!client)
        return;
    g_assert(!client->waiters);
    close(client->fd);
    virRpcReaderFree(client->reader);
    g_cond_clear(&client->wake);
    g_mutex_clear(&client->lock);
    g_mutex_clear(&client->send_lock);
    g_free(client);
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
 * Answers a ping, unless a call is just being written: that shows the server as well that we live, and the thread that
 * reads must not wait for one that writes.
 */
static int sendPong(virRpcClient *client, GError **err)
{
    g_autoptr(GByteArray) pong = virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PONG);
    int sent;

    if (!g_mutex_trylock(&client->send_lock))
        return 0;
    sent = sendLocked(client, pong, err);
    g_mutex_unlock(&client->send_lock);
    return sent;
}

/* The connection is at its end: all who wait get @failure, later calls are refused. */
static void breakLocked(virRpcClient *client, const GError *failure)
{
    client->broken = TRUE;
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

/* Gives @frame, which it takes over, to whom it belongs. Events are dropped, since nobody can ask for them. */
static int handleFrameLocked(virRpcClient *client, GByteArray *frame, GError **err)
{
    g_autoptr(GByteArray) mine = frame;
    virRpcHeader header;
    Waiter *waiter;

    virRpcFrameGetHeader(frame, &header);
    if (virRpcHeaderIsKeepalive(&header))
        return header.procedure == VIR_RPC_KEEPALIVE_PING ? sendPong(client, err) : 0;
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
static int takeInLocked(virRpcClient *client, gssize n, int errnum, GError **err)
{
    if (n < 0)
        return virFailErrno(err, errnum, "Cannot recv data");
    if (n == 0)
        return virFailErrno(err, EIO, "End of file while reading data");
    virRpcReaderFeed(client->reader, client->chunk, n);
    return handleFramesLocked(client, err);
}

/* Reads once, for all who wait; gives up the lock meanwhile. */
static void readLocked(virRpcClient *client)
{
    g_autoptr(GError) failure = NULL;
    gssize n;
    int errnum;

    client->reading = TRUE;
    g_mutex_unlock(&client->lock);
    n = receive(client, 0);
    errnum = errno;
    g_mutex_lock(&client->lock);
    client->reading = FALSE;
    if (takeInLocked(client, n, errnum, &failure) < 0)
        breakLocked(client, failure);
    g_cond_broadcast(&client->wake);
}

static void waitLocked(virRpcClient *client, Waiter *waiter)
{
    while (!waiter->reply && !waiter->failure) {
        if (client->reading)
            g_cond_wait(&client->wake, &client->lock);
        else
            readLocked(client);
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
        breakLocked(client, failure);
    client->waiters = g_list_remove(client->waiters, &waiter);
    g_cond_broadcast(&client->wake);    /* somebody else must read now */
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

gboolean virRpcClientIsAlive(virRpcClient *client)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&client->lock);

    /* Who reads will see the end by itself. */
    while (!client->broken && !client->reading) {
        g_autoptr(GError) failure = NULL;
        gssize n = receive(client, MSG_DONTWAIT);
        int errnum = errno;

        if (n < 0 && errnum == EAGAIN)
            break;
        if (takeInLocked(client, n, errnum, &failure) < 0)
            breakLocked(client, failure);
        g_cond_broadcast(&client->wake);
    }
    return !client->broken;
}
