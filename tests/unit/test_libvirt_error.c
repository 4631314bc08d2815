/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_libvirt_error.c: the public error functions
 *
 * Errors are provoked by calls that need no connection, or one to the test driver. What is printed is tried in a
 * process of its own.
 */
#define VIR_ENUM_SENTINELS

#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "config.h"

typedef struct {
    int calls;
    int code;
} Seen;

static void remember(void *data, virErrorPtr error)
{
    Seen *seen = data;

    seen->calls++;
    seen->code = error->code;
}

static void ignore(void *data G_GNUC_UNUSED, virErrorPtr error G_GNUC_UNUSED)
{
}

static void test_layout(void)
{
    g_assert_cmpint(sizeof(virError), ==, 80);
    g_assert_cmpint(G_STRUCT_OFFSET(virError, message), ==, 8);
    g_assert_cmpint(G_STRUCT_OFFSET(virError, level), ==, 16);
    g_assert_cmpint(G_STRUCT_OFFSET(virError, str1), ==, 40);
    g_assert_cmpint(G_STRUCT_OFFSET(virError, int1), ==, 64);
    g_assert_cmpint(VIR_ERR_NUMBER_LAST, ==, 114);
    g_assert_cmpint(VIR_ERR_DOMAIN_LAST, ==, 73);
    g_assert_cmpint(LIBVIR_VERSION_NUMBER, ==, VIR_API_VERSION);
}

static void test_no_error(void)
{
    virError copy;

    memset(&copy, 0xff, sizeof(copy));
    virResetLastError();
    g_assert_null(virGetLastError());
    g_assert_cmpint(virGetLastErrorCode(), ==, 0);
    g_assert_cmpint(virGetLastErrorDomain(), ==, 0);
    g_assert_cmpstr(virGetLastErrorMessage(), ==, "no error");
    g_assert_cmpint(virCopyLastError(&copy), ==, 0);
    g_assert_null(copy.message);
}

static void test_failed_call(void)
{
    virErrorPtr error;

    g_assert_cmpint(virNetworkFree(NULL), ==, -1);
    error = virGetLastError();
    g_assert_nonnull(error);
    g_assert_cmpint(error->code, ==, VIR_ERR_INVALID_NETWORK);
    g_assert_cmpint(error->domain, ==, VIR_FROM_NETWORK);
    g_assert_cmpint(error->level, ==, VIR_ERR_ERROR);
    g_assert_cmpstr(error->message, ==, "invalid network pointer in virNetworkFree");
    g_assert_cmpstr(error->str1, ==, "invalid network pointer in %s");
    g_assert_cmpstr(error->str2, ==, "virNetworkFree");
    g_assert_cmpint(error->int1, ==, -1);
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_NETWORK);
    g_assert_cmpint(virGetLastErrorDomain(), ==, VIR_FROM_NETWORK);
}

static void test_success_resets(void)
{
    unsigned long version;

    (void)virNetworkFree(NULL);
    g_assert_cmpint(virGetVersion(&version, NULL, NULL), ==, 0);
    g_assert_null(virGetLastError());
}

static void test_getters_keep(void)
{
    (void)virNetworkFree(NULL);
    (void)virInitialize();
    virNetworkDHCPLeaseFree(NULL);
    virTypedParamsFree(NULL, 0);
    (void)virTypedParamsGet(NULL, 0, "x");
    (void)virEventRemoveTimeout(1);
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_NETWORK);
}

static void test_save(void)
{
    virErrorPtr saved;

    (void)virNetworkFree(NULL);
    errno = EXDEV;
    saved = virSaveLastError();
    g_assert_cmpint(errno, ==, EXDEV);
    virResetLastError();
    g_assert_cmpint(saved->code, ==, VIR_ERR_INVALID_NETWORK);
    g_assert_cmpstr(saved->message, ==, "invalid network pointer in virNetworkFree");
    virFreeError(saved);
    virFreeError(NULL);
    virResetError(NULL);
}

static void test_copy(void)
{
    virError copy = { 0 };

    (void)virNetworkFree(NULL);
    g_assert_cmpint(virCopyLastError(NULL), ==, -1);
    g_assert_cmpint(virCopyLastError(&copy), ==, VIR_ERR_INVALID_NETWORK);
    virResetLastError();
    g_assert_cmpstr(copy.message, ==, "invalid network pointer in virNetworkFree");
    virResetError(&copy);
    g_assert_null(copy.message);
    g_assert_cmpint(copy.code, ==, 0);
}

static gpointer otherThread(gpointer data G_GNUC_UNUSED)
{
    g_assert_null(virGetLastError());
    (void)virConnectClose(NULL);
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_CONN);
    return NULL;
}

static void test_threads(void)
{
    (void)virNetworkFree(NULL);
    g_thread_join(g_thread_new("other", otherThread, NULL));
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_NETWORK);
}

static void test_process_handler(void)
{
    Seen seen = { 0 };

    virSetErrorFunc(&seen, remember);
    (void)virConnectClose(NULL);
    virSetErrorFunc(NULL, ignore);
    (void)virNetworkFree(NULL);
    g_assert_cmpint(seen.calls, ==, 1);
    g_assert_cmpint(seen.code, ==, VIR_ERR_INVALID_CONN);
}

static void test_connection_handler(void)
{
    virConnectPtr conn = virConnectOpen("test:///default");
    Seen process = { 0 }, own = { 0 };

    virSetErrorFunc(&process, remember);
    virConnSetErrorFunc(conn, &own, remember);
    g_assert_null(virNetworkLookupByName(conn, "none"));
    g_assert_cmpint(own.code, ==, VIR_ERR_NO_NETWORK);
    g_assert_cmpint(process.calls, ==, 0);
    virConnSetErrorFunc(conn, NULL, NULL);
    g_assert_null(virNetworkLookupByName(conn, "none"));
    g_assert_cmpint(own.calls, ==, 1);
    g_assert_cmpint(process.calls, ==, 1);
    virSetErrorFunc(NULL, ignore);
    virConnectClose(conn);
}

static void test_connection_copy(void)
{
    virConnectPtr conn = virConnectOpen("test:///default");
    virError copy = { 0 };

    g_assert_null(virNetworkLookupByName(conn, "none"));
    g_assert_cmpint(virConnectNumOfNetworks(conn), ==, 1);
    g_assert_null(virGetLastError());
    g_assert_cmpint(virConnGetLastError(conn)->code, ==, VIR_ERR_NO_NETWORK);
    g_assert_cmpint(virConnCopyLastError(conn, &copy), ==, VIR_ERR_NO_NETWORK);
    g_assert_cmpstr(copy.message, ==, "Network not found: no network with matching name 'none'");
    virResetError(&copy);
    virConnResetLastError(conn);
    g_assert_cmpint(virConnGetLastError(conn)->code, ==, 0);
    g_assert_cmpint(virConnCopyLastError(conn, NULL), ==, -1);
    g_assert_cmpint(virConnCopyLastError(NULL, &copy), ==, -1);
    g_assert_null(virConnGetLastError(NULL));
    virConnectClose(conn);
}

/* --- What is printed -------------------------------------------------------------------------------------------- */

static void printLibraryError(void)
{
    virSetErrorFunc(NULL, NULL);
    (void)virNetworkFree(NULL);
    (void)virConnectClose(NULL);
}

static void printMadeErrors(void)
{
    char message[] = "tag mismatch\n";
    virError error = { .code = VIR_ERR_XML_DETAIL, .domain = VIR_FROM_XML, .message = message, .level = VIR_ERR_WARNING,
                       .int1 = 3 };

    virDefaultErrorFunc(&error);
    error.domain = 999;
    error.int1 = 0;
    error.message = NULL;
    virDefaultErrorFunc(&error);
    error.code = VIR_ERR_OK;
    virDefaultErrorFunc(&error);
    virDefaultErrorFunc(NULL);
}

static void assertPrints(void (*print)(void), const char *expected)
{
    if (g_test_subprocess()) {
        print();
        exit(0);
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr(expected);
}

static void test_print(void)
{
    assertPrints(printLibraryError, "libvirt: Network Driver error : invalid network pointer in virNetworkFree\n"
                                      "libvirt:  error : invalid connection pointer in virConnectClose\n");
}

static void test_print_default(void)
{
    assertPrints(printMadeErrors, "libvirt: XML Util warning : line 3: tag mismatch\n"
                                    "libvirt:  warning : unknown error\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    virSetErrorFunc(NULL, ignore);
    g_test_add_func("/libvirt/error/layout-and-numbers-are-as-documented", test_layout);
    g_test_add_func("/libvirt/error/none-gives-null-and-words", test_no_error);
    g_test_add_func("/libvirt/error/failed-call-leaves-all-fields", test_failed_call);
    g_test_add_func("/libvirt/error/successful-call-forgets-it", test_success_resets);
    g_test_add_func("/libvirt/error/functions-that-cannot-fail-keep-it", test_getters_keep);
    g_test_add_func("/libvirt/error/saved-copy-outlives-it-and-errno-is-kept", test_save);
    g_test_add_func("/libvirt/error/copy-outlives-it", test_copy);
    g_test_add_func("/libvirt/error/each-thread-has-its-own", test_threads);
    g_test_add_func("/libvirt/error/handler-of-the-process-is-called", test_process_handler);
    g_test_add_func("/libvirt/error/handler-of-the-connection-goes-first", test_connection_handler);
    g_test_add_func("/libvirt/error/connection-keeps-a-copy", test_connection_copy);
    g_test_add_func("/libvirt/error/without-handler-one-line-is-printed", test_print);
    g_test_add_func("/libvirt/error/default-print-of-lines-and-unknown-domains", test_print_default);
    return g_test_run();
}
