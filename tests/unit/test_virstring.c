/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_virstring.c: questions about text
 *
 * What counts as a control character, and the order of names. What a definition may hold is test_network_validate.c's matter.
 */
#include <glib.h>
#include <stdlib.h>

#include "virstring.h"

static void controlIsFoundAnywhere(void)
{
    static const char *const with[] = { "\n", "a\nb", "a\r", "\ta", "a\x1f", "a\x7f" };
    static const char *const without[] = { "", " ", "a b", "~", "caf\xc3\xa9", "\xc2\x80" };

    for (gsize i = 0; i < G_N_ELEMENTS(with); i++)
        g_assert_true(virStringHasControl(with[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(without); i++)
        g_assert_false(virStringHasControl(without[i]));
}

static void orderIsThatOfBytes(void)
{
    const char *words[] = { "b", "\xc3\xa4", "a-1", "B", "", "a" };
    g_autofree char *sorted = NULL;

    qsort(words, G_N_ELEMENTS(words), sizeof(*words), virStringCompareItems);
    sorted = g_strjoin("|", words[0], words[1], words[2], words[3], words[4], words[5], NULL);
    g_assert_cmpstr(sorted, ==, "|B|a|a-1|b|\xc3\xa4");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/string/control/is-found-anywhere", controlIsFoundAnywhere);
    g_test_add_func("/string/order/is-that-of-bytes", orderIsThatOfBytes);
    return g_test_run();
}
