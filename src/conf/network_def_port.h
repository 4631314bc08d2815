/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_def_port.h: what a network or a portgroup gives to the ports that guests plug in
 *
 * Bandwidth, VLAN tags and virtual port profiles stand in a network, in a portgroup and in a port alike. They are
 * immutable and reference-counted, so that a port can share its group's. Ref and Unref take NULL, which means "none".
 */
#pragma once

#include <glib.h>

#include "viruuid.h"

typedef enum {
    VIR_TRISTATE_ABSENT,
    VIR_TRISTATE_YES,
    VIR_TRISTATE_NO,
} virTristate;

/* --- Bandwidth -------------------------------------------------------------------------------------------------- */

/* One direction; all 0: not given. */
typedef struct {
    guint64 average;                /* kilobytes per second; 0 only where there is a floor */
    guint64 peak;                   /* kilobytes per second; 0: not given */
    guint64 burst;                  /* KiB; 0: not given */
    guint64 floor;                  /* kilobytes per second, of ports' inbound only; 0: not given */
} virNetworkRate;

typedef struct {
    gatomicrefcount refs;
    virNetworkRate inbound;         /* to the guests */
    virNetworkRate outbound;        /* from the guests */
} virNetworkBandwidth;

virNetworkBandwidth *virNetworkBandwidthNew(void);
virNetworkBandwidth *virNetworkBandwidthRef(virNetworkBandwidth *bandwidth);
void virNetworkBandwidthUnref(virNetworkBandwidth *bandwidth);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkBandwidth, virNetworkBandwidthUnref)

/* NULL, and one of which both limits were 0, limit nothing: they are equal. Such a one is written as an empty element. */
gboolean virNetworkBandwidthEqual(const virNetworkBandwidth *a, const virNetworkBandwidth *b);

/* Whether that direction is given. */
gboolean virNetworkRateIsSet(const virNetworkRate *rate);

/* --- VLAN ------------------------------------------------------------------------------------------------------- */

typedef enum {
    VIR_NETWORK_NATIVE_NONE,
    VIR_NETWORK_NATIVE_TAGGED,
    VIR_NETWORK_NATIVE_UNTAGGED,
    VIR_NETWORK_NATIVE_LAST
} virNetworkNativeMode;

typedef struct {
    guint16 id;
    virNetworkNativeMode native;
} virNetworkVlanTag;

typedef struct {
    gatomicrefcount refs;
    gboolean trunk;                 /* always with more than one tag */
    GArray *tags;                   /* virNetworkVlanTag */
} virNetworkVlan;

virNetworkVlan *virNetworkVlanNew(void);
virNetworkVlan *virNetworkVlanRef(virNetworkVlan *vlan);
void virNetworkVlanUnref(virNetworkVlan *vlan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkVlan, virNetworkVlanUnref)
gboolean virNetworkVlanEqual(const virNetworkVlan *a, const virNetworkVlan *b);

/* --- Virtual port profile --------------------------------------------------------------------------------------- */

typedef enum {
    VIR_NETWORK_VIRTUALPORT_NONE,   /* parameters without a type, or nothing */
    VIR_NETWORK_VIRTUALPORT_8021QBG,
    VIR_NETWORK_VIRTUALPORT_8021QBH,
    VIR_NETWORK_VIRTUALPORT_OPENVSWITCH,
    VIR_NETWORK_VIRTUALPORT_MIDONET,
    VIR_NETWORK_VIRTUALPORT_LAST
} virNetworkVirtualPortType;

/* As in the XML; NULL for VIR_NETWORK_VIRTUALPORT_NONE. */
const char *virNetworkVirtualPortTypeName(virNetworkVirtualPortType type);

typedef struct {
    gatomicrefcount refs;
    virNetworkVirtualPortType type;
    gboolean has_manager_id;
    guint8 manager_id;
    gboolean has_type_id;
    guint32 type_id;                /* 24 bits */
    gboolean has_type_id_version;
    guint8 type_id_version;
    gboolean has_instance_id;
    unsigned char instance_id[VIR_UUID_LEN];
    gboolean has_interface_id;
    unsigned char interface_id[VIR_UUID_LEN];
    char *profile_id;               /* NULL: not given */
} virNetworkVirtualPort;

virNetworkVirtualPort *virNetworkVirtualPortNew(void);
virNetworkVirtualPort *virNetworkVirtualPortCopy(const virNetworkVirtualPort *port);
virNetworkVirtualPort *virNetworkVirtualPortRef(virNetworkVirtualPort *port);
void virNetworkVirtualPortUnref(virNetworkVirtualPort *port);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkVirtualPort, virNetworkVirtualPortUnref)
gboolean virNetworkVirtualPortEqual(const virNetworkVirtualPort *a, const virNetworkVirtualPort *b);

/* --- Portgroup -------------------------------------------------------------------------------------------------- */

typedef struct {
    gatomicrefcount refs;
    char *name;
    gboolean is_default;            /* of ports that name no group */
    virTristate trust_guest_rx_filters;
    virNetworkBandwidth *bandwidth; /* NULL: none; so the next two */
    virNetworkVlan *vlan;
    virNetworkVirtualPort *virtualport;
} virNetworkPortGroup;

virNetworkPortGroup *virNetworkPortGroupNew(void);
virNetworkPortGroup *virNetworkPortGroupRef(virNetworkPortGroup *group);
void virNetworkPortGroupUnref(virNetworkPortGroup *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkPortGroup, virNetworkPortGroupUnref)
gboolean virNetworkPortGroupEqual(const virNetworkPortGroup *a, const virNetworkPortGroup *b);

/* --- PCI address ------------------------------------------------------------------------------------------------ */

/* A function of a PCI device, as an element of the pool of mode hostdev. */
typedef struct {
    guint32 domain;
    guint8 bus;
    guint8 slot;                    /* up to 0x1f */
    guint8 function;                /* up to 7 */
} virPciAddress;

#define VIR_PCI_ADDRESS_BUFLEN sizeof("ffffffff:00:00.0")

gboolean virPciAddressEqual(const virPciAddress *a, const virPciAddress *b);

/* "0000:04:00.1", as sysfs names it. Returns @buffer, which has VIR_PCI_ADDRESS_BUFLEN bytes. */
const char *virPciAddressFormat(const virPciAddress *address, char *buffer);
