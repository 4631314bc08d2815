/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_remote_fake.h: a driver that does nothing but note what it was asked
 *
 * For tests only, included by them and by the fuzzer. Each call writes one line into fake_said; fake_error, if set,
 * is what the next calls fail with.
 */
#pragma once

#include <glib.h>
#include <string.h>

#include "driver.h"
#include "virerror.h"

#define FAKE_UUID "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"

static GMutex fake_lock;            /* guards all below */
static char *fake_said;             /* the last call */
static GError *fake_error;          /* borrowed */
static guint fake_n_networks = 2;
static guint fake_n_leases = 1;
static int fake_open_connections;
static virDriverSink *fake_sink;    /* of the last connection that was opened; a reference until the last is closed */

static int fakeSay(GError **err, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

static int fakeSay(GError **err, const char *fmt, ...)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&fake_lock);
    va_list args;

    va_start(args, fmt);
    g_free(fake_said);
    fake_said = g_strdup_vprintf(fmt, args);
    va_end(args);
    if (!fake_error)
        return 0;
    g_propagate_error(err, g_error_copy(fake_error));
    return -1;
}

/* What the last call was, and forgets it. */
static inline char *fakeTake(void)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&fake_lock);

    return g_steal_pointer(&fake_said);
}

static inline void fakeSetError(GError *err)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&fake_lock);

    fake_error = err;
}

static virNetworkIdent *fakeIdent(const char *name)
{
    return virNetworkIdentNew(name, (const unsigned char *)FAKE_UUID);
}

static int fakeOpen(const virDriverOpenRequest *req, void **ret_conn, void *opaque G_GNUC_UNUSED, GError **err)
{
    if (fakeSay(err, "open %s%s", req->uri, req->readonly ? " readonly" : "") < 0)
        return -1;
    g_mutex_lock(&fake_lock);
    fake_open_connections++;
    virDriverSinkUnref(fake_sink);
    fake_sink = req->sink ? virDriverSinkRef(req->sink) : NULL;
    g_mutex_unlock(&fake_lock);
    *ret_conn = g_strdup(req->uri);
    return 0;
}

static void fakeClose(void *conn)
{
    g_mutex_lock(&fake_lock);
    if (--fake_open_connections == 0)
        g_clear_pointer(&fake_sink, virDriverSinkUnref);
    g_mutex_unlock(&fake_lock);
    g_free(conn);
}

static int fakeGetType(void *conn G_GNUC_UNUSED, const char **ret_type, GError **err)
{
    *ret_type = "network";
    return fakeSay(err, "type");
}

static int fakeGetURI(void *conn, char **ret_uri, GError **err)
{
    if (fakeSay(err, "uri") < 0)
        return -1;
    *ret_uri = g_strdup(conn);
    return 0;
}

static int fakeGetCapabilities(void *conn G_GNUC_UNUSED, char **ret_xml, GError **err)
{
    if (fakeSay(err, "capabilities") < 0)
        return -1;
    *ret_xml = g_strdup("<c/>");
    return 0;
}

static int fakeNodeGetInfo(void *conn G_GNUC_UNUSED, virNodeInfo *ret_info, GError **err)
{
    static const virNodeInfo info = { .model = "a1", .memory = 0x100000001UL, .cpus = 24, .mhz = 2000, .nodes = 1, .sockets = 2,
                                      .cores = 3, .threads = 4 };

    *ret_info = info;
    return fakeSay(err, "node");
}

static int fakeCountDomains(void *conn G_GNUC_UNUSED, unsigned int flags, unsigned int *ret_count, GError **err)
{
    *ret_count = flags == 2 ? 5 : 0;
    return fakeSay(err, "domains %u", flags);
}

static int fakeEventRegister(void *conn G_GNUC_UNUSED, const virNetworkEventFilter *filter, int *ret_registration,
                             GError **err)
{
    *ret_registration = 3;
    return fakeSay(err, "register %d %s", filter->id, filter->net ? filter->net->name : "all");
}

static int fakeEventDeregister(void *conn G_GNUC_UNUSED, int registration, GError **err)
{
    return fakeSay(err, "deregister %d", registration);
}

/* Has the driver deliver @event to the last connection. */
static inline void fakeDeliver(int registration, const virNetworkEvent *event)
{
    g_autoptr(virDriverSink) sink = NULL;

    g_mutex_lock(&fake_lock);
    sink = virDriverSinkRef(fake_sink);
    g_mutex_unlock(&fake_lock);
    sink->event(registration, event, sink->opaque);
}

static int fakeLookupByName(void *conn G_GNUC_UNUSED, const char *name, virNetworkIdent **ret_net, GError **err)
{
    if (fakeSay(err, "by-name %s", name) < 0)
        return -1;
    if (strcmp(name, "missing") == 0)
        return virErrorSet(err, VIR_FROM_NETWORK, VIR_ERR_NO_NETWORK, "no network with matching name '%s'", name);
    *ret_net = fakeIdent(name);
    return 0;
}

static int fakeLookupByUUID(void *conn G_GNUC_UNUSED, const unsigned char *uuid, virNetworkIdent **ret_net,
                            GError **err)
{
    if (fakeSay(err, "by-uuid %02x..%02x", uuid[0], uuid[15]) < 0)
        return -1;
    *ret_net = virNetworkIdentNew("t1", uuid);
    return 0;
}

static int fakeListAll(void *conn G_GNUC_UNUSED, unsigned int flags, GPtrArray **ret_nets, GError **err)
{
    if (fakeSay(err, "list %u", flags) < 0)
        return -1;
    *ret_nets = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkIdentFree);
    for (guint i = 1; i <= fake_n_networks; i++) {
        g_autofree char *name = g_strdup_printf("t%u", i);

        g_ptr_array_add(*ret_nets, fakeIdent(name));
    }
    return 0;
}

static int fakeDefineXML(void *conn G_GNUC_UNUSED, const char *xml, unsigned int flags, virNetworkIdent **ret_net,
                         GError **err)
{
    if (fakeSay(err, "define %s %u", xml, flags) < 0)
        return -1;
    *ret_net = fakeIdent("t1");
    return 0;
}

static int fakeCreateXML(void *conn G_GNUC_UNUSED, const char *xml, unsigned int flags, virNetworkIdent **ret_net,
                         GError **err)
{
    if (fakeSay(err, "create %s %u", xml, flags) < 0)
        return -1;
    *ret_net = fakeIdent("t1");
    return 0;
}

static int fakeUndefine(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, GError **err)
{
    return fakeSay(err, "undefine %s", net->name);
}

static int fakeCreate(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, GError **err)
{
    return fakeSay(err, "start %s", net->name);
}

static int fakeDestroy(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, GError **err)
{
    return fakeSay(err, "destroy %s", net->name);
}

static int fakeUpdate(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, const virNetworkUpdateRequest *req,
                      GError **err)
{
    return fakeSay(err, "update %s %02x..%02x command %u section %u parent %d %s flags %u", net->name, net->uuid[0],
                   net->uuid[15], req->command, req->section, req->parent_index, req->xml, req->flags);
}

static int fakePlanUpdate(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, const virNetworkUpdateRequest *req,
                          char **ret_plan, GError **err)
{
    if (fakeSay(err, "plan %s command %u section %u parent %d %s flags %u", net->name, req->command, req->section,
                req->parent_index, req->xml, req->flags) < 0)
        return -1;
    *ret_plan = g_strdup("nothing to do\n");
    return 0;
}

static int fakeGetXMLDesc(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, unsigned int flags, char **ret_xml,
                          GError **err)
{
    if (fakeSay(err, "xml %s %u", net->name, flags) < 0)
        return -1;
    *ret_xml = g_strdup("<network/>");
    return 0;
}

static const char *orNone(const char *text)
{
    return text ? text : "(none)";
}

static int fakeSetMetadata(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, const virNetworkTextRequest *req, GError **err)
{
    return fakeSay(err, "set-metadata %s type %d uri %s key %s text %s flags %u", net->name, req->type, orNone(req->uri),
                   orNone(req->key), orNone(req->text), req->flags);
}

static int fakeGetMetadata(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, const virNetworkTextRequest *req,
                           char **ret_text, GError **err)
{
    if (fakeSay(err, "get-metadata %s type %d uri %s flags %u", net->name, req->type, orNone(req->uri), req->flags) < 0)
        return -1;
    *ret_text = g_strdup("<x/>");
    return 0;
}

static int fakeGetBridgeName(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, char **ret_name, GError **err)
{
    if (fakeSay(err, "bridge %s", net->name) < 0)
        return -1;
    *ret_name = g_strdup("virbr7");
    return 0;
}

static int fakeGetAutostart(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, int *ret_autostart, GError **err)
{
    *ret_autostart = 0;
    return fakeSay(err, "autostart %s", net->name);
}

static int fakeSetAutostart(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, int autostart, GError **err)
{
    return fakeSay(err, "set-autostart %s %d", net->name, autostart);
}

static int fakeIsActive(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, int *ret_active, GError **err)
{
    *ret_active = 1;
    return fakeSay(err, "active %s", net->name);
}

static int fakeIsPersistent(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, int *ret_persistent, GError **err)
{
    *ret_persistent = 1;
    return fakeSay(err, "persistent %s", net->name);
}

static int fakeGetDHCPLeases(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, const char *mac, unsigned int flags,
                             GPtrArray **ret_leases, GError **err)
{
    if (fakeSay(err, "leases %s %s %u", net->name, mac ? mac : "all", flags) < 0)
        return -1;
    *ret_leases = g_ptr_array_new_with_free_func((GDestroyNotify)virDriverLeaseFree);
    for (guint i = 0; i < fake_n_leases; i++) {
        virDriverLease *lease = g_new0(virDriverLease, 1);

        lease->iface = g_strdup("virbr7");
        lease->expiry_time = G_GINT64_CONSTANT(5000000000);
        lease->mac = g_strdup("52:54:00:00:00:01");
        lease->ipaddr = g_strdup("192.168.77.5");
        lease->prefix = 24;
        lease->hostname = g_strdup("h1");
        g_ptr_array_add(*ret_leases, lease);
    }
    return 0;
}

static virNetworkPortIdent *fakePort(const virNetworkIdent *net)
{
    return virNetworkPortIdentNew(net, (const unsigned char *)FAKE_UUID);
}

static int fakeListAllPorts(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, unsigned int flags,
                            GPtrArray **ret_ports, GError **err)
{
    if (fakeSay(err, "ports %s %u", net->name, flags) < 0)
        return -1;
    *ret_ports = g_ptr_array_new_with_free_func((GDestroyNotify)virNetworkPortIdentFree);
    g_ptr_array_add(*ret_ports, fakePort(net));
    g_ptr_array_add(*ret_ports, fakePort(net));
    return 0;
}

static int fakePortLookup(void *conn G_GNUC_UNUSED, const virNetworkPortIdent *port, virNetworkPortIdent **ret_port,
                          GError **err)
{
    if (fakeSay(err, "port %s %02x..%02x", port->net.name, port->uuid[0], port->uuid[15]) < 0)
        return -1;
    *ret_port = fakePort(&port->net);
    return 0;
}

static int fakePortCreate(void *conn G_GNUC_UNUSED, const virNetworkIdent *net, const char *xml, unsigned int flags,
                          virNetworkPortIdent **ret_port, GError **err)
{
    if (fakeSay(err, "create-port %s %s %u", net->name, xml, flags) < 0)
        return -1;
    *ret_port = fakePort(net);
    return 0;
}

static int fakePortGetParameters(void *conn G_GNUC_UNUSED, const virNetworkPortIdent *port, unsigned int flags,
                                 GArray **ret_params, GError **err)
{
    virTypedParameter param = { .field = "inbound.average", .type = VIR_TYPED_PARAM_UINT, .value.ui = 7 };

    if (fakeSay(err, "get-params %s %02x..%02x %u", port->net.name, port->uuid[0], port->uuid[15], flags) < 0)
        return -1;
    *ret_params = virDriverParamsNew();
    g_array_append_val(*ret_params, param);
    return 0;
}

static int fakePortSetParameters(void *conn G_GNUC_UNUSED, const virNetworkPortIdent *port, const GArray *params,
                                 unsigned int flags, GError **err)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < params->len; i++) {
        const virTypedParameter *param = &g_array_index(params, virTypedParameter, i);

        if (param->type == VIR_TYPED_PARAM_STRING)
            g_string_append_printf(text, "%s=%s ", param->field, param->value.s);
        else
            g_string_append_printf(text, "%s=%u ", param->field, param->value.ui);
    }
    return fakeSay(err, "set-params %s %02x..%02x %s%u", port->net.name, port->uuid[0], port->uuid[15], text->str, flags);
}

static int fakePortGetXMLDesc(void *conn G_GNUC_UNUSED, const virNetworkPortIdent *port, unsigned int flags,
                              char **ret_xml, GError **err)
{
    if (fakeSay(err, "port-xml %s %02x..%02x %u", port->net.name, port->uuid[0], port->uuid[15], flags) < 0)
        return -1;
    *ret_xml = g_strdup("<networkport/>");
    return 0;
}

static int fakePortDelete(void *conn G_GNUC_UNUSED, const virNetworkPortIdent *port, unsigned int flags, GError **err)
{
    return fakeSay(err, "delete-port %s %02x..%02x %u", port->net.name, port->uuid[0], port->uuid[15], flags);
}

static const virDriver fake_driver = {
    .name = "fake",
    .connectClose = fakeClose,
    .connectGetType = fakeGetType,
    .connectGetURI = fakeGetURI,
    .connectGetCapabilities = fakeGetCapabilities,
    .nodeGetInfo = fakeNodeGetInfo,
    .connectCountDomains = fakeCountDomains,
    .networkEventRegister = fakeEventRegister,
    .networkEventDeregister = fakeEventDeregister,
    .networkLookupByName = fakeLookupByName,
    .networkLookupByUUID = fakeLookupByUUID,
    .networkListAll = fakeListAll,
    .networkDefineXML = fakeDefineXML,
    .networkCreateXML = fakeCreateXML,
    .networkUndefine = fakeUndefine,
    .networkCreate = fakeCreate,
    .networkDestroy = fakeDestroy,
    .networkUpdate = fakeUpdate,
    .networkPlanUpdate = fakePlanUpdate,
    .networkGetXMLDesc = fakeGetXMLDesc,
    .networkSetMetadata = fakeSetMetadata,
    .networkGetMetadata = fakeGetMetadata,
    .networkGetBridgeName = fakeGetBridgeName,
    .networkGetAutostart = fakeGetAutostart,
    .networkSetAutostart = fakeSetAutostart,
    .networkIsActive = fakeIsActive,
    .networkIsPersistent = fakeIsPersistent,
    .networkGetDHCPLeases = fakeGetDHCPLeases,
    .networkListAllPorts = fakeListAllPorts,
    .networkPortLookupByUUID = fakePortLookup,
    .networkPortCreateXML = fakePortCreate,
    .networkPortGetParameters = fakePortGetParameters,
    .networkPortSetParameters = fakePortSetParameters,
    .networkPortGetXMLDesc = fakePortGetXMLDesc,
    .networkPortDelete = fakePortDelete,
};
