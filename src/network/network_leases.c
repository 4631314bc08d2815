/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_leases.c: the DHCP leases of a network, from the file that the lease helper keeps
 *
 * The file may be another program's work (libvirt's helper writes the same), so every field is judged by itself and
 * a strange one is left out rather than passed on. Nothing is written here, and no lock is needed: the helper
 * replaces the file whole.
 */
#include "network_leases.h"

#include <json-c/json.h>
#include <libvirt/libvirt.h>
#include <string.h>

#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* As the lease helper has it. */
#define MAX_FILE_BYTES (64 * 1024 * 1024)

/* A DUID of 255 bytes has 764 characters, a host name 255; what is longer came from nowhere good. */
#define MAX_TEXT_LENGTH 1024

typedef struct json_object JsonObject;
typedef struct json_tokener JsonTokener;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JsonObject, json_object_put)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JsonTokener, json_tokener_free)

/* What every entry of one file is held against. */
typedef struct {
    const virNetworkLeasesQuery *query;
    gboolean has_mac;
    virMacAddr mac;
} leaseFilter;

static gboolean isBlank(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isspace(text[i]))
            return FALSE;
    }
    return TRUE;
}

/* *@ret_list is NULL for an empty file. */
static int parseList(const char *path, const char *text, gsize length, JsonObject **ret_list, GError **err)
{
    g_autoptr(JsonTokener) tokener = json_tokener_new();
    g_autoptr(JsonObject) list = NULL;
    gsize end;

    if (isBlank(text, length)) {
        *ret_list = NULL;
        return 0;
    }
    if (length > MAX_FILE_BYTES)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "file of leases '%s' is larger than %d bytes", path,
                       MAX_FILE_BYTES);
    list = json_tokener_parse_ex(tokener, text, (int)length);
    if (!list)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "file of leases '%s' is no JSON: %s", path,
                       json_tokener_error_desc(json_tokener_get_error(tokener)));
    end = json_tokener_get_parse_end(tokener);
    if (!json_object_is_type(list, json_type_array) || end > length || !isBlank(text + end, length - end))
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "file of leases '%s' does not hold one JSON list", path);
    *ret_list = g_steal_pointer(&list);
    return 0;
}

/* NULL if the field is absent, no text, too long or no UTF-8. The text is @entry's. */
static const char *fieldText(JsonObject *entry, const char *key)
{
    JsonObject *value = NULL;
    const char *text;
    gsize length;

    if (!json_object_object_get_ex(entry, key, &value) || !json_object_is_type(value, json_type_string))
        return NULL;
    text = json_object_get_string(value);
    length = (gsize)json_object_get_string_len(value);
    if (length == 0 || length > MAX_TEXT_LENGTH || !g_utf8_validate(text, (gssize)length, NULL))
        return NULL;
    return text;
}

static gint64 fieldNumber(JsonObject *entry, const char *key)
{
    JsonObject *value = NULL;

    if (!json_object_object_get_ex(entry, key, &value) || !json_object_is_type(value, json_type_int))
        return 0;
    return json_object_get_int64(value);
}

/* That of the <ip> whose subnet holds @address; without one, of the first of its family. */
static unsigned int findPrefix(const virNetworkDef *def, const virSocketAddr *address)
{
    unsigned int fallback = 0;

    for (guint i = 0; def && i < def->ips->len; i++) {
        const virNetworkIp *ip = g_ptr_array_index(def->ips, i);
        unsigned int prefix = virNetworkIpGetPrefix(ip);

        if (virSocketAddrInSubnet(address, &ip->address, prefix))
            return prefix;
        if (fallback == 0 && ip->address.family == address->family)
            fallback = prefix;
    }
    return fallback;
}

static gboolean matchesMac(const leaseFilter *filter, const char *mac_text)
{
    virMacAddr mac;

    if (!filter->has_mac)
        return TRUE;
    return mac_text && virMacAddrParse(mac_text, &mac) && virMacAddrEqual(&mac, &filter->mac);
}

/* NULL for an entry that is not wanted. */
static virDriverLease *makeLease(JsonObject *entry, const leaseFilter *filter)
{
    const virNetworkLeasesQuery *query = filter->query;
    g_autoptr(virDriverLease) lease = NULL;
    virSocketAddr address;
    const char *ip;
    gint64 expiry;

    if (!json_object_is_type(entry, json_type_object))
        return NULL;
    ip = fieldText(entry, "ip-address");
    expiry = fieldNumber(entry, "expiry-time");
    if (!ip || !virSocketAddrParse(ip, AF_UNSPEC, &address) || (expiry != 0 && expiry < query->now) ||
        !matchesMac(filter, fieldText(entry, "mac-address")))
        return NULL;
    lease = g_new0(virDriverLease, 1);
    lease->iface = g_strdup(query->bridge);
    lease->expiry_time = expiry;
    lease->type = address.family == AF_INET6 ? VIR_IP_ADDR_TYPE_IPV6 : VIR_IP_ADDR_TYPE_IPV4;
    lease->mac = g_strdup(fieldText(entry, "mac-address"));
    lease->iaid = g_strdup(fieldText(entry, "iaid"));
    lease->ipaddr = g_strdup(ip);
    lease->prefix = findPrefix(query->def, &address);
    lease->hostname = g_strdup(fieldText(entry, "hostname"));
    lease->clientid = g_strdup(fieldText(entry, "client-id"));
    return g_steal_pointer(&lease);
}

int virNetworkLeasesParse(const virNetworkLeasesQuery *query, const char *text, gsize length, GPtrArray **ret_leases,
                          GError **err)
{
    leaseFilter filter = { .query = query, .has_mac = query->mac != NULL };
    g_autoptr(GPtrArray) leases = g_ptr_array_new_with_free_func((GDestroyNotify)virDriverLeaseFree);
    g_autoptr(JsonObject) list = NULL;

    if (query->mac && !virMacAddrParse(query->mac, &filter.mac))
        return virFail(err, VIR_ERR_INVALID_MAC, "%s", query->mac);
    if (parseList(query->path, text, length, &list, err) < 0)
        return -1;
    for (size_t i = 0; list && i < json_object_array_length(list); i++) {
        virDriverLease *lease = makeLease(json_object_array_get_idx(list, i), &filter);

        if (lease)
            g_ptr_array_add(leases, lease);
    }
    *ret_leases = g_steal_pointer(&leases);
    return 0;
}

int virNetworkLeasesRead(const virNetworkLeasesQuery *query, GPtrArray **ret_leases, GError **err)
{
    g_autofree char *text = NULL;

    if (virFileRead(query->path, MAX_FILE_BYTES, &text, err) < 0)
        return -1;
    return virNetworkLeasesParse(query, text ? text : "", text ? strlen(text) : 0, ret_leases, err);
}

/* Every update of a DHCP host asks: a file without the address as a text is not parsed. */
static gboolean mentions(const char *text, const virSocketAddr *address)
{
    char buf[VIR_SOCKET_ADDR_BUFLEN];
    g_autofree char *quoted = g_strdup_printf("\"%s\"", virSocketAddrFormat(address, buf));

    return strstr(text, quoted) != NULL;
}

static virDriverLease *takeHolder(GPtrArray *leases, const virSocketAddr *address)
{
    for (guint i = 0; i < leases->len; i++) {
        const virDriverLease *lease = g_ptr_array_index(leases, i);
        virSocketAddr held;

        if (virSocketAddrParse(lease->ipaddr, AF_UNSPEC, &held) && virSocketAddrEqual(&held, address))
            return g_ptr_array_steal_index(leases, i);
    }
    return NULL;
}

int virNetworkLeasesFindHolder(const char *path, const virSocketAddr *address, gint64 now, virDriverLease **ret_lease,
                               GError **err)
{
    const virNetworkLeasesQuery query = { .path = path, .now = now };
    g_autoptr(GPtrArray) leases = NULL;
    g_autofree char *text = NULL;

    if (virFileRead(path, MAX_FILE_BYTES, &text, err) < 0)
        return -1;
    if (!text || !mentions(text, address)) {
        *ret_lease = NULL;
        return 0;
    }
    if (virNetworkLeasesParse(&query, text, strlen(text), &leases, err) < 0)
        return -1;
    *ret_lease = takeHolder(leases, address);
    return 0;
}
