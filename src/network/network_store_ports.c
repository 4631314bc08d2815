/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_store_ports.c: the files of ports, read back and removed
 *
 * Nothing is written here. Called by network_store_load.c when a daemon starts, and by network_store.c when a network is not
 * active any more.
 */
#include "network_store_ports.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "network_port_xml.h"
#include "virerror.h"
#include "virfile.h"
#include "virlog.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

#define MAX_PORT_BYTES (1024 * 1024)
#define SUFFIX ".xml"

char *virNetworkPortsGetDir(const char *run_dir, const char *network)
{
    return g_strdup_printf("%s/%s/ports", run_dir, network);
}

char *virNetworkPortsGetPath(const char *run_dir, const char *network, const char *uuid)
{
    return g_strdup_printf("%s/%s/ports/%s" SUFFIX, run_dir, network, uuid);
}

/* The port of a file; NULL after it was logged why there is none. */
static virNetworkPortDef *readPort(const char *path, const char *uuid)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_autoptr(virNetworkPortDef) port = NULL;
    char found[VIR_UUID_TEXT_LEN];

    if (virFileRead(path, MAX_PORT_BYTES, &text, &error) == 0 && text)
        port = virNetworkPortDefParse(text, path, &error);
    if (port && (strcmp(virUUIDFormat(port->uuid, found), uuid) != 0 || port->plug == VIR_NETWORK_PLUG_NONE)) {
        virFail(&error, VIR_ERR_INTERNAL_ERROR, "%s: the port's uuid is not the file's, or it has no plug", path);
        g_clear_pointer(&port, virNetworkPortDefUnref);
    }
    if (error)
        VIR_ERROR_LOG("skipped: %s", error->message);
    return g_steal_pointer(&port);
}

/* Names of the files in @dir in order; it need not exist. */
static GPtrArray *listFiles(const char *dir)
{
    g_autoptr(GDir) handle = g_dir_open(dir, 0, NULL);
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    const char *file;

    while (handle && (file = g_dir_read_name(handle)))
        g_ptr_array_add(files, g_strdup(file));
    if (files->len)
        qsort(files->pdata, files->len, sizeof(*files->pdata), virStringCompareItems);
    return files;
}

/* A class that two ports have would be one share for two guests: the second gets another. */
static void settleClass(const GPtrArray *ports, virNetworkPortDef *port)
{
    if (virNetworkPortDefGetFloor(port) && (port->class_id < 3 || virNetworkPortListHasClass(ports, port->class_id)))
        port->class_id = virNetworkPortListFreeClass(ports);
}

/* The names are UUIDs as text, whose order is that of the list. */
GPtrArray *virNetworkPortsRead(const char *run_dir, const char *network)
{
    g_autofree char *dir = virNetworkPortsGetDir(run_dir, network);
    g_autoptr(GPtrArray) files = listFiles(dir);
    GPtrArray *ports = virNetworkPortListNew();
    guint i;

    for (i = 0; i < files->len; i++) {
        const char *file = files->pdata[i];
        g_autofree char *path = g_build_filename(dir, file, NULL);
        g_autofree char *uuid = g_str_has_suffix(file, SUFFIX) ? g_strndup(file, strlen(file) - strlen(SUFFIX)) : NULL;
        g_autoptr(virNetworkPortDef) port = NULL;

        if (g_str_has_prefix(file, ".") && g_str_has_suffix(file, SUFFIX ".new"))
            unlink(path);
        else if (uuid)
            port = readPort(path, uuid);
        if (!port)
            continue;
        settleClass(ports, port);
        g_ptr_array_add(ports, g_steal_pointer(&port));
    }
    return ports;
}

void virNetworkPortsRemove(const char *run_dir, const char *network)
{
    g_autofree char *dir = virNetworkPortsGetDir(run_dir, network);
    g_autofree char *parent = g_path_get_dirname(dir);
    g_autoptr(GPtrArray) files = listFiles(dir);
    guint i;

    for (i = 0; i < files->len; i++) {
        g_autofree char *path = g_build_filename(dir, files->pdata[i], NULL);

        if (g_str_has_suffix(path, SUFFIX) || g_str_has_suffix(path, SUFFIX ".new"))
            unlink(path);
    }
    /* What somebody else has put there stays. */
    rmdir(dir);
    rmdir(parent);
}

void virNetworkPortsCollect(const char *run_dir, GHashTable *names)
{
    g_autoptr(GPtrArray) files = listFiles(run_dir);
    guint i;

    for (i = 0; i < files->len; i++) {
        g_autofree char *dir = virNetworkPortsGetDir(run_dir, files->pdata[i]);

        if (g_file_test(dir, G_FILE_TEST_IS_DIR))
            g_hash_table_add(names, g_strdup(files->pdata[i]));
    }
}
