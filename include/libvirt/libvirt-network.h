/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt-network.h: virtual networks: find, define, start, change, stop
 *
 * A network has a config (what it will be at its next start) and, while it is active, a live state. virNetworkUpdate
 * changes parts of either without stopping it. Functions return 0 or a pointer, or -1 or NULL with the thread's error
 * set; text that is said to be the caller's is freed with free(). Included by libvirt.h alone.
 */
#ifndef LIBVIRT_NETWORK_H
#define LIBVIRT_NETWORK_H

#ifndef __VIR_LIBVIRT_H_INCLUDES__
# error "include libvirt/libvirt.h instead"
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _virNetwork virNetwork;
typedef virNetwork *virNetworkPtr;

typedef struct _virNetworkPort virNetworkPort;
typedef virNetworkPort *virNetworkPortPtr;

typedef enum {
    VIR_NETWORK_XML_INACTIVE = 1 << 0,          /* the config, even if the network is active */
} virNetworkXMLFlags;

/* Which networks to list. Flags of one pair are alternatives; a pair without flags does not restrict. */
typedef enum {
    VIR_CONNECT_LIST_NETWORKS_INACTIVE = 1 << 0,
    VIR_CONNECT_LIST_NETWORKS_ACTIVE = 1 << 1,

    VIR_CONNECT_LIST_NETWORKS_PERSISTENT = 1 << 2,
    VIR_CONNECT_LIST_NETWORKS_TRANSIENT = 1 << 3,

    VIR_CONNECT_LIST_NETWORKS_AUTOSTART = 1 << 4,
    VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART = 1 << 5,
} virConnectListAllNetworksFlags;

typedef enum {
    VIR_NETWORK_CREATE_VALIDATE = 1 << 0,       /* the XML must also fit the schema */
} virNetworkCreateFlags;

typedef enum {
    VIR_NETWORK_DEFINE_VALIDATE = 1 << 0,       /* the XML must also fit the schema */
} virNetworkDefineFlags;

/* What an update does with the element it is given. */
typedef enum {
    VIR_NETWORK_UPDATE_COMMAND_NONE = 0,        /* never valid */
    VIR_NETWORK_UPDATE_COMMAND_MODIFY = 1,
    VIR_NETWORK_UPDATE_COMMAND_DELETE = 2,
    VIR_NETWORK_UPDATE_COMMAND_ADD_LAST = 3,
    VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST = 4,

#ifdef VIR_ENUM_SENTINELS
    VIR_NETWORK_UPDATE_COMMAND_LAST
#endif
} virNetworkUpdateCommand;

/* The part of a network that an update changes: the element in its XML. */
typedef enum {
    VIR_NETWORK_SECTION_NONE = 0,               /* never valid */
    VIR_NETWORK_SECTION_BRIDGE = 1,             /* <bridge> */
    VIR_NETWORK_SECTION_DOMAIN = 2,             /* <domain> */
    VIR_NETWORK_SECTION_IP = 3,                 /* <ip> */
    VIR_NETWORK_SECTION_IP_DHCP_HOST = 4,       /* <ip> <dhcp> <host> */
    VIR_NETWORK_SECTION_IP_DHCP_RANGE = 5,      /* <ip> <dhcp> <range> */
    VIR_NETWORK_SECTION_FORWARD = 6,            /* <forward> */
    VIR_NETWORK_SECTION_FORWARD_INTERFACE = 7,  /* <forward> <interface> */
    VIR_NETWORK_SECTION_FORWARD_PF = 8,         /* <forward> <pf> */
    VIR_NETWORK_SECTION_PORTGROUP = 9,          /* <portgroup> */
    VIR_NETWORK_SECTION_DNS_HOST = 10,          /* <dns> <host> */
    VIR_NETWORK_SECTION_DNS_TXT = 11,           /* <dns> <txt> */
    VIR_NETWORK_SECTION_DNS_SRV = 12,           /* <dns> <srv> */

#ifdef VIR_ENUM_SENTINELS
    VIR_NETWORK_SECTION_LAST
#endif
} virNetworkUpdateSection;

typedef enum {
    VIR_NETWORK_UPDATE_AFFECT_CURRENT = 0,      /* live if the network is active, else config */
    VIR_NETWORK_UPDATE_AFFECT_LIVE = 1 << 0,
    VIR_NETWORK_UPDATE_AFFECT_CONFIG = 1 << 1,
} virNetworkUpdateFlags;

/* The connection that @network came from: borrowed, no new reference. */
virConnectPtr virNetworkGetConnect(virNetworkPtr network);

/*
 * Names and numbers of active networks, and of inactive ones that are defined. The names are the caller's. Kept for
 * old programs: virConnectListAllNetworks gives all in one call.
 */
int virConnectNumOfNetworks(virConnectPtr conn);
int virConnectListNetworks(virConnectPtr conn, char **const names, int maxnames);
int virConnectNumOfDefinedNetworks(virConnectPtr conn);
int virConnectListDefinedNetworks(virConnectPtr conn, char **const names, int maxnames);

/*
 * Lists networks into a new array that ends with NULL; @nets may be NULL to count only. Each is freed with
 * virNetworkFree, the array with free(). Returns the number.
 */
int virConnectListAllNetworks(virConnectPtr conn, virNetworkPtr **nets, unsigned int flags);

/* Find a network: a new reference. */
virNetworkPtr virNetworkLookupByName(virConnectPtr conn, const char *name);
virNetworkPtr virNetworkLookupByUUID(virConnectPtr conn, const unsigned char *uuid);
virNetworkPtr virNetworkLookupByUUIDString(virConnectPtr conn, const char *uuid);

/* Starts a network that is gone once it is stopped. */
virNetworkPtr virNetworkCreateXML(virConnectPtr conn, const char *xmlDesc);
virNetworkPtr virNetworkCreateXMLFlags(virConnectPtr conn, const char *xmlDesc, unsigned int flags);

/* Stores the config of a network, new or of the same name and UUID. */
virNetworkPtr virNetworkDefineXML(virConnectPtr conn, const char *xmlDesc);
virNetworkPtr virNetworkDefineXMLFlags(virConnectPtr conn, const char *xmlDesc, unsigned int flags);

/* Removes the config; an active network runs on until it is stopped. */
int virNetworkUndefine(virNetworkPtr network);

/*
 * Changes one part of a network.
 * @command: a virNetworkUpdateCommand
 * @section: a virNetworkUpdateSection
 * @parentIndex: which of several parents (the nth <ip>), or -1 to have it found
 * @xml: the element; to delete, as much of it as tells it from the others
 * @flags: virNetworkUpdateFlags
 *
 * What is asked for happens wholly or not at all.
 */
int virNetworkUpdate(virNetworkPtr network, unsigned int command, unsigned int section, int parentIndex,
                     const char *xml, unsigned int flags);

/* Start and stop. Stopping does not free @network. */
int virNetworkCreate(virNetworkPtr network);
int virNetworkDestroy(virNetworkPtr network);

/* One reference more, one less. */
int virNetworkRef(virNetworkPtr network);
int virNetworkFree(virNetworkPtr network);

/* The name belongs to @network. @uuid has VIR_UUID_BUFLEN bytes, @buf VIR_UUID_STRING_BUFLEN. */
const char *virNetworkGetName(virNetworkPtr network);
int virNetworkGetUUID(virNetworkPtr network, unsigned char *uuid);
int virNetworkGetUUIDString(virNetworkPtr network, char *buf);

/* The XML, the caller's; @flags: virNetworkXMLFlags. */
char *virNetworkGetXMLDesc(virNetworkPtr network, unsigned int flags);

/* The name of the bridge device, the caller's. */
char *virNetworkGetBridgeName(virNetworkPtr network);

/* Whether the network is started with the host. */
int virNetworkGetAutostart(virNetworkPtr network, int *autostart);
int virNetworkSetAutostart(virNetworkPtr network, int autostart);

/* 1 or 0. */
int virNetworkIsActive(virNetworkPtr net);
int virNetworkIsPersistent(virNetworkPtr net);

/* Events. */
typedef enum {
    VIR_NETWORK_EVENT_DEFINED = 0,
    VIR_NETWORK_EVENT_UNDEFINED = 1,
    VIR_NETWORK_EVENT_STARTED = 2,
    VIR_NETWORK_EVENT_STOPPED = 3,

#ifdef VIR_ENUM_SENTINELS
    VIR_NETWORK_EVENT_LAST
#endif
} virNetworkEventLifecycleType;

typedef enum {
    VIR_NETWORK_EVENT_ID_LIFECYCLE = 0,         /* virConnectNetworkEventLifecycleCallback */
    VIR_NETWORK_EVENT_ID_METADATA_CHANGE = 1,   /* virConnectNetworkEventMetadataChangeCallback */

#ifdef VIR_ENUM_SENTINELS
    VIR_NETWORK_EVENT_ID_LAST
#endif
} virNetworkEventID;

/* @event is a virNetworkEventLifecycleType, @detail 0. */
typedef void (*virConnectNetworkEventLifecycleCallback)(virConnectPtr conn, virNetworkPtr net, int event, int detail,
                                                        void *opaque);

/* @type is a virNetworkMetadataType. */
typedef void (*virConnectNetworkEventMetadataChangeCallback)(virConnectPtr conn, virNetworkPtr net, int type,
                                                             const char *nsuri, void *opaque);

/* The type in which every callback is passed to the registration. */
typedef void (*virConnectNetworkEventGenericCallback)(virConnectPtr conn, virNetworkPtr net, void *opaque);

#define VIR_NETWORK_EVENT_CALLBACK(cb) ((virConnectNetworkEventGenericCallback)(void (*)(void))(cb))

int virConnectNetworkEventRegisterAny(virConnectPtr conn, virNetworkPtr net, int eventID,
                                      virConnectNetworkEventGenericCallback cb, void *opaque, virFreeCallback freecb);
int virConnectNetworkEventDeregisterAny(virConnectPtr conn, int callbackID);

/* Leases. */
typedef enum {
    VIR_IP_ADDR_TYPE_IPV4 = 0,
    VIR_IP_ADDR_TYPE_IPV6 = 1,

#ifdef VIR_ENUM_SENTINELS
    VIR_IP_ADDR_TYPE_LAST
#endif
} virIPAddrType;

typedef struct _virNetworkDHCPLease virNetworkDHCPLease;
typedef virNetworkDHCPLease *virNetworkDHCPLeasePtr;

/* One lease; texts that are not known are NULL. */
struct _virNetworkDHCPLease {
    char *iface;                /* the bridge */
    long long expirytime;       /* seconds since 1970; 0: never */
    int type;                   /* virIPAddrType */
    char *mac;
    char *iaid;
    char *ipaddr;
    unsigned int prefix;
    char *hostname;
    char *clientid;             /* the DUID for IPv6 */
};

/* Frees a lease; NULL is allowed. */
void virNetworkDHCPLeaseFree(virNetworkDHCPLeasePtr lease);

/*
 * Lists leases, all or those of @mac, into a new array that ends with NULL; @leases may be NULL to count only. Each is
 * freed with virNetworkDHCPLeaseFree, the array with free(). Returns the number.
 */
int virNetworkGetDHCPLeases(virNetworkPtr network, const char *mac, virNetworkDHCPLeasePtr **leases,
                            unsigned int flags);

/* Metadata. */
typedef enum {
    VIR_NETWORK_METADATA_DESCRIPTION = 0,
    VIR_NETWORK_METADATA_TITLE = 1,
    VIR_NETWORK_METADATA_ELEMENT = 2,

#ifdef VIR_ENUM_SENTINELS
    VIR_NETWORK_METADATA_LAST
#endif
} virNetworkMetadataType;

int virNetworkSetMetadata(virNetworkPtr network, int type, const char *metadata, const char *key, const char *uri,
                          unsigned int flags);
char *virNetworkGetMetadata(virNetworkPtr network, int type, const char *uri, unsigned int flags);

/* Ports. */
typedef enum {
    VIR_NETWORK_PORT_CREATE_RECLAIM = 1 << 0,   /* the port's device is there already */
    VIR_NETWORK_PORT_CREATE_VALIDATE = 1 << 1,  /* the XML must also fit the schema */
} virNetworkPortCreateFlags;

/* Names of a port's parameters: KiB per second and KiB, all unsigned int. */
#define VIR_NETWORK_PORT_BANDWIDTH_IN_AVERAGE "inbound.average"
#define VIR_NETWORK_PORT_BANDWIDTH_IN_PEAK "inbound.peak"
#define VIR_NETWORK_PORT_BANDWIDTH_IN_BURST "inbound.burst"
#define VIR_NETWORK_PORT_BANDWIDTH_IN_FLOOR "inbound.floor"
#define VIR_NETWORK_PORT_BANDWIDTH_OUT_AVERAGE "outbound.average"
#define VIR_NETWORK_PORT_BANDWIDTH_OUT_PEAK "outbound.peak"
#define VIR_NETWORK_PORT_BANDWIDTH_OUT_BURST "outbound.burst"

virNetworkPortPtr virNetworkPortLookupByUUID(virNetworkPtr net, const unsigned char *uuid);
virNetworkPortPtr virNetworkPortLookupByUUIDString(virNetworkPtr net, const char *uuidstr);
virNetworkPortPtr virNetworkPortCreateXML(virNetworkPtr net, const char *xmldesc, unsigned int flags);
virNetworkPtr virNetworkPortGetNetwork(virNetworkPortPtr port);
char *virNetworkPortGetXMLDesc(virNetworkPortPtr port, unsigned int flags);
int virNetworkPortGetUUID(virNetworkPortPtr port, unsigned char *uuid);
int virNetworkPortGetUUIDString(virNetworkPortPtr port, char *buf);
int virNetworkPortSetParameters(virNetworkPortPtr port, virTypedParameterPtr params, int nparams, unsigned int flags);
int virNetworkPortGetParameters(virNetworkPortPtr port, virTypedParameterPtr *params, int *nparams,
                                unsigned int flags);
int virNetworkPortDelete(virNetworkPortPtr port, unsigned int flags);
int virNetworkListAllPorts(virNetworkPtr network, virNetworkPortPtr **ports, unsigned int flags);
int virNetworkPortFree(virNetworkPortPtr port);
int virNetworkPortRef(virNetworkPortPtr port);

#ifdef __cplusplus
}
#endif

#endif /* LIBVIRT_NETWORK_H */
