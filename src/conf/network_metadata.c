/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_metadata.c: the elements that programs keep in a network's <metadata>
 *
 * A definition has its <metadata> as text; here it becomes a tree, is changed, and becomes text again. What was put in is then
 * looked for in that text: libxml2 writes some namespaces in a way that it cannot read, and such a definition must not get to
 * the disk. Called by the drivers' metadata functions.
 */
#include "network_metadata.h"

#include <string.h>

#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_XML

/* --- Trees and text --------------------------------------------------------------------------------------------- */

static char *dumpNode(xmlNode *node)
{
    xmlBuffer *buffer = xmlBufferCreate();
    char *text;

    xmlNodeDump(buffer, node->doc, node, 0, 0);
    text = g_strdup((const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}

static virXMLDoc *parseMetadata(const char *text, GError **err)
{
    const virXMLSource source = { .text = text, .source = "(metadata)", .domain = VIR_FROM_XML };

    return virXMLParse(&source, err);
}

static gboolean isOfNamespace(const xmlNs *ns, const char *uri)
{
    return ns && g_strcmp0((const char *)ns->href, uri) == 0;
}

/* The child of the root that is in the namespace; NULL if there is none. */
static xmlNode *findElement(virXMLDoc *doc, const char *uri)
{
    xmlNode *node = xmlDocGetRootElement(doc)->children;

    while (node && !(node->type == XML_ELEMENT_NODE && isOfNamespace(node->ns, uri)))
        node = node->next;
    return node;
}

/* --- Namespaces of a tree --------------------------------------------------------------------------------------- */

typedef void (*NodeFunc)(xmlNode *node, void *opaque);

/* Calls @function for @top and every element below it. */
static void forEachElement(xmlNode *top, NodeFunc function, void *opaque)
{
    xmlNode *node = top;

    while (node) {
        if (node->type == XML_ELEMENT_NODE)
            function(node, opaque);
        if (node->type == XML_ELEMENT_NODE && node->children) {
            node = node->children;
            continue;
        }
        while (node != top && !node->next)
            node = node->parent;
        node = node == top ? NULL : node->next;
    }
}

static void adopt(xmlNode *node, void *ns)
{
    if (!node->ns)
        xmlSetNs(node, ns);
}

typedef struct {
    const char *uri;
    gboolean kept;      /* an attribute is in the namespace, and needs its declaration */
} Release;

static void release(xmlNode *node, void *opaque)
{
    Release *state = opaque;
    const xmlAttr *attribute;

    if (isOfNamespace(node->ns, state->uri))
        xmlSetNs(node, NULL);
    for (attribute = node->properties; attribute; attribute = attribute->next)
        state->kept = state->kept || isOfNamespace(attribute->ns, state->uri);
}

static void dropDeclaration(xmlNode *node, void *uri)
{
    xmlNs **at = &node->nsDef;

    while (*at) {
        xmlNs *ns = *at;

        if (!isOfNamespace(ns, uri)) {
            at = &ns->next;
            continue;
        }
        *at = ns->next;
        xmlFreeNs(ns);
    }
}

/* --- Setting ---------------------------------------------------------------------------------------------------- */

/* The element as a document of its own, wholly in the namespace. */
static virXMLDoc *parseElement(const virNetworkMetadataElement *element, GError **err)
{
    const virXMLSource source = { .text = element->xml, .source = "(metadata_xml)", .domain = VIR_FROM_XML };
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, err);
    xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    xmlNs *ns;

    if (!root)
        return NULL;
    if (xmlValidateNCName((const xmlChar *)element->key, 0) != 0)
        return virFailNull(err, VIR_ERR_INTERNAL_ERROR, "failed to validate prefix for a new XML namespace");
    ns = xmlNewNs(root, (const xmlChar *)element->uri, (const xmlChar *)element->key);
    if (!ns)
        return virFailNull(err, VIR_ERR_INTERNAL_ERROR, "failed to create a new XML namespace");
    forEachElement(root, adopt, ns);
    return g_steal_pointer(&doc);
}

/* Whether the text says what it was made to say. */
static int checkText(const char *text, const virNetworkMetadataElement *element, GError **err)
{
    g_autoptr(virXMLDoc) doc = parseMetadata(text, NULL);

    if (doc && findElement(doc, element->uri))
        return 0;
    return virFail(err, VIR_ERR_INVALID_ARG, "the metadata element cannot be kept in namespace '%s' with prefix '%s'",
                   element->uri, element->key);
}

static void removeElement(virXMLDoc *doc, const char *uri)
{
    xmlNode *node = findElement(doc, uri);

    if (!node)
        return;
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

int virNetworkMetadataSet(virNetworkDef *def, const virNetworkMetadataElement *element, GError **err)
{
    g_autoptr(virXMLDoc) doc = parseMetadata(def->metadata ? def->metadata : "<metadata/>", err);
    g_autoptr(virXMLDoc) added = doc && element->xml ? parseElement(element, err) : NULL;
    g_autofree char *text = NULL;

    if (!doc || (element->xml && !added))
        return -1;
    if (!element->xml && !findElement(doc, element->uri))
        return 0;
    removeElement(doc, element->uri);
    if (added)
        xmlAddChild(xmlDocGetRootElement(doc), xmlDocCopyNode(xmlDocGetRootElement(added), doc, 1));
    text = dumpNode(xmlDocGetRootElement(doc));
    if (added && checkText(text, element, err) < 0)
        return -1;
    g_free(def->metadata);
    def->metadata = g_steal_pointer(&text);
    return 0;
}

/* --- Getting ---------------------------------------------------------------------------------------------------- */

char *virNetworkMetadataGet(const virNetworkDef *def, const char *uri)
{
    g_autoptr(virXMLDoc) doc = def->metadata ? parseMetadata(def->metadata, NULL) : NULL;
    xmlNode *node = doc ? findElement(doc, uri) : NULL;
    Release state = { .uri = uri };
    char *text;

    if (!node)
        return NULL;
    /* A copy has the declarations that it needs, also where the original has them further out. */
    node = xmlDocCopyNode(node, doc, 1);
    forEachElement(node, release, &state);
    if (!state.kept)
        forEachElement(node, dropDeclaration, (gpointer)uri);
    text = dumpNode(node);
    xmlFreeNode(node);
    return text;
}
