/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_unsupported.c: the parts of the network format that this version does not have
 */
#include "network_unsupported.h"

#include <string.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* By parent element: elements, and attributes with a leading '@'. */
static const struct {
    const char *parent;
    const char *name;
} unsupported[] = {
    { "network", "@trustGuestRxFilters" },
    { "network", "title" },
    { "network", "description" },
    { "network", "vlan" },
    { "network", "bandwidth" },
    { "network", "port" },
    { "network", "route" },
    { "network", "virtualport" },
    { "network", "portgroup" },
    { "forward", "@managed" },
    { "forward", "driver" },
    { "forward", "pf" },
    { "forward", "address" },
    { "bridge", "@zone" },
    { "bridge", "@macTableManager" },
    { "domain", "@register" },
};

/* The elements whose insides are looked at; everything else is unknown to the format, or refused as a whole. */
static const char *const containers[] = { "network", "forward", "nat", "bridge", "domain" };

static int refuse(const char *network, const xmlNode *node, const char *what, GError **err)
{
    return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "network '%s', line %ld: %s is not supported by this version",
                   network, xmlGetLineNo(node), what);
}

static gboolean isListed(const char *parent, const char *name)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(unsupported); i++) {
        if (strcmp(unsupported[i].parent, parent) == 0 && strcmp(unsupported[i].name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

static int checkAttributes(const char *network, const xmlNode *node, GError **err)
{
    const xmlAttr *attribute;

    for (attribute = node->properties; attribute; attribute = attribute->next) {
        g_autofree char *name = g_strconcat("@", (const char *)attribute->name, NULL);

        if (!attribute->ns && isListed((const char *)node->name, name)) {
            g_autofree char *what = g_strdup_printf("attribute '%s' of element <%s>", name + 1, (const char *)node->name);

            return refuse(network, node, what, err);
        }
    }
    return 0;
}

static gboolean isContainer(const xmlNode *node)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(containers); i++) {
        if (strcmp((const char *)node->name, containers[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

static int checkChild(const char *network, const xmlNode *child, GError **err)
{
    const char *name = (const char *)child->name;
    g_autofree char *what = g_strdup_printf("element <%s>", name);

    if (child->ns)
        return 0;
    if (isListed((const char *)child->parent->name, name))
        return refuse(network, child, what, err);
    return isContainer(child) ? virNetworkCheckSupported(network, child, err) : 0;
}

int virNetworkCheckSupported(const char *network, const xmlNode *root, GError **err)
{
    const xmlNode *child;

    if (checkAttributes(network, root, err) < 0)
        return -1;
    for (child = root->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE && checkChild(network, child, err) < 0)
            return -1;
    }
    return 0;
}
