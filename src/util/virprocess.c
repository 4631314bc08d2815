/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virprocess.c: running programs, and holding processes safely
 *
 * A program is started by posix_spawn and waited for; a process that goes on is known by pid and start time and met
 * only through a pidfd. There is no shell, no search in PATH and no output but stderr. Called by the host's service
 * facets and for hook scripts, never on the loop thread where it waits.
 */
#include "virprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* Of what a child says on stderr, this much goes into the error; the rest is read and dropped. */
#define MAX_STDERR (64 * 1024)

/* What a program that is to be stopped has left to end by itself. */
#define STOP_GRACE_MS 2000

/* After SIGKILL a process is gone at once, unless the kernel holds it. */
#define KILL_TIMEOUT_MS 5000

static const char default_path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

typedef struct {
    pid_t pid;
    int pidfd;
    int in_fd;          /* its stdin, until it is started; -1: /dev/null */
    int err_fd;         /* read end of its stderr */
    gboolean stopped;   /* its time was cut short */
    GString *text;      /* what it said */
} Child;

static void closeFd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void clearChild(Child *child)
{
    closeFd(&child->pidfd);
    closeFd(&child->in_fd);
    closeFd(&child->err_fd);
    if (child->text)
        g_string_free(child->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Child, clearChild)

static int remainingMs(gint64 deadline)
{
    gint64 left = deadline - g_get_monotonic_time();

    return left <= 0 ? 0 : (int)MIN((left + 999) / 1000, G_MAXINT);
}

static gint64 deadlineIn(unsigned int timeout_ms)
{
    return g_get_monotonic_time() + (gint64)timeout_ms * 1000;
}

/* The command as a shell would be told: for messages only. */
static char *describeCommand(const char *const *argv, const char *const *env)
{
    GString *text = g_string_new(NULL);

    for (; env && *env; env++)
        g_string_append_printf(text, "%s ", *env);
    for (; *argv; argv++)
        g_string_append_printf(text, "%s%s", *argv, argv[1] ? " " : "");
    return g_string_free(text, FALSE);
}

/* The strings are borrowed. */
static GPtrArray *makeEnvironment(const char *const *env)
{
    GPtrArray *all = g_ptr_array_new();

    g_ptr_array_add(all, (char *)"LC_ALL=C");
    g_ptr_array_add(all, (char *)default_path);
    for (; env && *env; env++)
        g_ptr_array_add(all, (char *)*env);
    g_ptr_array_add(all, NULL);
    return all;
}

/* A group of its own: a ^C at the daemon's terminal is not for it, and a deadline ends its own children too. */
static void setSpawnAttributes(posix_spawnattr_t *attr)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(attr, &none);
    posix_spawnattr_setsigdefault(attr, &all);
    posix_spawnattr_setpgroup(attr, 0);
    posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

/* What a program is started with: its own ends of the two files. */
static void setSpawnFiles(posix_spawn_file_actions_t *files, const virProcessCommand *command, int in_fd, int err_fd)
{
    if (in_fd >= 0)
        posix_spawn_file_actions_adddup2(files, in_fd, STDIN_FILENO);
    else
        posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(files, err_fd, STDERR_FILENO);
    posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
    if (command->directory)
        posix_spawn_file_actions_addchdir_np(files, command->directory);
}

/* Returns 0 or an errno value. */
static int spawnChild(const virProcessCommand *command, int err_fd, Child *child)
{
    g_autoptr(GPtrArray) environment = makeEnvironment(command->env);
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    int rc;

    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attr);
    setSpawnFiles(&files, command, child->in_fd, err_fd);
    setSpawnAttributes(&attr);
    rc = posix_spawn(&child->pid, command->argv[0], &files, &attr, (char *const *)command->argv,
                     (char *const *)environment->pdata);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

/* A file in memory, and not a pipe: the child may leave its input unread, and nobody has to feed it. */
static int openInput(const char *text, int *ret_fd, GError **err)
{
    int fd = memfd_create("stdin", MFD_CLOEXEC);
    size_t len = strlen(text), done = 0;

    while (fd >= 0 && done < len) {
        ssize_t n = write(fd, text + done, len - done);

        if (n < 0 && errno != EINTR)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    if (fd < 0 || done < len || lseek(fd, 0, SEEK_SET) < 0) {
        int errnum = errno;

        closeFd(&fd);
        return virFailErrno(err, errnum, "cannot keep a program's input");
    }
    *ret_fd = fd;
    return 0;
}

/* Returns the wait status, or -1 if somebody else took it. */
static int reapChild(const Child *child)
{
    int status;

    while (waitpid(child->pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return status;
}

/* It is not reaped yet, so the number of its group is still its own. */
static int killAndReap(const Child *child)
{
    (void)kill(-child->pid, SIGKILL);
    return reapChild(child);
}

static int startChild(const virProcessCommand *command, Child *child, GError **err)
{
    const char *program = command->argv[0];
    int ends[2];
    int rc;

    if (command->input && openInput(command->input, &child->in_fd, err) < 0)
        return -1;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return virFailErrno(err, errno, "cannot make a pipe for %s", program);
    child->err_fd = ends[0];
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
        rc = errno;
        close(ends[1]);
        return virFailErrno(err, rc, "cannot make a pipe for %s", program);
    }
    rc = spawnChild(command, ends[1], child);
    close(ends[1]);
    if (rc != 0)
        return virFailErrno(err, rc, "cannot run %s", program);
    child->text = g_string_new(NULL);
    child->pidfd = pidfd_open(child->pid, 0);
    if (child->pidfd < 0) {
        rc = errno;
        (void)killAndReap(child);
        return virFailErrno(err, rc, "cannot watch %s", program);
    }
    return 0;
}

/* Takes what is there. At the end of the pipe it is closed, so that nobody polls it again. */
static void readStderr(Child *child)
{
    char buf[4096];

    while (child->err_fd >= 0) {
        gssize n = read(child->err_fd, buf, sizeof(buf));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0)
            closeFd(&child->err_fd);
        else if (child->text->len < MAX_STDERR)
            g_string_append_len(child->text, buf, MIN(n, (gssize)(MAX_STDERR - child->text->len)));
    }
}

/*
 * Waits for the end of the child itself. The end of its stderr says nothing: a daemon it leaves behind may keep that
 * open for ever.
 */
static gboolean awaitChild(Child *child, gint64 deadline, int stop_fd)
{
    for (;;) {
        struct pollfd fds[] = {
            { .fd = child->pidfd, .events = POLLIN },
            { .fd = child->err_fd, .events = POLLIN },
            { .fd = child->stopped ? -1 : stop_fd, .events = POLLIN },
        };
        int n = poll(fds, G_N_ELEMENTS(fds), remainingMs(deadline));

        if (n < 0 && errno != EINTR)
            return FALSE;
        if (n > 0)
            readStderr(child);
        if (n > 0 && fds[0].revents)
            return TRUE;
        if (n > 0 && fds[2].revents) {
            child->stopped = TRUE;
            deadline = MIN(deadline, deadlineIn(STOP_GRACE_MS));
        }
        if (n == 0 && remainingMs(deadline) == 0)
            return FALSE;
    }
}

/* What the child said, fit for a message. */
static char *saidByChild(const Child *child)
{
    char *text = g_utf8_make_valid(child->text->str, child->text->len);

    return g_strstrip(text);
}

static int failStatus(const Child *child, const char *command, int status, GError **err)
{
    g_autofree char *said = saidByChild(child);

    if (status >= 0 && WIFEXITED(status))
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "Child process (%s) unexpected exit status %d: %s", command,
                       WEXITSTATUS(status), said);
    if (status >= 0 && WIFSIGNALED(status))
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "Child process (%s) unexpected fatal signal %d: %s", command,
                       WTERMSIG(status), said);
    return virFail(err, VIR_ERR_INTERNAL_ERROR, "Child process (%s) ended with an unknown status: %s", command, said);
}

static int failDeadline(Child *child, const char *command, unsigned int timeout_ms, GError **err)
{
    g_autofree char *said = NULL;

    readStderr(child);
    said = saidByChild(child);
    if (child->stopped)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "Child process (%s) was killed, since its caller ends: %s", command, said);
    return virFail(err, VIR_ERR_INTERNAL_ERROR, "Child process (%s) did not end within %u ms and was killed: %s",
                   command, timeout_ms, said);
}

int virProcessRunCommand(const virProcessCommand *command, GError **err)
{
    g_auto(Child) child = { .pidfd = -1, .in_fd = -1, .err_fd = -1 };
    g_autofree char *text = describeCommand(command->argv, command->env);
    gint64 deadline = command->timeout_ms ? deadlineIn(command->timeout_ms) : G_MAXINT64;
    int status;

    if (startChild(command, &child, err) < 0)
        return -1;
    if (!awaitChild(&child, deadline, command->stop_fd)) {
        (void)killAndReap(&child);
        return failDeadline(&child, text, command->timeout_ms, err);
    }
    status = reapChild(&child);
    if (status != 0)
        return failStatus(&child, text, status, err);
    return 0;
}

int virProcessRun(const char *const *argv, const char *const *env, unsigned int timeout_ms, GError **err)
{
    const virProcessCommand command = { .argv = argv, .env = env, .timeout_ms = timeout_ms, .stop_fd = -1 };

    return virProcessRunCommand(&command, err);
}

/* Position of the state and of the start time in /proc/PID/stat, counted from behind the program's name. */
#define STAT_STATE 0
#define STAT_START_TIME 19

static gboolean parseStat(const char *stat, guint64 *ret_start_time)
{
    const char *rest = strrchr(stat, ')');      /* the name may hold anything, also parentheses */
    g_auto(GStrv) fields = rest && rest[1] ? g_strsplit(rest + 2, " ", STAT_START_TIME + 2) : NULL;

    if (!fields || g_strv_length(fields) <= STAT_START_TIME)
        return FALSE;
    /* A zombie has ended; it only waits to be reaped. */
    if (strchr("ZXx", fields[STAT_STATE][0]))
        return FALSE;
    return g_ascii_string_to_unsigned(fields[STAT_START_TIME], 10, 0, G_MAXUINT64, ret_start_time, NULL);
}

gboolean virProcessIdentify(pid_t pid, virProcess *ret_process)
{
    g_autofree char *path = g_strdup_printf("/proc/%lld/stat", (long long)pid);
    g_autofree char *stat = NULL;
    guint64 start_time;

    if (pid <= 0 || !g_file_get_contents(path, &stat, NULL, NULL) || !parseStat(stat, &start_time))
        return FALSE;
    *ret_process = (virProcess){ .pid = pid, .start_time = start_time };
    return TRUE;
}

static gboolean isStill(const virProcess *process)
{
    virProcess now;

    return virProcessIdentify(process->pid, &now) && now.start_time == process->start_time;
}

int virProcessOpen(const virProcess *process)
{
    int fd = process->pid > 0 ? pidfd_open(process->pid, 0) : -1;

    /* Compared after opening: from then on the descriptor cannot come to mean another one. */
    if (fd >= 0 && !isStill(process))
        closeFd(&fd);
    return fd;
}

gboolean virProcessFindFirstChild(const virProcess *process, virProcess *ret_child)
{
    long long pid = process->pid;
    g_autofree char *path = g_strdup_printf("/proc/%lld/task/%lld/children", pid, pid);
    g_autofree char *children = NULL;

    if (!g_file_get_contents(path, &children, NULL, NULL) || !isStill(process))
        return FALSE;
    return virProcessIdentify((pid_t)g_ascii_strtoll(children, NULL, 10), ret_child);
}

char *virProcessGetOption(const virProcess *process, const char *prefix)
{
    g_autofree char *path = g_strdup_printf("/proc/%lld/cmdline", (long long)process->pid);
    g_autofree char *words = NULL;
    g_autofree char *found = NULL;
    gsize len;

    if (!g_file_get_contents(path, &words, &len, NULL))
        return NULL;
    for (gsize at = 0; at < len && !found; at += strlen(words + at) + 1) {
        if (g_str_has_prefix(words + at, prefix))
            found = g_strdup(words + at + strlen(prefix));
    }
    return isStill(process) ? g_steal_pointer(&found) : NULL;
}

int virProcessSignal(const virProcess *process, int signum, GError **err)
{
    int fd = virProcessOpen(process);
    int rc = fd >= 0 ? pidfd_send_signal(fd, signum, NULL, 0) : -1;
    int errnum = fd >= 0 ? errno : ESRCH;

    closeFd(&fd);
    if (rc < 0)
        return virFailErrno(err, errnum, "cannot send signal %d to process %lld", signum, (long long)process->pid);
    return 0;
}

static gboolean awaitEnd(int pidfd, unsigned int timeout_ms)
{
    gint64 deadline = deadlineIn(timeout_ms);
    struct pollfd fds = { .fd = pidfd, .events = POLLIN };

    for (;;) {
        int n = poll(&fds, 1, remainingMs(deadline));

        if (n > 0)
            return TRUE;
        if (n == 0 && remainingMs(deadline) == 0)
            return FALSE;
        if (n < 0 && errno != EINTR)
            return FALSE;
    }
}

static gboolean signalAndAwait(int pidfd, int signum, unsigned int timeout_ms)
{
    /* That it is gone already is what is wanted; any other failure shows in the wait. */
    (void)pidfd_send_signal(pidfd, signum, NULL, 0);
    return awaitEnd(pidfd, timeout_ms);
}

gboolean virProcessAwaitEnd(const virProcess *process, unsigned int timeout_ms)
{
    int fd = virProcessOpen(process);
    gboolean ended = fd < 0 || awaitEnd(fd, timeout_ms);

    closeFd(&fd);
    return ended;
}

int virProcessStop(const virProcess *process, unsigned int timeout_ms, GError **err)
{
    int fd = virProcessOpen(process);
    gboolean ended;

    if (fd < 0)
        return 0;
    ended = signalAndAwait(fd, SIGTERM, timeout_ms) || signalAndAwait(fd, SIGKILL, KILL_TIMEOUT_MS);
    closeFd(&fd);
    if (!ended)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "process %lld does not end", (long long)process->pid);
    return 0;
}
