/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_libvirt_connect.c: public functions for connections, and the test driver's URIs
 *
 * Goes no further than the process: the remote driver is met only where it refuses a URI. Files for test:///path.xml
 * are written to a temporary directory.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "config.h"

static void ignore(void *data G_GNUC_UNUSED, virErrorPtr error G_GNUC_UNUSED)
{
}

static void assertError(int code, int domain, const char *message)
{
    g_assert_cmpint(virGetLastErrorCode(), ==, code);
    g_assert_cmpint(virGetLastErrorDomain(), ==, domain);
    g_assert_cmpstr(virGetLastErrorMessage(), ==, message);
}

static virConnectPtr openTest(void)
{
    virConnectPtr conn = virConnectOpen("test:///default");

    g_assert_nonnull(conn);
    g_assert_null(virGetLastError());
    return conn;
}

static void test_versions(void)
{
    virConnectPtr conn = openTest();
    unsigned long version = 0, type_version = 0;

    g_assert_cmpint(virInitialize(), ==, 0);
    g_assert_cmpint(virInitialize(), ==, 0);
    g_assert_cmpint(virGetVersion(&version, "test", &type_version), ==, 0);
    g_assert_cmpuint(version, ==, 11003000);
    g_assert_cmpuint(type_version, ==, 11003000);
    g_assert_cmpint(virGetVersion(NULL, NULL, NULL), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, VIR_FROM_NONE, "libVer in virGetVersion must not be NULL");
    g_assert_cmpint(virConnectGetLibVersion(conn, &version), ==, 0);
    g_assert_cmpuint(version, ==, 11003000);
    g_assert_cmpint(virConnectGetVersion(conn, &version), ==, 0);
    g_assert_cmpuint(version, ==, 2);
    g_assert_cmpint(virConnectGetVersion(conn, NULL), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, VIR_FROM_DOMAIN, "hvVer in virConnectGetVersion must not be NULL");
    virConnectClose(conn);
}

static void test_questions(void)
{
    virConnectPtr conn = virConnectOpen("test:///default?key=value");
    char *uri = virConnectGetURI(conn), *hostname = virConnectGetHostname(conn);

    g_assert_cmpstr(uri, ==, "test:///default?key=value");
    g_assert_cmpstr(hostname, ==, g_get_host_name());
    g_assert_cmpstr(virConnectGetType(conn), ==, "TEST");
    g_assert_cmpint(virConnectIsAlive(conn), ==, 1);
    g_assert_cmpint(virConnectIsSecure(conn), ==, 1);
    g_assert_cmpint(virConnectIsEncrypted(conn), ==, 0);
    free(uri);
    free(hostname);
    virConnectClose(conn);
}

static void test_references(void)
{
    virConnectPtr conn = openTest();
    virNetworkPtr net = virNetworkLookupByName(conn, "default");

    g_assert_cmpint(virConnectRef(conn), ==, 0);
    g_assert_cmpint(virConnectClose(conn), ==, 1);
    g_assert_cmpint(virConnectClose(conn), ==, 1);
    g_assert_true(virNetworkGetConnect(net) == conn);
    g_assert_cmpint(virNetworkIsActive(net), ==, 1);
    g_assert_cmpint(virNetworkFree(net), ==, 0);
}

static void test_last_close(void)
{
    virConnectPtr conn = openTest();
    virNetworkPtr net = virNetworkLookupByName(conn, "default");

    g_assert_cmpint(virNetworkRef(net), ==, 0);
    g_assert_cmpint(virNetworkFree(net), ==, 0);
    g_assert_cmpint(virNetworkFree(net), ==, 0);
    g_assert_cmpint(virConnectClose(conn), ==, 0);
}

static void test_wrong_pointer(void)
{
    virConnectPtr conn = openTest();
    virNetworkPtr net = virNetworkLookupByName(conn, "default");

    g_assert_cmpint(virConnectClose(NULL), ==, -1);
    assertError(VIR_ERR_INVALID_CONN, VIR_FROM_NONE, "invalid connection pointer in virConnectClose");
    g_assert_null(virConnectGetURI(NULL));
    assertError(VIR_ERR_INVALID_CONN, VIR_FROM_DOMAIN, "invalid connection pointer in virConnectGetURI");
    g_assert_cmpint(virConnectIsAlive((virConnectPtr)net), ==, -1);
    assertError(VIR_ERR_INVALID_CONN, VIR_FROM_DOMAIN, "invalid connection pointer in virConnectIsAlive");
    virNetworkFree(net);
    virConnectClose(conn);
}

#define NO_PATH "invalid argument: testOpen: supply a path or use test:///default"
#define NO_TRANSPORT \
    "invalid argument: remote_open: transport in URL not recognised " \
    "(should be tls|unix|ssh|ext|tcp|libssh2|libssh)"

static const struct {
    const char *uri;
    int code;
    int domain;
    const char *message;
} refused[] = {
    { "nothing", VIR_ERR_NO_CONNECT, VIR_FROM_NONE,
      "no connection driver available for URI 'nothing' does not include a driver name" },
    { "test:///", VIR_ERR_INVALID_ARG, VIR_FROM_TEST, NO_PATH },
    { "test://", VIR_ERR_INVALID_ARG, VIR_FROM_TEST, NO_PATH },
    { "test:///nofile", VIR_ERR_XML_ERROR, VIR_FROM_TEST, "XML error: failed to parse xml document '/nofile'" },
    { "test+none:///default", VIR_ERR_INVALID_ARG, VIR_FROM_REMOTE, NO_TRANSPORT },
    { "network+unix://host/system", VIR_ERR_INVALID_ARG, VIR_FROM_REMOTE,
      "invalid argument: using unix socket and remote server 'host' is not supported." },
};

static void test_refused(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_assert_null(virConnectOpen(refused[i].uri));
        assertError(refused[i].code, refused[i].domain, refused[i].message);
    }
}

static void test_flags(void)
{
    g_assert_null(virConnectOpenAuth("test:///default", virConnectAuthPtrDefault, 1 << 7));
    assertError(VIR_ERR_INVALID_ARG, VIR_FROM_NONE, "unsupported flags (0x80) in function virConnectOpenAuth");
}

static void test_read_only(void)
{
    virConnectPtr conns[] = { virConnectOpenReadOnly("test:///default"),
                              virConnectOpenAuth("test:///default", NULL, VIR_CONNECT_RO) };

    for (gsize i = 0; i < G_N_ELEMENTS(conns); i++) {
        virNetworkPtr net = virNetworkLookupByName(conns[i], "default");

        g_assert_cmpint(virNetworkDestroy(net), ==, -1);
        assertError(VIR_ERR_OPERATION_DENIED, VIR_FROM_NETWORK,
                    "operation forbidden: read only access prevents virNetworkDestroy");
        g_assert_cmpint(virNetworkIsActive(net), ==, 1);
        virNetworkFree(net);
        g_assert_cmpint(virConnectClose(conns[i]), ==, 0);
    }
}

static void test_environment(void)
{
    virConnectPtr conn;
    char *uri;

    g_setenv("LIBVIRT_DEFAULT_URI", "test:///default", TRUE);
    conn = virConnectOpen("");
    g_unsetenv("LIBVIRT_DEFAULT_URI");
    g_assert_nonnull(conn);
    uri = virConnectGetURI(conn);
    g_assert_cmpstr(uri, ==, "test:///default");
    free(uri);
    virConnectClose(conn);
}

static void test_auth_default(void)
{
    static const int types[] = { VIR_CRED_AUTHNAME, VIR_CRED_ECHOPROMPT, VIR_CRED_REALM, VIR_CRED_PASSPHRASE,
                                 VIR_CRED_NOECHOPROMPT, VIR_CRED_EXTERNAL };
    const virConnectAuth *terminal = virConnectAuthPtrDefault;

    g_assert_nonnull(terminal->cb);
    g_assert_cmpmem(terminal->credtype, terminal->ncredtype * sizeof(int), types, sizeof(types));
}

static void askNameAndPassword(void)
{
    virConnectCredential creds[] = {
        { .type = VIR_CRED_AUTHNAME, .prompt = "Name" },
        { .type = VIR_CRED_PASSPHRASE, .prompt = "Password", .defresult = "unset" },
        { .type = VIR_CRED_EXTERNAL, .challenge = "PolicyKit" },
    };
    const virConnectAuth *terminal = virConnectAuthPtrDefault;

    g_assert_nonnull(freopen("/dev/null", "r", stdin));
    /* At the end of input nobody answers. */
    g_assert_cmpint(terminal->cb(creds, 1, NULL), ==, -1);
    g_assert_null(creds[0].result);
    g_assert_cmpint(terminal->cb(&creds[2], 1, NULL), ==, 0);
    creds[2].challenge = "other";
    g_assert_cmpint(terminal->cb(&creds[2], 1, NULL), ==, -1);
    stdin = fmemopen((char[]){ "me\n\n" }, 4, "r");
    g_assert_cmpint(terminal->cb(creds, 2, NULL), ==, 0);
    g_assert_cmpstr(creds[0].result, ==, "me");
    g_assert_cmpuint(creds[0].resultlen, ==, 2);
    g_assert_cmpstr(creds[1].result, ==, "unset");
    free(creds[0].result);
    free(creds[1].result);
}

static void test_auth_asks(void)
{
    if (g_test_subprocess()) {
        askNameAndPassword();
        exit(0);
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stdout("*Name: Name: Password: *");
}

/* --- Files of the test driver ----------------------------------------------------------------------------------- */

typedef struct {
    char *dir;
    char *uri;
} Files;

static void setUp(Files *files, gconstpointer data G_GNUC_UNUSED)
{
    files->dir = g_dir_make_tmp("test-libvirt-XXXXXX", NULL);
    g_assert_nonnull(files->dir);
    files->uri = g_strdup_printf("test://%s/node.xml", files->dir);
}

static void removeFile(const Files *files, const char *name)
{
    g_autofree char *path = g_build_filename(files->dir, name, NULL);

    (void)g_remove(path);
}

static void tearDown(Files *files, gconstpointer data G_GNUC_UNUSED)
{
    removeFile(files, "node.xml");
    removeFile(files, "other.xml");
    g_assert_cmpint(g_rmdir(files->dir), ==, 0);
    g_free(files->dir);
    g_free(files->uri);
}

static void writeFile(const Files *files, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(files->dir, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void test_file(Files *files, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const names[] = { "inline", "other" };
    virConnectPtr conn, second;

    writeFile(files, "other.xml", "<network><name>other</name></network>");
    writeFile(files, "node.xml", "<node><cpu/><network file='other.xml'/>"
              "<network><name>inline</name><forward mode='nat'/><ip address='10.0.0.1' prefix='24'/></network></node>");
    conn = virConnectOpen(files->uri);
    second = virConnectOpen(files->uri);
    g_assert_nonnull(conn);
    g_assert_cmpint(virConnectNumOfNetworks(conn), ==, 2);
    g_assert_cmpint(virConnectNumOfDefinedNetworks(conn), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        virNetworkPtr net = virNetworkLookupByName(conn, names[i]);

        g_assert_cmpint(virNetworkIsPersistent(net), ==, 1);
        g_assert_cmpint(virNetworkDestroy(net), ==, 0);
        virNetworkFree(net);
    }
    /* The networks of a file belong to one connection. */
    g_assert_cmpint(virConnectNumOfNetworks(conn), ==, 0);
    g_assert_cmpint(virConnectNumOfNetworks(second), ==, 2);
    virConnectClose(second);
    virConnectClose(conn);
}

static void assertFileRefused(const Files *files, int code, int domain, const char *part)
{
    g_assert_null(virConnectOpen(files->uri));
    g_assert_cmpint(virGetLastErrorCode(), ==, code);
    g_assert_cmpint(virGetLastErrorDomain(), ==, domain);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), part));
}

static void test_bad_file(Files *files, gconstpointer data G_GNUC_UNUSED)
{
    writeFile(files, "node.xml", "<nodes/>");
    assertFileRefused(files, VIR_ERR_XML_ERROR, VIR_FROM_XML, "expecting root element of 'node', not 'nodes'");
    writeFile(files, "node.xml", "<node><network></node>");
    assertFileRefused(files, VIR_ERR_XML_DETAIL, VIR_FROM_TEST, "node.xml:1: ");
    writeFile(files, "node.xml", "<node><network/></node>");
    assertFileRefused(files, VIR_ERR_NO_NAME, VIR_FROM_NETWORK, "missing name information");
    writeFile(files, "node.xml", "<node><network file='none.xml'/></node>");
    assertFileRefused(files, VIR_ERR_XML_ERROR, VIR_FROM_TEST, "/none.xml'");
    writeFile(files, "node.xml", "<node><network><name>a</name></network><network><name>a</name></network></node>");
    assertFileRefused(files, VIR_ERR_OPERATION_FAILED, VIR_FROM_NETWORK, "network 'a' already exists with uuid ");
}

static void test_shared(void)
{
    virConnectPtr one = openTest(), two = openTest();
    virNetworkPtr net = virNetworkDefineXML(one, "<network><name>seen</name></network>");

    g_assert_nonnull(net);
    g_assert_cmpint(virConnectNumOfDefinedNetworks(two), ==, 1);
    virNetworkFree(net);
    g_assert_cmpint(virConnectClose(one), ==, 0);
    g_assert_cmpint(virConnectNumOfDefinedNetworks(two), ==, 1);
    g_assert_cmpint(virConnectClose(two), ==, 0);
    /* With the last connection the networks are gone; the next begins anew. */
    one = openTest();
    g_assert_cmpint(virConnectNumOfDefinedNetworks(one), ==, 0);
    g_assert_cmpint(virConnectNumOfNetworks(one), ==, 1);
    virConnectClose(one);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("LIBVIRT_DEFAULT_URI");
    virSetErrorFunc(NULL, ignore);
    g_test_add_func("/libvirt/connect/versions-are-the-api-level", test_versions);
    g_test_add_func("/libvirt/connect/test-driver-answers-questions", test_questions);
    g_test_add_func("/libvirt/connect/network-keeps-its-connection", test_references);
    g_test_add_func("/libvirt/connect/last-close-gives-0", test_last_close);
    g_test_add_func("/libvirt/connect/no-connection-is-refused", test_wrong_pointer);
    g_test_add_func("/libvirt/connect/wrong-uris-are-refused-with-code-and-message", test_refused);
    g_test_add_func("/libvirt/connect/unknown-flags-are-refused", test_flags);
    g_test_add_func("/libvirt/connect/read-only-refuses-changes-and-answers-questions", test_read_only);
    g_test_add_func("/libvirt/connect/environment-gives-the-default-uri", test_environment);
    g_test_add_func("/libvirt/connect/default-auth-lists-its-questions", test_auth_default);
    g_test_add_func("/libvirt/connect/default-auth-asks-on-the-terminal", test_auth_asks);
    g_test_add_func("/libvirt/connect/test-default-is-shared-while-in-use", test_shared);
    g_test_add("/libvirt/connect/test-file-starts-its-networks", Files, NULL, setUp, test_file, tearDown);
    g_test_add("/libvirt/connect/bad-test-file-says-what-is-wrong", Files, NULL, setUp, test_bad_file, tearDown);
    return g_test_run();
}
