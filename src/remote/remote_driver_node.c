/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_driver_node.c: the driver that calls a daemon: questions about the host and its guests
 *
 * Guests are counted and not listed: this library has no objects for them. Entries of the driver table.
 */
#include "remote_driver_priv.h"

int virRemoteGetCapabilities(void *conn, char **ret_xml, GError **err)
{
    return virRemoteAskString(conn, WIRE_CONNECT_GET_CAPABILITIES, ret_xml, err);
}

int virRemoteNodeGetInfo(void *conn, virNodeInfo *ret_info, GError **err)
{
    wire_node_info node = { 0 };
    virRemoteRequest request = { .request.procedure = WIRE_NODE_GET_INFO, WIRE_RET(wire_node_info, &node) };
    virNodeInfo info = { 0 };

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    g_strlcpy(info.model, node.model, sizeof(info.model));
    info.memory = (unsigned long)node.memory;
    info.cpus = (unsigned int)node.cpus;
    info.mhz = (unsigned int)node.mhz;
    info.nodes = (unsigned int)node.nodes;
    info.sockets = (unsigned int)node.sockets;
    info.cores = (unsigned int)node.cores;
    info.threads = (unsigned int)node.threads;
    *ret_info = info;
    return 0;
}

int virRemoteCountDomains(void *conn, unsigned int flags, unsigned int *ret_count, GError **err)
{
    wire_list_args args = { .need_results = 0, .flags = flags };
    wire_domains list = { 0 };
    virRemoteRequest request = { .request.procedure = WIRE_CONNECT_LIST_ALL_DOMAINS, WIRE_ARGS(wire_list_args, &args),
                                 WIRE_RET(wire_domains, &list) };

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    *ret_count = list.count;
    xdr_free((xdrproc_t)xdr_wire_domains, &list);
    return 0;
}
