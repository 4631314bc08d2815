/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_obj.c: network objects and the registry that finds them
 *
 * Pointers, references and look-ups, each under its lock; nothing here judges a definition or waits for work. Called by
 * all of this folder.
 */
#include "network_obj.h"

#include <string.h>

virNetworkObj *virNetworkObjNew(const char *name, const unsigned char *uuid)
{
    virNetworkObj *obj = g_new0(virNetworkObj, 1);

    g_atomic_ref_count_init(&obj->refs);
    g_mutex_init(&obj->lock);
    g_mutex_init(&obj->change_lock);
    obj->name = g_strdup(name);
    memcpy(obj->uuid, uuid, sizeof(obj->uuid));
    obj->ports = virNetworkPortListNew();
    return obj;
}

virNetworkObj *virNetworkObjRef(virNetworkObj *obj)
{
    g_atomic_ref_count_inc(&obj->refs);
    return obj;
}

void virNetworkObjUnref(virNetworkObj *obj)
{
    if (!obj || !g_atomic_ref_count_dec(&obj->refs))
        return;
    virNetworkDefUnref(obj->config);
    virNetworkDefUnref(obj->live);
    g_ptr_array_unref(obj->ports);
    virNetworkPlanFree(obj->applied);
    virNetworkPlanFree(obj->attempted);
    virNetworkPlanFree(obj->claim);
    g_mutex_clear(&obj->lock);
    g_mutex_clear(&obj->change_lock);
    g_free(obj->name);
    g_free(obj);
}

void virNetworkObjClearDoubt(virNetworkObj *obj)
{
    obj->in_doubt = FALSE;
    g_clear_pointer(&obj->attempted, virNetworkPlanFree);
}

void virNetworkObjView(virNetworkObj *obj, virNetworkView *ret_view)
{
    g_mutex_lock(&obj->lock);
    ret_view->config = virNetworkDefRef(obj->config);
    ret_view->live = virNetworkDefRef(obj->live);
    ret_view->ports = g_ptr_array_ref(obj->ports);
    ret_view->autostart = obj->autostart;
    g_mutex_unlock(&obj->lock);
}

void virNetworkViewClear(virNetworkView *view)
{
    g_clear_pointer(&view->config, virNetworkDefUnref);
    g_clear_pointer(&view->live, virNetworkDefUnref);
    g_clear_pointer(&view->ports, g_ptr_array_unref);
}

gboolean virNetworkViewExists(const virNetworkView *view)
{
    return view->config || view->live;
}

virNetworkDef *virNetworkViewGetDef(const virNetworkView *view)
{
    return view->live ? view->live : view->config;
}

/* --- Registry --------------------------------------------------------------------------------------------------- */

struct _virNetworkRegistry {
    GMutex lock;            /* guards the two tables; look-ups only */
    GHashTable *by_name;    /* name -> object, which owns the name */
    GHashTable *by_uuid;    /* the 16 bytes -> object */
};

static guint hashUuid(gconstpointer uuid)
{
    guint hash;

    memcpy(&hash, uuid, sizeof(hash));
    return hash;
}

static gboolean equalUuid(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, VIR_UUID_LEN) == 0;
}

virNetworkRegistry *virNetworkRegistryNew(void)
{
    virNetworkRegistry *registry = g_new0(virNetworkRegistry, 1);

    g_mutex_init(&registry->lock);
    registry->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    registry->by_uuid = g_hash_table_new_full(hashUuid, equalUuid, NULL, (GDestroyNotify)virNetworkObjUnref);
    return registry;
}

void virNetworkRegistryFree(virNetworkRegistry *registry)
{
    if (!registry)
        return;
    g_hash_table_unref(registry->by_name);
    g_hash_table_unref(registry->by_uuid);
    g_mutex_clear(&registry->lock);
    g_free(registry);
}

void virNetworkRegistryAdd(virNetworkRegistry *registry, virNetworkObj *obj)
{
    g_mutex_lock(&registry->lock);
    g_hash_table_insert(registry->by_name, obj->name, obj);
    g_hash_table_insert(registry->by_uuid, obj->uuid, virNetworkObjRef(obj));
    g_mutex_unlock(&registry->lock);
}

void virNetworkRegistryRemove(virNetworkRegistry *registry, virNetworkObj *obj)
{
    g_mutex_lock(&registry->lock);
    if (g_hash_table_lookup(registry->by_uuid, obj->uuid) == obj) {
        g_hash_table_remove(registry->by_name, obj->name);
        g_hash_table_remove(registry->by_uuid, obj->uuid);
    }
    g_mutex_unlock(&registry->lock);
}

static virNetworkObj *find(virNetworkRegistry *registry, GHashTable *table, gconstpointer key)
{
    virNetworkObj *obj;

    g_mutex_lock(&registry->lock);
    obj = g_hash_table_lookup(table, key);
    if (obj)
        virNetworkObjRef(obj);
    g_mutex_unlock(&registry->lock);
    return obj;
}

virNetworkObj *virNetworkRegistryFindByName(virNetworkRegistry *registry, const char *name)
{
    return find(registry, registry->by_name, name);
}

virNetworkObj *virNetworkRegistryFindByUUID(virNetworkRegistry *registry, const unsigned char *uuid)
{
    return find(registry, registry->by_uuid, uuid);
}

static gint compareNames(gconstpointer a, gconstpointer b)
{
    return strcmp((*(virNetworkObj *const *)a)->name, (*(virNetworkObj *const *)b)->name);
}

GPtrArray *virNetworkRegistryList(virNetworkRegistry *registry)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkObjUnref);
    GHashTableIter iter;
    gpointer obj;

    g_mutex_lock(&registry->lock);
    g_hash_table_iter_init(&iter, registry->by_uuid);
    while (g_hash_table_iter_next(&iter, NULL, &obj))
        g_ptr_array_add(list, virNetworkObjRef(obj));
    g_mutex_unlock(&registry->lock);
    g_ptr_array_sort(list, compareNames);
    return list;
}
