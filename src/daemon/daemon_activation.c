/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_activation.c: sockets that systemd has opened for the daemon
 *
 * The protocol is three variables and a range of descriptors, so no library is needed for it. It opens no socket itself, and
 * changes neither owner nor mode of those it gets: the unit files say them. main calls it.
 */
#include "daemon_activation.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_RPC

/* Far more than there are kinds; keeps a wrong number from being a long loop. */
#define MAX_SOCKETS 64

typedef struct {
    const char *unit;
    const char *file;
    gboolean readonly;
} kindRow;

static const kindRow kinds[] = {
    { "virtnetworkd.socket", "virtnetworkd-sock", FALSE },
    { "virtnetworkd-ro.socket", "virtnetworkd-sock-ro", TRUE },
};

static const kindRow *findByName(const char *name)
{
    for (size_t i = 0; name && i < G_N_ELEMENTS(kinds); i++) {
        if (g_str_equal(name, kinds[i].unit))
            return &kinds[i];
    }
    return NULL;
}

/* The path that @fd is bound to; "" if there is none. */
static char *findPath(int fd)
{
    struct sockaddr_un address = { .sun_family = AF_UNSPEC };
    socklen_t len = sizeof(address);

    if (getsockname(fd, (struct sockaddr *)&address, &len) < 0 || address.sun_family != AF_UNIX)
        return g_strdup("");
    return g_strndup(address.sun_path, sizeof(address.sun_path));
}

static const kindRow *findByPath(const char *path)
{
    g_autofree char *file = g_path_get_basename(path);

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_str_equal(file, kinds[i].file))
            return &kinds[i];
    }
    return NULL;
}

static gboolean hasOption(int fd, int option, int wanted)
{
    int value = 0;
    socklen_t len = sizeof(value);

    return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 && value == wanted;
}

static int judge(int fd, const char *name, virDaemonPassedSocket *ret_socket, GError **err)
{
    g_autofree char *path = NULL;
    const kindRow *kind;

    if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        return virFailErrno(err, errno, "Failed to take descriptor %d, which LISTEN_FDS announces", fd);
    if (!hasOption(fd, SO_DOMAIN, AF_UNIX) || !hasOption(fd, SO_TYPE, SOCK_STREAM) || !hasOption(fd, SO_ACCEPTCONN, 1))
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "passed descriptor %d '%s' is no unix stream socket that listens", fd,
                       name ? name : "");
    path = findPath(fd);
    kind = findByName(name);
    if (!kind)
        kind = findByPath(path);
    if (!kind)
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "passed socket '%s' at '%s' is neither '%s' nor '%s'",
                       name ? name : "", path, kinds[0].unit, kinds[1].unit);
    *ret_socket = (virDaemonPassedSocket) { .fd = fd, .readonly = kind->readonly };
    return 0;
}

static int takeSockets(int first_fd, guint n_fds, const char *names, GArray **ret_sockets, GError **err)
{
    g_autoptr(GArray) sockets = g_array_new(FALSE, FALSE, sizeof(virDaemonPassedSocket));
    g_auto(GStrv) list = names ? g_strsplit(names, ":", -1) : NULL;

    if (list && g_strv_length(list) != n_fds)
        return virFail(err, VIR_ERR_INVALID_ARG, "LISTEN_FDNAMES has %u names for %u descriptors", g_strv_length(list),
                       n_fds);
    for (guint i = 0; i < n_fds; i++) {
        virDaemonPassedSocket sock;

        if (judge(first_fd + (int)i, list ? list[i] : NULL, &sock, err) < 0)
            return -1;
        g_array_append_val(sockets, sock);
    }
    *ret_sockets = g_steal_pointer(&sockets);
    return 0;
}

/* The variable's value, which no child is to see. */
static char *takeVariable(const char *name)
{
    char *value = g_strdup(g_getenv(name));

    g_unsetenv(name);
    return value;
}

int virDaemonActivationTake(int first_fd, GArray **ret_sockets, GError **err)
{
    g_autofree char *for_pid = takeVariable("LISTEN_PID");
    g_autofree char *number = takeVariable("LISTEN_FDS");
    g_autofree char *names = takeVariable("LISTEN_FDNAMES");
    g_autofree char *own_pid = g_strdup_printf("%ld", (long)getpid());
    guint64 n_fds = 0;

    /* Announced to a process that has started us, and does not know that we inherit its environment. */
    if (!number || g_strcmp0(for_pid, own_pid) != 0) {
        *ret_sockets = NULL;
        return 0;
    }
    if (!g_ascii_string_to_unsigned(number, 10, 1, MAX_SOCKETS, &n_fds, NULL))
        return virFail(err, VIR_ERR_INVALID_ARG, "invalid value for LISTEN_FDS: '%s'", number);
    return takeSockets(first_fd, (guint)n_fds, names, ret_sockets, err);
}
