/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_virconf.c: configuration files, text to settings
 *
 * The syntax errors and where they are reported were recorded with libvirt 9.0.0 reading its libvirt.conf. Files on
 * disk are tried only as far as virConfRead adds something.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "virconf.h"
#include "virerror.h"

static virConf *parse(const char *text)
{
    virConf *conf = NULL;
    GError *err = NULL;
    int rc = virConfParse("F", text, &conf, &err);

    g_assert_no_error(err);
    g_assert_cmpint(rc, ==, 0);
    return conf;
}

static void assertString(const char *text, const char *expected)
{
    g_autoptr(virConf) conf = parse(text);
    g_autofree char *value = NULL;

    g_assert_cmpint(virConfGetString(conf, "a", &value, NULL), ==, 1);
    g_assert_cmpstr(value, ==, expected);
}

static void test_strings(void)
{
    assertString("a = \"x y\"\n", "x y");
    assertString("a='x \"y\"'", "x \"y\"");
    assertString("  a\t=\t\"#x\" # comment\n", "#x");
    assertString("a = \"\"", "");
    assertString("a = \"\"\"one\n\"two\"\n\"\"\"\n", "one\n\"two\"\n");
    assertString("a = \"back\\slash\"\n", "back\\slash");
    assertString("b = 1; a = \"x\"\n", "x");
    assertString("b = 1\r\na = \"x\"\r\n", "x");
}

static void test_first_of_two_counts(void)
{
    assertString("a = \"first\"\na = \"second\"\n", "first");
}

static void test_syntax_errors(void)
{
    static const struct {
        const char *text;
        const char *where;
    } cases[] = {
        { "a = \"x\n", "1: unterminated string" },
        { "a = 'x\"\n", "1: unterminated string" },
        { "\n\na = \"\"\"x\n", "3: unterminated string" },
        { "a = \"\"\"\n\n\"\"\"\nb = \"", "4: unterminated string" },
        { "a = x\n", "1: expecting a value" },
        { "a = \n\"x\"\n", "1: expecting a value" },
        { "a \"x\"\n", "1: expecting an assignment" },
        { "a-b = 1\n", "1: expecting an assignment" },
        { "= \"x\"\n", "1: expecting a name" },
        { "# c\n3a = 1\n", "2: expecting a name" },
        { "_a = 1\n", "1: expecting a name" },
        { "\xff = 1\n", "1: expecting a name" },
        { "a = 1 b = 2\n", "1: expecting a separator" },
        { "a = 5x\n", "1: expecting a separator" },
        { "a = \"x\\\"y\"\n", "1: expecting a separator" },
        { "a = -\n", "1: unterminated number" },
        { "a = 99999999999999999999\n", "1: number out of range" },
        { "a = [ 1\n 2 ]\n", "2: expecting a separator in list" },
        { "a = [ , ]\n", "1: expecting a value" },
        { "a = [ 1,, ]\n", "1: expecting a value" },
        { "a = [\n", "2: list is not closed with ]" },
        { "a = [ 1,\n2", "2: list is not closed with ]" },
        { "a = [ [ 1 ] ]\n", "1: a list within a list" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *message = g_strdup_printf("configuration file syntax error: F:%s", cases[i].where);
        g_autofree char *shown = g_strescape(cases[i].text, NULL);
        g_autoptr(GError) err = NULL;
        virConf *conf = NULL;

        g_test_message("%s", shown);
        g_assert_cmpint(virConfParse("F", cases[i].text, &conf, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, VIR_ERR_CONF_SYNTAX);
        g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_CONF);
        g_assert_cmpstr(err->message, ==, message);
        g_assert_null(conf);
    }
}

static void test_lists(void)
{
    g_autoptr(virConf) conf = parse("a = [ \"x\", # comment\n 'y',\n]\ne = []\ns = \"one\"\nm = [ \"x\", 1 ]\n");
    g_auto(GStrv) list = NULL;
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(virConfGetStringList(conf, "a", FALSE, &list, NULL), ==, 1);
    g_assert_cmpuint(g_strv_length(list), ==, 2);
    g_assert_cmpstr(list[1], ==, "y");
    g_assert_cmpint(virConfGetStringList(conf, "s", TRUE, &list, NULL), ==, 1);
    g_assert_cmpstr(list[0], ==, "one");
    g_assert_cmpint(virConfGetStringList(conf, "e", FALSE, &list, NULL), ==, 1);
    g_assert_cmpuint(g_strv_length(list), ==, 0);
    g_assert_cmpint(virConfGetStringList(conf, "m", FALSE, &list, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_clear_error(&err);
    g_assert_cmpint(virConfGetStringList(conf, "s", FALSE, &list, &err), ==, -1);
    g_assert_cmpstr(err->message, ==, "internal error: F: expected a string list for 's' parameter");
}

static void test_numbers(void)
{
    g_autoptr(virConf) conf = parse("u = 4294967295\nn = -7\np = +8\nbig = 4294967296\n");
    unsigned int u = 0;
    int n = 0;

    g_assert_cmpint(virConfGetUInt(conf, "u", &u, NULL), ==, 1);
    g_assert_cmpuint(u, ==, G_MAXUINT32);
    g_assert_cmpint(virConfGetInt(conf, "n", &n, NULL), ==, 1);
    g_assert_cmpint(n, ==, -7);
    g_assert_cmpint(virConfGetInt(conf, "p", &n, NULL), ==, 1);
    g_assert_cmpint(n, ==, 8);
    g_assert_cmpint(virConfGetUInt(conf, "n", &u, NULL), ==, -1);
    g_assert_cmpint(virConfGetUInt(conf, "big", &u, NULL), ==, -1);
    g_assert_cmpint(virConfGetInt(conf, "u", &n, NULL), ==, -1);
    g_assert_cmpuint(u, ==, G_MAXUINT32);
    g_assert_cmpint(n, ==, 8);
}

static void test_wrong_type_is_said(void)
{
    g_autoptr(virConf) conf = parse("auth_unix_rw = 1\nmax_clients = \"x\"\n");
    g_autofree char *text = g_strdup("kept");
    g_autoptr(GError) err = NULL;
    unsigned int number = 3;

    g_assert_cmpint(virConfGetString(conf, "auth_unix_rw", &text, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpstr(err->message, ==, "internal error: F: expected a string for 'auth_unix_rw' parameter");
    g_assert_cmpstr(text, ==, "kept");
    g_clear_error(&err);
    g_assert_cmpint(virConfGetUInt(conf, "max_clients", &number, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpuint(number, ==, 3);
}

static void test_absent_keeps_default(void)
{
    g_autoptr(virConf) conf = parse("# nothing\n");
    g_autofree char *text = g_strdup("default");

    g_assert_cmpint(virConfGetString(conf, "a", &text, NULL), ==, 0);
    g_assert_cmpint(virConfGetString(NULL, "a", &text, NULL), ==, 0);
    g_assert_cmpstr(text, ==, "default");
}

static void test_names_in_order(void)
{
    g_autoptr(virConf) conf = parse("b = 1\na = 2\n");
    g_autofree const char **names = virConfGetNames(conf);
    g_autofree const char **none = virConfGetNames(NULL);

    g_assert_cmpstr(names[0], ==, "b");
    g_assert_cmpstr(names[1], ==, "a");
    g_assert_null(names[2]);
    g_assert_null(none[0]);
}

static void test_missing_file_is_null(void)
{
    g_autofree char *dir = g_dir_make_tmp("virconf-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "x.conf", NULL);
    g_autofree char *message = g_strdup_printf("configuration file syntax error: %s:2: expecting a name", path);
    g_autoptr(virConf) conf = NULL;
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(virConfRead(path, &conf, &err), ==, 0);
    g_assert_no_error(err);
    g_assert_null(conf);
    g_assert_true(g_file_set_contents(path, "a = 1\n!\n", -1, NULL));
    g_assert_cmpint(virConfRead(path, &conf, &err), ==, -1);
    g_assert_cmpstr(err->message, ==, message);
    g_unlink(path);
    g_rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conf/string/every-quoting-is-read", test_strings);
    g_test_add_func("/conf/name/first-of-two-counts", test_first_of_two_counts);
    g_test_add_func("/conf/syntax/error-names-file-line-and-fault", test_syntax_errors);
    g_test_add_func("/conf/list/texts-comments-and-single-text", test_lists);
    g_test_add_func("/conf/number/limits-are-kept", test_numbers);
    g_test_add_func("/conf/type/wrong-one-is-said-and-value-kept", test_wrong_type_is_said);
    g_test_add_func("/conf/absent/keeps-default", test_absent_keeps_default);
    g_test_add_func("/conf/names/in-order-of-file", test_names_in_order);
    g_test_add_func("/conf/file/missing-is-null-broken-is-error", test_missing_file_is_null);
    return g_test_run();
}
