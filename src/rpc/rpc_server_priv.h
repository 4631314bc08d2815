/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_server_priv.h: what rpc_server.c and rpc_server_client.c share
 *
 * Everything here belongs to the loop thread, but for the queues of finished jobs and of mailboxes.
 */
#pragma once

#include "rpc_server.h"

typedef struct _virRpcServerClient virRpcServerClient;

/* One call on its way to a worker and back. Between push and done it is the worker's alone. */
typedef struct {
    virRpcServer *server;
    virRpcServerClient *client;     /* a reference; not the worker's */
    void *client_data;              /* what the service made for the client */
    virRpcHeader header;
    GByteArray *frame;
    gsize payload_offset;
    virRpcAnswer answer;
} virRpcJob;

struct _virRpcServer {
    virRpcServerConfig config;
    const virRpcService *service;
    void *opaque;
    GMainContext *context;
    virRpcWorkers *workers;

    GPtrArray *listeners;
    GSource *accept_retry;          /* while accepting is paused for want of descriptors */
    gboolean started, stopping;
    gboolean accepting;             /* what the listeners' sources are told */

    GList *clients;                 /* those that are open */
    unsigned int n_clients;         /* also those that are closed and have calls running */
    unsigned int next_id;
    gint64 warned_at;               /* see virRpcServerComplain */
    gsize held_bytes;               /* what large requests of all clients take; see max_input_bytes */

    GMutex done_lock;               /* guards the next two */
    GQueue done;                    /* virRpcJob */
    GQueue mail;                    /* virRpcMailbox with something in it; references */
    GSource *done_source;           /* ready while the next is set */
    gint has_done;                  /* atomic: somebody has put something into one of the two */
};

/* Makes a source of @context that calls @callback when it is made ready, or when a descriptor added to it is. */
GSource *virRpcSourceNew(GMainContext *context, GSourceFunc callback, void *opaque);
void virRpcSourceFree(GSource *source);

/* Has the loop look into the queues of finished jobs and of mailboxes. From any thread. */
void virRpcServerWake(virRpcServer *server);

/* Takes over @fd, which is non-blocking. The client lives in @server->clients until it is closed. */
void virRpcServerClientNew(virRpcServer *server, int fd, gboolean readonly);

/* Closes the connection; the client itself goes with its last job. */
void virRpcServerClientClose(virRpcServerClient *client);

/* Has the service do @job, which fills its answer. On any thread. */
void virRpcServerServe(virRpcJob *job);

/* Takes a job back from its worker and sends its answer. */
void virRpcServerClientFinish(virRpcJob *job);

/* Sends all of @frames, which it empties. */
void virRpcServerClientMail(virRpcServerClient *client, GQueue *frames);

/* rpc_server_mailbox.c */
virRpcMailbox *virRpcMailboxNew(virRpcServer *server, virRpcServerClient *client);

/* Nothing more is taken. */
void virRpcMailboxClose(virRpcMailbox *box);

/* Hands what was posted to the clients. */
void virRpcMailboxCollect(virRpcServer *server);

/*
 * Logs what a client did wrong or what it must suffer: as a warning, but only one in ten seconds; the others are
 * information, so that nobody who may connect can fill the log.
 */
void virRpcServerComplain(virRpcServer *server, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Called when a client has come, or gone with its last call. */
void virRpcServerClientsChanged(virRpcServer *server);
