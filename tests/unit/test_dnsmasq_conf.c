/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_dnsmasq_conf.c: one call writes one line, in which dnsmasq finds the value that was meant
 *
 * What dnsmasq makes of such lines was tried with dnsmasq itself; here the lines are compared. That whole files are
 * accepted by it is the golden tests' matter. Run by meson.
 */
#include "dnsmasq_conf.h"
#include "virerror.h"

static void writesLine(void)
{
    static const struct {
        const char *value;
        const char *line;
    } rows[] = {
        { NULL, "key\n" },
        { "", "key=\n" },
        { "plain", "key=plain\n" },
        { "two words", "key=two words\n" },
        { "a,b", "key=a,b\n" },
        { "a#b", "key=a#b\n" },
        { "a\\b", "key=a\\b\n" },
        { "gr\303\274n", "key=gr\303\274n\n" },
        { "#a", "key=\"#a\"\n" },
        { "a #b", "key=\"a #b\"\n" },
        { " a", "key=\" a\"\n" },
        { "a ", "key=\"a \"\n" },
        { " ", "key=\" \"\n" },
        { "say \"x\"", "key=\"say \\\"x\\\"\"\n" },
        { "\"\\\"", "key=\"\\\"\\\\\\\"\"\n" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) conf = g_string_new("before\n");
        g_autofree char *wanted = g_strconcat("before\n", rows[i].line, NULL);
        g_autoptr(GError) err = NULL;

        g_assert_cmpint(virDnsmasqConfAdd(conf, "key", rows[i].value, &err), ==, 0);
        g_assert_no_error(err);
        g_assert_cmpstr(conf->str, ==, wanted);
    }
}

static void formatIsQuotedAsAWhole(void)
{
    g_autoptr(GString) conf = g_string_new(NULL);

    g_assert_cmpint(virDnsmasqConfAddFormat(conf, NULL, "local", "/%s/", "a b"), ==, 0);
    g_assert_cmpint(virDnsmasqConfAddFormat(conf, NULL, "key", "%u #%u", 1, 2), ==, 0);
    g_assert_cmpstr(conf->str, ==, "local=/a b/\nkey=\"1 #2\"\n");
}

/* A comma within quotes would not separate name and value any more. */
static void pairIsQuotedByParts(void)
{
    static const struct {
        const char *name;
        const char *value;
        const char *line;
    } rows[] = {
        { "t", "v", "t,v" },
        { "t", "", "t," },
        { "t", "some, text", "t,some, text" },
        { "t", "a \"b\" c", "t,\"a \\\"b\\\" c\"" },
        { "t", " a", "t,\" a\"" },
        { "t", "a ", "t,\"a \"" },
        { "t", "a, ", "t,a,\" \"" },
        { "t", "a #b", "t,\"a #b\"" },
        { "t", "a, #b,c", "t,a,\" #b\",c" },
        { "t", "a,  \"b\"", "t,a,\"  \\\"b\\\"\"" },
        { "t", ",,", "t,,," },
        { "t\"", "v", "\"t\\\"\",v" },
        { "#t", "v", "\"#t\",v" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) conf = g_string_new(NULL);
        const virDnsmasqPair pair = { .name = rows[i].name, .value = rows[i].value };
        g_autofree char *wanted = g_strdup_printf("txt-record=%s\n", rows[i].line);
        g_autoptr(GError) err = NULL;

        g_assert_cmpint(virDnsmasqConfAddPair(conf, "txt-record", &pair, &err), ==, 0);
        g_assert_no_error(err);
        g_assert_cmpstr(conf->str, ==, wanted);
    }
}

#define REFUSAL ": a control character cannot be written to dnsmasq's configuration"

static void assertRefused(GError **err, const char *shown)
{
    g_autofree char *wanted = g_strdup_printf("XML error: key=%s" REFUSAL, shown);

    g_assert_error(*err, VIR_ERROR, VIR_ERR_XML_ERROR);
    g_assert_cmpstr((*err)->message, ==, wanted);
    g_clear_error(err);
}

static void controlCharacterIsRefused(void)
{
    static const struct {
        const char *value;
        const char *shown;
    } rows[] = {
        { "a\nport=0", "a\\nport=0" },
        { "a\r", "a\\r" },
        { "\t", "\\t" },
        { "a\033b", "a\\033b" },
        { "\177", "\\177" },
        { "\"\n\"", "\\\"\\n\\\"" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const virDnsmasqPair as_value = { .name = "n", .value = rows[i].value };
        const virDnsmasqPair as_name = { .name = rows[i].value, .value = "v" };
        g_autoptr(GString) conf = g_string_new("before\n");
        g_autoptr(GError) err = NULL;

        g_assert_cmpint(virDnsmasqConfAdd(conf, "key", rows[i].value, &err), ==, -1);
        assertRefused(&err, rows[i].shown);
        g_assert_cmpint(virDnsmasqConfAddFormat(conf, &err, "key", "%s", rows[i].value), ==, -1);
        assertRefused(&err, rows[i].shown);
        g_assert_cmpint(virDnsmasqConfAddPair(conf, "key", &as_value, &err), ==, -1);
        assertRefused(&err, rows[i].shown);
        g_assert_cmpint(virDnsmasqConfAddPair(conf, "key", &as_name, &err), ==, -1);
        assertRefused(&err, rows[i].shown);
        g_assert_cmpstr(conf->str, ==, "before\n");
    }
}

static void lineThatDnsmasqWouldSplitIsRefused(void)
{
    g_autofree char *fits = g_strnfill(1023, 'x');
    g_autofree char *one_more = g_strconcat("a=b\n", fits, "y\nc=d\n", NULL);
    g_autofree char *whole = g_strconcat("a=b\n", fits, "\n", fits, "\n", NULL);
    g_autofree char *start = g_strnfill(60, 'x');
    g_autofree char *message = g_strdup_printf("XML error: network 'n': a line for dnsmasq would have 1024 bytes, and it reads 1023: "
                                               "'%s...'", start);
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(virDnsmasqConfCheckLines("n", NULL, &err), ==, 0);
    g_assert_cmpint(virDnsmasqConfCheckLines("n", whole, &err), ==, 0);
    g_assert_no_error(err);
    g_assert_cmpint(virDnsmasqConfCheckLines("n", one_more, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_XML_ERROR);
    g_assert_cmpstr(err->message, ==, message);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dnsmasq-conf/add/writes-line", writesLine);
    g_test_add_func("/dnsmasq-conf/format/is-quoted-as-a-whole", formatIsQuotedAsAWhole);
    g_test_add_func("/dnsmasq-conf/pair/is-quoted-by-parts", pairIsQuotedByParts);
    g_test_add_func("/dnsmasq-conf/control-character-is-refused", controlCharacterIsRefused);
    g_test_add_func("/dnsmasq-conf/line-that-dnsmasq-would-split-is-refused", lineThatDnsmasqWouldSplitIsRefused);
    return g_test_run();
}
