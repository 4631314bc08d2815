/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_def.c: making, copying and comparing of network definitions
 *
 * Every field of every struct is named in its New, Copy, Equal and Unref; tests/unit/test_network_def.c changes each
 * one in turn to prove it.
 */
#include "network_def.h"

#include <string.h>

static const char *const forward_modes[] = {
    [VIR_NETWORK_FORWARD_NONE] = "none",
    [VIR_NETWORK_FORWARD_NAT] = "nat",
    [VIR_NETWORK_FORWARD_ROUTE] = "route",
    [VIR_NETWORK_FORWARD_OPEN] = "open",
    [VIR_NETWORK_FORWARD_BRIDGE] = "bridge",
    [VIR_NETWORK_FORWARD_PRIVATE] = "private",
    [VIR_NETWORK_FORWARD_VEPA] = "vepa",
    [VIR_NETWORK_FORWARD_PASSTHROUGH] = "passthrough",
    [VIR_NETWORK_FORWARD_HOSTDEV] = "hostdev",
};
G_STATIC_ASSERT(G_N_ELEMENTS(forward_modes) == VIR_NETWORK_FORWARD_LAST);

const char *virNetworkForwardModeName(virNetworkForwardMode mode)
{
    return forward_modes[mode];
}

gboolean virNetworkForwardModeIsManaged(virNetworkForwardMode mode)
{
    return mode < VIR_NETWORK_FORWARD_BRIDGE;
}

const char *virNetworkPciDriverName(virNetworkPciDriver driver)
{
    static const char *const names[] = {
        [VIR_NETWORK_PCI_DRIVER_DEFAULT] = NULL,
        [VIR_NETWORK_PCI_DRIVER_VFIO] = "vfio",
        [VIR_NETWORK_PCI_DRIVER_KVM] = "kvm",
    };

    G_STATIC_ASSERT(G_N_ELEMENTS(names) == VIR_NETWORK_PCI_DRIVER_LAST);
    return names[driver];
}

const char *virNetworkMacTableName(virNetworkMacTable table)
{
    static const char *const names[] = {
        [VIR_NETWORK_MAC_TABLE_UNSET] = NULL,
        [VIR_NETWORK_MAC_TABLE_KERNEL] = "kernel",
        [VIR_NETWORK_MAC_TABLE_LIBVIRT] = "libvirt",
    };

    G_STATIC_ASSERT(G_N_ELEMENTS(names) == VIR_NETWORK_MAC_TABLE_LAST);
    return names[table];
}

static gboolean leaseEqual(const virNetworkLeaseTime *a, const virNetworkLeaseTime *b)
{
    return a->unit == b->unit && a->expiry == b->expiry;
}

/* Both absent, or both there and to be compared. */
#define EQUAL_OR_ABSENT(a, b, equal) ((a) == (b) || ((a) && (b) && equal((a), (b))))

/* Lists of shared entries: an equal one has equal entries in the same order. */
typedef gboolean (*EntryEqual)(gconstpointer a, gconstpointer b);

static gboolean listEqual(const GPtrArray *a, const GPtrArray *b, EntryEqual equal)
{
    guint i;

    if (a->len != b->len)
        return FALSE;
    for (i = 0; i < a->len; i++) {
        if (a->pdata[i] != b->pdata[i] && !equal(a->pdata[i], b->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

typedef gpointer (*EntryRef)(gpointer entry);

static gpointer copyEntry(gconstpointer entry, gpointer ref)
{
    EntryRef *function = ref;

    return (*function)((gpointer)entry);
}

static GPtrArray *listCopy(GPtrArray *list, EntryRef ref, GDestroyNotify unref)
{
    GPtrArray *copy = g_ptr_array_copy(list, copyEntry, &ref);

    g_ptr_array_set_free_func(copy, unref);
    return copy;
}

virNetworkStretch virNetworkListCompare(const GPtrArray *list, const GPtrArray *old)
{
    virNetworkStretch stretch = { .first = 0, .end = list->len, .old_end = old ? old->len : 0 };

    while (stretch.first < stretch.end && stretch.first < stretch.old_end &&
           list->pdata[stretch.first] == old->pdata[stretch.first])
        stretch.first++;
    while (stretch.end > stretch.first && stretch.old_end > stretch.first &&
           list->pdata[stretch.end - 1] == old->pdata[stretch.old_end - 1]) {
        stretch.end--;
        stretch.old_end--;
    }
    return stretch;
}

static gpointer copyText(gpointer text)
{
    return g_strdup(text);
}

static gboolean equalText(gconstpointer a, gconstpointer b)
{
    return strcmp(a, b) == 0;
}

static gpointer copyPciAddress(gpointer address)
{
    return g_memdup2(address, sizeof(virPciAddress));
}

/* --- DHCP range ------------------------------------------------------------------------------------------------ */

virNetworkDhcpRange *virNetworkDhcpRangeNew(void)
{
    virNetworkDhcpRange *range = g_new0(virNetworkDhcpRange, 1);

    g_atomic_ref_count_init(&range->refs);
    return range;
}

virNetworkDhcpRange *virNetworkDhcpRangeRef(virNetworkDhcpRange *range)
{
    g_atomic_ref_count_inc(&range->refs);
    return range;
}

void virNetworkDhcpRangeUnref(virNetworkDhcpRange *range)
{
    if (range && g_atomic_ref_count_dec(&range->refs))
        g_free(range);
}

gboolean virNetworkDhcpRangeEqual(const virNetworkDhcpRange *a, const virNetworkDhcpRange *b)
{
    return virSocketAddrEqual(&a->start, &b->start) && virSocketAddrEqual(&a->end, &b->end) &&
           leaseEqual(&a->lease, &b->lease);
}

/* --- DHCP host ------------------------------------------------------------------------------------------------- */

virNetworkDhcpHost *virNetworkDhcpHostNew(void)
{
    virNetworkDhcpHost *host = g_new0(virNetworkDhcpHost, 1);

    g_atomic_ref_count_init(&host->refs);
    return host;
}

virNetworkDhcpHost *virNetworkDhcpHostRef(virNetworkDhcpHost *host)
{
    g_atomic_ref_count_inc(&host->refs);
    return host;
}

void virNetworkDhcpHostUnref(virNetworkDhcpHost *host)
{
    size_t i;

    if (!host || !g_atomic_ref_count_dec(&host->refs))
        return;
    for (i = 0; i < G_N_ELEMENTS(host->texts); i++)
        g_clear_pointer(&host->texts[i], g_ref_string_release);
    g_free(host->mac_text);
    g_free(host->id);
    g_free(host->name);
    g_free(host);
}

void virNetworkDhcpHostAppendText(virNetworkDhcpHost *host, virNetworkText which,
                                  void (*make)(const virNetworkDhcpHost *host, GString *out), GString *out)
{
    GRefString *text = g_atomic_pointer_get(&host->texts[which]);
    gsize before = out->len;

    if (text) {
        g_string_append_len(out, text, (gssize)g_ref_string_length(text));
        return;
    }
    make(host, out);
    text = g_ref_string_new_len(out->str + before, (gssize)(out->len - before));
    /* Another thread may have been faster. */
    if (!g_atomic_pointer_compare_and_exchange(&host->texts[which], NULL, text))
        g_ref_string_release(text);
}

gboolean virNetworkDhcpHostEqual(const virNetworkDhcpHost *a, const virNetworkDhcpHost *b)
{
    return g_strcmp0(a->mac_text, b->mac_text) == 0 && virMacAddrEqual(&a->mac, &b->mac) &&
           g_strcmp0(a->id, b->id) == 0 && g_strcmp0(a->name, b->name) == 0 &&
           virSocketAddrEqual(&a->ip, &b->ip) && leaseEqual(&a->lease, &b->lease);
}

/* --- <ip> ------------------------------------------------------------------------------------------------------ */

virNetworkIp *virNetworkIpNew(void)
{
    virNetworkIp *ip = g_new0(virNetworkIp, 1);

    g_atomic_ref_count_init(&ip->refs);
    ip->ranges = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkDhcpRangeUnref);
    ip->hosts = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkDhcpHostUnref);
    return ip;
}

virNetworkIp *virNetworkIpCopy(const virNetworkIp *ip)
{
    virNetworkIp *copy = g_new0(virNetworkIp, 1);

    *copy = *ip;
    g_atomic_ref_count_init(&copy->refs);
    copy->family = g_strdup(ip->family);
    copy->tftp_root = g_strdup(ip->tftp_root);
    copy->bootp_file = g_strdup(ip->bootp_file);
    copy->ranges = listCopy(ip->ranges, (EntryRef)virNetworkDhcpRangeRef, (GDestroyNotify)virNetworkDhcpRangeUnref);
    copy->hosts = listCopy(ip->hosts, (EntryRef)virNetworkDhcpHostRef, (GDestroyNotify)virNetworkDhcpHostUnref);
    return copy;
}

virNetworkIp *virNetworkIpRef(virNetworkIp *ip)
{
    g_atomic_ref_count_inc(&ip->refs);
    return ip;
}

void virNetworkIpUnref(virNetworkIp *ip)
{
    if (!ip || !g_atomic_ref_count_dec(&ip->refs))
        return;
    g_free(ip->family);
    g_free(ip->tftp_root);
    g_free(ip->bootp_file);
    g_ptr_array_unref(ip->ranges);
    g_ptr_array_unref(ip->hosts);
    g_free(ip);
}

gboolean virNetworkIpEqual(const virNetworkIp *a, const virNetworkIp *b)
{
    return g_strcmp0(a->family, b->family) == 0 && virSocketAddrEqual(&a->address, &b->address) &&
           virSocketAddrEqual(&a->netmask, &b->netmask) && a->prefix == b->prefix && a->local_ptr == b->local_ptr &&
           g_strcmp0(a->tftp_root, b->tftp_root) == 0 && g_strcmp0(a->bootp_file, b->bootp_file) == 0 &&
           virSocketAddrEqual(&a->bootp_server, &b->bootp_server) &&
           listEqual(a->ranges, b->ranges, (EntryEqual)virNetworkDhcpRangeEqual) &&
           listEqual(a->hosts, b->hosts, (EntryEqual)virNetworkDhcpHostEqual);
}

void virNetworkDefShareIps(virNetworkDef *def, const virNetworkDef *other)
{
    guint i;

    for (i = 0; i < def->ips->len && i < other->ips->len; i++) {
        if (!virNetworkIpEqual(def->ips->pdata[i], other->ips->pdata[i]))
            continue;
        virNetworkIpRef(other->ips->pdata[i]);
        virNetworkIpUnref(def->ips->pdata[i]);
        def->ips->pdata[i] = other->ips->pdata[i];
    }
}

/* Prefix of an IPv4 address by its class, RFC 791 section 3.2; 0 for those beyond class C, of which none is a host's. */
static unsigned int classPrefix(const virSocketAddr *address)
{
    if (address->bytes[0] < 128)
        return 8;
    if (address->bytes[0] < 192)
        return 16;
    return address->bytes[0] < 224 ? 24 : 0;
}

/* What a netmask says, or else what an address has by default. */
static unsigned int impliedPrefix(const virSocketAddr *address, const virSocketAddr *netmask)
{
    if (virSocketAddrIsSet(netmask)) {
        int prefix = virSocketAddrMaskToPrefix(netmask);

        return prefix < 0 ? 0 : (unsigned int)prefix;
    }
    return address->family == AF_INET6 ? 64 : classPrefix(address);
}

unsigned int virNetworkIpGetPrefix(const virNetworkIp *ip)
{
    return ip->prefix ? ip->prefix : impliedPrefix(&ip->address, &ip->netmask);
}

gboolean virNetworkIpHasDhcp(const virNetworkIp *ip)
{
    return ip->ranges->len > 0 || ip->hosts->len > 0;
}

gboolean virNetworkDefHasFamily(const virNetworkDef *def, int family)
{
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        if (((const virNetworkIp *)def->ips->pdata[i])->address.family == family)
            return TRUE;
    }
    return FALSE;
}

const virNetworkIp *virNetworkDefFindDhcp(const virNetworkDef *def, int family)
{
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        if (ip->address.family == family && virNetworkIpHasDhcp(ip))
            return ip;
    }
    return NULL;
}

/* --- <route> --------------------------------------------------------------------------------------------------- */

virNetworkRoute *virNetworkRouteNew(void)
{
    virNetworkRoute *route = g_new0(virNetworkRoute, 1);

    g_atomic_ref_count_init(&route->refs);
    return route;
}

virNetworkRoute *virNetworkRouteRef(virNetworkRoute *route)
{
    g_atomic_ref_count_inc(&route->refs);
    return route;
}

void virNetworkRouteUnref(virNetworkRoute *route)
{
    if (!route || !g_atomic_ref_count_dec(&route->refs))
        return;
    g_free(route->family);
    g_free(route);
}

gboolean virNetworkRouteEqual(const virNetworkRoute *a, const virNetworkRoute *b)
{
    return g_strcmp0(a->family, b->family) == 0 && virSocketAddrEqual(&a->address, &b->address) &&
           virSocketAddrEqual(&a->netmask, &b->netmask) && a->prefix == b->prefix && a->has_prefix == b->has_prefix &&
           virSocketAddrEqual(&a->gateway, &b->gateway) && a->metric == b->metric;
}

static gboolean isAllZero(const virSocketAddr *address)
{
    static const guint8 zero[sizeof(address->bytes)];

    return memcmp(address->bytes, zero, virSocketAddrBits(address) / 8) == 0;
}

unsigned int virNetworkRouteGetPrefix(const virNetworkRoute *route)
{
    if (route->has_prefix)
        return route->prefix;
    if (!virSocketAddrIsSet(&route->netmask) && isAllZero(&route->address))
        return 0;
    return impliedPrefix(&route->address, &route->netmask);
}

/* --- <network> ------------------------------------------------------------------------------------------------- */

virNetworkDef *virNetworkDefNew(void)
{
    virNetworkDef *def = g_new0(virNetworkDef, 1);

    g_atomic_ref_count_init(&def->refs);
    def->stp = TRUE;
    def->forward_devs = g_ptr_array_new_with_free_func(g_free);
    def->forward_addresses = g_ptr_array_new_with_free_func(g_free);
    def->forwarders = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkDnsForwarderUnref);
    def->txts = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkDnsTxtUnref);
    def->srvs = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkDnsSrvUnref);
    def->dns_hosts = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkDnsHostUnref);
    def->options = g_ptr_array_new_with_free_func(g_free);
    def->ips = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkIpUnref);
    def->routes = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkRouteUnref);
    def->portgroups = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkPortGroupUnref);
    return def;
}

virNetworkDef *virNetworkDefRef(virNetworkDef *def)
{
    if (def)
        g_atomic_ref_count_inc(&def->refs);
    return def;
}

void virNetworkDefUnref(virNetworkDef *def)
{
    if (!def || !g_atomic_ref_count_dec(&def->refs))
        return;
    g_free(def->name);
    g_free(def->title);
    g_free(def->description);
    g_free(def->metadata);
    g_free(def->forward_pf);
    g_free(def->forward_driver_model);
    g_free(def->bridge);
    g_free(def->zone);
    g_free(def->domain);
    g_ptr_array_unref(def->forward_devs);
    g_ptr_array_unref(def->forward_addresses);
    g_ptr_array_unref(def->forwarders);
    g_ptr_array_unref(def->txts);
    g_ptr_array_unref(def->srvs);
    g_ptr_array_unref(def->dns_hosts);
    g_ptr_array_unref(def->options);
    g_ptr_array_unref(def->ips);
    g_ptr_array_unref(def->routes);
    virNetworkVlanUnref(def->vlan);
    virNetworkBandwidthUnref(def->bandwidth);
    virNetworkVirtualPortUnref(def->virtualport);
    g_ptr_array_unref(def->portgroups);
    g_free(def);
}

virNetworkDef *virNetworkDefCopy(const virNetworkDef *def)
{
    virNetworkDef *copy = g_new0(virNetworkDef, 1);

    *copy = *def;
    g_atomic_ref_count_init(&copy->refs);
    copy->name = g_strdup(def->name);
    copy->title = g_strdup(def->title);
    copy->description = g_strdup(def->description);
    copy->metadata = g_strdup(def->metadata);
    copy->forward_pf = g_strdup(def->forward_pf);
    copy->forward_driver_model = g_strdup(def->forward_driver_model);
    copy->bridge = g_strdup(def->bridge);
    copy->zone = g_strdup(def->zone);
    copy->domain = g_strdup(def->domain);
    copy->forward_devs = listCopy(def->forward_devs, copyText, g_free);
    copy->forward_addresses = listCopy(def->forward_addresses, copyPciAddress, g_free);
    copy->forwarders = listCopy(def->forwarders, (EntryRef)virNetworkDnsForwarderRef,
                                (GDestroyNotify)virNetworkDnsForwarderUnref);
    copy->txts = listCopy(def->txts, (EntryRef)virNetworkDnsTxtRef, (GDestroyNotify)virNetworkDnsTxtUnref);
    copy->srvs = listCopy(def->srvs, (EntryRef)virNetworkDnsSrvRef, (GDestroyNotify)virNetworkDnsSrvUnref);
    copy->dns_hosts = listCopy(def->dns_hosts, (EntryRef)virNetworkDnsHostRef, (GDestroyNotify)virNetworkDnsHostUnref);
    copy->options = listCopy(def->options, copyText, g_free);
    copy->ips = listCopy(def->ips, (EntryRef)virNetworkIpRef, (GDestroyNotify)virNetworkIpUnref);
    copy->routes = listCopy(def->routes, (EntryRef)virNetworkRouteRef, (GDestroyNotify)virNetworkRouteUnref);
    virNetworkVlanRef(copy->vlan);
    virNetworkBandwidthRef(copy->bandwidth);
    virNetworkVirtualPortRef(copy->virtualport);
    copy->portgroups = listCopy(def->portgroups, (EntryRef)virNetworkPortGroupRef,
                                (GDestroyNotify)virNetworkPortGroupUnref);
    return copy;
}

static gboolean natEqual(const virNetworkNat *a, const virNetworkNat *b)
{
    return virSocketAddrEqual(&a->addr_start, &b->addr_start) && virSocketAddrEqual(&a->addr_end, &b->addr_end) &&
           a->port_start == b->port_start && a->port_end == b->port_end && a->ipv6 == b->ipv6;
}

static gboolean forwardEqual(const virNetworkDef *a, const virNetworkDef *b)
{
    return a->forward == b->forward && natEqual(&a->nat, &b->nat) &&
           listEqual(a->forward_devs, b->forward_devs, equalText) &&
           listEqual(a->forward_addresses, b->forward_addresses, (EntryEqual)virPciAddressEqual) &&
           g_strcmp0(a->forward_pf, b->forward_pf) == 0 && a->forward_managed == b->forward_managed &&
           a->forward_driver == b->forward_driver &&
           g_strcmp0(a->forward_driver_model, b->forward_driver_model) == 0;
}

static gboolean bridgeEqual(const virNetworkDef *a, const virNetworkDef *b)
{
    return g_strcmp0(a->bridge, b->bridge) == 0 && a->stp == b->stp && a->delay_s == b->delay_s &&
           g_strcmp0(a->zone, b->zone) == 0 && a->mac_table == b->mac_table &&
           a->has_mac == b->has_mac && virMacAddrEqual(&a->mac, &b->mac) && a->mtu == b->mtu;
}

static gboolean portsEqual(const virNetworkDef *a, const virNetworkDef *b)
{
    return a->trust_guest_rx_filters == b->trust_guest_rx_filters && a->port_isolated == b->port_isolated &&
           EQUAL_OR_ABSENT(a->vlan, b->vlan, virNetworkVlanEqual) &&
           virNetworkBandwidthEqual(a->bandwidth, b->bandwidth) &&
           EQUAL_OR_ABSENT(a->virtualport, b->virtualport, virNetworkVirtualPortEqual) &&
           listEqual(a->portgroups, b->portgroups, (EntryEqual)virNetworkPortGroupEqual);
}

static gboolean dnsEqual(const virNetworkDef *a, const virNetworkDef *b)
{
    return g_strcmp0(a->domain, b->domain) == 0 && a->domain_local_only == b->domain_local_only &&
           a->domain_register == b->domain_register && a->dns_enable == b->dns_enable && a->dns_forward_plain_names == b->dns_forward_plain_names &&
           listEqual(a->forwarders, b->forwarders, (EntryEqual)virNetworkDnsForwarderEqual) &&
           listEqual(a->txts, b->txts, (EntryEqual)virNetworkDnsTxtEqual) &&
           listEqual(a->srvs, b->srvs, (EntryEqual)virNetworkDnsSrvEqual) &&
           listEqual(a->dns_hosts, b->dns_hosts, (EntryEqual)virNetworkDnsHostEqual) &&
           listEqual(a->options, b->options, equalText);
}

gboolean virNetworkDefEqual(const virNetworkDef *a, const virNetworkDef *b)
{
    return g_strcmp0(a->name, b->name) == 0 && a->has_uuid == b->has_uuid &&
           memcmp(a->uuid, b->uuid, sizeof(a->uuid)) == 0 && g_strcmp0(a->title, b->title) == 0 &&
           g_strcmp0(a->description, b->description) == 0 && g_strcmp0(a->metadata, b->metadata) == 0 &&
           a->ipv6 == b->ipv6 && forwardEqual(a, b) && bridgeEqual(a, b) && portsEqual(a, b) && dnsEqual(a, b) &&
           listEqual(a->ips, b->ips, (EntryEqual)virNetworkIpEqual) &&
           listEqual(a->routes, b->routes, (EntryEqual)virNetworkRouteEqual);
}

const char *virNetworkDefGetOwnBridge(const virNetworkDef *def)
{
    return virNetworkForwardModeIsManaged(def->forward) ? def->bridge : NULL;
}
