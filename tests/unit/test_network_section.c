/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_section.c: edits of the parts of a network that can be updated
 *
 * Rows of command, section, parent index and element: either the list that results, or the error. What an edit means
 * for the host is found by the plan, and tested there.
 */
#include <glib.h>
#include <libvirt/libvirt.h>
#include <string.h>

#include "network_format.h"
#include "network_parse.h"
#include "network_section.h"
#include "virerror.h"
#include "virxml.h"

enum {
    MODIFY = VIR_NETWORK_UPDATE_COMMAND_MODIFY,
    DELETE = VIR_NETWORK_UPDATE_COMMAND_DELETE,
    ADD_LAST = VIR_NETWORK_UPDATE_COMMAND_ADD_LAST,
    ADD_FIRST = VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST,
    HOST = VIR_NETWORK_SECTION_IP_DHCP_HOST,
    TXT = VIR_NETWORK_SECTION_DNS_TXT,
    RANGE = VIR_NETWORK_SECTION_IP_DHCP_RANGE,
    DNS_HOST = VIR_NETWORK_SECTION_DNS_HOST,
    SRV = VIR_NETWORK_SECTION_DNS_SRV,
};

#define NET(body) "<network><name>n</name><uuid>c7a5fdbd-cdaf-9455-926a-d65c16db1809</uuid>" body "</network>"
#define MAC(number) "52:54:00:00:00:0" number
#define TWO_HOSTS "<host mac='" MAC("1") "' name='a' ip='10.0.0.11'/><host mac='" MAC("2") "' name='b' ip='10.0.0.12'/>"

static const char plain[] = NET("<dns><txt name='s' value='1'/><txt name='t' value='2'/></dns>"
                                "<ip address='10.0.0.1' prefix='24'><dhcp>" TWO_HOSTS "</dhcp></ip>");
static const char empty[] = NET("");
static const char bare_ips[] = NET("<ip address='10.0.0.1' prefix='24'/><ip address='10.0.1.1' prefix='24'/>"
                                   "<ip address='10.0.2.1' prefix='24'/>");
static const char second_serves[] = NET("<ip address='10.0.0.1' prefix='24'/><ip address='10.0.1.1' prefix='24'><dhcp>"
                                        "<range start='10.0.1.2' end='10.0.1.9'/></dhcp></ip>");
static const char doubles[] = NET("<dns><txt name='s' value='1'/><txt name='s' value='2'/></dns>"
                                  "<ip address='10.0.0.1' prefix='24'><dhcp>" TWO_HOSTS
                                  "<host mac='" MAC("3") "' name='a' ip='10.0.0.13'/></dhcp></ip>");

static const char served[] = NET(
    "<dns><srv service='sip' protocol='tcp' domain='d' target='t' port='5060'/><srv service='sip' protocol='udp'/>"
    "<host ip='10.0.0.5'><hostname>a</hostname><hostname>b</hostname></host>"
    "<host ip='10.0.0.6'><hostname>c</hostname></host></dns>"
    "<ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.10' end='10.0.0.19'/>"
    "<range start='10.0.0.20' end='10.0.0.29'/></dhcp></ip>");

typedef struct {
    const char *network;
    unsigned int command, section;
    int parent_index;
    const char *element;
    int code;                   /* 0: it succeeds */
    int domain;
    /* The message; where it succeeds: hosts as INDEX:NAME@LAST-BYTE, records as NAME=VALUE, ranges by their last bytes. */
    const char *text;
} Edit;

#define FAILS(code) code, VIR_FROM_NETWORK
#define DONE 0, 0

/* --- Parents, sections, elements -------------------------------------------------------------------------------- */

#define NEW "<host mac='" MAC("9") "' ip='10.0.0.19'/>"
#define NEW_IN_1 "<host mac='" MAC("9") "' ip='10.0.1.19'/>"
#define NO_INDEX(number) "Requested operation is not valid: couldn't update dhcp host entry - no <ip> element found " \
    "at index " number " in network 'n'"
#define NO_IP "Requested operation is not valid: couldn't update dhcp host entry - no <ip> element found in network 'n'"
#define ONE_PARENT(number) "invalid argument: parent index " number ": section 'dns-txt' has one parent only, so " \
    "that it must be -1 or 0"
#define SINGLE "Requested operation is not valid: dhcp is supported only for a single IPv4 address on each network"
#define OTHER_FAMILY "Requested operation is not valid: the address family of a host entry IP must match the address " \
    "family of the dhcp element's parent"

static const Edit parents[] = {
    { plain, ADD_LAST, HOST, -1, NEW, DONE, "0:a@11 0:b@12 0:-@19" },
    { plain, ADD_LAST, HOST, -2, NEW, DONE, "0:a@11 0:b@12 0:-@19" },
    { plain, ADD_LAST, HOST, 0, NEW, DONE, "0:a@11 0:b@12 0:-@19" },
    { plain, ADD_LAST, HOST, 1, NEW, FAILS(VIR_ERR_OPERATION_INVALID), NO_INDEX("1") },
    { plain, DELETE, HOST, 99, NEW, FAILS(VIR_ERR_OPERATION_INVALID), NO_INDEX("99") },
    { empty, ADD_LAST, HOST, -1, NEW, FAILS(VIR_ERR_OPERATION_INVALID), NO_IP },
    { empty, ADD_LAST, HOST, 0, NEW, FAILS(VIR_ERR_OPERATION_INVALID), NO_INDEX("0") },
    { bare_ips, ADD_LAST, HOST, -1, NEW, DONE, "0:-@19" },
    { bare_ips, ADD_LAST, HOST, -1, NEW_IN_1, DONE, "1:-@19" },
    { bare_ips, ADD_LAST, HOST, -1, "<host name='h' ip='10.0.9.9'/>", DONE, "0:h@9" },
    { bare_ips, ADD_LAST, HOST, 0, NEW_IN_1, DONE, "0:-@19" },
    { bare_ips, ADD_LAST, HOST, 2, NEW_IN_1, DONE, "2:-@19" },
    { bare_ips, ADD_LAST, HOST, 3, NEW, FAILS(VIR_ERR_OPERATION_INVALID), NO_INDEX("3") },
    { second_serves, ADD_LAST, HOST, -1, NEW, DONE, "1:-@19" },
    { second_serves, ADD_LAST, HOST, -1, NEW_IN_1, DONE, "1:-@19" },
    { second_serves, ADD_LAST, HOST, 1, NEW_IN_1, DONE, "1:-@19" },
    { second_serves, ADD_LAST, HOST, 0, NEW, FAILS(VIR_ERR_OPERATION_INVALID), SINGLE },
    { second_serves, ADD_LAST, HOST, 0, "<host mac='" MAC("9") "'/>", FAILS(VIR_ERR_XML_ERROR),
      "XML error: Missing IP address in static host definition for network 'n'" },
    { plain, ADD_LAST, HOST, -1, "<host id='0:1' name='six' ip='fd00::1'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      OTHER_FAMILY },
    { plain, ADD_LAST, HOST, 0, "<host name='six' ip='fd00::1'/>", FAILS(VIR_ERR_OPERATION_INVALID), OTHER_FAMILY },
    { plain, MODIFY, HOST, 0, "<host name='a' ip='fd00::1'/>", FAILS(VIR_ERR_OPERATION_INVALID), OTHER_FAMILY },
    { plain, DELETE, HOST, 0, "<host ip='fd00::1'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      "Requested operation is not valid: couldn't locate a matching dhcp host entry in network 'n'" },
    { plain, ADD_LAST, TXT, -1, "<txt name='u' value='3'/>", DONE, "s=1 t=2 u=3" },
    { plain, ADD_LAST, TXT, 0, "<txt name='u' value='3'/>", DONE, "s=1 t=2 u=3" },
    { plain, ADD_LAST, TXT, 1, "<txt name='u' value='3'/>", FAILS(VIR_ERR_INVALID_ARG), ONE_PARENT("1") },
    { plain, DELETE, TXT, 99, "<txt name='s'/>", FAILS(VIR_ERR_INVALID_ARG), ONE_PARENT("99") },
    { plain, DELETE, TXT, 99, "<txt name='absent'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      "Requested operation is not valid: couldn't locate a matching DNS TXT record in network n" },
    { plain, ADD_LAST, TXT, -2, "<txt name='u' value='3'/>", FAILS(VIR_ERR_INVALID_ARG), ONE_PARENT("-2") },
};

#define WRONG_ELEMENT(got, wanted) \
    "XML error: unexpected element <" got ">, expecting <" wanted ">, while updating network 'n'"
#define NO_COMMAND(number) "Operation not supported: unrecognized network update command code " number
#define NO_SECTION "Operation not supported: can't update unrecognized section of network"

static const Edit forms[] = {
    { plain, ADD_LAST, HOST, -1, "<txt name='s'/>", FAILS(VIR_ERR_XML_ERROR), WRONG_ELEMENT("txt", "host") },
    { plain, ADD_LAST, HOST, -1, "<Host/>", FAILS(VIR_ERR_XML_ERROR), WRONG_ELEMENT("Host", "host") },
    { plain, ADD_LAST, HOST, 99, "<range/>", FAILS(VIR_ERR_XML_ERROR), WRONG_ELEMENT("range", "host") },
    { plain, ADD_LAST, TXT, 99, "<host/>", FAILS(VIR_ERR_XML_ERROR), WRONG_ELEMENT("host", "txt") },
    { plain, ADD_LAST, HOST, -1, "<host xmlns='urn:x' mac='" MAC("9") "' ip='10.0.0.19'/>", FAILS(VIR_ERR_XML_ERROR),
      WRONG_ELEMENT("host", "host") },
    { plain, ADD_LAST, TXT, -1, "<x:txt xmlns:x='urn:x' name='u' value='3'/>", FAILS(VIR_ERR_XML_ERROR),
      WRONG_ELEMENT("x:txt", "txt") },
    { plain, 0, HOST, -1, NEW, FAILS(VIR_ERR_OPERATION_UNSUPPORTED), NO_COMMAND("0") },
    { plain, 5, HOST, -1, NEW, FAILS(VIR_ERR_OPERATION_UNSUPPORTED), NO_COMMAND("5") },
    { plain, 99, TXT, -1, "<txt name='u' value='3'/>", FAILS(VIR_ERR_OPERATION_UNSUPPORTED), NO_COMMAND("99") },
    { plain, G_MAXUINT32, TXT, -1, "<txt name='u' value='3'/>", FAILS(VIR_ERR_OPERATION_UNSUPPORTED),
      NO_COMMAND("-1") },
    { plain, ADD_LAST, 0, -1, NEW, FAILS(VIR_ERR_OPERATION_UNSUPPORTED), NO_SECTION },
    { plain, ADD_LAST, 13, -1, NEW, FAILS(VIR_ERR_OPERATION_UNSUPPORTED), NO_SECTION },
    { plain, 99, G_MAXUINT32, -1, NEW, FAILS(VIR_ERR_OPERATION_UNSUPPORTED), NO_SECTION },
};

/* --- ip-dhcp-host ----------------------------------------------------------------------------------------------- */

#define EXISTS(mac, name, ip) "Requested operation is not valid: there is an existing dhcp host entry in network 'n' " \
    "that matches \"<host mac='" mac "' name='" name "' ip='" ip "'/>\""
#define MISSING(mac, name, ip) "Requested operation is not valid: couldn't locate an existing dhcp host entry with " \
    "\"mac='" mac "'\" \"name='" name "'\" \"ip='" ip "'\" in network 'n'"
#define NO_MATCH "Requested operation is not valid: couldn't locate a matching dhcp host entry in network 'n'"
#define SEVERAL(a, b) "Requested operation is not valid: several entries of network 'n' match: " a " and " b
#define A "<host mac='" MAC("1") "' name='a' ip='10.0.0.11'/>"
#define B "<host mac='" MAC("2") "' name='b' ip='10.0.0.12'/>"
#define MAC_OR_NAME "XML error: Static host definition in IPv4 network 'n' must have mac or name attribute"
#define ONE_OF_THREE \
    "XML error: At least one of name, mac, or ip attribute must be specified for static host definition in network 'n' "

static const Edit hosts[] = {
    { plain, ADD_FIRST, HOST, -1, NEW, DONE, "0:-@19 0:a@11 0:b@12" },
    { plain, ADD_LAST, HOST, -1, "<host name='A' ip='10.0.0.13'/>", DONE, "0:a@11 0:b@12 0:A@13" },
    { plain, ADD_LAST, HOST, -1, "<host mac='52:54:0:0:0:1' ip='10.0.0.13'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      EXISTS("52:54:0:0:0:1", "(null)", "10.0.0.13") },
    { plain, ADD_FIRST, HOST, -1, "<host name='b' ip='10.0.0.13'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      EXISTS("unknown", "b", "10.0.0.13") },
    { plain, ADD_LAST, HOST, -1, "<host mac='" MAC("9") "' name='z' ip='10.0.12'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      EXISTS(MAC("9"), "z", "10.0.0.12") },
    { plain, ADD_LAST, HOST, -1, "<host ip='10.0.0.13'/>", FAILS(VIR_ERR_XML_ERROR), MAC_OR_NAME },
    { plain, ADD_LAST, HOST, -1, "<host/>", FAILS(VIR_ERR_XML_ERROR), MAC_OR_NAME },
    { plain, MODIFY, HOST, -1, "<host id='0:1' ip='10.0.0.13'/>", FAILS(VIR_ERR_XML_ERROR), MAC_OR_NAME },
    { plain, MODIFY, HOST, -1, "<host name='a'/>", FAILS(VIR_ERR_XML_ERROR),
      "XML error: Missing IP address in static host definition for network 'n'" },
    { plain, ADD_LAST, HOST, -1, "<host mac='x' ip='10.0.0.13'/>", FAILS(VIR_ERR_XML_ERROR),
      "XML error: Cannot parse MAC address 'x' in network 'n'" },
    { plain, DELETE, HOST, -1, "<host mac='03:00:00:00:00:01'/>", FAILS(VIR_ERR_XML_ERROR),
      "XML error: expected unicast mac address, found multicast '03:00:00:00:00:01' in network 'n'" },
    { plain, DELETE, HOST, -1, "<host ip='10.0.0.256'/>", FAILS(VIR_ERR_XML_ERROR),
      "XML error: Invalid IP address in static host definition for network 'n'" },
    { plain, DELETE, HOST, -1, "<host name=''/>", FAILS(VIR_ERR_XML_ERROR),
      "XML error: Cannot use host name '' in network 'n'" },
    { plain, DELETE, HOST, 0, "<host id='0:z' name='a'/>", FAILS(VIR_ERR_XML_ERROR),
      "XML error: Invalid character 'z' in id '0:z' of network 'n'" },
    { plain, ADD_LAST, HOST, -1, "<host name='c' ip='10.0.0.13'><lease expiry='1'/></host>",
      FAILS(VIR_ERR_CONFIG_UNSUPPORTED),
      "unsupported configuration: The minimum lease time should be greater than 2 minutes" },
    { plain, ADD_LAST, HOST, -1, "<host name='c' ip='10.0.0.13'><lease expiry='9' unit='days'/></host>",
      VIR_ERR_XML_ERROR, VIR_FROM_XML, "XML error: Invalid value for attribute 'unit' in element 'lease': 'days'." },
    { plain, ADD_LAST, HOST, -1, "<host colour='red' name='c' ip='10.0.0.13'><odd/></host>", DONE,
      "0:a@11 0:b@12 0:c@13" },
    { plain, MODIFY, HOST, -1, "<host mac='" MAC("1") "' ip='10.0.0.21'/>", DONE, "0:-@21 0:b@12" },
    { plain, MODIFY, HOST, -1, "<host mac='" MAC("9") "' name='b' ip='10.0.0.22'/>", DONE, "0:a@11 0:b@22" },
    { plain, MODIFY, HOST, -1, "<host name='c' ip='10.0.0.12'/>", DONE, "0:a@11 0:c@12" },
    { plain, MODIFY, HOST, -1, "<host mac='" MAC("2") "' ip='10.0.0.11'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      SEVERAL(A, B) },
    { plain, MODIFY, HOST, -1, "<host mac='" MAC("1") "' name='b' ip='10.0.0.13'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      SEVERAL(A, B) },
    { plain, MODIFY, HOST, -1, NEW, FAILS(VIR_ERR_OPERATION_INVALID), MISSING(MAC("9"), "(null)", "10.0.0.19") },
    { plain, MODIFY, HOST, -1, "<host name='B' ip='10.0.0.13'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      MISSING("unknown", "B", "10.0.0.13") },
    { plain, DELETE, HOST, -1, "<host mac='52:54:0:0:0:1'/>", DONE, "0:b@12" },
    { plain, DELETE, HOST, -1, "<host name='b'/>", DONE, "0:a@11" },
    { plain, DELETE, HOST, -1, "<host ip='10.0.0.12'/>", DONE, "0:a@11" },
    { plain, DELETE, HOST, -1, "<host mac='" MAC("1") "' name='a' ip='10.0.0.11'/>", DONE, "0:b@12" },
    { plain, DELETE, HOST, -1, "<host mac='" MAC("1") "' name='b'/>", FAILS(VIR_ERR_OPERATION_INVALID), NO_MATCH },
    { plain, DELETE, HOST, -1, "<host mac='" MAC("1") "' ip='10.0.0.12'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      NO_MATCH },
    { plain, DELETE, HOST, -1, "<host name='A'/>", FAILS(VIR_ERR_OPERATION_INVALID), NO_MATCH },
    { plain, DELETE, HOST, -1, "<host/>", FAILS(VIR_ERR_XML_ERROR), ONE_OF_THREE },
    { plain, DELETE, HOST, 0, "<host id='0:1'/>", FAILS(VIR_ERR_XML_ERROR), ONE_OF_THREE },
    { doubles, DELETE, HOST, -1, "<host name='a'/>", DONE, "0:b@12 0:a@13" },
    { doubles, DELETE, HOST, -1, "<host name='a' ip='10.0.0.13'/>", DONE, "0:a@11 0:b@12" },
};

/* --- dns-txt ---------------------------------------------------------------------------------------------------- */

#define NO_TXT "Requested operation is not valid: couldn't locate a matching DNS TXT record in network n"

static const Edit txts[] = {
    { plain, ADD_FIRST, TXT, -1, "<txt name='u' value=''/>", DONE, "u= s=1 t=2" },
    { empty, ADD_LAST, TXT, -1, "<txt name='S' value='v'/>", DONE, "S=v" },
    { plain, ADD_LAST, TXT, -1, "<txt name='S' value='v'/>", DONE, "s=1 t=2 S=v" },
    { plain, ADD_LAST, TXT, -1, "<txt name='s' value='other'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      "Requested operation is not valid: there is already a DNS TXT record with name 's' in network n" },
    { plain, ADD_LAST, TXT, -1, "<txt value='v'/>", FAILS(VIR_ERR_XML_DETAIL),
      "missing required name attribute in DNS TXT record of network n" },
    { plain, DELETE, TXT, -1, "<txt value='1'/>", FAILS(VIR_ERR_XML_DETAIL),
      "missing required name attribute in DNS TXT record of network n" },
    { plain, ADD_LAST, TXT, -1, "<txt name='u'/>", FAILS(VIR_ERR_XML_DETAIL),
      "missing required value attribute in DNS TXT record named 'u' of network n" },
    { plain, MODIFY, TXT, -1, "<txt name='s'/>", FAILS(VIR_ERR_XML_DETAIL),
      "missing required value attribute in DNS TXT record named 's' of network n" },
    { plain, ADD_LAST, TXT, -1, "<txt name='a b' value='v'/>", FAILS(VIR_ERR_XML_DETAIL),
      "prohibited character in DNS TXT record name 'a b' of network n" },
    { plain, DELETE, TXT, -1, "<txt name='a,b'/>", FAILS(VIR_ERR_XML_DETAIL),
      "prohibited character in DNS TXT record name 'a,b' of network n" },
    { plain, MODIFY, TXT, -1, "<txt name='s' value='9'/>", DONE, "s=9 t=2" },
    { plain, MODIFY, TXT, -1, "<txt name='u' value='9'/>", FAILS(VIR_ERR_OPERATION_INVALID), NO_TXT },
    { plain, DELETE, TXT, -1, "<txt name='s'/>", DONE, "t=2" },
    { plain, DELETE, TXT, -1, "<txt name='t' value='whatever'/>", DONE, "s=1" },
    { plain, DELETE, TXT, -1, "<txt name='T'/>", FAILS(VIR_ERR_OPERATION_INVALID), NO_TXT },
    { doubles, DELETE, TXT, -1, "<txt name='s'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      SEVERAL("<txt name='s' value='1'/>", "<txt name='s' value='2'/>") },
    { doubles, MODIFY, TXT, -1, "<txt name='s' value='3'/>", FAILS(VIR_ERR_OPERATION_INVALID),
      SEVERAL("<txt name='s' value='1'/>", "<txt name='s' value='2'/>") },
};

/* --- ip-dhcp-range, dns-host, dns-srv --------------------------------------------------------------------------- */

#define RANGE_OF(start, end) "<range start='10.0.0." start "' end='10.0.0." end "'/>"
#define INVALID(text) FAILS(VIR_ERR_OPERATION_INVALID), "Requested operation is not valid: " text

static const Edit ranges[] = {
    { served, ADD_LAST, RANGE, -1, RANGE_OF("30", "39"), DONE, "10-19 20-29 30-39" },
    { served, ADD_FIRST, RANGE, 0, RANGE_OF("30", "39"), DONE, "30-39 10-19 20-29" },
    { served, ADD_LAST, RANGE, -1, RANGE_OF("10", "15"), DONE, "10-19 20-29 10-15" },
    { served, ADD_LAST, RANGE, -1, RANGE_OF("10", "19"),
      INVALID("there is an existing dhcp range entry in network 'n' that matches \"" RANGE_OF("10", "19") "\"") },
    { served, ADD_LAST, RANGE, -1, "<range start='10.0.0.10'/>", FAILS(VIR_ERR_XML_ERROR),
      "XML error: Missing 'end' attribute in dhcp range for network 'n'" },
    { served, ADD_LAST, RANGE, -1, RANGE_OF("39", "30"), VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE,
      "internal error: range 10.0.0.39 - 10.0.0.30 is reversed " },
    { served, ADD_LAST, RANGE, 1, RANGE_OF("30", "39"), FAILS(VIR_ERR_OPERATION_INVALID), NO_INDEX("1") },
    { served, DELETE, RANGE, -1, RANGE_OF("20", "29"), DONE, "10-19" },
    { served, DELETE, RANGE, -1, RANGE_OF("20", "28"),
      INVALID("couldn't locate a matching dhcp range entry in network 'n'") },
    { served, MODIFY, RANGE, -1, RANGE_OF("10", "15"), DONE, "10-15 20-29" },
    { served, MODIFY, RANGE, -1, RANGE_OF("12", "19"), DONE, "12-19 20-29" },
    { served, MODIFY, RANGE, -1, RANGE_OF("10", "29"), DONE, "10-29 20-29" },
    { served, MODIFY, RANGE, -1, RANGE_OF("30", "39"),
      INVALID("couldn't locate a dhcp range entry in network 'n' with the start or the end of \"" RANGE_OF("30", "39") "\"") },
    { second_serves, ADD_LAST, RANGE, -1, "<range start='10.0.1.20' end='10.0.1.29'/>", DONE, "2-9 20-29" },
};

#define NAMED(ip, name) "<host ip='10.0.0." ip "'><hostname>" name "</hostname></host>"
#define NO_DNS_HOST INVALID("couldn't locate a matching DNS HOST record in network n")

static const Edit dns_hosts[] = {
    { served, ADD_LAST, DNS_HOST, -1, NAMED("7", "a"), DONE, "5=a,b 6=c 7=a" },
    { served, ADD_FIRST, DNS_HOST, 0, NAMED("7", "x"), DONE, "7=x 5=a,b 6=c" },
    { served, ADD_LAST, DNS_HOST, -1, NAMED("5", "x"),
      INVALID("there is already at least one DNS HOST record with a matching field in network n") },
    { served, MODIFY, DNS_HOST, -1, NAMED("5", "x"), DONE, "5=x 6=c" },
    { served, MODIFY, DNS_HOST, -1, NAMED("7", "a"), NO_DNS_HOST },
    { served, DELETE, DNS_HOST, -1, "<host ip='10.0.0.6'/>", DONE, "5=a,b" },
    { served, DELETE, DNS_HOST, -1, "<host><hostname>b</hostname></host>", DONE, "6=c" },
    { served, DELETE, DNS_HOST, -1, "<host ip='10.0.0.5'><hostname>c</hostname></host>",
      INVALID("multiple matching DNS HOST records were found in network n") },
    { served, DELETE, DNS_HOST, -1, "<host ip='10.0.0.9'/>", NO_DNS_HOST },
    { served, DELETE, DNS_HOST, -1, "<host/>", VIR_ERR_XML_DETAIL, VIR_FROM_NETWORK,
      "Missing ip and hostname in network 'n' DNS HOST record" },
    { served, ADD_LAST, DNS_HOST, 1, NAMED("7", "x"), FAILS(VIR_ERR_INVALID_ARG),
      "invalid argument: parent index 1: section 'dns-host' has one parent only, so that it must be -1 or 0" },
};

#define NO_SRV INVALID("couldn't locate a matching DNS SRV record in network n")

static const Edit srvs[] = {
    { served, ADD_LAST, SRV, -1, "<srv service='sip' protocol='tcp' domain='e'/>", DONE, "sip.tcp.d=t sip.udp sip.tcp.e" },
    { served, ADD_FIRST, SRV, -1, "<srv service='x' protocol='tcp'/>", DONE, "x.tcp sip.tcp.d=t sip.udp" },
    { served, ADD_LAST, SRV, -1, "<srv service='sip' protocol='tcp'/>",
      INVALID("there is already at least one DNS SRV record matching all specified fields in network n") },
    { served, MODIFY, SRV, -1, "<srv service='sip' protocol='tcp' domain='d' target='u'/>", DONE, "sip.tcp.d=u sip.udp" },
    { served, MODIFY, SRV, -1, "<srv service='sip' protocol='tcp'/>", NO_SRV },
    { served, DELETE, SRV, -1, "<srv protocol='udp'/>", DONE, "sip.tcp.d=t" },
    { served, DELETE, SRV, -1, "<srv port='5060' target='t'/>", DONE, "sip.udp" },
    { served, DELETE, SRV, -1, "<srv service='sip'/>",
      INVALID("multiple DNS SRV records matching all specified fields were found in network n") },
    { served, DELETE, SRV, -1, "<srv service='ldap'/>", NO_SRV },
};

/* --- How rows are run ------------------------------------------------------------------------------------------- */

static void appendHosts(GString *out, const virNetworkIp *ip, guint index)
{
    for (guint i = 0; i < ip->hosts->len; i++) {
        const virNetworkDhcpHost *host = ip->hosts->pdata[i];

        g_string_append_printf(out, "%s%u:%s@%u", *out->str ? " " : "", index, host->name ? host->name : "-",
                               host->ip.bytes[3]);
    }
}

static void appendRanges(GString *out, const virNetworkIp *ip)
{
    for (guint i = 0; i < ip->ranges->len; i++) {
        const virNetworkDhcpRange *range = ip->ranges->pdata[i];

        g_string_append_printf(out, "%s%u-%u", *out->str ? " " : "", range->start.bytes[3], range->end.bytes[3]);
    }
}

static void appendDnsHost(GString *out, const virNetworkDnsHost *host)
{
    g_string_append_printf(out, "%s%u=", *out->str ? " " : "", host->ip.bytes[3]);
    for (guint i = 0; i < host->names->len; i++)
        g_string_append_printf(out, "%s%s", i ? "," : "", (const char *)host->names->pdata[i]);
}

static void appendSrv(GString *out, const virNetworkDnsSrv *srv)
{
    g_string_append_printf(out, "%s%s.%s", *out->str ? " " : "", srv->service, srv->protocol);
    if (srv->domain)
        g_string_append_printf(out, ".%s", srv->domain);
    if (srv->target)
        g_string_append_printf(out, "=%s", srv->target);
}

static char *listOf(const virNetworkDef *def, unsigned int section)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; section == HOST && i < def->ips->len; i++)
        appendHosts(out, def->ips->pdata[i], i);
    for (guint i = 0; section == RANGE && i < def->ips->len; i++)
        appendRanges(out, def->ips->pdata[i]);
    for (guint i = 0; section == DNS_HOST && i < def->dns_hosts->len; i++)
        appendDnsHost(out, def->dns_hosts->pdata[i]);
    for (guint i = 0; section == SRV && i < def->srvs->len; i++)
        appendSrv(out, def->srvs->pdata[i]);
    for (guint i = 0; section == TXT && i < def->txts->len; i++) {
        const virNetworkDnsTxt *txt = def->txts->pdata[i];

        g_string_append_printf(out, "%s%s=%s", i ? " " : "", txt->name, txt->value);
    }
    return g_string_free(out, FALSE);
}

static virNetworkDef *parsed(const char *xml)
{
    g_autoptr(GError) err = NULL;
    virNetworkDef *def = virNetworkDefParse(xml, &err);

    g_assert_no_error(err);
    return def;
}

/* Puts the new version in the place of *@def. */
static int apply(virNetworkDef **def, const Edit *row, GError **err)
{
    const virXMLSource source = { .text = row->element, .source = "element", .domain = VIR_FROM_NETWORK };
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, NULL);
    const virNetworkSectionEdit edit = {
        .command = row->command, .section = row->section, .parent_index = row->parent_index,
        .root = xmlDocGetRootElement(doc),
    };

    g_autoptr(virNetworkDef) edited = virNetworkSectionApply(*def, &edit, err);

    if (!edited)
        return -1;
    virNetworkDefUnref(*def);
    *def = g_steal_pointer(&edited);
    return 0;
}

static void checkRow(const Edit *row)
{
    g_autoptr(virNetworkDef) was = parsed(row->network);
    g_autoptr(virNetworkDef) copy = virNetworkDefRef(was);
    g_autofree char *before = virNetworkDefFormat(was);
    g_autofree char *after = NULL;
    g_autofree char *list = NULL;
    g_autoptr(GError) err = NULL;
    int ret = apply(&copy, row, &err);

    /* The version that others see never changes. */
    after = virNetworkDefFormat(was);
    g_assert_cmpstr(after, ==, before);
    if (row->code) {
        g_assert_cmpint(ret, ==, -1);
        g_assert_error(err, VIR_ERROR, row->code);
        g_assert_cmpstr(err->message, ==, row->text);
        g_assert_cmpint(virErrorGetInfo(err)->domain, ==, row->domain);
        return;
    }
    g_assert_no_error(err);
    g_assert_cmpint(ret, ==, 0);
    list = listOf(copy, row->section);
    g_assert_cmpstr(list, ==, row->text);
    g_assert_false(virNetworkDefEqual(was, copy));
}

typedef struct {
    const Edit *rows;
    gsize n;
} Edits;

static const Edits tables[] = {
    { parents, G_N_ELEMENTS(parents) },
    { forms, G_N_ELEMENTS(forms) },
    { hosts, G_N_ELEMENTS(hosts) },
    { txts, G_N_ELEMENTS(txts) },
    { ranges, G_N_ELEMENTS(ranges) },
    { dns_hosts, G_N_ELEMENTS(dns_hosts) },
    { srvs, G_N_ELEMENTS(srvs) },
};

static void checkTable(gconstpointer data)
{
    const Edits *table = data;

    for (gsize i = 0; i < table->n; i++) {
        g_test_message("row %zu: command %u, section %u, parent %d: %s", i, table->rows[i].command,
                       table->rows[i].section, table->rows[i].parent_index, table->rows[i].element);
        checkRow(&table->rows[i]);
    }
}

static void sectionsHaveNames(void)
{
    static const char *const names[] = {
        "network", "bridge", "domain", "ip", "ip-dhcp-host", "ip-dhcp-range", "forward", "forward interface", "forward pf",
        "portgroup", "dns-host", "dns-txt", "dns-srv",
    };

    g_assert_cmpuint(G_N_ELEMENTS(names), ==, VIR_NETWORK_SECTION_DNS_SRV + 1);
    for (unsigned int section = 0; section < G_N_ELEMENTS(names); section++)
        g_assert_cmpstr(virNetworkSectionName(section), ==, names[section]);
    g_assert_null(virNetworkSectionName(G_N_ELEMENTS(names)));
}

/* With an IPv6 <ip> in front of the others. */
static const struct {
    int parent_index;
    const char *element;
    int code;
    const char *text;
} mixed[] = {
    { -1, NEW, 0, "1:-@19" },
    { -1, NEW_IN_1, 0, "2:-@19" },
    { -1, "<host id='0:1' ip='fd00::5'/>", 0, "0:-@0" },
    { -1, "<host name='six' ip='fd01::5'/>", 0, "0:six@0" },
    { 0, NEW, VIR_ERR_XML_ERROR,
      "XML error: Invalid to specify MAC address '" MAC("9") "' in network 'n' IPv6 static host definition" },
    { -1, "<host mac='" MAC("9") "' ip='fd00::5'/>", VIR_ERR_XML_ERROR,
      "XML error: Invalid to specify MAC address '" MAC("9") "' in network 'n' IPv6 static host definition" },
    { -1, "<host ip='fd00::5'/>", VIR_ERR_XML_ERROR,
      "XML error: Static host definition in IPv6 network 'n' must have id or name attribute" },
    { -1, "<host id='0:1'/>", VIR_ERR_XML_ERROR,
      "XML error: Missing IP address in static host definition for network 'n'" },
    { 1, "<host name='six' ip='fd00::5'/>", VIR_ERR_OPERATION_INVALID, OTHER_FAMILY },
    { 0, "<host name='four' ip='10.0.0.5'/>", VIR_ERR_OPERATION_INVALID, OTHER_FAMILY },
};

static virNetworkIp *ipv6Parent(void)
{
    virNetworkIp *ip = virNetworkIpNew();

    ip->family = g_strdup("ipv6");
    ip->prefix = 64;
    g_assert_true(virSocketAddrParse("fd00::1", AF_INET6, &ip->address));
    return ip;
}

static void familyOfElementChoosesParent(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(mixed); i++) {
        const Edit row = { bare_ips, ADD_LAST, HOST, mixed[i].parent_index, mixed[i].element, DONE, NULL };
        g_autoptr(virNetworkDef) def = parsed(bare_ips);
        g_autoptr(GError) err = NULL;
        g_autofree char *list = NULL;

        g_test_message("row %zu: %s", i, mixed[i].element);
        g_ptr_array_insert(def->ips, 0, ipv6Parent());
        g_assert_cmpint(apply(&def, &row, &err), ==, mixed[i].code ? -1 : 0);
        list = listOf(def, HOST);
        g_assert_cmpstr(mixed[i].code ? err->message : list, ==, mixed[i].text);
        g_assert_cmpint(err ? err->code : 0, ==, mixed[i].code);
    }
}

static void addThenDeleteIsTheSameAsBefore(void)
{
    static const Edit pairs[][2] = {
        { { plain, ADD_FIRST, HOST, -1, NEW, DONE, NULL }, { plain, DELETE, HOST, -1, NEW, DONE, NULL } },
        { { bare_ips, ADD_LAST, HOST, -1, NEW_IN_1, DONE, NULL },
          { bare_ips, DELETE, HOST, -1, NEW_IN_1, DONE, NULL } },
        { { empty, ADD_LAST, TXT, -1, "<txt name='u' value='3'/>", DONE, NULL },
          { empty, DELETE, TXT, -1, "<txt name='u'/>", DONE, NULL } },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autoptr(virNetworkDef) was = parsed(pairs[i][0].network);
        g_autoptr(virNetworkDef) def = virNetworkDefRef(was);

        g_assert_cmpint(apply(&def, &pairs[i][0], NULL), ==, 0);
        g_assert_false(virNetworkDefEqual(was, def));
        g_assert_cmpint(apply(&def, &pairs[i][1], NULL), ==, 0);
        g_assert_true(virNetworkDefEqual(was, def));
    }
}

static void untouchedEntriesStayShared(void)
{
    const Edit row = { plain, ADD_LAST, HOST, -1, NEW, DONE, NULL };
    g_autoptr(virNetworkDef) was = parsed(plain);
    g_autoptr(virNetworkDef) def = virNetworkDefRef(was);
    const virNetworkIp *old_ip = was->ips->pdata[0];
    const virNetworkIp *new_ip;

    g_assert_cmpint(apply(&def, &row, NULL), ==, 0);
    new_ip = def->ips->pdata[0];
    g_assert_true(new_ip != old_ip);
    g_assert_true(new_ip->hosts->pdata[0] == old_ip->hosts->pdata[0]);
    g_assert_true(new_ip->hosts->pdata[1] == old_ip->hosts->pdata[1]);
    g_assert_true(def->txts->pdata[0] == was->txts->pdata[0]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/section/parent/index-and-choice", &tables[0], checkTable);
    g_test_add_data_func("/section/form/command-section-and-element", &tables[1], checkTable);
    g_test_add_data_func("/section/ip-dhcp-host/commands-and-errors", &tables[2], checkTable);
    g_test_add_data_func("/section/dns-txt/commands-and-errors", &tables[3], checkTable);
    g_test_add_data_func("/section/ip-dhcp-range/commands-and-errors", &tables[4], checkTable);
    g_test_add_data_func("/section/dns-host/commands-and-errors", &tables[5], checkTable);
    g_test_add_data_func("/section/dns-srv/commands-and-errors", &tables[6], checkTable);
    g_test_add_func("/section/name/of-each", sectionsHaveNames);
    g_test_add_func("/section/parent/family-of-element-chooses", familyOfElementChoosesParent);
    g_test_add_func("/section/add-then-delete/same-as-before", addThenDeleteIsTheSameAsBefore);
    g_test_add_func("/section/copy/untouched-entries-stay-shared", untouchedEntriesStayShared);
    return g_test_run();
}
