/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_socket.h: unix sockets that listen
 *
 * Makes the socket files with owner and mode; who connects is the RPC server's business.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

typedef struct {
    const char *path;
    mode_t mode;
    gid_t group;
    unsigned int backlog;   /* clients that may wait to be accepted */
} virDaemonSocket;

/**
 * virDaemonSocketOpen:
 *
 * A socket file that nobody serves any more is replaced; one that answers is not. Nobody can connect before mode and
 * group are set.
 *
 * Returns the listening descriptor, or -1.
 */
int virDaemonSocketOpen(const virDaemonSocket *spec, GError **err);

/* @name: of a group, or its number. */
int virDaemonSocketFindGroup(const char *name, gid_t *ret_group, GError **err);
