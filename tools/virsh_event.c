/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Waits for events of networks and prints them. Callbacks run in the thread of the event loop and wake the thread that runs
 * commands through a pipe, into which the handler of SIGINT writes as well. It makes no connection and no loop; the table of
 * virsh_network.c leads here.
 */
#include "virsh_event.h"

#include "virsh_network.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Why a wait ends: what is written into the pipe. */
typedef enum {
    WAKE_EVENT = 'e',
    WAKE_SIGNAL = 's',
    WAKE_LOST = 'l',
    WAKE_TIME = 't', /* never written: poll tells */
} wakeReason;

/* Made by the first wait and kept: a handler that is called late must find it. */
static struct {
    int ends[2];
    gint ready; /* atomic: `ends` is set */
} waker = { .ends = { -1, -1 } };

/* One net-event, counted: a callback may still run, or hold it, when the command has ended. */
typedef struct {
    virshControl *ctl;
    bool loop;
    bool timestamp;
    gint64 end;     /* monotonic microseconds; 0: never */
    GMutex lock;    /* guards the next two */
    bool over;      /* nothing is printed any more */
    unsigned int count;
} eventWait;

static void clearWait(gpointer opaque)
{
    eventWait *wait = opaque;

    g_mutex_clear(&wait->lock);
}

static void unrefWait(void *opaque)
{
    g_atomic_rc_box_release_full(opaque, clearWait);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(eventWait, unrefWait)

/* The pipe --------------------------------------------------------------------------------------------------------- */

/* Also called by the signal handler. A pipe that is full wakes as well. */
static void wake(char reason)
{
    int saved = errno;

    if (g_atomic_int_get(&waker.ready) && write(waker.ends[1], &reason, 1) < 0)
        errno = saved;
}

static void onSignal(int number)
{
    (void)number;
    wake(WAKE_SIGNAL);
}

void virshEventEnd(void)
{
    wake(WAKE_LOST);
}

/* Makes the pipe, or empties it. */
static int prepareWaker(virshControl *ctl)
{
    char stale[64];

    if (!g_atomic_int_get(&waker.ready)) {
        if (pipe2(waker.ends, O_CLOEXEC | O_NONBLOCK) < 0) {
            virshError(ctl, _("cannot wait for events: %s"), g_strerror(errno));
            return -1;
        }
        g_atomic_int_set(&waker.ready, 1);
    }
    while (read(waker.ends[0], stale, sizeof(stale)) > 0)
        ;
    return 0;
}

static int remainingMs(const eventWait *wait)
{
    gint64 left = wait->end - g_get_monotonic_time();

    if (wait->end == 0)
        return -1;
    return left > 0 ? (int)(left / 1000 + 1) : 0;
}

static wakeReason sleepUntilWoken(const eventWait *wait)
{
    struct pollfd waiting = { .fd = waker.ends[0], .events = POLLIN };

    for (;;) {
        char reason;
        int ready = poll(&waiting, 1, remainingMs(wait));

        if (ready == 0)
            return WAKE_TIME;
        if (ready < 0 || read(waker.ends[0], &reason, 1) != 1)
            continue;
        /* That of a connection before this one may be told late. */
        if (reason != WAKE_LOST || g_atomic_int_get(&wait->ctl->lost))
            return (wakeReason)reason;
    }
}

/* Events ------------------------------------------------------------------------------------------------------------ */

static const char *nameOf(const char *const *names, size_t n_names, int value)
{
    return value >= 0 && (size_t)value < n_names ? names[value] : _("unknown");
}

static void printStamp(const eventWait *wait)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *text = g_date_time_format(now, "%Y-%m-%d %H:%M:%S");

    virshPrint(wait->ctl, "%s.%03d+0000: ", text, g_date_time_get_microsecond(now) / 1000);
}

static void take(eventWait *wait, const char *text)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&wait->lock);

    if (wait->over)
        return;
    wait->count++;
    if (wait->timestamp)
        printStamp(wait);
    virshPrint(wait->ctl, "%s\n", text);
    (void)fflush(stdout); /* who reads along waits for it; main asks whether all could be written */
    if (wait->loop)
        return;
    wait->over = true;
    wake(WAKE_EVENT); /* under the lock: not into the pipe of the next wait */
}

static void onLifecycle(virConnectPtr conn, virNetworkPtr net, int event, int detail, void *opaque)
{
    static const char *const names[] = {
        [VIR_NETWORK_EVENT_DEFINED] = N_("Defined"),
        [VIR_NETWORK_EVENT_UNDEFINED] = N_("Undefined"),
        [VIR_NETWORK_EVENT_STARTED] = N_("Started"),
        [VIR_NETWORK_EVENT_STOPPED] = N_("Stopped"),
    };
    g_autofree char *text = g_strdup_printf(_("event 'lifecycle' for network %s: %s"), virNetworkGetName(net),
                                            _(nameOf(names, G_N_ELEMENTS(names), event)));

    (void)conn;
    (void)detail; /* always 0 */
    take(opaque, text);
}

static void onMetadata(virConnectPtr conn, virNetworkPtr net, int type, const char *uri, void *opaque)
{
    static const char *const names[] = {
        [VIR_NETWORK_METADATA_DESCRIPTION] = "description",
        [VIR_NETWORK_METADATA_TITLE] = "title",
        [VIR_NETWORK_METADATA_ELEMENT] = "element",
    };
    g_autofree char *text = g_strdup_printf(_("event 'metadata-change' for network %s: type %s, uri %s"),
                                            virNetworkGetName(net), nameOf(names, G_N_ELEMENTS(names), type),
                                            uri ? uri : "<null>");

    (void)conn;
    take(opaque, text);
}

/* In the order of virNetworkEventID. */
static const struct {
    const char *name;
    virConnectNetworkEventGenericCallback callback;
} kinds[] = {
    [VIR_NETWORK_EVENT_ID_LIFECYCLE] = { "lifecycle", VIR_NETWORK_EVENT_CALLBACK(onLifecycle) },
    [VIR_NETWORK_EVENT_ID_METADATA_CHANGE] = { "metadata-change", VIR_NETWORK_EVENT_CALLBACK(onMetadata) },
};

/* What is registered with the connection; -1: not. */
typedef int registrations[G_N_ELEMENTS(kinds)];

static int findKind(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

void virshEventComplete(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)ctl;
    (void)cmd;
    (void)prefix;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        g_ptr_array_add(ret, g_strdup(kinds[i].name));
}

/* The command --------------------------------------------------------------------------------------------------------- */

/* What the command line asks for. */
typedef struct {
    int kind;       /* -1: all */
    int timeout_ms; /* 0: none */
    virNetworkPtr net; /* owned; NULL: all */
} eventRequest;

static void clearRequest(eventRequest *request)
{
    g_clear_pointer(&request->net, virNetworkFree);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(eventRequest, clearRequest)

static int parseKind(virshControl *ctl, const virshCommand *cmd, int *ret_kind)
{
    const char *name = NULL;
    int given = virshOptionString(ctl, cmd, "event", &name);
    int kind;

    if (given < 0 || virshOptionsExclude(ctl, cmd, "event", "all") < 0)
        return -1;
    if (!given && !virshCommandHas(cmd, "all")) {
        virshError(ctl, "%s", _("either --list or --event <type> is required"));
        return -1;
    }
    kind = given ? findKind(name) : -1;
    if (given && kind < 0) {
        virshError(ctl, _("unknown event type %s"), name);
        return -1;
    }
    *ret_kind = kind;
    return 0;
}

static int parseTimeout(virshControl *ctl, const virshCommand *cmd, int *ret_ms)
{
    int seconds = 0;
    int given = virshOptionNumber(ctl, cmd, "timeout", &seconds);

    if (given < 0)
        return -1;
    if (given && (seconds <= 0 || seconds > INT_MAX / 1000)) {
        virshError(ctl, _("Numeric value '%s' for <%s> option is malformed or out of range"),
                   virshCommandValue(cmd, "timeout"), "timeout");
        return -1;
    }
    *ret_ms = seconds * 1000;
    return 0;
}

static int parseRequest(virshControl *ctl, const virshCommand *cmd, eventRequest *request)
{
    if (parseKind(ctl, cmd, &request->kind) < 0 || parseTimeout(ctl, cmd, &request->timeout_ms) < 0)
        return -1;
    if (!virshCommandValue(cmd, "network"))
        return 0;
    request->net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, NULL);
    return request->net ? 0 : -1;
}

static int listKinds(virshControl *ctl)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        virshPrint(ctl, "%s\n", kinds[i].name);
    return 0;
}

/* Of all kinds those are left out that the other side does not know. */
static int registerKinds(eventWait *wait, const eventRequest *request, registrations ids)
{
    bool any = false;

    for (int i = 0; i < (int)G_N_ELEMENTS(kinds); i++) {
        ids[i] = -1;
        if (request->kind >= 0 && request->kind != i)
            continue;
        ids[i] = virConnectNetworkEventRegisterAny(wait->ctl->conn, request->net, i, kinds[i].callback,
                                                   g_atomic_rc_box_acquire(wait), unrefWait);
        if (ids[i] < 0)
            unrefWait(wait);
        any = any || ids[i] >= 0;
    }
    if (!any)
        return -1;
    virshClearFailure(wait->ctl);
    return 0;
}

static int deregisterKinds(virshControl *ctl, const registrations ids)
{
    int ret = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (ids[i] >= 0 && virConnectNetworkEventDeregisterAny(ctl->conn, ids[i]) < 0)
            ret = -1;
    }
    return ret;
}

/* Waits, with Ctrl-C ending no more than that, says why it has ended, and returns how many events there were. */
static unsigned int sleepAndTell(eventWait *wait)
{
    struct sigaction action = { .sa_handler = onSignal };
    struct sigaction before;
    wakeReason reason;

    (void)sigaction(SIGINT, &action, &before); /* fails only for signals that do not exist */
    reason = sleepUntilWoken(wait);
    (void)sigaction(SIGINT, &before, NULL);
    g_mutex_lock(&wait->lock);
    wait->over = true;
    g_mutex_unlock(&wait->lock);
    if (reason == WAKE_TIME)
        virshPrint(wait->ctl, "%s", _("event loop timed out\n"));
    else if (reason == WAKE_SIGNAL)
        virshPrint(wait->ctl, "%s", _("event loop interrupted\n"));
    virshPrint(wait->ctl, _("events received: %u\n"), wait->count);
    return wait->count; /* it stays now */
}

static eventWait *newWait(virshControl *ctl, const virshCommand *cmd, int timeout_ms)
{
    eventWait *wait = g_atomic_rc_box_new0(eventWait);

    wait->ctl = ctl;
    wait->loop = virshCommandHas(cmd, "loop");
    wait->timestamp = virshCommandHas(cmd, "timestamp");
    if (timeout_ms > 0)
        wait->end = g_get_monotonic_time() + timeout_ms * G_GINT64_CONSTANT(1000);
    g_mutex_init(&wait->lock);
    return wait;
}

int virshEventRun(virshControl *ctl, const virshCommand *cmd)
{
    g_auto(eventRequest) request = { 0 };
    g_autoptr(eventWait) wait = NULL;
    registrations ids;
    unsigned int count;

    if (virshCommandHas(cmd, "list"))
        return listKinds(ctl);
    if (parseRequest(ctl, cmd, &request) < 0 || prepareWaker(ctl) < 0)
        return -1;
    wait = newWait(ctl, cmd, request.timeout_ms);
    if (registerKinds(wait, &request, ids) < 0)
        return -1;
    count = sleepAndTell(wait);
    if (deregisterKinds(ctl, ids) < 0)
        return -1;
    return count > 0 ? 0 : -1;
}
