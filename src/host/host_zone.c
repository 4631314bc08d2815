/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_zone.c: facet zone: the zone of firewalld that a bridge is in
 *
 * Asks and tells firewalld over the message bus, and hears when it has forgotten all. A host without firewalld has no
 * zones, and nothing to be taken out of one. Called through the table in host_real.c.
 */
#include "host_bus.h"
#include "host_real.h"
#include "virerror.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

#define FIREWALLD "org.fedoraproject.FirewallD1"
#define FIREWALLD_PATH "/org/fedoraproject/FirewallD1"

static const virHostBusObject zones = { FIREWALLD, FIREWALLD_PATH, FIREWALLD ".zone" };

/* --- Which zones there are ------------------------------------------------------------------------------------------- */

static void forgetList(virHostReal *real)
{
    g_mutex_lock(&real->zones_lock);
    g_clear_pointer(&real->zones, g_strfreev);
    real->zones_known = FALSE;
    real->zones_version++;
    g_mutex_unlock(&real->zones_lock);
}

/* Whether the list is known; only while we would hear that it is another. *@ret_version is what to keep an answer for. */
static gboolean recallList(virHostReal *real, char ***ret_list, guint *ret_version)
{
    gboolean known;

    g_mutex_lock(&real->zones_lock);
    known = real->zones_known && !g_dbus_connection_is_closed(real->bus);
    if (known)
        *ret_list = g_strdupv(real->zones);
    *ret_version = real->zones_version;
    g_mutex_unlock(&real->zones_lock);
    return known;
}

/* Unless something was heard while it was asked for. */
static void keepList(virHostReal *real, char **list, guint version)
{
    g_mutex_lock(&real->zones_lock);
    if (real->bus && version == real->zones_version) {
        g_strfreev(real->zones);
        real->zones = g_strdupv(list);
        real->zones_known = TRUE;
    }
    g_mutex_unlock(&real->zones_lock);
}

/* FALSE if it runs and does not say. */
static gboolean askForList(char ***ret_list)
{
    g_autoptr(GVariant) answer = NULL;

    if (!virHostBusHas(FIREWALLD))
        return TRUE;
    answer = virHostBusCall(&zones, "getZones", NULL, "(as)", NULL);
    if (answer)
        g_variant_get(answer, "(^as)", ret_list);
    return answer != NULL;
}

char **virHostZoneList(virNetworkHost *host)
{
    virHostReal *real = (virHostReal *)host;
    char **list = NULL;
    guint version = 0;

    if (recallList(real, &list, &version))
        return list;
    if (askForList(&list))
        keepList(real, list, version);
    return list;
}

/* --- The zone of a bridge -------------------------------------------------------------------------------------------- */

/* NULL: it is in none, or firewalld does not say. */
static char *findZone(const char *bridge)
{
    g_autoptr(GVariant) answer = virHostBusCall(&zones, "getZoneOfInterface", g_variant_new("(s)", bridge), "(s)", NULL);
    g_autofree char *name = NULL;

    if (answer)
        g_variant_get(answer, "(s)", &name);
    return name && *name ? g_steal_pointer(&name) : NULL;
}

/* Where firewalld does not run, nothing can be missing: its zones are set when it comes. */
int virHostZoneProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err)
{
    (void)real;
    (void)err;
    if (!want->zone.name)
        return 0;
    plan->zone.name = virHostBusHas(FIREWALLD) ? findZone(want->bridge) : g_strdup(want->zone.name);
    return 0;
}

static int setZone(const virNetworkPlan *plan, GError **err)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_autofree char *reason = NULL;

    if (!virHostBusHas(FIREWALLD)) {
        if (!plan->zone.required)
            return 0;
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_INTERNAL_ERROR,
                           "zone %s requested for network %s but firewalld is not active", plan->zone.name, plan->name);
    }
    answer = virHostBusCall(&zones, "changeZoneOfInterface", g_variant_new("(ss)", plan->zone.name, plan->bridge), NULL,
                            &error);
    if (answer)
        return 0;
    reason = virHostBusExplain(error);
    return virFail(err, VIR_ERR_INTERNAL_ERROR, "network '%s': firewalld cannot put %s into zone %s: %s", plan->name,
                   plan->bridge, plan->zone.name, reason);
}

/* What cannot be taken out harms nobody: the bridge is gone, or about to be in another. */
static void removeZone(const virNetworkPlan *plan)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = NULL;

    if (!virHostBusHas(FIREWALLD))
        return;
    answer = virHostBusCall(&zones, "removeInterface", g_variant_new("(ss)", plan->zone.name, plan->bridge), NULL, &error);
    if (!answer)
        VIR_DEBUG("network '%s': %s", plan->name, error->message);
}

int virHostZoneApply(virHostReal *real, const virNetworkStep *step, GError **err)
{
    (void)real;
    if (step->verb == VIR_STEP_ZONE_SET)
        return setZone(step->to, err);
    removeZone(step->from);
    return 0;
}

/* --- When firewalld has forgotten ------------------------------------------------------------------------------------ */

static void onReloaded(GDBusConnection *bus G_GNUC_UNUSED, const char *sender G_GNUC_UNUSED, const char *path G_GNUC_UNUSED,
                       const char *interface G_GNUC_UNUSED, const char *signal G_GNUC_UNUSED, GVariant *args G_GNUC_UNUSED,
                       gpointer opaque)
{
    virHostReal *real = opaque;

    forgetList(real);
    real->on_firewall_reset(real->opaque);
}

/* The signal is sent for whoever comes and goes: only one who comes has forgotten. */
static void onOwnerChanged(GDBusConnection *bus G_GNUC_UNUSED, const char *sender G_GNUC_UNUSED,
                           const char *path G_GNUC_UNUSED, const char *interface G_GNUC_UNUSED,
                           const char *signal G_GNUC_UNUSED, GVariant *args, gpointer opaque)
{
    virHostReal *real = opaque;
    const char *owner = NULL;

    if (!g_variant_is_of_type(args, G_VARIANT_TYPE("(sss)")))
        return;
    forgetList(real);
    g_variant_get(args, "(&s&s&s)", NULL, NULL, &owner);
    if (*owner)
        real->on_firewall_reset(real->opaque);
}

void virHostZoneListen(virHostReal *real)
{
    if (!real->on_firewall_reset)
        return;
    real->bus = virHostBusOpen();
    if (!real->bus)
        return;
    real->bus_ids[0] = g_dbus_connection_signal_subscribe(real->bus, FIREWALLD, FIREWALLD, "Reloaded", FIREWALLD_PATH, NULL,
                                                          G_DBUS_SIGNAL_FLAGS_NONE, onReloaded, real, NULL);
    real->bus_ids[1] = g_dbus_connection_signal_subscribe(real->bus, "org.freedesktop.DBus", "org.freedesktop.DBus",
                                                          "NameOwnerChanged", "/org/freedesktop/DBus", FIREWALLD,
                                                          G_DBUS_SIGNAL_FLAGS_NONE, onOwnerChanged, real, NULL);
}

void virHostZoneForget(virHostReal *real)
{
    for (gsize i = 0; real->bus && i < G_N_ELEMENTS(real->bus_ids); i++)
        g_dbus_connection_signal_unsubscribe(real->bus, real->bus_ids[i]);
    forgetList(real);
    g_clear_object(&real->bus);
}
