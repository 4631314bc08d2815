/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virconf.c: parser and getters of configuration files
 *
 * One pass over the text, a value at a time. Whether a setting is known, and what it means, is not asked here; the
 * caller's getters do that. Accepts all that libvirt's own reader accepts, and comments inside lists besides.
 */
#include "virconf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "virerror.h"
#include "virfile.h"
#include "virtext.h"

#define VIR_FROM_THIS VIR_FROM_CONF

/* Far above what any configuration needs; keeps a mistaken path (a disk image) from being read into memory. */
#define MAX_FILE_BYTES (10 * 1024 * 1024)

typedef enum {
    VALUE_NUMBER,
    VALUE_STRING,
    VALUE_LIST,
} valueType;

typedef struct {
    valueType type;
    gint64 number;
    char *string;
    GPtrArray *list;        /* confValue, none of them a list */
} confValue;

typedef struct {
    char *name;
    confValue *value;
    unsigned int line;
} confEntry;

struct _virConf {
    char *filename;
    GPtrArray *entries;     /* confEntry */
};

/* Where the parser stands. */
typedef struct {
    const char *filename;
    const char *cur;
    unsigned int line;
} confReader;

static void confValueFree(confValue *value)
{
    if (!value)
        return;
    g_free(value->string);
    g_clear_pointer(&value->list, g_ptr_array_unref);
    g_free(value);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(confValue, confValueFree)

static void confEntryFree(confEntry *entry)
{
    if (!entry)
        return;
    g_free(entry->name);
    confValueFree(entry->value);
    g_free(entry);
}

static confValue *confValueNew(valueType type)
{
    confValue *value = g_new0(confValue, 1);

    value->type = type;
    if (type == VALUE_LIST)
        value->list = g_ptr_array_new_with_free_func((GDestroyNotify)confValueFree);
    return value;
}

static int syntaxError(const confReader *reader, const char *what, GError **err)
{
    return virFail(err, VIR_ERR_CONF_SYNTAX, "%s:%u: %s", reader->filename, reader->line, virText(what));
}

static void skipBlanks(confReader *reader)
{
    while (*reader->cur == ' ' || *reader->cur == '\t')
        reader->cur++;
}

/* Blanks, line ends and comments. */
static void skipLines(confReader *reader)
{
    for (;;) {
        skipBlanks(reader);
        if (*reader->cur == '#')
            reader->cur += strcspn(reader->cur, "\n");
        if (*reader->cur == '\n')
            reader->line++;
        else if (*reader->cur != '\r')
            return;
        reader->cur++;
    }
}

static unsigned int countLines(const char *from, const char *to)
{
    unsigned int lines = 0;

    for (; from < to; from++)
        lines += *from == '\n';
    return lines;
}

static int readLongString(confReader *reader, confValue **ret_value, GError **err)
{
    const char *start = reader->cur + 3;
    const char *end = strstr(start, "\"\"\"");

    if (!end)
        return syntaxError(reader, "unterminated string", err);
    *ret_value = confValueNew(VALUE_STRING);
    (*ret_value)->string = g_strndup(start, (gsize)(end - start));
    reader->line += countLines(start, end);
    reader->cur = end + 3;
    return 0;
}

static int readString(confReader *reader, confValue **ret_value, GError **err)
{
    const char ends[] = { *reader->cur, '\n', '\0' };
    const char *start = reader->cur + 1;
    gsize length = strcspn(start, ends);

    if (g_str_has_prefix(reader->cur, "\"\"\""))
        return readLongString(reader, ret_value, err);
    if (start[length] != ends[0])
        return syntaxError(reader, "unterminated string", err);
    *ret_value = confValueNew(VALUE_STRING);
    (*ret_value)->string = g_strndup(start, length);
    reader->cur = start + length + 1;
    return 0;
}

static int readNumber(confReader *reader, confValue **ret_value, GError **err)
{
    const char *digits = reader->cur + (*reader->cur == '-' || *reader->cur == '+');
    char *end = NULL;
    gint64 number;

    if (!g_ascii_isdigit(*digits))
        return syntaxError(reader, "unterminated number", err);
    errno = 0;
    number = g_ascii_strtoll(reader->cur, &end, 10);
    if (errno)
        return syntaxError(reader, "number out of range", err);
    *ret_value = confValueNew(VALUE_NUMBER);
    (*ret_value)->number = number;
    reader->cur = end;
    return 0;
}

static int readScalar(confReader *reader, confValue **ret_value, GError **err)
{
    char c = *reader->cur;

    if (c == '"' || c == '\'')
        return readString(reader, ret_value, err);
    if (g_ascii_isdigit(c) || c == '-' || c == '+')
        return readNumber(reader, ret_value, err);
    return syntaxError(reader, "expecting a value", err);
}

/* One item and the comma or bracket after it. */
static int readListItem(confReader *reader, GPtrArray *list, GError **err)
{
    confValue *item = NULL;

    if (*reader->cur == '[')
        return syntaxError(reader, "a list within a list", err);
    if (readScalar(reader, &item, err) < 0)
        return -1;
    g_ptr_array_add(list, item);
    skipLines(reader);
    if (*reader->cur == ',') {
        reader->cur++;
        skipLines(reader);
    } else if (*reader->cur && *reader->cur != ']') {
        return syntaxError(reader, "expecting a separator in list", err);
    }
    return 0;
}

static int readList(confReader *reader, confValue **ret_value, GError **err)
{
    g_autoptr(confValue) value = confValueNew(VALUE_LIST);

    reader->cur++;
    skipLines(reader);
    while (*reader->cur && *reader->cur != ']') {
        if (readListItem(reader, value->list, err) < 0)
            return -1;
    }
    if (*reader->cur != ']')
        return syntaxError(reader, "list is not closed with ]", err);
    reader->cur++;
    *ret_value = g_steal_pointer(&value);
    return 0;
}

static int readName(confReader *reader, char **ret_name, GError **err)
{
    const char *end = reader->cur;

    if (!g_ascii_isalpha(*end))
        return syntaxError(reader, "expecting a name", err);
    while (g_ascii_isalnum(*end) || *end == '_')
        end++;
    *ret_name = g_strndup(reader->cur, (gsize)(end - reader->cur));
    reader->cur = end;
    return 0;
}

/* A statement ends with its line, a comment or ';'. */
static int readEnd(confReader *reader, GError **err)
{
    skipBlanks(reader);
    if (*reader->cur == ';')
        reader->cur++;
    else if (*reader->cur && !strchr("#\r\n", *reader->cur))
        return syntaxError(reader, "expecting a separator", err);
    return 0;
}

static int readStatement(confReader *reader, GPtrArray *entries, GError **err)
{
    g_autofree char *name = NULL;
    g_autoptr(confValue) value = NULL;
    unsigned int line = reader->line;
    confEntry *entry;
    int rc;

    if (readName(reader, &name, err) < 0)
        return -1;
    skipBlanks(reader);
    if (*reader->cur != '=')
        return syntaxError(reader, "expecting an assignment", err);
    reader->cur++;
    skipBlanks(reader);
    rc = *reader->cur == '[' ? readList(reader, &value, err) : readScalar(reader, &value, err);
    if (rc < 0 || readEnd(reader, err) < 0)
        return -1;
    entry = g_new0(confEntry, 1);
    entry->name = g_steal_pointer(&name);
    entry->value = g_steal_pointer(&value);
    entry->line = line;
    g_ptr_array_add(entries, entry);
    return 0;
}

int virConfParse(const char *filename, const char *text, virConf **ret_conf, GError **err)
{
    g_autoptr(virConf) conf = g_new0(virConf, 1);
    confReader reader = { .filename = filename, .cur = text, .line = 1 };

    conf->filename = g_strdup(filename);
    conf->entries = g_ptr_array_new_with_free_func((GDestroyNotify)confEntryFree);
    for (skipLines(&reader); *reader.cur; skipLines(&reader)) {
        if (readStatement(&reader, conf->entries, err) < 0)
            return -1;
    }
    *ret_conf = g_steal_pointer(&conf);
    return 0;
}

int virConfRead(const char *path, virConf **ret_conf, GError **err)
{
    g_autofree char *text = NULL;

    if (virFileRead(path, MAX_FILE_BYTES, &text, err) < 0)
        return -1;
    if (!text) {
        *ret_conf = NULL;
        return 0;
    }
    return virConfParse(path, text, ret_conf, err);
}

void virConfFree(virConf *conf)
{
    if (!conf)
        return;
    g_clear_pointer(&conf->entries, g_ptr_array_unref);
    g_free(conf->filename);
    g_free(conf);
}

static const confEntry *findEntry(const virConf *conf, const char *name)
{
    for (guint i = 0; conf && i < conf->entries->len; i++) {
        const confEntry *entry = g_ptr_array_index(conf->entries, i);

        if (strcmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

static const confValue *findValue(const virConf *conf, const char *name)
{
    const confEntry *entry = findEntry(conf, name);

    return entry ? entry->value : NULL;
}

static int typeError(const virConf *conf, const char *name, const char *type, GError **err)
{
    return virFail(err, VIR_ERR_INTERNAL_ERROR, "%s: expected %s for '%s' parameter", conf->filename, virText(type),
                   name);
}

static int rangeError(const virConf *conf, const char *name, const char *range, GError **err)
{
    return virFail(err, VIR_ERR_INTERNAL_ERROR, "%s: value for '%s' parameter must be %s", conf->filename, name,
                   virText(range));
}

int virConfGetString(const virConf *conf, const char *name, char **ret, GError **err)
{
    const confValue *value = findValue(conf, name);

    if (!value)
        return 0;
    if (value->type != VALUE_STRING)
        return typeError(conf, name, "a string", err);
    g_free(*ret);
    *ret = g_strdup(value->string);
    return 1;
}

int virConfGetUInt(const virConf *conf, const char *name, unsigned int *ret, GError **err)
{
    const confValue *value = findValue(conf, name);

    if (!value)
        return 0;
    if (value->type != VALUE_NUMBER || value->number < 0)
        return typeError(conf, name, "an unsigned integer", err);
    if (value->number > G_MAXUINT32)
        return rangeError(conf, name, "in range 0:4294967295", err);
    *ret = (unsigned int)value->number;
    return 1;
}

int virConfGetInt(const virConf *conf, const char *name, int *ret, GError **err)
{
    const confValue *value = findValue(conf, name);

    if (!value)
        return 0;
    if (value->type != VALUE_NUMBER)
        return typeError(conf, name, "an integer", err);
    if (value->number < G_MININT32 || value->number > G_MAXINT32)
        return rangeError(conf, name, "in range -2147483648:2147483647", err);
    *ret = (int)value->number;
    return 1;
}

int virConfGetStringList(const virConf *conf, const char *name, gboolean allow_single, char ***ret, GError **err)
{
    const confValue *value = findValue(conf, name);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (!value)
        return 0;
    if (value->type == VALUE_STRING && allow_single)
        g_strv_builder_add(builder, value->string);
    else if (value->type != VALUE_LIST)
        return typeError(conf, name, allow_single ? N_("a string or string list") : N_("a string list"), err);
    for (guint i = 0; value->type == VALUE_LIST && i < value->list->len; i++) {
        const confValue *item = g_ptr_array_index(value->list, i);

        if (item->type != VALUE_STRING)
            return typeError(conf, name, "a string list", err);
        g_strv_builder_add(builder, item->string);
    }
    g_strfreev(*ret);
    *ret = g_strv_builder_end(builder);
    return 1;
}

unsigned int virConfGetLine(const virConf *conf, const char *name)
{
    const confEntry *entry = findEntry(conf, name);

    return entry ? entry->line : 0;
}

const char **virConfGetNames(const virConf *conf)
{
    guint n = conf ? conf->entries->len : 0;
    const char **names = g_new0(const char *, n + 1);

    for (guint i = 0; i < n; i++)
        names[i] = ((const confEntry *) g_ptr_array_index(conf->entries, i))->name;
    return names;
}
