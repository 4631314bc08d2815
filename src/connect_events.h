/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * connect_events.h: what a program wants to be told by one connection
 *
 * The callbacks that it registered, and the events on their way to them: drivers deliver in any thread, callbacks and the
 * functions that free their values are called by the program's event loop, without locks held. The end of the connection is
 * told at once, by the thread that finds it.
 */
#pragma once

#include <libvirt/libvirt.h>

#include "driver.h"

typedef struct _virConnectEvents virConnectEvents;

/* @loop: NULL: the program runs none, and can register for nothing but the end. */
virConnectEvents *virConnectEventsNew(const virEventLoop *loop);

/* A sink for the driver to deliver to. */
virDriverSink *virConnectEventsNewSink(virConnectEvents *events);

/* Tells which connection it is, once it is open. */
void virConnectEventsAttach(virConnectEvents *events, virConnectPtr conn);

/* The connection goes, or never came about. Nobody is registered any more, since that holds a reference to it. */
void virConnectEventsFree(virConnectEvents *events);

typedef struct {
    int id;                                     /* virNetworkEventID */
    virNetworkPtr net;                          /* NULL: all */
    virConnectNetworkEventGenericCallback cb;
    void *opaque;
    virFreeCallback freecb;                     /* may be NULL; called once, for what was registered */
} virConnectEventRequest;

/* *@ret_id is unique in the connection. Asks the driver if nobody has registered for the same yet. Returns 0 or -1. */
int virConnectEventsRegister(virConnectEvents *events, const virConnectEventRequest *req, int *ret_id, GError **err);

/* The callback is not called any more, but by a loop that has just begun to. Returns 0 or -1. */
int virConnectEventsDeregister(virConnectEvents *events, int id, GError **err);

typedef struct {
    virConnectCloseFunc cb;
    void *opaque;
    virFreeCallback freecb;                     /* may be NULL; called once, for what was registered */
} virConnectCloseRequest;

/* There is one at most; it goes with the end that it was told. Each returns 0 or -1. */
int virConnectEventsWatchClose(virConnectEvents *events, const virConnectCloseRequest *req, GError **err);
int virConnectEventsUnwatchClose(virConnectEvents *events, virConnectCloseFunc cb, GError **err);
