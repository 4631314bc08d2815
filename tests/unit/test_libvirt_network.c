/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_libvirt_network.c: public functions for networks, on the test driver
 *
 * Tries that arguments reach the engine and results come back, and the checks that the library makes itself, in their
 * order. The engine's own rules have their tests elsewhere.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#define DEFAULT_UUID "dd8fe884-6c02-601e-7551-cca97df1c5df"

typedef struct {
    virConnectPtr conn;
    virConnectPtr readonly;
    virNetworkPtr net;              /* "default" */
    virNetworkPtr readonly_net;
} Fixture;

static void ignore(void *data G_GNUC_UNUSED, virErrorPtr error G_GNUC_UNUSED)
{
}

static void setUp(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    f->conn = virConnectOpen("test:///default");
    f->readonly = virConnectOpenReadOnly("test:///default");
    f->net = virNetworkLookupByName(f->conn, "default");
    f->readonly_net = virNetworkLookupByName(f->readonly, "default");
    g_assert_nonnull(f->net);
    g_assert_nonnull(f->readonly_net);
}

static void tearDown(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_cmpint(virNetworkFree(f->readonly_net), ==, 0);
    g_assert_cmpint(virNetworkFree(f->net), ==, 0);
    g_assert_cmpint(virConnectClose(f->readonly), ==, 0);
    g_assert_cmpint(virConnectClose(f->conn), ==, 0);
}

static void assertError(int code, const char *message)
{
    g_assert_cmpint(virGetLastErrorCode(), ==, code);
    g_assert_cmpint(virGetLastErrorDomain(), ==, VIR_FROM_NETWORK);
    g_assert_cmpstr(virGetLastErrorMessage(), ==, message);
}

static void assertIsDefault(virNetworkPtr net)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    g_assert_nonnull(net);
    g_assert_cmpstr(virNetworkGetName(net), ==, "default");
    g_assert_cmpint(virNetworkGetUUIDString(net, uuid), ==, 0);
    g_assert_cmpstr(uuid, ==, DEFAULT_UUID);
    virNetworkFree(net);
}

static void test_lookups(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    unsigned char uuid[VIR_UUID_BUFLEN];

    g_assert_cmpint(virNetworkGetUUID(f->net, uuid), ==, 0);
    assertIsDefault(virNetworkLookupByUUID(f->conn, uuid));
    assertIsDefault(virNetworkLookupByUUIDString(f->conn, DEFAULT_UUID));
    g_assert_null(virNetworkLookupByName(f->conn, "none"));
    assertError(VIR_ERR_NO_NETWORK, "Network not found: no network with matching name 'none'");
    g_assert_null(virNetworkLookupByUUIDString(f->conn, "zz"));
    assertError(VIR_ERR_INVALID_ARG, "uuidstr in virNetworkLookupByUUIDString must be a valid UUID");
}

static void test_lists(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    virNetworkPtr other = virNetworkDefineXML(f->conn, "<network><name>other</name></network>");
    virNetworkPtr *nets = NULL;
    char *names[4] = { NULL };

    g_assert_nonnull(other);
    g_assert_cmpint(virConnectNumOfNetworks(f->conn), ==, 1);
    g_assert_cmpint(virConnectListNetworks(f->conn, names, 4), ==, 1);
    g_assert_cmpstr(names[0], ==, "default");
    free(names[0]);
    g_assert_cmpint(virConnectNumOfDefinedNetworks(f->conn), ==, 1);
    g_assert_cmpint(virConnectListDefinedNetworks(f->conn, names, 1), ==, 1);
    g_assert_cmpstr(names[0], ==, "other");
    free(names[0]);
    g_assert_cmpint(virConnectListDefinedNetworks(f->conn, NULL, 0), ==, 0);
    g_assert_cmpint(virConnectListAllNetworks(f->conn, NULL, 0), ==, 2);
    g_assert_cmpint(virConnectListAllNetworks(f->conn, &nets, VIR_CONNECT_LIST_NETWORKS_INACTIVE), ==, 1);
    g_assert_cmpstr(virNetworkGetName(nets[0]), ==, "other");
    g_assert_null(nets[1]);
    virNetworkFree(nets[0]);
    free(nets);
    g_assert_cmpint(virNetworkUndefine(other), ==, 0);
    virNetworkFree(other);
}

static void test_list_arguments(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    virNetworkPtr *nets = (virNetworkPtr *)f;
    char *names[1];

    g_assert_cmpint(virConnectListNetworks(f->conn, names, -1), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, "maxnames in virConnectListNetworks must be zero or greater");
    g_assert_cmpint(virConnectListDefinedNetworks(f->conn, NULL, 3), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, "names in virConnectListDefinedNetworks must not be NULL");
    g_assert_cmpint(virConnectListAllNetworks(f->conn, &nets, 1 << 9), ==, -1);
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_ARG);
    g_assert_null(nets);
    g_assert_cmpint(virConnectListAllNetworks(NULL, NULL, 0), ==, -1);
    assertError(VIR_ERR_INVALID_CONN, "invalid connection pointer in virConnectListAllNetworks");
}

static void test_life(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const char *xml = "<network><name>lab</name><bridge name='br-lab'/></network>";
    virNetworkPtr net = virNetworkDefineXMLFlags(f->conn, xml, 0);
    int autostart = -1;
    char *bridge;

    g_assert_cmpint(virNetworkIsActive(net), ==, 0);
    g_assert_cmpint(virNetworkIsPersistent(net), ==, 1);
    g_assert_cmpint(virNetworkSetAutostart(net, 1), ==, 0);
    g_assert_cmpint(virNetworkGetAutostart(net, &autostart), ==, 0);
    g_assert_cmpint(autostart, ==, 1);
    g_assert_cmpint(virNetworkCreate(net), ==, 0);
    g_assert_cmpint(virNetworkIsActive(net), ==, 1);
    bridge = virNetworkGetBridgeName(net);
    g_assert_cmpstr(bridge, ==, "br-lab");
    free(bridge);
    g_assert_cmpint(virNetworkUndefine(net), ==, 0);
    g_assert_cmpint(virNetworkIsPersistent(net), ==, 0);
    g_assert_cmpint(virNetworkDestroy(net), ==, 0);
    g_assert_cmpint(virNetworkIsActive(net), ==, -1);
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_NETWORK);
    virNetworkFree(net);
}

static void test_create_xml(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    virNetworkPtr net = virNetworkCreateXML(f->conn, "<network><name>brief</name></network>");

    g_assert_cmpint(virNetworkIsActive(net), ==, 1);
    g_assert_cmpint(virNetworkIsPersistent(net), ==, 0);
    g_assert_cmpint(virNetworkDestroy(net), ==, 0);
    virNetworkFree(net);
}

static gboolean shows(virNetworkPtr net, unsigned int flags, const char *part)
{
    char *xml = virNetworkGetXMLDesc(net, flags);
    gboolean found;

    g_assert_nonnull(xml);
    found = strstr(xml, part) != NULL;
    free(xml);
    return found;
}

static void assertRefused(virNetworkPtr net, int code, int domain, const char *text)
{
    g_assert_null(net);
    g_assert_cmpint(virGetLastErrorCode(), ==, code);
    g_assert_cmpint(virGetLastErrorDomain(), ==, domain);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), text));
}

/* Form is judged before schema, and schema before values. */
static void test_validate(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *xml;
        int code;
        int domain;
        const char *text;
    } refused[] = {
        { "<network><colour>", VIR_ERR_XML_DETAIL, VIR_FROM_NETWORK, "(network_definition):1: " },
        { "<domain><colour/></domain>", VIR_ERR_XML_ERROR, VIR_FROM_XML, "expecting root element of 'network', not 'domain'" },
        { "<network>\n<colour/></network>", VIR_ERR_XML_INVALID_SCHEMA, VIR_FROM_XML, "network.rng\n" },
        { "<network><name>v</name>\n<colour/></network>", VIR_ERR_XML_INVALID_SCHEMA, VIR_FROM_XML,
          "\nline 2: Element network has extra content: colour" },
        { "<network><name>v</name><forward/></network>", VIR_ERR_XML_ERROR, VIR_FROM_NETWORK, "no IP address provided" },
    };
    const char *good = "<network><name>v</name><uuid>5e3a3c1e-0000-4000-8000-00000000000a</uuid>"
                       "<ip address='192.0.2.1' prefix='24'/></network>";
    virNetworkPtr net;

    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        assertRefused(virNetworkDefineXMLFlags(f->conn, refused[i].xml, VIR_NETWORK_DEFINE_VALIDATE), refused[i].code,
                      refused[i].domain, refused[i].text);
        assertRefused(virNetworkCreateXMLFlags(f->conn, refused[i].xml, VIR_NETWORK_CREATE_VALIDATE), refused[i].code,
                      refused[i].domain, refused[i].text);
    }
    net = virNetworkCreateXMLFlags(f->conn, good, VIR_NETWORK_CREATE_VALIDATE);
    g_assert_nonnull(net);
    virNetworkFree(net);
    net = virNetworkDefineXMLFlags(f->conn, good, VIR_NETWORK_DEFINE_VALIDATE);
    g_assert_nonnull(net);
    g_assert_cmpint(virNetworkDestroy(net), ==, 0);
    g_assert_cmpint(virNetworkUndefine(net), ==, 0);
    virNetworkFree(net);
}

static void test_update(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const char *host = "<host mac='52:54:00:00:00:07' ip='192.168.122.7'/>";

    g_assert_cmpint(virNetworkUpdate(f->net, VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, VIR_NETWORK_SECTION_IP_DHCP_HOST, -1,
                                     host, VIR_NETWORK_UPDATE_AFFECT_LIVE), ==, 0);
    g_assert_true(shows(f->net, 0, host));
    g_assert_false(shows(f->net, VIR_NETWORK_XML_INACTIVE, host));
    g_assert_cmpint(virNetworkUpdate(f->net, VIR_NETWORK_UPDATE_COMMAND_DELETE, VIR_NETWORK_SECTION_IP_DHCP_HOST, 0,
                                     host, VIR_NETWORK_UPDATE_AFFECT_CURRENT), ==, 0);
    g_assert_false(shows(f->net, 0, host));
}

static void test_metadata(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    char *text;

    g_assert_cmpint(virNetworkSetMetadata(f->net, VIR_NETWORK_METADATA_TITLE, "a title", NULL, NULL, 0), ==, 0);
    text = virNetworkGetMetadata(f->net, VIR_NETWORK_METADATA_TITLE, NULL, 0);
    g_assert_cmpstr(text, ==, "a title");
    free(text);
    g_assert_cmpint(virNetworkSetMetadata(f->net, VIR_NETWORK_METADATA_ELEMENT, "<x/>", "k", "urn:a", 0), ==, 0);
    g_assert_true(shows(f->net, 0, "<k:x xmlns:k=\"urn:a\"/>"));
    text = virNetworkGetMetadata(f->net, VIR_NETWORK_METADATA_ELEMENT, "urn:a", 0);
    g_assert_cmpstr(text, ==, "<x/>");
    free(text);
    g_assert_null(virNetworkGetMetadata(f->net, VIR_NETWORK_METADATA_DESCRIPTION, NULL, 0));
    assertError(VIR_ERR_NO_NETWORK_METADATA, "metadata not found: Requested metadata element is not present");
    g_assert_null(virNetworkGetMetadata(f->net, VIR_NETWORK_METADATA_ELEMENT, NULL, 0));
    assertError(VIR_ERR_INVALID_ARG, "uri in virNetworkGetMetadata must not be NULL");
    g_assert_cmpint(virNetworkSetMetadata(f->net, VIR_NETWORK_METADATA_TITLE, "a\nb", NULL, NULL, 0), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, "metadata title can't contain newlines");
    g_assert_cmpint(virNetworkSetMetadata(f->readonly_net, VIR_NETWORK_METADATA_TITLE, "a", NULL, NULL, 0), ==, -1);
    assertError(VIR_ERR_OPERATION_DENIED, "operation forbidden: read only access prevents virNetworkSetMetadata");
}

static void test_null_arguments(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_cmpint(virNetworkUpdate(f->net, 0, 0, 0, NULL, 8), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, "xml in virNetworkUpdate must not be NULL");
    g_assert_cmpint(virGetLastError()->int1, ==, 0);
    g_assert_cmpstr(virGetLastError()->str1, ==, "virNetworkUpdate");
    g_assert_cmpstr(virGetLastError()->str2, ==, "xml");
    g_assert_null(virNetworkDefineXML(f->conn, NULL));
    assertError(VIR_ERR_INVALID_ARG, "xml in virNetworkDefineXML must not be NULL");
    g_assert_null(virNetworkCreateXMLFlags(f->conn, NULL, 0));
    assertError(VIR_ERR_INVALID_ARG, "xmlDesc in virNetworkCreateXMLFlags must not be NULL");
    g_assert_null(virNetworkLookupByName(f->conn, NULL));
    assertError(VIR_ERR_INVALID_ARG, "name in virNetworkLookupByName must not be NULL");
    g_assert_null(virNetworkLookupByUUID(f->conn, NULL));
    assertError(VIR_ERR_INVALID_ARG, "uuid in virNetworkLookupByUUID must not be NULL");
    g_assert_null(virNetworkLookupByUUIDString(f->conn, NULL));
    assertError(VIR_ERR_INVALID_ARG, "uuidstr in virNetworkLookupByUUIDString must not be NULL");
    g_assert_cmpint(virNetworkGetUUID(f->net, NULL), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, "uuid in virNetworkGetUUID must not be NULL");
    g_assert_cmpint(virNetworkGetUUIDString(f->net, NULL), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, "buf in virNetworkGetUUIDString must not be NULL");
    g_assert_cmpint(virNetworkGetAutostart(f->net, NULL), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, "autostart in virNetworkGetAutostart must not be NULL");
}

#define DENIED "operation forbidden: read only access prevents "

static void test_read_only(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_cmpint(virNetworkCreate(f->readonly_net), ==, -1);
    assertError(VIR_ERR_OPERATION_DENIED, DENIED "virNetworkCreate");
    g_assert_cmpint(virNetworkDestroy(f->readonly_net), ==, -1);
    assertError(VIR_ERR_OPERATION_DENIED, DENIED "virNetworkDestroy");
    g_assert_cmpint(virNetworkUndefine(f->readonly_net), ==, -1);
    assertError(VIR_ERR_OPERATION_DENIED, DENIED "virNetworkUndefine");
    g_assert_cmpint(virNetworkSetAutostart(f->readonly_net, 1), ==, -1);
    assertError(VIR_ERR_OPERATION_DENIED, DENIED "virNetworkSetAutostart");
    /* Access is judged before arguments, but for the two functions that create from XML. */
    g_assert_cmpint(virNetworkUpdate(f->readonly_net, 0, 0, 0, NULL, 8), ==, -1);
    assertError(VIR_ERR_OPERATION_DENIED, DENIED "virNetworkUpdate");
    g_assert_null(virNetworkDefineXMLFlags(f->readonly, NULL, 0));
    assertError(VIR_ERR_OPERATION_DENIED, DENIED "virNetworkDefineXMLFlags");
    g_assert_null(virNetworkCreateXML(f->readonly, NULL));
    assertError(VIR_ERR_INVALID_ARG, "xmlDesc in virNetworkCreateXML must not be NULL");
    g_assert_null(virNetworkCreateXML(f->readonly, "<network/>"));
    assertError(VIR_ERR_OPERATION_DENIED, DENIED "virNetworkCreateXML");
}

static void test_wrong_pointer(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_cmpint(virNetworkCreate((virNetworkPtr)f->conn), ==, -1);
    assertError(VIR_ERR_INVALID_NETWORK, "invalid network pointer in virNetworkCreate");
    g_assert_null(virNetworkGetName(NULL));
    assertError(VIR_ERR_INVALID_NETWORK, "invalid network pointer in virNetworkGetName");
    g_assert_null(virNetworkGetConnect(NULL));
    assertError(VIR_ERR_INVALID_NETWORK, "invalid network pointer in virNetworkGetConnect");
    g_assert_cmpint(virNetworkRef(NULL), ==, -1);
    assertError(VIR_ERR_INVALID_NETWORK, "invalid network pointer in virNetworkRef");
    g_assert_null(virNetworkLookupByName((virConnectPtr)f->net, "default"));
    assertError(VIR_ERR_INVALID_CONN, "invalid connection pointer in virNetworkLookupByName");
}

static void test_leases(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    virNetworkDHCPLeasePtr *leases = NULL;

    g_assert_cmpint(sizeof(virNetworkDHCPLease), ==, 72);
    g_assert_cmpint(virNetworkGetDHCPLeases(f->net, NULL, &leases, 0), ==, 0);
    g_assert_nonnull(leases);
    g_assert_null(leases[0]);
    free(leases);
    leases = (virNetworkDHCPLeasePtr *)f;
    g_assert_cmpint(virNetworkGetDHCPLeases(f->net, "no mac", &leases, 0), ==, -1);
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_MAC);
    g_assert_null(leases);
    g_assert_cmpint(virNetworkGetDHCPLeases(f->net, "52:54:00:00:00:01", NULL, 0), ==, 0);
    virNetworkDHCPLeaseFree(NULL);
}

#define ADD(name, function) g_test_add("/libvirt/network/" name, Fixture, NULL, setUp, function, tearDown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    virSetErrorFunc(NULL, ignore);
    ADD("lookups-find-by-name-and-uuid-or-say-why-not", test_lookups);
    ADD("lists-count-and-name-by-state", test_lists);
    ADD("list-arguments-are-checked", test_list_arguments);
    ADD("define-start-undefine-destroy-changes-state", test_life);
    ADD("create-from-xml-is-transient", test_create_xml);
    ADD("validate-refuses-what-the-schema-does-not-know", test_validate);
    ADD("update-adds-live-and-deletes", test_update);
    ADD("metadata-is-set-found-and-shown", test_metadata);
    ADD("null-arguments-are-refused-by-name", test_null_arguments);
    ADD("read-only-is-refused-in-order", test_read_only);
    ADD("no-network-is-refused", test_wrong_pointer);
    ADD("leases-are-an-array-that-ends-with-null", test_leases);
    return g_test_run();
}
