/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_client.h: calls a server over one socket
 *
 * Calls block their thread until the answer is there, and may be made by several threads at once: each sends its own,
 * and of those that wait one reads for all. No loop and no thread is needed; what the server sends while nobody calls
 * (pings, the end of the connection) is seen at the next call or by virRpcClientIsAlive.
 */
#pragma once

#include <glib.h>

#include "rpc_frame.h"

typedef struct _virRpcClient virRpcClient;

/* @fd: a connected stream socket, blocking; taken over. */
virRpcClient *virRpcClientNew(int fd);

/* Closes the socket. No call may be under way. */
void virRpcClientFree(virRpcClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virRpcClient, virRpcClientFree)

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

/* Whether the connection holds, as far as the socket knows. Answers pings that wait. */
gboolean virRpcClientIsAlive(virRpcClient *client);
