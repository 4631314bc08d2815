/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_remote_event.c: events of the driver as messages to a client
 *
 * A server with the dispatch and the fake driver on one side, bytes on the other: those of facts/wire.md, sections 11
 * and 15. Registering is tested with the other calls.
 */
#include "test_rpc_loop.h"
#include "test_remote_fake.h"

#include "remote_dispatch.h"

#define OPEN "0000003c 20008086 00000001 00000001 00000000 00000000 00000000" \
             "00000001 00000011 6e657477 6f726b3a 2f2f2f73 79737465 6d000000 00000000"
#define T1 "00000002 74310000 00112233 44556677 8899aabb ccddeeff"

typedef struct {
    virRemoteDispatch *dispatch;
    TestLoop *loop;
    int fd;                     /* the client's end */
} Fixture;

static void setUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    const virRemoteDispatchConfig dispatch = { .driver = &fake_driver, .open = fakeOpen };
    virRpcServerConfig config;

    virRpcServerConfigInit(&config);
    fixture->dispatch = virRemoteDispatchNew(&dispatch);
    fixture->loop = testLoopNew(&config, &virRemoteService, fixture->dispatch);
    fixture->fd = testLoopConnect(fixture->loop, TRUE);
}

static void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    if (fixture->fd >= 0)
        close(fixture->fd);
    testLoopFree(fixture->loop);
    virRemoteDispatchFree(fixture->dispatch);
    g_free(fakeTake());
    g_assert_cmpint(fake_open_connections, ==, 0);
}

static void openOurs(Fixture *fixture)
{
    g_autoptr(GByteArray) reply = NULL;

    g_assert_true(testSendFrame(fixture->fd, testHex(OPEN)));
    reply = testReceiveFrame(fixture->fd);
    g_assert_cmpuint(reply->len, ==, VIR_RPC_HEADER_BYTES);
}

static void deliver(int registration, int id, int what, const char *uri)
{
    virNetworkEvent event = { .net.name = (char *)"t1", .id = id, .what = what, .uri = (char *)uri };

    memcpy(event.net.uuid, FAKE_UUID, sizeof(event.net.uuid));
    fakeDeliver(registration, &event);
}

static void assertReceives(Fixture *fixture, const char *hex)
{
    g_autoptr(GByteArray) frame = testReceiveFrame(fixture->fd);
    g_autoptr(GByteArray) wanted = testHex(hex);

    g_assert_nonnull(frame);
    testAssertBytes(frame, wanted);
}

static void lifecycleIsMessage315(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    deliver(2, VIR_NETWORK_EVENT_ID_LIFECYCLE, VIR_NETWORK_EVENT_STARTED, NULL);
    assertReceives(fixture, "00000040 20008086 00000001 0000013b 00000002 00000001 00000000 00000002" T1
                            "00000002 00000000");
}

static void metadataChangeIsMessage446(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    deliver(0, VIR_NETWORK_EVENT_ID_METADATA_CHANGE, VIR_NETWORK_METADATA_TITLE, NULL);
    deliver(0, VIR_NETWORK_EVENT_ID_METADATA_CHANGE, VIR_NETWORK_METADATA_ELEMENT, "urn:a");
    assertReceives(fixture, "00000040 20008086 00000001 000001be 00000002 00000001 00000000 00000000" T1
                            "00000001 00000000");
    assertReceives(fixture, "0000004c 20008086 00000001 000001be 00000002 00000001 00000000 00000000" T1
                            "00000002 00000001 00000005 75726e3a 61000000");
}

static void eventForAClientThatHasGoneIsDropped(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virDriverSink) sink = NULL;
    const virNetworkEvent event = { .net.name = (char *)"t1" };

    openOurs(fixture);
    sink = virDriverSinkRef(fake_sink);
    close(fixture->fd);
    fixture->fd = -1;
    testLoopWaitClients(fixture->loop, 0);
    sink->event(1, &event, sink->opaque);
}

#define ADD(name, function) g_test_add("/remote/event/" name, Fixture, NULL, setUp, function, tearDown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("lifecycle-is-message-315", lifecycleIsMessage315);
    ADD("metadata-change-is-message-446", metadataChangeIsMessage446);
    ADD("event-for-a-client-that-has-gone-is-dropped", eventForAClientThatHasGoneIsDropped);
    return g_test_run();
}
