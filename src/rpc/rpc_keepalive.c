/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_keepalive.c: when a silent peer is asked for a sign of life, and when it counts as gone
 *
 * Only counts and compares. rpc_server_client.c and rpc_client.c have the clock, the timer and the socket.
 */
#include "rpc_keepalive.h"

void virRpcKeepaliveStart(virRpcKeepalive *keepalive, gint64 interval_us, unsigned int count, gint64 now)
{
    keepalive->interval_us = interval_us;
    keepalive->count = count;
    virRpcKeepaliveHear(keepalive, now);
}

void virRpcKeepaliveHear(virRpcKeepalive *keepalive, gint64 now)
{
    keepalive->left = keepalive->count;
    keepalive->quiet_since = now;
}

virRpcKeepaliveVerdict virRpcKeepaliveLook(virRpcKeepalive *keepalive, gint64 now)
{
    if (keepalive->interval_us == 0 || now < keepalive->quiet_since + keepalive->interval_us)
        return VIR_RPC_KEEPALIVE_WAIT;
    if (keepalive->left == 0)
        return VIR_RPC_KEEPALIVE_GONE;
    keepalive->left--;
    keepalive->quiet_since = now;
    return VIR_RPC_KEEPALIVE_ASK;
}

gint64 virRpcKeepaliveNext(const virRpcKeepalive *keepalive)
{
    return keepalive->interval_us == 0 ? -1 : keepalive->quiet_since + keepalive->interval_us;
}
