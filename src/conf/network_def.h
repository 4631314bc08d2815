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

#include "network_def_port.h"
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
    VIR_NETWORK_FORWARD_BRIDGE,     /* from here on unmanaged: guests use what the host has already */
    VIR_NETWORK_FORWARD_PRIVATE,
    VIR_NETWORK_FORWARD_VEPA,
    VIR_NETWORK_FORWARD_PASSTHROUGH,
    VIR_NETWORK_FORWARD_HOSTDEV,
    VIR_NETWORK_FORWARD_LAST
} virNetworkForwardMode;

/* As in the XML; "none" for an isolated network, whose XML has no word for it. */
const char *virNetworkForwardModeName(virNetworkForwardMode mode);

/* Whether a network of that mode has a bridge that is made and served by us. */
gboolean virNetworkForwardModeIsManaged(virNetworkForwardMode mode);

/* How functions of a PCI device are given to guests. */
typedef enum {
    VIR_NETWORK_PCI_DRIVER_DEFAULT,
    VIR_NETWORK_PCI_DRIVER_VFIO,
    VIR_NETWORK_PCI_DRIVER_KVM,
    VIR_NETWORK_PCI_DRIVER_LAST
} virNetworkPciDriver;

/* As in the XML; NULL for the default. */
const char *virNetworkPciDriverName(virNetworkPciDriver driver);

typedef enum {
    VIR_NETWORK_MAC_TABLE_UNSET,
    VIR_NETWORK_MAC_TABLE_KERNEL,
    VIR_NETWORK_MAC_TABLE_LIBVIRT,  /* the bridge forwards by the MACs of its ports alone */
    VIR_NETWORK_MAC_TABLE_LAST
} virNetworkMacTable;

/* As in the XML; NULL where it is unset. */
const char *virNetworkMacTableName(virNetworkMacTable table);

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

/* Texts of an entry that are kept with it once they were made: a long list changes in few places at a time. */
typedef enum {
    VIR_NETWORK_TEXT_XML,           /* its element; with a lease time, up to the attributes' end */
    VIR_NETWORK_TEXT_DNSMASQ,       /* its line for dnsmasq */
    VIR_NETWORK_TEXT_LAST
} virNetworkText;

typedef struct {
    gatomicrefcount refs;
    GRefString *texts[VIR_NETWORK_TEXT_LAST];   /* atomic; no part of its value */
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

/* A static route of the host through the network. */
typedef struct {
    gatomicrefcount refs;
    char *family;                   /* as written; NULL: not written */
    virSocketAddr address;          /* of the network that is reached */
    virSocketAddr netmask;          /* unset unless written */
    unsigned int prefix;
    gboolean has_prefix;            /* a written 0 is a default route */
    virSocketAddr gateway;
    guint32 metric;                 /* 0: not written */
} virNetworkRoute;

typedef struct {
    gatomicrefcount refs;
    char *name;
    unsigned char uuid[VIR_UUID_LEN];
    gboolean has_uuid;              /* FALSE only between parsing and filling in */

    char *title;                    /* NULL: none */
    char *description;              /* NULL: none */
    char *metadata;                 /* the <metadata> element as text; NULL: none */
    virTristate trust_guest_rx_filters;
    gboolean ipv6;                  /* guests may talk IPv6 to each other without an IPv6 address on the bridge */
    virNetworkForwardMode forward;
    virNetworkNat nat;
    /*
     * Managed modes: the device that packets may be forwarded through; empty: any. Others: the pool that ports take theirs
     * from; of a live network with a physical function, that function's virtual ones.
     */
    GPtrArray *forward_devs;        /* char * */
    GPtrArray *forward_addresses;   /* virPciAddress: the pool of mode hostdev */
    char *forward_pf;               /* a physical function whose virtual ones make up the pool; NULL: none */
    gboolean forward_managed;       /* mode hostdev: whether the host's driver is unbound for the guest */
    virNetworkPciDriver forward_driver;
    char *forward_driver_model;     /* NULL: the kernel's choice */

    char *bridge;                   /* managed modes: NULL only between parsing and filling in; others: NULL or the host's */
    gboolean stp;
    gboolean stp_given;             /* in the text that was parsed: only a bridge that is made may say either */
    guint32 delay_s;
    char *zone;                     /* of firewalld; NULL: not given */
    virNetworkMacTable mac_table;

    gboolean has_mac;
    virMacAddr mac;
    guint32 mtu;                    /* bytes; 0: not given */

    char *domain;                   /* NULL: none */
    virTristate domain_local_only;
    virTristate domain_register;    /* whether the host's resolver is told of this domain */

    virTristate dns_enable;
    virTristate dns_forward_plain_names;
    GPtrArray *forwarders;          /* virNetworkDnsForwarder */
    GPtrArray *txts;                /* virNetworkDnsTxt */
    GPtrArray *srvs;                /* virNetworkDnsSrv */
    GPtrArray *dns_hosts;           /* virNetworkDnsHost */
    GPtrArray *options;             /* char *: lines for dnsmasq's conf, as the user wrote them */
    GPtrArray *ips;                 /* virNetworkIp */
    GPtrArray *routes;              /* virNetworkRoute */

    virNetworkVlan *vlan;           /* of ports; NULL: none */
    virNetworkBandwidth *bandwidth; /* of all ports together; NULL: not limited */
    virTristate port_isolated;      /* whether ports cannot talk to each other */
    virNetworkVirtualPort *virtualport;     /* of ports; NULL: none */
    GPtrArray *portgroups;          /* virNetworkPortGroup */
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

/* The bridge that is made, served and taken away by us; NULL in unmanaged modes, whose bridge is the host's own. */
const char *virNetworkDefGetOwnBridge(const virNetworkDef *def);

virNetworkIp *virNetworkIpNew(void);
virNetworkIp *virNetworkIpCopy(const virNetworkIp *ip);

/* Has @def, which nobody else knows yet, share the <ip>s that are equal in @other. */
void virNetworkDefShareIps(virNetworkDef *def, const virNetworkDef *other);
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

virNetworkRoute *virNetworkRouteNew(void);
virNetworkRoute *virNetworkRouteRef(virNetworkRoute *route);
void virNetworkRouteUnref(virNetworkRoute *route);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkRoute, virNetworkRouteUnref)
gboolean virNetworkRouteEqual(const virNetworkRoute *a, const virNetworkRoute *b);

/* The prefix length that holds: as written, from the netmask, or from the address's class (IPv6: 64; default route: 0). */
unsigned int virNetworkRouteGetPrefix(const virNetworkRoute *route);

virNetworkDhcpRange *virNetworkDhcpRangeNew(void);
virNetworkDhcpRange *virNetworkDhcpRangeRef(virNetworkDhcpRange *range);
void virNetworkDhcpRangeUnref(virNetworkDhcpRange *range);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkDhcpRange, virNetworkDhcpRangeUnref)
gboolean virNetworkDhcpRangeEqual(const virNetworkDhcpRange *a, const virNetworkDhcpRange *b);

virNetworkDhcpHost *virNetworkDhcpHostNew(void);
virNetworkDhcpHost *virNetworkDhcpHostRef(virNetworkDhcpHost *host);
void virNetworkDhcpHostUnref(virNetworkDhcpHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkDhcpHost, virNetworkDhcpHostUnref)

/* Appends the text of @host that @make appends; it is called at most a few times in the life of the entry. */
void virNetworkDhcpHostAppendText(virNetworkDhcpHost *host, virNetworkText which,
                                  void (*make)(const virNetworkDhcpHost *host, GString *out), GString *out);
gboolean virNetworkDhcpHostEqual(const virNetworkDhcpHost *a, const virNetworkDhcpHost *b);

/* Where two versions of a list differ: from @first up to @end, and in the old one up to @old_end. */
typedef struct {
    guint first, end, old_end;
} virNetworkStretch;

/* They share the entries before and behind the stretch: most updates change one place of a long list. @old may be NULL. */
virNetworkStretch virNetworkListCompare(const GPtrArray *list, const GPtrArray *old);

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
