#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a hypervisor's daemon asks of the network daemon for its guests, from start to end, over the wire.

The sequences are those of libvirt's QEMU driver: one short connection for each thing, the identity of its own client first,
ports by the UUIDs that it keeps. The guest itself is a namespace, whose card is plugged in where the port says.
"""

import os
import sys
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
import wire  # noqa: E402
from laboratory import Failed, Guest, run, wait_for  # noqa: E402
from scene import check, check_equal, mac_of, network_xml  # noqa: E402

PORT_UUID = "8c6b4a52-0f1e-4d3c-9b2a-1908070605%02d"
PLUG = "<plug type='network' bridge='vbr0'/>"
IDENTITY = [("user-name", wire.STRING, "root"), ("unix-user-id", wire.ULLONG, 0), ("group-name", wire.STRING, "root"),
            ("unix-group-id", wire.ULLONG, 0), ("process-id", wire.LLONG, 4711), ("process-time", wire.ULLONG, 123456),
            ("selinux-context", wire.STRING, "unconfined")]
KEEPALIVE, CALLBACK_IDS, CLOSE_CALLBACK = 10, 14, 15


class Visit:
    """One of the driver's short connections: opened with its client's identity, closed when the thing is done."""

    def __init__(self, path):
        self.wire = wire.Wire(path)
        check_equal(self.wire.call(wire.AUTH_LIST).take(8), b"\0\0\0\1\0\0\0\0", "ways to authenticate: one, none")
        check_equal(self.feature(KEEPALIVE), 1, "feature keepalive, asked before the connection is open")
        self.wire.call(wire.OPEN, wire.pack_optional("network:///system") + wire.pack_int(0)).end()
        self.feature(CALLBACK_IDS)
        check_equal(self.feature(CLOSE_CALLBACK), 1, "feature close callback")
        self.wire.call(wire.SET_IDENTITY, wire.pack_params(IDENTITY) + wire.pack_int(0)).end()

    def feature(self, number):
        return self.wire.call(wire.SUPPORTS_FEATURE, wire.pack_int(number)).int()

    def __enter__(self):
        return self

    def __exit__(self, failure, *_rest):
        if failure is None:
            self.wire.call(wire.CLOSE).end()
        self.wire.close()

    def network(self, name="lab"):
        return self.wire.call(wire.NETWORK_LOOKUP_BY_NAME, wire.pack_string(name)).network()

    def port(self, number):
        return self.wire.call(wire.PORT_LOOKUP, self.network() + wire.parse_uuid(PORT_UUID % number)).port()

    def create(self, number, flags=0, plug=""):
        """Make a port; returns its XML, which says where the guest's card goes. Who reclaims one says what it had: the PLUG."""
        text = (f"<networkport>\n  <uuid>{PORT_UUID % number}</uuid>\n  <owner>\n    <name>guest{number}</name>\n"
                f"    <uuid>33333333-2222-4333-8444-5555555555{number:02}</uuid>\n  </owner>\n"
                f"  <mac address='{mac_of(number)}'/>{plug}\n</networkport>\n")
        port = self.wire.call(wire.PORT_CREATE, self.network() + wire.pack_string(text) + wire.pack_int(flags)).port()
        check_equal(port[-16:], wire.parse_uuid(PORT_UUID % number), "UUID of the port made")
        return self.port_xml(port)

    def port_xml(self, port):
        return self.wire.call(wire.PORT_GET_XML_DESC, port + wire.pack_int(0)).string()

    def set_parameters(self, port, **values):
        params = [(name.replace("_", "."), wire.UINT, value) for name, value in values.items()]
        self.wire.call(wire.PORT_SET_PARAMETERS, port + wire.pack_params(params) + wire.pack_int(0)).end()

    def parameters(self, port):
        """The number of parameters that a caller has room for is never looked at, and clients send there what they like."""
        return self.wire.call(wire.PORT_GET_PARAMETERS, port + wire.pack_int(-77) + wire.pack_int(0)).params()

    def leases(self, mac):
        args = self.network() + wire.pack_optional(mac) + wire.pack_int(1) + wire.pack_int(0)
        return self.wire.call(wire.NETWORK_GET_DHCP_LEASES, args).leases()


class Driver:
    """Remembers what a hypervisor's daemon remembers: which guests run, with which cards."""

    def __init__(self, path):
        self.path = path
        self.guests = {}

    def visit(self):
        return Visit(self.path)

    def start_guest(self, number):
        with self.visit() as visit:
            xml = visit.wire.call(wire.NETWORK_GET_XML_DESC, visit.network() + wire.pack_int(0)).string()
            check_equal(ElementTree.fromstring(xml).findtext("name"), "lab", "name in the network's XML")
        with self.visit() as visit:
            bridge = bridge_of(visit.create(number))
        self.guests[number] = Guest(f"guest{number}", bridge, mac_of(number))
        return self.guests[number]

    def find_guest_again(self, number):
        """What is done for each running guest when the daemon is new: the port is looked up, or made again, and the card is
        put back on its bridge. Returns whether it had to be made."""
        made = False
        with self.visit() as visit:
            try:
                xml = visit.port_xml(visit.port(number))
            except wire.WireError as error:
                check_equal((error.code, error.domain), (libvirt.VIR_ERR_NO_NETWORK_PORT, libvirt.VIR_FROM_NETWORK), str(error))
                xml, made = visit.create(number, libvirt.VIR_NETWORK_PORT_CREATE_RECLAIM, PLUG), True
        if master(self.guests[number]) != bridge_of(xml):
            self.guests[number].plug(bridge_of(xml))
        return made

    def stop_guest(self, number):
        with self.visit() as visit:
            visit.wire.call(wire.PORT_DELETE, visit.port(number) + wire.pack_int(0)).end()
        run("ip", "link", "del", self.guests.pop(number).port)


def bridge_of(port_xml):
    plug = ElementTree.fromstring(port_xml).find("plug")
    check(plug is not None and plug.get("type") == "network", f"no plug into a network in {port_xml}")
    return plug.get("bridge")


def master(guest):
    """The bridge that a guest's card is in, or None."""
    path = f"/sys/class/net/{guest.port}/master"
    return os.path.basename(os.readlink(path)) if os.path.exists(path) else None


def check_refused(code, call, message, domain=libvirt.VIR_FROM_NETWORK):
    try:
        call()
    except wire.WireError as error:
        check_equal((error.code, error.domain, str(error)), (code, domain, message), "the error")
        return
    raise Failed(f"expected error {code}, the call succeeded")


def begin(scene, start=True):
    scene.begin(network_xml(), start)
    return Driver(scene.daemon.socket_path())


@test("qemu-driver/guest-starts-is-limited-and-stops")
def whole_life(scene):
    driver = begin(scene)
    guest = driver.start_guest(1)
    check_equal(master(guest), "vbr0", "the bridge that the port has named")
    guest.dhcp()
    with driver.visit() as visit:
        wait_for("the guest's lease is listed", lambda: visit.leases(mac_of(1)))
        lease = visit.leases(mac_of(1))[0]
        check_equal((lease["ipaddr"], lease["mac"], lease["prefix"]), (guest.address(), mac_of(1), 24), "the lease")
        check_equal(visit.leases(mac_of(2)), [], "leases of a guest that has none")
    with driver.visit() as visit:
        check_equal(visit.parameters(visit.port(1)), {}, "parameters of a port without a limit")
        visit.set_parameters(visit.port(1), inbound_average=1000, inbound_peak=2000, inbound_burst=1024, outbound_average=500)
        check_equal(visit.parameters(visit.port(1)),
                    {"inbound.average": 1000, "inbound.peak": 2000, "inbound.floor": 0, "inbound.burst": 1024,
                     "outbound.average": 500, "outbound.peak": 0, "outbound.burst": 0}, "parameters")
    driver.stop_guest(1)
    with driver.visit() as visit:
        check_refused(libvirt.VIR_ERR_NO_NETWORK_PORT, lambda: visit.port(1), "network port not found: Network port with UUID "
                      f"{PORT_UUID % 1} does not exist")


@test("qemu-driver/guests-and-limits-are-found-again-after-the-daemon-was-killed")
def daemon_killed(scene):
    driver = begin(scene)
    for number in (1, 2):
        driver.start_guest(number)
    with driver.visit() as visit:
        visit.set_parameters(visit.port(2), inbound_average=700)
    scene.kill_daemon()
    scene.start_daemon()
    check_equal([driver.find_guest_again(number) for number in (1, 2)], [False, False], "ports that had to be made again")
    with driver.visit() as visit:
        check_equal(visit.parameters(visit.port(2))["inbound.average"], 700, "limit set before")
    driver.guests[1].dhcp()
    for number in (1, 2):
        driver.stop_guest(number)
    check_equal(scene.connect().networkLookupByName("lab").listAllPorts(), [], "ports when all guests have stopped")


@test("qemu-driver/connection-of-a-killed-daemon-ends-and-the-next-one-serves")
def connection_lost(scene):
    driver = begin(scene)
    visit = driver.visit()
    visit.create(1)
    scene.kill_daemon()
    try:
        visit.network()
        check(False, "a call to a daemon that is gone succeeded")
    except OSError:
        pass
    visit.wire.close()
    scene.start_daemon()
    with driver.visit() as visit:
        check_equal(bridge_of(visit.port_xml(visit.port(1))), "vbr0", "bridge of the port made before")


@test("qemu-driver/port-that-is-gone-is-made-again-with-the-same-uuid")
def made_again(scene):
    driver = begin(scene)
    guest = driver.start_guest(1)
    net = scene.connect().networkLookupByName("lab")
    net.destroy()
    net.create()
    check_equal(master(guest), None, "bridge of the guest's card after another start of the network")
    check_equal([driver.find_guest_again(1), driver.find_guest_again(1)], [True, False], "whether the port had to be made")
    check_equal(net.listAllPorts()[0].UUIDString(), PORT_UUID % 1, "UUID of the port")
    guest.dhcp()
    check(guest.reaches("192.0.2.1"), "the guest does not reach the host")
    driver.stop_guest(1)


@test("qemu-driver/guest-is-refused-what-cannot-be")
def refused(scene):
    driver = begin(scene, start=False)
    with driver.visit() as visit:
        check_refused(libvirt.VIR_ERR_OPERATION_INVALID, lambda: visit.create(1),
                      "Requested operation is not valid: network 'lab' is not active")
        check_refused(libvirt.VIR_ERR_NO_NETWORK, lambda: visit.network("none"),
                      "Network not found: no network with matching name 'none'")
        scene.connection.networkLookupByName("lab").create()
        visit.create(1)
        check_refused(libvirt.VIR_ERR_INVALID_ARG, lambda: visit.create(2, libvirt.VIR_NETWORK_PORT_CREATE_RECLAIM),
                      "invalid argument: Port reclaim requested but plug type is none")
        for flags, plug in ((0, ""), (libvirt.VIR_NETWORK_PORT_CREATE_RECLAIM, PLUG)):
            check_refused(libvirt.VIR_ERR_NETWORK_PORT_EXIST, lambda flags=flags, plug=plug: visit.create(1, flags, plug),
                          f"network port Network port with UUID {PORT_UUID % 1} already exists exists already")
        check_equal(len(scene.connection.networkLookupByName("lab").listAllPorts()), 1, "number of ports")


@test("qemu-driver/read-only-client-may-look-and-name-itself-and-no-more")
def read_only(scene):
    driver = begin(scene)
    with driver.visit() as visit:
        visit.create(1)
    with Visit(driver.path + "-ro") as visit:
        port = visit.port(1)
        check_equal(bridge_of(visit.port_xml(port)), "vbr0", "bridge of the port")
        check_refused(libvirt.VIR_ERR_OPERATION_DENIED, lambda: visit.create(2),
                      "operation forbidden: read only access prevents virNetworkPortCreateXML")
        check_refused(libvirt.VIR_ERR_OPERATION_DENIED, lambda: visit.set_parameters(port, inbound_average=1),
                      "operation forbidden: read only access prevents virNetworkPortSetParameters")
        check_refused(libvirt.VIR_ERR_OPERATION_DENIED, lambda: visit.wire.call(wire.PORT_DELETE, port + wire.pack_int(0)),
                      "operation forbidden: read only access prevents virNetworkPortDelete")


if __name__ == "__main__":
    main()
