/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_engine_port.c: ports of running networks
 *
 * Their files, their counts, what survives a daemon and what goes with a network, and that a port is there wholly or not at
 * all. Which plug a port gets is test_network_port.c's matter. Run by meson; points that fail on request are there only in
 * a build with the option fault_points.
 */
#include "config.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "network_fault.h"
#include "test_network_engine.h"
#include "viruuid.h"

#define PORT_ID(n) "22222222-2222-4333-8444-55555555550" n
#define PORT(n, rest) \
    "<networkport><uuid>" PORT_ID(n) "</uuid><owner><name>vm&quot;1</name>" \
    "<uuid>33333333-2222-4333-8444-555555555501</uuid></owner><mac address='52:54:00:bb:00:0" n "'/>" rest "</networkport>"

static virNetworkPortIdent *portOf(Fixture *fix, const char *uuid)
{
    unsigned char raw[VIR_UUID_LEN];

    g_assert_true(virUUIDParse(uuid, raw));
    return virNetworkPortIdentNew(fix->lab, raw);
}

static void makePort(Fixture *fix, const char *xml)
{
    g_autoptr(virNetworkPortIdent) port = NULL;
    g_autoptr(GError) err = NULL;

    driver->networkPortCreateXML(fix->conn, fix->lab, xml, 0, &port, &err);
    g_assert_no_error(err);
}

static void assertRefused(Fixture *fix, const char *xml, unsigned int flags, int code, const char *message)
{
    g_autoptr(virNetworkPortIdent) port = NULL;
    g_autoptr(GError) err = NULL;
    int ret = driver->networkPortCreateXML(fix->conn, fix->lab, xml, flags, &port, &err);

    assertFails(ret, &err, code, message);
}

static guint countPorts(Fixture *fix)
{
    g_autoptr(GPtrArray) ports = NULL;
    g_autoptr(GError) err = NULL;

    driver->networkListAllPorts(fix->conn, fix->lab, 0, &ports, &err);
    g_assert_no_error(err);
    return ports->len;
}

static char *dumpPort(Fixture *fix, const char *uuid)
{
    g_autoptr(virNetworkPortIdent) port = portOf(fix, uuid);
    char *xml = NULL;

    return driver->networkPortGetXMLDesc(fix->conn, port, 0, &xml, NULL) < 0 ? g_strdup("absent") : xml;
}

static int deletePort(Fixture *fix, const char *uuid, GError **err)
{
    g_autoptr(virNetworkPortIdent) port = portOf(fix, uuid);

    return driver->networkPortDelete(fix->conn, port, 0, err);
}

static char *readFile(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("absent");
}

#define PORT_FILE "lab/ports/" PORT_ID("1") ".xml"
#define MACS_OF_ONE "[\n  {\n    \"domain\": \"vm\\\"1\",\n    \"macs\": [\n      \"52:54:00:bb:00:01\"\n    ]\n  }\n]\n"

/* --- Life ------------------------------------------------------------------------------------------------------- */

static void portIsMadeShownCountedAndDeleted(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *xml = NULL, *file = NULL, *macs = NULL, *macs_after = NULL;

    startLab(fix);
    makePort(fix, PORT("1", ""));
    assertSteps(fix, "");
    xml = dumpPort(fix, PORT_ID("1"));
    g_assert_nonnull(strstr(xml, "<plug type='network' bridge='virbr7'/>"));
    assertHas(fix, 0, "<network connections='1'>", TRUE);
    assertHas(fix, VIR_NETWORK_XML_INACTIVE, "connections", FALSE);
    file = readFile(fix->run_dir, PORT_FILE);
    g_assert_true(g_str_has_suffix(file, xml));
    g_assert_nonnull(strstr(file, "  virsh net-port-create " PORT_ID("1") "\n"));
    macs = readFile(fix->dnsmasq_dir, "virbr7.macs");
    g_assert_cmpstr(macs, ==, MACS_OF_ONE);
    makePort(fix, PORT("2", ""));
    g_assert_cmpuint(countPorts(fix), ==, 2);
    g_assert_cmpint(deletePort(fix, PORT_ID("2"), &err), ==, 0);
    g_assert_cmpint(deletePort(fix, PORT_ID("1"), &err), ==, 0);
    g_assert_no_error(err);
    g_assert_cmpuint(countPorts(fix), ==, 0);
    g_assert_false(hasFile(fix->run_dir, PORT_FILE));
    macs_after = readFile(fix->dnsmasq_dir, "virbr7.macs");
    g_assert_cmpstr(macs_after, ==, "[\n\n]\n");
    assertHas(fix, 0, "connections", FALSE);
    assertFails(deletePort(fix, PORT_ID("1"), &err), &err, VIR_ERR_NO_NETWORK_PORT,
                "network port not found: Network port with UUID " PORT_ID("1") " does not exist");
}

#define EXISTS "network port Network port with UUID " PORT_ID("1") " already exists exists already"

static void wrongPortsAreRefused(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(virNetworkPortIdent) port = portOf(fix, PORT_ID("1"));
    g_autoptr(virNetworkPortIdent) found = NULL;
    g_autoptr(GPtrArray) ports = NULL;
    g_autoptr(GError) err = NULL;

    assertRefused(fix, PORT("1", ""), 0, VIR_ERR_NO_NETWORK, GONE);
    define(fix, LAB);
    assertRefused(fix, PORT("1", ""), 0, VIR_ERR_OPERATION_INVALID, INVALID "network 'lab' is not active");
    assertRefused(fix, "<networkport/>", 0, VIR_ERR_INTERNAL_ERROR, "internal error: network port has no uuid");
    assertFails(driver->networkListAllPorts(fix->conn, fix->lab, 0, &ports, &err), &err, VIR_ERR_OPERATION_INVALID,
                INVALID "network 'lab' is not active");
    assertFails(driver->networkPortLookupByUUID(fix->conn, port, &found, &err), &err, VIR_ERR_NO_NETWORK_PORT,
                "network port not found: Network port with UUID " PORT_ID("1") " does not exist");
    run(fix, driver->networkCreate);
    makePort(fix, PORT("1", ""));
    assertRefused(fix, PORT("1", ""), 0, VIR_ERR_NETWORK_PORT_EXIST, EXISTS);
    assertRefused(fix, PORT("1", ""), VIR_NETWORK_PORT_CREATE_RECLAIM, VIR_ERR_INVALID_ARG,
                  "invalid argument: Port reclaim requested but plug type is none");
    assertRefused(fix, PORT("1", "<plug type='network' bridge='virbr7'/>"), 0, VIR_ERR_INVALID_ARG,
                  "invalid argument: Port reclaim not requested but plug type is not none");
    assertRefused(fix, PORT("1", ""), 8, VIR_ERR_INVALID_ARG, "unsupported flags (0x8) in function networkPortCreateXML");
    assertRefused(fix, PORT("2", "<bandwidth><inbound floor='5'/></bandwidth>"), 0, VIR_ERR_OPERATION_UNSUPPORTED,
                  "Operation not supported: Invalid use of 'floor' on interface with MAC address 52:54:00:bb:00:02 - network "
                  "'lab' has no inbound QoS set");
    assertFails(driver->networkListAllPorts(fix->conn, fix->lab, 1, &ports, &err), &err, VIR_ERR_INVALID_ARG,
                "unsupported flags (0x1) in function networkListAllPorts");
    g_assert_cmpuint(countPorts(fix), ==, 1);
}

static void reclaimedPortKeepsItsPlug(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(virNetworkPortIdent) port = NULL;
    g_autoptr(GError) err = NULL;
    g_autofree char *xml = NULL;

    startLab(fix);
    driver->networkPortCreateXML(fix->conn, fix->lab, PORT("1", "<plug type='network' bridge='virbr7'/>"),
                                 VIR_NETWORK_PORT_CREATE_RECLAIM, &port, &err);
    g_assert_no_error(err);
    xml = dumpPort(fix, PORT_ID("1"));
    g_assert_nonnull(strstr(xml, "<plug type='network' bridge='virbr7'/>"));
}

/* --- Parameters ------------------------------------------------------------------------------------------------- */

static int setOne(Fixture *fix, const char *name, int type, guint value, GError **err)
{
    g_autoptr(virNetworkPortIdent) port = portOf(fix, PORT_ID("1"));
    g_autoptr(GArray) params = virDriverParamsNew();
    virTypedParameter param = { .type = type, .value.ui = value };

    g_strlcpy(param.field, name, sizeof(param.field));
    g_array_append_val(params, param);
    return driver->networkPortSetParameters(fix->conn, port, params, 0, err);
}

static void parametersReplaceTheBandwidth(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const names[] = { "outbound.average", "outbound.peak", "outbound.burst" };
    g_autoptr(virNetworkPortIdent) port = portOf(fix, PORT_ID("1"));
    g_autoptr(GArray) params = NULL;
    g_autoptr(GArray) none = NULL;
    g_autoptr(GError) err = NULL;
    guint i;

    startLab(fix);
    makePort(fix, PORT("1", ""));
    g_assert_cmpint(driver->networkPortGetParameters(fix->conn, port, 0, &none, NULL), ==, 0);
    g_assert_cmpuint(none->len, ==, 0);
    g_assert_cmpint(setOne(fix, "inbound.average", VIR_TYPED_PARAM_UINT, 7, &err), ==, 0);
    g_assert_cmpint(setOne(fix, "outbound.average", VIR_TYPED_PARAM_UINT, 9, &err), ==, 0);
    restart(fix);
    g_assert_cmpint(driver->networkPortGetParameters(fix->conn, port, 0, &params, &err), ==, 0);
    g_assert_cmpuint(params->len, ==, 3);
    for (i = 0; i < params->len; i++)
        g_assert_cmpstr(g_array_index(params, virTypedParameter, i).field, ==, names[i]);
    g_assert_cmpuint(g_array_index(params, virTypedParameter, 0).value.ui, ==, 9);
    assertFails(setOne(fix, "inbound.colour", VIR_TYPED_PARAM_UINT, 7, &err), &err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "argument unsupported: parameter 'inbound.colour' not supported");
    assertFails(setOne(fix, "inbound.average", VIR_TYPED_PARAM_INT, 7, &err), &err, VIR_ERR_INVALID_ARG,
                "invalid argument: parameter 'inbound.average' must be an unsigned int");
    assertFails(setOne(fix, "inbound.floor", VIR_TYPED_PARAM_UINT, 7, &err), &err, VIR_ERR_OPERATION_UNSUPPORTED,
                "Operation not supported: Invalid use of 'floor' on interface with MAC address 52:54:00:bb:00:01 - network "
                "'lab' has no inbound QoS set");
}

/* --- Floors ----------------------------------------------------------------------------------------------------- */

#define LIMITED_LAB NETWORK("lab", UUID, "<forward mode='nat'/><bridge name='virbr7'/>", \
                            "<bandwidth><inbound average='1000'/></bandwidth>" IP)
#define FLOOR(floor) "<bandwidth><inbound average='100' floor='" floor "'/></bandwidth>"

static void startLimitedLab(Fixture *fix)
{
    define(fix, LIMITED_LAB);
    run(fix, driver->networkCreate);
    g_free(virNetworkHostRecordTake(fix->host));
}

static void assertStatus(Fixture *fix, const char *classes, const char *sum)
{
    g_autofree char *status = readFile(fix->run_dir, "lab.xml");
    g_autofree char *wanted = g_strdup_printf("  <class_id bitmap='%s'/>\n  <floor sum='%s'/>\n", classes, sum);

    g_assert_nonnull(strstr(status, wanted));
}

/* Whether the host was told something since the last look. */
static gboolean hadSteps(Fixture *fix)
{
    g_autofree char *steps = virNetworkHostRecordTake(fix->host);

    return *steps != '\0';
}

static void floorsReachHostAndStatus(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *xml = NULL;

    startLimitedLab(fix);
    makePort(fix, PORT("1", ""));
    g_assert_false(hadSteps(fix));
    makePort(fix, PORT("2", FLOOR("400")));
    g_assert_true(hadSteps(fix));
    assertStatus(fix, "0-3", "400");
    makePort(fix, PORT("3", FLOOR("500")));
    assertStatus(fix, "0-4", "900");
    assertRefused(fix, PORT("4", FLOOR("200")), 0, VIR_ERR_OPERATION_INVALID, INVALID "Cannot plug '52:54:00:bb:00:04' "
                  "interface into 'virbr7' because new combined inbound floor=1100 would overcommit average=1000 on network "
                  "'lab'");
    g_assert_cmpint(deletePort(fix, PORT_ID("2"), &err), ==, 0);
    assertStatus(fix, "0-2,4", "500");
    g_free(virNetworkHostRecordTake(fix->host));
    /* A restarted daemon finds the host as it wants it, and the classes taken. */
    restart(fix);
    g_assert_false(hadSteps(fix));
    makePort(fix, PORT("5", FLOOR("100")));
    xml = dumpPort(fix, PORT_ID("5"));
    g_assert_nonnull(strstr(xml, "<bandwidth classID='3'>"));
    g_assert_cmpint(setOne(fix, "inbound.floor", VIR_TYPED_PARAM_UINT, 7, &err), ==, 0);
    g_assert_true(hadSteps(fix));
    assertStatus(fix, "0-5", "607");
    g_assert_cmpint(setOne(fix, "inbound.average", VIR_TYPED_PARAM_UINT, 7, &err), ==, 0);
    assertStatus(fix, "0-4", "600");
}

static void stepThatFailsUndoesThePort(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(virNetworkPortIdent) port = NULL;
    g_autofree char *before = NULL, *after = NULL;
    g_autoptr(virNetworkPlan) host_before = NULL, host_after = NULL;
    g_autoptr(GError) err = NULL;

    startLimitedLab(fix);
    makePort(fix, PORT("1", FLOOR("100")));
    before = snapshot(fix);
    host_before = probe(fix);
    virNetworkHostRecordFail(fix->host, 1);
    g_assert_cmpint(driver->networkPortCreateXML(fix->conn, fix->lab, PORT("2", FLOOR("200")), 0, &port, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
    host_after = probe(fix);
    g_assert_true(isLike(host_after, host_before));
}

/* As after a daemon that was killed with the record written and the renames not done. */
static void recordOfAKilledDaemonIsFinished(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *status = NULL, *with_port = NULL;
    g_autoptr(GError) err = NULL;

    startLimitedLab(fix);
    status = readFile(fix->run_dir, "lab.xml");
    makePort(fix, PORT("1", FLOOR("100")));
    with_port = readFile(fix->run_dir, "lab.xml");
    closeManager(fix);
    {
        g_autofree char *file = g_build_filename(fix->run_dir, PORT_FILE, NULL);
        g_autofree char *staged = g_build_filename(fix->run_dir, "lab/ports/." PORT_ID("1") ".xml.new", NULL);

        g_assert_cmpint(g_rename(file, staged), ==, 0);
    }
    writeFile(fix->run_dir, "lab.xml", status);
    writeFile(fix->run_dir, ".lab.xml.new", with_port);
    writeFile(fix->run_dir, "lab.change", "stale-none\ncommit-status\ncommit-port " PORT_ID("1") "\n");
    openManager(fix);
    g_assert_cmpuint(countPorts(fix), ==, 1);
    assertStatus(fix, "0-3", "100");
    closeManager(fix);
    writeFile(fix->run_dir, ".lab.xml.new", status);
    writeFile(fix->run_dir, "lab.change", "stale-none\ncommit-status\nremove-port " PORT_ID("1") "\n");
    openManager(fix);
    g_assert_cmpuint(countPorts(fix), ==, 0);
    assertStatus(fix, "0-2", "0");
    g_assert_false(hasFile(fix->run_dir, PORT_FILE));
}

/* --- What stays and what goes ----------------------------------------------------------------------------------- */

static void portsSurviveTheDaemon(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *before = NULL, *after = NULL, *macs = NULL;

    startLab(fix);
    makePort(fix, PORT("2", ""));
    makePort(fix, PORT("1", ""));
    before = snapshot(fix);
    /* What a killed daemon may leave: a file that was not committed, and guests' names not written yet. */
    writeFile(fix->run_dir, "lab/ports/." PORT_ID("3") ".xml.new", PORT("3", ""));
    writeFile(fix->dnsmasq_dir, "virbr7.macs", "");
    restart(fix);
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
    g_assert_cmpuint(countPorts(fix), ==, 2);
    macs = readFile(fix->dnsmasq_dir, "virbr7.macs");
    g_assert_nonnull(strstr(macs, "52:54:00:bb:00:01"));
}

static void badPortFilesAreSkipped(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    startLab(fix);
    makePort(fix, PORT("1", ""));
    writeFile(fix->run_dir, "lab/ports/" PORT_ID("2") ".xml", "<networkport>");
    writeFile(fix->run_dir, "lab/ports/" PORT_ID("3") ".xml", PORT("4", "<plug type='network' bridge='virbr7'/>"));
    writeFile(fix->run_dir, "lab/ports/" PORT_ID("5") ".xml", PORT("5", ""));
    restart(fix);
    g_assert_cmpuint(countPorts(fix), ==, 1);
    g_assert_true(hasFile(fix->run_dir, "lab/ports/" PORT_ID("2") ".xml"));
}

static void updatesKeepThePorts(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    const Request add = { ADD, HOSTS, BOTH, HOST_B };
    g_autofree char *file = NULL;
    struct stat was, is;

    startLab(fix);
    makePort(fix, PORT("1", ""));
    file = g_build_filename(fix->run_dir, PORT_FILE, NULL);
    g_assert_cmpint(stat(file, &was), ==, 0);
    updateWell(fix, &add);
    assertHas(fix, 0, "<network connections='1'>", TRUE);
    /* Nor are their files written again. */
    g_assert_cmpint(stat(file, &is), ==, 0);
    g_assert_cmpuint(is.st_ino, ==, was.st_ino);
}

static void destroyTakesPorts(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *macs = NULL;

    startLab(fix);
    makePort(fix, PORT("1", ""));
    run(fix, driver->networkDestroy);
    g_assert_false(hasFile(fix->run_dir, "lab"));
    macs = readFile(fix->dnsmasq_dir, "virbr7.macs");
    g_assert_cmpstr(macs, ==, "[\n\n]\n");
    run(fix, driver->networkCreate);
    g_assert_cmpuint(countPorts(fix), ==, 0);
    run(fix, driver->networkDestroy);
    run(fix, driver->networkUndefine);
    g_assert_false(hasFile(fix->dnsmasq_dir, "virbr7.macs"));
}

static void portsOfNobodyAreCleared(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *status = g_build_filename(fix->run_dir, "lab.xml", NULL);

    startLab(fix);
    makePort(fix, PORT("1", ""));
    closeManager(fix);
    /* As after a destroy whose daemon was killed: the status is gone, the rest not yet. */
    g_assert_cmpint(g_unlink(status), ==, 0);
    openManager(fix);
    g_assert_false(hasFile(fix->run_dir, "lab"));
}

/* --- Wholly or not at all --------------------------------------------------------------------------------------- */

static void refusingHookUndoesThePort(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *script = g_build_filename(fix->hooks_dir, "network", NULL);
    g_autofree char *before = NULL, *after = NULL;
    g_autofree char *seen = g_build_filename(fix->root, "seen", NULL);
    g_autofree char *text = g_strdup_printf("#!/bin/sh\n/bin/cat > '%s'\ntest \"$2\" != port-created\n", seen);
    g_autofree char *input = NULL;
    g_autoptr(virNetworkPortIdent) port = NULL;
    g_autoptr(GError) err = NULL;

    startLab(fix);
    g_mkdir(fix->hooks_dir, 0755);
    writeFile(fix->hooks_dir, "network", text);
    g_assert_cmpint(g_chmod(script, 0755), ==, 0);
    before = dump(fix, 0);
    g_assert_cmpint(driver->networkPortCreateXML(fix->conn, fix->lab, PORT("1", ""), 0, &port, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_HOOK_SCRIPT_FAILED);
    after = dump(fix, 0);
    g_assert_cmpstr(after, ==, before);
    g_assert_cmpuint(countPorts(fix), ==, 0);
    g_assert_false(hasFile(fix->run_dir, PORT_FILE));
    /* The connection was counted already when the script was asked. */
    input = readFile(fix->root, "seen");
    g_assert_nonnull(strstr(input, "<network connections='1'>"));
    g_assert_nonnull(strstr(input, "  <networkport>\n    <uuid>" PORT_ID("1")));
}

#if VIR_FAULT_POINTS
typedef int (*PortCall)(Fixture *fix, GError **err);

static int createOne(Fixture *fix, GError **err)
{
    g_autoptr(virNetworkPortIdent) port = NULL;

    return driver->networkPortCreateXML(fix->conn, fix->lab, PORT("1", ""), 0, &port, err);
}

static int deleteOne(Fixture *fix, GError **err)
{
    return deletePort(fix, PORT_ID("1"), err);
}

static int changeOne(Fixture *fix, GError **err)
{
    return setOne(fix, "inbound.average", VIR_TYPED_PARAM_UINT, 7, err);
}

static int callIt(Fixture *fix, gconstpointer what, GError **err)
{
    return (*(const PortCall *)what)(fix, err);
}

/* How many points of @call failed, each without a trace. */
static guint countPoints(Fixture *fix, PortCall call)
{
    g_autoptr(GPtrArray) failed = failEachPoint(fix, callIt, &call);

    return failed->len;
}

static void pointThatFailsLeavesAllAsItWas(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    startLab(fix);
    g_assert_cmpuint(countPoints(fix, createOne), >=, 2);
    g_assert_cmpuint(countPoints(fix, changeOne), >=, 2);
    g_assert_cmpuint(countPoints(fix, deleteOne), >=, 1);
    g_assert_cmpuint(countPorts(fix), ==, 0);
}

static int createWithFloor(Fixture *fix, GError **err)
{
    g_autoptr(virNetworkPortIdent) port = NULL;

    return driver->networkPortCreateXML(fix->conn, fix->lab, PORT("1", FLOOR("5")), 0, &port, err);
}

static void pointOfAFloorThatFailsLeavesAllAsItWas(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    startLimitedLab(fix);
    g_assert_cmpuint(countPoints(fix, createWithFloor), >=, 5);
    g_assert_cmpuint(countPoints(fix, changeOne), >=, 5);
    g_assert_cmpuint(countPoints(fix, deleteOne), >=, 1);
}
#else
static void pointOfAFloorThatFailsLeavesAllAsItWas(Fixture *fix G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    g_test_skip("built without fault_points");
}

static void pointThatFailsLeavesAllAsItWas(Fixture *fix G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    g_test_skip("built without fault_points");
}
#endif

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/engine/port/made-shown-counted-and-deleted", portIsMadeShownCountedAndDeleted },
        { "/engine/port/wrong-ones-are-refused", wrongPortsAreRefused },
        { "/engine/port/reclaimed-keeps-its-plug", reclaimedPortKeepsItsPlug },
        { "/engine/port/parameters-replace-the-bandwidth", parametersReplaceTheBandwidth },
        { "/engine/port/floor/reaches-host-and-status", floorsReachHostAndStatus },
        { "/engine/port/floor/step-that-fails-undoes-it", stepThatFailsUndoesThePort },
        { "/engine/port/floor/record-of-a-killed-daemon-is-finished", recordOfAKilledDaemonIsFinished },
        { "/engine/port/floor/point-that-fails-leaves-all-as-it-was", pointOfAFloorThatFailsLeavesAllAsItWas },
        { "/engine/port/survives-the-daemon", portsSurviveTheDaemon },
        { "/engine/port/bad-files-are-skipped-and-stay", badPortFilesAreSkipped },
        { "/engine/port/updates-keep-ports-and-their-files", updatesKeepThePorts },
        { "/engine/port/destroy-takes-ports-and-files", destroyTakesPorts },
        { "/engine/port/files-of-no-active-network-are-cleared", portsOfNobodyAreCleared },
        { "/engine/port/refusing-hook-undoes-it", refusingHookUndoesThePort },
        { "/engine/port/point-that-fails-leaves-all-as-it-was", pointThatFailsLeavesAllAsItWas },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, Fixture, NULL, setUp, tests[i].test, tearDown);
    return g_test_run();
}
