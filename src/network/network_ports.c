/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_ports.c: making, changing and deleting of ports
 *
 * Each is a change of the network like an update is: a port with a floor changes what the host shows, and its file is
 * committed with the network's status. Which plug a port gets is decided in network_port_plug.c. Called by the driver table
 * and when a daemon starts.
 */
#include <libvirt/libvirt.h>

#include "network_change.h"
#include "network_port_plug.h"
#include "network_port_xml.h"
#include "network_schema.h"
#include "virerror.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- Floors ----------------------------------------------------------------------------------------------------- */

static gint compareFloors(gconstpointer a, gconstpointer b)
{
    const virHostFloor *one = a, *other = b;

    return (one->class_id > other->class_id) - (one->class_id < other->class_id);
}

static void collectFloors(const GPtrArray *ports, GArray *floors)
{
    guint i;

    for (i = 0; i < ports->len; i++) {
        const virNetworkPortDef *port = ports->pdata[i];
        virHostFloor floor = { .class_id = port->class_id, .mac = port->mac, .floor = virNetworkPortDefGetFloor(port) };

        if (floor.floor && floor.class_id)
            g_array_append_val(floors, floor);
    }
    g_array_sort(floors, compareFloors);
}

void virNetworkPortsAddFloors(const GPtrArray *ports, virHostFacts *facts)
{
    collectFloors(ports, facts->floors);
}

static gboolean sameFloor(const virHostFloor *a, const virHostFloor *b)
{
    return a->class_id == b->class_id && a->floor == b->floor && virMacAddrEqual(&a->mac, &b->mac);
}

gboolean virNetworkPortsSameFloors(const GPtrArray *a, const GPtrArray *b)
{
    g_autoptr(GArray) one = g_array_new(FALSE, FALSE, sizeof(virHostFloor));
    g_autoptr(GArray) other = g_array_new(FALSE, FALSE, sizeof(virHostFloor));
    guint i;

    collectFloors(a, one);
    collectFloors(b, other);
    if (one->len != other->len)
        return FALSE;
    for (i = 0; i < one->len; i++) {
        if (!sameFloor(&g_array_index(one, virHostFloor, i), &g_array_index(other, virHostFloor, i)))
            return FALSE;
    }
    return TRUE;
}

/* --- Hooks ------------------------------------------------------------------------------------------------------ */

/* What a hook is told of a port: the network with the connections of @ports. */
typedef struct {
    virNetworkHookOperation operation;
    const virNetworkDef *def;
    const GPtrArray *ports;
} PortHook;

static int runHook(virNetworkManager *manager, virNetworkObj *obj, const PortHook *hook, const virNetworkPortDef *port,
                   GError **err)
{
    g_autoptr(GString) xml = g_string_new(NULL);
    virNetworkUse use = { 0 };
    virNetworkHookCall call = { .operation = hook->operation, .def = hook->def, .use = &use };
    int ret;

    virNetworkPortDefFormatTo(port, xml, 2);
    call.port_xml = xml->str;
    virNetworkPortListCount(hook->ports, &use);
    ret = virNetworkHookRun(manager->hooks, manager->store, obj, &call, err);
    g_hash_table_unref(use.members);
    return ret;
}

void virNetworkPortsRunHooks(virNetworkManager *manager, virNetworkObj *obj)
{
    g_autoptr(virNetworkChange) change = virNetworkChangeBegin(manager, obj, FALSE, NULL);
    const PortHook hook = { .operation = VIR_NETWORK_HOOK_PORT_CREATED, .def = change->was.live, .ports = change->was.ports };
    guint i;

    for (i = 0; change->was.live && i < change->was.ports->len; i++) {
        g_autoptr(GError) error = NULL;

        if (runHook(manager, obj, &hook, change->was.ports->pdata[i], &error) < 0)
            VIR_WARN("network '%s': %s", obj->name, error->message);
    }
}

/* --- Changes ---------------------------------------------------------------------------------------------------- */

/* A change of an active network; NULL with the error. */
static virNetworkChange *begin(virNetworkManager *manager, virNetworkObj *obj, GError **err)
{
    g_autoptr(virNetworkChange) change = virNetworkChangeBegin(manager, obj, TRUE, err);

    if (change && !change->was.live)
        return virFailNull(err, VIR_ERR_OPERATION_INVALID, "network '%s' is not active", obj->name);
    return g_steal_pointer(&change);
}

int virNetworkPortsFailGone(const unsigned char *uuid, GError **err)
{
    char text[VIR_UUID_TEXT_LEN];

    return virFail(err, VIR_ERR_NO_NETWORK_PORT, "Network port with UUID %s does not exist", virUUIDFormat(uuid, text));
}

/* The port of @uuid; NULL with the error. Borrowed from the change's first list. */
static virNetworkPortDef *find(const virNetworkChange *change, const unsigned char *uuid, GError **err)
{
    virNetworkPortDef *port = virNetworkPortListFind(change->was.ports, uuid);

    if (!port)
        (void)virNetworkPortsFailGone(uuid, err);
    return port;
}

/* A script that refuses the port comes before the commit, so that the port is taken back like any other change. */
static int runCreate(virNetworkChange *change, const virNetworkPortDef *port, GError **err)
{
    const PortHook hook = { .operation = VIR_NETWORK_HOOK_PORT_CREATED, .def = change->live, .ports = change->ports };

    if (virNetworkChangePlan(change, err) < 0 || virNetworkChangeStage(change, err) < 0 ||
        virNetworkChangeApply(change, err) < 0 || runHook(change->manager, change->obj, &hook, port, err) < 0)
        return -1;
    return virNetworkChangeCommit(change, err);
}

static int checkPlugGiven(const virNetworkPortDef *port, gboolean is_reclaimed, GError **err)
{
    if (is_reclaimed && port->plug == VIR_NETWORK_PLUG_NONE)
        return virFail(err, VIR_ERR_INVALID_ARG, "Port reclaim requested but plug type is none");
    if (!is_reclaimed && port->plug != VIR_NETWORK_PLUG_NONE)
        return virFail(err, VIR_ERR_INVALID_ARG, "Port reclaim not requested but plug type is not none");
    return 0;
}

static virNetworkPortDef *readPort(const virNetworkPortRequest *req, GError **err)
{
    if ((req->flags & VIR_NETWORK_PORT_CREATE_VALIDATE) &&
        virNetworkSchemaCheck(VIR_NETWORK_SCHEMA_PORT, req->xml, err) < 0)
        return NULL;
    return virNetworkPortDefParse(req->xml, "(networkport_definition)", err);
}

/* Decides all that the network gives to @port. */
static int placePort(const virNetworkChange *change, virNetworkPortDef *port, gboolean is_reclaimed, GError **err)
{
    const virNetworkPortPlace place = { .def = change->was.live, .ports = change->was.ports };
    char uuid[VIR_UUID_TEXT_LEN];

    if (checkPlugGiven(port, is_reclaimed, err) < 0 ||
        (is_reclaimed ? virNetworkPortReclaim(&place, port, err) : virNetworkPortPlug(&place, port, err)) < 0)
        return -1;
    if (virNetworkPortListFind(change->was.ports, port->uuid)) {
        return virFail(err, VIR_ERR_NETWORK_PORT_EXIST, "Network port with UUID %s already exists",
                       virUUIDFormat(port->uuid, uuid));
    }
    return 0;
}

int virNetworkPortsCreate(virNetworkManager *manager, virNetworkObj *obj, const virNetworkPortRequest *req,
                          unsigned char *ret_uuid, GError **err)
{
    g_autoptr(virNetworkPortDef) port = readPort(req, err);
    g_autoptr(virNetworkChange) change = port ? begin(manager, obj, err) : NULL;
    gboolean is_reclaimed = (req->flags & VIR_NETWORK_PORT_CREATE_RECLAIM) != 0;

    if (!change || placePort(change, port, is_reclaimed, err) < 0)
        return -1;
    virNetworkChangeSetPort(change, port);
    if (runCreate(change, port, err) < 0)
        return -1;
    virNetworkPortsWriteMacs(manager, change->live, change->ports);
    memcpy(ret_uuid, port->uuid, VIR_UUID_LEN);
    VIR_INFO("network '%s': port of guest '%s' made", obj->name, port->owner_name);
    return 0;
}

int virNetworkPortsDelete(virNetworkManager *manager, virNetworkObj *obj, const unsigned char *uuid, GError **err)
{
    g_autoptr(virNetworkChange) change = begin(manager, obj, err);
    virNetworkPortDef *port = change ? find(change, uuid, err) : NULL;
    PortHook hook = { .operation = VIR_NETWORK_HOOK_PORT_DELETED };

    if (!port)
        return -1;
    virNetworkChangeRemovePort(change, port);
    if (virNetworkChangeRun(change, err) < 0)
        return -1;
    virNetworkPortsWriteMacs(manager, change->live, change->ports);
    VIR_INFO("network '%s': port of guest '%s' deleted", obj->name, port->owner_name);
    hook.def = change->live;
    hook.ports = change->ports;
    (void)runHook(manager, obj, &hook, port, NULL);     /* what is done cannot be refused */
    return 0;
}

int virNetworkPortsSetBandwidth(virNetworkManager *manager, virNetworkObj *obj, const unsigned char *uuid,
                                virNetworkBandwidth *bandwidth, GError **err)
{
    g_autoptr(virNetworkChange) change = begin(manager, obj, err);
    virNetworkPortDef *was = change ? find(change, uuid, err) : NULL;
    g_autoptr(virNetworkPortDef) port = NULL;
    g_autoptr(GPtrArray) others = NULL;
    virNetworkPortPlace place = { NULL, NULL };

    if (!was)
        return -1;
    others = virNetworkPortListWithout(change->was.ports, uuid);
    place.def = change->was.live;
    place.ports = others;
    port = virNetworkPortDefCopy(was);
    if (virNetworkPortSetBandwidth(&place, port, bandwidth, err) < 0)
        return -1;
    if (virNetworkPortDefEqual(was, port))
        return 0;
    virNetworkChangeSetPort(change, port);
    return virNetworkChangeRun(change, err);
}
