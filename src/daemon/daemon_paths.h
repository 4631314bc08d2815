/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_paths.h: where everything of one daemon lies
 *
 * Paths are made from the root alone; making the directories is the only thing that touches the disk. main calls both.
 */
#pragma once

#include <glib.h>

typedef struct {
    char *config_file;      /* .../etc/libvirt/virtnetworkd.conf */
    char *network_file;     /* .../etc/libvirt/network.conf */
    char *hooks_dir;        /* .../etc/libvirt/hooks */
    char *config_dir;       /* .../etc/libvirt/qemu/networks */
    char *state_dir;        /* .../run/libvirt: the sockets, unless configured otherwise */
    char *run_dir;          /* .../run/libvirt/network */
    char *lock_file;        /* .../run/libvirt/network/driver.pid: one daemon per root, libvirt's included */
    char *pid_file;         /* .../run/virtnetworkd.pid */
    char *dnsmasq_dir;      /* .../var/lib/libvirt/dnsmasq */
    char *radvd_dir;        /* .../var/lib/libvirt/radvd */
} virDaemonPaths;

/* @root: absolute; "/" for /etc, /run and /var themselves, "" for what was configured at build time in their place. */
virDaemonPaths *virDaemonPathsNew(const char *root);
void virDaemonPathsFree(virDaemonPaths *paths);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDaemonPaths, virDaemonPathsFree)

/**
 * virDaemonPathsMake:
 *
 * Makes the directories that are missing. What the users of dnsmasq and radvd must pass is open to all, definitions are not. Modes of
 * directories that exist are left alone.
 */
int virDaemonPathsMake(const virDaemonPaths *paths, GError **err);

/* The lease helper beside the running program (build tree), else the installed one. The caller frees. */
char *virDaemonPathsFindLeaseHelper(void);
