/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_viruuid.c: UUIDs as values
 *
 * Which texts are UUIDs, how they are written, what is drawn.
 */
#include <glib.h>
#include <string.h>

#include "viruuid.h"

#define PLAIN "c7a5fdbd-cdaf-9455-926a-d65c16db1809"

static const struct {
    const char *text;
    const char *formatted;      /* NULL: no UUID */
} rows[] = {
    { PLAIN, PLAIN },
    { "c7a5fdbdcdaf9455926ad65c16db1809", PLAIN },
    { "C7A5FDBD-CDAF-9455-926A-D65C16DB1809", PLAIN },
    { " \n\t" PLAIN "\n ", PLAIN },
    { "c7-a5-fd-bd-cd-af-94-55-92-6a-d6-5c-16-db-18-09", PLAIN },
    { "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000" },
    { "", NULL },
    { "   ", NULL },
    { "-" PLAIN, NULL },
    { PLAIN "-", NULL },
    { PLAIN "0", NULL },
    { PLAIN " x", NULL },
    { "c7a5fdbd-cdaf-9455-926a-d65c16db180", NULL },
    { "c7a5fdbd-cdaf-9455-926a-d65c16db18", NULL },
    { "c7a5fdbd-cdaf-9455-926a-d65c16db180g", NULL },
    { "c7a5fdb-dcdaf-9455-926a-d65c16db1809", NULL },
    { "{c7a5fdbd-cdaf-9455-926a-d65c16db1809}", NULL },
};

static void textsAndBack(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        unsigned char uuid[VIR_UUID_LEN] = { 1, 2, 3 };
        const unsigned char before[VIR_UUID_LEN] = { 1, 2, 3 };
        char text[VIR_UUID_TEXT_LEN];

        g_test_message("'%s'", rows[i].text);
        g_assert_cmpint(virUUIDParse(rows[i].text, uuid), ==, rows[i].formatted != NULL);
        if (rows[i].formatted)
            g_assert_cmpstr(virUUIDFormat(uuid, text), ==, rows[i].formatted);
        else
            g_assert_cmpmem(uuid, sizeof(uuid), before, sizeof(before));
    }
}

static void drawnOnesAreVersion4AndDiffer(void)
{
    unsigned char first[VIR_UUID_LEN], second[VIR_UUID_LEN];

    virUUIDGenerate(first);
    virUUIDGenerate(second);
    g_assert_true(memcmp(first, second, sizeof(first)) != 0);
    g_assert_cmpint(first[6] >> 4, ==, 4);
    g_assert_cmpint(first[8] >> 6, ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/uuid/texts-and-back", textsAndBack);
    g_test_add_func("/uuid/generate/version-4-and-differ", drawnOnesAreVersion4AndDiffer);
    return g_test_run();
}
