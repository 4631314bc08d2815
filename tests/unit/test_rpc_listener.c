/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_rpc_listener.c: what the RPC client tells its listener, and keepalive, with a clock that the test sets
 *
 * The peer is played by the test. Calls and their errors are in test_rpc_client.c.
 */
#include "test_rpc_loop.h"

#include "rpc_client.h"
#include "virerror.h"

static gint64 now_us;           /* what the client takes for the time */

typedef struct {
    virRpcClient *client;
    int fd;                     /* the server's end; -1: closed */
    GMutex lock;                /* guards the rest */
    GString *heard;
    gboolean close_at_end;      /* the listener closes the client */
} Fixture;

static gint64 testClock(void)
{
    return now_us;
}

static void onMessage(const GByteArray *frame, void *opaque)
{
    Fixture *fixture = opaque;
    virRpcHeader header;

    virRpcFrameGetHeader(frame, &header);
    g_mutex_lock(&fixture->lock);
    g_string_append_printf(fixture->heard, "%d ", header.procedure);
    g_mutex_unlock(&fixture->lock);
}

static void onEnded(int reason, void *opaque)
{
    Fixture *fixture = opaque;

    g_mutex_lock(&fixture->lock);
    g_string_append_printf(fixture->heard, "end %d ", reason);
    g_mutex_unlock(&fixture->lock);
    if (fixture->close_at_end)
        virRpcClientClose(fixture->client);
}

static void setUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    const virRpcClientListener listener = { .message = onMessage, .ended = onEnded, .opaque = fixture };
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
    fixture->client = virRpcClientNew(fds[0], &listener);
    fixture->fd = fds[1];
    fixture->heard = g_string_new(NULL);
    now_us = 1000;
    virRpcClientSetClock(fixture->client, testClock);
}

static void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virRpcClientUnref(fixture->client);
    if (fixture->fd >= 0)
        close(fixture->fd);
    g_string_free(fixture->heard, TRUE);
}

static void endPeer(Fixture *fixture)
{
    close(fixture->fd);
    fixture->fd = -1;
}

static void sendEvent(Fixture *fixture, gint32 procedure)
{
    const virRpcHeader header = { .program = VIR_RPC_PROGRAM_REMOTE, .version = 1, .procedure = procedure,
                                  .type = VIR_RPC_MESSAGE, .serial = 1 };

    g_assert_true(testSendFrame(fixture->fd, virRpcFrameNew(&header, NULL, NULL, NULL)));
}

static void assertHeard(Fixture *fixture, const char *wanted)
{
    g_mutex_lock(&fixture->lock);
    g_assert_cmpstr(fixture->heard->str, ==, wanted);
    g_string_truncate(fixture->heard, 0);
    g_mutex_unlock(&fixture->lock);
}

static void *callOnce(void *opaque)
{
    const virRpcClientRequest request = { .procedure = 7 };
    g_autoptr(GByteArray) reply = NULL;
    GError *err = NULL;

    (void)virRpcClientCall(opaque, &request, &reply, &err);
    return err;
}

static void assertPing(Fixture *fixture)
{
    g_autoptr(GByteArray) frame = testReceiveFrame(fixture->fd);
    g_autoptr(GByteArray) ping = virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PING);

    g_assert_nonnull(frame);
    testAssertBytes(frame, ping);
}

static void messagesComeInOrderWithoutACall(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    for (gint32 i = 1; i <= 5; i++)
        sendEvent(fixture, i);
    g_assert_true(virRpcClientPump(fixture->client));
    assertHeard(fixture, "1 2 3 4 5 ");
}

static void messagesDuringACallComeBeforeItsReply(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    GThread *caller = g_thread_new("caller", callOnce, fixture->client);
    GByteArray *frame = testReceiveFrame(fixture->fd);

    sendEvent(fixture, 1);
    sendEvent(fixture, 2);
    frame->data[19] = VIR_RPC_REPLY;
    g_assert_true(testSendFrame(fixture->fd, frame));
    g_assert_null(g_thread_join(caller));
    assertHeard(fixture, "1 2 ");
}

static void endIsToldOnce(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    sendEvent(fixture, 3);
    endPeer(fixture);
    g_assert_false(virRpcClientPump(fixture->client));
    g_assert_false(virRpcClientPump(fixture->client));
    assertHeard(fixture, "3 end 1 ");
}

static void endIsToldByTheCallThatFindsIt(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GError) err = NULL;

    endPeer(fixture);
    err = callOnce(fixture->client);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    assertHeard(fixture, "end 1 ");
}

static void nonsenseIsAnEndByError(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) bytes = testHex("00000004");

    g_assert_true(testSend(fixture->fd, bytes->data, bytes->len));
    g_assert_false(virRpcClientPump(fixture->client));
    assertHeard(fixture, "end 0 ");
}

static void listenerMayCloseAtTheEnd(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->close_at_end = TRUE;
    endPeer(fixture);
    g_assert_false(virRpcClientPump(fixture->client));
    g_assert_cmpint(virRpcClientGetFd(fixture->client), ==, -1);
    assertHeard(fixture, "end 1 ");
}

static void closingTellsNothing(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    sendEvent(fixture, 1);
    virRpcClientClose(fixture->client);
    g_assert_false(virRpcClientPump(fixture->client));
    assertHeard(fixture, "");
    g_assert_true(testAtEnd(fixture->fd));
}

static void silentServerIsAskedThenGivenUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_assert_cmpint(virRpcClientLookAfter(fixture->client), ==, -1);
    virRpcClientSetKeepalive(fixture->client, 500, 2);
    g_assert_cmpint(virRpcClientLookAfter(fixture->client), ==, 500);
    now_us = 1400;
    g_assert_cmpint(virRpcClientLookAfter(fixture->client), ==, 100);
    now_us = 1500;
    g_assert_cmpint(virRpcClientLookAfter(fixture->client), ==, 500);
    assertPing(fixture);
    now_us = 2000;
    g_assert_cmpint(virRpcClientLookAfter(fixture->client), ==, 500);
    assertPing(fixture);
    assertHeard(fixture, "");
    now_us = 2500;
    g_assert_cmpint(virRpcClientLookAfter(fixture->client), ==, -1);
    assertHeard(fixture, "end 2 ");
    g_assert_true(testAtEnd(fixture->fd));
}

static void answeringServerIsKept(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virRpcClientSetKeepalive(fixture->client, 500, 1);
    for (int i = 0; i < 5; i++) {
        now_us += 500;
        g_assert_cmpint(virRpcClientLookAfter(fixture->client), ==, 500);
        assertPing(fixture);
        g_assert_true(testSendFrame(fixture->fd, virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PONG)));
        g_assert_true(virRpcClientPump(fixture->client));
    }
    virRpcClientSetKeepalive(fixture->client, 0, 1);
    now_us += 5000;
    g_assert_cmpint(virRpcClientLookAfter(fixture->client), ==, -1);
    assertHeard(fixture, "");
}

/* The thread that waits asks by itself: a loop may be what is waiting. This one has the true clock. */
static void whoWaitsForAReplyAsksToo(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    GThread *caller;
    g_autoptr(GByteArray) call = NULL;
    g_autoptr(GError) err = NULL;

    virRpcClientSetClock(fixture->client, g_get_monotonic_time);
    virRpcClientSetKeepalive(fixture->client, 1000, 2);
    caller = g_thread_new("caller", callOnce, fixture->client);
    call = testReceiveFrame(fixture->fd);
    assertPing(fixture);
    assertPing(fixture);
    g_assert_true(testAtEnd(fixture->fd));
    err = g_thread_join(caller);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpstr(err->message, ==, "internal error: connection closed due to keepalive timeout");
    assertHeard(fixture, "end 2 ");
}

#define ADD(name, function) g_test_add("/rpc/listener/" name, Fixture, NULL, setUp, function, tearDown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("messages-come-in-order-without-a-call", messagesComeInOrderWithoutACall);
    ADD("messages-during-a-call-come-before-its-reply", messagesDuringACallComeBeforeItsReply);
    ADD("end-is-told-once", endIsToldOnce);
    ADD("end-is-told-by-the-call-that-finds-it", endIsToldByTheCallThatFindsIt);
    ADD("nonsense-is-an-end-by-error", nonsenseIsAnEndByError);
    ADD("listener-may-close-at-the-end", listenerMayCloseAtTheEnd);
    ADD("closing-tells-nothing", closingTellsNothing);
    ADD("silent-server-is-asked-then-given-up", silentServerIsAskedThenGivenUp);
    ADD("answering-server-is-kept", answeringServerIsKept);
    ADD("who-waits-for-a-reply-asks-too", whoWaitsForAReplyAsksToo);
    return g_test_run();
}
