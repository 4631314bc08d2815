/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_driver_plan.c: the driver that calls a daemon: what an update would do
 *
 * The one procedure of our own program. Daemons of libvirt do not have it, and say so in their own words, which are put
 * into plainer ones here. The public library calls it through the table in remote_driver.c.
 */
#include "remote_driver_priv.h"

#include <string.h>

#include "remote_plan_protocol.h"
#include "remote_wire.h"
#include "virerror.h"

/* Whether a daemon has answered that it has no such program, or no such procedure in it. */
static gboolean isUnknown(const GError *err)
{
    if (g_error_matches(err, VIR_ERROR, VIR_ERR_NO_SUPPORT))
        return TRUE;
    return g_error_matches(err, VIR_ERROR, VIR_ERR_RPC) && strstr(err->message, "Cannot find program");
}

int virRemoteNetworkPlanUpdate(void *conn, const virNetworkIdent *net, const virNetworkUpdateRequest *req, char **ret_plan,
                               GError **err)
{
    wire_update_args args = virRemoteWireUpdateArgs(net, req);
    wire_plan plan = { 0 };
    virRemoteRequest request = { .request.program = WIRE_PLAN_PROGRAM, .request.version = WIRE_PLAN_VERSION,
                                 .request.procedure = WIRE_PLAN_NETWORK_UPDATE, WIRE_ARGS(wire_update_args, &args),
                                 WIRE_RET(wire_plan, &plan) };
    g_autoptr(GError) failure = NULL;

    if (virRemoteRequestSend(conn, &request, &failure) == 0) {
        *ret_plan = plan.text;
        return 0;
    }
    if (isUnknown(failure))
        return virErrorSet(err, VIR_FROM_NETWORK, VIR_ERR_NO_SUPPORT, "the daemon cannot plan updates");
    g_propagate_error(err, g_steal_pointer(&failure));
    return -1;
}
