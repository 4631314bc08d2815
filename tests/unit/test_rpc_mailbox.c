/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_rpc_mailbox.c: messages that a server sends without a call
 *
 * Their order, from one thread and from several, clients that read late, never, or are gone. The service keeps the
 * mailboxes of its clients and answers no call.
 */
#include "test_rpc_loop.h"

#define MAX_CLIENTS 2

typedef struct {
    virRpcMailbox *boxes[MAX_CLIENTS];      /* references, by the order of connecting */
    unsigned int n_boxes;
} Office;

static void *officeClientNew(void *opaque, const virRpcPeer *peer)
{
    Office *office = opaque;

    g_assert_cmpuint(office->n_boxes, <, MAX_CLIENTS);
    office->boxes[office->n_boxes++] = virRpcMailboxRef(peer->mailbox);
    return office;
}

static void officeClientFree(void *client G_GNUC_UNUSED)
{
}

static void officeOrder(const virRpcHeader *header G_GNUC_UNUSED, const guint8 *data G_GNUC_UNUSED,
                        gsize len G_GNUC_UNUSED, virRpcOrder *ret_order G_GNUC_UNUSED)
{
}

static void officeServe(void *client G_GNUC_UNUSED, const virRpcHeader *header G_GNUC_UNUSED,
                        const guint8 *data G_GNUC_UNUSED, gsize len G_GNUC_UNUSED, virRpcAnswer *ret_answer G_GNUC_UNUSED)
{
}

static const virRpcService office_service = {
    .clientNew = officeClientNew,
    .clientFree = officeClientFree,
    .order = officeOrder,
    .serve = officeServe,
};

typedef struct {
    Office office;
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
    fixture->loop = testLoopNew(&fixture->config, &office_service, &fixture->office);
    fixture->fd = testLoopConnect(fixture->loop, FALSE);
}

static void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    testLoopFree(fixture->loop);
    for (unsigned int i = 0; i < fixture->office.n_boxes; i++)
        virRpcMailboxUnref(fixture->office.boxes[i]);
    if (fixture->fd >= 0)
        close(fixture->fd);
}

static void post(virRpcMailbox *box, gint32 procedure, guint32 serial)
{
    const virRpcHeader header = { .program = VIR_RPC_PROGRAM_REMOTE, .version = 1, .procedure = procedure,
                                  .type = VIR_RPC_MESSAGE, .serial = serial };

    virRpcMailboxPost(box, virRpcFrameNew(&header, NULL, NULL, NULL));
}

/* Receives one message. */
static virRpcHeader take(int fd)
{
    g_autoptr(GByteArray) frame = testReceiveFrame(fd);
    virRpcHeader header;

    g_assert_nonnull(frame);
    virRpcFrameGetHeader(frame, &header);
    g_assert_cmpuint(header.type, ==, VIR_RPC_MESSAGE);
    return header;
}

/* More than a socket takes, less than the limit. */
#define MANY 4000

static void messagesWaitForAClientThatReadsLate(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    start(fixture);
    for (guint32 i = 0; i < MANY; i++)
        post(fixture->office.boxes[0], 1, i);
    for (guint32 i = 0; i < MANY; i++)
        g_assert_cmpuint(take(fixture->fd).serial, ==, i);
}

static void clientThatNeverReadsItsEventsIsCutOff(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    int other;
    guint32 n_read = 0;

    fixture->config.max_event_bytes = 100000;
    start(fixture);
    other = testLoopConnect(fixture->loop, FALSE);
    for (guint32 i = 0; i < MANY; i++)
        post(fixture->office.boxes[0], 1, i);
    testLoopWaitClients(fixture->loop, 1);
    post(fixture->office.boxes[1], 2, 7);
    g_assert_cmpuint(take(other).serial, ==, 7);
    for (;; n_read++) {
        g_autoptr(GByteArray) frame = testReceiveFrame(fixture->fd);

        if (!frame)
            break;
    }
    g_assert_cmpuint(n_read, <, MANY);
    close(other);
}

static void messagesForOneWhoHasGoneAreDropped(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    start(fixture);
    post(fixture->office.boxes[0], 1, 1);
    close(fixture->fd);
    fixture->fd = -1;
    testLoopWaitClients(fixture->loop, 0);
    post(fixture->office.boxes[0], 1, 2);
}

static void *postMany(void *opaque)
{
    static gint last_procedure;
    gint32 procedure = g_atomic_int_add(&last_procedure, 1);

    for (guint32 i = 0; i < 500; i++)
        post(opaque, procedure, i);
    return NULL;
}

static void threadsPostAtOnceEachInItsOrder(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    GThread *threads[4];
    guint32 next[G_N_ELEMENTS(threads)] = { 0 };

    start(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("poster", postMany, fixture->office.boxes[0]);
    for (gsize i = 0; i < 500 * G_N_ELEMENTS(threads); i++) {
        virRpcHeader header = take(fixture->fd);

        g_assert_cmpuint(header.serial, ==, next[header.procedure]++);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
}

#define ADD(name, function) \
    g_test_add("/rpc/mailbox/" name, Fixture, NULL, setUp, function, tearDown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("messages-wait-for-a-client-that-reads-late", messagesWaitForAClientThatReadsLate);
    ADD("client-that-never-reads-its-events-is-cut-off", clientThatNeverReadsItsEventsIsCutOff);
    ADD("messages-for-one-who-has-gone-are-dropped", messagesForOneWhoHasGoneAreDropped);
    ADD("threads-post-at-once-each-in-its-order", threadsPostAtOnceEachInItsOrder);
    return g_test_run();
}
