/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_plan.h: the wanted host state of one network, as plain data that can be compared
 *
 * render(definition, facts) gives a plan; a probe of the host gives one of the same type; the difference of two plans
 * is an ordered list of steps. Nothing here touches the host, and nothing after here knows the network's XML.
 */
#pragma once

#include <glib.h>

#include "network_def.h"
#include "virmacaddr.h"
#include "virsocketaddr.h"

/* A subnet that is used already, and the interface that has it. */
typedef struct {
    char *interface;
    virSocketAddr network;
    unsigned int prefix;
    gboolean claimed;       /* by another network of ours: then no overlap is allowed; else no equal subnet */
} virHostSubnet;

/* What a port has been promised of its network's inbound bandwidth. */
typedef struct {
    guint class_id;             /* of its queueing class: 3 and more */
    virMacAddr mac;             /* of the guest */
    guint64 floor;              /* kilobytes per second */
} virHostFloor;

/* Which program sends router advertisements. */
typedef enum {
    VIR_ADVERTISER_DNSMASQ,
    VIR_ADVERTISER_RADVD,
} virAdvertiser;

/*
 * What rendering needs to know from outside, gathered once per change. Paths are absolute, without a slash at the end.
 */
typedef struct {
    char *dnsmasq_dir;      /* conf, hosts and lease files: .../var/lib/libvirt/dnsmasq */
    char *run_dir;          /* pid files: .../run/libvirt/network */
    char *radvd_dir;        /* conf files: .../var/lib/libvirt/radvd; NULL: there is never any radvd */
    virAdvertiser advertiser;   /* a setting of network.conf; not radvd without radvd_dir */
    GPtrArray *subnets;     /* virHostSubnet; bridges of networks included */
    GArray *floors;         /* virHostFloor: of the network's ports, by class */
    char **zones;           /* of firewalld; NULL: it does not run */
    GPtrArray *learners;    /* char *: interfaces whose default route came from an advertisement and would be lost to forwarding */
} virHostFacts;

virHostFacts *virHostFactsNew(const char *dnsmasq_dir, const char *run_dir);
void virHostFactsFree(virHostFacts *facts);
void virHostFactsAddSubnet(virHostFacts *facts, const char *interface, const virSocketAddr *network, unsigned int prefix);
void virHostFactsAddClaim(virHostFacts *facts, const char *interface, const virSocketAddr *network, unsigned int prefix);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virHostFacts, virHostFactsFree)

/* Facet link: the bridge device. */
typedef struct {
    gboolean present;       /* FALSE: no bridge; the rest is then unset */
    gboolean has_mac;
    virMacAddr mac;
    guint32 mtu;            /* bytes; 0: what the kernel chooses by itself */
    gboolean stp;
    guint32 delay_ms;       /* forward delay; as the kernel takes it */
    gboolean vlan_filtering;
    gboolean up;
} virPlanLink;

/* Facet addr: one address of the bridge. */
typedef struct {
    virSocketAddr address;
    unsigned int prefix;
    virSocketAddr broadcast;    /* IPv4 only */
} virPlanAddr;

/* Facet route: one static route through the bridge. */
typedef struct {
    virSocketAddr network;
    unsigned int prefix;    /* 0: default route */
    virSocketAddr gateway;
    guint32 metric;         /* 0: the kernel's default */
} virPlanRoute;

/* Whether they reach the same network with the same metric: a bridge has one of them at most. */
gboolean virPlanRouteSameKey(const virPlanRoute *a, const virPlanRoute *b);

/* Whether both are one and the same to the kernel. */
gboolean virPlanRouteEqual(const virPlanRoute *a, const virPlanRoute *b);

/* E.g. "198.51.100.0/24 via 192.0.2.2 metric 5". Caller frees. */
char *virPlanRouteFormat(const virPlanRoute *route);

/* The switch at which the kernel forgets default routes that it has learned from router advertisements. */
#define VIR_SYSCTL_FORWARD_IPV6 "net/ipv6/conf/all/forwarding"

/* Facet sysctl: one switch. Switches of the whole host are set, and never taken back. */
typedef struct {
    char *path;             /* below /proc/sys, e.g. "net/ipv4/ip_forward" */
    char *value;
    gboolean shared;        /* of the whole host, not of this bridge */
} virPlanSysctl;

/*
 * Facet nft: the rules of this network's chains as text. What the kernel holds cannot be compared with it, so a
 * probe says present without known, and the chains are then refilled in one transaction.
 */
typedef struct {
    gboolean present;
    gboolean known;         /* FALSE: chains may be there, with whatever rules */
    char *forward_in;       /* lines of the chain for packets to the bridge; "" for mode open */
    char *forward_out;      /* lines of the chain for packets from the bridge */
    char *nat;              /* lines of the chain for packets of nat_subnets; "" without NAT */
    GPtrArray *nat_subnets; /* char *: subnets of either family whose packets meet the nat chain, "192.0.2.0/24" */
} virPlanNft;

/* Facet zone: where firewalld has the bridge. */
typedef struct {
    char *name;             /* NULL: in none that the network cares for */
    gboolean required;      /* whether the network cannot be without; unset in what a probe finds */
} virPlanZone;

/* Facet resolver: what the host's resolver is told of the network's DNS. */
typedef struct {
    char *domain;           /* NULL: nothing */
    char *servers;          /* as text: the addresses of the plan, which is where they are taken from */
} virPlanResolver;

/* Facet dnsmasq: its files and whether it runs. */
typedef struct {
    gboolean present;       /* whether it is to run (probe: whether it does) */
    char *conf_path, *conf;
    gboolean has_options;   /* conf has lines of the user's own, which dnsmasq alone can judge; unset in what a probe finds */
    char *hosts_path, *addnhosts_path;
    GRefString *hosts;      /* DHCP hosts file: long, so that copies of the plan share it; as is that of DNS hosts */
    GRefString *addnhosts;
    char *lease_path;       /* BRIDGE.status, kept by the lease helper */
    char *pid_path;
    gboolean loaded;        /* FALSE after a crash: what it has read may be older than its conf */
    gboolean hosts_stale;   /* TRUE after a crash: what it has read may be older than its hosts files */
} virPlanDnsmasq;

/*
 * Facet qos: how much may pass to all guests (inbound) and from them (outbound). Inbound packets wait in the classes of a
 * queue on the bridge, into which a chain leads them; outbound packets that are too many are dropped by a chain. In what a
 * probe finds, a chain's rules are "", which no wanted chain's are: they cannot be compared with text.
 */
typedef enum {
    VIR_QOS_INBOUND,
    VIR_QOS_OUTBOUND,
    VIR_QOS_LAST
} virQosDirection;

#define VIR_QOS_CLASS_ALL 1         /* the others' parent */
#define VIR_QOS_CLASS_REST 2        /* for guests without a class of their own */
#define VIR_QOS_CLASS_FLOORS 3      /* the first of those with a guaranteed rate */

typedef struct {
    guint id;               /* 1:ID */
    guint64 rate;           /* bytes per second */
    guint64 ceil;           /* bytes per second: while it borrows, or its burst lasts */
    guint64 burst;          /* bytes */
    guint quantum;          /* bytes: its share of what there is to borrow; 0 for the parent */
} virPlanQosClass;

typedef struct {
    gboolean shaped;        /* the bridge has a queue of ours */
    GArray *classes;        /* virPlanQosClass by id */
    char *chains[VIR_QOS_LAST];     /* lines; NULL: no chain */
} virPlanQos;

/* Facet radvd: its conf and whether it runs. Its SIGHUP is not coalesced, and what it reads is checked before. */
typedef struct {
    gboolean present;       /* whether it is to run (probe: whether it does) */
    char *conf_path, *conf;
    char *pid_path;
    gboolean loaded;        /* FALSE after a crash: what it has read may be older than its conf */
} virPlanRadvd;

typedef struct {
    char *name;             /* of the network */
    char *bridge;           /* of its device; NULL for an unmanaged network, whose plan is always empty */
    virPlanLink link;
    GPtrArray *addrs;       /* virPlanAddr */
    GPtrArray *routes;      /* virPlanRoute */
    GPtrArray *sysctls;     /* virPlanSysctl */
    virPlanNft nft;
    virPlanZone zone;
    virPlanResolver resolver;
    virPlanQos qos;
    virPlanDnsmasq dnsmasq;
    virPlanRadvd radvd;
} virNetworkPlan;

/* An empty plan: nothing of the network @name is on the host. */
virNetworkPlan *virNetworkPlanNew(const char *name, const char *bridge);

/* The empty plan of the network that @def describes. */
virNetworkPlan *virNetworkPlanNewEmpty(const virNetworkDef *def);
virNetworkPlan *virNetworkPlanCopy(const virNetworkPlan *plan);
void virNetworkPlanFree(virNetworkPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetworkPlan, virNetworkPlanFree)
gboolean virNetworkPlanEqual(const virNetworkPlan *a, const virNetworkPlan *b);

/**
 * virNetworkPlanRender:
 * @def: a whole, validated definition
 * @facts: what is known of the host
 * @ret_plan: the plan; untouched on failure. Empty for an unmanaged network
 *
 * Returns 0, or -1 with the reason why @def cannot be on a host like this.
 */
int virNetworkPlanRender(const virNetworkDef *def, const virHostFacts *facts, virNetworkPlan **ret_plan, GError **err);

/**
 * virNetworkPlanCheckSubnets:
 *
 * Whether the addresses of @plan collide with a subnet in @facts that another interface than its bridge has: an equal
 * one of the host, any overlap with another network's. Returns 0, or -1 with the interface's name.
 */
int virNetworkPlanCheckSubnets(const virNetworkPlan *plan, const virHostFacts *facts, GError **err);

/**
 * virNetworkPlanCheckForwarding:
 *
 * Whether @plan switches IPv6 forwarding on where that would cost the host its own default route. Returns 0, or -1 with the
 * interface's name and what would help.
 */
int virNetworkPlanCheckForwarding(const virNetworkPlan *plan, const virHostFacts *facts, GError **err);

/* Whether both have the same addresses. */
gboolean virNetworkPlanSameAddresses(const virNetworkPlan *a, const virNetworkPlan *b);

/* The plan as text, for golden tests and debug logs. Facets that are empty are left out. */
char *virNetworkPlanFormat(const virNetworkPlan *plan);

typedef enum {
    VIR_NETWORK_FACET_LINK,
    VIR_NETWORK_FACET_ADDR,
    VIR_NETWORK_FACET_ROUTE,
    VIR_NETWORK_FACET_SYSCTL,
    VIR_NETWORK_FACET_NFT,
    VIR_NETWORK_FACET_ZONE,
    VIR_NETWORK_FACET_QOS,
    VIR_NETWORK_FACET_DNSMASQ,
    VIR_NETWORK_FACET_RADVD,
    VIR_NETWORK_FACET_RESOLVER,
    VIR_NETWORK_FACET_LAST
} virNetworkFacet;

typedef enum {
    VIR_STEP_LINK_ADD,          /* make the bridge, down, with all that link says */
    VIR_STEP_LINK_SET,          /* bring a present bridge to link: stp, delay, mtu, mac, up */
    VIR_STEP_LINK_DELETE,
    VIR_STEP_ADDR_ADD,
    VIR_STEP_ADDR_DELETE,
    VIR_STEP_ROUTE_ADD,         /* one that is there already is fine */
    VIR_STEP_ROUTE_REPLACE,     /* the gateway of a route that is there */
    VIR_STEP_ROUTE_DELETE,
    VIR_STEP_SYSCTL_SET,
    VIR_STEP_NFT_FILL,          /* make or refill this network's chains and map elements: one transaction */
    VIR_STEP_NFT_REMOVE,        /* take them away: one transaction */
    VIR_STEP_QOS_BUILD,         /* the bridge's queue with all its classes, in the place of whatever queue it has */
    VIR_STEP_QOS_SET_CLASS,     /* add a class, or change it in place */
    VIR_STEP_QOS_DELETE_CLASS,
    VIR_STEP_QOS_CLEAR,         /* take the queue away */
    VIR_STEP_QOS_FILL_INBOUND,  /* make or refill a chain: one transaction */
    VIR_STEP_QOS_FILL_OUTBOUND,
    VIR_STEP_QOS_REMOVE_INBOUND,
    VIR_STEP_QOS_REMOVE_OUTBOUND,
    VIR_STEP_DNSMASQ_WRITE_CONF,    /* write the conf beside, have dnsmasq check it, rename */
    VIR_STEP_DNSMASQ_WRITE_HOSTS,   /* write DHCP and DNS hosts files; only those that differ */
    VIR_STEP_DNSMASQ_START,
    VIR_STEP_DNSMASQ_STOP,
    VIR_STEP_DNSMASQ_RESTART,
    VIR_STEP_DNSMASQ_RELOAD,        /* SIGHUP, coalesced */
    VIR_STEP_RADVD_WRITE_CONF,      /* write the conf beside, have radvd check it, rename */
    VIR_STEP_RADVD_START,
    VIR_STEP_RADVD_STOP,
    VIR_STEP_RADVD_RELOAD,          /* SIGHUP, at once */
    VIR_STEP_ZONE_SET,
    VIR_STEP_ZONE_REMOVE,
    VIR_STEP_RESOLVER_SET,
    VIR_STEP_RESOLVER_REVERT,
    VIR_STEP_LAST
} virNetworkStepVerb;

/* One action on the host. It borrows the two plans: what was (@from) and what is wanted (@to). */
typedef struct {
    virNetworkStepVerb verb;
    const virNetworkPlan *from;
    const virNetworkPlan *to;
    const virPlanAddr *addr;        /* of the ADDR verbs */
    const virPlanRoute *route;      /* of the ROUTE verbs */
    const virPlanSysctl *sysctl;    /* of SYSCTL_SET */
    const virPlanQosClass *qos_class;   /* of the QOS verbs with CLASS */
    const char *why;                /* static text: what differs; for the log and the printed plan */
} virNetworkStep;

virNetworkFacet virNetworkStepFacet(const virNetworkStep *step);

/* E.g. "dnsmasq: restart (conf differs)", "addr: add 192.0.2.1/24". */
char *virNetworkStepFormat(const virNetworkStep *step);

/**
 * virNetworkPlanDiff:
 * @from: what the host shows
 * @to: what it should show; both of one network
 *
 * Returns the steps (virNetworkStep) from one to the other in the order in which they are to be taken: adds bottom-up
 * (link, address, sysctl, firewall), then services, then removals top-down. Empty if nothing differs. The steps borrow
 * from both plans.
 */
GPtrArray *virNetworkPlanDiff(const virNetworkPlan *from, const virNetworkPlan *to);

/**
 * virNetworkPlanAdvance:
 * @reached: a plan that says what the host shows
 * @step: a step that has succeeded
 *
 * Brings @reached to what the host shows after @step.
 */
void virNetworkPlanAdvance(virNetworkPlan *reached, const virNetworkStep *step);

/*
 * Has a probe for @plan look for what of @other it else would not see, so that a change that is taken back finds what it
 * has made: routes, zone and MTU that @plan does not care for are else somebody else's matter.
 */
void virNetworkPlanAddTraces(virNetworkPlan *plan, const virNetworkPlan *other);
