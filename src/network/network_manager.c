/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_manager.c: the state of the bridge driver: making it, and finding networks in it
 *
 * What is done with a network is in the other files of this folder. Called by the drivers and by those files.
 */
#include "network_manager.h"

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* Where dnsmasq's files would be for a manager that keeps none: the names appear in plans only. */
#define NOWHERE "/nonexistent"

virNetworkManager *virNetworkManagerNew(const virNetworkManagerConfig *config, virNetworkHost *host)
{
    virNetworkManager *manager = g_new0(virNetworkManager, 1);

    manager->host = host;
    manager->keeps_files = config->config_dir != NULL;
    manager->store = virNetworkStoreNew(config->config_dir, config->run_dir);
    manager->registry = virNetworkRegistryNew();
    manager->hooks = virNetworkHooksNew(config->hooks_dir);
    manager->events = virNetworkEventsNew();
    manager->dnsmasq_dir = g_strdup(config->dnsmasq_dir ? config->dnsmasq_dir : NOWHERE);
    manager->radvd_dir = g_strdup(config->radvd_dir);
    manager->advertiser = config->advertiser;
    manager->run_dir = g_strdup(config->run_dir ? config->run_dir : NOWHERE);
    g_mutex_init(&manager->define_lock);
    manager->bridge_claims = g_ptr_array_new();
    g_mutex_init(&manager->claims_lock);
    manager->repairs = virNetworkRepairPoolNew();
    return manager;
}

void virNetworkManagerFree(virNetworkManager *manager)
{
    if (!manager)
        return;
    g_thread_pool_free(manager->repairs, TRUE, TRUE);
    virNetworkRegistryFree(manager->registry);
    virNetworkStoreFree(manager->store);
    virNetworkHooksFree(manager->hooks);
    virNetworkEventsFree(manager->events);
    g_ptr_array_unref(manager->bridge_claims);
    g_mutex_clear(&manager->define_lock);
    g_mutex_clear(&manager->claims_lock);
    g_free(manager->dnsmasq_dir);
    g_free(manager->radvd_dir);
    g_free(manager->run_dir);
    g_free(manager);
}

virHostFacts *virNetworkManagerNewFacts(virNetworkManager *manager)
{
    virHostFacts *facts = virHostFactsNew(manager->dnsmasq_dir, manager->run_dir);

    facts->radvd_dir = g_strdup(manager->radvd_dir);
    facts->advertiser = manager->advertiser;
    if (manager->host->klass->listZones)
        facts->zones = manager->host->klass->listZones(manager->host);
    return facts;
}

int virNetworkManagerFailGone(const virNetworkObj *obj, GError **err)
{
    char uuid[VIR_UUID_TEXT_LEN];

    return virFail(err, VIR_ERR_NO_NETWORK, "no network with matching uuid '%s' (%s)", virUUIDFormat(obj->uuid, uuid),
                   obj->name);
}

virNetworkObj *virNetworkManagerFind(virNetworkManager *manager, const virNetworkIdent *net, GError **err)
{
    virNetworkObj *obj = virNetworkRegistryFindByUUID(manager->registry, net->uuid);
    char uuid[VIR_UUID_TEXT_LEN];

    if (!obj) {
        return virFailNull(err, VIR_ERR_NO_NETWORK, "no network with matching uuid '%s' (%s)",
                           virUUIDFormat(net->uuid, uuid), net->name);
    }
    return obj;
}

void virNetworkManagerStopHooks(virNetworkManager *manager)
{
    virNetworkHooksStop(manager->hooks);
}

unsigned int virNetworkManagerCountActive(virNetworkManager *manager)
{
    g_autoptr(GPtrArray) all = virNetworkRegistryList(manager->registry);
    unsigned int n_active = 0;
    guint i;

    for (i = 0; i < all->len; i++) {
        g_auto(virNetworkView) view = { 0 };

        virNetworkObjView(all->pdata[i], &view);
        n_active += view.live != NULL;
    }
    return n_active;
}
