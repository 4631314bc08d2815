#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An update leads to the very host that a fresh start of the resulting definition gives.

Each of tests/lib/definitions.py becomes each other by a whole-network update, and every kind of section edit is made; host,
disk and what the daemon says are compared with those of a network that was destroyed and started anew.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
import host_state  # noqa: E402
from definitions import DEFINITIONS  # noqa: E402
from laboratory import Failed, Guest  # noqa: E402
from scene import BOTH, COMMANDS, check, mac_of  # noqa: E402

MODIFY, WHOLE = libvirt.VIR_NETWORK_UPDATE_COMMAND_MODIFY, libvirt.VIR_NETWORK_SECTION_NONE
MOST_FAILURES = 5


def walk(names):
    """The names in an order in which each is followed by each other exactly once."""
    path, stack = [], [names[0]]
    left = {name: [other for other in names if other != name] for name in names}
    while stack:
        if left[stack[-1]]:
            stack.append(left[stack[-1]].pop())
        else:
            path.append(stack.pop())
    return path[::-1]


class Comparison:
    """One running network with a guest plugged in."""

    def __init__(self, scene, xml):
        self.scene = scene
        host_state.without_waiting()
        self.net = scene.begin(xml)
        self.guest = Guest("one", host_state.BRIDGE, mac_of(1))

    def look(self):
        return host_state.look(self.scene)

    def start_anew(self):
        """The state after the network, as it is stored, was started afresh."""
        if self.net.isActive():
            self.net.destroy()
        self.net.create()
        self.guest.plug(host_state.BRIDGE)
        return host_state.settled(self.look)

    def define(self, xml):
        self.scene.connection.networkDefineXML(xml)
        return self.start_anew()

    def apply(self, xml):
        self.net.update(MODIFY, WHOLE, -1, xml, BOTH)


def compare_all(scene, names):
    comparison = Comparison(scene, DEFINITIONS["nat-everything"])
    uuid = f"<uuid>{comparison.net.UUIDString()}</uuid>"
    xml = {name: DEFINITIONS[name].replace("<name>lab</name>", "<name>lab</name>" + uuid) for name in names}
    fresh = {name: comparison.define(xml[name]) for name in names}
    order = walk(names)
    check(len(order) == len(names) * (len(names) - 1) + 1, "not every pair is tried")
    comparison.define(xml[order[0]])
    failures = []
    for before, after in zip(order, order[1:]):
        try:
            comparison.apply(DEFINITIONS[after])
            host_state.settle(comparison.look, {after: fresh[after]})
        except (Failed, libvirt.libvirtError) as failure:
            failures.append(f"from {before} to {after}: {failure}")
            if len(failures) == MOST_FAILURES:
                break
            comparison.define(xml[after])
    check(not failures, f"{len(failures)} updates led elsewhere\n" + "\n".join(failures))


@test("whole/any-definition-to-any-other-is-as-a-fresh-start", 240)
def any_to_any(scene):
    compare_all(scene, list(DEFINITIONS))


# --- Sections ------------------------------------------------------------------------------------------------------

SECTION = {name: getattr(libvirt, "VIR_NETWORK_SECTION_" + name.upper().replace("-", "_"))
           for name in ("bridge", "domain", "ip", "ip-dhcp-host", "ip-dhcp-range", "forward", "forward-interface", "portgroup",
                        "dns-host", "dns-txt", "dns-srv")}
HOST = "<host mac='52:54:00:00:00:21' name='h21' ip='192.0.2.{}'/>"
RANGE = "<range start='192.0.2.{}' end='192.0.2.{}'/>"
SRV = "<srv service='http' protocol='tcp' domain='lab.example' target='w.lab.example' port='{}'/>"
GROUP = "<portgroup name='g'><bandwidth><inbound average='{}'/></bandwidth></portgroup>"

# Made one after the other, from the first definition below on.
EDITS = [
    ("modify", "bridge", "<bridge name='vbr0' stp='on' delay='1'/>"), ("modify", "bridge", "<bridge name='vbr0' stp='off' delay='0'/>"),
    ("add", "domain", "<domain name='one.example'/>"), ("modify", "domain", "<domain name='two.example' localOnly='yes'/>"),
    ("add", "ip", "<ip address='198.18.0.1' prefix='24'/>"), ("modify", "ip", "<ip address='198.18.0.1' prefix='25'/>"),
    ("add", "ip", "<ip family='ipv6' address='fd00:9::1' prefix='64'><dhcp><range start='fd00:9::10' end='fd00:9::20'/></dhcp></ip>"),
    ("delete", "ip", "<ip address='198.18.0.1' prefix='25'/>"),
    ("add", "ip-dhcp-host", HOST.format(21)), ("modify", "ip-dhcp-host", HOST.format(22)), ("delete", "ip-dhcp-host", HOST.format(22)),
    ("add", "ip-dhcp-range", RANGE.format(210, 220)), ("modify", "ip-dhcp-range", RANGE.format(210, 230)),
    ("add-first", "ip-dhcp-range", RANGE.format(40, 50)), ("delete", "ip-dhcp-range", RANGE.format(40, 50)),
    ("modify", "forward", "<forward mode='route'/>"), ("modify", "forward", "<forward mode='open'/>"),
    ("delete", "forward", "<forward mode='open'/>"), ("add", "forward", "<forward mode='nat'><nat ipv6='yes'/></forward>"),
    ("add", "forward-interface", "<interface dev='lo'/>"), ("delete", "forward-interface", "<interface dev='lo'/>"),
    ("add", "portgroup", GROUP.format(10)), ("modify", "portgroup", GROUP.format(20)), ("delete", "portgroup", "<portgroup name='g'/>"),
    ("add", "dns-host", "<host ip='192.0.2.9'><hostname>nine</hostname></host>"),
    ("modify", "dns-host", "<host ip='192.0.2.9'><hostname>neuf</hostname></host>"), ("delete", "dns-host", "<host ip='192.0.2.9'/>"),
    ("add", "dns-txt", "<txt name='t' value='a'/>"), ("modify", "dns-txt", "<txt name='t' value='b'/>"),
    ("delete", "dns-txt", "<txt name='t'/>"), ("add", "dns-srv", SRV.format(80)), ("modify", "dns-srv", SRV.format(81)),
    ("delete", "dns-srv", SRV.format(81)), ("delete", "domain", "<domain name='two.example'/>"),
]


@test("whole/every-section-edit-is-as-a-fresh-start", 240)
def edits(scene):
    comparison = Comparison(scene, DEFINITIONS["nat-everything"])
    comparison.apply(DEFINITIONS["nat"])
    failures = []
    for command, section, xml in EDITS:
        try:
            comparison.net.update(COMMANDS[command], SECTION[section], -1, xml, BOTH)
            edited = host_state.settled(comparison.look)
            host_state.settle(comparison.start_anew, {"edited": edited}, 1)
        except (Failed, libvirt.libvirtError) as failure:
            failures.append(f"{command} {section} {xml}: {failure}")
    check(not failures, f"{len(failures)} edits led elsewhere\n" + "\n".join(failures[:MOST_FAILURES]))


if __name__ == "__main__":
    main()
