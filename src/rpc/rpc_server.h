/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_server.h: serves RPC clients on unix sockets
 *
 * Sockets live on one GLib loop and never block it: whole messages are handed to worker threads, their answers come
 * back to the loop and are written there. What a call means is the service's business; the server knows frames,
 * limits and keepalive. All functions here are called on the thread that runs the loop, and callbacks run there, unless
 * said otherwise.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "rpc_frame.h"
#include "rpc_workers.h"

typedef struct _virRpcServer virRpcServer;

typedef struct {
    unsigned int max_clients;           /* further ones wait in the listen queue */
    unsigned int max_client_requests;   /* calls of one client not yet answered and written; then it is not read */
    unsigned int min_workers;           /* threads for any call that share the first ones; at most as the next says */
    unsigned int max_workers;           /* threads for any call, started as needed */
    unsigned int prio_workers;          /* threads for high-priority calls alone, started as needed */
    int keepalive_interval_ms;          /* idle time after which a client that asked for it is pinged; <= 0: never */
    unsigned int keepalive_count;       /* pings without any answer before a client is cut off */
    gsize max_output_bytes;             /* answers not yet written: a client that lets more pile up is cut off */
    gsize max_event_bytes;              /* the same for messages that it did not call for, with what they cost us */
    gsize max_input_bytes;              /* all clients' large requests together: who exceeds it is cut off */
    /* Called when the number of clients has changed; may be NULL. */
    void (*clients_changed)(unsigned int n_clients, void *opaque);
    void *clients_changed_opaque;
} virRpcServerConfig;

/* Fills in libvirt's defaults: 5000 clients, 5 requests each, 5 to 20 workers, 5 for priority, keepalive 5 s, 5 times. */
void virRpcServerConfigInit(virRpcServerConfig *config);

/* Takes messages for one client, from any thread, in their order. */
typedef struct _virRpcMailbox virRpcMailbox;

virRpcMailbox *virRpcMailboxRef(virRpcMailbox *box);
void virRpcMailboxUnref(virRpcMailbox *box);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virRpcMailbox, virRpcMailboxUnref)

/* Takes over @frame, a whole message. Does not wait; a client that is gone, or lets too much pile up, never gets it. */
void virRpcMailboxPost(virRpcMailbox *box, GByteArray *frame);

/* Who is at the other end. */
typedef struct {
    gboolean readonly;      /* came over a read-only socket */
    pid_t pid;              /* the three are of SO_PEERCRED; -1 where it is not known */
    uid_t uid;
    gid_t gid;
    virRpcMailbox *mailbox; /* borrowed; who wants to keep it takes a reference. Until the server is freed */
} virRpcPeer;

/* What becomes of a call. */
typedef struct {
    GByteArray *frame;              /* the whole answer; NULL: none, and the connection is closed */
    gboolean close_after;           /* close the connection once @frame is written */
    gboolean start_keepalive;       /* ping this client from now on */
} virRpcAnswer;

/* What is served: one table for all clients. */
typedef struct {
    /* A client has connected. Returns what the others get as @client. */
    void *(*clientNew)(void *opaque, const virRpcPeer *peer);
    /* It is gone and its last call has ended. Must not wait. */
    void (*clientFree)(void *client);
    /* When the call, of which nothing was judged yet, may run. Must not wait. *@ret_order starts zeroed; its turn is freed. */
    void (*order)(const virRpcHeader *header, const guint8 *data, gsize len, virRpcOrder *ret_order);
    /*
     * Serves one call (type VIR_RPC_CALL) whose payload is @data. Runs on a worker thread, or on the loop's if @order said
     * so; several calls of one client run at once. Always fills @ret_answer, which starts zeroed.
     */
    void (*serve)(void *client, const virRpcHeader *header, const guint8 *data, gsize len, virRpcAnswer *ret_answer);
} virRpcService;

/**
 * virRpcServerNew:
 * @config: copied
 * @service: must outlive the server
 * @opaque: for @service->clientNew
 * @context: the loop; NULL: the default one
 */
virRpcServer *virRpcServerNew(const virRpcServerConfig *config, const virRpcService *service, void *opaque,
                              GMainContext *context);

/* Stops @server first if that was not done. */
void virRpcServerFree(virRpcServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virRpcServer, virRpcServerFree)

/**
 * virRpcServerListen:
 * @fd: a socket that listens; taken over, also on failure
 * @readonly: whether clients that come over it may only read
 *
 * Returns 0, or -1 if @fd cannot be made non-blocking.
 */
int virRpcServerListen(virRpcServer *server, int fd, gboolean readonly, GError **err);

/**
 * virRpcServerAdopt:
 * @fd: a connected socket; taken over, also on failure
 *
 * Serves a client that is connected already, e.g. by socketpair(). Returns 0, or -1 with @err.
 */
int virRpcServerAdopt(virRpcServer *server, int fd, gboolean readonly, GError **err);

/* Begins to accept clients. */
void virRpcServerStart(virRpcServer *server);

/**
 * virRpcServerStopListening:
 * @drop_none: for sockets that nobody else has: whoever is connected by now is accepted, whatever max_clients says, and who
 *     comes later is refused, so that no connection is closed unheard. Otherwise those who wait go on waiting, for another
 *     process that has the socket.
 *
 * Closes the listening sockets. Clients go on being served, and virRpcServerListen may follow.
 */
void virRpcServerStopListening(virRpcServer *server, gboolean drop_none);

/**
 * virRpcServerStop:
 *
 * Closes the listening sockets, reads no further calls, drops those not yet begun, waits for those that run, writes
 * their answers as far as the clients take them at once, and closes all connections. May be called again.
 */
void virRpcServerStop(virRpcServer *server);

/* Clients that are connected, or have calls running. */
unsigned int virRpcServerCountClients(const virRpcServer *server);
