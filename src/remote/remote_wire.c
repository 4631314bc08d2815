/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_wire.c: values of the project to and from those of the wire
 *
 * Networks, ports, leases, parameters and errors in both directions. No socket and no driver is touched. Dispatch and client driver call
 * it.
 */
#include "remote_wire.h"

#include <string.h>

#include "virerror.h"

/* An optional string; NULL stays NULL. */
static wire_opt_string makeOptional(const char *text)
{
    wire_opt_string made;

    if (!text)
        return NULL;
    made = g_new0(wire_string, 1);
    *made = g_strdup(text);
    return made;
}

const char *virRemoteWireGetOptional(const wire_opt_string text)
{
    return text ? *text : NULL;
}

int virRemoteWireTakeString(char *text, wire_string *ret_text, GError **err)
{
    gsize len = strlen(text);

    if (len <= WIRE_STRING_MAX) {
        *ret_text = text;
        return 0;
    }
    g_free(text);
    return virErrorSet(err, VIR_FROM_RPC, VIR_ERR_RPC, "text of %zu bytes is longer than the limit of %d", len,
                       WIRE_STRING_MAX);
}

void virRemoteWireNetwork(const virNetworkIdent *ident, wire_network *ret_net)
{
    ret_net->name = g_strdup(ident->name);
    memcpy(ret_net->uuid, ident->uuid, sizeof(ret_net->uuid));
}

virNetworkIdent virRemoteWireBorrowIdent(const wire_network *net)
{
    virNetworkIdent ident = { .name = net->name };

    memcpy(ident.uuid, net->uuid, sizeof(ident.uuid));
    return ident;
}

wire_network virRemoteWireBorrowNetwork(const virNetworkIdent *ident)
{
    wire_network net = { .name = ident->name };

    memcpy(net.uuid, ident->uuid, sizeof(net.uuid));
    return net;
}

virNetworkUpdateRequest virRemoteWireBorrowUpdate(const wire_update_args *args)
{
    return (virNetworkUpdateRequest){ .command = args->command, .section = args->section,
                                      .parent_index = args->parent_index, .xml = args->xml, .flags = args->flags };
}

wire_update_args virRemoteWireUpdateArgs(const virNetworkIdent *net, const virNetworkUpdateRequest *req)
{
    return (wire_update_args){ .net = virRemoteWireBorrowNetwork(net), .command = req->command, .section = req->section,
                               .parent_index = req->parent_index, .xml = (char *)req->xml, .flags = req->flags };
}

void virRemoteWirePort(const virNetworkPortIdent *ident, wire_port *ret_port)
{
    virRemoteWireNetwork(&ident->net, &ret_port->net);
    memcpy(ret_port->uuid, ident->uuid, sizeof(ret_port->uuid));
}

virNetworkPortIdent virRemoteWireBorrowPortIdent(const wire_port *port)
{
    virNetworkPortIdent ident = { .net = virRemoteWireBorrowIdent(&port->net) };

    memcpy(ident.uuid, port->uuid, sizeof(ident.uuid));
    return ident;
}

wire_port virRemoteWireBorrowPort(const virNetworkPortIdent *ident)
{
    wire_port port = { .net = virRemoteWireBorrowNetwork(&ident->net) };

    memcpy(port.uuid, ident->uuid, sizeof(port.uuid));
    return port;
}

/* --- Parameters ------------------------------------------------------------------------------------------------- */

/* The numbers of the types are the same on both sides. */
static void wireParam(const virTypedParameter *param, wire_param *ret_param)
{
    ret_param->field = g_strndup(param->field, sizeof(param->field));
    ret_param->value.type = param->type;
    switch (param->type) {
    case VIR_TYPED_PARAM_STRING:
        ret_param->value.wire_param_value_u.s = g_strdup(param->value.s);
        break;
    case VIR_TYPED_PARAM_LLONG:
    case VIR_TYPED_PARAM_ULLONG:
        ret_param->value.wire_param_value_u.ul = param->value.ul;
        break;
    case VIR_TYPED_PARAM_DOUBLE:
        ret_param->value.wire_param_value_u.d = param->value.d;
        break;
    case VIR_TYPED_PARAM_BOOLEAN:
        ret_param->value.wire_param_value_u.b = param->value.b != 0;
        break;
    default:
        ret_param->value.wire_param_value_u.ui = param->value.ui;
        break;
    }
}

wire_param *virRemoteWireParams(const GArray *params)
{
    wire_param *made = g_new0(wire_param, params->len);

    for (guint i = 0; i < params->len; i++)
        wireParam(&g_array_index(params, virTypedParameter, i), &made[i]);
    return made;
}

void virRemoteWireFreeParams(wire_param *params, guint n_params)
{
    for (guint i = 0; i < n_params; i++)
        xdr_free((xdrproc_t)xdr_wire_param, &params[i]);
    g_free(params);
}

static void unwireParam(const wire_param *param, virTypedParameter *ret_param)
{
    g_strlcpy(ret_param->field, param->field, sizeof(ret_param->field));
    ret_param->type = param->value.type;
    switch (param->value.type) {
    case WIRE_PARAM_STRING:
        ret_param->value.s = g_strdup(param->value.wire_param_value_u.s);
        break;
    case WIRE_PARAM_LLONG:
    case WIRE_PARAM_ULLONG:
        ret_param->value.ul = param->value.wire_param_value_u.ul;
        break;
    case WIRE_PARAM_DOUBLE:
        ret_param->value.d = param->value.wire_param_value_u.d;
        break;
    case WIRE_PARAM_BOOLEAN:
        ret_param->value.b = (char)(param->value.wire_param_value_u.b != 0);
        break;
    default:
        ret_param->value.ui = param->value.wire_param_value_u.ui;
        break;
    }
}

int virRemoteWireGetParams(const wire_param *params, guint n_params, GArray *ret_params, GError **err)
{
    for (guint i = 0; i < n_params; i++) {
        virTypedParameter param = { .type = 0 };

        if (strlen(params[i].field) >= sizeof(param.field)) {
            return virErrorSet(err, VIR_FROM_RPC, VIR_ERR_RPC, "parameter name of %zu bytes is longer than the limit of %zu",
                               strlen(params[i].field), sizeof(param.field) - 1);
        }
        unwireParam(&params[i], &param);
        g_array_append_val(ret_params, param);
    }
    return 0;
}

void virRemoteWireLease(const virDriverLease *lease, wire_lease *ret_lease)
{
    ret_lease->iface = g_strdup(lease->iface ? lease->iface : "");
    ret_lease->expiry_time = lease->expiry_time;
    ret_lease->type = lease->type;
    ret_lease->mac = makeOptional(lease->mac);
    ret_lease->iaid = makeOptional(lease->iaid);
    ret_lease->ipaddr = g_strdup(lease->ipaddr ? lease->ipaddr : "");
    ret_lease->prefix = lease->prefix;
    ret_lease->hostname = makeOptional(lease->hostname);
    ret_lease->clientid = makeOptional(lease->clientid);
}

virDriverLease *virRemoteWireGetLease(const wire_lease *lease)
{
    virDriverLease *made = g_new0(virDriverLease, 1);

    made->iface = g_strdup(lease->iface);
    made->expiry_time = lease->expiry_time;
    made->type = lease->type;
    made->mac = g_strdup(virRemoteWireGetOptional(lease->mac));
    made->iaid = g_strdup(virRemoteWireGetOptional(lease->iaid));
    made->ipaddr = g_strdup(lease->ipaddr);
    made->prefix = lease->prefix;
    made->hostname = g_strdup(virRemoteWireGetOptional(lease->hostname));
    made->clientid = g_strdup(virRemoteWireGetOptional(lease->clientid));
    return made;
}

static void foreignError(const GError *err, wire_error *ret_error)
{
    g_autoptr(GError) made = NULL;

    virErrorSet(&made, VIR_FROM_NONE, VIR_ERR_INTERNAL_ERROR, "%s", err->message);
    virRemoteWireError(made, ret_error);
}

void virRemoteWireError(const GError *err, wire_error *ret_error)
{
    const virErrorInfo *info;

    if (err->domain != VIR_ERROR) {
        foreignError(err, ret_error);
        return;
    }
    info = virErrorGetInfo(err);
    ret_error->code = err->code;
    ret_error->origin = info->domain;
    ret_error->message = makeOptional(err->message);
    ret_error->level = VIR_ERR_ERROR;
    ret_error->str1 = makeOptional(info->str1);
    ret_error->str2 = makeOptional(info->str2);
    ret_error->str3 = makeOptional(info->str3);
    ret_error->int1 = info->int1;
    ret_error->int2 = info->int2;
}

static gboolean isUnknownProcedure(const wire_error *error, const char *message)
{
    return error->code == VIR_ERR_RPC && error->level == VIR_ERR_ERROR &&
           (error->origin == VIR_FROM_RPC || error->origin == VIR_FROM_REMOTE) &&
           message && g_str_has_prefix(message, "unknown procedure");
}

int virRemoteWireRaise(const wire_error *error, GError **err)
{
    const char *message = virRemoteWireGetOptional(error->message);
    int code = isUnknownProcedure(error, message) ? VIR_ERR_NO_SUPPORT : error->code;
    virErrorInfo info = {
        .domain = error->origin,
        .str1 = (char *)virRemoteWireGetOptional(error->str1),
        .str2 = (char *)virRemoteWireGetOptional(error->str2),
        .str3 = (char *)virRemoteWireGetOptional(error->str3),
        .int1 = error->int1,
        .int2 = error->int2,
    };

    return virErrorSetRaw(err, code, message, &info);
}
