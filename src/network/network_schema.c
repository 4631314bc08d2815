/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_schema.c: whether a document has the form that its schema describes
 *
 * Asked for by a flag of define, create and the making of ports; what the parser accepts is another matter. The schemas
 * are found, kept and applied by virxmlschema.c.
 */
#include "network_schema.h"

#include "virerror.h"
#include "virxml.h"
#include "virxmlschema.h"

#define VIR_FROM_THIS VIR_FROM_XML

static const struct {
    const char *root;
    const char *source;         /* what the parser of such documents calls them in messages */
    const char *file;
} kinds[] = {
    [VIR_NETWORK_SCHEMA_NETWORK] = { "network", "(network_definition)", "network.rng" },
    [VIR_NETWORK_SCHEMA_PORT] = { "networkport", "(networkport_definition)", "networkport.rng" },
};
G_STATIC_ASSERT(G_N_ELEMENTS(kinds) == VIR_NETWORK_SCHEMA_LAST);

int virNetworkSchemaCheck(virNetworkSchema schema, const char *xml, GError **err)
{
    const virXMLSource source = { .text = xml, .source = kinds[schema].source, .domain = VIR_FROM_NETWORK };
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, err);
    g_autofree char *path = NULL;

    if (!doc)
        return -1;
    if (!virXMLIsElement(xmlDocGetRootElement(doc), kinds[schema].root)) {
        return virFail(err, VIR_ERR_XML_ERROR, "expecting root element of '%s', not '%s'", kinds[schema].root,
                       (const char *)xmlDocGetRootElement(doc)->name);
    }
    path = virXMLSchemaFind(kinds[schema].file);
    return virXMLSchemaValidate(doc, path, err);
}
