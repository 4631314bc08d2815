/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virxml.c: reading and writing of small XML documents over libxml2
 *
 * Documents come from clients: nothing is loaded on their behalf, and a document type, which could define what grows
 * without end, is refused. What elements mean is their parsers' matter.
 */
#include "virxml.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <string.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_XML

/* How much of a source line an error message shows before the place of the error. */
#define MAX_SHOWN 512

/* The first error of a document is the one worth telling. */
typedef struct {
    const virXMLSource *source;
    GError *error;
} ParseState;

static void describeError(ParseState *state, const xmlError *xml_error, const xmlParserInput *input)
{
    const char *base = input ? (const char *)input->base : NULL;
    const char *cur = input ? (const char *)input->cur : NULL;
    const char *start, *end;
    g_autofree char *line = NULL;
    g_autofree char *message = g_strchomp(g_strdup(xml_error->message ? xml_error->message : "unknown error"));
    g_autofree char *dashes = NULL;

    if (!base || !*base) {
        virErrorSet(&state->error, state->source->domain, VIR_ERR_XML_DETAIL, "%s:%d: %s\n(null)\n^",
                    state->source->source, xml_error->line, message);
        return;
    }
    while (cur > base && (*cur == '\n' || *cur == '\r'))
        cur--;
    for (start = cur; start > base && start[-1] != '\n' && start[-1] != '\r' && cur - start < MAX_SHOWN; start--)
        ;
    for (end = start; *end && *end != '\n' && *end != '\r' && end - start < 2 * MAX_SHOWN; end++)
        ;
    line = g_utf8_make_valid(start, end - start);
    dashes = g_strnfill((gsize)(cur - start), '-');
    virErrorSet(&state->error, state->source->domain, VIR_ERR_XML_DETAIL, "%s:%d: %s\n%s\n%s^",
                state->source->source, xml_error->line, message, line, dashes);
}

/* libxml2 changed the constness of the second argument in 2.12. */
#if LIBXML_VERSION >= 21200
static void collectError(void *opaque, const xmlError *xml_error)
#else
static void collectError(void *opaque, xmlErrorPtr xml_error)
#endif
{
    xmlParserCtxtPtr ctxt = opaque;
    ParseState *state = ctxt->_private;

    if (!state->error && xml_error->level >= XML_ERR_ERROR)
        describeError(state, xml_error, ctxt->input);
}

virXMLDoc *virXMLParse(const virXMLSource *source, GError **err)
{
    ParseState state = { .source = source };
    xmlParserCtxtPtr ctxt = xmlNewParserCtxt();
    g_autoptr(virXMLDoc) doc = NULL;

    ctxt->_private = &state;
    ctxt->sax->serror = collectError;
    doc = xmlCtxtReadMemory(ctxt, source->text, (int)strlen(source->text), source->source, NULL, XML_PARSE_NONET);
    if (!state.error && (!doc || !ctxt->wellFormed || !xmlDocGetRootElement(doc)))
        virErrorSet(&state.error, source->domain, VIR_ERR_XML_DETAIL, "%s:1: Document is empty\n(null)\n^", source->source);
    xmlFreeParserCtxt(ctxt);
    if (state.error) {
        g_propagate_error(err, state.error);
        return NULL;
    }
    if (doc->intSubset) {
        virErrorSet(err, source->domain, VIR_ERR_XML_ERROR, "%s: a document type declaration is not accepted",
                    source->source);
        return NULL;
    }
    return g_steal_pointer(&doc);
}

gboolean virXMLIsElement(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && !node->ns && strcmp((const char *)node->name, name) == 0;
}

static xmlNode *findFrom(xmlNode *node, const char *name)
{
    while (node && !virXMLIsElement(node, name))
        node = node->next;
    return node;
}

xmlNode *virXMLFirst(const xmlNode *parent, const char *name)
{
    return findFrom(parent->children, name);
}

xmlNode *virXMLNext(const xmlNode *node)
{
    return findFrom(node->next, (const char *)node->name);
}

static char *takeString(xmlChar *text)
{
    char *copy = g_strdup((const char *)text);

    xmlFree(text);
    return copy;
}

char *virXMLGetAttribute(const xmlNode *node, const char *name)
{
    return takeString(xmlGetNoNsProp((xmlNode *)(gpointer)node, BAD_CAST name));
}

char *virXMLGetText(const xmlNode *node)
{
    char *text = takeString(xmlNodeGetContent((const xmlNode *)node));

    return text ? text : g_strdup("");
}

static int failValue(const xmlNode *node, const char *name, const char *value, const char *allowed, GError **err)
{
    return virFail(err, VIR_ERR_XML_ERROR, "Invalid value for attribute '%s' in element '%s': '%s'.%s", name,
                   (const char *)node->name, value, allowed);
}

int virXMLGetWord(const xmlNode *node, const char *name, const char *const *words, int *ret_index, GError **err)
{
    g_autofree char *value = virXMLGetAttribute(node, name);
    int i;

    if (!value)
        return 0;
    for (i = 0; words[i]; i++) {
        if (strcmp(words[i], value) == 0) {
            *ret_index = i;
            return 1;
        }
    }
    return failValue(node, name, value, "", err);
}

int virXMLGetYesNo(const xmlNode *node, const char *name, int *ret_value, GError **err)
{
    static const char *const words[] = { "no", "yes", NULL };

    return virXMLGetWord(node, name, words, ret_value, err);
}

char *virXMLGetFilledAttribute(const xmlNode *node, const char *name)
{
    g_autofree char *text = virXMLGetAttribute(node, name);

    return text && *text ? g_steal_pointer(&text) : NULL;
}

/* What strtoul(3) skips, which libvirt reads numbers with. */
static const char *skipToDigits(const char *text)
{
    text += strspn(text, " \t\n\r\f\v");
    return *text == '+' ? text + 1 : text;
}

gboolean virParseUint(const char *text, guint64 max, guint64 *ret_value)
{
    return g_ascii_string_to_unsigned(skipToDigits(text), 10, 0, max, ret_value, NULL);
}

gboolean virParseUintOrHex(const char *text, guint64 max, guint64 *ret_value)
{
    const char *digits = skipToDigits(text);

    if (g_ascii_strncasecmp(digits, "0x", 2) != 0)
        return virParseUint(text, max, ret_value);
    return g_ascii_string_to_unsigned(digits + 2, 16, 0, max, ret_value, NULL);
}

int virXMLGetUint(const xmlNode *node, const char *name, guint64 max, guint64 *ret_value, GError **err)
{
    g_autofree char *value = virXMLGetAttribute(node, name);

    if (!value)
        return 0;
    if (!virParseUint(value, max, ret_value))
        return failValue(node, name, value, " Expected non-negative integer value", err);
    return 1;
}

static const char *escapeOf(char c)
{
    switch (c) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '\'': return "&apos;";
    case '"': return "&quot;";
    case '\n': return "&#10;";
    case '\r': return "&#13;";
    default: return "&#9;";
    }
}

void virXMLAppendEscaped(GString *out, const char *text)
{
    while (*text) {
        size_t plain = strcspn(text, "<>&'\"\n\r\t");

        g_string_append_len(out, text, (gssize)plain);
        text += plain;
        if (*text)
            g_string_append(out, escapeOf(*text++));
    }
}

void virXMLAppendAttribute(GString *out, const char *name, const char *value)
{
    if (!value)
        return;
    g_string_append_c(out, ' ');
    g_string_append(out, name);
    g_string_append(out, "='");
    virXMLAppendEscaped(out, value);
    g_string_append_c(out, '\'');
}
