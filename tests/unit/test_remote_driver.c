/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_remote_driver.c: the client driver, against our own server and against replies made by hand
 *
 * Each driver function goes over a real socket to a driver that notes what it was asked. Daemons of libvirt are met
 * in the interop tests.
 */
#include "test_rpc_loop.h"
#include "test_remote_fake.h"

#include <sys/un.h>

#include "remote_dispatch.h"
#include "remote_driver.h"
#include "remote_protocol.h"
#include "remote_wire.h"

typedef struct {
    char *dir, *path, *uri;
    int listener;               /* -1: given to the loop */
    virRemoteDispatch *dispatch;
    TestLoop *loop;             /* NULL: the test plays the server */
    void *conn;
} Fixture;

static void setUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    fixture->dir = g_dir_make_tmp("remote-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->dir, "sock", NULL);
    fixture->uri = g_strdup_printf("network:///system?socket=%s&a=b", fixture->path);
    fixture->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_strlcpy(address.sun_path, fixture->path, sizeof(address.sun_path));
    g_assert_cmpint(bind(fixture->listener, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(fixture->listener, 10), ==, 0);
}

static void startServer(Fixture *fixture)
{
    virRemoteDispatchConfig setup = { .driver = &fake_driver, .open = fakeOpen };
    TestLoopSocket sock = { .fd = fixture->listener, .listening = TRUE };
    virRpcServerConfig config;

    virRpcServerConfigInit(&config);
    fixture->dispatch = virRemoteDispatchNew(&setup);
    fixture->loop = testLoopNew(&config, &virRemoteService, fixture->dispatch);
    fixture->listener = -1;
    testLoopCall(fixture->loop, testLoopGive, &sock);
}

static void openConnection(Fixture *fixture)
{
    virDriverOpenRequest req = { .uri = fixture->uri };
    g_autoptr(GError) err = NULL;

    (void)virRemoteDriver.connectOpen(&req, &fixture->conn, &err);
    g_assert_no_error(err);
}

static void setUpOpen(Fixture *fixture, const void *opaque)
{
    setUp(fixture, opaque);
    startServer(fixture);
    openConnection(fixture);
}

static void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fakeSetError(NULL);
    if (fixture->conn)
        virRemoteDriver.connectClose(fixture->conn);
    if (fixture->loop)
        testLoopFree(fixture->loop);
    virRemoteDispatchFree(fixture->dispatch);
    if (fixture->listener >= 0)
        close(fixture->listener);
    g_free(fakeTake());
    g_assert_cmpint(fake_open_connections, ==, 0);
    unlink(fixture->path);
    rmdir(fixture->dir);
    g_free(fixture->dir);
    g_free(fixture->path);
    g_free(fixture->uri);
}

static void assertSaid(const char *wanted)
{
    g_autofree char *said = fakeTake();

    g_assert_cmpstr(said, ==, wanted);
}

static void assertIdent(virNetworkIdent *net, const char *name)
{
    g_assert_cmpstr(net->name, ==, name);
    g_assert_cmpmem(net->uuid, 16, FAKE_UUID, 16);
    virNetworkIdentFree(net);
}

static void connectionFunctions(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    const virDriver *driver = &virRemoteDriver;
    g_autofree char *uri = NULL;
    g_autofree char *hostname = NULL;
    const char *type = NULL;
    unsigned long version = 0, lib_version = 0;
    int alive = -1, secure = -1, encrypted = -1;

    assertSaid("open network:///system?a=b");
    g_assert_cmpint(driver->connectGetURI(fixture->conn, &uri, NULL), ==, 0);
    g_assert_cmpstr(uri, ==, fixture->uri);
    g_assert_cmpint(driver->connectGetType(fixture->conn, &type, NULL), ==, 0);
    g_assert_cmpstr(type, ==, "network");
    assertSaid("type");
    g_assert_cmpint(driver->connectGetType(fixture->conn, &type, NULL), ==, 0);
    assertSaid(NULL);
    g_assert_cmpint(driver->connectGetHostname(fixture->conn, &hostname, NULL), ==, 0);
    g_assert_cmpstr(hostname, ==, g_get_host_name());
    g_assert_cmpint(driver->connectGetVersion(fixture->conn, &version, NULL), ==, 0);
    g_assert_cmpuint(version, ==, 11003000);
    g_assert_cmpint(driver->connectGetLibVersion(fixture->conn, &lib_version, NULL), ==, 0);
    g_assert_cmpuint(lib_version, ==, 11003000);
    g_assert_cmpint(driver->connectIsAlive(fixture->conn, &alive, NULL), ==, 0);
    g_assert_cmpint(alive, ==, 1);
    g_assert_cmpint(driver->connectIsSecure(fixture->conn, &secure, NULL), ==, 0);
    g_assert_cmpint(secure, ==, 1);
    g_assert_cmpint(driver->connectIsEncrypted(fixture->conn, &encrypted, NULL), ==, 0);
    g_assert_cmpint(encrypted, ==, 0);
}

static void nodeFunctions(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    const virDriver *driver = &virRemoteDriver;
    g_autofree char *xml = NULL;
    virNodeInfo info = { 0 };
    unsigned int count = 0;

    g_assert_cmpint(driver->connectGetCapabilities(fixture->conn, &xml, NULL), ==, 0);
    g_assert_cmpstr(xml, ==, "<c/>");
    g_assert_cmpint(driver->nodeGetInfo(fixture->conn, &info, NULL), ==, 0);
    assertSaid("node");
    g_assert_cmpstr(info.model, ==, "a1");
    g_assert_cmpuint(info.memory, ==, 0x100000001UL);
    g_assert_cmpuint(info.cpus, ==, 24);
    g_assert_cmpuint(info.mhz, ==, 2000);
    g_assert_cmpuint(VIR_NODEINFO_MAXCPUS(info), ==, 24);
    g_assert_cmpint(driver->connectCountDomains(fixture->conn, 2, &count, NULL), ==, 0);
    assertSaid("domains 2");
    g_assert_cmpuint(count, ==, 5);
}

static void networkFunctions(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    const virDriver *driver = &virRemoteDriver;
    g_autoptr(virNetworkIdent) t1 = fakeIdent("t1");
    virNetworkIdent *net = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *bridge = NULL;
    int autostart = -1, active = -1, persistent = -1;

    g_assert_cmpint(driver->networkLookupByName(fixture->conn, "n", &net, NULL), ==, 0);
    assertIdent(net, "n");
    g_assert_cmpint(driver->networkLookupByUUID(fixture->conn, t1->uuid, &net, NULL), ==, 0);
    assertSaid("by-uuid 00..ff");
    assertIdent(net, "t1");
    g_assert_cmpint(driver->networkDefineXML(fixture->conn, "x", 0, &net, NULL), ==, 0);
    assertSaid("define x 0");
    assertIdent(net, "t1");
    g_assert_cmpint(driver->networkCreateXML(fixture->conn, "x", 1, &net, NULL), ==, 0);
    assertSaid("create x 1");
    assertIdent(net, "t1");
    g_assert_cmpint(driver->networkUndefine(fixture->conn, t1, NULL), ==, 0);
    assertSaid("undefine t1");
    g_assert_cmpint(driver->networkCreate(fixture->conn, t1, NULL), ==, 0);
    assertSaid("start t1");
    g_assert_cmpint(driver->networkDestroy(fixture->conn, t1, NULL), ==, 0);
    assertSaid("destroy t1");
    g_assert_cmpint(driver->networkGetXMLDesc(fixture->conn, t1, 1, &xml, NULL), ==, 0);
    assertSaid("xml t1 1");
    g_assert_cmpstr(xml, ==, "<network/>");
    g_assert_cmpint(driver->networkGetBridgeName(fixture->conn, t1, &bridge, NULL), ==, 0);
    g_assert_cmpstr(bridge, ==, "virbr7");
    g_assert_cmpint(driver->networkGetAutostart(fixture->conn, t1, &autostart, NULL), ==, 0);
    g_assert_cmpint(autostart, ==, 0);
    g_assert_cmpint(driver->networkSetAutostart(fixture->conn, t1, 1, NULL), ==, 0);
    assertSaid("set-autostart t1 1");
    g_assert_cmpint(driver->networkIsActive(fixture->conn, t1, &active, NULL), ==, 0);
    g_assert_cmpint(active, ==, 1);
    g_assert_cmpint(driver->networkIsPersistent(fixture->conn, t1, &persistent, NULL), ==, 0);
    assertSaid("persistent t1");
    g_assert_cmpint(persistent, ==, 1);
}

static void metadata(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    const virNetworkTextRequest element = { .type = 2, .uri = "urn:a", .key = "k", .text = "<x/>", .flags = 3 };
    const virNetworkTextRequest title = { .type = 1 };
    const virDriver *driver = &virRemoteDriver;
    g_autoptr(virNetworkIdent) t1 = fakeIdent("t1");
    g_autofree char *text = NULL;

    g_assert_cmpint(driver->networkSetMetadata(fixture->conn, t1, &element, NULL), ==, 0);
    assertSaid("set-metadata t1 type 2 uri urn:a key k text <x/> flags 3");
    g_assert_cmpint(driver->networkSetMetadata(fixture->conn, t1, &title, NULL), ==, 0);
    assertSaid("set-metadata t1 type 1 uri (none) key (none) text (none) flags 0");
    g_assert_cmpint(driver->networkGetMetadata(fixture->conn, t1, &element, &text, NULL), ==, 0);
    assertSaid("get-metadata t1 type 2 uri urn:a flags 3");
    g_assert_cmpstr(text, ==, "<x/>");
}

static void lists(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    const virDriver *driver = &virRemoteDriver;
    g_autoptr(virNetworkIdent) t1 = fakeIdent("t1");
    g_autoptr(GPtrArray) nets = NULL;
    g_autoptr(GPtrArray) leases = NULL;
    const virDriverLease *lease;

    g_assert_cmpint(driver->networkListAll(fixture->conn, 3, &nets, NULL), ==, 0);
    assertSaid("list 3");
    g_assert_cmpuint(nets->len, ==, 2);
    g_assert_cmpstr(((virNetworkIdent *)nets->pdata[1])->name, ==, "t2");
    g_assert_cmpint(driver->networkGetDHCPLeases(fixture->conn, t1, "m", 0, &leases, NULL), ==, 0);
    assertSaid("leases t1 m 0");
    g_assert_cmpuint(leases->len, ==, 1);
    lease = leases->pdata[0];
    g_assert_cmpstr(lease->iface, ==, "virbr7");
    g_assert_cmpint(lease->expiry_time, ==, 5000000000);
    g_assert_cmpstr(lease->mac, ==, "52:54:00:00:00:01");
    g_assert_null(lease->iaid);
    g_assert_cmpstr(lease->ipaddr, ==, "192.168.77.5");
    g_assert_cmpuint(lease->prefix, ==, 24);
    g_assert_cmpstr(lease->hostname, ==, "h1");
    g_assert_null(lease->clientid);
}

static void ports(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    const virDriver *driver = &virRemoteDriver;
    g_autoptr(virNetworkIdent) t1 = fakeIdent("t1");
    g_autoptr(virNetworkPortIdent) port = fakePort(t1);
    g_autoptr(virNetworkPortIdent) found = NULL;
    g_autoptr(virNetworkPortIdent) made = NULL;
    g_autoptr(GPtrArray) list = NULL;
    g_autoptr(GArray) params = NULL;
    g_autofree char *xml = NULL;

    g_assert_cmpint(driver->networkListAllPorts(fixture->conn, t1, 1, &list, NULL), ==, 0);
    assertSaid("ports t1 1");
    g_assert_cmpuint(list->len, ==, 2);
    g_assert_cmpint(driver->networkPortLookupByUUID(fixture->conn, port, &found, NULL), ==, 0);
    assertSaid("port t1 00..ff");
    g_assert_cmpstr(found->net.name, ==, "t1");
    g_assert_cmpmem(found->uuid, sizeof(found->uuid), port->uuid, sizeof(port->uuid));
    g_assert_cmpint(driver->networkPortCreateXML(fixture->conn, t1, "x", 3, &made, NULL), ==, 0);
    assertSaid("create-port t1 x 3");
    g_assert_cmpint(driver->networkPortGetParameters(fixture->conn, port, 4, &params, NULL), ==, 0);
    assertSaid("get-params t1 00..ff 4");
    g_assert_cmpuint(params->len, ==, 1);
    g_assert_cmpstr(g_array_index(params, virTypedParameter, 0).field, ==, "inbound.average");
    g_assert_cmpuint(g_array_index(params, virTypedParameter, 0).value.ui, ==, 7);
    g_assert_cmpint(driver->networkPortSetParameters(fixture->conn, port, params, 1, NULL), ==, 0);
    assertSaid("set-params t1 00..ff inbound.average=7 1");
    g_assert_cmpint(driver->networkPortGetXMLDesc(fixture->conn, port, 5, &xml, NULL), ==, 0);
    assertSaid("port-xml t1 00..ff 5");
    g_assert_cmpstr(xml, ==, "<networkport/>");
    g_assert_cmpint(driver->networkPortDelete(fixture->conn, port, 6, NULL), ==, 0);
    assertSaid("delete-port t1 00..ff 6");
}

static void errorsComeBackWhole(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNetworkIdent) t1 = fakeIdent("t1");
    g_autoptr(GError) raised = NULL;
    g_autoptr(GError) err = NULL;
    const virErrorInfo *info;

    virErrorSetArg(&raised, VIR_FROM_NETWORK, "networkUpdate", "flags",
                   "unsupported flags (0x8) in function networkUpdate");
    fakeSetError(raised);
    g_assert_cmpint(virRemoteDriver.networkCreate(fixture->conn, t1, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INVALID_ARG);
    g_assert_cmpstr(err->message, ==, "unsupported flags (0x8) in function networkUpdate");
    info = virErrorGetInfo(err);
    g_assert_cmpint(info->domain, ==, VIR_FROM_NETWORK);
    g_assert_cmpstr(info->str1, ==, "networkUpdate");
    g_assert_cmpstr(info->str2, ==, "flags");
    g_assert_null(info->str3);
    g_assert_cmpint(info->int1, ==, 0);
    g_assert_cmpint(info->int2, ==, 0);
}

typedef struct {
    void *conn;
    GThread *thread;
} Worker;

static void *lookupOften(void *opaque)
{
    Worker *worker = opaque;

    for (int i = 0; i < 200; i++) {
        g_autofree char *name = g_strdup_printf("%p-%d", opaque, i);
        g_autoptr(virNetworkIdent) net = NULL;

        g_assert_cmpint(virRemoteDriver.networkLookupByName(worker->conn, name, &net, NULL), ==, 0);
        g_assert_cmpstr(net->name, ==, name);
    }
    return NULL;
}

static void severalThreadsShareOneConnection(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    Worker workers[8];

    for (gsize i = 0; i < G_N_ELEMENTS(workers); i++) {
        workers[i].conn = fixture->conn;
        workers[i].thread = g_thread_new("lookup", lookupOften, &workers[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(workers); i++)
        g_thread_join(workers[i].thread);
}

/* The server as the test plays it: a list of replies, each given to the next call. */
typedef struct {
    int listener;
    const char *const *replies;     /* payloads; "!" before it: an error; NULL ends */
    GString *asked;                 /* the calls, as "60:00000010 291:..." */
    GThread *thread;
} Script;

static void note(Script *script, const GByteArray *frame, const virRpcHeader *header)
{
    g_string_append_printf(script->asked, "%s%d:", script->asked->len ? " " : "", header->procedure);
    for (guint i = VIR_RPC_HEADER_BYTES; i < frame->len; i++)
        g_string_append_printf(script->asked, "%02x", frame->data[i]);
}

static void *playScript(void *opaque)
{
    Script *script = opaque;
    int fd = accept4(script->listener, NULL, NULL, SOCK_CLOEXEC);

    for (const char *const *text = script->replies; *text; text++) {
        g_autoptr(GByteArray) frame = testReceiveFrame(fd);
        gboolean is_error = (*text)[0] == '!';
        g_autoptr(GByteArray) payload = testHex(*text + is_error);
        GByteArray *reply;
        virRpcHeader header;

        if (!frame)
            break;
        virRpcFrameGetHeader(frame, &header);
        note(script, frame, &header);
        header.type = VIR_RPC_REPLY;
        header.status = is_error ? VIR_RPC_ERROR : VIR_RPC_OK;
        reply = virRpcFrameNew(&header, NULL, NULL, NULL);
        g_byte_array_append(reply, payload->data, payload->len);
        *(guint32 *)(void *)reply->data = GUINT32_TO_BE(reply->len);
        g_assert_true(testSendFrame(fd, reply));
    }
    close(fd);
    return NULL;
}

static void beginScript(Fixture *fixture, Script *script, const char *const *replies)
{
    *script = (Script){ .listener = fixture->listener, .replies = replies, .asked = g_string_new(NULL) };
    script->thread = g_thread_new("script", playScript, script);
}

static void endScript(Script *script, const char *asked)
{
    g_thread_join(script->thread);
    g_assert_cmpstr(script->asked->str, ==, asked);
    g_string_free(script->asked, TRUE);
}

#define NAME_BYTES "0000000100000015" "6e6574776f726b3a2f2f2f73797374656d3f613d62" "000000"
#define HANDSHAKE "66: 1:" NAME_BYTES "00000000"
#define AUTH_NONE_ONLY "00000001 00000000"

static void update(Fixture *fixture, int wanted, GError **err)
{
    g_autoptr(virNetworkIdent) t1 = fakeIdent("t1");
    virNetworkUpdateRequest req = { .command = 3, .section = 4, .parent_index = -1, .xml = "x", .flags = 2 };

    g_assert_cmpint(virRemoteDriver.networkUpdate(fixture->conn, t1, &req, err), ==, wanted);
}

/* Of a plan's arguments, behind the network. */
#define PLAN_BYTES "0000000100000000ffffffff000000043c612f3e00000003"

#define T1_BYTES "000000027431000000112233445566778899aabbccddeeff"

static void newDaemonGetsCommandFirst(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const char *const replies[] = { AUTH_NONE_ONLY, "", "00000001", "", "", NULL };
    Script script;

    beginScript(fixture, &script, replies);
    openConnection(fixture);
    update(fixture, 0, NULL);
    virRemoteDriver.connectClose(g_steal_pointer(&fixture->conn));
    endScript(&script, HANDSHAKE " 60:00000010 291:" T1_BYTES "0000000300000004ffffffff000000017800000000000002 2:");
}

static void oldDaemonGetsSectionFirst(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const char *const replies[] = { AUTH_NONE_ONLY, "", "00000000", "", NULL };
    Script script;

    beginScript(fixture, &script, replies);
    openConnection(fixture);
    update(fixture, 0, NULL);
    endScript(&script, HANDSHAKE " 60:00000010 291:" T1_BYTES "0000000400000003ffffffff000000017800000000000002");
}

/* An error struct with code 39, domain 7, a message of 21 bytes, level 2. */
#define UNKNOWN_PROCEDURE \
    "00000027 00000007 00000001 00000015 756e6b6e 6f776e20 70726f63 65647572 653a2036 30000000 00000002" \
    "00000000 00000000 00000000 00000000 ffffffff ffffffff 00000000"

static void updateEndsWithTheErrorOfTheQuestion(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const char *const replies[] = { AUTH_NONE_ONLY, "", "!" UNKNOWN_PROCEDURE, NULL };
    g_autoptr(GError) err = NULL;
    Script script;

    beginScript(fixture, &script, replies);
    openConnection(fixture);
    update(fixture, -1, &err);
    g_assert_error(err, VIR_ERROR, VIR_ERR_NO_SUPPORT);
    g_assert_cmpstr(err->message, ==, "unknown procedure: 60");
    g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_RPC);
    endScript(&script, HANDSHAKE " 60:00000010");
}

static int askPlan(Fixture *fixture, char **ret_plan, GError **err)
{
    g_autoptr(virNetworkIdent) t1 = fakeIdent("t1");
    virNetworkUpdateRequest req = { .command = 1, .parent_index = -1, .xml = "<a/>", .flags = 3 };

    return virRemoteDriver.networkPlanUpdate(fixture->conn, t1, &req, ret_plan, err);
}

static void planIsAskedOfAnotherProgram(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *plan = NULL;
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(askPlan(fixture, &plan, &err), ==, 0);
    g_assert_no_error(err);
    g_assert_cmpstr(plan, ==, "nothing to do\n");
    assertSaid("plan t1 command 1 section 0 parent -1 <a/> flags 3");
}

static void planThatFailsSaysWhy(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GError) raised = NULL;
    g_autoptr(GError) err = NULL;
    char *plan = NULL;

    virErrorSet(&raised, VIR_FROM_NETWORK, VIR_ERR_OPERATION_INVALID, "no");
    fakeSetError(raised);
    g_assert_cmpint(askPlan(fixture, &plan, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_OPERATION_INVALID);
    g_assert_null(plan);
}

/* What libvirtd 9.0.0 answers to a program that it does not have: code 39, domain 7. */
#define NO_PROGRAM \
    "00000027 00000007 00000001 00000027" \
    "43616e6e6f742066696e642070726f6772616d20" \
    "3737373031343335302076657273696f6e203100" \
    "00000002 00000000 00000000 00000000 00000000 ffffffff ffffffff 00000000"

static void daemonWithoutPlansIsToldPlainly(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const char *const replies[] = { AUTH_NONE_ONLY, "", "!" NO_PROGRAM, "!" UNKNOWN_PROCEDURE, NULL };
    Script script;
    guint i;

    beginScript(fixture, &script, replies);
    openConnection(fixture);
    for (i = 0; i < 2; i++) {
        g_autoptr(GError) err = NULL;
        char *plan = NULL;

        g_assert_cmpint(askPlan(fixture, &plan, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, VIR_ERR_NO_SUPPORT);
        g_assert_cmpstr(err->message, ==,
                        "this function is not supported by the connection driver: the daemon cannot plan updates");
    }
    endScript(&script, HANDSHAKE " 1:" T1_BYTES PLAN_BYTES " 1:" T1_BYTES PLAN_BYTES);
}

/* A domain and a network in an error are historic, but may be there. */
static void errorWithObjectsIsDecoded(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const char *const replies[] = { AUTH_NONE_ONLY, "!0000002b 00000013 00000001 00000001 78000000 00000002"
        "00000001 00000001 64000000 00112233 44556677 8899aabb ccddeeff 00000005 00000000 00000000 00000000"
        "00000001 00000002 00000001" T1_BYTES, NULL };
    virDriverOpenRequest req = { .uri = fixture->uri };
    g_autoptr(GError) err = NULL;
    Script script;

    beginScript(fixture, &script, replies);
    g_assert_cmpint(virRemoteDriver.connectOpen(&req, &fixture->conn, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_NO_NETWORK);
    g_assert_cmpstr(err->message, ==, "x");
    g_assert_cmpint(virErrorGetInfo(err)->int2, ==, 2);
    endScript(&script, HANDSHAKE);
}

static void failOpen(Fixture *fixture, const char *const *replies, int code, const char *message)
{
    virDriverOpenRequest req = { .uri = fixture->uri };
    g_autoptr(GError) err = NULL;
    Script script;

    beginScript(fixture, &script, replies);
    g_assert_cmpint(virRemoteDriver.connectOpen(&req, &fixture->conn, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, code);
    g_assert_cmpstr(err->message, ==, message);
    g_assert_null(fixture->conn);
    endScript(&script, "66:");
}

static void otherAuthenticationFails(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const char *const polkit[] = { "00000001 00000002", NULL };

    failOpen(fixture, polkit, VIR_ERR_AUTH_FAILED, "authentication failed: the server wants authentication of type 2 "
             "(1: SASL, 2: polkit), and only access without is supported");
}

static void wantedAuthenticationFails(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const char *const none[] = { AUTH_NONE_ONLY, NULL };
    g_autofree char *plain = g_steal_pointer(&fixture->uri);

    fixture->uri = g_strconcat(plain, "&auth=sasl", NULL);
    failOpen(fixture, none, VIR_ERR_AUTH_FAILED,
             "authentication failed: authentication 'sasl', which the URI asks for, cannot be used");
}

static void serverWithoutAuthListIsAccepted(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const char *const replies[] = { "!" UNKNOWN_PROCEDURE, "", NULL };
    Script script;

    beginScript(fixture, &script, replies);
    openConnection(fixture);
    endScript(&script, HANDSHAKE);
}

static void shortReplyIsAnError(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const char *const replies[] = { AUTH_NONE_ONLY, "", "0000", NULL };
    g_autoptr(GError) err = NULL;
    g_autofree char *hostname = NULL;
    Script script;

    beginScript(fixture, &script, replies);
    openConnection(fixture);
    g_assert_cmpint(virRemoteDriver.connectGetHostname(fixture->conn, &hostname, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_RPC);
    g_assert_null(hostname);
    endScript(&script, HANDSHAKE " 59:");
}

static void lostServerShows(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *hostname = NULL;
    int alive = -1;

    testLoopFree(g_steal_pointer(&fixture->loop));
    g_assert_cmpint(virRemoteDriver.connectIsAlive(fixture->conn, &alive, NULL), ==, 0);
    g_assert_cmpint(alive, ==, 0);
    g_assert_cmpint(virRemoteDriver.connectGetHostname(fixture->conn, &hostname, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpstr(err->message, ==, "internal error: client socket is closed");
}

static void missingSocketFailsAsRecorded(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virDriverOpenRequest req = { .uri = "network:///system?socket=/nonexistent/sock" };
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(virRemoteDriver.connectOpen(&req, &fixture->conn, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==, "Failed to connect socket to '/nonexistent/sock': No such file or directory");
    g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_RPC);
    g_assert_cmpint(virErrorGetInfo(err)->int1, ==, ENOENT);
}

static void refusedNameFails(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autofree char *uri = g_strdup_printf("qemu:///system?socket=%s", fixture->path);
    virDriverOpenRequest req = { .uri = uri };
    g_autoptr(GError) err = NULL;
    void *conn = NULL;

    g_assert_cmpint(virRemoteDriver.connectOpen(&req, &conn, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_NO_CONNECT);
    g_assert_cmpstr(err->message, ==, "no connection driver available for qemu:///system");
}

static void readonlyIsToldToTheServer(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virDriverOpenRequest req = { .uri = fixture->uri, .readonly = TRUE };
    g_autoptr(virNetworkIdent) t1 = fakeIdent("t1");
    g_autoptr(GError) err = NULL;

    startServer(fixture);
    g_assert_cmpint(virRemoteDriver.connectOpen(&req, &fixture->conn, NULL), ==, 0);
    assertSaid("open network:///system?a=b readonly");
    g_assert_cmpint(virRemoteDriver.networkCreate(fixture->conn, t1, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_OPERATION_DENIED);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define OPEN(path, function) g_test_add("/remote/driver/" path, Fixture, NULL, setUpOpen, function, tearDown)
#define PLAY(path, function) g_test_add("/remote/driver/" path, Fixture, NULL, setUp, function, tearDown)
    OPEN("connection-functions", connectionFunctions);
    OPEN("node-functions", nodeFunctions);
    OPEN("network-functions", networkFunctions);
    OPEN("metadata-goes-both-ways", metadata);
    OPEN("lists", lists);
    OPEN("port-calls-come-back-as-they-went", ports);
    OPEN("errors-come-back-whole", errorsComeBackWhole);
    OPEN("several-threads-share-one-connection", severalThreadsShareOneConnection);
    OPEN("lost-server-shows", lostServerShows);
    OPEN("refused-name-fails", refusedNameFails);
    PLAY("readonly-is-told-to-the-server", readonlyIsToldToTheServer);
    PLAY("new-daemon-gets-command-first", newDaemonGetsCommandFirst);
    PLAY("old-daemon-gets-section-first", oldDaemonGetsSectionFirst);
    PLAY("update-ends-with-the-error-of-the-question", updateEndsWithTheErrorOfTheQuestion);
    OPEN("plan-is-asked-of-another-program", planIsAskedOfAnotherProgram);
    OPEN("plan-that-fails-says-why", planThatFailsSaysWhy);
    PLAY("daemon-without-plans-is-told-plainly", daemonWithoutPlansIsToldPlainly);
    PLAY("error-with-objects-is-decoded", errorWithObjectsIsDecoded);
    PLAY("other-authentication-fails", otherAuthenticationFails);
    PLAY("wanted-authentication-fails", wantedAuthenticationFails);
    PLAY("server-without-auth-list-is-accepted", serverWithoutAuthListIsAccepted);
    PLAY("short-reply-is-an-error", shortReplyIsAnError);
    PLAY("missing-socket-fails-as-recorded", missingSocketFailsAsRecorded);
    return g_test_run();
}
