/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_driver.c: the driver that calls a daemon: connections
 *
 * Connects, shakes hands, asks about the connection itself and closes it. The network functions of its table stand in
 * remote_driver_network.c, the choice of the socket in remote_uri.c. The public library calls it through the table.
 */
#include "remote_driver.h"
#include "remote_driver_priv.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "config.h"
#include "remote_uri.h"
#include "remote_wire.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_REMOTE

#define AUTH_NONE 0
#define FEATURE_KEEPALIVE 10

static int raiseReply(const GByteArray *reply, GError **err)
{
    wire_error error = { 0 };

    if (virRpcPayloadDecode(reply->data + VIR_RPC_HEADER_BYTES, reply->len - VIR_RPC_HEADER_BYTES,
                            (xdrproc_t)xdr_wire_error, &error, err) < 0)
        return -1;
    (void)virRemoteWireRaise(&error, err);
    xdr_free((xdrproc_t)xdr_wire_error, &error);
    return -1;
}

int virRemoteRequestSend(virRemoteConnection *conn, const virRemoteRequest *request, GError **err)
{
    g_autoptr(GByteArray) reply = NULL;
    virRpcHeader header;

    if (virRpcClientCall(conn->rpc, &request->request, &reply, err) < 0)
        return -1;
    virRpcFrameGetHeader(reply, &header);
    if (header.status == VIR_RPC_ERROR)
        return raiseReply(reply, err);
    if (header.status != VIR_RPC_OK)
        return virErrorSet(err, VIR_FROM_RPC, VIR_ERR_RPC, "Unexpected message status %u", header.status);
    if (!request->decode)
        return 0;
    return virRpcPayloadDecode(reply->data + VIR_RPC_HEADER_BYTES, reply->len - VIR_RPC_HEADER_BYTES, request->decode,
                               request->ret, err);
}

static int connectSocket(const char *path, GError **err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd, connected, errnum;

    if (strlen(path) >= sizeof(address.sun_path))
        return virErrorSetErrno(err, VIR_FROM_RPC, ENAMETOOLONG, "Failed to connect socket to '%s'", path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return virErrorSetErrno(err, VIR_FROM_RPC, errno, "Failed to create socket");
    do {
        connected = connect(fd, (struct sockaddr *)&address, sizeof(address));
    } while (connected < 0 && errno == EINTR);
    if (connected == 0)
        return fd;
    errnum = errno;
    close(fd);
    return virErrorSetErrno(err, VIR_FROM_RPC, errnum, "Failed to connect socket to '%s'", path);
}

static void connectionFree(virRemoteConnection *conn)
{
    virRemoteWatchFree(conn->watch);
    virRpcClientClose(conn->rpc);
    virRpcClientUnref(conn->rpc);
    g_free(conn->uri);
    g_free(conn->type);
    g_mutex_clear(&conn->lock);
    g_free(conn);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virRemoteConnection, connectionFree)

/* A server offers one type; "none" needs no further step. */
static int checkAuthTypes(const wire_auth_list *list, const char *wanted, GError **err)
{
    gboolean none = list->types.types_len == 0;

    for (u_int i = 0; i < list->types.types_len; i++)
        none |= list->types.types_val[i] == AUTH_NONE;
    if (none && !wanted)
        return 0;
    if (wanted)
        return virFail(err, VIR_ERR_AUTH_FAILED, "authentication '%s', which the URI asks for, cannot be used", wanted);
    return virFail(err, VIR_ERR_AUTH_FAILED,
                   "the server wants authentication of type %d (1: SASL, 2: polkit), and only access without is "
                   "supported",
                   list->types.types_val[0]);
}

static int authenticate(virRemoteConnection *conn, const char *wanted, GError **err)
{
    wire_auth_list list = { 0 };
    virRemoteRequest request = { .request.procedure = WIRE_AUTH_LIST, WIRE_RET(wire_auth_list, &list) };
    g_autoptr(GError) failure = NULL;
    int checked;

    if (virRemoteRequestSend(conn, &request, &failure) < 0) {
        /* A server that knows no authentication asks for none. */
        if (g_error_matches(failure, VIR_ERROR, VIR_ERR_NO_SUPPORT))
            return 0;
        g_propagate_error(err, g_steal_pointer(&failure));
        return -1;
    }
    checked = checkAuthTypes(&list, wanted, err);
    xdr_free((xdrproc_t)xdr_wire_auth_list, &list);
    return checked;
}

static int sendOpen(virRemoteConnection *conn, const virRemoteTarget *target, GError **err)
{
    wire_string name = target->name;
    wire_open_args args = { .name = &name, .flags = target->flags };
    virRemoteRequest request = { .request.procedure = WIRE_CONNECT_OPEN, WIRE_ARGS(wire_open_args, &args) };

    return virRemoteRequestSend(conn, &request, err);
}

int virRemoteAskString(virRemoteConnection *conn, gint32 procedure, char **ret_text, GError **err)
{
    wire_string text = NULL;
    virRemoteRequest request = { .request.procedure = procedure, WIRE_RET(wire_string, &text) };

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    *ret_text = text;
    return 0;
}

static int askVersion(virRemoteConnection *conn, gint32 procedure, unsigned long *ret_version, GError **err)
{
    uint64_t version = 0;
    virRemoteRequest request = { .request.procedure = procedure, WIRE_RET(uint64_t, &version) };

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    *ret_version = (unsigned long)version;
    return 0;
}

int virRemoteSupportsFeature(virRemoteConnection *conn, int feature, int *ret_supported, GError **err)
{
    int supported = 0;
    virRemoteRequest request = { .request.procedure = WIRE_CONNECT_SUPPORTS_FEATURE, WIRE_ARGS(int, &feature),
                                 WIRE_RET(int, &supported) };

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    *ret_supported = !!supported;
    return 0;
}

static int shakeHands(virRemoteConnection *conn, const virRemoteTarget *target, GError **err)
{
    if (authenticate(conn, target->auth, err) < 0)
        return -1;
    /* Who asks is asked for signs of life itself from now on, and only a loop answers at any time. */
    if (conn->watch && virRemoteSupportsFeature(conn, FEATURE_KEEPALIVE, &conn->server_keepalive, err) < 0)
        return -1;
    if (sendOpen(conn, target, err) < 0)
        return -1;
    if (conn->uri)
        return 0;
    return virRemoteAskString(conn, WIRE_CONNECT_GET_URI, &conn->uri, err);
}

static int remoteOpen(const virDriverOpenRequest *req, void **ret_conn, GError **err)
{
    g_autofree char *session_dir = g_build_filename(g_get_user_runtime_dir(), "libvirt", NULL);
    virRemoteEnvironment env = { .euid = geteuid(), .system_dir = VIR_RUNSTATEDIR "/libvirt",
                                 .session_dir = session_dir };
    g_auto(virRemoteTarget) target = { 0 };
    g_autoptr(virRemoteConnection) conn = NULL;
    int fd;

    if (virRemoteTargetFind(req->uri, req->readonly, &env, &target, err) < 0)
        return -1;
    fd = connectSocket(target.socket, err);
    if (fd < 0)
        return -1;
    conn = g_new0(virRemoteConnection, 1);
    g_mutex_init(&conn->lock);
    conn->rpc = virRemoteClientNew(fd, req->sink);
    if (req->loop)
        conn->watch = virRemoteWatchNew(req->loop, conn->rpc);
    conn->uri = req->uri && *req->uri ? g_strdup(req->uri) : NULL;
    if (shakeHands(conn, &target, err) < 0)
        return -1;
    *ret_conn = g_steal_pointer(&conn);
    return 0;
}

static void remoteClose(void *opaque)
{
    virRemoteConnection *conn = opaque;
    virRemoteRequest request = { .request.procedure = WIRE_CONNECT_CLOSE };

    /* The server frees the connection as well when the socket is closed. */
    (void)virRemoteRequestSend(conn, &request, NULL);
    connectionFree(conn);
}

static int remoteGetType(void *opaque, const char **ret_type, GError **err)
{
    virRemoteConnection *conn = opaque;
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&conn->lock);

    if (!conn->type && virRemoteAskString(conn, WIRE_CONNECT_GET_TYPE, &conn->type, err) < 0)
        return -1;
    *ret_type = conn->type;
    return 0;
}

static int remoteGetURI(void *opaque, char **ret_uri, GError **err G_GNUC_UNUSED)
{
    virRemoteConnection *conn = opaque;

    *ret_uri = g_strdup(conn->uri);
    return 0;
}

static int remoteGetHostname(void *conn, char **ret_hostname, GError **err)
{
    return virRemoteAskString(conn, WIRE_CONNECT_GET_HOSTNAME, ret_hostname, err);
}

static int remoteGetVersion(void *conn, unsigned long *ret_version, GError **err)
{
    return askVersion(conn, WIRE_CONNECT_GET_VERSION, ret_version, err);
}

static int remoteGetLibVersion(void *conn, unsigned long *ret_version, GError **err)
{
    return askVersion(conn, WIRE_CONNECT_GET_LIB_VERSION, ret_version, err);
}

static int remoteIsAlive(void *opaque, int *ret, GError **err G_GNUC_UNUSED)
{
    virRemoteConnection *conn = opaque;

    *ret = virRpcClientPump(conn->rpc);
    return 0;
}

/* Whether the server's own way to what it drives is secure. Our way to it always is: a unix socket. */
static int remoteIsSecure(void *conn, int *ret, GError **err)
{
    int secure = 0;
    virRemoteRequest request = { .request.procedure = WIRE_CONNECT_IS_SECURE, WIRE_RET(int, &secure) };

    if (virRemoteRequestSend(conn, &request, err) < 0)
        return -1;
    *ret = !!secure;
    return 0;
}

/* Nothing is encrypted on a unix socket; the server is asked, as libvirt does, so that a lost connection shows. */
static int remoteIsEncrypted(void *conn, int *ret, GError **err)
{
    int secure = 0;

    if (remoteIsSecure(conn, &secure, err) < 0)
        return -1;
    *ret = 0;
    return 0;
}

const virDriver virRemoteDriver = {
    .name = "remote",
    .connectOpen = remoteOpen,
    .connectClose = remoteClose,
    .connectGetType = remoteGetType,
    .connectGetURI = remoteGetURI,
    .connectGetHostname = remoteGetHostname,
    .connectGetVersion = remoteGetVersion,
    .connectGetLibVersion = remoteGetLibVersion,
    .connectIsAlive = remoteIsAlive,
    .connectIsEncrypted = remoteIsEncrypted,
    .connectIsSecure = remoteIsSecure,
    .connectGetCapabilities = virRemoteGetCapabilities,
    .nodeGetInfo = virRemoteNodeGetInfo,
    .connectCountDomains = virRemoteCountDomains,
    .connectSetKeepAlive = virRemoteSetKeepAlive,
    .connectWatchClose = virRemoteWatchClose,
    .networkEventRegister = virRemoteEventRegister,
    .networkEventDeregister = virRemoteEventDeregister,
    .networkLookupByName = virRemoteNetworkLookupByName,
    .networkLookupByUUID = virRemoteNetworkLookupByUUID,
    .networkListAll = virRemoteNetworkListAll,
    .networkDefineXML = virRemoteNetworkDefineXML,
    .networkCreateXML = virRemoteNetworkCreateXML,
    .networkUndefine = virRemoteNetworkUndefine,
    .networkCreate = virRemoteNetworkCreate,
    .networkDestroy = virRemoteNetworkDestroy,
    .networkUpdate = virRemoteNetworkUpdate,
    .networkPlanUpdate = virRemoteNetworkPlanUpdate,
    .networkGetXMLDesc = virRemoteNetworkGetXMLDesc,
    .networkSetMetadata = virRemoteNetworkSetMetadata,
    .networkGetMetadata = virRemoteNetworkGetMetadata,
    .networkGetBridgeName = virRemoteNetworkGetBridgeName,
    .networkGetAutostart = virRemoteNetworkGetAutostart,
    .networkSetAutostart = virRemoteNetworkSetAutostart,
    .networkIsActive = virRemoteNetworkIsActive,
    .networkIsPersistent = virRemoteNetworkIsPersistent,
    .networkGetDHCPLeases = virRemoteNetworkGetDHCPLeases,
    .networkListAllPorts = virRemoteNetworkListAllPorts,
    .networkPortLookupByUUID = virRemoteNetworkPortLookupByUUID,
    .networkPortCreateXML = virRemoteNetworkPortCreateXML,
    .networkPortGetParameters = virRemoteNetworkPortGetParameters,
    .networkPortSetParameters = virRemoteNetworkPortSetParameters,
    .networkPortGetXMLDesc = virRemoteNetworkPortGetXMLDesc,
    .networkPortDelete = virRemoteNetworkPortDelete,
};
