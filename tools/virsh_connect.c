/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Opens and closes the connection, keeps it alive with an event loop in a thread of its own, and answers uri,
 * hostname, version and what else is asked of the host. It does not decide which commands need a connection: their table does. Called by main.
 */
#include "virsh_connect.h"

#include "virsh_event.h"

#include <signal.h>

#define DEFAULT_URI "network:///system"

static bool loop_registered;
static GThread *loop_thread;
static gint loop_ended; /* atomic */

static void keepFailure(void *opaque, virErrorPtr error)
{
    virshControl *ctl = opaque;

    if (!error || g_thread_self() != ctl->thread)
        return;
    virshClearFailure(ctl);
    ctl->failure = g_strdup(error->message && error->code != VIR_ERR_OK ? error->message : _("unknown error"));
}

void virshConnectInit(virshControl *ctl)
{
    ctl->thread = g_thread_self();
    virSetErrorFunc(ctl, keepFailure);
    loop_registered = virEventRegisterDefaultImpl() == 0;
}

static gpointer runLoop(gpointer data)
{
    (void)data;
    while (!g_atomic_int_get(&loop_ended)) {
        if (virEventRunDefaultImpl() < 0)
            break;
    }
    return NULL;
}

static void wakeLoop(int timer, void *opaque)
{
    (void)opaque;
    (void)virEventRemoveTimeout(timer); /* it has done its work by waking the loop */
}

static void endLoop(void)
{
    if (!loop_thread)
        return;
    g_atomic_int_set(&loop_ended, 1);
    if (virEventAddTimeout(0, wakeLoop, NULL, NULL) < 0)
        return; /* the loop sleeps on; the end of the process ends it */
    (void)g_thread_join(g_steal_pointer(&loop_thread));
}

/* Signals are for the thread that runs commands and reads lines: the other inherits that it blocks them. */
static void startLoop(void)
{
    sigset_t all;
    sigset_t before;

    if (!loop_registered || loop_thread)
        return;
    (void)sigfillset(&all); /* neither fails with these arguments */
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    loop_thread = g_thread_new("virsh-events", runLoop, NULL);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Called by the loop's thread, also while somebody types. */
static void noteEnd(virConnectPtr conn, int reason, void *opaque)
{
    static const char *const reasons[] = {
        [VIR_CONNECT_CLOSE_REASON_ERROR] = N_("Disconnected from %s due to I/O error"),
        [VIR_CONNECT_CLOSE_REASON_EOF] = N_("Disconnected from %s due to end of file"),
        [VIR_CONNECT_CLOSE_REASON_KEEPALIVE] = N_("Disconnected from %s due to keepalive timeout"),
    };
    virshControl *ctl = opaque;
    g_autofree char *uri = NULL;

    if (reason < 0 || reason >= (int)G_N_ELEMENTS(reasons))
        return; /* we have closed it ourselves */
    uri = virConnectGetURI(conn);
    virshError(ctl, _(reasons[reason]), uri ? uri : "?");
    g_atomic_int_set(&ctl->lost, 1);
    virshEventEnd();
}

/* Without keepalive a peer that has gone silent would keep us waiting for ever. Most connections can do without, so
 * only who asked for it learns that there is none. */
static int startKeepalive(virshControl *ctl, virConnectPtr conn)
{
    int rc = -1;

    if (ctl->keepalive_interval == 0)
        return 0;
    if (loop_thread)
        rc = virConnectSetKeepAlive(conn, ctl->keepalive_interval, (unsigned int)ctl->keepalive_count);
    if (rc < 0 && ctl->keepalive_asked) {
        virshError(ctl, "%s", _("Cannot setup keepalive on connection as requested, disconnecting"));
        return -1;
    }
    virshClearFailure(ctl);
    return 0;
}

static const char *defaultUri(void)
{
    const char *uri = g_getenv("LIBVIRT_DEFAULT_URI");

    return uri && *uri ? uri : DEFAULT_URI;
}

static virConnectPtr openConnection(const char *uri, bool readonly)
{
    const char *name = uri && *uri ? uri : defaultUri();

    return virConnectOpenAuth(name, virConnectAuthPtrDefault, readonly ? VIR_CONNECT_RO : 0);
}

static void dropConnection(virshControl *ctl)
{
    if (!ctl->conn)
        return;
    (void)virConnectUnregisterCloseCallback(ctl->conn, noteEnd); /* it is an end that we know of */
    (void)virConnectClose(g_steal_pointer(&ctl->conn)); /* how many others hold it is not ours to mind */
    virshClearFailure(ctl);
}

/* Puts `conn`, which is taken over in any case, in the place of the present connection. */
static int takeConnection(virshControl *ctl, virConnectPtr conn)
{
    startLoop();
    if (startKeepalive(ctl, conn) < 0) {
        (void)virConnectClose(conn); /* nothing was done with it */
        return -1;
    }
    /* Where that cannot be told, the next command finds out. */
    (void)virConnectRegisterCloseCallback(conn, noteEnd, ctl, NULL);
    virshClearFailure(ctl);
    dropConnection(ctl);
    ctl->conn = conn;
    g_atomic_int_set(&ctl->lost, 0);
    return 0;
}

static bool isAlive(virshControl *ctl)
{
    bool alive = ctl->conn && virConnectIsAlive(ctl->conn) != 0;

    virshClearFailure(ctl); /* a driver that cannot tell is believed to be alive */
    return alive && !g_atomic_int_get(&ctl->lost);
}

int virshConnectOpen(virshControl *ctl, const char *uri, bool readonly)
{
    bool again = ctl->conn && ctl->uri == uri && !isAlive(ctl);
    virConnectPtr conn = openConnection(uri, readonly);

    if (!conn || takeConnection(ctl, conn) < 0) {
        virshError(ctl, "%s", again ? _("Failed to reconnect to the hypervisor") : _("failed to connect to the hypervisor"));
        return -1;
    }
    ctl->readonly = readonly;
    if (ctl->uri != uri) {
        g_free(ctl->uri);
        ctl->uri = g_strdup(uri);
    }
    return 0;
}

int virshConnectEnsure(virshControl *ctl)
{
    if (isAlive(ctl))
        return 0;
    if (!ctl->conn)
        return virshConnectOpen(ctl, ctl->uri, ctl->readonly);
    if (virshConnectOpen(ctl, ctl->uri, ctl->readonly) < 0)
        return -1;
    virshError(ctl, "%s", _("Reconnected to the hypervisor"));
    return 0;
}

int virshConnectTry(virshControl *ctl)
{
    virConnectPtr conn;

    if (ctl->conn)
        return isAlive(ctl) ? 0 : -1;
    conn = openConnection(ctl->uri, ctl->readonly);
    return conn ? takeConnection(ctl, conn) : -1;
}

void virshConnectEnd(virshControl *ctl)
{
    dropConnection(ctl);
    endLoop();
    virSetErrorFunc(NULL, NULL);
    virshClearFailure(ctl);
}

static int runUri(virshControl *ctl, const virshCommand *cmd)
{
    g_autofree char *uri = virConnectGetURI(ctl->conn);

    (void)cmd;
    if (!uri) {
        virshError(ctl, "%s", _("failed to get URI"));
        return -1;
    }
    virshPrint(ctl, "%s\n", uri);
    return 0;
}

static int runHostname(virshControl *ctl, const virshCommand *cmd)
{
    g_autofree char *name = virConnectGetHostname(ctl->conn);

    (void)cmd;
    if (!name) {
        virshError(ctl, "%s", _("failed to get hostname"));
        return -1;
    }
    virshPrint(ctl, "%s\n", name);
    return 0;
}

static int runCapabilities(virshControl *ctl, const virshCommand *cmd)
{
    g_autofree char *xml = virConnectGetCapabilities(ctl->conn);

    (void)cmd;
    if (!xml) {
        virshError(ctl, "%s", _("failed to get capabilities"));
        return -1;
    }
    virshPrint(ctl, "%s\n", xml);
    return 0;
}

static int runNodeinfo(virshControl *ctl, const virshCommand *cmd)
{
    virNodeInfo info;

    (void)cmd;
    if (virNodeGetInfo(ctl->conn, &info) < 0) {
        virshError(ctl, "%s", _("failed to get node information"));
        return -1;
    }
    virshPrint(ctl, "%-20s %s\n", _("CPU model:"), info.model);
    virshPrint(ctl, "%-20s %u\n", _("CPU(s):"), info.cpus);
    if (info.mhz)
        virshPrint(ctl, "%-20s %u MHz\n", _("CPU frequency:"), info.mhz);
    virshPrint(ctl, "%-20s %u\n", _("CPU socket(s):"), info.sockets);
    virshPrint(ctl, "%-20s %u\n", _("Core(s) per socket:"), info.cores);
    virshPrint(ctl, "%-20s %u\n", _("Thread(s) per core:"), info.threads);
    virshPrint(ctl, "%-20s %u\n", _("NUMA cell(s):"), info.nodes);
    virshPrint(ctl, "%-20s %lu KiB\n", _("Memory size:"), info.memory);
    return 0;
}

static void printVersion(virshControl *ctl, const char *what, unsigned long version)
{
    virshPrint(ctl, "%s %lu.%lu.%lu\n", what, version / 1000000, version / 1000 % 1000, version % 1000);
}

static int printLibraries(virshControl *ctl, const char *type)
{
    g_autofree char *api = g_strdup_printf(_("Using API: %s"), type);
    unsigned long library;
    unsigned long driver;

    if (virGetVersion(&library, type, &driver) < 0) {
        virshError(ctl, "%s", _("failed to get the library version"));
        return -1;
    }
    printVersion(ctl, _("Compiled against library: libvirt"), LIBVIR_VERSION_NUMBER);
    printVersion(ctl, _("Using library: libvirt"), library);
    printVersion(ctl, api, driver);
    return 0;
}

static int printHypervisor(virshControl *ctl, const char *type)
{
    g_autofree char *what = g_strdup_printf(_("Running hypervisor: %s"), type);
    unsigned long version;

    if (virConnectGetVersion(ctl->conn, &version) < 0) {
        virshError(ctl, "%s", _("failed to get the hypervisor version"));
        return -1;
    }
    if (version == 0)
        virshPrint(ctl, _("Cannot extract running %s hypervisor version\n"), type);
    else
        printVersion(ctl, what, version);
    return 0;
}

static int printDaemon(virshControl *ctl)
{
    unsigned long version;

    if (virConnectGetLibVersion(ctl->conn, &version) < 0) {
        virshError(ctl, "%s", _("failed to get the daemon version"));
        return -1;
    }
    printVersion(ctl, _("Running against daemon:"), version);
    return 0;
}

static int runVersion(virshControl *ctl, const virshCommand *cmd)
{
    const char *type = virConnectGetType(ctl->conn);

    if (!type) {
        virshError(ctl, "%s", _("failed to get hypervisor type"));
        return -1;
    }
    if (printLibraries(ctl, type) < 0 || printHypervisor(ctl, type) < 0)
        return -1;
    return virshCommandHas(cmd, "daemon") ? printDaemon(ctl) : 0;
}

#include "virsh_mark.h"

static const virshOption versionOptions[] = {
    { .name = "daemon", .type = VIRSH_OPTION_BOOL, .help = _("ask the daemon for its version as well") },
    { 0 },
};

const virshCommandDef virshHostCommands[] = {
    { .name = "capabilities", .run = runCapabilities, .help = _("print what the host at the other end can do"),
      .description = _("Prints XML that tells of the host's processors and of the guests it could run.") },
    { .name = "hostname", .run = runHostname, .help = _("show the name of the host at the other end") },
    { .name = "nodeinfo", .run = runNodeinfo, .help = _("show the processors and the memory of the host"),
      .description = _("Shows how many there are of each, of the host at the other end.") },
    { .name = "uri", .run = runUri, .help = _("show the URI of the connection") },
    { .name = "version", .run = runVersion, .options = versionOptions,
      .help = _("show versions of library and driver"),
      .description = _("Tells which library virsh was built for, which it runs with, and what is at the other end.") },
    { 0 },
};
