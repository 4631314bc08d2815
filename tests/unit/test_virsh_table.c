/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests the tables that virsh prints: widths, escapes, with and without headings, in a UTF-8 and in the C locale.
 * Prints nothing to a terminal. Run by meson.
 */
#include "virsh_table.h"

#include <locale.h>

static const char *const headings[] = { "Name", "State", NULL };

/* The table of the one cell `name` and the state "on". */
static char *formatOne(const char *name, bool with_headings)
{
    g_autoptr(virshTable) table = virshTableNew(headings);
    const char *const cells[] = { name, "on" };

    virshTableAdd(table, cells);
    return virshTableFormat(table, with_headings);
}

static void testEmpty(void)
{
    g_autoptr(virshTable) table = virshTableNew(headings);
    g_autofree char *with = virshTableFormat(table, true);
    g_autofree char *without = virshTableFormat(table, false);

    g_assert_cmpstr(with, ==, " Name   State\n---------------\n");
    g_assert_cmpstr(without, ==, "");
}

static void testWidestCell(void)
{
    g_autofree char *text = formatOne("default", true);

    g_assert_cmpstr(text, ==, " Name      State\n------------------\n default   on\n");
}

static void testWithoutHeadings(void)
{
    g_autofree char *text = formatOne("a", false);

    g_assert_cmpstr(text, ==, " a   on\n");
}

static void testRowsAlign(void)
{
    g_autoptr(virshTable) table = virshTableNew(headings);
    const char *const one[] = { "a", "on" };
    const char *const other[] = { "bbb", "" };
    g_autofree char *text = NULL;

    virshTableAdd(table, one);
    virshTableAdd(table, other);
    text = virshTableFormat(table, false);
    g_assert_cmpstr(text, ==, " a     on\n bbb   \n");
}

static void testEscapes(void)
{
    g_autofree char *control = formatOne("a\tb\033", false);
    g_autofree char *backslash = formatOne("a\\b", false);
    g_autofree char *ambiguous = formatOne("a\\x41", false);

    g_assert_cmpstr(control, ==, " a\\x09b\\x1b   on\n");
    g_assert_cmpstr(backslash, ==, " a\\b   on\n");
    g_assert_cmpstr(ambiguous, ==, " a\\x5cx41   on\n");
}

static void testInvalidBytes(void)
{
    g_autofree char *text = formatOne("a\xff\xc3", false);

    g_assert_cmpstr(text, ==, " a\\xff\\xc3   on\n");
}

static void testWideCharacters(void)
{
    g_autofree char *text = NULL;

    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        g_test_skip("there is no locale C.UTF-8");
        return;
    }
    text = formatOne("w\xc3\xb6-\xe7\xb6\xb2", true); /* 5 columns in 7 bytes */
    (void)setlocale(LC_CTYPE, "C");
    g_assert_cmpstr(text, ==, " Name    State\n----------------\n w\xc3\xb6-\xe7\xb6\xb2   on\n");
}

static void testCombiningCharacters(void)
{
    g_autofree char *text = NULL;

    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        g_test_skip("there is no locale C.UTF-8");
        return;
    }
    text = formatOne("e\xcc\x81" "bcdef", true); /* an accent that takes no column */
    (void)setlocale(LC_CTYPE, "C");
    g_assert_cmpstr(text, ==, " Name     State\n-----------------\n e\xcc\x81" "bcdef   on\n");
}

static void testCLocaleShowsBytes(void)
{
    g_autofree char *text = formatOne("w\xc3\xb6", false);

    g_assert_cmpstr(text, ==, " w\\xc3\\xb6   on\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/virsh/table/no-rows", testEmpty);
    g_test_add_func("/virsh/table/widest-cell-counts", testWidestCell);
    g_test_add_func("/virsh/table/no-headings-no-width", testWithoutHeadings);
    g_test_add_func("/virsh/table/rows-align", testRowsAlign);
    g_test_add_func("/virsh/table/control-characters-escaped", testEscapes);
    g_test_add_func("/virsh/table/invalid-bytes-escaped", testInvalidBytes);
    g_test_add_func("/virsh/table/wide-characters-count-twice", testWideCharacters);
    g_test_add_func("/virsh/table/combining-characters-count-nothing", testCombiningCharacters);
    g_test_add_func("/virsh/table/c-locale-shows-bytes", testCLocaleShowsBytes);
    return g_test_run();
}
