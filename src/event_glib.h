/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * event_glib.h: the default event loop: GLib's default main context
 *
 * The six functions that virEventRegisterImpl takes. They may be called from any thread; callbacks and free functions
 * are called by the thread that runs the loop, without locks held.
 */
#pragma once

#include <libvirt/libvirt.h>

int virEventGLibAddHandle(int fd, int events, virEventHandleCallback cb, void *opaque, virFreeCallback ff);
void virEventGLibUpdateHandle(int watch, int events);
int virEventGLibRemoveHandle(int watch);
int virEventGLibAddTimeout(int frequency_ms, virEventTimeoutCallback cb, void *opaque, virFreeCallback ff);
void virEventGLibUpdateTimeout(int timer, int frequency_ms);
int virEventGLibRemoveTimeout(int timer);
