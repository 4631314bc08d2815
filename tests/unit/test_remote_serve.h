/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_remote_serve.h: a client of the dispatch, without sockets
 *
 * For tests only, included by them: calls are given to the service as bytes, and its answers compared. The driver
 * behind is the fake one.
 */
#pragma once

#include "test_rpc_loop.h"
#include "test_remote_fake.h"

#include "remote_dispatch.h"
#include "remote_protocol.h"
#include "remote_wire.h"

typedef struct {
    virRemoteDispatch *dispatch;
    virDriver driver;           /* a copy that a test may cut */
    void *client;
    virRpcAnswer answer;        /* of the last call */
} Fixture;

static inline void connectAs(Fixture *fixture, gboolean readonly)
{
    virRpcPeer peer = { .readonly = readonly, .pid = 1 };

    if (fixture->client)
        virRemoteService.clientFree(fixture->client);
    fixture->client = virRemoteService.clientNew(fixture->dispatch, &peer);
}

static inline void setUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virRemoteDispatchConfig config = { .driver = &fixture->driver, .open = fakeOpen };

    fixture->driver = fake_driver;
    fake_n_networks = 2;
    fake_n_leases = 1;
    fixture->dispatch = virRemoteDispatchNew(&config);
    connectAs(fixture, FALSE);
}

static inline void forgetAnswer(Fixture *fixture)
{
    g_clear_pointer(&fixture->answer.frame, g_byte_array_unref);
    memset(&fixture->answer, 0, sizeof(fixture->answer));
}

static inline void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    forgetAnswer(fixture);
    virRemoteService.clientFree(fixture->client);
    virRemoteDispatchFree(fixture->dispatch);
    fakeSetError(NULL);
    g_free(fakeTake());
    g_assert_cmpint(fake_open_connections, ==, 0);
}

/* Serves a whole message; the answer is in the fixture. */
static inline void serveFrame(Fixture *fixture, const GByteArray *frame)
{
    virRpcHeader header;

    forgetAnswer(fixture);
    virRpcFrameGetHeader(frame, &header);
    virRemoteService.serve(fixture->client, &header, frame->data + VIR_RPC_HEADER_BYTES,
                           frame->len - VIR_RPC_HEADER_BYTES, &fixture->answer);
    g_assert_nonnull(fixture->answer.frame);
}

static inline void serveHex(Fixture *fixture, const char *hex)
{
    g_autoptr(GByteArray) frame = testHex(hex);

    serveFrame(fixture, frame);
}

/* Serves a call with the payload @hex. */
static inline void serve(Fixture *fixture, gint32 procedure, const char *hex)
{
    virRpcHeader header = { .program = VIR_RPC_PROGRAM_REMOTE, .version = 1, .procedure = procedure, .serial = 9 };
    g_autoptr(GByteArray) frame = virRpcFrameNew(&header, NULL, NULL, NULL);
    g_autoptr(GByteArray) payload = testHex(hex);

    g_byte_array_append(frame, payload->data, payload->len);
    serveFrame(fixture, frame);
}

static inline void assertHeader(Fixture *fixture, guint32 status)
{
    virRpcHeader header;

    virRpcFrameGetHeader(fixture->answer.frame, &header);
    g_assert_cmpuint(header.type, ==, VIR_RPC_REPLY);
    g_assert_cmpuint(header.status, ==, status);
}

/* The last call was answered with the payload @hex. */
static inline void assertPayload(Fixture *fixture, const char *hex)
{
    g_autoptr(GByteArray) wanted = testHex(hex);

    assertHeader(fixture, VIR_RPC_OK);
    g_assert_cmpmem(fixture->answer.frame->data + VIR_RPC_HEADER_BYTES,
                    fixture->answer.frame->len - VIR_RPC_HEADER_BYTES, wanted->data, wanted->len);
}

static inline void assertAnswer(Fixture *fixture, const char *hex)
{
    g_autoptr(GByteArray) wanted = testHex(hex);

    testAssertBytes(fixture->answer.frame, wanted);
}

static inline void assertFails(Fixture *fixture, int code, int domain, const char *message)
{
    wire_error error = { 0 };
    const GByteArray *frame = fixture->answer.frame;

    assertHeader(fixture, VIR_RPC_ERROR);
    g_assert_cmpint(virRpcPayloadDecode(frame->data + VIR_RPC_HEADER_BYTES, frame->len - VIR_RPC_HEADER_BYTES,
                                        (xdrproc_t)xdr_wire_error, &error, NULL), ==, 0);
    g_assert_cmpstr(virRemoteWireGetOptional(error.message), ==, message);
    g_assert_cmpint(error.code, ==, code);
    g_assert_cmpint(error.origin, ==, domain);
    g_assert_cmpint(error.level, ==, 2);
    g_assert_null(error.dom);
    g_assert_null(error.net);
    xdr_free((xdrproc_t)xdr_wire_error, &error);
}

static inline void assertSaid(const char *wanted)
{
    g_autofree char *said = fakeTake();

    g_assert_cmpstr(said, ==, wanted);
}

/* CONNECT_OPEN of network:///system */
#define NAME_OF_OURS "00000001 00000011 6e657477 6f726b3a 2f2f2f73 79737465 6d000000"
#define OPEN_OURS NAME_OF_OURS "00000000"
#define OPEN_OURS_READONLY NAME_OF_OURS "00000001"

/* A network t1 with the uuid of the fake. */
#define T1 "00000002 74310000 00112233 44556677 8899aabb ccddeeff"

/* That uuid; with T1 before it a port of the network. */
#define UUID "00112233 44556677 8899aabb ccddeeff"

static inline void openOurs(Fixture *fixture)
{
    serve(fixture, 1, OPEN_OURS);
    assertPayload(fixture, "");
    assertSaid("open network:///system");
}
