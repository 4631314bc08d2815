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
#include "libvirt_event.h"
#include "virlog.h"

/* The loop of the process; the first registration stays. */
static struct {
    GMutex lock;                    /* guards the registration */
    gint registered;                /* 1: the functions are set, and never change again */
    virEventLoop functions;
} loop;

static gboolean isRegistered(void)
{
    return g_atomic_int_get(&loop.registered) != 0;
}

static gboolean isWhole(const virEventLoop *functions)
{
    return functions->addHandle && functions->updateHandle && functions->removeHandle && functions->addTimeout &&
           functions->updateTimeout && functions->removeTimeout;
}

const virEventLoop *virEventLoopGet(void)
{
    return isRegistered() && isWhole(&loop.functions) ? &loop.functions : NULL;
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
    loop.functions = (virEventLoop){ addHandle, updateHandle, removeHandle, addTimeout, updateTimeout, removeTimeout };
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
    return isRegistered() && loop.functions.addHandle ? loop.functions.addHandle(fd, events, cb, opaque, ff) : -1;
}

void virEventUpdateHandle(int watch, int events)
{
    if (isRegistered() && loop.functions.updateHandle)
        loop.functions.updateHandle(watch, events);
}

int virEventRemoveHandle(int watch)
{
    return isRegistered() && loop.functions.removeHandle ? loop.functions.removeHandle(watch) : -1;
}

int virEventAddTimeout(int frequency, virEventTimeoutCallback cb, void *opaque, virFreeCallback ff)
{
    return isRegistered() && loop.functions.addTimeout ? loop.functions.addTimeout(frequency, cb, opaque, ff) : -1;
}

void virEventUpdateTimeout(int timer, int frequency)
{
    if (isRegistered() && loop.functions.updateTimeout)
        loop.functions.updateTimeout(timer, frequency);
}

int virEventRemoveTimeout(int timer)
{
    return isRegistered() && loop.functions.removeTimeout ? loop.functions.removeTimeout(timer) : -1;
}
