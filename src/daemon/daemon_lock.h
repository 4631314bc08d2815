/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_lock.h: files that only one daemon can hold
 *
 * A lock file holds the pid of its holder and is locked as libvirt's pid files are, so that libvirt's daemons and
 * this one keep each other out. The lock lasts as long as the process.
 */
#pragma once

#include <glib.h>

typedef struct _virDaemonLock virDaemonLock;

/**
 * virDaemonLockAcquire:
 *
 * Does not wait. Returns 0, or -1: held by another process (the message says which), or the file cannot be made.
 */
int virDaemonLockAcquire(const char *path, virDaemonLock **ret_lock, GError **err);

/* Removes the file and gives it free. */
void virDaemonLockRelease(virDaemonLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDaemonLock, virDaemonLockRelease)
