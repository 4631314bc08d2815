/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dnsmasq_conf.c: the one writer of dnsmasq's configuration syntax
 *
 * dnsmasq(8): '#' after a blank begins a comment, '"' a quotation with backslash escapes, blanks around are dropped.
 * Within a quotation a comma separates nothing.
 */
#include "dnsmasq_conf.h"

#include <stdarg.h>
#include <string.h>

#include "virerror.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* dnsmasq reads files by pieces of 1024 bytes at most, the end of the line counted, and takes each piece for a line. */
#define MAX_LINE 1023

/* Of a line that is too long, in an error. */
#define SHOWN_CHARS 60

static gboolean needsQuotes(const char *value)
{
    size_t len = strlen(value);

    return strchr(value, '"') || value[0] == '#' || strstr(value, " #") ||
           (len > 0 && (value[0] == ' ' || value[len - 1] == ' '));
}

static void appendQuoted(GString *conf, const char *value)
{
    g_string_append_c(conf, '"');
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            g_string_append_c(conf, '\\');
        g_string_append_c(conf, *value);
    }
    g_string_append_c(conf, '"');
}

static void appendPart(GString *conf, const char *part)
{
    if (needsQuotes(part))
        appendQuoted(conf, part);
    else
        g_string_append(conf, part);
}

/* dnsmasq drops the blanks after a line's first comma, and keeps those after later ones. */
static void appendString(GString *conf, const char *string, gboolean first)
{
    const char *core = first ? string : string + strspn(string, " ");

    g_string_append_c(conf, ',');
    if (*core && !needsQuotes(core))
        g_string_append(conf, string);
    else
        appendPart(conf, string);
}

static int failControl(const char *key, const char *value, GError **err)
{
    g_autofree char *shown = g_strescape(value, NULL);

    return virFail(err, VIR_ERR_XML_ERROR, "%s=%s: a control character cannot be written to dnsmasq's configuration",
                   key, shown);
}

int virDnsmasqConfAdd(GString *conf, const char *key, const char *value, GError **err)
{
    if (value && virStringHasControl(value))
        return failControl(key, value, err);
    g_string_append(conf, key);
    if (value) {
        g_string_append_c(conf, '=');
        appendPart(conf, value);
    }
    g_string_append_c(conf, '\n');
    return 0;
}

int virDnsmasqConfAddPair(GString *conf, const char *key, const virDnsmasqPair *pair, GError **err)
{
    g_auto(GStrv) parts = g_strsplit(pair->value, ",", -1);
    guint i;

    if (virStringHasControl(pair->name) || virStringHasControl(pair->value))
        return failControl(key, virStringHasControl(pair->name) ? pair->name : pair->value, err);
    g_string_append_printf(conf, "%s=", key);
    appendPart(conf, pair->name);
    if (!parts[0])
        g_string_append_c(conf, ',');
    for (i = 0; parts[i]; i++)
        appendString(conf, parts[i], i == 0);
    g_string_append_c(conf, '\n');
    return 0;
}

int virDnsmasqConfAddFormat(GString *conf, GError **err, const char *key, const char *fmt, ...)
{
    g_autofree char *value = NULL;
    va_list args;

    va_start(args, fmt);
    value = g_strdup_vprintf(fmt, args);
    va_end(args);
    return virDnsmasqConfAdd(conf, key, value, err);
}

int virDnsmasqConfCheckLines(const char *name, const char *text, GError **err)
{
    const char *end;

    for (; text && *text; text = *end ? end + 1 : end) {
        end = strchrnul(text, '\n');
        if (end - text > MAX_LINE) {
            g_autofree char *start = g_utf8_substring(text, 0, SHOWN_CHARS);

            return virFail(err, VIR_ERR_XML_ERROR,
                           "network '%s': a line for dnsmasq would have %zu bytes, and it reads %d: '%s...'", name,
                           (size_t)(end - text), MAX_LINE, start);
        }
    }
    return 0;
}
