/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * driver.h: what a driver offers to the public library and to the RPC server
 *
 * Three drivers fill this table: remote (calls a daemon), bridge (real networks; in the daemon), test (in memory).
 * The callers, src/libvirt.c and src/remote/remote_dispatch.c, have checked pointers, read-only access and flags that are
 * theirs; a driver checks the flags it knows and everything else.
 *
 * Contract of all functions: @conn is what connectOpen returned. Results are written on success only and belong to
 * the caller. Returns 0, or -1 with @err set. They may be called from several threads at once. A function that is NULL
 * is answered with VIR_ERR_NO_SUPPORT.
 */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

/* How a network is named in calls: by name and uuid; drivers look it up by uuid. */
typedef struct {
    char *name;
    unsigned char uuid[16];
} virNetworkIdent;

virNetworkIdent *virNetworkIdentNew(const char *name, const unsigned char *uuid);
void virNetworkIdentFree(virNetworkIdent *ident);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkIdent, virNetworkIdentFree)

/* How a port is named in calls: by its network and its own uuid. */
typedef struct {
    virNetworkIdent net;
    unsigned char uuid[16];
} virNetworkPortIdent;

virNetworkPortIdent *virNetworkPortIdentNew(const virNetworkIdent *net, const unsigned char *uuid);
void virNetworkPortIdentFree(virNetworkPortIdent *ident);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkPortIdent, virNetworkPortIdentFree)

/* An array of virTypedParameter that owns the texts in it. */
GArray *virDriverParamsNew(void);

/* One virNetworkUpdate call. A struct, because command and section are of one type and were once swapped for nine years. */
typedef struct {
    unsigned int command;       /* virNetworkUpdateCommand */
    unsigned int section;       /* virNetworkUpdateSection */
    int parent_index;
    const char *xml;
    unsigned int flags;         /* virNetworkUpdateFlags */
} virNetworkUpdateRequest;

/* Title, description or a metadata element of a network. */
typedef struct {
    int type;                   /* virNetworkMetadataType */
    const char *uri;            /* of an element: its namespace; else NULL */
    const char *key;            /* setting an element: the namespace's prefix; else NULL */
    const char *text;           /* setting: the new one; NULL: none */
    unsigned int flags;         /* virNetworkUpdateFlags */
} virNetworkTextRequest;

/**
 * virNetworkTextCheck:
 * @function: whose arguments they are, for messages
 *
 * Checks what virNetworkSetMetadata is given; virNetworkTextCheckGet does so for virNetworkGetMetadata. The library asks before
 * it calls a driver, and the driver asks again, since not every client of a daemon is the library.
 */
int virNetworkTextCheck(const virNetworkTextRequest *req, const char *function, GError **err);
int virNetworkTextCheckGet(const virNetworkTextRequest *req, GError **err);

/* One DHCP lease; absent texts are NULL. */
typedef struct {
    char *iface;                /* the bridge */
    gint64 expiry_time;         /* seconds since 1970; 0: never */
    int type;                   /* virIPAddrType */
    char *mac;
    char *iaid;
    char *ipaddr;
    unsigned int prefix;
    char *hostname;
    char *clientid;             /* DUID for IPv6 */
} virDriverLease;

void virDriverLeaseFree(virDriverLease *lease);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDriverLease, virDriverLeaseFree)

/* Something that has happened to a network. */
typedef struct {
    virNetworkIdent net;
    int id;                     /* virNetworkEventID: what kind it is */
    int what;                   /* lifecycle: virNetworkEventLifecycleType; metadata: virNetworkMetadataType */
    int detail;                 /* lifecycle */
    char *uri;                  /* metadata: the namespace of an element; else NULL */
} virNetworkEvent;

virNetworkEvent *virNetworkEventCopy(const virNetworkEvent *event);
void virNetworkEventFree(virNetworkEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkEvent, virNetworkEventFree)

/* Which events somebody wants. */
typedef struct {
    int id;                     /* virNetworkEventID */
    const virNetworkIdent *net; /* NULL: those of all networks. It need not exist */
} virNetworkEventFilter;

/*
 * Where a connection delivers what nobody has called for. It is counted by references: a driver may still deliver while
 * the connection is being closed, to a receiver that must then drop it. Functions may be called on any thread, one event of
 * a network after the other, without locks that they could meet again; they must not wait.
 */
typedef struct {
    gatomicrefcount refs;
    /* An event for the registration @registration, which networkEventRegister gave; perhaps before it has returned. */
    void (*event)(int registration, const virNetworkEvent *event, void *opaque);
    /* The connection has ended by itself. @reason: virConnectCloseReason. At most once. */
    void (*closed)(int reason, void *opaque);
    GDestroyNotify free_opaque;
    void *opaque;
} virDriverSink;

/* @model is copied but for its count; NULL functions are not called. */
virDriverSink *virDriverSinkNew(const virDriverSink *model);
virDriverSink *virDriverSinkRef(virDriverSink *sink);
void virDriverSinkUnref(virDriverSink *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDriverSink, virDriverSinkUnref)

/* The program's event loop, as virEventRegisterImpl takes it. */
typedef struct {
    virEventAddHandleFunc addHandle;
    virEventUpdateHandleFunc updateHandle;
    virEventRemoveHandleFunc removeHandle;
    virEventAddTimeoutFunc addTimeout;
    virEventUpdateTimeoutFunc updateTimeout;
    virEventRemoveTimeoutFunc removeTimeout;
} virEventLoop;

/* What a connection is opened with. */
typedef struct {
    const char *uri;            /* NULL or "": none given */
    gboolean readonly;
    unsigned int flags;         /* virConnectFlags */
    virDriverSink *sink;        /* the driver takes a reference; NULL: nobody listens, ever */
    const virEventLoop *loop;   /* lives for ever; NULL: the program runs none */
} virDriverOpenRequest;

typedef struct {
    /* Name of the driver in messages. */
    const char *name;

    /*
     * Opens @req->uri. Fails with VIR_ERR_NO_CONNECT if the scheme is another driver's, any other code if it is this
     * driver's and does not work.
     */
    int (*connectOpen)(const virDriverOpenRequest *req, void **ret_conn, GError **err);
    void (*connectClose)(void *conn);

    /* *@ret_type is a static string or one that lives as long as @conn. */
    int (*connectGetType)(void *conn, const char **ret_type, GError **err);
    int (*connectGetURI)(void *conn, char **ret_uri, GError **err);
    int (*connectGetHostname)(void *conn, char **ret_hostname, GError **err);
    int (*connectGetVersion)(void *conn, unsigned long *ret_version, GError **err);
    int (*connectGetLibVersion)(void *conn, unsigned long *ret_version, GError **err);
    /* The next three give 0 or 1 in *@ret. */
    int (*connectIsAlive)(void *conn, int *ret, GError **err);
    int (*connectIsEncrypted)(void *conn, int *ret, GError **err);
    int (*connectIsSecure)(void *conn, int *ret, GError **err);
    /* *@ret is 0, or 1 if the other side does not know keepalive. @interval in seconds; <= 0: no longer. */
    int (*connectSetKeepAlive)(void *conn, int interval, unsigned int count, int *ret, GError **err);
    /* The host's capabilities as XML. */
    int (*connectGetCapabilities)(void *conn, char **ret_xml, GError **err);
    int (*nodeGetInfo)(void *conn, virNodeInfo *ret_info, GError **err);
    /* How many guests there are of @flags: virConnectListAllDomains's filters. They cannot be listed. */
    int (*connectCountDomains)(void *conn, unsigned int flags, unsigned int *ret_count, GError **err);
    /* Whether the sink's closed is wanted. A driver that lacks this one never calls it. */
    int (*connectWatchClose)(void *conn, gboolean wanted, GError **err);

    /* *@ret_registration is unique in the connection. A connection registers no filter twice. */
    int (*networkEventRegister)(void *conn, const virNetworkEventFilter *filter, int *ret_registration, GError **err);
    int (*networkEventDeregister)(void *conn, int registration, GError **err);

    int (*networkLookupByName)(void *conn, const char *name, virNetworkIdent **ret_net, GError **err);
    int (*networkLookupByUUID)(void *conn, const unsigned char *uuid, virNetworkIdent **ret_net, GError **err);
    /* @flags: virConnectListAllNetworksFlags. *@ret_nets: array of virNetworkIdent with its free function set. */
    int (*networkListAll)(void *conn, unsigned int flags, GPtrArray **ret_nets, GError **err);

    int (*networkDefineXML)(void *conn, const char *xml, unsigned int flags, virNetworkIdent **ret_net, GError **err);
    int (*networkCreateXML)(void *conn, const char *xml, unsigned int flags, virNetworkIdent **ret_net, GError **err);
    int (*networkUndefine)(void *conn, const virNetworkIdent *net, GError **err);
    int (*networkCreate)(void *conn, const virNetworkIdent *net, GError **err);
    int (*networkDestroy)(void *conn, const virNetworkIdent *net, GError **err);
    int (*networkUpdate)(void *conn, const virNetworkIdent *net, const virNetworkUpdateRequest *req, GError **err);
    /* What networkUpdate would do, without doing it. *@ret_plan: as virNetworkPriceFormat (src/plan/plan_price.h). */
    int (*networkPlanUpdate)(void *conn, const virNetworkIdent *net, const virNetworkUpdateRequest *req, char **ret_plan,
                             GError **err);

    int (*networkGetXMLDesc)(void *conn, const virNetworkIdent *net, unsigned int flags, char **ret_xml, GError **err);
    int (*networkSetMetadata)(void *conn, const virNetworkIdent *net, const virNetworkTextRequest *req, GError **err);
    int (*networkGetMetadata)(void *conn, const virNetworkIdent *net, const virNetworkTextRequest *req, char **ret_text,
                              GError **err);
    int (*networkGetBridgeName)(void *conn, const virNetworkIdent *net, char **ret_name, GError **err);
    int (*networkGetAutostart)(void *conn, const virNetworkIdent *net, int *ret_autostart, GError **err);
    int (*networkSetAutostart)(void *conn, const virNetworkIdent *net, int autostart, GError **err);
    int (*networkIsActive)(void *conn, const virNetworkIdent *net, int *ret_active, GError **err);
    int (*networkIsPersistent)(void *conn, const virNetworkIdent *net, int *ret_persistent, GError **err);
    /* @mac: NULL for all. *@ret_leases: array of virDriverLease with its free function set. */
    int (*networkGetDHCPLeases)(void *conn, const virNetworkIdent *net, const char *mac, unsigned int flags,
                                GPtrArray **ret_leases, GError **err);

    /* *@ret_ports: array of virNetworkPortIdent with its free function set. */
    int (*networkListAllPorts)(void *conn, const virNetworkIdent *net, unsigned int flags, GPtrArray **ret_ports,
                               GError **err);
    int (*networkPortLookupByUUID)(void *conn, const virNetworkPortIdent *port, virNetworkPortIdent **ret_port, GError **err);
    int (*networkPortCreateXML)(void *conn, const virNetworkIdent *net, const char *xml, unsigned int flags,
                                virNetworkPortIdent **ret_port, GError **err);
    /* *@ret_params: as virDriverParamsNew. */
    int (*networkPortGetParameters)(void *conn, const virNetworkPortIdent *port, unsigned int flags, GArray **ret_params,
                                    GError **err);
    int (*networkPortSetParameters)(void *conn, const virNetworkPortIdent *port, const GArray *params, unsigned int flags,
                                    GError **err);
    int (*networkPortGetXMLDesc)(void *conn, const virNetworkPortIdent *port, unsigned int flags, char **ret_xml,
                                 GError **err);
    int (*networkPortDelete)(void *conn, const virNetworkPortIdent *port, unsigned int flags, GError **err);
} virDriver;
