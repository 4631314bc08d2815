/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_parse_parts.c: pools of devices, options of the bridge, routes, labels and what goes to ports, and back
 *
 * The rest of the format is tested in test_network_parse.c; which parts go together in test_network_validate_mode.c.
 */
#include "test_network_parse.h"

#include "virxml.h"

#define ROUTE(attributes) NET("<route " attributes "/>")
#define POOL(mode, body) NET("<forward mode='" mode "'>" body "</forward>")
#define PCI(attributes) POOL("hostdev", "<address " attributes "/>")
#define BAD_VALUE(name, element, value) "XML error: Invalid value for attribute '" name "' in element '" element "': '" value "'."
#define BAD_NUMBER(name, element, value) BAD_VALUE(name, element, value) " Expected non-negative integer value"

static const Refusal forward_refusals[] = {
    { POOL("passthrough", "<interface/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Missing required dev attribute in <forward> <interface> element of network n" },
    { POOL("passthrough", "<interface dev='a'/><interface dev='a'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: interface 'a' can only be listed once in network n" },
    { NET("<forward mode='vepa' dev='a'><interface dev='b'/></forward>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: <forward dev='a'> must match first <interface dev='b'/> in network n" },
    { POOL("hostdev", "<pf/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Missing required dev attribute in <pf> element of network 'n'" },
    { POOL("hostdev", "<pf dev=''/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Missing required dev attribute in <pf> element of network 'n'" },
    { POOL("hostdev", "<pf dev='a'/><pf dev='b'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Only one <pf> element is allowed in <forward> of network n" },
    { NET("<forward mode='passthrough' dev='a'><pf dev='b'/></forward>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: the <forward> 'dev' attribute cannot be used when <address> or <pf> sub-elements are present in network n" },
    { NET("<forward mode='hostdev' dev='a'><address type='pci'/></forward>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: the <forward> 'dev' attribute cannot be used when <address> or <pf> sub-elements are present in network n" },
    { PCI(""), VIR_ERR_XML_ERROR, NETWORK, "XML error: missing address type in network n" },
    { PCI("type='usb'"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: unknown address type 'usb' in network n" },
    { PCI("type='pci' slot='0x40'"), VIR_ERR_XML_ERROR, VIR_FROM_NONE,
      "XML error: Invalid PCI address slot='0x40', must be <= 0x1F" },
    { POOL("hostdev", "<address type='pci' bus='0xfe' slot='31' function='1'/><address type='pci' bus='254' slot='0x1f' "
           "function='1'/>"),
      VIR_ERR_XML_ERROR, NETWORK, "XML error: PCI device '0000:fe:1f.1' can only be listed once in network n" },
    { POOL("hostdev", "<driver name='magic'/>"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: Unknown forward <driver name='magic'/> in network n" },
    { POOL("private", "<nat/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: The <nat> element can only be used when <forward> 'mode' is 'nat' in network n" },
};

static const Refusal bridge_refusals[] = {
    { NET("<bridge macTableManager='x'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid macTableManager setting 'x' in network 'n'" },
    { NET("<domain name='d' register='maybe'/>"), VIR_ERR_XML_ERROR, XML, BAD_VALUE("register", "domain", "maybe") },
    { NET("<title>a\nb</title>"), VIR_ERR_XML_ERROR, NETWORK, "XML error: Network title can't contain newlines" },
    { NET("<port isolated='maybe'/>"), VIR_ERR_XML_ERROR, XML, BAD_VALUE("isolated", "port", "maybe") },
    { "<network trustGuestRxFilters='maybe'><name>n</name></network>", VIR_ERR_XML_ERROR, XML,
      BAD_VALUE("trustGuestRxFilters", "network", "maybe") },
    { NET("<vlan/>"), VIR_ERR_XML_ERROR, VIR_FROM_NONE,
      "XML error: missing tag id - each <vlan> must have at least one <tag id='n'/> subelement" },
    { NET("<bandwidth><inbound average='1' floor='1'/></bandwidth>"), VIR_ERR_CONFIG_UNSUPPORTED, VIR_FROM_NONE,
      "unsupported configuration: floor attribute is not supported for this config" },
    { NET("<virtualport/>"), VIR_ERR_XML_ERROR, VIR_FROM_NONE, "XML error: missing required virtualport type" },
    { NET("<portgroup default='yes'/>"), VIR_ERR_XML_ERROR, NETWORK, "XML error: Missing required name attribute in portgroup" },
};

#define GW "gateway='10.0.0.1'"
#define ROUTE_ERROR(text) VIR_ERR_XML_ERROR, NETWORK, "XML error: n: " text

static const Refusal route_refusals[] = {
    { ROUTE(GW), ROUTE_ERROR("Missing required address attribute in route definition") },
    { ROUTE("address='10.0.0.0' prefix='8'"), ROUTE_ERROR("Missing required gateway attribute in route definition") },
    { ROUTE("address='x' prefix='8' " GW), ROUTE_ERROR("Bad network address 'x' in route definition") },
    { ROUTE("address='10.0.0.0' prefix='8' gateway='x'"), ROUTE_ERROR("Bad gateway address 'x' in route definition") },
    { ROUTE("address='10.0.0.0' netmask='x' " GW), ROUTE_ERROR("Bad netmask address 'x' in route definition") },
    { ROUTE("family='ipx' address='10.0.0.0' prefix='8' " GW), ROUTE_ERROR("Unrecognized family 'ipx' in route definition") },
    { ROUTE("address='fd00::' prefix='8' gateway='fd00::1'"),
      ROUTE_ERROR("No family specified for non-IPv4 address 'fd00::' in route definition") },
    { ROUTE("address='10.0.0.0' prefix='8' gateway='fd00::1'"),
      ROUTE_ERROR("No family specified for non-IPv4 gateway 'fd00::1' in route definition") },
    { ROUTE("family='ipv4' address='fd00::' prefix='8' gateway='fd00::1'"),
      ROUTE_ERROR("IPv4 family specified for non-IPv4 address 'fd00::' in route definition") },
    { ROUTE("family='ipv6' address='10.0.0.0' prefix='8' " GW),
      ROUTE_ERROR("ipv6 family specified for non-IPv6 address '10.0.0.0' in route definition") },
    { ROUTE("family='ipv6' address='fd00::' prefix='8' " GW),
      ROUTE_ERROR("ipv6 specified for non-IPv6 gateway address '10.0.0.1' in route definition") },
    { ROUTE("address='10.0.0.0' prefix='8' netmask='255.0.0.0' " GW),
      ROUTE_ERROR("Route definition cannot have both a prefix and a netmask") },
    { ROUTE("family='ipv6' address='fd00::' netmask='255.0.0.0' gateway='fd00::1'"),
      ROUTE_ERROR("Specifying netmask invalid for IPv6 address 'fd00::' in route definition") },
    { ROUTE("address='10.0.0.0' prefix='33' " GW), ROUTE_ERROR("Invalid prefix 33 specified in route definition, must be 0 - 32") },
    { ROUTE("family='ipv6' address='fd00::' prefix='129' gateway='fd00::1'"),
      ROUTE_ERROR("Invalid prefix 129 specified in route definition, must be 0 - 128") },
    { ROUTE("address='10.0.0.0' prefix='x' " GW), VIR_ERR_XML_ERROR, XML, BAD_NUMBER("prefix", "route", "x") },
    { ROUTE("address='10.0.0.5' prefix='8' " GW), ROUTE_ERROR("Address '10.0.0.5' in route definition is not a network address") },
    { ROUTE("address='10.0.0.0' prefix='0' " GW), ROUTE_ERROR("Address '10.0.0.0' in route definition is not a network address") },
    { ROUTE("address='10.0.0.0' " GW), ROUTE_ERROR("Address '10.0.0.0' in route definition is not a network address") },
    { ROUTE("address='10.0.0.0' netmask='255.0.255.0' " GW),
      ROUTE_ERROR("Address '10.0.0.0' in route definition is not a network address") },
    { ROUTE("address='10.0.0.0' prefix='8' metric='0' " GW), VIR_ERR_XML_ERROR, XML,
      "XML error: Invalid value for attribute 'metric' in element 'route': Zero is not permitted" },
    { ROUTE("address='10.0.0.0' prefix='8' metric='4294967296' " GW), VIR_ERR_XML_ERROR, XML,
      BAD_NUMBER("metric", "route", "4294967296") },
};

static const Refusals refusals[] = {
    { forward_refusals, G_N_ELEMENTS(forward_refusals) },
    { bridge_refusals, G_N_ELEMENTS(bridge_refusals) },
    { route_refusals, G_N_ELEMENTS(route_refusals) },
};

#define VF1 "<address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x1'/>"
#define VF2 "<address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x3'/>"
#define R1 "  <route address='10.9.0.0' prefix='16' gateway='10.0.0.1'/>\n"

static const Stored stored[] = {
    { "<title>A &lt;title&gt;</title><description>Two\nlines</description>",
      "  <title>A &lt;title&gt;</title>\n  <description>Two&#10;lines</description>\nB" },
    { "<title/><description/>", "" },
    { "<forward mode='bridge'/>", "  <forward mode='bridge'/>\n" },
    { "<forward mode='bridge'/><bridge name=''/>", "  <forward mode='bridge'/>\n" },
    { "<forward mode='bridge'/><bridge name='br%d' delay='0'/>", "  <forward mode='bridge'/>\n  <bridge name='br%d'/>\n" },
    { "<forward mode='bridge'/><bridge macTableManager='libvirt' name='br0'/>",
      "  <forward mode='bridge'/>\n  <bridge name='br0' macTableManager='libvirt'/>\n" },
    { "<forward mode='bridge' dev='eth0'/><bridge macTableManager='kernel'/>",
      "  <forward dev='eth0' mode='bridge'>\n    <interface dev='eth0'/>\n  </forward>\n  <bridge macTableManager='kernel'/>\n" },
    { "<forward mode='private'><interface dev='a' connections='2'/><interface dev='b'/></forward><bridge zone='' delay='0'/>",
      "  <forward dev='a' mode='private'>\n    <interface dev='a'/>\n    <interface dev='b'/>\n  </forward>\n" },
    { "<forward mode='vepa' dev='' managed='yes'/>", "  <forward mode='vepa'/>\n" },
    { "<forward mode='passthrough'><pf dev='eth0'/></forward>",
      "  <forward mode='passthrough'>\n    <pf dev='eth0'/>\n  </forward>\n" },
    { "<forward mode='passthrough'><pf dev='eth0'/><interface dev='vf0'/></forward>",
      "  <forward dev='vf0' mode='passthrough'>\n    <interface dev='vf0'/>\n  </forward>\n" },
    { "<forward mode='hostdev'/>", "  <forward mode='hostdev' managed='no'/>\n" },
    { "<forward mode='hostdev' managed='odd'/>", "  <forward mode='hostdev' managed='no'/>\n" },
    { "<forward mode='hostdev' managed='yes'><pf dev='eth0'/><driver model='m' name='vfio'/><driver name='kvm'/></forward>",
      "  <forward mode='hostdev' managed='yes'>\n    <driver name='vfio' model='m'/>\n    <pf dev='eth0'/>\n  </forward>\n" },
    { "<forward mode='hostdev'><driver name=''/>" VF1 VF2 "</forward>",
      "  <forward mode='hostdev' managed='no'>\n    " VF1 "\n    " VF2 "\n  </forward>\n" },
    { "<forward mode='hostdev'><pf dev='eth0'/>" VF1 "</forward>",
      "  <forward mode='hostdev' managed='no'>\n    " VF1 "\n  </forward>\n" },
    { "<forward mode='none' dev='eth0'><pf dev='eth1'/></forward>", "" },
    { "<bridge name='b' macTableManager='kernel' delay='3' stp='off' zone='z'/>",
      "  <bridge name='b' zone='z' stp='off' delay='3' macTableManager='kernel'/>\n" },
    { "<bridge zone='' macTableManager=''/>", "" },
    { "<domain register='yes' name='d'/>", "B  <domain name='d' register='yes'/>\n" },
    { "<domain register='no' localOnly='no' name='d'/>", "B  <domain name='d' localOnly='no' register='no'/>\n" },
    { "<domain register='yes'/>", "" },
    { "<route gateway='10.0.0.1' prefix='16' address='10.9.0.0'/>", "B" R1 },
    { "<route metric='4294967295' family='ipv4' address='10.9.0.0' netmask='255.255.0.0' gateway='10.0.0.1'/>",
      "B  <route family='ipv4' address='10.9.0.0' netmask='255.255.0.0' gateway='10.0.0.1' metric='4294967295'/>\n" },
    { "<route address='0.0.0.0' gateway='10.0.0.1'/><route address='0.0.0.0' prefix='0' gateway='10.0.0.1'/>"
      "<route address='0.0.0.0' netmask='0.0.0.0' gateway='10.0.0.1'/>",
      "B  <route address='0.0.0.0' gateway='10.0.0.1'/>\n  <route address='0.0.0.0' prefix='0' gateway='10.0.0.1'/>\n"
      "  <route address='0.0.0.0' netmask='0.0.0.0' gateway='10.0.0.1'/>\n" },
    { "<route family='ipv6' address='FD00:2::' prefix='64' gateway='fd00::2'/>",
      "B  <route family='ipv6' address='fd00:2::' prefix='64' gateway='fd00::2'/>\n" },
    { "<port isolated='no'/>", "B  <port isolated='no'/>\n" },
    { "<port/>", "" },
    { "<portgroup name='b'/><virtualport type='openvswitch'/><route address='10.9.0.0' prefix='16' gateway='10.0.0.1'/>"
      "<ip address='10.0.0.1'/><port isolated='yes'/><bandwidth><inbound average='1'/></bandwidth><vlan><tag id='1'/></vlan>"
      "<portgroup name='a' default='yes'/>",
      "B  <vlan>\n    <tag id='1'/>\n  </vlan>\n  <bandwidth>\n    <inbound average='1'/>\n  </bandwidth>\n"
      "  <port isolated='yes'/>\n  <ip address='10.0.0.1'>\n  </ip>\n" R1 "  <virtualport type='openvswitch'/>\n"
      "  <portgroup name='b'>\n  </portgroup>\n  <portgroup name='a' default='yes'>\n  </portgroup>\n" },
};

static const StoredTable stored_table = { stored, G_N_ELEMENTS(stored) };

static void attributesOfTheWhole(void)
{
    g_autoptr(GError) err = NULL;
    g_autoptr(virNetworkDef) def = virNetworkDefParse(
        "<network trustGuestRxFilters='no' ipv6='yes'><name>n</name><uuid>" UUID "</uuid></network>", &err);
    g_autofree char *text = def ? virNetworkDefFormat(def) : NULL;

    g_assert_no_error(err);
    g_assert_true(g_str_has_prefix(text, "<network ipv6='yes' trustGuestRxFilters='no'>\n"));
    checkFixedPoint(def, text);
}

/* A running network has a physical function and what it stands for; who uses what is written for whoever asks. */
static void liveFormKeepsPoolBesidePf(void)
{
    const char *xml = "<network connections='3'>\n  <name>n</name>\n  <uuid>" UUID "</uuid>\n"
        "  <forward mode='passthrough'>\n    <pf dev='eth0'/>\n    <interface dev='vf0'/>\n"
        "    <interface dev='vf1' connections='3'/>\n  </forward>\n</network>\n";
    const virXMLSource source = { .text = xml, .source = "s" };
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, NULL);
    g_autoptr(GHashTable) members = g_hash_table_new(g_str_hash, g_str_equal);
    const virNetworkUse use = { 3, members };
    const virNetworkParseOptions options = { .keeps_functions = TRUE };
    g_autoptr(GError) err = NULL;
    g_autoptr(virNetworkDef) def = virNetworkDefParseNode(xmlDocGetRootElement(doc), &options, &err);
    g_autofree char *text = NULL;

    g_assert_no_error(err);
    g_hash_table_insert(members, (gpointer)"vf1", GUINT_TO_POINTER(3));
    text = virNetworkDefFormatUsed(def, &use);
    g_assert_cmpstr(text, ==, xml);
}

static void addressesHaveTheirCounts(void)
{
    g_autoptr(virNetworkDef) def = virNetworkDefParse(POOL("hostdev", VF1 VF2), NULL);
    g_autoptr(GHashTable) members = g_hash_table_new(g_str_hash, g_str_equal);
    const virNetworkUse use = { 1, members };
    g_autofree char *text = NULL;

    g_hash_table_insert(members, (gpointer)"0000:04:10.3", GUINT_TO_POINTER(1));
    text = virNetworkDefFormatUsed(def, &use);
    g_assert_nonnull(strstr(text, "function='0x1'/>\n"));
    g_assert_nonnull(strstr(text, "function='0x3' connections='1'/>\n"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/parse/parts/bad-devices-are-refused", &refusals[0], areRefused);
    g_test_add_data_func("/parse/parts/bad-bridges-labels-and-ports-are-refused", &refusals[1], areRefused);
    g_test_add_data_func("/parse/parts/bad-routes-are-refused", &refusals[2], areRefused);
    g_test_add_data_func("/parse/parts/normal-form-and-fixed-point", &stored_table, whatIsStored);
    g_test_add_func("/parse/parts/attributes-of-the-whole", attributesOfTheWhole);
    g_test_add_func("/parse/live/pool-beside-physical-function-is-kept", liveFormKeepsPoolBesidePf);
    g_test_add_func("/parse/live/addresses-have-their-counts", addressesHaveTheirCounts);
    return g_test_run();
}
