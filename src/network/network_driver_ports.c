/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_driver_ports.c: the driver table's functions for ports
 *
 * Queries are answered from one look at the object; what changes something is done in network_ports.c.
 */
#include "network_driver_ports.h"

#include <libvirt/libvirt.h>
#include <string.h>

#include "network_manager.h"
#include "network_port_xml.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- Queries ---------------------------------------------------------------------------------------------------- */

/* One look at a network that must be active. */
static int look(void *conn, const virNetworkIdent *net, virNetworkView *ret_view, GError **err)
{
    g_autoptr(virNetworkObj) obj = virNetworkManagerFind(virNetworkConnectionGetManager(conn), net, err);
    g_auto(virNetworkView) view = { 0 };

    if (!obj)
        return -1;
    virNetworkObjView(obj, &view);
    if (!virNetworkViewExists(&view))
        return virNetworkManagerFailGone(obj, err);
    if (!view.live)
        return virFail(err, VIR_ERR_OPERATION_INVALID, "network '%s' is not active", obj->name);
    *ret_view = view;
    view = (virNetworkView){ 0 };
    return 0;
}

/* A reference; NULL with the error. */
static virNetworkPortDef *lookAtPort(void *conn, const virNetworkPortIdent *ident, GError **err)
{
    g_auto(virNetworkView) view = { 0 };
    virNetworkPortDef *port;

    if (look(conn, &ident->net, &view, err) < 0)
        return NULL;
    port = virNetworkPortListFind(view.ports, ident->uuid);
    if (!port)
        (void)virNetworkPortsFailGone(ident->uuid, err);
    return virNetworkPortDefRef(port);
}

int virNetworkDriverListAllPorts(void *conn, const virNetworkIdent *net, unsigned int flags, GPtrArray **ret_ports,
                                 GError **err)
{
    g_auto(virNetworkView) view = { 0 };
    guint i;

    virCheckFlags(flags, 0, "networkListAllPorts", err);
    if (look(conn, net, &view, err) < 0)
        return -1;
    *ret_ports = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkPortIdentFree);
    for (i = 0; i < view.ports->len; i++)
        g_ptr_array_add(*ret_ports, virNetworkPortIdentNew(net, ((const virNetworkPortDef *)view.ports->pdata[i])->uuid));
    return 0;
}

/* Of a network that is not active too: hypervisors make a port anew if there is none, and not for any other reason. */
int virNetworkDriverPortLookup(void *conn, const virNetworkPortIdent *ident, virNetworkPortIdent **ret_port, GError **err)
{
    g_autoptr(virNetworkObj) obj = virNetworkManagerFind(virNetworkConnectionGetManager(conn), &ident->net, err);
    g_auto(virNetworkView) view = { 0 };

    if (!obj)
        return -1;
    virNetworkObjView(obj, &view);
    if (!virNetworkPortListFind(view.ports, ident->uuid))
        return virNetworkPortsFailGone(ident->uuid, err);
    *ret_port = virNetworkPortIdentNew(&ident->net, ident->uuid);
    return 0;
}

int virNetworkDriverPortGetXMLDesc(void *conn, const virNetworkPortIdent *ident, unsigned int flags, char **ret_xml,
                                   GError **err)
{
    g_autoptr(virNetworkPortDef) port = NULL;

    virCheckFlags(flags, 0, "networkPortGetXMLDesc", err);
    port = lookAtPort(conn, ident, err);
    if (!port)
        return -1;
    *ret_xml = virNetworkPortDefFormat(port);
    return 0;
}

/* --- Parameters ------------------------------------------------------------------------------------------------- */

/* In the order in which clients get them. */
static const struct {
    const char *name;
    gsize direction;        /* offset of the virNetworkRate */
    gsize number;           /* offset in it */
} parameters[] = {
#define ROW(name, direction, number) \
    { name, offsetof(virNetworkBandwidth, direction), offsetof(virNetworkRate, number) }
    ROW(VIR_NETWORK_PORT_BANDWIDTH_IN_AVERAGE, inbound, average),
    ROW(VIR_NETWORK_PORT_BANDWIDTH_IN_PEAK, inbound, peak),
    ROW(VIR_NETWORK_PORT_BANDWIDTH_IN_FLOOR, inbound, floor),
    ROW(VIR_NETWORK_PORT_BANDWIDTH_IN_BURST, inbound, burst),
    ROW(VIR_NETWORK_PORT_BANDWIDTH_OUT_AVERAGE, outbound, average),
    ROW(VIR_NETWORK_PORT_BANDWIDTH_OUT_PEAK, outbound, peak),
    ROW(VIR_NETWORK_PORT_BANDWIDTH_OUT_BURST, outbound, burst),
#undef ROW
};

static void addParameter(GArray *params, const char *name, guint64 value)
{
    virTypedParameter param = { .type = VIR_TYPED_PARAM_UINT };

    g_strlcpy(param.field, name, sizeof(param.field));
    param.value.ui = (unsigned int)MIN(value, G_MAXUINT);
    g_array_append_val(params, param);
}

int virNetworkDriverPortGetParameters(void *conn, const virNetworkPortIdent *ident, unsigned int flags,
                                      GArray **ret_params, GError **err)
{
    g_autoptr(virNetworkPortDef) port = NULL;
    size_t i;

    virCheckFlags(flags, 0, "networkPortGetParameters", err);
    port = lookAtPort(conn, ident, err);
    if (!port)
        return -1;
    *ret_params = virDriverParamsNew();
    for (i = 0; port->bandwidth && i < G_N_ELEMENTS(parameters); i++) {
        const virNetworkRate *rate = G_STRUCT_MEMBER_P(port->bandwidth, parameters[i].direction);

        if (virNetworkRateIsSet(rate))
            addParameter(*ret_params, parameters[i].name, G_STRUCT_MEMBER(guint64, rate, parameters[i].number));
    }
    return 0;
}

static int setParameter(virNetworkBandwidth *bandwidth, const virTypedParameter *param, GError **err)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(parameters); i++) {
        virNetworkRate *rate = G_STRUCT_MEMBER_P(bandwidth, parameters[i].direction);

        if (strncmp(param->field, parameters[i].name, sizeof(param->field)) != 0)
            continue;
        if (param->type != VIR_TYPED_PARAM_UINT) {
            return virFail(err, VIR_ERR_INVALID_ARG, "parameter '%s' must be an unsigned int", parameters[i].name);
        }
        G_STRUCT_MEMBER(guint64, rate, parameters[i].number) = param->value.ui;
        return 0;
    }
    return virFail(err, VIR_ERR_ARGUMENT_UNSUPPORTED, "parameter '%.*s' not supported", (int)sizeof(param->field),
                   param->field);
}

/* What is not named is 0; a direction without average and floor is not limited, whatever else is said of it. */
static virNetworkBandwidth *readParameters(const GArray *params, GError **err)
{
    g_autoptr(virNetworkBandwidth) bandwidth = virNetworkBandwidthNew();
    guint i;

    for (i = 0; i < params->len; i++) {
        if (setParameter(bandwidth, &g_array_index(params, virTypedParameter, i), err) < 0)
            return NULL;
    }
    if (!virNetworkRateIsSet(&bandwidth->inbound))
        bandwidth->inbound = (virNetworkRate){ 0 };
    if (!virNetworkRateIsSet(&bandwidth->outbound))
        bandwidth->outbound = (virNetworkRate){ 0 };
    return g_steal_pointer(&bandwidth);
}

/* --- Changes ---------------------------------------------------------------------------------------------------- */

int virNetworkDriverPortCreateXML(void *conn, const virNetworkIdent *net, const char *xml, unsigned int flags,
                                  virNetworkPortIdent **ret_port, GError **err)
{
    virNetworkManager *manager = virNetworkConnectionGetManager(conn);
    const virNetworkPortRequest req = { .xml = xml, .flags = flags };
    g_autoptr(virNetworkObj) obj = NULL;
    unsigned char uuid[VIR_UUID_LEN];

    virCheckFlags(flags, VIR_NETWORK_PORT_CREATE_RECLAIM | VIR_NETWORK_PORT_CREATE_VALIDATE, "networkPortCreateXML", err);
    obj = virNetworkManagerFind(manager, net, err);
    if (!obj || virNetworkPortsCreate(manager, obj, &req, uuid, err) < 0)
        return -1;
    *ret_port = virNetworkPortIdentNew(net, uuid);
    return 0;
}

int virNetworkDriverPortSetParameters(void *conn, const virNetworkPortIdent *ident, const GArray *params,
                                      unsigned int flags, GError **err)
{
    virNetworkManager *manager = virNetworkConnectionGetManager(conn);
    g_autoptr(virNetworkObj) obj = NULL;
    g_autoptr(virNetworkBandwidth) bandwidth = NULL;

    virCheckFlags(flags, 0, "networkPortSetParameters", err);
    obj = virNetworkManagerFind(manager, &ident->net, err);
    bandwidth = obj ? readParameters(params, err) : NULL;
    return bandwidth ? virNetworkPortsSetBandwidth(manager, obj, ident->uuid, bandwidth, err) : -1;
}

int virNetworkDriverPortDelete(void *conn, const virNetworkPortIdent *ident, unsigned int flags, GError **err)
{
    virNetworkManager *manager = virNetworkConnectionGetManager(conn);
    g_autoptr(virNetworkObj) obj = NULL;

    virCheckFlags(flags, 0, "networkPortDelete", err);
    obj = virNetworkManagerFind(manager, &ident->net, err);
    return obj ? virNetworkPortsDelete(manager, obj, ident->uuid, err) : -1;
}
