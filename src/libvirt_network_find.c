/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_network_find.c: public functions that give networks: lists, look-ups, define and create
 *
 * The drivers know one list function; the four old ones, which count and name networks, are made of it here. Functions
 * for a network that one has are in libvirt_network.c.
 */
#include "libvirt_call.h"

/* --- Lists ------------------------------------------------------------------------------------------------------ */

/* Networks of @flags; NULL with the call's error set. */
static GPtrArray *listNetworks(virCall *call, unsigned int flags)
{
    GPtrArray *found = NULL;

    if (virCallSupported(call, call->driver->networkListAll != NULL))
        (void)call->driver->networkListAll(call->data, flags, &found, &call->err);
    return found;
}

static virNetworkPtr *publicNetworks(virConnectPtr conn, GPtrArray *found)
{
    virNetworkPtr *nets = g_new0(virNetworkPtr, found->len + 1);

    for (guint i = 0; i < found->len; i++)
        nets[i] = virDatatypesNewNetwork(conn, g_steal_pointer(&found->pdata[i]));
    return nets;
}

int virConnectListAllNetworks(virConnectPtr conn, virNetworkPtr **nets, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    g_autoptr(GPtrArray) found = NULL;

    if (nets)
        *nets = NULL;
    if (virCallConnect(&call, conn))
        found = listNetworks(&call, flags);
    if (!found)
        return virCallEnd(&call, -1);
    if (nets)
        *nets = publicNetworks(conn, found);
    return virCallEnd(&call, (int)found->len);
}

static int countNetworks(virCall *call, virConnectPtr conn, unsigned int flags)
{
    g_autoptr(GPtrArray) found = NULL;

    if (virCallConnect(call, conn))
        found = listNetworks(call, flags);
    return virCallEnd(call, found ? (int)found->len : -1);
}

/* Where names go to. */
typedef struct {
    char **names;
    int max;
} NameList;

static int nameNetworks(virCall *call, virConnectPtr conn, unsigned int flags, const NameList *to)
{
    g_autoptr(GPtrArray) found = NULL;
    int n_names;

    if (virCallConnect(call, conn) && (to->max <= 0 || virCallNotNull(call, to->names, "names")) &&
        virCallNotNegative(call, to->max, "maxnames"))
        found = listNetworks(call, flags);
    if (!found)
        return virCallEnd(call, -1);
    n_names = MIN((int)found->len, to->max);
    for (int i = 0; i < n_names; i++)
        to->names[i] = g_steal_pointer(&((virNetworkIdent *)found->pdata[i])->name);
    return virCallEnd(call, n_names);
}

int virConnectNumOfNetworks(virConnectPtr conn)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    return countNetworks(&call, conn, VIR_CONNECT_LIST_NETWORKS_ACTIVE);
}

int virConnectListNetworks(virConnectPtr conn, char **const names, int maxnames)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    NameList to = { .names = names, .max = maxnames };

    return nameNetworks(&call, conn, VIR_CONNECT_LIST_NETWORKS_ACTIVE, &to);
}

int virConnectNumOfDefinedNetworks(virConnectPtr conn)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    return countNetworks(&call, conn, VIR_CONNECT_LIST_NETWORKS_INACTIVE);
}

int virConnectListDefinedNetworks(virConnectPtr conn, char **const names, int maxnames)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    NameList to = { .names = names, .max = maxnames };

    return nameNetworks(&call, conn, VIR_CONNECT_LIST_NETWORKS_INACTIVE, &to);
}

/* --- Look-ups --------------------------------------------------------------------------------------------------- */

/* Ends the call with the network that @ident names; NULL is a failure. */
static virNetworkPtr endWithNetwork(virCall *call, virNetworkIdent *ident)
{
    return virCallEndPointer(call, ident ? virDatatypesNewNetwork(call->conn, ident) : NULL);
}

virNetworkPtr virNetworkLookupByName(virConnectPtr conn, const char *name)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    virNetworkIdent *ident = NULL;

    if (virCallConnect(&call, conn) && virCallNotNull(&call, name, "name") &&
        virCallSupported(&call, call.driver->networkLookupByName != NULL))
        (void)call.driver->networkLookupByName(call.data, name, &ident, &call.err);
    return endWithNetwork(&call, ident);
}

static virNetworkIdent *lookupUUID(virCall *call, const unsigned char *uuid)
{
    virNetworkIdent *ident = NULL;

    if (virCallSupported(call, call->driver->networkLookupByUUID != NULL))
        (void)call->driver->networkLookupByUUID(call->data, uuid, &ident, &call->err);
    return ident;
}

virNetworkPtr virNetworkLookupByUUID(virConnectPtr conn, const unsigned char *uuid)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    virNetworkIdent *ident = NULL;

    if (virCallConnect(&call, conn) && virCallNotNull(&call, uuid, "uuid"))
        ident = lookupUUID(&call, uuid);
    return endWithNetwork(&call, ident);
}

virNetworkPtr virNetworkLookupByUUIDString(virConnectPtr conn, const char *uuid)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);
    unsigned char raw[VIR_UUID_BUFLEN];
    virNetworkIdent *ident = NULL;

    if (virCallConnect(&call, conn) && virCallNotNull(&call, uuid, "uuidstr") && virCallUUIDString(&call, uuid, raw))
        ident = lookupUUID(&call, raw);
    return endWithNetwork(&call, ident);
}

/* --- From XML --------------------------------------------------------------------------------------------------- */

static virNetworkPtr createXML(virCall *call, virConnectPtr conn, const char *xml, unsigned int flags)
{
    virNetworkIdent *ident = NULL;

    /* Unlike elsewhere the argument is judged before the access. */
    if (virCallConnect(call, conn) && virCallNotNull(call, xml, "xmlDesc") && virCallWritable(call) &&
        virCallSupported(call, call->driver->networkCreateXML != NULL))
        (void)call->driver->networkCreateXML(call->data, xml, flags, &ident, &call->err);
    return endWithNetwork(call, ident);
}

virNetworkPtr virNetworkCreateXML(virConnectPtr conn, const char *xmlDesc)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    return createXML(&call, conn, xmlDesc, 0);
}

virNetworkPtr virNetworkCreateXMLFlags(virConnectPtr conn, const char *xmlDesc, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    return createXML(&call, conn, xmlDesc, flags);
}

static virNetworkPtr defineXML(virCall *call, virConnectPtr conn, const char *xml, unsigned int flags)
{
    virNetworkIdent *ident = NULL;

    if (virCallConnect(call, conn) && virCallWritable(call) && virCallNotNull(call, xml, "xml") &&
        virCallSupported(call, call->driver->networkDefineXML != NULL))
        (void)call->driver->networkDefineXML(call->data, xml, flags, &ident, &call->err);
    return endWithNetwork(call, ident);
}

virNetworkPtr virNetworkDefineXML(virConnectPtr conn, const char *xmlDesc)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    return defineXML(&call, conn, xmlDesc, 0);
}

virNetworkPtr virNetworkDefineXMLFlags(virConnectPtr conn, const char *xmlDesc, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_NETWORK);

    return defineXML(&call, conn, xmlDesc, flags);
}
