/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virfile.c: whole files, read at once and replaced by rename
 *
 * A file is never written in place: its successor is made beside it and takes its name when it is whole. Nothing here
 * knows what is in a file, and there is no locking: the callers (store, dnsmasq's files) hold the lock of the network
 * whose files they are.
 */
#include "virfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* A descriptor that closes itself. */
typedef int File;
static void closeFile(File *fd)
{
    if (*fd >= 0)
        close(*fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(File, closeFile)

/* Reads from @fd until its end, or until @max bytes are there. Returns the number of bytes, or -1 with errno. */
static gssize readUpTo(int fd, char *buf, gsize max)
{
    gsize len = 0;

    while (len < max) {
        gssize n = read(fd, buf + len, max - len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        len += n;
    }
    return len;
}

static int writeAll(int fd, const char *content, gsize len)
{
    while (len > 0) {
        gssize n = write(fd, content, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        content += n;
        len -= n;
    }
    return 0;
}

static int syncDirOf(const char *path, GError **err)
{
    g_autofree char *dir = g_path_get_dirname(path);
    g_auto(File) fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) < 0)
        return virFailErrno(err, errno, "cannot sync directory '%s'", dir);
    return 0;
}

/* One that a killed daemon has left is of no use to anybody. Returns -1 with errno. */
static int createFile(const char *temp)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = open(temp, flags, 0600);

    if (fd < 0 && errno == EEXIST && unlink(temp) == 0)
        fd = open(temp, flags, 0600);
    return fd;
}

/* Fills the new file; it has its mode before it has content. */
static int fillFile(const char *temp, const char *content, mode_t mode, unsigned int flags, GError **err)
{
    g_auto(File) fd = createFile(temp);

    if (fd < 0)
        return virFailErrno(err, errno, "cannot create file '%s'", temp);
    if (fchmod(fd, mode) < 0)
        return virFailErrno(err, errno, "cannot set mode of file '%s'", temp);
    if (writeAll(fd, content, strlen(content)) < 0)
        return virFailErrno(err, errno, "cannot write file '%s'", temp);
    if ((flags & VIR_FILE_SYNC) && fsync(fd) < 0)
        return virFailErrno(err, errno, "cannot sync file '%s'", temp);
    return 0;
}

int virFileWriteBeside(const char *path, const char *content, mode_t mode, unsigned int flags, char **ret_temp,
                       GError **err)
{
    g_autofree char *dir = g_path_get_dirname(path);
    g_autofree char *base = g_path_get_basename(path);
    g_autofree char *temp = g_strdup_printf("%s/.%s.new", dir, base);

    if (fillFile(temp, content, mode, flags, err) < 0) {
        (void)unlink(temp);     /* the first error is the one to report */
        return -1;
    }
    *ret_temp = g_steal_pointer(&temp);
    return 0;
}

int virFileRename(const char *temp, const char *path, unsigned int flags, GError **err)
{
    if (rename(temp, path) < 0)
        return virFailErrno(err, errno, "cannot rename '%s' to '%s'", temp, path);
    if (flags & VIR_FILE_SYNC)
        return syncDirOf(path, err);
    return 0;
}

/*
 * Puts @temp in the place of @path, for content that need not survive a power cut. A plain rename over a file makes ext4 write
 * the new one to the disk first; an exchange, then dropping the old, does not, and is as atomic.
 */
static int swapIn(const char *temp, const char *path, GError **err)
{
    struct stat st;

    /* Anything else than a file would be swapped out too, where a rename refuses it. */
    if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) && renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
        return virFileRemove(temp, err);
    return virFileRename(temp, path, 0, err);
}

/* Whether @path is a regular file with just this content and mode. */
static gboolean isSame(const char *path, const char *content, mode_t mode)
{
    g_auto(File) fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    gsize len = strlen(content);
    g_autofree char *now = NULL;
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return FALSE;
    if ((gsize)st.st_size != len || (st.st_mode & 07777) != mode)
        return FALSE;
    now = g_malloc(len + 1);
    return readUpTo(fd, now, len + 1) == (gssize)len && memcmp(now, content, len) == 0;
}

int virFileReplace(const char *path, const char *content, mode_t mode, unsigned int flags, GError **err)
{
    g_autofree char *temp = NULL;

    if (isSame(path, content, mode))
        return 0;
    if (virFileWriteBeside(path, content, mode, flags, &temp, err) < 0)
        return -1;
    if ((flags & VIR_FILE_SYNC ? virFileRename(temp, path, flags, err) : swapIn(temp, path, err)) < 0) {
        (void)unlink(temp);     /* the first error is the one to report */
        return -1;
    }
    return 0;
}

int virFileAppend(const char *path, const char *text, mode_t mode, GError **err)
{
    g_auto(File) fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, mode);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return virFailErrno(err, errno, "cannot open file '%s'", path);
    if (write(fd, text, strlen(text)) == (gssize)strlen(text))
        return 0;
    virFailErrno(err, errno ? errno : ENOSPC, "cannot write file '%s'", path);
    (void)!ftruncate(fd, st.st_size);   /* half a line would be worse; the error is reported anyway */
    return -1;
}

/* Room for the first read: what the file says of its size, at most @max, and one byte to see that it ends there. */
static gsize roomFor(const struct stat *st, gsize max)
{
    gsize size = st->st_size > 0 ? (gsize)st->st_size : max;

    return MIN(size, max) + 1;
}

int virFileRead(const char *path, gsize max_bytes, char **ret_content, GError **err)
{
    g_auto(File) fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    g_autofree char *content = NULL;
    struct stat st;
    gsize room;
    gssize len;

    if (fd < 0 && errno == ENOENT) {
        *ret_content = NULL;
        return 0;
    }
    if (fd < 0 || fstat(fd, &st) < 0)
        return virFailErrno(err, errno, "cannot open file '%s'", path);
    if (!S_ISREG(st.st_mode))
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "'%s' is not a regular file", path);
    if ((guint64)st.st_size > max_bytes)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "file '%s' is larger than %zu bytes", path, max_bytes);

    room = roomFor(&st, max_bytes);
    content = g_malloc(room + 1);
    len = readUpTo(fd, content, room);
    if (len < 0)
        return virFailErrno(err, errno, "cannot read file '%s'", path);
    if ((gsize)len == room)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "file '%s' is larger than expected", path);
    content[len] = '\0';
    if (strlen(content) != (gsize)len)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "file '%s' is no text: it holds a zero byte", path);
    *ret_content = g_steal_pointer(&content);
    return 0;
}

int virFileRemove(const char *path, GError **err)
{
    if (unlink(path) < 0 && errno != ENOENT)
        return virFailErrno(err, errno, "cannot remove file '%s'", path);
    return 0;
}

int virFileMakeDir(const char *path, mode_t mode, GError **err)
{
    if (g_mkdir_with_parents(path, mode) < 0)
        return virFailErrno(err, errno, "cannot make directory '%s'", path);
    return 0;
}
