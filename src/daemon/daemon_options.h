/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_options.h: virtnetworkd's command line
 *
 * Text becomes a struct; nothing is looked up or opened. main calls it first.
 */
#pragma once

#include <glib.h>

typedef enum {
    VIR_DAEMON_RUN,
    VIR_DAEMON_SHOW_HELP,
    VIR_DAEMON_SHOW_VERSION,
} virDaemonMode;

typedef struct {
    virDaemonMode mode;
    char *root;                 /* absolute, without a slash at the end; "" for the directories that were configured */
    char *config_file;          /* absolute; NULL: the default one */
    char *pid_file;             /* absolute; NULL: the default one */
    gboolean verbose;
    gboolean daemonize;
    unsigned int timeout_s;     /* 0: never ends by itself */
} virDaemonOptions;

/**
 * virDaemonOptionsParse:
 * @argv: as main has it; may be reordered
 *
 * Relative paths are taken from the current directory. Returns 0, or -1 with VIR_ERR_INVALID_ARG and what is wrong.
 */
int virDaemonOptionsParse(int argc, char **argv, virDaemonOptions *ret_options, GError **err);

void virDaemonOptionsClear(virDaemonOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virDaemonOptions, virDaemonOptionsClear)

/* What --help prints. The caller frees. */
char *virDaemonOptionsHelp(const char *program);
