/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virxmlschema.h: documents held against RELAX NG schemas
 *
 * A schema is read from its file the first time it is asked for and kept as long as the process lives. It judges the
 * form of a document alone; what the values mean is the business of whoever reads the document afterwards.
 */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

/**
 * virXMLSchemaFind:
 * @name: a file's name, e.g. "network.rng"
 *
 * Returns the path of that schema: of a build, its own copy; else the installed one, whether it is there or not.
 */
char *virXMLSchemaFind(const char *name);

/**
 * virXMLSchemaValidate:
 * @path: a RELAX NG schema; other files that it includes lie beside it
 *
 * Thread-safe. A document of another form gives VIR_ERR_XML_INVALID_SCHEMA of the domain VIR_FROM_XML, which tells what
 * is wrong with it from the innermost element outwards, with lines; a schema that cannot be read gives
 * VIR_ERR_INTERNAL_ERROR.
 *
 * Returns 0 if @doc has the form that the schema describes, else -1.
 */
int virXMLSchemaValidate(xmlDoc *doc, const char *path, GError **err);
