/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_virprocess.c: programs that are run, processes that are held
 *
 * Its children are /bin/sh and copies of the test itself that wait for a signal. No test waits for time to pass but
 * those of deadlines, whose children would never end. Run by meson.
 */
#include "virprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "virerror.h"

#define LONG_MS 30000

static int runShell(const char *script, const char *const *env, GError **err)
{
    const char *const argv[] = { "/bin/sh", "-c", script, NULL };

    return virProcessRun(argv, env, LONG_MS, err);
}

/* A child that does nothing until it is killed; with @stubborn also not on SIGTERM. */
static pid_t forkWaiter(gboolean stubborn)
{
    int ready[2];
    char byte;
    pid_t pid;

    g_assert_cmpint(pipe(ready), ==, 0);
    pid = fork();
    g_assert_cmpint(pid, >=, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGTERM, stubborn ? SIG_IGN : SIG_DFL);
        if (write(ready[1], "x", 1) == 1)
            for (;;)
                pause();
        _exit(1);
    }
    g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static int reap(pid_t pid)
{
    int status;

    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return status;
}

static void statusZeroSucceeds(void)
{
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(runShell("echo said >&2; exit 0", NULL, &err), ==, 0);
    g_assert_no_error(err);
}

static void statusAndStderrInError(void)
{
    const char *const env[] = { "VIR_BRIDGE_NAME=virbr7", NULL };
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(runShell("echo; echo \"bad $VIR_BRIDGE_NAME\" >&2; exit 3", env, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_NONE);
    g_assert_cmpstr(virErrorGetInfo(err)->str2, ==,
                    "Child process (VIR_BRIDGE_NAME=virbr7 /bin/sh -c echo; echo \"bad $VIR_BRIDGE_NAME\" >&2; exit 3) "
                    "unexpected exit status 3: bad virbr7");
}

static void signalInError(void)
{
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(runShell("kill -SEGV $$", NULL, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(err->message, "unexpected fatal signal 11"));
}

static void absentProgramFails(void)
{
    const char *const argv[] = { "/nonexistent/program", NULL };
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(virProcessRun(argv, NULL, LONG_MS, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==, "cannot run /nonexistent/program: No such file or directory");
}

static void environmentIsClean(void)
{
    g_autoptr(GError) err = NULL;

    g_setenv("VIRPROCESS_LEAK", "1", TRUE);
    g_assert_cmpint(runShell("[ \"$LC_ALL\" = C ] && [ -n \"$PATH\" ] && [ -z \"$VIRPROCESS_LEAK\" ]", NULL, &err),
                    ==, 0);
    g_assert_no_error(err);
}

static void descriptorsAreClosed(void)
{
    int fd = open("/dev/null", O_RDONLY);
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(fd, >, 2);
    /* 0 and 1 are /dev/null, 2 a pipe; the shell's own are above 9. */
    g_assert_cmpint(runShell("for f in 3 4 5 6 7 8 9; do [ ! -e /proc/$$/fd/$f ] || exit 1; done; "
                             "[ /proc/$$/fd/0 -ef /dev/null ] && [ /proc/$$/fd/1 -ef /dev/null ]", NULL, &err), ==, 0);
    g_assert_no_error(err);
    close(fd);
}

static void blockedSignalsAreUnblocked(void)
{
    g_autoptr(GError) err = NULL;
    sigset_t set, old;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    g_assert_cmpint(sigprocmask(SIG_BLOCK, &set, &old), ==, 0);
    g_assert_cmpint(runShell("kill -TERM $$; exit 0", NULL, &err), ==, -1);
    g_assert_cmpint(sigprocmask(SIG_SETMASK, &old, NULL), ==, 0);
    g_assert_nonnull(strstr(err->message, "unexpected fatal signal 15"));
}

static void longStderrIsCut(void)
{
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(runShell("i=0; while [ $i -lt 300 ]; do printf '%01000d' 7 >&2; i=$((i+1)); done; exit 1", NULL,
                             &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpuint(strlen(err->message), >, 60000);
    g_assert_cmpuint(strlen(err->message), <, 70000);
}

/* The daemon holds stderr until it is killed here, after the call has returned: waiting for it would never end. */
static void daemonKeepingStderrDoesNotHold(void)
{
    g_autofree char *path = NULL;
    g_autofree char *script = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GError) err = NULL;
    guint64 pid;
    int fd = g_file_open_tmp("virprocess-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    script = g_strdup_printf("(while :; do sleep 1000; done) & echo $! >%s; echo started >&2; exit 2", path);
    g_assert_cmpint(runShell(script, NULL, &err), ==, -1);
    g_assert_nonnull(strstr(err->message, "unexpected exit status 2: started"));
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_true(g_ascii_string_to_unsigned(g_strstrip(text), 10, 2, G_MAXINT, &pid, NULL));
    /* Its group is the shell's, and holds the sleep too. */
    g_assert_cmpint(kill(-getpgid((pid_t)pid), SIGKILL), ==, 0);
    g_assert_cmpint(unlink(path), ==, 0);
}

static void deadlineKills(void)
{
    const char *const argv[] = { "/bin/sh", "-c", "echo working >&2; while :; do sleep 1000; done", NULL };
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(virProcessRun(argv, NULL, 200, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(err->message, "did not end within 200 ms and was killed"));
    g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
    g_assert_cmpint(errno, ==, ECHILD);
}

static int runInput(const char *script, const char *input, int stop_fd, GError **err)
{
    const char *const argv[] = { "/bin/sh", "-c", script, NULL };
    const virProcessCommand command = { .argv = argv, .input = input, .directory = "/", .stop_fd = stop_fd };

    return virProcessRunCommand(&command, err);
}

static void inputAndDirectoryAreGiven(void)
{
    g_autofree char *large = g_strnfill(300000, 'x');
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(runInput("[ \"$(cat)\" = 'one two' ] && [ \"$(pwd)\" = / ]", "one two\n", -1, &err), ==, 0);
    g_assert_no_error(err);
    g_assert_cmpint(runInput("[ $(wc -c) -eq 300000 ]", large, -1, &err), ==, 0);
    g_assert_no_error(err);
    /* More than a pipe holds, and nobody reads it. */
    g_assert_cmpint(runInput("exit 0", large, -1, &err), ==, 0);
    g_assert_no_error(err);
}

static void endOfTheCallerEndsWhatHangs(void)
{
    g_autoptr(GError) err = NULL;
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    close(ends[1]);
    g_assert_cmpint(runInput("echo waiting >&2; while :; do sleep 1000; done", NULL, ends[0], &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(err->message, "was killed, since its caller ends: waiting"));
    g_clear_error(&err);
    g_assert_cmpint(runInput("exit 0", NULL, ends[0], &err), ==, 0);
    g_assert_no_error(err);
    close(ends[0]);
}

static void identifySelf(void)
{
    virProcess self, again;

    g_assert_true(virProcessIdentify(getpid(), &self));
    g_assert_cmpint(self.pid, ==, getpid());
    g_assert_cmpuint(self.start_time, >, 0);
    g_assert_true(virProcessIdentify(getpid(), &again));
    g_assert_cmpuint(again.start_time, ==, self.start_time);
}

static void identifyNameWithParentheses(void)
{
    virProcess before, after;

    g_assert_true(virProcessIdentify(getpid(), &before));
    g_assert_cmpint(prctl(PR_SET_NAME, "a) Z 1 (b"), ==, 0);
    g_assert_true(virProcessIdentify(getpid(), &after));
    g_assert_cmpuint(before.start_time, ==, after.start_time);
}

static void identifyNobody(void)
{
    virProcess process = { .pid = 42, .start_time = 43 };

    g_assert_false(virProcessIdentify(0, &process));
    g_assert_false(virProcessIdentify(-1, &process));
    g_assert_cmpint(process.pid, ==, 42);
}

static void zombieIsGone(void)
{
    pid_t pid = forkWaiter(FALSE);
    virProcess process, now;
    siginfo_t info;

    g_assert_true(virProcessIdentify(pid, &process));
    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    g_assert_cmpint(waitid(P_PID, pid, &info, WEXITED | WNOWAIT), ==, 0);
    g_assert_false(virProcessIdentify(pid, &now));
    g_assert_cmpint(virProcessOpen(&process), ==, -1);
    reap(pid);
}

/* The pid lives, but it is another's now. */
static void reusedPidIsNotHit(void)
{
    pid_t pid = forkWaiter(FALSE);
    g_autoptr(GError) err = NULL;
    virProcess process;

    g_assert_true(virProcessIdentify(pid, &process));
    process.start_time--;
    g_assert_cmpint(virProcessOpen(&process), ==, -1);
    g_assert_cmpint(virProcessSignal(&process, SIGKILL, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(err->message, "No such process"));
    g_clear_error(&err);
    g_assert_cmpint(virProcessStop(&process, LONG_MS, &err), ==, 0);
    g_assert_cmpint(kill(pid, 0), ==, 0);
    g_assert_cmpint(waitpid(pid, NULL, WNOHANG), ==, 0);
    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    reap(pid);
}

static void signalArrives(void)
{
    pid_t pid = forkWaiter(FALSE);
    g_autoptr(GError) err = NULL;
    virProcess process;
    int status;

    g_assert_true(virProcessIdentify(pid, &process));
    g_assert_cmpint(virProcessSignal(&process, SIGUSR1, &err), ==, 0);
    status = reap(pid);
    g_assert_true(WIFSIGNALED(status));
    g_assert_cmpint(WTERMSIG(status), ==, SIGUSR1);
}

static void stopIsGentleFirst(void)
{
    pid_t pid = forkWaiter(FALSE);
    g_autoptr(GError) err = NULL;
    virProcess process;

    g_assert_true(virProcessIdentify(pid, &process));
    g_assert_cmpint(virProcessStop(&process, LONG_MS, &err), ==, 0);
    g_assert_cmpint(WTERMSIG(reap(pid)), ==, SIGTERM);
    g_assert_cmpint(virProcessStop(&process, LONG_MS, &err), ==, 0);
}

static void stopKillsTheStubborn(void)
{
    pid_t pid = forkWaiter(TRUE);
    g_autoptr(GError) err = NULL;
    virProcess process;

    g_assert_true(virProcessIdentify(pid, &process));
    g_assert_cmpint(virProcessStop(&process, 10, &err), ==, 0);
    g_assert_cmpint(WTERMSIG(reap(pid)), ==, SIGKILL);
}

static void optionIsFoundByItsBeginning(void)
{
    g_autofree char *line = NULL;
    g_autofree char *rest = NULL;
    char beginning[] = "?";
    virProcess self, other;
    gsize len;

    g_assert_true(virProcessIdentify(getpid(), &self));
    g_assert_true(g_file_get_contents("/proc/self/cmdline", &line, &len, NULL));
    beginning[0] = line[0];
    rest = virProcessGetOption(&self, beginning);
    g_assert_cmpstr(rest, ==, line + 1);
    g_assert_null(virProcessGetOption(&self, line + 1));
    g_assert_null(virProcessGetOption(&self, "--conf-file="));
    other = self;
    other.start_time++;
    g_assert_null(virProcessGetOption(&other, line));
}

static void firstChildIsTheOldest(void)
{
    pid_t pids[] = { forkWaiter(FALSE), forkWaiter(FALSE) };
    virProcess self, child, none;

    g_assert_true(virProcessIdentify(getpid(), &self));
    g_assert_true(virProcessFindFirstChild(&self, &child));
    g_assert_cmpint(child.pid, ==, pids[0]);
    g_assert_false(virProcessFindFirstChild(&child, &none));
    for (gsize i = 0; i < G_N_ELEMENTS(pids); i++) {
        kill(pids[i], SIGKILL);
        reap(pids[i]);
    }
}

static void endIsAwaited(void)
{
    pid_t pid = forkWaiter(FALSE);
    virProcess process;

    g_assert_true(virProcessIdentify(pid, &process));
    g_assert_false(virProcessAwaitEnd(&process, 0));
    kill(pid, SIGKILL);
    g_assert_true(virProcessAwaitEnd(&process, LONG_MS));
    reap(pid);
    g_assert_true(virProcessAwaitEnd(&process, 0));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/virprocess/run/status-zero-succeeds", statusZeroSucceeds);
    g_test_add_func("/virprocess/run/status-and-stderr-are-in-the-error", statusAndStderrInError);
    g_test_add_func("/virprocess/run/fatal-signal-is-in-the-error", signalInError);
    g_test_add_func("/virprocess/run/absent-program-fails", absentProgramFails);
    g_test_add_func("/virprocess/run/environment-is-clean", environmentIsClean);
    g_test_add_func("/virprocess/run/descriptors-are-closed", descriptorsAreClosed);
    g_test_add_func("/virprocess/run/blocked-signals-are-unblocked", blockedSignalsAreUnblocked);
    g_test_add_func("/virprocess/run/long-stderr-is-cut", longStderrIsCut);
    g_test_add_func("/virprocess/run/daemon-keeping-stderr-does-not-hold", daemonKeepingStderrDoesNotHold);
    g_test_add_func("/virprocess/run/deadline-kills", deadlineKills);
    g_test_add_func("/virprocess/run/input-and-directory-are-given", inputAndDirectoryAreGiven);
    g_test_add_func("/virprocess/run/end-of-the-caller-ends-what-hangs", endOfTheCallerEndsWhatHangs);
    g_test_add_func("/virprocess/identify/self", identifySelf);
    g_test_add_func("/virprocess/identify/name-with-parentheses", identifyNameWithParentheses);
    g_test_add_func("/virprocess/identify/nobody-leaves-output", identifyNobody);
    g_test_add_func("/virprocess/identify/zombie-is-gone", zombieIsGone);
    g_test_add_func("/virprocess/signal/reused-pid-is-not-hit", reusedPidIsNotHit);
    g_test_add_func("/virprocess/signal/arrives", signalArrives);
    g_test_add_func("/virprocess/stop/is-gentle-first", stopIsGentleFirst);
    g_test_add_func("/virprocess/stop/kills-the-stubborn", stopKillsTheStubborn);
    g_test_add_func("/virprocess/child/first-is-the-oldest", firstChildIsTheOldest);
    g_test_add_func("/virprocess/await/end-of-a-process", endIsAwaited);
    g_test_add_func("/virprocess/option/is-found-by-its-beginning", optionIsFoundByItsBeginning);
    return g_test_run();
}
