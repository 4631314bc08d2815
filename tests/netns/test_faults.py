#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every step of every kind of change fails in turn, and the daemon is killed at every step in turn.

Afterwards host, disk and what the daemon says are all as before or all as after, never between, and the call works when it
is made again. Needs a daemon with fault points (meson option fault_points): VIRTNETWORKD_FAULT names a file with fail:N
or kill:N, which acts at the Nth point that is passed from then on.
"""

import os
import re
import sys
from dataclasses import dataclass, field

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import Skipped, main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
import host_state  # noqa: E402
import sandbox  # noqa: E402
from bus import Bus  # noqa: E402
from definitions import BANDWIDTH, DEFINITIONS, RECORDS, dhcp, forward, ip4, ip6, network, route  # noqa: E402
from guest6 import advertise_by  # noqa: E402
from laboratory import Failed, Guest, read, wait_for  # noqa: E402
from scene import BOTH, check, check_equal, dig, host_xml, mac_of, network_xml, offered, update  # noqa: E402

LIMIT_S = 280
MOST_POINTS = 200
STATUS_KILLED = 137
FIRED = re.compile(r"fault point \d+: (.*?) fails on request")
HOST = mac_of(7)
OLD_ADDRESS, NEW_ADDRESS = "192.0.2.7", "192.0.2.8"
PORT_UUID = "22222222-2222-4333-8444-555555555501"
PORT = (f"<networkport><uuid>{PORT_UUID}</uuid><owner><name>vm</name><uuid>33333333-2222-4333-8444-555555555501</uuid></owner>"
        f"<mac address='{mac_of(9)}'/><bandwidth><inbound average='100' floor='50'/></bandwidth></networkport>")

# The two differ in every facet of a host. RICH has radvd, a zone and a domain in the resolver.
PLAIN = network(forward("open"), ip4(bits=25, inner=dhcp("192.0.2", 5, last=120)), ip4("198.18.0"),
                route("ipv4", "203.0.113.0", 24, "192.0.2.3", 5), route("ipv4", "203.0.114.0", 24, "192.0.2.4", 9))
RICH = network(forward("nat", "<nat ipv6='yes'/>"), "<mtu size='1400'/><domain name='every.example' register='yes'/>", BANDWIDTH,
               f"<dns>{RECORDS}</dns>", ip4(inner=dhcp("192.0.2", 5, 6)), ip6(), route("ipv4", "203.0.113.0", 24, "192.0.2.2", 5),
               route("ipv6", "fd00:77::", 48, "fd00:9::2", 7), bridge="zone='work' stp='on' delay='2'")
OTHER_PREFIX = RICH.replace("fd00:9:", "fd00:8:")


@dataclass
class Operation:
    """A change of the network that XML defines, and its opposite. STEPS: some of those that it takes, as they begin."""
    xml: str
    change: object
    revert: object
    steps: list = field(default_factory=list)
    active: bool = True
    asks: bool = False      # whether a guest asks for DHCP and DNS


def whole(xml):
    return lambda net: net.update(libvirt.VIR_NETWORK_UPDATE_COMMAND_MODIFY, libvirt.VIR_NETWORK_SECTION_NONE, -1, xml, BOTH)


def becomes(before, after, *steps):
    return Operation(before, whole(after), whole(before), list(steps))


def create(net):
    net.create()


def destroy(net):
    net.destroy()


def plug(net):
    net.portCreateXML(PORT, 0)


def unplug(net):
    net.portLookupByUUIDString(PORT_UUID).delete(0)


def host_at(address):
    return lambda net: update(net, "modify", "ip-dhcp-host", host_xml(HOST, address))


LIMITED = network_xml(extra=BANDWIDTH)
OPERATIONS = {
    "start": Operation(RICH, create, destroy, active=False, steps=[
        "link: add", "link: set", "addr: add", "route: add", "sysctl: set", "nft: fill", "zone: set", "resolver: set", "qos: build",
        "qos: fill inbound", "qos: fill outbound", "dnsmasq: write conf", "dnsmasq: write hosts", "dnsmasq: start",
        "radvd: write conf", "radvd: start"]),
    "destroy": Operation(RICH, destroy, create, steps=[
        "link: delete", "nft: remove", "zone: remove", "qos: remove inbound", "qos: remove outbound", "dnsmasq: stop", "radvd: stop"]),
    "plain-becomes-rich": becomes(
        PLAIN, RICH, "link: set", "addr: add", "addr: delete", "route: add", "route: replace", "route: delete", "sysctl: set",
        "nft: fill", "zone: set", "resolver: set", "qos: build", "dnsmasq: restart", "radvd: start"),
    "rich-becomes-plain": becomes(
        RICH, PLAIN, "link: set", "zone: remove", "resolver: revert", "qos: clear", "qos: remove inbound", "qos: remove outbound",
        "dnsmasq: restart", "radvd: stop"),
    "other-prefix": becomes(RICH, OTHER_PREFIX, "radvd: write conf", "radvd: reload"),
    "services-end": becomes(PLAIN, DEFINITIONS["silent"], "dnsmasq: stop"),
    "services-begin": becomes(DEFINITIONS["silent"], PLAIN, "dnsmasq: start"),
    "port-with-floor": Operation(LIMITED, plug, unplug, ["qos: set", "qos: fill inbound", "staging the port"]),
    "port-deleted": Operation(LIMITED, unplug, plug, ["qos: delete"]),
    "ip-dhcp-host": Operation(network_xml(hosts=host_xml(HOST, OLD_ADDRESS)), host_at(NEW_ADDRESS), host_at(OLD_ADDRESS),
                              ["dnsmasq: write hosts", "dnsmasq: reload"], asks=True),
    "dns-txt": Operation(network_xml(), lambda net: update(net, "add", "dns-txt", "<txt name='motd' value='hello'/>"),
                         lambda net: update(net, "delete", "dns-txt", "<txt name='motd'/>"), ["dnsmasq: restart"], asks=True),
}


class Trial:
    """Repeats one operation with a fault at point 1, 2, 3 and so on."""

    def __init__(self, scene, operation):
        self.scene, self.operation, self.guest = scene, operation, None
        self.faults = os.path.join(sandbox.directory(), "fault")
        self.order("")
        host_state.without_waiting()
        advertise_by(scene, "radvd")
        self.bus = Bus()
        self.bus.start_services("public", "libvirt", "libvirt-routed", "work")
        self.restart()
        self.warm_up()
        self.begin()
        self.states = {"before": host_state.settled(self.look)}
        operation.change(self.net())
        self.states["after"] = host_state.settled(self.look)
        check(host_state.differences(self.states["before"], self.states["after"]), "the change changes nothing that can be seen")
        self.revert()

    def warm_up(self):
        """Bring about what stays on a host for good: forwarding, the base of the rules."""
        net = self.scene.connection.networkDefineXML(RICH)
        net.create()
        net.destroy()
        net.undefine()

    def begin(self):
        net = self.scene.connection.networkDefineXML(self.operation.xml)
        net.create()
        if self.operation.change == unplug:
            plug(net)
        if self.operation.asks:
            self.guest = Guest("one", "vbr0", mac_of(1))
            self.guest.set_address("192.0.2.50/24")
            wait_for("dnsmasq answers", lambda: dig(self.guest, "192.0.2.1", "A", "localhost"))
        if not self.operation.active:
            net.destroy()

    def order(self, text):
        with open(self.faults + ".new", "w", encoding="ascii") as stream:
            stream.write(text)
        os.rename(self.faults + ".new", self.faults)

    def restart(self):
        """The next daemon on the same files."""
        self.scene.start_daemon(env={"VIRTNETWORKD_FAULT": self.faults, **self.bus.environment()})
        self.scene.connect()

    def net(self):
        return self.scene.connection.networkLookupByName("lab")

    def answers(self):
        """What a guest gets, and what the services on the bus were told of the bridge. A resolver forgets with a device."""
        index = read(f"/sys/class/net/{host_state.BRIDGE}/ifindex").strip()
        told = {"zones": self.bus.zones(), "resolver": str(self.bus.links().get(index))}
        if self.guest:
            told.update(offered=offered(self.guest, HOST), answered=dig(self.guest, "192.0.2.1", "TXT", "motd"))
        return told

    def look(self):
        return host_state.look(self.scene, self.answers)

    def settle(self, *names):
        return host_state.settle(self.look, {name: self.states[name] for name in names})

    def revert(self):
        self.operation.revert(self.net())
        self.settle("before")

    def fail_at(self, number):
        """Returns what has failed: a step, or the writing of a file; None if point NUMBER was not passed."""
        n_logged = len(self.scene.daemon.log())
        self.order(f"fail:{number}")
        error = self.attempt()
        self.order("")
        fired = FIRED.search(error or self.scene.daemon.log()[n_logged:])
        check(fired or not error, f"the error is another than the fault: {error}")
        self.settle("before" if error else "after")
        if not error:
            self.revert()
        return fired and fired.group(1)

    def attempt(self):
        """Make the change; returns the error's text, or None."""
        try:
            self.operation.change(self.net())
        except libvirt.libvirtError as error:
            return str(error)
        return None

    def kill_at(self, number):
        """Returns something if point NUMBER was passed."""
        self.order(f"kill:{number}")
        killed = self.attempt()
        self.order("")
        if killed:
            check_equal(self.scene.daemon.process.wait(10), STATUS_KILLED, "exit status of the daemon")
            self.scene.connection = self.scene.daemon.process = None
            self.restart()
        if self.settle("before", "after") == "after":
            self.revert()
        return killed

    def run(self, attempt):
        """Go on until two numbers in a row were not reached: of one alone the daemon may have recovered without a word."""
        passed = ["none yet"]
        for number in range(1, MOST_POINTS):
            try:
                passed.append(attempt(number))
            except Failed as failure:
                raise Failed(f"fault at point {number}, after {passed[-1]}: {failure}") from None
            if not any(passed[-2:]):
                return [what for what in passed[1:] if what]
        raise Failed(f"no end after {MOST_POINTS} fault points")


def declare(name, operation):
    @test(f"fault/{name}-failing-at-every-step-is-all-or-nothing", LIMIT_S)
    def fails(scene):
        need_fault_points(scene)
        trial = Trial(scene, operation)
        failed = trial.run(trial.fail_at)
        missing = [step for step in operation.steps if not any(what.startswith(step) for what in failed)]
        check(not missing, f"these did not fail: {missing}; those did: {failed}")

    @test(f"fault/{name}-killed-at-every-step-is-all-or-nothing", LIMIT_S)
    def killed(scene):
        need_fault_points(scene)
        trial = Trial(scene, operation)
        check(len(trial.run(trial.kill_at)) >= len(operation.steps), "there are fewer points than steps")


def need_fault_points(_scene):
    if os.environ.get("VIRNET_DAEMON") == "debian":
        raise Skipped("libvirtd has no fault points")


for operation_name in OPERATIONS:
    declare(operation_name, OPERATIONS[operation_name])

if __name__ == "__main__":
    main()
