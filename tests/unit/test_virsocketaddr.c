/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_virsocketaddr.c: IPv4 and IPv6 addresses as values
 *
 * Texts, order, subnets, masks and sizes of ranges. Which addresses a network may have is tested with its parser.
 */
#include <glib.h>

#include "virsocketaddr.h"

static virSocketAddr addressOf(const char *text)
{
    virSocketAddr addr = { 0 };

    g_assert_true(!*text || virSocketAddrParse(text, AF_UNSPEC, &addr));
    return addr;
}

static const struct {
    const char *text;
    int family;
    const char *formatted;      /* NULL: no address */
} texts[] = {
    { "192.168.122.1", AF_UNSPEC, "192.168.122.1" },
    { "192.168.122.1", AF_INET, "192.168.122.1" },
    { "192.168.122.1", AF_INET6, NULL },
    { "0.0.0.0", AF_UNSPEC, "0.0.0.0" },
    { "255.255.255.255", AF_INET, "255.255.255.255" },
    { "192.168.150", AF_UNSPEC, "192.168.0.150" },
    { "10.1", AF_INET, "10.0.0.1" },
    { "10.1", AF_INET6, NULL },
    { "192.168.0", AF_INET, "192.168.0.0" },
    { "256.1.1.1", AF_UNSPEC, NULL },
    { "1.2.3.4.5", AF_UNSPEC, NULL },
    { "010.1", AF_UNSPEC, "8.0.0.1" },
    { "10.01.1", AF_UNSPEC, "10.1.0.1" },
    { "10.0.01", AF_UNSPEC, "10.0.0.1" },
    { "10.0.0.01", AF_UNSPEC, "10.0.0.1" },
    { "0x10.1", AF_UNSPEC, "16.0.0.1" },
    { "42", AF_UNSPEC, "0.0.0.42" },
    { "10.1 ", AF_UNSPEC, NULL },
    { " 10.1", AF_UNSPEC, NULL },
    { "10.1 host", AF_UNSPEC, NULL },
    { "08.1", AF_UNSPEC, NULL },
    { "10.", AF_UNSPEC, NULL },
    { "", AF_UNSPEC, NULL },
    { "host.example", AF_UNSPEC, NULL },
    { "fd00:0:0:0:0:0:0:1", AF_UNSPEC, "fd00::1" },
    { "FD00::1", AF_INET6, "fd00::1" },
    { "fd00::1", AF_INET, NULL },
    { "::", AF_UNSPEC, "::" },
    { "::ffff:192.0.2.1", AF_UNSPEC, "::ffff:192.0.2.1" },
    { "fd00::1%eth0", AF_UNSPEC, NULL },
    { "fd00::1/64", AF_UNSPEC, NULL },
    { "fd00:::1", AF_UNSPEC, NULL },
};

static void textsAndBack(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        virSocketAddr addr = addressOf("1.2.3.4");
        char text[VIR_SOCKET_ADDR_BUFLEN];

        g_test_message("'%s' family %d", texts[i].text, texts[i].family);
        g_assert_cmpint(virSocketAddrParse(texts[i].text, texts[i].family, &addr), ==, texts[i].formatted != NULL);
        g_assert_cmpstr(virSocketAddrFormat(&addr, text), ==, texts[i].formatted ? texts[i].formatted : "1.2.3.4");
    }
}

static void everyByteIsWritten(void)
{
    for (unsigned int byte = 0; byte < 256; byte++) {
        const virSocketAddr addr = { AF_INET, { (guint8)byte, (guint8)(255 - byte), 7, (guint8)byte } };
        g_autofree char *wanted = g_strdup_printf("%u.%u.7.%u", byte, 255 - byte, byte);
        char text[VIR_SOCKET_ADDR_BUFLEN];

        g_assert_cmpstr(virSocketAddrFormat(&addr, text), ==, wanted);
    }
}

static void zeroValueIsNoAddress(void)
{
    const virSocketAddr none = { 0 };
    const virSocketAddr zero = addressOf("0.0.0.0");
    char text[VIR_SOCKET_ADDR_BUFLEN] = "x";

    g_assert_false(virSocketAddrIsSet(&none));
    g_assert_true(virSocketAddrIsSet(&zero));
    g_assert_cmpstr(virSocketAddrFormat(&none, text), ==, "");
    g_assert_false(virSocketAddrEqual(&none, &zero));
}

static const struct {
    const char *low, *high;
} ordered[] = {
    { "9.255.255.255", "10.0.0.0" },
    { "10.0.0.1", "10.0.0.128" },
    { "fd00::ff", "fd00::100" },
    { "::1", "8000::" },
};

static void orderIsByNumber(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ordered); i++) {
        const virSocketAddr low = addressOf(ordered[i].low), high = addressOf(ordered[i].high);

        g_assert_cmpint(virSocketAddrCompare(&low, &high), <, 0);
        g_assert_cmpint(virSocketAddrCompare(&high, &low), >, 0);
        g_assert_cmpint(virSocketAddrCompare(&low, &low), ==, 0);
        g_assert_false(virSocketAddrEqual(&low, &high));
        g_assert_true(virSocketAddrEqual(&low, &low));
    }
}

static const struct {
    const char *address;
    unsigned int prefix;
    const char *network, *last;
} subnets[] = {
    { "192.168.122.77", 24, "192.168.122.0", "192.168.122.255" },
    { "192.168.122.77", 32, "192.168.122.77", "192.168.122.77" },
    { "192.168.122.77", 0, "0.0.0.0", "255.255.255.255" },
    { "192.168.122.77", 26, "192.168.122.64", "192.168.122.127" },
    { "10.3.2.1", 15, "10.2.0.0", "10.3.255.255" },
    { "fd00::1:2:3", 64, "fd00::", "fd00::ffff:ffff:ffff:ffff" },
    { "fd00::123", 121, "fd00::100", "fd00::17f" },
    { "fd00::1", 128, "fd00::1", "fd00::1" },
};

static void edgesOfSubnets(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(subnets); i++) {
        const virSocketAddr addr = addressOf(subnets[i].address);
        virSocketAddr edge;
        char text[VIR_SOCKET_ADDR_BUFLEN];

        virSocketAddrNetwork(&addr, subnets[i].prefix, &edge);
        g_assert_cmpstr(virSocketAddrFormat(&edge, text), ==, subnets[i].network);
        g_assert_true(virSocketAddrInSubnet(&edge, &addr, subnets[i].prefix));
        virSocketAddrBroadcast(&addr, subnets[i].prefix, &edge);
        g_assert_cmpstr(virSocketAddrFormat(&edge, text), ==, subnets[i].last);
        g_assert_true(virSocketAddrInSubnet(&edge, &addr, subnets[i].prefix));
    }
}

static const struct {
    const char *address, *network;
    unsigned int prefix;
} outside[] = {
    { "192.168.123.0", "192.168.122.1", 24 },
    { "192.168.121.255", "192.168.122.1", 24 },
    { "192.168.122.128", "192.168.122.1", 25 },
    { "fd00::1", "192.168.122.1", 0 },
    { "", "192.168.122.1", 0 },
    { "fd00:0:0:1::1", "fd00::1", 64 },
};

static void neighboursAreOutside(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(outside); i++) {
        const virSocketAddr addr = addressOf(outside[i].address), net = addressOf(outside[i].network);

        g_test_message("'%s'", outside[i].address);
        g_assert_false(virSocketAddrInSubnet(&addr, &net, outside[i].prefix));
    }
}

static void everyPrefixHasItsMask(void)
{
    for (unsigned int prefix = 0; prefix <= 32; prefix++) {
        virSocketAddr mask;

        virSocketAddrPrefixToMask(prefix, &mask);
        g_assert_cmpint(mask.family, ==, AF_INET);
        g_assert_cmpint(virSocketAddrMaskToPrefix(&mask), ==, (int)prefix);
    }
}

static void maskWithHoleHasNoPrefix(void)
{
    static const char *const masks[] = { "255.0.255.0", "0.0.0.255", "255.255.255.1", "127.255.255.255" };

    for (gsize i = 0; i < G_N_ELEMENTS(masks); i++) {
        const virSocketAddr mask = addressOf(masks[i]);

        g_assert_cmpint(virSocketAddrMaskToPrefix(&mask), ==, -1);
    }
}

static const struct {
    const char *start, *end;
    guint32 size;
} ranges[] = {
    { "10.0.0.1", "10.0.0.1", 1 },
    { "10.0.0.2", "10.0.0.254", 253 },
    { "10.0.0.255", "10.0.1.0", 2 },
    { "10.0.0.0", "10.0.255.255", 65536 },
    { "0.0.0.0", "255.255.255.254", G_MAXUINT32 },
    { "0.0.0.0", "255.255.255.255", G_MAXUINT32 },
    { "10.0.0.2", "10.0.0.1", 0 },
    { "10.0.0.1", "fd00::1", 0 },
    { "fd00::ffff", "fd00::1:0", 2 },
    { "fd00::ffff:ffff", "fd00::1:0:0", 2 },
    { "fd00::", "fd00::1:0:0", G_MAXUINT32 },
    { "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", G_MAXUINT32 },
    { "fd01::", "fd00::", 0 },
};

static void sizesOfRanges(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++) {
        const virSocketAddr start = addressOf(ranges[i].start), end = addressOf(ranges[i].end);

        g_test_message("%s - %s", ranges[i].start, ranges[i].end);
        g_assert_cmpuint(virSocketAddrRangeSize(&start, &end), ==, ranges[i].size);
    }
}

static void linkLocalIsFe80To10Bits(void)
{
    static const struct {
        const char *text;
        gboolean is_link_local;
    } rows[] = {
        { "fe80::1", TRUE }, { "febf::1", TRUE }, { "fec0::1", FALSE }, { "fd00::1", FALSE }, { "169.254.0.1", FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        virSocketAddr addr;

        g_assert_true(virSocketAddrParse(rows[i].text, AF_UNSPEC, &addr));
        g_assert_cmpint(virSocketAddrIsLinkLocal(&addr), ==, rows[i].is_link_local);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/socketaddr/texts-and-back", textsAndBack);
    g_test_add_func("/socketaddr/every-byte-is-written", everyByteIsWritten);
    g_test_add_func("/socketaddr/zero-value-is-no-address", zeroValueIsNoAddress);
    g_test_add_func("/socketaddr/order-is-by-number", orderIsByNumber);
    g_test_add_func("/socketaddr/subnet/edges", edgesOfSubnets);
    g_test_add_func("/socketaddr/subnet/neighbours-are-outside", neighboursAreOutside);
    g_test_add_func("/socketaddr/mask/every-prefix-and-back", everyPrefixHasItsMask);
    g_test_add_func("/socketaddr/mask/hole-has-no-prefix", maskWithHoleHasNoPrefix);
    g_test_add_func("/socketaddr/range/sizes", sizesOfRanges);
    g_test_add_func("/socketaddr/link-local/is-fe80-to-10-bits", linkLocalIsFe80To10Bits);
    return g_test_run();
}
