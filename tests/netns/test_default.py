#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Definitions that are put into the daemon's directory as a file, without uuid and MAC: the network "default" as packages install
it, and what becomes of it where its subnet is taken."""

import os
import re
import shutil
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import TOP, main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402

from laboratory import Guest, addresses, read, run, wait_for  # noqa: E402
from scene import check, check_contains, check_equal, mac_of, make_daemon, network_xml  # noqa: E402

SHIPPED = os.path.join(TOP, "src/daemon/default.xml")


def place(scene, name="default", xml=None):
    """Put a file into the directory of definitions, as an installation does."""
    scene.daemon = scene.daemon or make_daemon()
    directory = scene.path("etc/libvirt/qemu/networks")
    os.makedirs(directory, exist_ok=True)
    path = os.path.join(directory, name + ".xml")
    if xml is None:
        shutil.copy(SHIPPED, path)
    else:
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(xml)
    return path


def take(subnet):
    """Let a device of the host have SUBNET.5/24."""
    run("ip", "link", "add", f"dev{subnet.split('.')[2]}", "type", "bridge")
    run("ip", "address", "add", f"{subnet}.5/24", "dev", f"dev{subnet.split('.')[2]}")
    run("ip", "link", "set", f"dev{subnet.split('.')[2]}", "up")


def look_up(scene, name="default"):
    scene.start_daemon()
    return scene.connect().networkLookupByName(name)


@test("default/shipped-file-becomes-a-network-that-keeps-its-uuid-and-mac")
def shipped(scene):
    path = place(scene)
    net = look_up(scene)
    check_equal((net.isActive(), net.isPersistent(), net.autostart(), net.bridgeName()), (0, 1, 0, "virbr0"), "the network")
    check_contains(net.XMLDesc(0), "<ip address='192.168.122.1' netmask='255.255.255.0'>", "XML")
    mac = re.search("<mac address='(.*)'/>", net.XMLDesc(0)).group(1)
    identity = (net.UUIDString(), net.XMLDesc(0))
    check_contains(read(path), f"<uuid>{net.UUIDString()}</uuid>", "file")
    check_contains(read(path), mac, "file")
    net.setAutostart(1)
    del net
    scene.stop_daemon()
    net = look_up(scene)
    check_equal((net.UUIDString(), net.XMLDesc(0)), identity, "uuid and XML after a restart")
    net.create()
    check_equal(Guest("one", "virbr0", mac_of(1)).dhcp().guest.address()[:12], "192.168.122.", "the guest's subnet")


@test("default/taken-subnet-gives-way-to-the-next-free-one")
def taken(scene):
    place(scene)
    place(scene, "other", network_xml("other", "vbr9", "nat", "192.168.124"))
    take("192.168.122")
    take("192.168.123")
    net = look_up(scene)
    xml = net.XMLDesc(0)
    check_contains(xml, "<ip address='192.168.125.1' netmask='255.255.255.0'>", "XML: 124 is another network's")
    check_contains(xml, "<range start='192.168.125.2' end='192.168.125.254'/>", "XML")
    check("192.168.122." not in xml, "an address of the taken subnet is left")
    scene.wait_log("192.168.125.0/24 is used")
    net.create()
    check_equal(addresses("virbr0"), ["192.168.125.1/24"], "addresses of the bridge")
    check_equal(Guest("one", "virbr0", mac_of(1)).dhcp().guest.address()[:12], "192.168.125.", "the guest's subnet")
    run("ip", "link", "delete", "dev122")
    del net
    scene.stop_daemon()
    check_equal(look_up(scene).XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE), xml, "stored XML after a restart: chosen once")


@test("default/taken-bridge-gives-way-to-the-next-free-one")
def bridge_taken(scene):
    place(scene, "other", network_xml("other", "virbr0", "nat", "192.168.124"))
    run("ip", "link", "add", "virbr1", "type", "bridge")
    place(scene)
    net = look_up(scene)
    check_equal(net.bridgeName(), "virbr2", "the bridge")
    scene.wait_log("bridge virbr0 is taken, virbr2 is used")
    net.create()
    check_equal(addresses("virbr2"), ["192.168.122.1/24"], "addresses of the bridge")
    del net
    scene.stop_daemon()
    check_equal(look_up(scene).bridgeName(), "virbr2", "the bridge after a restart")


@test("default/bridge-of-a-device-that-is-there-gives-way-too")
def bridge_there(scene):
    run("ip", "link", "add", "virbr0", "type", "bridge")
    place(scene)
    check_equal(look_up(scene).bridgeName(), "virbr1", "the bridge")


@test("default/subnet-that-was-loaded-before-or-is-another-networks-is-never-moved")
def not_moved(scene):
    place(scene, "mine", read(SHIPPED).replace("<name>default", "<name>mine").replace("virbr0", "virbr1"))
    place(scene, xml=read(SHIPPED).replace("</name>", "</name><uuid>5dbb8c0f-6bd4-4b06-8b9d-3ef4ba0a5c1d</uuid>", 1))
    take("192.168.122")
    for name in ("default", "mine"):
        net = look_up(scene, name) if scene.connection is None else scene.connection.networkLookupByName(name)
        check_contains(net.XMLDesc(0), "<ip address='192.168.122.1'", f"{name}: XML")


@test("default/file-that-comes-while-the-daemon-runs-is-loaded-at-reload")
def reloaded(scene):
    scene.start_daemon()
    path = place(scene)
    scene.daemon.process.send_signal(signal.SIGHUP)
    connection = scene.connect()
    wait_for("the network is there", lambda: "default" in connection.listDefinedNetworks())
    net = connection.networkLookupByName("default")
    check_contains(read(path), net.UUIDString(), "file")
    net.create()
    run("cp", SHIPPED, path)
    scene.daemon.process.send_signal(signal.SIGHUP)
    wait_for("the file has the running network's uuid", lambda: net.UUIDString() in read(path))
    check_equal(net.isActive(), 1, "active")


if __name__ == "__main__":
    main()
