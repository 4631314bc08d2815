/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_store_load.c: definitions and state read back from disk
 *
 * What a daemon finds when it starts or is told to look again: every file is read by itself, and one that cannot be is logged and
 * stays. What becomes of the networks is network_load.c's matter.
 */
#include "network_store_priv.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "network_parse.h"
#include "network_store_ports.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"
#include "virstring.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

void virNetworkStoredFree(virNetworkStored *stored)
{
    if (!stored)
        return;
    g_free(stored->name);
    virNetworkDefUnref(stored->config);
    virNetworkDefUnref(stored->live);
    virNetworkDefUnref(stored->attempted);
    g_clear_pointer(&stored->ports, g_ptr_array_unref);
    g_free(stored);
}

static gboolean isTainted(const xmlNode *status)
{
    g_autofree char *flag = NULL;
    const xmlNode *taint = virXMLFirst(status, "taint");

    flag = taint ? virXMLGetAttribute(taint, "flag") : NULL;
    return g_strcmp0(flag, "hook-script") == 0;
}

/* A file's <network>: the root itself, or the child of <networkstatus>. */
static virNetworkDef *parseStored(const char *path, const char *text, gboolean *ret_tainted, GError **err)
{
    const virNetworkParseOptions options = { .keeps_functions = TRUE };
    const virXMLSource source = { .text = text, .source = path, .domain = VIR_FROM_NETWORK };
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, err);
    const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    virNetworkDef *def;

    if (!root)
        return NULL;
    if (virXMLIsElement(root, "networkstatus")) {
        *ret_tainted = isTainted(root);
        root = virXMLFirst(root, "network");
        if (!root)
            return virFailNull(err, VIR_ERR_XML_ERROR, "%s: there is no <network> in <networkstatus>", path);
    }
    def = virNetworkDefParseNode(root, &options, err);
    if (!def)
        virErrorPrefix(err, "%s: ", path);
    return def;
}

/* Which file of a network is read. */
typedef struct {
    const char *dir, *prefix, *name, *suffix;
    gboolean may_lack;      /* uuid and bridge name may still have to be filled in */
} StoredFile;

/* NULL without an error: no such file. */
static virNetworkDef *readDef(const StoredFile *file, gboolean *ret_tainted, GError **err)
{
    g_autofree char *path = g_strdup_printf("%s/%s%s%s", file->dir, file->prefix, file->name, file->suffix);
    g_autofree char *text = NULL;
    g_autoptr(virNetworkDef) def = NULL;

    if (virFileRead(path, VIR_STORE_FILE_MAX, &text, err) < 0 || !text)
        return NULL;
    def = parseStored(path, text, ret_tainted, err);
    if (!def)
        return NULL;
    if (strcmp(def->name, file->name) != 0)
        return virFailNull(err, VIR_ERR_INTERNAL_ERROR, "%s: the network's name '%s' is not the file's", path, def->name);
    if (file->may_lack)
        return g_steal_pointer(&def);
    if (!def->has_uuid || (!def->bridge && virNetworkForwardModeIsManaged(def->forward)))
        return virFailNull(err, VIR_ERR_INTERNAL_ERROR, "%s: uuid or bridge name is missing", path);
    return g_steal_pointer(&def);
}

static virNetworkDef *readOrLog(const StoredFile *file, gboolean *ret_tainted)
{
    g_autoptr(GError) error = NULL;
    virNetworkDef *def = readDef(file, ret_tainted, &error);

    if (error)
        VIR_ERROR_LOG("skipped: %s", error->message);
    return def;
}

/* Adds to @names those of the files in @dir that begin with @prefix and end in @suffix, without both. */
static int collectNames(const char *dir, const char *prefix, const char *suffix, GHashTable *names, GError **err)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) handle = g_dir_open(dir, 0, &error);
    const char *file;

    if (!handle)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "%s", error->message);
    while ((file = g_dir_read_name(handle))) {
        size_t len = strlen(file), before = strlen(prefix), after = strlen(suffix);

        if (len > before + after && g_str_has_prefix(file, prefix) && g_str_has_suffix(file, suffix))
            g_hash_table_add(names, g_strndup(file + before, len - before - after));
    }
    return 0;
}

static void readRecord(virNetworkStore *store, virNetworkStored *stored)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    if (virNetworkStoreFinishCommit(store, stored->name, &text, &error) < 0)
        VIR_ERROR_LOG("network '%s': a committed change cannot be finished: %s", stored->name, error->message);
    if (!text)
        return;
    stored->marked = TRUE;
    if (strstr(text, "stale-conf\n"))
        stored->stale = VIR_STALE_CONF;
    else if (strstr(text, "stale-hosts\n"))
        stored->stale = VIR_STALE_HOSTS;
}

static virNetworkStored *loadOne(virNetworkStore *store, const char *name)
{
    const StoredFile config = { store->config_dir, "", name, ".xml", TRUE };
    const StoredFile status = { store->run_dir, "", name, ".xml", FALSE };
    const StoredFile attempted = { store->run_dir, ".", name, ".xml.new", FALSE };
    virNetworkStored *stored = g_new0(virNetworkStored, 1);
    g_autofree char *status_path = g_strdup_printf("%s/%s.xml", store->run_dir, name);
    gboolean ignored = FALSE;

    stored->name = g_strdup(name);
    readRecord(store, stored);
    stored->config = readOrLog(&config, &ignored);
    stored->live = readOrLog(&status, &stored->tainted);
    if (stored->live && stored->config)
        virNetworkDefShareIps(stored->live, stored->config);
    if (stored->marked)
        stored->attempted = readOrLog(&attempted, &ignored);
    if (stored->live)
        stored->ports = virNetworkPortsRead(store->run_dir, name);
    else if (!g_file_test(status_path, G_FILE_TEST_EXISTS))
        virNetworkPortsRemove(store->run_dir, name);
    return stored;
}

static void removeStaged(virNetworkStore *store, const char *name)
{
    g_autofree char *config = g_strdup_printf("%s/.%s.xml.new", store->config_dir, name);
    g_autofree char *status = g_strdup_printf("%s/.%s.xml.new", store->run_dir, name);

    unlink(config);
    unlink(status);
}

int virNetworkStoreLoad(virNetworkStore *store, GPtrArray **ret_stored, GError **err)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkStoredFree);
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree gpointer *sorted = NULL;
    guint n, i;

    if (store->config_dir &&
        (collectNames(store->config_dir, "", ".xml", names, err) < 0 ||
         collectNames(store->config_dir, ".", ".xml.new", names, err) < 0 ||
         collectNames(store->run_dir, "", ".xml", names, err) < 0 ||
         collectNames(store->run_dir, ".", ".xml.new", names, err) < 0 ||
         collectNames(store->run_dir, "", ".change", names, err) < 0))
        return -1;
    if (store->config_dir)
        virNetworkPortsCollect(store->run_dir, names);
    sorted = g_hash_table_get_keys_as_array(names, &n);
    qsort(sorted, n, sizeof(*sorted), virStringCompareItems);
    for (i = 0; i < n; i++) {
        g_ptr_array_add(all, loadOne(store, sorted[i]));
        removeStaged(store, sorted[i]);
    }
    *ret_stored = g_steal_pointer(&all);
    return 0;
}

virNetworkDef *virNetworkStoreReadConfig(virNetworkStore *store, const char *name)
{
    const StoredFile config = { store->config_dir, "", name, ".xml", TRUE };
    gboolean ignored = FALSE;

    return store->config_dir ? readOrLog(&config, &ignored) : NULL;
}

int virNetworkStoreReadConfigs(virNetworkStore *store, GPtrArray **ret_stored, GError **err)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkStoredFree);
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer name;

    if (store->config_dir && collectNames(store->config_dir, "", ".xml", names, err) < 0)
        return -1;
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        virNetworkDef *def = virNetworkStoreReadConfig(store, name);
        virNetworkStored *stored;

        if (!def)
            continue;
        stored = g_new0(virNetworkStored, 1);
        stored->name = g_strdup(name);
        stored->config = def;
        g_ptr_array_add(all, stored);
    }
    *ret_stored = g_steal_pointer(&all);
    return 0;
}
