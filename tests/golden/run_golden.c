/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * run_golden.c: what plans and steps look like, as files one can read
 *
 * Each folder beside this file is a case. in.xml is rendered and compared with expect/plan; from.xml and to.xml are
 * rendered, and the steps from one to the other compared with expect/steps, what they cost with expect/prices (no from.xml:
 * from nothing; no to.xml: to nothing). Files named in-radvd.xml and so on are rendered for a daemon that leaves router
 * advertisements to radvd. Where dnsmasq and radvd are installed, they have to accept each conf rendered for them. Run by
 * meson with the folder's path; with --update before it, expectations are written instead of compared, and are then to be
 * read by whoever did it.
 */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "network_parse.h"
#include "network_plan.h"
#include "network_validate.h"
#include "plan_price.h"

#define DNSMASQ_DIR "/var/lib/libvirt/dnsmasq"
#define RUN_DIR "/run/libvirt/network"
#define RADVD_DIR "/var/lib/libvirt/radvd"

/* A program that can judge a conf. */
typedef struct {
    const char *name;
    const char *check_option;
    const char *conf_option;
    const char *test;           /* what the test is called */
} Judge;

static const Judge dnsmasq = { "dnsmasq", "--test", "--conf-file", "conf-is-accepted" };
static const Judge radvd = { "radvd", "--configtest", "--config", "radvd-conf-is-accepted" };

typedef struct {
    gboolean update;
    guint n_tests;
    guint n_failed;
} Runner;

static void report(Runner *runner, gboolean ok, const char *name, const char *what)
{
    runner->n_tests++;
    runner->n_failed += !ok;
    g_print("%s %u - golden/%s/%s\n", ok ? "ok" : "not ok", runner->n_tests, name, what);
}

/* Every line as a TAP comment. */
static void explain(const char *heading, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint i;

    g_print("# %s\n", heading);
    for (i = 0; lines[i] && (lines[i][0] || lines[i + 1]); i++)
        g_print("#   %s\n", lines[i]);
}

/* The file ROLE.xml, or else ROLE-radvd.xml of a case; NULL: it has neither. The caller frees it. */
static char *findFile(const char *folder, const char *role, virAdvertiser *ret_advertiser)
{
    static const char *const formats[] = {
        [VIR_ADVERTISER_DNSMASQ] = "%s/%s.xml", [VIR_ADVERTISER_RADVD] = "%s/%s-radvd.xml",
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *path = g_strdup_printf(formats[i], folder, role);

        if (g_file_test(path, G_FILE_TEST_EXISTS)) {
            *ret_advertiser = i;
            return g_steal_pointer(&path);
        }
    }
    return NULL;
}

static gboolean hasFile(const char *folder, const char *role)
{
    virAdvertiser advertiser;
    g_autofree char *path = findFile(folder, role, &advertiser);

    return path != NULL;
}

/* The zones of a firewalld that runs: lines of the case's file "zones"; without it none runs. */
static char **readZones(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "zones", NULL);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? g_strsplit(text, "\n", -1) : NULL;
}

/* NULL without an error: there is no such file. */
static virNetworkPlan *renderFile(const char *folder, const char *role, GError **err)
{
    g_autoptr(virHostFacts) facts = virHostFactsNew(DNSMASQ_DIR, RUN_DIR);
    g_autofree char *path = findFile(folder, role, &facts->advertiser);
    g_autoptr(virNetworkDef) def = NULL;
    g_autofree char *xml = NULL;
    virNetworkPlan *plan = NULL;

    facts->radvd_dir = g_strdup(RADVD_DIR);
    facts->zones = readZones(folder);
    if (!path || !g_file_get_contents(path, &xml, NULL, err))
        return NULL;
    def = virNetworkDefParse(xml, err);
    if (!def || virNetworkDefValidate(def, NULL, err) < 0 || virNetworkPlanRender(def, facts, &plan, err) < 0)
        return NULL;
    return plan;
}

/* Compares @got with the file expect/@what of the case, or makes it that file. */
static void settle(Runner *runner, const char *folder, const char *what, const char *got)
{
    g_autofree char *dir = g_build_filename(folder, "expect", NULL);
    g_autofree char *path = g_build_filename(dir, what, NULL);
    g_autofree char *name = g_path_get_basename(folder);
    g_autofree char *wanted = NULL;
    gboolean ok;

    if (runner->update) {
        g_mkdir(dir, 0755);
        ok = g_file_set_contents(path, got, -1, NULL);
    } else {
        ok = g_file_get_contents(path, &wanted, NULL, NULL) && strcmp(wanted, got) == 0;
    }
    if (!ok) {
        explain("expected:", wanted ? wanted : "(no file)");
        explain("got:", got);
    }
    report(runner, ok, name, what);
}

static char *findProgram(const char *name)
{
    g_autofree char *path = g_strdup_printf("/usr/sbin/%s", name);
    char *found = g_find_program_in_path(name);

    return found || !g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) ? found : g_steal_pointer(&path);
}

static gboolean accepts(const Judge *judge, char *program, const char *conf)
{
    g_autofree char *path = NULL, *option = NULL, *said = NULL;
    g_autoptr(GError) error = NULL;
    int handle = g_file_open_tmp("golden-XXXXXX.conf", &path, &error), status = -1;
    gboolean ok;

    g_assert_no_error(error);
    close(handle);
    option = g_strdup_printf("%s=%s", judge->conf_option, path);
    {
        char *args[] = { program, (char *)judge->check_option, option, NULL };

        ok = g_file_set_contents(path, conf, -1, NULL) &&
             g_spawn_sync(NULL, args, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &said, &status, NULL) && status == 0;
    }
    if (!ok)
        explain("it says:", said ? said : "(nothing)");
    unlink(path);
    return ok;
}

static void checkConf(Runner *runner, const char *name, const Judge *judge, const char *conf)
{
    g_autofree char *program = findProgram(judge->name);

    if (program)
        report(runner, accepts(judge, program, conf), name, judge->test);
    else
        g_print("ok %u - golden/%s/%s # SKIP %s is not installed\n", ++runner->n_tests, name, judge->test, judge->name);
}

static void failCase(Runner *runner, const char *name, const GError *error)
{
    explain("cannot be rendered:", error->message);
    report(runner, FALSE, name, "is-rendered");
}

static void runPlanCase(Runner *runner, const char *folder)
{
    g_autofree char *name = g_path_get_basename(folder);
    g_autoptr(GError) error = NULL;
    g_autoptr(virNetworkPlan) plan = renderFile(folder, "in", &error);
    g_autofree char *text = plan ? virNetworkPlanFormat(plan) : NULL;

    if (!plan) {
        failCase(runner, name, error);
        return;
    }
    settle(runner, folder, "plan", text);
    if (plan->dnsmasq.present)
        checkConf(runner, name, &dnsmasq, plan->dnsmasq.conf);
    if (plan->radvd.present)
        checkConf(runner, name, &radvd, plan->radvd.conf);
}

static char *formatSteps(const virNetworkPlan *from, const virNetworkPlan *to)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);
    GString *out = g_string_new(NULL);
    guint i;

    for (i = 0; i < steps->len; i++) {
        g_autofree char *line = virNetworkStepFormat(steps->pdata[i]);

        g_string_append_printf(out, "%s\n", line);
    }
    return g_string_free(out, FALSE);
}

static char *formatPrices(const virNetworkPlan *from, const virNetworkPlan *to)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);
    const virNetworkPricedChange change = { .steps = steps, .live = TRUE };

    return virNetworkPriceFormat(&change);
}

static void runStepsCase(Runner *runner, const char *folder)
{
    g_autofree char *name = g_path_get_basename(folder);
    g_autoptr(GError) error = NULL;
    g_autoptr(virNetworkPlan) from = renderFile(folder, "from", &error);
    g_autoptr(virNetworkPlan) to = error ? NULL : renderFile(folder, "to", &error);
    g_autofree char *text = NULL, *prices = NULL;

    if (error) {
        failCase(runner, name, error);
        return;
    }
    g_assert_true(from || to);
    if (!from)
        from = virNetworkPlanNew(to->name, to->bridge);
    if (!to)
        to = virNetworkPlanNew(from->name, from->bridge);
    text = formatSteps(from, to);
    settle(runner, folder, "steps", text);
    prices = formatPrices(from, to);
    settle(runner, folder, "prices", prices);
}

static void runCase(Runner *runner, const char *folder)
{
    if (hasFile(folder, "in"))
        runPlanCase(runner, folder);
    if (hasFile(folder, "from") || hasFile(folder, "to"))
        runStepsCase(runner, folder);
}

static gint compareTexts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *listCases(const char *root)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(root, 0, &error);
    GPtrArray *cases = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    g_assert_no_error(error);
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(root, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            g_ptr_array_add(cases, g_steal_pointer(&path));
    }
    g_ptr_array_sort(cases, compareTexts);
    return cases;
}

int main(int argc, char **argv)
{
    Runner runner = { .update = argc == 3 && strcmp(argv[1], "--update") == 0 };
    g_autoptr(GPtrArray) cases = NULL;
    guint i;

    if (argc != 2 && !runner.update) {
        g_printerr("usage: run_golden [--update] FOLDER\n");
        return EXIT_FAILURE;
    }
    cases = listCases(argv[argc - 1]);
    for (i = 0; i < cases->len; i++)
        runCase(&runner, cases->pdata[i]);
    g_print("1..%u\n", runner.n_tests);
    return runner.n_failed == 0 && runner.n_tests > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
