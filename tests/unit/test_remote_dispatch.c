/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_remote_dispatch.c: remote procedures, byte for byte, on a driver that only notes what it was asked
 *
 * Numbers and texts are those of facts/wire.md and procs.md. Sockets and threads are tested with the RPC server.
 */
#include "test_remote_serve.h"

#include "config.h"

/* The handshake of virsh, facts/wire.md section 6. */
static void handshakeOfVirsh(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    serveHex(fixture, "0000001c 20008086 00000001 00000042 00000000 00000000 00000000");
    assertAnswer(fixture, "00000024 20008086 00000001 00000042 00000001 00000000 00000000 00000001 00000000");
    g_assert_false(fixture->answer.start_keepalive);
    serve(fixture, 60, "0000000a");
    assertPayload(fixture, "00000001");
    g_assert_true(fixture->answer.start_keepalive);
    openOurs(fixture);
    serve(fixture, 60, "0000000e");
    assertPayload(fixture, "00000001");
    serve(fixture, 60, "0000000f");
    assertPayload(fixture, "00000001");
    serve(fixture, 360, "");
    assertPayload(fixture, "");
    serve(fixture, 283, "00000001 00000003");
    assertPayload(fixture, "00000002" T1 "00000002 74320000 00112233 44556677 8899aabb ccddeeff 00000002");
    assertSaid("list 3");
    serve(fixture, 361, "");
    assertPayload(fixture, "");
    serve(fixture, 2, "");
    assertPayload(fixture, "");
    g_assert_true(fixture->answer.close_after);
}

static void rpcErrors(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    serveHex(fixture, "0000001c 12345678 00000001 00000001 00000000 00000009 00000000");
    assertFails(fixture, 39, 7, "Cannot find program 305419896 version 1");
    serveHex(fixture, "0000001c 20008086 00000002 00000001 00000000 00000009 00000000");
    assertFails(fixture, 39, 7, "Cannot find program 536903814 version 2");
    serveHex(fixture, "0000001c 20008086 00000001 00000003 00000000 00000009 00000002");
    assertFails(fixture, 39, 7, "Unexpected message status 2");
    serve(fixture, 46, "00000005 6162");
    assertFails(fixture, 39, 7, "Unable to decode message payload");
    serve(fixture, 900, "");
    assertFails(fixture, 39, 7, "unknown procedure: 900");
    serve(fixture, 0, "");
    assertFails(fixture, 39, 7, "unknown procedure: 0");
    serve(fixture, -1, "");
    assertFails(fixture, 39, 7, "unknown procedure: -1");
    serve(fixture, 454, "");
    assertFails(fixture, 39, 7, "unknown procedure: 454");
    serve(fixture, 315, "");
    assertFails(fixture, 39, 7, "unknown procedure: 315");
    serve(fixture, 446, "");
    assertFails(fixture, 39, 7, "unknown procedure: 446");
}

static void unservedProceduresAreRefusedByName(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const struct {
        gint32 procedure;
        int domain;
        const char *name;
    } rows[] = {
        { 5, 20, "virConnectGetMaxVcpus" }, { 37, 20, "virConnectListDomains" }, { 23, 20, "virDomainLookupByName" },
        { 77, 18, "virStoragePoolDefineXML" },
        { 93, 18, "virStorageVolCreateXML" }, { 118, 22, "virNodeDeviceDettach" }, { 134, 26, "virInterfaceDestroy" },
        { 126, 26, "virConnectNumOfInterfaces" }, { 142, 30, "virSecretDefineXML" },
        { 178, 33, "virConnectNumOfNWFilters" }, { 353, 20, "virDomainInterfaceAddresses" },
    };

    openOurs(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *message = g_strconcat("this function is not supported by the connection driver: ",
                                               rows[i].name, NULL);

        serve(fixture, rows[i].procedure, "");
        assertFails(fixture, 3, rows[i].domain, message);
    }
}

static void functionThatTheDriverLacksIsRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->driver.networkUndefine = NULL;
    openOurs(fixture);
    serve(fixture, 49, T1);
    assertFails(fixture, 3, 19, "this function is not supported by the connection driver: virNetworkUndefine");
}

/* With every number there is, and no or too few arguments. */
static void everyProcedureIsAnswered(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    for (gint32 procedure = -2; procedure < 460; procedure++) {
        serve(fixture, procedure, "");
        serve(fixture, procedure, "00000001");
        serve(fixture, procedure, "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff");
    }
}

static void callsBeforeOpenAreRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    serve(fixture, 52, "");
    assertFails(fixture, 1, 7, "internal error: connection not open");
    serve(fixture, 3, "");
    assertFails(fixture, 1, 7, "internal error: hypervisor connection not open");
    serve(fixture, 60, "00000010");
    assertFails(fixture, 1, 7, "internal error: hypervisor connection not open");
    serve(fixture, 313, "00000000 00000000");
    assertFails(fixture, 1, 7, "internal error: connection not open");
    serve(fixture, 7, "");
    assertFails(fixture, 1, 7, "internal error: hypervisor connection not open");
    serve(fixture, 900, "");
    assertFails(fixture, 39, 7, "unknown procedure: 900");
    assertSaid(NULL);
}

static void open(Fixture *fixture, const char *name)
{
    wire_string text = (char *)name;
    wire_open_args args = { .name = name ? &text : NULL };
    virRpcHeader header = { .program = VIR_RPC_PROGRAM_REMOTE, .version = 1, .procedure = 1 };
    g_autoptr(GByteArray) frame = virRpcFrameNew(&header, (xdrproc_t)xdr_wire_open_args, &args, NULL);

    serveFrame(fixture, frame);
}

static void wrongNamesAreRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    open(fixture, NULL);
    assertFails(fixture, 1, 7, "internal error: connection not open");
    open(fixture, "");
    assertFails(fixture, 5, 0, "no connection driver available for <null>");
    open(fixture, "foo:///bar");
    assertFails(fixture, 5, 0, "no connection driver available for foo:///bar");
    open(fixture, "qemu:///system");
    assertFails(fixture, 5, 0, "no connection driver available for qemu:///system");
    open(fixture, "nothing");
    assertFails(fixture, 5, 0, "no connection driver available for URI 'nothing' does not include a driver name");
    open(fixture, "network:///session");
    assertFails(fixture, 1, 0, "internal error: unexpected network URI path '/session', try network:///system");
    open(fixture, "network://host/system");
    assertFails(fixture, 5, 0, "no connection driver available for network://host/system");
    open(fixture, "network+unix:///system");
    assertFails(fixture, 5, 0, "no connection driver available for network+unix:///system");
    assertSaid(NULL);
    openOurs(fixture);          /* the connection is still good for it */
}

static void secondOpenIsRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    serve(fixture, 1, OPEN_OURS);
    assertFails(fixture, 1, 7, "internal error: connection already open");
    serve(fixture, 3, "");
    assertPayload(fixture, "00000007 6e657477 6f726b00");
}

static void failedOpenMayBeRepeated(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GError) err = NULL;

    virErrorSet(&err, VIR_FROM_NETWORK, VIR_ERR_INTERNAL_ERROR, "not now");
    fakeSetError(err);
    serve(fixture, 1, OPEN_OURS);
    assertFails(fixture, 1, 19, "internal error: not now");
    fakeSetError(NULL);
    openOurs(fixture);
}

static void connectionCalls(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *version = g_strdup_printf("00000000 %08x", VIR_API_VERSION);

    open(fixture, "network:///system?a=b");
    assertSaid("open network:///system?a=b");
    serve(fixture, 110, "");
    assertPayload(fixture, "00000015 6e657477 6f726b3a 2f2f2f73 79737465 6d3f613d 62000000");
    serve(fixture, 157, "");
    assertPayload(fixture, version);
    serve(fixture, 4, "");
    assertPayload(fixture, version);
    g_assert_cmpint(VIR_API_VERSION, ==, 11003000);
    serve(fixture, 149, "");
    assertPayload(fixture, "00000001");
    serve(fixture, 59, "");
    assertHeader(fixture, VIR_RPC_OK);
    g_assert_cmpmem(fixture->answer.frame->data + VIR_RPC_HEADER_BYTES + 4, strlen(g_get_host_name()),
                    g_get_host_name(), strlen(g_get_host_name()));
}

static void featuresAreAnsweredAsFarAsTheyWork(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    for (int feature = -1; feature < 20; feature++) {
        gboolean has = feature == 8 || feature == 9 || feature == 10 || feature == 14 || feature == 15 || feature == 16;
        g_autofree char *args = g_strdup_printf("%08x", (unsigned int)feature);

        serve(fixture, 60, args);
        assertPayload(fixture, has ? "00000001" : "00000000");
        g_assert_cmpint(fixture->answer.start_keepalive, ==, feature == 10);
    }
}

static void otherAuthenticationIsRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    for (gint32 procedure = 67; procedure <= 70; procedure++) {
        serve(fixture, procedure, "");
        assertFails(fixture, 45, 7, "authentication failed: authentication failed");
    }
}

static void deregisterOfNothingFails(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    serve(fixture, 317, "00000000");
    assertFails(fixture, 1, 7, "internal error: domain event callback 0 not registered");
}

static void identityIsChecked(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    serve(fixture, 419, "00000000 00000000");
    assertPayload(fixture, "");
    /* user-name = "me" */
    serve(fixture, 419, "00000001 00000009 75736572 2d6e616d 65000000 00000007 00000002 6d650000 00000000");
    assertPayload(fixture, "");
    serve(fixture, 419, "00000001 00000009 75736572 2d6e616d 65000000 00000001 00000002 00000000");
    assertFails(fixture, 8, 0, "invalid argument: invalid type 'int' for parameter 'user-name', expected 'string'");
    serve(fixture, 419, "00000001 00000003 666f6f00 00000001 00000002 00000000");
    assertFails(fixture, 74, 0, "argument unsupported: parameter 'foo' not supported");
}

/* facts/wire.md section 8 */
static void writesAreRefused(Fixture *fixture)
{
    static const struct {
        gint32 procedure;
        const char *args;
        const char *name;
    } rows[] = {
        { 39, T1, "virNetworkCreate" }, { 40, "00000000", "virNetworkCreateXML" },
        { 437, "00000000 00000000", "virNetworkCreateXMLFlags" }, { 41, "00000000", "virNetworkDefineXML" },
        { 432, "00000000 00000000", "virNetworkDefineXMLFlags" }, { 42, T1, "virNetworkDestroy" },
        { 48, T1 "00000001", "virNetworkSetAutostart" }, { 49, T1, "virNetworkUndefine" },
        { 291, T1 "00000003 00000004 ffffffff 00000000 00000000", "virNetworkUpdate" },
        { 406, T1 "00000000 00000000", "virNetworkPortCreateXML" },
        { 408, T1 UUID "00000000 00000000", "virNetworkPortSetParameters" },
        { 410, T1 UUID "00000000", "virNetworkPortDelete" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *message = g_strconcat("operation forbidden: read only access prevents ", rows[i].name, NULL);

        serve(fixture, rows[i].procedure, rows[i].args);
        assertFails(fixture, 29, 19, message);
        assertSaid(NULL);
    }
    serve(fixture, 43, T1 "00000000");
    assertPayload(fixture, "0000000a 3c6e6574 776f726b 2f3e0000");
    serve(fixture, 419, "00000000 00000000");
    assertPayload(fixture, "");
}

static void readonlySocketPreventsWrites(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    connectAs(fixture, TRUE);
    serve(fixture, 1, OPEN_OURS);
    assertSaid("open network:///system readonly");
    writesAreRefused(fixture);
}

static void readonlyOpenPreventsWrites(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    serve(fixture, 1, OPEN_OURS_READONLY);
    assertSaid("open network:///system readonly");
    writesAreRefused(fixture);
}

static void argumentsAreDecodedBeforeAccessIsChecked(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    connectAs(fixture, TRUE);
    serve(fixture, 1, OPEN_OURS);
    serve(fixture, 39, "00000002");
    assertFails(fixture, 39, 7, "Unable to decode message payload");
}

static void networkCalls(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const struct {
        gint32 procedure;
        const char *args, *said, *result;
    } rows[] = {
        { 46, "00000002 74310000", "by-name t1", T1 },
        { 47, "00112233 44556677 8899aabb ccddeeff", "by-uuid 00..ff", T1 },
        { 40, "00000001 78000000", "create x 0", T1 },
        { 437, "00000001 78000000 00000001", "create x 1", T1 },
        { 41, "00000001 78000000", "define x 0", T1 },
        { 432, "00000001 78000000 00000001", "define x 1", T1 },
        { 49, T1, "undefine t1", "" },
        { 39, T1, "start t1", "" },
        { 42, T1, "destroy t1", "" },
        { 43, T1 "00000001", "xml t1 1", "0000000a 3c6e6574 776f726b 2f3e0000" },
        { 45, T1, "bridge t1", "00000006 76697262 72370000" },
        { 44, T1, "autostart t1", "00000000" },
        { 48, T1 "00000000", "set-autostart t1 0", "" },
        { 48, T1 "00000005", "set-autostart t1 1", "" },
        { 152, T1, "active t1", "00000001" },
        { 313, "00000000 00000000", "register 0 all", "00000003" },
        { 313, "00000001 00000001" T1, "register 1 t1", "00000003" },
        { 314, "0000004d", "deregister 77", "" },
        { 153, T1, "persistent t1", "00000001" },
        { 52, "", "list 2", "00000002" },
        { 50, "", "list 1", "00000002" },
        { 38, "00000005", "list 2", "00000002 00000002 74310000 00000002 74320000" },
        { 36, "00000001", "list 1", "00000001 00000002 74310000" },
        { 38, "00000000", "list 2", "00000000" },
        { 283, "00000000 00000010", "list 16", "00000000 00000002" },
        { 341, T1 "00000000 00000000 00000000", "leases t1 all 0", "00000000 00000001" },
        { 341, T1 "00000001 00000001 61000000 00000001 00000007", "leases t1 a 7",
          "00000001 00000006 76697262 72370000 00000001 2a05f200 00000000"
          "00000001 00000011 35323a35 343a3030 3a30303a 30303a30 31000000 00000000"
          "0000000c 3139322e 3136382e 37372e35 00000018 00000001 00000002 68310000 00000000 00000001" },
    };

    openOurs(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        serve(fixture, rows[i].procedure, rows[i].args);
        assertPayload(fixture, rows[i].result);
        assertSaid(rows[i].said);
    }
}

static void nodeCalls(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const char model[] = "00000061 00000031";
    g_autoptr(GString) node = g_string_new(model);

    for (int i = 2; i < 32; i++)
        g_string_append(node, "00000000");
    g_string_append(node, "00000001 00000001 00000018 000007d0 00000001 00000002 00000003 00000004");
    openOurs(fixture);
    serve(fixture, 6, "");
    assertPayload(fixture, node->str);
    assertSaid("node");
    serve(fixture, 7, "");
    assertPayload(fixture, "00000004 3c632f3e");
    assertSaid("capabilities");
    serve(fixture, 273, "00000001 00000001");
    assertPayload(fixture, "00000000 00000000");
    assertSaid("domains 1");
    serve(fixture, 273, "00000000 00000002");
    assertPayload(fixture, "00000000 00000005");
}

static void guestsThatCannotBeListedAreAnError(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    serve(fixture, 273, "00000001 00000002");
    assertFails(fixture, 1, 7, "internal error: 5 guests cannot be listed");
}

static void portCalls(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const struct {
        gint32 procedure;
        const char *args, *said, *result;
    } rows[] = {
        { 404, T1 "00000001 00000002", "ports t1 2", "00000002" T1 UUID T1 UUID "00000002" },
        { 404, T1 "00000000 00000000", "ports t1 0", "00000000 00000002" },
        { 405, T1 UUID, "port t1 00..ff", T1 UUID },
        { 406, T1 "00000001 78000000 00000003", "create-port t1 x 3", T1 UUID },
        /* The number of parameters that a client sends means nothing. */
        { 407, T1 UUID "deadbeef 00000004", "get-params t1 00..ff 4",
          "00000001 0000000f 696e626f 756e642e 61766572 61676500 00000002 00000007 00000000" },
        { 408, T1 UUID "00000002 00000001 61000000 00000002 00000005 00000001 62000000 00000007 00000001 78000000 00000001",
          "set-params t1 00..ff a=5 b=x 1", "" },
        { 409, T1 UUID "00000005", "port-xml t1 00..ff 5", "0000000e 3c6e6574 776f726b 706f7274 2f3e0000" },
        { 410, T1 UUID "00000006", "delete-port t1 00..ff 6", "" },
    };

    openOurs(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        serve(fixture, rows[i].procedure, rows[i].args);
        assertPayload(fixture, rows[i].result);
        assertSaid(rows[i].said);
    }
}

static void tooManyPortParametersAreRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GString) args = g_string_new(T1 UUID "00000011");

    for (int i = 0; i < 17; i++)
        g_string_append(args, "00000001 61000000 00000002 00000005");
    g_string_append(args, "00000000");
    openOurs(fixture);
    serve(fixture, 408, args->str);
    assertFails(fixture, 39, 7, "Unable to decode message payload");
    assertSaid(NULL);
}

static void longParameterNameIsRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GString) args = g_string_new(T1 UUID "00000001 00000050");

    for (int i = 0; i < 80; i++)
        g_string_append(args, "61");
    g_string_append(args, "00000002 00000005 00000000");
    openOurs(fixture);
    serve(fixture, 408, args->str);
    assertFails(fixture, 39, 7, "parameter name of 80 bytes is longer than the limit of 79");
    assertSaid(NULL);
}

static void wrongMaxnamesAreRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    serve(fixture, 38, "ffffffff");
    assertFails(fixture, 39, 7, "maxnames must be non-negative");
    serve(fixture, 36, "00004001");
    assertFails(fixture, 39, 7, "maxnames > REMOTE_NETWORK_LIST_MAX");
    assertSaid(NULL);
}

static void listsOverTheLimitAreRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    fake_n_networks = 16384;
    serve(fixture, 283, "00000001 00000000");
    assertHeader(fixture, VIR_RPC_OK);
    fake_n_networks = 16385;
    serve(fixture, 283, "00000001 00000000");
    assertFails(fixture, 39, 7, "16385 networks are more than the limit of 16384");
    fake_n_leases = 65537;
    serve(fixture, 341, T1 "00000000 00000001 00000000");
    assertFails(fixture, 39, 7, "65537 leases are more than the limit of 65536");
}

static void errorsOfTheDriverPassThrough(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GError) foreign = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "no such file");
    g_autofree char *text = g_strnfill(5000000, 'x');
    g_autoptr(GError) endless = NULL;

    openOurs(fixture);
    serve(fixture, 46, "00000007 6d697373 696e6700");
    assertFails(fixture, 43, 19, "Network not found: no network with matching name 'missing'");
    fakeSetError(foreign);
    serve(fixture, 46, "00000001 61000000");
    assertFails(fixture, 1, 0, "internal error: no such file");
    virErrorSet(&endless, VIR_FROM_NETWORK, VIR_ERR_XML_ERROR, "%s", text);
    fakeSetError(endless);
    serve(fixture, 46, "00000001 61000000");
    assertFails(fixture, 27, 19, "XML error: the message of this error is too long to be sent");
}

static int endlessXML(void *conn G_GNUC_UNUSED, const virNetworkIdent *net G_GNUC_UNUSED,
                      unsigned int flags G_GNUC_UNUSED, char **ret_xml, GError **err G_GNUC_UNUSED)
{
    *ret_xml = g_strnfill(WIRE_STRING_MAX + 1, 'x');
    return 0;
}

static void documentOverTheLimitIsRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->driver.networkGetXMLDesc = endlessXML;
    openOurs(fixture);
    serve(fixture, 43, T1 "00000000");
    assertFails(fixture, 39, 7, "text of 4194305 bytes is longer than the limit of 4194304");
}

/* What may have to wait for work on the host must leave workers for what never does. */
static void priorities(Fixture *fixture G_GNUC_UNUSED, const void *opaque G_GNUC_UNUSED)
{
    static const gint32 normal[] = { 39, 40, 41, 42, 48, 49, 291, 406, 408, 410, 432, 437, 444 };

    for (gint32 procedure = 1; procedure < 454; procedure++) {
        virRpcHeader header = { .program = VIR_RPC_PROGRAM_REMOTE, .version = 1, .procedure = procedure };
        g_autofree char *turn = NULL;
        virRpcOrder order = { .high = FALSE };
        gboolean is_normal = FALSE;

        for (gsize i = 0; i < G_N_ELEMENTS(normal); i++)
            is_normal |= normal[i] == procedure;
        virRemoteService.order(&header, NULL, 0, &order);
        turn = order.turn;
        g_assert_cmpint(!!order.high, ==, !is_normal);
        g_assert_null(turn);
    }
}

/* The turn of a call whose arguments begin with the bytes @data. */
static char *turnOf(gint32 procedure, const char *data, gsize len)
{
    virRpcHeader header = { .program = VIR_RPC_PROGRAM_REMOTE, .version = 1, .procedure = procedure };
    virRpcOrder order = { .high = FALSE };

    virRemoteService.order(&header, (const guint8 *)data, len, &order);
    return order.turn;
}

#define NETWORK "\0\0\0\3lab\0" "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20"
#define DOCUMENT "\0\0\0\43<network><name>lab</name></network>"

static void changesOfOneNetworkShareATurn(Fixture *fixture G_GNUC_UNUSED, const void *opaque G_GNUC_UNUSED)
{
    static const gint32 with_network[] = { 39, 42, 48, 49, 291, 406, 408, 410, 444 };
    static const gint32 with_document[] = { 40, 41, 432, 437 };

    for (gsize i = 0; i < G_N_ELEMENTS(with_network); i++) {
        g_autofree char *turn = turnOf(with_network[i], NETWORK "more", sizeof(NETWORK) - 1 + 4);
        g_autofree char *cut = turnOf(with_network[i], NETWORK, sizeof(NETWORK) - 2);

        g_assert_cmpstr(turn, ==, "01020304-0506-0708-090a-0b0c0d0e0f10");
        g_assert_null(cut);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(with_document); i++) {
        g_autofree char *turn = turnOf(with_document[i], DOCUMENT, sizeof(DOCUMENT) - 1);
        g_autofree char *cut = turnOf(with_document[i], DOCUMENT, 20);

        g_assert_cmpstr(turn, ==, "<name>lab");
        g_assert_null(cut);
    }
    g_assert_null(turnOf(43, NETWORK, sizeof(NETWORK) - 1));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, function) g_test_add("/remote/dispatch/" path, Fixture, NULL, setUp, function, tearDown)
    ADD("handshake-of-virsh", handshakeOfVirsh);
    ADD("rpc-errors", rpcErrors);
    ADD("node-calls", nodeCalls);
    ADD("guests-that-cannot-be-listed-are-an-error", guestsThatCannotBeListedAreAnError);
    ADD("unserved-procedures-are-refused-by-name", unservedProceduresAreRefusedByName);
    ADD("function-that-the-driver-lacks-is-refused", functionThatTheDriverLacksIsRefused);
    ADD("every-procedure-is-answered", everyProcedureIsAnswered);
    ADD("calls-before-open-are-refused", callsBeforeOpenAreRefused);
    ADD("wrong-names-are-refused", wrongNamesAreRefused);
    ADD("second-open-is-refused", secondOpenIsRefused);
    ADD("failed-open-may-be-repeated", failedOpenMayBeRepeated);
    ADD("connection-calls", connectionCalls);
    ADD("features-are-answered-as-far-as-they-work", featuresAreAnsweredAsFarAsTheyWork);
    ADD("other-authentication-is-refused", otherAuthenticationIsRefused);
    ADD("deregister-of-nothing-fails", deregisterOfNothingFails);
    ADD("identity-is-checked", identityIsChecked);
    ADD("readonly-socket-prevents-writes", readonlySocketPreventsWrites);
    ADD("readonly-open-prevents-writes", readonlyOpenPreventsWrites);
    ADD("arguments-are-decoded-before-access-is-checked", argumentsAreDecodedBeforeAccessIsChecked);
    ADD("network-calls", networkCalls);
    ADD("port-calls-reach-the-driver", portCalls);
    ADD("too-many-port-parameters-are-refused", tooManyPortParametersAreRefused);
    ADD("long-parameter-name-is-refused", longParameterNameIsRefused);
    ADD("wrong-maxnames-are-refused", wrongMaxnamesAreRefused);
    ADD("lists-over-the-limit-are-refused", listsOverTheLimitAreRefused);
    ADD("errors-of-the-driver-pass-through", errorsOfTheDriverPassThrough);
    ADD("document-over-the-limit-is-refused", documentOverTheLimitIsRefused);
    ADD("priorities", priorities);
    ADD("changes-of-one-network-share-a-turn", changesOfOneNetworkShareATurn);
    return g_test_run();
}
