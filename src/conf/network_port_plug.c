/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_port_plug.c: what a network gives to a port that is asked for, and whether it may have it
 *
 * Pools are shared evenly: a port gets the member that has the fewest, the first of equals. Called by changes of ports, with
 * the network's change lock held.
 */
#include "network_port_plug.h"

#include <inttypes.h>
#include <string.h>

#include "network_parse_port.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- What group and network give -------------------------------------------------------------------------------- */

/* The group that was asked for, else the default one; NULL also if there is none of that name. */
static const virNetworkPortGroup *findGroup(const virNetworkDef *def, const char *name)
{
    guint i;

    for (i = 0; i < def->portgroups->len; i++) {
        const virNetworkPortGroup *group = def->portgroups->pdata[i];

        if (name ? strcmp(group->name, name) == 0 : group->is_default)
            return group;
    }
    return NULL;
}

static void inherit(const virNetworkDef *def, const virNetworkPortGroup *group, virNetworkPortDef *port)
{
    if (!port->bandwidth && group)
        port->bandwidth = virNetworkBandwidthRef(group->bandwidth);
    if (!port->vlan && group)
        port->vlan = virNetworkVlanRef(group->vlan);
    if (!port->vlan)
        port->vlan = virNetworkVlanRef(def->vlan);
    if (!port->trust_guest_rx_filters && group)
        port->trust_guest_rx_filters = group->trust_guest_rx_filters;
    if (!port->trust_guest_rx_filters)
        port->trust_guest_rx_filters = def->trust_guest_rx_filters;
    if (!port->isolated)
        port->isolated = def->port_isolated;
}

/* --- Profiles --------------------------------------------------------------------------------------------------- */

static int failMerge(const char *what, const char *one, const char *other, GError **err)
{
    return virErrorSet(err, VIR_FROM_NET, VIR_ERR_XML_ERROR,
                       "attempt to merge virtualports with mismatched %s (%s and %s)", what, one, other);
}

/* One of the numbers: taken over if @to has none, else to be the same. */
typedef struct {
    const char *plural;
    gboolean *has;
    guint32 own;
    gboolean other_has;
    guint32 other;
} NumberMerge;

static int mergeNumber(const NumberMerge *merge, GError **err)
{
    g_autofree char *one = NULL;
    g_autofree char *other = NULL;

    if (!merge->other_has)
        return 0;
    if (!*merge->has) {
        *merge->has = TRUE;
        return 1;
    }
    if (merge->own == merge->other)
        return 0;
    one = g_strdup_printf("%u", merge->own);
    other = g_strdup_printf("%u", merge->other);
    return failMerge(merge->plural, one, other, err);
}

static int mergeNumbers(virNetworkVirtualPort *to, const virNetworkVirtualPort *from, GError **err)
{
    const NumberMerge manager = { "managerids", &to->has_manager_id, to->manager_id, from->has_manager_id,
                                  from->manager_id };
    const NumberMerge type = { "typeids", &to->has_type_id, to->type_id, from->has_type_id, from->type_id };
    const NumberMerge version = { "typeidversions", &to->has_type_id_version, to->type_id_version,
                                  from->has_type_id_version, from->type_id_version };
    int takes_manager = mergeNumber(&manager, err);
    int takes_type = takes_manager < 0 ? -1 : mergeNumber(&type, err);
    int takes_version = takes_type < 0 ? -1 : mergeNumber(&version, err);

    if (takes_version < 0)
        return -1;
    if (takes_manager)
        to->manager_id = from->manager_id;
    if (takes_type)
        to->type_id = from->type_id;
    if (takes_version)
        to->type_id_version = from->type_id_version;
    return 0;
}

/* One of the two UUIDs. */
typedef struct {
    const char *plural;
    gboolean *has;
    unsigned char *own;
    gboolean other_has;
    const unsigned char *other;
} UuidMerge;

static int mergeUuid(const UuidMerge *merge, GError **err)
{
    char one[VIR_UUID_TEXT_LEN], other[VIR_UUID_TEXT_LEN];

    if (!merge->other_has)
        return 0;
    if (*merge->has && memcmp(merge->own, merge->other, VIR_UUID_LEN) != 0)
        return failMerge(merge->plural, virUUIDFormat(merge->own, one), virUUIDFormat(merge->other, other), err);
    *merge->has = TRUE;
    memcpy(merge->own, merge->other, VIR_UUID_LEN);
    return 0;
}

static int mergeIds(virNetworkVirtualPort *to, const virNetworkVirtualPort *from, GError **err)
{
    const UuidMerge instance = { "instanceids", &to->has_instance_id, to->instance_id, from->has_instance_id,
                                 from->instance_id };
    const UuidMerge interface = { "interfaceids", &to->has_interface_id, to->interface_id, from->has_interface_id,
                                  from->interface_id };

    if (mergeUuid(&instance, err) < 0 || mergeUuid(&interface, err) < 0)
        return -1;
    if (to->profile_id && from->profile_id && strcmp(to->profile_id, from->profile_id) != 0)
        return failMerge("profileids", to->profile_id, from->profile_id, err);
    if (!to->profile_id)
        to->profile_id = g_strdup(from->profile_id);
    return 0;
}

static virNetworkVirtualPortType typeOf(const virNetworkVirtualPort *profile)
{
    return profile ? profile->type : VIR_NETWORK_VIRTUALPORT_NONE;
}

static int mergeProfile(virNetworkVirtualPort *to, const virNetworkVirtualPort *from, GError **err)
{
    if (to->type && from->type && to->type != from->type) {
        return failMerge("types", virNetworkVirtualPortTypeName(to->type), virNetworkVirtualPortTypeName(from->type),
                         err);
    }
    if (!to->type)
        to->type = from->type;
    return mergeNumbers(to, from, err) < 0 ? -1 : mergeIds(to, from, err);
}

static int failMissing(const virNetworkVirtualPort *profile, const char *parameter, GError **err)
{
    return virErrorSet(err, VIR_FROM_NET, VIR_ERR_XML_ERROR, "missing %s in <virtualport type='%s'>", parameter,
                       virNetworkVirtualPortTypeName(profile->type));
}

/* What each type needs; ids that only have to be unique are made. */
static int completeProfile(virNetworkVirtualPort *profile, GError **err)
{
    switch (profile->type) {
    case VIR_NETWORK_VIRTUALPORT_8021QBG:
        if (!profile->has_manager_id)
            return failMissing(profile, "managerid", err);
        if (!profile->has_type_id)
            return failMissing(profile, "typeid", err);
        if (!profile->has_type_id_version)
            return failMissing(profile, "typeidversion", err);
        if (!profile->has_instance_id)
            virUUIDGenerate(profile->instance_id);
        profile->has_instance_id = TRUE;
        return 0;
    case VIR_NETWORK_VIRTUALPORT_8021QBH:
        return profile->profile_id ? 0 : failMissing(profile, "profileid", err);
    case VIR_NETWORK_VIRTUALPORT_OPENVSWITCH:
        if (!profile->has_interface_id)
            virUUIDGenerate(profile->interface_id);
        profile->has_interface_id = TRUE;
        return 0;
    case VIR_NETWORK_VIRTUALPORT_MIDONET:
        return profile->has_interface_id ? 0 : failMissing(profile, "interfaceid", err);
    case VIR_NETWORK_VIRTUALPORT_NONE:
    case VIR_NETWORK_VIRTUALPORT_LAST:
    default:
        return 0;
    }
}

/* Those without a type may bring parameters that the type of another does not have. */
static void dropForeign(virNetworkVirtualPort *profile)
{
    gboolean is_qbg = profile->type == VIR_NETWORK_VIRTUALPORT_8021QBG;

    profile->has_manager_id = profile->has_manager_id && is_qbg;
    profile->has_type_id = profile->has_type_id && is_qbg;
    profile->has_type_id_version = profile->has_type_id_version && is_qbg;
    profile->has_instance_id = profile->has_instance_id && is_qbg;
    if (is_qbg)
        g_clear_pointer(&profile->profile_id, g_free);
    if (profile->type != VIR_NETWORK_VIRTUALPORT_OPENVSWITCH && profile->type != VIR_NETWORK_VIRTUALPORT_MIDONET)
        profile->has_interface_id = FALSE;
}

/* Where nobody gives a type, what network and group say does not count. */
static int mergeProfiles(const virNetworkDef *def, const virNetworkPortGroup *group, virNetworkPortDef *port, GError **err)
{
    const virNetworkVirtualPort *from[] = { def->virtualport, group ? group->virtualport : NULL };
    g_autoptr(virNetworkVirtualPort) merged = NULL;
    size_t i;

    if (!typeOf(port->virtualport) && !typeOf(from[0]) && !typeOf(from[1]))
        return 0;
    merged = port->virtualport ? virNetworkVirtualPortCopy(port->virtualport) : virNetworkVirtualPortNew();
    for (i = 0; i < G_N_ELEMENTS(from); i++) {
        if (from[i] && mergeProfile(merged, from[i], err) < 0)
            return -1;
    }
    dropForeign(merged);
    virNetworkVirtualPortUnref(port->virtualport);
    port->virtualport = g_steal_pointer(&merged);
    return 0;
}

static int failProfile(const virNetworkPortPlace *place, const virNetworkPortDef *port, const char *what, GError **err)
{
    const char *type = virNetworkVirtualPortTypeName(typeOf(port->virtualport));

    return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "<virtualport type='%s'> not supported for network '%s' which uses %s",
                   type ? type : "none", place->def->name, what);
}

/* --- Pools ------------------------------------------------------------------------------------------------------ */

/* Whether no two ports may share a member of the pool. */
static gboolean isExclusive(const virNetworkDef *def, const virNetworkPortDef *port)
{
    return def->forward == VIR_NETWORK_FORWARD_PASSTHROUGH || def->forward == VIR_NETWORK_FORWARD_HOSTDEV ||
           (def->forward == VIR_NETWORK_FORWARD_PRIVATE && typeOf(port->virtualport) == VIR_NETWORK_VIRTUALPORT_8021QBH);
}

static int failEmpty(const virNetworkDef *def, GError **err)
{
    return virFail(err, VIR_ERR_INTERNAL_ERROR,
                   "network '%s' uses a direct mode, but has no forward dev and no interface pool", def->name);
}

static int failTaken(const virNetworkDef *def, GError **err)
{
    return virFail(err, VIR_ERR_INTERNAL_ERROR,
                   "network '%s' requires exclusive access to interfaces, but none are available", def->name);
}

static guint countOf(const virNetworkUse *use, const char *member)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(use->members, member));
}

/* The member with the fewest ports; NULL if an exclusive one is wanted and all are taken. */
static const char *chooseDev(const virNetworkPortPlace *place, gboolean exclusive)
{
    const GPtrArray *pool = place->def->forward_devs;
    virNetworkUse use = { 0 };
    const char *best = NULL;
    guint best_count = exclusive ? 1 : G_MAXUINT;
    guint i;

    virNetworkPortListCount(place->ports, &use);
    for (i = 0; i < pool->len; i++) {
        guint count = countOf(&use, pool->pdata[i]);

        if (count < best_count) {
            best = pool->pdata[i];
            best_count = count;
        }
    }
    g_hash_table_unref(use.members);
    return best;
}

static const virPciAddress *chooseFunction(const virNetworkPortPlace *place)
{
    const GPtrArray *pool = place->def->forward_addresses;
    const virPciAddress *found = NULL;
    virNetworkUse use = { 0 };
    char text[VIR_PCI_ADDRESS_BUFLEN];
    guint i;

    virNetworkPortListCount(place->ports, &use);
    for (i = 0; i < pool->len && !found; i++) {
        if (countOf(&use, virPciAddressFormat(pool->pdata[i], text)) == 0)
            found = pool->pdata[i];
    }
    g_hash_table_unref(use.members);
    return found;
}

/* --- Plugs ------------------------------------------------------------------------------------------------------ */

static int plugNetwork(const virNetworkPortPlace *place, virNetworkPortDef *port, GError **err)
{
    if (port->virtualport)
        return failProfile(place, port, "IP forwarding", err);
    port->plug = VIR_NETWORK_PLUG_NETWORK;
    port->bridge = g_strdup(place->def->bridge);
    port->mac_table = place->def->mac_table;
    return 0;
}

static int plugBridge(const virNetworkPortPlace *place, virNetworkPortDef *port, GError **err)
{
    if (port->virtualport && typeOf(port->virtualport) != VIR_NETWORK_VIRTUALPORT_OPENVSWITCH)
        return failProfile(place, port, "a bridge device", err);
    port->plug = VIR_NETWORK_PLUG_BRIDGE;
    port->bridge = g_strdup(place->def->bridge);
    port->mac_table = place->def->mac_table;
    return 0;
}

static int plugDirect(const virNetworkPortPlace *place, virNetworkPortDef *port, GError **err)
{
    virNetworkVirtualPortType type = typeOf(port->virtualport);
    const char *dev;

    if (port->virtualport && type != VIR_NETWORK_VIRTUALPORT_8021QBG && type != VIR_NETWORK_VIRTUALPORT_8021QBH)
        return failProfile(place, port, "a macvtap device", err);
    if (place->def->forward_devs->len == 0)
        return failEmpty(place->def, err);
    dev = chooseDev(place, isExclusive(place->def, port));
    if (!dev)
        return failTaken(place->def, err);
    port->plug = VIR_NETWORK_PLUG_DIRECT;
    port->dev = g_strdup(dev);
    port->mode = place->def->forward;
    return 0;
}

static int plugHostdev(const virNetworkPortPlace *place, virNetworkPortDef *port, GError **err)
{
    const virPciAddress *address = chooseFunction(place);

    if (!address)
        return failTaken(place->def, err);
    if (port->virtualport && typeOf(port->virtualport) != VIR_NETWORK_VIRTUALPORT_8021QBH)
        return failProfile(place, port, "an SR-IOV Virtual Function via PCI passthrough", err);
    port->plug = VIR_NETWORK_PLUG_HOSTDEV_PCI;
    port->managed = place->def->forward_managed ? VIR_TRISTATE_YES : VIR_TRISTATE_NO;
    port->driver = place->def->forward_driver;
    port->address = *address;
    return 0;
}

static int choosePlug(const virNetworkPortPlace *place, virNetworkPortDef *port, GError **err)
{
    const virNetworkDef *def = place->def;

    if (virNetworkForwardModeIsManaged(def->forward))
        return plugNetwork(place, port, err);
    if (def->forward == VIR_NETWORK_FORWARD_HOSTDEV)
        return plugHostdev(place, port, err);
    return def->forward == VIR_NETWORK_FORWARD_BRIDGE && def->bridge ? plugBridge(place, port, err)
                                                                      : plugDirect(place, port, err);
}

/* --- Floors ----------------------------------------------------------------------------------------------------- */

static int failFloor(const virNetworkPortPlace *place, const virNetworkPortDef *port, guint64 sum, GError **err)
{
    const virNetworkRate *inbound = &place->def->bandwidth->inbound;
    char mac[VIR_MAC_STRING_BUFLEN];

    return virFail(err, VIR_ERR_OPERATION_INVALID,
                   "Cannot plug '%s' interface into '%s' because new combined inbound floor=%" PRIu64
                   " would overcommit %s=%" PRIu64 " on network '%s'", virMacAddrFormat(&port->mac, mac),
                   place->def->bridge, sum, inbound->peak ? "peak" : "average",
                   inbound->peak ? inbound->peak : inbound->average, place->def->name);
}

static int checkFloor(const virNetworkPortPlace *place, const virNetworkPortDef *port, GError **err)
{
    const virNetworkDef *def = place->def;
    guint64 floor = virNetworkPortDefGetFloor(port);
    guint64 others = virNetworkPortListSumFloors(place->ports);
    char mac[VIR_MAC_STRING_BUFLEN];
    guint64 most;

    if (!virNetworkForwardModeIsManaged(def->forward)) {
        return virFail(err, VIR_ERR_OPERATION_UNSUPPORTED,
                       "Invalid use of 'floor' on interface with MAC address %s - 'floor' is only supported for "
                       "interface type 'network' with forward type 'nat', 'route', 'open' or none",
                       virMacAddrFormat(&port->mac, mac));
    }
    if (!def->bandwidth || !virNetworkRateIsSet(&def->bandwidth->inbound)) {
        return virFail(err, VIR_ERR_OPERATION_UNSUPPORTED,
                       "Invalid use of 'floor' on interface with MAC address %s - network '%s' has no inbound QoS set",
                       virMacAddrFormat(&port->mac, mac), def->name);
    }
    most = def->bandwidth->inbound.peak ? def->bandwidth->inbound.peak : def->bandwidth->inbound.average;
    /* The sum may be more than a number can hold. */
    if (floor > most || others > most - floor)
        return failFloor(place, port, others > G_MAXUINT64 - floor ? G_MAXUINT64 : others + floor, err);
    return 0;
}

/* A class for the floor, if there is one: the one the port has, unless another port has it too. */
static int chooseClass(const virNetworkPortPlace *place, virNetworkPortDef *port, GError **err)
{
    if (!virNetworkPortDefGetFloor(port))
        return 0;
    if (checkFloor(place, port, err) < 0)
        return -1;
    if (port->class_id < 3 || virNetworkPortListHasClass(place->ports, port->class_id))
        port->class_id = virNetworkPortListFreeClass(place->ports);
    if (!port->class_id)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "Could not generate next class ID");
    return 0;
}

/* --- Public functions ------------------------------------------------------------------------------------------- */

int virNetworkPortPlug(const virNetworkPortPlace *place, virNetworkPortDef *port, GError **err)
{
    const virNetworkPortGroup *group = findGroup(place->def, port->group);

    inherit(place->def, group, port);
    if (mergeProfiles(place->def, group, port, err) < 0 || choosePlug(place, port, err) < 0)
        return -1;
    /* Without a floor the number means nothing, and is kept as it came. */
    if (virNetworkPortDefGetFloor(port))
        port->class_id = 0;
    if (chooseClass(place, port, err) < 0)
        return -1;
    return port->virtualport ? completeProfile(port->virtualport, err) : 0;
}

static gboolean hasDev(const virNetworkDef *def, const char *dev)
{
    return g_ptr_array_find_with_equal_func(def->forward_devs, dev, g_str_equal, NULL);
}

static gboolean hasFunction(const virNetworkDef *def, const virPciAddress *address)
{
    return g_ptr_array_find_with_equal_func(def->forward_addresses, address, (GEqualFunc)virPciAddressEqual, NULL);
}

static int reclaimDev(const virNetworkPortPlace *place, const virNetworkPortDef *port, guint count, GError **err)
{
    const char *name = place->def->name;

    if (!hasDev(place->def, port->dev)) {
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "network '%s' doesn't have dev='%s' in use by network port", name,
                       port->dev);
    }
    if (count && isExclusive(place->def, port)) {
        return virFail(err, VIR_ERR_INTERNAL_ERROR,
                       "network '%s' claims dev='%s' is already in use by a different port", name, port->dev);
    }
    return 0;
}

static int reclaimFunction(const virNetworkPortPlace *place, const virNetworkPortDef *port, guint count, GError **err)
{
    const char *name = place->def->name;
    char text[VIR_PCI_ADDRESS_BUFLEN];

    if (!hasFunction(place->def, &port->address)) {
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "network '%s' doesn't have PCI device %s in use by network port",
                       name, virPciAddressFormat(&port->address, text));
    }
    if (count) {
        return virFail(err, VIR_ERR_INTERNAL_ERROR,
                       "network '%s' claims PCI device %s is already in use by a different network port", name,
                       virPciAddressFormat(&port->address, text));
    }
    return 0;
}

int virNetworkPortReclaim(const virNetworkPortPlace *place, virNetworkPortDef *port, GError **err)
{
    char text[VIR_PCI_ADDRESS_BUFLEN];
    virNetworkUse use = { 0 };
    int ret = 0;

    virNetworkPortListCount(place->ports, &use);
    if (port->plug == VIR_NETWORK_PLUG_DIRECT)
        ret = reclaimDev(place, port, countOf(&use, port->dev), err);
    else if (port->plug == VIR_NETWORK_PLUG_HOSTDEV_PCI)
        ret = reclaimFunction(place, port, countOf(&use, virPciAddressFormat(&port->address, text)), err);
    else if (!place->def->bridge)
        ret = virFail(err, VIR_ERR_INTERNAL_ERROR, "Unexpectedly got a network port without a network bridge");
    g_hash_table_unref(use.members);
    return ret;
}

int virNetworkPortSetBandwidth(const virNetworkPortPlace *place, virNetworkPortDef *port, virNetworkBandwidth *bandwidth,
                               GError **err)
{
    virNetworkBandwidthRef(bandwidth);
    virNetworkBandwidthUnref(port->bandwidth);
    port->bandwidth = bandwidth;
    if (!virNetworkPortDefGetFloor(port))
        port->class_id = 0;
    return chooseClass(place, port, err);
}

/* Whether @port has something of the pool of @was that @def lacks. */
static gboolean losesPlug(const virNetworkPortDef *port, const virNetworkDef *was, const virNetworkDef *def)
{
    if (port->plug == VIR_NETWORK_PLUG_DIRECT)
        return hasDev(was, port->dev) && !hasDev(def, port->dev);
    if (port->plug == VIR_NETWORK_PLUG_HOSTDEV_PCI)
        return hasFunction(was, &port->address) && !hasFunction(def, &port->address);
    return FALSE;
}

int virNetworkPortListCheckPool(const GPtrArray *ports, const virNetworkDef *was, const virNetworkDef *def, GError **err)
{
    char uuid[VIR_UUID_TEXT_LEN];
    char address[VIR_PCI_ADDRESS_BUFLEN];
    guint i;

    for (i = 0; i < ports->len; i++) {
        const virNetworkPortDef *port = ports->pdata[i];

        if (losesPlug(port, was, def)) {
            return virFail(err, VIR_ERR_OPERATION_INVALID, "network '%s': '%s' cannot be taken away, since port %s of guest "
                           "'%s' uses it", def->name, port->dev ? port->dev : virPciAddressFormat(&port->address, address),
                           virUUIDFormat(port->uuid, uuid), port->owner_name);
        }
    }
    return 0;
}
