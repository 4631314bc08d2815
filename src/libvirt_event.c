/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_event.c: public functions of the event loop
 *
 * Remembers the loop that the program registered and passes calls on to it. The default loop itself is event_glib.c.
 */
#include <glib.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "event_glib.h"
#include "virlog.h"

/* The loop of the process; the first registration stays. */
static struct {
    GMutex lock;                                /* guards the registration */
    gint registered;                            /* 1: the functions below are set, and never change again */
    virEventAddHandleFunc add_handle;
    virEventUpdateHandleFunc update_handle;
    virEventRemoveHandleFunc remove_handle;
    virEventAddTimeoutFunc add_timeout;
    virEventUpdateTimeoutFunc update_timeout;
    virEventRemoveTimeoutFunc remove_timeout;
} loop;

static gboolean isRegistered(void)
{
    return g_atomic_int_get(&loop.registered) != 0;
}

void virEventRegisterImpl(virEventAddHandleFunc addHandle, virEventUpdateHandleFunc updateHandle,
                          virEventRemoveHandleFunc removeHandle, virEventAddTimeoutFunc addTimeout,
                          virEventUpdateTimeoutFunc updateTimeout, virEventRemoveTimeoutFunc removeTimeout)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&loop.lock);

    if (isRegistered()) {
        VIR_WARN("an event loop is registered already: the second registration is ignored");
        return;
    }
    loop.add_handle = addHandle;
    loop.update_handle = updateHandle;
    loop.remove_handle = removeHandle;
    loop.add_timeout = addTimeout;
    loop.update_timeout = updateTimeout;
    loop.remove_timeout = removeTimeout;
    g_atomic_int_set(&loop.registered, 1);
}

int virEventRegisterDefaultImpl(void)
{
    virResetLastError();
    virEventRegisterImpl(virEventGLibAddHandle, virEventGLibUpdateHandle, virEventGLibRemoveHandle,
                         virEventGLibAddTimeout, virEventGLibUpdateTimeout, virEventGLibRemoveTimeout);
    return 0;
}

int virEventRunDefaultImpl(void)
{
    virResetLastError();
    (void)g_main_context_iteration(NULL, TRUE);
    return 0;
}

int virEventAddHandle(int fd, int events, virEventHandleCallback cb, void *opaque, virFreeCallback ff)
{
    return isRegistered() && loop.add_handle ? loop.add_handle(fd, events, cb, opaque, ff) : -1;
}

void virEventUpdateHandle(int watch, int events)
{
    if (isRegistered() && loop.update_handle)
        loop.update_handle(watch, events);
}

int virEventRemoveHandle(int watch)
{
    return isRegistered() && loop.remove_handle ? loop.remove_handle(watch) : -1;
}

int virEventAddTimeout(int frequency, virEventTimeoutCallback cb, void *opaque, virFreeCallback ff)
{
    return isRegistered() && loop.add_timeout ? loop.add_timeout(frequency, cb, opaque, ff) : -1;
}

void virEventUpdateTimeout(int timer, int frequency)
{
    if (isRegistered() && loop.update_timeout)
        loop.update_timeout(timer, frequency);
}

int virEventRemoveTimeout(int timer)
{
    return isRegistered() && loop.remove_timeout ? loop.remove_timeout(timer) : -1;
}
