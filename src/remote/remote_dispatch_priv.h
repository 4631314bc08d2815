/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_dispatch_priv.h: what the dispatch table's engine and the functions in its rows share
 */
#pragma once

#include "remote_dispatch.h"
#include "remote_plan_protocol.h"
#include "remote_procedures.h"
#include "remote_protocol.h"

struct _virRemoteDispatch {
    virRemoteDispatchConfig config;
};

/* One client; its calls come from several threads. */
typedef struct {
    virRemoteDispatch *dispatch;
    virDriverSink *sink;    /* where its connection delivers events; NULL: nowhere */
    GMutex lock;            /* guards the rest */
    gboolean readonly;
    gboolean opening;       /* a CONNECT_OPEN is under way */
    void *conn;             /* of the driver; NULL: not open. Never changes again once it is set */
} virRemoteClient;

typedef struct _virRemoteRow virRemoteRow;

/* One call while it is served. */
typedef struct {
    virRemoteClient *client;
    const virDriver *driver;
    void *conn;                             /* NULL only for rows with VIR_REMOTE_ANYTIME */
    gint32 number;
    const virRemoteRow *row;
    const virRemoteProcedure *procedure;    /* NULL: has no public function (authentication) */
    virRpcAnswer *answer;                   /* for the rows that end the connection or start keepalive */
} virRemoteCall;

/*
 * @args is decoded, @ret zeroed; both of the row's types. Returns 0, or -1 with @err: what @ret holds is freed either
 * way. May be slow.
 */
typedef int (*virRemoteFunc)(const virRemoteCall *call, const void *args, void *ret, GError **err);

typedef enum {
    VIR_REMOTE_HIGH = 1 << 0,       /* never waits for work on the host: may use the workers kept for high priority */
    VIR_REMOTE_WRITES = 1 << 1,     /* refused on read-only connections */
    VIR_REMOTE_ANYTIME = 1 << 2,    /* also before CONNECT_OPEN */
    VIR_REMOTE_TURNS = 1 << 3,      /* changes the network that its arguments begin with: such calls wait for each other */
    VIR_REMOTE_TURNS_XML = 1 << 4,  /* the same for the network whose document they begin with */
    VIR_REMOTE_AT_ONCE = 1 << 5,    /* a constant, or little more: no worker is woken for it */
} virRemoteRowFlags;

struct _virRemoteRow {
    xdrproc_t decode;       /* NULL: no arguments */
    gsize args_size;
    virRemoteFunc call;     /* NULL: not served */
    xdrproc_t encode;       /* NULL: no result */
    gsize ret_size;
    unsigned int flags;     /* virRemoteRowFlags */
    gsize needs;            /* offset in virDriver of the function that @call uses; 0: none */
};

/* Any function of a driver table, before it is cast to what it is. */
typedef void (*virRemoteDriverFunc)(void);

/* The driver's function that the row needs, cast to @type. */
#define VIR_REMOTE_DRIVER(call_, type) \
    ((type)G_STRUCT_MEMBER(virRemoteDriverFunc, (call_)->driver, (call_)->row->needs))

/* remote_dispatch_connect.c */
int virRemoteServeAuthList(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeAuthOther(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeOpen(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeClose(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeGetType(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeGetURI(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeGetHostname(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeGetVersion(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeIsSecure(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeFeature(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeNothing(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeSetIdentity(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeDeregister(const virRemoteCall *call, const void *args, void *ret, GError **err);

/* remote_dispatch_event.c */
int virRemoteServeEventRegister(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeEventDeregister(const virRemoteCall *call, const void *args, void *ret, GError **err);

/* Makes messages of events. Takes a reference of @mailbox. */
virDriverSink *virRemoteSinkNew(virRpcMailbox *mailbox);

/* remote_dispatch_network.c */
int virRemoteServeCount(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeNames(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeListAll(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeLookupByName(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeLookupByUUID(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeXML(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeXMLFlags(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeAction(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeGetInt(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeGetXMLDesc(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeSetMetadata(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeGetMetadata(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeGetBridgeName(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeSetAutostart(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeLeases(const virRemoteCall *call, const void *args, void *ret, GError **err);

/* remote_dispatch_node.c */
int virRemoteServeGetCapabilities(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeNodeInfo(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServeDomains(const virRemoteCall *call, const void *args, void *ret, GError **err);

/* remote_dispatch_port.c */
int virRemoteServeListAllPorts(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServePortLookup(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServePortCreate(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServePortGetParameters(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServePortSetParameters(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServePortGetXMLDesc(const virRemoteCall *call, const void *args, void *ret, GError **err);
int virRemoteServePortDelete(const virRemoteCall *call, const void *args, void *ret, GError **err);

/* remote_dispatch_plan.c */
int virRemoteServePlanUpdate(const virRemoteCall *call, const void *args, void *ret, GError **err);

/* remote_dispatch_update.c */
int virRemoteServeUpdate(const virRemoteCall *call, const void *args, void *ret, GError **err);
