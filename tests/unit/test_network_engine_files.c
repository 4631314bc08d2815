/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_engine_files.c: the engine and the disk
 *
 * Files that cannot be written, at each point where one is; definitions stored with faults of earlier times; what goes
 * with a network; and a manager that keeps no files. What the store makes of files alone is test_network_store.c's
 * matter. Run by meson; points that fail on request are there only in a build with the option fault_points.
 */
#include "config.h"

#include <unistd.h>

#include "test_network_engine.h"

/* --- Files that cannot be written ------------------------------------------------------------------------------- */

static int defineLab(void *conn, const virNetworkIdent *net, GError **err)
{
    g_autoptr(virNetworkIdent) made = NULL;

    (void)net;
    return driver->networkDefineXML(conn, LAB, 0, &made, err);
}

static int createLab(void *conn, const virNetworkIdent *net, GError **err)
{
    g_autoptr(virNetworkIdent) made = NULL;

    (void)net;
    return driver->networkCreateXML(conn, LAB, 0, &made, err);
}

static int addHost(void *conn, const virNetworkIdent *net, unsigned int flags, GError **err)
{
    const virNetworkUpdateRequest req = {
        .command = ADD, .section = HOSTS, .parent_index = -1, .xml = HOST_B, .flags = flags,
    };

    return driver->networkUpdate(conn, net, &req, err);
}

static int addHostBoth(void *conn, const virNetworkIdent *net, GError **err)
{
    return addHost(conn, net, BOTH, err);
}

static int addHostLive(void *conn, const virNetworkIdent *net, GError **err)
{
    return addHost(conn, net, LIVE, err);
}

static int addHostConfig(void *conn, const virNetworkIdent *net, GError **err)
{
    return addHost(conn, net, CONFIG, err);
}

typedef struct {
    const char *name;
    gboolean defined, active;   /* lab before the call */
    NetworkCall call;
    guint n_files;              /* at least as many points of files does the call pass */
} Case;

static const Case *getCases(gsize *ret_n)
{
    static Case cases[8];

    cases[0] = (Case){ "define", FALSE, FALSE, defineLab, 2 };
    cases[1] = (Case){ "start", TRUE, FALSE, driver->networkCreate, 3 };
    cases[2] = (Case){ "create", FALSE, FALSE, createLab, 3 };
    cases[3] = (Case){ "update-both", TRUE, TRUE, addHostBoth, 4 };
    cases[4] = (Case){ "update-live", TRUE, TRUE, addHostLive, 3 };
    cases[5] = (Case){ "update-config", TRUE, TRUE, addHostConfig, 2 };
    cases[6] = (Case){ "destroy", TRUE, TRUE, driver->networkDestroy, 2 };
    cases[7] = (Case){ "undefine", TRUE, TRUE, driver->networkUndefine, 1 };
    *ret_n = G_N_ELEMENTS(cases);
    return cases;
}

#if VIR_FAULT_POINTS
static void prepare(Fixture *fix, const Case *what)
{
    if (what->defined)
        define(fix, LAB);
    if (what->active)
        run(fix, driver->networkCreate);
}

/* Nothing of a change that is over is left. */
static char *look(Fixture *fix)
{
    char *seen = snapshot(fix);

    g_assert_null(strstr(seen, ".xml.new:"));
    g_assert_false(hasFile(fix->run_dir, "lab.change"));
    return seen;
}

static int callIt(Fixture *fix, gconstpointer what, GError **err)
{
    return ((const Case *)what)->call(fix->conn, fix->lab, err);
}

/* How many of the points that failed were files; the others are steps, which say why. */
static guint countFiles(const GPtrArray *messages)
{
    guint n = 0;

    for (guint i = 0; i < messages->len; i++)
        n += !strchr(strstr(messages->pdata[i], ": ") + 2, '(');
    return n;
}

static void pointThatFailsLeavesAllAsItWas(Fixture *fix, gconstpointer data)
{
    const Case *what = data;
    g_autoptr(GPtrArray) failed = NULL;
    g_autofree char *seen = NULL, *seen_later = NULL;

    prepare(fix, what);
    failed = failEachPoint(fix, callIt, data);
    g_test_message("%s: %u points, %u of them files", what->name, failed->len, countFiles(failed));
    g_assert_cmpuint(countFiles(failed), >=, what->n_files);
    /* The last one came behind the commit point, or there was none more: the change holds, for a later daemon too. */
    seen = look(fix);
    if (isPersistent(fix) == 0)     /* a transient network's first form is not kept */
        return;
    restart(fix);
    seen_later = look(fix);
    g_assert_cmpstr(seen_later, ==, seen);
}
#else
static void pointThatFailsLeavesAllAsItWas(Fixture *fix, gconstpointer data)
{
    (void)fix;
    (void)data;
    g_test_skip("built without fault_points");
}
#endif

static char *blockPath(Fixture *fix, const char *what)
{
    const char *dir = g_str_has_prefix(what, "etc/") ? fix->config_dir : fix->run_dir;

    return g_build_filename(dir, what + 4, NULL);
}

/* A directory stands where a file is to be. */
static void fileThatCannotBeStagedIsAnError(Fixture *fix, gconstpointer data)
{
    static const struct {
        const char *path;
        int code;
    } blocked[] = {
        { "etc/.lab.xml.new", VIR_ERR_SYSTEM_ERROR }, { "run/.lab.xml.new", VIR_ERR_SYSTEM_ERROR },
        { "run/lab.change", VIR_ERR_INTERNAL_ERROR },
    };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(blocked); i++) {
        g_autofree char *path = blockPath(fix, blocked[i].path);
        g_autofree char *before = NULL, *after = NULL;
        g_autoptr(GError) err = NULL;

        g_test_message("%s", blocked[i].path);
        startLab(fix);
        before = snapshot(fix);
        g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
        g_assert_cmpint(addHostBoth(fix->conn, fix->lab, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, blocked[i].code);
        g_assert_nonnull(strstr(err->message, path));
        g_rmdir(path);
        after = snapshot(fix);
        g_assert_cmpstr(after, ==, before);
        assertSteps(fix, "");
        run(fix, driver->networkDestroy);
        run(fix, driver->networkUndefine);
    }
}

/* The definition cannot be renamed to its place: a full directory is there, and the old file beside. */
static char *blockConfig(Fixture *fix)
{
    char *path = g_build_filename(fix->config_dir, "lab.xml", NULL);

    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    writeFile(path, "full", "");
    return path;
}

static void unblock(const char *path)
{
    g_autofree char *full = g_build_filename(path, "full", NULL);

    g_unlink(full);
    g_assert_cmpint(g_rmdir(path), ==, 0);
}

static void commitWithoutRenameHoldsAndIsFinishedLater(Fixture *fix, gconstpointer data)
{
    (void)data;
    for (int by_restart = 0; by_restart < 2; by_restart++) {
        g_autofree char *path = NULL;
        g_autoptr(GError) err = NULL;

        startLab(fix);
        path = blockConfig(fix);
        g_assert_cmpint(addHostBoth(fix->conn, fix->lab, &err), ==, 0);
        assertHas(fix, 0, "192.0.2.6", TRUE);
        assertHas(fix, VIR_NETWORK_XML_INACTIVE, "192.0.2.6", TRUE);
        g_assert_true(hasFile(fix->run_dir, "lab.change") && hasFile(fix->config_dir, ".lab.xml.new"));
        /* Nothing can be stored on top of it as long as it is so. */
        g_assert_cmpint(addHostBoth(fix->conn, fix->lab, &err), ==, -1);
        g_clear_error(&err);
        unblock(path);
        if (by_restart)
            restart(fix);
        updateWell(fix, &(Request){ VIR_NETWORK_UPDATE_COMMAND_DELETE, HOSTS, LIVE, HOST_B });
        g_assert_false(hasFile(fix->run_dir, "lab.change") || hasFile(fix->config_dir, ".lab.xml.new"));
        restart(fix);
        assertHas(fix, 0, "192.0.2.6", FALSE);
        assertHas(fix, VIR_NETWORK_XML_INACTIVE, "192.0.2.6", TRUE);
        run(fix, driver->networkDestroy);
        run(fix, driver->networkUndefine);
        g_free(virNetworkHostRecordTake(fix->host));
    }
}

static void definitionThatCannotBeRemovedStays(Fixture *fix, gconstpointer data)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) err = NULL;
    int autostart = 0;

    (void)data;
    define(fix, LAB);
    g_assert_cmpint(driver->networkSetAutostart(fix->conn, fix->lab, 1, NULL), ==, 0);
    path = blockConfig(fix);
    g_assert_cmpint(driver->networkUndefine(fix->conn, fix->lab, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpint(isPersistent(fix), ==, 1);
    g_assert_cmpint(driver->networkGetAutostart(fix->conn, fix->lab, &autostart, NULL), ==, 0);
    g_assert_true(autostart && hasFile(fix->config_dir, "autostart/lab.xml"));
    unblock(path);
    run(fix, driver->networkUndefine);
    g_assert_false(hasFile(fix->config_dir, "autostart/lab.xml"));
}

static void autostartThatCannotBeStoredIsAnError(Fixture *fix, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fix->config_dir, "autostart", NULL);
    g_autoptr(GError) err = NULL;
    int autostart = -1;

    (void)data;
    define(fix, LAB);
    g_assert_cmpint(g_rmdir(path), ==, 0);
    g_assert_cmpint(driver->networkSetAutostart(fix->conn, fix->lab, 1, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_true(g_str_has_prefix(err->message, "Failed to create symlink '"));
    g_assert_cmpint(driver->networkGetAutostart(fix->conn, fix->lab, &autostart, NULL), ==, 0);
    g_assert_cmpint(autostart, ==, 0);
}

/* --- Faults of earlier times ------------------------------------------------------------------------------------ */

#define OLD_FAULTS "<domain name='c d'/><ip address='192.0.2.1' prefix='24'><dhcp>" \
    "<host mac='52:54:00:00:00:05' name='f g' ip='192.0.2.5'/></dhcp></ip>"
#define OLD_LAB NETWORK("lab", UUID, "<bridge name='virbr7'/>", OLD_FAULTS)

static void storedFaultIsListedAndEditedButNotStarted(Fixture *fix, gconstpointer data)
{
    const Request add_odd = { ADD, HOSTS, CONFIG, "<host name='x y' ip='192.0.2.7'/>" };
    const Request add = { ADD, HOSTS, CONFIG, HOST_B };
    g_autofree char *before = NULL, *after = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    writeFile(fix->config_dir, "lab.xml", OLD_LAB);
    restart(fix);
    assertHas(fix, 0, "name='f g'", TRUE);
    assertFails(driver->networkCreate(fix->conn, fix->lab, &err), &err, VIR_ERR_XML_ERROR,
                "XML error: network 'lab': domain name 'c d' has a character that is not allowed there");
    assertSteps(fix, "");
    before = snapshot(fix);
    assertFails(update(fix, &add_odd, &err), &err, VIR_ERR_XML_ERROR,
                "XML error: network 'lab': DHCP host name 'x y' has a character that is not allowed there");
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
    updateWell(fix, &add);
    define(fix, OLD_LAB);           /* as net-edit does */
    assertHas(fix, 0, "name='f g'", TRUE);
    define(fix, LAB);
    run(fix, driver->networkCreate);
}

static void faultIsNotDefined(Fixture *fix, gconstpointer data)
{
    virNetworkIdent *net = NULL;
    g_autofree char *before = snapshot(fix), *after = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    assertFails(driver->networkDefineXML(fix->conn, OLD_LAB, 0, &net, &err), &err, VIR_ERR_XML_ERROR,
                "XML error: network 'lab': domain name 'c d' has a character that is not allowed there");
    assertFails(driver->networkCreateXML(fix->conn, OLD_LAB, 0, &net, &err), &err, VIR_ERR_XML_ERROR,
                "XML error: network 'lab': domain name 'c d' has a character that is not allowed there");
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
}

/* What would leave its line or field in dnsmasq's files is refused for both versions, and changes neither. */
static void oddTextIsRefusedByUpdate(Fixture *fix, gconstpointer data)
{
#define ODD_HOST(name) { ADD, HOSTS, BOTH, "<host name='" name "' ip='192.0.2.7'/>" }
#define ODD_TXT(name, value) { ADD, VIR_NETWORK_SECTION_DNS_TXT, BOTH, "<txt name='" name "' value='" value "'/>" }
    static const Request rows[] = {
        ODD_HOST("a&#10;b"), ODD_HOST("a,b"), ODD_HOST("a b"), ODD_HOST("a&#9;b"), ODD_HOST("a&#13;"),
        ODD_HOST("id:*"), ODD_HOST("infinite"), ODD_HOST("a#b"),
        { VIR_NETWORK_UPDATE_COMMAND_MODIFY, HOSTS, BOTH,
          "<host mac='52:54:00:00:00:05' name='a&#10;b' ip='192.0.2.5'/>" },
        ODD_TXT("a", "v&#10;port=0"), ODD_TXT("a&#10;b", "v"), ODD_TXT("a", "&#127;"), ODD_TXT("", "v"),
    };
    g_autofree char *before = NULL, *after = NULL;

    (void)data;
    startLab(fix);
    before = snapshot(fix);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) err = NULL;

        g_test_message("%s", rows[i].xml);
        g_assert_cmpint(update(fix, &rows[i], &err), ==, -1);
        g_assert_error(err, VIR_ERROR, VIR_ERR_XML_ERROR);
        g_assert_true(g_str_has_prefix(err->message, "XML error: network 'lab': "));
    }
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
    assertSteps(fix, "");
}

/* --- What goes with a network ----------------------------------------------------------------------------------- */

static const char *const of_dnsmasq[] = { "lab.conf", "lab.hostsfile", "lab.addnhosts", "virbr7.status" };

static void writeDnsmasqFiles(Fixture *fix)
{
    g_mkdir(fix->dnsmasq_dir, 0700);
    for (gsize i = 0; i < G_N_ELEMENTS(of_dnsmasq); i++)
        writeFile(fix->dnsmasq_dir, of_dnsmasq[i], "");
    writeFile(fix->dnsmasq_dir, "other.conf", "");
}

static void assertDnsmasqFiles(Fixture *fix, gboolean wanted)
{
    for (gsize i = 0; i < G_N_ELEMENTS(of_dnsmasq); i++)
        g_assert_cmpint(hasFile(fix->dnsmasq_dir, of_dnsmasq[i]), ==, wanted);
    g_assert_true(hasFile(fix->dnsmasq_dir, "other.conf"));
}

/* As libvirt has it: with undefine, or with destroy where nothing is stored. */
static void dnsmasqFilesGoWithTheNetwork(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLab(fix);
    writeDnsmasqFiles(fix);
    run(fix, driver->networkDestroy);
    assertDnsmasqFiles(fix, TRUE);
    run(fix, driver->networkUndefine);
    assertDnsmasqFiles(fix, FALSE);

    startLab(fix);
    writeDnsmasqFiles(fix);
    run(fix, driver->networkUndefine);
    assertDnsmasqFiles(fix, TRUE);
    run(fix, driver->networkDestroy);
    assertDnsmasqFiles(fix, FALSE);

    create(fix, LAB);
    writeDnsmasqFiles(fix);
    run(fix, driver->networkDestroy);
    assertDnsmasqFiles(fix, FALSE);
}

/* --- Old leases ------------------------------------------------------------------------------------------------- */

#define LEASES "[ { \"ip-address\": \"192.0.2.6\", \"mac-address\": \"52:54:00:00:00:99\", \"expiry-time\": 4000000000 }," \
    " { \"ip-address\": \"192.0.2.7\", \"mac-address\": \"52:54:00:00:00:07\", \"expiry-time\": 4000000000 }," \
    " { \"ip-address\": \"192.0.2.8\", \"mac-address\": \"52:54:00:00:00:98\", \"expiry-time\": 1 } ]"

static void addReservations(Fixture *fix)
{
    static const char *const hosts[] = {
        HOST_B, "<host mac='52:54:00:00:00:07' ip='192.0.2.7'/>", "<host mac='52:54:00:00:00:08' ip='192.0.2.8'/>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++)
        updateWell(fix, &(Request){ VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST, HOSTS, LIVE, hosts[i] });
}

/* The log goes to stderr, so that a program of its own is needed to read it. */
static void reservationOfHeldAddressIsWarnedOf(Fixture *fix, gconstpointer data)
{
    (void)data;
    if (g_test_subprocess()) {
        startLab(fix);
        g_mkdir(fix->dnsmasq_dir, 0700);
        writeFile(fix->dnsmasq_dir, "virbr7.status", LEASES);
        addReservations(fix);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    /* One of another client; neither the guest's own nor one that has ended. */
    g_test_trap_assert_stderr("*warning: network 'lab': reserved address 192.0.2.6 is leased to 52:54:00:00:00:99 until 2096-*");
    g_test_trap_assert_stderr_unmatched("*192.0.2.7*");
    g_test_trap_assert_stderr_unmatched("*192.0.2.8*");
}

/* --- A manager without files ------------------------------------------------------------------------------------ */

static void setUpWithoutFiles(Fixture *fix, gconstpointer data)
{
    setUp(fix, data);
    closeManager(fix);
    removeTree(fix->root);
    g_clear_pointer(&fix->config_dir, g_free);
    g_clear_pointer(&fix->run_dir, g_free);
    g_clear_pointer(&fix->dnsmasq_dir, g_free);
    openManager(fix);
}

static void lifeWithoutFiles(Fixture *fix, gconstpointer data)
{
    const Request add = { ADD, HOSTS, BOTH, HOST_B };
    g_autoptr(GPtrArray) leases = NULL;
    int autostart = 0;

    (void)data;
    startLab(fix);
    updateWell(fix, &add);
    assertSteps(fix, "dnsmasq: write hosts (hosts differ)\ndnsmasq: reload (hosts differ)\n");
    assertHas(fix, 0, "192.0.2.6", TRUE);
    assertHas(fix, VIR_NETWORK_XML_INACTIVE, "192.0.2.6", TRUE);
    g_assert_cmpint(driver->networkSetAutostart(fix->conn, fix->lab, 1, NULL), ==, 0);
    g_assert_cmpint(driver->networkGetAutostart(fix->conn, fix->lab, &autostart, NULL), ==, 0);
    g_assert_cmpint(autostart, ==, 1);
    g_assert_cmpint(driver->networkGetDHCPLeases(fix->conn, fix->lab, NULL, 0, &leases, NULL), ==, 0);
    g_assert_cmpuint(leases->len, ==, 0);
    virNetworkManagerReload(fix->manager);
    g_assert_cmpint(isActive(fix), ==, 1);
    run(fix, driver->networkDestroy);
    virNetworkManagerAutostart(fix->manager);       /* there is no boot to start at */
    g_assert_cmpint(isActive(fix), ==, 0);
    run(fix, driver->networkUndefine);
    g_assert_cmpint(isActive(fix), ==, -1);
    g_assert_false(g_file_test(fix->root, G_FILE_TEST_EXISTS));
}

static void failingStepWithoutFilesLeavesAllAsItWas(Fixture *fix, gconstpointer data)
{
    const Request add = { ADD, HOSTS, BOTH, HOST_B };
    g_autofree char *before = NULL, *after = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    startLab(fix);
    before = snapshot(fix);
    virNetworkHostRecordFail(fix->host, 2);
    g_assert_cmpint(update(fix, &add, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
    g_free(virNetworkHostRecordTake(fix->host));
    updateWell(fix, &add);
    assertSteps(fix, "dnsmasq: write hosts (hosts differ)\ndnsmasq: reload (hosts differ)\n");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/engine/files/that-cannot-be-staged-is-an-error", fileThatCannotBeStagedIsAnError },
        { "/engine/files/commit-without-rename-holds-and-is-finished-later", commitWithoutRenameHoldsAndIsFinishedLater },
        { "/engine/files/definition-that-cannot-be-removed-stays", definitionThatCannotBeRemovedStays },
        { "/engine/files/autostart-that-cannot-be-stored-is-an-error", autostartThatCannotBeStoredIsAnError },
        { "/engine/old/fault-is-listed-and-edited-but-not-started", storedFaultIsListedAndEditedButNotStarted },
        { "/engine/old/fault-is-not-defined", faultIsNotDefined },
        { "/engine/update/odd-text-is-refused", oddTextIsRefusedByUpdate },
        { "/engine/files/of-dnsmasq-go-with-the-network", dnsmasqFilesGoWithTheNetwork },
        { "/engine/leases/reservation-of-held-address-is-warned-of", reservationOfHeldAddressIsWarnedOf },
    };
    gsize n_cases;
    const Case *cases = getCases(&n_cases);

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, setUp, tests[i].run, tearDown);
    for (gsize i = 0; i < n_cases; i++) {
        g_autofree char *name = g_strdup_printf("/engine/fault-points/%s", cases[i].name);

        g_test_add(name, Fixture, &cases[i], setUp, pointThatFailsLeavesAllAsItWas, tearDown);
    }
    g_test_add("/engine/without-files/life", Fixture, NULL, setUpWithoutFiles, lifeWithoutFiles, tearDown);
    g_test_add("/engine/without-files/failing-step-leaves-all-as-it-was", Fixture, NULL, setUpWithoutFiles,
               failingStepWithoutFilesLeavesAllAsItWas, tearDown);
    return g_test_run();
}
