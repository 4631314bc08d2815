/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_text.c: what people and programs keep about a network: title, description, metadata elements
 *
 * Asking is one look; setting is a change like an update, though nothing on the host depends on it. What an element may be is
 * decided in src/conf/network_metadata.c, what may be asked for in src/driver_text.c. Called by the driver table.
 */
#include <libvirt/libvirt.h>

#include "network_change.h"
#include "network_metadata.h"
#include "virerror.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- Asking ----------------------------------------------------------------------------------------------------- */

static char *find(const virNetworkDef *def, const virNetworkTextRequest *req)
{
    if (req->type == VIR_NETWORK_METADATA_ELEMENT)
        return virNetworkMetadataGet(def, req->uri);
    return g_strdup(req->type == VIR_NETWORK_METADATA_TITLE ? def->title : def->description);
}

int virNetworkTextGet(const virNetworkView *view, const virNetworkTextRequest *req, char **ret_text, GError **err)
{
    virNetworkAffected affected = { FALSE, FALSE };
    char *text;

    if (virNetworkAffectedChoose(view, req->flags, &affected, err) < 0)
        return -1;
    text = find(affected.live ? view->live : view->config, req);
    if (!text)
        return virFail(err, VIR_ERR_NO_NETWORK_METADATA, "Requested metadata element is not present");
    *ret_text = text;
    return 0;
}

/* --- Setting ---------------------------------------------------------------------------------------------------- */

static int setText(virNetworkDef *def, const virNetworkTextRequest *req, GError **err)
{
    const virNetworkMetadataElement element = { .uri = req->uri, .key = req->key, .xml = req->text };
    char **text = req->type == VIR_NETWORK_METADATA_TITLE ? &def->title : &def->description;

    if (req->type == VIR_NETWORK_METADATA_ELEMENT)
        return virNetworkMetadataSet(def, &element, err);
    g_free(*text);
    *text = req->text && *req->text ? g_strdup(req->text) : NULL;
    return 0;
}

static virNetworkDef *editText(virNetworkDef *was, const virNetworkTextRequest *req, GError **err)
{
    g_autoptr(virNetworkDef) def = virNetworkDefCopy(was);

    if (setText(def, req, err) < 0)
        return NULL;
    return virNetworkDefEqual(def, was) ? virNetworkDefRef(was) : g_steal_pointer(&def);
}

int virNetworkTextSet(virNetworkManager *manager, virNetworkObj *obj, const virNetworkTextRequest *req, GError **err)
{
    g_autoptr(virNetworkChange) change = virNetworkChangeBegin(manager, obj, TRUE, err);
    virNetworkAffected affected = { FALSE, FALSE };
    g_autoptr(virNetworkDef) live = NULL;
    g_autoptr(virNetworkDef) config = NULL;

    if (!change || virNetworkAffectedChoose(&change->was, req->flags, &affected, err) < 0)
        return -1;
    live = affected.live ? editText(change->was.live, req, err) : NULL;
    config = affected.config && (live || !affected.live) ? editText(change->was.config, req, err) : NULL;
    if ((affected.live && !live) || (affected.config && !config))
        return -1;
    virNetworkChangeSetVersions(change, live, config);
    if (virNetworkChangeRun(change, err) < 0)
        return -1;
    VIR_INFO("network '%s': its title, description or metadata set", obj->name);
    virNetworkChangeTellMetadata(change, req->type, req->uri);
    return 0;
}
