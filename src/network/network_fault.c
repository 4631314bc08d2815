/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_fault.c: places at which tests let a change fail or the daemon die
 */
#include "config.h"
#include "network_fault.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* The exit status of a process that SIGKILL ended, as a shell shows it. */
#define STATUS_KILLED 137

#if VIR_FAULT_POINTS
static gint armed;
static gint passed;

void virNetworkFaultArm(void)
{
    g_atomic_int_set(&passed, 0);
    g_atomic_int_set(&armed, 1);
}

int virNetworkFaultPoint(const char *where, GError **err)
{
    const char *order = g_atomic_int_get(&armed) ? getenv("VIRTNETWORKD_FAULT") : NULL;
    const char *number = order ? strchr(order, ':') : NULL;
    guint64 nth;

    if (!number || !virParseUint(number + 1, G_MAXINT, &nth))
        return 0;
    if (g_atomic_int_add(&passed, 1) + 1 != (gint)nth)
        return 0;
    if (g_str_has_prefix(order, "kill:"))
        _exit(STATUS_KILLED);
    return virFail(err, VIR_ERR_INTERNAL_ERROR, "fault point %u: %s fails on request", (guint)nth, where);
}
#else
void virNetworkFaultArm(void)
{
}

int virNetworkFaultPoint(const char *where G_GNUC_UNUSED, GError **err G_GNUC_UNUSED)
{
    return 0;
}
#endif
