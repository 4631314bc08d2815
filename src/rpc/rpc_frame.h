/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_frame.h: messages of libvirt's RPC protocol as bytes
 *
 * A message is a length word, six header words and a payload, all big-endian XDR. Here bytes become messages and back;
 * no socket is touched and no procedure known. Client and server both stand on this.
 */
#pragma once

#include <glib.h>
#include <rpc/rpc.h>

/* The length word counts itself. */
#define VIR_RPC_LENGTH_BYTES 4
#define VIR_RPC_HEADER_BYTES 28
#define VIR_RPC_FRAME_MAX (VIR_RPC_LENGTH_BYTES + 33554432u)

/* File descriptors that may come with one message. */
#define VIR_RPC_DESCRIPTORS_MAX 32

#define VIR_RPC_PROGRAM_REMOTE 0x20008086u
#define VIR_RPC_PROGRAM_KEEPALIVE 0x6b656570u
#define VIR_RPC_PROGRAM_VERSION 1u

#define VIR_RPC_KEEPALIVE_PING 1
#define VIR_RPC_KEEPALIVE_PONG 2

typedef enum {
    VIR_RPC_CALL = 0,
    VIR_RPC_REPLY = 1,
    VIR_RPC_MESSAGE = 2,
    VIR_RPC_STREAM = 3,
    VIR_RPC_CALL_WITH_FDS = 4,
    VIR_RPC_REPLY_WITH_FDS = 5,
    VIR_RPC_STREAM_HOLE = 6,
} virRpcType;

typedef enum {
    VIR_RPC_OK = 0,
    VIR_RPC_ERROR = 1,
    VIR_RPC_CONTINUE = 2,
} virRpcStatus;

/* The words behind the length word, in their order. The last four may hold anything when received. */
typedef struct {
    guint32 program;
    guint32 version;
    gint32 procedure;
    guint32 type;           /* virRpcType */
    guint32 serial;
    guint32 status;         /* virRpcStatus */
} virRpcHeader;

/**
 * virRpcFrameNew:
 * @header: its words
 * @encode: XDR function of the payload, NULL for none
 * @value: what @encode encodes
 *
 * Returns the whole message, or NULL with VIR_ERR_RPC if @value breaks a limit of its type or of messages.
 */
GByteArray *virRpcFrameNew(const virRpcHeader *header, xdrproc_t encode, const void *value, GError **err);

/* A keepalive message; @procedure is VIR_RPC_KEEPALIVE_PING or _PONG. */
GByteArray *virRpcFrameNewKeepalive(gint32 procedure);

/* Whether a message is of the keepalive protocol. */
gboolean virRpcHeaderIsKeepalive(const virRpcHeader *header);

/* Reads the header of @frame, a message of at least VIR_RPC_HEADER_BYTES. */
void virRpcFrameGetHeader(const GByteArray *frame, virRpcHeader *ret_header);

/**
 * virRpcPayloadDecode:
 * @data, @len: the payload; bytes left over are ignored
 * @decode: XDR function
 * @ret_value: zeroed by the caller; filled on success, to be freed by xdr_free(@decode, ...)
 *
 * Returns 0, or -1 with VIR_ERR_RPC "Unable to decode message payload"; then nothing is left to free.
 */
int virRpcPayloadDecode(const guint8 *data, gsize len, xdrproc_t decode, void *ret_value, GError **err);

/* Bytes as they come from a socket, cut into messages. Memory grows with bytes received, never with announced ones. */
typedef struct _virRpcReader virRpcReader;

virRpcReader *virRpcReaderNew(void);
void virRpcReaderFree(virRpcReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virRpcReader, virRpcReaderFree)

void virRpcReaderFeed(virRpcReader *reader, const guint8 *data, gsize len);

/* Bytes held and not yet taken. */
gsize virRpcReaderGetHeld(const virRpcReader *reader);

/* Bytes that the message which has begun still needs; 0 while that is not known, or it is whole. */
gsize virRpcReaderGetMissing(const virRpcReader *reader);

/**
 * virRpcReaderTake:
 * @ret_frame: the next whole message, or NULL if more bytes are needed
 *
 * Returns 0, or -1 with VIR_ERR_RPC if what came is no message: the connection must be closed. A length word that is
 * too small to be one, or too large, is refused as soon as it is there; one shorter than a header when its bytes have
 * come.
 */
int virRpcReaderTake(virRpcReader *reader, GByteArray **ret_frame, GError **err);

/* Passes over the next @len bytes, which may still have to come: each descriptor of a message comes with one behind it. */
void virRpcReaderSkip(virRpcReader *reader, gsize len);
