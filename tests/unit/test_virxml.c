/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_virxml.c: reading and writing of small XML documents
 *
 * What is taken for a document and what is said about the rest, attributes as values, escaping. What a network's
 * elements mean is tested with the definitions.
 */
#include <glib.h>
#include <string.h>

#include "virerror.h"
#include "virxml.h"

static virXMLDoc *parse(const char *text, GError **err)
{
    const virXMLSource source = { .text = text, .source = "(doc)", .domain = VIR_FROM_NETWORK };

    return virXMLParse(&source, err);
}

static virXMLDoc *parsed(const char *text)
{
    g_autoptr(GError) err = NULL;
    virXMLDoc *doc = parse(text, &err);

    g_assert_no_error(err);
    return doc;
}

static void checkError(const GError *err, int code, int domain, const char *message)
{
    g_assert_error(err, VIR_ERROR, code);
    g_assert_cmpint(virErrorGetInfo(err)->domain, ==, domain);
    g_assert_cmpstr(err->message, ==, message);
}

static const struct {
    const char *text;
    int code;
    const char *message;        /* NULL: the parser's own words */
} wrong[] = {
    { "", VIR_ERR_XML_DETAIL, "(doc):1: Document is empty\n(null)\n^" },
    { "text", VIR_ERR_XML_DETAIL, "(doc):1: Start tag expected, '<' not found\ntext\n^" },
    { "<a>\n<b></c></a>", VIR_ERR_XML_DETAIL,
      "(doc):2: Opening and ending tag mismatch: b line 2 and c\n<b></c></a>\n-------^" },
    { "<a x='1' x='2'/>", VIR_ERR_XML_DETAIL, "(doc):1: Attribute x redefined\n<a x='1' x='2'/>\n--------------^" },
    { "<a/><b/>", VIR_ERR_XML_DETAIL, NULL },
    { "<a>&nobody;</a>", VIR_ERR_XML_DETAIL, NULL },
    { "<a x='<'/>", VIR_ERR_XML_DETAIL, NULL },
    { "<a>\xff</a>", VIR_ERR_XML_DETAIL, NULL },
    { "<a>\x01</a>", VIR_ERR_XML_DETAIL, NULL },
    { "<!-- never closed <a/>", VIR_ERR_XML_DETAIL, NULL },
    { "<!DOCTYPE a><a/>", VIR_ERR_XML_ERROR, "XML error: (doc): a document type declaration is not accepted" },
    { "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", VIR_ERR_XML_ERROR,
      "XML error: (doc): a document type declaration is not accepted" },
    { "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", VIR_ERR_XML_ERROR,
      "XML error: (doc): a document type declaration is not accepted" },
};

static void wrongFormIsRefused(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) err = NULL;

        g_test_message("row %zu", i);
        g_assert_null(parse(wrong[i].text, &err));
        checkError(err, wrong[i].code, VIR_FROM_NETWORK, wrong[i].message ? wrong[i].message : err->message);
        g_assert_true(g_str_has_prefix(err->message, "(doc):1: ") || wrong[i].message);
        g_assert_true(g_utf8_validate(err->message, -1, NULL));
    }
}

static void longLineIsShownInPart(void)
{
    g_autofree char *blanks = g_strnfill(100000, ' ');
    g_autofree char *text = g_strconcat("<a>", blanks, "</b>", blanks, NULL);
    g_autoptr(GError) err = NULL;

    g_assert_null(parse(text, &err));
    g_assert_error(err, VIR_ERROR, VIR_ERR_XML_DETAIL);
    g_assert_cmpuint(strlen(err->message), <, 4096);
}

static void depthHasALimit(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) err = NULL;

    for (int i = 0; i < 300; i++)
        g_string_append(text, "<a>");
    for (int i = 0; i < 300; i++)
        g_string_append(text, "</a>");
    g_assert_null(parse(text->str, &err));
    g_assert_error(err, VIR_ERROR, VIR_ERR_XML_DETAIL);
}

static void whatIsHarmlessIsTaken(void)
{
    static const char *const harmless[] = {
        "<a/>", " \n<a/>\n ", "<?xml version='1.0' encoding='UTF-8'?><a/>", "<!-- c --><?p i?><a><!-- c --></a>",
        "<a xmlns:x='urn:x' x:y='1'><x:z/></a>", "<a>&#65;&lt;&amp;<![CDATA[<&]]></a>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(harmless); i++) {
        g_autoptr(virXMLDoc) doc = parsed(harmless[i]);

        g_assert_true(virXMLIsElement(xmlDocGetRootElement(doc), "a"));
    }
}

static void childrenAreFoundByNameWithoutNamespace(void)
{
    g_autoptr(virXMLDoc) doc = parsed("<a xmlns:x='urn:x'>t<x:b/><c/><!-- b --><b n='1'/><x:b/><c/><b n='2'/><B/></a>");
    const xmlNode *root = xmlDocGetRootElement(doc);
    const xmlNode *first = virXMLFirst(root, "b");
    const xmlNode *second = virXMLNext(first);
    g_autofree char *one = virXMLGetAttribute(first, "n");
    g_autofree char *two = virXMLGetAttribute(second, "n");

    g_assert_cmpstr(one, ==, "1");
    g_assert_cmpstr(two, ==, "2");
    g_assert_null(virXMLNext(second));
    g_assert_null(virXMLFirst(root, "d"));
    g_assert_null(virXMLFirst(first, "b"));
    g_assert_false(virXMLIsElement(root->children, "t"));
}

static void attributesAndTexts(void)
{
    g_autoptr(virXMLDoc) doc = parsed("<a xmlns:x='urn:x' x:n='1' e=''>one <b>two</b>&amp;</a>");
    const xmlNode *root = xmlDocGetRootElement(doc);
    g_autofree char *foreign = virXMLGetAttribute(root, "n");
    g_autofree char *empty = virXMLGetAttribute(root, "e");
    g_autofree char *text = virXMLGetText(root);
    g_autoptr(virXMLDoc) bare = parsed("<a/>");
    g_autofree char *none = virXMLGetText(xmlDocGetRootElement(bare));

    g_assert_null(foreign);
    g_assert_cmpstr(empty, ==, "");
    g_assert_cmpstr(text, ==, "one two&");
    g_assert_cmpstr(none, ==, "");
}

static const char *const words[] = { "zero", "one", NULL };

static int getYesNo(const xmlNode *node, guint64 *ret_value, GError **err)
{
    int value = -7;
    int got = virXMLGetYesNo(node, "v", &value, err);

    if (value != -7)
        *ret_value = (guint64)value;
    return got;
}

static int getUint(const xmlNode *node, guint64 *ret_value, GError **err)
{
    return virXMLGetUint(node, "v", 300, ret_value, err);
}

static int getWord(const xmlNode *node, guint64 *ret_value, GError **err)
{
    int value = -7;
    int got = virXMLGetWord(node, "v", words, &value, err);

    if (value != -7)
        *ret_value = (guint64)value;
    return got;
}

#define INVALID(value) "XML error: Invalid value for attribute 'v' in element 'e': '" value "'."
#define NO_NUMBER " Expected non-negative integer value"
#define UNTOUCHED 99

static const struct {
    int (*get)(const xmlNode *node, guint64 *ret_value, GError **err);
    const char *xml;
    int got;
    guint64 value;
    const char *message;
} values[] = {
    { getYesNo, "<e v='yes'/>", 1, 1, NULL },
    { getYesNo, "<e v='no'/>", 1, 0, NULL },
    { getYesNo, "<e/>", 0, UNTOUCHED, NULL },
    { getYesNo, "<e v='Yes'/>", -1, UNTOUCHED, INVALID("Yes") },
    { getYesNo, "<e v=''/>", -1, UNTOUCHED, INVALID("") },
    { getYesNo, "<e v='1'/>", -1, UNTOUCHED, INVALID("1") },
    { getUint, "<e v='0'/>", 1, 0, NULL },
    { getUint, "<e v='300'/>", 1, 300, NULL },
    { getUint, "<e v='007'/>", 1, 7, NULL },
    { getUint, "<e/>", 0, UNTOUCHED, NULL },
    { getUint, "<e v='301'/>", -1, UNTOUCHED, INVALID("301") NO_NUMBER },
    { getUint, "<e v='-1'/>", -1, UNTOUCHED, INVALID("-1") NO_NUMBER },
    { getUint, "<e v='+1'/>", 1, 1, NULL },
    { getUint, "<e v=' 1'/>", 1, 1, NULL },
    { getUint, "<e v='1 '/>", -1, UNTOUCHED, INVALID("1 ") NO_NUMBER },
    { getUint, "<e v='+-1'/>", -1, UNTOUCHED, INVALID("+-1") NO_NUMBER },
    { getUint, "<e v='+'/>", -1, UNTOUCHED, INVALID("+") NO_NUMBER },
    { getUint, "<e v='1x'/>", -1, UNTOUCHED, INVALID("1x") NO_NUMBER },
    { getUint, "<e v='0x1'/>", -1, UNTOUCHED, INVALID("0x1") NO_NUMBER },
    { getUint, "<e v=''/>", -1, UNTOUCHED, INVALID("") NO_NUMBER },
    { getUint, "<e v='99999999999999999999999'/>", -1, UNTOUCHED, INVALID("99999999999999999999999") NO_NUMBER },
    { getWord, "<e v='one'/>", 1, 1, NULL },
    { getWord, "<e/>", 0, UNTOUCHED, NULL },
    { getWord, "<e v='two'/>", -1, UNTOUCHED, INVALID("two") },
};

static void attributesAsValues(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(virXMLDoc) doc = parsed(values[i].xml);
        g_autoptr(GError) err = NULL;
        guint64 value = UNTOUCHED;

        g_test_message("row %zu %s", i, values[i].xml);
        g_assert_cmpint(values[i].get(xmlDocGetRootElement(doc), &value, &err), ==, values[i].got);
        g_assert_cmpuint(value, ==, values[i].value);
        if (values[i].message)
            checkError(err, VIR_ERR_XML_ERROR, VIR_FROM_XML, values[i].message);
        else
            g_assert_no_error(err);
    }
}

static void escapedTextComesBack(void)
{
    static const char odd[] = "a'b\"c<d>e&f\ng\th\r\ni  j\xc3\xa4 &amp; ]]>";
    g_autoptr(GString) out = g_string_new("<a");
    g_autoptr(virXMLDoc) doc = NULL;
    g_autofree char *attribute = NULL;
    g_autofree char *text = NULL;

    virXMLAppendAttribute(out, "absent", NULL);
    virXMLAppendAttribute(out, "x", odd);
    g_string_append_c(out, '>');
    virXMLAppendEscaped(out, odd);
    g_string_append(out, "</a>");
    g_assert_null(strpbrk(out->str, "\n\r\t\""));
    doc = parsed(out->str);
    attribute = virXMLGetAttribute(xmlDocGetRootElement(doc), "x");
    text = virXMLGetText(xmlDocGetRootElement(doc));
    g_assert_cmpstr(attribute, ==, odd);
    g_assert_cmpstr(text, ==, odd);
    g_assert_null(strstr(out->str, "absent"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/parse/wrong-form-is-refused", wrongFormIsRefused);
    g_test_add_func("/xml/parse/long-line-is-shown-in-part", longLineIsShownInPart);
    g_test_add_func("/xml/parse/depth-has-a-limit", depthHasALimit);
    g_test_add_func("/xml/parse/harmless-is-taken", whatIsHarmlessIsTaken);
    g_test_add_func("/xml/find/by-name-without-namespace", childrenAreFoundByNameWithoutNamespace);
    g_test_add_func("/xml/get/attributes-and-texts", attributesAndTexts);
    g_test_add_func("/xml/get/values", attributesAsValues);
    g_test_add_func("/xml/escape/text-comes-back", escapedTextComesBack);
    return g_test_run();
}
