/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_store.c: files change all at once, and whatever a crash left is made whole when they are read back
 *
 * Crashes are made by writing what a killed daemon would have left. What a manager does with what was read is
 * test_network_engine.c's matter. Run by meson.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "network_format.h"
#include "network_parse.h"
#include "network_store.h"
#include "test_tree.h"
#include "virerror.h"

typedef struct {
    char *root, *config_dir, *run_dir;
    virNetworkStore *store;
    virNetworkDef *old_def, *new_def;      /* of network lab; the new one has a domain */
} Fixture;

static virNetworkDef *parse(const char *rest)
{
    g_autofree char *xml =
        g_strdup_printf("<network><name>lab</name><uuid>8f5a1f3e-0000-4000-8000-000000000001</uuid>"
                        "<bridge name='virbr7'/>%s</network>", rest);
    virNetworkDef *def = virNetworkDefParse(xml, NULL);

    g_assert_nonnull(def);
    return def;
}

static void setUp(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;

    (void)data;
    fix->root = g_dir_make_tmp("store-XXXXXX", &err);
    g_assert_no_error(err);
    fix->config_dir = g_build_filename(fix->root, "etc", NULL);
    fix->run_dir = g_build_filename(fix->root, "run", NULL);
    fix->store = virNetworkStoreNew(fix->config_dir, fix->run_dir);
    fix->old_def = parse("");
    fix->new_def = parse("<domain name='x.example'/>");
    virNetworkStorePrepare(fix->store, &err);
    g_assert_no_error(err);
}

static void tearDown(Fixture *fix, gconstpointer data)
{
    (void)data;
    virNetworkStoreFree(fix->store);
    virNetworkDefUnref(fix->old_def);
    virNetworkDefUnref(fix->new_def);
    removeTree(fix->root);
    g_free(fix->root);
    g_free(fix->config_dir);
    g_free(fix->run_dir);
}

static char *readFile(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

static gboolean hasFile(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS) || g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

static void writeFile(const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autoptr(GError) err = NULL;

    g_file_set_contents(path, text, -1, &err);
    g_assert_no_error(err);
}

static void assertIsNew(const char *dir, const char *name, gboolean is_new)
{
    g_autofree char *text = readFile(dir, name);

    g_assert_nonnull(text);
    g_assert_cmpint(strstr(text, "x.example") != NULL, ==, is_new);
}

static void stage(Fixture *fix, virNetworkStoreChange *change, virNetworkDef *def)
{
    g_autoptr(GError) err = NULL;

    virNetworkStoreStage(fix->store, change, def, def, &err);
    g_assert_no_error(err);
}

static void commit(Fixture *fix, virNetworkStoreChange *change)
{
    g_autoptr(GError) err = NULL;

    virNetworkStoreCommit(fix->store, change, &err);
    g_assert_no_error(err);
}

static const virNetworkStoreChange writes_both = {
    .name = "lab", .config_action = VIR_STORE_WRITE, .status_action = VIR_STORE_WRITE,
};

/* Both files of lab, in their old version. */
static void storeOld(Fixture *fix)
{
    virNetworkStoreChange change = writes_both;

    stage(fix, &change, fix->old_def);
    commit(fix, &change);
    virNetworkStoreUnmark(fix->store, "lab");
}

/* Whatever is read of lab, which is all there is; NULL if nothing is. */
static virNetworkStored *load(Fixture *fix)
{
    g_autoptr(GPtrArray) all = NULL;
    g_autoptr(GError) err = NULL;

    virNetworkStoreLoad(fix->store, &all, &err);
    g_assert_no_error(err);
    g_assert_cmpuint(all->len, <=, 1);
    return all->len ? g_ptr_array_steal_index(all, 0) : NULL;
}

static void assertNoTemps(Fixture *fix)
{
    g_assert_false(hasFile(fix->config_dir, ".lab.xml.new") || hasFile(fix->run_dir, ".lab.xml.new"));
}

/* --- Changes ---------------------------------------------------------------------------------------------------- */

static void stagedFilesHoldOnlyFromCommit(Fixture *fix, gconstpointer data)
{
    virNetworkStoreChange change = writes_both;
    g_autofree char *record = NULL;

    (void)data;
    storeOld(fix);
    stage(fix, &change, fix->new_def);
    g_assert_true(hasFile(fix->config_dir, ".lab.xml.new") && hasFile(fix->run_dir, ".lab.xml.new"));
    assertIsNew(fix->config_dir, "lab.xml", FALSE);
    assertIsNew(fix->run_dir, "lab.xml", FALSE);
    g_assert_cmpint(virNetworkStoreMark(fix->store, "lab", VIR_STALE_HOSTS, NULL), ==, 0);
    commit(fix, &change);
    record = readFile(fix->run_dir, "lab.change");
    g_assert_cmpstr(record, ==, "stale-hosts\ncommit-config\ncommit-status\n");
    assertIsNew(fix->config_dir, "lab.xml", TRUE);
    assertIsNew(fix->run_dir, "lab.xml", TRUE);
    assertNoTemps(fix);
    virNetworkStoreUnmark(fix->store, "lab");
    g_assert_false(hasFile(fix->run_dir, "lab.change"));
    virNetworkStoreUnstage(fix->store, &change);
}

static void unstageLeavesTheOld(Fixture *fix, gconstpointer data)
{
    virNetworkStoreChange change = writes_both;

    (void)data;
    storeOld(fix);
    stage(fix, &change, fix->new_def);
    virNetworkStoreUnstage(fix->store, &change);
    assertNoTemps(fix);
    assertIsNew(fix->config_dir, "lab.xml", FALSE);
    assertIsNew(fix->run_dir, "lab.xml", FALSE);
}

static void commitActsAsTold(Fixture *fix, gconstpointer data)
{
    static const struct {
        virNetworkStoreAction config, status;
    } rows[] = {
        { VIR_STORE_KEEP, VIR_STORE_WRITE }, { VIR_STORE_WRITE, VIR_STORE_KEEP }, { VIR_STORE_KEEP, VIR_STORE_REMOVE },
        { VIR_STORE_REMOVE, VIR_STORE_KEEP }, { VIR_STORE_REMOVE, VIR_STORE_REMOVE },
        { VIR_STORE_KEEP, VIR_STORE_KEEP },
    };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        virNetworkStoreChange change = {
            .name = "lab", .config_action = rows[i].config, .status_action = rows[i].status,
        };

        storeOld(fix);
        stage(fix, &change, fix->new_def);
        commit(fix, &change);
        virNetworkStoreUnmark(fix->store, "lab");
        g_assert_cmpint(hasFile(fix->config_dir, "lab.xml"), ==, rows[i].config != VIR_STORE_REMOVE);
        g_assert_cmpint(hasFile(fix->run_dir, "lab.xml"), ==, rows[i].status != VIR_STORE_REMOVE);
        if (rows[i].config != VIR_STORE_REMOVE)
            assertIsNew(fix->config_dir, "lab.xml", rows[i].config == VIR_STORE_WRITE);
        if (rows[i].status != VIR_STORE_REMOVE)
            assertIsNew(fix->run_dir, "lab.xml", rows[i].status == VIR_STORE_WRITE);
        assertNoTemps(fix);
    }
}

static void filesHaveLibvirtsForm(Fixture *fix, gconstpointer data)
{
    g_autofree char *config = NULL, *status = NULL, *xml = NULL, *path = NULL;
    GStatBuf info;

    (void)data;
    storeOld(fix);
    config = readFile(fix->config_dir, "lab.xml");
    status = readFile(fix->run_dir, "lab.xml");
    xml = virNetworkDefFormat(fix->old_def);
    g_assert_true(g_str_has_prefix(config, "<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE."));
    g_assert_nonnull(strstr(config, "\n  virsh net-edit lab\n"));
    g_assert_true(g_str_has_suffix(config, xml));
    g_assert_true(g_str_has_prefix(status, "<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE."));
    g_assert_nonnull(strstr(status, "\n-->\n\n<networkstatus>\n  <class_id bitmap='0-2'/>\n  <floor sum='0'/>\n"
                                    "  <network>\n    <name>lab</name>\n"));
    g_assert_true(g_str_has_suffix(status, "  </network>\n</networkstatus>\n"));
    path = g_build_filename(fix->config_dir, "lab.xml", NULL);
    g_assert_cmpint(g_stat(path, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 0777, ==, 0600);
}

/* Without a directory nothing is kept, and nothing fails. */
static void storeWithoutDirectoryKeepsNothing(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkStore) nowhere = virNetworkStoreNew(NULL, NULL);
    virNetworkStoreChange change = writes_both;
    g_autoptr(GPtrArray) all = NULL;

    (void)data;
    g_assert_cmpint(virNetworkStorePrepare(nowhere, NULL), ==, 0);
    g_assert_cmpint(virNetworkStoreStage(nowhere, &change, fix->old_def, fix->old_def, NULL), ==, 0);
    g_assert_cmpint(virNetworkStoreMark(nowhere, "lab", VIR_STALE_CONF, NULL), ==, 0);
    g_assert_cmpint(virNetworkStoreCommit(nowhere, &change, NULL), ==, 0);
    virNetworkStoreUnmark(nowhere, "lab");
    g_assert_cmpint(virNetworkStoreLoad(nowhere, &all, NULL), ==, 0);
    g_assert_cmpuint(all->len, ==, 0);
}

/* A name whose file cannot be made fails the staging, with the file's name and nothing left. */
static void stagingThatFailsSaysWhy(Fixture *fix, gconstpointer data)
{
    g_autofree char *name = g_strnfill(300, 'x');
    virNetworkStoreChange change = { .name = name, .config_action = VIR_STORE_WRITE };
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(virNetworkStoreStage(fix->store, &change, fix->old_def, NULL, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(err->message, name));
    virNetworkStoreUnstage(fix->store, &change);
}

/* --- After a crash ---------------------------------------------------------------------------------------------- */

/* lab's files are the old ones, and the new ones are staged as a killed daemon leaves them. */
static void leaveStaged(Fixture *fix)
{
    virNetworkStoreChange change = writes_both;

    storeOld(fix);
    stage(fix, &change, fix->new_def);
    g_free(change.config_temp);
    g_free(change.status_temp);
}

static void recordIsFinishedAtLoad(Fixture *fix, gconstpointer data)
{
    (void)data;
    for (int renamed = 0; renamed < 3; renamed++) {
        g_autoptr(virNetworkStored) stored = NULL;
        g_autofree char *from = NULL, *to = NULL;

        leaveStaged(fix);
        writeFile(fix->run_dir, "lab.change", "stale-hosts\ncommit-config\ncommit-status\n");
        /* Killed before the first rename, between both, after both. */
        from = g_build_filename(fix->config_dir, ".lab.xml.new", NULL);
        to = g_build_filename(fix->config_dir, "lab.xml", NULL);
        g_assert_true(renamed < 1 || g_rename(from, to) == 0);
        g_free(from);
        g_free(to);
        from = g_build_filename(fix->run_dir, ".lab.xml.new", NULL);
        to = g_build_filename(fix->run_dir, "lab.xml", NULL);
        g_assert_true(renamed < 2 || g_rename(from, to) == 0);

        stored = load(fix);
        g_assert_true(virNetworkDefEqual(stored->config, fix->new_def));
        g_assert_true(virNetworkDefEqual(stored->live, fix->new_def));
        g_assert_true(stored->marked && stored->stale == VIR_STALE_HOSTS);
        assertIsNew(fix->config_dir, "lab.xml", TRUE);
        assertIsNew(fix->run_dir, "lab.xml", TRUE);
        assertNoTemps(fix);
    }
}

/* What a commit could not rename is not lost to the next change. */
static void recordIsFinishedAtStage(Fixture *fix, gconstpointer data)
{
    virNetworkStoreChange change = { .name = "lab", .status_action = VIR_STORE_WRITE };

    (void)data;
    leaveStaged(fix);
    writeFile(fix->run_dir, "lab.change", "stale-none\ncommit-config\ncommit-status\n");
    stage(fix, &change, fix->old_def);
    assertIsNew(fix->config_dir, "lab.xml", TRUE);
    assertIsNew(fix->run_dir, "lab.xml", TRUE);
    virNetworkStoreUnstage(fix->store, &change);
}

static void stagedWithoutRecordIsDropped(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkStored) stored = NULL;

    (void)data;
    leaveStaged(fix);
    stored = load(fix);
    g_assert_true(virNetworkDefEqual(stored->config, fix->old_def) && virNetworkDefEqual(stored->live, fix->old_def));
    g_assert_false(stored->marked);
    g_assert_null(stored->attempted);
    assertNoTemps(fix);
}

static void markIsReadBack(Fixture *fix, gconstpointer data)
{
    static const virNetworkStale rows[] = { VIR_STALE_NONE, VIR_STALE_HOSTS, VIR_STALE_CONF };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkStored) marked = NULL, unmarked = NULL;

        leaveStaged(fix);
        g_assert_cmpint(virNetworkStoreMark(fix->store, "lab", rows[i], NULL), ==, 0);
        marked = load(fix);
        g_assert_true(marked->marked);
        g_assert_cmpint(marked->stale, ==, rows[i]);
        g_assert_true(virNetworkDefEqual(marked->live, fix->old_def));   /* a mark commits nothing */
        virNetworkStoreUnmark(fix->store, "lab");
        unmarked = load(fix);
        g_assert_true(!unmarked->marked && unmarked->stale == VIR_STALE_NONE);
    }
}

static void attemptedStartIsReadBack(Fixture *fix, gconstpointer data)
{
    virNetworkStoreChange change = { .name = "lab", .status_action = VIR_STORE_WRITE };
    g_autoptr(virNetworkStored) stored = NULL;

    (void)data;
    stage(fix, &change, fix->new_def);
    g_assert_cmpint(virNetworkStoreMark(fix->store, "lab", VIR_STALE_CONF, NULL), ==, 0);
    g_free(change.status_temp);
    stored = load(fix);
    g_assert_null(stored->config);
    g_assert_null(stored->live);
    g_assert_nonnull(stored->attempted);
    g_assert_true(virNetworkDefEqual(stored->attempted, fix->new_def));
    assertNoTemps(fix);
}

/* --- Files of others -------------------------------------------------------------------------------------------- */

static void fileThatCannotBeReadIsSkippedAndStays(Fixture *fix, gconstpointer data)
{
    static const char *const texts[] = {
        "", "<network>", "no XML", "<domain/>", "<networkstatus/>", "<network/>",
        "<network><name>other</name><uuid>8f5a1f3e-0000-4000-8000-000000000001</uuid><bridge name='b'/></network>",
    };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(virNetworkStored) stored = NULL;
        g_autoptr(GPtrArray) configs = NULL;
        g_autofree char *after = NULL;

        writeFile(fix->config_dir, "lab.xml", texts[i]);
        stored = load(fix);
        g_assert_true(!stored || (!stored->config && !stored->live && !stored->attempted));
        g_assert_cmpint(virNetworkStoreReadConfigs(fix->store, &configs, NULL), ==, 0);
        g_assert_cmpuint(configs->len, ==, 0);
        after = readFile(fix->config_dir, "lab.xml");
        g_assert_cmpstr(after, ==, texts[i]);
    }
}

/* The log goes to stderr, so that a program of its own is needed to read it. */
static void fileThatIsSkippedIsNamed(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkStored) stored = NULL;

    (void)data;
    if (g_test_subprocess()) {
        writeFile(fix->config_dir, "lab.xml", "<domain/>");
        writeFile(fix->run_dir, "lab.xml", "<networkstatus><network/></networkstatus>");
        stored = load(fix);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*skipped: XML error: */etc/lab.xml: expecting root element of 'network', not 'domain'\n*");
    g_test_trap_assert_stderr("*skipped: */run/lab.xml: missing name information\n*");
}

static void whatMayStillBeFilledInMayLackInDefinitionsAlone(Fixture *fix, gconstpointer data)
{
    static const char *const texts[] = {
        "<network><name>lab</name><bridge name='b'/></network>",
        "<network><name>lab</name><uuid>8f5a1f3e-0000-4000-8000-000000000001</uuid></network>",
    };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *status = g_strdup_printf("<networkstatus>%s</networkstatus>", texts[i]);
        g_autoptr(virNetworkStored) stored = NULL;

        writeFile(fix->config_dir, "lab.xml", texts[i]);
        writeFile(fix->run_dir, "lab.xml", status);
        stored = load(fix);
        g_assert_nonnull(stored);
        g_assert_nonnull(stored->config);
        g_assert_cmpint(stored->config->has_uuid, ==, i == 1);
        g_assert_null(stored->live);
    }
}

static void otherFilesAreNoNetworks(Fixture *fix, gconstpointer data)
{
    (void)data;
    writeFile(fix->config_dir, "lab.xml~", "<network>");
    writeFile(fix->config_dir, ".lab.xml.swp", "<network>");
    writeFile(fix->config_dir, ".xml", "<network>");
    writeFile(fix->run_dir, "lab.pid", "1\n");
    g_assert_null(load(fix));
    g_assert_true(hasFile(fix->config_dir, ".lab.xml.swp") && hasFile(fix->config_dir, ".xml"));
}

/* Such a name is allowed, so its file is no hidden one. */
static void nameMayBeginWithADot(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkStored) stored = NULL;
    g_autoptr(GError) err = NULL;
    virNetworkStoreChange change = writes_both;
    g_autoptr(virNetworkDef) def =
        virNetworkDefParse("<network><name>.lab</name><uuid>8f5a1f3e-0000-4000-8000-000000000002</uuid>"
                           "<bridge name='virbr7'/></network>", &err);

    (void)data;
    g_assert_no_error(err);
    change.name = def->name;
    stage(fix, &change, def);
    commit(fix, &change);
    stored = load(fix);
    g_assert_nonnull(stored);
    g_assert_cmpstr(stored->name, ==, ".lab");
    g_assert_true(stored->config && stored->live);
}

static void missingDirectoryIsAnError(Fixture *fix, gconstpointer data)
{
    GPtrArray *all = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    removeTree(fix->config_dir);
    g_assert_cmpint(virNetworkStoreLoad(fix->store, &all, &err), ==, -1);
    g_assert_null(all);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(err->message, fix->config_dir));
}

/* --- Autostart -------------------------------------------------------------------------------------------------- */

static void autostartLinkIsAbsolute(Fixture *fix, gconstpointer data)
{
    g_autofree char *link = g_build_filename(fix->config_dir, "autostart", "lab.xml", NULL);
    g_autofree char *wanted = g_build_filename(fix->config_dir, "lab.xml", NULL);
    g_autofree char *target = NULL;

    (void)data;
    g_assert_false(virNetworkStoreGetAutostart(fix->store, "lab"));
    for (int i = 0; i < 2; i++)
        g_assert_cmpint(virNetworkStoreSetAutostart(fix->store, "lab", TRUE, NULL), ==, 0);
    target = g_file_read_link(link, NULL);
    g_assert_cmpstr(target, ==, wanted);
    g_assert_true(g_path_is_absolute(target) && virNetworkStoreGetAutostart(fix->store, "lab"));
    for (int i = 0; i < 2; i++)
        g_assert_cmpint(virNetworkStoreSetAutostart(fix->store, "lab", FALSE, NULL), ==, 0);
    g_assert_false(virNetworkStoreGetAutostart(fix->store, "lab"));
}

static void autostartIsClaimedOnce(Fixture *fix, gconstpointer data)
{
    (void)data;
    g_assert_true(virNetworkStoreClaimAutostart(fix->store));
    g_assert_true(hasFile(fix->run_dir, "autostarted"));
    g_assert_false(virNetworkStoreClaimAutostart(fix->store));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/store/change/staged-files-hold-only-from-commit", stagedFilesHoldOnlyFromCommit },
        { "/store/change/unstage-leaves-the-old", unstageLeavesTheOld },
        { "/store/change/commit-acts-as-told", commitActsAsTold },
        { "/store/change/files-have-libvirts-form", filesHaveLibvirtsForm },
        { "/store/change/staging-that-fails-says-why", stagingThatFailsSaysWhy },
        { "/store/without-directory-keeps-nothing", storeWithoutDirectoryKeepsNothing },
        { "/store/crash/record-is-finished-at-load", recordIsFinishedAtLoad },
        { "/store/crash/record-is-finished-at-stage", recordIsFinishedAtStage },
        { "/store/crash/staged-without-record-is-dropped", stagedWithoutRecordIsDropped },
        { "/store/crash/mark-is-read-back", markIsReadBack },
        { "/store/crash/attempted-start-is-read-back", attemptedStartIsReadBack },
        { "/store/load/unreadable-is-skipped-and-stays", fileThatCannotBeReadIsSkippedAndStays },
        { "/store/load/unreadable-is-named-in-the-log", fileThatIsSkippedIsNamed },
        { "/store/files/what-may-be-filled-in-may-lack-in-definitions-alone", whatMayStillBeFilledInMayLackInDefinitionsAlone },
        { "/store/load/other-files-are-no-networks", otherFilesAreNoNetworks },
        { "/store/load/name-may-begin-with-a-dot", nameMayBeginWithADot },
        { "/store/load/missing-directory-is-an-error", missingDirectoryIsAnError },
        { "/store/autostart/link-is-absolute", autostartLinkIsAbsolute },
        { "/store/autostart/is-claimed-once", autostartIsClaimedOnce },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, setUp, tests[i].run, tearDown);
    return g_test_run();
}
