/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_fault.c: places at which tests let a change fail or the daemon die
 *
 * An order in a file counts from when it was first seen there, so that a test can give one after the other to one daemon.
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
static GMutex lock;         /* guards the others */
static gboolean armed;
static guint passed;
static char *last_order;

void virNetworkFaultArm(void)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);

    passed = 0;
    armed = TRUE;
}

/* Caller frees; NULL where there is none. */
static char *readOrder(void)
{
    const char *order = getenv("VIRTNETWORKD_FAULT");
    char *text = NULL;

    if (!order || *order != '/')
        return g_strdup(order);
    return g_file_get_contents(order, &text, NULL, NULL) ? g_strstrip(text) : NULL;
}

/* The order in force if the point that is just passed is the one it names; caller frees. */
static char *takeOrder(guint64 *ret_nth)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    g_autofree char *order = armed ? readOrder() : NULL;
    const char *number = order ? strchr(order, ':') : NULL;
    guint64 nth;

    if (g_strcmp0(order, last_order) != 0) {
        g_free(last_order);
        last_order = g_strdup(order);
        passed = 0;
    }
    if (!number || !virParseUint(number + 1, G_MAXINT, &nth) || ++passed != nth)
        return NULL;
    *ret_nth = nth;
    return g_steal_pointer(&order);
}

int virNetworkFaultPoint(const char *where, GError **err)
{
    guint64 nth = 0;
    g_autofree char *order = takeOrder(&nth);

    if (!order)
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
