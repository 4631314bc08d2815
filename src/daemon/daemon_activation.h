/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_activation.h: sockets that systemd has opened for the daemon
 *
 * Reads the environment in which they are announced and judges them; listening on them is the RPC server's business. main
 * calls it before it goes to the background and before there are threads.
 */
#pragma once

#include <glib.h>

/* Where passed descriptors begin. */
#define VIR_DAEMON_ACTIVATION_FIRST_FD 3

typedef struct {
    int fd;
    gboolean readonly;
} virDaemonPassedSocket;

/**
 * virDaemonActivationTake:
 * @first_fd: VIR_DAEMON_ACTIVATION_FIRST_FD, but in tests
 * @ret_sockets: of virDaemonPassedSocket; NULL if none was passed to this process
 *
 * Which socket is which is told by its name, the unit's ("virtnetworkd-ro.socket"), else by the file it is bound to. Fails for
 * one that is neither, or that cannot be served, rather than serve it with the wrong rights. Afterwards no child inherits
 * descriptors or variables.
 */
int virDaemonActivationTake(int first_fd, GArray **ret_sockets, GError **err);
