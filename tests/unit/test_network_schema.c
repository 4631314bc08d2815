/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_schema.c: the schemas of networks and their ports, and how documents are held against them
 *
 * Documents that must pass (among them all that the recorded cases may define), documents that must not, with the
 * place that the error names, and schemas that cannot be read. The flags of the API are tested with the library.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <json-c/json.h>
#include <libxml/parser.h>
#include <string.h>

#include "virerror.h"
#include "virxml.h"
#include "virxmlschema.h"

/* SCHEMAS and CASES, the folders that are meant, come from meson.build. */
#define NETWORK SCHEMAS "/network.rng"
#define PORT SCHEMAS "/networkport.rng"

#define NET(body) "<network>\n<name>n</name>\n" body "\n</network>"
#define IP(body) NET("<ip address='10.0.0.1'>\n" body "</ip>")
#define DHCP(body) IP("<dhcp>\n" body "</dhcp>")
#define DNS(body) NET("<dns>\n" body "</dns>")
#define FORWARD(body) NET("<forward>\n" body "</forward>")
#define OPTIONS(body) NET("<d:options xmlns:d='http://libvirt.org/schemas/network/dnsmasq/1.0'>" body "</d:options>")
#define A_UUID "11111111-2222-4333-8444-555555555555"
#define AN_OWNER "<owner><name>guest</name><uuid>" A_UUID "</uuid></owner>"
#define BARE_PORT(body) "<networkport>\n<mac address='52:54:00:00:00:01'/><uuid>" A_UUID "</uuid>\n" body "\n</networkport>"
#define A_PORT(body) BARE_PORT(AN_OWNER body)

static virXMLDoc *parsed(const char *text)
{
    const virXMLSource source = { .text = text, .source = "(doc)", .domain = VIR_FROM_NETWORK };
    g_autoptr(GError) err = NULL;
    virXMLDoc *doc = virXMLParse(&source, &err);

    g_assert_no_error(err);
    return doc;
}

static int judge(const char *text, const char *schema, GError **err)
{
    g_autoptr(virXMLDoc) doc = parsed(text);

    return virXMLSchemaValidate(doc, schema, err);
}

/* --- What passes ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *schema;
    const char *text;
} right[] = {
    { NETWORK, NET("") },
    { NETWORK, "<network><ip address='10.0.0.1'/><bridge name='b%d'/><ip address='fd00::1' family='ipv6'/>"
               "<name>n</name></network>" },
    { NETWORK, "<network ipv6='yes' trustGuestRxFilters='no' connections='3'>"
               "<name>a b.&amp;\xc3\xbc</name></network>" },
    { NETWORK, NET("<title>a title</title><description>two\nlines</description><uuid>" A_UUID "</uuid>") },
    { NETWORK, NET("<uuid>11111111222243338444555555555555</uuid>") },
    { NETWORK, NET("<metadata><a:x xmlns:a='u' v='1' a:w='2'>t<a:y/><z v='3'/></a:x><x xmlns='v'/></metadata>") },
    { NETWORK, NET("<!-- a remark -->"
                   "<bridge name='b' zone='my_zone-1' stp='off' delay='4' macTableManager='libvirt'/>") },
    { NETWORK, NET("<mtu size='9000'/><mac address='2:54:0:CC:0:1'/>") },
    { NETWORK, NET("<domain name='x.example' localOnly='no' register='yes'/>") },
    { NETWORK, NET("<forward dev='e1' mode='nat'><interface dev='e1' connections='1'/><nat ipv6='yes'>"
                   "<port start='0' end='65535'/><address start='192.0.2.1' end='192.0.2.9'/></nat></forward>") },
    { NETWORK, NET("<forward mode='hostdev' managed='yes'><driver name='vfio' model='mlx5_vfio_pci'/><pf dev='e1'/>"
                   "<address type='pci' domain='0' bus='4' slot='31' function='7'/>"
                   "<address type='pci' domain='0x0000' bus='0xff' slot='0x1f' function='0x7' connections='1'/>"
                   "</forward>") },
    { NETWORK, NET("<portgroup name='a' default='yes' trustGuestRxFilters='yes'><bandwidth><outbound average='1'/>"
                   "<inbound average='1000' peak='5000' burst='5120'/></bandwidth>"
                   "<vlan trunk='yes'><tag id='0'/><tag id='4095' nativeMode='untagged'/></vlan></portgroup>"
                   "<portgroup name='b'/>") },
    { NETWORK, NET("<virtualport type='802.1Qbg'><parameters managerid='11' typeid='1193047' typeidversion='2' "
                   "instanceid='" A_UUID "'/></virtualport>") },
    { NETWORK, NET("<virtualport type='802.1Qbh'><parameters profileid='p'/></virtualport>") },
    { NETWORK, NET("<virtualport type='openvswitch'/>") },
    { NETWORK, NET("<virtualport type='openvswitch'>"
                   "<parameters interfaceid='" A_UUID "' profileid='p'/></virtualport>") },
    { NETWORK, NET("<virtualport type='midonet'><parameters interfaceid='" A_UUID "'/></virtualport>") },
    { NETWORK, NET("<virtualport><parameters profileid='p' managerid='1'/></virtualport>") },
    { NETWORK, NET("<port isolated='yes'/>") },
    { NETWORK, NET("<ip address='10.0.0.1' family='ipv4' prefix='8' localPtr='yes'>"
                   "<tftp root='/srv/tftp boot'/></ip>") },
    { NETWORK, DHCP("<bootp file='pxe.0' server='fd00::2'/>"
                    "<host id='0:4:7e' name='a' ip='::1'><lease expiry='0'/></host>"
                    "<range start='10.0.0.2' end='10.0.0.9'><lease expiry='2' unit='hours'/></range>") },
    { NETWORK, DNS("<host ip='::ffff:192.0.2.1'><hostname>a.example</hostname><hostname>b</hostname></host>"
                   "<txt name='a' value=''/><forwarder domain='x.example'/><forwarder addr='192.0.2.1' port='5353'/>"
                   "<srv service='ldap' protocol='tcp' domain='d' target='.' port='1' priority='0' weight='65535'/>") },
    { NETWORK, NET("<dns enable='no' forwardPlainNames='no'/>") },
    { NETWORK, NET("<route address='0.0.0.0' prefix='0' gateway='10.0.0.2'/>"
                   "<route family='ipv6' address='fd00::' prefix='64' gateway='fd01::1' metric='4294967295'/>") },
    { NETWORK, OPTIONS("") },
    { NETWORK, OPTIONS("<d:option value='cname=*.foo.example.com,master'/><d:option value='log-queries'/>") },
    { PORT, A_PORT("") },
    { PORT, BARE_PORT("<owner><uuid>" A_UUID "</uuid><name/></owner><group>web/1</group>"
                   "<rxfilters trustGuest='yes'/><port isolated='no'/><vlan><tag id='5'/></vlan>"
                   "<bandwidth classID='3'><inbound average='1' peak='2' floor='3' burst='4'/></bandwidth>"
                   "<virtualport type='openvswitch'/>") },
    { PORT, A_PORT("<bandwidth><inbound floor='3'/><outbound floor='4'/></bandwidth>") },
    { PORT, A_PORT("<plug type='hostdev-pci'><address/></plug>") },
    { PORT, A_PORT("<plug type='network' bridge='virbr0' macTableManager='libvirt'/>") },
    { PORT, A_PORT("<plug type='bridge' bridge='br2'/>") },
    { PORT, A_PORT("<plug type='direct' dev='ens3' mode='vepa'/>") },
    { PORT, A_PORT("<plug type='hostdev-pci' managed='yes'><driver name='vfio'/>"
                   "<address domain='0x0001' bus='0x02' slot='0x03' function='0x4'/></plug>") },
};

static void rightDocumentsPass(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(right); i++) {
        g_autoptr(GError) err = NULL;

        if (judge(right[i].text, right[i].schema, &err) == 0)
            continue;
        g_test_message("%s: %s", right[i].text, err->message);
        g_test_fail();
    }
}

/* --- What does not ---------------------------------------------------------------------------------------------- */

static const struct {
    const char *schema;
    const char *text;
    const char *fault;          /* what it says among the rest; the innermost that names the place */
} wrong[] = {
    { NETWORK, "<network/>", "line 1: Expecting an element name, got nothing" },
    { NETWORK, "<domain/>", "line 1: Expecting element network, got domain" },
    { NETWORK, "<network colour='red'><name>n</name></network>",
      "line 1: Invalid attribute colour for element network" },
    { NETWORK, "<network ipv6='maybe'><name>n</name></network>", "line 1: Invalid attribute ipv6 for element network" },
    { NETWORK, "<network connections='-1'><name>n</name></network>",
      "line 1: Invalid attribute connections for element network" },
    { NETWORK, "<network trustGuestRxFilters=''><name>n</name></network>",
      "line 1: Invalid attribute trustGuestRxFilters for element network" },
    { NETWORK, "<network><name>a/b</name></network>", "line 1: Error validating datatype string" },
    { NETWORK, "<network><name/></network>", "line 1: Error validating datatype string" },
    { NETWORK, "<network xmlns='u'><name>n</name></network>", "line 1: Expecting no namespace for element network" },
    { NETWORK, NET("<name>b</name>"), "Extra element name in interleave" },
    { NETWORK, NET("<colour/>"), "line 3: Element network has extra content: colour" },
    { NETWORK, NET("<x:bridge xmlns:x='u'/>"), "line 3: Element network has extra content: bridge" },
    { NETWORK, NET("text"), "line 1: Element network has extra content: text" },
    { NETWORK, NET("<uuid>zz</uuid>"), "line 3: Error validating datatype string" },
    { NETWORK, NET("<title>two\nlines</title>"), "line 3: Error validating datatype string" },
    { NETWORK, NET("<description><b/></description>"), "line 3: Element description has extra content: b" },
    { NETWORK, NET("<metadata><x/></metadata>"), "line 3: Element metadata has extra content: x" },
    { NETWORK, NET("<bridge name='a'/><bridge name='b'/>"), "Extra element bridge in interleave" },
    { NETWORK, NET("<bridge name='a&#10;b'/>"), "line 3: Invalid attribute name for element bridge" },
    { NETWORK, NET("<bridge stp='maybe'/>"), "line 3: Invalid attribute stp for element bridge" },
    { NETWORK, NET("<bridge delay='1.5'/>"), "line 3: Invalid attribute delay for element bridge" },
    { NETWORK, NET("<bridge macTableManager='guest'/>"),
      "line 3: Invalid attribute macTableManager for element bridge" },
    { NETWORK, NET("<bridge zone='a b'/>"), "line 3: Invalid attribute zone for element bridge" },
    { NETWORK, NET("<mtu size='big'/>"), "line 3: Type unsignedInt doesn't allow value 'big'" },
    { NETWORK, NET("<mtu/>"), "line 3: Element mtu failed to validate attributes" },
    { NETWORK, NET("<mac address='01:00:5e:00:00:01'/>"), "line 3: Element mac failed to validate attributes" },
    { NETWORK, NET("<mac address='52:54'/>"), "line 3: Element mac failed to validate attributes" },
    { NETWORK, NET("<domain localOnly='yes'/>"), "Element domain failed to validate attributes" },
    { NETWORK, NET("<domain name='a' register='maybe'/>"), "line 3: Invalid attribute register for element domain" },
    { NETWORK, NET("<forward mode='teleport'/>"), "line 3: Invalid attribute mode for element forward" },
    { NETWORK, NET("<forward managed='1'/>"), "line 3: Invalid attribute managed for element forward" },
    { NETWORK, FORWARD("<interface dev='e1'/>\n<interface/>"),
      "line 5: Element interface failed to validate attributes" },
    { NETWORK, FORWARD("<pf/>"), "line 4: Element pf failed to validate attributes" },
    { NETWORK, FORWARD("<driver name='x'/>"), "line 4: Invalid attribute name for element driver" },
    { NETWORK, FORWARD("<nat>\n<port start='1' end='70000'/></nat>"),
      "line 5: Type unsignedShort doesn't allow value '70000'" },
    { NETWORK, FORWARD("<nat>\n<address start='10.0.0.256' end='10.0.0.9'/></nat>"),
      "line 5: Element address failed to validate attributes" },
    { NETWORK, FORWARD("<address type='usb' bus='0' slot='0' function='0'/>"),
      "line 4: Element address failed to validate attributes" },
    { NETWORK, FORWARD("<address type='pci' bus='0' slot='0x20' function='0'/>"),
      "line 4: Element address failed to validate attributes" },
    { NETWORK, NET("<vlan/>"), "line 3: Expecting an element tag, got nothing" },
    { NETWORK, NET("<vlan>\n<tag id='4096'/></vlan>"), "line 4: Element tag failed to validate attributes" },
    { NETWORK, NET("<vlan>\n<tag id='1' nativeMode='maybe'/></vlan>"),
      "line 4: Invalid attribute nativeMode for element tag" },
    { NETWORK, NET("<port isolated='maybe'/>"), "line 3: Invalid attribute isolated for element port" },
    { NETWORK, NET("<portgroup default='yes'/>"), "Element portgroup failed to validate attributes" },
    { NETWORK, NET("<bandwidth>\n<inbound average='0'/></bandwidth>"), "line 4: Element bandwidth failed to validate content" },
    { NETWORK, NET("<bandwidth>\n<inbound ceil='1'/></bandwidth>"), "line 4: Element bandwidth failed to validate content" },
    { NETWORK, NET("<virtualport type='x'/>"), "line 3: Invalid attribute type for element virtualport" },
    { NETWORK, NET("<virtualport type='openvswitch'><parameters managerid='1'/></virtualport>"),
      "line 3: Invalid attribute type for element virtualport" },
    { NETWORK, NET("<virtualport type='midonet'/>"), "line 3: Invalid attribute type for element virtualport" },
    { NETWORK, NET("<ip/>"), "line 3: Element ip failed to validate attributes" },
    { NETWORK, NET("<ip address='10.1'/>"), "line 3: Element ip failed to validate attributes" },
    { NETWORK, NET("<ip address='10.0.0.1' netmask='255.0.0.0' prefix='8'/>"),
      "line 3: Invalid attribute prefix for element ip" },
    { NETWORK, NET("<ip address='10.0.0.1' prefix='129'/>"), "line 3: Invalid attribute prefix for element ip" },
    { NETWORK, NET("<ip address='10.0.0.1' family='ipx'/>"), "line 3: Invalid attribute family for element ip" },
    { NETWORK, NET("<ip address='10.0.0.1' localPtr='1'/>"), "line 3: Invalid attribute localPtr for element ip" },
    { NETWORK, IP("<tftp/>"), "line 4: Element tftp failed to validate attributes" },
    { NETWORK, DHCP("<range start='10.0.0.2'/>"), "line 5: Element range failed to validate attributes" },
    { NETWORK, DHCP("<host mac='zz' ip='10.0.0.4'/>"), "line 5: Invalid attribute mac for element host" },
    { NETWORK, DHCP("<host id='zz' ip='10.0.0.4'/>"), "line 5: Invalid attribute id for element host" },
    { NETWORK, DHCP("<host name='a,b' ip='10.0.0.4'/>"), "line 5: Invalid attribute name for element host" },
    { NETWORK, DHCP("<host name='a' ip='10.0.0.4'>\n<lease expiry='1' unit='days'/></host>"),
      "line 6: Element host has extra content: lease" },
    { NETWORK, DHCP("<bootp/>"), "line 5: Element bootp failed to validate attributes" },
    { NETWORK, NET("<dns enable='maybe'/>"), "line 3: Invalid attribute enable for element dns" },
    { NETWORK, DNS("<txt name='a' value='b'/>\n<txt name='a b' value='c'/>"),
      "line 5: Element txt failed to validate attributes" },
    { NETWORK, DNS("<host ip='10.0.0.1'/>"), "line 4: Expecting an element hostname, got nothing" },
    { NETWORK, DNS("<srv service='a'/>"), "line 4: Element srv failed to validate attributes" },
    { NETWORK, DNS("<srv service='a' protocol='tcp' port='0'/>"), "line 4: Invalid attribute port for element srv" },
    { NETWORK, DNS("<forwarder addr='ns.example'/>"), "line 4: Invalid attribute addr for element forwarder" },
    { NETWORK, NET("<route address='10.0.0.0' prefix='8'/>"), "Element route failed to validate attributes" },
    { NETWORK, NET("<route address='10.0.0.0' prefix='8' gateway='10.0.0.1' metric='0'/>"),
      "line 3: Invalid attribute metric for element route" },
    { NETWORK, OPTIONS("<d:option/>"), "line 3: Element option failed to validate attributes" },
    { NETWORK, OPTIONS("<option value='a'/>"), "line 3: Expecting a namespace for element option" },
    { PORT, "<networkport/>", "line 1: Expecting an element uuid, got nothing" },
    { PORT, BARE_PORT(""), "line 1: Expecting an element owner, got nothing" },
    { PORT, A_PORT("<group/>"), "Extra element group in interleave" },
    { PORT, A_PORT("<vlan trunk='no'><tag id='1'/></vlan>"), "Extra element vlan in interleave" },
    { PORT, BARE_PORT("<owner><name>g</name></owner>"), "line 3: Expecting an element uuid, got nothing" },
    { PORT, A_PORT("<rxfilters/>"), "line 3: Element rxfilters failed to validate attributes" },
    { PORT, A_PORT("<plug type='bridge'/>"), "line 3: Element plug failed to validate content" },
    { PORT, A_PORT("<plug type='direct' dev='e1' mode='nat'/>"), "line 3: Element plug failed to validate content" },
    { PORT, A_PORT("<ip address='10.0.0.1'/>"), "line 3: Element networkport has extra content: ip" },
};

/* Whether @err is what a document of the wrong form gets, and has a line @fault. */
static gboolean tells(const GError *err, const char *schema, const char *fault)
{
    g_autofree char *start = g_strdup_printf("XML document failed to validate against schema: Unable to validate doc "
                                             "against %s\n", schema);
    g_auto(GStrv) lines = g_strsplit(err->message, "\n", -1);

    return g_error_matches(err, VIR_ERROR, VIR_ERR_XML_INVALID_SCHEMA) && virErrorGetInfo(err)->domain == VIR_FROM_XML &&
           g_str_has_prefix(err->message, start) && strstr(err->message, "\nline ") &&
           g_strv_contains((const char *const *)lines, fault);
}

static void wrongDocumentsAreRefusedWithTheirPlace(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) err = NULL;

        if (judge(wrong[i].text, wrong[i].schema, &err) < 0 && tells(err, wrong[i].schema, wrong[i].fault))
            continue;
        g_test_message("%s: %s", wrong[i].text, err ? err->message : "passed");
        g_test_fail();
    }
}

static void listOfFaultsHasAnEnd(void)
{
    g_autoptr(GString) text = g_string_new("<network><name>n</name>");
    g_autoptr(GError) err = NULL;

    for (int i = 0; i < 5000; i++)
        g_string_append(text, "<portgroup>\n<vlan/></portgroup>");
    g_string_append(text, "</network>");
    g_assert_cmpint(judge(text->str, NETWORK, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_XML_INVALID_SCHEMA);
    g_assert_cmpuint(strlen(err->message), <, 4096);
}

/* --- Recorded cases --------------------------------------------------------------------------------------------- */

/* What libvirt 9.0.0 takes when nobody asks for the schema, and drops or misreads. */
static const char *const lax[] = {
    "define-unknown-element", "define-metadata-no-namespace", "define-entity", "define-newline-in-bridge",
    "define-newline-in-forward-dev", "define-bridge-stp-bad", "define-forward-two", "define-ip-short-address",
    "define-dhcp-bootp-no-file", "define-dns-two", NULL,
};

static gboolean isTrue(json_object *object, const char *name)
{
    return json_object_get_boolean(json_object_object_get(object, name));
}

static void checkStep(const char *name, json_object *step)
{
    const char *xml = json_object_get_string(json_object_object_get(step, "xml"));
    g_autoptr(GError) err = NULL;

    if (!xml || !isTrue(json_object_object_get(step, "expect"), "ok") || strstr(xml, "<!DOCTYPE"))
        return;
    if ((judge(xml, NETWORK, &err) < 0) == g_strv_contains(lax, name))
        return;
    g_test_message("%s: %s", name, err ? err->message : "passed");
    g_test_fail();
}

static void definitionsOfRecordedCasesPass(void)
{
    json_object *cases = json_object_from_file(CASES "/define.json");

    g_assert_nonnull(cases);
    g_assert_cmpuint(json_object_array_length(cases), >, 100);
    for (gsize i = 0; i < json_object_array_length(cases); i++) {
        json_object *one = json_object_array_get_idx(cases, i);
        json_object *step = json_object_array_get_idx(json_object_object_get(one, "steps"), 0);

        checkStep(json_object_get_string(json_object_object_get(one, "name")), step);
    }
    json_object_put(cases);
}

/* --- Schemas ---------------------------------------------------------------------------------------------------- */

static void missingSchemaIsNamed(void)
{
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(judge("<a/>", SCHEMAS "/none.rng", &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpstr(err->message, ==, "internal error: Unable to parse RNG " SCHEMAS "/none.rng: there is no such file");
}

static void brokenSchemaIsNamed(void)
{
    g_autofree char *dir = g_dir_make_tmp("schema-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "a.rng", NULL);
    g_autofree char *start = g_strdup_printf("internal error: Unable to parse RNG %s: ", path);
    g_autoptr(GError) err = NULL;

    g_assert_true(g_file_set_contents(path, "<grammar xmlns='http://relaxng.org/ns/structure/1.0'/>", -1, NULL));
    g_assert_cmpint(judge("<a/>", path, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_true(g_str_has_prefix(err->message, start));
    g_clear_error(&err);
    /* What could not be read is read again. */
    g_assert_true(g_file_set_contents(path, "<element xmlns='http://relaxng.org/ns/structure/1.0' name='a'><empty/></element>",
                                      -1, NULL));
    g_assert_cmpint(judge("<a/>", path, &err), ==, 0);
    g_assert_no_error(err);
    g_unlink(path);
    g_rmdir(dir);
}

static gpointer judgeOften(gpointer count)
{
    gpointer n_wrong = NULL;

    for (int i = 0; i < GPOINTER_TO_INT(count); i++) {
        g_autoptr(GError) err = NULL;

        if (judge(right[i % (int)G_N_ELEMENTS(right)].text, right[i % (int)G_N_ELEMENTS(right)].schema, NULL) < 0 ||
            judge(NET("<mtu/>"), NETWORK, &err) == 0)
            n_wrong = GINT_TO_POINTER(GPOINTER_TO_INT(n_wrong) + 1);
    }
    return n_wrong;
}

static void threadsShareSchemas(void)
{
    GThread *threads[4];

    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("judge", judgeOften, GINT_TO_POINTER(100));
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_assert_cmpint(GPOINTER_TO_INT(g_thread_join(threads[i])), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    xmlInitParser();
    g_test_add_func("/network/schema/threads-share-schemas", threadsShareSchemas);
    g_test_add_func("/network/schema/right-documents-pass", rightDocumentsPass);
    g_test_add_func("/network/schema/wrong-documents-are-refused-with-their-place", wrongDocumentsAreRefusedWithTheirPlace);
    g_test_add_func("/network/schema/list-of-faults-has-an-end", listOfFaultsHasAnEnd);
    g_test_add_func("/network/schema/definitions-of-recorded-cases-pass", definitionsOfRecordedCasesPass);
    g_test_add_func("/network/schema/missing-schema-is-named", missingSchemaIsNamed);
    g_test_add_func("/network/schema/broken-schema-is-named-and-read-again", brokenSchemaIsNamed);
    return g_test_run();
}
