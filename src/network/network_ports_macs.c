/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_ports_macs.c: BRIDGE.macs, which tells libnss-libvirt-guest the MACs of each guest
 *
 * A JSON list, laid out as libvirt does: an object for each guest, by the order of its first port. Made of the ports
 * alone, so that it can always be made again; nothing reads it back.
 */
#include "network_manager.h"
#include "virfile.h"
#include "virlog.h"

#define FILE_MODE 0644
#define DIR_MODE 0755

/* Names of guests are text: nothing else can come out of an XML document. */
static void appendQuoted(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20)
            g_string_append_printf(out, "\\u%04x", (unsigned int)*text);
        else if (*text == '"' || *text == '\\')
            g_string_append_printf(out, "\\%c", *text);
        else
            g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

/* MACs of each guest, as text; @ret_names has the guests in order. */
static GHashTable *collectGuests(const GPtrArray *ports, GPtrArray *ret_names)
{
    GHashTable *guests = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    char mac[VIR_MAC_STRING_BUFLEN];
    guint i;

    for (i = 0; i < ports->len; i++) {
        const virNetworkPortDef *port = ports->pdata[i];
        GPtrArray *macs = g_hash_table_lookup(guests, port->owner_name);

        if (!macs) {
            macs = g_ptr_array_new_with_free_func(g_free);
            g_hash_table_insert(guests, port->owner_name, macs);
            g_ptr_array_add(ret_names, port->owner_name);
        }
        virMacAddrFormat(&port->mac, mac);
        if (!g_ptr_array_find_with_equal_func(macs, mac, g_str_equal, NULL))
            g_ptr_array_add(macs, g_strdup(mac));
    }
    return guests;
}

static void formatGuest(GString *out, const char *name, const GPtrArray *macs)
{
    guint i;

    g_string_append(out, "  {\n    \"domain\": ");
    appendQuoted(out, name);
    g_string_append(out, ",\n    \"macs\": [\n");
    for (i = 0; i < macs->len; i++)
        g_string_append_printf(out, "      \"%s\"%s\n", (const char *)macs->pdata[i], i + 1 < macs->len ? "," : "");
    g_string_append(out, "    ]\n  }");
}

static char *formatMacs(const GPtrArray *ports)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GHashTable) guests = collectGuests(ports, names);
    GString *out = g_string_new("[\n");
    guint i;

    for (i = 0; i < names->len; i++) {
        formatGuest(out, names->pdata[i], g_hash_table_lookup(guests, names->pdata[i]));
        g_string_append(out, i + 1 < names->len ? ",\n" : "");
    }
    g_string_append(out, "\n]\n");
    return g_string_free(out, FALSE);
}

void virNetworkPortsWriteMacs(virNetworkManager *manager, const virNetworkDef *def, const GPtrArray *ports)
{
    const char *bridge = virNetworkDefGetOwnBridge(def);
    g_autofree char *path = bridge ? g_strdup_printf("%s/%s.macs", manager->dnsmasq_dir, bridge) : NULL;
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (!manager->keeps_files || !bridge || (ports->len == 0 && !g_file_test(path, G_FILE_TEST_EXISTS)))
        return;
    text = formatMacs(ports);
    if (virFileMakeDir(manager->dnsmasq_dir, DIR_MODE, &error) < 0 || virFileReplace(path, text, FILE_MODE, 0, &error) < 0)
        VIR_WARN("network '%s': guests' names may not be found by their MACs: %s", def->name, error->message);
}
