/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_watch.h: has a connection looked after by the program's event loop
 *
 * While it exists, what the server sends by itself is taken in by the loop, and the server is asked for signs of life.
 * It makes no calls. The remote driver has one for each connection of a program that runs a loop.
 */
#pragma once

#include "driver.h"
#include "rpc_client.h"

typedef struct _virRemoteWatch virRemoteWatch;

/* Takes a reference of @rpc. Returns NULL if the loop cannot watch it. */
virRemoteWatch *virRemoteWatchNew(const virEventLoop *loop, virRpcClient *rpc);

/* Ends it; what the loop is just doing goes on. */
void virRemoteWatchFree(virRemoteWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virRemoteWatch, virRemoteWatchFree)

/* @interval in seconds; <= 0: no longer. Returns 0, or -1 if the loop has no timer. */
int virRemoteWatchSetKeepalive(virRemoteWatch *watch, int interval, unsigned int count);
