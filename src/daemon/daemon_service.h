/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_service.h: a virtnetworkd from its locks to its end
 *
 * Everything between a judged configuration and the exit status: locks, host, networks, sockets, the main loop, signals
 * and the idle timer. It reads neither command line nor configuration file; main does.
 */
#pragma once

#include "daemon_activation.h"
#include "daemon_config.h"
#include "daemon_paths.h"

/* Exit statuses; the numbers are libvirt's. */
typedef enum {
    VIR_DAEMON_EXIT_OK = 0,
    VIR_DAEMON_EXIT_USAGE = 1,          /* command line or configuration */
    VIR_DAEMON_EXIT_PIDFILE = 1,
    VIR_DAEMON_EXIT_RUN_DIR = 2,
    VIR_DAEMON_EXIT_INIT = 3,
    VIR_DAEMON_EXIT_SIGNAL = 4,
    VIR_DAEMON_EXIT_PRIVILEGE = 5,
    VIR_DAEMON_EXIT_NETWORK = 6,        /* the sockets */
    VIR_DAEMON_EXIT_DRIVER = 11,
} virDaemonExit;

typedef struct {
    const virDaemonConfig *config;
    const virDaemonPaths *paths;
    const char *pid_file;
    unsigned int timeout_s;     /* 0: none */
    const GArray *passed;       /* virDaemonPassedSocket, taken over; NULL: it makes its own sockets */
    int background_fd;          /* of virDaemonBackground, or -1 */
} virDaemonServiceConfig;

/* Runs until a signal or the idle timer ends it. Failures are logged. */
virDaemonExit virDaemonServiceRun(const virDaemonServiceConfig *config);
