/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_dispatch_port.c: remote procedures about the ports of networks
 *
 * Each takes wire values apart for the driver and puts its results together again; rules are the driver's. The dispatch
 * table names them.
 */
#include "remote_dispatch_priv.h"

#include "remote_wire.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_RPC

int virRemoteServeListAllPorts(const virRemoteCall *call, const void *opaque, void *ret, GError **err)
{
    const wire_port_list_args *args = opaque;
    virNetworkIdent net = virRemoteWireBorrowIdent(&args->net);
    g_autoptr(GPtrArray) ports = NULL;
    wire_ports *list = ret;

    if (call->driver->networkListAllPorts(call->conn, &net, args->flags, &ports, err) < 0)
        return -1;
    if (ports->len > WIRE_PORT_LIST_MAX)
        return virFail(err, VIR_ERR_RPC, "%u ports are more than the limit of %d", ports->len, WIRE_PORT_LIST_MAX);
    list->count = ports->len;
    if (!args->need_results)
        return 0;
    list->ports.ports_val = g_new0(wire_port, ports->len);
    list->ports.ports_len = ports->len;
    for (guint i = 0; i < ports->len; i++)
        virRemoteWirePort(ports->pdata[i], &list->ports.ports_val[i]);
    return 0;
}

int virRemoteServePortLookup(const virRemoteCall *call, const void *args, void *ret, GError **err)
{
    virNetworkPortIdent port = virRemoteWireBorrowPortIdent(args);
    g_autoptr(virNetworkPortIdent) found = NULL;

    if (call->driver->networkPortLookupByUUID(call->conn, &port, &found, err) < 0)
        return -1;
    virRemoteWirePort(found, ret);
    return 0;
}

int virRemoteServePortCreate(const virRemoteCall *call, const void *opaque, void *ret, GError **err)
{
    const wire_port_create_args *args = opaque;
    virNetworkIdent net = virRemoteWireBorrowIdent(&args->net);
    g_autoptr(virNetworkPortIdent) made = NULL;

    if (call->driver->networkPortCreateXML(call->conn, &net, args->xml, args->flags, &made, err) < 0)
        return -1;
    virRemoteWirePort(made, ret);
    return 0;
}

int virRemoteServePortGetParameters(const virRemoteCall *call, const void *opaque, void *ret, GError **err)
{
    const wire_port_get_args *args = opaque;
    virNetworkPortIdent port = virRemoteWireBorrowPortIdent(&args->port);
    g_autoptr(GArray) params = NULL;
    wire_port_params *list = ret;

    if (call->driver->networkPortGetParameters(call->conn, &port, args->flags, &params, err) < 0)
        return -1;
    list->params.params_val = virRemoteWireParams(params);
    list->params.params_len = params->len;
    return 0;
}

int virRemoteServePortSetParameters(const virRemoteCall *call, const void *opaque, void *ret G_GNUC_UNUSED, GError **err)
{
    const wire_port_set_args *args = opaque;
    virNetworkPortIdent port = virRemoteWireBorrowPortIdent(&args->port);
    g_autoptr(GArray) params = virDriverParamsNew();

    if (virRemoteWireGetParams(args->params.params_val, args->params.params_len, params, err) < 0)
        return -1;
    return call->driver->networkPortSetParameters(call->conn, &port, params, args->flags, err);
}

int virRemoteServePortGetXMLDesc(const virRemoteCall *call, const void *opaque, void *ret, GError **err)
{
    const wire_port_flags_args *args = opaque;
    virNetworkPortIdent port = virRemoteWireBorrowPortIdent(&args->port);
    char *xml = NULL;

    if (call->driver->networkPortGetXMLDesc(call->conn, &port, args->flags, &xml, err) < 0)
        return -1;
    return virRemoteWireTakeString(xml, ret, err);
}

int virRemoteServePortDelete(const virRemoteCall *call, const void *opaque, void *ret G_GNUC_UNUSED, GError **err)
{
    const wire_port_flags_args *args = opaque;
    virNetworkPortIdent port = virRemoteWireBorrowPortIdent(&args->port);

    return call->driver->networkPortDelete(call->conn, &port, args->flags, err);
}
