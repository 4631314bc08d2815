/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_connect_uri.c: which URI a program means when it opens a connection
 *
 * The order of argument, environment and configuration, and the aliases; no file is read.
 */
#include <glib.h>

#include "connect_uri.h"
#include "virerror.h"

#define CONF \
    "uri_aliases = [ \"lab=network+unix:///system?socket=/lab\", \"a_B-1=test:///default\" ]\n" \
    "uri_default = \"network:///session\"\n"

static const struct {
    const char *name;
    const char *environment;
    const char *conf;
    gboolean no_aliases;
    const char *expected;
} cases[] = {
    { "test:///x", "test:///env", CONF, FALSE, "test:///x" },
    { NULL, "test:///env", CONF, FALSE, "test:///env" },
    { "", "", CONF, FALSE, "network:///session" },
    { NULL, NULL, CONF, FALSE, "network:///session" },
    { NULL, NULL, NULL, FALSE, NULL },
    { "", NULL, "uri_default = \"\"\n", FALSE, NULL },
    { "lab", NULL, CONF, FALSE, "network+unix:///system?socket=/lab" },
    { "lab", NULL, CONF, TRUE, "lab" },
    { NULL, "a_B-1", CONF, FALSE, "test:///default" },
    { NULL, NULL, CONF "uri_default = \"x\"\n", FALSE, "network:///session" },
    { NULL, NULL, "uri_default = \"z\"\nuri_aliases = [\"z=y:///\"]\n", FALSE, "y:///" },
    { "la", NULL, CONF, FALSE, "la" },
    { "lab2", NULL, CONF, FALSE, "lab2" },
};

static int choose(gsize i, char **ret_uri, GError **err)
{
    g_autoptr(virConf) conf = NULL;
    virConnectURISources sources = { .environment = cases[i].environment, .no_aliases = cases[i].no_aliases };

    if (cases[i].conf && virConfParse("F", cases[i].conf, &conf, err) < 0)
        return -1;
    sources.conf = conf;
    return virConnectURIChoose(cases[i].name, &sources, ret_uri, err);
}

static void test_choice(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *uri = NULL;
        g_autoptr(GError) err = NULL;

        g_test_message("case %" G_GSIZE_FORMAT, i);
        g_assert_cmpint(choose(i, &uri, &err), ==, 0);
        g_assert_no_error(err);
        g_assert_cmpstr(uri, ==, cases[i].expected);
    }
}

static void test_bad_alias(void)
{
    static const char *const entries[] = { "lab", "=x:///", "l b=x:///", "lab=" };

    for (gsize i = 0; i < G_N_ELEMENTS(entries); i++) {
        g_autofree char *text = g_strdup_printf("uri_aliases = [ \"%s\" ]\n", entries[i]);
        g_autofree char *uri = NULL;
        g_autoptr(virConf) conf = NULL;
        g_autoptr(GError) err = NULL;
        virConnectURISources sources = { 0 };

        g_assert_cmpint(virConfParse("F", text, &conf, &err), ==, 0);
        sources.conf = conf;
        g_assert_cmpint(virConnectURIChoose("other", &sources, &uri, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, VIR_ERR_CONF_SYNTAX);
        g_assert_nonnull(strstr(err->message, entries[i]));
        g_assert_null(uri);
    }
}

static void test_wrong_type(void)
{
    g_autofree char *uri = NULL;
    g_autoptr(virConf) conf = NULL;
    g_autoptr(GError) err = NULL;
    virConnectURISources sources = { 0 };

    g_assert_cmpint(virConfParse("F", "uri_default = 5\n", &conf, &err), ==, 0);
    sources.conf = conf;
    g_assert_cmpint(virConnectURIChoose(NULL, &sources, &uri, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/connect-uri/argument-environment-and-configuration-in-order", test_choice);
    g_test_add_func("/connect-uri/malformed-alias-is-refused-by-name", test_bad_alias);
    g_test_add_func("/connect-uri/default-of-wrong-type-is-refused", test_wrong_type);
    return g_test_run();
}
