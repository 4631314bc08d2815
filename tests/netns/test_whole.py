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
from scene import BOTH, check, mac_of  # noqa: E402

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


if __name__ == "__main__":
    main()
