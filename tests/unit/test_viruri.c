/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_viruri.c: connection URIs as values
 *
 * Taking apart, putting together, leaving parameters out. What drivers make of URIs is tested elsewhere.
 */
#include <glib.h>
#include <string.h>

#include "virerror.h"
#include "viruri.h"

static const struct {
    const char *text;
    const char *driver, *transport, *user, *host;
    unsigned int port;
    const char *path;
    const char *formatted;      /* NULL: as @text */
} rows[] = {
    { "network:///system", "network", NULL, NULL, NULL, 0, "/system", NULL },
    { "qemu:/system", "qemu", NULL, NULL, NULL, 0, "/system", "qemu:///system" },
    { "qemu+ssh://root@host.example:2222/system", "qemu", "ssh", "root", "host.example", 2222, "/system", NULL },
    { "qemu+tls://[::1]/system", "qemu", "tls", NULL, "::1", 0, "/system", NULL },
    { "qemu://system", "qemu", NULL, NULL, "system", 0, "", NULL },
    { "test:///a%20b.xml", "test", NULL, NULL, NULL, 0, "/a b.xml", NULL },
    { "remote://", "remote", NULL, NULL, NULL, 0, "", NULL },
    { "nothing", NULL, NULL, NULL, NULL, 0, "nothing", NULL },
    { "network+unix:///system?socket=/a/b", "network", "unix", NULL, NULL, 0, "/system", NULL },
    { "a:///b?x=1;y=2&z#end", "a", NULL, NULL, NULL, 0, "/b", "a:///b?x=1&y=2&z=#end" },
};

static void partsAndBack(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) err = NULL;
        g_autoptr(virURI) uri = virURIParse(rows[i].text, &err);
        g_autofree char *text = NULL;

        g_assert_no_error(err);
        g_assert_cmpstr(uri->driver, ==, rows[i].driver);
        g_assert_cmpstr(uri->transport, ==, rows[i].transport);
        g_assert_cmpstr(uri->user, ==, rows[i].user);
        g_assert_cmpstr(uri->host, ==, rows[i].host);
        g_assert_cmpuint(uri->port, ==, rows[i].port);
        g_assert_cmpstr(uri->path, ==, rows[i].path);
        text = virURIFormat(uri, NULL);
        g_assert_cmpstr(text, ==, rows[i].formatted ? rows[i].formatted : rows[i].text);
    }
}

static void paramsKeepOrderAndAreDecoded(void)
{
    g_autoptr(virURI) uri = virURIParse("a:///b?x=1%262&&flag;=lost&x=3&e=", NULL);
    static const char *const wanted[][2] = { { "x", "1&2" }, { "flag", "" }, { "x", "3" }, { "e", "" } };
    g_autofree char *text = NULL;

    g_assert_cmpuint(uri->params->len, ==, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < uri->params->len; i++) {
        const virURIParam *param = uri->params->pdata[i];

        g_assert_cmpstr(param->name, ==, wanted[i][0]);
        g_assert_cmpstr(param->value, ==, wanted[i][1]);
    }
    g_assert_cmpstr(virURIGetParam(uri, "x"), ==, "1&2");
    g_assert_null(virURIGetParam(uri, "y"));
    text = virURIFormat(uri, NULL);
    g_assert_cmpstr(text, ==, "a:///b?x=1%262&flag=&x=3&e=");
}

static void givenParamsAreLeftOut(void)
{
    static const char *const without[] = { "socket", "mode", NULL };
    g_autoptr(virURI) uri = virURIParse("network:///system?socket=/p&foo=bar&mode=direct", NULL);
    g_autofree char *text = virURIFormat(uri, without);
    g_autoptr(virURI) bare = virURIParse("network:///system?socket=/p", NULL);
    g_autofree char *bare_text = virURIFormat(bare, without);

    g_assert_cmpstr(text, ==, "network:///system?foo=bar");
    g_assert_cmpstr(bare_text, ==, "network:///system");
}

static void wrongTextFails(void)
{
    static const char *const wrong[] = { "a://host:port/", "a://[::1/", "a:///%zz", "a:///b?x=%zz", "a:///%00" };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) err = NULL;

        g_assert_null(virURIParse(wrong[i], &err));
        g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
        g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_URI);
        g_assert_nonnull(strstr(err->message, wrong[i]));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/uri/parts-and-back", partsAndBack);
    g_test_add_func("/uri/params-keep-order-and-are-decoded", paramsKeepOrderAndAreDecoded);
    g_test_add_func("/uri/given-params-are-left-out", givenParamsAreLeftOut);
    g_test_add_func("/uri/wrong-text-fails", wrongTextFails);
    return g_test_run();
}
