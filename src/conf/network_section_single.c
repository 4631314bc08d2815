/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_section_single.c: the sections of which a network has at most one: bridge, domain, forward and its pf
 *
 * There is nothing to find among several: an element is there or not. What is modified is replaced as a whole; what is
 * deleted need not be spelled out. Whether the result makes sense is judged on the whole definition.
 */
#include <string.h>

#include "network_section_ops.h"

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- bridge ----------------------------------------------------------------------------------------------------- */

static gboolean alwaysPresent(const virNetworkDef *def G_GNUC_UNUSED)
{
    return TRUE;
}

/* The name stays unless another is given: it is seldom the user's own choice. */
static void clearBridge(virNetworkDef *def)
{
    def->stp = TRUE;
    def->delay_s = 0;
    g_clear_pointer(&def->zone, g_free);
    def->mac_table = VIR_NETWORK_MAC_TABLE_UNSET;
}

static int parseBridge(const xmlNode *parent, virNetworkDef *def, GError **err)
{
    g_autofree char *name = g_steal_pointer(&def->bridge);
    int ret = virNetworkParseBridge(parent, def, err);

    if (!def->bridge || !*def->bridge) {
        g_free(def->bridge);
        def->bridge = g_steal_pointer(&name);
    }
    return ret;
}

const virNetworkSectionSingle virNetworkSectionBridge = {
    .element = "bridge", .isPresent = alwaysPresent, .clear = clearBridge, .parse = parseBridge,
    .no_add = "a network has exactly one bridge, so that none can be added",
    .no_delete = "a network has exactly one bridge, so that it cannot be deleted",
};

/* --- domain ----------------------------------------------------------------------------------------------------- */

static gboolean hasDomain(const virNetworkDef *def)
{
    return def->domain != NULL;
}

static void clearDomain(virNetworkDef *def)
{
    g_clear_pointer(&def->domain, g_free);
    def->domain_local_only = VIR_TRISTATE_ABSENT;
    def->domain_register = VIR_TRISTATE_ABSENT;
}

static int parseDomain(const xmlNode *parent, virNetworkDef *def, GError **err)
{
    if (virNetworkParseDomain(parent, def, err) < 0)
        return -1;
    if (!def->domain)
        return virFail(err, VIR_ERR_XML_ERROR, "missing name attribute in <domain> element of network '%s'", def->name);
    return 0;
}

const virNetworkSectionSingle virNetworkSectionDomain = {
    .element = "domain", .isPresent = hasDomain, .clear = clearDomain, .parse = parseDomain,
};

/* --- forward ---------------------------------------------------------------------------------------------------- */

static gboolean hasForward(const virNetworkDef *def)
{
    return def->forward != VIR_NETWORK_FORWARD_NONE;
}

static void clearForward(virNetworkDef *def)
{
    def->forward = VIR_NETWORK_FORWARD_NONE;
    def->nat = (virNetworkNat){ 0 };
    g_ptr_array_set_size(def->forward_devs, 0);
    g_ptr_array_set_size(def->forward_addresses, 0);
    g_clear_pointer(&def->forward_pf, g_free);
    def->forward_managed = FALSE;
    def->forward_driver = VIR_NETWORK_PCI_DRIVER_DEFAULT;
    g_clear_pointer(&def->forward_driver_model, g_free);
}

/* A MAC address, STP and delay, and in most of these modes a bridge, were chosen for a device that there is no longer. */
static void dropOwnDevice(virNetworkDef *def)
{
    def->stp = TRUE;
    def->stp_given = FALSE;
    def->delay_s = 0;
    def->has_mac = FALSE;
    memset(&def->mac, 0, sizeof(def->mac));
    if (def->forward != VIR_NETWORK_FORWARD_BRIDGE)
        g_clear_pointer(&def->bridge, g_free);
}

static int parseForward(const xmlNode *parent, virNetworkDef *def, GError **err)
{
    if (virNetworkParseForward(parent, def, err) < 0)
        return -1;
    if (def->has_mac && !virNetworkForwardModeIsManaged(def->forward))
        dropOwnDevice(def);
    return 0;
}

const virNetworkSectionSingle virNetworkSectionForward = {
    .element = "forward", .isPresent = hasForward, .clear = clearForward, .parse = parseForward,
};

/* --- forward-pf ------------------------------------------------------------------------------------------------- */

static gboolean hasPf(const virNetworkDef *def)
{
    return def->forward_pf != NULL;
}

/* The functions that a running network has from it go with it. */
static void clearPf(virNetworkDef *def)
{
    g_clear_pointer(&def->forward_pf, g_free);
    g_ptr_array_set_size(def->forward_devs, 0);
    g_ptr_array_set_size(def->forward_addresses, 0);
}

static int failPf(const virNetworkDef *def, const char *have, const char *given, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID, "network '%s' has the physical function '%s', not '%s'", def->name, have,
                   given);
}

/* At most one is there, but a delete must name it. */
static int selectsPf(const xmlNode *node, const virNetworkDef *def, GError **err)
{
    g_autofree char *dev = virNetworkParsePfDev(node, def->name, err);

    if (!dev)
        return -1;
    return g_strcmp0(dev, def->forward_pf) == 0 ? 0 : failPf(def, def->forward_pf, dev, err);
}

static int parsePf(const xmlNode *parent, virNetworkDef *def, GError **err)
{
    if (def->forward != VIR_NETWORK_FORWARD_PASSTHROUGH && def->forward != VIR_NETWORK_FORWARD_HOSTDEV) {
        return virFail(err, VIR_ERR_OPERATION_INVALID, "network '%s' has forward mode '%s': only passthrough and hostdev take "
                       "their devices from a physical function", def->name, virNetworkForwardModeName(def->forward));
    }
    def->forward_pf = virNetworkParsePfDev(parent->children, def->name, err);
    return def->forward_pf ? 0 : -1;
}

const virNetworkSectionSingle virNetworkSectionForwardPf = {
    .element = "pf", .isPresent = hasPf, .clear = clearPf, .parse = parsePf, .selects = selectsPf,
};
