/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_service.c: a virtnetworkd from its locks to its end
 *
 * The main loop serves sockets, signals and timers and never waits for work: networks are loaded by a thread of
 * their own, and clients are let in when it is done. Ending leaves the networks as they are; the next daemon finds
 * them again.
 */
#include "daemon_service.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon_lock.h"
#include "daemon_ready.h"
#include "daemon_socket.h"
#include "network_driver.h"
#include "remote_dispatch.h"
#include "rpc_server.h"
#include "virerror.h"
#include "virlog.h"

/*
 * A dnsmasq with 10,000 hosts is busy for 110 ms with one SIGHUP, and answers nobody meanwhile: with this much between
 * two of them it has at least half its time for its clients, and a burst of updates costs a few signals.
 */
#define RELOAD_INTERVAL_MS 200

/* Descriptors beside those of clients: sockets, netlink, pidfds and files of networks being changed. */
#define SPARE_DESCRIPTORS 1024

typedef struct {
    const virDaemonServiceConfig *config;
    char *rw_path, *ro_path;        /* sockets; NULL until they are made */
    virDaemonNetworkConfig settings;

    virDaemonLock *pid_lock;
    virDaemonLock *driver_lock;
    virNetworkHost *host;
    virNetworkManager *manager;
    virRemoteDispatch *dispatch;
    virRpcServer *server;           /* NULL until clients are let in */

    GMainLoop *loop;
    GThread *loader;                /* loads the networks; NULL when it is done */
    GThreadPool *reloader;          /* one thread for SIGHUP */
    GError *load_error;             /* the loader's; read after it is joined */
    guint signal_source;
    guint idle_source;              /* 0: somebody is connected, or there is no idle timer */
    gboolean stopping;
    virDaemonExit status;
} virDaemonService;

/* Written by the signal handler, read by the loop. */
static int signal_pipe[2] = { -1, -1 };

static virDaemonExit failWith(virDaemonExit status, GError *err)
{
    VIR_ERROR_LOG("%s", err->message);
    g_error_free(err);
    return status;
}

/* While networks are being loaded the loop goes on: the loader may need it. */
static void stop(virDaemonService *service, virDaemonExit status)
{
    if (!service->stopping)
        service->status = status;
    service->stopping = TRUE;
    virNetworkManagerStopHooks(service->manager);
    if (!service->loader)
        g_main_loop_quit(service->loop);
}

static void onServiceDied(const char *network, const char *name, void *opaque)
{
    virDaemonService *service = opaque;

    virNetworkManagerServiceDied(service->manager, network, name);
}

static void onReloaded(const char *network, void *opaque)
{
    virDaemonService *service = opaque;

    virNetworkManagerReloaded(service->manager, network);
}

static void reload(gpointer data G_GNUC_UNUSED, gpointer opaque)
{
    virDaemonService *service = opaque;

    virNetworkManagerReload(service->manager);
}

/* One that waits already will see what this one is for. While networks are loaded, all that is there is looked at anyway. */
static void askForReload(virDaemonService *service, const char *why)
{
    if (service->loader)
        return;
    VIR_INFO("reloading: %s", why);
    if (g_thread_pool_unprocessed(service->reloader) == 0)
        g_thread_pool_push(service->reloader, service, NULL);
}

static void onFirewallReset(void *opaque)
{
    askForReload(opaque, "firewalld has forgotten the zones of networks");
}

static gboolean onSignal(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer opaque)
{
    virDaemonService *service = opaque;
    unsigned char signum;

    while (read(fd, &signum, 1) == 1) {
        if (signum != SIGHUP) {
            VIR_INFO("ending on signal %d", signum);
            stop(service, VIR_DAEMON_EXIT_OK);
        } else {
            askForReload(service, "SIGHUP");
        }
    }
    return G_SOURCE_CONTINUE;
}

static void handleSignal(int signum)
{
    int saved = errno;
    unsigned char byte = (unsigned char)signum;
    ssize_t written = write(signal_pipe[1], &byte, 1);

    (void)written;      /* a full pipe holds signals enough */
    errno = saved;
}

/* Handlers, unlike a blocked mask, are not handed on to the programs that are started. GLib's do not know SIGQUIT. */
static int catchSignals(virDaemonService *service)
{
    static const int signals[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };
    struct sigaction action = { .sa_handler = handleSignal, .sa_flags = SA_RESTART };
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
        return -1;
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        if (sigaction(signals[i], &action, NULL) < 0)
            return -1;
    }
    if (sigaction(SIGPIPE, &ignore, NULL) < 0)
        return -1;
    service->signal_source = g_unix_fd_add(signal_pipe[0], G_IO_IN, onSignal, service);
    return 0;
}

static int openConnection(const virDriverOpenRequest *req, void **ret_conn, void *opaque, GError **err G_GNUC_UNUSED)
{
    virDaemonService *service = opaque;

    *ret_conn = virNetworkConnectionNew(service->manager, req->uri, "network");
    virNetworkConnectionSetSink(*ret_conn, req->sink);
    return 0;
}

static int listenOn(virDaemonService *service, const virDaemonSocket *spec, gboolean readonly, GError **err)
{
    char **path = readonly ? &service->ro_path : &service->rw_path;
    int fd = virDaemonSocketOpen(spec, err);

    if (fd < 0)
        return -1;
    g_free(*path);
    *path = g_strdup(spec->path);
    return virRpcServerListen(service->server, fd, readonly, err);
}

static int openOwnSockets(virDaemonService *service, GError **err)
{
    const virDaemonConfig *config = service->config->config;
    const char *dir = config->unix_sock_dir ? config->unix_sock_dir : service->config->paths->state_dir;
    g_autofree char *rw_path = g_build_filename(dir, "virtnetworkd-sock", NULL);
    g_autofree char *ro_path = g_build_filename(dir, "virtnetworkd-sock-ro", NULL);
    virDaemonSocket rw = { .path = rw_path, .mode = config->unix_sock_rw_perms, .backlog = config->max_queued_clients };
    virDaemonSocket ro = { .path = ro_path, .mode = config->unix_sock_ro_perms, .backlog = config->max_queued_clients };

    if (config->unix_sock_group && virDaemonSocketFindGroup(config->unix_sock_group, &rw.group, err) < 0)
        return -1;
    ro.group = rw.group;
    if (listenOn(service, &rw, FALSE, err) < 0 || listenOn(service, &ro, TRUE, err) < 0)
        return -1;
    VIR_INFO("listening on %s, %s", service->rw_path, service->ro_path);
    return 0;
}

static int takePassedSockets(virDaemonService *service, GError **err)
{
    const GArray *passed = service->config->passed;

    for (guint i = 0; i < passed->len; i++) {
        const virDaemonPassedSocket *sock = &g_array_index(passed, virDaemonPassedSocket, i);

        if (virRpcServerListen(service->server, sock->fd, sock->readonly, err) < 0)
            return -1;
    }
    VIR_INFO("listening on %u sockets of systemd", passed->len);
    return 0;
}

/* What systemd did not pass it does not want: then nothing is opened here. */
static int openSockets(virDaemonService *service, GError **err)
{
    return service->config->passed ? takePassedSockets(service, err) : openOwnSockets(service, err);
}

/*
 * Nobody may be accepted any more once the end is decided, nor be left in the queue of a socket that goes with us. Sockets of
 * systemd stay, and it starts the next daemon for those who wait on them.
 */
static gboolean onIdle(gpointer opaque)
{
    virDaemonService *service = opaque;
    GError *err = NULL;

    if (virNetworkManagerCountActive(service->manager) > 0)
        return G_SOURCE_CONTINUE;
    service->idle_source = 0;
    virRpcServerStopListening(service->server, !service->config->passed);
    if (virRpcServerCountClients(service->server) == 0) {
        VIR_INFO("no client and no active network for %u seconds", service->config->timeout_s);
        stop(service, VIR_DAEMON_EXIT_OK);
    } else if (openSockets(service, &err) < 0) {
        stop(service, failWith(VIR_DAEMON_EXIT_NETWORK, err));
    }
    return G_SOURCE_REMOVE;
}

/* The time counts from the moment when the last client has left. */
static void onClientsChanged(unsigned int n_clients, void *opaque)
{
    virDaemonService *service = opaque;

    if (service->idle_source)
        g_source_remove(service->idle_source);
    service->idle_source = 0;
    if (n_clients == 0 && service->config->timeout_s > 0)
        service->idle_source = g_timeout_add(service->config->timeout_s * 1000, onIdle, service);
}

static void makeServer(virDaemonService *service)
{
    const virDaemonConfig *config = service->config->config;
    const virRemoteDispatchConfig dispatch = {
        .driver = &virNetworkBridgeDriver,
        .open = openConnection,
        .opaque = service,
    };
    virRpcServerConfig server;

    virRpcServerConfigInit(&server);
    server.max_clients = config->max_clients;
    server.max_client_requests = config->max_client_requests;
    server.min_workers = config->min_workers;
    server.max_workers = config->max_workers;
    server.prio_workers = config->prio_workers;
    server.keepalive_interval_ms = config->keepalive_interval_s * 1000;
    server.keepalive_count = config->keepalive_count;
    server.clients_changed = onClientsChanged;
    server.clients_changed_opaque = service;
    service->dispatch = virRemoteDispatchNew(&dispatch);
    service->server = virRpcServerNew(&server, &virRemoteService, service->dispatch, NULL);
}

static void letClientsIn(virDaemonService *service)
{
    GError *err = NULL;

    makeServer(service);
    if (openSockets(service, &err) < 0) {
        stop(service, failWith(VIR_DAEMON_EXIT_NETWORK, err));
        return;
    }
    virRpcServerStart(service->server);
    onClientsChanged(0, service);
    virDaemonReady(service->config->background_fd);
}

static gboolean onLoaded(gpointer opaque)
{
    virDaemonService *service = opaque;

    g_thread_join(g_steal_pointer(&service->loader));
    if (service->load_error)
        stop(service, failWith(VIR_DAEMON_EXIT_DRIVER, g_steal_pointer(&service->load_error)));
    else if (service->stopping)
        g_main_loop_quit(service->loop);
    else
        letClientsIn(service);
    return G_SOURCE_REMOVE;
}

static gpointer loadNetworks(gpointer opaque)
{
    virDaemonService *service = opaque;

    if (virNetworkManagerLoad(service->manager, &service->load_error) == 0)
        virNetworkManagerAutostart(service->manager);
    g_idle_add(onLoaded, service);
    return NULL;
}

static int makeManager(virDaemonService *service, GError **err)
{
    const virDaemonPaths *paths = service->config->paths;
    g_autofree char *lease_helper = virDaemonPathsFindLeaseHelper();
    const virNetworkHostRealConfig host = {
        .lease_helper = lease_helper,
        .lease_dir = paths->dnsmasq_dir,
        .sysfs_root = service->settings.sysfs_root,
        .reload_interval_ms = RELOAD_INTERVAL_MS,
        .on_died = onServiceDied,
        .on_reloaded = onReloaded,
        .on_firewall_reset = onFirewallReset,
        .opaque = service,
    };
    const virNetworkManagerConfig manager = {
        .config_dir = paths->config_dir,
        .run_dir = paths->run_dir,
        .dnsmasq_dir = paths->dnsmasq_dir,
        .hooks_dir = paths->hooks_dir,
        .radvd_dir = paths->radvd_dir,
        .advertiser = service->settings.advertise_by_radvd ? VIR_ADVERTISER_RADVD : VIR_ADVERTISER_DNSMASQ,
    };

    service->host = virNetworkHostRealNew(&host, err);
    if (!service->host)
        return -1;
    service->manager = virNetworkManagerNew(&manager, service->host);
    return 0;
}

/* Every client is a descriptor; the soft limit of 1024 is below the default of clients. */
static void raiseDescriptorLimit(unsigned int max_clients)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)max_clients + SPARE_DESCRIPTORS;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = MIN(wanted, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < wanted)
        VIR_WARN("max_clients is %u, but this process may have only %lu files open", max_clients,
                 (unsigned long)limit.rlim_cur);
}

static virDaemonExit prepare(virDaemonService *service)
{
    GError *err = NULL;

    if (virDaemonPathsMake(service->config->paths, &err) < 0)
        return failWith(VIR_DAEMON_EXIT_RUN_DIR, err);
    if (virDaemonLockAcquire(service->config->pid_file, &service->pid_lock, &err) < 0)
        return failWith(VIR_DAEMON_EXIT_PIDFILE, err);
    if (virDaemonLockAcquire(service->config->paths->lock_file, &service->driver_lock, &err) < 0)
        return failWith(VIR_DAEMON_EXIT_DRIVER, err);
    if (catchSignals(service) < 0) {
        VIR_ERROR_LOG("cannot catch signals: %s", g_strerror(errno));
        return VIR_DAEMON_EXIT_SIGNAL;
    }
    if (virDaemonConfigReadNetwork(service->config->paths->network_file, &service->settings, &err) < 0)
        return failWith(VIR_DAEMON_EXIT_DRIVER, err);
    raiseDescriptorLimit(service->config->config->max_clients);
    if (makeManager(service, &err) < 0)
        return failWith(VIR_DAEMON_EXIT_INIT, err);
    service->reloader = g_thread_pool_new(reload, service, 1, FALSE, NULL);
    return VIR_DAEMON_EXIT_OK;
}

static void removeSocket(char *path)
{
    if (path)
        unlink(path);
    g_free(path);
}

/* From the outside inwards: first no client, then no work, then nothing that work needs. */
static void tearDown(virDaemonService *service)
{
    g_clear_pointer(&service->rw_path, removeSocket);
    g_clear_pointer(&service->ro_path, removeSocket);
    g_clear_pointer(&service->server, virRpcServerFree);
    g_clear_pointer(&service->dispatch, virRemoteDispatchFree);
    if (service->idle_source)
        g_source_remove(service->idle_source);
    if (service->signal_source)
        g_source_remove(service->signal_source);
    if (service->reloader)
        g_thread_pool_free(service->reloader, TRUE, TRUE);
    g_clear_pointer(&service->manager, virNetworkManagerFree);
    g_clear_pointer(&service->host, virNetworkHostFree);
    g_clear_pointer(&service->settings.sysfs_root, g_free);
    g_clear_pointer(&service->driver_lock, virDaemonLockRelease);
    g_clear_pointer(&service->pid_lock, virDaemonLockRelease);
    g_clear_pointer(&service->loop, g_main_loop_unref);
}

virDaemonExit virDaemonServiceRun(const virDaemonServiceConfig *config)
{
    virDaemonService service = { .config = config, .status = VIR_DAEMON_EXIT_OK };

    service.loop = g_main_loop_new(NULL, FALSE);
    service.status = prepare(&service);
    if (service.status == VIR_DAEMON_EXIT_OK) {
        service.loader = g_thread_new("loader", loadNetworks, &service);
        g_main_loop_run(service.loop);
        virDaemonNotify("STOPPING=1");
    }
    tearDown(&service);
    return service.status;
}
