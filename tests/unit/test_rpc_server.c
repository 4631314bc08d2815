/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_rpc_server.c: the RPC server over socket pairs, with a service that only echoes
 *
 * Limits, priorities, keepalive and ends of connections. What calls mean is tested with the dispatch.
 */
#include "test_rpc_loop.h"

#include <sys/resource.h>
#include <sys/un.h>

#include "virerror.h"

enum {
    PROC_ECHO = 1,
    PROC_BLOCK = 2,             /* echoes when the gate is open */
    PROC_ECHO_AND_CLOSE = 3,
    PROC_START_KEEPALIVE = 4,
    PROC_NO_ANSWER = 5,
    PROC_BLOCK_IN_TURN = 6,     /* as PROC_BLOCK, sharing a turn with its like */
    PROC_AT_ONCE = 7,           /* echoes, and needs no worker */
    PROC_HIGH = 10,             /* echoes, with high priority */
};

/* What the service does and sees. */
typedef struct {
    GMutex lock;                /* guards all */
    GCond changed;
    gboolean gate_open;
    unsigned int running, peak, begun;
    unsigned int clients_made, clients_freed;
    virRpcPeer peer;            /* of the last client */
    GThread *accepted_on;       /* the thread that made the last client */
    GThread *served_on;         /* the thread that served the last call */
} Echo;

static void *echoClientNew(void *opaque, const virRpcPeer *peer)
{
    Echo *echo = opaque;

    g_mutex_lock(&echo->lock);
    echo->clients_made++;
    echo->peer = *peer;
    echo->accepted_on = g_thread_self();
    g_mutex_unlock(&echo->lock);
    return echo;
}

static void echoClientFree(void *client)
{
    Echo *echo = client;

    g_mutex_lock(&echo->lock);
    echo->clients_freed++;
    g_cond_broadcast(&echo->changed);
    g_mutex_unlock(&echo->lock);
}

static void echoOrder(const virRpcHeader *header, const guint8 *data G_GNUC_UNUSED, gsize len G_GNUC_UNUSED,
                      virRpcOrder *ret_order)
{
    ret_order->high = header->procedure >= PROC_HIGH;
    ret_order->at_once = header->procedure == PROC_AT_ONCE;
    if (header->procedure == PROC_BLOCK_IN_TURN)
        ret_order->turn = g_strdup("turn");
}

static void enter(Echo *echo, gboolean wait)
{
    g_mutex_lock(&echo->lock);
    echo->begun++;
    echo->running++;
    echo->peak = MAX(echo->peak, echo->running);
    echo->served_on = g_thread_self();
    g_cond_broadcast(&echo->changed);
    while (wait && !echo->gate_open)
        g_cond_wait(&echo->changed, &echo->lock);
    echo->running--;
    g_mutex_unlock(&echo->lock);
}

static void echoServe(void *client, const virRpcHeader *header, const guint8 *data, gsize len, virRpcAnswer *ret_answer)
{
    virRpcHeader reply = *header;

    g_assert_cmpuint(header->type, ==, VIR_RPC_CALL);
    enter(client, header->procedure == PROC_BLOCK || header->procedure == PROC_BLOCK_IN_TURN);
    if (header->procedure == PROC_NO_ANSWER)
        return;
    reply.type = VIR_RPC_REPLY;
    ret_answer->frame = virRpcFrameNew(&reply, NULL, NULL, NULL);
    g_byte_array_append(ret_answer->frame, data, len);
    *(guint32 *)(void *)ret_answer->frame->data = GUINT32_TO_BE(ret_answer->frame->len);
    ret_answer->close_after = header->procedure == PROC_ECHO_AND_CLOSE;
    ret_answer->start_keepalive = header->procedure == PROC_START_KEEPALIVE;
}

static const virRpcService echo_service = {
    .clientNew = echoClientNew,
    .clientFree = echoClientFree,
    .order = echoOrder,
    .serve = echoServe,
};

typedef struct {
    Echo echo;
    virRpcServerConfig config;
    TestLoop *loop;
    int fd;                     /* a client's end */
} Fixture;

static void setUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virRpcServerConfigInit(&fixture->config);
}

static void start(Fixture *fixture)
{
    fixture->loop = testLoopNew(&fixture->config, &echo_service, &fixture->echo);
    fixture->fd = testLoopConnect(fixture->loop, FALSE);
}

static void openGate(Fixture *fixture)
{
    g_mutex_lock(&fixture->echo.lock);
    fixture->echo.gate_open = TRUE;
    g_cond_broadcast(&fixture->echo.changed);
    g_mutex_unlock(&fixture->echo.lock);
}

static void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openGate(fixture);
    testLoopFree(fixture->loop);
    close(fixture->fd);
    g_assert_cmpuint(fixture->echo.clients_freed, ==, fixture->echo.clients_made);
}

static void waitBegun(Fixture *fixture, unsigned int wanted)
{
    g_mutex_lock(&fixture->echo.lock);
    while (fixture->echo.begun < wanted)
        g_cond_wait(&fixture->echo.changed, &fixture->echo.lock);
    g_mutex_unlock(&fixture->echo.lock);
}

static GByteArray *callFrame(gint32 procedure, guint32 serial, gsize payload)
{
    virRpcHeader header = { .program = VIR_RPC_PROGRAM_REMOTE, .version = 1, .procedure = procedure, .serial = serial };
    GByteArray *frame = virRpcFrameNew(&header, NULL, NULL, NULL);
    guint at = frame->len;

    g_byte_array_set_size(frame, frame->len + payload);
    memset(frame->data + at, 'p', payload);
    *(guint32 *)(void *)frame->data = GUINT32_TO_BE(frame->len);
    return frame;
}

/* Receives a reply and checks whose it is. */
static void assertReply(int fd, gint32 procedure, guint32 serial)
{
    g_autoptr(GByteArray) frame = testReceiveFrame(fd);
    virRpcHeader header;

    g_assert_nonnull(frame);
    virRpcFrameGetHeader(frame, &header);
    g_assert_cmpuint(header.program, ==, VIR_RPC_PROGRAM_REMOTE);
    g_assert_cmpuint(header.type, ==, VIR_RPC_REPLY);
    g_assert_cmpint(header.procedure, ==, procedure);
    g_assert_cmpuint(header.serial, ==, serial);
}

static void assertKeepalive(int fd, gint32 procedure)
{
    g_autoptr(GByteArray) frame = testReceiveFrame(fd);
    g_autoptr(GByteArray) wanted = virRpcFrameNewKeepalive(procedure);

    testAssertBytes(frame, wanted);
}

static void callIsAnswered(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    start(fixture);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 77, 8)));
    assertReply(fixture->fd, PROC_ECHO, 77);
    g_assert_cmpint(fixture->echo.peer.pid, ==, getpid());
    g_assert_false(fixture->echo.peer.readonly);
}

static void bytesOneByOneAreAnswered(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) frame = callFrame(PROC_ECHO, 1, 8);

    start(fixture);
    for (guint i = 0; i < frame->len; i++)
        g_assert_true(testSend(fixture->fd, frame->data + i, 1));
    assertReply(fixture->fd, PROC_ECHO, 1);
}

static void largeCallIsAnsweredWhole(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) reply = NULL;

    start(fixture);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 1, 5000000)));
    reply = testReceiveFrame(fixture->fd);
    g_assert_cmpuint(reply->len, ==, 5000000 + VIR_RPC_HEADER_BYTES);
}

static void closesOn(Fixture *fixture, const void *opaque)
{
    g_autoptr(GByteArray) bytes = testHex(opaque);

    start(fixture);
    g_assert_true(testSend(fixture->fd, bytes->data, bytes->len));
    g_assert_true(testAtEnd(fixture->fd));
    g_assert_cmpuint(fixture->echo.begun, ==, 0);
}

static void pingIsAnsweredWithPong(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    start(fixture);
    g_assert_true(testSendFrame(fixture->fd, virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PING)));
    assertKeepalive(fixture->fd, VIR_RPC_KEEPALIVE_PONG);
}

static void otherMessagesAreDropped(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const guint32 types[] = { VIR_RPC_REPLY, VIR_RPC_MESSAGE, VIR_RPC_STREAM, VIR_RPC_REPLY_WITH_FDS,
                                     VIR_RPC_STREAM_HOLE, 7, 4000000000u };

    start(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        virRpcHeader header = { .program = VIR_RPC_PROGRAM_REMOTE, .version = 1, .procedure = PROC_ECHO,
                                .type = types[i] };

        g_assert_true(testSendFrame(fixture->fd, virRpcFrameNew(&header, NULL, NULL, NULL)));
    }
    g_assert_true(testSendFrame(fixture->fd, virRpcFrameNewKeepalive(77)));
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 5, 0)));
    assertReply(fixture->fd, PROC_ECHO, 5);
    g_assert_cmpuint(fixture->echo.begun, ==, 1);
}

static void callWithNoDescriptorsIsServed(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) bytes = testHex("00000024 20008086 00000001 00000001 00000004 00000009 00000000"
                                          "00000000 0000002a");
    g_autoptr(GByteArray) wanted = testHex("00000020 20008086 00000001 00000001 00000001 00000009 00000000 0000002a");
    g_autoptr(GByteArray) reply = NULL;

    start(fixture);
    g_assert_true(testSend(fixture->fd, bytes->data, bytes->len));
    reply = testReceiveFrame(fixture->fd);
    testAssertBytes(reply, wanted);
}

static void sendDescriptor(int fd, int sent)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { .bytes = "" };
    char byte = 0;
    struct iovec part = { &byte, 1 };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &sent, sizeof(sent));
    g_assert_cmpint(sendmsg(fd, &message, 0), ==, 1);
}

/* Both ends of a pipe are sent; that the reading end is at its end shows that nobody has kept the writing one. */
static void callWithDescriptorsIsServedWithout(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) bytes = testHex("00000024 20008086 00000001 00000001 00000004 00000009 00000000"
                                          "00000002 0000002a");
    g_autoptr(GByteArray) wanted = testHex("00000020 20008086 00000001 00000001 00000001 00000009 00000000 0000002a");
    g_autoptr(GByteArray) reply = NULL;
    int ends[2];
    char byte;

    g_assert_cmpint(pipe(ends), ==, 0);
    start(fixture);
    g_assert_true(testSend(fixture->fd, bytes->data, bytes->len));
    sendDescriptor(fixture->fd, ends[1]);
    sendDescriptor(fixture->fd, ends[1]);
    g_assert_cmpint(close(ends[1]), ==, 0);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 5, 0)));
    reply = testReceiveFrame(fixture->fd);
    testAssertBytes(reply, wanted);
    assertReply(fixture->fd, PROC_ECHO, 5);
    g_assert_cmpint(read(ends[0], &byte, 1), ==, 0);
    g_assert_cmpint(close(ends[0]), ==, 0);
}

static void nothing(TestLoop *loop G_GNUC_UNUSED, void *opaque G_GNUC_UNUSED)
{
}

static void sixthCallInFlightWaits(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    start(fixture);
    for (guint32 i = 0; i < 8; i++)
        g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_BLOCK, i, 0)));
    waitBegun(fixture, 5);
    /* Whatever the loop would still have read, it has read after two more turns. */
    testLoopCall(fixture->loop, nothing, NULL);
    testLoopCall(fixture->loop, nothing, NULL);
    g_assert_cmpuint(fixture->echo.begun, ==, 5);
    openGate(fixture);
    for (int i = 0; i < 8; i++)
        g_byte_array_unref(testReceiveFrame(fixture->fd));
    g_assert_cmpuint(fixture->echo.begun, ==, 8);
    g_assert_cmpuint(fixture->echo.peak, <=, 5);
}

static void highPriorityPassesBusyWorkers(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->config.max_workers = 1;
    fixture->config.prio_workers = 1;
    start(fixture);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_BLOCK, 1, 0)));
    waitBegun(fixture, 1);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 2, 0)));
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_HIGH, 3, 0)));
    assertReply(fixture->fd, PROC_HIGH, 3);
    g_assert_cmpuint(fixture->echo.begun, ==, 2);
    openGate(fixture);
    assertReply(fixture->fd, PROC_BLOCK, 1);
    assertReply(fixture->fd, PROC_ECHO, 2);
}

/* More than there are workers. */
static void callsThatShareATurnHoldOneWorker(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->config.max_workers = 2;
    fixture->config.prio_workers = 0;
    start(fixture);
    for (int i = 0; i < 4; i++)
        g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_BLOCK_IN_TURN, i, 0)));
    waitBegun(fixture, 1);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 4, 0)));
    assertReply(fixture->fd, PROC_ECHO, 4);
    g_assert_cmpuint(fixture->echo.begun, ==, 2);
    openGate(fixture);
    for (int i = 0; i < 4; i++)
        assertReply(fixture->fd, PROC_BLOCK_IN_TURN, i);
    g_assert_cmpuint(fixture->echo.peak, <=, 2);
}

static void callsThatTakeNoTimeNeedNoWorker(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->config.max_client_requests = 2;
    start(fixture);
    for (int i = 0; i < 3; i++)
        g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_AT_ONCE, i, 0)));
    for (int i = 0; i < 3; i++)
        assertReply(fixture->fd, PROC_AT_ONCE, i);
    g_assert_true(fixture->echo.served_on == fixture->echo.accepted_on);
}

/* So it comes after those before it, where there are threads for all. */
static void callThatTakesNoTimeQueuesBehindOthersOfItsClient(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->config.max_workers = 1;
    fixture->config.prio_workers = 1;
    start(fixture);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_BLOCK, 1, 0)));
    waitBegun(fixture, 1);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_AT_ONCE, 2, 0)));
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_HIGH, 3, 0)));
    assertReply(fixture->fd, PROC_HIGH, 3);
    openGate(fixture);
    assertReply(fixture->fd, PROC_BLOCK, 1);
    assertReply(fixture->fd, PROC_AT_ONCE, 2);
    g_assert_true(fixture->echo.served_on != fixture->echo.accepted_on);
}

static void slowCallDoesNotHoldTheNext(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    start(fixture);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_BLOCK, 1, 0)));
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 2, 0)));
    assertReply(fixture->fd, PROC_ECHO, 2);
    openGate(fixture);
    assertReply(fixture->fd, PROC_BLOCK, 1);
}

static void clientThatNeverReadsIsCutOff(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    gsize total = 0;
    guint8 chunk[65536];
    gsize n;

    fixture->config.max_output_bytes = 1500000;
    start(fixture);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 1, 1000000)));
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 2, 1000000)));
    testLoopWaitClients(fixture->loop, 0);
    while ((n = testReceive(fixture->fd, chunk, sizeof(chunk))))
        total += n;
    g_assert_cmpuint(total, <, 2000000);
}

static void pingsWithoutReadingAreCutOff(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    start(fixture);
    while (testSendFrame(fixture->fd, virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PING)))
        continue;
    testLoopWaitClients(fixture->loop, 0);
}

static void manyPingsReadAreAllAnswered(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) ping = virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PING);
    g_autoptr(GByteArray) pings = g_byte_array_new();

    start(fixture);
    for (int i = 0; i < 200; i++)
        g_byte_array_append(pings, ping->data, ping->len);
    g_assert_true(testSend(fixture->fd, pings->data, pings->len));
    for (int i = 0; i < 200; i++)
        assertKeepalive(fixture->fd, VIR_RPC_KEEPALIVE_PONG);
}

static void largeRequestsTogetherAreLimited(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) frame = callFrame(PROC_ECHO, 1, 1000000);
    int other;

    fixture->config.max_input_bytes = 400000;
    start(fixture);
    other = testLoopConnect(fixture->loop, FALSE);
    (void)testSend(fixture->fd, frame->data, 600000);   /* cut off while it sends */
    testLoopWaitClients(fixture->loop, 1);
    g_assert_true(testSendFrame(other, callFrame(PROC_ECHO, 2, 60000)));
    assertReply(other, PROC_ECHO, 2);
    close(other);
}

static void endOfClientFreesIt(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    int other;

    start(fixture);
    other = testLoopConnect(fixture->loop, TRUE);
    g_assert_true(fixture->echo.peer.readonly);
    testLoopWaitClients(fixture->loop, 2);
    close(other);
    testLoopWaitClients(fixture->loop, 1);
    g_assert_cmpuint(fixture->echo.clients_freed, ==, 1);
}

/* The client counts until its call has ended. */
static void clientThatLeftCountsWhileItsCallRuns(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    int other;

    start(fixture);
    other = testLoopConnect(fixture->loop, FALSE);
    g_assert_true(testSendFrame(other, callFrame(PROC_BLOCK, 1, 0)));
    waitBegun(fixture, 1);
    close(other);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 2, 0)));
    assertReply(fixture->fd, PROC_ECHO, 2);
    g_assert_cmpuint(fixture->echo.clients_freed, ==, 0);
    openGate(fixture);
    testLoopWaitClients(fixture->loop, 1);
    g_assert_cmpuint(fixture->echo.clients_freed, ==, 1);
}

static void closeAfterAnswer(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    start(fixture);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO_AND_CLOSE, 1, 1000000)));
    assertReply(fixture->fd, PROC_ECHO_AND_CLOSE, 1);
    g_assert_true(testAtEnd(fixture->fd));
    testLoopWaitClients(fixture->loop, 0);
}

static void noAnswerCloses(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    start(fixture);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_NO_ANSWER, 1, 0)));
    g_assert_true(testAtEnd(fixture->fd));
}

static void silentClientIsPingedThenClosed(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->config.keepalive_interval_ms = 1;
    fixture->config.keepalive_count = 2;
    start(fixture);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_START_KEEPALIVE, 1, 0)));
    assertReply(fixture->fd, PROC_START_KEEPALIVE, 1);
    assertKeepalive(fixture->fd, VIR_RPC_KEEPALIVE_PING);
    assertKeepalive(fixture->fd, VIR_RPC_KEEPALIVE_PING);
    g_assert_true(testAtEnd(fixture->fd));
}

static void unaskedClientIsNotPinged(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    int asked;

    fixture->config.keepalive_interval_ms = 1;
    fixture->config.keepalive_count = 1;
    start(fixture);
    asked = testLoopConnect(fixture->loop, FALSE);
    g_assert_true(testSendFrame(asked, callFrame(PROC_START_KEEPALIVE, 1, 0)));
    assertReply(asked, PROC_START_KEEPALIVE, 1);
    assertKeepalive(asked, VIR_RPC_KEEPALIVE_PING);
    g_assert_true(testAtEnd(asked));
    /* The other one's first message is the answer to its call. */
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 2, 0)));
    assertReply(fixture->fd, PROC_ECHO, 2);
    close(asked);
}

static void stopServer(TestLoop *loop, void *opaque G_GNUC_UNUSED)
{
    virRpcServerStop(loop->server);
    g_assert_cmpuint(virRpcServerCountClients(loop->server), ==, 0);
}

static void stopAnswersWhatRunsAndDropsWhatWaits(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    TestLoopTask stop = { .run = stopServer };

    fixture->config.max_workers = 1;
    fixture->config.prio_workers = 0;
    start(fixture);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_BLOCK, 1, 0)));
    waitBegun(fixture, 1);
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_BLOCK, 2, 0)));
    testLoopBegin(fixture->loop, &stop);
    openGate(fixture);
    assertReply(fixture->fd, PROC_BLOCK, 1);
    testLoopWait(fixture->loop, &stop);
    g_assert_cmpuint(fixture->echo.clients_freed, ==, 1);
}

/* Connects a client to @address. */
static int connectTo(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(connect(fd, (const struct sockaddr *)address, sizeof(*address)), ==, 0);
    return fd;
}

static void clientsAboveTheLimitWait(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *dir = g_dir_make_tmp("rpc-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "sock", NULL);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    TestLoopSocket sock = { .fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), .readonly = TRUE, .listening = TRUE };
    int second;

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(sock.fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(sock.fd, 10), ==, 0);
    fixture->config.max_clients = 1;
    start(fixture);
    testLoopCall(fixture->loop, testLoopGive, &sock);
    second = connectTo(&address);
    g_assert_true(testSendFrame(second, callFrame(PROC_ECHO, 2, 0)));
    g_assert_true(testSendFrame(fixture->fd, callFrame(PROC_ECHO, 1, 0)));
    assertReply(fixture->fd, PROC_ECHO, 1);
    g_mutex_lock(&fixture->echo.lock);
    g_assert_cmpuint(fixture->echo.clients_made, ==, 1);
    g_mutex_unlock(&fixture->echo.lock);
    shutdown(fixture->fd, SHUT_RDWR);
    assertReply(second, PROC_ECHO, 2);
    g_assert_true(fixture->echo.peer.readonly);
    close(second);
    unlink(path);
    rmdir(dir);
}

/* A listening socket with an address that needs no file, and somebody connected to it whom nobody has accepted. */
typedef struct {
    struct sockaddr_un address;
    socklen_t len;
    int listener;
    int waiting;
} Queue;

static int tryConnect(const Queue *queue)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(fd, >=, 0);
    if (connect(fd, (const struct sockaddr *)&queue->address, queue->len) == 0)
        return fd;
    close(fd);
    return -errno;
}

static void queueInit(Queue *queue)
{
    *queue = (Queue){ .address = { .sun_family = AF_UNIX }, .len = sizeof(queue->address) };
    queue->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(queue->listener, (struct sockaddr *)&queue->address, sizeof(sa_family_t)), ==, 0);
    g_assert_cmpint(getsockname(queue->listener, (struct sockaddr *)&queue->address, &queue->len), ==, 0);
    g_assert_cmpint(listen(queue->listener, 10), ==, 0);
}

/* Runs on the loop's thread, which therefore accepts nobody by itself. */
static void stopListeningDroppingNone(TestLoop *loop, void *opaque)
{
    Queue *queue = opaque;
    TestLoopSocket sock = { .fd = queue->listener, .listening = TRUE };

    testLoopGive(loop, &sock);
    queue->waiting = tryConnect(queue);
    virRpcServerStopListening(loop->server, TRUE);
    g_assert_cmpuint(virRpcServerCountClients(loop->server), ==, 2);
    g_assert_cmpint(tryConnect(queue), ==, -ECONNREFUSED);
}

static void stopListeningServesThoseWhoWait(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    Queue queue;

    queueInit(&queue);
    fixture->config.max_clients = 1;
    start(fixture);
    testLoopCall(fixture->loop, stopListeningDroppingNone, &queue);
    g_assert_true(testSendFrame(queue.waiting, callFrame(PROC_ECHO, 1, 0)));
    assertReply(queue.waiting, PROC_ECHO, 1);
    close(queue.waiting);
}

static void stopListeningToShared(TestLoop *loop, void *opaque)
{
    Queue *queue = opaque;
    TestLoopSocket sock = { .fd = dup(queue->listener), .listening = TRUE };

    testLoopGive(loop, &sock);
    queue->waiting = tryConnect(queue);
    virRpcServerStopListening(loop->server, FALSE);
    g_assert_cmpuint(virRpcServerCountClients(loop->server), ==, 1);
}

static void stopListeningLeavesThoseWhoWaitToOthers(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    TestLoopSocket next = { .listening = TRUE };
    Queue queue;

    queueInit(&queue);
    start(fixture);
    testLoopCall(fixture->loop, stopListeningToShared, &queue);
    next.fd = queue.listener;
    testLoopCall(fixture->loop, testLoopGive, &next);
    g_assert_true(testSendFrame(queue.waiting, callFrame(PROC_ECHO, 1, 0)));
    assertReply(queue.waiting, PROC_ECHO, 1);
    close(queue.waiting);
}

/* As above, with two listeners and no descriptor left for either's client. */
static void stopListeningWithoutDescriptors(TestLoop *loop, void *opaque)
{
    Queue *queues = opaque;
    struct rlimit was, none;

    for (int i = 0; i < 2; i++) {
        TestLoopSocket sock = { .fd = queues[i].listener, .listening = TRUE };

        testLoopGive(loop, &sock);
        queues[i].waiting = tryConnect(&queues[i]);
    }
    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &was), ==, 0);
    none = (struct rlimit){ .rlim_cur = 0, .rlim_max = was.rlim_max };
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
    virRpcServerStopListening(loop->server, TRUE);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &was), ==, 0);
    g_assert_cmpuint(virRpcServerCountClients(loop->server), ==, 1);
}

/* A timer that the server has lost sight of would wake the loop for ever, and outlive the server. */
static void stopListeningWithoutDescriptorsLeavesNoTimer(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GMainContext) context = NULL;
    Queue queues[2];
    void *server;

    start(fixture);
    for (int i = 0; i < 2; i++)
        queueInit(&queues[i]);
    testLoopCall(fixture->loop, stopListeningWithoutDescriptors, queues);
    context = g_main_context_ref(fixture->loop->context);
    server = fixture->loop->server;
    close(fixture->fd);
    testLoopFree(fixture->loop);
    g_assert_null(g_main_context_find_source_by_user_data(context, server));
    for (int i = 0; i < 2; i++)
        close(queues[i].waiting);
    start(fixture);     /* for tearDown */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, data, function) g_test_add("/rpc/server/" path, Fixture, data, setUp, function, tearDown)
    ADD("call-is-answered", NULL, callIsAnswered);
    ADD("bytes-one-by-one-are-answered", NULL, bytesOneByOneAreAnswered);
    ADD("large-call-is-answered-whole", NULL, largeCallIsAnsweredWhole);
    ADD("length-0-closes", "00000000", closesOn);
    ADD("length-4-closes", "00000004", closesOn);
    ADD("length-33554437-closes", "02000005", closesOn);
    ADD("length-27-closes", "0000001b 20008086 00000001 00000001 00000000 00000000 000000", closesOn);
    ADD("call-with-33-descriptors-closes",
        "00000020 20008086 00000001 00000001 00000004 00000009 00000000 00000021", closesOn);
    ADD("call-with-descriptors-is-served-without", NULL, callWithDescriptorsIsServedWithout);
    ADD("call-with-descriptors-and-no-count-closes",
        "0000001c 20008086 00000001 00000001 00000004 00000009 00000000", closesOn);
    ADD("call-with-no-descriptors-is-served", NULL, callWithNoDescriptorsIsServed);
    ADD("ping-is-answered-with-pong", NULL, pingIsAnsweredWithPong);
    ADD("other-messages-are-dropped", NULL, otherMessagesAreDropped);
    ADD("sixth-call-in-flight-waits", NULL, sixthCallInFlightWaits);
    ADD("high-priority-passes-busy-workers", NULL, highPriorityPassesBusyWorkers);
    ADD("calls-that-share-a-turn-hold-one-worker", NULL, callsThatShareATurnHoldOneWorker);
    ADD("calls-that-take-no-time-need-no-worker", NULL, callsThatTakeNoTimeNeedNoWorker);
    ADD("call-that-takes-no-time-queues-behind-others-of-its-client", NULL, callThatTakesNoTimeQueuesBehindOthersOfItsClient);
    ADD("slow-call-does-not-hold-the-next", NULL, slowCallDoesNotHoldTheNext);
    ADD("client-that-never-reads-is-cut-off", NULL, clientThatNeverReadsIsCutOff);
    ADD("pings-without-reading-are-cut-off", NULL, pingsWithoutReadingAreCutOff);
    ADD("many-pings-read-are-all-answered", NULL, manyPingsReadAreAllAnswered);
    ADD("large-requests-together-are-limited", NULL, largeRequestsTogetherAreLimited);
    ADD("end-of-client-frees-it", NULL, endOfClientFreesIt);
    ADD("client-that-left-counts-while-its-call-runs", NULL, clientThatLeftCountsWhileItsCallRuns);
    ADD("close-after-answer", NULL, closeAfterAnswer);
    ADD("no-answer-closes", NULL, noAnswerCloses);
    ADD("silent-client-is-pinged-then-closed", NULL, silentClientIsPingedThenClosed);
    ADD("unasked-client-is-not-pinged", NULL, unaskedClientIsNotPinged);
    ADD("stop-answers-what-runs-and-drops-what-waits", NULL, stopAnswersWhatRunsAndDropsWhatWaits);
    ADD("clients-above-the-limit-wait", NULL, clientsAboveTheLimitWait);
    ADD("stop-listening-serves-those-who-wait", NULL, stopListeningServesThoseWhoWait);
    ADD("stop-listening-without-descriptors-leaves-no-timer", NULL, stopListeningWithoutDescriptorsLeavesNoTimer);
    ADD("stop-listening-leaves-those-who-wait-to-others", NULL, stopListeningLeavesThoseWhoWaitToOthers);
    return g_test_run();
}
