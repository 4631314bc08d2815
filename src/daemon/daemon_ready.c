/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_ready.c: who waits for the daemon, and how it is told
 *
 * The protocol of NOTIFY_SOCKET is one datagram, so no library is needed for it. Descriptors that systemd may pass
 * are taken by daemon_activation.c.
 */
#include "daemon_ready.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "virerror.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* The parent's part: ends as the child says. */
static void G_GNUC_NORETURN awaitChild(int fd, pid_t child)
{
    char byte;
    int status = 0;
    ssize_t n;

    do
        n = read(fd, &byte, 1);
    while (n < 0 && errno == EINTR);
    if (n == 1)
        _exit(0);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

int virDaemonBackground(GError **err)
{
    int fds[2];
    pid_t child;

    if (pipe2(fds, O_CLOEXEC) < 0)
        return virFailErrno(err, errno, "cannot make a pipe");
    child = fork();
    if (child < 0) {
        close(fds[0]);
        close(fds[1]);
        return virFailErrno(err, errno, "cannot fork");
    }
    if (child > 0) {
        close(fds[1]);
        awaitChild(fds[0], child);
    }
    close(fds[0]);
    if (setsid() < 0 || chdir("/") < 0) {
        close(fds[1]);
        return virFailErrno(err, errno, "cannot go to the background");
    }
    return fds[1];
}

static void leaveTerminal(void)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    virLogSetJournal(TRUE);
    for (int i = 0; fd >= 0 && i <= STDERR_FILENO; i++)
        (void)dup2(fd, i);      /* the terminal stays open then, which harms nobody but its user's eyes */
    if (fd > STDERR_FILENO)
        close(fd);
}

void virDaemonReady(int background_fd)
{
    virDaemonNotify("READY=1");
    if (background_fd < 0)
        return;
    if (write(background_fd, "", 1) != 1)
        VIR_WARN("the process that started the daemon is gone");
    close(background_fd);
    leaveTerminal();
}

void virDaemonNotify(const char *state)
{
    const char *path = g_getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = path ? strlen(path) : 0;
    int fd;

    if (length < 2 || length >= sizeof(address.sun_path) || !strchr("/@", path[0]))
        return;
    memcpy(address.sun_path, path, length);
    if (path[0] == '@')
        address.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
               (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0)
        VIR_WARN("cannot tell systemd %s: %s", state, g_strerror(errno));
    close(fd);
}
