/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_libvirt_typedparam.c: the public functions for typed parameters
 *
 * Results and messages were recorded with libvirt 9.0.0.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

typedef struct {
    virTypedParameterPtr params;
    int n;
    int max;
} List;

static void ignore(void *data G_GNUC_UNUSED, virErrorPtr error G_GNUC_UNUSED)
{
}

static void listClear(List *list)
{
    virTypedParamsFree(list->params, list->n);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(List, listClear)

#define ADD(list, suffix, ...) virTypedParamsAdd##suffix(&(list)->params, &(list)->n, &(list)->max, __VA_ARGS__)

static void assertError(int code, const char *message)
{
    g_assert_cmpint(virGetLastErrorCode(), ==, code);
    g_assert_cmpint(virGetLastErrorDomain(), ==, VIR_FROM_NONE);
    g_assert_cmpstr(virGetLastErrorMessage(), ==, message);
}

static void test_all_types(void)
{
    g_auto(List) list = { 0 };
    int i = 0, b = 0;
    unsigned int u = 0;
    long long l = 0;
    unsigned long long ul = 0;
    double d = 0;
    const char *s = NULL;

    g_assert_cmpint(ADD(&list, Int, "i", -5), ==, 0);
    g_assert_cmpint(ADD(&list, UInt, "u", 5), ==, 0);
    g_assert_cmpint(ADD(&list, LLong, "l", G_MININT64), ==, 0);
    g_assert_cmpint(ADD(&list, ULLong, "ul", G_MAXUINT64), ==, 0);
    g_assert_cmpint(ADD(&list, Double, "d", 1.5), ==, 0);
    g_assert_cmpint(ADD(&list, Boolean, "b", 7), ==, 0);
    g_assert_cmpint(ADD(&list, String, "s", "text"), ==, 0);
    g_assert_cmpint(list.n, ==, 7);
    g_assert_cmpint(list.max, >=, list.n);
    g_assert_cmpint(virTypedParamsGetInt(list.params, list.n, "i", &i), ==, 1);
    g_assert_cmpint(virTypedParamsGetUInt(list.params, list.n, "u", &u), ==, 1);
    g_assert_cmpint(virTypedParamsGetLLong(list.params, list.n, "l", &l), ==, 1);
    g_assert_cmpint(virTypedParamsGetULLong(list.params, list.n, "ul", &ul), ==, 1);
    g_assert_cmpint(virTypedParamsGetDouble(list.params, list.n, "d", &d), ==, 1);
    g_assert_cmpint(virTypedParamsGetBoolean(list.params, list.n, "b", &b), ==, 1);
    g_assert_cmpint(virTypedParamsGetString(list.params, list.n, "s", &s), ==, 1);
    g_assert_cmpint(i, ==, -5);
    g_assert_cmpuint(u, ==, 5);
    g_assert_true(l == G_MININT64 && ul == G_MAXUINT64);
    g_assert_cmpfloat(d, ==, 1.5);
    g_assert_cmpint(b, ==, 1);
    g_assert_cmpstr(s, ==, "text");
}

static void test_get(void)
{
    g_auto(List) list = { 0 };
    int value = 42;

    ADD(&list, Int, "a", 1);
    ADD(&list, Int, "a", 2);
    g_assert_true(virTypedParamsGet(list.params, list.n, "a") == list.params);
    g_assert_null(virTypedParamsGet(list.params, list.n, "b"));
    g_assert_null(virTypedParamsGet(list.params, list.n, NULL));
    g_assert_null(virTypedParamsGet(NULL, 3, "a"));
    g_assert_cmpint(virTypedParamsGetInt(list.params, list.n, "b", &value), ==, 0);
    g_assert_cmpint(value, ==, 42);
    g_assert_cmpint(virTypedParamsGetInt(list.params, list.n, "a", NULL), ==, 1);
    g_assert_null(virGetLastError());
}

static void test_wrong_type(void)
{
    g_auto(List) list = { 0 };
    unsigned int value = 42;

    ADD(&list, String, "s", "x");
    g_assert_cmpint(virTypedParamsGetUInt(list.params, list.n, "s", &value), ==, -1);
    assertError(VIR_ERR_INVALID_ARG,
                "invalid argument: Invalid type 'uint' requested for parameter 's', actual type is 'string'");
    g_assert_cmpuint(value, ==, 42);
}

static void test_names(void)
{
    g_auto(List) list = { 0 };
    g_autofree char *longest = g_strnfill(VIR_TYPED_PARAM_FIELD_LENGTH - 1, 'x');
    g_autofree char *longer = g_strnfill(VIR_TYPED_PARAM_FIELD_LENGTH, 'x');
    g_autofree char *message = g_strdup_printf("internal error: Field name '%s' too long", longer);

    g_assert_cmpint(ADD(&list, Int, longer, 1), ==, -1);
    assertError(VIR_ERR_INTERNAL_ERROR, message);
    g_assert_cmpint(list.n, ==, 0);
    g_assert_cmpint(ADD(&list, Int, longest, 1), ==, 0);
    g_assert_cmpint(virTypedParamsGetInt(list.params, list.n, longest, NULL), ==, 1);
    g_assert_cmpint(virTypedParamsGetInt(list.params, list.n, longer, NULL), ==, 0);
    g_assert_cmpint(ADD(&list, Int, NULL, 1), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, "name in virTypedParamsAddInt must not be NULL");
    g_assert_cmpint(virTypedParamsAddInt(NULL, &list.n, &list.max, "a", 1), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, "params in virTypedParamsAddInt must not be NULL");
}

static void test_string_list(void)
{
    g_auto(List) list = { 0 };
    const char *values[] = { "one", "two", NULL };

    g_assert_cmpint(ADD(&list, StringList, "s", values), ==, 0);
    g_assert_cmpint(ADD(&list, StringList, "s", NULL), ==, 0);
    g_assert_cmpint(list.n, ==, 2);
    g_assert_cmpstr(list.params[1].field, ==, "s");
    g_assert_cmpstr(list.params[1].value.s, ==, "two");
    g_assert_true(list.params[1].value.s != values[1]);
}

/* Texts and what they mean; expected NULL: taken. */
static const struct {
    int type;
    const char *text;
    const char *refusal;
} texts[] = {
    { VIR_TYPED_PARAM_INT, "12", NULL },
    { VIR_TYPED_PARAM_INT, " +12", NULL },
    { VIR_TYPED_PARAM_INT, "-2147483648", NULL },
    { VIR_TYPED_PARAM_INT, "2147483648", "invalid argument: Invalid value for field 'f': expected int" },
    { VIR_TYPED_PARAM_INT, "0x12", "invalid argument: Invalid value for field 'f': expected int" },
    { VIR_TYPED_PARAM_INT, "12k", "invalid argument: Invalid value for field 'f': expected int" },
    { VIR_TYPED_PARAM_INT, "", "invalid argument: Invalid value for field 'f': expected int" },
    { VIR_TYPED_PARAM_INT, NULL, "invalid argument: NULL value for field 'f'" },
    { VIR_TYPED_PARAM_UINT, "4294967295", NULL },
    { VIR_TYPED_PARAM_UINT, "-1", NULL },
    { VIR_TYPED_PARAM_UINT, "4294967296", "invalid argument: Invalid value for field 'f': expected unsigned int" },
    { VIR_TYPED_PARAM_LLONG, "-9223372036854775808", NULL },
    { VIR_TYPED_PARAM_LLONG, "9223372036854775808",
      "invalid argument: Invalid value for field 'f': expected long long" },
    { VIR_TYPED_PARAM_ULLONG, "18446744073709551615", NULL },
    { VIR_TYPED_PARAM_ULLONG, "zz", "invalid argument: Invalid value for field 'f': expected unsigned long long" },
    { VIR_TYPED_PARAM_DOUBLE, "1.5", NULL },
    { VIR_TYPED_PARAM_DOUBLE, "1,5", "invalid argument: Invalid value for field 'f': expected double" },
    { VIR_TYPED_PARAM_BOOLEAN, "true", NULL },
    { VIR_TYPED_PARAM_BOOLEAN, "0", NULL },
    { VIR_TYPED_PARAM_BOOLEAN, "2", "invalid argument: Invalid boolean value for field 'f'" },
    { VIR_TYPED_PARAM_STRING, "text", NULL },
    { VIR_TYPED_PARAM_STRING, NULL, "invalid argument: NULL value for field 'f'" },
};

static void test_from_text(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(List) list = { 0 };
        int rc = ADD(&list, FromString, "f", texts[i].type, texts[i].text);

        g_test_message("type %d, text '%s'", texts[i].type, texts[i].text ? texts[i].text : "(null)");
        g_assert_cmpint(rc, ==, texts[i].refusal ? -1 : 0);
        g_assert_cmpint(list.n, ==, texts[i].refusal ? 0 : 1);
        if (texts[i].refusal)
            assertError(VIR_ERR_INVALID_ARG, texts[i].refusal);
        else
            g_assert_cmpint(list.params[0].type, ==, texts[i].type);
    }
}

static void test_from_text_values(void)
{
    g_auto(List) list = { 0 };

    g_assert_cmpint(ADD(&list, FromString, "f", VIR_TYPED_PARAM_UINT, "-1"), ==, 0);
    g_assert_cmpuint(list.params[0].value.ui, ==, G_MAXUINT32);
    g_assert_cmpint(ADD(&list, FromString, "f", VIR_TYPED_PARAM_BOOLEAN, "false"), ==, 0);
    g_assert_cmpint(list.params[1].value.b, ==, 0);
    g_assert_cmpint(ADD(&list, FromString, "f", 9, "x"), ==, -1);
    assertError(VIR_ERR_INTERNAL_ERROR, "internal error: unexpected type 9 for field f");
}

static void test_clear(void)
{
    g_auto(List) list = { 0 };

    ADD(&list, Int, "i", 3);
    ADD(&list, String, "s", "x");
    virTypedParamsClear(list.params, list.n);
    g_assert_null(list.params[1].value.s);
    g_assert_cmpint(list.params[0].value.i, ==, 3);
    virTypedParamsClear(NULL, 3);
    virTypedParamsFree(NULL, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    virSetErrorFunc(NULL, ignore);
    g_test_add_func("/libvirt/typedparam/values-of-all-types-come-back", test_all_types);
    g_test_add_func("/libvirt/typedparam/get-finds-the-first-or-nothing", test_get);
    g_test_add_func("/libvirt/typedparam/wrong-type-is-refused", test_wrong_type);
    g_test_add_func("/libvirt/typedparam/too-long-or-missing-names-are-refused", test_names);
    g_test_add_func("/libvirt/typedparam/list-of-strings-is-copied", test_string_list);
    g_test_add_func("/libvirt/typedparam/texts-are-read-whole-and-in-range", test_from_text);
    g_test_add_func("/libvirt/typedparam/texts-give-their-values", test_from_text_values);
    g_test_add_func("/libvirt/typedparam/clear-frees-strings-alone", test_clear);
    return g_test_run();
}
