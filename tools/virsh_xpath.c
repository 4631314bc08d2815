/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * XPath over a document in memory, by libxml2. Nothing is loaded from files or the net, whatever the document says.
 * Called by net-dumpxml.
 */
#include "virsh_xpath.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <string.h>

#include "virtext.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlBuffer, xmlBufferFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathObject, xmlXPathFreeObject)

#if LIBXML_VERSION >= 21200
typedef const xmlError *errorPtr;
#else
typedef xmlErrorPtr errorPtr;
#endif

/* libxml2 would print to stderr without a handler. */
static void ignoreError(void *opaque, errorPtr error)
{
    (void)opaque;
    (void)error;
}

static void fail(GError **error, const char *format, const char *what)
{
    g_set_error(error, g_quark_from_static_string("virsh-xpath"), 0, format, what);
}

static xmlDocPtr parse(const char *xml, GError **error)
{
    xmlDocPtr doc = NULL;

    if (strlen(xml) <= G_MAXINT)
        doc = xmlReadMemory(xml, (int)strlen(xml), NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_NOBLANKS | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (!doc)
        fail(error, "%s", virText("the description of the network is not well-formed XML"));
    return doc;
}

static void appendNode(GString *out, xmlDocPtr doc, xmlNodePtr node)
{
    g_autoptr(xmlBuffer) buffer = xmlBufferCreate();

    if (xmlNodeDump(buffer, doc, node, 0, 1) >= 0)
        g_string_append_printf(out, "%s\n", (const char *)xmlBufferContent(buffer));
}

static void appendNodes(GString *out, xmlDocPtr doc, const xmlNodeSet *nodes)
{
    for (int i = 0; nodes && i < nodes->nodeNr; i++) {
        if (nodes->nodeTab[i]->type != XML_NAMESPACE_DECL) /* not a node at all, though it stands among them */
            appendNode(out, doc, nodes->nodeTab[i]);
    }
}

static void appendWrapped(GString *out, const xmlNodeSet *nodes)
{
    g_autoptr(xmlDoc) doc = xmlNewDoc((const xmlChar *)"1.0");
    xmlNodePtr root = xmlNewDocNode(doc, NULL, (const xmlChar *)"nodes", NULL);

    (void)xmlDocSetRootElement(doc, root);
    for (int i = 0; nodes && i < nodes->nodeNr; i++) {
        xmlNodePtr node = nodes->nodeTab[i];

        if (node->type == XML_DOCUMENT_NODE)
            node = xmlDocGetRootElement((xmlDocPtr)node);
        if (node->type != XML_NAMESPACE_DECL)
            (void)xmlAddChild(root, xmlDocCopyNode(node, doc, 1));
    }
    appendNode(out, doc, root);
}

char *virshXPathSelect(const char *xml, const char *xpath, bool wrap, GError **error)
{
    g_autoptr(xmlDoc) doc = parse(xml, error);
    g_autoptr(xmlXPathContext) context = doc ? xmlXPathNewContext(doc) : NULL;
    g_autoptr(xmlXPathObject) object = NULL;
    g_autoptr(GString) out = g_string_new(NULL);

    if (!context)
        return NULL;
    xmlSetStructuredErrorFunc(NULL, ignoreError);
    object = xmlXPathEval((const xmlChar *)xpath, context);
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (!object) {
        fail(error, virText("invalid XPath expression '%s'"), xpath);
        return NULL;
    }
    if (object->type != XPATH_NODESET) {
        fail(error, virText("XPath expression '%s' does not select nodes"), xpath);
        return NULL;
    }
    if (wrap)
        appendWrapped(out, object->nodesetval);
    else
        appendNodes(out, doc, object->nodesetval);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *virshXPathText(const char *xml, const char *xpath)
{
    g_autofree char *expression = g_strdup_printf("string(%s)", xpath);
    g_autoptr(xmlDoc) doc = parse(xml, NULL);
    g_autoptr(xmlXPathContext) context = doc ? xmlXPathNewContext(doc) : NULL;
    g_autoptr(xmlXPathObject) object = context ? xmlXPathEval((const xmlChar *)expression, context) : NULL;

    return object && object->type == XPATH_STRING ? g_strdup((const char *)object->stringval) : NULL;
}
