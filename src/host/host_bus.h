/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_bus.h: calls to other services over the system's message bus
 */
#pragma once

#include <gio/gio.h>

typedef struct {
    const char *name;           /* on the bus */
    const char *path;
    const char *interface;
} virHostBusObject;

/* Whether @name is on the bus now; FALSE also where there is no bus. */
gboolean virHostBusHas(const char *name);

/**
 * virHostBusCall:
 * @args: floating; consumed
 * @type: of the answer, e.g. "(s)"; NULL: any
 *
 * Returns the answer, or NULL with GLib's error. Waits; not for the main loop.
 */
GVariant *virHostBusCall(const virHostBusObject *object, const char *method, GVariant *args, const char *type, GError **err);

/* What the service says of its own: the text of @error without GLib's words around it. Caller frees. */
char *virHostBusExplain(const GError *error);

/* The connection for who wants to hear signals; NULL where there is no bus. */
GDBusConnection *virHostBusOpen(void);
