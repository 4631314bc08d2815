/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_port.c: ports as values: XML, lists, and what a network gives to a port
 *
 * Pure rules; that they hold on running networks, in files and over restarts is test_network_engine_port.c's matter.
 */
#include <glib.h>
#include <string.h>

#include "network_parse.h"
#include "network_port_plug.h"
#include "network_port_xml.h"
#include "virerror.h"

#define UUID "<uuid>22222222-2222-4333-8444-555555555501</uuid>"
#define OWNER "<owner><name>vm</name><uuid>33333333-2222-4333-8444-555555555501</uuid></owner>"
#define MAC "<mac address='52:54:00:bb:00:01'/>"
#define PORT(body) "<networkport>" UUID OWNER MAC body "</networkport>"

static virNetworkPortDef *parse(const char *xml)
{
    g_autoptr(GError) err = NULL;
    virNetworkPortDef *port = virNetworkPortDefParse(xml, "(networkport_definition)", &err);

    g_assert_no_error(err);
    return port;
}

/* --- XML -------------------------------------------------------------------------------------------------------- */

static void test_round_trip(void)
{
    static const char *const whole[] = {
        "<networkport>\n"
        "  <uuid>22222222-2222-4333-8444-555555555501</uuid>\n"
        "  <owner>\n"
        "    <name>v&lt;m</name>\n"
        "    <uuid>33333333-2222-4333-8444-555555555501</uuid>\n"
        "  </owner>\n"
        "  <group>red</group>\n"
        "  <mac address='52:54:00:bb:00:01'/>\n"
        "  <virtualport type='openvswitch'>\n"
        "    <parameters interfaceid='44444444-2222-4333-8444-555555555501' profileid='p'/>\n"
        "  </virtualport>\n"
        "  <bandwidth classID='3'>\n"
        "    <inbound average='100' peak='900' floor='50' burst='5'/>\n"
        "    <outbound average='5'/>\n"
        "  </bandwidth>\n"
        "  <vlan>\n"
        "    <tag id='5'/>\n"
        "  </vlan>\n"
        "  <port isolated='yes'/>\n"
        "  <rxfilters trustGuest='no'/>\n"
        "  <plug type='network' bridge='virbr0' macTableManager='libvirt'/>\n"
        "</networkport>\n",
        "<networkport>\n"
        "  <uuid>22222222-2222-4333-8444-555555555501</uuid>\n"
        "  <owner>\n"
        "    <name>vm</name>\n"
        "    <uuid>33333333-2222-4333-8444-555555555501</uuid>\n"
        "  </owner>\n"
        "  <mac address='52:54:00:bb:00:01'/>\n"
        "  <plug type='hostdev-pci' managed='yes'>\n"
        "    <driver name='vfio'/>\n"
        "    <address domain='0x0000' bus='0x03' slot='0x1f' function='0x7'/>\n"
        "  </plug>\n"
        "</networkport>\n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(whole); i++) {
        g_autoptr(virNetworkPortDef) port = parse(whole[i]);
        g_autofree char *xml = virNetworkPortDefFormat(port);

        g_assert_cmpstr(xml, ==, whole[i]);
    }
}

static void test_normalised(void)
{
    static const struct {
        const char *xml, *has;
    } rows[] = {
        { "<networkport>" UUID OWNER "<mac address='52:54:0:BB:0:1'/></networkport>", "<mac address='52:54:00:bb:00:01'/>" },
        { PORT("<plug type='direct' dev='eth0'/>"), "<plug type='direct' dev='eth0' mode='vepa'/>" },
        { PORT("<plug type='bridge' bridge='b' macTableManager='default'/>"), "<plug type='bridge' bridge='b'/>" },
        { PORT("<plug type='direct' dev='eth0' mode='passthrough'/>"), "mode='passthrough'" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(virNetworkPortDef) port = parse(rows[i].xml);
        g_autofree char *xml = virNetworkPortDefFormat(port);

        g_assert_nonnull(strstr(xml, rows[i].has));
    }
}

static void test_refusals(void)
{
    static const struct {
        const char *xml;
        int code, domain;
        const char *message;
    } rows[] = {
        { "", VIR_ERR_XML_DETAIL, VIR_FROM_NETWORK, "(networkport_definition):1: Document is empty\n(null)\n^" },
        { "<networkport>", VIR_ERR_XML_DETAIL, VIR_FROM_NETWORK, "(networkport_definition):1: Premature end of data in tag "
          "networkport line 1\n<networkport>\n-------------^" },
        { "<network/>", VIR_ERR_XML_ERROR, VIR_FROM_XML, "XML error: expecting root element of 'networkport', not 'network'" },
        { "<networkport>" OWNER MAC "</networkport>", 1, VIR_FROM_NETWORK, "internal error: network port has no uuid" },
        { "<networkport><uuid>zz</uuid></networkport>", 1, VIR_FROM_NETWORK, "internal error: Unable to parse UUID 'zz'" },
        { "<networkport>" UUID MAC "</networkport>", 1, VIR_FROM_NETWORK, "internal error: network port has no owner name" },
        { "<networkport>" UUID "<owner><name>x</name></owner>" MAC "</networkport>", 1, VIR_FROM_NETWORK,
          "internal error: network port has no owner UUID" },
        { "<networkport>" UUID "<owner><name>x</name><uuid>y</uuid></owner>" MAC "</networkport>", 1, VIR_FROM_NETWORK,
          "internal error: Unable to parse UUID 'y'" },
        { "<networkport>" UUID OWNER "</networkport>", 1, VIR_FROM_NETWORK, "internal error: network port has no mac" },
        { "<networkport>" UUID OWNER "<mac address='x'/></networkport>", 1, VIR_FROM_NETWORK,
          "internal error: Unable to parse MAC 'x'" },
        { PORT("<rxfilters trustGuest='x'/>"), 27, VIR_FROM_XML,
          "XML error: Invalid value for attribute 'trustGuest' in element 'rxfilters': 'x'." },
        { PORT("<port isolated='x'/>"), 27, VIR_FROM_XML,
          "XML error: Invalid value for attribute 'isolated' in element 'port': 'x'." },
        { PORT("<plug type='x'/>"), 27, VIR_FROM_XML, "XML error: Invalid value for attribute 'type' in element 'plug': 'x'." },
        { PORT("<plug type='network'/>"), 27, VIR_FROM_NETWORK, "XML error: Missing network port bridge name" },
        { PORT("<plug type='bridge'/>"), 27, VIR_FROM_NETWORK, "XML error: Missing network port bridge name" },
        { PORT("<plug type='direct'/>"), 27, VIR_FROM_NETWORK, "XML error: Missing network port link device name" },
        { PORT("<plug type='direct' dev='e' mode='nat'/>"), 27, VIR_FROM_NETWORK,
          "XML error: Invalid mode setting 'nat' in network port" },
        { PORT("<plug type='network' bridge='b' macTableManager='x'/>"), 27, VIR_FROM_NETWORK,
          "XML error: Invalid macTableManager setting 'x' in network port" },
        { PORT("<plug type='hostdev-pci'/>"), 27, VIR_FROM_NETWORK, "XML error: Missing network port PCI address" },
        { PORT("<plug type='hostdev-pci' managed='x'/>"), 27, VIR_FROM_XML,
          "XML error: Invalid value for attribute 'managed' in element 'plug': 'x'." },
        { PORT("<plug type='hostdev-pci'><driver name='x'/><address/></plug>"), 27, VIR_FROM_NETWORK,
          "XML error: Missing network port driver name" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) err = NULL;

        g_assert_null(virNetworkPortDefParse(rows[i].xml, "(networkport_definition)", &err));
        g_assert_cmpstr(err->message, ==, rows[i].message);
        g_assert_cmpint(err->code, ==, rows[i].code);
        g_assert_cmpint(virErrorGetInfo(err)->domain, ==, rows[i].domain);
    }
}

/* --- Equal ------------------------------------------------------------------------------------------------------ */

#define FULL PORT("<group>g</group><virtualport type='802.1Qbh'><parameters profileid='p'/></virtualport>" \
                  "<bandwidth classID='3'><inbound average='1' floor='1'/></bandwidth><vlan><tag id='1'/></vlan>" \
                  "<port isolated='yes'/><rxfilters trustGuest='yes'/><plug type='network' bridge='b'/>")

static void test_each_field_counts(void)
{
    g_autoptr(virNetworkPortDef) full = parse(FULL);
    g_autoptr(virNetworkPortDef) same = virNetworkPortDefCopy(full);

    g_assert_true(virNetworkPortDefEqual(full, same));
#define DIFFERS(change) \
    do { \
        g_autoptr(virNetworkPortDef) port = virNetworkPortDefCopy(full); \
        change; \
        g_assert_false(virNetworkPortDefEqual(full, port)); \
        g_assert_false(virNetworkPortDefEqual(port, full)); \
    } while (0)
    DIFFERS(port->uuid[0]++);
    DIFFERS((g_free(port->owner_name), port->owner_name = g_strdup("other")));
    DIFFERS(port->owner_uuid[15]++);
    DIFFERS(g_clear_pointer(&port->group, g_free));
    DIFFERS(port->mac.bytes[5]++);
    DIFFERS(g_clear_pointer(&port->virtualport, virNetworkVirtualPortUnref));
    DIFFERS(g_clear_pointer(&port->bandwidth, virNetworkBandwidthUnref));
    DIFFERS(port->class_id++);
    DIFFERS(g_clear_pointer(&port->vlan, virNetworkVlanUnref));
    DIFFERS(port->isolated = VIR_TRISTATE_NO);
    DIFFERS(port->trust_guest_rx_filters = VIR_TRISTATE_ABSENT);
    DIFFERS(port->plug = VIR_NETWORK_PLUG_BRIDGE);
    DIFFERS(g_clear_pointer(&port->bridge, g_free));
    DIFFERS(port->mac_table = VIR_NETWORK_MAC_TABLE_KERNEL);
    DIFFERS(port->dev = g_strdup("eth0"));
    DIFFERS(port->mode = VIR_NETWORK_FORWARD_VEPA);
    DIFFERS(port->managed = VIR_TRISTATE_YES);
    DIFFERS(port->driver = VIR_NETWORK_PCI_DRIVER_VFIO);
    DIFFERS(port->address.slot++);
#undef DIFFERS
}

/* --- Plugs ------------------------------------------------------------------------------------------------------ */

typedef struct {
    virNetworkDef *def;
    GPtrArray *ports;
    guint n_made;
} Fixture;

static void setUp(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    f->def = virNetworkDefNew();
    f->def->name = g_strdup("n");
    f->def->bridge = g_strdup("virbr0");
    f->ports = virNetworkPortListNew();
}

static void tearDown(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    virNetworkDefUnref(f->def);
    g_ptr_array_unref(f->ports);
}

static void setPool(Fixture *f, virNetworkForwardMode mode, const char *dev, const char *other)
{
    g_clear_pointer(&f->def->bridge, g_free);
    f->def->forward = mode;
    if (dev)
        g_ptr_array_add(f->def->forward_devs, g_strdup(dev));
    if (other)
        g_ptr_array_add(f->def->forward_devs, g_strdup(other));
}

static void setInbound(Fixture *f, guint64 average, guint64 peak)
{
    f->def->bandwidth = virNetworkBandwidthNew();
    f->def->bandwidth->inbound.average = average;
    f->def->bandwidth->inbound.peak = peak;
}

/* A port with its plug, or NULL with the error; one that is given is added to the network's, under a uuid of its own. */
static const virNetworkPortDef *plug(Fixture *f, const char *body, GError **err)
{
    g_autofree char *xml = g_strconcat("<networkport>" UUID OWNER MAC, body, "</networkport>", NULL);
    g_autoptr(virNetworkPortDef) port = parse(xml);
    const virNetworkPortPlace place = { .def = f->def, .ports = f->ports };
    GPtrArray *more;

    port->uuid[15] = (unsigned char)(100 - ++f->n_made);
    if ((port->plug ? virNetworkPortReclaim(&place, port, err) : virNetworkPortPlug(&place, port, err)) < 0)
        return NULL;
    more = virNetworkPortListWith(f->ports, port);
    g_ptr_array_unref(f->ports);
    f->ports = more;
    return virNetworkPortListFind(f->ports, port->uuid);
}

static void assertRefused(Fixture *f, const char *body, int code, const char *message)
{
    g_autoptr(GError) err = NULL;

    g_assert_null(plug(f, body, &err));
    g_assert_cmpstr(err->message, ==, message);
    g_assert_cmpint(err->code, ==, code);
}

static void assertDev(Fixture *f, const char *body, const char *dev)
{
    g_autoptr(GError) err = NULL;
    const virNetworkPortDef *port = plug(f, body, &err);

    g_assert_no_error(err);
    g_assert_cmpstr(port->dev, ==, dev);
}

#define QBH "<virtualport type='802.1Qbh'><parameters profileid='x'/></virtualport>"

static void test_pool_is_spread(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    setPool(f, VIR_NETWORK_FORWARD_VEPA, "eth0", "eth1");
    assertDev(f, "", "eth0");
    assertDev(f, "", "eth1");
    assertDev(f, "", "eth0");
    assertDev(f, "", "eth1");
}

static void test_passthrough_is_exclusive(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    setPool(f, VIR_NETWORK_FORWARD_PASSTHROUGH, "eth0", "eth1");
    assertDev(f, "", "eth0");
    assertDev(f, "", "eth1");
    assertRefused(f, "", VIR_ERR_INTERNAL_ERROR,
                  "internal error: network 'n' requires exclusive access to interfaces, but none are available");
    assertRefused(f, "<plug type='direct' dev='eth0' mode='passthrough'/>", VIR_ERR_INTERNAL_ERROR,
                  "internal error: network 'n' claims dev='eth0' is already in use by a different port");
}

static void test_qbh_is_exclusive(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    setPool(f, VIR_NETWORK_FORWARD_PRIVATE, "eth0", NULL);
    assertDev(f, QBH, "eth0");
    assertDev(f, "", "eth0");
    assertRefused(f, QBH, VIR_ERR_INTERNAL_ERROR,
                  "internal error: network 'n' requires exclusive access to interfaces, but none are available");
}

static void test_hostdev(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    virPciAddress *address = g_new0(virPciAddress, 1);
    const virNetworkPortDef *port;

    address->bus = 4;
    address->function = 1;
    setPool(f, VIR_NETWORK_FORWARD_HOSTDEV, NULL, NULL);
    f->def->forward_driver = VIR_NETWORK_PCI_DRIVER_VFIO;
    f->def->forward_managed = TRUE;
    g_ptr_array_add(f->def->forward_addresses, address);
    port = plug(f, "", NULL);
    g_assert_nonnull(port);
    g_assert_cmpint(port->plug, ==, VIR_NETWORK_PLUG_HOSTDEV_PCI);
    g_assert_cmpint(port->managed, ==, VIR_TRISTATE_YES);
    g_assert_cmpint(port->driver, ==, VIR_NETWORK_PCI_DRIVER_VFIO);
    g_assert_true(virPciAddressEqual(&port->address, address));
    assertRefused(f, "", VIR_ERR_INTERNAL_ERROR,
                  "internal error: network 'n' requires exclusive access to interfaces, but none are available");
    assertRefused(f, "<plug type='hostdev-pci'><address bus='3' slot='1'/></plug>", VIR_ERR_INTERNAL_ERROR,
                  "internal error: network 'n' doesn't have PCI device 0000:03:01.0 in use by network port");
    assertRefused(f, "<plug type='hostdev-pci'><address bus='4' function='1'/></plug>", VIR_ERR_INTERNAL_ERROR,
                  "internal error: network 'n' claims PCI device 0000:04:00.1 is already in use by a different network port");
}

static void test_empty_pool(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    setPool(f, VIR_NETWORK_FORWARD_BRIDGE, NULL, NULL);
    assertRefused(f, "", VIR_ERR_INTERNAL_ERROR,
                  "internal error: network 'n' uses a direct mode, but has no forward dev and no interface pool");
    assertRefused(f, "<plug type='direct' dev='eth9' mode='vepa'/>", VIR_ERR_INTERNAL_ERROR,
                  "internal error: network 'n' doesn't have dev='eth9' in use by network port");
    assertRefused(f, "<plug type='bridge' bridge='b'/>", VIR_ERR_INTERNAL_ERROR,
                  "internal error: Unexpectedly got a network port without a network bridge");
}

static void test_profiles_of_modes(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    assertRefused(f, "<virtualport type='openvswitch'/>", VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration: "
                  "<virtualport type='openvswitch'> not supported for network 'n' which uses IP forwarding");
    assertRefused(f, "<virtualport/>", VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration: "
                  "<virtualport type='none'> not supported for network 'n' which uses IP forwarding");
    f->def->forward = VIR_NETWORK_FORWARD_BRIDGE;
    assertRefused(f, QBH, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration: "
                  "<virtualport type='802.1Qbh'> not supported for network 'n' which uses a bridge device");
    assertRefused(f, "<virtualport/>", VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration: "
                  "<virtualport type='none'> not supported for network 'n' which uses a bridge device");
    setPool(f, VIR_NETWORK_FORWARD_PASSTHROUGH, "eth0", NULL);
    assertRefused(f, "<virtualport type='openvswitch'/>", VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration: "
                  "<virtualport type='openvswitch'> not supported for network 'n' which uses a macvtap device");
}

static void test_profiles_are_merged(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    const virNetworkPortDef *port;

    setPool(f, VIR_NETWORK_FORWARD_VEPA, "eth0", NULL);
    f->def->virtualport = virNetworkVirtualPortNew();
    f->def->virtualport->type = VIR_NETWORK_VIRTUALPORT_8021QBG;
    f->def->virtualport->has_manager_id = TRUE;
    f->def->virtualport->manager_id = 1;
    assertRefused(f, "", VIR_ERR_XML_ERROR, "XML error: missing typeid in <virtualport type='802.1Qbg'>");
    port = plug(f, "<virtualport><parameters typeid='2' typeidversion='3'/></virtualport>", NULL);
    g_assert_nonnull(port);
    g_assert_cmpint(port->virtualport->type, ==, VIR_NETWORK_VIRTUALPORT_8021QBG);
    g_assert_cmpuint(port->virtualport->manager_id, ==, 1);
    g_assert_cmpuint(port->virtualport->type_id, ==, 2);
    g_assert_true(port->virtualport->has_instance_id);
    assertRefused(f, "<virtualport type='802.1Qbg'><parameters managerid='2'/></virtualport>", VIR_ERR_XML_ERROR,
                  "XML error: attempt to merge virtualports with mismatched managerids (2 and 1)");
    assertRefused(f, "<virtualport type='openvswitch'/>", VIR_ERR_XML_ERROR,
                  "XML error: attempt to merge virtualports with mismatched types (openvswitch and 802.1Qbg)");
    g_assert_true(f->def->virtualport->has_instance_id == FALSE);
    /* Parameters that the type does not have are dropped. */
    port = plug(f, "<virtualport><parameters typeid='2' typeidversion='3' profileid='p' interfaceid='44444444-2222-4333-8444-555555555501'/></virtualport>",
                NULL);
    g_assert_nonnull(port);
    g_assert_null(port->virtualport->profile_id);
    g_assert_false(port->virtualport->has_interface_id);
}

static virNetworkPortGroup *addGroup(Fixture *f, const char *name, guint64 average)
{
    virNetworkPortGroup *group = virNetworkPortGroupNew();

    group->name = g_strdup(name);
    group->bandwidth = virNetworkBandwidthNew();
    group->bandwidth->inbound.average = average;
    g_ptr_array_add(f->def->portgroups, group);
    return group;
}

static void test_group_and_network_are_inherited(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    virNetworkVlanTag tag = { .id = 7 };
    const virNetworkPortDef *port;

    addGroup(f, "red", 100)->is_default = TRUE;
    addGroup(f, "blue", 200)->trust_guest_rx_filters = VIR_TRISTATE_YES;
    f->def->trust_guest_rx_filters = VIR_TRISTATE_NO;
    f->def->port_isolated = VIR_TRISTATE_YES;
    f->def->vlan = virNetworkVlanNew();
    g_array_append_val(f->def->vlan->tags, tag);
    port = plug(f, "", NULL);
    g_assert_cmpuint(port->bandwidth->inbound.average, ==, 100);
    g_assert_cmpint(port->trust_guest_rx_filters, ==, VIR_TRISTATE_NO);
    g_assert_cmpint(port->isolated, ==, VIR_TRISTATE_YES);
    g_assert_cmpuint(g_array_index(port->vlan->tags, virNetworkVlanTag, 0).id, ==, 7);
    port = plug(f, "<group>blue</group><vlan><tag id='9'/></vlan><port isolated='no'/>", NULL);
    g_assert_cmpuint(port->bandwidth->inbound.average, ==, 200);
    g_assert_cmpint(port->trust_guest_rx_filters, ==, VIR_TRISTATE_YES);
    g_assert_cmpint(port->isolated, ==, VIR_TRISTATE_NO);
    g_assert_cmpuint(g_array_index(port->vlan->tags, virNetworkVlanTag, 0).id, ==, 9);
    port = plug(f, "<group>green</group>", NULL);
    g_assert_null(port->bandwidth);
    port = plug(f, "<bandwidth><outbound average='3'/></bandwidth>", NULL);
    g_assert_cmpuint(port->bandwidth->inbound.average, ==, 0);
}

#define FLOOR(floor) "<bandwidth><inbound average='1' floor='" floor "'/></bandwidth>"
#define OVERCOMMIT "Requested operation is not valid: Cannot plug '52:54:00:bb:00:01' interface into 'virbr0' because " \
                   "new combined inbound floor="

static void test_floors(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    assertRefused(f, FLOOR("5"), VIR_ERR_OPERATION_UNSUPPORTED, "Operation not supported: Invalid use of 'floor' on "
                  "interface with MAC address 52:54:00:bb:00:01 - network 'n' has no inbound QoS set");
    setInbound(f, 1000, 0);
    g_assert_nonnull(plug(f, FLOOR("600"), NULL));
    assertRefused(f, FLOOR("401"), VIR_ERR_OPERATION_INVALID,
                  OVERCOMMIT "1001 would overcommit average=1000 on network 'n'");
    assertRefused(f, FLOOR("18446744073709551615"), VIR_ERR_OPERATION_INVALID,
                  OVERCOMMIT "18446744073709551615 would overcommit average=1000 on network 'n'");
    g_assert_nonnull(plug(f, FLOOR("400"), NULL));
    f->def->bandwidth->inbound.peak = 2000;
    assertRefused(f, FLOOR("1001"), VIR_ERR_OPERATION_INVALID,
                  OVERCOMMIT "2001 would overcommit peak=2000 on network 'n'");
    f->def->forward = VIR_NETWORK_FORWARD_BRIDGE;
    assertRefused(f, FLOOR("5"), VIR_ERR_OPERATION_UNSUPPORTED, "Operation not supported: Invalid use of 'floor' on "
                  "interface with MAC address 52:54:00:bb:00:01 - 'floor' is only supported for interface type 'network' "
                  "with forward type 'nat', 'route', 'open' or none");
}

static void assertClasses(const Fixture *f, const char *classes)
{
    g_autofree char *text = virNetworkPortListFormatClasses(f->ports);

    g_assert_cmpstr(text, ==, classes);
}

static void takeAway(Fixture *f, const unsigned char *uuid)
{
    GPtrArray *fewer = virNetworkPortListWithout(f->ports, uuid);

    g_ptr_array_unref(f->ports);
    f->ports = fewer;
}

static void test_classes(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(virNetworkPortDef) second = NULL;
    guint i;

    setInbound(f, 1000, 0);
    assertClasses(f, "0-2");
    g_assert_nonnull(plug(f, "", NULL));
    assertClasses(f, "0-2");
    for (i = 3; i <= 5; i++) {
        const virNetworkPortDef *port = plug(f, FLOOR("10"), NULL);

        g_assert_cmpuint(port->class_id, ==, i);
        if (i == 4)
            second = virNetworkPortDefCopy(port);
    }
    assertClasses(f, "0-5");
    takeAway(f, second->uuid);
    assertClasses(f, "0-3,5");
    g_assert_cmpuint(virNetworkPortListSumFloors(f->ports), ==, 20);
    g_assert_cmpuint(plug(f, "<bandwidth classID='9'><inbound floor='1'/></bandwidth>", NULL)->class_id, ==, 4);
    g_assert_cmpuint(plug(f, "<bandwidth classID='9'><inbound floor='1'/></bandwidth><plug type='network' bridge='virbr0'/>",
                          NULL)->class_id, ==, 9);
    g_assert_cmpuint(plug(f, "<bandwidth classID='9'><inbound floor='1'/></bandwidth><plug type='network' bridge='virbr0'/>",
                          NULL)->class_id, ==, 9);
    g_assert_cmpuint(plug(f, "<bandwidth><inbound floor='5000'/></bandwidth><plug type='network' bridge='virbr0'/>", NULL)
                         ->class_id, ==, 0);
    assertClasses(f, "0-5,9");
}

static void test_pool_of_ports_stays(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(virNetworkDef) fewer = NULL;
    g_autoptr(GError) err = NULL;

    setPool(f, VIR_NETWORK_FORWARD_VEPA, "eth0", "eth1");
    assertDev(f, "", "eth0");
    fewer = virNetworkDefCopy(f->def);
    g_ptr_array_remove_index(fewer->forward_devs, 1);
    g_assert_cmpint(virNetworkPortListCheckPool(f->ports, f->def, fewer, &err), ==, 0);
    g_ptr_array_remove_index(fewer->forward_devs, 0);
    g_assert_cmpint(virNetworkPortListCheckPool(f->ports, f->def, fewer, &err), ==, -1);
    g_assert_cmpint(err->code, ==, VIR_ERR_OPERATION_INVALID);
    g_assert_cmpstr(err->message, ==, "Requested operation is not valid: network 'n': 'eth0' cannot be taken away, since port "
                    "22222222-2222-4333-8444-555555555563 of guest 'vm' uses it");
}

#define XML(path, function) g_test_add_func("/network/port/" path, function)
#define PLUG(path, function) g_test_add("/network/port/" path, Fixture, NULL, setUp, function, tearDown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    XML("format-then-parse-is-identity", test_round_trip);
    XML("other-spellings-are-normalised", test_normalised);
    XML("bad-documents-are-refused-by-name", test_refusals);
    XML("each-field-counts-in-equal", test_each_field_counts);
    PLUG("pool/fewest-connections-first", test_pool_is_spread);
    PLUG("pool/passthrough-is-exclusive", test_passthrough_is_exclusive);
    PLUG("pool/private-with-qbh-is-exclusive", test_qbh_is_exclusive);
    PLUG("pool/hostdev-functions-are-exclusive", test_hostdev);
    PLUG("pool/empty-is-refused", test_empty_pool);
    PLUG("pool/member-of-a-port-stays", test_pool_of_ports_stays);
    PLUG("profile/each-mode-has-its-types", test_profiles_of_modes);
    PLUG("profile/merged-completed-and-clashes-refused", test_profiles_are_merged);
    PLUG("group/default-named-unknown-and-own-values", test_group_and_network_are_inherited);
    PLUG("floor/needs-qos-and-room", test_floors);
    PLUG("floor/lowest-free-class", test_classes);
    return g_test_run();
}
