/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_watch.c: the processes that serve networks: their ends, and when they are told to reload
 *
 * Each is held by a pidfd, which is a source of the GLib main loop and the way in which signals are sent. It starts and
 * stops nothing and does not restart what died: it only says so. Used by host_program.c and by
 * the facets of programs.
 */
#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "host_program.h"
#include "virfile.h"

/*
 * With long lists of hosts a reload takes a tenth of a second and more, in which nobody is answered. So the next one waits until
 * the process was idle for most of the time since, but not for longer than clients may wait to be known.
 */
#define BUSY_SHARE 6
#define MAX_INTERVAL_MS 2000

/* One that is due is looked at in such steps at least. */
#define MIN_WAIT_MS 20

#define MAX_SCHEDSTAT 256

/* What a source of the main loop knows; it may outlive the service that it was made for. */
typedef struct {
    virHostReal *real;      /* borrowed */
    const virHostProgram *program;
    char *network;
    guint64 serial;         /* of the service */
} Ticket;

typedef struct {
    const virHostProgram *program;
    guint64 serial;         /* tells it from an earlier one of the same name */
    virProcess process;
    int pidfd;              /* -1: it was gone before it could be watched */
    GSource *end;           /* fires when the process ends */
    GSource *reload;        /* fires when the pending reload is due; NULL: none is pending */
    gint64 last_reload;     /* monotonic time in microseconds; 0: none yet */
    guint64 busy_before;    /* what the process had been busy for by then, in nanoseconds */
} Service;

/* Names of networks hold no slash. */
static char *keyOf(const virHostProgram *program, const char *network)
{
    return g_strdup_printf("%s/%s", program->name, network);
}

static Service *lookUpLocked(virHostReal *real, const virHostProgram *program, const char *network)
{
    g_autofree char *key = keyOf(program, network);

    return g_hash_table_lookup(real->services, key);
}

static void removeLocked(virHostReal *real, const virHostProgram *program, const char *network)
{
    g_autofree char *key = keyOf(program, network);

    g_hash_table_remove(real->services, key);
}

static Ticket *newTicket(virHostReal *real, const Service *service, const char *network)
{
    Ticket *ticket = g_new0(Ticket, 1);

    ticket->real = real;
    ticket->program = service->program;
    ticket->network = g_strdup(network);
    ticket->serial = service->serial;
    return ticket;
}

static void freeTicket(gpointer data)
{
    Ticket *ticket = data;

    g_free(ticket->network);
    g_free(ticket);
}

static void dropSource(GSource **source)
{
    if (*source) {
        g_source_destroy(*source);
        g_clear_pointer(source, g_source_unref);
    }
}

static void freeService(gpointer data)
{
    Service *service = data;

    dropSource(&service->end);
    dropSource(&service->reload);
    if (service->pidfd >= 0)
        close(service->pidfd);
    g_free(service);
}

/* The service that @ticket is about, or NULL if that has ended or was replaced. */
static Service *findLocked(const Ticket *ticket)
{
    Service *service = lookUpLocked(ticket->real, ticket->program, ticket->network);

    return service && service->serial == ticket->serial ? service : NULL;
}

/* Runs on the main loop. */
static gboolean onEnded(gpointer data)
{
    const Ticket *ticket = data;
    virHostReal *real = ticket->real;
    const virHostProgram *program = ticket->program;
    g_autofree char *network = g_strdup(ticket->network);
    gboolean died;

    g_mutex_lock(&real->services_lock);
    died = findLocked(ticket) != NULL;
    if (died)
        removeLocked(real, program, network);
    g_mutex_unlock(&real->services_lock);

    if (died && real->on_died)
        real->on_died(network, program->name, real->opaque);
    return G_SOURCE_REMOVE;
}

static gboolean onPidfd(gint fd, GIOCondition condition, gpointer data)
{
    (void)fd;
    (void)condition;
    return onEnded(data);
}

/* One that is gone before it is watched has its end reported by the main loop too, never from within a step. */
static GSource *newEndSource(const Service *service, Ticket *ticket)
{
    GSource *source;

    if (service->pidfd >= 0) {
        source = g_unix_fd_source_new(service->pidfd, G_IO_IN);
        g_source_set_callback(source, G_SOURCE_FUNC(onPidfd), ticket, freeTicket);
    } else {
        source = g_idle_source_new();
        g_source_set_callback(source, onEnded, ticket, freeTicket);
    }
    g_source_attach(source, NULL);
    return source;
}

void virHostServicesInit(virHostReal *real)
{
    g_mutex_init(&real->services_lock);
    real->services = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, freeService);
}

void virHostServiceWatch(virHostReal *real, const virHostProgram *program, const char *network, const virProcess *process)
{
    Service *service = g_new0(Service, 1);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&real->services_lock);

    service->program = program;
    service->serial = ++real->last_serial;
    service->process = *process;
    service->pidfd = virProcessOpen(process);
    service->end = newEndSource(service, newTicket(real, service, network));
    g_hash_table_replace(real->services, keyOf(program, network), service);
}

void virHostServiceForget(virHostReal *real, const virHostProgram *program, const char *network)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&real->services_lock);

    removeLocked(real, program, network);
}

gboolean virHostServiceFind(virHostReal *real, const virHostProgram *program, const char *network, virProcess *ret_process)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&real->services_lock);
    const Service *service = lookUpLocked(real, program, network);

    if (!service)
        return FALSE;
    *ret_process = service->process;
    return TRUE;
}

/* For how long the process has worked, or waited for its turn to do so, in nanoseconds; 0 where the kernel does not tell. */
static guint64 busyTime(const Service *service)
{
    g_autofree char *path = g_strdup_printf("/proc/%ld/schedstat", (long)service->process.pid);
    g_autofree char *text = NULL;
    guint64 on_cpu;
    char *end;

    if (virFileRead(path, MAX_SCHEDSTAT, &text, NULL) < 0 || !text)
        return 0;
    on_cpu = g_ascii_strtoull(text, &end, 10);
    return on_cpu + g_ascii_strtoull(end, NULL, 10);
}

static gboolean sendReloadLocked(Service *service)
{
    service->busy_before = busyTime(service);
    if (service->pidfd < 0 || pidfd_send_signal(service->pidfd, SIGHUP, NULL, 0) < 0)
        return FALSE;
    service->last_reload = g_get_monotonic_time();
    return TRUE;
}

/* A reload that is still due is sent now: nobody will be there to send it later. */
void virHostServicesClear(virHostReal *real)
{
    GHashTableIter iter;
    gpointer service;

    g_hash_table_iter_init(&iter, real->services);
    while (g_hash_table_iter_next(&iter, NULL, &service)) {
        if (((Service *)service)->reload)
            (void)sendReloadLocked(service);    /* a process that is gone needs none */
    }
    g_clear_pointer(&real->services, g_hash_table_unref);
    g_mutex_clear(&real->services_lock);
}

static void tellReloaded(virHostReal *real, const char *network)
{
    if (real->on_reloaded)
        real->on_reloaded(network, real->opaque);
}

static guint intervalOf(const virHostReal *real, const Service *service)
{
    guint64 busy = busyTime(service);
    guint64 busy_ms = busy > service->busy_before ? (busy - service->busy_before) / 1000000 : 0;

    return (guint)MAX(real->reload_interval_ms, MIN(busy_ms * BUSY_SHARE, MAX_INTERVAL_MS));
}

/* Rounded up: never too soon. */
static guint waitOf(const virHostReal *real, const Service *service)
{
    gint64 due = service->last_reload + (gint64)intervalOf(real, service) * 1000;
    gint64 now = g_get_monotonic_time();

    return service->last_reload == 0 || due <= now ? 0 : (guint)((due - now + 999) / 1000);
}

/*
 * Runs on the main loop. Only now is it known how long the reload before has taken: this one may have to wait once more. If the
 * process is gone its end is reported too, and the next one reads everything anew.
 */
static gboolean onReloadDue(gpointer data)
{
    const Ticket *ticket = data;
    virHostReal *real = ticket->real;
    g_autofree char *network = g_strdup(ticket->network);
    gboolean sent = FALSE, too_soon;
    Service *service;

    g_mutex_lock(&real->services_lock);
    service = findLocked(ticket);
    too_soon = service && waitOf(real, service) > 0;
    if (service && !too_soon) {
        sent = sendReloadLocked(service);
        dropSource(&service->reload);
    }
    g_mutex_unlock(&real->services_lock);

    if (sent)
        tellReloaded(real, network);
    return too_soon ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void scheduleReloadLocked(virHostReal *real, const char *network, Service *service, guint wait_ms)
{
    service->reload = g_timeout_source_new(MAX(wait_ms, MIN_WAIT_MS));
    g_source_set_callback(service->reload, onReloadDue, newTicket(real, service, network), freeTicket);
    g_source_attach(service->reload, NULL);
}

gboolean virHostServiceReload(virHostReal *real, const virHostProgram *program, const char *network)
{
    gboolean sent = FALSE, done = FALSE;
    Service *service;
    guint wait_ms;

    g_mutex_lock(&real->services_lock);
    service = lookUpLocked(real, program, network);
    if (service && service->reload) {
        done = TRUE;
    } else if (service) {
        wait_ms = waitOf(real, service);
        if (wait_ms == 0)
            done = sent = sendReloadLocked(service);
        else
            scheduleReloadLocked(real, network, service, wait_ms);
        done = done || wait_ms > 0;
    }
    g_mutex_unlock(&real->services_lock);

    if (sent)
        tellReloaded(real, network);
    return done;
}

gboolean virHostServiceReloadPending(virHostReal *real, const virHostProgram *program, const char *network)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&real->services_lock);
    const Service *service = lookUpLocked(real, program, network);

    return service && service->reload;
}
