/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_hooks.c: hook scripts, from the calls that run them to what they see and may refuse
 *
 * The scripts are real ones in the fixture's directory; they write down what they are given. A real host behind them is the
 * matter of tests/netns. Run by meson.
 */
#include "test_network_engine.h"

#include <sys/stat.h>

#define LAB2 NETWORK("other", UUID2, "<forward mode='nat'/><bridge name='virbr8'/>", "<ip address='198.51.100.1' prefix='24'/>")
#define REFUSED "Hook script execution failed: internal error: Child process (HOME="

/* --- Tools ------------------------------------------------------------------------------------------------------ */

/* A script at @name below the hooks' directory, which knows its own as $HOOKS. */
static void writeScript(Fixture *fix, const char *name, const char *body)
{
    g_autofree char *path = g_build_filename(fix->hooks_dir, name, NULL);
    g_autofree char *dir = g_path_get_dirname(path);
    g_autofree char *text = g_strdup_printf("#!/bin/sh\nHOOKS=%s\n%s\n", fix->hooks_dir, body);

    g_assert_cmpint(g_mkdir_with_parents(dir, 0755), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(chmod(path, 0755), ==, 0);
}

static char *readHookFile(Fixture *fix, const char *name)
{
    g_autofree char *path = g_build_filename(fix->hooks_dir, name, NULL);
    char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("");
}

/* What the scripts have written to their log, which is then empty. */
static void assertLog(Fixture *fix, const char *wanted)
{
    g_autofree char *text = readHookFile(fix, "log");
    g_autofree char *path = g_build_filename(fix->hooks_dir, "log", NULL);

    g_assert_cmpstr(text, ==, wanted);
    g_remove(path);
}

static void updateBoth(Fixture *fix)
{
    updateWell(fix, &(Request){ ADD, HOSTS, BOTH, HOST_B });
}

static void assertTaint(Fixture *fix, gboolean wanted)
{
    g_autofree char *path = g_build_filename(fix->run_dir, "lab.xml", NULL);
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpint(strstr(text, "  <taint flag='hook-script'/>\n") != NULL, ==, wanted);
}

static void assertRefused(int ret, GError **err, const char *said)
{
    g_assert_cmpint(ret, ==, -1);
    g_assert_error(*err, VIR_ERROR, VIR_ERR_HOOK_SCRIPT_FAILED);
    g_assert_cmpint(virErrorGetInfo(*err)->domain, ==, VIR_FROM_HOOK);
    g_assert_true(g_str_has_prefix((*err)->message, REFUSED));
    g_assert_true(g_str_has_suffix((*err)->message, said));
    g_clear_error(err);
}

/* --- What scripts are told -------------------------------------------------------------------------------------- */

static void scriptIsToldOfEachOperation(Fixture *fix, gconstpointer data)
{
    (void)data;
    writeScript(fix, "network", "echo \"$#: $* ($LC_ALL, ${PATH:+path}, ${HOME:+home}, $(pwd))\" >>$HOOKS/log");
    define(fix, LAB);
    assertLog(fix, "");
    run(fix, driver->networkCreate);
    assertLog(fix, "4: lab start begin - (C, path, home, /)\n4: lab started begin - (C, path, home, /)\n");
    updateBoth(fix);
    assertLog(fix, "4: lab updated begin - (C, path, home, /)\n");
    run(fix, driver->networkDestroy);
    assertLog(fix, "4: lab stopped end - (C, path, home, /)\n");
    updateWell(fix, &(Request){ VIR_NETWORK_UPDATE_COMMAND_DELETE, HOSTS, CONFIG, HOST_B });
    assertLog(fix, "4: lab updated begin - (C, path, home, /)\n");
    run(fix, driver->networkUndefine);
    assertLog(fix, "");
}

static void inputIsTheLiveNetwork(Fixture *fix, gconstpointer data)
{
    g_autofree char *start = NULL, *started = NULL, *updated = NULL, *stopped = NULL;

    (void)data;
    writeScript(fix, "network", "cat >$HOOKS/$2");
    define(fix, LAB);
    run(fix, driver->networkCreate);
    updateWell(fix, &(Request){ ADD, HOSTS, LIVE, HOST_B });
    run(fix, driver->networkDestroy);
    start = readHookFile(fix, "start");
    g_assert_true(g_str_has_prefix(start, "<hookData>\n  <network>\n    <name>lab</name>\n"));
    g_assert_true(g_str_has_suffix(start, "  </network>\n</hookData>"));
    g_assert_null(strstr(start, "<port start="));       /* what the ports will be is not known yet */
    started = readHookFile(fix, "started");
    g_assert_nonnull(strstr(started, "<port start='1024' end='65535'/>"));
    g_assert_null(strstr(started, "192.0.2.6"));
    updated = readHookFile(fix, "updated");
    stopped = readHookFile(fix, "stopped");
    g_assert_nonnull(strstr(updated, "192.0.2.6"));
    g_assert_cmpstr(stopped, ==, updated);
}

static void scriptsOfTheDirectoryFollowInOrder(Fixture *fix, gconstpointer data)
{
    static const char *const names[] = { "network", "network.d/9-b", "network.d/10-a", "network.d/Z", "network.d/a.sh",
                                         "network.d/.hidden", "network.d/plain", "network.d/sub/script" };
    g_autofree char *plain = g_build_filename(fix->hooks_dir, "network.d/plain", NULL);

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        writeScript(fix, names[i], "echo ${0#$HOOKS/} >>$HOOKS/log");
    g_assert_cmpint(chmod(plain, 0644), ==, 0);
    define(fix, LAB);
    updateWell(fix, &(Request){ ADD, HOSTS, CONFIG, HOST_B });
    assertLog(fix, "network\nnetwork.d/10-a\nnetwork.d/9-b\nnetwork.d/Z\nnetwork.d/a.sh\n");
}

static void scriptPutThereLaterIsRun(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLab(fix);
    writeScript(fix, "network.d/new", "echo $2 >>$HOOKS/log");
    run(fix, driver->networkDestroy);
    assertLog(fix, "stopped\n");
}

/* --- What scripts may refuse ------------------------------------------------------------------------------------ */

static void refusedStartHasTouchedNothing(Fixture *fix, gconstpointer data)
{
    g_autofree char *before = NULL, *after = NULL;
    g_autoptr(virNetworkIdent) net = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    writeScript(fix, "network", "[ $2 != start ] || { echo not today >&2; exit 3; }");
    writeScript(fix, "network.d/second", "echo $2 >>$HOOKS/log");
    assertRefused(driver->networkCreateXML(fix->conn, LAB, 0, &net, &err), &err, " unexpected exit status 3: not today");
    g_assert_cmpint(isPersistent(fix), ==, -1);
    define(fix, LAB);
    before = snapshot(fix);
    assertRefused(driver->networkCreate(fix->conn, fix->lab, &err), &err, " unexpected exit status 3: not today");
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
    assertSteps(fix, "");
    assertLog(fix, "");
}

static void refusedStartedIsTakenBack(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) nothing = virNetworkPlanNew("lab", "virbr7");
    g_autoptr(virNetworkPlan) present = NULL;
    g_autofree char *before = NULL, *after = NULL, *script = g_build_filename(fix->hooks_dir, "network", NULL);
    g_autoptr(virNetworkIdent) net = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    writeScript(fix, "network", "[ $2 != started ]");
    define(fix, LAB);
    before = snapshot(fix);
    assertRefused(driver->networkCreate(fix->conn, fix->lab, &err), &err, " unexpected exit status 1: ");
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
    present = probe(fix);
    g_assert_true(isLike(present, nothing));
    g_assert_cmpint(g_remove(script), ==, 0);
    run(fix, driver->networkCreate);
    assertTaint(fix, FALSE);
    run(fix, driver->networkDestroy);
    run(fix, driver->networkUndefine);
    writeScript(fix, "network", "[ $2 != started ]");
    assertRefused(driver->networkCreateXML(fix->conn, LAB, 0, &net, &err), &err, " unexpected exit status 1: ");
    g_assert_cmpint(isActive(fix), ==, -1);
}

static void failureAfterTheFactIsIgnored(Fixture *fix, gconstpointer data)
{
    (void)data;
    writeScript(fix, "network", "echo $2 >>$HOOKS/log; [ $2 != updated ] && [ $2 != stopped ]");
    writeScript(fix, "network.d/second", "echo and $2 >>$HOOKS/log");
    startLab(fix);
    updateBoth(fix);
    assertHas(fix, 0, "192.0.2.6", TRUE);
    run(fix, driver->networkDestroy);
    g_assert_cmpint(isActive(fix), ==, 0);
    assertLog(fix, "start\nand start\nstarted\nand started\nupdated\nand updated\nstopped\nand stopped\n");
}

/* --- The mark in the status ------------------------------------------------------------------------------------- */

static void taintStaysWhileActive(Fixture *fix, gconstpointer data)
{
    g_autofree char *script = g_build_filename(fix->hooks_dir, "network", NULL);

    (void)data;
    startLab(fix);
    assertTaint(fix, FALSE);
    writeScript(fix, "network", "exit 0");
    updateWell(fix, &(Request){ ADD, HOSTS, CONFIG, HOST_B });      /* the status is written although nothing live changed */
    assertTaint(fix, TRUE);
    g_assert_cmpint(g_remove(script), ==, 0);
    restart(fix);
    g_assert_cmpint(isActive(fix), ==, 1);
    updateWell(fix, &(Request){ ADD, HOSTS, LIVE, HOST_B });
    assertTaint(fix, TRUE);
    run(fix, driver->networkDestroy);
    run(fix, driver->networkCreate);
    assertTaint(fix, FALSE);
}

/* --- A script that hangs ---------------------------------------------------------------------------------------- */

static gpointer startInThread(gpointer opaque)
{
    run(opaque, driver->networkCreate);
    return NULL;
}

static gpointer redefineInThread(gpointer opaque)
{
    define(opaque, LAB);
    return NULL;
}

/* The script writes to the first FIFO when it is there, and goes on when the second one ends. */
static void hangingScriptHoldsNobodyElse(Fixture *fix, gconstpointer data)
{
    g_autofree char *here = g_build_filename(fix->root, "here", NULL), *go = g_build_filename(fix->root, "go", NULL);
    g_autofree char *body = g_strdup_printf("[ $1 = lab -a $2 = start ] || exit 0; echo >%s; read line <%s; exit 0", here, go);
    g_autofree char *word = NULL, *xml = NULL;
    g_autoptr(virNetworkIdent) other = NULL;
    g_autoptr(GError) err = NULL;
    GThread *starter, *definer;
    int active = -1;

    (void)data;
    g_assert_true(mkfifo(here, 0600) == 0 && mkfifo(go, 0600) == 0);
    writeScript(fix, "network", body);
    define(fix, LAB);
    starter = g_thread_new("start", startInThread, fix);
    g_assert_true(g_file_get_contents(here, &word, NULL, NULL));
    definer = g_thread_new("define", redefineInThread, fix);        /* its own changes wait */
    g_assert_cmpint(isActive(fix), ==, 0);
    xml = dump(fix, 0);
    g_assert_nonnull(strstr(xml, "<name>lab</name>"));
    driver->networkDefineXML(fix->conn, LAB2, 0, &other, &err);
    g_assert_no_error(err);
    driver->networkCreate(fix->conn, other, &err);
    g_assert_no_error(err);
    virNetworkManagerServiceDied(fix->manager, "lab", "dnsmasq");   /* waits for lab's lock, in a thread of its own */
    driver->networkIsActive(fix->conn, other, &active, &err);
    g_assert_cmpint(active, ==, 1);
    driver->networkDestroy(fix->conn, other, &err);
    g_assert_no_error(err);
    g_assert_true(g_file_set_contents_full(go, "\n", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_thread_join(starter);
    g_thread_join(definer);
    g_assert_cmpint(isActive(fix), ==, 1);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*function)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/hooks/script-is-told-of-each-operation", scriptIsToldOfEachOperation },
        { "/hooks/input-is-the-live-network", inputIsTheLiveNetwork },
        { "/hooks/scripts-of-the-directory-follow-in-order", scriptsOfTheDirectoryFollowInOrder },
        { "/hooks/script-put-there-later-is-run", scriptPutThereLaterIsRun },
        { "/hooks/refused-start-has-touched-nothing", refusedStartHasTouchedNothing },
        { "/hooks/refused-started-is-taken-back", refusedStartedIsTakenBack },
        { "/hooks/failure-after-the-fact-is-ignored", failureAfterTheFactIsIgnored },
        { "/hooks/taint-stays-while-active", taintStaysWhileActive },
        { "/hooks/hanging-script-holds-nobody-else", hangingScriptHoldsNobodyElse },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, setUp, tests[i].function, tearDown);
    return g_test_run();
}
