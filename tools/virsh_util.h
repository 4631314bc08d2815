/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the commands share: the state of one run of virsh, printing, error reports, values of options, reading of
 * files. The connection itself is kept in order by virsh_connect.c; here it is only a field. Called by every command
 * and by main.
 */
#pragma once

#include "virsh_command.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

/* As -d numbers them: what is less than the level asked for stays unsaid. */
typedef enum {
    VIRSH_LOG_DEBUG = 0,
    VIRSH_LOG_INFO = 1,
    VIRSH_LOG_ERROR = 4,
} virshLogLevel;

struct _virshControl {
    const virshGroup *groups;
    char *uri; /* the one asked for; NULL: the default */
    bool readonly;
    bool quiet;
    bool timing;
    int log_level;
    int log_fd; /* -1: no log file */
    int keepalive_interval;
    int keepalive_count;
    bool keepalive_asked; /* -k or -K was given: it must work then */
    bool interactive;     /* lines are read one by one */
    bool quit;            /* nothing is run any more */
    gint lost;            /* atomic: the connection has ended by itself and was not opened again */
    virConnectPtr conn;   /* NULL until it is needed */
    GThread *thread;      /* the one that runs commands; only its failures are reported */
    char *failure;        /* what the library said last; NULL when it did not complain */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetwork, virNetworkFree)

/* Prints what was asked for. */
void virshPrint(virshControl *ctl, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Prints what only people want to read; --quiet leaves it out. */
void virshPrintExtra(virshControl *ctl, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Prints a line that begins with "error: " to stderr, after all that was printed to stdout. */
void virshError(virshControl *ctl, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Prints a line for those who look for an error in virsh or in their use of it. */
void virshDebug(virshControl *ctl, virshLogLevel level, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Prints what the library said last, if anything, and forgets it. */
void virshReportFailure(virshControl *ctl);

/* Forgets what the library said last. */
void virshClearFailure(virshControl *ctl);

/* The value of the option `name`, which belongs to `cmd`: 1 and `*ret` when it was given, 0 when it was not, -1 after
 * an error was printed: an empty text counts as one. */
int virshOptionString(virshControl *ctl, const virshCommand *cmd, const char *name, const char **ret);

/* The same for a number. */
int virshOptionNumber(virshControl *ctl, const virshCommand *cmd, const char *name, int *ret);

/* Whether at most one of two options was given; else prints an error and returns -1. */
int virshOptionsExclude(virshControl *ctl, const virshCommand *cmd, const char *one, const char *other);

/* Parses a whole decimal number; -1 when `text` is something else or does not fit. */
int virshParseInt(const char *text, int *ret);

/* Reads a text file of at most 10 MiB; NULL after an error was printed. */
char *virshReadFile(virshControl *ctl, const char *path);

/* Opens the log file, to which errors (and what -d asks for) are appended. */
int virshLogOpen(virshControl *ctl, const char *path);
