/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt-event.h: the loop that watches sockets and timers for the library
 *
 * A program registers either its own loop or the default one, which is GLib's default main context, before it opens
 * its first connection. Without a loop connections work, but there are no keepalives and no events.
 * Included by libvirt.h alone.
 */
#ifndef LIBVIRT_EVENT_H
#define LIBVIRT_EVENT_H

#ifndef __VIR_LIBVIRT_H_INCLUDES__
# error "include libvirt/libvirt.h instead"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What a file descriptor is watched for. Errors and hang-ups are always reported. */
typedef enum {
    VIR_EVENT_HANDLE_READABLE = 1 << 0,
    VIR_EVENT_HANDLE_WRITABLE = 1 << 1,
    VIR_EVENT_HANDLE_ERROR = 1 << 2,
    VIR_EVENT_HANDLE_HANGUP = 1 << 3,
} virEventHandleType;

/* Called by the loop. @events tells what has happened. */
typedef void (*virEventHandleCallback)(int watch, int fd, int events, void *opaque);
typedef void (*virEventTimeoutCallback)(int timer, void *opaque);

/*
 * The six functions of a loop. Adding returns a number from 0 up, or -1; removing returns 0 or -1. The free function
 * must be called later from the loop, never inside of the call that removes.
 */
typedef int (*virEventAddHandleFunc)(int fd, int event, virEventHandleCallback cb, void *opaque, virFreeCallback ff);
typedef void (*virEventUpdateHandleFunc)(int watch, int event);
typedef int (*virEventRemoveHandleFunc)(int watch);
typedef int (*virEventAddTimeoutFunc)(int timeout, virEventTimeoutCallback cb, void *opaque, virFreeCallback ff);
typedef void (*virEventUpdateTimeoutFunc)(int timer, int timeout);
typedef int (*virEventRemoveTimeoutFunc)(int timer);

/* Registers a loop of the program's own. Only the first registration of a process counts. */
void virEventRegisterImpl(virEventAddHandleFunc addHandle, virEventUpdateHandleFunc updateHandle,
                          virEventRemoveHandleFunc removeHandle, virEventAddTimeoutFunc addTimeout,
                          virEventUpdateTimeoutFunc updateTimeout, virEventRemoveTimeoutFunc removeTimeout);

/* Registers the default loop. Returns 0 or -1. */
int virEventRegisterDefaultImpl(void);

/* Runs the default loop until something has been dispatched: to be called again and again. Returns 0 or -1. */
int virEventRunDefaultImpl(void);

/* Use the registered loop. @events 0 watches nothing yet; @fd stays the caller's. */
int virEventAddHandle(int fd, int events, virEventHandleCallback cb, void *opaque, virFreeCallback ff);
void virEventUpdateHandle(int watch, int events);
int virEventRemoveHandle(int watch);

/* @frequency in milliseconds: -1 never, 0 at each turn of the loop. A timer repeats until it is changed. */
int virEventAddTimeout(int frequency, virEventTimeoutCallback cb, void *opaque, virFreeCallback ff);
void virEventUpdateTimeout(int timer, int frequency);
int virEventRemoveTimeout(int timer);

#ifdef __cplusplus
}
#endif

#endif /* LIBVIRT_EVENT_H */
