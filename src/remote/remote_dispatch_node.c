/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_dispatch_node.c: remote procedures about the host and its guests
 *
 * No driver here has guests, so a list of them has a count and no entries. The dispatch table names its functions.
 */
#include "remote_dispatch_priv.h"
#include "remote_wire.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_RPC

int virRemoteServeGetCapabilities(const virRemoteCall *call, const void *args G_GNUC_UNUSED, void *ret, GError **err)
{
    char *xml = NULL;

    if (call->driver->connectGetCapabilities(call->conn, &xml, err) < 0)
        return -1;
    return virRemoteWireTakeString(xml, ret, err);
}

int virRemoteServeNodeInfo(const virRemoteCall *call, const void *args G_GNUC_UNUSED, void *ret, GError **err)
{
    wire_node_info *node = ret;
    virNodeInfo info = { 0 };

    if (call->driver->nodeGetInfo(call->conn, &info, err) < 0)
        return -1;
    g_strlcpy(node->model, info.model, sizeof(node->model));
    node->memory = info.memory;
    node->cpus = (int)info.cpus;
    node->mhz = (int)info.mhz;
    node->nodes = (int)info.nodes;
    node->sockets = (int)info.sockets;
    node->cores = (int)info.cores;
    node->threads = (int)info.threads;
    return 0;
}

int virRemoteServeDomains(const virRemoteCall *call, const void *opaque, void *ret, GError **err)
{
    const wire_list_args *args = opaque;
    wire_domains *list = ret;

    if (call->driver->connectCountDomains(call->conn, args->flags, &list->count, err) < 0)
        return -1;
    if (args->need_results && list->count > 0)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "%u guests cannot be listed", list->count);
    return 0;
}
