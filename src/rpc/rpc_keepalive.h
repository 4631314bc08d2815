/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_keepalive.h: when a silent peer is asked for a sign of life, and when it counts as gone
 *
 * A value that is told what happens and what time it is; it has no clock, no timer and no socket. Server and client have
 * one for each connection.
 */
#pragma once

#include <glib.h>

/* Zeroed: nobody is asked. Times are those of g_get_monotonic_time(). */
typedef struct {
    gint64 interval_us;         /* of silence, after which is asked; 0: never */
    unsigned int count;         /* questions without any sign before the peer is gone */
    unsigned int left;          /* questions that may still be asked */
    gint64 quiet_since;         /* when something came or was asked */
} virRpcKeepalive;

typedef enum {
    VIR_RPC_KEEPALIVE_WAIT,     /* nothing to do yet */
    VIR_RPC_KEEPALIVE_ASK,      /* a ping is to be sent now */
    VIR_RPC_KEEPALIVE_GONE,     /* the connection is to be closed */
} virRpcKeepaliveVerdict;

/* @interval_us 0 ends it. */
void virRpcKeepaliveStart(virRpcKeepalive *keepalive, gint64 interval_us, unsigned int count, gint64 now);

/* Something has come, whatever it was. */
void virRpcKeepaliveHear(virRpcKeepalive *keepalive, gint64 now);

/* What to do at @now; to be asked again at virRpcKeepaliveNext. */
virRpcKeepaliveVerdict virRpcKeepaliveLook(virRpcKeepalive *keepalive, gint64 now);

/* When to look again; -1: never. */
gint64 virRpcKeepaliveNext(const virRpcKeepalive *keepalive);
