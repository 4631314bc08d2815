/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_def_port.c: making, sharing and comparing of what a network gives to its ports
 *
 * Values only: they are read by network_parse_port.c, written by network_format_port.c, and used by ports and plans.
 */
#include "network_def_port.h"

#include <string.h>

/* Both absent, or both there and to be compared. */
#define EQUAL_OR_ABSENT(a, b, equal) ((a) == (b) || ((a) && (b) && equal((a), (b))))

/* --- Bandwidth -------------------------------------------------------------------------------------------------- */

virNetworkBandwidth *virNetworkBandwidthNew(void)
{
    virNetworkBandwidth *bandwidth = g_new0(virNetworkBandwidth, 1);

    g_atomic_ref_count_init(&bandwidth->refs);
    return bandwidth;
}

virNetworkBandwidth *virNetworkBandwidthRef(virNetworkBandwidth *bandwidth)
{
    if (bandwidth)
        g_atomic_ref_count_inc(&bandwidth->refs);
    return bandwidth;
}

void virNetworkBandwidthUnref(virNetworkBandwidth *bandwidth)
{
    if (bandwidth && g_atomic_ref_count_dec(&bandwidth->refs))
        g_free(bandwidth);
}

static gboolean rateEqual(const virNetworkRate *a, const virNetworkRate *b)
{
    return a->average == b->average && a->peak == b->peak && a->burst == b->burst && a->floor == b->floor;
}

gboolean virNetworkBandwidthEqual(const virNetworkBandwidth *a, const virNetworkBandwidth *b)
{
    static const virNetworkBandwidth none;

    a = a ? a : &none;
    b = b ? b : &none;
    return rateEqual(&a->inbound, &b->inbound) && rateEqual(&a->outbound, &b->outbound);
}

gboolean virNetworkRateIsSet(const virNetworkRate *rate)
{
    return rate->average || rate->floor;
}

/* --- VLAN ------------------------------------------------------------------------------------------------------- */

virNetworkVlan *virNetworkVlanNew(void)
{
    virNetworkVlan *vlan = g_new0(virNetworkVlan, 1);

    g_atomic_ref_count_init(&vlan->refs);
    vlan->tags = g_array_new(FALSE, TRUE, sizeof(virNetworkVlanTag));
    return vlan;
}

virNetworkVlan *virNetworkVlanRef(virNetworkVlan *vlan)
{
    if (vlan)
        g_atomic_ref_count_inc(&vlan->refs);
    return vlan;
}

void virNetworkVlanUnref(virNetworkVlan *vlan)
{
    if (!vlan || !g_atomic_ref_count_dec(&vlan->refs))
        return;
    g_array_unref(vlan->tags);
    g_free(vlan);
}

gboolean virNetworkVlanEqual(const virNetworkVlan *a, const virNetworkVlan *b)
{
    guint i;

    if (a->trunk != b->trunk || a->tags->len != b->tags->len)
        return FALSE;
    for (i = 0; i < a->tags->len; i++) {
        const virNetworkVlanTag *one = &g_array_index(a->tags, virNetworkVlanTag, i);
        const virNetworkVlanTag *other = &g_array_index(b->tags, virNetworkVlanTag, i);

        if (one->id != other->id || one->native != other->native)
            return FALSE;
    }
    return TRUE;
}

/* --- Virtual port profile --------------------------------------------------------------------------------------- */

const char *virNetworkVirtualPortTypeName(virNetworkVirtualPortType type)
{
    static const char *const names[] = {
        [VIR_NETWORK_VIRTUALPORT_NONE] = NULL,
        [VIR_NETWORK_VIRTUALPORT_8021QBG] = "802.1Qbg",
        [VIR_NETWORK_VIRTUALPORT_8021QBH] = "802.1Qbh",
        [VIR_NETWORK_VIRTUALPORT_OPENVSWITCH] = "openvswitch",
        [VIR_NETWORK_VIRTUALPORT_MIDONET] = "midonet",
    };

    G_STATIC_ASSERT(G_N_ELEMENTS(names) == VIR_NETWORK_VIRTUALPORT_LAST);
    return names[type];
}

virNetworkVirtualPort *virNetworkVirtualPortNew(void)
{
    virNetworkVirtualPort *port = g_new0(virNetworkVirtualPort, 1);

    g_atomic_ref_count_init(&port->refs);
    return port;
}

virNetworkVirtualPort *virNetworkVirtualPortCopy(const virNetworkVirtualPort *port)
{
    virNetworkVirtualPort *copy = g_new0(virNetworkVirtualPort, 1);

    *copy = *port;
    g_atomic_ref_count_init(&copy->refs);
    copy->profile_id = g_strdup(port->profile_id);
    return copy;
}

virNetworkVirtualPort *virNetworkVirtualPortRef(virNetworkVirtualPort *port)
{
    if (port)
        g_atomic_ref_count_inc(&port->refs);
    return port;
}

void virNetworkVirtualPortUnref(virNetworkVirtualPort *port)
{
    if (!port || !g_atomic_ref_count_dec(&port->refs))
        return;
    g_free(port->profile_id);
    g_free(port);
}

/* Values that are not given are zero, so they compare equal. */
gboolean virNetworkVirtualPortEqual(const virNetworkVirtualPort *a, const virNetworkVirtualPort *b)
{
    return a->type == b->type && a->has_manager_id == b->has_manager_id && a->manager_id == b->manager_id &&
           a->has_type_id == b->has_type_id && a->type_id == b->type_id &&
           a->has_type_id_version == b->has_type_id_version && a->type_id_version == b->type_id_version &&
           a->has_instance_id == b->has_instance_id && memcmp(a->instance_id, b->instance_id, VIR_UUID_LEN) == 0 &&
           a->has_interface_id == b->has_interface_id && memcmp(a->interface_id, b->interface_id, VIR_UUID_LEN) == 0 &&
           g_strcmp0(a->profile_id, b->profile_id) == 0;
}

/* --- Portgroup -------------------------------------------------------------------------------------------------- */

virNetworkPortGroup *virNetworkPortGroupNew(void)
{
    virNetworkPortGroup *group = g_new0(virNetworkPortGroup, 1);

    g_atomic_ref_count_init(&group->refs);
    return group;
}

virNetworkPortGroup *virNetworkPortGroupRef(virNetworkPortGroup *group)
{
    if (group)
        g_atomic_ref_count_inc(&group->refs);
    return group;
}

void virNetworkPortGroupUnref(virNetworkPortGroup *group)
{
    if (!group || !g_atomic_ref_count_dec(&group->refs))
        return;
    g_free(group->name);
    virNetworkBandwidthUnref(group->bandwidth);
    virNetworkVlanUnref(group->vlan);
    virNetworkVirtualPortUnref(group->virtualport);
    g_free(group);
}

gboolean virNetworkPortGroupEqual(const virNetworkPortGroup *a, const virNetworkPortGroup *b)
{
    return g_strcmp0(a->name, b->name) == 0 && a->is_default == b->is_default &&
           a->trust_guest_rx_filters == b->trust_guest_rx_filters &&
           virNetworkBandwidthEqual(a->bandwidth, b->bandwidth) &&
           EQUAL_OR_ABSENT(a->vlan, b->vlan, virNetworkVlanEqual) &&
           EQUAL_OR_ABSENT(a->virtualport, b->virtualport, virNetworkVirtualPortEqual);
}

/* --- PCI address ------------------------------------------------------------------------------------------------ */

gboolean virPciAddressEqual(const virPciAddress *a, const virPciAddress *b)
{
    return a->domain == b->domain && a->bus == b->bus && a->slot == b->slot && a->function == b->function;
}

const char *virPciAddressFormat(const virPciAddress *address, char *buffer)
{
    g_snprintf(buffer, VIR_PCI_ADDRESS_BUFLEN, "%04x:%02x:%02x.%x", address->domain, address->bus, address->slot,
               address->function & 7u);
    return buffer;
}
