/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * driver.c: the values that driver tables hand over
 *
 * Makes and frees them; knows nothing of what the drivers do. Called by the drivers, the public library and the RPC
 * server, which all link it.
 */
#include "driver.h"

#include <string.h>

virNetworkIdent *virNetworkIdentNew(const char *name, const unsigned char *uuid)
{
    virNetworkIdent *ident = g_new0(virNetworkIdent, 1);

    ident->name = g_strdup(name);
    memcpy(ident->uuid, uuid, sizeof(ident->uuid));
    return ident;
}

void virNetworkIdentFree(virNetworkIdent *ident)
{
    if (!ident)
        return;
    g_free(ident->name);
    g_free(ident);
}

virNetworkPortIdent *virNetworkPortIdentNew(const virNetworkIdent *net, const unsigned char *uuid)
{
    virNetworkPortIdent *ident = g_new0(virNetworkPortIdent, 1);

    ident->net.name = g_strdup(net->name);
    memcpy(ident->net.uuid, net->uuid, sizeof(ident->net.uuid));
    memcpy(ident->uuid, uuid, sizeof(ident->uuid));
    return ident;
}

void virNetworkPortIdentFree(virNetworkPortIdent *ident)
{
    if (!ident)
        return;
    g_free(ident->net.name);
    g_free(ident);
}

static void clearParam(gpointer data)
{
    virTypedParameter *param = data;

    if (param->type == VIR_TYPED_PARAM_STRING)
        g_free(param->value.s);
}

GArray *virDriverParamsNew(void)
{
    GArray *params = g_array_new(FALSE, TRUE, sizeof(virTypedParameter));

    g_array_set_clear_func(params, clearParam);
    return params;
}

void virDriverLeaseFree(virDriverLease *lease)
{
    if (!lease)
        return;
    g_free(lease->iface);
    g_free(lease->mac);
    g_free(lease->iaid);
    g_free(lease->ipaddr);
    g_free(lease->hostname);
    g_free(lease->clientid);
    g_free(lease);
}

virNetworkEvent *virNetworkEventCopy(const virNetworkEvent *event)
{
    virNetworkEvent *copy = g_new0(virNetworkEvent, 1);

    copy->net.name = g_strdup(event->net.name);
    memcpy(copy->net.uuid, event->net.uuid, sizeof(copy->net.uuid));
    copy->id = event->id;
    copy->what = event->what;
    copy->detail = event->detail;
    copy->uri = g_strdup(event->uri);
    return copy;
}

void virNetworkEventFree(virNetworkEvent *event)
{
    if (!event)
        return;
    g_free(event->net.name);
    g_free(event->uri);
    g_free(event);
}

virDriverSink *virDriverSinkNew(const virDriverSink *model)
{
    virDriverSink *sink = g_new0(virDriverSink, 1);

    *sink = *model;
    g_atomic_ref_count_init(&sink->refs);
    return sink;
}

virDriverSink *virDriverSinkRef(virDriverSink *sink)
{
    g_atomic_ref_count_inc(&sink->refs);
    return sink;
}

void virDriverSinkUnref(virDriverSink *sink)
{
    if (!sink || !g_atomic_ref_count_dec(&sink->refs))
        return;
    if (sink->free_opaque)
        sink->free_opaque(sink->opaque);
    g_free(sink);
}
