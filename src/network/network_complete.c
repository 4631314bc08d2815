/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_complete.c: stored definitions that nobody has loaded yet
 *
 * What is chosen here is chosen once and written back, so that it stays. Subnet and bridge are only ever moved in the network
 * "default" as packages install it: any other's are meant as written. Called by network_load.c.
 */
#include "network_complete.h"

#include <string.h>

#include "network_format.h"
#include "network_parse.h"
#include "virerror.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* The subnet of the network "default" everywhere, and the range in which another is looked for. */
#define DEFAULT_NAME "default"
#define DEFAULT_PREFIX "192.168."
#define DEFAULT_THIRD 122
#define LAST_THIRD 254

gboolean virNetworkIsComplete(const virNetworkDef *def)
{
    if (!def->has_uuid)
        return FALSE;
    return !virNetworkForwardModeIsManaged(def->forward) || (def->bridge && def->has_mac);
}

/* --- The subnet of "default" ------------------------------------------------------------------------------------ */

static gboolean isDefaultSubnet(const virNetworkIp *ip)
{
    static const unsigned char start[] = { 192, 168, DEFAULT_THIRD };

    return ip->address.family == AF_INET && memcmp(ip->address.bytes, start, sizeof(start)) == 0;
}

gboolean virNetworkMayMove(const virNetworkDef *def)
{
    guint n_usual = 0, n_other = 0, i;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        if (isDefaultSubnet(ip) && virNetworkIpGetPrefix(ip) == 24)
            n_usual++;
        else if (ip->address.family == AF_INET)
            n_other++;
    }
    return !def->has_uuid && strcmp(def->name, DEFAULT_NAME) == 0 && n_usual == 1 && n_other == 0;
}

static void addSubnetsOf(virHostFacts *facts, const virNetworkDef *def)
{
    guint i;

    for (i = 0; def && i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        virHostFactsAddClaim(facts, def->name, &ip->address, virNetworkIpGetPrefix(ip));
    }
}

/* What the host uses now, and what any network of ours would. */
static virHostFacts *gatherSubnets(virNetworkManager *manager, GError **err)
{
    g_autoptr(virHostFacts) facts = virNetworkManagerNewFacts(manager);
    g_autoptr(GPtrArray) all = virNetworkRegistryList(manager->registry);
    guint i;

    if (manager->host->klass->gatherFacts(manager->host, facts, err) < 0)
        return NULL;
    for (i = 0; i < all->len; i++) {
        g_auto(virNetworkView) view = { 0 };

        virNetworkObjView(all->pdata[i], &view);
        addSubnetsOf(facts, view.config);
        addSubnetsOf(facts, view.live);
    }
    return g_steal_pointer(&facts);
}

/* @def with each address of the usual subnet, wherever it stands, in that with @third for its third number. */
static virNetworkDef *moveTo(const virNetworkDef *def, unsigned int third, GError **err)
{
    g_autofree char *xml = virNetworkDefFormat(def);
    g_autoptr(GString) text = g_string_new(xml);
    g_autofree char *from = g_strdup_printf("'" DEFAULT_PREFIX "%u.", DEFAULT_THIRD);
    g_autofree char *to = g_strdup_printf("'" DEFAULT_PREFIX "%u.", third);

    g_string_replace(text, from, to, 0);
    return virNetworkDefParse(text->str, err);
}

/* Returns @def or what takes its place, a new reference; NULL with an error. */
static virNetworkDef *chooseSubnet(virNetworkManager *manager, virNetworkDef *def, GError **err)
{
    g_autoptr(virHostFacts) facts = gatherSubnets(manager, err);
    unsigned int third;

    for (third = DEFAULT_THIRD; facts && third <= LAST_THIRD; third++) {
        g_autoptr(virNetworkDef) moved = third == DEFAULT_THIRD ? virNetworkDefRef(def) : moveTo(def, third, err);
        g_autoptr(virNetworkPlan) plan = NULL;

        if (!moved || virNetworkPlanRender(moved, facts, &plan, err) < 0)
            return NULL;
        if (virNetworkPlanCheckSubnets(plan, facts, NULL) < 0)
            continue;
        if (third != DEFAULT_THIRD)
            VIR_INFO("network '%s': subnet " DEFAULT_PREFIX "%u.0/24 is taken, " DEFAULT_PREFIX "%u.0/24 is used", def->name,
                     DEFAULT_THIRD, third);
        return g_steal_pointer(&moved);
    }
    return facts ? virNetworkDefRef(def) : NULL;    /* none is free: its start will say so */
}

/* --- All else --------------------------------------------------------------------------------------------------- */

/* A network of this name that is there already knows best who it is. Returns whether there is one. */
static gboolean inheritIdentity(virNetworkManager *manager, const virNetworkStored *stored, virNetworkDef *def)
{
    g_autoptr(virNetworkObj) obj = virNetworkRegistryFindByName(manager->registry, stored->name);
    g_auto(virNetworkView) view = { 0 };
    const virNetworkDef *known = stored->live;

    if (!known && obj) {
        virNetworkObjView(obj, &view);
        known = virNetworkViewGetDef(&view);
    }
    if (!known)
        return FALSE;
    if (!def->has_uuid)
        memcpy(def->uuid, known->uuid, VIR_UUID_LEN);
    def->has_uuid = TRUE;
    if (!def->has_mac && known->has_mac && virNetworkForwardModeIsManaged(def->forward)) {
        def->mac = known->mac;
        def->has_mac = TRUE;
    }
    if (!def->bridge && virNetworkForwardModeIsManaged(def->forward))
        def->bridge = g_strdup(known->bridge);
    return TRUE;
}

static int store(virNetworkManager *manager, const virNetworkDef *def, GError **err)
{
    virNetworkStoreChange files = { .name = def->name, .config_action = VIR_STORE_WRITE };

    if (virNetworkStoreStage(manager->store, &files, def, NULL, err) == 0 &&
        virNetworkStoreCommit(manager->store, &files, err) == 0)
        return 0;
    virNetworkStoreUnstage(manager->store, &files);
    return -1;
}

/* A network that may move has a bridge that others would be given, too: the first network without a name for its own has it. */
static int fillMovable(virNetworkManager *manager, virNetworkDef *def, GError **err)
{
    g_autofree char *usual = NULL;

    if ((!def->bridge || !manager->host->klass->linkExists(manager->host, def->bridge)) &&
        virNetworkLifecycleFill(manager, def, NULL) == 0)
        return 0;
    usual = g_steal_pointer(&def->bridge);
    if (virNetworkLifecycleFill(manager, def, err) < 0)
        return -1;
    VIR_INFO("network '%s': bridge %s is taken, %s is used", def->name, usual, def->bridge);
    return 0;
}

int virNetworkComplete(virNetworkManager *manager, virNetworkStored *stored, GError **err)
{
    g_autoptr(virNetworkDef) def = virNetworkDefCopy(stored->config);
    gboolean may_move = virNetworkMayMove(def);
    gboolean is_new = !inheritIdentity(manager, stored, def) && !def->has_uuid;

    if (is_new)
        virUUIDGenerate(def->uuid);
    def->has_uuid = TRUE;
    may_move = may_move && is_new;
    if ((may_move ? fillMovable : virNetworkLifecycleFill)(manager, def, err) < 0)
        return -1;
    if (may_move) {
        virNetworkDef *placed = chooseSubnet(manager, def, err);

        if (!placed)
            return -1;
        virNetworkDefUnref(def);
        def = placed;
    }
    if (store(manager, def, err) < 0)
        return -1;
    virNetworkDefUnref(stored->config);
    stored->config = g_steal_pointer(&def);
    return 0;
}
