/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_network_port.c: public functions for the ports of networks
 *
 * Checks objects, access and arguments in the order that programs know, and hands the call to the connection's driver.
 * What a port is, and every rule about it, is the driver's.
 */
#include <string.h>

#include "libvirt_call.h"
#include "viruuid.h"

/* --- What the object itself knows ------------------------------------------------------------------------------- */

virNetworkPtr virNetworkPortGetNetwork(virNetworkPortPtr port)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    return virCallEndPointer(&call, virCallNetworkPort(&call, port) ? port->net : NULL);
}

int virNetworkPortGetUUID(virNetworkPortPtr port, unsigned char *uuid)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    if (!virCallNetworkPort(&call, port) || !virCallNotNull(&call, uuid, "uuid"))
        return virCallEnd(&call, -1);
    memcpy(uuid, port->ident.uuid, VIR_UUID_BUFLEN);
    return virCallEnd(&call, 0);
}

int virNetworkPortGetUUIDString(virNetworkPortPtr port, char *buf)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    if (!virCallNetworkPort(&call, port) || !virCallNotNull(&call, buf, "buf"))
        return virCallEnd(&call, -1);
    virUUIDFormat(port->ident.uuid, buf);
    return virCallEnd(&call, 0);
}

int virNetworkPortRef(virNetworkPortPtr port)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    if (!virCallNetworkPort(&call, port))
        return virCallEnd(&call, -1);
    g_atomic_int_inc(&port->refs);
    return virCallEnd(&call, 0);
}

int virNetworkPortFree(virNetworkPortPtr port)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    if (!virCallNetworkPort(&call, port))
        return virCallEnd(&call, -1);
    virDatatypesUnrefNetworkPort(port);
    return virCallEnd(&call, 0);
}

/* --- Ports of a network ----------------------------------------------------------------------------------------- */

static virNetworkPortPtr *publicPorts(virNetworkPtr network, const GPtrArray *found)
{
    virNetworkPortPtr *ports = g_new0(virNetworkPortPtr, found->len + 1);

    for (guint i = 0; i < found->len; i++)
        ports[i] = virDatatypesNewNetworkPort(network, ((const virNetworkPortIdent *)found->pdata[i])->uuid);
    return ports;
}

int virNetworkListAllPorts(virNetworkPtr network, virNetworkPortPtr **ports, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    g_autoptr(GPtrArray) found = NULL;

    if (ports)
        *ports = NULL;
    if (!virCallNetwork(&call, network) || !virCallSupported(&call, call.driver->networkListAllPorts != NULL) ||
        call.driver->networkListAllPorts(call.data, &network->ident, flags, &found, &call.err) < 0)
        return virCallEnd(&call, -1);
    if (ports)
        *ports = publicPorts(network, found);
    return virCallEnd(&call, (int)found->len);
}

/* Ends the call with the port that @ident names; NULL is a failure. Takes @ident over. */
static virNetworkPortPtr endWithPort(virCall *call, virNetworkPtr net, virNetworkPortIdent *ident)
{
    g_autoptr(virNetworkPortIdent) found = ident;

    return virCallEndPointer(call, found ? virDatatypesNewNetworkPort(net, found->uuid) : NULL);
}

static virNetworkPortIdent *lookup(virCall *call, virNetworkPtr net, const unsigned char *uuid)
{
    virNetworkPortIdent wanted = { .net = net->ident };
    virNetworkPortIdent *found = NULL;

    memcpy(wanted.uuid, uuid, sizeof(wanted.uuid));
    if (virCallSupported(call, call->driver->networkPortLookupByUUID != NULL))
        (void)call->driver->networkPortLookupByUUID(call->data, &wanted, &found, &call->err);
    return found;
}

virNetworkPortPtr virNetworkPortLookupByUUID(virNetworkPtr net, const unsigned char *uuid)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    virNetworkPortIdent *found = NULL;

    if (virCallNetwork(&call, net) && virCallNotNull(&call, uuid, "uuid"))
        found = lookup(&call, net, uuid);
    return endWithPort(&call, net, found);
}

virNetworkPortPtr virNetworkPortLookupByUUIDString(virNetworkPtr net, const char *uuidstr)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    unsigned char uuid[VIR_UUID_BUFLEN];
    virNetworkPortIdent *found = NULL;

    if (virCallNetwork(&call, net) && virCallNotNull(&call, uuidstr, "uuidstr") &&
        virCallUUIDString(&call, uuidstr, uuid))
        found = lookup(&call, net, uuid);
    return endWithPort(&call, net, found);
}

virNetworkPortPtr virNetworkPortCreateXML(virNetworkPtr net, const char *xmldesc, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    virNetworkPortIdent *made = NULL;

    /* Unlike elsewhere the argument is judged before the access. */
    if (virCallNetwork(&call, net) && virCallNotNull(&call, xmldesc, "xmldesc") && virCallWritable(&call) &&
        virCallSupported(&call, call.driver->networkPortCreateXML != NULL))
        (void)call.driver->networkPortCreateXML(call.data, &net->ident, xmldesc, flags, &made, &call.err);
    return endWithPort(&call, net, made);
}

/* --- One port --------------------------------------------------------------------------------------------------- */

char *virNetworkPortGetXMLDesc(virNetworkPortPtr port, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    char *xml = NULL;

    if (virCallNetworkPort(&call, port) && virCallSupported(&call, call.driver->networkPortGetXMLDesc != NULL))
        (void)call.driver->networkPortGetXMLDesc(call.data, &port->ident, flags, &xml, &call.err);
    return virCallEndPointer(&call, xml);
}

/* A list for the program, that virTypedParamsFree() frees; NULL if there are none. */
static virTypedParameterPtr publicParams(GArray *found)
{
    virTypedParameterPtr params = found->len ? g_new0(virTypedParameter, found->len) : NULL;

    for (guint i = 0; i < found->len; i++) {
        virTypedParameter *from = &g_array_index(found, virTypedParameter, i);

        params[i] = *from;
        if (from->type == VIR_TYPED_PARAM_STRING)
            from->value.s = NULL;
    }
    return params;
}

int virNetworkPortGetParameters(virNetworkPortPtr port, virTypedParameterPtr *params, int *nparams, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    g_autoptr(GArray) found = NULL;

    if (!virCallNetworkPort(&call, port) || !virCallNotNull(&call, params, "params") ||
        !virCallNotNull(&call, nparams, "nparams") ||
        !virCallSupported(&call, call.driver->networkPortGetParameters != NULL) ||
        call.driver->networkPortGetParameters(call.data, &port->ident, flags, &found, &call.err) < 0)
        return virCallEnd(&call, -1);
    *params = publicParams(found);
    *nparams = (int)found->len;
    return virCallEnd(&call, 0);
}

int virNetworkPortSetParameters(virNetworkPortPtr port, virTypedParameterPtr params, int nparams, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    g_autoptr(GArray) wanted = g_array_new(FALSE, TRUE, sizeof(virTypedParameter));
    int result = -1;

    if (virCallNetworkPort(&call, port) && virCallWritable(&call) && virCallNotNegative(&call, nparams, "nparams") &&
        (nparams == 0 || virCallNotNull(&call, params, "params")) &&
        virCallSupported(&call, call.driver->networkPortSetParameters != NULL)) {
        g_array_append_vals(wanted, params, (guint)nparams);    /* their texts stay the program's */
        result = call.driver->networkPortSetParameters(call.data, &port->ident, wanted, flags, &call.err);
    }
    return virCallEnd(&call, result);
}

int virNetworkPortDelete(virNetworkPortPtr port, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    int result = -1;

    if (virCallNetworkPort(&call, port) && virCallWritable(&call) &&
        virCallSupported(&call, call.driver->networkPortDelete != NULL))
        result = call.driver->networkPortDelete(call.data, &port->ident, flags, &call.err);
    return virCallEnd(&call, result);
}
