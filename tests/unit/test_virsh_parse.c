/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests how virsh takes command lines apart, with a small table of commands of its own. Runs no command and needs no
 * library but GLib. Run by meson.
 */
#include "virsh_parse.h"

#include <string.h>

static const virshOption showOptions[] = {
    { .name = "network", .type = VIRSH_OPTION_DATA, .help = "which" },
    { .name = "all", .type = VIRSH_OPTION_BOOL, .help = "all" },
    { .name = "mac", .type = VIRSH_OPTION_STRING, .help = "mac" },
    { .name = "index", .type = VIRSH_OPTION_NUMBER, .help = "index" },
    { .name = "path", .type = VIRSH_OPTION_NAMED, .help = "path" },
    { 0 },
};

static const virshOption pairOptions[] = {
    { .name = "one", .type = VIRSH_OPTION_DATA, .help = "one" },
    { .name = "two", .type = VIRSH_OPTION_DATA, .help = "two" },
    { 0 },
};

static const virshOption sayOptions[] = {
    { .name = "loud", .type = VIRSH_OPTION_BOOL, .help = "loud" },
    { .name = "string", .type = VIRSH_OPTION_WORDS, .help = "words" },
    { 0 },
};

static const virshOption tellOptions[] = {
    { .name = "network", .type = VIRSH_OPTION_DATA, .help = "network" },
    { .name = "text", .type = VIRSH_OPTION_TEXT, .help = "words" },
    { 0 },
};

static const virshOption lenientOptions[] = {
    { .name = "topic", .type = VIRSH_OPTION_STRING, .help = "topic" },
    { 0 },
};

static const virshCommandDef commands[] = {
    { .name = "show", .options = showOptions, .help = "shows", .description = "Shows things." },
    { .name = "pair", .options = pairOptions, .help = "pairs" },
    { .name = "say", .options = sayOptions, .help = "says" },
    { .name = "tell", .options = tellOptions, .help = "tells" },
    { .name = "bare", .help = "does it" },
    { .name = "lenient", .options = lenientOptions, .flags = VIRSH_COMMAND_LENIENT, .help = "lenient" },
    { 0 },
};

static const virshGroup groups[] = {
    { .name = "Group", .keyword = "group", .commands = commands },
    { 0 },
};

static void freeCommand(gpointer data)
{
    virshCommandFree(data);
}

/* The parsed commands in one line: `name option=value option; name`, or `! problem | problem`. */
static char *describe(int rc, const GPtrArray *parsed, const GPtrArray *problems)
{
    g_autoptr(GString) out = g_string_new(rc < 0 ? "!" : NULL);

    g_assert_true((rc < 0) || problems->len == 0);
    for (guint i = 0; i < problems->len; i++)
        g_string_append_printf(out, "%s%s", i ? " | " : " ", (const char *)g_ptr_array_index(problems, i));
    for (guint i = 0; i < parsed->len; i++) {
        const virshCommand *cmd = g_ptr_array_index(parsed, i);

        g_string_append_printf(out, "%s%s%s", i ? "; " : "", cmd->def->name, cmd->help ? " (help)" : "");
        for (guint j = 0; j < cmd->arguments->len; j++) {
            const virshArgument *argument = g_ptr_array_index(cmd->arguments, j);

            g_string_append_printf(out, " %s%s%s", argument->option->name, argument->value ? "=" : "",
                                   argument->value ? argument->value : "");
        }
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void expectText(const char *text, const char *wanted)
{
    g_autoptr(GPtrArray) parsed = g_ptr_array_new_with_free_func(freeCommand);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    int rc = virshParseText(groups, text, parsed, problems);
    g_autofree char *got = describe(rc, parsed, problems);

    g_assert_cmpstr(got, ==, wanted);
}

static void expectWords(const char *const *words, const char *wanted)
{
    g_autoptr(GPtrArray) parsed = g_ptr_array_new_with_free_func(freeCommand);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    int rc = virshParseWords(groups, (char *const *)words, parsed, problems);
    g_autofree char *got = describe(rc, parsed, problems);

    g_assert_cmpstr(got, ==, wanted);
}

typedef struct {
    const char *name;
    const char *text;
    const char *wanted;
} textCase;

static const textCase textCases[] = {
    /* separators */
    { "separators/blank-text-is-no-command", " \t", "" },
    { "separators/two-commands", "bare; show a", "bare; show network=a" },
    { "separators/line-break", "bare\nbare", "bare; bare" },
    { "separators/empty-commands-are-skipped", ";; bare ;\n;bare;", "bare; bare" },
    { "separators/continued-line", "show \\\n a", "show network=a" },
    { "separators/comment-to-end-of-line", "say a # b; say c\nsay d", "say string=a; say string=d" },
    { "separators/hash-within-a-word", "say a#b", "say string=a#b" },
    /* quotes */
    { "quotes/single-keeps-all", "say 'a \"b\" \\; c'", "say string=a \"b\" \\; c" },
    { "quotes/double-keeps-blanks", "say \"a 'b';c\"", "say string=a 'b';c" },
    { "quotes/backslash-in-double", "say \"a\\\"b\\\\c\"", "say string=a\"b\\c" },
    { "quotes/backslash-outside", "say a\\ b\\;c\\'d", "say string=a b;c'd" },
    { "quotes/within-a-word", "say a'b c'd", "say string=ab cd" },
    { "quotes/line-break-kept-in-single", "say 'a\nb'", "say string=a\nb" },
    { "quotes/continued-word", "say a\\\nb", "say string=ab" },
    { "quotes/empty-word", "say '' a", "say string= string=a" },
    { "quotes/command-in-quotes", "'ba're", "bare" },
    { "quotes/single-open-ends-with-text", "say 'a b", "say string=a b" },
    { "quotes/double-open-refused", "say \"a b", "! missing \"" },
    { "quotes/backslash-last-refused", "say a\\", "! dangling \\" },
    { "quotes/empty-command-refused", "''", "! unknown command: ''" },
    /* options */
    { "options/by-position", "show a b 3", "show network=a mac=b index=3" },
    { "options/by-name", "show --index 3 --network a", "show index=3 network=a" },
    { "options/equals", "show --network=a --mac= --index==", "show network=a mac= index==" },
    { "options/quoted-equals", "show --network='a b'", "show network=a b" },
    { "options/position-fills-what-is-left", "pair --one a b", "pair one=a two=b" },
    { "options/named-takes-any-word", "show --network --all", "show network=--all" },
    { "options/named-only-is-not-positional", "show a b 3 c", "! unexpected data 'c'" },
    { "options/flag", "show a --all", "show network=a all" },
    { "options/dashes-end-options", "say -- --loud --", "say string=--loud string=--" },
    { "options/dashes-needs-a-letter", "say --- -a -", "say string=--- string=-a string=-" },
    { "options/words-have-no-name", "say --string a", "! command 'say' doesn't support option --string" },
    { "options/text-by-name", "tell a --text b c", "tell network=a text=b text=c" },
    { "options/text-by-position", "tell a b --text", "! option --text already seen" },
    { "options/text-empty", "tell a --text ''", "tell network=a text=" },
    { "options/unknown-refused", "bare --x=1", "! command 'bare' doesn't support option --x" },
    { "options/twice-refused", "show a --network b", "! option --network already seen" },
    { "options/flag-twice-refused", "show a --all --all", "! option --all already seen" },
    { "options/flag-with-value-refused", "show a --all=", "! invalid '=' after option --all" },
    { "options/no-value-refused", "show --network; bare", "! expected syntax: --network <string>" },
    { "options/no-number-refused", "show a --index", "! expected syntax: --index <number>" },
    { "options/too-many-refused", "bare a", "! unexpected data 'a'" },
    { "options/missing-refused-one-by-one", "pair", "! command 'pair' requires <one> option | "
                                                    "command 'pair' requires <two> option" },
    { "options/unknown-command-refused", "bare; nosuch", "! unknown command: 'nosuch'" },
    /* help */
    { "help/needs-no-options", "pair --help", "pair (help)" },
    { "help/other-options-are-checked", "pair --help --bad", "! command 'pair' doesn't support option --bad" },
    { "help/lenient-passes-over", "lenient a b --bad c", "lenient topic=a" },
};

static void testText(gconstpointer data)
{
    const textCase *one = data;

    expectText(one->text, one->wanted);
}

static void testWordsAreNotUnquoted(void)
{
    static const char *const words[] = { "say", "'a'", "b;c", "d\\", "# e", NULL };

    expectWords(words, "say string='a' string=b;c string=d\\ string=# e");
}

static void testWordsOptions(void)
{
    static const char *const words[] = { "show", "--network", "a b", "--all", NULL };

    expectWords(words, "show network=a b all");
}

static void testWordsNone(void)
{
    static const char *const words[] = { NULL };

    expectWords(words, "");
}

static void testWordsSemicolonIsData(void)
{
    static const char *const words[] = { "bare", ";", "bare", NULL };

    expectWords(words, "! unexpected data ';'");
}

static void testFailureLeavesResult(void)
{
    g_autoptr(GPtrArray) parsed = g_ptr_array_new_with_free_func(freeCommand);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);

    g_assert_cmpint(virshParseText(groups, "bare; bare; nosuch", parsed, problems), ==, -1);
    g_assert_cmpuint(parsed->len, ==, 0);
    g_assert_cmpuint(problems->len, ==, 1);
}

static void testValues(void)
{
    g_autoptr(GPtrArray) parsed = g_ptr_array_new_with_free_func(freeCommand);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    const virshCommand *cmd;

    g_assert_cmpint(virshParseText(groups, "show a --all", parsed, problems), ==, 0);
    cmd = g_ptr_array_index(parsed, 0);
    g_assert_true(virshCommandHas(cmd, "all"));
    g_assert_null(virshCommandValue(cmd, "all"));
    g_assert_cmpstr(virshCommandValue(cmd, "network"), ==, "a");
    g_assert_false(virshCommandHas(cmd, "mac"));
    g_assert_null(virshCommandValue(cmd, "mac"));
}

static void testFindGroup(void)
{
    g_assert_true(virshGroupFind(groups, "group") == groups);
    g_assert_true(virshGroupFind(groups, "Group") == groups);
    g_assert_null(virshGroupFind(groups, "show"));
}

static void testHelpCommand(void)
{
    g_autoptr(GString) out = g_string_new(NULL);

    virshHelpFormatCommand(out, virshCommandFind(groups, "show"));
    g_assert_cmpstr(out->str, ==,
                    "  NAME\n    show - shows\n\n"
                    "  SYNOPSIS\n    show <network> [--all] [--mac <string>] [--index <number>] [--path <string>]\n\n"
                    "  DESCRIPTION\n    Shows things.\n\n"
                    "  OPTIONS\n"
                    "    [--network] <string>  which\n"
                    "    --all            all\n"
                    "    --mac <string>   mac\n"
                    "    --index <number>  index\n"
                    "    --path <string>  path\n\n");
}

static void testHelpWords(void)
{
    g_autoptr(GString) out = g_string_new(NULL);

    virshHelpFormatCommand(out, virshCommandFind(groups, "say"));
    g_assert_cmpstr(out->str, ==,
                    "  NAME\n    say - says\n\n  SYNOPSIS\n    say [--loud] [<string>]...\n\n"
                    "  OPTIONS\n    --loud           loud\n    <string>         words\n\n");
}

static void testHelpBare(void)
{
    g_autoptr(GString) out = g_string_new(NULL);

    virshHelpFormatCommand(out, virshCommandFind(groups, "bare"));
    g_assert_cmpstr(out->str, ==, "  NAME\n    bare - does it\n\n  SYNOPSIS\n    bare\n\n");
}

static void testHelpGroup(void)
{
    g_autoptr(GString) out = g_string_new(NULL);

    virshHelpFormatGroup(out, groups, ":");
    g_assert_true(g_str_has_prefix(out->str, " Group (help keyword 'group'):\n"
                                             "    show                           shows\n"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(textCases); i++) {
        g_autofree char *path = g_strdup_printf("/virsh/parse/text/%s", textCases[i].name);

        g_test_add_data_func(path, &textCases[i], testText);
    }
    g_test_add_func("/virsh/parse/words/are-not-unquoted", testWordsAreNotUnquoted);
    g_test_add_func("/virsh/parse/words/options", testWordsOptions);
    g_test_add_func("/virsh/parse/words/none-is-no-command", testWordsNone);
    g_test_add_func("/virsh/parse/words/semicolon-is-data", testWordsSemicolonIsData);
    g_test_add_func("/virsh/parse/failure-leaves-result", testFailureLeavesResult);
    g_test_add_func("/virsh/command/values", testValues);
    g_test_add_func("/virsh/command/group-by-name-or-keyword", testFindGroup);
    g_test_add_func("/virsh/help/command", testHelpCommand);
    g_test_add_func("/virsh/help/words", testHelpWords);
    g_test_add_func("/virsh/help/no-options", testHelpBare);
    g_test_add_func("/virsh/help/group", testHelpGroup);
    return g_test_run();
}
