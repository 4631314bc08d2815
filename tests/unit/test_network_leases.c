/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_leases.c: lease files as clients see them
 *
 * Texts in the form of libvirt's BRIDGE.status, whole and broken. That the helper writes this form is shown in
 * test_lease_helper.py.
 */
#include <glib/gstdio.h>
#include <libvirt/libvirt.h>
#include <string.h>

#include "network_leases.h"
#include "virerror.h"

#define NOW 1795461000

static const char two_leases[] =
    "[\n"
    "  {\n"
    "    \"ip-address\": \"192.168.150.11\",\n"
    "    \"mac-address\": \"52:54:00:aa:00:01\",\n"
    "    \"hostname\": \"g1\",\n"
    "    \"client-id\": \"01:52:54:00:aa:00:01\",\n"
    "    \"expiry-time\": 1795461988\n"
    "  },\n"
    "  {\n"
    "    \"iaid\": \"11141121\",\n"
    "    \"ip-address\": \"fd00:150::168\",\n"
    "    \"mac-address\": \"52:54:00:aa:00:02\",\n"
    "    \"client-id\": \"00:01:00:01:32:97:41:d4:52:54:00:aa:00:01\",\n"
    "    \"server-duid\": \"00:01:00:01:32:97:41:cc:82:0f:98:04:4e:e7\",\n"
    "    \"expiry-time\": 1795465888\n"
    "  }\n"
    "]\n";

static GPtrArray *parseQuery(const virNetworkLeasesQuery *query, const char *text)
{
    GPtrArray *leases = NULL;
    GError *err = NULL;

    virNetworkLeasesParse(query, text, strlen(text), &leases, &err);
    g_assert_no_error(err);
    g_assert_nonnull(leases);
    return leases;
}

static GPtrArray *parse(const char *text)
{
    const virNetworkLeasesQuery query = { .path = "F", .bridge = "virbr7", .now = NOW };

    return parseQuery(&query, text);
}

static void addIp(virNetworkDef *def, const char *address, unsigned int prefix)
{
    virNetworkIp *ip = virNetworkIpNew();

    g_assert_true(virSocketAddrParse(address, AF_UNSPEC, &ip->address));
    ip->prefix = prefix;
    g_ptr_array_add(def->ips, ip);
}

static void test_fields(void)
{
    g_autoptr(GPtrArray) leases = parse(two_leases);
    const virDriverLease *v4, *v6;

    g_assert_cmpuint(leases->len, ==, 2);
    v4 = g_ptr_array_index(leases, 0);
    v6 = g_ptr_array_index(leases, 1);
    g_assert_cmpstr(v4->iface, ==, "virbr7");
    g_assert_cmpint(v4->expiry_time, ==, 1795461988);
    g_assert_cmpint(v4->type, ==, VIR_IP_ADDR_TYPE_IPV4);
    g_assert_cmpstr(v4->mac, ==, "52:54:00:aa:00:01");
    g_assert_null(v4->iaid);
    g_assert_cmpstr(v4->ipaddr, ==, "192.168.150.11");
    g_assert_cmpstr(v4->hostname, ==, "g1");
    g_assert_cmpstr(v4->clientid, ==, "01:52:54:00:aa:00:01");
    g_assert_cmpint(v6->type, ==, VIR_IP_ADDR_TYPE_IPV6);
    g_assert_cmpstr(v6->iaid, ==, "11141121");
    g_assert_cmpstr(v6->clientid, ==, "00:01:00:01:32:97:41:d4:52:54:00:aa:00:01");
    g_assert_null(v6->hostname);
}

static void test_prefix_is_of_the_subnet(void)
{
    g_autoptr(virNetworkDef) def = virNetworkDefNew();
    const virNetworkLeasesQuery query = { .path = "F", .bridge = "virbr7", .def = def, .now = NOW };
    g_autoptr(GPtrArray) leases = NULL;
    g_autoptr(GPtrArray) moved = NULL;

    addIp(def, "10.0.0.1", 8);
    addIp(def, "192.168.150.1", 25);
    addIp(def, "fd00:150::1", 80);
    leases = parseQuery(&query, two_leases);
    g_assert_cmpuint(((const virDriverLease *)g_ptr_array_index(leases, 0))->prefix, ==, 25);
    g_assert_cmpuint(((const virDriverLease *)g_ptr_array_index(leases, 1))->prefix, ==, 80);
    moved = parseQuery(&query, "[{\"ip-address\":\"192.0.2.1\"}]");
    g_assert_cmpuint(((const virDriverLease *)g_ptr_array_index(moved, 0))->prefix, ==, 8);
}

static void test_mac_is_compared_as_number(void)
{
    const virNetworkLeasesQuery query = { .path = "F", .mac = "52:54:0:AA:0:2", .now = NOW };
    const virNetworkLeasesQuery other = { .path = "F", .mac = "52:54:00:aa:00:03", .now = NOW };
    g_autoptr(GPtrArray) leases = parseQuery(&query, two_leases);
    g_autoptr(GPtrArray) none = parseQuery(&other, two_leases);

    g_assert_cmpuint(leases->len, ==, 1);
    g_assert_cmpstr(((const virDriverLease *)g_ptr_array_index(leases, 0))->ipaddr, ==, "fd00:150::168");
    g_assert_cmpuint(none->len, ==, 0);
}

static void test_bad_mac_is_refused(void)
{
    const virNetworkLeasesQuery query = { .path = "/nonexistent", .mac = "zz", .now = NOW };
    GPtrArray *leases = NULL;
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(virNetworkLeasesRead(&query, &leases, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INVALID_MAC);
    g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_NETWORK);
    g_assert_cmpstr(err->message, ==, "invalid MAC address: zz");
    g_assert_null(leases);
}

static void test_expired_are_left_out(void)
{
    g_autoptr(GPtrArray) leases = parse("[{\"ip-address\":\"192.0.2.1\",\"expiry-time\":1795460999},"
                                        "{\"ip-address\":\"192.0.2.2\",\"expiry-time\":1795461000},"
                                        "{\"ip-address\":\"192.0.2.3\",\"expiry-time\":0}]");

    g_assert_cmpuint(leases->len, ==, 2);
    g_assert_cmpstr(((const virDriverLease *)g_ptr_array_index(leases, 0))->ipaddr, ==, "192.0.2.2");
    g_assert_cmpstr(((const virDriverLease *)g_ptr_array_index(leases, 1))->ipaddr, ==, "192.0.2.3");
}

static void test_strange_entries_are_left_out(void)
{
    g_autoptr(GPtrArray) leases = parse("[1, null, [], \"x\", {}, {\"ip-address\":7}, {\"ip-address\":\"x\"},"
                                        "{\"ip-address\":\"192.0.2.1\\u0000\"},"
                                        "{\"ip-address\":\"192.0.2.1\",\"hostname\":3,\"client-id\":\"\","
                                        "\"iaid\":\"\xff\",\"expiry-time\":\"x\"}]");
    const virDriverLease *lease;

    g_assert_cmpuint(leases->len, ==, 1);
    lease = g_ptr_array_index(leases, 0);
    g_assert_null(lease->hostname);
    g_assert_null(lease->clientid);
    g_assert_null(lease->iaid);
    g_assert_null(lease->mac);
    g_assert_cmpint(lease->expiry_time, ==, 0);
}

static void test_empty_is_no_leases(void)
{
    static const char *const texts[] = { "", " \n", "[]", "[\n]\n" };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GPtrArray) leases = parse(texts[i]);

        g_assert_cmpuint(leases->len, ==, 0);
    }
}

static void test_broken_is_refused(void)
{
    static const char *const texts[] = { "[", "[{]", "{}", "[] []", "[]x", "7", "[\n  {\n    \"ip-address\": \"192" };
    const virNetworkLeasesQuery query = { .path = "F", .now = NOW };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        GPtrArray *leases = NULL;
        g_autoptr(GError) err = NULL;

        g_test_message("%s", texts[i]);
        g_assert_cmpint(virNetworkLeasesParse(&query, texts[i], strlen(texts[i]), &leases, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
        g_assert_nonnull(strstr(err->message, "file of leases 'F'"));
        g_assert_null(leases);
    }
}

/* A directory with a lease file, and what is asked of it. */
typedef struct {
    char *dir;
    char *path;
} leaseFile;

static void setUp(leaseFile *file, gconstpointer data G_GNUC_UNUSED)
{
    file->dir = g_dir_make_tmp("leases-XXXXXX", NULL);
    file->path = g_build_filename(file->dir, "virbr7.status", NULL);
    g_assert_true(g_file_set_contents(file->path, two_leases, -1, NULL));
}

static void tearDown(leaseFile *file, gconstpointer data G_GNUC_UNUSED)
{
    g_unlink(file->path);
    g_rmdir(file->dir);
    g_free(file->path);
    g_free(file->dir);
}

static virDriverLease *findHolder(const char *path, const char *address, gint64 now)
{
    virSocketAddr addr;
    virDriverLease *lease = NULL;
    GError *err = NULL;

    g_assert_true(virSocketAddrParse(address, AF_UNSPEC, &addr));
    g_assert_cmpint(virNetworkLeasesFindHolder(path, &addr, now, &lease, &err), ==, 0);
    g_assert_no_error(err);
    return lease;
}

static void test_holder(leaseFile *file, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(virDriverLease) v4 = findHolder(file->path, "192.168.150.11", NOW);
    g_autoptr(virDriverLease) v6 = findHolder(file->path, "FD00:150:0::168", NOW);

    g_assert_nonnull(v4);
    g_assert_cmpstr(v4->mac, ==, "52:54:00:aa:00:01");
    g_assert_cmpint(v4->expiry_time, ==, 1795461988);
    g_assert_nonnull(v6);
    g_assert_cmpstr(v6->mac, ==, "52:54:00:aa:00:02");
}

static void test_no_holder(leaseFile *file, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_null(findHolder(file->path, "192.168.150.1", NOW));
    g_assert_null(findHolder(file->path, "192.168.150.11", 1795461989));
    g_assert_null(findHolder("/nonexistent/virbr7.status", "192.168.150.11", NOW));
}

static void test_file_is_read(leaseFile *file, gconstpointer data G_GNUC_UNUSED)
{
    const virNetworkLeasesQuery query = { .path = file->path, .bridge = "virbr7", .now = NOW };
    const virNetworkLeasesQuery missing = { .path = "/nonexistent/virbr7.status", .bridge = "virbr7", .now = NOW };
    g_autoptr(GPtrArray) leases = NULL;
    g_autoptr(GPtrArray) none = NULL;

    g_assert_cmpint(virNetworkLeasesRead(&query, &leases, NULL), ==, 0);
    g_assert_cmpuint(leases->len, ==, 2);
    g_assert_cmpint(virNetworkLeasesRead(&missing, &none, NULL), ==, 0);
    g_assert_cmpuint(none->len, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/leases/parse/fields-of-both-families", test_fields);
    g_test_add_func("/leases/prefix/of-the-subnet-that-holds-it", test_prefix_is_of_the_subnet);
    g_test_add_func("/leases/mac/compared-as-number", test_mac_is_compared_as_number);
    g_test_add_func("/leases/mac/bad-one-is-refused", test_bad_mac_is_refused);
    g_test_add_func("/leases/expiry/ended-ones-are-left-out", test_expired_are_left_out);
    g_test_add_func("/leases/parse/strange-entries-are-left-out", test_strange_entries_are_left_out);
    g_test_add_func("/leases/parse/empty-is-no-leases", test_empty_is_no_leases);
    g_test_add_func("/leases/parse/broken-file-is-refused", test_broken_is_refused);
    g_test_add("/leases/file/missing-is-no-leases", leaseFile, NULL, setUp, test_file_is_read, tearDown);
    g_test_add("/leases/holder/found-by-address-value", leaseFile, NULL, setUp, test_holder, tearDown);
    g_test_add("/leases/holder/free-or-ended-is-none", leaseFile, NULL, setUp, test_no_holder, tearDown);
    return g_test_run();
}
