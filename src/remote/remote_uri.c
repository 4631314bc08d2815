/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_uri.c: where a connection URI leads: which socket, and which name to ask for there
 *
 * Judges transports and the library's own parameters; the scheme itself is left to the daemon, which knows what it
 * serves. It looks whether sockets exist and connects to none. The remote driver calls it.
 */
#include "remote_uri.h"

#include <string.h>

#include "virerror.h"
#include "viruri.h"

#define VIR_FROM_THIS VIR_FROM_REMOTE

#define FLAG_READONLY 1
#define FLAG_SESSION 2

/* Parameters that are for the library and not sent to the daemon. */
static const char *const own_params[] = {
    "name", "socket", "mode", "auth", "command", "keyfile", "netcat", "proxy", "no_verify", "no_tty", "no_sanity",
    "pkipath", "tls_priority", "sshauth", "known_hosts", "known_hosts_verify", "authfile", NULL
};

static const char *const other_transports[] = { "tls", "ssh", "ext", "tcp", "libssh2", "libssh", NULL };

/* Daemons that a connection without URI may mean, the first first. */
static const char *const hypervisors[] = { "xen", "qemu", "lxc", "vbox", "bhyve", "vz" };

typedef enum {
    MODE_AUTO,
    MODE_LEGACY,
    MODE_DIRECT,
} Mode;

static const char *const modes[] = { "auto", "legacy", "direct" };

void virRemoteTargetClear(virRemoteTarget *target)
{
    g_clear_pointer(&target->socket, g_free);
    g_clear_pointer(&target->name, g_free);
    g_clear_pointer(&target->auth, g_free);
}

/* "qemu://system" is a host by its syntax, and nearly always a slash forgotten. */
static int checkSlashes(const virURI *uri, const char *text, GError **err)
{
    if (!uri->host || *uri->path || (strcmp(uri->host, "system") != 0 && strcmp(uri->host, "session") != 0))
        return 0;
    return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_INTERNAL_ERROR, "invalid URI %s (maybe you want %s:///%s)", text,
                       uri->driver, uri->host);
}

static int checkTransport(const virURI *uri, const char *text, GError **err)
{
    const char *transport = uri->transport ? uri->transport : uri->host ? "tls" : "unix";

    if (strcmp(transport, "unix") == 0 && uri->host)
        return virFail(err, VIR_ERR_INVALID_ARG, "using unix socket and remote server '%s' is not supported.",
                       uri->host);
    if (strcmp(transport, "unix") == 0)
        return 0;
    if (!g_strv_contains(other_transports, transport))
        return virFail(err, VIR_ERR_INVALID_ARG,
                       "remote_open: transport in URL not recognised (should be tls|unix|ssh|ext|tcp|libssh2|libssh)");
    if (strcmp(transport, "ext") == 0 && !virURIGetParam(uri, "command"))
        return virFail(err, VIR_ERR_INVALID_ARG, "remote_open: for 'ext' transport, command is required");
    return virFail(err, VIR_ERR_NO_SUPPORT, "URI '%s': transport '%s', only local unix sockets can be used", text,
                   transport);
}

/* *@ret_mode stays as it is if the URI names none. */
static int parseMode(const virURI *uri, Mode *ret_mode, GError **err)
{
    const char *text = virURIGetParam(uri, "mode");

    if (!text)
        return 0;
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        if (strcmp(modes[i], text) == 0) {
            *ret_mode = (Mode)i;
            return 0;
        }
    }
    return virFail(err, VIR_ERR_INVALID_ARG, "Unknown remote mode '%s'", text);
}

/* Where the sockets of a connection lie, and how their names end. */
typedef struct {
    const char *dir;
    const char *suffix;
} Place;

static Place placeOf(gboolean session, gboolean readonly, const virRemoteEnvironment *env)
{
    /* The user's own daemons have no read-only sockets. */
    return (Place){ .dir = session ? env->session_dir : env->system_dir,
                    .suffix = readonly && !session ? "-sock-ro" : "-sock" };
}

static char *legacySocket(Place place)
{
    return g_strdup_printf("%s/libvirt%s", place.dir, place.suffix);
}

static char *directSocket(Place place, const char *driver)
{
    return g_strdup_printf("%s/virt%sd%s", place.dir, driver, place.suffix);
}

static gboolean exists(const char *path)
{
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static char *chooseSocket(Mode mode, Place place, const char *driver)
{
    g_autofree char *legacy = legacySocket(place);
    g_autofree char *direct = directSocket(place, driver);

    if (mode == MODE_LEGACY || (mode == MODE_AUTO && !exists(direct) && exists(legacy)))
        return g_steal_pointer(&legacy);
    return g_steal_pointer(&direct);
}

/* No URI: the first hypervisor's daemon that there is, else the one for all. */
static char *probeSocket(Place place)
{
    for (gsize i = 0; i < G_N_ELEMENTS(hypervisors); i++) {
        g_autofree char *direct = directSocket(place, hypervisors[i]);

        if (exists(direct))
            return g_steal_pointer(&direct);
    }
    return legacySocket(place);
}

/* What the daemon is asked for: the URI without what is the library's business. */
static char *nameString(const virURI *uri)
{
    const char *given = virURIGetParam(uri, "name");
    virURI stripped = { .driver = uri->driver, .path = uri->path, .params = uri->params, .fragment = uri->fragment };

    if (given)
        return g_strdup(given);
    if (strcmp(uri->driver, "remote") == 0)
        return g_strdup("");
    return virURIFormat(&stripped, own_params);
}

static int findWithURI(const virURI *uri, gboolean readonly, const virRemoteEnvironment *env,
                       virRemoteTarget *ret_target, GError **err)
{
    const char *socket = virURIGetParam(uri, "socket");
    gboolean session = env->euid != 0 && (strcmp(uri->path, "/session") == 0 || strcmp(uri->driver, "test") == 0);
    Place place = placeOf(session, readonly, env);
    Mode mode = MODE_AUTO;

    if (parseMode(uri, &mode, err) < 0)
        return -1;
    if (socket)
        ret_target->socket = g_strdup(socket);
    else if (strcmp(uri->driver, "remote") == 0)
        ret_target->socket = mode == MODE_LEGACY ? legacySocket(place) : probeSocket(place);
    else
        ret_target->socket = chooseSocket(mode, place, uri->driver);
    ret_target->name = nameString(uri);
    ret_target->auth = g_strdup(virURIGetParam(uri, "auth"));
    ret_target->flags = (readonly ? FLAG_READONLY : 0) | (session ? FLAG_SESSION : 0);
    return 0;
}

int virRemoteTargetFind(const char *text, gboolean readonly, const virRemoteEnvironment *env,
                        virRemoteTarget *ret_target, GError **err)
{
    g_autoptr(virURI) uri = NULL;
    gboolean session = env->euid != 0;

    if (!text || !*text) {
        ret_target->socket = probeSocket(placeOf(session, readonly, env));
        ret_target->name = g_strdup("");
        ret_target->auth = NULL;
        ret_target->flags = (readonly ? FLAG_READONLY : 0) | (session ? FLAG_SESSION : 0);
        return 0;
    }
    uri = virURIParse(text, err);
    if (!uri)
        return -1;
    if (!uri->driver)
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_NO_CONNECT, "URI '%s' does not include a driver name", text);
    if (checkSlashes(uri, text, err) < 0 || checkTransport(uri, text, err) < 0)
        return -1;
    return findWithURI(uri, readonly, env, ret_target, err);
}
