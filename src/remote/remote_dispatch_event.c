/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_dispatch_event.c: remote procedures that register for events, and the events as messages
 *
 * Which events somebody wants is kept by the driver; here its registrations get their names on the wire, and what it
 * delivers becomes a message to the client. The dispatch table names the procedures, drivers call the sink.
 */
#include "remote_dispatch_priv.h"

#include "remote_wire.h"
#include "virlog.h"

/* The serial of all events: no call has it. */
#define EVENT_SERIAL 1

static void post(virRpcMailbox *mailbox, gint32 procedure, xdrproc_t encode, const void *message)
{
    const virRpcHeader header = { .program = VIR_RPC_PROGRAM_REMOTE, .version = VIR_RPC_PROGRAM_VERSION,
                                  .procedure = procedure, .type = VIR_RPC_MESSAGE, .serial = EVENT_SERIAL };
    g_autoptr(GError) failure = NULL;
    GByteArray *frame = virRpcFrameNew(&header, encode, message, &failure);

    if (frame)
        virRpcMailboxPost(mailbox, frame);
    else
        VIR_WARN("an event cannot be sent: %s", failure->message);
}

static void postLifecycle(virRpcMailbox *mailbox, int registration, const virNetworkEvent *event)
{
    const wire_lifecycle_event message = { .callback = registration, .net = virRemoteWireBorrowNetwork(&event->net),
                                           .event = event->what, .detail = event->detail };

    post(mailbox, WIRE_NETWORK_EVENT_LIFECYCLE, (xdrproc_t)xdr_wire_lifecycle_event, &message);
}

static void postMetadata(virRpcMailbox *mailbox, int registration, const virNetworkEvent *event)
{
    wire_string uri = event->uri;
    const wire_metadata_event message = { .callback = registration, .net = virRemoteWireBorrowNetwork(&event->net),
                                          .type = event->what, .uri = event->uri ? &uri : NULL };

    post(mailbox, WIRE_NETWORK_EVENT_CALLBACK_METADATA_CHANGE, (xdrproc_t)xdr_wire_metadata_event, &message);
}

static void onEvent(int registration, const virNetworkEvent *event, void *mailbox)
{
    if (event->id == VIR_NETWORK_EVENT_ID_METADATA_CHANGE)
        postMetadata(mailbox, registration, event);
    else
        postLifecycle(mailbox, registration, event);
}

static void freeMailbox(gpointer mailbox)
{
    virRpcMailboxUnref(mailbox);
}

virDriverSink *virRemoteSinkNew(virRpcMailbox *mailbox)
{
    const virDriverSink model = { .event = onEvent, .free_opaque = freeMailbox, .opaque = virRpcMailboxRef(mailbox) };

    return virDriverSinkNew(&model);
}

int virRemoteServeEventRegister(const virRemoteCall *call, const void *opaque, void *ret, GError **err)
{
    const wire_event_register_args *args = opaque;
    virNetworkIdent net;
    virNetworkEventFilter filter = { .id = args->event };

    if (args->net) {
        net = virRemoteWireBorrowIdent(args->net);
        filter.net = &net;
    }
    return call->driver->networkEventRegister(call->conn, &filter, ret, err);
}

int virRemoteServeEventDeregister(const virRemoteCall *call, const void *args, void *ret G_GNUC_UNUSED, GError **err)
{
    const int *registration = args;

    return call->driver->networkEventDeregister(call->conn, *registration, err);
}
