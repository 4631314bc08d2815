/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_driver_priv.h: what the files of the remote driver, remote_driver*.c, share
 */
#pragma once

#include "driver.h"
#include "remote_protocol.h"
#include "remote_watch.h"
#include "rpc_client.h"

typedef struct {
    virRpcClient *rpc;
    virRemoteWatch *watch;      /* NULL: the program runs no event loop */
    gboolean server_keepalive;  /* the server answers signs of life; known only where the loop would ask for them */
    char *uri;          /* what the connection was opened with */
    GMutex lock;        /* guards the next */
    char *type;         /* asked once; NULL: not yet */
} virRemoteConnection;

/* One call with its arguments and its result. */
typedef struct {
    virRpcClientRequest request;
    xdrproc_t decode;   /* of the result; NULL: there is none */
    void *ret;          /* zeroed; on success to be freed by xdr_free(@decode, @ret) */
} virRemoteRequest;

/* For initialisers: what goes out and what comes back; either may be left out. */
#define WIRE_ARGS(type, value) .request.encode = (xdrproc_t)xdr_##type, .request.args = (value)
#define WIRE_RET(type, place) .decode = (xdrproc_t)xdr_##type, .ret = (place)

/* Returns 0, or -1 with the server's error or that of the connection. */
int virRemoteRequestSend(virRemoteConnection *conn, const virRemoteRequest *request, GError **err);

/* remote_driver.c: calls a procedure that has no arguments and gives a text. */
int virRemoteAskString(virRemoteConnection *conn, gint32 procedure, char **ret_text, GError **err);

/* remote_driver.c: whether the server has a feature; *@ret_supported is 0 or 1. */
int virRemoteSupportsFeature(virRemoteConnection *conn, int feature, int *ret_supported, GError **err);

/* remote_driver_event.c: a client of the RPC protocol that delivers to @sink, of which it takes a reference */
virRpcClient *virRemoteClientNew(int fd, virDriverSink *sink);

/* remote_driver_event.c: the functions of the driver table */
int virRemoteEventRegister(void *conn, const virNetworkEventFilter *filter, int *ret_registration, GError **err);
int virRemoteEventDeregister(void *conn, int registration, GError **err);
int virRemoteWatchClose(void *conn, gboolean wanted, GError **err);
int virRemoteSetKeepAlive(void *conn, int interval, unsigned int count, int *ret, GError **err);

/* remote_driver_node.c: the functions of the driver table */
int virRemoteGetCapabilities(void *conn, char **ret_xml, GError **err);
int virRemoteNodeGetInfo(void *conn, virNodeInfo *ret_info, GError **err);
int virRemoteCountDomains(void *conn, unsigned int flags, unsigned int *ret_count, GError **err);

/* remote_driver_network.c: the functions of the driver table */
int virRemoteNetworkLookupByName(void *conn, const char *name, virNetworkIdent **ret_net, GError **err);
int virRemoteNetworkLookupByUUID(void *conn, const unsigned char *uuid, virNetworkIdent **ret_net, GError **err);
int virRemoteNetworkListAll(void *conn, unsigned int flags, GPtrArray **ret_nets, GError **err);
int virRemoteNetworkDefineXML(void *conn, const char *xml, unsigned int flags, virNetworkIdent **ret_net, GError **err);
int virRemoteNetworkCreateXML(void *conn, const char *xml, unsigned int flags, virNetworkIdent **ret_net, GError **err);
int virRemoteNetworkUndefine(void *conn, const virNetworkIdent *net, GError **err);
int virRemoteNetworkCreate(void *conn, const virNetworkIdent *net, GError **err);
int virRemoteNetworkDestroy(void *conn, const virNetworkIdent *net, GError **err);
int virRemoteNetworkUpdate(void *conn, const virNetworkIdent *net, const virNetworkUpdateRequest *req, GError **err);
int virRemoteNetworkGetXMLDesc(void *conn, const virNetworkIdent *net, unsigned int flags, char **ret_xml,
                               GError **err);
int virRemoteNetworkSetMetadata(void *conn, const virNetworkIdent *net, const virNetworkTextRequest *req, GError **err);
int virRemoteNetworkGetMetadata(void *conn, const virNetworkIdent *net, const virNetworkTextRequest *req, char **ret_text,
                                GError **err);
int virRemoteNetworkGetBridgeName(void *conn, const virNetworkIdent *net, char **ret_name, GError **err);
int virRemoteNetworkGetAutostart(void *conn, const virNetworkIdent *net, int *ret_autostart, GError **err);
int virRemoteNetworkSetAutostart(void *conn, const virNetworkIdent *net, int autostart, GError **err);
int virRemoteNetworkIsActive(void *conn, const virNetworkIdent *net, int *ret_active, GError **err);
int virRemoteNetworkIsPersistent(void *conn, const virNetworkIdent *net, int *ret_persistent, GError **err);
int virRemoteNetworkGetDHCPLeases(void *conn, const virNetworkIdent *net, const char *mac, unsigned int flags,
                                  GPtrArray **ret_leases, GError **err);

/* remote_driver_plan.c: the same for the program of our own */
int virRemoteNetworkPlanUpdate(void *conn, const virNetworkIdent *net, const virNetworkUpdateRequest *req, char **ret_plan,
                               GError **err);

/* remote_driver_port.c: the same for ports */
int virRemoteNetworkListAllPorts(void *conn, const virNetworkIdent *net, unsigned int flags, GPtrArray **ret_ports,
                                 GError **err);
int virRemoteNetworkPortLookupByUUID(void *conn, const virNetworkPortIdent *port, virNetworkPortIdent **ret_port,
                                     GError **err);
int virRemoteNetworkPortCreateXML(void *conn, const virNetworkIdent *net, const char *xml, unsigned int flags,
                                  virNetworkPortIdent **ret_port, GError **err);
int virRemoteNetworkPortGetParameters(void *conn, const virNetworkPortIdent *port, unsigned int flags,
                                      GArray **ret_params, GError **err);
int virRemoteNetworkPortSetParameters(void *conn, const virNetworkPortIdent *port, const GArray *params,
                                      unsigned int flags, GError **err);
int virRemoteNetworkPortGetXMLDesc(void *conn, const virNetworkPortIdent *port, unsigned int flags, char **ret_xml,
                                   GError **err);
int virRemoteNetworkPortDelete(void *conn, const virNetworkPortIdent *port, unsigned int flags, GError **err);
