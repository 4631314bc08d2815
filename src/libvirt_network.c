/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_network.c: public functions for one network
 *
 * Checks objects, access and arguments in the order that programs know, and hands the call to the connection's driver.
 * What a network is, and every rule about it, is the driver's. Lists and look-ups are in libvirt_network_find.c.
 */
#include <stdlib.h>
#include <string.h>

#include "libvirt_call.h"
#include "viruuid.h"

/* --- What the object itself knows ------------------------------------------------------------------------------- */

virConnectPtr virNetworkGetConnect(virNetworkPtr network)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    return virCallEndPointer(&call, virCallNetwork(&call, network) ? network->conn : NULL);
}

const char *virNetworkGetName(virNetworkPtr network)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    return virCallEndPointer(&call, virCallNetwork(&call, network) ? network->ident.name : NULL);
}

int virNetworkGetUUID(virNetworkPtr network, unsigned char *uuid)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    if (!virCallNetwork(&call, network) || !virCallNotNull(&call, uuid, "uuid"))
        return virCallEnd(&call, -1);
    memcpy(uuid, network->ident.uuid, VIR_UUID_BUFLEN);
    return virCallEnd(&call, 0);
}

int virNetworkGetUUIDString(virNetworkPtr network, char *buf)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    if (!virCallNetwork(&call, network) || !virCallNotNull(&call, buf, "buf"))
        return virCallEnd(&call, -1);
    virUUIDFormat(network->ident.uuid, buf);
    return virCallEnd(&call, 0);
}

int virNetworkRef(virNetworkPtr network)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    if (!virCallNetwork(&call, network))
        return virCallEnd(&call, -1);
    g_atomic_int_inc(&network->refs);
    return virCallEnd(&call, 0);
}

int virNetworkFree(virNetworkPtr network)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    if (!virCallNetwork(&call, network))
        return virCallEnd(&call, -1);
    virDatatypesUnrefNetwork(network);
    return virCallEnd(&call, 0);
}

/* --- Changes ---------------------------------------------------------------------------------------------------- */

int virNetworkCreate(virNetworkPtr network)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    int result = -1;

    if (virCallNetwork(&call, network) && virCallWritable(&call) &&
        virCallSupported(&call, call.driver->networkCreate != NULL))
        result = call.driver->networkCreate(call.data, &network->ident, &call.err);
    return virCallEnd(&call, result);
}

int virNetworkDestroy(virNetworkPtr network)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    int result = -1;

    if (virCallNetwork(&call, network) && virCallWritable(&call) &&
        virCallSupported(&call, call.driver->networkDestroy != NULL))
        result = call.driver->networkDestroy(call.data, &network->ident, &call.err);
    return virCallEnd(&call, result);
}

int virNetworkUndefine(virNetworkPtr network)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    int result = -1;

    if (virCallNetwork(&call, network) && virCallWritable(&call) &&
        virCallSupported(&call, call.driver->networkUndefine != NULL))
        result = call.driver->networkUndefine(call.data, &network->ident, &call.err);
    return virCallEnd(&call, result);
}

int virNetworkUpdate(virNetworkPtr network, unsigned int command, unsigned int section, int parentIndex,
                     const char *xml, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    /* From here on the arguments have names, and cannot be swapped. */
    virNetworkUpdateRequest req = { .command = command, .section = section, .parent_index = parentIndex, .xml = xml,
                                    .flags = flags };
    int result = -1;

    if (virCallNetwork(&call, network) && virCallWritable(&call) && virCallNotNull(&call, xml, "xml") &&
        virCallSupported(&call, call.driver->networkUpdate != NULL))
        result = call.driver->networkUpdate(call.data, &network->ident, &req, &call.err);
    return virCallEnd(&call, result);
}

int virNetworkSetMetadata(virNetworkPtr network, int type, const char *metadata, const char *key, const char *uri,
                          unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    virNetworkTextRequest req = { .type = type, .uri = uri, .key = key, .text = metadata, .flags = flags };
    int result = -1;

    if (virCallNetwork(&call, network) && virCallWritable(&call) &&
        virNetworkTextCheck(&req, call.function, &call.err) == 0 &&
        virCallSupported(&call, call.driver->networkSetMetadata != NULL))
        result = call.driver->networkSetMetadata(call.data, &network->ident, &req, &call.err);
    return virCallEnd(&call, result);
}

int virNetworkSetAutostart(virNetworkPtr network, int autostart)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    int result = -1;

    if (virCallNetwork(&call, network) && virCallWritable(&call) &&
        virCallSupported(&call, call.driver->networkSetAutostart != NULL))
        result = call.driver->networkSetAutostart(call.data, &network->ident, autostart, &call.err);
    return virCallEnd(&call, result);
}

/* --- Questions -------------------------------------------------------------------------------------------------- */

int virNetworkGetAutostart(virNetworkPtr network, int *autostart)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    int result = -1;

    if (virCallNetwork(&call, network) && virCallNotNull(&call, autostart, "autostart") &&
        virCallSupported(&call, call.driver->networkGetAutostart != NULL))
        result = call.driver->networkGetAutostart(call.data, &network->ident, autostart, &call.err);
    return virCallEnd(&call, result);
}

int virNetworkIsActive(virNetworkPtr net)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    int answer = -1;

    if (!virCallNetwork(&call, net) || !virCallSupported(&call, call.driver->networkIsActive != NULL) ||
        call.driver->networkIsActive(call.data, &net->ident, &answer, &call.err) < 0)
        answer = -1;
    return virCallEnd(&call, answer);
}

int virNetworkIsPersistent(virNetworkPtr net)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    int answer = -1;

    if (!virCallNetwork(&call, net) || !virCallSupported(&call, call.driver->networkIsPersistent != NULL) ||
        call.driver->networkIsPersistent(call.data, &net->ident, &answer, &call.err) < 0)
        answer = -1;
    return virCallEnd(&call, answer);
}

char *virNetworkGetXMLDesc(virNetworkPtr network, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    char *xml = NULL;

    if (virCallNetwork(&call, network) && virCallSupported(&call, call.driver->networkGetXMLDesc != NULL))
        (void)call.driver->networkGetXMLDesc(call.data, &network->ident, flags, &xml, &call.err);
    return virCallEndPointer(&call, xml);
}

char *virNetworkGetMetadata(virNetworkPtr network, int type, const char *uri, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    virNetworkTextRequest req = { .type = type, .uri = uri, .flags = flags };
    char *text = NULL;

    if (virCallNetwork(&call, network) && virNetworkTextCheckGet(&req, &call.err) == 0 &&
        virCallSupported(&call, call.driver->networkGetMetadata != NULL))
        (void)call.driver->networkGetMetadata(call.data, &network->ident, &req, &text, &call.err);
    return virCallEndPointer(&call, text);
}

char *virNetworkGetBridgeName(virNetworkPtr network)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    char *name = NULL;

    if (virCallNetwork(&call, network) && virCallSupported(&call, call.driver->networkGetBridgeName != NULL))
        (void)call.driver->networkGetBridgeName(call.data, &network->ident, &name, &call.err);
    return virCallEndPointer(&call, name);
}

/* --- Leases ----------------------------------------------------------------------------------------------------- */

void virNetworkDHCPLeaseFree(virNetworkDHCPLeasePtr lease)
{
    if (!lease)
        return;
    free(lease->iface);
    free(lease->mac);
    free(lease->iaid);
    free(lease->ipaddr);
    free(lease->hostname);
    free(lease->clientid);
    free(lease);
}

/* Moves the texts out of @from. */
static virNetworkDHCPLeasePtr publicLease(virDriverLease *from)
{
    virNetworkDHCPLeasePtr lease = g_new0(virNetworkDHCPLease, 1);

    lease->iface = g_steal_pointer(&from->iface);
    lease->expirytime = from->expiry_time;
    lease->type = from->type;
    lease->mac = g_steal_pointer(&from->mac);
    lease->iaid = g_steal_pointer(&from->iaid);
    lease->ipaddr = g_steal_pointer(&from->ipaddr);
    lease->prefix = from->prefix;
    lease->hostname = g_steal_pointer(&from->hostname);
    lease->clientid = g_steal_pointer(&from->clientid);
    return lease;
}

static virNetworkDHCPLeasePtr *publicLeases(GPtrArray *found)
{
    virNetworkDHCPLeasePtr *leases = g_new0(virNetworkDHCPLeasePtr, found->len + 1);

    for (guint i = 0; i < found->len; i++)
        leases[i] = publicLease(found->pdata[i]);
    return leases;
}

int virNetworkGetDHCPLeases(virNetworkPtr network, const char *mac, virNetworkDHCPLeasePtr **leases,
                            unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    g_autoptr(GPtrArray) found = NULL;

    if (leases)
        *leases = NULL;
    if (!virCallNetwork(&call, network) || !virCallSupported(&call, call.driver->networkGetDHCPLeases != NULL) ||
        call.driver->networkGetDHCPLeases(call.data, &network->ident, mac, flags, &found, &call.err) < 0)
        return virCallEnd(&call, -1);
    if (leases)
        *leases = publicLeases(found);
    return virCallEnd(&call, (int)found->len);
}
