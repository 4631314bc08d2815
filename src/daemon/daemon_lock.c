/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_lock.c: files that only one daemon can hold
 *
 * Record locks (fcntl) on the first byte, which the kernel drops when the holder dies: a stale file never blocks.
 * They belong to the descriptor, so that reading the file elsewhere in this process does not lose them. Signals
 * nobody; a pid found in a file is shown to the operator, and tells whether it is worth to wait for the lock.
 */
#include "daemon_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "virerror.h"
#include "virtext.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/*
 * A child that is just being made has the descriptors of its parent, until it has become another program. If the parent is
 * killed in that moment, its locks are held by nobody who would keep them.
 */
#define ORPHAN_TIMEOUT_MS 2000
#define ORPHAN_POLL_MS 5

struct _virDaemonLock {
    char *path;
    int fd;
};

static struct flock firstByte(void)
{
    return (struct flock) { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };
}

/* What the holder wrote of itself; 0: nothing. */
static guint64 readHolder(int fd)
{
    char text[32] = "";
    ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
    guint64 pid = 0;

    if (n <= 0 || !g_ascii_string_to_unsigned(g_strstrip(text), 10, 1, G_MAXINT, &pid, NULL))
        return 0;
    return pid;
}

/* The caller frees. */
static char *describeHolder(int fd)
{
    guint64 pid = readHolder(fd);

    return pid > 0 ? g_strdup_printf(virText("process %" PRIu64 " runs already: "), pid) : g_strdup("");
}

static gboolean holderIsGone(int fd)
{
    guint64 pid = readHolder(fd);

    return pid > 0 && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

/* Returns 0 or an errno value. */
static int takeLock(int fd)
{
    struct flock lock = firstByte();
    int waited_ms;

    for (waited_ms = 0; fcntl(fd, F_OFD_SETLK, &lock) < 0; waited_ms += ORPHAN_POLL_MS) {
        if (errno != EACCES && errno != EAGAIN)
            return errno;
        if (waited_ms >= ORPHAN_TIMEOUT_MS || !holderIsGone(fd))
            return EAGAIN;
        g_usleep(ORPHAN_POLL_MS * 1000);
    }
    return 0;
}

/* Whether @path still leads to the file of @fd: a holder that ended may have removed it after we opened it. */
static gboolean isStillThere(const char *path, int fd)
{
    struct stat opened, found;

    return fstat(fd, &opened) == 0 && stat(path, &found) == 0 && opened.st_dev == found.st_dev &&
           opened.st_ino == found.st_ino;
}

/* Returns 1 if locked, 0 if the file was removed meanwhile. */
static int lockFile(const char *path, int fd, GError **err)
{
    int errnum = takeLock(fd);

    if (errnum != 0) {
        g_autofree char *holder = errnum == EAGAIN ? describeHolder(fd) : g_strdup("");

        return virFailErrno(err, errnum, "%sFailed to acquire pid file '%s'", holder, path);
    }
    return isStillThere(path, fd) ? 1 : 0;
}

static int writePid(const char *path, int fd, GError **err)
{
    g_autofree char *text = g_strdup_printf("%ld\n", (long)getpid());
    size_t length = strlen(text);

    if (ftruncate(fd, 0) < 0 || pwrite(fd, text, length, 0) != (ssize_t) length || fchmod(fd, 0644) < 0)
        return virFailErrno(err, errno, "Failed to write pid file '%s'", path);
    return 0;
}

static int tryAcquire(virDaemonLock *lock, GError **err)
{
    lock->fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (lock->fd < 0)
        return virFailErrno(err, errno, "Failed to open pid file '%s'", lock->path);
    return lockFile(lock->path, lock->fd, err);
}

/* Gives the lock free and leaves the file, which may be another's. */
static void freeLock(virDaemonLock *lock)
{
    if (lock->fd >= 0)
        close(lock->fd);
    g_free(lock->path);
    g_free(lock);
}

int virDaemonLockAcquire(const char *path, virDaemonLock **ret_lock, GError **err)
{
    virDaemonLock *lock = g_new0(virDaemonLock, 1);
    int rc;

    lock->path = g_strdup(path);
    while ((rc = tryAcquire(lock, err)) == 0)
        close(lock->fd);
    if (rc < 0 || writePid(path, lock->fd, err) < 0) {
        freeLock(lock);
        return -1;
    }
    *ret_lock = lock;
    return 0;
}

void virDaemonLockRelease(virDaemonLock *lock)
{
    if (!lock)
        return;
    unlink(lock->path);
    freeLock(lock);
}
