/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_def.h: one version of a network's definition, as a value
 *
 * A definition is built by the parser, or as a copy that one change edits before anybody else sees it; from then on
 * it is immutable and shared by reference. Entries of lists are immutable and reference-counted from the start, so
 * a copy of a network with ten thousand hosts copies ten thousand pointers.
 */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

#include "virmacaddr.h"
#include "virsocketaddr.h"
#include "viruuid.h"

typedef enum {
    VIR_NETWORK_FORWARD_NONE,       /* isolated */
    VIR_NETWORK_FORWARD_NAT,
    VIR_NETWORK_FORWARD_ROUTE,
    VIR_NETWORK_FORWARD_OPEN,
    VIR_NETWORK_FORWARD_LAST
} virNetworkForwardMode;

/* "nat", "route", "open"; "none" for an isolated network, whose XML has no word for it. */
const char *virNetworkForwardModeName(virNetworkForwardMode mode);

typedef enum {
    VIR_TRISTATE_ABSENT,
    VIR_TRISTATE_YES,
    VIR_TRISTATE_NO,
} virTristate;

/* What <nat> says; the zero value says nothing. Addresses are IPv4. */
typedef struct {
    virSocketAddr addr_start, addr_end;
    guint16 port_start, port_end;   /* 0, 0: not given */
    virTristate ipv6;               /* whether IPv6 is translated too, and not routed */
} virNetworkNat;

typedef enum {
    VIR_NETWORK_LEASE_UNSET,
    VIR_NETWORK_LEASE_INFINITE,
    VIR_NETWORK_LEASE_SECONDS,
    VIR_NETWORK_LEASE_MINUTES,
    VIR_NETWORK_LEASE_HOURS,
} virNetworkLeaseUnit;

typedef struct {
    virNetworkLeaseUnit unit;
    guint32 expiry;                 /* in @unit; 0 where unset or infinite */
} virNetworkLeaseTime;

typedef struct {
    gatomicrefcount refs;
    virSocketAddr start, end;
    virNetworkLeaseTime lease;
} virNetworkDhcpRange;

typedef struct {
    gatomicrefcount refs;
    char *mac_text;                 /* as written; NULL: none */
    virMacAddr mac;                 /* its value */
    char *id;                       /* DHCP client id / DUID; NULL: none */
    char *name;                     /* NULL: none */
    virSocketAddr ip;               /* unset only in what a delete asks for */
    virNetworkLeaseTime lease;
} virNetworkDhcpHost;

typedef struct {
    gatomicrefcount refs;
    char *name;
    char *value;                    /* NULL only in what a delete asks for */
} virNetworkDnsTxt;

typedef struct {
    gatomicrefcount refs;
    char *family;                   /* as written: "ipv4", "ipv6"; NULL: not written */
    virSocketAddr address;
    virSocketAddr netmask;          /* unset unless written */
    unsigned int prefix;            /* 0: not written */
    GPtrArray *ranges;              /* virNetworkDhcpRange */
    GPtrArray *hosts;               /* virNetworkDhcpHost */
} virNetworkIp;

typedef struct {
    gatomicrefcount refs;
    char *name;
    unsigned char uuid[VIR_UUID_LEN];
    gboolean has_uuid;              /* FALSE only between parsing and filling in */

    gboolean ipv6;                  /* guests may talk IPv6 to each other without an IPv6 address on the bridge */
    virNetworkForwardMode forward;
    virNetworkNat nat;

    char *bridge;                   /* NULL only between parsing and filling in */
    gboolean stp;
    guint32 delay_s;

    gboolean has_mac;
    virMacAddr mac;
    guint32 mtu;                    /* bytes; 0: not given */

    char *domain;                   /* NULL: none */
    virTristate domain_local_only;

    GPtrArray *txts;                /* virNetworkDnsTxt */
    GPtrArray *ips;                 /* virNetworkIp */
} virNetworkDef;

virNetworkDef *virNetworkDefNew(void);
virNetworkDef *virNetworkDefRef(virNetworkDef *def);
void virNetworkDefUnref(virNetworkDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkDef, virNetworkDefUnref)

/**
 * virNetworkDefCopy:
 *
 * Returns a copy that may be edited: the lists are its own, their entries are shared with @def. An <ip> that is to be
 * edited is first replaced by virNetworkIpCopy of itself.
 */
virNetworkDef *virNetworkDefCopy(const virNetworkDef *def);

/* Whether both say the same, to the last field. */
gboolean virNetworkDefEqual(const virNetworkDef *a, const virNetworkDef *b);

virNetworkIp *virNetworkIpNew(void);
virNetworkIp *virNetworkIpCopy(const virNetworkIp *ip);
virNetworkIp *virNetworkIpRef(virNetworkIp *ip);
void virNetworkIpUnref(virNetworkIp *ip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkIp, virNetworkIpUnref)
gboolean virNetworkIpEqual(const virNetworkIp *a, const virNetworkIp *b);

/* The prefix length that holds: as written, from the netmask, or from the address's class (IPv6: 64). */
unsigned int virNetworkIpGetPrefix(const virNetworkIp *ip);

/* Whether @def has an address of @family. */
gboolean virNetworkDefHasFamily(const virNetworkDef *def, int family);

/* The <ip> of @family that serves DHCP; NULL if there is none. */
const virNetworkIp *virNetworkDefFindDhcp(const virNetworkDef *def, int family);

/* Whether @ip serves DHCP: it has a range or a host. */
gboolean virNetworkIpHasDhcp(const virNetworkIp *ip);

virNetworkDhcpRange *virNetworkDhcpRangeNew(void);
virNetworkDhcpRange *virNetworkDhcpRangeRef(virNetworkDhcpRange *range);
void virNetworkDhcpRangeUnref(virNetworkDhcpRange *range);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkDhcpRange, virNetworkDhcpRangeUnref)
gboolean virNetworkDhcpRangeEqual(const virNetworkDhcpRange *a, const virNetworkDhcpRange *b);

virNetworkDhcpHost *virNetworkDhcpHostNew(void);
virNetworkDhcpHost *virNetworkDhcpHostRef(virNetworkDhcpHost *host);
void virNetworkDhcpHostUnref(virNetworkDhcpHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkDhcpHost, virNetworkDhcpHostUnref)
gboolean virNetworkDhcpHostEqual(const virNetworkDhcpHost *a, const virNetworkDhcpHost *b);

virNetworkDnsTxt *virNetworkDnsTxtNew(void);
virNetworkDnsTxt *virNetworkDnsTxtRef(virNetworkDnsTxt *txt);
void virNetworkDnsTxtUnref(virNetworkDnsTxt *txt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkDnsTxt, virNetworkDnsTxtUnref)
gboolean virNetworkDnsTxtEqual(const virNetworkDnsTxt *a, const virNetworkDnsTxt *b);
