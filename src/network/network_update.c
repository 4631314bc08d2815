/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_update.c: virNetworkUpdate in the bridge and test drivers, from the request to the commit
 *
 * This is the one place that shows the whole chain; each line is a phase, and each phase is another file's.
 */
#include <libvirt/libvirt.h>
#include <string.h>

#include "network_change.h"
#include "network_leases.h"
#include "network_port_plug.h"
#include "network_section.h"
#include "network_validate.h"
#include "virerror.h"
#include "virlog.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

int virNetworkAffectedChoose(const virNetworkView *view, unsigned int flags, virNetworkAffected *ret_affected, GError **err)
{
    virNetworkAffected affected = {
        .live = (flags & VIR_NETWORK_UPDATE_AFFECT_LIVE) != 0,
        .config = (flags & VIR_NETWORK_UPDATE_AFFECT_CONFIG) != 0,
    };

    if (!affected.live && !affected.config) {
        affected.live = view->live != NULL;
        affected.config = !affected.live;
    }
    if (affected.live && !view->live)
        return virFail(err, VIR_ERR_OPERATION_INVALID, "network is not running");
    if (affected.config && !view->config)
        return virFail(err, VIR_ERR_OPERATION_INVALID, "cannot change persistent config of a transient network");
    *ret_affected = affected;
    return 0;
}

/* The new version of @was, edited and judged; NULL on failure. An edit that changes nothing gives @was itself. */
static virNetworkDef *edit(virNetworkDef *was, const virNetworkSectionEdit *what, GError **err)
{
    g_autoptr(virNetworkDef) def = virNetworkDefCopy(was);

    if (virNetworkSectionApply(def, what, err) < 0 || virNetworkDefValidate(def, was, err) < 0)
        return NULL;
    return virNetworkDefEqual(def, was) ? virNetworkDefRef(was) : g_steal_pointer(&def);
}

static int editVersions(virNetworkChange *change, const virNetworkAffected *affected, const virNetworkSectionEdit *what, GError **err)
{
    g_autoptr(virNetworkDef) live = affected->live ? edit(change->was.live, what, err) : NULL;
    g_autoptr(virNetworkDef) config = NULL;

    if (affected->live &&
        (!live || virNetworkPortListCheckPool(change->was.ports, change->was.live, live, err) < 0))
        return -1;
    config = affected->config ? edit(change->was.config, what, err) : NULL;
    if (affected->config && !config)
        return -1;
    virNetworkChangeSetVersions(change, live, config);
    return 0;
}

/* --- Old leases ------------------------------------------------------------------------------------------------- */

/* dnsmasq gives a reserved address to its owner only when no other client's lease is on it any more. */
static void warnIfHeld(virNetworkChange *change, const virNetworkDhcpHost *host)
{
    g_autofree char *path = g_strdup_printf("%s/%s.status", change->manager->dnsmasq_dir, change->live->bridge);
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    g_autoptr(virDriverLease) lease = NULL;
    g_autoptr(GDateTime) end = NULL;
    g_autofree char *end_text = NULL;
    char ip[VIR_SOCKET_ADDR_BUFLEN];
    virMacAddr mac;

    if (virNetworkLeasesFindHolder(path, &host->ip, now, &lease, NULL) < 0 || !lease || !lease->mac)
        return;
    if (host->mac_text && virMacAddrParse(lease->mac, &mac) && virMacAddrEqual(&mac, &host->mac))
        return;
    end = lease->expiry_time ? g_date_time_new_from_unix_local(lease->expiry_time) : NULL;
    end_text = end ? g_date_time_format(end, "%F %T") : g_strdup("never");
    VIR_WARN("network '%s': reserved address %s is leased to %s until %s; it moves when that client releases or renews it, "
             "or when the lease ends", change->obj->name, virSocketAddrFormat(&host->ip, ip), lease->mac, end_text);
}

/* The hosts of @is that @was has not: versions share entries, and an update changes one place of a list. */
static void warnOfNewHosts(virNetworkChange *change, const GPtrArray *was, const GPtrArray *is)
{
    guint first = 0, last_was = was->len, last_is = is->len;

    while (first < last_was && first < last_is && was->pdata[first] == is->pdata[first])
        first++;
    while (last_was > first && last_is > first && was->pdata[last_was - 1] == is->pdata[last_is - 1]) {
        last_was--;
        last_is--;
    }
    for (; first < last_is; first++)
        warnIfHeld(change, is->pdata[first]);
}

static void warnOfOldLeases(virNetworkChange *change)
{
    guint i;

    if (change->live == change->was.live || !virNetworkDefGetOwnBridge(change->live))
        return;
    for (i = 0; i < change->live->ips->len && i < change->was.live->ips->len; i++) {
        const virNetworkIp *was = change->was.live->ips->pdata[i];
        const virNetworkIp *is = change->live->ips->pdata[i];

        if (was != is)
            warnOfNewHosts(change, was->hosts, is->hosts);
    }
}

static void logUpdate(const virNetworkChange *change, const virNetworkSectionEdit *what)
{
    guint n_steps = change->steps ? change->steps->len : 0;

    VIR_INFO("network '%s': section %s updated%s%s, %u steps on the host", change->obj->name,
             virNetworkSectionName(what->section), change->live != change->was.live ? ", live" : "",
             change->config != change->was.config ? ", config" : "", n_steps);
}

int virNetworkUpdateRun(virNetworkManager *manager, virNetworkObj *obj, const virNetworkUpdateRequest *req, GError **err)
{
    g_autoptr(virNetworkChange) change = virNetworkChangeBegin(manager, obj, TRUE, err);
    const virXMLSource source = { .text = req->xml, .source = "network_update_xml", .domain = VIR_FROM_NETWORK };
    virNetworkSectionEdit what = {
        .command = req->command, .section = req->section, .parent_index = req->parent_index,
    };
    g_autoptr(virXMLDoc) doc = NULL;
    virNetworkAffected affected = { FALSE, FALSE };

    if (!change || virNetworkAffectedChoose(&change->was, req->flags, &affected, err) < 0)
        return -1;
    doc = virXMLParse(&source, err);
    if (!doc)
        return -1;
    what.root = xmlDocGetRootElement(doc);
    if (editVersions(change, &affected, &what, err) < 0 ||
        virNetworkChangePlan(change, err) < 0 ||
        virNetworkChangeStage(change, err) < 0 ||
        virNetworkChangeApply(change, err) < 0 ||
        virNetworkChangeCommit(change, err) < 0)
        return -1;
    warnOfOldLeases(change);
    logUpdate(change, &what);
    (void)virNetworkChangeHook(change, VIR_NETWORK_HOOK_UPDATED, change->live ? change->live : change->config, NULL);
    return 0;
}
