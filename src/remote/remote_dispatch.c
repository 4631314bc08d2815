/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_dispatch.c: the tables of remote procedures, and the engine that runs their rows
 *
 * Decodes arguments, checks what is common to all calls (connection open, access, driver has it), runs the row's
 * function and encodes the answer. What the calls do stands in remote_dispatch_*.c. The RPC server calls it on its
 * workers.
 */
#include "remote_dispatch_priv.h"

#include <stddef.h>
#include <string.h>

#include "remote_wire.h"
#include "virerror.h"
#include "viruuid.h"

#define VIR_FROM_THIS VIR_FROM_RPC

#define ARGS(type) .decode = (xdrproc_t)xdr_##type, .args_size = sizeof(type)
#define RET(type) .encode = (xdrproc_t)xdr_##type, .ret_size = sizeof(type)
#define CALL(function) .call = virRemoteServe##function
#define NEEDS(function) .needs = offsetof(virDriver, function)

#define HIGH VIR_REMOTE_HIGH
#define WRITES VIR_REMOTE_WRITES
#define CHANGES (VIR_REMOTE_WRITES | VIR_REMOTE_TURNS)
#define CHANGES_XML (VIR_REMOTE_WRITES | VIR_REMOTE_TURNS_XML)
#define ANYTIME VIR_REMOTE_ANYTIME
#define AT_ONCE (VIR_REMOTE_HIGH | VIR_REMOTE_AT_ONCE)

/* The rows are numbered by the wire; those left out are not served. */
static const virRemoteRow rows[] = {
    [WIRE_CONNECT_OPEN] = { ARGS(wire_open_args), CALL(Open), .flags = HIGH | ANYTIME },
    [WIRE_CONNECT_CLOSE] = { CALL(Close), .flags = HIGH | ANYTIME },
    [WIRE_CONNECT_GET_TYPE] = { CALL(GetType), RET(wire_string), .flags = AT_ONCE, NEEDS(connectGetType) },
    [WIRE_CONNECT_GET_VERSION] = { CALL(GetVersion), RET(uint64_t), .flags = AT_ONCE },
    [WIRE_NODE_GET_INFO] = { CALL(NodeInfo), RET(wire_node_info), .flags = HIGH, NEEDS(nodeGetInfo) },
    [WIRE_CONNECT_GET_CAPABILITIES] = { CALL(GetCapabilities), RET(wire_string), .flags = HIGH,
                                         NEEDS(connectGetCapabilities) },
    [WIRE_CONNECT_LIST_DEFINED_NETWORKS] = { ARGS(int), CALL(Names), RET(wire_names), .flags = HIGH,
                                             NEEDS(networkListAll) },
    [WIRE_CONNECT_LIST_NETWORKS] = { ARGS(int), CALL(Names), RET(wire_names), .flags = HIGH,
                                     NEEDS(networkListAll) },
    [WIRE_NETWORK_CREATE] = { ARGS(wire_network), CALL(Action), .flags = CHANGES, NEEDS(networkCreate) },
    [WIRE_NETWORK_CREATE_XML] = { ARGS(wire_string), CALL(XML), RET(wire_network), .flags = CHANGES_XML,
                                  NEEDS(networkCreateXML) },
    [WIRE_NETWORK_DEFINE_XML] = { ARGS(wire_string), CALL(XML), RET(wire_network), .flags = CHANGES_XML,
                                  NEEDS(networkDefineXML) },
    [WIRE_NETWORK_DESTROY] = { ARGS(wire_network), CALL(Action), .flags = CHANGES, NEEDS(networkDestroy) },
    [WIRE_NETWORK_GET_XML_DESC] = { ARGS(wire_network_flags_args), CALL(GetXMLDesc), RET(wire_string), .flags = HIGH,
                                    NEEDS(networkGetXMLDesc) },
    [WIRE_NETWORK_GET_AUTOSTART] = { ARGS(wire_network), CALL(GetInt), RET(int), .flags = HIGH,
                                     NEEDS(networkGetAutostart) },
    [WIRE_NETWORK_GET_BRIDGE_NAME] = { ARGS(wire_network), CALL(GetBridgeName), RET(wire_string), .flags = HIGH,
                                       NEEDS(networkGetBridgeName) },
    [WIRE_NETWORK_LOOKUP_BY_NAME] = { ARGS(wire_string), CALL(LookupByName), RET(wire_network), .flags = HIGH,
                                      NEEDS(networkLookupByName) },
    [WIRE_NETWORK_LOOKUP_BY_UUID] = { ARGS(wire_uuid), CALL(LookupByUUID), RET(wire_network), .flags = HIGH,
                                      NEEDS(networkLookupByUUID) },
    [WIRE_NETWORK_SET_AUTOSTART] = { ARGS(wire_autostart_args), CALL(SetAutostart), .flags = CHANGES,
                                     NEEDS(networkSetAutostart) },
    [WIRE_NETWORK_UNDEFINE] = { ARGS(wire_network), CALL(Action), .flags = CHANGES, NEEDS(networkUndefine) },
    [WIRE_CONNECT_NUM_OF_DEFINED_NETWORKS] = { CALL(Count), RET(int), .flags = HIGH, NEEDS(networkListAll) },
    [WIRE_CONNECT_NUM_OF_NETWORKS] = { CALL(Count), RET(int), .flags = HIGH, NEEDS(networkListAll) },
    [WIRE_CONNECT_GET_HOSTNAME] = { CALL(GetHostname), RET(wire_string), .flags = HIGH },
    [WIRE_CONNECT_SUPPORTS_FEATURE] = { ARGS(int), CALL(Feature), RET(int), .flags = AT_ONCE | ANYTIME },
    [WIRE_AUTH_LIST] = { CALL(AuthList), RET(wire_auth_list), .flags = AT_ONCE | ANYTIME },
    [WIRE_AUTH_SASL_INIT] = { CALL(AuthOther), .flags = HIGH | ANYTIME },
    [WIRE_AUTH_SASL_START] = { CALL(AuthOther), .flags = HIGH | ANYTIME },
    [WIRE_AUTH_SASL_STEP] = { CALL(AuthOther), .flags = HIGH | ANYTIME },
    [WIRE_AUTH_POLKIT] = { CALL(AuthOther), .flags = HIGH | ANYTIME },
    [WIRE_CONNECT_GET_URI] = { CALL(GetURI), RET(wire_string), .flags = HIGH, NEEDS(connectGetURI) },
    [WIRE_CONNECT_IS_SECURE] = { CALL(IsSecure), RET(int), .flags = AT_ONCE },
    [WIRE_NETWORK_IS_ACTIVE] = { ARGS(wire_network), CALL(GetInt), RET(int), .flags = HIGH, NEEDS(networkIsActive) },
    [WIRE_NETWORK_IS_PERSISTENT] = { ARGS(wire_network), CALL(GetInt), RET(int), .flags = HIGH,
                                     NEEDS(networkIsPersistent) },
    [WIRE_CONNECT_GET_LIB_VERSION] = { CALL(GetVersion), RET(uint64_t), .flags = AT_ONCE },
    [WIRE_CONNECT_LIST_ALL_DOMAINS] = { ARGS(wire_list_args), CALL(Domains), RET(wire_domains), .flags = HIGH,
                                        NEEDS(connectCountDomains) },
    [WIRE_CONNECT_LIST_ALL_NETWORKS] = { ARGS(wire_list_args), CALL(ListAll), RET(wire_networks), .flags = HIGH,
                                         NEEDS(networkListAll) },
    [WIRE_NETWORK_UPDATE] = { ARGS(wire_update_args), CALL(Update), .flags = CHANGES, NEEDS(networkUpdate) },
    [WIRE_CONNECT_NETWORK_EVENT_REGISTER_ANY] = { ARGS(wire_event_register_args), CALL(EventRegister), RET(int),
                                                  .flags = HIGH, NEEDS(networkEventRegister) },
    [WIRE_CONNECT_NETWORK_EVENT_DEREGISTER_ANY] = { ARGS(int), CALL(EventDeregister), .flags = HIGH,
                                                    NEEDS(networkEventDeregister) },
    [WIRE_CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY] = { ARGS(int), CALL(Deregister), .flags = HIGH },
    [WIRE_NETWORK_GET_DHCP_LEASES] = { ARGS(wire_leases_args), CALL(Leases), RET(wire_leases),
                                       .flags = HIGH, NEEDS(networkGetDHCPLeases) },
    [WIRE_CONNECT_REGISTER_CLOSE_CALLBACK] = { CALL(Nothing), .flags = AT_ONCE },
    [WIRE_CONNECT_UNREGISTER_CLOSE_CALLBACK] = { CALL(Nothing), .flags = AT_ONCE },
    [WIRE_NETWORK_LIST_ALL_PORTS] = { ARGS(wire_port_list_args), CALL(ListAllPorts), RET(wire_ports), .flags = HIGH,
                                      NEEDS(networkListAllPorts) },
    [WIRE_NETWORK_PORT_LOOKUP_BY_UUID] = { ARGS(wire_port), CALL(PortLookup), RET(wire_port), .flags = HIGH,
                                           NEEDS(networkPortLookupByUUID) },
    [WIRE_NETWORK_PORT_CREATE_XML] = { ARGS(wire_port_create_args), CALL(PortCreate), RET(wire_port), .flags = CHANGES,
                                       NEEDS(networkPortCreateXML) },
    [WIRE_NETWORK_PORT_GET_PARAMETERS] = { ARGS(wire_port_get_args), CALL(PortGetParameters), RET(wire_port_params),
                                           .flags = HIGH, NEEDS(networkPortGetParameters) },
    [WIRE_NETWORK_PORT_SET_PARAMETERS] = { ARGS(wire_port_set_args), CALL(PortSetParameters), .flags = CHANGES,
                                           NEEDS(networkPortSetParameters) },
    [WIRE_NETWORK_PORT_GET_XML_DESC] = { ARGS(wire_port_flags_args), CALL(PortGetXMLDesc), RET(wire_string),
                                         .flags = HIGH, NEEDS(networkPortGetXMLDesc) },
    [WIRE_NETWORK_PORT_DELETE] = { ARGS(wire_port_flags_args), CALL(PortDelete), .flags = CHANGES,
                                   NEEDS(networkPortDelete) },
    [WIRE_CONNECT_SET_IDENTITY] = { ARGS(wire_identity_args), CALL(SetIdentity), .flags = HIGH },
    [WIRE_NETWORK_DEFINE_XML_FLAGS] = { ARGS(wire_xml_flags_args), CALL(XMLFlags), RET(wire_network),
                                        .flags = CHANGES_XML, NEEDS(networkDefineXML) },
    [WIRE_NETWORK_CREATE_XML_FLAGS] = { ARGS(wire_xml_flags_args), CALL(XMLFlags), RET(wire_network),
                                        .flags = CHANGES_XML, NEEDS(networkCreateXML) },
    [WIRE_NETWORK_SET_METADATA] = { ARGS(wire_set_metadata_args), CALL(SetMetadata), .flags = CHANGES,
                                    NEEDS(networkSetMetadata) },
    [WIRE_NETWORK_GET_METADATA] = { ARGS(wire_get_metadata_args), CALL(GetMetadata), RET(wire_string),
                                    .flags = HIGH, NEEDS(networkGetMetadata) },
};

/* The same for the program of our own. */
static const virRemoteRow plan_rows[] = {
    [WIRE_PLAN_NETWORK_UPDATE] = { ARGS(wire_update_args), CALL(PlanUpdate), RET(wire_plan), .flags = CHANGES,
                                   NEEDS(networkPlanUpdate) },
};

typedef struct {
    guint32 program;
    guint32 version;
    const virRemoteRow *rows;
    gint32 n_rows;
    const virRemoteProcedure *(*findProcedure)(gint32 number);
} Program;

static const Program programs[] = {
    { VIR_RPC_PROGRAM_REMOTE, VIR_RPC_PROGRAM_VERSION, rows, G_N_ELEMENTS(rows), virRemoteProcedureFind },
    { WIRE_PLAN_PROGRAM, WIRE_PLAN_VERSION, plan_rows, G_N_ELEMENTS(plan_rows), virRemoteProcedureFindPlan },
};

static const Program *findProgram(const virRpcHeader *header)
{
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        if (header->program == programs[i].program && header->version == programs[i].version)
            return &programs[i];
    }
    return NULL;
}

static const virRemoteRow *findRow(const Program *program, gint32 number)
{
    if (number < 0 || number >= program->n_rows || !program->rows[number].call)
        return NULL;
    return &program->rows[number];
}

static int checkHeader(const Program *program, const virRpcHeader *header, GError **err)
{
    /* What clients know by its words is not translated. */
    if (!program) {
        g_autofree char *text = g_strdup_printf("Cannot find program %u version %u", header->program, header->version);

        return virFail(err, VIR_ERR_RPC, "%s", text);
    }
    if (header->status != VIR_RPC_OK)
        return virFail(err, VIR_ERR_RPC, "Unexpected message status %u", header->status);
    return 0;
}

static int domainOf(const virRemoteProcedure *procedure)
{
    return procedure ? procedure->domain : VIR_FROM_THIS;
}

static int failUnsupported(const virRemoteProcedure *procedure, GError **err)
{
    return virErrorSet(err, domainOf(procedure), VIR_ERR_NO_SUPPORT, "%s", procedure->name);
}

static int failNotOpen(const virRemoteProcedure *procedure, GError **err)
{
    if (domainOf(procedure) == VIR_FROM_DOMAIN)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "hypervisor connection not open");
    return virFail(err, VIR_ERR_INTERNAL_ERROR, "connection not open");
}

/* A call that no row serves. */
static int refuse(const virRemoteCall *call, GError **err)
{
    virRemoteClient *client = call->client;
    gboolean open;

    if (!call->procedure) {
        g_autofree char *text = g_strdup_printf("unknown procedure: %d", call->number);

        return virFail(err, VIR_ERR_RPC, "%s", text);   /* known by its words */
    }
    g_mutex_lock(&client->lock);
    open = client->conn != NULL;
    g_mutex_unlock(&client->lock);
    return open ? failUnsupported(call->procedure, err) : failNotOpen(call->procedure, err);
}

/* What every call must pass, its arguments being decoded; fills in the connection. */
static int admit(virRemoteCall *call, GError **err)
{
    virRemoteClient *client = call->client;
    gboolean readonly;

    g_mutex_lock(&client->lock);
    call->conn = client->conn;
    readonly = client->readonly;
    g_mutex_unlock(&client->lock);

    if (!call->conn && !(call->row->flags & VIR_REMOTE_ANYTIME))
        return failNotOpen(call->procedure, err);
    if (readonly && (call->row->flags & VIR_REMOTE_WRITES))
        return virErrorSet(err, domainOf(call->procedure), VIR_ERR_OPERATION_DENIED, "read only access prevents %s",
                           call->procedure->name);
    if (call->row->needs && !VIR_REMOTE_DRIVER(call, virRemoteDriverFunc))
        return failUnsupported(call->procedure, err);
    return 0;
}

/* Runs the row with decoded @args and gives its answer as a message. */
static GByteArray *run(virRemoteCall *call, const virRpcHeader *reply, const void *args, GError **err)
{
    const virRemoteRow *row = call->row;
    g_autofree void *ret = g_malloc0(row->ret_size);
    GByteArray *frame = NULL;

    if (row->call(call, args, ret, err) == 0)
        frame = virRpcFrameNew(reply, row->encode, ret, err);
    if (row->encode)
        xdr_free(row->encode, ret);
    return frame;
}

static GByteArray *serveRow(virRemoteCall *call, const virRpcHeader *reply, GBytes *payload, GError **err)
{
    const virRemoteRow *row = call->row;
    g_autofree void *args = g_malloc0(row->args_size);
    GByteArray *frame = NULL;
    gsize len;
    const guint8 *data = g_bytes_get_data(payload, &len);

    if (row->decode && virRpcPayloadDecode(data, len, row->decode, args, err) < 0)
        return NULL;
    if (admit(call, err) == 0)
        frame = run(call, reply, args, err);
    if (row->decode)
        xdr_free(row->decode, args);
    return frame;
}

static GByteArray *encodeError(const virRpcHeader *reply, const GError *failure)
{
    wire_error error = { 0 };
    GByteArray *frame;

    virRemoteWireError(failure, &error);
    frame = virRpcFrameNew(reply, (xdrproc_t)xdr_wire_error, &error, NULL);
    xdr_free((xdrproc_t)xdr_wire_error, &error);
    return frame;
}

/* Leaves room for the prefix that an error of another domain gets. */
static gboolean isTooLong(const char *text)
{
    return text && strlen(text) > WIRE_STRING_MAX - 64;
}

/*
 * The message of an error can be too long for the wire, e.g. when it quotes a long document. It must not be tried:
 * xdr_free() does not free strings above their limit.
 */
static GByteArray *errorFrame(const virRpcHeader *reply, const GError *failure)
{
    const virErrorInfo *info = failure->domain == VIR_ERROR ? virErrorGetInfo(failure) : NULL;
    virRpcHeader header = *reply;
    g_autoptr(GError) substitute = NULL;

    header.status = VIR_RPC_ERROR;
    if (!isTooLong(failure->message) && !(info && (isTooLong(info->str1) || isTooLong(info->str2) ||
                                                   isTooLong(info->str3))))
        return encodeError(&header, failure);
    virErrorSet(&substitute, info ? info->domain : VIR_FROM_THIS, info ? failure->code : VIR_ERR_INTERNAL_ERROR,
                "the message of this error is too long to be sent");
    return encodeError(&header, substitute);
}

static void serve(void *opaque, const virRpcHeader *header, const guint8 *data, gsize len, virRpcAnswer *ret_answer)
{
    virRemoteClient *client = opaque;
    const Program *program = findProgram(header);
    virRemoteCall call = { .client = client, .driver = client->dispatch->config.driver, .number = header->procedure,
                           .answer = ret_answer };
    g_autoptr(GBytes) payload = g_bytes_new_static(data, len);
    g_autoptr(GError) failure = NULL;
    virRpcHeader reply = *header;
    GByteArray *frame = NULL;

    reply.type = VIR_RPC_REPLY;
    reply.status = VIR_RPC_OK;
    if (checkHeader(program, header, &failure) == 0) {
        call.row = findRow(program, header->procedure);
        call.procedure = program->findProcedure(header->procedure);
        if (call.row)
            frame = serveRow(&call, &reply, payload, &failure);
        else
            (void)refuse(&call, &failure);      /* says so in failure */
    }
    ret_answer->frame = frame ? frame : errorFrame(&reply, failure);
}

/* The network that arguments begin with; NULL if they do not. */
static char *turnOfNetwork(const guint8 *data, gsize len)
{
    char uuid[VIR_UUID_TEXT_LEN];
    wire_network net = { 0 };
    char *turn = NULL;
    XDR xdr;

    xdrmem_create(&xdr, (char *)data, (guint)len, XDR_DECODE);
    if (xdr_wire_network(&xdr, &net))
        turn = g_strdup(virUUIDFormat((const guint8 *)net.uuid, uuid));
    xdr_destroy(&xdr);
    xdr_free((xdrproc_t)xdr_wire_network, &net);
    return turn;
}

/*
 * The name in the document that arguments begin with. It is not parsed for that: a wrong guess, or none, costs a worker
 * that waits, and nothing else.
 */
static char *turnOfDocument(const guint8 *data, gsize len)
{
    const char *name = g_strstr_len((const char *)data, (gssize)len, "<name>");
    const char *end = name ? g_strstr_len(name, (gssize)(len - (gsize)(name - (const char *)data)), "</name>") : NULL;

    return end && end - name <= 256 ? g_strdup_printf("%.*s", (int)(end - name), name) : NULL;
}

static void order(const virRpcHeader *header, const guint8 *data, gsize len, virRpcOrder *ret_order)
{
    const Program *program = findProgram(header);
    const virRemoteRow *row = program ? findRow(program, header->procedure) : NULL;

    /* A refusal takes no time. */
    ret_order->high = !row || (row->flags & VIR_REMOTE_HIGH);
    ret_order->at_once = row && (row->flags & VIR_REMOTE_AT_ONCE);
    if (row && (row->flags & VIR_REMOTE_TURNS))
        ret_order->turn = turnOfNetwork(data, len);
    else if (row && (row->flags & VIR_REMOTE_TURNS_XML) && len > 4)
        ret_order->turn = turnOfDocument(data + 4, len - 4);
}

static void *clientNew(void *opaque, const virRpcPeer *peer)
{
    virRemoteClient *client = g_new0(virRemoteClient, 1);

    client->dispatch = opaque;
    client->readonly = peer->readonly;
    if (peer->mailbox)
        client->sink = virRemoteSinkNew(peer->mailbox);
    g_mutex_init(&client->lock);
    return client;
}

static void clientFree(void *opaque)
{
    virRemoteClient *client = opaque;

    if (client->conn)
        client->dispatch->config.driver->connectClose(client->conn);
    virDriverSinkUnref(client->sink);
    g_mutex_clear(&client->lock);
    g_free(client);
}

const virRpcService virRemoteService = {
    .clientNew = clientNew,
    .clientFree = clientFree,
    .order = order,
    .serve = serve,
};

virRemoteDispatch *virRemoteDispatchNew(const virRemoteDispatchConfig *config)
{
    virRemoteDispatch *dispatch = g_new0(virRemoteDispatch, 1);

    dispatch->config = *config;
    return dispatch;
}

void virRemoteDispatchFree(virRemoteDispatch *dispatch)
{
    g_free(dispatch);
}
