#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a python3-libvirt script of a user does with networks, with every answer checked: python_scenario.py URI

It is run with Debian's library and with ours, on our daemon, on Debian's and on the test driver, and must not be able to tell
them apart. Prints the library's version; exit status 0 if all was as expected. Touches only networks named scn-...
"""

import sys

import libvirt

ADD, MODIFY, DELETE = (libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, libvirt.VIR_NETWORK_UPDATE_COMMAND_MODIFY,
                       libvirt.VIR_NETWORK_UPDATE_COMMAND_DELETE)
HOST, TXT = libvirt.VIR_NETWORK_SECTION_IP_DHCP_HOST, libvirt.VIR_NETWORK_SECTION_DNS_TXT
BOTH = libvirt.VIR_NETWORK_UPDATE_AFFECT_LIVE | libvirt.VIR_NETWORK_UPDATE_AFFECT_CONFIG
XML = """<network><name>scn-a</name><uuid>5e3a3c1e-0000-4000-8000-00000000000a</uuid><forward mode='nat'/>
<bridge name='scnbr0'/><ip address='192.168.230.1' netmask='255.255.255.0'><dhcp>
<range start='192.168.230.100' end='192.168.230.200'/></dhcp></ip></network>"""
MAC = "52:54:00:0b:0b:01"


def check(condition, what):
    if not condition:
        sys.exit("wrong: " + what)


def fails(code, call, text=""):
    """CALL must fail with this code, and with this text in its message."""
    try:
        call()
    except libvirt.libvirtError as error:
        check(error.get_error_code() == code, f"expected error {code}, got {error.get_error_code()}: {error}")
        check(text in str(error), f"expected '{text}' in '{error}'")
        check(error.get_error_level() == libvirt.VIR_ERR_ERROR, "level of an error")
        return
    sys.exit(f"wrong: expected error {code}, the call succeeded")


def life(connection):
    """Define, start, look at it from all sides."""
    net = connection.networkDefineXML(XML)
    check((net.name(), net.UUIDString(), net.bridgeName()) == ("scn-a", "5e3a3c1e-0000-4000-8000-00000000000a", "scnbr0"), "names")
    check((net.isActive(), net.isPersistent(), net.autostart()) == (0, 1, 0), "state after define")
    net.create()
    check(net.isActive() == 1, "active after create")
    check("scn-a" in connection.listNetworks() and "scn-a" not in connection.listDefinedNetworks(), "lists of names")
    check("scn-a" in [one.name() for one in connection.listAllNetworks(libvirt.VIR_CONNECT_LIST_NETWORKS_ACTIVE)], "list of active")
    check(connection.networkLookupByName("scn-a").UUID() == net.UUID(), "lookup by name")
    check(connection.networkLookupByUUIDString(net.UUIDString()).name() == "scn-a", "lookup by uuid")
    net.setAutostart(True)
    check(net.autostart() == 1, "autostart")
    net.setAutostart(False)
    return net


def updates(net):
    """Every command on both sections, live and stored."""
    net.update(ADD, HOST, -1, f"<host mac='{MAC}' name='one' ip='192.168.230.10'/>", BOTH)
    net.update(MODIFY, HOST, -1, f"<host mac='{MAC}' name='one' ip='192.168.230.11'/>", BOTH)
    net.update(ADD, TXT, -1, "<txt name='motd' value='hello'/>", BOTH)
    for flags in (0, libvirt.VIR_NETWORK_XML_INACTIVE):
        text = net.XMLDesc(flags)
        check("192.168.230.11" in text and "192.168.230.10'" not in text and "motd" in text, f"XML after updates: {text}")
    fails(libvirt.VIR_ERR_OPERATION_INVALID, lambda: net.update(ADD, HOST, -1, f"<host mac='{MAC}' ip='192.168.230.12'/>", BOTH),
          "existing dhcp host entry")
    fails(libvirt.VIR_ERR_XML_ERROR, lambda: net.update(ADD, HOST, -1, "<host mac='52:54:00:0b:0b:02'/>", BOTH))
    fails(libvirt.VIR_ERR_XML_DETAIL, lambda: net.update(ADD, HOST, -1, "<host", BOTH))
    fails(libvirt.VIR_ERR_OPERATION_UNSUPPORTED, lambda: net.update(ADD, 99, -1, "<x/>", BOTH))
    fails(libvirt.VIR_ERR_INVALID_ARG, lambda: net.update(ADD, TXT, -1, "<txt name='a' value='b'/>", 4))
    net.update(DELETE, HOST, -1, f"<host mac='{MAC}'/>", BOTH)
    net.update(DELETE, TXT, -1, "<txt name='motd'/>", BOTH)
    check(MAC not in net.XMLDesc(0) + net.XMLDesc(1) and "motd" not in net.XMLDesc(0) + net.XMLDesc(1), "XML after deletes")
    check(net.DHCPLeases() == [], "leases")


PORT = """<networkport><uuid>22222222-2222-4333-8444-5555555555%02d</uuid><owner><name>vm</name>
<uuid>33333333-2222-4333-8444-555555555501</uuid></owner><mac address='52:54:00:bb:00:%02d'/>%s</networkport>"""


def ports(net):
    """What a hypervisor's daemon does with ports, and all that a script can."""
    port = net.portCreateXML(PORT % (1, 1, "<bandwidth><inbound average='100'/></bandwidth>"), 0)
    check(port.UUIDString() == "22222222-2222-4333-8444-555555555501" and port.network().name() == "scn-a", "the port made")
    check("<plug type='network' bridge='scnbr0'/>" in port.XMLDesc(0), f"plug in {port.XMLDesc(0)}")
    other = net.portCreateXML(PORT % (2, 2, ""), 0)
    check("<network connections='2'>" in net.XMLDesc(0), "count of connections")
    check(sorted(one.UUIDString()[-1] for one in net.listAllPorts(0)) == ["1", "2"], "list of ports")
    check(net.portLookupByUUID(other.UUID()).UUIDString() == other.UUIDString(), "lookup by uuid")
    check(port.parameters() == {"inbound.average": 100, "inbound.peak": 0, "inbound.burst": 0, "inbound.floor": 0}, "parameters")
    port.setParameters({"inbound.average": 7})
    check("<inbound average='7'/>" in port.XMLDesc(0), "bandwidth set")
    check(other.parameters() == {}, "parameters of a port without bandwidth")
    fails(libvirt.VIR_ERR_NETWORK_PORT_EXIST, lambda: net.portCreateXML(PORT % (1, 1, ""), 0), "exists already")
    fails(libvirt.VIR_ERR_INVALID_ARG, lambda: net.portCreateXML(PORT % (3, 3, ""), 1), "Port reclaim requested")
    fails(libvirt.VIR_ERR_OPERATION_UNSUPPORTED, lambda: port.setParameters({"inbound.floor": 5}), "no inbound QoS set")
    port.delete(0)
    fails(libvirt.VIR_ERR_NO_NETWORK_PORT, lambda: port.XMLDesc(0), "does not exist")
    fails(libvirt.VIR_ERR_INVALID_ARG, lambda: net.portLookupByUUIDString("zz"), "must be a valid UUID")
    other.delete(0)
    check("connections" not in net.XMLDesc(0) and net.listAllPorts(0) == [], "after the deletes")


def no_ports(net):
    """The test driver has none."""
    fails(libvirt.VIR_ERR_NO_SUPPORT, lambda: net.listAllPorts(0), "virNetworkListAllPorts")
    fails(libvirt.VIR_ERR_NO_SUPPORT, lambda: net.portCreateXML(PORT % (1, 1, ""), 0), "virNetworkPortCreateXML")


def end(connection, net):
    fails(libvirt.VIR_ERR_OPERATION_INVALID, net.create, "already active")
    net.destroy()
    fails(libvirt.VIR_ERR_OPERATION_INVALID, net.destroy, "is not active")
    net.undefine()
    fails(libvirt.VIR_ERR_NO_NETWORK, lambda: connection.networkLookupByName("scn-a"), "Network not found")
    fails(libvirt.VIR_ERR_NO_NETWORK, lambda: net.XMLDesc(0))
    fails(libvirt.VIR_ERR_XML_DETAIL, lambda: connection.networkDefineXML("<network"))


def readonly(uri):
    with_write = libvirt.openReadOnly(uri)
    fails(libvirt.VIR_ERR_OPERATION_DENIED, lambda: with_write.networkDefineXML(XML))
    check(isinstance(with_write.listAllNetworks(), list), "list of a read-only connection")


def main():
    uri = sys.argv[1]
    libvirt.registerErrorHandler(lambda _context, _error: None, None)
    libvirt.virEventRegisterDefaultImpl()
    connection = libvirt.open(uri)
    check(connection.isAlive() == 1, "connection is alive")
    check(connection.getURI().split("?")[0].endswith(("/system", "/default")), f"URI {connection.getURI()}")
    net = life(connection)
    updates(net)
    (no_ports if uri.startswith("test:") else ports)(net)
    end(connection, net)
    del net
    check(connection.close() == 0, "count of references after close")
    if not uri.startswith("test:") and len(sys.argv) > 2:
        readonly(sys.argv[2])
    fails(libvirt.VIR_ERR_SYSTEM_ERROR, lambda: libvirt.open("network+unix:///system?socket=/nonexistent/socket"))
    print(libvirt.getVersion())


if __name__ == "__main__":
    main()
