/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_port_def.h: one port of a network, as a value, and all ports of a network as a list
 *
 * A port is what a guest's interface has taken of a network. Like definitions, ports and lists are built whole and are
 * immutable and shared by reference from then on; a change makes another list of the same entries but one.
 */
#pragma once

#include <glib.h>

#include "network_def.h"
#include "network_format.h"

/* What the guest's interface is to be plugged into. */
typedef enum {
    VIR_NETWORK_PLUG_NONE,
    VIR_NETWORK_PLUG_NETWORK,       /* the bridge of a managed network */
    VIR_NETWORK_PLUG_BRIDGE,        /* a bridge of the host */
    VIR_NETWORK_PLUG_DIRECT,        /* a device of the host, by macvtap */
    VIR_NETWORK_PLUG_HOSTDEV_PCI,   /* a function of a PCI device, given to the guest */
    VIR_NETWORK_PLUG_LAST
} virNetworkPlugType;

const char *virNetworkPlugTypeName(virNetworkPlugType type);

typedef struct {
    gatomicrefcount refs;
    unsigned char uuid[VIR_UUID_LEN];
    char *owner_name;               /* of the guest */
    unsigned char owner_uuid[VIR_UUID_LEN];
    char *group;                    /* the portgroup that was asked for; NULL: none */
    virMacAddr mac;
    virNetworkVirtualPort *virtualport;     /* NULL: none; so the next */
    virNetworkBandwidth *bandwidth;
    guint32 class_id;               /* of the floor in bandwidth; 0: none */
    virNetworkVlan *vlan;           /* NULL: none */
    virTristate isolated;
    virTristate trust_guest_rx_filters;

    virNetworkPlugType plug;
    char *bridge;                   /* plugs network and bridge */
    virNetworkMacTable mac_table;
    char *dev;                      /* plug direct */
    virNetworkForwardMode mode;     /* bridge, private, vepa or passthrough */
    virTristate managed;            /* plug hostdev-pci */
    virNetworkPciDriver driver;
    virPciAddress address;
} virNetworkPortDef;

virNetworkPortDef *virNetworkPortDefNew(void);

/* A copy that may be changed; what it points to is shared. */
virNetworkPortDef *virNetworkPortDefCopy(const virNetworkPortDef *port);
virNetworkPortDef *virNetworkPortDefRef(virNetworkPortDef *port);
void virNetworkPortDefUnref(virNetworkPortDef *port);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkPortDef, virNetworkPortDefUnref)
gboolean virNetworkPortDefEqual(const virNetworkPortDef *a, const virNetworkPortDef *b);

/* What it has been promised of its network's inbound bandwidth, kilobytes per second; 0: nothing. */
guint64 virNetworkPortDefGetFloor(const virNetworkPortDef *port);

/* --- All ports of a network ------------------------------------------------------------------------------------- */

/* An array of virNetworkPortDef, ordered by uuid. g_ptr_array_ref and _unref share it. */
GPtrArray *virNetworkPortListNew(void);

/* NULL if there is none; borrowed from the list. */
virNetworkPortDef *virNetworkPortListFind(const GPtrArray *ports, const unsigned char *uuid);

/* Another list: with @port, in the place of the one of its uuid if there is one; without the one of @uuid. */
GPtrArray *virNetworkPortListWith(const GPtrArray *ports, virNetworkPortDef *port);
GPtrArray *virNetworkPortListWithout(const GPtrArray *ports, const unsigned char *uuid);

/* Counts connections; @ret_use's table is to be freed by g_hash_table_unref. */
void virNetworkPortListCount(const GPtrArray *ports, virNetworkUse *ret_use);

/* The lowest class that no port has; 0 if all are taken. Classes up to 2 are the network's own. */
guint32 virNetworkPortListFreeClass(const GPtrArray *ports);

/* Whether a port with a floor has that class. */
gboolean virNetworkPortListHasClass(const GPtrArray *ports, guint32 class_id);

/* The classes in use as ranges, "0-2,4", those of the network itself included. The caller frees it. */
char *virNetworkPortListFormatClasses(const GPtrArray *ports);

/* The sum of the floors. */
guint64 virNetworkPortListSumFloors(const GPtrArray *ports);
