/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_dispatch_network.c: remote procedures about networks, but for the update
 *
 * Each takes wire values apart for the driver and puts its results together again; rules are the driver's. Procedures
 * whose driver functions look alike share one function here. The dispatch table names them.
 */
#include "remote_dispatch_priv.h"

#include <libvirt/libvirt.h>

#include "remote_wire.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_RPC

/* Old lists know active networks and the others, by two procedures each. */
static int listByNumber(const virRemoteCall *call, GPtrArray **ret_nets, GError **err)
{
    gboolean defined = call->number == WIRE_CONNECT_LIST_DEFINED_NETWORKS ||
                       call->number == WIRE_CONNECT_NUM_OF_DEFINED_NETWORKS;

    return call->driver->networkListAll(call->conn, defined ? VIR_CONNECT_LIST_NETWORKS_INACTIVE :
                                        VIR_CONNECT_LIST_NETWORKS_ACTIVE, ret_nets, err);
}

static int checkListLimit(const GPtrArray *list, const char *what, guint limit, GError **err)
{
    if (list->len <= limit)
        return 0;
    return virFail(err, VIR_ERR_RPC, "%u %s are more than the limit of %u", list->len, what, limit);
}

int virRemoteServeCount(const virRemoteCall *call, const void *args G_GNUC_UNUSED, void *ret, GError **err)
{
    g_autoptr(GPtrArray) nets = NULL;
    int *count = ret;

    if (listByNumber(call, &nets, err) < 0)
        return -1;
    *count = nets->len;
    return 0;
}

int virRemoteServeNames(const virRemoteCall *call, const void *args, void *ret, GError **err)
{
    g_autoptr(GPtrArray) nets = NULL;
    const int *max = args;
    wire_names *names = ret;
    guint n;

    if (*max < 0)
        return virFail(err, VIR_ERR_RPC, "maxnames must be non-negative");
    if (*max > WIRE_NETWORK_LIST_MAX)
        return virFail(err, VIR_ERR_RPC, "maxnames > REMOTE_NETWORK_LIST_MAX");
    if (listByNumber(call, &nets, err) < 0)
        return -1;
    n = MIN(nets->len, (guint)*max);
    names->names.names_val = g_new0(wire_string, n);
    names->names.names_len = n;
    for (guint i = 0; i < n; i++)
        names->names.names_val[i] = g_strdup(((virNetworkIdent *)nets->pdata[i])->name);
    return 0;
}

int virRemoteServeListAll(const virRemoteCall *call, const void *opaque, void *ret, GError **err)
{
    const wire_list_args *args = opaque;
    g_autoptr(GPtrArray) nets = NULL;
    wire_networks *list = ret;

    if (call->driver->networkListAll(call->conn, args->flags, &nets, err) < 0 ||
        checkListLimit(nets, "networks", WIRE_NETWORK_LIST_MAX, err) < 0)
        return -1;
    list->count = nets->len;
    if (!args->need_results)
        return 0;
    list->nets.nets_val = g_new0(wire_network, nets->len);
    list->nets.nets_len = nets->len;
    for (guint i = 0; i < nets->len; i++)
        virRemoteWireNetwork(nets->pdata[i], &list->nets.nets_val[i]);
    return 0;
}

int virRemoteServeLookupByName(const virRemoteCall *call, const void *args, void *ret, GError **err)
{
    g_autoptr(virNetworkIdent) found = NULL;
    const wire_string *name = args;

    if (call->driver->networkLookupByName(call->conn, *name, &found, err) < 0)
        return -1;
    virRemoteWireNetwork(found, ret);
    return 0;
}

int virRemoteServeLookupByUUID(const virRemoteCall *call, const void *args, void *ret, GError **err)
{
    g_autoptr(virNetworkIdent) found = NULL;

    if (call->driver->networkLookupByUUID(call->conn, args, &found, err) < 0)
        return -1;
    virRemoteWireNetwork(found, ret);
    return 0;
}

typedef int (*XMLFunc)(void *conn, const char *xml, unsigned int flags, virNetworkIdent **ret_net, GError **err);

static int serveXML(const virRemoteCall *call, const wire_xml_flags_args *args, wire_network *ret_net, GError **err)
{
    g_autoptr(virNetworkIdent) made = NULL;

    if (VIR_REMOTE_DRIVER(call, XMLFunc)(call->conn, args->xml, args->flags, &made, err) < 0)
        return -1;
    virRemoteWireNetwork(made, ret_net);
    return 0;
}

int virRemoteServeXML(const virRemoteCall *call, const void *args, void *ret, GError **err)
{
    wire_xml_flags_args plain = { .xml = *(const wire_string *)args };

    return serveXML(call, &plain, ret, err);
}

int virRemoteServeXMLFlags(const virRemoteCall *call, const void *args, void *ret, GError **err)
{
    return serveXML(call, args, ret, err);
}

typedef int (*ActionFunc)(void *conn, const virNetworkIdent *net, GError **err);

int virRemoteServeAction(const virRemoteCall *call, const void *args, void *ret G_GNUC_UNUSED, GError **err)
{
    virNetworkIdent net = virRemoteWireBorrowIdent(args);

    return VIR_REMOTE_DRIVER(call, ActionFunc)(call->conn, &net, err);
}

typedef int (*GetIntFunc)(void *conn, const virNetworkIdent *net, int *ret, GError **err);

int virRemoteServeGetInt(const virRemoteCall *call, const void *args, void *ret, GError **err)
{
    virNetworkIdent net = virRemoteWireBorrowIdent(args);

    return VIR_REMOTE_DRIVER(call, GetIntFunc)(call->conn, &net, ret, err);
}

int virRemoteServeGetXMLDesc(const virRemoteCall *call, const void *opaque, void *ret, GError **err)
{
    const wire_network_flags_args *args = opaque;
    virNetworkIdent net = virRemoteWireBorrowIdent(&args->net);
    char *xml = NULL;

    if (call->driver->networkGetXMLDesc(call->conn, &net, args->flags, &xml, err) < 0)
        return -1;
    return virRemoteWireTakeString(xml, ret, err);
}

int virRemoteServeSetMetadata(const virRemoteCall *call, const void *opaque, void *ret G_GNUC_UNUSED, GError **err)
{
    const wire_set_metadata_args *args = opaque;
    virNetworkIdent net = virRemoteWireBorrowIdent(&args->net);
    const virNetworkTextRequest req = {
        .type = args->type, .uri = virRemoteWireGetOptional(args->uri), .key = virRemoteWireGetOptional(args->key),
        .text = virRemoteWireGetOptional(args->metadata), .flags = args->flags,
    };

    return call->driver->networkSetMetadata(call->conn, &net, &req, err);
}

int virRemoteServeGetMetadata(const virRemoteCall *call, const void *opaque, void *ret, GError **err)
{
    const wire_get_metadata_args *args = opaque;
    virNetworkIdent net = virRemoteWireBorrowIdent(&args->net);
    const virNetworkTextRequest req = {
        .type = args->type, .uri = virRemoteWireGetOptional(args->uri), .flags = args->flags,
    };
    char *text = NULL;

    if (call->driver->networkGetMetadata(call->conn, &net, &req, &text, err) < 0)
        return -1;
    return virRemoteWireTakeString(text, ret, err);
}

int virRemoteServeGetBridgeName(const virRemoteCall *call, const void *args, void *ret, GError **err)
{
    virNetworkIdent net = virRemoteWireBorrowIdent(args);
    char *name = NULL;

    if (call->driver->networkGetBridgeName(call->conn, &net, &name, err) < 0)
        return -1;
    return virRemoteWireTakeString(name, ret, err);
}

int virRemoteServeSetAutostart(const virRemoteCall *call, const void *opaque, void *ret G_GNUC_UNUSED, GError **err)
{
    const wire_autostart_args *args = opaque;
    virNetworkIdent net = virRemoteWireBorrowIdent(&args->net);

    return call->driver->networkSetAutostart(call->conn, &net, !!args->autostart, err);
}

int virRemoteServeLeases(const virRemoteCall *call, const void *opaque, void *ret, GError **err)
{
    const wire_leases_args *args = opaque;
    virNetworkIdent net = virRemoteWireBorrowIdent(&args->net);
    const char *mac = virRemoteWireGetOptional(args->mac);
    g_autoptr(GPtrArray) leases = NULL;
    wire_leases *list = ret;

    if (call->driver->networkGetDHCPLeases(call->conn, &net, mac, args->flags, &leases, err) < 0 ||
        checkListLimit(leases, "leases", WIRE_LEASE_LIST_MAX, err) < 0)
        return -1;
    list->count = leases->len;
    if (!args->need_results)
        return 0;
    list->leases.leases_val = g_new0(wire_lease, leases->len);
    list->leases.leases_len = leases->len;
    for (guint i = 0; i < leases->len; i++)
        virRemoteWireLease(leases->pdata[i], &list->leases.leases_val[i]);
    return 0;
}
