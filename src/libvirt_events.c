/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_events.c: public functions for what a connection tells by itself
 *
 * Events of networks, the end of the connection, and how soon it is noticed. Checks arguments in the order that programs
 * know; connect_events.c keeps what was registered.
 */
#include "connect_events.h"
#include "libvirt_call.h"
#include "virerror.h"

#define EVENT_ID_END (VIR_NETWORK_EVENT_ID_METADATA_CHANGE + 1)

static gboolean checkNetwork(virCall *call, virConnectPtr conn, virNetworkPtr net)
{
    virCall of_net = { .function = call->function, .domain = call->domain };

    if (!net)
        return TRUE;
    if (!virCallNetwork(&of_net, net)) {
        call->err = g_steal_pointer(&of_net.err);
        return FALSE;
    }
    if (net->conn == conn)
        return TRUE;
    virErrorSetArg(&call->err, call->domain, call->function, "net", "network '%s' in %s must match connection",
                   net->ident.name, call->function);
    return FALSE;
}

static gboolean checkEventID(virCall *call, int id)
{
    if (!virCallNotNegative(call, id, "eventID"))
        return FALSE;
    if (id < EVENT_ID_END)
        return TRUE;
    virErrorSetArg(&call->err, call->domain, call->function, "eventID", "eventID in %s must be less than %d", call->function,
                   EVENT_ID_END);
    return FALSE;
}

int virConnectNetworkEventRegisterAny(virConnectPtr conn, virNetworkPtr net, int eventID,
                                      virConnectNetworkEventGenericCallback cb, void *opaque, virFreeCallback freecb)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    const virConnectEventRequest req = { .id = eventID, .net = net, .cb = cb, .opaque = opaque, .freecb = freecb };
    int id = -1;

    if (virCallConnect(&call, conn) && checkNetwork(&call, conn, net) &&
        virCallNotNull(&call, cb ? conn : NULL, "cb") && checkEventID(&call, eventID) &&
        virCallSupported(&call, call.driver->networkEventRegister != NULL) &&
        virConnectEventsRegister(conn->events, &req, &id, &call.err) < 0)
        id = -1;
    return virCallEnd(&call, id);
}

int virConnectNetworkEventDeregisterAny(virConnectPtr conn, int callbackID)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    int result = -1;

    if (virCallConnect(&call, conn) && virCallNotNegative(&call, callbackID, "callbackID") &&
        virCallSupported(&call, call.driver->networkEventDeregister != NULL))
        result = virConnectEventsDeregister(conn->events, callbackID, &call.err);
    return virCallEnd(&call, result);
}

int virConnectRegisterCloseCallback(virConnectPtr conn, virConnectCloseFunc cb, void *opaque, virFreeCallback freecb)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);
    const virConnectCloseRequest req = { .cb = cb, .opaque = opaque, .freecb = freecb };
    int result = -1;

    if (virCallConnect(&call, conn) && virCallNotNull(&call, cb ? conn : NULL, "cb")) {
        /* A driver whose connections never end by themselves takes it and forgets it. */
        result = call.driver->connectWatchClose ? virConnectEventsWatchClose(conn->events, &req, &call.err) : 0;
    }
    return virCallEnd(&call, result);
}

int virConnectUnregisterCloseCallback(virConnectPtr conn, virConnectCloseFunc cb)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);
    int result = -1;

    if (virCallConnect(&call, conn) && virCallNotNull(&call, cb ? conn : NULL, "cb"))
        result = call.driver->connectWatchClose ? virConnectEventsUnwatchClose(conn->events, cb, &call.err) : 0;
    return virCallEnd(&call, result);
}

int virConnectSetKeepAlive(virConnectPtr conn, int interval, unsigned int count)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);
    int result = -1;

    if (virCallConnect(&call, conn) && virCallSupported(&call, call.driver->connectSetKeepAlive != NULL) &&
        call.driver->connectSetKeepAlive(call.data, interval, count, &result, &call.err) < 0)
        result = -1;
    return virCallEnd(&call, result);
}
