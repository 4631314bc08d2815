/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * datatypes.h: the objects behind the public pointers
 *
 * A connection, a network and a port are counted by references and begin with a word that tells them from anything else. Only
 * the public library's own files see their insides; drivers get their own connection and a virNetworkIdent.
 */
#pragma once

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "connect_events.h"
#include "driver.h"

#define VIR_CONNECT_MAGIC 0x4c56434fU
#define VIR_NETWORK_MAGIC 0x4c564e45U
#define VIR_NETWORK_PORT_MAGIC 0x4c564e50U

struct _virConnect {
    unsigned int magic;
    gint refs;
    const virDriver *driver;
    void *data;                     /* the driver's connection */
    gboolean readonly;
    virConnectEvents *events;
    GMutex lock;                    /* guards the three fields below */
    virError error;                 /* of the last call that failed */
    virErrorFunc handler;
    void *handler_data;
};

struct _virNetwork {
    unsigned int magic;
    gint refs;
    virConnectPtr conn;             /* a reference */
    virNetworkIdent ident;
};

struct _virNetworkPort {
    unsigned int magic;
    gint refs;
    virNetworkPtr net;              /* a reference */
    virNetworkPortIdent ident;      /* its network's name is the network's own */
};

/* What a connection is made of; @data and @events are taken over. */
typedef struct {
    const virDriver *driver;
    void *data;                     /* what its connectOpen gave */
    gboolean readonly;
    virConnectEvents *events;       /* whose sink it was given */
} virConnectParts;

virConnectPtr virDatatypesNewConnect(const virConnectParts *parts);

/* Returns whether references remain; the last one closes the driver's connection. */
gboolean virDatatypesUnrefConnect(virConnectPtr conn);

/* Takes over @ident and takes a reference of @conn. */
virNetworkPtr virDatatypesNewNetwork(virConnectPtr conn, virNetworkIdent *ident);

void virDatatypesUnrefNetwork(virNetworkPtr network);

/* Takes a reference of @net. */
virNetworkPortPtr virDatatypesNewNetworkPort(virNetworkPtr net, const unsigned char *uuid);

void virDatatypesUnrefNetworkPort(virNetworkPortPtr port);

/* Whether the pointer is such an object, as far as can be told; NULL is not. */
gboolean virDatatypesIsConnect(const void *pointer);
gboolean virDatatypesIsNetwork(const void *pointer);
gboolean virDatatypesIsNetworkPort(const void *pointer);
