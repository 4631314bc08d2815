/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_engine_update.c: updates through the driver's table, and changes that fail on the way
 *
 * Which version an update changes, what it refuses, which steps it takes; and that a change of any kind whose n-th step
 * fails leaves definitions, files and host as they were. What sections do to a definition is
 * test_network_section.c's matter. Run by meson.
 */
#include "test_network_engine.h"

/* --- Updates ---------------------------------------------------------------------------------------------------- */

static void updateAffectsWhatItsFlagsSay(Fixture *fix, gconstpointer data)
{
    static const struct {
        gboolean active;
        unsigned int flags;
        gboolean live, config;
    } rows[] = {
        { TRUE, 0, TRUE, FALSE }, { TRUE, LIVE, TRUE, FALSE },
        { TRUE, CONFIG, FALSE, TRUE }, { TRUE, BOTH, TRUE, TRUE },
        { FALSE, 0, TRUE, TRUE }, { FALSE, CONFIG, TRUE, TRUE },
    };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Request request = { ADD, HOSTS, rows[i].flags, HOST_B };

        define(fix, LAB);
        if (rows[i].active)
            run(fix, driver->networkCreate);
        g_free(virNetworkHostRecordTake(fix->host));
        updateWell(fix, &request);
        assertHas(fix, 0, "192.0.2.6", rows[i].live);
        assertHas(fix, VIR_NETWORK_XML_INACTIVE, "192.0.2.6", rows[i].config);
        assertSteps(fix, rows[i].active && rows[i].live
                             ? "dnsmasq: write hosts (hosts differ)\ndnsmasq: reload (hosts differ)\n" : "");
        restart(fix);
        assertHas(fix, 0, "192.0.2.6", rows[i].live);
        assertHas(fix, VIR_NETWORK_XML_INACTIVE, "192.0.2.6", rows[i].config);
        if (rows[i].active)
            run(fix, driver->networkDestroy);
    }
}

static void updateThatOneSideRefusesChangesNeither(Fixture *fix, gconstpointer data)
{
    static const char message[] = INVALID "there is an existing dhcp host entry in network 'lab' that matches "
                                          "\"<host mac='52:54:00:00:00:06' name='b' ip='192.0.2.6'/>\"";
    static const unsigned int first[] = { LIVE, CONFIG };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(first); i++) {
        const Request one = { ADD, HOSTS, first[i], HOST_B }, both = { ADD, HOSTS, BOTH, HOST_B };
        g_autofree char *before = NULL, *after = NULL;
        g_autoptr(GError) err = NULL;

        startLab(fix);
        updateWell(fix, &one);
        g_free(virNetworkHostRecordTake(fix->host));
        before = snapshot(fix);
        assertFails(update(fix, &both, &err), &err, VIR_ERR_OPERATION_INVALID, message);
        after = snapshot(fix);
        g_assert_cmpstr(after, ==, before);
        assertSteps(fix, "");
        run(fix, driver->networkDestroy);
    }
}

/* A file that is written anew is another one. */
static guint64 findInode(const char *dir)
{
    g_autofree char *path = g_build_filename(dir, "lab.xml", NULL);
    GStatBuf info;

    g_assert_cmpint(g_stat(path, &info), ==, 0);
    return info.st_ino;
}

static void updateThatChangesNothingTakesNoStep(Fixture *fix, gconstpointer data)
{
    const Request request = { VIR_NETWORK_UPDATE_COMMAND_MODIFY, HOSTS, BOTH,
                              "<host mac='52:54:00:00:00:05' name='a' ip='192.0.2.5'/>" };
    g_autofree char *before = NULL, *after = NULL;
    guint64 config, status;

    (void)data;
    startLab(fix);
    before = snapshot(fix);
    config = findInode(fix->config_dir);
    status = findInode(fix->run_dir);
    updateWell(fix, &request);
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
    g_assert_true(findInode(fix->config_dir) == config && findInode(fix->run_dir) == status);
    assertSteps(fix, "");
}

#define UNSUPPORTED "Operation not supported: "

static void wrongUpdateIsRefused(Fixture *fix, gconstpointer data)
{
    static const struct {
        Request request;
        int code;
        const char *message;
    } rows[] = {
        { { ADD, HOSTS, 4, HOST_B }, VIR_ERR_INVALID_ARG, "unsupported flags (0x4) in function networkUpdate" },
        { { ADD, HOSTS, 5, "<" }, VIR_ERR_INVALID_ARG, "unsupported flags (0x4) in function networkUpdate" },
        { { ADD, 0, LIVE, HOST_B }, VIR_ERR_OPERATION_UNSUPPORTED,
          UNSUPPORTED "can't update unrecognized section of network" },
        { { ADD, 13, LIVE, HOST_B }, VIR_ERR_OPERATION_UNSUPPORTED,
          UNSUPPORTED "can't update unrecognized section of network" },
        { { ADD, VIR_NETWORK_SECTION_BRIDGE, LIVE, "<bridge/>" }, VIR_ERR_OPERATION_UNSUPPORTED,
          UNSUPPORTED "network 'lab': a network has exactly one bridge, so that none can be added" },
        { { VIR_NETWORK_UPDATE_COMMAND_MODIFY, VIR_NETWORK_SECTION_BRIDGE, LIVE, "<bridge name='other'/>" }, VIR_ERR_OPERATION_UNSUPPORTED,
          UNSUPPORTED "network 'lab' is running, and these cannot change meanwhile: the bridge's name from 'virbr7' to "
          "'other', since guests are plugged into it" },
        { { 0, HOSTS, LIVE, HOST_B }, VIR_ERR_OPERATION_UNSUPPORTED,
          UNSUPPORTED "unrecognized network update command code 0" },
        { { 5, HOSTS, LIVE, HOST_B }, VIR_ERR_OPERATION_UNSUPPORTED,
          UNSUPPORTED "unrecognized network update command code 5" },
        { { ADD, HOSTS, LIVE, "<range/>" }, VIR_ERR_XML_ERROR,
          "XML error: unexpected element <range>, expecting <host>, while updating network 'lab'" },
        { { ADD, VIR_NETWORK_SECTION_DNS_TXT, LIVE, "<Txt/>" }, VIR_ERR_XML_ERROR,
          "XML error: unexpected element <Txt>, expecting <txt>, while updating network 'lab'" },
    };
    g_autofree char *before = NULL, *after = NULL;

    (void)data;
    startLab(fix);
    before = snapshot(fix);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) err = NULL;

        assertFails(update(fix, &rows[i].request, &err), &err, rows[i].code, rows[i].message);
    }
    assertSteps(fix, "");
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
}

static void malformedUpdateIsRefusedFirst(Fixture *fix, gconstpointer data)
{
    static const Request rows[] = {
        { ADD, HOSTS, 0, "<host" }, { ADD, 13, 0, "<host" }, { 5, HOSTS, 0, "" },
        { ADD, VIR_NETWORK_SECTION_BRIDGE, 0, "<a></b>" },
    };

    (void)data;
    startLab(fix);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) err = NULL;

        g_assert_cmpint(update(fix, &rows[i], &err), ==, -1);
        g_assert_error(err, VIR_ERROR, VIR_ERR_XML_DETAIL);
        g_assert_true(g_str_has_prefix(err->message, "network_update_xml:1: "));
    }
}

/* The state is judged before the XML. */
static void updateInWrongStateIsRefused(Fixture *fix, gconstpointer data)
{
    static const struct {
        const char *state;
        unsigned int flags;
        int code;
        const char *message;
    } rows[] = {
        { "absent", 0, VIR_ERR_NO_NETWORK, GONE },
        { "absent", BOTH, VIR_ERR_NO_NETWORK, GONE },
        { "inactive", LIVE, VIR_ERR_OPERATION_INVALID, INVALID "network is not running" },
        { "inactive", BOTH, VIR_ERR_OPERATION_INVALID, INVALID "network is not running" },
        { "transient", CONFIG, VIR_ERR_OPERATION_INVALID,
          INVALID "cannot change persistent config of a transient network" },
        { "transient", BOTH, VIR_ERR_OPERATION_INVALID,
          INVALID "cannot change persistent config of a transient network" },
    };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Request malformed = { ADD, HOSTS, rows[i].flags, "<" };
        g_autoptr(GError) err = NULL;

        if (strcmp(rows[i].state, "inactive") == 0)
            define(fix, LAB);
        else if (strcmp(rows[i].state, "transient") == 0)
            create(fix, LAB);
        assertFails(update(fix, &malformed, &err), &err, rows[i].code, rows[i].message);
        if (strcmp(rows[i].state, "transient") == 0)
            run(fix, driver->networkDestroy);
        else if (strcmp(rows[i].state, "inactive") == 0)
            run(fix, driver->networkUndefine);
    }
}

/* --- Failing steps ---------------------------------------------------------------------------------------------- */

typedef struct {
    gboolean active;            /* whether lab runs before */
    NetworkCall call;           /* NULL: the update */
    Request update;
    guint min_steps;
} Failing;

static int attempt(Fixture *fix, gconstpointer what, GError **err)
{
    const Failing *failing = what;

    return failing->call ? failing->call(fix->conn, fix->lab, err) : update(fix, &failing->update, err);
}

static void failStep(Fixture *fix, guint nth)
{
    virNetworkHostRecordFail(fix->host, nth);
}

static void stepThatFailsLeavesAllAsItWas(Fixture *fix, gconstpointer data)
{
    const Failing *failing = data;
    const FailingCall call = { failStep, attempt, data, "step failed on demand" };
    g_autoptr(GPtrArray) failed = NULL;
    g_autofree char *before = NULL, *after = NULL;

    define(fix, LAB);
    if (failing->active)
        run(fix, driver->networkCreate);
    before = snapshot(fix);
    failed = failEach(fix, &call);
    g_assert_cmpuint(failed->len, >=, failing->min_steps);
    virNetworkHostRecordFail(fix->host, 0);
    after = snapshot(fix);
    g_assert_cmpstr(after, !=, before);
}

static void createThatFailsLeavesNothing(Fixture *fix, gconstpointer data)
{
    virNetworkIdent *net = NULL;
    g_autoptr(GError) err = NULL;
    g_autofree char *before = snapshot(fix), *after = NULL;

    (void)data;
    virNetworkHostRecordFail(fix->host, 5);
    g_assert_cmpint(driver->networkCreateXML(fix->conn, LAB, 0, &net, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
    g_assert_false(fix->host->klass->linkExists(fix->host, "virbr7"));
    create(fix, LAB);
}

/* Nor does the subnet of a start that failed stay taken; of a network that goes on running it does. */
static void subnetIsFreeAfterFailure(Fixture *fix, gconstpointer data)
{
    static const char overlap[] = NETWORK("other", UUID2, "<bridge name='virbr8'/>", "<ip address='192.0.2.1' prefix='25'/>");
    virNetworkIdent *net = NULL;
    g_autoptr(virNetworkIdent) other = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    define(fix, LAB);
    virNetworkHostRecordFail(fix->host, 3);
    g_assert_cmpint(driver->networkCreate(fix->conn, fix->lab, &err), ==, -1);
    g_clear_error(&err);
    create(fix, overlap);
    g_assert_cmpint(driver->networkLookupByName(fix->conn, "other", &other, NULL), ==, 0);
    assertFails(driver->networkCreate(fix->conn, fix->lab, &err), &err, VIR_ERR_INTERNAL_ERROR,
                "internal error: Network is already in use by interface virbr8");
    g_assert_cmpint(driver->networkDestroy(fix->conn, other, NULL), ==, 0);
    run(fix, driver->networkCreate);
    virNetworkHostRecordFail(fix->host, 2);
    g_assert_cmpint(driver->networkDestroy(fix->conn, fix->lab, &err), ==, -1);
    g_clear_error(&err);
    assertFails(driver->networkCreateXML(fix->conn, overlap, 0, &net, &err), &err, VIR_ERR_INTERNAL_ERROR,
                "internal error: Network is already in use by interface virbr7");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/engine/update/affects-what-its-flags-say", updateAffectsWhatItsFlagsSay },
        { "/engine/update/refused-by-one-side-changes-neither", updateThatOneSideRefusesChangesNeither },
        { "/engine/update/that-changes-nothing-takes-no-step", updateThatChangesNothingTakesNoStep },
        { "/engine/update/wrong-is-refused", wrongUpdateIsRefused },
        { "/engine/update/malformed-is-refused-first", malformedUpdateIsRefusedFirst },
        { "/engine/update/in-wrong-state-is-refused", updateInWrongStateIsRefused },
        { "/engine/failing/create-leaves-nothing", createThatFailsLeavesNothing },
        { "/engine/failing/subnet-is-free-afterwards", subnetIsFreeAfterFailure },
    };
    const Failing start = { .call = driver->networkCreate, .min_steps = 11 };
    const Failing destroy = { .active = TRUE, .call = driver->networkDestroy, .min_steps = 3 };
    const Failing host = { .active = TRUE, .min_steps = 2, .update = { ADD, HOSTS, BOTH, HOST_B } };
    const Failing txt = { .active = TRUE, .min_steps = 2,
                          .update = { ADD, VIR_NETWORK_SECTION_DNS_TXT, BOTH, "<txt name='t' value='v'/>" } };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, setUp, tests[i].run, tearDown);
    g_test_add("/engine/failing/start", Fixture, &start, setUp, stepThatFailsLeavesAllAsItWas, tearDown);
    g_test_add("/engine/failing/destroy", Fixture, &destroy, setUp, stepThatFailsLeavesAllAsItWas, tearDown);
    g_test_add("/engine/failing/update-of-hosts", Fixture, &host, setUp, stepThatFailsLeavesAllAsItWas, tearDown);
    g_test_add("/engine/failing/update-of-txt", Fixture, &txt, setUp, stepThatFailsLeavesAllAsItWas, tearDown);
    return g_test_run();
}
