/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_server.c: serves RPC clients on unix sockets
 *
 * Accepts connections up to the limit, runs calls on workers and brings them back to the loop. One connection's bytes
 * are rpc_server_client.c's business, the meaning of calls the service's. The daemon calls it.
 */
#include "rpc_server_priv.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <unistd.h>

#include "virerror.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_RPC

/* How long no connection is accepted when there are no descriptors left, unless one is freed. */
#define ACCEPT_RETRY_US (1 * G_USEC_PER_SEC)

/* More in one turn would keep the clients that are there waiting. */
#define ACCEPTS_AT_A_TIME 16

#define COMPLAIN_INTERVAL_US (10 * G_USEC_PER_SEC)

typedef struct {
    virRpcServer *server;
    int fd;
    gboolean readonly;
    GSource *source;
    void *tag;
} Listener;

void virRpcServerConfigInit(virRpcServerConfig *config)
{
    *config = (virRpcServerConfig){
        .max_clients = 5000,
        .max_client_requests = 5,
        .min_workers = 5,
        .max_workers = 20,
        .prio_workers = 5,
        .keepalive_interval_ms = 5000,
        .keepalive_count = 5,
        .max_output_bytes = 2 * (gsize)VIR_RPC_FRAME_MAX,
        .max_event_bytes = 1024 * 1024,
        .max_input_bytes = 8 * (gsize)VIR_RPC_FRAME_MAX,
    };
}

void virRpcServerComplain(virRpcServer *server, const char *fmt, ...)
{
    gint64 now = g_get_monotonic_time();
    gboolean warn = server->warned_at == 0 || now - server->warned_at >= COMPLAIN_INTERVAL_US;
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, fmt);
    text = g_strdup_vprintf(fmt, args);
    va_end(args);
    if (warn)
        server->warned_at = now;
    virLogWrite(warn ? VIR_LOG_WARNING : VIR_LOG_INFO, "%s", text);
}

static gboolean dispatchSource(GSource *source G_GNUC_UNUSED, GSourceFunc callback, void *opaque)
{
    return callback(opaque);
}

static GSourceFuncs source_funcs = { .dispatch = dispatchSource };

GSource *virRpcSourceNew(GMainContext *context, GSourceFunc callback, void *opaque)
{
    GSource *source = g_source_new(&source_funcs, sizeof(GSource));

    g_source_set_callback(source, callback, opaque, NULL);
    g_source_attach(source, context);
    return source;
}

void virRpcSourceFree(GSource *source)
{
    g_source_destroy(source);
    g_source_unref(source);
}

/* --- What workers have done ------------------------------------------------------------------------------------------ */

/*
 * Ready by a flag, which many may set until the loop comes to look, and one wakes it. A ready time would do the same, but
 * taking it back wakes the loop once more for nothing.
 */
typedef struct {
    GSource base;
    virRpcServer *server;
} DoneSource;

static gboolean checkDone(GSource *source)
{
    return g_atomic_int_get(&((DoneSource *)source)->server->has_done);
}

static gboolean prepareDone(GSource *source, gint *ret_timeout)
{
    *ret_timeout = -1;
    return checkDone(source);
}

static GSourceFuncs done_funcs = { .prepare = prepareDone, .check = checkDone, .dispatch = dispatchSource };

void virRpcServerWake(virRpcServer *server)
{
    if (g_atomic_int_compare_and_exchange(&server->has_done, 0, 1))
        g_main_context_wakeup(server->context);
}

/* On a worker thread, or on the loop's for jobs dropped at the end. */
static void giveBack(virRpcJob *job, virRpcServer *server)
{
    g_mutex_lock(&server->done_lock);
    g_queue_push_tail(&server->done, job);
    g_mutex_unlock(&server->done_lock);
    virRpcServerWake(server);
}

void virRpcServerServe(virRpcJob *job)
{
    job->server->service->serve(job->client_data, &job->header, job->frame->data + job->payload_offset,
                                job->frame->len - job->payload_offset, &job->answer);
}

static void runJob(void *opaque)
{
    virRpcJob *job = opaque;
    virRpcServer *server = job->server;

    virRpcServerServe(job);
    giveBack(job, server);
}

static void dropJob(void *opaque)
{
    virRpcJob *job = opaque;

    giveBack(job, job->server);
}

static void finishJobs(virRpcServer *server)
{
    virRpcJob *job;

    do {
        g_mutex_lock(&server->done_lock);
        job = g_queue_pop_head(&server->done);
        g_mutex_unlock(&server->done_lock);
        if (job)
            virRpcServerClientFinish(job);
    } while (job);
}

static gboolean onDone(void *opaque)
{
    virRpcServer *server = opaque;

    g_atomic_int_set(&server->has_done, 0);
    finishJobs(server);
    virRpcMailboxCollect(server);
    return G_SOURCE_CONTINUE;
}

static GSource *newDoneSource(virRpcServer *server)
{
    GSource *source = g_source_new(&done_funcs, sizeof(DoneSource));

    ((DoneSource *)source)->server = server;
    g_source_set_callback(source, onDone, server, NULL);
    g_source_attach(source, server->context);
    return source;
}

/* --- Accepting ------------------------------------------------------------------------------------------------------- */

static GIOCondition wantedOfListeners(const virRpcServer *server)
{
    return server->accepting ? G_IO_IN : 0;
}

/* A source that is told anything wakes its loop, so it is told only what is new. */
static void updateListeners(virRpcServer *server)
{
    gboolean accepting = server->started && !server->accept_retry && server->n_clients < server->config.max_clients;

    if (accepting == server->accepting)
        return;
    server->accepting = accepting;
    for (guint i = 0; i < server->listeners->len; i++) {
        Listener *listener = server->listeners->pdata[i];

        g_source_modify_unix_fd(listener->source, listener->tag, wantedOfListeners(server));
    }
}

void virRpcServerClientsChanged(virRpcServer *server)
{
    /* A connection that has gone has freed a descriptor. */
    g_clear_pointer(&server->accept_retry, virRpcSourceFree);
    updateListeners(server);
    if (server->config.clients_changed)
        server->config.clients_changed(server->n_clients, server->config.clients_changed_opaque);
}

static gboolean onAcceptRetry(void *opaque)
{
    virRpcServer *server = opaque;

    g_clear_pointer(&server->accept_retry, virRpcSourceFree);
    updateListeners(server);
    return G_SOURCE_CONTINUE;
}

static void pauseAccepting(virRpcServer *server)
{
    if (server->accept_retry)       /* the other listener has seen it too */
        return;
    server->accept_retry = virRpcSourceNew(server->context, onAcceptRetry, server);
    g_source_set_ready_time(server->accept_retry, g_get_monotonic_time() + ACCEPT_RETRY_US);
    updateListeners(server);
}

/* Whether there was a client to accept. */
static gboolean acceptOne(const Listener *listener)
{
    int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd >= 0) {
        virRpcServerClientNew(listener->server, fd, listener->readonly);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        virRpcServerComplain(listener->server, "cannot accept a connection: %s", g_strerror(errno));
        pauseAccepting(listener->server);
    }
    return fd >= 0;
}

/* Those that are left wake the loop again. */
static gboolean onListener(void *opaque)
{
    const Listener *listener = opaque;

    for (guint i = 0; i < ACCEPTS_AT_A_TIME && listener->server->accepting && acceptOne(listener); i++)
        continue;
    return G_SOURCE_CONTINUE;
}

static void listenerFree(Listener *listener)
{
    virRpcSourceFree(listener->source);
    close(listener->fd);
    g_free(listener);
}

virRpcServer *virRpcServerNew(const virRpcServerConfig *config, const virRpcService *service, void *opaque,
                              GMainContext *context)
{
    virRpcServer *server = g_new0(virRpcServer, 1);
    virRpcWorkersConfig workers = { .min_workers = config->min_workers, .max_workers = config->max_workers,
                                    .prio_workers = config->prio_workers, .run = runJob, .drop = dropJob };

    server->config = *config;
    server->service = service;
    server->opaque = opaque;
    server->context = g_main_context_ref(context ? context : g_main_context_default());
    server->workers = virRpcWorkersNew(&workers);
    server->listeners = g_ptr_array_new_with_free_func((GDestroyNotify)listenerFree);
    g_mutex_init(&server->done_lock);
    g_queue_init(&server->done);
    g_queue_init(&server->mail);
    server->done_source = newDoneSource(server);
    return server;
}

void virRpcServerFree(virRpcServer *server)
{
    if (!server)
        return;
    virRpcServerStop(server);
    virRpcWorkersFree(server->workers);
    virRpcSourceFree(server->done_source);
    g_queue_clear_full(&server->mail, (GDestroyNotify)virRpcMailboxUnref);
    g_mutex_clear(&server->done_lock);
    g_ptr_array_unref(server->listeners);
    g_main_context_unref(server->context);
    g_free(server);
}

static int setNonblocking(int fd, GError **err)
{
    g_autoptr(GError) cause = NULL;

    if (g_unix_set_fd_nonblocking(fd, TRUE, &cause))
        return 0;
    close(fd);
    return virFail(err, VIR_ERR_SYSTEM_ERROR, "Unable to make a socket non-blocking: %s", cause->message);
}

int virRpcServerListen(virRpcServer *server, int fd, gboolean readonly, GError **err)
{
    Listener *listener;

    if (setNonblocking(fd, err) < 0)
        return -1;
    listener = g_new0(Listener, 1);
    listener->server = server;
    listener->fd = fd;
    listener->readonly = readonly;
    listener->source = virRpcSourceNew(server->context, onListener, listener);
    listener->tag = g_source_add_unix_fd(listener->source, fd, wantedOfListeners(server));
    g_ptr_array_add(server->listeners, listener);
    return 0;
}

int virRpcServerAdopt(virRpcServer *server, int fd, gboolean readonly, GError **err)
{
    if (setNonblocking(fd, err) < 0)
        return -1;
    virRpcServerClientNew(server, fd, readonly);
    return 0;
}

void virRpcServerStart(virRpcServer *server)
{
    server->started = TRUE;
    updateListeners(server);
}

/* A socket that is shut down for reading refuses to be connected to, but hands out those that wait already. */
static void drain(Listener *listener)
{
    (void)shutdown(listener->fd, SHUT_RD);      /* fails for what is no socket, which has nobody waiting */
    while (acceptOne(listener))
        continue;
}

void virRpcServerStopListening(virRpcServer *server, gboolean drop_none)
{
    for (guint i = 0; drop_none && i < server->listeners->len; i++)
        drain(server->listeners->pdata[i]);
    g_ptr_array_set_size(server->listeners, 0);
}

void virRpcServerStop(virRpcServer *server)
{
    if (server->stopping)
        return;
    server->stopping = TRUE;
    server->started = FALSE;
    g_clear_pointer(&server->accept_retry, virRpcSourceFree);
    g_ptr_array_set_size(server->listeners, 0);
    virRpcWorkersStop(server->workers);
    finishJobs(server);
    virRpcMailboxCollect(server);
    while (server->clients)
        virRpcServerClientClose(server->clients->data);
}

unsigned int virRpcServerCountClients(const virRpcServer *server)
{
    return server->n_clients;
}
