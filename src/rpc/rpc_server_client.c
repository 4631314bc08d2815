/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_server_client.c: one connection of the RPC server
 *
 * Reads what comes, hands whole calls to the workers and writes what is to be written, never waiting. It neither
 * accepts connections nor runs calls. rpc_server.c makes it and brings finished jobs back.
 */
#include "rpc_keepalive.h"
#include "rpc_server_priv.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "virlog.h"

/* What is read at a time: little, since calls wait in the socket as well as here, unless one message is known to be long. */
#define READ_CHUNK 4096
#define READ_CHUNK_MAX 65536

/* Requests up to this size do not count into the limit on large ones: small ones are always served. */
#define SMALL_REQUEST 65536

/* Answers are few, since calls in flight are; more of these are pongs for a client that never reads. */
#define MAX_KEEPALIVES 1024

/* What one message in the queue takes beside its bytes. */
#define MESSAGE_COST 128

typedef enum {
    OUTPUT_ANSWER,
    OUTPUT_KEEPALIVE,
    OUTPUT_EVENT,
} OutputKind;

typedef struct {
    GByteArray *frame;
    OutputKind kind;
} Output;

struct _virRpcServerClient {
    virRpcServer *server;
    unsigned int refs;          /* one while open, one per job, one while the loop works on it */
    unsigned int id;            /* for the log */
    int fd;                     /* -1: closed */
    GSource *source;
    void *tag;
    GIOCondition wanted;        /* what the source was told to wait for */
    void *data;                 /* the service's */
    virRpcReader *reader;

    GQueue output;              /* Output */
    gsize output_sent;          /* bytes of the first one that are written */
    gsize output_bytes;         /* of all, written or not */
    gsize event_bytes;          /* what events among them cost */
    unsigned int n_keepalives;  /* among them */
    unsigned int in_flight;     /* calls whose answer is not wholly written */
    gboolean close_after;       /* once the output is empty */

    gsize jobs_bytes;           /* what large requests now being served take */
    gsize counted_bytes;        /* this client's share of server->held_bytes */

    virRpcMailbox *mailbox;
    GSource *timer;             /* keepalive; NULL: not asked for */
    virRpcKeepalive keepalive;
};

static gboolean isOpen(const virRpcServerClient *client)
{
    return client->fd >= 0;
}

static void outputFree(Output *output)
{
    g_byte_array_unref(output->frame);
    g_free(output);
}

static void count(virRpcServerClient *client, gsize bytes)
{
    client->server->held_bytes += bytes - client->counted_bytes;
    client->counted_bytes = bytes;
}

/*
 * A client counts until its last call has ended, also when it is no longer connected: otherwise connecting, calling and
 * leaving without end would pile up calls.
 */
static void unref(virRpcServerClient *client)
{
    virRpcServer *server = client->server;

    if (--client->refs > 0)
        return;
    server->service->clientFree(client->data);
    virRpcMailboxUnref(client->mailbox);
    g_free(client);
    server->n_clients--;
    virRpcServerClientsChanged(server);
}

void virRpcServerClientClose(virRpcServerClient *client)
{
    virRpcServer *server = client->server;

    if (!isOpen(client))
        return;
    VIR_DEBUG("client %u: closed", client->id);
    virRpcMailboxClose(client->mailbox);
    g_clear_pointer(&client->source, virRpcSourceFree);
    g_clear_pointer(&client->timer, virRpcSourceFree);
    close(client->fd);
    client->fd = -1;
    g_queue_clear_full(&client->output, (GDestroyNotify)outputFree);
    virRpcReaderFree(g_steal_pointer(&client->reader));
    count(client, client->jobs_bytes);
    server->clients = g_list_remove(server->clients, client);
    unref(client);
}

/* Takes @output into account, or out of it. */
static void account(virRpcServerClient *client, const Output *output, int sign)
{
    client->output_bytes += sign * (gssize)output->frame->len;
    if (output->kind == OUTPUT_EVENT)
        client->event_bytes += sign * (gssize)(output->frame->len + MESSAGE_COST);
    else if (output->kind == OUTPUT_KEEPALIVE)
        client->n_keepalives += sign;
}

static gboolean isTooMuch(const virRpcServerClient *client)
{
    const virRpcServerConfig *config = &client->server->config;

    return client->output_bytes > config->max_output_bytes || client->event_bytes > config->max_event_bytes ||
           client->n_keepalives > MAX_KEEPALIVES;
}

static void enqueue(virRpcServerClient *client, GByteArray *frame, OutputKind kind)
{
    Output *output = g_new0(Output, 1);

    output->frame = frame;
    output->kind = kind;
    g_queue_push_tail(&client->output, output);
    account(client, output, 1);
    if (!isTooMuch(client))
        return;
    virRpcServerComplain(client->server, "client %u: %zu bytes in %u messages wait for it to read: connection closed",
                         client->id, client->output_bytes, client->output.length);
    virRpcServerClientClose(client);
}

/* The first message has been written wholly. */
static void shift(virRpcServerClient *client)
{
    Output *output = g_queue_pop_head(&client->output);

    client->output_sent = 0;
    account(client, output, -1);
    client->in_flight -= output->kind == OUTPUT_ANSWER;
    outputFree(output);
}

/* Writes as much as the socket takes. */
static void flush(virRpcServerClient *client)
{
    Output *output;

    while (isOpen(client) && (output = g_queue_peek_head(&client->output))) {
        const GByteArray *frame = output->frame;
        gssize n = send(client->fd, frame->data + client->output_sent, frame->len - client->output_sent,
                        MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0) {
            VIR_DEBUG("client %u: cannot write: %s", client->id, g_strerror(errno));
            virRpcServerClientClose(client);
            return;
        }
        client->output_sent += n;
        if (client->output_sent == frame->len)
            shift(client);
    }
    if (isOpen(client) && client->close_after)
        virRpcServerClientClose(client);
}

/* Closes the connection if large requests take more than they may, and this client holds one. */
static void accountInput(virRpcServerClient *client)
{
    virRpcServer *server = client->server;
    gsize held = virRpcReaderGetHeld(client->reader);

    count(client, client->jobs_bytes + (held > SMALL_REQUEST ? held - SMALL_REQUEST : 0));
    if (client->counted_bytes == 0 || server->held_bytes <= server->config.max_input_bytes)
        return;
    virRpcServerComplain(server, "client %u: large requests of all clients take %zu bytes: connection closed",
                         client->id, server->held_bytes);
    virRpcServerClientClose(client);
}

static gsize largeSize(const virRpcJob *job)
{
    return job->frame->len > SMALL_REQUEST ? job->frame->len : 0;
}

static gboolean mayRead(const virRpcServerClient *client)
{
    return !client->server->stopping && !client->close_after &&
           client->in_flight < client->server->config.max_client_requests;
}

/* Waits for what is needed to go on. Telling the source wakes its loop, so it is told only what is new. */
static void waitForSocket(virRpcServerClient *client)
{
    GIOCondition wanted = 0;

    if (mayRead(client))
        wanted |= G_IO_IN;
    if (!g_queue_is_empty(&client->output))
        wanted |= G_IO_OUT;
    if (wanted != client->wanted)
        g_source_modify_unix_fd(client->source, client->tag, wanted);
    client->wanted = wanted;
}

/* The client has a reference. */
static void lookAfter(virRpcServerClient *client)
{
    virRpcKeepaliveVerdict verdict = virRpcKeepaliveLook(&client->keepalive, g_get_monotonic_time());

    if (verdict == VIR_RPC_KEEPALIVE_GONE) {
        VIR_INFO("client %u: answers no keepalive message: connection closed", client->id);
        virRpcServerClientClose(client);
    } else if (verdict == VIR_RPC_KEEPALIVE_ASK) {
        enqueue(client, virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PING), OUTPUT_KEEPALIVE);
        if (isOpen(client))
            waitForSocket(client);
    }
    if (isOpen(client))
        g_source_set_ready_time(client->timer, virRpcKeepaliveNext(&client->keepalive));
}

static gboolean onTimer(void *opaque)
{
    virRpcServerClient *client = opaque;

    client->refs++;
    lookAfter(client);
    unref(client);
    return G_SOURCE_CONTINUE;
}

static void startKeepalive(virRpcServerClient *client)
{
    const virRpcServerConfig *config = &client->server->config;

    if (client->timer || config->keepalive_interval_ms <= 0)
        return;
    virRpcKeepaliveStart(&client->keepalive, config->keepalive_interval_ms * G_GINT64_CONSTANT(1000),
                         config->keepalive_count, g_get_monotonic_time());
    client->timer = virRpcSourceNew(client->server->context, onTimer, client);
    g_source_set_ready_time(client->timer, virRpcKeepaliveNext(&client->keepalive));
}

static virRpcJob *newJob(virRpcServerClient *client, const virRpcHeader *header, GByteArray *frame)
{
    virRpcJob *job = g_new0(virRpcJob, 1);

    job->server = client->server;
    job->client = client;
    job->client_data = client->data;
    job->header = *header;
    job->header.type = VIR_RPC_CALL;
    job->frame = frame;
    job->payload_offset = VIR_RPC_HEADER_BYTES;
    if (header->type == VIR_RPC_CALL_WITH_FDS)
        job->payload_offset += 4;
    client->refs++;
    client->in_flight++;
    client->jobs_bytes += largeSize(job);
    return job;
}

/* Takes over @job, which is done; the caller has a reference of its client, which may be closed then. */
static void takeAnswer(virRpcJob *job)
{
    virRpcServerClient *client = job->client;
    GByteArray *frame = g_steal_pointer(&job->answer.frame);

    client->jobs_bytes -= largeSize(job);
    if (isOpen(client) && frame) {
        client->close_after |= job->answer.close_after;
        if (job->answer.start_keepalive)
            startKeepalive(client);
        enqueue(client, g_steal_pointer(&frame), OUTPUT_ANSWER);
    } else {
        virRpcServerClientClose(client);
        count(client, client->jobs_bytes);
    }
    g_clear_pointer(&frame, g_byte_array_unref);
    g_byte_array_unref(job->frame);
    g_free(job);
    unref(client);
}

/* Serves @frame, which it takes over, or hands it to a worker: always where calls of this client wait for theirs. */
static void startCall(virRpcServerClient *client, const virRpcHeader *header, GByteArray *frame)
{
    virRpcServer *server = client->server;
    virRpcJob *job = newJob(client, header, frame);
    virRpcOrder order = { .high = FALSE };

    if (frame->len >= job->payload_offset)
        server->service->order(&job->header, frame->data + job->payload_offset, frame->len - job->payload_offset, &order);
    if (order.at_once && client->in_flight == 1) {
        virRpcServerServe(job);
        takeAnswer(job);
    } else {
        virRpcWorkersPush(server->workers, job, &order);
    }
    g_free(order.turn);
}

/*
 * No procedure takes descriptors. They come behind the message, each with a byte of its own, and the kernel closes what is read
 * without being asked for. Returns FALSE if @frame does not say how many there are.
 */
static gboolean passOverDescriptors(virRpcServerClient *client, const GByteArray *frame)
{
    guint32 n;

    if (frame->len < VIR_RPC_HEADER_BYTES + sizeof(n))
        return FALSE;
    memcpy(&n, frame->data + VIR_RPC_HEADER_BYTES, sizeof(n));
    n = GUINT32_FROM_BE(n);
    if (n > VIR_RPC_DESCRIPTORS_MAX)
        return FALSE;
    virRpcReaderSkip(client->reader, n);
    return TRUE;
}

static void handleFrame(virRpcServerClient *client, GByteArray *frame)
{
    virRpcHeader header;

    virRpcFrameGetHeader(frame, &header);
    virRpcKeepaliveHear(&client->keepalive, g_get_monotonic_time());
    if (virRpcHeaderIsKeepalive(&header)) {
        if (header.procedure == VIR_RPC_KEEPALIVE_PING)
            enqueue(client, virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PONG), OUTPUT_KEEPALIVE);
    } else if (header.type == VIR_RPC_CALL_WITH_FDS && !passOverDescriptors(client, frame)) {
        VIR_INFO("client %u: does not say how many file descriptors come with a call, or sends more than %d: connection closed",
                 client->id, VIR_RPC_DESCRIPTORS_MAX);
        virRpcServerClientClose(client);
    } else if (header.type == VIR_RPC_CALL || header.type == VIR_RPC_CALL_WITH_FDS) {
        startCall(client, &header, g_byte_array_ref(frame));
    }
    g_byte_array_unref(frame);
}

/* Handles the next whole message. Returns FALSE if there is none, or none may be handled now. */
static gboolean handleNext(virRpcServerClient *client)
{
    g_autoptr(GError) err = NULL;
    GByteArray *frame = NULL;

    if (!isOpen(client) || !mayRead(client))
        return FALSE;
    if (virRpcReaderTake(client->reader, &frame, &err) < 0) {
        VIR_INFO("client %u: %s: connection closed", client->id, err->message);
        virRpcServerClientClose(client);
        return FALSE;
    }
    if (!frame)
        return FALSE;
    handleFrame(client, frame);
    return TRUE;
}

/* Does all that can be done without waiting, then waits for what is needed to go on. */
static void goOn(virRpcServerClient *client)
{
    flush(client);
    while (handleNext(client))
        flush(client);
    if (isOpen(client))
        accountInput(client);
    if (isOpen(client))
        waitForSocket(client);
}

static void readSome(virRpcServerClient *client)
{
    guint8 chunk[READ_CHUNK_MAX];
    gsize wanted = CLAMP(virRpcReaderGetMissing(client->reader), READ_CHUNK, READ_CHUNK_MAX);
    gssize n = recv(client->fd, chunk, wanted, MSG_DONTWAIT);

    if (n > 0) {
        virRpcReaderFeed(client->reader, chunk, n);
        return;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0)
        VIR_DEBUG("client %u: cannot read: %s", client->id, g_strerror(errno));
    virRpcServerClientClose(client);
}

static gboolean onSocket(void *opaque)
{
    virRpcServerClient *client = opaque;
    GIOCondition what = g_source_query_unix_fd(client->source, client->tag);

    client->refs++;
    if (mayRead(client) && (what & (G_IO_IN | G_IO_HUP | G_IO_ERR)))
        readSome(client);
    else if (what & (G_IO_HUP | G_IO_ERR))
        virRpcServerClientClose(client);    /* nobody reads the answers; poll would report it for ever */
    if (isOpen(client))
        goOn(client);
    unref(client);
    return G_SOURCE_CONTINUE;
}

void virRpcServerClientMail(virRpcServerClient *client, GQueue *frames)
{
    GByteArray *frame;

    client->refs++;
    while ((frame = g_queue_pop_head(frames))) {
        if (isOpen(client) && !client->close_after)
            enqueue(client, frame, OUTPUT_EVENT);
        else
            g_byte_array_unref(frame);
        flush(client);      /* what the socket takes does not pile up */
    }
    if (isOpen(client))
        goOn(client);
    unref(client);
}

void virRpcServerClientFinish(virRpcJob *job)
{
    virRpcServerClient *client = job->client;

    client->refs++;
    takeAnswer(job);
    if (isOpen(client))
        goOn(client);
    unref(client);
}

static void identify(int fd, virRpcPeer *ret_peer)
{
    struct ucred cred;
    socklen_t len = sizeof(cred);

    ret_peer->pid = -1;
    ret_peer->uid = (uid_t)-1;
    ret_peer->gid = (gid_t)-1;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
        return;
    ret_peer->pid = cred.pid;
    ret_peer->uid = cred.uid;
    ret_peer->gid = cred.gid;
}

void virRpcServerClientNew(virRpcServer *server, int fd, gboolean readonly)
{
    virRpcServerClient *client = g_new0(virRpcServerClient, 1);
    virRpcPeer peer = { .readonly = readonly };

    identify(fd, &peer);
    client->server = server;
    client->refs = 1;
    client->id = ++server->next_id;
    client->fd = fd;
    client->reader = virRpcReaderNew();
    g_queue_init(&client->output);
    client->mailbox = virRpcMailboxNew(server, client);
    peer.mailbox = client->mailbox;
    client->data = server->service->clientNew(server->opaque, &peer);
    client->source = virRpcSourceNew(server->context, onSocket, client);
    client->wanted = G_IO_IN;
    client->tag = g_source_add_unix_fd(client->source, fd, client->wanted);
    server->clients = g_list_prepend(server->clients, client);
    server->n_clients++;
    VIR_INFO("client %u: connected to the %s socket: pid %d, uid %d, gid %d", client->id,
             readonly ? "read-only" : "read-write", (int)peer.pid, (int)peer.uid, (int)peer.gid);
    virRpcServerClientsChanged(server);
}
