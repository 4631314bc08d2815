/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_metadata.c: elements put into a definition's metadata, found there, and taken out
 *
 * Definitions are given as the text of their <metadata> alone. Run by meson.
 */
#include "network_metadata.h"

#include "virerror.h"

static virNetworkDef *newDef(const char *metadata)
{
    virNetworkDef *def = virNetworkDefNew();

    def->metadata = g_strdup(metadata);
    return def;
}

static void settingChangesOneNamespace(void)
{
    static const struct {
        const char *was;
        virNetworkMetadataElement element;
        const char *is;
    } rows[] = {
        { NULL, { "urn:a", "k", "<x/>" }, "<metadata><k:x xmlns:k=\"urn:a\"/></metadata>" },
        { NULL, { "urn:a", "k", "<x a='1'><y/>t</x>" },
          "<metadata><k:x xmlns:k=\"urn:a\" a=\"1\"><k:y/>t</k:x></metadata>" },
        { NULL, { "urn:a", "k", "<x xmlns:o='urn:o'><o:y/></x>" },
          "<metadata><k:x xmlns:o=\"urn:o\" xmlns:k=\"urn:a\"><o:y/></k:x></metadata>" },
        { "<metadata/>", { "urn:a", "k", "<x/>" }, "<metadata><k:x xmlns:k=\"urn:a\"/></metadata>" },
        { "<metadata><k:x xmlns:k=\"urn:a\"/><o:z xmlns:o=\"urn:o\"/></metadata>", { "urn:a", "n", "<y/>" },
          "<metadata><o:z xmlns:o=\"urn:o\"/><n:y xmlns:n=\"urn:a\"/></metadata>" },
        { "<metadata><k:x xmlns:k=\"urn:a\"/><o:z xmlns:o=\"urn:o\"/></metadata>", { "urn:a", NULL, NULL },
          "<metadata><o:z xmlns:o=\"urn:o\"/></metadata>" },
        { "<metadata><k:x xmlns:k=\"urn:a\"/></metadata>", { "urn:a", NULL, NULL }, "<metadata/>" },
        { "<metadata><k:x xmlns:k=\"urn:a\"/></metadata>", { "urn:b", NULL, NULL },
          "<metadata><k:x xmlns:k=\"urn:a\"/></metadata>" },
        { NULL, { "urn:a", NULL, NULL }, NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkDef) def = newDef(rows[i].was);
        g_autoptr(GError) err = NULL;

        g_test_message("row %zu", i);
        virNetworkMetadataSet(def, &rows[i].element, &err);
        g_assert_no_error(err);
        g_assert_cmpstr(def->metadata, ==, rows[i].is);
    }
}

static void whatCannotBeKeptIsRefused(void)
{
    static const struct {
        virNetworkMetadataElement element;
        int code;
        const char *message;
    } rows[] = {
        { { "urn:a", "k", "<x" }, VIR_ERR_XML_DETAIL, "(metadata_xml):1: " },
        { { "urn:a", "k", "" }, VIR_ERR_XML_DETAIL, "(metadata_xml):1: " },
        { { "urn:a", "k", "<x/><y/>" }, VIR_ERR_XML_DETAIL, "(metadata_xml):1: " },
        { { "urn:a", "k", "<!DOCTYPE x [<!ENTITY e 'f'>]><x>&e;</x>" }, VIR_ERR_XML_ERROR, "XML error: " },
        { { "urn:a", "a b", "<x/>" }, VIR_ERR_INTERNAL_ERROR, "internal error: failed to validate prefix" },
        { { "urn:a", "k", "<k:x xmlns:k='urn:a'/>" }, VIR_ERR_INTERNAL_ERROR, "internal error: failed to create" },
        { { "urn:a", "k", "<o:x xmlns:o='urn:o'/>" }, VIR_ERR_INVALID_ARG, "invalid argument: the metadata element cannot" },
        { { "a<b&c", "k", "<x/>" }, VIR_ERR_INVALID_ARG, "invalid argument: the metadata element cannot be kept" },
        { { "a \"b\" 'c'", "k", "<x/>" }, VIR_ERR_INVALID_ARG, "invalid argument: the metadata element cannot be kept" },
        { { "a\nb", "k", "<x/>" }, VIR_ERR_INVALID_ARG, "invalid argument: the metadata element cannot be kept" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkDef) def = newDef("<metadata><k:x xmlns:k=\"urn:z\"/></metadata>");
        g_autoptr(GError) err = NULL;

        g_test_message("row %zu", i);
        g_assert_cmpint(virNetworkMetadataSet(def, &rows[i].element, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, rows[i].code);
        g_assert_true(g_str_has_prefix(err->message, rows[i].message));
        g_assert_cmpstr(def->metadata, ==, "<metadata><k:x xmlns:k=\"urn:z\"/></metadata>");
    }
}

static void elementIsFoundWithoutItsPrefix(void)
{
    static const struct {
        const char *metadata;
        const char *uri;
        const char *found;
    } rows[] = {
        { NULL, "urn:a", NULL },
        { "<metadata/>", "urn:a", NULL },
        { "<metadata><k:x xmlns:k='urn:b'/></metadata>", "urn:a", NULL },
        { "<metadata><o:x xmlns:o='urn:b'/><k:x xmlns:k='urn:a' v='1'><k:y>t</k:y></k:x></metadata>", "urn:a",
          "<x v=\"1\"><y>t</y></x>" },
        { "<metadata xmlns:k='urn:a'><k:x/></metadata>", "urn:a", "<x/>" },
        { "<metadata><k:x xmlns:k='urn:a' xmlns:o='urn:o'><o:y/></k:x></metadata>", "urn:a",
          "<x xmlns:o=\"urn:o\"><o:y/></x>" },
        { "<metadata><k:x xmlns:k='urn:a' k:v='1'/></metadata>", "urn:a", "<x xmlns:k=\"urn:a\" k:v=\"1\"/>" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkDef) def = newDef(rows[i].metadata);
        g_autofree char *found = virNetworkMetadataGet(def, rows[i].uri);

        g_test_message("row %zu", i);
        g_assert_cmpstr(found, ==, rows[i].found);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metadata/setting-changes-one-namespace", settingChangesOneNamespace);
    g_test_add_func("/metadata/what-cannot-be-kept-is-refused", whatCannotBeKeptIsRefused);
    g_test_add_func("/metadata/element-is-found-without-its-prefix", elementIsFoundWithoutItsPrefix);
    return g_test_run();
}
