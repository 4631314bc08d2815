/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_driver_port.c: the driver that calls a daemon: ports of networks
 *
 * Each function is one call on the wire. Nothing is checked that the daemon checks. The public library calls these
 * through the table in remote_driver.c.
 */
#include "remote_driver_priv.h"

#include "remote_wire.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_REMOTE

static virNetworkPortIdent *takePort(const wire_port *port)
{
    virNetworkIdent net = virRemoteWireBorrowIdent(&port->net);

    return virNetworkPortIdentNew(&net, (const unsigned char *)port->uuid);
}

static int askPort(virRemoteConnection *conn, virRemoteRequest *request, virNetworkPortIdent **ret_port, GError **err)
{
    wire_port port = { 0 };

    request->decode = (xdrproc_t)xdr_wire_port;
    request->ret = &port;
    if (virRemoteRequestSend(conn, request, err) < 0)
        return -1;
    *ret_port = takePort(&port);
    xdr_free((xdrproc_t)xdr_wire_port, &port);
    return 0;
}

int virRemoteNetworkListAllPorts(void *conn, const virNetworkIdent *net, unsigned int flags, GPtrArray **ret_ports,
                                 GError **err)
{
    wire_port_list_args args = { .net = virRemoteWireBorrowNetwork(net), .need_results = 1, .flags = flags };
    wire_ports list = { 0 };
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_LIST_ALL_PORTS,
                                 WIRE_ARGS(wire_port_list_args, &args), WIRE_RET(wire_ports, &list) };
    GPtrArray *ports;

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    ports = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkPortIdentFree);
    for (u_int i = 0; i < list.ports.ports_len; i++)
        g_ptr_array_add(ports, takePort(&list.ports.ports_val[i]));
    xdr_free((xdrproc_t)xdr_wire_ports, &list);
    *ret_ports = ports;
    return 0;
}

int virRemoteNetworkPortLookupByUUID(void *conn, const virNetworkPortIdent *port, virNetworkPortIdent **ret_port,
                                     GError **err)
{
    wire_port args = virRemoteWireBorrowPort(port);
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_PORT_LOOKUP_BY_UUID, WIRE_ARGS(wire_port, &args) };

    return askPort(conn, &request, ret_port, err);
}

int virRemoteNetworkPortCreateXML(void *conn, const virNetworkIdent *net, const char *xml, unsigned int flags,
                                  virNetworkPortIdent **ret_port, GError **err)
{
    wire_port_create_args args = { .net = virRemoteWireBorrowNetwork(net), .xml = (char *)xml, .flags = flags };
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_PORT_CREATE_XML,
                                 WIRE_ARGS(wire_port_create_args, &args) };

    return askPort(conn, &request, ret_port, err);
}

int virRemoteNetworkPortGetParameters(void *conn, const virNetworkPortIdent *port, unsigned int flags,
                                      GArray **ret_params, GError **err)
{
    wire_port_get_args args = { .port = virRemoteWireBorrowPort(port), .flags = flags };
    wire_port_params list = { 0 };
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_PORT_GET_PARAMETERS,
                                 WIRE_ARGS(wire_port_get_args, &args), WIRE_RET(wire_port_params, &list) };
    g_autoptr(GArray) params = NULL;
    int ret;

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    params = virDriverParamsNew();
    ret = virRemoteWireGetParams(list.params.params_val, list.params.params_len, params, err);
    xdr_free((xdrproc_t)xdr_wire_port_params, &list);
    if (ret < 0)
        return -1;
    *ret_params = g_steal_pointer(&params);
    return 0;
}

int virRemoteNetworkPortSetParameters(void *conn, const virNetworkPortIdent *port, const GArray *params,
                                      unsigned int flags, GError **err)
{
    wire_port_set_args args = { .port = virRemoteWireBorrowPort(port), .flags = flags };
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_PORT_SET_PARAMETERS,
                                 WIRE_ARGS(wire_port_set_args, &args) };
    int ret;

    if (params->len > WIRE_PORT_PARAMS_MAX) {
        return virFail(err, VIR_ERR_RPC, "%u parameters are more than the limit of %d", params->len,
                       WIRE_PORT_PARAMS_MAX);
    }
    args.params.params_val = virRemoteWireParams(params);
    args.params.params_len = params->len;
    ret = virRemoteRequestSend(conn, &request, err);
    virRemoteWireFreeParams(args.params.params_val, args.params.params_len);
    return ret;
}

int virRemoteNetworkPortGetXMLDesc(void *conn, const virNetworkPortIdent *port, unsigned int flags, char **ret_xml,
                                   GError **err)
{
    wire_port_flags_args args = { .port = virRemoteWireBorrowPort(port), .flags = flags };
    wire_string xml = NULL;
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_PORT_GET_XML_DESC,
                                 WIRE_ARGS(wire_port_flags_args, &args), WIRE_RET(wire_string, &xml) };

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    *ret_xml = xml;
    return 0;
}

int virRemoteNetworkPortDelete(void *conn, const virNetworkPortIdent *port, unsigned int flags, GError **err)
{
    wire_port_flags_args args = { .port = virRemoteWireBorrowPort(port), .flags = flags };
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_PORT_DELETE,
                                 WIRE_ARGS(wire_port_flags_args, &args) };

    return virRemoteRequestSend(conn, &request, err);
}
