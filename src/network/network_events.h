/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_events.h: who wants to know what happens to networks
 *
 * Registrations of all connections of one manager, and the one place from which events go out to them. What an event
 * becomes (a message, a call of the program) is the business of the connections' sinks.
 */
#pragma once

#include "driver.h"

/* More of one connection than this are refused. */
#define VIR_NETWORK_EVENTS_MAX 4096

typedef struct _virNetworkEvents virNetworkEvents;

virNetworkEvents *virNetworkEventsNew(void);
void virNetworkEventsFree(virNetworkEvents *events);

/**
 * virNetworkEventsRegister:
 * @sink: a reference is taken; also tells whose the registration is
 *
 * *@ret_id is a number that no other registration ever had. Returns 0, or -1: VIR_ERR_INVALID_ARG for a filter that
 * the owner has registered already, VIR_ERR_INTERNAL_ERROR for an unknown kind of event or one registration too many.
 */
int virNetworkEventsRegister(virNetworkEvents *events, virDriverSink *sink, const virNetworkEventFilter *filter,
                             int *ret_id, GError **err);

/* Returns whether the owner had such a registration. An event that is on its way may still be delivered. */
gboolean virNetworkEventsDeregister(virNetworkEvents *events, const virDriverSink *sink, int id);

/* The owner goes. */
void virNetworkEventsForget(virNetworkEvents *events, const virDriverSink *sink);

/*
 * Delivers @event to all who want it, in this thread. Who holds the network's change lock keeps the order of its events;
 * no lock that a sink could take may be held.
 */
void virNetworkEventsEmit(virNetworkEvents *events, const virNetworkEvent *event);
