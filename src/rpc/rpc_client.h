/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_client.h: calls a server over one socket
 *
 * Calls block their thread until the answer is there, and may be made by several threads at once: each sends its own,
 * and of those that wait one reads for all. No loop and no thread is needed; what the server sends while nobody calls
 * (events, pings, the end of the connection) is seen at the next call or by virRpcClientPump.
 */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

#include "rpc_frame.h"

typedef struct _virRpcClient virRpcClient;

/*
 * Who is told what no call waits for: by any thread that is in a function of this file, without locks held, one after the
 * other. It may call everything here, also virRpcClientClose. Functions may be NULL.
 */
typedef struct {
    /* A whole message of type MESSAGE. */
    void (*message)(const GByteArray *frame, void *opaque);
    /* The connection has ended, and was not closed by us. At most once. */
    void (*ended)(int reason, void *opaque);        /* virConnectCloseReason */
    GDestroyNotify free_opaque;
    void *opaque;
} virRpcClientListener;

/**
 * virRpcClientNew:
 * @fd: a connected stream socket, blocking; taken over
 * @listener: copied, its opaque taken over; NULL: none
 *
 * Returns a client with one reference.
 */
virRpcClient *virRpcClientNew(int fd, const virRpcClientListener *listener);
virRpcClient *virRpcClientRef(virRpcClient *client);
void virRpcClientUnref(virRpcClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virRpcClient, virRpcClientUnref)

/*
 * Closes the socket, whatever references remain. No call may be under way. Afterwards the listener is not called any more
 * but by a thread that has already begun to.
 */
void virRpcClientClose(virRpcClient *client);

/* For waiting until there is something to read; -1: closed. */
int virRpcClientGetFd(const virRpcClient *client);

/* For tests: where it learns the time, in microseconds. */
void virRpcClientSetClock(virRpcClient *client, gint64 (*clock)(void));

/* A call: what goes out. */
typedef struct {
    guint32 program;        /* 0: libvirt's remote program, in its version */
    guint32 version;
    gint32 procedure;
    xdrproc_t encode;       /* of the arguments; NULL: there are none */
    const void *args;
} virRpcClientRequest;

/**
 * virRpcClientCall:
 * @ret_reply: the reply, a whole message with its header; of type REPLY, its status is not judged
 *
 * Returns 0, or -1: VIR_ERR_RPC if the arguments break a limit or the server the protocol, VIR_ERR_SYSTEM_ERROR if
 * the connection broke, VIR_ERR_INTERNAL_ERROR "client socket is closed" if it was broken before.
 */
int virRpcClientCall(virRpcClient *client, const virRpcClientRequest *request, GByteArray **ret_reply, GError **err);

/*
 * Takes in what has come, without waiting, unless another thread reads: replies, pings, messages, the end. Returns whether
 * the connection holds.
 */
gboolean virRpcClientPump(virRpcClient *client);

/* From now on the server is asked for signs of life, by whoever waits for a reply or calls the next. @interval_us 0: never. */
void virRpcClientSetKeepalive(virRpcClient *client, gint64 interval_us, unsigned int count);

/* Asks for a sign of life if it is time. Returns after how many microseconds to look again; -1: never. */
gint64 virRpcClientLookAfter(virRpcClient *client);
