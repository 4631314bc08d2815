/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_parse_port.c: bandwidth, VLAN, virtual port profiles, portgroups and PCI addresses, to values and back
 *
 * Each element is read out of a parent of its own and written again. Where in a network they are allowed is tested with
 * the validation.
 */
#include <glib.h>
#include <string.h>

#include "network_format_port.h"
#include "network_parse_port.h"
#include "virerror.h"
#include "virxml.h"

#define ID "09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f"
#define XML_ERROR VIR_ERR_XML_ERROR
#define UNSUPPORTED VIR_ERR_CONFIG_UNSUPPORTED
#define NONE VIR_FROM_NONE

/* What an element belongs to. */
typedef enum { OF_NETWORK, OF_PORT } Owner;

static int readBandwidth(const xmlNode *parent, Owner owner, GString *out, GError **err)
{
    g_autoptr(virNetworkBandwidth) bandwidth = NULL;
    guint32 class_id = 0;

    if (virNetworkParseBandwidth(parent, owner == OF_PORT ? &class_id : NULL, &bandwidth, err) < 0) {
        g_assert_null(bandwidth);
        return -1;
    }
    virNetworkFormatBandwidth(out, 0, bandwidth, class_id);
    return 0;
}

static int readVlan(const xmlNode *parent, Owner owner G_GNUC_UNUSED, GString *out, GError **err)
{
    g_autoptr(virNetworkVlan) vlan = NULL;

    if (virNetworkParseVlan(parent, &vlan, err) < 0) {
        g_assert_null(vlan);
        return -1;
    }
    virNetworkFormatVlan(out, 0, vlan);
    return 0;
}

static int readVirtualPort(const xmlNode *parent, Owner owner, GString *out, GError **err)
{
    g_autoptr(virNetworkVirtualPort) port = NULL;

    if (virNetworkParseVirtualPort(parent, owner == OF_NETWORK, &port, err) < 0) {
        g_assert_null(port);
        return -1;
    }
    virNetworkFormatVirtualPort(out, 0, port);
    return 0;
}

static int readPortGroup(const xmlNode *parent, Owner owner G_GNUC_UNUSED, GString *out, GError **err)
{
    const virNetworkParseContext context = { .network = "n" };
    g_autoptr(virNetworkPortGroup) group = virNetworkPortGroupParse(virXMLFirst(parent, "portgroup"), &context, err);

    if (!group)
        return -1;
    virNetworkFormatPortGroup(out, 0, group);
    return 0;
}

static int readPciAddress(const xmlNode *parent, Owner owner, GString *out, GError **err)
{
    virPciAddress address = { 0 };

    if (virNetworkParsePciAddress(virXMLFirst(parent, "address"), &address, err) < 0)
        return -1;
    virNetworkFormatPciAddress(out, 0, &address, owner == OF_PORT ? 2 : 0);
    return 0;
}

typedef int (*Reader)(const xmlNode *parent, Owner owner, GString *out, GError **err);

/* Reads @xml within a parent and returns what is written for it, without line breaks and indentation; NULL if refused. */
static char *readAndWrite(Reader reader, Owner owner, const char *xml, GError **err)
{
    g_autofree char *whole = g_strdup_printf("<parent>%s</parent>", xml);
    const virXMLSource source = { .text = whole, .source = "test", .domain = VIR_FROM_NETWORK };
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, err);
    g_autoptr(GString) out = g_string_new(NULL);

    g_assert_nonnull(doc);
    if (reader(xmlDocGetRootElement(doc), owner, out, err) < 0)
        return NULL;
    g_string_replace(out, "\n", "", 0);
    g_string_replace(out, "  ", "", 0);
    return g_strdup(out->str);
}

/* --- What is taken ---------------------------------------------------------------------------------------------- */

typedef struct {
    Reader reader;
    Owner owner;
    const char *xml;
    const char *written;        /* NULL: as @xml */
} Taken;

#define QBG(attributes) "<virtualport type='802.1Qbg'><parameters " attributes "/></virtualport>"
#define OVS(attributes) "<virtualport type='openvswitch'><parameters " attributes "/></virtualport>"
#define GROUP(body) "<portgroup name='g'>" body "</portgroup>"
#define LIMIT(attributes) "<bandwidth><inbound " attributes "/></bandwidth>"
#define PCI(numbers) "<address type='pci' " numbers "/>"

static const Taken taken[] = {
    { readBandwidth, OF_NETWORK, "", NULL },
    { readBandwidth, OF_NETWORK, "<x:bandwidth xmlns:x='urn:x'/>", "" },
    { readBandwidth, OF_NETWORK, "<bandwidth/>", "" },
    { readBandwidth, OF_PORT, "<bandwidth/>", "" },
    { readBandwidth, OF_NETWORK, LIMIT("average='0'"), "<bandwidth></bandwidth>" },
    { readBandwidth, OF_PORT, LIMIT("average='0'"), "<bandwidth></bandwidth>" },
    { readBandwidth, OF_NETWORK, LIMIT("average='1'"), NULL },
    { readBandwidth, OF_NETWORK, LIMIT("average='1' peak='2' burst='3'"), NULL },
    { readBandwidth, OF_NETWORK, LIMIT("average='1' peak='0' burst='0'"), LIMIT("average='1'") },
    { readBandwidth, OF_NETWORK, LIMIT("average='18446744073709551615'"), NULL },
    { readBandwidth, OF_NETWORK, "<bandwidth><outbound average='2'/><inbound average='0' peak='9'/></bandwidth>",
      "<bandwidth><outbound average='2'/></bandwidth>" },
    { readBandwidth, OF_NETWORK, LIMIT("average='1'") LIMIT("average='2'"), LIMIT("average='1'") },
    { readBandwidth, OF_PORT, LIMIT("average='1' floor='2'"), NULL },
    { readBandwidth, OF_PORT, LIMIT("floor='2'"), NULL },
    { readBandwidth, OF_PORT, "<bandwidth classID='3'><inbound average='1'/></bandwidth>", NULL },
    { readVlan, OF_NETWORK, "", NULL },
    { readVlan, OF_NETWORK, "<vlan><tag id='0'/></vlan>", NULL },
    { readVlan, OF_NETWORK, "<vlan trunk='no'><tag id='4095'/></vlan>", "<vlan><tag id='4095'/></vlan>" },
    { readVlan, OF_NETWORK, "<vlan trunk='yes'><tag id='1'/></vlan>", NULL },
    { readVlan, OF_NETWORK, "<vlan><tag id='1'/><tag id='2'/></vlan>", "<vlan trunk='yes'><tag id='1'/><tag id='2'/></vlan>" },
    { readVlan, OF_NETWORK, "<vlan><tag id='1' nativeMode='tagged'/></vlan>", NULL },
    { readVlan, OF_NETWORK, "<vlan trunk='yes'><tag id='1'/><tag id='2' nativeMode='untagged'/></vlan>", NULL },
    { readVirtualPort, OF_NETWORK, "", NULL },
    { readVirtualPort, OF_NETWORK, "<virtualport type='802.1Qbg'/>", NULL },
    { readVirtualPort, OF_NETWORK, QBG("managerid='255' typeid='16777215' typeidversion='255' instanceid='" ID "'"), NULL },
    { readVirtualPort, OF_NETWORK, QBG("managerid='0' typeid='0' typeidversion='0'"), NULL },
    { readVirtualPort, OF_NETWORK, QBG("managerid='0x10'"), QBG("managerid='16'") },
    { readVirtualPort, OF_NETWORK,
      "<virtualport type='802.1Qbh'><parameters profileid='012345678901234567890123456789012345678'/></virtualport>", NULL },
    { readVirtualPort, OF_NETWORK, "<virtualport type='802.1Qbh'><parameters profileid=''/></virtualport>",
      "<virtualport type='802.1Qbh'/>" },
    { readVirtualPort, OF_NETWORK, OVS("interfaceid='" ID "' profileid='a &lt;b'"), NULL },
    { readVirtualPort, OF_NETWORK, "<virtualport type='midonet'><parameters interfaceid='" ID "' profileid='p'/></virtualport>",
      "<virtualport type='midonet'><parameters interfaceid='" ID "'/></virtualport>" },
    { readVirtualPort, OF_PORT, "<virtualport/>", "" },
    { readVirtualPort, OF_PORT, "<virtualport><parameters managerid='1' profileid='p'/></virtualport>", NULL },
    { readPortGroup, OF_NETWORK, GROUP(""), NULL },
    { readPortGroup, OF_NETWORK, "<portgroup name='g' default='no'></portgroup>", GROUP("") },
    { readPortGroup, OF_NETWORK, "<portgroup name='g' default='yes' trustGuestRxFilters='no'></portgroup>", NULL },
    { readPortGroup, OF_NETWORK, GROUP("<port isolated='yes'/>"), GROUP("") },
    { readPortGroup, OF_NETWORK, GROUP("<bandwidth><inbound average='1'/></bandwidth><virtualport type='openvswitch'/>"
                                       "<vlan><tag id='1'/></vlan>"),
      GROUP("<vlan><tag id='1'/></vlan><virtualport type='openvswitch'/><bandwidth><inbound average='1'/></bandwidth>") },
    { readPciAddress, OF_NETWORK, PCI("domain='0x0000' bus='0xfe' slot='0x1f' function='0x7'"), NULL },
    { readPciAddress, OF_NETWORK, PCI("domain='4294967295' bus='255' slot='31' function='1'"),
      PCI("domain='0xffffffff' bus='0xff' slot='0x1f' function='0x1'") },
    { readPciAddress, OF_PORT, PCI("bus='1' connections='9'"),
      PCI("domain='0x0000' bus='0x01' slot='0x00' function='0x0' connections='2'") },
};

static void testTaken(void)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(taken); i++) {
        g_autoptr(GError) err = NULL;
        g_autofree char *written = readAndWrite(taken[i].reader, taken[i].owner, taken[i].xml, &err);

        g_test_message("%s", taken[i].xml);
        g_assert_no_error(err);
        g_assert_cmpstr(written, ==, taken[i].written ? taken[i].written : taken[i].xml);
    }
}

/* --- What is refused -------------------------------------------------------------------------------------------- */

typedef struct {
    Reader reader;
    Owner owner;
    const char *xml;
    int code;
    int domain;
    const char *message;
} Refused;

#define BAD_LIMIT(name, value) "unsupported configuration: could not convert bandwidth " name " value '" value "'"
#define BAD_NUMBER(name, element, value) \
    "XML error: Invalid value for attribute '" name "' in element '" element "': '" value "'. Expected non-negative integer value"

static const Refused refused_bandwidths[] = {
    { readBandwidth, OF_NETWORK, LIMIT(""), VIR_ERR_XML_DETAIL, NONE, "Missing mandatory average or floor attributes" },
    { readBandwidth, OF_NETWORK, LIMIT("peak='1'"), VIR_ERR_XML_DETAIL, NONE, "Missing mandatory average or floor attributes" },
    { readBandwidth, OF_NETWORK, LIMIT("average='-1'"), UNSUPPORTED, NONE, BAD_LIMIT("average", "-1") },
    { readBandwidth, OF_NETWORK, LIMIT("average='1.5'"), UNSUPPORTED, NONE, BAD_LIMIT("average", "1.5") },
    { readBandwidth, OF_NETWORK, LIMIT("average='18446744073709551616'"), UNSUPPORTED, NONE,
      BAD_LIMIT("average", "18446744073709551616") },
    { readBandwidth, OF_NETWORK, LIMIT("average='1' peak='x'"), UNSUPPORTED, NONE, BAD_LIMIT("peak", "x") },
    { readBandwidth, OF_NETWORK, LIMIT("average='1' burst=''"), UNSUPPORTED, NONE, BAD_LIMIT("burst", "") },
    { readBandwidth, OF_PORT, LIMIT("floor='x'"), UNSUPPORTED, NONE, BAD_LIMIT("floor", "x") },
    { readBandwidth, OF_NETWORK, LIMIT("average='1' floor='1'"), UNSUPPORTED, NONE,
      "unsupported configuration: floor attribute is not supported for this config" },
    { readBandwidth, OF_PORT, "<bandwidth><outbound average='1' floor='1'/></bandwidth>", UNSUPPORTED, NONE,
      "unsupported configuration: 'floor' attribute allowed only in <inbound> element" },
    { readBandwidth, OF_NETWORK, "<bandwidth><inbound average='1'/><inbound average='1'/></bandwidth>", VIR_ERR_XML_DETAIL,
      NONE, "Only one child <inbound> element allowed" },
    { readBandwidth, OF_NETWORK, "<bandwidth><outbound average='1'/><outbound average='1'/></bandwidth>",
      VIR_ERR_XML_DETAIL, NONE, "Only one child <outbound> element allowed" },
    { readBandwidth, OF_NETWORK, "<bandwidth classID='3'/>", VIR_ERR_XML_DETAIL, NONE,
      "classID attribute not supported on <bandwidth> in this usage context" },
    { readBandwidth, OF_PORT, "<bandwidth classID='x'/>", VIR_ERR_INTERNAL_ERROR, NONE,
      "internal error: Unable to parse class id 'x'" },
    { readBandwidth, OF_PORT, "<bandwidth classID='4294967296'/>", VIR_ERR_INTERNAL_ERROR, NONE,
      "internal error: Unable to parse class id '4294967296'" },
};

static const Refused refused_vlans[] = {
    { readVlan, OF_NETWORK, "<vlan/>", XML_ERROR, NONE,
      "XML error: missing tag id - each <vlan> must have at least one <tag id='n'/> subelement" },
    { readVlan, OF_NETWORK, "<vlan><tag/></vlan>", XML_ERROR, VIR_FROM_XML,
      "XML error: Missing required attribute 'id' in element 'tag'" },
    { readVlan, OF_NETWORK, "<vlan><tag id='x'/></vlan>", XML_ERROR, VIR_FROM_XML, BAD_NUMBER("id", "tag", "x") },
    { readVlan, OF_NETWORK, "<vlan><tag id='0x10'/></vlan>", XML_ERROR, VIR_FROM_XML, BAD_NUMBER("id", "tag", "0x10") },
    { readVlan, OF_NETWORK, "<vlan><tag id='4096'/></vlan>", XML_ERROR, NONE,
      "XML error: vlan tag id 4096 too large (maximum 4095)" },
    { readVlan, OF_NETWORK, "<vlan><tag id='1' nativeMode='maybe'/></vlan>", XML_ERROR, VIR_FROM_XML,
      "XML error: Invalid value for attribute 'nativeMode' in element 'tag': 'maybe'." },
    { readVlan, OF_NETWORK, "<vlan><tag id='1' nativeMode='tagged'/><tag id='2' nativeMode='tagged'/></vlan>", XML_ERROR, NONE,
      "XML error: duplicate native vlan setting" },
    { readVlan, OF_NETWORK, "<vlan trunk='no'><tag id='1'/><tag id='2'/></vlan>", XML_ERROR, NONE,
      "XML error: invalid \"trunk='no'\" in <vlan> - trunk='yes' is required for more than one vlan tag" },
    { readVlan, OF_NETWORK, "<vlan trunk='no'><tag id='1' nativeMode='tagged'/></vlan>", XML_ERROR, NONE,
      "XML error: invalid configuration in <vlan> - \"trunk='no'\" is not allowed with a native vlan id" },
    { readVlan, OF_NETWORK, "<vlan trunk='x'><tag id='1'/></vlan>", XML_ERROR, NONE,
      "XML error: invalid \"trunk='x'\" in <vlan> - must be yes or no" },
};

#define EXTRA(name, type) "XML error: extra " name " unsupported in <virtualport type='" type "'>"

static const Refused refused_ports[] = {
    { readVirtualPort, OF_NETWORK, "<virtualport/>", XML_ERROR, NONE, "XML error: missing required virtualport type" },
    { readVirtualPort, OF_PORT, "<virtualport type='none'/>", UNSUPPORTED, NONE,
      "unsupported configuration: unknown virtualport type none" },
    { readVirtualPort, OF_NETWORK, QBG("managerid='x'"), XML_ERROR, NONE, "XML error: cannot parse value of managerid parameter" },
    { readVirtualPort, OF_NETWORK, QBG("managerid='256'"), XML_ERROR, NONE, "XML error: value of managerid out of range" },
    { readVirtualPort, OF_NETWORK, QBG("typeid='-1'"), XML_ERROR, NONE, "XML error: cannot parse value of typeid parameter" },
    { readVirtualPort, OF_NETWORK, QBG("typeid='16777216'"), XML_ERROR, NONE, "XML error: value for typeid out of range" },
    { readVirtualPort, OF_NETWORK, QBG("typeidversion='0x'"), XML_ERROR, NONE,
      "XML error: cannot parse value of typeidversion parameter" },
    { readVirtualPort, OF_NETWORK, QBG("typeidversion='256'"), XML_ERROR, NONE, "XML error: value of typeidversion out of range" },
    { readVirtualPort, OF_NETWORK, QBG("instanceid='zz'"), XML_ERROR, NONE,
      "XML error: cannot parse instanceid parameter as a uuid" },
    { readVirtualPort, OF_NETWORK, OVS("interfaceid='zz'"), XML_ERROR, NONE,
      "XML error: cannot parse interfaceid parameter as a uuid" },
    { readVirtualPort, OF_NETWORK, OVS("profileid='0123456789012345678901234567890123456789'"), XML_ERROR, NONE,
      "XML error: profileid parameter too long" },
    { readVirtualPort, OF_NETWORK, OVS("managerid='1'"), XML_ERROR, VIR_FROM_NET, EXTRA("managerid", "openvswitch") },
    { readVirtualPort, OF_NETWORK, OVS("typeid='1'"), XML_ERROR, VIR_FROM_NET, EXTRA("typeid", "openvswitch") },
    { readVirtualPort, OF_NETWORK, OVS("typeidversion='1'"), XML_ERROR, VIR_FROM_NET, EXTRA("typeidversion", "openvswitch") },
    { readVirtualPort, OF_NETWORK, OVS("instanceid='" ID "'"), XML_ERROR, VIR_FROM_NET, EXTRA("instanceid", "openvswitch") },
    { readVirtualPort, OF_NETWORK, QBG("profileid='p'"), XML_ERROR, VIR_FROM_NET, EXTRA("profileid", "802.1Qbg") },
    { readVirtualPort, OF_NETWORK, QBG("interfaceid='" ID "'"), XML_ERROR, VIR_FROM_NET, EXTRA("interfaceid", "802.1Qbg") },
    { readPortGroup, OF_NETWORK, "<portgroup/>", XML_ERROR, VIR_FROM_NETWORK,
      "XML error: Missing required name attribute in portgroup" },
    { readPortGroup, OF_NETWORK, "<portgroup name=''/>", XML_ERROR, VIR_FROM_NETWORK,
      "XML error: Missing required name attribute in portgroup" },
    { readPortGroup, OF_NETWORK, "<portgroup name='g' trustGuestRxFilters='x'/>", XML_ERROR, VIR_FROM_XML,
      "XML error: Invalid value for attribute 'trustGuestRxFilters' in element 'portgroup': 'x'." },
    { readPortGroup, OF_NETWORK, GROUP("<vlan/>"), XML_ERROR, NONE,
      "XML error: missing tag id - each <vlan> must have at least one <tag id='n'/> subelement" },
    { readPortGroup, OF_NETWORK, GROUP("<virtualport type='none'/>"), UNSUPPORTED, NONE,
      "unsupported configuration: unknown virtualport type none" },
    { readPortGroup, OF_NETWORK, GROUP(LIMIT("floor='1'")), UNSUPPORTED, NONE,
      "unsupported configuration: floor attribute is not supported for this config" },
    { readPciAddress, OF_NETWORK, PCI("domain='x'"), XML_ERROR, VIR_FROM_XML, BAD_NUMBER("domain", "address", "x") },
    { readPciAddress, OF_NETWORK, PCI("domain='0x100000000'"), XML_ERROR, VIR_FROM_XML,
      BAD_NUMBER("domain", "address", "0x100000000") },
    { readPciAddress, OF_NETWORK, PCI("slot='-1'"), XML_ERROR, VIR_FROM_XML, BAD_NUMBER("slot", "address", "-1") },
    { readPciAddress, OF_NETWORK, PCI("bus='256'"), XML_ERROR, NONE, "XML error: Invalid PCI address bus='0x100', must be <= 0xFF" },
    { readPciAddress, OF_NETWORK, PCI("slot='0x40'"), XML_ERROR, NONE, "XML error: Invalid PCI address slot='0x40', must be <= 0x1F" },
    { readPciAddress, OF_NETWORK, PCI("function='8'"), XML_ERROR, NONE, "XML error: Invalid PCI address function=0x8, must be <= 7" },
};

typedef struct {
    const Refused *rows;
    size_t n_rows;
} Table;

static void testRefused(gconstpointer opaque)
{
    const Table *table = opaque;
    size_t i;

    for (i = 0; i < table->n_rows; i++) {
        const Refused *row = &table->rows[i];
        g_autoptr(GError) err = NULL;
        g_autofree char *written = readAndWrite(row->reader, row->owner, row->xml, &err);

        g_test_message("%s", row->xml);
        g_assert_null(written);
        g_assert_error(err, VIR_ERROR, row->code);
        g_assert_cmpstr(err->message, ==, row->message);
        g_assert_cmpint(virErrorGetInfo(err)->domain, ==, row->domain);
    }
}

int main(int argc, char **argv)
{
    static const Table bandwidths = { refused_bandwidths, G_N_ELEMENTS(refused_bandwidths) };
    static const Table vlans = { refused_vlans, G_N_ELEMENTS(refused_vlans) };
    static const Table ports = { refused_ports, G_N_ELEMENTS(refused_ports) };

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/network-parse-port/what-is-taken-is-written-in-one-form", testTaken);
    g_test_add_data_func("/network-parse-port/bad-bandwidth-is-refused-with-libvirts-words", &bandwidths, testRefused);
    g_test_add_data_func("/network-parse-port/bad-vlan-is-refused-with-libvirts-words", &vlans, testRefused);
    g_test_add_data_func("/network-parse-port/bad-profile-group-and-address-are-refused-with-libvirts-words", &ports, testRefused);
    return g_test_run();
}
