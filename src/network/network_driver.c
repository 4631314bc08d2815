/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_driver.c: the driver table of the bridge driver
 *
 * Queries are answered here from one look at the object; everything that changes something is another file's.
 */
#include "config.h"
#include "network_driver.h"

#include <libvirt/libvirt.h>
#include <unistd.h>

#include "network_driver_node.h"
#include "network_driver_ports.h"
#include "network_format.h"
#include "network_leases.h"
#include "network_manager.h"
#include "network_schema.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

typedef struct {
    virNetworkManager *manager;
    char *uri;
    char *type;
    virDriverSink *sink;        /* a reference; NULL: nobody listens */
} Connection;

void *virNetworkConnectionNew(virNetworkManager *manager, const char *uri, const char *type)
{
    Connection *conn = g_new0(Connection, 1);

    conn->manager = manager;
    conn->uri = g_strdup(uri);
    conn->type = g_strdup(type);
    return conn;
}

void virNetworkConnectionSetSink(void *opaque, virDriverSink *sink)
{
    Connection *conn = opaque;

    conn->sink = sink ? virDriverSinkRef(sink) : NULL;
}

virNetworkManager *virNetworkConnectionGetManager(void *conn)
{
    return ((Connection *)conn)->manager;
}

static void connectClose(void *opaque)
{
    Connection *conn = opaque;

    if (conn->sink)
        virNetworkEventsForget(conn->manager->events, conn->sink);
    virDriverSinkUnref(conn->sink);
    g_free(conn->uri);
    g_free(conn->type);
    g_free(conn);
}

/* --- Connection ------------------------------------------------------------------------------------------------- */

static int connectGetType(void *conn, const char **ret_type, GError **err G_GNUC_UNUSED)
{
    *ret_type = ((Connection *)conn)->type;
    return 0;
}

static int connectGetUri(void *conn, char **ret_uri, GError **err G_GNUC_UNUSED)
{
    *ret_uri = g_strdup(((Connection *)conn)->uri);
    return 0;
}

static int connectGetHostname(void *conn G_GNUC_UNUSED, char **ret_hostname, GError **err G_GNUC_UNUSED)
{
    *ret_hostname = g_strdup(g_get_host_name());
    return 0;
}

static int connectGetVersion(void *conn G_GNUC_UNUSED, unsigned long *ret_version, GError **err G_GNUC_UNUSED)
{
    *ret_version = VIR_API_VERSION;
    return 0;
}

static int answerYes(void *conn G_GNUC_UNUSED, int *ret, GError **err G_GNUC_UNUSED)
{
    *ret = 1;
    return 0;
}

static int answerNo(void *conn G_GNUC_UNUSED, int *ret, GError **err G_GNUC_UNUSED)
{
    *ret = 0;
    return 0;
}

/* --- Events ----------------------------------------------------------------------------------------------------- */

static int eventRegister(void *opaque, const virNetworkEventFilter *filter, int *ret_registration, GError **err)
{
    Connection *conn = opaque;

    if (!conn->sink)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "this connection takes no events");
    return virNetworkEventsRegister(conn->manager->events, conn->sink, filter, ret_registration, err);
}

static int eventDeregister(void *opaque, int registration, GError **err)
{
    Connection *conn = opaque;

    if (conn->sink && virNetworkEventsDeregister(conn->manager->events, conn->sink, registration))
        return 0;
    return virErrorSet(err, VIR_FROM_RPC, VIR_ERR_INTERNAL_ERROR, "network event callback %d not registered", registration);
}

/* --- Look-up and lists ------------------------------------------------------------------------------------------ */

static gboolean exists(virNetworkObj *obj)
{
    g_auto(virNetworkView) view = { 0 };

    virNetworkObjView(obj, &view);
    return virNetworkViewExists(&view);
}

static int lookupByName(void *opaque, const char *name, virNetworkIdent **ret_net, GError **err)
{
    Connection *conn = opaque;
    g_autoptr(virNetworkObj) obj = virNetworkRegistryFindByName(conn->manager->registry, name);

    if (!obj || !exists(obj))
        return virFail(err, VIR_ERR_NO_NETWORK, "no network with matching name '%s'", name);
    *ret_net = virNetworkIdentNew(obj->name, obj->uuid);
    return 0;
}

static int lookupByUuid(void *opaque, const unsigned char *uuid, virNetworkIdent **ret_net, GError **err)
{
    Connection *conn = opaque;
    g_autoptr(virNetworkObj) obj = virNetworkRegistryFindByUUID(conn->manager->registry, uuid);
    char text[VIR_UUID_TEXT_LEN];

    if (!obj || !exists(obj))
        return virFail(err, VIR_ERR_NO_NETWORK, "no network with matching uuid '%s'", virUUIDFormat(uuid, text));
    *ret_net = virNetworkIdentNew(obj->name, obj->uuid);
    return 0;
}

/* Of a pair of flags none means the same as both: no choice. */
static gboolean admits(unsigned int flags, unsigned int if_true, unsigned int if_false, gboolean value)
{
    unsigned int pair = flags & (if_true | if_false);

    return pair == 0 || (pair & (value ? if_true : if_false)) != 0;
}

static gboolean isWanted(virNetworkObj *obj, unsigned int flags)
{
    g_auto(virNetworkView) view = { 0 };

    virNetworkObjView(obj, &view);
    return virNetworkViewExists(&view) &&
           admits(flags, VIR_CONNECT_LIST_NETWORKS_ACTIVE, VIR_CONNECT_LIST_NETWORKS_INACTIVE, view.live != NULL) &&
           admits(flags, VIR_CONNECT_LIST_NETWORKS_PERSISTENT, VIR_CONNECT_LIST_NETWORKS_TRANSIENT, view.config != NULL) &&
           admits(flags, VIR_CONNECT_LIST_NETWORKS_AUTOSTART, VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART, view.autostart);
}

static int listAll(void *opaque, unsigned int flags, GPtrArray **ret_nets, GError **err)
{
    Connection *conn = opaque;
    g_autoptr(GPtrArray) all = NULL;
    GPtrArray *nets;
    guint i;

    virCheckFlags(flags, VIR_CONNECT_LIST_NETWORKS_INACTIVE | VIR_CONNECT_LIST_NETWORKS_ACTIVE |
                  VIR_CONNECT_LIST_NETWORKS_PERSISTENT | VIR_CONNECT_LIST_NETWORKS_TRANSIENT |
                  VIR_CONNECT_LIST_NETWORKS_AUTOSTART | VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART,
                  "networkConnectListAllNetworks", err);
    all = virNetworkRegistryList(conn->manager->registry);
    nets = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkIdentFree);
    for (i = 0; i < all->len; i++) {
        virNetworkObj *obj = all->pdata[i];

        if (isWanted(obj, flags))
            g_ptr_array_add(nets, virNetworkIdentNew(obj->name, obj->uuid));
    }
    *ret_nets = nets;
    return 0;
}

/* --- Changes ---------------------------------------------------------------------------------------------------- */

static int defineXml(void *opaque, const char *xml, unsigned int flags, virNetworkIdent **ret_net, GError **err)
{
    virCheckFlags(flags, VIR_NETWORK_DEFINE_VALIDATE, "networkDefineXMLFlags", err);
    if ((flags & VIR_NETWORK_DEFINE_VALIDATE) && virNetworkSchemaCheck(VIR_NETWORK_SCHEMA_NETWORK, xml, err) < 0)
        return -1;
    return virNetworkLifecycleDefine(((Connection *)opaque)->manager, xml, ret_net, err);
}

static int createXml(void *opaque, const char *xml, unsigned int flags, virNetworkIdent **ret_net, GError **err)
{
    virCheckFlags(flags, VIR_NETWORK_CREATE_VALIDATE, "networkCreateXMLFlags", err);
    if ((flags & VIR_NETWORK_CREATE_VALIDATE) && virNetworkSchemaCheck(VIR_NETWORK_SCHEMA_NETWORK, xml, err) < 0)
        return -1;
    return virNetworkLifecycleCreate(((Connection *)opaque)->manager, xml, ret_net, err);
}

typedef int (*ObjectCall)(virNetworkManager *manager, virNetworkObj *obj, GError **err);

static int callObject(Connection *conn, const virNetworkIdent *net, ObjectCall call, GError **err)
{
    g_autoptr(virNetworkObj) obj = virNetworkManagerFind(conn->manager, net, err);

    return obj ? call(conn->manager, obj, err) : -1;
}

static int undefine(void *opaque, const virNetworkIdent *net, GError **err)
{
    return callObject(opaque, net, virNetworkLifecycleUndefine, err);
}

static int start(void *opaque, const virNetworkIdent *net, GError **err)
{
    return callObject(opaque, net, virNetworkLifecycleStart, err);
}

static int destroy(void *opaque, const virNetworkIdent *net, GError **err)
{
    return callObject(opaque, net, virNetworkLifecycleDestroy, err);
}

static int update(void *opaque, const virNetworkIdent *net, const virNetworkUpdateRequest *req, GError **err)
{
    Connection *conn = opaque;
    g_autoptr(virNetworkObj) obj = NULL;

    virCheckFlags(req->flags, VIR_NETWORK_UPDATE_AFFECT_LIVE | VIR_NETWORK_UPDATE_AFFECT_CONFIG, "networkUpdate", err);
    obj = virNetworkManagerFind(conn->manager, net, err);
    return obj ? virNetworkUpdateRun(conn->manager, obj, req, err) : -1;
}

static int planUpdate(void *opaque, const virNetworkIdent *net, const virNetworkUpdateRequest *req, char **ret_plan,
                      GError **err)
{
    Connection *conn = opaque;
    g_autoptr(virNetworkObj) obj = NULL;
    char *plan;

    virCheckFlags(req->flags, VIR_NETWORK_UPDATE_AFFECT_LIVE | VIR_NETWORK_UPDATE_AFFECT_CONFIG, "networkPlanUpdate", err);
    obj = virNetworkManagerFind(conn->manager, net, err);
    plan = obj ? virNetworkUpdateRehearse(conn->manager, obj, req, err) : NULL;
    if (!plan)
        return -1;
    *ret_plan = plan;
    return 0;
}

/* --- Queries ---------------------------------------------------------------------------------------------------- */

/* One look at an existing network. */
static int look(void *opaque, const virNetworkIdent *net, virNetworkView *ret_view, GError **err)
{
    g_autoptr(virNetworkObj) obj = virNetworkManagerFind(((Connection *)opaque)->manager, net, err);

    if (!obj)
        return -1;
    virNetworkObjView(obj, ret_view);
    if (virNetworkViewExists(ret_view))
        return 0;
    virNetworkViewClear(ret_view);
    return virNetworkManagerFailGone(obj, err);
}

/* The live definition with the connections of its ports. */
static char *formatLive(const virNetworkView *view)
{
    virNetworkUse use = { 0 };
    char *xml;

    virNetworkPortListCount(view->ports, &use);
    xml = virNetworkDefFormatUsed(view->live, &use);
    g_hash_table_unref(use.members);
    return xml;
}

/* As it would be defined: the functions of a <pf> are found anew by each start, and what stands beside it is not shown. */
static char *formatInactive(const virNetworkDef *def)
{
    g_autoptr(virNetworkDef) shown = NULL;

    if (!def->forward_pf)
        return virNetworkDefFormat(def);
    shown = virNetworkDefCopy(def);
    g_ptr_array_set_size(shown->forward_devs, 0);
    g_ptr_array_set_size(shown->forward_addresses, 0);
    return virNetworkDefFormat(shown);
}

static int getXmlDesc(void *opaque, const virNetworkIdent *net, unsigned int flags, char **ret_xml, GError **err)
{
    g_auto(virNetworkView) view = { 0 };
    const virNetworkDef *def;

    virCheckFlags(flags, VIR_NETWORK_XML_INACTIVE, "networkGetXMLDesc", err);
    if (look(opaque, net, &view, err) < 0)
        return -1;
    def = virNetworkViewGetDef(&view);
    if (flags & VIR_NETWORK_XML_INACTIVE)
        def = view.config ? view.config : def;
    if (flags & VIR_NETWORK_XML_INACTIVE)
        *ret_xml = formatInactive(def);
    else
        *ret_xml = def == view.live ? formatLive(&view) : virNetworkDefFormat(def);
    return 0;
}

#define TEXT_FLAGS (VIR_NETWORK_UPDATE_AFFECT_LIVE | VIR_NETWORK_UPDATE_AFFECT_CONFIG)

static int setMetadata(void *opaque, const virNetworkIdent *net, const virNetworkTextRequest *req, GError **err)
{
    Connection *conn = opaque;
    g_autoptr(virNetworkObj) obj = NULL;

    if (virNetworkTextCheck(req, "virNetworkSetMetadata", err) < 0)
        return -1;
    virCheckFlags(req->flags, TEXT_FLAGS, "networkSetMetadata", err);
    obj = virNetworkManagerFind(conn->manager, net, err);
    return obj ? virNetworkTextSet(conn->manager, obj, req, err) : -1;
}

static int getMetadata(void *opaque, const virNetworkIdent *net, const virNetworkTextRequest *req, char **ret_text, GError **err)
{
    g_auto(virNetworkView) view = { 0 };

    if (virNetworkTextCheckGet(req, err) < 0)
        return -1;
    virCheckFlags(req->flags, TEXT_FLAGS, "networkGetMetadata", err);
    if (look(opaque, net, &view, err) < 0)
        return -1;
    return virNetworkTextGet(&view, req, ret_text, err);
}

static int getBridgeName(void *opaque, const virNetworkIdent *net, char **ret_name, GError **err)
{
    g_auto(virNetworkView) view = { 0 };
    const virNetworkDef *def;

    if (look(opaque, net, &view, err) < 0)
        return -1;
    def = virNetworkViewGetDef(&view);
    if (!def->bridge)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "network '%s' does not have a bridge name.", def->name);
    *ret_name = g_strdup(def->bridge);
    return 0;
}

static int getAutostart(void *opaque, const virNetworkIdent *net, int *ret_autostart, GError **err)
{
    g_auto(virNetworkView) view = { 0 };

    if (look(opaque, net, &view, err) < 0)
        return -1;
    *ret_autostart = view.autostart;
    return 0;
}

static int setAutostartObject(virNetworkManager *manager, virNetworkObj *obj, gboolean autostart, GError **err)
{
    g_auto(virNetworkView) view = { 0 };

    virNetworkObjView(obj, &view);
    if (!virNetworkViewExists(&view))
        return virNetworkManagerFailGone(obj, err);
    if (!view.config)
        return virFail(err, VIR_ERR_OPERATION_INVALID, "cannot set autostart for transient network");
    if (virNetworkStoreSetAutostart(manager->store, obj->name, autostart, err) < 0)
        return -1;
    g_mutex_lock(&obj->lock);
    obj->autostart = autostart;
    g_mutex_unlock(&obj->lock);
    return 0;
}

static int setAutostart(void *opaque, const virNetworkIdent *net, int autostart, GError **err)
{
    Connection *conn = opaque;
    g_autoptr(virNetworkObj) obj = virNetworkManagerFind(conn->manager, net, err);
    int ret;

    if (!obj)
        return -1;
    /* So that an undefine cannot come between the look and the link. */
    g_mutex_lock(&obj->change_lock);
    ret = setAutostartObject(conn->manager, obj, autostart != 0, err);
    g_mutex_unlock(&obj->change_lock);
    return ret;
}

static int isActive(void *opaque, const virNetworkIdent *net, int *ret_active, GError **err)
{
    g_auto(virNetworkView) view = { 0 };

    if (look(opaque, net, &view, err) < 0)
        return -1;
    *ret_active = view.live != NULL;
    return 0;
}

static int isPersistent(void *opaque, const virNetworkIdent *net, int *ret_persistent, GError **err)
{
    g_auto(virNetworkView) view = { 0 };

    if (look(opaque, net, &view, err) < 0)
        return -1;
    *ret_persistent = view.config != NULL;
    return 0;
}

static int getDhcpLeases(void *opaque, const virNetworkIdent *net, const char *mac, unsigned int flags,
                           GPtrArray **ret_leases, GError **err)
{
    Connection *conn = opaque;
    g_auto(virNetworkView) view = { 0 };
    g_autofree char *path = NULL;
    virNetworkLeasesQuery query = { .mac = mac, .now = g_get_real_time() / G_USEC_PER_SEC };

    virCheckFlags(flags, 0, "networkGetDHCPLeases", err);
    if (look(opaque, net, &view, err) < 0)
        return -1;
    query.def = virNetworkViewGetDef(&view);
    query.bridge = virNetworkDefGetOwnBridge(query.def);
    /* A network that does not run or is not served holds no leases: no file is read, but the question is still checked. */
    path = conn->manager->keeps_files && view.live && query.bridge
               ? g_strdup_printf("%s/%s.status", conn->manager->dnsmasq_dir, query.bridge)
               : g_strdup("");
    query.path = path;
    return virNetworkLeasesRead(&query, ret_leases, err);
}

const virDriver virNetworkBridgeDriver = {
    .name = "network",
    .connectClose = connectClose,
    .connectGetType = connectGetType,
    .connectGetURI = connectGetUri,
    .connectGetHostname = connectGetHostname,
    .connectGetVersion = connectGetVersion,
    .connectGetLibVersion = connectGetVersion,
    .connectIsAlive = answerYes,
    .connectIsEncrypted = answerNo,
    .connectIsSecure = answerYes,
    .connectGetCapabilities = virNetworkDriverGetCapabilities,
    .nodeGetInfo = virNetworkDriverNodeGetInfo,
    .connectCountDomains = virNetworkDriverCountDomains,
    .networkEventRegister = eventRegister,
    .networkEventDeregister = eventDeregister,
    .networkLookupByName = lookupByName,
    .networkLookupByUUID = lookupByUuid,
    .networkListAll = listAll,
    .networkDefineXML = defineXml,
    .networkCreateXML = createXml,
    .networkUndefine = undefine,
    .networkCreate = start,
    .networkDestroy = destroy,
    .networkUpdate = update,
    .networkPlanUpdate = planUpdate,
    .networkGetXMLDesc = getXmlDesc,
    .networkSetMetadata = setMetadata,
    .networkGetMetadata = getMetadata,
    .networkGetBridgeName = getBridgeName,
    .networkGetAutostart = getAutostart,
    .networkSetAutostart = setAutostart,
    .networkIsActive = isActive,
    .networkIsPersistent = isPersistent,
    .networkGetDHCPLeases = getDhcpLeases,
    .networkListAllPorts = virNetworkDriverListAllPorts,
    .networkPortLookupByUUID = virNetworkDriverPortLookup,
    .networkPortCreateXML = virNetworkDriverPortCreateXML,
    .networkPortGetParameters = virNetworkDriverPortGetParameters,
    .networkPortSetParameters = virNetworkDriverPortSetParameters,
    .networkPortGetXMLDesc = virNetworkDriverPortGetXMLDesc,
    .networkPortDelete = virNetworkDriverPortDelete,
};
