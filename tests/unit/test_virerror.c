/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_virerror.c: errors as extended GErrors
 *
 * What each way to raise one puts into code, domain, message, texts and numbers. How they become virErrors for programs
 * is tested with the library.
 */
#include <errno.h>
#include <glib.h>
#include <string.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

typedef struct {
    int code;
    int domain;
    const char *message;
    const char *str1, *str2, *str3;
    int int1, int2;
} Wanted;

static void check(const GError *err, const Wanted *wanted)
{
    const virErrorInfo *info;

    g_assert_error(err, VIR_ERROR, wanted->code);
    info = virErrorGetInfo(err);
    g_assert_cmpstr(err->message, ==, wanted->message);
    g_assert_cmpint(info->domain, ==, wanted->domain);
    g_assert_cmpstr(info->str1, ==, wanted->str1);
    g_assert_cmpstr(info->str2, ==, wanted->str2);
    g_assert_cmpstr(info->str3, ==, wanted->str3);
    g_assert_cmpint(info->int1, ==, wanted->int1);
    g_assert_cmpint(info->int2, ==, wanted->int2);
}

static const struct {
    int code;
    const char *prefix, *suffix;
} details[] = {
    { VIR_ERR_INTERNAL_ERROR, "internal error: ", "" },
    { VIR_ERR_NO_SUPPORT, "this function is not supported by the connection driver: ", "" },
    { VIR_ERR_INVALID_ARG, "invalid argument: ", "" },
    { VIR_ERR_OPERATION_FAILED, "operation failed: ", "" },
    { VIR_ERR_NO_NAME, "missing name information in ", "" },
    { VIR_ERR_XML_ERROR, "XML error: ", "" },
    { VIR_ERR_XML_DETAIL, "", "" },
    { VIR_ERR_NETWORK_EXIST, "network ", " exists already" },
    { VIR_ERR_SYSTEM_ERROR, "", "" },
    { VIR_ERR_RPC, "", "" },
    { VIR_ERR_NO_NETWORK, "Network not found: ", "" },
    { VIR_ERR_OPERATION_INVALID, "Requested operation is not valid: ", "" },
    { VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration: ", "" },
    { VIR_ERR_HOOK_SCRIPT_FAILED, "Hook script execution failed: ", "" },
    { VIR_ERR_OPERATION_UNSUPPORTED, "Operation not supported: ", "" },
    { VIR_ERR_NO_NETWORK_PORT, "network port not found: ", "" },
};

static void detailStandsBehindItsPrefix(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(details); i++) {
        g_autoptr(GError) err = NULL;
        g_autofree char *template = g_strconcat(details[i].prefix, "%s", details[i].suffix, NULL);
        g_autofree char *message = g_strconcat(details[i].prefix, "a 100%d 7", details[i].suffix, NULL);
        const Wanted wanted = { details[i].code, VIR_FROM_NETWORK, message, template, "a 100%d 7", NULL, -1, -1 };

        g_assert_cmpint(virFail(&err, details[i].code, "%s %d", "a 100%d", 7), ==, -1);
        check(err, &wanted);
    }
}

static void withoutDetailIsTheSentence(void)
{
    const Wanted wanted = { VIR_ERR_NO_NAME, VIR_FROM_NETWORK, "missing name information", "missing name information",
                            NULL, NULL, -1, -1 };
    g_autoptr(GError) err = NULL;

    g_assert_null(virFailNull(&err, VIR_ERR_NO_NAME, NULL));
    check(err, &wanted);
}

static void unknownCodeKeepsDetail(void)
{
    const Wanted with = { 4711, VIR_FROM_NETWORK, "odd", "%s", "odd", NULL, -1, -1 };
    const Wanted without = { 4711, VIR_FROM_NETWORK, "unknown error", NULL, NULL, NULL, -1, -1 };
    g_autoptr(GError) first = NULL;
    g_autoptr(GError) second = NULL;

    virFail(&first, 4711, "odd");
    check(first, &with);
    virFail(&second, 4711, NULL);
    check(second, &without);
}

static void everyCodeHasBothTemplates(void)
{
    g_assert_null(virErrorTemplate(VIR_ERR_OK, TRUE));
    g_assert_null(virErrorTemplate(-1, FALSE));
    g_assert_null(virErrorTemplate(10000, TRUE));
    for (int code = 1; code <= VIR_ERR_AGENT_COMMAND_FAILED; code++) {
        const char *plain = virErrorTemplate(code, FALSE);
        const char *detail = virErrorTemplate(code, TRUE);

        if (!plain)         /* numbers that no error has */
            continue;
        g_assert_null(strchr(plain, '%'));
        g_assert_nonnull(strstr(detail, "%s"));
        g_assert_true(strchr(detail, '%') == strrchr(detail, '%'));
        g_assert_true(virErrorTemplate(code, TRUE) == detail);
    }
}

static void errnoIsKeptAndSpelled(void)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *text = g_strdup_printf("cannot open 'x': %s", g_strerror(ENOENT));
    const Wanted wanted = { VIR_ERR_SYSTEM_ERROR, VIR_FROM_NETWORK, text, "%s", text, NULL, ENOENT, -1 };

    g_assert_cmpint(virFailErrno(&err, ENOENT, "cannot open '%s'", "x"), ==, -1);
    check(err, &wanted);
    g_assert_cmpint(virFailErrno(NULL, ENOENT, "lost"), ==, -1);
}

static int checkFlags(unsigned int flags, GError **err)
{
    virCheckFlags(flags, 3, "networkUpdate", err);
    return 0;
}

static void unsupportedFlagsAreNamed(void)
{
    const char *message = "unsupported flags (0x4) in function networkUpdate";
    const Wanted wanted = { VIR_ERR_INVALID_ARG, VIR_FROM_NETWORK, message, "networkUpdate", "flags", NULL, 0, 0 };
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(checkFlags(3, &err), ==, 0);
    g_assert_no_error(err);
    g_assert_cmpint(checkFlags(5, &err), ==, -1);
    check(err, &wanted);
}

static void receivedErrorIsCopied(void)
{
    char one[] = "1", two[] = "2", three[] = "3";
    const virErrorInfo info = { .domain = 77, .str1 = one, .str2 = two, .str3 = three, .int1 = 5, .int2 = 6 };
    const Wanted wanted = { 43, 77, "as sent", "1", "2", "3", 5, 6 };
    const Wanted bare = { 43, 77, "", "x", "2", "3", 5, 6 };
    g_autoptr(GError) err = NULL;
    g_autoptr(GError) copy = NULL;
    g_autoptr(GError) empty = NULL;

    virErrorSetRaw(&err, 43, "as sent", &info);
    one[0] = 'x';
    check(err, &wanted);
    copy = g_error_copy(err);
    g_clear_error(&err);
    check(copy, &wanted);
    virErrorSetRaw(&empty, 43, NULL, &info);
    check(empty, &bare);
}

static void prefixGoesBeforeTheDetail(void)
{
    const Wanted wanted = { VIR_ERR_XML_ERROR, VIR_FROM_NETWORK, "XML error: file 'f': bad", "XML error: %s",
                            "file 'f': bad", NULL, -1, -1 };
    const Wanted plain = { VIR_ERR_NO_NAME, VIR_FROM_NETWORK, "f: missing name information",
                           "missing name information", NULL, NULL, -1, -1 };
    g_autoptr(GError) err = NULL;
    g_autoptr(GError) other = NULL;
    g_autoptr(GError) foreign = g_error_new_literal(G_FILE_ERROR, 1, "bad");
    GError *none = NULL;

    virFail(&err, VIR_ERR_XML_ERROR, "bad");
    virErrorPrefix(&err, "file '%s': ", "f");
    check(err, &wanted);
    virFail(&other, VIR_ERR_NO_NAME, NULL);
    virErrorPrefix(&other, "f: ");
    check(other, &plain);
    virErrorPrefix(&foreign, "f: ");
    g_assert_cmpstr(foreign->message, ==, "f: bad");
    virErrorPrefix(&none, "f: ");
    virErrorPrefix(NULL, "f: ");
    g_assert_null(none);
}

static void nobodyAsksForIt(void)
{
    const virErrorInfo info = { .domain = 1 };

    g_assert_cmpint(virFail(NULL, VIR_ERR_XML_ERROR, "%s", "lost"), ==, -1);
    g_assert_cmpint(virFail(NULL, VIR_ERR_XML_ERROR, NULL), ==, -1);
    g_assert_cmpint(virErrorSetArg(NULL, 1, "f", "a", "lost"), ==, -1);
    g_assert_cmpint(virErrorSetRaw(NULL, 1, "lost", &info), ==, -1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/detail-stands-behind-its-prefix", detailStandsBehindItsPrefix);
    g_test_add_func("/error/without-detail-is-the-sentence", withoutDetailIsTheSentence);
    g_test_add_func("/error/unknown-code-keeps-detail", unknownCodeKeepsDetail);
    g_test_add_func("/error/every-code-has-both-templates", everyCodeHasBothTemplates);
    g_test_add_func("/error/errno-is-kept-and-spelled", errnoIsKeptAndSpelled);
    g_test_add_func("/error/unsupported-flags-are-named", unsupportedFlagsAreNamed);
    g_test_add_func("/error/received-error-is-copied", receivedErrorIsCopied);
    g_test_add_func("/error/prefix-goes-before-the-detail", prefixGoesBeforeTheDetail);
    g_test_add_func("/error/nobody-asks-for-it", nobodyAsksForIt);
    return g_test_run();
}
