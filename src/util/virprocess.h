/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virprocess.h: programs that are run, and processes that go on without us
 *
 * A process that outlives its starter is held as pid and start time; both are compared again, behind a pidfd, before any
 * signal, so that a reused pid is never hit.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

typedef struct {
    pid_t pid;              /* 0: none */
    guint64 start_time;     /* field 22 of /proc/PID/stat, in clock ticks since boot */
} virProcess;

/**
 * virProcessRun:
 * @argv: NULL-terminated; argv[0] is an absolute path
 * @env: additional "NAME=value" entries, NULL-terminated, or NULL; the rest is LC_ALL=C and PATH
 * @timeout_ms: after this the child is killed and the call fails
 *
 * Runs a program to its end, with stdin and stdout from and to /dev/null and all other descriptors closed. Returns 0 if it exits
 * with status 0; otherwise -1 with an error (VIR_ERR_INTERNAL_ERROR, domain VIR_FROM_NONE) that holds the command, the
 * status and what it wrote to stderr. Waits: never call it on the loop thread.
 */
int virProcessRun(const char *const *argv, const char *const *env, unsigned int timeout_ms, GError **err);

/* A program to be run to its end. */
typedef struct {
    const char *const *argv;        /* NULL-terminated; argv[0] is an absolute path */
    const char *const *env;         /* additional "NAME=value" entries, NULL-terminated, or NULL */
    const char *input;              /* what it reads on stdin; NULL: nothing */
    const char *directory;          /* where it runs; NULL: where we do */
    unsigned int timeout_ms;        /* 0: however long it takes */
    int stop_fd;                    /* once this is readable it has two seconds left; -1: none */
} virProcessCommand;

/* As virProcessRun, for what needs more than a command line. */
int virProcessRunCommand(const virProcessCommand *command, GError **err);

/* The process @pid as it is now. Returns FALSE if there is none. */
gboolean virProcessIdentify(pid_t pid, virProcess *ret_process);

/* Opens a pidfd of @process; -1 if it is gone (also if its pid is another's now). The caller closes it. */
int virProcessOpen(const virProcess *process);

/* The oldest child of @process. Returns FALSE if it has none, or the kernel does not tell. */
gboolean virProcessFindFirstChild(const virProcess *process, virProcess *ret_child);

/* Waits until @process, which need not be ours, has ended. Returns FALSE if it has not after @timeout_ms. */
gboolean virProcessAwaitEnd(const virProcess *process, unsigned int timeout_ms);

/* What follows @prefix in the first argument of @process that begins with it, as /proc/PID/cmdline says; NULL: none does. */
char *virProcessGetOption(const virProcess *process, const char *prefix);

/**
 * virProcessSignal:
 *
 * Sends @signum to @process. Returns 0, or -1 with an error if it is gone.
 */
int virProcessSignal(const virProcess *process, int signum, GError **err);

/**
 * virProcessStop:
 *
 * Ends @process with SIGTERM, after @timeout_ms with SIGKILL, and waits for it. One that is gone is fine.
 */
int virProcessStop(const virProcess *process, unsigned int timeout_ms, GError **err);
