/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_hooks.c: scripts of the administrator that are told what happens to networks
 *
 * HOOKS/network, then the files of HOOKS/network.d in the order of their names' bytes. Each gets "NAME OPERATION
 * SUBOPERATION -" as arguments and <hookData> on its standard input. Which operations there are, and whether a script may
 * refuse one, is the table below. Called by changes of networks and of their ports.
 */
#include "network_hooks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "network_format.h"
#include "virerror.h"
#include "virlog.h"
#include "virprocess.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_HOOK

struct _virNetworkHooks {
    char *dir;          /* NULL: no scripts */
    int stop_fd;        /* readable from the moment when the daemon ends; -1: nothing tells */
};

typedef struct {
    const char *name;
    const char *suboperation;
    gboolean may_refuse;
} Operation;

static const Operation operations[] = {
    [VIR_NETWORK_HOOK_START] = { "start", "begin", TRUE },
    [VIR_NETWORK_HOOK_STARTED] = { "started", "begin", TRUE },
    [VIR_NETWORK_HOOK_STOPPED] = { "stopped", "end", FALSE },
    [VIR_NETWORK_HOOK_UPDATED] = { "updated", "begin", FALSE },
    [VIR_NETWORK_HOOK_PORT_CREATED] = { "port-created", "begin", TRUE },
    [VIR_NETWORK_HOOK_PORT_DELETED] = { "port-deleted", "begin", FALSE },
};
G_STATIC_ASSERT(G_N_ELEMENTS(operations) == VIR_NETWORK_HOOK_LAST);

virNetworkHooks *virNetworkHooksNew(const char *dir)
{
    virNetworkHooks *hooks = g_new0(virNetworkHooks, 1);

    hooks->dir = g_strdup(dir);
    hooks->stop_fd = dir ? eventfd(0, EFD_CLOEXEC) : -1;
    return hooks;
}

void virNetworkHooksFree(virNetworkHooks *hooks)
{
    if (!hooks)
        return;
    if (hooks->stop_fd >= 0)
        close(hooks->stop_fd);
    g_free(hooks->dir);
    g_free(hooks);
}

void virNetworkHooksStop(virNetworkHooks *hooks)
{
    /* It cannot fill up: nobody writes but this, once. */
    if (hooks->stop_fd >= 0)
        (void)eventfd_write(hooks->stop_fd, 1);
}

/* --- Which scripts ---------------------------------------------------------------------------------------------- */

static gboolean isScript(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* Adds the scripts of a directory, which need not exist. */
static void addScripts(GPtrArray *scripts, const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint first = scripts->len;
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *script = g_build_filename(path, name, NULL);

        if (*name != '.' && isScript(script))
            g_ptr_array_add(scripts, g_steal_pointer(&script));
    }
    if (scripts->len > first)
        qsort(scripts->pdata + first, scripts->len - first, sizeof(*scripts->pdata), virStringCompareItems);
}

static GPtrArray *findScripts(const char *dir)
{
    g_autofree char *script = g_build_filename(dir, "network", NULL);
    g_autofree char *more = g_build_filename(dir, "network.d", NULL);
    GPtrArray *scripts = g_ptr_array_new_with_free_func(g_free);

    if (isScript(script))
        g_ptr_array_add(scripts, g_steal_pointer(&script));
    addScripts(scripts, more);
    return scripts;
}

/* --- Running them ----------------------------------------------------------------------------------------------- */

static char *formatInput(const virNetworkHookCall *call)
{
    GString *out = g_string_new("<hookData>\n");

    virNetworkDefFormatUsedTo(call->def, call->use, out, 2);
    g_string_append_printf(out, "%s</hookData>", call->port_xml ? call->port_xml : "");
    return g_string_free(out, FALSE);
}

static int runScript(const virNetworkHooks *hooks, const char *script, const char *network, const Operation *operation,
                     const char *input, GError **err)
{
    const char *const argv[] = { script, network, operation->name, operation->suboperation, "-", NULL };
    g_autofree char *home = g_strconcat("HOME=", g_get_home_dir(), NULL);
    const char *const env[] = { home, NULL };
    const virProcessCommand command = {
        .argv = argv, .env = env, .input = input, .directory = "/", .stop_fd = hooks->stop_fd,
    };
    g_autoptr(GError) error = NULL;

    VIR_DEBUG("network '%s': hook script %s %s", network, script, operation->name);
    if (virProcessRunCommand(&command, &error) == 0)
        return 0;
    return virFail(err, VIR_ERR_HOOK_SCRIPT_FAILED, "%s", error->message);
}

/* Called with the change lock held. */
static void noteLocked(virNetworkStore *store, virNetworkObj *obj)
{
    g_autoptr(GError) error = NULL;

    if (obj->tainted)
        return;
    obj->tainted = TRUE;
    /* Only a change writes this pointer, and the change is ours. */
    if (obj->live && virNetworkStoreTaintStatus(store, obj->live, obj->ports, &error) < 0)
        VIR_WARN("network '%s': that a hook script ran could not be noted: %s", obj->name, error->message);
}

int virNetworkHookRun(virNetworkHooks *hooks, virNetworkStore *store, virNetworkObj *obj, const virNetworkHookCall *call,
                      GError **err)
{
    const Operation *operation = &operations[call->operation];
    g_autoptr(GPtrArray) scripts = hooks->dir ? findScripts(hooks->dir) : NULL;
    g_autofree char *input = scripts && scripts->len > 0 ? formatInput(call) : NULL;
    guint i;

    for (i = 0; input && i < scripts->len; i++) {
        g_autoptr(GError) error = NULL;
        int ret = runScript(hooks, scripts->pdata[i], obj->name, operation, input, &error);

        noteLocked(store, obj);
        if (ret < 0 && operation->may_refuse) {
            g_propagate_error(err, g_steal_pointer(&error));
            return -1;
        }
        if (ret < 0)
            VIR_WARN("network '%s': %s", obj->name, error->message);
    }
    return 0;
}
