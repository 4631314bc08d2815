/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_frame.c: messages of libvirt's RPC protocol as bytes
 *
 * The header is written and read by hand, the payload by XDR functions of the caller. No sockets here; the server,
 * the client and the dispatch call it.
 */
#include "rpc_frame.h"

#include <string.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_RPC

#define LARGE_MESSAGE 65536

/* An empty buffer that has held more is not kept. */
#define LARGE_BUFFER 8192

/* Position of a header word; the length word is number 0. */
#define WORD(n) ((n) * 4)

static guint32 getWord(const guint8 *data, gsize n)
{
    guint32 word;

    memcpy(&word, data + WORD(n), sizeof(word));
    return GUINT32_FROM_BE(word);
}

static void putWord(guint8 *data, gsize n, guint32 value)
{
    guint32 word = GUINT32_TO_BE(value);

    memcpy(data + WORD(n), &word, sizeof(word));
}

static void putHeader(GByteArray *frame, const virRpcHeader *header)
{
    putWord(frame->data, 0, frame->len);
    putWord(frame->data, 1, header->program);
    putWord(frame->data, 2, header->version);
    putWord(frame->data, 3, (guint32)header->procedure);
    putWord(frame->data, 4, header->type);
    putWord(frame->data, 5, header->serial);
    putWord(frame->data, 6, header->status);
}

/* Encodes @value at the end of @frame, whose size is already right. */
static gboolean putPayload(GByteArray *frame, xdrproc_t encode, const void *value)
{
    XDR xdr;
    gboolean done;

    xdrmem_create(&xdr, (char *)frame->data + VIR_RPC_HEADER_BYTES, frame->len - VIR_RPC_HEADER_BYTES, XDR_ENCODE);
    done = encode(&xdr, (void *)value);
    xdr_destroy(&xdr);
    return done;
}

GByteArray *virRpcFrameNew(const virRpcHeader *header, xdrproc_t encode, const void *value, GError **err)
{
    g_autoptr(GByteArray) frame = NULL;
    gsize payload = 0;

    if (encode) {
        /* Every type that is ever encoded has at least one word, so that 0 can only mean failure. */
        payload = xdr_sizeof(encode, (void *)value);
        if (payload == 0)
            return virFailNull(err, VIR_ERR_RPC, "Unable to encode message payload");
    }
    if (payload > VIR_RPC_FRAME_MAX - VIR_RPC_HEADER_BYTES)
        return virFailNull(err, VIR_ERR_RPC, "Unable to encode message payload: %zu bytes are too many", payload);
    frame = g_byte_array_sized_new(VIR_RPC_HEADER_BYTES + payload);
    g_byte_array_set_size(frame, VIR_RPC_HEADER_BYTES + payload);
    putHeader(frame, header);
    if (encode && !putPayload(frame, encode, value))
        return virFailNull(err, VIR_ERR_RPC, "Unable to encode message payload");
    return g_steal_pointer(&frame);
}

GByteArray *virRpcFrameNewKeepalive(gint32 procedure)
{
    virRpcHeader header = { .program = VIR_RPC_PROGRAM_KEEPALIVE, .version = VIR_RPC_PROGRAM_VERSION,
                            .procedure = procedure, .type = VIR_RPC_MESSAGE };

    return virRpcFrameNew(&header, NULL, NULL, NULL);
}

gboolean virRpcHeaderIsKeepalive(const virRpcHeader *header)
{
    return header->program == VIR_RPC_PROGRAM_KEEPALIVE && header->version == VIR_RPC_PROGRAM_VERSION &&
           header->type == VIR_RPC_MESSAGE;
}

void virRpcFrameGetHeader(const GByteArray *frame, virRpcHeader *ret_header)
{
    g_assert(frame->len >= VIR_RPC_HEADER_BYTES);
    ret_header->program = getWord(frame->data, 1);
    ret_header->version = getWord(frame->data, 2);
    ret_header->procedure = (gint32)getWord(frame->data, 3);
    ret_header->type = getWord(frame->data, 4);
    ret_header->serial = getWord(frame->data, 5);
    ret_header->status = getWord(frame->data, 6);
}

int virRpcPayloadDecode(const guint8 *data, gsize len, xdrproc_t decode, void *ret_value, GError **err)
{
    XDR xdr;
    gboolean done;

    xdrmem_create(&xdr, (char *)data, len, XDR_DECODE);
    done = decode(&xdr, ret_value);
    xdr_destroy(&xdr);
    if (done)
        return 0;
    xdr_free(decode, ret_value);
    return virFail(err, VIR_ERR_RPC, "Unable to decode message payload");
}

struct _virRpcReader {
    GByteArray *bytes;
    guint taken;        /* bytes at the front that belong to messages already given away */
    gsize skip;         /* bytes to come that belong to none */
};

virRpcReader *virRpcReaderNew(void)
{
    virRpcReader *reader = g_new0(virRpcReader, 1);

    reader->bytes = g_byte_array_new();
    return reader;
}

void virRpcReaderFree(virRpcReader *reader)
{
    if (!reader)
        return;
    g_byte_array_unref(reader->bytes);
    g_free(reader);
}

gsize virRpcReaderGetHeld(const virRpcReader *reader)
{
    return reader->bytes->len - reader->taken;
}

static void passOver(virRpcReader *reader)
{
    gsize len = MIN(reader->skip, virRpcReaderGetHeld(reader));

    reader->taken += (guint)len;
    reader->skip -= len;
}

void virRpcReaderFeed(virRpcReader *reader, const guint8 *data, gsize len)
{
    if (reader->taken) {
        g_byte_array_remove_range(reader->bytes, 0, reader->taken);
        reader->taken = 0;
    }
    g_byte_array_append(reader->bytes, data, len);
    passOver(reader);
}

void virRpcReaderSkip(virRpcReader *reader, gsize len)
{
    reader->skip += len;
    passOver(reader);
}

gsize virRpcReaderGetMissing(const virRpcReader *reader)
{
    gsize held = virRpcReaderGetHeld(reader);
    guint32 len = held < VIR_RPC_LENGTH_BYTES ? 0 : getWord(reader->bytes->data + reader->taken, 0);

    return len > held && len <= VIR_RPC_FRAME_MAX ? len - held : 0;
}

/* A peer that once sent many messages at a time may be silent for days: then it is to cost nothing. */
static void dropBuffer(virRpcReader *reader)
{
    g_byte_array_unref(reader->bytes);
    reader->bytes = g_byte_array_new();
    reader->taken = 0;
}

/* The first @len bytes as they lie in memory; what follows them is moved to a new buffer. */
static GByteArray *split(virRpcReader *reader, guint32 len)
{
    GByteArray *frame = reader->bytes;

    reader->bytes = g_byte_array_new();
    g_byte_array_append(reader->bytes, frame->data + len, frame->len - len);
    g_byte_array_set_size(frame, len);
    return frame;
}

/*
 * Gives away the first @len bytes. A large message takes its buffer with it, so that none stays behind; small ones,
 * of which there may be many in one buffer, are copied.
 */
static GByteArray *cut(virRpcReader *reader, guint32 len)
{
    GByteArray *frame;

    if (reader->taken == 0 && (reader->bytes->len == len || len >= LARGE_MESSAGE))
        return split(reader, len);
    frame = g_byte_array_sized_new(len);
    g_byte_array_append(frame, reader->bytes->data + reader->taken, len);
    reader->taken += len;
    if (virRpcReaderGetHeld(reader) == 0 && reader->bytes->len > LARGE_BUFFER)
        dropBuffer(reader);
    return frame;
}

int virRpcReaderTake(virRpcReader *reader, GByteArray **ret_frame, GError **err)
{
    gsize held = virRpcReaderGetHeld(reader);
    guint32 len;

    if (held < VIR_RPC_LENGTH_BYTES) {
        *ret_frame = NULL;
        return 0;
    }
    len = getWord(reader->bytes->data + reader->taken, 0);
    if (len <= VIR_RPC_LENGTH_BYTES)
        return virFail(err, VIR_ERR_RPC, "message of %u bytes is too small", len);
    if (len > VIR_RPC_FRAME_MAX)
        return virFail(err, VIR_ERR_RPC, "message of %u bytes is larger than the limit of %u", len, VIR_RPC_FRAME_MAX);
    if (held < len) {
        *ret_frame = NULL;
        return 0;
    }
    if (len < VIR_RPC_HEADER_BYTES)
        return virFail(err, VIR_ERR_RPC, "message of %u bytes is shorter than its header", len);
    *ret_frame = cut(reader, len);
    return 0;
}
