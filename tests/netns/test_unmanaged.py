#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks whose guests use what the host has: a bridge that is left alone, and functions of a card that a made sysfs shows."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
import sandbox  # noqa: E402
from laboratory import addresses, links, make_outside, rules, run  # noqa: E402
from scene import check, check_contains, check_equal, check_fails, make_daemon, network_xml  # noqa: E402


def xml(forward, rest=""):
    return f"<network><name>lab</name>{forward}{rest}</network>"


@test("unmanaged/host-bridge-outlives-its-networks-and-restarts")
def host_bridge(scene):
    run("ip", "link", "add", "br0", "type", "bridge")
    run("ip", "address", "add", "198.51.100.1/24", "dev", "br0")
    scene.start_daemon()
    net = scene.connect().networkDefineXML(xml("<forward mode='bridge'/>", "<bridge name='br0'/>"))
    net.create()
    check_equal(net.bridgeName(), "br0", "name of the bridge")
    scene.kill_daemon()
    scene.start_daemon()
    net = scene.connect().networkLookupByName("lab")
    check(net.isActive(), "the network is active again")
    net.destroy()
    net.undefine()
    check_equal(addresses("br0"), ["198.51.100.1/24"], "addresses of the host's bridge")
    check_equal(os.listdir(scene.path("var/lib/libvirt/dnsmasq")), [], "dnsmasq's files")


@test("unmanaged/start-changes-nothing-on-the-host")
def untouched(scene):
    make_outside()
    scene.start_daemon()
    connection = scene.connect()
    before = (sorted(links()), rules(), run("ip", "route"))
    for mode in ("bridge", "private", "vepa", "passthrough"):
        net = connection.networkCreateXML(xml(f"<forward mode='{mode}'><interface dev='uplink'/></forward>"))
        check_fails(libvirt.VIR_ERR_INTERNAL_ERROR, net.bridgeName, "network 'lab' does not have a bridge name.")
        check_equal((sorted(links()), rules(), run("ip", "route")), before, f"devices, rules and routes in mode {mode}")
        net.destroy()


@test("unmanaged/mac-table-without-a-kernel-for-it-refuses-the-start")
def mac_table(scene):
    run("ip", "link", "add", "probe0", "type", "bridge")
    can = os.path.exists("/sys/class/net/probe0/bridge/vlan_filtering")
    run("ip", "link", "delete", "probe0")
    net = scene.begin(network_xml().replace("stp='off'", "macTableManager='libvirt' stp='off'"), start=False)
    if can:
        net.create()
        check_contains(run("ip", "-d", "link", "show", "vbr0"), "vlan_filtering 1", "the bridge")
        return
    check_fails(libvirt.VIR_ERR_SYSTEM_ERROR, net.create, "Unable to set bridge vbr0 vlan_filtering", libvirt.VIR_FROM_NONE)
    check("vbr0" not in links(), "the bridge is gone")


# --- Virtual functions ---------------------------------------------------------------------------------------------

def make_card(top, functions):
    """A sysfs with card eth0 at 0000:04:00.0 and its functions: device names, None for one without."""
    card = os.path.join(top, "bus/pci/devices/0000:04:00.0")
    os.makedirs(card)
    os.makedirs(os.path.join(top, "class/net/eth0"))
    os.symlink("../../../bus/pci/devices/0000:04:00.0", os.path.join(top, "class/net/eth0/device"))
    for number, device in enumerate(functions):
        address = f"0000:04:10.{number}"
        path = os.path.join(top, "bus/pci/devices", address)
        os.makedirs(os.path.join(path, "net", device) if device else path)
        os.symlink("../0000:04:00.0", os.path.join(path, "physfn"))
        os.symlink("../" + address, os.path.join(card, f"virtfn{number}"))


def begin_with_card(scene, functions):
    top = os.path.join(sandbox.directory(), "sysfs")
    make_card(top, functions)
    scene.daemon = make_daemon()
    os.makedirs(scene.path("etc/libvirt"))
    with open(scene.path("etc/libvirt/network.conf"), "w", encoding="utf-8") as stream:
        stream.write(f'sysfs_root = "{top}"\n')
    scene.start_daemon()
    return scene.connect()


def pci(function, slot="0x10"):
    return f"<address type='pci' domain='0x0000' bus='0x04' slot='{slot}' function='{function}'/>"


@test("unmanaged/physical-function-becomes-a-pool-when-started")
def pool(scene):
    connection = begin_with_card(scene, ["eth0v0", None, "eth0v2"])
    net = connection.networkDefineXML(xml("<forward mode='passthrough'><pf dev='eth0'/></forward>"))
    net.create()
    live = net.XMLDesc(0)
    check_contains(live, "<interface dev='eth0v0'/>", "live XML")
    check_contains(live, "<interface dev='eth0v2'/>", "live XML")
    check("eth0v0" not in net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE), "the stored definition is as it was")
    scene.kill_daemon()
    scene.start_daemon()
    connection = scene.connect()
    net = connection.networkLookupByName("lab")
    check_equal(net.XMLDesc(0), live, "live XML after a restart")
    net.destroy()
    net.undefine()
    net = connection.networkCreateXML(xml("<forward mode='hostdev' managed='yes'><pf dev='eth0'/></forward>"))
    for number in range(3):
        check_contains(net.XMLDesc(0), pci(f"0x{number}"), "live XML")


PORT = """<networkport><uuid>22222222-2222-4333-8444-5555555555%02d</uuid><owner><name>vm</name>
<uuid>33333333-2222-4333-8444-555555555501</uuid></owner><mac address='52:54:00:bb:00:%02d'/></networkport>"""


@test("unmanaged/ports-of-a-hostdev-network-take-a-function-each")
def functions_of_ports(scene):
    begin_with_card(scene, ["eth0v0", None]).networkCreateXML(xml("<forward mode='hostdev' managed='yes'><pf dev='eth0'/></forward>"))
    net = scene.connect().networkLookupByName("lab")
    check_contains(net.portCreateXML(PORT % (1, 1), 0).XMLDesc(0), "<plug type='hostdev-pci' managed='yes'>", "first port")
    scene.kill_daemon()
    scene.start_daemon()
    net = scene.connect().networkLookupByName("lab")
    check_contains(net.portCreateXML(PORT % (2, 2), 0).XMLDesc(0),
                   "<address domain='0x0000' bus='0x04' slot='0x10' function='0x1'/>", "second port")
    check_fails(libvirt.VIR_ERR_INTERNAL_ERROR, lambda: net.portCreateXML(PORT % (3, 3), 0), "but none are available")
    check_equal(net.XMLDesc(0).count("connections='1'"), 2, "functions in use")


@test("unmanaged/physical-function-without-virtual-ones-refuses-the-start")
def no_functions(scene):
    net = begin_with_card(scene, []).networkDefineXML(xml("<forward mode='passthrough'><pf dev='eth0'/></forward>"))
    check_fails(libvirt.VIR_ERR_INTERNAL_ERROR, net.create, "No usable Vf's present on SRIOV PF eth0")
    check(not net.isActive(), "the network is inactive")


@test("unmanaged/listed-function-must-be-a-virtual-one")
def listed(scene):
    connection = begin_with_card(scene, ["eth0v0"])
    connection.networkDefineXML(xml(f"<forward mode='hostdev' managed='yes'>{pci('0x0')}</forward>")).undefine()
    for function in (pci("0x1"), pci("0x0", "0x00")):
        check_fails(libvirt.VIR_ERR_CONFIG_UNSUPPORTED,
                    lambda text=function: connection.networkDefineXML(xml(f"<forward mode='hostdev'>{text}</forward>")),
                    "in network 'lab' is not an SR-IOV Virtual Function")


if __name__ == "__main__":
    main()
