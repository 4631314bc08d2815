/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_port_def.c: making, sharing, comparing and counting of ports
 *
 * Values only: they are read and written by network_port_xml.c, and made of what a client asks for by
 * network_port_plug.c.
 */
#include "network_port_def.h"

#include <string.h>

/* Both absent, or both there and to be compared. */
#define EQUAL_OR_ABSENT(a, b, equal) ((a) == (b) || ((a) && (b) && equal((a), (b))))

/* Classes of the queueing discipline have 16 bits. */
#define CLASS_MAX 0xffff
#define CLASS_FIRST 3

const char *virNetworkPlugTypeName(virNetworkPlugType type)
{
    static const char *const names[] = {
        [VIR_NETWORK_PLUG_NONE] = "none",
        [VIR_NETWORK_PLUG_NETWORK] = "network",
        [VIR_NETWORK_PLUG_BRIDGE] = "bridge",
        [VIR_NETWORK_PLUG_DIRECT] = "direct",
        [VIR_NETWORK_PLUG_HOSTDEV_PCI] = "hostdev-pci",
    };

    G_STATIC_ASSERT(G_N_ELEMENTS(names) == VIR_NETWORK_PLUG_LAST);
    return names[type];
}

virNetworkPortDef *virNetworkPortDefNew(void)
{
    virNetworkPortDef *port = g_new0(virNetworkPortDef, 1);

    g_atomic_ref_count_init(&port->refs);
    return port;
}

virNetworkPortDef *virNetworkPortDefCopy(const virNetworkPortDef *port)
{
    virNetworkPortDef *copy = g_new0(virNetworkPortDef, 1);

    *copy = *port;
    g_atomic_ref_count_init(&copy->refs);
    copy->owner_name = g_strdup(port->owner_name);
    copy->group = g_strdup(port->group);
    copy->bridge = g_strdup(port->bridge);
    copy->dev = g_strdup(port->dev);
    virNetworkVirtualPortRef(copy->virtualport);
    virNetworkBandwidthRef(copy->bandwidth);
    virNetworkVlanRef(copy->vlan);
    return copy;
}

virNetworkPortDef *virNetworkPortDefRef(virNetworkPortDef *port)
{
    if (port)
        g_atomic_ref_count_inc(&port->refs);
    return port;
}

void virNetworkPortDefUnref(virNetworkPortDef *port)
{
    if (!port || !g_atomic_ref_count_dec(&port->refs))
        return;
    g_free(port->owner_name);
    g_free(port->group);
    g_free(port->bridge);
    g_free(port->dev);
    virNetworkVirtualPortUnref(port->virtualport);
    virNetworkBandwidthUnref(port->bandwidth);
    virNetworkVlanUnref(port->vlan);
    g_free(port);
}

static gboolean plugEqual(const virNetworkPortDef *a, const virNetworkPortDef *b)
{
    return a->plug == b->plug && g_strcmp0(a->bridge, b->bridge) == 0 && a->mac_table == b->mac_table &&
           g_strcmp0(a->dev, b->dev) == 0 && a->mode == b->mode && a->managed == b->managed && a->driver == b->driver &&
           virPciAddressEqual(&a->address, &b->address);
}

gboolean virNetworkPortDefEqual(const virNetworkPortDef *a, const virNetworkPortDef *b)
{
    return memcmp(a->uuid, b->uuid, VIR_UUID_LEN) == 0 && g_strcmp0(a->owner_name, b->owner_name) == 0 &&
           memcmp(a->owner_uuid, b->owner_uuid, VIR_UUID_LEN) == 0 && g_strcmp0(a->group, b->group) == 0 &&
           virMacAddrEqual(&a->mac, &b->mac) && a->class_id == b->class_id &&
           EQUAL_OR_ABSENT(a->virtualport, b->virtualport, virNetworkVirtualPortEqual) &&
           virNetworkBandwidthEqual(a->bandwidth, b->bandwidth) &&
           EQUAL_OR_ABSENT(a->vlan, b->vlan, virNetworkVlanEqual) &&
           a->isolated == b->isolated && a->trust_guest_rx_filters == b->trust_guest_rx_filters && plugEqual(a, b);
}

guint64 virNetworkPortDefGetFloor(const virNetworkPortDef *port)
{
    return port->bandwidth ? port->bandwidth->inbound.floor : 0;
}

/* --- All ports of a network ------------------------------------------------------------------------------------- */

GPtrArray *virNetworkPortListNew(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkPortDefUnref);
}

/* Where the port of @uuid is, or would be. */
static guint findPlace(const GPtrArray *ports, const unsigned char *uuid, gboolean *ret_is_there)
{
    guint low = 0, high = ports->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        int order = memcmp(((const virNetworkPortDef *)ports->pdata[middle])->uuid, uuid, VIR_UUID_LEN);

        if (order == 0) {
            *ret_is_there = TRUE;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_is_there = FALSE;
    return low;
}

virNetworkPortDef *virNetworkPortListFind(const GPtrArray *ports, const unsigned char *uuid)
{
    gboolean is_there;
    guint place = findPlace(ports, uuid, &is_there);

    return is_there ? ports->pdata[place] : NULL;
}

static GPtrArray *copyList(const GPtrArray *ports)
{
    GPtrArray *copy = virNetworkPortListNew();
    guint i;

    for (i = 0; i < ports->len; i++)
        g_ptr_array_add(copy, virNetworkPortDefRef(ports->pdata[i]));
    return copy;
}

GPtrArray *virNetworkPortListWith(const GPtrArray *ports, virNetworkPortDef *port)
{
    GPtrArray *copy = copyList(ports);
    gboolean is_there;
    guint place = findPlace(ports, port->uuid, &is_there);

    if (is_there)
        g_ptr_array_remove_index(copy, place);
    g_ptr_array_insert(copy, (gint)place, virNetworkPortDefRef(port));
    return copy;
}

GPtrArray *virNetworkPortListWithout(const GPtrArray *ports, const unsigned char *uuid)
{
    GPtrArray *copy = copyList(ports);
    gboolean is_there;
    guint place = findPlace(ports, uuid, &is_there);

    if (is_there)
        g_ptr_array_remove_index(copy, place);
    return copy;
}

void virNetworkPortListCount(const GPtrArray *ports, virNetworkUse *ret_use)
{
    GHashTable *members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    char address[VIR_PCI_ADDRESS_BUFLEN];
    guint i;

    for (i = 0; i < ports->len; i++) {
        const virNetworkPortDef *port = ports->pdata[i];
        const char *member = NULL;

        if (port->plug == VIR_NETWORK_PLUG_DIRECT)
            member = port->dev;
        else if (port->plug == VIR_NETWORK_PLUG_HOSTDEV_PCI)
            member = virPciAddressFormat(&port->address, address);
        if (member) {
            guint count = GPOINTER_TO_UINT(g_hash_table_lookup(members, member));

            g_hash_table_insert(members, g_strdup(member), GUINT_TO_POINTER(count + 1));
        }
    }
    ret_use->connections = ports->len;
    ret_use->members = members;
}

/* --- Classes ---------------------------------------------------------------------------------------------------- */

static gint compareClasses(gconstpointer a, gconstpointer b)
{
    guint32 one = *(const guint32 *)a, other = *(const guint32 *)b;

    return (one > other) - (one < other);
}

/* The classes of ports in order. */
static GArray *listClasses(const GPtrArray *ports)
{
    GArray *classes = g_array_new(FALSE, FALSE, sizeof(guint32));
    guint i;

    for (i = 0; i < ports->len; i++) {
        const virNetworkPortDef *port = ports->pdata[i];

        if (virNetworkPortDefGetFloor(port) && port->class_id >= CLASS_FIRST && port->class_id <= CLASS_MAX)
            g_array_append_val(classes, port->class_id);
    }
    g_array_sort(classes, compareClasses);
    return classes;
}

guint32 virNetworkPortListFreeClass(const GPtrArray *ports)
{
    g_autoptr(GArray) classes = listClasses(ports);
    guint32 lowest = CLASS_FIRST;
    guint i;

    for (i = 0; i < classes->len && g_array_index(classes, guint32, i) <= lowest; i++)
        lowest = g_array_index(classes, guint32, i) + 1;
    return lowest <= CLASS_MAX ? lowest : 0;
}

gboolean virNetworkPortListHasClass(const GPtrArray *ports, guint32 class_id)
{
    guint i;

    for (i = 0; i < ports->len; i++) {
        const virNetworkPortDef *port = ports->pdata[i];

        if (virNetworkPortDefGetFloor(port) && port->class_id == class_id)
            return TRUE;
    }
    return FALSE;
}

char *virNetworkPortListFormatClasses(const GPtrArray *ports)
{
    g_autoptr(GArray) classes = listClasses(ports);
    GString *out = g_string_new("0");
    guint32 first = 0, last = CLASS_FIRST - 1;
    guint i;

    for (i = 0; i < classes->len; i++) {
        guint32 class_id = g_array_index(classes, guint32, i);

        if (class_id <= last + 1) {
            last = class_id;
            continue;
        }
        if (last > first)
            g_string_append_printf(out, "-%u", last);
        g_string_append_printf(out, ",%u", class_id);
        first = last = class_id;
    }
    if (last > first)
        g_string_append_printf(out, "-%u", last);
    return g_string_free(out, FALSE);
}

guint64 virNetworkPortListSumFloors(const GPtrArray *ports)
{
    guint64 sum = 0;
    guint i;

    for (i = 0; i < ports->len; i++)
        sum += virNetworkPortDefGetFloor(ports->pdata[i]);
    return sum;
}
