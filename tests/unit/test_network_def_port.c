/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_def_port.c: what goes to ports, routes, and a network with all of them, as values
 *
 * Each field of each struct, changed alone, must make unequal; a copy is equal. The rest is in test_network_def.c.
 */
#include "test_network_def.h"

static gpointer makeBandwidth(void)
{
    virNetworkBandwidth *bandwidth = virNetworkBandwidthNew();

    bandwidth->inbound = (virNetworkRate){ 1, 2, 3, 4 };
    bandwidth->outbound = (virNetworkRate){ 5, 6, 7, 8 };
    return bandwidth;
}

CHANGE(Bandwidth, in_average, it->inbound.average++)
CHANGE(Bandwidth, in_peak, it->inbound.peak++)
CHANGE(Bandwidth, in_burst, it->inbound.burst++)
CHANGE(Bandwidth, in_floor, it->inbound.floor = 0)
CHANGE(Bandwidth, out_average, it->outbound.average++)
CHANGE(Bandwidth, out_peak, it->outbound.peak++)
CHANGE(Bandwidth, out_burst, it->outbound.burst++)
CHANGE(Bandwidth, out_floor, it->outbound.floor = 0)

static const Change bandwidth_changes[] = {
    ROW(Bandwidth, in_average), ROW(Bandwidth, in_peak), ROW(Bandwidth, in_burst), ROW(Bandwidth, in_floor),
    ROW(Bandwidth, out_average), ROW(Bandwidth, out_peak), ROW(Bandwidth, out_burst), ROW(Bandwidth, out_floor),
};

static gpointer makeVlan(void)
{
    virNetworkVlan *vlan = virNetworkVlanNew();
    const virNetworkVlanTag tag = { 5, VIR_NETWORK_NATIVE_TAGGED };

    vlan->trunk = TRUE;
    g_array_append_val(vlan->tags, tag);
    return vlan;
}

static virNetworkVlanTag *firstTag(virNetworkVlan *vlan)
{
    return &g_array_index(vlan->tags, virNetworkVlanTag, 0);
}

CHANGE(Vlan, trunk, it->trunk = FALSE)
CHANGE(Vlan, tag_id, firstTag(it)->id++)
CHANGE(Vlan, tag_native, firstTag(it)->native = VIR_NETWORK_NATIVE_NONE)
CHANGE(Vlan, tag_more, g_array_set_size(it->tags, 2))
CHANGE(Vlan, tag_none, g_array_set_size(it->tags, 0))

static const Change vlan_changes[] = {
    ROW(Vlan, trunk), ROW(Vlan, tag_id), ROW(Vlan, tag_native), ROW(Vlan, tag_more), ROW(Vlan, tag_none),
};

static gpointer makeVirtualPort(void)
{
    virNetworkVirtualPort *port = virNetworkVirtualPortNew();

    port->type = VIR_NETWORK_VIRTUALPORT_8021QBG;
    port->has_manager_id = port->has_type_id = port->has_type_id_version = TRUE;
    port->has_instance_id = port->has_interface_id = TRUE;
    port->manager_id = 1;
    port->type_id = 2;
    port->type_id_version = 3;
    memset(port->instance_id, 4, VIR_UUID_LEN);
    memset(port->interface_id, 5, VIR_UUID_LEN);
    port->profile_id = g_strdup("p");
    return port;
}

CHANGE(VirtualPort, type, it->type = VIR_NETWORK_VIRTUALPORT_NONE)
CHANGE(VirtualPort, has_manager_id, it->has_manager_id = FALSE)
CHANGE(VirtualPort, manager_id, it->manager_id++)
CHANGE(VirtualPort, has_type_id, it->has_type_id = FALSE)
CHANGE(VirtualPort, type_id, it->type_id++)
CHANGE(VirtualPort, has_type_id_version, it->has_type_id_version = FALSE)
CHANGE(VirtualPort, type_id_version, it->type_id_version++)
CHANGE(VirtualPort, has_instance_id, it->has_instance_id = FALSE)
CHANGE(VirtualPort, instance_id, it->instance_id[VIR_UUID_LEN - 1]++)
CHANGE(VirtualPort, has_interface_id, it->has_interface_id = FALSE)
CHANGE(VirtualPort, interface_id, it->interface_id[0]++)
CHANGE(VirtualPort, profile_id, replaceText(&it->profile_id, "P"))
CHANGE(VirtualPort, profile_id_none, replaceText(&it->profile_id, NULL))

static const Change virtualport_changes[] = {
    ROW(VirtualPort, type), ROW(VirtualPort, has_manager_id), ROW(VirtualPort, manager_id), ROW(VirtualPort, has_type_id),
    ROW(VirtualPort, type_id), ROW(VirtualPort, has_type_id_version), ROW(VirtualPort, type_id_version),
    ROW(VirtualPort, has_instance_id), ROW(VirtualPort, instance_id), ROW(VirtualPort, has_interface_id),
    ROW(VirtualPort, interface_id), ROW(VirtualPort, profile_id), ROW(VirtualPort, profile_id_none),
};

static gpointer makeGroup(void)
{
    virNetworkPortGroup *group = virNetworkPortGroupNew();

    group->name = g_strdup("g");
    group->is_default = TRUE;
    group->trust_guest_rx_filters = VIR_TRISTATE_NO;
    group->bandwidth = makeBandwidth();
    group->vlan = makeVlan();
    group->virtualport = makeVirtualPort();
    return group;
}

CHANGE(PortGroup, name, replaceText(&it->name, "G"))
CHANGE(PortGroup, is_default, it->is_default = FALSE)
CHANGE(PortGroup, trust, it->trust_guest_rx_filters = VIR_TRISTATE_ABSENT)
CHANGE(PortGroup, bandwidth, it->bandwidth->inbound.average++)
CHANGE(PortGroup, bandwidth_none, g_clear_pointer(&it->bandwidth, virNetworkBandwidthUnref))
CHANGE(PortGroup, vlan, firstTag(it->vlan)->id++)
CHANGE(PortGroup, vlan_none, g_clear_pointer(&it->vlan, virNetworkVlanUnref))
CHANGE(PortGroup, virtualport, it->virtualport->type_id++)
CHANGE(PortGroup, virtualport_none, g_clear_pointer(&it->virtualport, virNetworkVirtualPortUnref))

static const Change group_changes[] = {
    ROW(PortGroup, name), ROW(PortGroup, is_default), ROW(PortGroup, trust), ROW(PortGroup, bandwidth),
    ROW(PortGroup, bandwidth_none), ROW(PortGroup, vlan), ROW(PortGroup, vlan_none), ROW(PortGroup, virtualport),
    ROW(PortGroup, virtualport_none),
};

static gpointer makeRoute(void)
{
    virNetworkRoute *route = virNetworkRouteNew();

    route->family = g_strdup("ipv4");
    route->address = addressOf("10.9.0.0");
    route->netmask = addressOf("255.255.0.0");
    route->prefix = 16;
    route->has_prefix = TRUE;
    route->gateway = addressOf("10.0.0.9");
    route->metric = 2;
    return route;
}

CHANGE(Route, family, replaceText(&it->family, NULL))
CHANGE(Route, address, it->address = addressOf("10.8.0.0"))
CHANGE(Route, netmask, it->netmask = (virSocketAddr){ 0 })
CHANGE(Route, prefix, it->prefix++)
CHANGE(Route, has_prefix, it->has_prefix = FALSE)
CHANGE(Route, gateway, it->gateway = addressOf("10.0.0.8"))
CHANGE(Route, metric, it->metric = 0)

static const Change route_changes[] = {
    ROW(Route, family), ROW(Route, address), ROW(Route, netmask), ROW(Route, prefix), ROW(Route, has_prefix),
    ROW(Route, gateway), ROW(Route, metric),
};

static gpointer makeDef(void)
{
    static const virPciAddress address = { 1, 2, 3, 4 };
    virNetworkDef *def = virNetworkDefNew();

    def->name = g_strdup("net");
    def->title = g_strdup("title");
    def->description = g_strdup("description");
    def->trust_guest_rx_filters = VIR_TRISTATE_YES;
    g_ptr_array_add(def->forward_devs, g_strdup("eth0"));
    g_ptr_array_add(def->forward_addresses, g_memdup2(&address, sizeof(address)));
    def->forward_pf = g_strdup("eth1");
    def->forward_managed = TRUE;
    def->forward_driver = VIR_NETWORK_PCI_DRIVER_VFIO;
    def->forward_driver_model = g_strdup("model");
    def->zone = g_strdup("zone");
    def->mac_table = VIR_NETWORK_MAC_TABLE_KERNEL;
    def->domain_register = VIR_TRISTATE_NO;
    g_ptr_array_add(def->routes, makeRoute());
    def->vlan = makeVlan();
    def->bandwidth = makeBandwidth();
    def->port_isolated = VIR_TRISTATE_YES;
    def->virtualport = makeVirtualPort();
    g_ptr_array_add(def->portgroups, makeGroup());
    return def;
}

static void changeAddress(virNetworkDef *def, virPciAddress address)
{
    g_ptr_array_set_size(def->forward_addresses, 0);
    g_ptr_array_add(def->forward_addresses, g_memdup2(&address, sizeof(address)));
}

CHANGE(Def, title, replaceText(&it->title, "Title"))
CHANGE(Def, title_none, replaceText(&it->title, NULL))
CHANGE(Def, description, replaceText(&it->description, "Description"))
CHANGE(Def, description_none, replaceText(&it->description, NULL))
CHANGE(Def, trust, it->trust_guest_rx_filters = VIR_TRISTATE_NO)
CHANGE(Def, dev_other, replaceText((char **)&it->forward_devs->pdata[0], "eth2"))
CHANGE(Def, dev_more, g_ptr_array_add(it->forward_devs, g_strdup("eth2")))
CHANGE(Def, address_none, g_ptr_array_set_size(it->forward_addresses, 0))
CHANGE(Def, address_domain, changeAddress(it, (virPciAddress){ 9, 2, 3, 4 }))
CHANGE(Def, address_bus, changeAddress(it, (virPciAddress){ 1, 9, 3, 4 }))
CHANGE(Def, address_slot, changeAddress(it, (virPciAddress){ 1, 2, 9, 4 }))
CHANGE(Def, address_function, changeAddress(it, (virPciAddress){ 1, 2, 3, 5 }))
CHANGE(Def, pf, replaceText(&it->forward_pf, "eth2"))
CHANGE(Def, pf_none, replaceText(&it->forward_pf, NULL))
CHANGE(Def, managed, it->forward_managed = FALSE)
CHANGE(Def, driver, it->forward_driver = VIR_NETWORK_PCI_DRIVER_KVM)
CHANGE(Def, driver_model, replaceText(&it->forward_driver_model, "Model"))
CHANGE(Def, zone, replaceText(&it->zone, "Zone"))
CHANGE(Def, zone_none, replaceText(&it->zone, NULL))
CHANGE(Def, mac_table, it->mac_table = VIR_NETWORK_MAC_TABLE_UNSET)
CHANGE(Def, domain_register, it->domain_register = VIR_TRISTATE_ABSENT)
CHANGE(Def, route_more, g_ptr_array_add(it->routes, makeRoute()))
CHANGE(Def, route_none, g_ptr_array_set_size(it->routes, 0))
CHANGE(Def, vlan, it->vlan->trunk = FALSE)
CHANGE(Def, vlan_none, g_clear_pointer(&it->vlan, virNetworkVlanUnref))
CHANGE(Def, bandwidth, it->bandwidth->outbound.peak++)
CHANGE(Def, bandwidth_none, g_clear_pointer(&it->bandwidth, virNetworkBandwidthUnref))
CHANGE(Def, port_isolated, it->port_isolated = VIR_TRISTATE_NO)
CHANGE(Def, virtualport, it->virtualport->manager_id++)
CHANGE(Def, virtualport_none, g_clear_pointer(&it->virtualport, virNetworkVirtualPortUnref))
CHANGE(Def, group_more, g_ptr_array_add(it->portgroups, makeGroup()))
CHANGE(Def, group_none, g_ptr_array_set_size(it->portgroups, 0))
CHANGE(Def, group_other, ((virNetworkPortGroup *)it->portgroups->pdata[0])->is_default = FALSE)
CHANGE(Def, route_other, ((virNetworkRoute *)it->routes->pdata[0])->metric = 3)

static const Change def_changes[] = {
    ROW(Def, title), ROW(Def, title_none), ROW(Def, description), ROW(Def, description_none), ROW(Def, trust),
    ROW(Def, dev_other), ROW(Def, dev_more), ROW(Def, address_none), ROW(Def, address_domain), ROW(Def, address_bus),
    ROW(Def, address_slot), ROW(Def, address_function), ROW(Def, pf), ROW(Def, pf_none), ROW(Def, managed),
    ROW(Def, driver), ROW(Def, driver_model), ROW(Def, zone), ROW(Def, zone_none), ROW(Def, mac_table),
    ROW(Def, domain_register), ROW(Def, route_more), ROW(Def, route_none), ROW(Def, vlan), ROW(Def, vlan_none),
    ROW(Def, bandwidth), ROW(Def, bandwidth_none), ROW(Def, port_isolated), ROW(Def, virtualport),
    ROW(Def, virtualport_none), ROW(Def, group_more), ROW(Def, group_none), ROW(Def, group_other), ROW(Def, route_other),
};

/* Wrappers, so that each function has the type that a kind wants. */
#define EQUAL(type) \
    static gboolean equal##type(gconstpointer a, gconstpointer b) \
    { \
        return virNetwork##type##Equal(a, b); \
    }
#define COPY(type) \
    static gpointer copy##type(gconstpointer value) \
    { \
        return virNetwork##type##Copy(value); \
    }
EQUAL(Bandwidth)
EQUAL(Vlan)
EQUAL(VirtualPort)
EQUAL(PortGroup)
EQUAL(Route)
EQUAL(Def)
COPY(VirtualPort)
COPY(Def)

#define KIND(make, type, copy, changes) \
    { make, equal##type, (GDestroyNotify)virNetwork##type##Unref, copy, changes, G_N_ELEMENTS(changes) }

static const Kind kinds[] = {
    KIND(makeBandwidth, Bandwidth, NULL, bandwidth_changes),
    KIND(makeVlan, Vlan, NULL, vlan_changes),
    KIND(makeVirtualPort, VirtualPort, copyVirtualPort, virtualport_changes),
    KIND(makeGroup, PortGroup, NULL, group_changes),
    KIND(makeRoute, Route, NULL, route_changes),
    KIND(makeDef, Def, copyDef, def_changes),
};

static void noneIsNoValue(void)
{
    g_assert_null(virNetworkBandwidthRef(NULL));
    g_assert_null(virNetworkVlanRef(NULL));
    g_assert_null(virNetworkVirtualPortRef(NULL));
    virNetworkBandwidthUnref(NULL);
    virNetworkVlanUnref(NULL);
    virNetworkVirtualPortUnref(NULL);
    virNetworkPortGroupUnref(NULL);
    virNetworkRouteUnref(NULL);
}

static void addressAsSysfsNamesIt(void)
{
    char text[VIR_PCI_ADDRESS_BUFLEN];

    g_assert_cmpstr(virPciAddressFormat(&(virPciAddress){ 0, 4, 0x1f, 7 }, text), ==, "0000:04:1f.7");
    g_assert_cmpstr(virPciAddressFormat(&(virPciAddress){ G_MAXUINT32, 0xff, 0, 0 }, text), ==, "ffffffff:ff:00.0");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/def-port/bandwidth/each-field-makes-unequal", &kinds[0], checkKind);
    g_test_add_data_func("/def-port/vlan/each-field-makes-unequal", &kinds[1], checkKind);
    g_test_add_data_func("/def-port/virtualport/each-field-makes-unequal-and-is-copied", &kinds[2], checkKind);
    g_test_add_data_func("/def-port/portgroup/each-field-makes-unequal", &kinds[3], checkKind);
    g_test_add_data_func("/def-port/route/each-field-makes-unequal", &kinds[4], checkKind);
    g_test_add_data_func("/def-port/network/each-field-makes-unequal-and-is-copied", &kinds[5], checkKind);
    g_test_add_func("/def-port/none-is-no-value", noneIsNoValue);
    g_test_add_func("/def-port/address-as-sysfs-names-it", addressAsSysfsNamesIt);
    return g_test_run();
}
