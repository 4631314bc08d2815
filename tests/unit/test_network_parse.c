/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_parse.c: XML to definition and back
 *
 * What is refused with which error, what is filled in or dropped, and that writing and reading again changes nothing;
 * for definitions drawn at random that is test_network_random.c's matter. The rules on whole definitions are tested with the validation.
 */
#include "test_network_parse.h"

#include "virxml.h"

#define DNS(body) NET("<dns>" body "</dns>")
#define NAT(body) NET("<forward mode='nat'><nat>" body "</nat></forward>")
#define IP(attributes) NET("<ip " attributes "/>")
#define DHCP(body) NET("<ip address='10.0.0.1' netmask='255.255.255.0'><dhcp>" body "</dhcp></ip>")
#define TXT(attributes) NET("<dns><txt " attributes "/></dns>")
#define RANGE(start, end) DHCP("<range start='" start "' end='" end "'/>")

static const Refusal network_refusals[] = {
    { "", VIR_ERR_XML_DETAIL, NETWORK, "(network_definition):1: Document is empty\n(null)\n^" },
    { "<network><name>n</name>", VIR_ERR_XML_DETAIL, NETWORK,
      "(network_definition):1: Premature end of data in tag network line 1\n<network><name>n</name>\n"
      "-----------------------^" },
    { "<!DOCTYPE network [<!ENTITY e 'x'>]><network><name>&e;</name></network>", VIR_ERR_XML_ERROR, NETWORK,
      "XML error: (network_definition): a document type declaration is not accepted" },
    { "<domain/>", VIR_ERR_XML_ERROR, XML, "XML error: expecting root element of 'network', not 'domain'" },
    { "<Network/>", VIR_ERR_XML_ERROR, XML, "XML error: expecting root element of 'network', not 'Network'" },
    { "<network/>", VIR_ERR_NO_NAME, NETWORK, "missing name information" },
    { "<network><name/></network>", VIR_ERR_NO_NAME, NETWORK, "missing name information" },
    { "<network xmlns:x='urn:x'><x:name>n</x:name></network>", VIR_ERR_NO_NAME, NETWORK, "missing name information" },
    { "<network><name>a/b</name></network>", VIR_ERR_XML_DETAIL, XML, "invalid char in name: /" },
    { "<network><name>a\nb</name></network>", VIR_ERR_XML_DETAIL, XML, "invalid char in name: \n" },
    { NET("<uuid>12</uuid>"), VIR_ERR_INTERNAL_ERROR, NETWORK, "internal error: malformed uuid element" },
    { NET("<uuid> </uuid>"), VIR_ERR_INTERNAL_ERROR, NETWORK, "internal error: malformed uuid element" },
    { NET("<bridge delay='x'/>"), VIR_ERR_XML_ERROR, NETWORK, "XML error: Invalid delay value in network 'n'" },
    { NET("<bridge delay='-1'/>"), VIR_ERR_XML_ERROR, NETWORK, "XML error: Invalid delay value in network 'n'" },
    { NET("<bridge delay='4294968'/>"), VIR_ERR_XML_ERROR, NETWORK, "XML error: Invalid delay value in network 'n'" },
    { NET("<mac address='x'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid bridge mac address 'x' in network 'n'" },
    { NET("<mac address='01:00:5e:00:00:01'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid multicast bridge mac address '01:00:5e:00:00:01' in network 'n'" },
    { NET("<mtu size='x'/>"), VIR_ERR_XML_ERROR, NETWORK, "XML error: Invalid mtu size 'x' in network 'n'" },
    { NET("<mtu size='4294967296'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid mtu size '4294967296' in network 'n'" },
    { NET("<domain name='d' localOnly='maybe'/>"), VIR_ERR_XML_ERROR, XML,
      "XML error: Invalid value for attribute 'localOnly' in element 'domain': 'maybe'." },
};

static const Refusal forward_refusals[] = {
    { NET("<forward mode='x'/>"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: unknown forwarding type 'x'" },
    { NET("<forward mode='NAT'/>"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: unknown forwarding type 'NAT'" },
    { NET("<forward mode='route'><nat/></forward>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: The <nat> element can only be used when <forward> 'mode' is 'nat' in network n" },
    { NET("<forward><nat/><nat/></forward>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Only one <nat> element is allowed in <forward> of network n" },
    { NAT("<address start='192.0.2.1'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: missing 'end' attribute in <address> element in <nat> in <forward> in network n" },
    { NAT("<address end='192.0.2.1'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: missing 'start' attribute in <address> element in <nat> in <forward> in network n" },
    { NAT("<address start='x' end='192.0.2.1'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Bad ipv4 start address 'x' in <nat> in <forward> in network 'n'" },
    { NAT("<address start='192.0.2.1' end='fd00::1'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Bad ipv4 end address 'fd00::1' in <nat> in <forward> in network 'n'" },
    { NAT("<address start='192.0.2.2' end='192.0.2.1'/>"), VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE,
      "internal error: range 192.0.2.2 - 192.0.2.1 is reversed " },
    { NAT("<address start='192.0.2.1' end='192.0.2.1'/><address start='192.0.2.2' end='192.0.2.2'/>"),
      VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Only one <address> element is allowed in <nat> in <forward> in network n" },
    { NAT("<port start='1' end='2'/><port start='3' end='4'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Only one <port> element is allowed in <nat> in <forward> in network n" },
    { NAT("<port end='2'/>"), VIR_ERR_XML_DETAIL, NETWORK,
      "Missing or invalid 'start' attribute in <port> in <nat> in <forward> in network n" },
    { NAT("<port start='65536' end='65536'/>"), VIR_ERR_XML_DETAIL, NETWORK,
      "Missing or invalid 'start' attribute in <port> in <nat> in <forward> in network n" },
    { NAT("<port start='2'/>"), VIR_ERR_XML_DETAIL, NETWORK,
      "Missing or invalid 'end' attribute in <port> in <nat> in <forward> in network n" },
    { NAT("<port start='2' end='1'/>"), VIR_ERR_XML_DETAIL, NETWORK,
      "Missing or invalid 'end' attribute in <port> in <nat> in <forward> in network n" },
};

static const Refusal ip_refusals[] = {
    { IP(""), VIR_ERR_XML_ERROR, NETWORK, "XML error: Missing required address attribute in network 'n'" },
    { IP("address='x'"), VIR_ERR_XML_ERROR, NETWORK, "XML error: Invalid address 'x' in network 'n'" },
    { IP("address='10.0.0.08'"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid address '10.0.0.08' in network 'n'" },
    { IP("address='10.0.0.1' netmask='ffff::'"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: Invalid netmask 'ffff::' for address '10.0.0.1' in network 'n' (both must be IPv4)" },
    { IP("address='10.0.0.1' family='ipx'"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Unrecognized family 'ipx' in network 'n'" },
    { IP("address='fd00::1'"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: no family specified for non-IPv4 address 'fd00::1' in network 'n'" },
    { IP("address='fd00::1' family='ipv4'"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: Family 'ipv4' specified for non-IPv4 address 'fd00::1' in network 'n'" },
    { IP("address='10.0.0.1' family='ipv6'"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: Family 'ipv6' specified for non-IPv6 address '10.0.0.1' in network 'n'" },
    { IP("address='10.0.0.1' prefix='24' netmask='255.255.255.0'"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: Network 'n' IP address cannot have both a prefix and a netmask" },
    { IP("address='10.0.0.1' prefix='33'"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: Invalid IPv4 prefix '33' in network 'n'" },
    { IP("address='fd00::1' family='ipv6' prefix='129'"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: Invalid IPv6 prefix '129' in network 'n'" },
    { IP("address='fd00::1' family='ipv6' netmask='255.0.0.0'"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: netmask not allowed for IPv6 address 'fd00::1' in network 'n'" },
    { "<network ipv6='maybe'><name>n</name></network>", VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid ipv6 setting 'maybe' in network 'n'" },
    { NET("<forward><nat ipv6='maybe'/></forward>"), VIR_ERR_XML_ERROR, XML,
      "XML error: Invalid value for attribute 'ipv6' in element 'nat': 'maybe'." },
    { NET("<ip family='ipv6' address='fd00::1'><dhcp><range start='fd00::9' end='fd00::2'/></dhcp></ip>"),
      VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE, "internal error: range fd00::9 - fd00::2 start larger than end" },
    { NET("<ip family='ipv6' address='fd00::1'><dhcp><host mac='52:54:00:00:00:01' ip='fd00::2'/></dhcp></ip>"),
      VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid to specify MAC address '52:54:00:00:00:01' in network 'n' IPv6 static host definition" },
    { IP("address='10.0.0.1' prefix='x'"), VIR_ERR_XML_ERROR, XML,
      "XML error: Invalid value for attribute 'prefix' in element 'ip': 'x'. Expected non-negative integer value" },
    { IP("address='10.0.0.1' netmask='x'"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid netmask 'x' in network 'n'" },
    { DHCP("<range end='10.0.0.2'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Missing 'start' attribute in dhcp range for network 'n'" },
    { DHCP("<range start='10.0.0.2'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Missing 'end' attribute in dhcp range for network 'n'" },
    { RANGE("x", "10.0.0.2"), VIR_ERR_SYSTEM_ERROR, VIR_FROM_NONE,
      "Cannot parse socket address 'x': Name or service not known" },
    { NET("<ip address='10.0.0.1' netmask='255.0.255.0'><dhcp><range start='10.0.0.2' end='10.0.0.3'/></dhcp></ip>"),
      VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE,
      "internal error: bad prefix -1 for network 10.0.0.1 when  checking range 10.0.0.2 - 10.0.0.3" },
    { RANGE("10.0.0.9", "10.0.0.2"), VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE,
      "internal error: range 10.0.0.9 - 10.0.0.2 is reversed " },
    { RANGE("fd00::9", "fd00::2"), VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE,
      "internal error: range fd00::9 - fd00::2 start larger than end" },
    { RANGE("10.0.0.9", "fd00::2"), VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE,
      "internal error: mismatch of address family in range 10.0.0.9 - fd00::2" },
    { RANGE("fd00::2", "fd00::9"), VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE,
      "internal error: mismatch of address family in range fd00::2 - fd00::9 for network 10.0.0.1" },
    { RANGE("10.0.0.9", "10.0.1.2"), VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE,
      "internal error: range 10.0.0.9 - 10.0.1.2 is not entirely within network 10.0.0.1/24" },
    { RANGE("10.0.0.0", "10.0.0.2"), VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE,
      "internal error: start of range 10.0.0.0 - 10.0.0.2 in network 10.0.0.1/24 is the network address" },
    { RANGE("10.0.0.2", "10.0.0.255"), VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE,
      "internal error: end of range 10.0.0.2 - 10.0.0.255 in network 10.0.0.1/24 is the broadcast address" },
    { NET("<ip address='10.0.0.1' prefix='8'><dhcp><range start='10.1.0.0' end='10.1.255.255'/></dhcp></ip>"),
      VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE, "internal error: range 10.1.0.0 - 10.1.255.255 is too large (> 65535)" },
    { NET("<ip address='192.168.7.1'><dhcp><range start='192.168.6.2' end='192.168.7.2'/></dhcp></ip>"),
      VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE,
      "internal error: range 192.168.6.2 - 192.168.7.2 is not entirely within network 192.168.7.1/24" },
};

#define LEASE(attributes) \
    DHCP("<host mac='52:54:00:00:00:01' ip='10.0.0.2'><lease " attributes "/></host>")

static const Refusal entry_refusals[] = {
    { DHCP("<host ip='10.0.0.2'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Static host definition in IPv4 network 'n' must have mac or name attribute" },
    { DHCP("<host id='0:1'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Static host definition in IPv4 network 'n' must have mac or name attribute" },
    { DHCP("<host name='a'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Missing IP address in static host definition for network 'n'" },
    { DHCP("<host mac='x' ip='10.0.0.2'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Cannot parse MAC address 'x' in network 'n'" },
    { DHCP("<host mac='01:00:5e:00:00:01' ip='10.0.0.2'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: expected unicast mac address, found multicast '01:00:5e:00:00:01' in network 'n'" },
    { DHCP("<host id='0:zz' name='a' ip='10.0.0.2'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid character 'z' in id '0:zz' of network 'n'" },
    { DHCP("<host mac='52:54:00:00:00:01' name='' ip='10.0.0.2'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Cannot use host name '' in network 'n'" },
    { DHCP("<host mac='52:54:00:00:00:01' name='-a' ip='10.0.0.2'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Cannot use host name '-a' in network 'n'" },
    { NET("<bandwidth><inbound peak='x'/></bandwidth>"), VIR_ERR_XML_DETAIL, VIR_FROM_NONE,
      "Missing mandatory average or floor attributes" },
    { DHCP("<host name='a' ip='x'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid IP address in static host definition for network 'n'" },
    { DHCP("<host name='a' ip=''/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid IP address in static host definition for network 'n'" },
    { LEASE("expiry='119' unit='seconds'"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: The minimum lease time should be greater than 2 minutes" },
    { LEASE("expiry='1'"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: The minimum lease time should be greater than 2 minutes" },
    { LEASE("expiry='2' unit='days'"), VIR_ERR_XML_ERROR, XML,
      "XML error: Invalid value for attribute 'unit' in element 'lease': 'days'." },
    { LEASE("expiry='x'"), VIR_ERR_XML_ERROR, XML,
      "XML error: Invalid value for attribute 'expiry' in element 'lease': 'x'. Expected non-negative integer value" },
    { DHCP("<range start='10.0.0.2' end='10.0.0.3'><lease expiry='1'/></range>"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: The minimum lease time should be greater than 2 minutes" },
    { TXT("value='v'"), VIR_ERR_XML_DETAIL, NETWORK, "missing required name attribute in DNS TXT record of network n" },
    { TXT("name='t'"), VIR_ERR_XML_DETAIL, NETWORK,
      "missing required value attribute in DNS TXT record named 't' of network n" },
    { TXT("name='a b' value='v'"), VIR_ERR_XML_DETAIL, NETWORK,
      "prohibited character in DNS TXT record name 'a b' of network n" },
    { TXT("name='a,b' value='v'"), VIR_ERR_XML_DETAIL, NETWORK,
      "prohibited character in DNS TXT record name 'a,b' of network n" },
    { NET("<dns enable='maybe'/>"), VIR_ERR_XML_ERROR, XML,
      "XML error: Invalid value for attribute 'enable' in element 'dns': 'maybe'." },
    { NET("<forward><interface/></forward>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Missing required dev attribute in <forward> <interface> element of network n" },
    { NET("<forward><interface dev='a'/><interface dev='a'/></forward>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: interface 'a' can only be listed once in network n" },
    { NET("<forward dev='a'><interface dev='b'/></forward>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: <forward dev='a'> must match first <interface dev='b'/> in network n" },
    { DNS("<forwarder/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid forwarder element, must contain at least one of addr or domain" },
    { DNS("<forwarder addr='x'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid forwarder IP address 'x' in network 'n'" },
    { DNS("<forwarder domain='d' port='53'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid forwarder port in network 'n': it is 1 to 65535, and needs addr" },
    { DNS("<forwarder addr='10.0.0.1' port='0'/>"), VIR_ERR_XML_ERROR, NETWORK,
      "XML error: Invalid forwarder port in network 'n': it is 1 to 65535, and needs addr" },
    { DNS("<host><hostname>h</hostname></host>"), VIR_ERR_XML_DETAIL, NETWORK,
      "Missing IP address in network 'n' DNS HOST record" },
    { DNS("<host ip='x'><hostname>h</hostname></host>"), VIR_ERR_XML_DETAIL, NETWORK,
      "Invalid IP address in network 'n' DNS HOST record" },
    { DNS("<host ip='10.0.0.1'/>"), VIR_ERR_XML_DETAIL, NETWORK, "Missing hostname in network 'n' DNS HOST record" },
    { DNS("<host ip='10.0.0.1'><hostname/></host>"), VIR_ERR_XML_DETAIL, NETWORK,
      "Missing hostname in network 'n' DNS HOST record" },
    { DNS("<srv protocol='tcp'/>"), VIR_ERR_XML_DETAIL, NETWORK,
      "missing required service attribute in DNS SRV record of network 'n'" },
    { DNS("<srv service='a b' protocol='tcp'/>"), VIR_ERR_XML_DETAIL, NETWORK,
      "invalid character in service attribute 'a b' in DNS SRV record of network 'n'" },
    { DNS("<srv service='sip'/>"), VIR_ERR_XML_DETAIL, NETWORK,
      "missing required protocol attribute in DNS SRV record 'sip' of network 'n'" },
    { DNS("<srv service='sip' protocol='_tcp'/>"), VIR_ERR_XML_DETAIL, NETWORK,
      "invalid character in protocol attribute '_tcp' in DNS SRV record of network 'n'" },
    { DNS("<srv service='sip' protocol='tcp' port='5060'/>"), VIR_ERR_XML_DETAIL, NETWORK,
      "DNS SRV port attribute not permitted without target for service 'sip' in network 'n'" },
    { DNS("<srv service='sip' protocol='tcp' target='t' port='0'/>"), VIR_ERR_XML_DETAIL, NETWORK,
      "invalid DNS SRV port attribute for service 'sip' in network 'n'" },
    { DNS("<srv service='sip' protocol='tcp' target='t' priority='65536'/>"), VIR_ERR_XML_DETAIL, NETWORK,
      "Invalid DNS SRV priority attribute for service 'sip' in network 'n'" },
    { NET("<ip family='ipv6' address='fd00::1'><tftp root='/srv'/></ip>"), VIR_ERR_CONFIG_UNSUPPORTED, NETWORK,
      "unsupported configuration: Unsupported <tftp> element in an IPv6 element in network 'n'" },
    { NET("<ip address='10.0.0.1'><dhcp><bootp file='f' server='srv.x'/></dhcp></ip>"), VIR_ERR_SYSTEM_ERROR,
      VIR_FROM_NONE, "Cannot parse socket address 'srv.x': Name or service not known" },
    { "<network xmlns:d='" VIR_NETWORK_DNSMASQ_NAMESPACE "'><name>n</name><d:options><d:option/></d:options></network>",
      VIR_ERR_INTERNAL_ERROR, NETWORK, "internal error: No dnsmasq options value specified" },
};

static const Refusals refusals[] = {
    { network_refusals, G_N_ELEMENTS(network_refusals) },
    { forward_refusals, G_N_ELEMENTS(forward_refusals) },
    { ip_refusals, G_N_ELEMENTS(ip_refusals) },
    { entry_refusals, G_N_ELEMENTS(entry_refusals) },
};

static const Stored stored[] = {
    { "", "" },
    { "<forward/>", "  <forward mode='nat'/>\nB" },
    { "<forward mode='none'/>", "" },
    { "<forward mode='nat'><nat/></forward>", "  <forward mode='nat'/>\nB" },
    { "<forward mode='nat'><nat><port start='1024' end='65535'/><address start='192.0.2.1' end='192.0.2.2'/></nat>"
      "</forward>",
      "  <forward mode='nat'>\n    <nat>\n      <address start='192.0.2.1' end='192.0.2.2'/>\n"
      "      <port start='1024' end='65535'/>\n    </nat>\n  </forward>\nB" },
    { "<metadata><a:x xmlns:a='urn:a' v='1'><a:y>t &amp; u</a:y></a:x><z/><b:x xmlns:b='urn:b'/><c:w xmlns:c='urn:a'/></metadata>",
      "  <metadata><a:x xmlns:a=\"urn:a\" v=\"1\"><a:y>t &amp; u</a:y></a:x><b:x xmlns:b=\"urn:b\"/></metadata>\nB" },
    { "<metadata><x/></metadata>", "  <metadata/>\nB" },
    { "<forward dev='eth0'/>", "  <forward dev='eth0' mode='nat'>\n    <interface dev='eth0'/>\n  </forward>\nB" },
    { "<forward mode='route'><interface dev='eth0'/></forward>",
      "  <forward dev='eth0' mode='route'>\n    <interface dev='eth0'/>\n  </forward>\nB" },
    { "<forward mode='route'/><forward mode='open'/>", "  <forward mode='route'/>\nB" },
    { "<bridge name='b' stp='off' delay='4294967'/>", "  <bridge name='b' stp='off' delay='4294967'/>\n" },
    { "<bridge stp='no'/>", "" },
    { "<mtu size='0'/>", "" },
    { "<mtu/>", "" },
    { "<mtu size=''/><mac address=''/><bridge delay=''/><forward mode=''/>", "  <forward mode='nat'/>\nB" },
    { "<mtu size='1'/>", "B  <mtu size='1'/>\n" },
    { "<ip address='10.0.0.1'><dhcp><range start='10.1.0.0' end='10.1.255.254'/></dhcp></ip>",
      "B  <ip address='10.0.0.1'>\n    <dhcp>\n      <range start='10.1.0.0' end='10.1.255.254'/>\n    </dhcp>\n"
      "  </ip>\n" },
    { "<mac address='52:54:0:A:b:c'/><mtu size='9000'/>",
      "B  <mtu size='9000'/>\n  <mac address='52:54:00:0a:0b:0c'/>\n" },
    { "<mac/>", "" },
    { "<domain localOnly='yes'/>", "" },
    { "<domain name=''/>", "" },
    { "<domain name='d'/>", "B  <domain name='d'/>\n" },
    { "<domain localOnly='no' name='d'/>", "B  <domain name='d' localOnly='no'/>\n" },
    { "<dns/>", "" },
    { "<dns><txt value='' name='t'/></dns><dns><txt name='u' value='v'/></dns>",
      "B  <dns>\n    <txt name='t' value=''/>\n  </dns>\n" },
    { "<ip prefix='0' address='192.168.150'><dhcp/></ip>", "B  <ip address='192.168.0.150'>\n  </ip>\n" },
    { "<ip address='10.1' netmask='255.0.255.0' family='ipv4'/>",
      "B  <ip family='ipv4' address='10.0.0.1' netmask='255.0.255.0'>\n  </ip>\n" },
    { "<ip address='10.0.0.1' prefix='24'><dhcp><host ip='10.0.0.9' name='h'/><range end='10.0.0.3' start='10.0.0.2'/>"
      "</dhcp></ip>",
      "B  <ip address='10.0.0.1' prefix='24'>\n    <dhcp>\n      <range start='10.0.0.2' end='10.0.0.3'/>\n"
      "      <host name='h' ip='10.0.0.9'/>\n    </dhcp>\n  </ip>\n" },
    { "<ip address='10.0.0.1'><dhcp><host mac='52:54:0:0:A:1' id='0:1' name='h' ip='10.5'/></dhcp></ip>",
      "B  <ip address='10.0.0.1'>\n    <dhcp>\n      <host mac='52:54:0:0:A:1' id='0:1' name='h' ip='10.0.0.5'/>\n"
      "    </dhcp>\n  </ip>\n" },
    { "<ip family='ipv6' address='FD00:0::1' prefix='64'><dhcp><host id='0:1:A' name='h' ip='fd00::0:5'/></dhcp></ip>",
      "B  <ip family='ipv6' address='fd00::1' prefix='64'>\n    <dhcp>\n"
      "      <host id='0:1:A' name='h' ip='fd00::5'/>\n    </dhcp>\n  </ip>\n" },
    { "<unknown><forward/></unknown><bridge colour='red'><odd/></bridge><connections/>", "" },
    { "<x:vlan xmlns:x='urn:x'/><x:forward xmlns:x='urn:x' mode='odd'/><!-- <vlan/> --><?vlan?>", "" },
    { "<options xmlns=''/><srv/><tftp/>", "" },
    { "<dns enable='yes' forwardPlainNames='no'/>", "B  <dns enable='yes' forwardPlainNames='no'/>\n" },
    { "<dns><host ip='10.0.0.1'><hostname>a</hostname><hostname>b</hostname></host>"
      "<srv protocol='tcp' service='sip' target='t' port='1' priority='2' weight='3' domain='d'/>"
      "<forwarder port='54' addr='FD00::1' domain='d'/><forwarder domain='e'/></dns>",
      "B  <dns>\n    <forwarder domain='d' addr='fd00::1' port='54'/>\n    <forwarder domain='e'/>\n"
      "    <srv service='sip' protocol='tcp' domain='d' target='t' port='1' priority='2' weight='3'/>\n"
      "    <host ip='10.0.0.1'>\n      <hostname>a</hostname>\n      <hostname>b</hostname>\n    </host>\n  </dns>\n" },
    { "<dns><host ip='10.0.0.1'><hostname/><hostname>a</hostname></host></dns>",
      "B  <dns>\n    <host ip='10.0.0.1'>\n      <hostname>a</hostname>\n    </host>\n  </dns>\n" },
    { "<ip address='10.0.0.1' localPtr='yes'><tftp root='/srv/a b'/><dhcp><bootp file='f' server='10.0.0.2'/></dhcp></ip>",
      "B  <ip address='10.0.0.1' localPtr='yes'>\n    <tftp root='/srv/a b'/>\n    <dhcp>\n"
      "      <bootp file='f' server='10.0.0.2'/>\n    </dhcp>\n  </ip>\n" },
    { "<ip address='10.0.0.1'><tftp/><dhcp><bootp server='10.0.0.2'/></dhcp></ip>", "B  <ip address='10.0.0.1'>\n  </ip>\n" },
    { "<name>second</name>", "" },
};

static const StoredTable stored_table = { stored, G_N_ELEMENTS(stored) };

static const struct {
    const char *attributes;
    virNetworkLeaseUnit unit;
    guint32 expiry;
    const char *written;
} leases[] = {
    { "expiry='120' unit='seconds'", VIR_NETWORK_LEASE_SECONDS, 120, "<lease expiry='120' unit='seconds'/>" },
    { "expiry='2'", VIR_NETWORK_LEASE_MINUTES, 2, "<lease expiry='2' unit='minutes'/>" },
    { "expiry='1' unit='hours'", VIR_NETWORK_LEASE_HOURS, 1, "<lease expiry='1' unit='hours'/>" },
    { "expiry='0' unit='hours'", VIR_NETWORK_LEASE_INFINITE, 0, "<lease expiry='0'/>" },
    { "expiry='4294967295' unit='hours'", VIR_NETWORK_LEASE_HOURS, G_MAXUINT32,
      "<lease expiry='4294967295' unit='hours'/>" },
    { "unit='hours'", VIR_NETWORK_LEASE_UNSET, 0, NULL },
    { "", VIR_NETWORK_LEASE_UNSET, 0, NULL },
};

static void leaseTimes(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(leases); i++) {
        g_autofree char *xml = g_strdup_printf(
            "<network><name>n</name><uuid>" UUID "</uuid><ip address='10.0.0.1'><dhcp>"
            "<range start='10.0.0.2' end='10.0.0.3'>"
            "<lease %s/></range><host name='a' ip='10.0.0.2'><lease %s/></host></dhcp></ip></network>",
            leases[i].attributes, leases[i].attributes);
        g_autoptr(virNetworkDef) def = virNetworkDefParse(xml, NULL);
        const virNetworkIp *ip = def->ips->pdata[0];
        const virNetworkDhcpHost *host = ip->hosts->pdata[0];
        const virNetworkDhcpRange *range = ip->ranges->pdata[0];
        g_autofree char *text = virNetworkDefFormat(def);

        g_assert_cmpint(host->lease.unit, ==, leases[i].unit);
        g_assert_cmpuint(host->lease.expiry, ==, leases[i].expiry);
        g_assert_cmpint(range->lease.unit, ==, leases[i].unit);
        g_assert_cmpuint(range->lease.expiry, ==, leases[i].expiry);
        g_assert_cmpint(strstr(text, leases[i].written ? leases[i].written : "<lease") != NULL, ==,
                        leases[i].written != NULL);
        checkFixedPoint(def, text);
    }
}

static void missingPartsStayOpen(void)
{
    g_autoptr(virNetworkDef) def = virNetworkDefParse(NET(""), NULL);

    g_assert_false(def->has_uuid);
    g_assert_null(def->bridge);
    g_assert_false(def->has_mac);
    g_assert_true(def->stp);
    g_assert_cmpint(def->forward, ==, VIR_NETWORK_FORWARD_NONE);
}

static void nameMayBeImplied(void)
{
    const virXMLSource unnamed = { .text = "<network/>", .source = "s" };
    const virXMLSource named = { .text = "<network><name>own</name></network>", .source = "s" };
    const virNetworkParseOptions options = { .name = "implied" };
    g_autoptr(virXMLDoc) without = virXMLParse(&unnamed, NULL);
    g_autoptr(virXMLDoc) with = virXMLParse(&named, NULL);
    g_autoptr(virNetworkDef) implied = virNetworkDefParseNode(xmlDocGetRootElement(without), &options, NULL);
    g_autoptr(virNetworkDef) own = virNetworkDefParseNode(xmlDocGetRootElement(with), &options, NULL);
    g_autoptr(GError) err = NULL;

    g_assert_cmpstr(implied->name, ==, "implied");
    g_assert_cmpstr(own->name, ==, "own");
    g_assert_null(virNetworkDefParseNode(xmlDocGetRootElement(without), NULL, &err));
    g_assert_error(err, VIR_ERROR, VIR_ERR_NO_NAME);
}

static void documentInsideDocumentIsIndented(void)
{
    const virXMLSource source = { .text = "<status><network><name>n</name></network></status>", .source = "s" };
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, NULL);
    g_autoptr(virNetworkDef) def = virNetworkDefParseNode(virXMLFirst(xmlDocGetRootElement(doc), "network"), NULL, NULL);
    g_autoptr(GString) out = g_string_new("x\n");

    virNetworkDefFormatTo(def, out, 2);
    g_assert_true(g_str_has_prefix(out->str, "x\n  <network>\n    <name>n</name>\n"));
    g_assert_true(g_str_has_suffix(out->str, "\n    <bridge stp='on' delay='0'/>\n  </network>\n"));
}

static void optionListsAreOne(void)
{
    g_autoptr(virNetworkDef) def = virNetworkDefParse(
        "<network xmlns:d='" VIR_NETWORK_DNSMASQ_NAMESPACE "'><name>n</name><d:options><d:option value='a'/></d:options>"
        "<options/><d:options/><d:options><d:option value='b'/><option value='c'/></d:options></network>", NULL);

    g_assert_cmpuint(def->options->len, ==, 2);
    g_assert_cmpstr(def->options->pdata[0], ==, "a");
    g_assert_cmpstr(def->options->pdata[1], ==, "b");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parse/network/option-lists-are-one", optionListsAreOne);
    g_test_add_data_func("/parse/network/faults-are-refused", &refusals[0], areRefused);
    g_test_add_data_func("/parse/forward/faults-are-refused", &refusals[1], areRefused);
    g_test_add_data_func("/parse/ip/faults-are-refused", &refusals[2], areRefused);
    g_test_add_data_func("/parse/entries/faults-are-refused", &refusals[3], areRefused);
    g_test_add_data_func("/parse/stored/normal-form-and-fixed-point", &stored_table, whatIsStored);
    g_test_add_func("/parse/lease/times", leaseTimes);
    g_test_add_func("/parse/missing/parts-stay-open", missingPartsStayOpen);
    g_test_add_func("/parse/name/may-be-implied", nameMayBeImplied);
    g_test_add_func("/parse/node/inside-document-is-indented", documentInsideDocumentIsIndented);
    return g_test_run();
}
