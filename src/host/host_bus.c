/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_bus.c: calls to other services over the system's message bus
 *
 * One connection for the whole process, made by the first who needs it; a host without a bus is nothing odd. Knows no
 * service: host_zone.c and host_resolver.c do.
 */
#include "host_bus.h"

/* A service that does not answer within this time counts as failing. */
#define CALL_LIMIT_MS 10000

GDBusConnection *virHostBusOpen(void)
{
    GDBusConnection *bus = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, NULL);

    /* The bus may end; networks go on. */
    if (bus)
        g_dbus_connection_set_exit_on_close(bus, FALSE);
    return bus;
}

GVariant *virHostBusCall(const virHostBusObject *object, const char *method, GVariant *args, const char *type, GError **err)
{
    g_autoptr(GVariant) owned = args ? g_variant_ref_sink(args) : NULL;
    g_autoptr(GDBusConnection) bus = virHostBusOpen();

    if (!bus) {
        g_set_error_literal(err, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "there is no message bus");
        return NULL;
    }
    return g_dbus_connection_call_sync(bus, object->name, object->path, object->interface, method, owned,
                                       type ? G_VARIANT_TYPE(type) : NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_LIMIT_MS,
                                       NULL, err);
}

gboolean virHostBusHas(const char *name)
{
    static const virHostBusObject bus = { "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus" };
    g_autoptr(GVariant) answer = virHostBusCall(&bus, "NameHasOwner", g_variant_new("(s)", name), "(b)", NULL);
    gboolean has = FALSE;

    if (answer)
        g_variant_get(answer, "(b)", &has);
    return has;
}

char *virHostBusExplain(const GError *error)
{
    g_autoptr(GError) copy = g_error_copy(error);

    g_dbus_error_strip_remote_error(copy);
    return g_strdup(copy->message);
}
