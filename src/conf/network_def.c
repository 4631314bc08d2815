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
};
G_STATIC_ASSERT(G_N_ELEMENTS(forward_modes) == VIR_NETWORK_FORWARD_LAST);

const char *virNetworkForwardModeName(virNetworkForwardMode mode)
{
    return forward_modes[mode];
}

static gboolean leaseEqual(const virNetworkLeaseTime *a, const virNetworkLeaseTime *b)
{
    return a->unit == b->unit && a->expiry == b->expiry;
}

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

static gpointer copyText(gpointer text)
{
    return g_strdup(text);
}

static gboolean equalText(gconstpointer a, gconstpointer b)
{
    return strcmp(a, b) == 0;
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
    if (!host || !g_atomic_ref_count_dec(&host->refs))
        return;
    g_free(host->mac_text);
    g_free(host->id);
    g_free(host->name);
    g_free(host);
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

/* Prefix of an IPv4 address by its class, RFC 791 section 3.2. */
static unsigned int classPrefix(const virSocketAddr *address)
{
    if (address->bytes[0] < 128)
        return 8;
    return address->bytes[0] < 192 ? 16 : 24;
}

unsigned int virNetworkIpGetPrefix(const virNetworkIp *ip)
{
    if (ip->prefix)
        return ip->prefix;
    if (virSocketAddrIsSet(&ip->netmask)) {
        int prefix = virSocketAddrMaskToPrefix(&ip->netmask);

        return prefix < 0 ? 0 : (unsigned int)prefix;
    }
    return ip->address.family == AF_INET6 ? 64 : classPrefix(&ip->address);
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

/* --- <network> ------------------------------------------------------------------------------------------------- */

virNetworkDef *virNetworkDefNew(void)
{
    virNetworkDef *def = g_new0(virNetworkDef, 1);

    g_atomic_ref_count_init(&def->refs);
    def->stp = TRUE;
    def->forward_devs = g_ptr_array_new_with_free_func(g_free);
    def->forwarders = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkDnsForwarderUnref);
    def->txts = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkDnsTxtUnref);
    def->srvs = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkDnsSrvUnref);
    def->dns_hosts = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkDnsHostUnref);
    def->options = g_ptr_array_new_with_free_func(g_free);
    def->ips = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkIpUnref);
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
    g_free(def->metadata);
    g_free(def->bridge);
    g_free(def->domain);
    g_ptr_array_unref(def->forward_devs);
    g_ptr_array_unref(def->forwarders);
    g_ptr_array_unref(def->txts);
    g_ptr_array_unref(def->srvs);
    g_ptr_array_unref(def->dns_hosts);
    g_ptr_array_unref(def->options);
    g_ptr_array_unref(def->ips);
    g_free(def);
}

virNetworkDef *virNetworkDefCopy(const virNetworkDef *def)
{
    virNetworkDef *copy = g_new0(virNetworkDef, 1);

    *copy = *def;
    g_atomic_ref_count_init(&copy->refs);
    copy->name = g_strdup(def->name);
    copy->metadata = g_strdup(def->metadata);
    copy->bridge = g_strdup(def->bridge);
    copy->domain = g_strdup(def->domain);
    copy->forward_devs = listCopy(def->forward_devs, copyText, g_free);
    copy->forwarders = listCopy(def->forwarders, (EntryRef)virNetworkDnsForwarderRef,
                                (GDestroyNotify)virNetworkDnsForwarderUnref);
    copy->txts = listCopy(def->txts, (EntryRef)virNetworkDnsTxtRef, (GDestroyNotify)virNetworkDnsTxtUnref);
    copy->srvs = listCopy(def->srvs, (EntryRef)virNetworkDnsSrvRef, (GDestroyNotify)virNetworkDnsSrvUnref);
    copy->dns_hosts = listCopy(def->dns_hosts, (EntryRef)virNetworkDnsHostRef, (GDestroyNotify)virNetworkDnsHostUnref);
    copy->options = listCopy(def->options, copyText, g_free);
    copy->ips = listCopy(def->ips, (EntryRef)virNetworkIpRef, (GDestroyNotify)virNetworkIpUnref);
    return copy;
}

static gboolean natEqual(const virNetworkNat *a, const virNetworkNat *b)
{
    return virSocketAddrEqual(&a->addr_start, &b->addr_start) && virSocketAddrEqual(&a->addr_end, &b->addr_end) &&
           a->port_start == b->port_start && a->port_end == b->port_end && a->ipv6 == b->ipv6;
}

static gboolean bridgeEqual(const virNetworkDef *a, const virNetworkDef *b)
{
    return g_strcmp0(a->bridge, b->bridge) == 0 && a->stp == b->stp && a->delay_s == b->delay_s &&
           a->has_mac == b->has_mac && virMacAddrEqual(&a->mac, &b->mac) && a->mtu == b->mtu;
}

static gboolean dnsEqual(const virNetworkDef *a, const virNetworkDef *b)
{
    return g_strcmp0(a->domain, b->domain) == 0 && a->domain_local_only == b->domain_local_only &&
           a->dns_enable == b->dns_enable && a->dns_forward_plain_names == b->dns_forward_plain_names &&
           listEqual(a->forwarders, b->forwarders, (EntryEqual)virNetworkDnsForwarderEqual) &&
           listEqual(a->txts, b->txts, (EntryEqual)virNetworkDnsTxtEqual) &&
           listEqual(a->srvs, b->srvs, (EntryEqual)virNetworkDnsSrvEqual) &&
           listEqual(a->dns_hosts, b->dns_hosts, (EntryEqual)virNetworkDnsHostEqual) &&
           listEqual(a->options, b->options, equalText);
}

gboolean virNetworkDefEqual(const virNetworkDef *a, const virNetworkDef *b)
{
    return g_strcmp0(a->name, b->name) == 0 && a->has_uuid == b->has_uuid &&
           memcmp(a->uuid, b->uuid, sizeof(a->uuid)) == 0 &&
           g_strcmp0(a->metadata, b->metadata) == 0 && a->ipv6 == b->ipv6 && a->forward == b->forward && natEqual(&a->nat, &b->nat) &&
           listEqual(a->forward_devs, b->forward_devs, equalText) && bridgeEqual(a, b) &&
           dnsEqual(a, b) &&
           listEqual(a->ips, b->ips, (EntryEqual)virNetworkIpEqual);
}
