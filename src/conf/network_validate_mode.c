/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_validate_mode.c: which parts of a definition go together, and which forward modes may have them
 *
 * Codes, wording and order of the rules are those of libvirtd 9.0.0. What single elements may say is the parser's matter.
 */
#include "network_validate_mode.h"

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

static gboolean isManaged(const virNetworkDef *def)
{
    return virNetworkForwardModeIsManaged(def->forward);
}

static const char *modeOf(const virNetworkDef *def)
{
    return virNetworkForwardModeName(def->forward);
}

/* --- Devices ---------------------------------------------------------------------------------------------------- */

static int checkAddressGiven(const virNetworkDef *def, GError **err)
{
    if (def->forward == VIR_NETWORK_FORWARD_NONE || !isManaged(def) || def->ips->len)
        return 0;
    return virFail(err, VIR_ERR_XML_ERROR, "%s forwarding requested, but no IP address provided for network '%s'",
                   modeOf(def), def->name);
}

static int checkDeviceCount(const virNetworkDef *def, GError **err)
{
    if (!isManaged(def) || def->forward == VIR_NETWORK_FORWARD_NONE)
        return 0;
    if (def->forward_devs->len > 1) {
        return virFail(err, VIR_ERR_XML_ERROR,
                       "multiple forwarding interfaces specified for network '%s', only one is supported", def->name);
    }
    if (def->forward_devs->len && def->forward == VIR_NETWORK_FORWARD_OPEN) {
        return virFail(err, VIR_ERR_XML_ERROR, "forward dev not allowed for network '%s' with forward mode='open'",
                       def->name);
    }
    return 0;
}

static int checkOwnBridge(const virNetworkDef *def, GError **err)
{
    if (def->forward != VIR_NETWORK_FORWARD_BRIDGE || !def->bridge || (!def->forward_devs->len && !def->forward_pf))
        return 0;
    return virFail(err, VIR_ERR_XML_ERROR, "A network with forward mode='bridge' can specify a bridge name or a forward dev, "
                   "but not both (network '%s')", def->name);
}

/* Beside a <pf> an update may put a device, as clients of libvirt know it; the pool is then the functions' all the same. */
static int checkPool(const virNetworkDef *def, GError **err)
{
    if (def->forward == VIR_NETWORK_FORWARD_HOSTDEV && def->forward_devs->len && !def->forward_pf) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "hostdev network '%s' lists '%s' in the device pool, but hostdev "
                       "networks require all devices to be listed by PCI address, not network device name", def->name,
                       (const char *)def->forward_devs->pdata[0]);
    }
    if (def->forward != VIR_NETWORK_FORWARD_HOSTDEV && def->forward_addresses->len) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "network '%s' has forward mode '%s' but lists a device by PCI address "
                       "in the device pool. This is only supported for networks with forward mode 'hostdev'", def->name,
                       modeOf(def));
    }
    return 0;
}

/* --- What only a bridge of our own can have --------------------------------------------------------------------- */

/* Most of <bridge> makes sense only for a bridge that is made; a host's own has a name and a MAC table. */
static int checkBridgeOptions(const virNetworkDef *def, GError **err)
{
    gboolean is_hosts = def->forward == VIR_NETWORK_FORWARD_BRIDGE;

    if (isManaged(def))
        return 0;
    if (def->bridge && !is_hosts)
        return virFail(err, VIR_ERR_XML_ERROR, "bridge name not allowed in %s mode (network '%s')", modeOf(def), def->name);
    if (def->stp_given || def->delay_s || (def->zone && is_hosts)) {
        return virFail(err, VIR_ERR_XML_ERROR, "bridge delay/stp/zone options only allowed in route, nat, and isolated mode, "
                       "not in %s (network '%s')", modeOf(def), def->name);
    }
    if (def->zone)
        return virFail(err, VIR_ERR_XML_ERROR, "bridge zone not allowed in %s mode (network '%s')", modeOf(def), def->name);
    if (def->mac_table && !is_hosts) {
        return virFail(err, VIR_ERR_XML_ERROR, "bridge macTableManager setting not allowed in %s mode (network '%s')",
                       modeOf(def), def->name);
    }
    return 0;
}

static int checkMtu(const virNetworkDef *def, GError **err)
{
    if (!def->mtu || isManaged(def))
        return 0;
    return virFail(err, VIR_ERR_XML_ERROR, "mtu size only allowed in open, route, nat, and isolated mode, not in %s "
                   "(network '%s')", modeOf(def), def->name);
}

static int checkManagedElements(const virNetworkDef *def, GError **err)
{
    const struct {
        gboolean given;
        const char *element;
    } elements[] = {
        { def->has_mac, "mac" },
        { def->ips->len > 0, "ip" },
        { def->txts->len || def->dns_hosts->len || def->srvs->len || def->forwarders->len, "dns" },
        { def->domain != NULL, "domain" },
    };
    size_t i;

    for (i = 0; !isManaged(def) && i < G_N_ELEMENTS(elements); i++) {
        if (elements[i].given) {
            return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported <%s> element in network %s with forward mode='%s'",
                           elements[i].element, def->name, modeOf(def));
        }
    }
    return 0;
}

/* A bridge, the host's or ours, is what bandwidth is limited on. */
static gboolean hasBridge(const virNetworkDef *def)
{
    return isManaged(def) || (def->forward == VIR_NETWORK_FORWARD_BRIDGE && def->bridge);
}

static int checkBandwidth(const virNetworkDef *def, GError **err)
{
    if (!def->bandwidth || hasBridge(def))
        return 0;
    return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported network-wide <bandwidth> element in network %s with forward "
                   "mode='%s'", def->name, modeOf(def));
}

static gboolean isReachable(const virNetworkDef *def, const virSocketAddr *gateway)
{
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        if (virSocketAddrInSubnet(gateway, &ip->address, virNetworkIpGetPrefix(ip)))
            return TRUE;
    }
    return FALSE;
}

static int checkRoutes(const virNetworkDef *def, GError **err)
{
    char gateway[VIR_SOCKET_ADDR_BUFLEN];
    guint i;

    for (i = 0; i < def->routes->len; i++) {
        const virNetworkRoute *route = def->routes->pdata[i];

        if (isReachable(def, &route->gateway))
            continue;
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "unreachable static route gateway '%s' specified for network '%s'",
                       virSocketAddrFormat(&route->gateway, gateway), def->name);
    }
    return 0;
}

/* --- Portgroups ------------------------------------------------------------------------------------------------- */

static int checkGroupNames(const virNetworkDef *def, GError **err)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    guint i;

    for (i = 0; i < def->portgroups->len; i++) {
        const virNetworkPortGroup *group = def->portgroups->pdata[i];

        if (!g_hash_table_add(names, group->name)) {
            return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "multiple <portgroup> elements with the same name (%s) in network "
                           "'%s'", group->name, def->name);
        }
    }
    return 0;
}

static int checkGroupBandwidths(const virNetworkDef *def, GError **err)
{
    guint i;

    if (hasBridge(def))
        return 0;
    for (i = 0; i < def->portgroups->len; i++) {
        const virNetworkPortGroup *group = def->portgroups->pdata[i];

        if (group->bandwidth) {
            return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported <bandwidth> element in network '%s' in portgroup '%s' "
                           "with forward mode='%s'", def->name, group->name, modeOf(def));
        }
    }
    return 0;
}

static int checkGroupDefault(const virNetworkDef *def, GError **err)
{
    const virNetworkPortGroup *first = NULL;
    guint i;

    for (i = 0; i < def->portgroups->len; i++) {
        const virNetworkPortGroup *group = def->portgroups->pdata[i];

        if (group->is_default && first) {
            return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "network '%s' has multiple default <portgroup> elements (%s and %s), "
                           "but only one default is allowed", def->name, first->name, group->name);
        }
        if (group->is_default)
            first = group;
    }
    return 0;
}

/* --- VLAN ------------------------------------------------------------------------------------------------------- */

/* Whether a port of @group (NULL: of none) would get tags that nothing on the host could put on its packets. */
static gboolean lacksTagging(const virNetworkDef *def, const virNetworkPortGroup *group)
{
    const virNetworkVirtualPort *port = group && group->virtualport ? group->virtualport : def->virtualport;

    if (!def->vlan && !(group && group->vlan))
        return FALSE;
    if (def->forward == VIR_NETWORK_FORWARD_PASSTHROUGH || def->forward == VIR_NETWORK_FORWARD_HOSTDEV)
        return group && group->virtualport;
    return def->forward != VIR_NETWORK_FORWARD_BRIDGE || !port || port->type != VIR_NETWORK_VIRTUALPORT_OPENVSWITCH;
}

/* Each port gets its tags from its group or the network, and a port that names no group is of the default one. */
static int checkVlan(const virNetworkDef *def, GError **err)
{
    gboolean has_default = FALSE, is_lacking = FALSE;
    guint i;

    for (i = 0; i < def->portgroups->len; i++) {
        const virNetworkPortGroup *group = def->portgroups->pdata[i];

        has_default = has_default || group->is_default;
        is_lacking = is_lacking || lacksTagging(def, group);
    }
    if (!is_lacking && (has_default || !lacksTagging(def, NULL)))
        return 0;
    return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "<vlan> element specified for network %s, whose type doesn't support vlan "
                   "configuration", def->name);
}

int virNetworkCheckModes(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    static int (*const rules[])(const virNetworkDef *, GError **) = {
        checkRoutes, checkAddressGiven, checkBridgeOptions, checkMtu, checkDeviceCount, checkOwnBridge, checkPool,
        checkManagedElements, checkBandwidth, checkGroupNames, checkGroupBandwidths, checkGroupDefault, checkVlan,
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(rules); i++) {
        g_autoptr(GError) error = NULL;

        if (rules[i](def, &error) == 0 || (was && rules[i](was, NULL) < 0))
            continue;
        g_propagate_error(err, g_steal_pointer(&error));
        return -1;
    }
    return 0;
}
