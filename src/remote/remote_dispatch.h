/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_dispatch.h: what libvirt's remote procedures do in a daemon
 *
 * A table with one row per procedure decodes the arguments, calls the driver and encodes the result or the error. It
 * knows nothing of sockets: an RPC server drives it through a virRpcService.
 *
 *     virRemoteDispatchConfig setup = { .driver = &virNetworkBridgeDriver, .open = openConnection, .opaque = manager };
 *     virRemoteDispatch *dispatch = virRemoteDispatchNew(&setup);
 *     virRpcServer *server = virRpcServerNew(&config, &virRemoteService, dispatch, NULL);
 */
#pragma once

#include <glib.h>

#include "driver.h"
#include "rpc_server.h"

typedef struct _virRemoteDispatch virRemoteDispatch;

typedef struct {
    /* Serves the calls. Its connectOpen is not used. */
    const virDriver *driver;
    /*
     * Makes the connection on which @driver's functions are called. @req->uri is "network:///system", perhaps with a
     * query: other names have been refused. Runs on a worker thread. Returns 0, or -1 with @err. The connection is
     * closed by @driver's connectClose.
     */
    int (*open)(const virDriverOpenRequest *req, void **ret_conn, void *opaque, GError **err);
    void *opaque;
} virRemoteDispatchConfig;

/* @config is copied; what it points to must outlive the dispatch. */
virRemoteDispatch *virRemoteDispatchNew(const virRemoteDispatchConfig *config);

/* To be called after the server that uses it is gone. */
void virRemoteDispatchFree(virRemoteDispatch *dispatch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virRemoteDispatch, virRemoteDispatchFree)

/* For virRpcServerNew, with a virRemoteDispatch as opaque. */
extern const virRpcService virRemoteService;
