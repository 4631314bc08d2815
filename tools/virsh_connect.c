/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Opens and closes the connection, keeps it alive with an event loop in a thread of its own, and answers uri,
 * hostname and version. It does not decide which commands need a connection: their table does. Called by main.
 */
#include "virsh_connect.h"

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

/* Without keepalive a peer that has gone silent would keep us waiting for ever. Most connections can do without, so
 * only who asked for it learns that there is none. */
static int startKeepalive(virshControl *ctl, virConnectPtr conn)
{
    int rc = -1;

    if (ctl->keepalive_interval == 0)
        return 0;
    if (loop_registered && !loop_thread)
        loop_thread = g_thread_new("virsh-events", runLoop, NULL);
    if (loop_registered)
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

int virshConnectOpen(virshControl *ctl, const char *uri, bool readonly)
{
    const char *name = uri && *uri ? uri : defaultUri();
    virConnectPtr conn = virConnectOpenAuth(name, virConnectAuthPtrDefault, readonly ? VIR_CONNECT_RO : 0);

    if (!conn) {
        virshError(ctl, "%s", _("failed to connect to the hypervisor"));
        return -1;
    }
    if (startKeepalive(ctl, conn) < 0) {
        (void)virConnectClose(conn); /* nothing was done with it */
        return -1;
    }
    if (ctl->conn)
        (void)virConnectClose(ctl->conn); /* how many others hold it is not ours to mind */
    ctl->conn = conn;
    ctl->readonly = readonly;
    if (ctl->uri != uri) {
        g_free(ctl->uri);
        ctl->uri = g_strdup(uri);
    }
    return 0;
}

int virshConnectEnsure(virshControl *ctl)
{
    if (ctl->conn && virConnectIsAlive(ctl->conn) != 0) {
        virshClearFailure(ctl); /* a driver that cannot tell is believed to be alive */
        return 0;
    }
    return virshConnectOpen(ctl, ctl->uri, ctl->readonly);
}

void virshConnectEnd(virshControl *ctl)
{
    if (ctl->conn)
        (void)virConnectClose(g_steal_pointer(&ctl->conn)); /* all that was asked for has been answered */
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

static const virshOption versionOptions[] = {
    { .name = "daemon", .type = VIRSH_OPTION_BOOL, .help = _("ask the daemon for its version as well") },
    { 0 },
};

const virshCommandDef virshHostCommands[] = {
    { .name = "hostname", .run = runHostname, .help = _("show the name of the host at the other end") },
    { .name = "uri", .run = runUri, .help = _("show the URI of the connection") },
    { .name = "version", .run = runVersion, .options = versionOptions,
      .help = _("show versions of library and driver"),
      .description = _("Tells which library virsh was built for, which it runs with, and what is at the other end.") },
    { 0 },
};
