/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_virmacaddr.c: Ethernet addresses as values
 *
 * Which texts are addresses, how they are written, what is drawn. What the bridge does with a MAC is tested elsewhere.
 */
#include <glib.h>

#include "virmacaddr.h"

static const struct {
    const char *text;
    const char *formatted;      /* NULL: no address */
} rows[] = {
    { "52:54:00:ab:cd:ef", "52:54:00:ab:cd:ef" },
    { "52:54:00:AB:CD:EF", "52:54:00:ab:cd:ef" },
    { "0:1:2:a:B:f", "00:01:02:0a:0b:0f" },
    { "ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff" },
    { "", NULL },
    { ":", NULL },
    { "52", NULL },
    { "52:54:00:ab:cd", NULL },
    { "52:54:00:ab:cd:", NULL },
    { "52:54:00:ab:cd:ef:", NULL },
    { "52:54:00:ab:cd:ef:01", NULL },
    { "52:54:00:ab:cd:ef ", NULL },
    { " 52:54:00:ab:cd:ef", NULL },
    { "52:54:00:ab:cd:eff", NULL },
    { "52:54:000:b:cd:ef", NULL },
    { "52-54-00-ab-cd-ef", NULL },
    { "525400abcdef", NULL },
    { "52:54:00:ab:cd:eg", NULL },
    { "52::54:00:ab:cd:ef", NULL },
};

static void textsAndBack(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        virMacAddr mac = { { 1, 2, 3, 4, 5, 6 } };
        const virMacAddr before = mac;
        char text[VIR_MAC_STRING_BUFLEN];

        g_test_message("'%s'", rows[i].text);
        g_assert_cmpint(virMacAddrParse(rows[i].text, &mac), ==, rows[i].formatted != NULL);
        if (rows[i].formatted)
            g_assert_cmpstr(virMacAddrFormat(&mac, text), ==, rows[i].formatted);
        else
            g_assert_true(virMacAddrEqual(&mac, &before));
    }
}

static void eachByteMakesUnequal(void)
{
    const virMacAddr mac = { { 0x52, 0x54, 0, 1, 2, 3 } };

    g_assert_true(virMacAddrEqual(&mac, &mac));
    for (gsize i = 0; i < G_N_ELEMENTS(mac.bytes); i++) {
        virMacAddr other = mac;

        other.bytes[i] ^= 1;
        g_assert_false(virMacAddrEqual(&mac, &other));
    }
}

static void firstBitOnWireIsMulticast(void)
{
    g_assert_true(virMacAddrIsMulticast(&(virMacAddr){ { 0x01, 0, 0x5e, 0, 0, 1 } }));
    g_assert_true(virMacAddrIsMulticast(&(virMacAddr){ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } }));
    g_assert_false(virMacAddrIsMulticast(&(virMacAddr){ { 0xfe, 1, 1, 1, 1, 1 } }));
}

static void drawnOnesHavePrefixAndDiffer(void)
{
    virMacAddr first;
    gboolean differs = FALSE;

    virMacAddrGenerate(&first);
    for (int i = 0; i < 64; i++) {
        virMacAddr mac;

        virMacAddrGenerate(&mac);
        g_assert_cmpmem(mac.bytes, 3, ((const guint8[]){ 0x52, 0x54, 0x00 }), 3);
        differs = differs || !virMacAddrEqual(&mac, &first);
    }
    g_assert_true(differs);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/macaddr/texts-and-back", textsAndBack);
    g_test_add_func("/macaddr/equal/each-byte-makes-unequal", eachByteMakesUnequal);
    g_test_add_func("/macaddr/multicast/first-bit-on-wire", firstBitOnWireIsMulticast);
    g_test_add_func("/macaddr/generate/prefix-and-differ", drawnOnesHavePrefixAndDiffer);
    return g_test_run();
}
