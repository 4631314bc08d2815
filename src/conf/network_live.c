/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_live.c: what a running network's definition may become, and what running adds to a definition
 *
 * Nothing here knows how a change was asked for: two versions are compared. Called by the driver for every start and live
 * update.
 */
#include "network_live.h"

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* Whether any address of the network is translated. */
static gboolean translates(const virNetworkDef *def)
{
    return def->forward == VIR_NETWORK_FORWARD_NAT &&
           (virNetworkDefHasFamily(def, AF_INET) ||
            (def->nat.ipv6 == VIR_TRISTATE_YES && virNetworkDefHasFamily(def, AF_INET6)));
}

virNetworkDef *virNetworkDefMakeLive(const virNetworkDef *def)
{
    virNetworkDef *live = virNetworkDefCopy(def);

    if (translates(live) && !live->nat.port_start && !live->nat.port_end) {
        live->nat.port_start = VIR_NETWORK_NAT_PORT_START;
        live->nat.port_end = VIR_NETWORK_NAT_PORT_END;
    }
    return live;
}

static void addReason(GString *reasons, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void addReason(GString *reasons, const char *format, ...)
{
    va_list args;

    if (reasons->len)
        g_string_append(reasons, "; ");
    va_start(args, format);
    g_string_append_vprintf(reasons, format, args);
    va_end(args);
}

static const char *modeText(virNetworkForwardMode mode)
{
    return mode == VIR_NETWORK_FORWARD_NONE ? "isolated" : virNetworkForwardModeName(mode);
}

static gboolean canChangeMode(const virNetworkDef *was, const virNetworkDef *is)
{
    return was->forward == is->forward ||
           (virNetworkForwardModeIsManaged(was->forward) && virNetworkForwardModeIsManaged(is->forward));
}

static void checkMode(const virNetworkDef *was, const virNetworkDef *is, GString *reasons)
{
    if (canChangeMode(was, is))
        return;
    addReason(reasons, "the forward mode from %s to %s, since guests would have to be plugged in anew",
              modeText(was->forward), modeText(is->forward));
}

/* That a mode has no bridge of its own goes without saying: the mode is reason enough. */
static void checkMac(const virNetworkDef *was, const virNetworkDef *is, GString *reasons)
{
    char before[VIR_MAC_STRING_BUFLEN], after[VIR_MAC_STRING_BUFLEN];

    if (was->has_mac == is->has_mac && virMacAddrEqual(&was->mac, &is->mac))
        return;
    if (was->has_mac != is->has_mac && !canChangeMode(was, is))
        return;
    addReason(reasons, "the bridge's MAC address from %s to %s, since guests would lose packets until they learn it",
              was->has_mac ? virMacAddrFormat(&was->mac, before) : "none",
              is->has_mac ? virMacAddrFormat(&is->mac, after) : "none");
}

static void checkName(const virNetworkDef *was, const virNetworkDef *is, GString *reasons)
{
    if (g_strcmp0(was->bridge, is->bridge) == 0 || ((!was->bridge || !is->bridge) && !canChangeMode(was, is)))
        return;
    addReason(reasons, "the bridge's name from '%s' to '%s', since guests are plugged into it",
              was->bridge ? was->bridge : "", is->bridge ? is->bridge : "");
}

int virNetworkDefCheckLive(const virNetworkDef *was, const virNetworkDef *is, GError **err)
{
    g_autoptr(GString) reasons = g_string_new(NULL);

    checkMode(was, is, reasons);
    checkName(was, is, reasons);
    checkMac(was, is, reasons);
    if (reasons->len == 0)
        return 0;
    return virFail(err, VIR_ERR_OPERATION_UNSUPPORTED, "network '%s' is running, and these cannot change meanwhile: %s",
                   was->name, reasons->str);
}
