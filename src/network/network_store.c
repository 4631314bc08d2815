/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_store.c: definitions and state written to disk
 *
 * Files of network NAME: CONFIG/NAME.xml, CONFIG/autostart/NAME.xml (a link), RUN/NAME.xml (status), RUN/NAME/ports/UUID.xml
 * and RUN/NAME.change (mark or commit record). The record has one word a line: "stale-hosts" or "stale-conf", then
 * "commit-config", "commit-status" and "commit-port UUID" for each staged file that the commit renames, "remove-port UUID"
 * for one that it removes.
 */
#include "network_store_priv.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "network_fault.h"
#include "network_format.h"
#include "network_port_xml.h"
#include "network_store_ports.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

#define FILE_MODE 0600
#define PORTS_DIR_MODE 0700

/* Words of the record, before the uuid. */
#define COMMIT_PORT "commit-port "
#define REMOVE_PORT "remove-port "

virNetworkStore *virNetworkStoreNew(const char *config_dir, const char *run_dir)
{
    virNetworkStore *store = g_new0(virNetworkStore, 1);

    if (!config_dir)
        return store;
    store->config_dir = g_strdup(config_dir);
    store->autostart_dir = g_strdup_printf("%s/autostart", config_dir);
    store->config_sync = virDirSyncNew(store->config_dir);
    store->autostart_sync = virDirSyncNew(store->autostart_dir);
    store->run_dir = g_strdup(run_dir);
    return store;
}

void virNetworkStoreFree(virNetworkStore *store)
{
    if (!store)
        return;
    virDirSyncFree(store->config_sync);
    virDirSyncFree(store->autostart_sync);
    g_free(store->config_dir);
    g_free(store->autostart_dir);
    g_free(store->run_dir);
    g_free(store);
}

int virNetworkStorePrepare(virNetworkStore *store, GError **err)
{
    if (!store->config_dir)
        return 0;
    if (virFileMakeDir(store->autostart_dir, 0700, err) < 0)
        return -1;
    return virFileMakeDir(store->run_dir, 0755, err);
}

static char *makePath(const char *dir, const char *name, const char *suffix)
{
    return g_strdup_printf("%s/%s%s", dir, name, suffix);
}

/* --- Commit records --------------------------------------------------------------------------------------------- */

static int finishRename(const char *dir, const char *name, GError **err)
{
    g_autofree char *temp = g_strdup_printf("%s/.%s.xml.new", dir, name);
    g_autofree char *path = makePath(dir, name, ".xml");

    if (!g_file_test(temp, G_FILE_TEST_EXISTS))
        return 0;
    return virFileRename(temp, path, VIR_FILE_SYNC, err);
}

/* Only the last port of a record may be unfinished: nothing is staged before what stands above it is done. */
static int finishPort(virNetworkStore *store, const char *name, const char *record, GError **err)
{
    g_autofree char *dir = virNetworkPortsGetDir(store->run_dir, name);
    const char *written = g_strrstr(record, COMMIT_PORT);
    const char *removed = g_strrstr(record, REMOVE_PORT);
    const char *line = written > removed ? written + strlen(COMMIT_PORT) : removed ? removed + strlen(REMOVE_PORT) : NULL;
    g_autofree char *uuid = line ? g_strndup(line, strcspn(line, "\n")) : NULL;
    g_autofree char *path = NULL;

    if (!uuid)
        return 0;
    if (written > removed)
        return finishRename(dir, uuid, err);
    path = virNetworkPortsGetPath(store->run_dir, name, uuid);
    return virFileRemove(path, err);
}

int virNetworkStoreFinishCommit(virNetworkStore *store, const char *name, char **ret_record, GError **err)
{
    g_autofree char *path = makePath(store->run_dir, name, ".change");
    g_autofree char *text = NULL;

    if (virFileRead(path, VIR_STORE_FILE_MAX, &text, err) < 0)
        return -1;
    if (text && strstr(text, "commit-config\n") && finishRename(store->config_dir, name, err) < 0)
        return -1;
    if (text && strstr(text, "commit-status\n") && finishRename(store->run_dir, name, err) < 0)
        return -1;
    if (text && finishPort(store, name, text, err) < 0)
        return -1;
    *ret_record = g_steal_pointer(&text);
    return 0;
}

/* --- A change --------------------------------------------------------------------------------------------------- */

/* Programs look for these lines to tell a generated file from one of their own. */
static void appendWarning(GString *out, const char *command, const char *name)
{
    g_string_append_printf(out, "<!--\n"
                           "WARNING: THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE\n"
                           "OVERWRITTEN AND LOST. Changes to this xml configuration should be made using:\n"
                           "  virsh %s %s\n"
                           "or other application using the libvirt API.\n"
                           "-->\n\n", command, name);
}

static void appendNetworkWarning(GString *out, const virNetworkDef *def)
{
    char uuid[VIR_UUID_TEXT_LEN];
    /* Two dashes would end the comment. */
    const char *name = strstr(def->name, "--") || g_str_has_suffix(def->name, "-") ? virUUIDFormat(def->uuid, uuid)
                                                                                    : def->name;

    appendWarning(out, "net-edit", name);
}

static char *formatConfig(const virNetworkDef *def)
{
    GString *out = g_string_new(NULL);

    appendNetworkWarning(out, def);
    virNetworkDefFormatTo(def, out, 0);
    return g_string_free(out, FALSE);
}

static char *formatStatus(const virNetworkDef *def, const GPtrArray *ports, gboolean tainted)
{
    g_autofree char *classes = ports ? virNetworkPortListFormatClasses(ports) : g_strdup("0-2");
    guint64 sum = ports ? virNetworkPortListSumFloors(ports) : 0;
    GString *out = g_string_new(NULL);

    appendNetworkWarning(out, def);
    g_string_append_printf(out, "<networkstatus>\n  <class_id bitmap='%s'/>\n  <floor sum='%" G_GUINT64_FORMAT "'/>\n", classes, sum);
    if (tainted)
        g_string_append(out, "  <taint flag='hook-script'/>\n");
    virNetworkDefFormatTo(def, out, 2);
    g_string_append(out, "</networkstatus>\n");
    return g_string_free(out, FALSE);
}

static int stageConfig(virNetworkStore *store, virNetworkStoreChange *change, const virNetworkDef *config, GError **err)
{
    g_autofree char *path = makePath(store->config_dir, change->name, ".xml");
    g_autofree char *text = formatConfig(config);

    if (virNetworkFaultPoint("staging the definition", err) < 0)
        return -1;
    return virFileWriteBeside(path, text, FILE_MODE, VIR_FILE_SYNC, &change->config_temp, err);
}

static int stageStatus(virNetworkStore *store, virNetworkStoreChange *change, const virNetworkDef *live, GError **err)
{
    g_autofree char *path = makePath(store->run_dir, change->name, ".xml");
    g_autofree char *text = formatStatus(live, change->ports, change->tainted);

    if (virNetworkFaultPoint("staging the status", err) < 0)
        return -1;
    return virFileWriteBeside(path, text, FILE_MODE, 0, &change->status_temp, err);
}

static int stagePort(virNetworkStore *store, virNetworkStoreChange *change, GError **err)
{
    char uuid[VIR_UUID_TEXT_LEN];
    g_autofree char *dir = virNetworkPortsGetDir(store->run_dir, change->name);
    g_autofree char *path = virNetworkPortsGetPath(store->run_dir, change->name, virUUIDFormat(change->port->uuid, uuid));
    g_autofree char *xml = virNetworkPortDefFormat(change->port);
    g_autoptr(GString) text = g_string_new(NULL);

    appendWarning(text, "net-port-create", uuid);
    g_string_append(text, xml);
    if (virNetworkFaultPoint("staging the port", err) < 0 || virFileMakeDir(dir, PORTS_DIR_MODE, err) < 0)
        return -1;
    return virFileWriteBeside(path, text->str, FILE_MODE, 0, &change->port_temp, err);
}

int virNetworkStoreStage(virNetworkStore *store, virNetworkStoreChange *change, const virNetworkDef *config,
                         const virNetworkDef *live, GError **err)
{
    g_autofree char *record = NULL;

    if (!store->config_dir)
        return 0;
    /* What is staged takes the place of what an earlier commit may not have renamed yet. */
    if (virNetworkStoreFinishCommit(store, change->name, &record, err) < 0)
        return -1;
    if (change->config_action == VIR_STORE_WRITE && stageConfig(store, change, config, err) < 0)
        return -1;
    if (change->status_action == VIR_STORE_WRITE && stageStatus(store, change, live, err) < 0)
        return -1;
    if (change->port_action == VIR_STORE_WRITE && stagePort(store, change, err) < 0)
        return -1;
    return 0;
}

int virNetworkStoreTaintStatus(virNetworkStore *store, const virNetworkDef *live, const GPtrArray *ports, GError **err)
{
    g_autofree char *record = NULL;
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;

    if (!store->config_dir)
        return 0;
    /* Nor may what is written now be replaced by what an earlier commit has not renamed yet. */
    if (virNetworkStoreFinishCommit(store, live->name, &record, err) < 0)
        return -1;
    path = makePath(store->run_dir, live->name, ".xml");
    text = formatStatus(live, ports, TRUE);
    return virFileReplace(path, text, FILE_MODE, 0, err);
}

static void dropTemp(char **temp)
{
    if (*temp)
        unlink(*temp);
    g_clear_pointer(temp, g_free);
}

void virNetworkStoreUnstage(virNetworkStore *store G_GNUC_UNUSED, virNetworkStoreChange *change)
{
    dropTemp(&change->config_temp);
    dropTemp(&change->status_temp);
    dropTemp(&change->port_temp);
}

void virNetworkStoreLeave(virNetworkStoreChange *change)
{
    g_clear_pointer(&change->config_temp, g_free);
    g_clear_pointer(&change->status_temp, g_free);
    g_clear_pointer(&change->port_temp, g_free);
}

int virNetworkStoreMark(virNetworkStore *store, const char *name, virNetworkStale stale, GError **err)
{
    static const char *const words[] = { "stale-none\n", "stale-hosts\n", "stale-conf\n" };
    g_autofree char *path = NULL;

    if (!store->config_dir)
        return 0;
    if (virNetworkFaultPoint("marking the change", err) < 0)
        return -1;
    path = makePath(store->run_dir, name, ".change");
    return virFileReplace(path, words[stale], FILE_MODE, 0, err);
}

void virNetworkStoreUnmark(virNetworkStore *store, const char *name)
{
    g_autofree char *path = NULL;

    if (!store->config_dir)
        return;
    path = makePath(store->run_dir, name, ".change");
    unlink(path);
}

/* Removes @path. Once it is gone there is no way back, so that a sync which fails is no failure of the call. */
static int removeForGood(const char *path, virDirSync *sync, GError **err)
{
    g_autoptr(GError) error = NULL;

    if (virFileRemove(path, err) < 0)
        return -1;
    if (virDirSyncWait(sync, &error) < 0)
        VIR_WARN("'%s' was removed, but may be there again after a power cut: %s", path, error->message);
    return 0;
}

static int commitConfig(virNetworkStore *store, virNetworkStoreChange *change, GError **err)
{
    g_autofree char *path = makePath(store->config_dir, change->name, ".xml");

    if (change->config_action == VIR_STORE_REMOVE)
        return removeForGood(path, store->config_sync, err);
    if (!change->config_temp)
        return 0;
    if (virFileRename(change->config_temp, path, 0, err) < 0 || virDirSyncWait(store->config_sync, err) < 0)
        return -1;
    g_clear_pointer(&change->config_temp, g_free);
    return 0;
}

/*
 * The record says what is to be done, so that the old file may go first: ext4 would write the new one to the disk at once if it
 * replaced another.
 */
static int commitStatus(virNetworkStore *store, virNetworkStoreChange *change, GError **err)
{
    g_autofree char *path = makePath(store->run_dir, change->name, ".xml");

    if (change->status_action != VIR_STORE_KEEP && virFileRemove(path, err) < 0)
        return -1;
    if (!change->status_temp)
        return 0;
    if (virFileRename(change->status_temp, path, 0, err) < 0)
        return -1;
    g_clear_pointer(&change->status_temp, g_free);
    return 0;
}

static int commitPort(virNetworkStore *store, virNetworkStoreChange *change, GError **err)
{
    char uuid[VIR_UUID_TEXT_LEN];
    g_autofree char *path = NULL;

    if (change->port_action == VIR_STORE_KEEP)
        return 0;
    path = virNetworkPortsGetPath(store->run_dir, change->name, virUUIDFormat(change->port->uuid, uuid));
    if (change->port_action == VIR_STORE_REMOVE)
        return virFileRemove(path, err);
    if (!change->port_temp)
        return 0;
    if (virFileRename(change->port_temp, path, 0, err) < 0)
        return -1;
    g_clear_pointer(&change->port_temp, g_free);
    return 0;
}

/* Without a record only one of them has something to do. */
static int commitFiles(virNetworkStore *store, virNetworkStoreChange *change, GError **err)
{
    if (commitConfig(store, change, err) < 0 || commitStatus(store, change, err) < 0)
        return -1;
    return commitPort(store, change, err);
}

/* What the record says is to be done. */
static char *formatRecord(const virNetworkStoreChange *change)
{
    GString *out = g_string_new(change->config_temp ? "commit-config\ncommit-status\n" : "commit-status\n");
    char uuid[VIR_UUID_TEXT_LEN];

    if (change->port_action != VIR_STORE_KEEP) {
        g_string_append_printf(out, "%s%s\n", change->port_action == VIR_STORE_WRITE ? COMMIT_PORT : REMOVE_PORT,
                               virUUIDFormat(change->port->uuid, uuid));
    }
    return g_string_free(out, FALSE);
}

/*
 * The record is the commit point: from there on the change holds, whatever becomes of the renames. One that fails is tried once
 * more; then the record stays, and the next change or the next start finishes what it says.
 */
static int commitByRecord(virNetworkStore *store, virNetworkStoreChange *change, GError **err)
{
    g_autofree char *path = makePath(store->run_dir, change->name, ".change");
    g_autofree char *words = formatRecord(change);
    g_autoptr(GError) first = NULL;
    g_autoptr(GError) second = NULL;

    if (virNetworkFaultPoint("writing the commit record", err) < 0 || virFileAppend(path, words, FILE_MODE, err) < 0)
        return -1;
    if (virNetworkFaultPoint("renaming after the commit record", &first) == 0 && commitFiles(store, change, &first) == 0)
        return 0;
    if (commitFiles(store, change, &second) < 0) {
        change->unfinished = TRUE;
        VIR_ERROR_LOG("network '%s': committed, but its files cannot be renamed yet: %s", change->name, second->message);
    }
    virNetworkStoreLeave(change);
    return 0;
}

int virNetworkStoreCommit(virNetworkStore *store, virNetworkStoreChange *change, GError **err)
{
    if (!store->config_dir)
        return 0;
    if (change->status_temp)
        return commitByRecord(store, change, err);
    if (virNetworkFaultPoint("committing", err) < 0)
        return -1;
    return commitFiles(store, change, err);
}

void virNetworkStoreRemovePorts(virNetworkStore *store, const char *name)
{
    if (store->config_dir)
        virNetworkPortsRemove(store->run_dir, name);
}

/* --- Autostart -------------------------------------------------------------------------------------------------- */

gboolean virNetworkStoreGetAutostart(virNetworkStore *store, const char *name)
{
    g_autofree char *link = NULL;

    if (!store->config_dir)
        return FALSE;
    link = makePath(store->autostart_dir, name, ".xml");
    return g_file_test(link, G_FILE_TEST_IS_SYMLINK);
}

int virNetworkStoreSetAutostart(virNetworkStore *store, const char *name, gboolean autostart, GError **err)
{
    g_autofree char *link = NULL;
    g_autofree char *target = NULL;

    if (!store->config_dir)
        return 0;
    link = makePath(store->autostart_dir, name, ".xml");
    target = makePath(store->config_dir, name, ".xml");
    if (!autostart && !virNetworkStoreGetAutostart(store, name))
        return virFileRemove(link, err);
    if (!autostart)
        return removeForGood(link, store->autostart_sync, err);
    if (symlink(target, link) < 0 && errno != EEXIST)
        return virFailErrno(err, errno, "Failed to create symlink '%s' to '%s'", link, target);
    return virDirSyncWait(store->autostart_sync, err);
}

gboolean virNetworkStoreClaimAutostart(virNetworkStore *store)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;

    if (!store->config_dir)
        return FALSE;
    path = g_strdup_printf("%s/autostarted", store->run_dir);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return FALSE;
    if (virFileReplace(path, "", FILE_MODE, 0, &error) < 0)
        VIR_WARN("autostart may be done twice: %s", error->message);
    return TRUE;
}
