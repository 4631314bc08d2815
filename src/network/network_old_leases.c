/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_old_leases.c: reservations of addresses that other clients hold
 *
 * dnsmasq gives a reserved address to its owner only when no other client's lease is on it any more. That is no reason to
 * refuse the reservation, but whoever waits for it is to find in the log why nothing happens. Called after an update.
 */
#include "network_change.h"
#include "network_leases.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

static void warnIfHeld(const char *network, const virNetworkDhcpHost *host, const virDriverLease *lease)
{
    g_autoptr(GDateTime) end = NULL;
    g_autofree char *end_text = NULL;
    char ip[VIR_SOCKET_ADDR_BUFLEN];
    virMacAddr mac;

    if (!lease->mac || (host->mac_text && virMacAddrParse(lease->mac, &mac) && virMacAddrEqual(&mac, &host->mac)))
        return;
    end = lease->expiry_time ? g_date_time_new_from_unix_local(lease->expiry_time) : NULL;
    end_text = end ? g_date_time_format(end, "%F %T") : g_strdup("never");
    VIR_WARN("network '%s': reserved address %s is leased to %s until %s; it moves when that client releases or renews it, "
             "or when the lease ends", network, virSocketAddrFormat(&host->ip, ip), lease->mac, end_text);
}

static void warnOfLeases(const char *network, GHashTable *hosts, const GPtrArray *leases)
{
    guint i;

    for (i = 0; i < leases->len; i++) {
        const virDriverLease *lease = leases->pdata[i];
        const virNetworkDhcpHost *host = g_hash_table_lookup(hosts, lease->ipaddr);

        if (host)
            warnIfHeld(network, host, lease);
    }
}

/* Puts the hosts of @is that @was has not into @ret_hosts, by address: versions share the entries that stay. */
static void findNewHosts(const GPtrArray *was, const GPtrArray *is, GHashTable *ret_hosts)
{
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
    const virNetworkStretch stretch = virNetworkListCompare(is, was);
    guint i;

    for (i = stretch.first; i < stretch.old_end; i++)
        g_hash_table_add(known, was->pdata[i]);
    for (i = stretch.first; i < stretch.end; i++) {
        virNetworkDhcpHost *host = is->pdata[i];
        char ip[VIR_SOCKET_ADDR_BUFLEN];

        if (!g_hash_table_contains(known, host))
            g_hash_table_insert(ret_hosts, g_strdup(virSocketAddrFormat(&host->ip, ip)), host);
    }
}

/* One new host, which is the rule, may spare the file's being parsed. */
static void askForOne(const virNetworkChange *change, const char *path, GHashTable *hosts)
{
    g_autoptr(virDriverLease) lease = NULL;
    const virNetworkDhcpHost *host = NULL;
    GHashTableIter iter;

    g_hash_table_iter_init(&iter, hosts);
    if (!g_hash_table_iter_next(&iter, NULL, (gpointer *)&host) ||
        virNetworkLeasesFindHolder(path, &host->ip, g_get_real_time() / G_USEC_PER_SEC, &lease, NULL) < 0 || !lease)
        return;
    warnIfHeld(change->obj->name, host, lease);
}

static void askForAll(const virNetworkChange *change, const char *path, GHashTable *hosts)
{
    const virNetworkLeasesQuery query = { .path = path, .now = g_get_real_time() / G_USEC_PER_SEC };
    g_autoptr(GPtrArray) leases = NULL;

    if (virNetworkLeasesRead(&query, &leases, NULL) == 0)
        warnOfLeases(change->obj->name, hosts, leases);
}

static const virNetworkIp *findIp(const virNetworkDef *def, const virNetworkIp *like)
{
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        if (ip == like || virSocketAddrEqual(&ip->address, &like->address))
            return ip;
    }
    return NULL;
}

void virNetworkChangeWarnOfLeases(const virNetworkChange *change)
{
    g_autoptr(GHashTable) hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    const char *bridge = change->live ? virNetworkDefGetOwnBridge(change->live) : NULL;
    g_autofree char *path = NULL;
    guint i;

    if (!bridge || change->live == change->was.live)
        return;
    for (i = 0; i < change->live->ips->len; i++) {
        const virNetworkIp *is = change->live->ips->pdata[i];
        const virNetworkIp *was = findIp(change->was.live, is);

        if (was != is)
            findNewHosts(was ? was->hosts : none, is->hosts, hosts);
    }
    path = g_strdup_printf("%s/%s.status", change->manager->dnsmasq_dir, bridge);
    if (g_hash_table_size(hosts) == 1)
        askForOne(change, path, hosts);
    else if (g_hash_table_size(hosts) > 1)
        askForAll(change, path, hosts);
}
