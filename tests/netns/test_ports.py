#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ports of real networks: what outlives the daemon, what stands in its files, and what guests' names are made of."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
from laboratory import links, read, wait_for  # noqa: E402
from scene import check, check_contains, check_equal, check_fails, host_xml, mac_of, network_xml, update  # noqa: E402

UUID = "22222222-2222-4333-8444-5555555555%02d"


def port_xml(number, guest="vm", rest=""):
    return (f"<networkport><uuid>{UUID % number}</uuid><owner><name>{guest}</name>"
            f"<uuid>33333333-2222-4333-8444-555555555501</uuid></owner><mac address='{mac_of(number)}'/>{rest}</networkport>")


def macs(scene):
    """BRIDGE.macs as a dictionary."""
    entries = json.loads(read(scene.path("var/lib/libvirt/dnsmasq/vbr0.macs")))
    return {entry["domain"]: entry["macs"] for entry in entries}


def port_file(scene, number):
    return scene.path(f"run/libvirt/network/lab/ports/{UUID % number}.xml")


def look(net):
    return net.XMLDesc(0), sorted(port.XMLDesc(0) for port in net.listAllPorts(0))


@test("ports/killed-daemon-has-them-again-with-counts-and-names")
def restart(scene):
    net = scene.begin()
    for number, guest in ((1, "one"), (2, "one"), (3, "two")):
        net.portCreateXML(port_xml(number, guest), 0)
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(1), "192.0.2.10"))
    before = look(net)
    check_contains(before[0], "<network connections='3'>", "live XML after an update")
    check_equal(macs(scene), {"one": [mac_of(1), mac_of(2)], "two": [mac_of(3)]}, "MACs by guest")
    scene.kill_daemon()
    scene.start_daemon()
    net = scene.connect().networkLookupByName("lab")
    check_equal(look(net), before, "network and ports after the daemon was killed")
    net.portLookupByUUIDString(UUID % 2).delete(0)
    check_equal(macs(scene), {"one": [mac_of(1)], "two": [mac_of(3)]}, "MACs after a delete")
    check(not os.path.exists(port_file(scene, 2)), "the file of a deleted port is still there")


@test("ports/go-with-the-network")
def destroy(scene):
    net = scene.begin()
    port = net.portCreateXML(port_xml(1), 0)
    check_contains(read(port_file(scene, 1)), f"virsh net-port-create {UUID % 1}", "the port's file")
    net.destroy()
    check(not os.path.exists(scene.path("run/libvirt/network/lab")), "the directory of ports is still there")
    check_fails(libvirt.VIR_ERR_OPERATION_INVALID, port.XMLDesc, "is not active")
    net.create()
    check_equal(net.listAllPorts(0), [], "ports after another start")
    check_equal(macs(scene), {}, "MACs after another start")


@test("ports/device-of-a-pool-is-exclusive-in-passthrough-over-restarts")
def pool(scene):
    xml = "<network><name>lab</name><forward mode='passthrough'><interface dev='pool0'/><interface dev='pool1'/></forward></network>"
    before = links()
    net = scene.begin(xml)
    net.portCreateXML(port_xml(1), 0)
    scene.stop_daemon()
    scene.start_daemon()
    net = scene.connect().networkLookupByName("lab")
    second = net.portCreateXML(port_xml(2), 0)
    check_contains(second.XMLDesc(0), "<plug type='direct' dev='pool1' mode='passthrough'/>", "second port")
    check_contains(net.XMLDesc(0), "<interface dev='pool0' connections='1'/>", "live XML")
    check_fails(libvirt.VIR_ERR_INTERNAL_ERROR, lambda: net.portCreateXML(port_xml(3), 0), "but none are available")
    check_equal(links(), before, "devices of the host")


@test("ports/hooks-are-told-of-them-and-again-by-the-next-daemon")
def hooks(scene):
    net = scene.begin()
    directory = scene.path("etc/libvirt/hooks")
    os.makedirs(directory, exist_ok=True)
    log = os.path.join(directory, "log")
    with open(os.path.join(directory, "network"), "w", encoding="utf-8") as script:
        script.write(f"#!/bin/sh\necho \"$1 $2 $3\" $(/bin/grep -o -e \"<network connections='.'>\" -e 22222222-.*-5555555555..) >>{log}\n")
    os.chmod(os.path.join(directory, "network"), 0o755)
    net.portCreateXML(port_xml(1), 0)
    net.portCreateXML(port_xml(2), 0)
    net.portLookupByUUIDString(UUID % 2).delete(0)
    scene.kill_daemon()
    scene.start_daemon()
    said = "lab %s begin <network connections='%d'> " + UUID
    created, deleted = "port-created", "port-deleted"
    wanted = [said % (created, 1, 1), said % (created, 2, 2), said % (deleted, 1, 2), said % (created, 1, 1)]
    wait_for("the next daemon tells of the port", lambda: len(read(log).splitlines()) == 4)
    check_equal(read(log).splitlines(), wanted, "what hooks were told")


@test("ports/floor-is-kept-over-a-kill")
def floor(scene):
    net = scene.begin(network_xml(extra="<bandwidth><inbound average='1000'/></bandwidth>"))
    net.portCreateXML(port_xml(1, rest="<bandwidth><inbound average='10' floor='600'/></bandwidth>"), 0)
    scene.kill_daemon()
    scene.start_daemon()
    net = scene.connect().networkLookupByName("lab")
    check_contains(read(scene.path("run/libvirt/network/lab.xml")), "<class_id bitmap='0-3'/>", "status")
    check_fails(libvirt.VIR_ERR_OPERATION_INVALID,
                lambda: net.portCreateXML(port_xml(2, rest="<bandwidth><inbound average='10' floor='500'/></bandwidth>"), 0),
                "would overcommit average=1000")
    port = net.portLookupByUUIDString(UUID % 1)
    port.setParameters({"inbound.average": 10, "inbound.floor": 300})
    check_contains(read(scene.path("run/libvirt/network/lab.xml")), "<floor sum='300'/>", "status")


if __name__ == "__main__":
    main()
