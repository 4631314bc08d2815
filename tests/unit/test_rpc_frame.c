/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_rpc_frame.c: messages as bytes
 *
 * Encoding, decoding and cutting the stream into messages, with the limits of facts/wire.md, sections 1 to 4. No
 * sockets.
 */
#include "test_rpc_loop.h"

#include "remote_protocol.h"
#include "virerror.h"

static void pingAndPongAreAsCaptured(void)
{
    g_autoptr(GByteArray) ping = virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PING);
    g_autoptr(GByteArray) pong = virRpcFrameNewKeepalive(VIR_RPC_KEEPALIVE_PONG);
    g_autoptr(GByteArray) ping_wanted = testHex("0000001c 6b656570 00000001 00000001 00000002 00000000 00000000");
    g_autoptr(GByteArray) pong_wanted = testHex("0000001c 6b656570 00000001 00000002 00000002 00000000 00000000");

    testAssertBytes(ping, ping_wanted);
    testAssertBytes(pong, pong_wanted);
}

static void headerComesBack(void)
{
    virRpcHeader header = { .program = 1, .version = 2, .procedure = -3, .type = 4, .serial = 5, .status = 6 };
    virRpcHeader got;
    g_autoptr(GByteArray) frame = virRpcFrameNew(&header, NULL, NULL, NULL);

    g_assert_cmpuint(frame->len, ==, VIR_RPC_HEADER_BYTES);
    virRpcFrameGetHeader(frame, &got);
    g_assert_cmpuint(got.program, ==, 1);
    g_assert_cmpuint(got.version, ==, 2);
    g_assert_cmpint(got.procedure, ==, -3);
    g_assert_cmpuint(got.type, ==, 4);
    g_assert_cmpuint(got.serial, ==, 5);
    g_assert_cmpuint(got.status, ==, 6);
}

static void feed(virRpcReader *reader, const char *hex)
{
    g_autoptr(GByteArray) bytes = testHex(hex);

    virRpcReaderFeed(reader, bytes->data, bytes->len);
}

static void assertRefused(virRpcReader *reader)
{
    g_autoptr(GError) err = NULL;
    GByteArray *frame = NULL;

    g_assert_cmpint(virRpcReaderTake(reader, &frame, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_RPC);
    g_assert_null(frame);
}

static void assertWaits(virRpcReader *reader)
{
    g_autoptr(GError) err = NULL;
    GByteArray *frame = (GByteArray *)reader;

    g_assert_cmpint(virRpcReaderTake(reader, &frame, &err), ==, 0);
    g_assert_no_error(err);
    g_assert_null(frame);
}

static void wrongLengthWordIsRefusedAtOnce(void)
{
    static const char *const words[] = { "00000000", "00000003", "00000004", "02000005", "ffffffff" };

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autoptr(virRpcReader) reader = virRpcReaderNew();

        feed(reader, words[i]);
        assertRefused(reader);
    }
}

static void shortMessageIsRefusedWhenItsBytesHaveCome(void)
{
    g_autoptr(virRpcReader) reader = virRpcReaderNew();

    feed(reader, "0000001b");
    assertWaits(reader);
    feed(reader, "20008086 00000001 00000001 00000000 00000000 0000");
    assertWaits(reader);
    feed(reader, "00");
    assertRefused(reader);
}

static void largestMessageIsTaken(void)
{
    g_autoptr(virRpcReader) reader = virRpcReaderNew();
    g_autofree guint8 *rest = g_malloc0(VIR_RPC_FRAME_MAX - 4);
    g_autoptr(GByteArray) frame = NULL;

    feed(reader, "02000004");
    assertWaits(reader);
    virRpcReaderFeed(reader, rest, VIR_RPC_FRAME_MAX - 5);
    assertWaits(reader);
    virRpcReaderFeed(reader, rest, 1);
    g_assert_cmpint(virRpcReaderTake(reader, &frame, NULL), ==, 0);
    g_assert_cmpuint(frame->len, ==, 33554436);
    g_assert_cmpuint(virRpcReaderGetHeld(reader), ==, 0);
}

/* Three messages, fed in pieces of each size, come out as three. */
static void anyCutGivesTheSameMessages(void)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();

    for (int i = 1; i <= 3; i++) {
        virRpcHeader header = { .procedure = i };
        int payload[3] = { i, i, i };
        g_autoptr(GByteArray) frame = virRpcFrameNew(&header, (xdrproc_t)xdr_int, payload, NULL);

        g_byte_array_append(stream, frame->data, frame->len);
    }
    for (guint piece = 1; piece <= stream->len; piece++) {
        g_autoptr(virRpcReader) reader = virRpcReaderNew();
        int seen = 0;

        for (guint at = 0; at < stream->len; at += piece) {
            GByteArray *frame = NULL;

            virRpcReaderFeed(reader, stream->data + at, MIN(piece, stream->len - at));
            while (virRpcReaderTake(reader, &frame, NULL) == 0 && frame) {
                virRpcHeader header;

                virRpcFrameGetHeader(frame, &header);
                g_assert_cmpint(header.procedure, ==, ++seen);
                g_byte_array_unref(frame);
            }
        }
        g_assert_cmpint(seen, ==, 3);
        g_assert_cmpuint(virRpcReaderGetHeld(reader), ==, 0);
    }
}

/* A large message and the beginning of the next in one piece. */
static void messageThatHasBegunSaysWhatItNeeds(void)
{
    g_autoptr(virRpcReader) reader = virRpcReaderNew();
    g_autoptr(GByteArray) frame = NULL;

    feed(reader, "000000");
    g_assert_cmpuint(virRpcReaderGetMissing(reader), ==, 0);
    feed(reader, "1c");
    g_assert_cmpuint(virRpcReaderGetMissing(reader), ==, 24);
    feed(reader, "6b656570000000010000000100000002000000000000");
    g_assert_cmpuint(virRpcReaderGetMissing(reader), ==, 2);
    feed(reader, "000000000020");
    g_assert_cmpuint(virRpcReaderGetMissing(reader), ==, 0);
    g_assert_cmpint(virRpcReaderTake(reader, &frame, NULL), ==, 0);
    g_assert_cmpuint(virRpcReaderGetMissing(reader), ==, 28);
}

static void largeMessageLeavesWhatFollows(void)
{
    virRpcHeader header = { .procedure = 1 };
    g_autofree char *text = g_strnfill(200000, 'x');
    g_autoptr(GByteArray) large = virRpcFrameNew(&header, (xdrproc_t)xdr_wire_string, &text, NULL);
    g_autoptr(GByteArray) stream = g_byte_array_new();
    g_autoptr(GByteArray) first = NULL;
    g_autoptr(GByteArray) second = NULL;
    g_autoptr(GByteArray) third = NULL;
    g_autoptr(virRpcReader) reader = virRpcReaderNew();

    g_byte_array_append(stream, large->data, large->len);
    g_byte_array_append(stream, large->data, large->len);
    virRpcReaderFeed(reader, stream->data, large->len + 100);
    g_assert_cmpint(virRpcReaderTake(reader, &first, NULL), ==, 0);
    testAssertBytes(first, large);
    g_assert_cmpuint(virRpcReaderGetHeld(reader), ==, 100);
    g_assert_cmpint(virRpcReaderTake(reader, &second, NULL), ==, 0);
    g_assert_null(second);
    virRpcReaderFeed(reader, stream->data + large->len + 100, large->len - 100);
    g_assert_cmpint(virRpcReaderTake(reader, &third, NULL), ==, 0);
    testAssertBytes(third, large);
}

static int decode(const char *hex, xdrproc_t proc, void *value, GError **err)
{
    g_autoptr(GByteArray) bytes = testHex(hex);

    return virRpcPayloadDecode(bytes->data, bytes->len, proc, value, err);
}

/* go-libvirt writes the presence word in the other byte order. */
static void anyNonzeroPresenceWordIsTrue(void)
{
    wire_open_args args = { 0 };

    g_assert_cmpint(decode("01000000 00000001 61000000 00000000", (xdrproc_t)xdr_wire_open_args, &args, NULL), ==, 0);
    g_assert_cmpstr(*args.name, ==, "a");
    xdr_free((xdrproc_t)xdr_wire_open_args, &args);
}

static void nonzeroPaddingIsAccepted(void)
{
    wire_string text = NULL;

    g_assert_cmpint(decode("00000001 61626364", (xdrproc_t)xdr_wire_string, &text, NULL), ==, 0);
    g_assert_cmpstr(text, ==, "a");
    xdr_free((xdrproc_t)xdr_wire_string, &text);
}

static void bytesLeftOverAreIgnored(void)
{
    int value = 0;

    g_assert_cmpint(decode("00000007 00000008", (xdrproc_t)xdr_int, &value, NULL), ==, 0);
    g_assert_cmpint(value, ==, 7);
}

static void assertUndecodable(const char *hex, xdrproc_t proc)
{
    guint8 value[256] = { 0 };
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(decode(hex, proc, value, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_RPC);
    g_assert_cmpstr(err->message, ==, "Unable to decode message payload");
    g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_RPC);
}

static void wrongPayloadsAreRefused(void)
{
    /* Too few bytes; a string longer than its bytes, or than its limit; 21 parameters; an unknown type of parameter. */
    assertUndecodable("0000", (xdrproc_t)xdr_int);
    assertUndecodable("00000005 61626364", (xdrproc_t)xdr_wire_string);
    assertUndecodable("00400001 61626364", (xdrproc_t)xdr_wire_string);
    assertUndecodable("00000015", (xdrproc_t)xdr_wire_identity_args);
    assertUndecodable("00000001 00000001 61000000 00000008 00000000 00000000", (xdrproc_t)xdr_wire_identity_args);
}

static void longStringIsNotEncoded(void)
{
    g_autofree char *text = g_strnfill(WIRE_STRING_MAX + 1, 'x');
    virRpcHeader header = { 0 };
    g_autoptr(GError) err = NULL;
    g_autoptr(GByteArray) frame = NULL;

    g_assert_null(virRpcFrameNew(&header, (xdrproc_t)xdr_wire_string, &text, &err));
    g_assert_error(err, VIR_ERROR, VIR_ERR_RPC);
    text[WIRE_STRING_MAX] = '\0';
    frame = virRpcFrameNew(&header, (xdrproc_t)xdr_wire_string, &text, NULL);
    g_assert_cmpuint(frame->len, ==, VIR_RPC_HEADER_BYTES + 4 + WIRE_STRING_MAX);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rpc/frame/ping-and-pong-are-as-captured", pingAndPongAreAsCaptured);
    g_test_add_func("/rpc/frame/header-comes-back", headerComesBack);
    g_test_add_func("/rpc/frame/wrong-length-word-is-refused-at-once", wrongLengthWordIsRefusedAtOnce);
    g_test_add_func("/rpc/frame/short-message-is-refused-when-its-bytes-have-come",
                    shortMessageIsRefusedWhenItsBytesHaveCome);
    g_test_add_func("/rpc/frame/largest-message-is-taken", largestMessageIsTaken);
    g_test_add_func("/rpc/frame/any-cut-gives-the-same-messages", anyCutGivesTheSameMessages);
    g_test_add_func("/rpc/frame/message-that-has-begun-says-what-it-needs", messageThatHasBegunSaysWhatItNeeds);
    g_test_add_func("/rpc/frame/large-message-leaves-what-follows", largeMessageLeavesWhatFollows);
    g_test_add_func("/rpc/payload/any-nonzero-presence-word-is-true", anyNonzeroPresenceWordIsTrue);
    g_test_add_func("/rpc/payload/nonzero-padding-is-accepted", nonzeroPaddingIsAccepted);
    g_test_add_func("/rpc/payload/bytes-left-over-are-ignored", bytesLeftOverAreIgnored);
    g_test_add_func("/rpc/payload/wrong-payloads-are-refused", wrongPayloadsAreRefused);
    g_test_add_func("/rpc/payload/long-string-is-not-encoded", longStringIsNotEncoded);
    return g_test_run();
}
