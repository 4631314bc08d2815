/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_driver_network.c: the driver that calls a daemon: networks
 *
 * Each function is one call on the wire; the update is two, for the sake of old daemons. Nothing is checked that the
 * daemon checks. The public library calls these through the table in remote_driver.c.
 */
#include "remote_driver_priv.h"

#include "remote_wire.h"

/* Asked before each update: whether the daemon takes the command before the section. */
#define FEATURE_UPDATE_ORDER 16

static int askNetwork(virRemoteConnection *conn, virRemoteRequest *request, virNetworkIdent **ret_net, GError **err)
{
    wire_network net = { 0 };

    request->decode = (xdrproc_t)xdr_wire_network;
    request->ret = &net;
    if (virRemoteRequestSend(conn, request, err) < 0)
        return -1;
    *ret_net = virNetworkIdentNew(net.name, (const unsigned char *)net.uuid);
    xdr_free((xdrproc_t)xdr_wire_network, &net);
    return 0;
}

int virRemoteNetworkLookupByName(void *conn, const char *name, virNetworkIdent **ret_net, GError **err)
{
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_LOOKUP_BY_NAME, WIRE_ARGS(wire_string, &name) };

    return askNetwork(conn, &request, ret_net, err);
}

int virRemoteNetworkLookupByUUID(void *conn, const unsigned char *uuid, virNetworkIdent **ret_net, GError **err)
{
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_LOOKUP_BY_UUID, WIRE_ARGS(wire_uuid, uuid) };

    return askNetwork(conn, &request, ret_net, err);
}

int virRemoteNetworkListAll(void *conn, unsigned int flags, GPtrArray **ret_nets, GError **err)
{
    wire_list_args args = { .need_results = 1, .flags = flags };
    wire_networks list = { 0 };
    virRemoteRequest request = { .request.procedure = WIRE_CONNECT_LIST_ALL_NETWORKS, WIRE_ARGS(wire_list_args, &args),
                                 WIRE_RET(wire_networks, &list) };
    GPtrArray *nets;

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    nets = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkIdentFree);
    for (u_int i = 0; i < list.nets.nets_len; i++) {
        const wire_network *net = &list.nets.nets_val[i];

        g_ptr_array_add(nets, virNetworkIdentNew(net->name, (const unsigned char *)net->uuid));
    }
    xdr_free((xdrproc_t)xdr_wire_networks, &list);
    *ret_nets = nets;
    return 0;
}

/* The procedure that takes flags is newer, and only needed for them. */
static int sendXML(virRemoteConnection *conn, const wire_xml_flags_args *args, const gint32 procedures[2],
                   virNetworkIdent **ret_net, GError **err)
{
    virRemoteRequest request = { 0 };

    request.request.procedure = procedures[args->flags != 0];
    request.request.encode = args->flags ? (xdrproc_t)xdr_wire_xml_flags_args : (xdrproc_t)xdr_wire_string;
    request.request.args = args->flags ? (const void *)args : (const void *)&args->xml;
    return askNetwork(conn, &request, ret_net, err);
}

int virRemoteNetworkDefineXML(void *conn, const char *xml, unsigned int flags, virNetworkIdent **ret_net, GError **err)
{
    static const gint32 procedures[] = { WIRE_NETWORK_DEFINE_XML, WIRE_NETWORK_DEFINE_XML_FLAGS };
    wire_xml_flags_args args = { .xml = (char *)xml, .flags = flags };

    return sendXML(conn, &args, procedures, ret_net, err);
}

int virRemoteNetworkCreateXML(void *conn, const char *xml, unsigned int flags, virNetworkIdent **ret_net, GError **err)
{
    static const gint32 procedures[] = { WIRE_NETWORK_CREATE_XML, WIRE_NETWORK_CREATE_XML_FLAGS };
    wire_xml_flags_args args = { .xml = (char *)xml, .flags = flags };

    return sendXML(conn, &args, procedures, ret_net, err);
}

static int sendAction(virRemoteConnection *conn, gint32 procedure, const virNetworkIdent *ident, GError **err)
{
    wire_network net = virRemoteWireBorrowNetwork(ident);
    virRemoteRequest request = { .request.procedure = procedure, WIRE_ARGS(wire_network, &net) };

    return virRemoteRequestSend(conn, &request, err);
}

int virRemoteNetworkUndefine(void *conn, const virNetworkIdent *net, GError **err)
{
    return sendAction(conn, WIRE_NETWORK_UNDEFINE, net, err);
}

int virRemoteNetworkCreate(void *conn, const virNetworkIdent *net, GError **err)
{
    return sendAction(conn, WIRE_NETWORK_CREATE, net, err);
}

int virRemoteNetworkDestroy(void *conn, const virNetworkIdent *net, GError **err)
{
    return sendAction(conn, WIRE_NETWORK_DESTROY, net, err);
}

int virRemoteNetworkUpdate(void *conn, const virNetworkIdent *net, const virNetworkUpdateRequest *req, GError **err)
{
    wire_update_args args = virRemoteWireUpdateArgs(net, req);
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_UPDATE, WIRE_ARGS(wire_update_args, &args) };
    int in_order;

    if (virRemoteSupportsFeature(conn, FEATURE_UPDATE_ORDER, &in_order, err) < 0)
        return -1;
    if (!in_order) {
        /* A daemon before 7.2.0 swaps the two words once more. */
        args.command = req->section;
        args.section = req->command;
    }
    return virRemoteRequestSend(conn, &request, err);
}

int virRemoteNetworkGetXMLDesc(void *conn, const virNetworkIdent *net, unsigned int flags, char **ret_xml, GError **err)
{
    wire_network_flags_args args = { .net = virRemoteWireBorrowNetwork(net), .flags = flags };
    wire_string xml = NULL;
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_GET_XML_DESC,
                                 WIRE_ARGS(wire_network_flags_args, &args), WIRE_RET(wire_string, &xml) };

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    *ret_xml = xml;
    return 0;
}

int virRemoteNetworkSetMetadata(void *conn, const virNetworkIdent *net, const virNetworkTextRequest *req, GError **err)
{
    wire_string text = (char *)req->text, key = (char *)req->key, uri = (char *)req->uri;
    wire_set_metadata_args args = { .net = virRemoteWireBorrowNetwork(net), .type = req->type, .metadata = text ? &text : NULL,
                                    .key = key ? &key : NULL, .uri = uri ? &uri : NULL, .flags = req->flags };
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_SET_METADATA, WIRE_ARGS(wire_set_metadata_args, &args) };

    return virRemoteRequestSend(conn, &request, err);
}

int virRemoteNetworkGetMetadata(void *conn, const virNetworkIdent *net, const virNetworkTextRequest *req, char **ret_text,
                                GError **err)
{
    wire_string uri = (char *)req->uri;
    wire_get_metadata_args args = { .net = virRemoteWireBorrowNetwork(net), .type = req->type, .uri = uri ? &uri : NULL,
                                    .flags = req->flags };
    wire_string text = NULL;
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_GET_METADATA, WIRE_ARGS(wire_get_metadata_args, &args),
                                 WIRE_RET(wire_string, &text) };

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    *ret_text = text;
    return 0;
}

int virRemoteNetworkGetBridgeName(void *conn, const virNetworkIdent *ident, char **ret_name, GError **err)
{
    wire_network net = virRemoteWireBorrowNetwork(ident);
    wire_string name = NULL;
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_GET_BRIDGE_NAME, WIRE_ARGS(wire_network, &net),
                                 WIRE_RET(wire_string, &name) };

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    *ret_name = name;
    return 0;
}

/* Asks for one of the properties that are yes or no. */
static int askBoolean(virRemoteConnection *conn, gint32 procedure, const virNetworkIdent *ident, int *ret, GError **err)
{
    wire_network net = virRemoteWireBorrowNetwork(ident);
    int value = 0;
    virRemoteRequest request = { .request.procedure = procedure, WIRE_ARGS(wire_network, &net), WIRE_RET(int, &value) };

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    *ret = !!value;
    return 0;
}

int virRemoteNetworkGetAutostart(void *conn, const virNetworkIdent *net, int *ret_autostart, GError **err)
{
    return askBoolean(conn, WIRE_NETWORK_GET_AUTOSTART, net, ret_autostart, err);
}

int virRemoteNetworkSetAutostart(void *conn, const virNetworkIdent *net, int autostart, GError **err)
{
    wire_autostart_args args = { .net = virRemoteWireBorrowNetwork(net), .autostart = autostart };
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_SET_AUTOSTART,
                                 WIRE_ARGS(wire_autostart_args, &args) };

    return virRemoteRequestSend(conn, &request, err);
}

int virRemoteNetworkIsActive(void *conn, const virNetworkIdent *net, int *ret_active, GError **err)
{
    return askBoolean(conn, WIRE_NETWORK_IS_ACTIVE, net, ret_active, err);
}

int virRemoteNetworkIsPersistent(void *conn, const virNetworkIdent *net, int *ret_persistent, GError **err)
{
    return askBoolean(conn, WIRE_NETWORK_IS_PERSISTENT, net, ret_persistent, err);
}

int virRemoteNetworkGetDHCPLeases(void *conn, const virNetworkIdent *net, const char *mac, unsigned int flags,
                                  GPtrArray **ret_leases, GError **err)
{
    wire_string mac_text = (char *)mac;
    wire_leases_args args = { .net = virRemoteWireBorrowNetwork(net), .mac = mac ? &mac_text : NULL, .need_results = 1,
                              .flags = flags };
    wire_leases list = { 0 };
    virRemoteRequest request = { .request.procedure = WIRE_NETWORK_GET_DHCP_LEASES, WIRE_ARGS(wire_leases_args, &args),
                                 WIRE_RET(wire_leases, &list) };
    GPtrArray *leases;

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    leases = g_ptr_array_new_with_free_func((GDestroyNotify)virDriverLeaseFree);
    for (u_int i = 0; i < list.leases.leases_len; i++)
        g_ptr_array_add(leases, virRemoteWireGetLease(&list.leases.leases_val[i]));
    xdr_free((xdrproc_t)xdr_wire_leases, &list);
    *ret_leases = leases;
    return 0;
}
