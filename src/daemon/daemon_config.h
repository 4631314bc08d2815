/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_config.h: the settings of virtnetworkd.conf and network.conf
 *
 * Reads and judges the files; acts on nothing. main calls it after the command line.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "virconf.h"

typedef struct {
    char *unix_sock_group;          /* name or number; NULL: root's */
    char *unix_sock_dir;            /* NULL: the default one */
    mode_t unix_sock_ro_perms;
    mode_t unix_sock_rw_perms;
    unsigned int max_clients;
    unsigned int max_queued_clients;
    unsigned int min_workers;
    unsigned int max_workers;
    unsigned int prio_workers;
    unsigned int max_client_requests;
    int keepalive_interval_s;       /* -1: never */
    unsigned int keepalive_count;
    unsigned int log_level;         /* virLogLevel; 0: not given */
    GPtrArray *warnings;            /* char *: about settings that do nothing; to be logged once the log is set up */
} virDaemonConfig;

/**
 * virDaemonConfigParse:
 * @conf: NULL for the defaults
 * @filename: what messages call the file
 *
 * Fails for a wrong type or number, and for a setting that would lessen access to what this daemon cannot do
 * (VIR_ERR_CONFIG_UNSUPPORTED): authentication and access drivers.
 */
int virDaemonConfigParse(const virConf *conf, const char *filename, virDaemonConfig **ret_config, GError **err);

/**
 * virDaemonConfigRead:
 * @must_exist: whether a missing file is an error
 */
int virDaemonConfigRead(const char *path, gboolean must_exist, virDaemonConfig **ret_config, GError **err);

/* The settings of network.conf. */
typedef struct {
    gboolean advertise_by_radvd;    /* router_advertisements; FALSE: by dnsmasq */
    char *sysfs_root;               /* NULL: the system's own. Freed by who has it */
} virDaemonNetworkConfig;

/**
 * virDaemonConfigReadNetwork:
 * @path: network.conf, which need not exist
 *
 * Its settings choose between ways of doing things: fails if one is asked for that is not known or that this daemon has not.
 */
int virDaemonConfigReadNetwork(const char *path, virDaemonNetworkConfig *ret_config, GError **err);

void virDaemonConfigFree(virDaemonConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDaemonConfig, virDaemonConfigFree)
