/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_ready.h: who waits for the daemon, and how it is told
 *
 * systemd waits for a message on NOTIFY_SOCKET, the shell behind --daemon for its child. main goes to the
 * background, the service says when it is ready.
 */
#pragma once

#include <glib.h>

/**
 * virDaemonBackground:
 *
 * Forks; to be called before any thread is started. The parent waits until the child is ready or has ended and
 * ends with its exit status; only the child returns.
 *
 * Returns the descriptor for virDaemonReady, or -1.
 */
int virDaemonBackground(GError **err);

/* Tells systemd, and, if @background_fd is one, the parent, whose terminal is then left. Closes @background_fd. */
void virDaemonReady(int background_fd);

/* Sends @state ("STOPPING=1") to systemd, if it started us. A failure is of no consequence. */
void virDaemonNotify(const char *state);
