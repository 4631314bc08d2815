/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * viruri.c: connection URIs as values
 *
 * Takes texts apart with GLib's parser and puts them together again. Which drivers, transports and parameters exist
 * it does not know. The remote driver, the dispatch and the public library call it.
 */
#include "viruri.h"

#include <string.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_URI

/* What may stand unescaped in a path and in a parameter, beside letters, digits and "-._~". */
#define PATH_CHARS "/:@!$'()*,="
#define PARAM_CHARS "/:@!$'()*,"

static void paramFree(virURIParam *param)
{
    g_free(param->name);
    g_free(param->value);
    g_free(param);
}

void virURIFree(virURI *uri)
{
    if (!uri)
        return;
    g_free(uri->driver);
    g_free(uri->transport);
    g_free(uri->user);
    g_free(uri->host);
    g_free(uri->path);
    g_clear_pointer(&uri->params, g_ptr_array_unref);
    g_free(uri->fragment);
    g_free(uri);
}

static int parseParam(const char *text, GPtrArray *params)
{
    const char *equals = strchr(text, '=');
    g_autofree char *name = g_uri_unescape_segment(text, equals, NULL);
    g_autofree char *value = g_uri_unescape_segment(equals ? equals + 1 : "", NULL, NULL);
    virURIParam *param;

    if (!name || !value)
        return -1;
    param = g_new0(virURIParam, 1);
    param->name = g_steal_pointer(&name);
    param->value = g_steal_pointer(&value);
    g_ptr_array_add(params, param);
    return 0;
}

/* Parts without a name, as between "&&", say nothing and are skipped. */
static int parseParams(const char *query, GPtrArray *params)
{
    g_auto(GStrv) parts = g_strsplit_set(query ? query : "", "&;", -1);

    for (char **part = parts; *part; part++) {
        if (**part != '\0' && **part != '=' && parseParam(*part, params) < 0)
            return -1;
    }
    return 0;
}

static void setScheme(virURI *uri, const char *scheme)
{
    const char *plus = scheme ? strchr(scheme, '+') : NULL;

    if (!scheme)
        return;
    uri->driver = plus ? g_strndup(scheme, plus - scheme) : g_strdup(scheme);
    uri->transport = plus ? g_strdup(plus + 1) : NULL;
}

virURI *virURIParse(const char *text, GError **err)
{
    g_autoptr(virURI) uri = g_new0(virURI, 1);
    g_autoptr(GError) cause = NULL;
    g_autofree char *scheme = NULL;
    g_autofree char *query = NULL;
    int port = -1;

    uri->params = g_ptr_array_new_with_free_func((GDestroyNotify)paramFree);
    if (!g_uri_split(text, G_URI_FLAGS_ENCODED_QUERY, &scheme, &uri->user, &uri->host, &port, &uri->path, &query,
                     &uri->fragment, &cause))
        return virFailNull(err, VIR_ERR_INTERNAL_ERROR, "Unable to parse URI '%s': %s", text, cause->message);
    if (parseParams(query, uri->params) < 0)
        return virFailNull(err, VIR_ERR_INTERNAL_ERROR, "Unable to parse URI '%s': wrong escape in its query", text);
    setScheme(uri, scheme);
    uri->port = port > 0 ? (unsigned int)port : 0;
    if (uri->host && !*uri->host)
        g_clear_pointer(&uri->host, g_free);
    return g_steal_pointer(&uri);
}

const char *virURIGetParam(const virURI *uri, const char *name)
{
    for (guint i = 0; i < uri->params->len; i++) {
        const virURIParam *param = uri->params->pdata[i];

        if (strcmp(param->name, name) == 0)
            return param->value;
    }
    return NULL;
}

static void formatServer(const virURI *uri, GString *out)
{
    if (uri->user) {
        g_string_append_uri_escaped(out, uri->user, NULL, FALSE);
        g_string_append_c(out, '@');
    }
    if (uri->host)
        g_string_append_printf(out, strchr(uri->host, ':') ? "[%s]" : "%s", uri->host);
    if (uri->port)
        g_string_append_printf(out, ":%u", uri->port);
}

static void formatParams(const virURI *uri, const char *const *without, GString *out)
{
    char separator = '?';

    for (guint i = 0; i < uri->params->len; i++) {
        const virURIParam *param = uri->params->pdata[i];

        if (without && g_strv_contains(without, param->name))
            continue;
        g_string_append_c(out, separator);
        g_string_append_uri_escaped(out, param->name, PARAM_CHARS, FALSE);
        g_string_append_c(out, '=');
        g_string_append_uri_escaped(out, param->value, PARAM_CHARS, FALSE);
        separator = '&';
    }
}

char *virURIFormat(const virURI *uri, const char *const *without)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (uri->driver)
        g_string_append(out, uri->driver);
    if (uri->transport)
        g_string_append_printf(out, "+%s", uri->transport);
    if (uri->driver)
        g_string_append(out, "://");
    formatServer(uri, out);
    g_string_append_uri_escaped(out, uri->path, PATH_CHARS, FALSE);
    formatParams(uri, without, out);
    if (uri->fragment) {
        g_string_append_c(out, '#');
        g_string_append_uri_escaped(out, uri->fragment, PATH_CHARS, FALSE);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}
