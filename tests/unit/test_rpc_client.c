/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_rpc_client.c: the RPC client against a peer that the test plays itself
 *
 * Serials, several threads on one socket, pings, and ends of the connection with the errors of facts/wire.md, section
 * 13.
 */
#include "test_rpc_loop.h"

#include <poll.h>

#include "rpc_client.h"
#include "virerror.h"

typedef struct {
    virRpcClient *client;
    int fd;                     /* the server's end */
} Fixture;

static void setUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
    fixture->client = virRpcClientNew(fds[0], NULL);
    fixture->fd = fds[1];
}

static void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virRpcClientUnref(fixture->client);
    if (fixture->fd >= 0)
        close(fixture->fd);
}

/* A call on a thread of its own: the value sent is expected back. */
typedef struct {
    virRpcClient *client;
    gint32 procedure;
    int value;
    GError *err;
    GThread *thread;
} Caller;

static void *callOnce(void *opaque)
{
    Caller *caller = opaque;
    virRpcClientRequest request = { .procedure = caller->procedure, .encode = (xdrproc_t)xdr_int,
                                    .args = &caller->value };
    g_autoptr(GByteArray) reply = NULL;
    guint32 word;

    if (virRpcClientCall(caller->client, &request, &reply, &caller->err) < 0)
        return NULL;
    memcpy(&word, reply->data + VIR_RPC_HEADER_BYTES, sizeof(word));
    g_assert_cmpint((int)GUINT32_FROM_BE(word), ==, caller->value);
    return NULL;
}

static void begin(Fixture *fixture, Caller *caller, int value)
{
    *caller = (Caller){ .client = fixture->client, .procedure = 7, .value = value };
    caller->thread = g_thread_new("caller", callOnce, caller);
}

static void finish(Caller *caller)
{
    g_thread_join(caller->thread);
}

/* Turns a call into its echo. */
static void makeReply(GByteArray *frame)
{
    frame->data[19] = VIR_RPC_REPLY;
}

static void assertSerial(const GByteArray *frame, guint32 serial)
{
    virRpcHeader header;

    g_assert_nonnull(frame);
    virRpcFrameGetHeader(frame, &header);
    g_assert_cmpuint(header.program, ==, VIR_RPC_PROGRAM_REMOTE);
    g_assert_cmpuint(header.version, ==, 1);
    g_assert_cmpuint(header.type, ==, VIR_RPC_CALL);
    g_assert_cmpuint(header.status, ==, VIR_RPC_OK);
    g_assert_cmpuint(header.serial, ==, serial);
}

static void serialsCountFromZero(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    for (guint32 i = 0; i < 3; i++) {
        GByteArray *frame;
        Caller caller;

        begin(fixture, &caller, (int)i * 10);
        frame = testReceiveFrame(fixture->fd);
        assertSerial(frame, i);
        makeReply(frame);
        g_assert_true(testSendFrame(fixture->fd, frame));
        finish(&caller);
        g_assert_no_error(caller.err);
    }
}

static void repliesInAnyOrderFindTheirThreads(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    Caller callers[8];
    GByteArray *frames[G_N_ELEMENTS(callers)];

    for (gsize i = 0; i < G_N_ELEMENTS(callers); i++)
        begin(fixture, &callers[i], (int)i * 100);
    for (gsize i = 0; i < G_N_ELEMENTS(callers); i++) {
        frames[i] = testReceiveFrame(fixture->fd);
        makeReply(frames[i]);
    }
    for (gsize i = G_N_ELEMENTS(callers); i > 0; i--)
        g_assert_true(testSendFrame(fixture->fd, frames[i - 1]));
    for (gsize i = 0; i < G_N_ELEMENTS(callers); i++) {
        finish(&callers[i]);
        g_assert_no_error(callers[i].err);
    }
}

static void pingDuringACallIsAnswered(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) pong_wanted = virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PONG);
    g_autoptr(GByteArray) pong = NULL;
    GByteArray *frame;
    Caller caller;

    begin(fixture, &caller, 1);
    frame = testReceiveFrame(fixture->fd);
    g_assert_true(testSendFrame(fixture->fd, virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PING)));
    pong = testReceiveFrame(fixture->fd);
    testAssertBytes(pong, pong_wanted);
    makeReply(frame);
    g_assert_true(testSendFrame(fixture->fd, frame));
    finish(&caller);
    g_assert_no_error(caller.err);
}

static void eventsAreSkipped(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    GByteArray *frame, *event = testHex("00000040 20008086 00000001 0000013b 00000002 00000001 00000000 00000002"
                                        "00000002 74310000 00112233 44556677 8899aabb ccddeeff 00000002 00000000");
    Caller caller;

    g_assert_true(testSendFrame(fixture->fd, event));
    begin(fixture, &caller, 1);
    frame = testReceiveFrame(fixture->fd);
    makeReply(frame);
    g_assert_true(testSendFrame(fixture->fd, frame));
    finish(&caller);
    g_assert_no_error(caller.err);
}

static void assertLostNow(const GError *err, const char *message, int errnum)
{
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==, message);
    g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_RPC);
    g_assert_cmpint(virErrorGetInfo(err)->int1, ==, errnum);
}

static void assertLostBefore(Fixture *fixture)
{
    Caller later;

    begin(fixture, &later, 2);
    finish(&later);
    g_assert_error(later.err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpstr(later.err->message, ==, "internal error: client socket is closed");
    g_assert_cmpint(virErrorGetInfo(later.err)->domain, ==, VIR_FROM_RPC);
    g_error_free(later.err);
    g_assert_false(virRpcClientPump(fixture->client));
}

static void endWhileCallsWaitFailsThemAll(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    Caller callers[3];

    for (gsize i = 0; i < G_N_ELEMENTS(callers); i++)
        begin(fixture, &callers[i], (int)i);
    for (gsize i = 0; i < G_N_ELEMENTS(callers); i++)
        g_byte_array_unref(testReceiveFrame(fixture->fd));
    shutdown(fixture->fd, SHUT_RDWR);
    for (gsize i = 0; i < G_N_ELEMENTS(callers); i++) {
        finish(&callers[i]);
        assertLostNow(callers[i].err, "End of file while reading data: Input/output error", EIO);
        g_error_free(callers[i].err);
    }
    assertLostBefore(fixture);
}

static void resetWhileACallWaits(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    Caller caller;
    struct pollfd there = { .fd = fixture->fd, .events = POLLIN };

    begin(fixture, &caller, 1);
    g_assert_cmpint(poll(&there, 1, -1), ==, 1);
    close(fixture->fd);         /* with the call unread, which makes it a reset */
    fixture->fd = -1;
    finish(&caller);
    assertLostNow(caller.err, "Cannot recv data: Connection reset by peer", ECONNRESET);
    g_error_free(caller.err);
}

static void brokenWhenACallIsSent(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    Caller caller;

    close(fixture->fd);
    fixture->fd = -1;
    begin(fixture, &caller, 1);
    finish(&caller);
    assertLostNow(caller.err, "Cannot write data: Broken pipe", EPIPE);
    g_error_free(caller.err);
    assertLostBefore(fixture);
}

static void aliveUntilTheEnd(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) pong = NULL;

    g_assert_true(virRpcClientPump(fixture->client));
    g_assert_true(testSendFrame(fixture->fd, virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PING)));
    g_assert_true(virRpcClientPump(fixture->client));
    pong = testReceiveFrame(fixture->fd);
    g_assert_nonnull(pong);
    close(fixture->fd);
    fixture->fd = -1;
    g_assert_false(virRpcClientPump(fixture->client));
}

static void protocolErrorBreaksTheConnection(Fixture *fixture, const void *opaque)
{
    g_autoptr(GByteArray) bytes = testHex(opaque);
    Caller caller;

    begin(fixture, &caller, 1);
    g_byte_array_unref(testReceiveFrame(fixture->fd));
    g_assert_true(testSend(fixture->fd, bytes->data, bytes->len));
    finish(&caller);
    g_assert_error(caller.err, VIR_ERROR, VIR_ERR_RPC);
    g_error_free(caller.err);
    assertLostBefore(fixture);
}

static bool_t refuse(XDR *xdr G_GNUC_UNUSED, void *value G_GNUC_UNUSED)
{
    return FALSE;
}

static void argumentsOverALimitAreNotSent(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virRpcClientRequest request = { .procedure = 1, .encode = (xdrproc_t)refuse };
    g_autoptr(GError) err = NULL;
    GByteArray *reply = NULL, *frame;
    Caller caller;

    g_assert_cmpint(virRpcClientCall(fixture->client, &request, &reply, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_RPC);
    begin(fixture, &caller, 3);
    frame = testReceiveFrame(fixture->fd);
    assertSerial(frame, 0);
    makeReply(frame);
    g_assert_true(testSendFrame(fixture->fd, frame));
    finish(&caller);
    g_assert_no_error(caller.err);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, data, function) g_test_add("/rpc/client/" path, Fixture, data, setUp, function, tearDown)
    ADD("serials-count-from-zero", NULL, serialsCountFromZero);
    ADD("replies-in-any-order-find-their-threads", NULL, repliesInAnyOrderFindTheirThreads);
    ADD("ping-during-a-call-is-answered", NULL, pingDuringACallIsAnswered);
    ADD("events-are-skipped", NULL, eventsAreSkipped);
    ADD("end-while-calls-wait-fails-them-all", NULL, endWhileCallsWaitFailsThemAll);
    ADD("reset-while-a-call-waits", NULL, resetWhileACallWaits);
    ADD("broken-when-a-call-is-sent", NULL, brokenWhenACallIsSent);
    ADD("alive-until-the-end", NULL, aliveUntilTheEnd);
    ADD("length-4-breaks-the-connection", "00000004", protocolErrorBreaksTheConnection);
    ADD("reply-that-nobody-waits-for-breaks-the-connection",
        "0000001c 20008086 00000001 00000007 00000001 00000009 00000000", protocolErrorBreaksTheConnection);
    ADD("arguments-over-a-limit-are-not-sent", NULL, argumentsOverALimitAreNotSent);
    return g_test_run();
}
