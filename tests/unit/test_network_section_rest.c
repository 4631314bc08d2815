/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_section_rest.c: edits of the parts of a network that are no lists of records, and of the whole
 *
 * Rows of command, section and element: what the new version's XML then holds and lacks, or the error. Rules on a definition
 * as a whole are judged too, as an update does. DHCP and DNS have test_network_section.c.
 */
#include <glib.h>
#include <libvirt/libvirt.h>
#include <string.h>

#include "network_format.h"
#include "network_live.h"
#include "network_parse.h"
#include "network_section.h"
#include "network_validate.h"
#include "virerror.h"
#include "virxml.h"

enum {
    MODIFY = VIR_NETWORK_UPDATE_COMMAND_MODIFY,
    DELETE = VIR_NETWORK_UPDATE_COMMAND_DELETE,
    ADD_LAST = VIR_NETWORK_UPDATE_COMMAND_ADD_LAST,
    ADD_FIRST = VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST,
    WHOLE = VIR_NETWORK_SECTION_NONE,
    BRIDGE = VIR_NETWORK_SECTION_BRIDGE,
    DOMAIN = VIR_NETWORK_SECTION_DOMAIN,
    IP = VIR_NETWORK_SECTION_IP,
    FORWARD = VIR_NETWORK_SECTION_FORWARD,
    INTERFACE = VIR_NETWORK_SECTION_FORWARD_INTERFACE,
    PF = VIR_NETWORK_SECTION_FORWARD_PF,
    GROUP = VIR_NETWORK_SECTION_PORTGROUP,
};

#define UUID "c7a5fdbd-cdaf-9455-926a-d65c16db1809"
#define NET(body) "<network><name>n</name><uuid>" UUID "</uuid>" body "</network>"
#define OURS(body) NET("<bridge name='b0' stp='off' delay='3'/><mac address='52:54:00:00:00:01'/>" body)
#define IP4 "<ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.2' end='10.0.0.9'/></dhcp></ip>"

static const char isolated[] = OURS("<domain name='old.example' localOnly='yes'/>" IP4);
static const char bare[] = OURS("");
static const char nat[] = OURS("<forward mode='nat' dev='eth0'><nat><port start='2000' end='3000'/></nat></forward>" IP4);
static const char natAny[] = OURS("<forward mode='nat'/>" IP4);
static const char pool[] = NET("<forward mode='passthrough'><interface dev='eth0'/><interface dev='eth1'/></forward>");
static const char functions[] = NET("<forward mode='hostdev' managed='yes'><pf dev='eth0'/></forward>");
static const char groups[] = OURS("<portgroup name='red' default='yes'/><portgroup name='blue'>"
                                  "<bandwidth><inbound average='100'/></bandwidth></portgroup>");

typedef struct {
    const char *network;
    unsigned int command, section;
    const char *element;
    int code;                   /* 0: it succeeds */
    const char *text;           /* the message, or what the XML then holds */
    const char *lacks;          /* what it no longer holds; NULL: nothing to say */
} Edit;

#define UNSUPPORTED VIR_ERR_OPERATION_UNSUPPORTED
#define INVALID VIR_ERR_OPERATION_INVALID
#define SAYS_UNSUPPORTED "Operation not supported: "
#define SAYS_INVALID "Requested operation is not valid: "
#define SAYS_CONFIG "unsupported configuration: "

static const Edit bridges[] = {
    { isolated, MODIFY, BRIDGE, "<bridge name='b0' stp='on' delay='0'/>", 0, "<bridge name='b0' stp='on' delay='0'/>", NULL },
    { isolated, MODIFY, BRIDGE, "<bridge delay='7'/>", 0, "<bridge name='b0' stp='on' delay='7'/>", NULL },
    { isolated, MODIFY, BRIDGE, "<bridge zone='home'/>", 0, "zone='home'", NULL },
    { isolated, MODIFY, BRIDGE, "<bridge name='b1'/>", 0, "<bridge name='b1' stp='on' delay='0'/>", NULL },
    { isolated, MODIFY, BRIDGE, "<bridge delay='x'/>", VIR_ERR_XML_ERROR, "XML error: Invalid delay value in network 'n'", NULL },
    { isolated, ADD_LAST, BRIDGE, "<bridge name='b1'/>", UNSUPPORTED,
      SAYS_UNSUPPORTED "network 'n': a network has exactly one bridge, so that none can be added", NULL },
    { isolated, ADD_FIRST, BRIDGE, "<bridge name='b1'/>", UNSUPPORTED,
      SAYS_UNSUPPORTED "network 'n': a network has exactly one bridge, so that none can be added", NULL },
    { isolated, DELETE, BRIDGE, "<bridge name='b0'/>", UNSUPPORTED,
      SAYS_UNSUPPORTED "network 'n': a network has exactly one bridge, so that it cannot be deleted", NULL },
    { isolated, 9, BRIDGE, "<bridge name='b0'/>", UNSUPPORTED,
      SAYS_UNSUPPORTED "unrecognized network update command code 9", NULL },
};

static const Edit domains[] = {
    { isolated, MODIFY, DOMAIN, "<domain name='new.example'/>", 0, "<domain name='new.example'/>", "localOnly" },
    { isolated, DELETE, DOMAIN, "<domain name='other.example'/>", 0, "<ip ", "<domain" },
    { isolated, DELETE, DOMAIN, "<domain/>", 0, "<ip ", "<domain" },
    { bare, ADD_LAST, DOMAIN, "<domain name='new.example' localOnly='no'/>", 0,
      "<domain name='new.example' localOnly='no'/>", NULL },
    { bare, ADD_FIRST, DOMAIN, "<domain name='new.example'/>", 0, "<domain name='new.example'/>", NULL },
    { bare, ADD_LAST, DOMAIN, "<domain/>", VIR_ERR_XML_ERROR,
      "XML error: missing name attribute in <domain> element of network 'n'", NULL },
    { isolated, ADD_LAST, DOMAIN, "<domain name='new.example'/>", INVALID,
      SAYS_INVALID "network 'n' has a <domain> element already, and can have only one", NULL },
    { bare, MODIFY, DOMAIN, "<domain name='new.example'/>", INVALID, SAYS_INVALID "network 'n' has no <domain> element", NULL },
    { bare, DELETE, DOMAIN, "<domain/>", INVALID, SAYS_INVALID "network 'n' has no <domain> element", NULL },
    { isolated, MODIFY, DOMAIN, "<forward/>", VIR_ERR_XML_ERROR,
      "XML error: unexpected element <forward>, expecting <domain>, while updating network 'n'", NULL },
};

static const Edit ips[] = {
    { isolated, ADD_LAST, IP, "<ip address='10.0.1.1' netmask='255.255.255.0'/>", 0,
      "<ip address='10.0.1.1' netmask='255.255.255.0'>", NULL },
    { isolated, ADD_FIRST, IP, "<ip family='ipv6' address='fd00::1' prefix='64'/>", 0,
      "<ip family='ipv6' address='fd00::1' prefix='64'>", NULL },
    { isolated, MODIFY, IP, "<ip address='10.0.0.1' netmask='255.255.255.0'/>", 0,
      "<ip address='10.0.0.1' netmask='255.255.255.0'>", "<dhcp>" },
    { isolated, MODIFY, IP, "<ip address='10.0.0.1' prefix='25'/>", 0, "prefix='25'", "<dhcp>" },
    { isolated, DELETE, IP, "<ip address='10.0.0.1' netmask='255.255.255.0'/>", 0, "<domain", "<ip" },
    { isolated, DELETE, IP, "<ip address='10.0.0.1'/>", 0, "<domain", "<range" },
    { isolated, DELETE, IP, "<ip address='10.0.0.1' prefix='25'/>", INVALID,
      SAYS_INVALID "couldn't find an ip entry in network 'n' matching \"<ip address='10.0.0.1' prefix='25'>\"", NULL },
    { isolated, MODIFY, IP, "<ip address='10.0.5.1' prefix='24'/>", INVALID,
      SAYS_INVALID "couldn't find an ip entry in network 'n' matching \"<ip address='10.0.5.1' prefix='24'>\"", NULL },
    { isolated, ADD_LAST, IP, "<ip address='10.0.0.1' prefix='24'/>", INVALID,
      SAYS_INVALID "there is an existing ip entry in network 'n' with the address of \"<ip address='10.0.0.1' prefix='24'>\"",
      NULL },
    { isolated, ADD_LAST, IP, "<ip address='10.0.0.129' prefix='25'/>", INVALID,
      SAYS_INVALID "subnet of <ip address='10.0.0.129' prefix='25'> overlaps that of <ip address='10.0.0.1' prefix='24'> in "
      "network 'n'", NULL },
    { isolated, ADD_LAST, IP, "<ip address='10.3.0.1' prefix='8'/>", INVALID,
      SAYS_INVALID "subnet of <ip address='10.3.0.1' prefix='8'> overlaps that of <ip address='10.0.0.1' prefix='24'> in "
      "network 'n'", NULL },
    { isolated, ADD_LAST, IP, "<ip address='10.0.1.1' prefix='24'><dhcp><range start='10.0.1.2' end='10.0.1.9'/></dhcp></ip>",
      VIR_ERR_CONFIG_UNSUPPORTED, SAYS_CONFIG "Multiple IPv4 dhcp sections found -- dhcp is supported only for a single IPv4 "
      "address on each network", NULL },
    { natAny, DELETE, IP, "<ip address='10.0.0.1'/>", VIR_ERR_XML_ERROR,
      "XML error: nat forwarding requested, but no IP address provided for network 'n'", NULL },
};

static const Edit forwards[] = {
    { isolated, ADD_LAST, FORWARD, "<forward mode='route'/>", 0, "<forward mode='route'/>", NULL },
    { isolated, ADD_FIRST, FORWARD, "<forward/>", 0, "<forward mode='nat'/>", NULL },
    { nat, MODIFY, FORWARD, "<forward mode='route'/>", 0, "<forward mode='route'/>", "2000" },
    { nat, MODIFY, FORWARD, "<forward mode='open'/>", 0, "<forward mode='open'/>", "eth0" },
    { nat, MODIFY, FORWARD, "<forward mode='nat'><nat><address start='192.0.2.1' end='192.0.2.9'/></nat></forward>", 0,
      "<address start='192.0.2.1' end='192.0.2.9'/>", "2000" },
    { nat, DELETE, FORWARD, "<forward mode='route'/>", 0, "<ip ", "<forward" },
    { bare, ADD_LAST, FORWARD, "<forward mode='nat'/>", VIR_ERR_XML_ERROR,
      "XML error: nat forwarding requested, but no IP address provided for network 'n'", NULL },
    { nat, ADD_LAST, FORWARD, "<forward mode='route'/>", INVALID,
      SAYS_INVALID "network 'n' has a <forward> element already, and can have only one", NULL },
    { isolated, MODIFY, FORWARD, "<forward mode='route'/>", INVALID, SAYS_INVALID "network 'n' has no <forward> element", NULL },
    { isolated, DELETE, FORWARD, "<forward/>", INVALID, SAYS_INVALID "network 'n' has no <forward> element", NULL },
    { nat, MODIFY, FORWARD, "<forward mode='magic'/>", VIR_ERR_CONFIG_UNSUPPORTED,
      SAYS_CONFIG "unknown forwarding type 'magic'", NULL },
    { bare, ADD_LAST, FORWARD, "<forward mode='private'><interface dev='eth0'/></forward>", 0, "<forward dev='eth0' mode='private'>",
      "<mac" },
    { isolated, ADD_LAST, FORWARD, "<forward mode='private'/>", VIR_ERR_CONFIG_UNSUPPORTED,
      SAYS_CONFIG "Unsupported <ip> element in network n with forward mode='private'", NULL },
};

#define GONE_DEV(dev) SAYS_INVALID "couldn't find an interface entry in network 'n' matching <interface dev='" dev "'>"

static const Edit interfaces[] = {
    { pool, ADD_LAST, INTERFACE, "<interface dev='eth2'/>", 0, "<interface dev='eth1'/>\n    <interface dev='eth2'/>", NULL },
    { pool, ADD_FIRST, INTERFACE, "<interface dev='eth2'/>", 0, "<forward dev='eth2' mode='passthrough'>", NULL },
    { pool, DELETE, INTERFACE, "<interface dev='eth0'/>", 0, "<forward dev='eth1' mode='passthrough'>", "eth0" },
    { natAny, ADD_LAST, INTERFACE, "<interface dev='eth2'/>", 0, "<forward dev='eth2' mode='nat'>", NULL },
    { nat, DELETE, INTERFACE, "<interface dev='eth0'/>", 0, "<forward mode='nat'>", "eth0" },
    { functions, ADD_LAST, INTERFACE, "<interface dev='eth2'/>", 0, "<interface dev='eth2'/>", NULL },
    { pool, ADD_LAST, INTERFACE, "<interface dev='eth1'/>", INVALID,
      SAYS_INVALID "there is an existing interface entry in network 'n' that matches \"<interface dev='eth1'>\"", NULL },
    { pool, ADD_LAST, INTERFACE, "<interface/>", VIR_ERR_XML_ERROR, "XML error: missing dev attribute in <interface> element",
      NULL },
    { pool, DELETE, INTERFACE, "<interface dev='eth2'/>", INVALID, GONE_DEV("eth2"), NULL },
    { pool, MODIFY, INTERFACE, "<interface dev='eth2'/>", INVALID, GONE_DEV("eth2"), NULL },
    { isolated, ADD_LAST, INTERFACE, "<interface dev='eth2'/>", 0, "<ip ", "eth2" },
    { isolated, DELETE, INTERFACE, "<interface dev='eth2'/>", INVALID, GONE_DEV("eth2"), NULL },
    { nat, ADD_LAST, INTERFACE, "<interface dev='eth2'/>", VIR_ERR_XML_ERROR,
      "XML error: multiple forwarding interfaces specified for network 'n', only one is supported", NULL },
};

static const Edit pfs[] = {
    { functions, MODIFY, PF, "<pf dev='eth1'/>", 0, "<pf dev='eth1'/>", "eth0" },
    { functions, DELETE, PF, "<pf dev='eth0'/>", 0, "<forward mode='hostdev' managed='yes'/>", "<pf" },
    { functions, DELETE, PF, "<pf dev='eth1'/>", INVALID, SAYS_INVALID "network 'n' has the physical function 'eth0', not 'eth1'",
      NULL },
    { functions, ADD_LAST, PF, "<pf dev='eth1'/>", INVALID,
      SAYS_INVALID "network 'n' has a <pf> element already, and can have only one", NULL },
    { pool, MODIFY, PF, "<pf dev='eth1'/>", INVALID, SAYS_INVALID "network 'n' has no <pf> element", NULL },
    { functions, MODIFY, PF, "<pf/>", VIR_ERR_XML_ERROR,
      "XML error: Missing required dev attribute in <pf> element of network 'n'", NULL },
    { natAny, ADD_LAST, PF, "<pf dev='eth1'/>", INVALID, SAYS_INVALID "network 'n' has forward mode 'nat': only passthrough and "
      "hostdev take their devices from a physical function", NULL },
};

#define GONE_GROUP(name) SAYS_INVALID "couldn't find a portgroup entry in network 'n' matching <portgroup name='" name "'>"

static const Edit portgroups[] = {
    { groups, ADD_LAST, GROUP, "<portgroup name='green'/>", 0, "</portgroup>\n  <portgroup name='green'>", NULL },
    { groups, MODIFY, GROUP, "<portgroup name='blue'/>", 0, "<portgroup name='blue'>", "bandwidth" },
    { groups, DELETE, GROUP, "<portgroup name='blue' default='yes'/>", 0, "<portgroup name='red'", "blue" },
    { groups, ADD_LAST, GROUP, "<portgroup name='red'/>", INVALID,
      SAYS_INVALID "there is an existing portgroup entry in network 'n' that matches \"<portgroup name='red'>\"", NULL },
    { groups, MODIFY, GROUP, "<portgroup name='blue' default='yes'/>", INVALID, SAYS_INVALID "a different portgroup entry in "
      "network 'n' is already set as the default. Only one default is allowed.", NULL },
    { groups, MODIFY, GROUP, "<portgroup name='green'/>", INVALID, GONE_GROUP("green"), NULL },
    { groups, DELETE, GROUP, "<portgroup name='green'/>", INVALID, GONE_GROUP("green"), NULL },
    { groups, ADD_LAST, GROUP, "<portgroup/>", VIR_ERR_XML_ERROR, "XML error: Missing required name attribute in portgroup",
      NULL },
};

static const Edit wholes[] = {
    { nat, MODIFY, WHOLE, "<network><forward mode='route'/>" IP4 "<ip address='10.0.7.1' prefix='24'/></network>", 0,
      "<forward mode='route'/>\n  <bridge name='b0' stp='on' delay='0'/>\n  <mac address='52:54:00:00:00:01'/>", "eth0" },
    { nat, MODIFY, WHOLE, "<network><name>m</name></network>", UNSUPPORTED,
      SAYS_UNSUPPORTED "network 'n' cannot be renamed to 'm' by an update", NULL },
    { nat, MODIFY, WHOLE, "<network><uuid>00000000-0000-0000-0000-000000000001</uuid></network>", UNSUPPORTED,
      SAYS_UNSUPPORTED "network 'n' has uuid " UUID ", which cannot become 00000000-0000-0000-0000-000000000001 by an update",
      NULL },
    { nat, MODIFY, WHOLE, "<network><forward/></network>", VIR_ERR_XML_ERROR,
      "XML error: nat forwarding requested, but no IP address provided for network 'n'", NULL },
    { nat, MODIFY, WHOLE, "<domain name='x'/>", UNSUPPORTED, SAYS_UNSUPPORTED "can't update unrecognized section of network",
      NULL },
    { nat, ADD_LAST, WHOLE, "<network/>", UNSUPPORTED, SAYS_UNSUPPORTED "can't update unrecognized section of network", NULL },
    { nat, DELETE, WHOLE, "<network/>", UNSUPPORTED, SAYS_UNSUPPORTED "can't update unrecognized section of network", NULL },
};

static virNetworkDef *parsed(const char *xml)
{
    g_autoptr(GError) err = NULL;
    virNetworkDef *def = virNetworkDefParse(xml, &err);

    g_assert_no_error(err);
    return def;
}

static virNetworkDef *apply(const virNetworkDef *was, const Edit *row, GError **err)
{
    const virXMLSource source = { .text = row->element, .source = "element", .domain = VIR_FROM_NETWORK };
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, err);
    g_autoptr(virNetworkDef) def = NULL;
    virNetworkSectionEdit edit = { .command = row->command, .section = row->section, .parent_index = -1 };

    g_assert_nonnull(doc);
    edit.root = xmlDocGetRootElement(doc);
    def = virNetworkSectionApply(was, &edit, err);
    return def && virNetworkDefValidate(def, was, err) == 0 ? g_steal_pointer(&def) : NULL;
}

static void checkRow(const Edit *row)
{
    g_autoptr(virNetworkDef) was = parsed(row->network);
    g_autoptr(virNetworkDef) pristine = parsed(row->network);
    g_autoptr(GError) err = NULL;
    g_autoptr(virNetworkDef) is = apply(was, row, &err);
    g_autofree char *xml = is ? virNetworkDefFormat(is) : NULL;

    g_assert_true(virNetworkDefEqual(was, pristine));
    if (row->code) {
        g_assert_null(is);
        g_assert_cmpstr(err->message, ==, row->text);
        g_assert_error(err, VIR_ERROR, row->code);
        return;
    }
    g_assert_no_error(err);
    if (!strstr(xml, row->text))
        g_error("\"%s\" is not in %s", row->text, xml);
    if (row->lacks && strstr(xml, row->lacks))
        g_error("\"%s\" is still in %s", row->lacks, xml);
}

typedef struct {
    const Edit *rows;
    gsize n;
} Edits;

static const Edits tables[] = {
    { bridges, G_N_ELEMENTS(bridges) },
    { domains, G_N_ELEMENTS(domains) },
    { ips, G_N_ELEMENTS(ips) },
    { forwards, G_N_ELEMENTS(forwards) },
    { interfaces, G_N_ELEMENTS(interfaces) },
    { pfs, G_N_ELEMENTS(pfs) },
    { portgroups, G_N_ELEMENTS(portgroups) },
    { wholes, G_N_ELEMENTS(wholes) },
};

static void checkTable(gconstpointer data)
{
    const Edits *table = data;

    for (gsize i = 0; i < table->n; i++) {
        g_test_message("row %zu: command %u: %s", i, table->rows[i].command, table->rows[i].element);
        checkRow(&table->rows[i]);
    }
}

static void modifyOfTheSameInterfaceChangesNothing(void)
{
    const Edit row = { pool, MODIFY, INTERFACE, "<interface dev='eth1'/>", 0, NULL, NULL };
    g_autoptr(virNetworkDef) was = parsed(pool);
    g_autoptr(virNetworkDef) is = apply(was, &row, NULL);

    g_assert_true(is && virNetworkDefEqual(was, is));
}

/* Stored and live, each applied to each: what a start fills in is no wish. */
static void ownDumpChangesNothing(void)
{
    static const char *const networks[] = { isolated, bare, nat, natAny, pool, functions, groups };

    for (gsize i = 0; i < G_N_ELEMENTS(networks); i++) {
        g_autoptr(virNetworkDef) stored = parsed(networks[i]);
        g_autoptr(virNetworkDef) live = virNetworkDefMakeLive(stored);
        const virNetworkDef *versions[] = { stored, live };

        for (gsize from = 0; from < 2; from++) {
            g_autofree char *xml = virNetworkDefFormat(versions[from]);
            const Edit row = { NULL, MODIFY, WHOLE, xml, 0, NULL, NULL };
            g_autoptr(virNetworkDef) on_stored = apply(stored, &row, NULL);
            g_autoptr(virNetworkDef) on_live = apply(live, &row, NULL);
            g_autoptr(virNetworkDef) filled = virNetworkDefMakeLive(on_live);

            g_assert_true(virNetworkDefEqual(on_stored, stored));
            g_assert_true(virNetworkDefEqual(filled, live));
        }
    }
}

static void hostsThatStayAreShared(void)
{
    g_autoptr(virNetworkDef) was = parsed(OURS("<ip address='10.0.0.1' prefix='24'><dhcp>"
                                               "<host name='a' ip='10.0.0.2'/><host name='b' ip='10.0.0.3'/></dhcp></ip>"));
    const Edit row = { NULL, MODIFY, WHOLE, OURS("<ip address='10.0.0.1' prefix='24'><dhcp>"
                       "<host name='new' ip='10.0.0.9'/><host name='b' ip='10.0.0.3'/><host name='c' ip='10.0.0.2'/>"
                       "</dhcp></ip>"), 0, NULL, NULL };
    g_autoptr(virNetworkDef) is = apply(was, &row, NULL);
    const virNetworkIp *before = was->ips->pdata[0], *after = is->ips->pdata[0];

    g_assert_cmpuint(after->hosts->len, ==, 3);
    g_assert_true(after->hosts->pdata[1] == before->hosts->pdata[1]);
    g_assert_true(after->hosts->pdata[2] != before->hosts->pdata[0]);
}

/* --- What a running network may become -------------------------------------------------------------------------- */

#define CANNOT SAYS_UNSUPPORTED "network 'n' is running, and these cannot change meanwhile: "

static const Edit lives[] = {
    { nat, MODIFY, BRIDGE, "<bridge stp='on' delay='9'/>", 0, NULL, NULL },
    { nat, MODIFY, FORWARD, "<forward mode='open'/>", 0, NULL, NULL },
    { nat, DELETE, FORWARD, "<forward/>", 0, NULL, NULL },
    { nat, MODIFY, BRIDGE, "<bridge name='b1'/>", UNSUPPORTED,
      CANNOT "the bridge's name from 'b0' to 'b1', since guests are plugged into it", NULL },
    { nat, MODIFY, WHOLE, "<network><forward mode='route'/><bridge name='b2'/><mac address='52:54:00:00:00:02'/>" IP4 "</network>",
      UNSUPPORTED, CANNOT "the bridge's name from 'b0' to 'b2', since guests are plugged into it; the bridge's MAC address from "
      "52:54:00:00:00:01 to 52:54:00:00:00:02, since guests would lose packets until they learn it", NULL },
    { nat, MODIFY, WHOLE, "<network><forward mode='private'><interface dev='eth0'/></forward></network>", UNSUPPORTED,
      CANNOT "the forward mode from nat to private, since guests would have to be plugged in anew", NULL },
    { pool, MODIFY, FORWARD, "<forward mode='vepa'/>", UNSUPPORTED,
      CANNOT "the forward mode from passthrough to vepa, since guests would have to be plugged in anew", NULL },
};

static void runningNetworksRefuseByName(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lives); i++) {
        g_autoptr(virNetworkDef) was = parsed(lives[i].network);
        g_autoptr(GError) err = NULL;
        g_autoptr(virNetworkDef) is = apply(was, &lives[i], &err);

        g_assert_no_error(err);
        g_assert_cmpint(virNetworkDefCheckLive(was, is, &err), ==, lives[i].code ? -1 : 0);
        g_assert_cmpstr(err ? err->message : NULL, ==, lives[i].text);
        g_assert_cmpint(err ? err->code : 0, ==, lives[i].code);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/section/bridge/commands-and-errors", &tables[0], checkTable);
    g_test_add_data_func("/section/domain/commands-and-errors", &tables[1], checkTable);
    g_test_add_data_func("/section/ip/commands-and-errors", &tables[2], checkTable);
    g_test_add_data_func("/section/forward/commands-and-errors", &tables[3], checkTable);
    g_test_add_data_func("/section/forward-interface/commands-and-errors", &tables[4], checkTable);
    g_test_add_data_func("/section/forward-pf/commands-and-errors", &tables[5], checkTable);
    g_test_add_data_func("/section/portgroup/commands-and-errors", &tables[6], checkTable);
    g_test_add_data_func("/section/whole/commands-and-errors", &tables[7], checkTable);
    g_test_add_func("/section/forward-interface/modify-of-the-same-changes-nothing", modifyOfTheSameInterfaceChangesNothing);
    g_test_add_func("/section/whole/own-dump-changes-nothing", ownDumpChangesNothing);
    g_test_add_func("/section/whole/hosts-that-stay-are-shared", hostsThatStayAreShared);
    g_test_add_func("/section/live/what-cannot-change-is-refused-by-name", runningNetworksRefuseByName);
    return g_test_run();
}
