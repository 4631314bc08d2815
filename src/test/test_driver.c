/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_driver.c: the driver table of test:/// connections
 *
 * Opens, and otherwise hands every call to the bridge driver, whose engine does the work as it does in the daemon.
 * Which networks there are is test_networks.c's matter. The public library calls it through the table.
 */
#include "test_driver.h"

#include <string.h>

#include "network_driver.h"
#include "test_networks.h"
#include "virerror.h"
#include "viruri.h"

#define VIR_FROM_THIS VIR_FROM_TEST

/* The version of what is driven: there is nothing, and programs know this number. */
#define TEST_VERSION 2

typedef struct {
    virTestNetworks *networks;
    void *bridge;                   /* a connection of the bridge driver */
} TestConnection;

/* --- Connections ------------------------------------------------------------------------------------------------ */

/* Whether @uri is this driver's, and where its networks are: *@ret_path. */
static int checkURI(const char *text, char **ret_path, GError **err)
{
    g_autoptr(virURI) uri = NULL;

    if (!text || !*text)
        return virFail(err, VIR_ERR_NO_CONNECT, "<null>");
    uri = virURIParse(text, err);
    if (!uri)
        return -1;
    if (g_strcmp0(uri->driver, "test") != 0 || uri->transport || uri->host)
        return virFail(err, VIR_ERR_NO_CONNECT, "%s", text);
    if (!*uri->path || strcmp(uri->path, "/") == 0)
        return virFail(err, VIR_ERR_INVALID_ARG, "testOpen: supply a path or use test:///default");
    *ret_path = g_steal_pointer(&uri->path);
    return 0;
}

static int testOpen(const virDriverOpenRequest *req, void **ret_conn, GError **err)
{
    g_autofree char *path = NULL;
    g_autoptr(virTestNetworks) networks = NULL;
    TestConnection *conn;

    if (checkURI(req->uri, &path, err) < 0)
        return -1;
    networks = virTestNetworksOpen(path, err);
    if (!networks)
        return -1;
    conn = g_new0(TestConnection, 1);
    conn->bridge = virNetworkConnectionNew(virTestNetworksGetManager(networks), req->uri, "TEST");
    virNetworkConnectionSetSink(conn->bridge, req->sink);
    conn->networks = g_steal_pointer(&networks);
    *ret_conn = conn;
    return 0;
}

static void testClose(void *opaque)
{
    TestConnection *conn = opaque;

    virNetworkBridgeDriver.connectClose(conn->bridge);
    virTestNetworksUnref(conn->networks);
    g_free(conn);
}

static int testGetVersion(void *conn G_GNUC_UNUSED, unsigned long *ret_version, GError **err G_GNUC_UNUSED)
{
    *ret_version = TEST_VERSION;
    return 0;
}

/* --- What the bridge driver does -------------------------------------------------------------------------------- */

/* The bridge driver's connection of one of ours. */
#define BRIDGE(conn) (((TestConnection *)(conn))->bridge)

/* Functions of a connection with one result. */
#define FORWARD_CONNECT(function, entry, type) \
    static int function(void *conn, type ret, GError **err) \
    { \
        return virNetworkBridgeDriver.entry(BRIDGE(conn), ret, err); \
    }

FORWARD_CONNECT(testGetType, connectGetType, const char **)
FORWARD_CONNECT(testGetURI, connectGetURI, char **)
FORWARD_CONNECT(testGetHostname, connectGetHostname, char **)
FORWARD_CONNECT(testGetLibVersion, connectGetLibVersion, unsigned long *)
FORWARD_CONNECT(testIsAlive, connectIsAlive, int *)
FORWARD_CONNECT(testIsEncrypted, connectIsEncrypted, int *)
FORWARD_CONNECT(testIsSecure, connectIsSecure, int *)

/* Functions of a network without result. */
#define FORWARD_NETWORK(function, entry) \
    static int function(void *conn, const virNetworkIdent *net, GError **err) \
    { \
        return virNetworkBridgeDriver.entry(BRIDGE(conn), net, err); \
    }

FORWARD_NETWORK(testUndefine, networkUndefine)
FORWARD_NETWORK(testCreate, networkCreate)
FORWARD_NETWORK(testDestroy, networkDestroy)

/* Functions of a network with one argument or result. */
#define FORWARD_NETWORK_WITH(function, entry, type) \
    static int function(void *conn, const virNetworkIdent *net, type value, GError **err) \
    { \
        return virNetworkBridgeDriver.entry(BRIDGE(conn), net, value, err); \
    }

FORWARD_NETWORK_WITH(testUpdate, networkUpdate, const virNetworkUpdateRequest *)
FORWARD_NETWORK_WITH(testSetMetadata, networkSetMetadata, const virNetworkTextRequest *)
FORWARD_NETWORK_WITH(testGetBridgeName, networkGetBridgeName, char **)
FORWARD_NETWORK_WITH(testGetAutostart, networkGetAutostart, int *)
FORWARD_NETWORK_WITH(testSetAutostart, networkSetAutostart, int)
FORWARD_NETWORK_WITH(testIsActive, networkIsActive, int *)
FORWARD_NETWORK_WITH(testIsPersistent, networkIsPersistent, int *)

static int testPlanUpdate(void *conn, const virNetworkIdent *net, const virNetworkUpdateRequest *req, char **ret_plan,
                          GError **err)
{
    return virNetworkBridgeDriver.networkPlanUpdate(BRIDGE(conn), net, req, ret_plan, err);
}

static int testLookupByName(void *conn, const char *name, virNetworkIdent **ret_net, GError **err)
{
    return virNetworkBridgeDriver.networkLookupByName(BRIDGE(conn), name, ret_net, err);
}

static int testLookupByUUID(void *conn, const unsigned char *uuid, virNetworkIdent **ret_net, GError **err)
{
    return virNetworkBridgeDriver.networkLookupByUUID(BRIDGE(conn), uuid, ret_net, err);
}

static int testListAll(void *conn, unsigned int flags, GPtrArray **ret_nets, GError **err)
{
    return virNetworkBridgeDriver.networkListAll(BRIDGE(conn), flags, ret_nets, err);
}

static int testDefineXML(void *conn, const char *xml, unsigned int flags, virNetworkIdent **ret_net, GError **err)
{
    return virNetworkBridgeDriver.networkDefineXML(BRIDGE(conn), xml, flags, ret_net, err);
}

static int testCreateXML(void *conn, const char *xml, unsigned int flags, virNetworkIdent **ret_net, GError **err)
{
    return virNetworkBridgeDriver.networkCreateXML(BRIDGE(conn), xml, flags, ret_net, err);
}

static int testEventRegister(void *conn, const virNetworkEventFilter *filter, int *ret_registration, GError **err)
{
    return virNetworkBridgeDriver.networkEventRegister(BRIDGE(conn), filter, ret_registration, err);
}

static int testEventDeregister(void *conn, int registration, GError **err)
{
    return virNetworkBridgeDriver.networkEventDeregister(BRIDGE(conn), registration, err);
}

static int testGetXMLDesc(void *conn, const virNetworkIdent *net, unsigned int flags, char **ret_xml, GError **err)
{
    return virNetworkBridgeDriver.networkGetXMLDesc(BRIDGE(conn), net, flags, ret_xml, err);
}

static int testGetMetadata(void *conn, const virNetworkIdent *net, const virNetworkTextRequest *req, char **ret_text,
                           GError **err)
{
    return virNetworkBridgeDriver.networkGetMetadata(BRIDGE(conn), net, req, ret_text, err);
}

static int testGetDHCPLeases(void *conn, const virNetworkIdent *net, const char *mac, unsigned int flags,
                             GPtrArray **ret_leases, GError **err)
{
    return virNetworkBridgeDriver.networkGetDHCPLeases(BRIDGE(conn), net, mac, flags, ret_leases, err);
}

const virDriver virTestDriver = {
    .name = "test",
    .connectOpen = testOpen,
    .connectClose = testClose,
    .connectGetType = testGetType,
    .connectGetURI = testGetURI,
    .connectGetHostname = testGetHostname,
    .connectGetVersion = testGetVersion,
    .connectGetLibVersion = testGetLibVersion,
    .connectIsAlive = testIsAlive,
    .connectIsEncrypted = testIsEncrypted,
    .connectIsSecure = testIsSecure,
    .networkEventRegister = testEventRegister,
    .networkEventDeregister = testEventDeregister,
    .networkLookupByName = testLookupByName,
    .networkLookupByUUID = testLookupByUUID,
    .networkListAll = testListAll,
    .networkDefineXML = testDefineXML,
    .networkCreateXML = testCreateXML,
    .networkUndefine = testUndefine,
    .networkCreate = testCreate,
    .networkDestroy = testDestroy,
    .networkUpdate = testUpdate,
    .networkPlanUpdate = testPlanUpdate,
    .networkGetXMLDesc = testGetXMLDesc,
    .networkSetMetadata = testSetMetadata,
    .networkGetMetadata = testGetMetadata,
    .networkGetBridgeName = testGetBridgeName,
    .networkGetAutostart = testGetAutostart,
    .networkSetAutostart = testSetAutostart,
    .networkIsActive = testIsActive,
    .networkIsPersistent = testIsPersistent,
    .networkGetDHCPLeases = testGetDHCPLeases,
};
