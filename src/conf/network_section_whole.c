/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_section_whole.c: the whole network as a section: what a given <network> means for a network that is there
 *
 * What a define would choose itself and what a start fills in comes from the present version, so that a network's own dump,
 * live or not, changes nothing. Entries that stay are shared with the present version, as in any other edit.
 */
#include <string.h>

#include "network_live.h"
#include "network_section_ops.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- Identity --------------------------------------------------------------------------------------------------- */

static int checkIdentity(const virNetworkDef *was, virNetworkDef *def, GError **err)
{
    char have[VIR_UUID_TEXT_LEN], given[VIR_UUID_TEXT_LEN];

    if (strcmp(def->name, was->name) != 0) {
        return virFail(err, VIR_ERR_OPERATION_UNSUPPORTED, "network '%s' cannot be renamed to '%s' by an update", was->name,
                       def->name);
    }
    if (def->has_uuid && memcmp(def->uuid, was->uuid, sizeof(def->uuid)) != 0) {
        return virFail(err, VIR_ERR_OPERATION_UNSUPPORTED, "network '%s' has uuid %s, which cannot become %s by an update",
                       was->name, virUUIDFormat(was->uuid, have), virUUIDFormat(def->uuid, given));
    }
    memcpy(def->uuid, was->uuid, sizeof(def->uuid));
    def->has_uuid = was->has_uuid;
    return 0;
}

/* --- What was chosen before ------------------------------------------------------------------------------------- */

static void keepBridge(const virNetworkDef *was, virNetworkDef *def)
{
    if (!virNetworkForwardModeIsManaged(was->forward) || !virNetworkForwardModeIsManaged(def->forward))
        return;
    if (!def->bridge || !*def->bridge || strstr(def->bridge, "%d")) {
        g_free(def->bridge);
        def->bridge = g_strdup(was->bridge);
    }
    if (!def->has_mac) {
        def->has_mac = was->has_mac;
        def->mac = was->mac;
    }
}

/* The ports that a live dump shows are no wish of the user's where the stored definition has none. */
static void dropImpliedPorts(const virNetworkDef *was, virNetworkDef *def)
{
    if (was->forward != VIR_NETWORK_FORWARD_NAT || was->nat.port_start || was->nat.port_end ||
        def->nat.port_start != VIR_NETWORK_NAT_PORT_START || def->nat.port_end != VIR_NETWORK_NAT_PORT_END)
        return;
    def->nat.port_start = def->nat.port_end = 0;
}

/* A live dump shows the functions of the pf beside it. */
static void keepFunctions(const virNetworkDef *was, virNetworkDef *def)
{
    if (!def->forward_pf)
        return;
    if (g_strcmp0(def->forward_pf, was->forward_pf) == 0) {
        g_autoptr(virNetworkDef) copy = virNetworkDefCopy(was);
        GPtrArray *devs = def->forward_devs, *addresses = def->forward_addresses;

        def->forward_devs = copy->forward_devs;
        def->forward_addresses = copy->forward_addresses;
        copy->forward_devs = devs;
        copy->forward_addresses = addresses;
    } else if (def->forward_devs->len) {
        g_clear_pointer(&def->forward_pf, g_free);      /* as at define */
    }
}

/* --- Entries that stay ------------------------------------------------------------------------------------------ */

/* Hosts are found by their address, which is one of the few things that every one of them has. */
static GHashTable *indexHosts(const GPtrArray *hosts)
{
    GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    char ip[VIR_SOCKET_ADDR_BUFLEN];
    guint i;

    for (i = 0; i < hosts->len; i++) {
        virNetworkDhcpHost *host = hosts->pdata[i];

        g_hash_table_insert(index, g_strdup(virSocketAddrFormat(&host->ip, ip)), host);
    }
    return index;
}

static void shareHosts(const GPtrArray *was, GPtrArray *hosts)
{
    g_autoptr(GHashTable) index = indexHosts(was);
    char ip[VIR_SOCKET_ADDR_BUFLEN];
    guint i;

    for (i = 0; i < hosts->len; i++) {
        virNetworkDhcpHost *host = hosts->pdata[i];
        virNetworkDhcpHost *old = g_hash_table_lookup(index, virSocketAddrFormat(&host->ip, ip));

        if (!old || !virNetworkDhcpHostEqual(old, host))
            continue;
        hosts->pdata[i] = virNetworkDhcpHostRef(old);
        virNetworkDhcpHostUnref(host);
    }
}

static const virNetworkIp *findIp(const virNetworkDef *def, const virSocketAddr *address)
{
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        if (virSocketAddrEqual(&ip->address, address))
            return ip;
    }
    return NULL;
}

static void shareEntries(const virNetworkDef *was, virNetworkDef *def)
{
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        virNetworkIp *ip = def->ips->pdata[i];
        const virNetworkIp *old = findIp(was, &ip->address);

        if (old)
            shareHosts(old->hosts, ip->hosts);
    }
}

virNetworkDef *virNetworkSectionReplace(const virNetworkDef *was, const xmlNode *root, GError **err)
{
    const virNetworkParseOptions options = { .name = was->name, .keeps_functions = TRUE };
    g_autoptr(virNetworkDef) def = virNetworkDefParseNode(root, &options, err);

    if (!def || checkIdentity(was, def, err) < 0)
        return NULL;
    keepBridge(was, def);
    dropImpliedPorts(was, def);
    keepFunctions(was, def);
    shareEntries(was, def);
    return g_steal_pointer(&def);
}
