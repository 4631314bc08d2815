/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_driver.h: the bridge driver: all networks of one daemon, behind the driver table
 */
#pragma once

#include "driver.h"
#include "network_host.h"

/* All networks of one root (or of one test connection), with their host and store. Thread-safe. */
typedef struct _virNetworkManager virNetworkManager;

typedef struct {
    /*
     * Where definitions, state and dnsmasq's files lie; absolute paths. NULL in config_dir and run_dir: nothing is
     * stored (test driver).
     */
    const char *config_dir;     /* .../etc/libvirt/qemu/networks */
    const char *run_dir;        /* .../run/libvirt/network */
    const char *dnsmasq_dir;    /* .../var/lib/libvirt/dnsmasq */
    const char *hooks_dir;      /* .../etc/libvirt/hooks; NULL: no hook scripts */
    const char *radvd_dir;      /* .../var/lib/libvirt/radvd; NULL: there is never any */
    virAdvertiser advertiser;
} virNetworkManagerConfig;

/* @host is borrowed and must outlive the manager. Reads nothing yet. */
virNetworkManager *virNetworkManagerNew(const virNetworkManagerConfig *config, virNetworkHost *host);
void virNetworkManagerFree(virNetworkManager *manager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkManager, virNetworkManagerFree)

/**
 * virNetworkManagerLoad:
 *
 * Reads the stored definitions; finds networks again that run, probes them and repairs what is missing; finishes or
 * takes back a change in which an earlier daemon was killed. What cannot be read is logged and skipped. Called once
 * before clients are served.
 *
 * Returns 0, or -1 if the directories cannot be made or read.
 */
int virNetworkManagerLoad(virNetworkManager *manager, GError **err);

/* Starts the networks marked for autostart that do not run, once per boot. Failures are logged. */
void virNetworkManagerAutostart(virNetworkManager *manager);

/* As at SIGHUP: reads stored definitions that are new or have changed on disk, refills the firewall rules. */
void virNetworkManagerReload(virNetworkManager *manager);

/* The daemon ends: hook scripts that still run are given two seconds, and so are those to come. Does not wait. */
void virNetworkManagerStopHooks(virNetworkManager *manager);

/* Number of active networks. */
unsigned int virNetworkManagerCountActive(virNetworkManager *manager);

/* To be called when @service of @network has died: restarts it, with back-off. From any thread; does not wait. */
void virNetworkManagerServiceDied(virNetworkManager *manager, const char *network, const char *service);

/* To be called when a pending dnsmasq reload has been sent. From any thread. */
void virNetworkManagerReloaded(virNetworkManager *manager, const char *network);

/*
 * The driver table of the bridge driver. Its connections are made by virNetworkConnectionNew, since they need a
 * manager; the entry connectOpen is NULL.
 */
extern const virDriver virNetworkBridgeDriver;

/**
 * virNetworkConnectionNew:
 * @manager: borrowed; must outlive the connection
 * @uri: what the client opened, e.g. "network:///system"
 * @type: what virConnectGetType answers: "network" or "TEST"
 *
 * Returns a connection for the functions of virNetworkBridgeDriver, ended by its connectClose.
 */
void *virNetworkConnectionNew(virNetworkManager *manager, const char *uri, const char *type);

/* Where the connection's events go: a reference is taken. Called once, right after it was made; no two share a sink. */
void virNetworkConnectionSetSink(void *conn, virDriverSink *sink);
