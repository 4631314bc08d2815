/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_socket.c: unix sockets that listen
 *
 * Binding a socket makes its file, but connecting to it fails until it listens: owner and mode are set in between.
 * Sockets handed over by systemd are daemon_activation.c's.
 */
#include "daemon_socket.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_RPC

/* Larger than any entry of a sane group database; without room getgrnam_r says so and the group counts as not found. */
#define GROUP_BUFFER_BYTES (1024 * 1024)

static void closeFd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static int fillAddress(const char *path, struct sockaddr_un *address, GError **err)
{
    address->sun_family = AF_UNIX;
    if (g_strlcpy(address->sun_path, path, sizeof(address->sun_path)) >= sizeof(address->sun_path))
        return virFailErrno(err, ENAMETOOLONG, "Failed to create socket '%s': at most %zu bytes are possible", path,
                            sizeof(address->sun_path) - 1);
    return 0;
}

static int newSocket(GError **err)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    return fd >= 0 ? fd : virFailErrno(err, errno, "Failed to create socket");
}

/* Removes the socket of a daemon that is gone; refuses to touch one that is served, and what is no socket. */
static int removeStale(const struct sockaddr_un *address, GError **err)
{
    __attribute__((cleanup(closeFd))) int fd = -1;
    struct stat st;

    if (lstat(address->sun_path, &st) < 0)
        return errno == ENOENT ? 0 : virFailErrno(err, errno, "Failed to look for socket '%s'", address->sun_path);
    if (!S_ISSOCK(st.st_mode))
        return virFailErrno(err, EEXIST, "Failed to create socket '%s'", address->sun_path);
    fd = newSocket(err);
    if (fd < 0)
        return -1;
    if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN)
        return virFailErrno(err, EADDRINUSE, "Failed to bind socket to '%s': another daemon serves it",
                            address->sun_path);
    if (unlink(address->sun_path) < 0)
        return virFailErrno(err, errno, "Failed to remove stale socket '%s'", address->sun_path);
    return 0;
}

static int listenAt(int fd, const struct sockaddr_un *address, const virDaemonSocket *spec, GError **err)
{
    if (bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0)
        return virFailErrno(err, errno, "Failed to bind socket to '%s'", spec->path);
    if (lchown(spec->path, (uid_t)-1, spec->group) < 0)
        return virFailErrno(err, errno, "Failed to give socket '%s' to group %u", spec->path,
                            (unsigned int)spec->group);
    if (chmod(spec->path, spec->mode) < 0)
        return virFailErrno(err, errno, "Failed to set the mode of socket '%s'", spec->path);
    if (listen(fd, (int)MIN(spec->backlog, (unsigned int)G_MAXINT)) < 0)
        return virFailErrno(err, errno, "Failed to listen on socket '%s'", spec->path);
    return 0;
}

int virDaemonSocketOpen(const virDaemonSocket *spec, GError **err)
{
    __attribute__((cleanup(closeFd))) int fd = -1;
    struct sockaddr_un address = { 0 };
    int ret;

    if (fillAddress(spec->path, &address, err) < 0 || removeStale(&address, err) < 0)
        return -1;
    fd = newSocket(err);
    if (fd < 0 || listenAt(fd, &address, spec, err) < 0)
        return -1;
    ret = fd;
    fd = -1;
    return ret;
}

int virDaemonSocketFindGroup(const char *name, gid_t *ret_group, GError **err)
{
    g_autofree char *buffer = g_malloc(GROUP_BUFFER_BYTES);
    struct group entry;
    struct group *found = NULL;
    guint64 number = 0;
    int rc = getgrnam_r(name, &entry, buffer, GROUP_BUFFER_BYTES, &found);

    if (found)
        *ret_group = found->gr_gid;
    else if (g_ascii_string_to_unsigned(name, 10, 0, G_MAXUINT32 - 1, &number, NULL))
        *ret_group = (gid_t)number;
    else if (rc != 0)
        return virFailErrno(err, rc, "Failed to look up group '%s'", name);
    else
        return virFail(err, VIR_ERR_SYSTEM_ERROR, "Failed to look up group '%s': there is no such group", name);
    return 0;
}
