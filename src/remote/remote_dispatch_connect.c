/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_dispatch_connect.c: remote procedures about the connection itself
 *
 * Opening with its rules about names, features, versions, authentication (of which there is none yet) and identity.
 * Networks are not its business. The dispatch table names its functions.
 */
#include "remote_dispatch_priv.h"

#include <string.h>
#include <unistd.h>

#include "config.h"
#include "virerror.h"
#include "virlog.h"
#include "viruri.h"
#include "remote_wire.h"

#define VIR_FROM_THIS VIR_FROM_RPC

/* Bit 0 of the flags of CONNECT_OPEN; the others are the client's own. */
#define OPEN_READONLY 1

#define OUR_SCHEME "network"
#define OUR_PATH "/system"

typedef enum {
    FEATURE_FD_PASSING = 8,
    FEATURE_TYPED_PARAM_STRING = 9,
    FEATURE_KEEPALIVE = 10,
    FEATURE_EVENT_CALLBACKS = 14,
    FEATURE_CLOSE_CALLBACK = 15,
    FEATURE_UPDATE_ORDER = 16,
} Feature;

int virRemoteServeAuthList(const virRemoteCall *call G_GNUC_UNUSED, const void *args G_GNUC_UNUSED, void *ret,
                           GError **err G_GNUC_UNUSED)
{
    wire_auth_list *list = ret;

    /* One type, "none", whose number is 0. */
    list->types.types_len = 1;
    list->types.types_val = g_new0(int, 1);
    return 0;
}

int virRemoteServeAuthOther(const virRemoteCall *call G_GNUC_UNUSED, const void *args G_GNUC_UNUSED,
                            void *ret G_GNUC_UNUSED, GError **err)
{
    return virFail(err, VIR_ERR_AUTH_FAILED, "authentication failed");
}

/* Whether @name is a connection that this daemon serves. */
static int checkName(const char *name, GError **err)
{
    g_autoptr(virURI) uri = NULL;

    if (!*name)
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_NO_CONNECT, "<null>");
    uri = virURIParse(name, err);
    if (!uri)
        return -1;
    if (!uri->driver)
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_NO_CONNECT, "URI '%s' does not include a driver name", name);
    /* With a host or a transport it is another daemon's, and we call none. */
    if (g_strcmp0(uri->driver, OUR_SCHEME) != 0 || uri->transport || uri->host)
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_NO_CONNECT, "%s", name);
    if (g_strcmp0(uri->path, OUR_PATH) != 0)
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_INTERNAL_ERROR,
                           "unexpected network URI path '%s', try %s://%s", uri->path, OUR_SCHEME, OUR_PATH);
    return 0;
}

static int openConnection(const virRemoteCall *call, const char *name, gboolean readonly, void **ret_conn, GError **err)
{
    const virRemoteDispatchConfig *config = &call->client->dispatch->config;
    virDriverOpenRequest req = { .uri = name, .readonly = readonly, .sink = call->client->sink };

    if (!name)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "connection not open");
    if (checkName(name, err) < 0)
        return -1;
    return config->open(&req, ret_conn, config->opaque, err);
}

int virRemoteServeOpen(const virRemoteCall *call, const void *opaque, void *ret G_GNUC_UNUSED, GError **err)
{
    const wire_open_args *args = opaque;
    virRemoteClient *client = call->client;
    gboolean taken, readonly;
    void *conn = NULL;
    int opened;

    g_mutex_lock(&client->lock);
    taken = client->conn || client->opening;
    if (!taken)
        client->opening = TRUE;
    readonly = client->readonly || (args->flags & OPEN_READONLY);
    g_mutex_unlock(&client->lock);
    if (taken)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "connection already open");

    opened = openConnection(call, virRemoteWireGetOptional(args->name), readonly, &conn, err);

    g_mutex_lock(&client->lock);
    client->opening = FALSE;
    if (opened == 0) {
        client->conn = conn;
        client->readonly = readonly;
    }
    g_mutex_unlock(&client->lock);
    return opened;
}

int virRemoteServeClose(const virRemoteCall *call, const void *args G_GNUC_UNUSED, void *ret G_GNUC_UNUSED,
                        GError **err G_GNUC_UNUSED)
{
    call->answer->close_after = TRUE;
    return 0;
}

int virRemoteServeGetType(const virRemoteCall *call, const void *args G_GNUC_UNUSED, void *ret, GError **err)
{
    wire_string *text = ret;
    const char *type = NULL;

    if (call->driver->connectGetType(call->conn, &type, err) < 0)
        return -1;
    *text = g_strdup(type);
    return 0;
}

int virRemoteServeGetURI(const virRemoteCall *call, const void *args G_GNUC_UNUSED, void *ret, GError **err)
{
    char *uri = NULL;

    if (call->driver->connectGetURI(call->conn, &uri, err) < 0)
        return -1;
    return virRemoteWireTakeString(uri, ret, err);
}

int virRemoteServeGetHostname(const virRemoteCall *call, const void *args G_GNUC_UNUSED, void *ret, GError **err)
{
    char *hostname = NULL;

    if (!call->driver->connectGetHostname)
        hostname = g_strdup(g_get_host_name());
    else if (call->driver->connectGetHostname(call->conn, &hostname, err) < 0)
        return -1;
    return virRemoteWireTakeString(hostname, ret, err);
}

/* Of the hypervisor, which here is the network driver itself, and of the library: both are the API level. */
int virRemoteServeGetVersion(const virRemoteCall *call G_GNUC_UNUSED, const void *args G_GNUC_UNUSED, void *ret,
                             GError **err G_GNUC_UNUSED)
{
    uint64_t *version = ret;

    *version = VIR_API_VERSION;
    return 0;
}

/* Clients come over unix sockets only. */
int virRemoteServeIsSecure(const virRemoteCall *call G_GNUC_UNUSED, const void *args G_GNUC_UNUSED, void *ret,
                           GError **err G_GNUC_UNUSED)
{
    int *secure = ret;

    *secure = 1;
    return 0;
}

int virRemoteServeFeature(const virRemoteCall *call, const void *args, void *ret, GError **err)
{
    const int *feature = args;
    int *supported = ret;

    if (*feature == FEATURE_KEEPALIVE)
        call->answer->start_keepalive = TRUE;
    else if (!call->conn)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "hypervisor connection not open");
    *supported = *feature == FEATURE_FD_PASSING || *feature == FEATURE_TYPED_PARAM_STRING || *feature == FEATURE_KEEPALIVE ||
                 *feature == FEATURE_EVENT_CALLBACKS || *feature == FEATURE_CLOSE_CALLBACK || *feature == FEATURE_UPDATE_ORDER;
    return 0;
}

/* The close callback is about a connection behind ours, and there is none. */
int virRemoteServeNothing(const virRemoteCall *call G_GNUC_UNUSED, const void *args G_GNUC_UNUSED,
                          void *ret G_GNUC_UNUSED, GError **err G_GNUC_UNUSED)
{
    return 0;
}

static const char *const type_names[] = {
    [WIRE_PARAM_INT] = "int",
    [WIRE_PARAM_UINT] = "uint",
    [WIRE_PARAM_LLONG] = "llong",
    [WIRE_PARAM_ULLONG] = "ullong",
    [WIRE_PARAM_DOUBLE] = "double",
    [WIRE_PARAM_BOOLEAN] = "boolean",
    [WIRE_PARAM_STRING] = "string",
};

static const struct {
    const char *name;
    int type;
} identity_params[] = {
    { "user-name", WIRE_PARAM_STRING },
    { "group-name", WIRE_PARAM_STRING },
    { "sasl-user-name", WIRE_PARAM_STRING },
    { "x509-distinguished-name", WIRE_PARAM_STRING },
    { "selinux-context", WIRE_PARAM_STRING },
    { "unix-user-id", WIRE_PARAM_ULLONG },
    { "unix-group-id", WIRE_PARAM_ULLONG },
    { "process-time", WIRE_PARAM_ULLONG },
    { "process-id", WIRE_PARAM_LLONG },
};

static int checkIdentity(const wire_param *param, GError **err)
{
    for (gsize i = 0; i < G_N_ELEMENTS(identity_params); i++) {
        if (strcmp(param->field, identity_params[i].name) != 0)
            continue;
        if (param->value.type == identity_params[i].type)
            return 0;
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_INVALID_ARG,
                           "invalid type '%s' for parameter '%s', expected '%s'", type_names[param->value.type],
                           param->field, type_names[identity_params[i].type]);
    }
    return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_ARGUMENT_UNSUPPORTED, "parameter '%s' not supported", param->field);
}

/* Access does not depend on identities yet; they are checked, so that a client's mistake shows, and not kept. */
int virRemoteServeSetIdentity(const virRemoteCall *call G_GNUC_UNUSED, const void *opaque, void *ret G_GNUC_UNUSED,
                              GError **err)
{
    const wire_identity_args *args = opaque;

    virCheckFlags(args->flags, 0, "virConnectSetIdentity", err);
    for (u_int i = 0; i < args->params.params_len; i++) {
        if (checkIdentity(&args->params.params_val[i], err) < 0)
            return -1;
    }
    return 0;
}

/* There are no domains, so that no callback for them is ever registered and none can be taken away. */
int virRemoteServeDeregister(const virRemoteCall *call G_GNUC_UNUSED, const void *args, void *ret G_GNUC_UNUSED, GError **err)
{
    const int *id = args;

    return virFail(err, VIR_ERR_INTERNAL_ERROR, "domain event callback %d not registered", *id);
}
