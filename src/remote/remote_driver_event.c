/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_driver_event.c: the driver that calls a daemon: what the daemon tells by itself
 *
 * Registers for events, and makes of a daemon's messages and of the connection's end what the connection's sink takes.
 * Who wants to know is kept by the daemon and the public library.
 */
#include "remote_driver_priv.h"

#include "remote_wire.h"
#include "virerror.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_REMOTE

#define FEATURE_EVENT_CALLBACKS 14
#define FEATURE_CLOSE_CALLBACK 15

static void onLifecycle(virDriverSink *sink, const void *opaque)
{
    const wire_lifecycle_event *message = opaque;
    const virNetworkEvent event = { .net = virRemoteWireBorrowIdent(&message->net), .id = VIR_NETWORK_EVENT_ID_LIFECYCLE,
                                    .what = message->event, .detail = message->detail };

    if (sink->event)
        sink->event(message->callback, &event, sink->opaque);
}

static void onMetadata(virDriverSink *sink, const void *opaque)
{
    const wire_metadata_event *message = opaque;
    const virNetworkEvent event = { .net = virRemoteWireBorrowIdent(&message->net),
                                    .id = VIR_NETWORK_EVENT_ID_METADATA_CHANGE, .what = message->type,
                                    .uri = (char *)virRemoteWireGetOptional(message->uri) };

    if (sink->event)
        sink->event(message->callback, &event, sink->opaque);
}

/* The daemon has lost what it drives. */
static void onClosed(virDriverSink *sink, const void *opaque)
{
    const int *reason = opaque;

    if (sink->closed)
        sink->closed(*reason, sink->opaque);
}

static const struct {
    gint32 procedure;
    xdrproc_t decode;
    void (*deliver)(virDriverSink *sink, const void *message);
} messages[] = {
    { WIRE_NETWORK_EVENT_LIFECYCLE, (xdrproc_t)xdr_wire_lifecycle_event, onLifecycle },
    { WIRE_NETWORK_EVENT_CALLBACK_METADATA_CHANGE, (xdrproc_t)xdr_wire_metadata_event, onMetadata },
    { WIRE_CONNECT_EVENT_CONNECTION_CLOSED, (xdrproc_t)xdr_int, onClosed },
};

static void deliver(virDriverSink *sink, const GByteArray *frame, gsize row)
{
    union {
        wire_lifecycle_event lifecycle;
        wire_metadata_event metadata;
        int reason;
    } message = { 0 };
    g_autoptr(GError) failure = NULL;

    if (virRpcPayloadDecode(frame->data + VIR_RPC_HEADER_BYTES, frame->len - VIR_RPC_HEADER_BYTES, messages[row].decode,
                            &message, &failure) < 0) {
        VIR_WARN("an event of the daemon is dropped: %s", failure->message);
        return;
    }
    messages[row].deliver(sink, &message);
    xdr_free(messages[row].decode, &message);
}

static void onMessage(const GByteArray *frame, void *sink)
{
    virRpcHeader header;

    virRpcFrameGetHeader(frame, &header);
    if (header.program != VIR_RPC_PROGRAM_REMOTE || header.version != VIR_RPC_PROGRAM_VERSION)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        if (header.procedure == messages[i].procedure)
            deliver(sink, frame, i);
    }
}

static void onEnded(int reason, void *opaque)
{
    virDriverSink *sink = opaque;

    if (sink->closed)
        sink->closed(reason, sink->opaque);
}

static void freeSink(gpointer sink)
{
    virDriverSinkUnref(sink);
}

virRpcClient *virRemoteClientNew(int fd, virDriverSink *sink)
{
    const virRpcClientListener listener = { .message = onMessage, .ended = onEnded, .free_opaque = freeSink,
                                            .opaque = sink ? virDriverSinkRef(sink) : NULL };

    return virRpcClientNew(fd, sink ? &listener : NULL);
}

int virRemoteEventRegister(void *opaque, const virNetworkEventFilter *filter, int *ret_registration, GError **err)
{
    virRemoteConnection *conn = opaque;
    int supported = 0;
    wire_network net;
    wire_event_register_args args = { .event = filter->id };
    virRemoteRequest request = { .request.procedure = WIRE_CONNECT_NETWORK_EVENT_REGISTER_ANY,
                                 WIRE_ARGS(wire_event_register_args, &args), WIRE_RET(int, ret_registration) };

    if (virRemoteSupportsFeature(conn, FEATURE_EVENT_CALLBACKS, &supported, err) < 0)
        return -1;
    if (!supported)
        return virErrorSet(err, VIR_FROM_REMOTE, VIR_ERR_NO_SUPPORT, "virConnectNetworkEventRegisterAny");
    if (filter->net) {
        net = virRemoteWireBorrowNetwork(filter->net);
        args.net = &net;
    }
    return virRemoteRequestSend(conn, &request, err);
}

int virRemoteEventDeregister(void *conn, int registration, GError **err)
{
    virRemoteRequest request = { .request.procedure = WIRE_CONNECT_NETWORK_EVENT_DEREGISTER_ANY,
                                 WIRE_ARGS(int, &registration) };

    return virRemoteRequestSend(conn, &request, err);
}

int virRemoteWatchClose(void *conn, gboolean wanted, GError **err)
{
    virRemoteRequest request = { .request.procedure = wanted ? WIRE_CONNECT_REGISTER_CLOSE_CALLBACK
                                                             : WIRE_CONNECT_UNREGISTER_CLOSE_CALLBACK };
    int supported = 0;

    /* The end of our own connection is seen without the daemon; only its own losses must be asked for. */
    if (virRemoteSupportsFeature(conn, FEATURE_CLOSE_CALLBACK, &supported, err) < 0)
        return -1;
    return supported ? virRemoteRequestSend(conn, &request, err) : 0;
}

int virRemoteSetKeepAlive(void *opaque, int interval, unsigned int count, int *ret, GError **err)
{
    virRemoteConnection *conn = opaque;

    if (!conn->watch)
        return virFail(err, VIR_ERR_INTERNAL_ERROR,
                       "the caller doesn't support keepalive protocol; perhaps it's missing event loop implementation");
    if (!conn->server_keepalive) {
        *ret = 1;
        return 0;
    }
    if (virRemoteWatchSetKeepalive(conn->watch, interval, count) < 0)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "the event loop has no timer for keepalive messages");
    *ret = 0;
    return 0;
}
