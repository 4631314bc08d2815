/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * datatypes.c: the objects behind the public pointers: made, counted, freed
 *
 * Checks nothing but the word that an object begins with; the public functions do the rest.
 */
#include "datatypes.h"

#include <string.h>

virConnectPtr virDatatypesNewConnect(const virConnectParts *parts)
{
    virConnectPtr conn = g_new0(struct _virConnect, 1);

    conn->magic = VIR_CONNECT_MAGIC;
    conn->refs = 1;
    conn->driver = parts->driver;
    conn->data = parts->data;
    conn->readonly = parts->readonly;
    conn->events = parts->events;
    g_mutex_init(&conn->lock);
    virConnectEventsAttach(conn->events, conn);
    return conn;
}

gboolean virDatatypesUnrefConnect(virConnectPtr conn)
{
    if (!g_atomic_int_dec_and_test(&conn->refs))
        return TRUE;
    conn->magic = 0;
    conn->driver->connectClose(conn->data);
    virConnectEventsFree(conn->events);
    virResetError(&conn->error);
    g_mutex_clear(&conn->lock);
    g_free(conn);
    return FALSE;
}

virNetworkPtr virDatatypesNewNetwork(virConnectPtr conn, virNetworkIdent *ident)
{
    virNetworkPtr network = g_new0(struct _virNetwork, 1);

    network->magic = VIR_NETWORK_MAGIC;
    network->refs = 1;
    g_atomic_int_inc(&conn->refs);
    network->conn = conn;
    network->ident = *ident;
    g_free(ident);
    return network;
}

void virDatatypesUnrefNetwork(virNetworkPtr network)
{
    if (!g_atomic_int_dec_and_test(&network->refs))
        return;
    network->magic = 0;
    g_free(network->ident.name);
    (void)virDatatypesUnrefConnect(network->conn);
    g_free(network);
}

virNetworkPortPtr virDatatypesNewNetworkPort(virNetworkPtr net, const unsigned char *uuid)
{
    virNetworkPortPtr port = g_new0(struct _virNetworkPort, 1);

    port->magic = VIR_NETWORK_PORT_MAGIC;
    port->refs = 1;
    g_atomic_int_inc(&net->refs);
    port->net = net;
    port->ident.net = net->ident;
    memcpy(port->ident.uuid, uuid, sizeof(port->ident.uuid));
    return port;
}

void virDatatypesUnrefNetworkPort(virNetworkPortPtr port)
{
    if (!g_atomic_int_dec_and_test(&port->refs))
        return;
    port->magic = 0;
    virDatatypesUnrefNetwork(port->net);
    g_free(port);
}

gboolean virDatatypesIsConnect(const void *pointer)
{
    return pointer && ((virConnectPtr)pointer)->magic == VIR_CONNECT_MAGIC;
}

gboolean virDatatypesIsNetwork(const void *pointer)
{
    return pointer && ((virNetworkPtr)pointer)->magic == VIR_NETWORK_MAGIC;
}

gboolean virDatatypesIsNetworkPort(const void *pointer)
{
    return pointer && ((virNetworkPortPtr)pointer)->magic == VIR_NETWORK_PORT_MAGIC;
}
