/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_validate.c: the rules that a whole definition must obey
 *
 * Which definitions are refused, and that a fault which the replaced version has already does not stand in the way of
 * other changes. What cannot be read at all is tested with the parser.
 */
#include "test_network_validate.h"

#define NAMED(name, body) "<network><name>" name "</name>" body "</network>"
#define NET(body) NAMED("n", body)
#define HOST(name) NET("<ip address='10.0.0.1'><dhcp><host name='" name "' ip='10.0.0.2'/></dhcp></ip>")
#define TXT(name, value) NET("<dns><txt name='" name "' value='" value "'/></dns>")
#define BRIDGE(name) NET("<bridge name='" name "'/>")
#define DOMAIN(name) NET("<domain name='" name "'/>")
#define DHCP(n) "<ip address='10.0." n ".1'><dhcp><range start='10.0." n ".2' end='10.0." n ".3'/></dhcp></ip>"

#define ODD_HOST(shown) "XML error: network 'n': DHCP host name '" shown "' has a character that is not allowed there"
#define KEYWORD(shown) "XML error: network 'n': DHCP host name '" shown "' would be taken for a lease time or a keyword"
#define ODD_TXT(shown) \
    "XML error: network 'n': DNS TXT record name '" shown "' is empty or has a character that is not allowed there"
#define ODD_VALUE(shown) "XML error: network 'n': value of DNS TXT record '" shown "' has a control character"
#define ODD_BRIDGE(shown) "XML error: network 'n': bridge name '" shown "' has a character that is not allowed there"
#define ODD_DOMAIN(shown) "XML error: network 'n': domain name '" shown "' has a character that is not allowed there"
#define NO_FILE(name) "XML error: network '" name "': name '" name "' cannot be the name of a file"
#define NO_IP(mode) "XML error: " mode " forwarding requested, but no IP address provided for network 'n'"

static const Fault refused[] = {
    { NAMED(".", ""), VIR_ERR_XML_ERROR, NO_FILE(".") },
    { NAMED("..", ""), VIR_ERR_XML_ERROR, NO_FILE("..") },
    { NAMED("a&#9;b", ""), VIR_ERR_XML_ERROR,
      "XML error: network 'a\tb': name 'a\\tb' cannot be the name of a file" },
    { NET("<forward/>"), VIR_ERR_XML_ERROR, NO_IP("nat") },
    { NET("<forward mode='route'/>"), VIR_ERR_XML_ERROR, NO_IP("route") },
    { NET("<forward mode='open'/>"), VIR_ERR_XML_ERROR, NO_IP("open") },
    { NET(DHCP("1") DHCP("2")), VIR_ERR_CONFIG_UNSUPPORTED,
      "unsupported configuration: Multiple IPv4 dhcp sections found -- dhcp is supported only for a single IPv4 address "
      "on each network" },
    { NET("<ip address='10.0.0.1'><dhcp><host name='h' ip='fd00::1'/></dhcp></ip>"), VIR_ERR_XML_ERROR,
      "XML error: network 'n': DHCP host address fd00::1 is of another family than <ip address='10.0.0.1'>" },
    { NET("<forward mode='open' dev='eth0'/><ip address='10.0.0.1'/>"), VIR_ERR_XML_ERROR,
      "XML error: forward dev not allowed for network 'n' with forward mode='open'" },
    { NET("<forward><interface dev='a'/><interface dev='b'/></forward><ip address='10.0.0.1'/>"), VIR_ERR_XML_ERROR,
      "XML error: multiple forwarding interfaces specified for network 'n', only one is supported" },
    { NET("<forward dev='a&quot;b'/><ip address='10.0.0.1'/>"), VIR_ERR_XML_ERROR,
      "XML error: network 'n': forward device 'a\\\"b' has a character that is not allowed there" },
    { NET("<dns enable='no'><txt name='a' value='v'/></dns>"), VIR_ERR_XML_ERROR,
      "XML error: Extra data in disabled network 'n'" },
    { NET("<dns><forwarder domain='a&#10;b'/></dns>"), VIR_ERR_XML_ERROR,
      "XML error: network 'n': domain of DNS forwarder 'a\\nb' has a character that is not allowed there" },
    { NET("<dns><srv service='s' protocol='tcp' target='a,b'/></dns>"), VIR_ERR_XML_ERROR,
      "XML error: network 'n': target of DNS SRV record 'a,b' has a character that is not allowed there" },
    { NET("<dns><host ip='10.0.0.1'><hostname>a&#10;b</hostname></host></dns>"), VIR_ERR_XML_ERROR,
      "XML error: network 'n': name of DNS host 'a\\nb' has a character that is not allowed there" },
    { NET("<ip address='10.0.0.1'><tftp root='/a,b'/></ip>"), VIR_ERR_XML_ERROR,
      "XML error: network 'n': TFTP root '/a,b' has a comma or a control character" },
    { NET("<ip address='10.0.0.1'><dhcp><bootp file='a&#10;b'/></dhcp></ip>"), VIR_ERR_XML_ERROR,
      "XML error: network 'n': boot file 'a\\nb' has a comma or a control character" },
    { BRIDGE("a b"), VIR_ERR_XML_ERROR, ODD_BRIDGE("a b") },
    { BRIDGE("a/b"), VIR_ERR_XML_ERROR, ODD_BRIDGE("a/b") },
    { BRIDGE("a,b"), VIR_ERR_XML_ERROR, ODD_BRIDGE("a,b") },
    { BRIDGE("a*"), VIR_ERR_XML_ERROR, ODD_BRIDGE("a*") },
    { BRIDGE("a:1"), VIR_ERR_XML_ERROR, ODD_BRIDGE("a:1") },
    { BRIDGE("a&quot;"), VIR_ERR_XML_ERROR, ODD_BRIDGE("a\\\"") },
    { BRIDGE("a&#10;port=1"), VIR_ERR_XML_ERROR, ODD_BRIDGE("a\\nport=1") },
    { DOMAIN("a b"), VIR_ERR_XML_ERROR, ODD_DOMAIN("a b") },
    { DOMAIN("a/b"), VIR_ERR_XML_ERROR, ODD_DOMAIN("a/b") },
    { DOMAIN("a,10.0.0.0/8"), VIR_ERR_XML_ERROR, ODD_DOMAIN("a,10.0.0.0/8") },
    { DOMAIN("a#"), VIR_ERR_XML_ERROR, ODD_DOMAIN("a#") },
    { DOMAIN("a&#10;log-queries"), VIR_ERR_XML_ERROR, ODD_DOMAIN("a\\nlog-queries") },
    { TXT("", "v"), VIR_ERR_XML_ERROR, ODD_TXT("") },
    { TXT("a&#10;", "v"), VIR_ERR_XML_ERROR, ODD_TXT("a\\n") },
    { TXT("a&quot;", "v"), VIR_ERR_XML_ERROR, ODD_TXT("a\\\"") },
    { TXT("a\\", "v"), VIR_ERR_XML_ERROR, ODD_TXT("a\\\\") },
    { TXT("a#", "v"), VIR_ERR_XML_ERROR, ODD_TXT("a#") },
    { TXT("a", "v&#10;w"), VIR_ERR_XML_ERROR, ODD_VALUE("v\\nw") },
    { TXT("a", "v&#13;"), VIR_ERR_XML_ERROR, ODD_VALUE("v\\r") },
    { TXT("a", "&#9;v"), VIR_ERR_XML_ERROR, ODD_VALUE("\\tv") },
    { TXT("a", "&#127;"), VIR_ERR_XML_ERROR, ODD_VALUE("\\177") },
    { HOST("a b"), VIR_ERR_XML_ERROR, ODD_HOST("a b") },
    { HOST("a,b"), VIR_ERR_XML_ERROR, ODD_HOST("a,b") },
    { HOST("a&#10;b"), VIR_ERR_XML_ERROR, ODD_HOST("a\\nb") },
    { HOST("a&#13;b"), VIR_ERR_XML_ERROR, ODD_HOST("a\\rb") },
    { HOST("a&#9;b"), VIR_ERR_XML_ERROR, ODD_HOST("a\\tb") },
    { HOST("set:a"), VIR_ERR_XML_ERROR, ODD_HOST("set:a") },
    { HOST("a#b"), VIR_ERR_XML_ERROR, ODD_HOST("a#b") },
    { HOST("a[a]"), VIR_ERR_XML_ERROR, ODD_HOST("a[a]") },
    { HOST("a=b"), VIR_ERR_XML_ERROR, ODD_HOST("a=b") },
    { HOST("a*"), VIR_ERR_XML_ERROR, ODD_HOST("a*") },
    { HOST("a\\b"), VIR_ERR_XML_ERROR, ODD_HOST("a\\\\b") },
    { HOST("a&quot;"), VIR_ERR_XML_ERROR, ODD_HOST("a\\\"") },
    { HOST("ignore"), VIR_ERR_XML_ERROR, KEYWORD("ignore") },
    { HOST("infinite"), VIR_ERR_XML_ERROR, KEYWORD("infinite") },
    { HOST("45"), VIR_ERR_XML_ERROR, KEYWORD("45") },
    { HOST("45m"), VIR_ERR_XML_ERROR, KEYWORD("45m") },
    { HOST("7H"), VIR_ERR_XML_ERROR, KEYWORD("7H") },
};

static void faultsAreRefused(void)
{
    checkFaults(refused, G_N_ELEMENTS(refused));
}

static void soundOnesPass(void)
{
    static const char *const sound[] = {
        NET(""),
        NAMED("a b \xc3\xa4 %d", ""),
        NAMED("...", ""),
        NET("<forward/><ip address='10.0.0.1'/>"),
        NET("<forward mode='open'/><ip address='10.0.0.1'/>"),
        NET(DHCP("1") "<ip address='10.0.2.1'><dhcp/></ip>"),
        BRIDGE("virbr%d"),
        BRIDGE("br-a_b.1"),
        DOMAIN("a-b.example"),
        TXT("_a._tcp.example", ""),
        TXT("a", "any, &quot;quoted&quot; \\ # text \xc3\xa4"),
        HOST("a"),
        HOST("a-b_c.example"),
        HOST("4a"),
        HOST("45x"),
        HOST("45mm"),
        HOST("m45"),
        HOST("ignored"),
        HOST("a\xc3\xa4"),
        NET("<ip address='10.0.0.1'><dhcp><host mac='52:54:00:00:00:01' ip='10.0.0.2'/></dhcp></ip>"),
    };

    checkSound(sound, G_N_ELEMENTS(sound));
}

/* A definition that has stood since a version which let everything pass. */
#define OLD "<network><name>..</name><bridge name='a b'/><domain name='c d'/>" \
    "<dns><txt name='e&#10;' value='&#10;'/></dns>" \
    "<ip address='10.0.0.1'><dhcp><host name='f g' ip='10.0.0.2'/></dhcp></ip></network>"

static void oldFaultsAreTolerated(void)
{
    g_autoptr(virNetworkDef) was = parsed(OLD);
    g_autoptr(virNetworkDef) def = virNetworkDefCopy(was);
    g_autoptr(GError) err = NULL;
    virNetworkIp *ip = virNetworkIpCopy(was->ips->pdata[0]);
    virNetworkDhcpHost *host = virNetworkDhcpHostNew();

    host->name = g_strdup("sound");
    g_assert_true(virSocketAddrParse("10.0.0.3", AF_INET, &host->ip));
    g_ptr_array_add(ip->hosts, host);
    virNetworkIpUnref(def->ips->pdata[0]);
    def->ips->pdata[0] = ip;
    g_assert_cmpint(virNetworkDefValidate(was, NULL, NULL), ==, -1);
    g_assert_cmpint(virNetworkDefValidate(def, was, &err), ==, 0);
    g_assert_no_error(err);
}

static void newBridge(virNetworkDef *def)
{
    g_free(def->bridge);
    def->bridge = g_strdup("x y");
}

static void newDomain(virNetworkDef *def)
{
    g_free(def->domain);
    def->domain = g_strdup("x y");
}

static void newTxt(virNetworkDef *def)
{
    virNetworkDnsTxt *txt = virNetworkDnsTxtNew();

    txt->name = g_strdup("x#y");
    txt->value = g_strdup("");
    g_ptr_array_add(def->txts, txt);
}

static void newHost(virNetworkDef *def)
{
    virNetworkIp *ip = virNetworkIpCopy(def->ips->pdata[0]);
    virNetworkDhcpHost *host = virNetworkDhcpHostNew();

    host->name = g_strdup("x y");
    g_ptr_array_add(ip->hosts, host);
    virNetworkIpUnref(def->ips->pdata[0]);
    def->ips->pdata[0] = ip;
}

static void newForward(virNetworkDef *def)
{
    def->forward = VIR_NETWORK_FORWARD_ROUTE;
    g_ptr_array_set_size(def->ips, 0);
}

static void newDhcp(virNetworkDef *def)
{
    g_ptr_array_add(def->ips, virNetworkIpRef(def->ips->pdata[0]));
}

static const struct {
    void (*change)(virNetworkDef *def);
    int code;
    const char *part;           /* of the message */
} changes[] = {
    { newBridge, VIR_ERR_XML_ERROR, "bridge name 'x y'" },
    { newDomain, VIR_ERR_XML_ERROR, "domain name 'x y'" },
    { newTxt, VIR_ERR_XML_ERROR, "DNS TXT record name 'x#y'" },
    { newHost, VIR_ERR_XML_ERROR, "DHCP host name 'x y'" },
    { newForward, VIR_ERR_XML_ERROR, "route forwarding requested" },
    { newDhcp, VIR_ERR_CONFIG_UNSUPPORTED, "Multiple IPv4 dhcp sections" },
};

static void newFaultsBesideOldOnesAreRefused(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autoptr(virNetworkDef) was = parsed(OLD);
        g_autoptr(virNetworkDef) def = virNetworkDefCopy(was);
        g_autoptr(GError) err = NULL;

        changes[i].change(def);
        g_assert_cmpint(virNetworkDefValidate(def, was, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, changes[i].code);
        g_assert_nonnull(strstr(err->message, changes[i].part));
    }
}

static void secondFamilyHasItsOwnDhcp(void)
{
    g_autoptr(virNetworkDef) def = parsed(NET(DHCP("1")));
    g_autoptr(GError) err = NULL;
    virNetworkIp *ip = virNetworkIpNew();

    g_assert_true(virSocketAddrParse("fd00::1", AF_INET6, &ip->address));
    g_ptr_array_add(ip->ranges, virNetworkDhcpRangeNew());
    g_ptr_array_add(def->ips, ip);
    g_assert_cmpint(virNetworkDefValidate(def, NULL, &err), ==, 0);
    g_assert_no_error(err);
    g_ptr_array_add(def->ips, virNetworkIpRef(ip));
    g_assert_cmpint(virNetworkDefValidate(def, NULL, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
    g_assert_nonnull(strstr(err->message, "Multiple IPv6 dhcp sections"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/validate/new/faults-are-refused", faultsAreRefused);
    g_test_add_func("/validate/new/sound-ones-pass", soundOnesPass);
    g_test_add_func("/validate/old/faults-are-tolerated", oldFaultsAreTolerated);
    g_test_add_func("/validate/old/new-faults-beside-are-refused", newFaultsBesideOldOnesAreRefused);
    g_test_add_func("/validate/dhcp/second-family-has-its-own", secondFamilyHasItsOwnDhcp);
    return g_test_run();
}
