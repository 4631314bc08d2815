/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_engine.c: the life of networks, from the driver's table down to files and steps
 *
 * What clients get, what stands on disk and which steps are taken, also after a restart. Updates and failing steps are
 * in test_network_engine_update.c; what the steps do to a real host is shown in tests/netns. Run by meson.
 */
#include "test_network_engine.h"

/* --- Life cycle ------------------------------------------------------------------------------------------------- */

static void lifeCycleOfPersistent(Fixture *fix, gconstpointer data)
{
    (void)data;
    define(fix, LAB);
    g_assert_true(isActive(fix) == 0 && isPersistent(fix) == 1);
    g_assert_true(hasFile(fix->config_dir, "lab.xml"));
    assertSteps(fix, "");
    run(fix, driver->networkCreate);
    g_assert_true(isActive(fix) == 1 && hasFile(fix->run_dir, "lab.xml") && !hasFile(fix->run_dir, "lab.change"));
    g_assert_cmpuint(virNetworkManagerCountActive(fix->manager), ==, 1);
    assertHas(fix, 0, "<port start='1024' end='65535'/>", TRUE);
    assertHas(fix, VIR_NETWORK_XML_INACTIVE, "<port start=", FALSE);
    g_free(virNetworkHostRecordTake(fix->host));
    run(fix, driver->networkDestroy);
    assertSteps(fix, "dnsmasq: stop (it is not wanted)\nlink: delete virbr7 (no bridge is wanted)\n"
                     "nft: remove (no chains are wanted)\n");
    g_assert_true(isActive(fix) == 0 && isPersistent(fix) == 1 && !hasFile(fix->run_dir, "lab.xml"));
    run(fix, driver->networkUndefine);
    g_assert_true(isActive(fix) == -1 && !hasFile(fix->config_dir, "lab.xml"));
}

static void lifeCycleOfTransient(Fixture *fix, gconstpointer data)
{
    (void)data;
    create(fix, LAB);
    g_assert_true(isActive(fix) == 1 && isPersistent(fix) == 0 && !hasFile(fix->config_dir, "lab.xml"));
    assertHas(fix, VIR_NETWORK_XML_INACTIVE, "<port start=", TRUE);
    define(fix, NETWORK("lab", UUID, "<forward mode='nat'/><bridge name='virbr7'/><domain name='x.example'/>", IP));
    g_assert_cmpint(isPersistent(fix), ==, 1);
    assertHas(fix, VIR_NETWORK_XML_INACTIVE, "x.example", TRUE);
    run(fix, driver->networkUndefine);
    g_assert_true(isActive(fix) == 1 && isPersistent(fix) == 0);
    /* All that is left of it is what runs. */
    assertHas(fix, VIR_NETWORK_XML_INACTIVE, "x.example", FALSE);
    assertHas(fix, VIR_NETWORK_XML_INACTIVE, "<port start=", TRUE);
    run(fix, driver->networkDestroy);
    g_assert_cmpint(isActive(fix), ==, -1);
}

static void createOfDefinedStartsIt(Fixture *fix, gconstpointer data)
{
    (void)data;
    define(fix, LAB);
    create(fix, LAB);
    g_assert_true(isActive(fix) == 1 && isPersistent(fix) == 1);
}

static void redefineWhileActiveLeavesLive(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLab(fix);
    define(fix, NETWORK("lab", UUID, "<forward mode='nat'/><bridge name='virbr7'/><domain name='x.example'/>", IP));
    assertHas(fix, 0, "x.example", FALSE);
    assertHas(fix, VIR_NETWORK_XML_INACTIVE, "x.example", TRUE);
    assertSteps(fix, "");
}

static void autostartIsALinkAndGoesWithUndefine(Fixture *fix, gconstpointer data)
{
    int autostart = 0;

    (void)data;
    define(fix, LAB);
    for (int i = 0; i < 2; i++)
        g_assert_cmpint(driver->networkSetAutostart(fix->conn, fix->lab, 7, NULL), ==, 0);
    restart(fix);
    g_assert_cmpint(driver->networkGetAutostart(fix->conn, fix->lab, &autostart, NULL), ==, 0);
    g_assert_cmpint(autostart, ==, 1);
    define(fix, LAB);
    g_assert_true(hasFile(fix->config_dir, "autostart/lab.xml"));
    virNetworkManagerAutostart(fix->manager);
    g_assert_cmpint(isActive(fix), ==, 1);
    run(fix, driver->networkDestroy);
    virNetworkManagerAutostart(fix->manager);       /* once per boot */
    g_assert_cmpint(isActive(fix), ==, 0);
    run(fix, driver->networkUndefine);
    g_assert_false(hasFile(fix->config_dir, "autostart/lab.xml"));
}

static int setAutostart(void *conn, const virNetworkIdent *net, GError **err)
{
    return driver->networkSetAutostart(conn, net, 1, err);
}

static void callOnWrongStateIsRefused(Fixture *fix, gconstpointer data)
{
    enum { ABSENT, INACTIVE, ACTIVE, TRANSIENT };
    static const char *const states[] = { "absent", "inactive", "active", "transient" };
    const struct {
        int state;
        NetworkCall call;
        int code;
        const char *message;
    } rows[] = {
        { ABSENT, driver->networkCreate, VIR_ERR_NO_NETWORK, GONE },
        { ABSENT, driver->networkDestroy, VIR_ERR_NO_NETWORK, GONE },
        { ABSENT, driver->networkUndefine, VIR_ERR_NO_NETWORK, GONE },
        { ABSENT, setAutostart, VIR_ERR_NO_NETWORK, GONE },
        { INACTIVE, driver->networkDestroy, VIR_ERR_OPERATION_INVALID, INVALID "network 'lab' is not active" },
        { ACTIVE, driver->networkCreate, VIR_ERR_OPERATION_INVALID, INVALID "network is already active" },
        { TRANSIENT, driver->networkCreate, VIR_ERR_OPERATION_INVALID, INVALID "network is already active" },
        { TRANSIENT, driver->networkUndefine, VIR_ERR_OPERATION_INVALID, INVALID "can't undefine transient network" },
        { TRANSIENT, setAutostart, VIR_ERR_OPERATION_INVALID, INVALID "cannot set autostart for transient network" },
    };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) err = NULL;

        g_test_message("row %zu: %s", i, states[rows[i].state]);
        if (rows[i].state == TRANSIENT)
            create(fix, LAB);
        else if (rows[i].state != ABSENT)
            define(fix, LAB);
        if (rows[i].state == ACTIVE)
            run(fix, driver->networkCreate);
        assertFails(rows[i].call(fix->conn, fix->lab, &err), &err, rows[i].code, rows[i].message);
        if (rows[i].state == ACTIVE || rows[i].state == TRANSIENT)
            run(fix, driver->networkDestroy);
        if (rows[i].state == ACTIVE || rows[i].state == INACTIVE)
            run(fix, driver->networkUndefine);
    }
}

static void definitionThatClashesIsRefused(Fixture *fix, gconstpointer data)
{
    static const struct {
        const char *xml;
        int code;
        const char *message;
    } rows[] = {
        { NETWORK("lab", UUID2, "<bridge name='virbr9'/>", ""), VIR_ERR_OPERATION_FAILED,
          "operation failed: network 'lab' already exists with uuid " UUID },
        { "<network><name>lab</name></network>", VIR_ERR_OPERATION_FAILED,
          "operation failed: network 'lab' already exists with uuid " UUID },
        { NETWORK("other", UUID, "<bridge name='virbr9'/>", ""), VIR_ERR_OPERATION_FAILED,
          "operation failed: network 'lab' is already defined with uuid " UUID },
        { NETWORK("other", UUID2, "<bridge name='virbr7'/>", ""), VIR_ERR_INTERNAL_ERROR,
          "internal error: bridge name 'virbr7' already in use." },
    };
    g_autofree char *before = NULL, *after = NULL;

    (void)data;
    startLab(fix);
    before = snapshot(fix);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        virNetworkIdent *net = NULL;
        g_autoptr(GError) err = NULL;

        assertFails(driver->networkDefineXML(fix->conn, rows[i].xml, 0, &net, &err), &err, rows[i].code,
                    rows[i].message);
        assertFails(driver->networkCreateXML(fix->conn, rows[i].xml, 0, &net, &err), &err, rows[i].code,
                    rows[i].message);
        g_assert_null(net);
    }
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
}

static void otherErrorsOfCalls(Fixture *fix, gconstpointer data)
{
    g_autoptr(GPtrArray) list = NULL;
    g_autoptr(GError) err = NULL;
    virNetworkIdent *net = NULL;
    char *xml = NULL;

    (void)data;
    assertFails(driver->networkLookupByName(fix->conn, "lab", &net, &err), &err, VIR_ERR_NO_NETWORK,
                "Network not found: no network with matching name 'lab'");
    assertFails(driver->networkLookupByUUID(fix->conn, fix->lab->uuid, &net, &err), &err, VIR_ERR_NO_NETWORK,
                "Network not found: no network with matching uuid '" UUID "'");
    startLab(fix);
    assertFails(driver->networkCreateXML(fix->conn, LAB, 0, &net, &err), &err, VIR_ERR_OPERATION_INVALID,
                INVALID "network is already active as 'lab'");
    assertFails(driver->networkDefineXML(fix->conn, LAB, 2, &net, &err), &err, VIR_ERR_INVALID_ARG,
                "unsupported flags (0x2) in function networkDefineXMLFlags");
    assertFails(driver->networkCreateXML(fix->conn, LAB, 2, &net, &err), &err, VIR_ERR_INVALID_ARG,
                "unsupported flags (0x2) in function networkCreateXMLFlags");
    assertFails(driver->networkGetXMLDesc(fix->conn, fix->lab, 2, &xml, &err), &err, VIR_ERR_INVALID_ARG,
                "unsupported flags (0x2) in function networkGetXMLDesc");
    assertFails(driver->networkListAll(fix->conn, 0x100, &list, &err), &err, VIR_ERR_INVALID_ARG,
                "unsupported flags (0x100) in function networkConnectListAllNetworks");
    assertFails(driver->networkGetDHCPLeases(fix->conn, fix->lab, NULL, 1, &list, &err), &err, VIR_ERR_INVALID_ARG,
                "unsupported flags (0x1) in function networkGetDHCPLeases");
    assertFails(driver->networkGetDHCPLeases(fix->conn, fix->lab, "X", 0, &list, &err), &err, VIR_ERR_INVALID_MAC,
                "invalid MAC address: X");
    g_assert_cmpint(driver->networkGetDHCPLeases(fix->conn, fix->lab, NULL, 0, &list, &err), ==, 0);
    g_assert_cmpuint(list->len, ==, 0);
}

/* --- Questions -------------------------------------------------------------------------------------------------- */

static void connectionAnswers(Fixture *fix, gconstpointer data)
{
    g_autofree char *uri = NULL, *hostname = NULL;
    const char *type = NULL;
    unsigned long version = 0, lib_version = 0;
    int is_alive = -1, is_encrypted = -1, is_secure = -1;

    (void)data;
    g_assert_cmpint(driver->connectGetURI(fix->conn, &uri, NULL), ==, 0);
    g_assert_cmpstr(uri, ==, "network:///system");
    g_assert_cmpint(driver->connectGetType(fix->conn, &type, NULL), ==, 0);
    g_assert_cmpstr(type, ==, "network");
    g_assert_cmpint(driver->connectGetHostname(fix->conn, &hostname, NULL), ==, 0);
    g_assert_cmpstr(hostname, ==, g_get_host_name());
    g_assert_cmpint(driver->connectGetVersion(fix->conn, &version, NULL), ==, 0);
    g_assert_cmpint(driver->connectGetLibVersion(fix->conn, &lib_version, NULL), ==, 0);
    g_assert_true(version == 11003000 && lib_version == 11003000);
    driver->connectIsAlive(fix->conn, &is_alive, NULL);
    driver->connectIsEncrypted(fix->conn, &is_encrypted, NULL);
    driver->connectIsSecure(fix->conn, &is_secure, NULL);
    g_assert_true(is_alive == 1 && is_encrypted == 0 && is_secure == 1);
}

static char *listNames(Fixture *fix, unsigned int flags)
{
    g_autoptr(GPtrArray) list = NULL;
    GString *names = g_string_new(NULL);

    g_assert_cmpint(driver->networkListAll(fix->conn, flags, &list, NULL), ==, 0);
    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(names, "%s%s", i ? " " : "", ((const virNetworkIdent *)list->pdata[i])->name);
    return g_string_free(names, FALSE);
}

/* Of a pair of flags none is as good as both. */
static void listIsFilteredByFlags(Fixture *fix, gconstpointer data)
{
    enum {
        INACTIVE = VIR_CONNECT_LIST_NETWORKS_INACTIVE, ACTIVE = VIR_CONNECT_LIST_NETWORKS_ACTIVE,
        PERSISTENT = VIR_CONNECT_LIST_NETWORKS_PERSISTENT, TRANSIENT = VIR_CONNECT_LIST_NETWORKS_TRANSIENT,
        AUTOSTART = VIR_CONNECT_LIST_NETWORKS_AUTOSTART, NO_AUTOSTART = VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART,
    };
    static const struct {
        unsigned int flags;
        const char *names;
    } rows[] = {
        { 0, "idle lab passing" }, { ACTIVE, "lab passing" }, { INACTIVE, "idle" }, { ACTIVE | INACTIVE, "idle lab passing" },
        { PERSISTENT, "idle lab" }, { TRANSIENT, "passing" }, { PERSISTENT | TRANSIENT, "idle lab passing" },
        { AUTOSTART, "lab" }, { NO_AUTOSTART, "idle passing" }, { ACTIVE | PERSISTENT, "lab" },
        { INACTIVE | TRANSIENT, "" }, { ACTIVE | PERSISTENT | NO_AUTOSTART, "" },
    };

    (void)data;
    startLab(fix);
    g_assert_cmpint(driver->networkSetAutostart(fix->conn, fix->lab, 1, NULL), ==, 0);
    define(fix, "<network><name>idle</name></network>");
    create(fix, NETWORK("passing", UUID2, "<bridge name='virbr8'/>", "<ip address='198.51.100.1' prefix='24'/>"));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *names = listNames(fix, rows[i].flags);

        g_assert_cmpstr(names, ==, rows[i].names);
    }
}

static void networkIsFoundByNameAndUuid(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkIdent) by_name = NULL, by_uuid = NULL;

    (void)data;
    define(fix, LAB);
    g_assert_cmpint(driver->networkLookupByName(fix->conn, "lab", &by_name, NULL), ==, 0);
    g_assert_cmpint(driver->networkLookupByUUID(fix->conn, fix->lab->uuid, &by_uuid, NULL), ==, 0);
    g_assert_cmpmem(by_name->uuid, 16, fix->lab->uuid, 16);
    g_assert_cmpstr(by_uuid->name, ==, "lab");
}

/* A caller may hold the name of a network that has gone: each question about it has the same answer. */
static void questionAboutAbsentIsAnError(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;
    GPtrArray *list = NULL;
    char *text = NULL;
    int value = 0;

    (void)data;
    assertFails(driver->networkGetXMLDesc(fix->conn, fix->lab, 0, &text, &err), &err, VIR_ERR_NO_NETWORK, GONE);
    assertFails(driver->networkGetBridgeName(fix->conn, fix->lab, &text, &err), &err, VIR_ERR_NO_NETWORK, GONE);
    assertFails(driver->networkGetAutostart(fix->conn, fix->lab, &value, &err), &err, VIR_ERR_NO_NETWORK, GONE);
    assertFails(driver->networkIsActive(fix->conn, fix->lab, &value, &err), &err, VIR_ERR_NO_NETWORK, GONE);
    assertFails(driver->networkIsPersistent(fix->conn, fix->lab, &value, &err), &err, VIR_ERR_NO_NETWORK, GONE);
    assertFails(driver->networkGetDHCPLeases(fix->conn, fix->lab, NULL, 0, &list, &err), &err, VIR_ERR_NO_NETWORK, GONE);
    g_assert_true(!list && !text);
}

/* --- Bridges and subnets ---------------------------------------------------------------------------------------- */

static void assertBridge(Fixture *fix, const char *name, const char *wanted)
{
    g_autoptr(virNetworkIdent) net = NULL;
    g_autofree char *bridge = NULL;

    g_assert_cmpint(driver->networkLookupByName(fix->conn, name, &net, NULL), ==, 0);
    g_assert_cmpint(driver->networkGetBridgeName(fix->conn, net, &bridge, NULL), ==, 0);
    g_assert_cmpstr(bridge, ==, wanted);
}

/* A device that is nobody's. */
static void addDevice(Fixture *fix, const char *name)
{
    g_autoptr(virNetworkPlan) from = virNetworkPlanNew("stranger", name);
    g_autoptr(virNetworkPlan) to = virNetworkPlanNew("stranger", name);
    g_autoptr(GPtrArray) steps = NULL;

    to->link.present = TRUE;
    steps = virNetworkPlanDiff(from, to);
    g_assert_cmpint(fix->host->klass->apply(fix->host, steps->pdata[0], NULL), ==, 0);
}

static void bridgeNameIsTheLowestFree(Fixture *fix, gconstpointer data)
{
    (void)data;
    addDevice(fix, "virbr1");
    define(fix, NETWORK("lab", UUID, "", ""));
    define(fix, "<network><name>b</name></network>");
    define(fix, "<network><name>c</name><bridge name='foo%d'/></network>");
    define(fix, "<network><name>d</name><bridge name='foo%d'/></network>");
    define(fix, "<network><name>e</name><bridge name='x%d%d'/></network>");
    assertBridge(fix, "lab", "virbr0");
    assertBridge(fix, "b", "virbr2");
    assertBridge(fix, "c", "foo0");
    assertBridge(fix, "d", "foo1");
    assertBridge(fix, "e", "virbr3");
    run(fix, driver->networkUndefine);
    define(fix, "<network><name>f</name></network>");
    assertBridge(fix, "f", "virbr0");
}

#define OVERLAP NETWORK("other", UUID2, "<bridge name='virbr8'/>", "<ip address='192.0.2.129' prefix='25'/>")
#define EQUAL NETWORK("other", UUID2, "<bridge name='virbr8'/>", "<ip address='192.0.2.2' prefix='24'/>")
#define LARGER NETWORK("other", UUID2, "<bridge name='virbr8'/>", "<ip address='192.0.0.1' prefix='16'/>")

static void overlappingSubnetIsRefusedWhileInUse(Fixture *fix, gconstpointer data)
{
    static const char message[] = "internal error: Network is already in use by interface virbr7";
    g_autoptr(virNetworkIdent) other = NULL;
    virNetworkIdent *net = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    startLab(fix);
    assertFails(driver->networkCreateXML(fix->conn, EQUAL, 0, &net, &err), &err, VIR_ERR_INTERNAL_ERROR, message);
    assertFails(driver->networkCreateXML(fix->conn, LARGER, 0, &net, &err), &err, VIR_ERR_INTERNAL_ERROR, message);
    assertFails(driver->networkCreateXML(fix->conn, OVERLAP, 0, &net, &err), &err, VIR_ERR_INTERNAL_ERROR, message);
    assertFails(driver->networkLookupByName(fix->conn, "other", &net, &err), &err, VIR_ERR_NO_NETWORK,
                "Network not found: no network with matching name 'other'");
    define(fix, OVERLAP);
    g_assert_cmpint(driver->networkLookupByName(fix->conn, "other", &other, NULL), ==, 0);
    assertFails(driver->networkCreate(fix->conn, other, &err), &err, VIR_ERR_INTERNAL_ERROR, message);
    restart(fix);
    assertFails(driver->networkCreate(fix->conn, other, &err), &err, VIR_ERR_INTERNAL_ERROR, message);
    assertSteps(fix, "");
    run(fix, driver->networkDestroy);
    g_assert_cmpint(driver->networkCreate(fix->conn, other, &err), ==, 0);
}

/* --- Restart and reload ----------------------------------------------------------------------------------------- */

static void restartFindsActiveAndTakesNoStep(Fixture *fix, gconstpointer data)
{
    g_autofree char *before = NULL, *after = NULL;

    (void)data;
    startLab(fix);
    before = snapshot(fix);
    restart(fix);
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
    assertSteps(fix, "");       /* the recording host knows its rules; a real one refills them */
    run(fix, driver->networkDestroy);
    g_assert_false(fix->host->klass->linkExists(fix->host, "virbr7"));
}

static void restartWithoutBridgeIsInactive(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLab(fix);
    closeManager(fix);
    virNetworkHostFree(fix->host);
    fix->host = virNetworkHostRecordNew();
    openManager(fix);
    g_assert_true(isActive(fix) == 0 && isPersistent(fix) == 1 && !hasFile(fix->run_dir, "lab.xml"));
    assertSteps(fix, "");
    run(fix, driver->networkCreate);
}

static void restartAfterKilledChangeRefreshesDnsmasq(Fixture *fix, gconstpointer data)
{
    static const struct {
        const char *record;
        const char *steps;
    } rows[] = {
        { "stale-none\n", "" },
        { "stale-hosts\n", "dnsmasq: reload (which hosts it has read is not known)\n" },
        { "stale-conf\n", "dnsmasq: restart (what it has read is not known)\n" },
    };

    (void)data;
    startLab(fix);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        writeFile(fix->run_dir, "lab.change", rows[i].record);
        restart(fix);
        assertSteps(fix, rows[i].steps);
        g_assert_true(isActive(fix) == 1 && !hasFile(fix->run_dir, "lab.change"));
    }
}

static void restartAfterKilledStartClearsIt(Fixture *fix, gconstpointer data)
{
    g_autofree char *status = g_build_filename(fix->run_dir, "lab.xml", NULL);
    g_autofree char *staged = g_build_filename(fix->run_dir, ".lab.xml.new", NULL);

    (void)data;
    startLab(fix);
    g_assert_cmpint(g_rename(status, staged), ==, 0);
    writeFile(fix->run_dir, "lab.change", "stale-conf\n");
    restart(fix);
    assertSteps(fix, "dnsmasq: stop (it is not wanted)\nlink: delete virbr7 (no bridge is wanted)\n"
                     "nft: remove (no chains are wanted)\n");
    g_assert_true(isActive(fix) == 0 && isPersistent(fix) == 1);
    g_assert_false(hasFile(fix->run_dir, "lab.change") || hasFile(fix->run_dir, ".lab.xml.new"));
}

static guint countNetworks(Fixture *fix)
{
    g_autoptr(GPtrArray) list = NULL;

    g_assert_cmpint(driver->networkListAll(fix->conn, 0, &list, NULL), ==, 0);
    return list->len;
}

static void secondFileOfOneUuidIsSkipped(Fixture *fix, gconstpointer data)
{
    (void)data;
    writeFile(fix->config_dir, "a.xml", NETWORK("a", UUID, "<bridge name='virbr1'/>", ""));
    writeFile(fix->config_dir, "b.xml", NETWORK("b", UUID, "<bridge name='virbr2'/>", ""));
    restart(fix);
    g_assert_cmpuint(countNetworks(fix), ==, 1);
    assertBridge(fix, "a", "virbr1");
    g_assert_true(hasFile(fix->config_dir, "b.xml"));
}

static void reloadPicksUpFiles(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLab(fix);
    writeFile(fix->config_dir, "new.xml", NETWORK("new", UUID2, "<bridge name='virbr9'/>", ""));
    writeFile(fix->config_dir, "lab.xml",
              NETWORK("lab", UUID, "<bridge name='virbr7'/><domain name='x.example'/>", IP));
    writeFile(fix->config_dir, "faulty.xml", "<network>");
    writeFile(fix->config_dir, "wrong.xml", NETWORK("wrong", UUID, "<bridge name='virbr8'/>", ""));
    virNetworkManagerReload(fix->manager);
    g_assert_cmpuint(countNetworks(fix), ==, 2);
    assertBridge(fix, "new", "virbr9");
    assertHas(fix, 0, "x.example", FALSE);
    assertHas(fix, VIR_NETWORK_XML_INACTIVE, "x.example", TRUE);
    assertSteps(fix, "");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/engine/lifecycle/persistent", lifeCycleOfPersistent },
        { "/engine/lifecycle/transient", lifeCycleOfTransient },
        { "/engine/lifecycle/create-of-defined-starts-it", createOfDefinedStartsIt },
        { "/engine/lifecycle/redefine-while-active-leaves-live", redefineWhileActiveLeavesLive },
        { "/engine/lifecycle/autostart-is-a-link-and-goes-with-undefine", autostartIsALinkAndGoesWithUndefine },
        { "/engine/lifecycle/call-on-wrong-state-is-refused", callOnWrongStateIsRefused },
        { "/engine/lifecycle/definition-that-clashes-is-refused", definitionThatClashesIsRefused },
        { "/engine/lifecycle/other-errors-of-calls", otherErrorsOfCalls },
        { "/engine/question/connection-answers", connectionAnswers },
        { "/engine/question/list-is-filtered-by-flags", listIsFilteredByFlags },
        { "/engine/question/found-by-name-and-uuid", networkIsFoundByNameAndUuid },
        { "/engine/question/about-absent-is-an-error", questionAboutAbsentIsAnError },
        { "/engine/bridge/name-is-the-lowest-free", bridgeNameIsTheLowestFree },
        { "/engine/subnet/overlapping-is-refused-while-in-use", overlappingSubnetIsRefusedWhileInUse },
        { "/engine/restart/finds-active-and-takes-no-step", restartFindsActiveAndTakesNoStep },
        { "/engine/restart/without-bridge-is-inactive", restartWithoutBridgeIsInactive },
        { "/engine/restart/after-killed-change-refreshes-dnsmasq", restartAfterKilledChangeRefreshesDnsmasq },
        { "/engine/restart/after-killed-start-clears-it", restartAfterKilledStartClearsIt },
        { "/engine/restart/second-file-of-one-uuid-is-skipped", secondFileOfOneUuidIsSkipped },
        { "/engine/reload/picks-up-files", reloadPicksUpFiles },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, setUp, tests[i].run, tearDown);
    return g_test_run();
}
