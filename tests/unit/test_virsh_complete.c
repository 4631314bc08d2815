/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests what virsh offers for unfinished command lines, with a small table of commands of its own. Connects to nothing; the
 * files that are offered are the test's own. Run by meson.
 */
#include "virsh_complete.h"
#include "virsh_parse.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Values depend on what was given before, as ports depend on their network. */
static void offerPorts(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    const char *name = virshCommandValue(cmd, "network");

    g_assert_null(ctl);
    (void)prefix;
    g_ptr_array_add(ret, g_strdup_printf("%s-1", name ? name : "none"));
    g_ptr_array_add(ret, g_strdup_printf("%s-2", name ? name : "none"));
}

static void offerNetworks(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    static const char *const names[] = { "lab", "my net", "--odd", "#9" };

    g_assert_null(ctl);
    (void)cmd;
    (void)prefix;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_ptr_array_add(ret, g_strdup(names[i]));
}

static const virshOption showOptions[] = {
    { .name = "network", .type = VIRSH_OPTION_DATA, .help = "which", .complete = offerNetworks },
    { .name = "port", .type = VIRSH_OPTION_STRING, .help = "port", .complete = offerPorts },
    { .name = "all", .type = VIRSH_OPTION_BOOL, .help = "all" },
    { .name = "from", .type = VIRSH_OPTION_NAMED, .help = "from", .complete = offerNetworks },
    { .name = "size", .type = VIRSH_OPTION_NAMED, .help = "size" },
    { 0 },
};

static const virshOption sayOptions[] = {
    { .name = "loud", .type = VIRSH_OPTION_BOOL, .help = "loud" },
    { .name = "string", .type = VIRSH_OPTION_WORDS, .help = "words", .complete = offerNetworks },
    { 0 },
};

static const virshOption fileOptions[] = {
    { .name = "file", .type = VIRSH_OPTION_DATA, .help = "file", .complete = virshCompleteFile },
    { .name = "dir", .type = VIRSH_OPTION_NAMED, .help = "directory", .complete = virshCompleteDirectory },
    { 0 },
};

static const virshCommandDef commands[] = {
    { .name = "show", .options = showOptions, .help = "shows" },
    { .name = "say", .options = sayOptions, .help = "says" },
    { .name = "save", .options = fileOptions, .help = "saves" },
    { .name = "secret", .help = "hidden", .flags = VIRSH_COMMAND_HIDDEN },
    { 0 },
};

static const virshGroup groups[] = {
    { .name = "Group", .keyword = "group", .commands = commands },
    { 0 },
};

static void expectOffered(GPtrArray *offered, const char *wanted)
{
    g_autofree char *got = NULL;

    g_ptr_array_add(offered, NULL);
    got = g_strjoinv("|", (char **)offered->pdata);
    g_assert_cmpstr(got, ==, wanted);
    g_ptr_array_unref(offered);
}

typedef struct {
    const char *name;
    const char *text;
    const char *wanted;
} textCase;

static const textCase textCases[] = {
    { "command/all-but-hidden-ones", "", "show|say|save" },
    { "command/by-prefix", "sa", "say|save" },
    { "command/whole-word-is-offered-still", "say", "say" },
    { "command/hidden-one-is-never-offered", "sec", "" },
    { "command/after-another", "say a; sh", "show" },
    { "command/after-a-line-break", "say a\nsh", "show" },
    { "command/after-blanks", "  sh", "show" },
    { "command/unknown-has-no-arguments", "bogus ", "" },
    { "command/hidden-one-has-options-all-the-same", "secret --", "" },
    { "value/by-position", "show ", "lab|my net|--odd|#9" },
    { "value/by-prefix", "show m", "my net" },
    { "value/second-position-knows-the-first", "show lab ", "lab-1|lab-2" },
    { "value/by-name", "show --network l", "lab" },
    { "value/by-name-after-others", "show --all lab --from m", "my net" },
    { "value/by-equals", "show --network=l", "--network=lab" },
    { "value/by-equals-given-already", "show lab --network=l", "" },
    { "value/port-of-a-named-network", "show --port x --network lab --all ", "--from|--size" },
    { "value/named-port-before-its-network", "show --port n", "none-1|none-2" },
    { "value/unknown-is-nothing", "show --size ", "" },
    { "value/that-looks-like-an-option", "show --network --", "--odd" },
    { "value/words-go-on", "say a b l", "lab" },
    { "option/all", "show --", "--network|--port|--all|--from|--size" },
    { "option/one-dash", "show -", "--network|--port|--all|--from|--size" },
    { "option/by-prefix", "show --a", "--all" },
    { "option/given-ones-are-left-out", "show lab --all --", "--port|--from|--size" },
    { "option/words-have-none", "say --", "--loud" },
    { "option/not-after-dashes", "say -- --", "--odd" },
    { "option/where-no-value-is-left", "show lab 1 ", "--all|--from|--size" },
    { "option/not-where-a-value-has-begun", "show lab 1 a", "" },
    { "option/mistakes-before-are-passed-over", "show lab --bogus --all --all --f", "--from" },
    { "quote/open-double", "show \"my n", "my net" },
    { "quote/open-single", "show 'my ", "my net" },
    { "quote/escaped-blank", "show my\\ n", "my net" },
    { "quote/escape-at-the-end", "show my\\", "my net" },
    { "quote/closed", "show \"my\" ", "my-1|my-2" },
    { "quote/semicolon-within", "say \"a; sh", "" },
    { "comment/nothing", "say a # sh", "" },
    { "comment/nothing-behind-its-mark", "#", "" },
    { "comment/next-line", "# a\nsh", "show" },
    { "comment/escaped-mark", "show \\#", "#9" },
};

static void testText(gconstpointer data)
{
    const textCase *one = data;

    expectOffered(virshCompleteText(NULL, groups, one->text), one->wanted);
}

static void expectWords(const char *const *words, const char *wanted)
{
    expectOffered(virshCompleteWords(NULL, groups, (char *const *)words), wanted);
}

static void testWordsAreNotUnquoted(void)
{
    expectWords((const char *const[]) { "show", "my ", NULL }, "my net");
    expectWords((const char *const[]) { "show", "'my", NULL }, "");
    expectWords((const char *const[]) { "show", "a;b c", "", NULL }, "a;b c-1|a;b c-2");
}

static void testWordsNone(void)
{
    expectWords((const char *const[]) { NULL }, "show|say|save");
}

static void testFiles(void)
{
    g_autofree char *top = g_dir_make_tmp("virsh-complete-XXXXXX", NULL);
    static const char *const names[] = { "lab.xml", ".hidden", "sub/lamp.xml" };
    g_autofree char *sub = g_build_filename(top, "sub", NULL);
    g_autofree char *before = g_get_current_dir();

    g_assert_cmpint(g_mkdir(sub, 0700), ==, 0);
    g_assert_cmpint(g_chdir(top), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_true(g_file_set_contents(names[i], "", 0, NULL));
    expectOffered(virshCompleteText(NULL, groups, "save la"), "lab.xml");
    expectOffered(virshCompleteText(NULL, groups, "save s"), "sub/");
    expectOffered(virshCompleteText(NULL, groups, "save sub/"), "sub/lamp.xml");
    expectOffered(virshCompleteText(NULL, groups, "save ./.h"), "./.hidden");
    expectOffered(virshCompleteText(NULL, groups, "save nosuch/"), "");
    expectOffered(virshCompleteText(NULL, groups, "save --dir "), "sub/");
    expectOffered(virshCompleteText(NULL, groups, "save --dir sub/"), "");
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_cmpint(g_unlink(names[i]), ==, 0);
    g_assert_cmpint(g_chdir(before), ==, 0);
    g_assert_cmpint(g_rmdir(sub), ==, 0);
    g_assert_cmpint(g_rmdir(top), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(textCases); i++) {
        g_autofree char *path = g_strdup_printf("/virsh/complete/%s", textCases[i].name);

        g_test_add_data_func(path, &textCases[i], testText);
    }
    g_test_add_func("/virsh/complete/words/are-not-unquoted", testWordsAreNotUnquoted);
    g_test_add_func("/virsh/complete/words/none-offers-commands", testWordsNone);
    g_test_add_func("/virsh/complete/files", testFiles);
    return g_test_run();
}
