#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Starting and destroying networks and daemons on a real kernel: what appears, what is refused, what is left."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
import sandbox  # noqa: E402
from laboratory import addresses, dnsmasq_of, links, processes, read, rules, run, wait_for  # noqa: E402
from scene import check, check_contains, check_equal, check_fails, network_xml  # noqa: E402


@test("start/gives-bridge-address-rules-and-dnsmasq")
def start_gives_everything(scene):
    net = scene.begin(start=False)
    check("vbr0" not in links(), "the bridge exists before the start")
    net.create()
    check("vbr0" in links(), "no bridge vbr0 after the start")
    check_equal(addresses("vbr0"), ["192.0.2.1/24"], "addresses of the bridge")
    check_contains(rules(), "vbr0", "firewall rules")
    check_contains(rules(), "masquerade", "firewall rules")
    check_equal(read("/proc/sys/net/ipv4/ip_forward").strip(), "1", "net.ipv4.ip_forward")
    check_equal(read("/proc/sys/net/ipv6/conf/vbr0/disable_ipv6").strip(), "1", "disable_ipv6 of the bridge")
    check(dnsmasq_of("lab"), "no dnsmasq runs")
    check_equal(net.bridgeName(), "vbr0", "bridge name")
    check_equal(net.isActive(), 1, "active")


@test("destroy/leaves-nothing-on-the-host")
def destroy_leaves_nothing(scene):
    net = scene.begin(start=False)
    net.create()                    # the common base of the rules is made now and stays
    net.destroy()
    before = (links(), rules())
    net.create()
    net.destroy()
    check_equal((links(), rules()), before, "links and rules after start and destroy")
    check(not processes("dnsmasq", "lab.conf"), "dnsmasq still runs")
    check("vbr0" not in rules(), "rules still name the bridge")
    check_equal(net.isActive(), 0, "active")
    check(not os.path.exists(scene.path("run/libvirt/network/lab.xml")), "the status file is still there")


@test("start/bridge-name-of-another-device-fails-and-leaves-it-alone")
def start_with_taken_bridge_name(scene):
    scene.start_daemon()
    net = scene.connect().networkDefineXML(network_xml())
    run("ip", "link", "add", "vbr0", "type", "veth", "peer", "name", "vbr0-peer")
    check_fails(libvirt.VIR_ERR_SYSTEM_ERROR, net.create, "vbr0", domain=libvirt.VIR_FROM_NONE)
    check_equal(links(), ["vbr0", "vbr0-peer"], "devices")
    check_equal(net.isActive(), 0, "active")
    check_equal(dnsmasq_of("lab"), None, "dnsmasq")


@test("start/subnet-of-another-interface-is-refused-and-leaves-nothing")
def start_with_taken_subnet(scene):
    scene.start_daemon()
    run("ip", "link", "add", "other", "type", "veth", "peer", "name", "other-peer")
    run("ip", "address", "add", "192.0.2.77/24", "dev", "other")
    run("ip", "link", "set", "other", "up")
    net = scene.connect().networkDefineXML(network_xml())
    check_fails(libvirt.VIR_ERR_INTERNAL_ERROR, net.create, "other", domain=libvirt.VIR_FROM_NONE)
    check("vbr0" not in links(), "a bridge was left")
    check("vbr0" not in rules(), "rules were left")


@test("start/directory-that-dnsmasq-cannot-enter-is-named-and-nothing-is-left")
def start_with_closed_directory(scene):
    closed = os.path.join(sandbox.directory(), "closed")
    os.mkdir(closed, 0o700)
    scene.start_daemon(root=os.path.join(closed, "root"))
    net = scene.connect().networkDefineXML(network_xml())
    try:
        net.create()
        check(False, "the start succeeded although dnsmasq's user cannot reach its files")
    except libvirt.libvirtError as error:
        check_contains(str(error), closed, "message")
    check("vbr0" not in links(), "a bridge was left")
    check_equal(dnsmasq_of("lab"), None, "dnsmasq")
    os.chmod(closed, 0o755)
    net.create()
    check(dnsmasq_of("lab"), "no dnsmasq runs after the directory was opened")


@test("daemon/sigterm-ends-it-and-networks-stay")
def sigterm_keeps_networks(scene):
    scene.begin()
    pid, before = dnsmasq_of("lab"), rules()
    scene.stop_daemon()
    check_equal(dnsmasq_of("lab"), pid, "dnsmasq's pid after the daemon's end")
    check_equal(addresses("vbr0"), ["192.0.2.1/24"], "addresses of the bridge")
    check_equal(rules(), before, "rules")


@test("daemon/autostart-starts-marked-networks-once-per-boot")
def autostart_once(scene):
    net = scene.begin(start=False)
    net.setAutostart(1)
    scene.stop_daemon()
    os.unlink(scene.path("run/libvirt/network/autostarted"))
    scene.start_daemon()
    connection = scene.connect()
    wait_for("the network is started", lambda: connection.listNetworks() == ["lab"])
    connection.networkLookupByName("lab").destroy()
    scene.stop_daemon()
    scene.start_daemon()
    check_equal(scene.connect().networkLookupByName("lab").isActive(), 0, "active after a second daemon start in the same boot")


if __name__ == "__main__":
    main()
