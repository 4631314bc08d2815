/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virxmlschema.c: documents held against RELAX NG schemas, by libxml2
 *
 * Finds the schemas, keeps them once they are parsed, and makes one error of all that libxml2 has to say. Which schema
 * is meant for a document network_schema.c knows, which calls it.
 */
#include "config.h"
#include "virxmlschema.h"

#include <dlfcn.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xmlerror.h>
#include <string.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_XML

/* Of a document that is wrong all over, the first faults will do; of a long value, its beginning. */
#define MAX_FAULTS 20
#define MAX_FAULT_LENGTH 512

/* Where the schemas lie in a build, seen from the library and the daemon. */
#define BUILD_SCHEMAS "conf/schemas"

typedef struct {
    xmlRelaxNG *strict;         /* the schema */
    xmlRelaxNG *telling;        /* takes more, but says better what is wrong; NULL until a document is wrong */
} Schema;

static GMutex lock;             /* guards all below, and is held while a document is judged: schemas are libxml2's */
static GHashTable *schemas;     /* path -> Schema; never freed, since threads may outlive any moment to do so */

/* --- Finding ---------------------------------------------------------------------------------------------------- */

/* NULL if @object, the path of a program or library, is none of a build; a library's may be relative. */
static char *findBeside(const char *object, const char *name)
{
    g_autofree char *file = object && strchr(object, '/') ? g_canonicalize_filename(object, NULL) : NULL;
    g_autofree char *dir = file ? g_path_get_dirname(file) : NULL;
    g_autofree char *path = dir ? g_build_filename(dir, BUILD_SCHEMAS, name, NULL) : NULL;

    return path && g_file_test(path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&path) : NULL;
}

char *virXMLSchemaFind(const char *name)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    Dl_info object = { 0 };
    char *path = dladdr(&lock, &object) ? findBeside(object.dli_fname, name) : NULL;

    if (!path)
        path = findBeside(self, name);
    return path ? path : g_build_filename(VIR_SCHEMA_DIR, name, NULL);
}

/* --- What libxml2 says ------------------------------------------------------------------------------------------ */

typedef struct {
    GString *text;              /* one fault on each line */
    int n_faults;
} Faults;

/* libxml2 changed the constness of the second argument in 2.12. */
#if LIBXML_VERSION >= 21200
static void collectFault(void *opaque, const xmlError *fault)
#else
static void collectFault(void *opaque, xmlErrorPtr fault)
#endif
{
    Faults *faults = opaque;
    g_autofree char *start = g_strndup(fault->message ? fault->message : "unknown error", MAX_FAULT_LENGTH);
    g_autofree char *message = g_utf8_make_valid(g_strchomp(start), -1);    /* it may end within a character */

    if (++faults->n_faults > MAX_FAULTS)
        return;
    if (faults->text->len > 0)
        g_string_append_c(faults->text, '\n');
    if (fault->line > 0)
        g_string_append_printf(faults->text, "line %d: ", fault->line);
    g_string_append(faults->text, message);
}

/* --- Reading schemas -------------------------------------------------------------------------------------------- */

/* NULL with the reasons in @faults. */
static xmlRelaxNG *parseWith(xmlRelaxNGParserCtxt *ctxt, Faults *faults)
{
    xmlRelaxNG *schema;

    if (!ctxt)
        return NULL;
    xmlRelaxNGSetParserStructuredErrors(ctxt, collectFault, faults);
    schema = xmlRelaxNGParse(ctxt);
    xmlRelaxNGFreeParserCtxt(ctxt);
    return schema;
}

static gboolean isNamed(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/*
 * Of an optional element that is there and wrong libxml2 says only that it is one too many; of one that may be
 * repeated, what is wrong in it. So each of the one kind is made one of the other.
 */
static void loosen(xmlNode *node)
{
    xmlNode *child;

    for (child = node->children; child; child = child->next) {
        if (isNamed(node, "interleave") && isNamed(child, "optional"))
            xmlNodeSetName(child, BAD_CAST "zeroOrMore");
        loosen(child);
    }
}

static xmlRelaxNG *parseTelling(const char *path)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Faults faults = { .text = text };
    xmlDoc *doc = xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlRelaxNG *schema;

    if (!doc)
        return NULL;
    loosen(xmlDocGetRootElement(doc));
    schema = parseWith(xmlRelaxNGNewDocParserCtxt(doc), &faults);
    xmlFreeDoc(doc);
    return schema;
}

static Schema *getLocked(const char *path, GError **err)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Faults faults = { .text = text };
    Schema *known = schemas ? g_hash_table_lookup(schemas, path) : NULL;
    xmlRelaxNG *strict;

    if (known)
        return known;
    /* libxml2 would complain of a missing file on stderr. */
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return virFailNull(err, VIR_ERR_INTERNAL_ERROR, "Unable to parse RNG %s: there is no such file", path);
    strict = parseWith(xmlRelaxNGNewParserCtxt(path), &faults);
    if (!strict)
        return virFailNull(err, VIR_ERR_INTERNAL_ERROR, "Unable to parse RNG %s: %s", path, text->str);
    if (!schemas)
        schemas = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    known = g_new0(Schema, 1);
    known->strict = strict;
    g_hash_table_insert(schemas, g_strdup(path), known);
    return known;
}

/* --- Judging ---------------------------------------------------------------------------------------------------- */

/* Whether @doc has the form; the reasons why not are appended to @faults. */
static gboolean judge(xmlRelaxNG *schema, xmlDoc *doc, Faults *faults)
{
    xmlRelaxNGValidCtxt *ctxt = xmlRelaxNGNewValidCtxt(schema);
    int answer;

    xmlRelaxNGSetValidStructuredErrors(ctxt, collectFault, faults);
    answer = xmlRelaxNGValidateDoc(ctxt, doc);
    xmlRelaxNGFreeValidCtxt(ctxt);
    return answer == 0;
}

/* The better description, if there is one: what is one too many only the strict schema sees. */
static void describeLocked(Schema *schema, const char *path, xmlDoc *doc, Faults *faults)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Faults better = { .text = text };

    if (!schema->telling)
        schema->telling = parseTelling(path);
    if (schema->telling && !judge(schema->telling, doc, &better) && text->len > 0)
        g_string_assign(faults->text, text->str);
}

static int validateLocked(xmlDoc *doc, const char *path, GError **err)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Faults faults = { .text = text };
    Schema *schema = getLocked(path, err);

    if (!schema)
        return -1;
    if (judge(schema->strict, doc, &faults))
        return 0;
    describeLocked(schema, path, doc, &faults);
    return virFail(err, VIR_ERR_XML_INVALID_SCHEMA, "Unable to validate doc against %s\n%s", path, text->str);
}

int virXMLSchemaValidate(xmlDoc *doc, const char *path, GError **err)
{
    int ret;

    g_mutex_lock(&lock);
    ret = validateLocked(doc, path, err);
    g_mutex_unlock(&lock);
    return ret;
}
