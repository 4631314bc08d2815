/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_dispatch_plan.c: the remote procedure that tells what an update would do
 *
 * Takes wire values apart for the driver; the plan is the driver's. The dispatch table of our own program names it.
 */
#include "remote_dispatch_priv.h"

#include "remote_wire.h"

int virRemoteServePlanUpdate(const virRemoteCall *call, const void *opaque, void *ret, GError **err)
{
    const wire_update_args *args = opaque;
    virNetworkIdent net = virRemoteWireBorrowIdent(&args->net);
    virNetworkUpdateRequest req = virRemoteWireBorrowUpdate(args);
    wire_plan *plan = ret;
    char *text = NULL;

    if (call->driver->networkPlanUpdate(call->conn, &net, &req, &text, err) < 0)
        return -1;
    return virRemoteWireTakeString(text, &plan->text, err);
}
