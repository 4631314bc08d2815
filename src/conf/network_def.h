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

/* The namespace of options that go to dnsmasq as they are. */
#define VIR_NETWORK_DNSMASQ_NAMESPACE "http://libvirt.org/schemas/network/dnsmasq/1.0"

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

/* A server that DNS queries are passed on to: all of them, or those for one domain. */
typedef struct {
    gatomicrefcount refs;
    virSocketAddr addr;             /* unset: the servers that dnsmasq knows anyway */
    guint16 port;                   /* 0: 53 */
    char *domain;                   /* NULL: all */
} virNetworkDnsForwarder;

typedef struct {
    gatomicrefcount refs;
    virSocketAddr ip;               /* unset only in what a delete asks for */
    GPtrArray *names;               /* char *; empty only in what a delete asks for */
} virNetworkDnsHost;

/* NULL and 0 mean absent. */
typedef struct {
    gatomicrefcount refs;
    char *service;                  /* absent only in what a delete asks for, as protocol */
    char *protocol;
    char *domain;
    char *target;
    guint16 port;
    guint16 priority;
    guint16 weight;
} virNetworkDnsSrv;

typedef struct {
    gatomicrefcount refs;
    char *family;                   /* as written: "ipv4", "ipv6"; NULL: not written */
    virSocketAddr address;
    virSocketAddr netmask;          /* unset unless written */
    unsigned int prefix;            /* 0: not written */
    virTristate local_ptr;          /* whether the reverse zone is never asked for upstream */
    char *tftp_root;                /* NULL: no TFTP */
    char *bootp_file;               /* NULL: none */
    virSocketAddr bootp_server;     /* unset: this host */
    GPtrArray *ranges;              /* virNetworkDhcpRange */
    GPtrArray *hosts;               /* virNetworkDhcpHost */
} virNetworkIp;

typedef struct {
    gatomicrefcount refs;
    char *name;
    unsigned char uuid[VIR_UUID_LEN];
    gboolean has_uuid;              /* FALSE only between parsing and filling in */

    char *metadata;                 /* the <metadata> element as text; NULL: none */
    gboolean ipv6;                  /* guests may talk IPv6 to each other without an IPv6 address on the bridge */
    virNetworkForwardMode forward;
    virNetworkNat nat;
    GPtrArray *forward_devs;        /* char *: devices that packets may be forwarded through; empty: any */

    char *bridge;                   /* NULL only between parsing and filling in */
    gboolean stp;
    guint32 delay_s;

    gboolean has_mac;
    virMacAddr mac;
    guint32 mtu;                    /* bytes; 0: not given */

    char *domain;                   /* NULL: none */
    virTristate domain_local_only;

    virTristate dns_enable;
    virTristate dns_forward_plain_names;
    GPtrArray *forwarders;          /* virNetworkDnsForwarder */
    GPtrArray *txts;                /* virNetworkDnsTxt */
    GPtrArray *srvs;                /* virNetworkDnsSrv */
    GPtrArray *dns_hosts;           /* virNetworkDnsHost */
    GPtrArray *options;             /* char *: lines for dnsmasq's conf, as the user wrote them */
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

virNetworkDnsForwarder *virNetworkDnsForwarderNew(void);
virNetworkDnsForwarder *virNetworkDnsForwarderRef(virNetworkDnsForwarder *forwarder);
void virNetworkDnsForwarderUnref(virNetworkDnsForwarder *forwarder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkDnsForwarder, virNetworkDnsForwarderUnref)
gboolean virNetworkDnsForwarderEqual(const virNetworkDnsForwarder *a, const virNetworkDnsForwarder *b);

virNetworkDnsHost *virNetworkDnsHostNew(void);
virNetworkDnsHost *virNetworkDnsHostRef(virNetworkDnsHost *host);
void virNetworkDnsHostUnref(virNetworkDnsHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkDnsHost, virNetworkDnsHostUnref)
gboolean virNetworkDnsHostEqual(const virNetworkDnsHost *a, const virNetworkDnsHost *b);

virNetworkDnsSrv *virNetworkDnsSrvNew(void);
virNetworkDnsSrv *virNetworkDnsSrvRef(virNetworkDnsSrv *srv);
void virNetworkDnsSrvUnref(virNetworkDnsSrv *srv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkDnsSrv, virNetworkDnsSrvUnref)
gboolean virNetworkDnsSrvEqual(const virNetworkDnsSrv *a, const virNetworkDnsSrv *b);
