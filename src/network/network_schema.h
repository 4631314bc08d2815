/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_schema.h: whether a document has the form that its schema describes
 *
 * For calls with a VALIDATE flag, before the document is read: reading passes over what the format does not know.
 */
#pragma once

#include <glib.h>

typedef enum {
    VIR_NETWORK_SCHEMA_NETWORK,
    VIR_NETWORK_SCHEMA_PORT,
    VIR_NETWORK_SCHEMA_LAST
} virNetworkSchema;

/**
 * virNetworkSchemaCheck:
 *
 * Checks that @xml is well-formed, has the root element of @schema, and then the form. The errors are those of the
 * parsers for the first two, VIR_ERR_XML_INVALID_SCHEMA for the last.
 *
 * Returns 0 or -1.
 */
int virNetworkSchemaCheck(virNetworkSchema schema, const char *xml, GError **err);
