/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virxml.h: reading and writing of small XML documents over libxml2
 *
 * Reading is strict about form (no document types, no entities of the document's own) and silent about what it does not
 * know; writing escapes everything.
 */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

typedef xmlDoc virXMLDoc;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virXMLDoc, xmlFreeDoc)

typedef struct {
    const char *text;           /* the document */
    const char *source;         /* what it is called in messages, e.g. "(network_definition)" */
    int domain;                 /* virErrorDomain of its errors */
} virXMLSource;

/**
 * virXMLParse:
 *
 * Parses @source->text. What is not well-formed gives VIR_ERR_XML_DETAIL with line, source line and a caret under the
 * place; a document type declaration gives VIR_ERR_XML_ERROR.
 *
 * Returns the document, to be freed by the caller, or NULL.
 */
virXMLDoc *virXMLParse(const virXMLSource *source, GError **err);

/* Whether @node is an element @name in no namespace. */
gboolean virXMLIsElement(const xmlNode *node, const char *name);

/* First child element @name of @parent, or the next sibling of @node with the same name; NULL if there is none. */
xmlNode *virXMLFirst(const xmlNode *parent, const char *name);
xmlNode *virXMLNext(const xmlNode *node);

/* Value of an attribute without namespace; NULL if there is none. The caller frees it with g_free(). */
char *virXMLGetAttribute(const xmlNode *node, const char *name);

/* Text of an element; "" if it has none. The caller frees it with g_free(). */
char *virXMLGetText(const xmlNode *node);

/**
 * virXMLGetYesNo:
 * @ret_value: 1 for "yes", 0 for "no"; untouched if the attribute is absent
 *
 * Returns 1 if the attribute is there, 0 if not, -1 for another value (VIR_ERR_XML_ERROR, domain VIR_FROM_XML).
 */
int virXMLGetYesNo(const xmlNode *node, const char *name, int *ret_value, GError **err);

/* The same for a whole number from 0 to @max. */
int virXMLGetUint(const xmlNode *node, const char *name, guint64 max, guint64 *ret_value, GError **err);

/* The same for one of @words (NULL-terminated), of which the index is returned. */
int virXMLGetWord(const xmlNode *node, const char *name, const char *const *words, int *ret_index, GError **err);

/**
 * virParseUint:
 *
 * Parses decimal digits alone, from 0 to @max. Returns whether @text is such a number.
 */
gboolean virParseUint(const char *text, guint64 max, guint64 *ret_value);

/* The same, or hexadecimal behind "0x". */
gboolean virParseUintOrHex(const char *text, guint64 max, guint64 *ret_value);

/* An attribute; NULL also if it is empty, which for many is as good as none. */
char *virXMLGetFilledAttribute(const xmlNode *node, const char *name);

/* Appends " NAME='VALUE'", escaped; nothing if @value is NULL. */
void virXMLAppendAttribute(GString *out, const char *name, const char *value);

/* Appends @text escaped for an attribute in quotes of either kind, or for element content. */
void virXMLAppendEscaped(GString *out, const char *text);
