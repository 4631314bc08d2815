/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_call.c: what all public functions do before and after their work
 *
 * The checks of objects, access and arguments, in libvirt's words. Knows no function by name; every public function
 * that uses a connection goes through here.
 */
#include "libvirt_call.h"

#include "libvirt_error.h"
#include "virerror.h"
#include "viruuid.h"

virCall virCallBegin(const char *function, int domain)
{
    virResetLastError();
    return (virCall){ .function = function, .domain = domain };
}

static gboolean enter(virCall *call, virConnectPtr conn)
{
    call->conn = conn;
    call->driver = conn->driver;
    call->data = conn->data;
    return TRUE;
}

gboolean virCallConnect(virCall *call, virConnectPtr conn)
{
    if (virDatatypesIsConnect(conn))
        return enter(call, conn);
    virErrorSet(&call->err, call->domain, VIR_ERR_INVALID_CONN, "%s", call->function);
    return FALSE;
}

gboolean virCallNetwork(virCall *call, virNetworkPtr network)
{
    if (virDatatypesIsNetwork(network))
        return enter(call, network->conn);
    virErrorSet(&call->err, VIR_FROM_NETWORK, VIR_ERR_INVALID_NETWORK, "%s", call->function);
    return FALSE;
}

gboolean virCallNetworkPort(virCall *call, virNetworkPortPtr port)
{
    if (virDatatypesIsNetworkPort(port))
        return enter(call, port->net->conn);
    virErrorSet(&call->err, VIR_FROM_NETWORK, VIR_ERR_INVALID_NETWORK_PORT, "%s", call->function);
    return FALSE;
}

gboolean virCallWritable(virCall *call)
{
    if (!call->conn->readonly)
        return TRUE;
    virErrorSet(&call->err, call->domain, VIR_ERR_OPERATION_DENIED, "read only access prevents %s", call->function);
    return FALSE;
}

gboolean virCallNotNull(virCall *call, const void *pointer, const char *argument)
{
    if (pointer)
        return TRUE;
    virErrorSetArg(&call->err, call->domain, call->function, argument, "%s in %s must not be NULL", argument,
                   call->function);
    return FALSE;
}

gboolean virCallNotNegative(virCall *call, int number, const char *argument)
{
    if (number >= 0)
        return TRUE;
    virErrorSetArg(&call->err, call->domain, call->function, argument, "%s in %s must be zero or greater", argument,
                   call->function);
    return FALSE;
}

gboolean virCallUUIDString(virCall *call, const char *text, unsigned char ret_uuid[VIR_UUID_BUFLEN])
{
    if (virUUIDParse(text, ret_uuid))
        return TRUE;
    virErrorSetArg(&call->err, call->domain, call->function, "uuidstr", "uuidstr in %s must be a valid UUID",
                   call->function);
    return FALSE;
}

gboolean virCallSupported(virCall *call, gboolean has_function)
{
    if (has_function)
        return TRUE;
    virErrorSet(&call->err, call->domain, VIR_ERR_NO_SUPPORT, "%s", call->function);
    return FALSE;
}

int virCallEnd(virCall *call, int result)
{
    if (result < 0)
        virErrorReport(call->conn, call->err);
    g_clear_error(&call->err);
    return result;
}

void *virCallEndPointer(virCall *call, void *result)
{
    (void)virCallEnd(call, result ? 0 : -1);
    return result;
}
