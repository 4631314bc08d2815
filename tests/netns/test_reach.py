#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who reaches whom: every forward mode against the host, the outside and every other mode, told by real packets.

The outside has routes to all guests, so that what does not get through was stopped by rules. What is expected is what
libvirtd 9.0.0's rules let through."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
from laboratory import HOST_ADDRESS, OUTSIDE_ADDRESS, Guest, make_outside, run  # noqa: E402
from scene import check_equal, network_xml  # noqa: E402

# name, mode, subnet
NETWORKS = [("nat", "nat", "10.9.1"), ("nat2", "nat", "10.9.2"), ("route", "route", "10.9.3"),
            ("isolated", "", "10.9.4"), ("open", "open", "10.9.5")]
# from each network (or the outside): whom it reaches
REACHED = {
    "nat": {"host", "neighbour", "outside", "route", "open"},
    "nat2": {"host", "neighbour", "outside", "route", "open"},
    "route": {"host", "neighbour", "outside", "open"},
    "isolated": {"host", "neighbour"},
    "open": {"host", "neighbour", "outside", "route"},
    "outside": {"host", "route", "open"},
}


def build(scene):
    """All networks, each with a guest and a neighbour; returns the guests by name of network."""
    scene.start_daemon()
    connection = scene.connect()
    guests = {}
    for number, (name, mode, subnet) in enumerate(NETWORKS):
        bridge = f"vbr{number}"
        connection.networkDefineXML(network_xml(name, bridge, mode, subnet, dhcp=False)).create()
        for last, suffix in ((10, ""), (11, "-n")):
            guest = Guest(name + suffix, bridge, f"52:54:00:01:{number:02x}:{last:02x}")
            guest.set_address(f"{subnet}.{last}/24", f"{subnet}.1")
            guests[name + suffix] = guest
    return guests


@test("reach/every-mode-lets-through-what-it-should-and-nothing-else", limit=90)
def matrix(scene):
    guests = build(scene)
    outside = make_outside()
    outside.run("ip", "route", "add", "10.9.0.0/16", "via", HOST_ADDRESS)
    places = {name: f"{subnet}.10" for name, _mode, subnet in NETWORKS}
    tries = []
    for name, _mode, subnet in NETWORKS:
        tries += [(name, "host", f"{subnet}.1"), (name, "neighbour", f"{subnet}.11"), (name, "outside", OUTSIDE_ADDRESS)]
        tries += [(name, other, address) for other, address in places.items() if other != name]
        tries.append(("outside", name, f"{subnet}.10"))
    tries.append(("outside", "host", HOST_ADDRESS))
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda one: (guests.get(one[0]) or outside).reaches(one[2], 2), tries))
    reached = {name: set() for name in REACHED}
    for (source, target, _address), through in zip(tries, outcomes):
        if through:
            reached[source].add(target)
    for source, expected in REACHED.items():
        check_equal(sorted(reached[source]), sorted(expected), f"what {source} reaches")


@test("reach/nat-hides-the-guest-and-route-does-not")
def source_addresses(scene):
    guests = build(scene)
    outside = make_outside()
    outside.run("ip", "route", "add", "10.9.0.0/16", "via", HOST_ADDRESS)
    listener = "import socket,sys\ns=socket.create_server(('0.0.0.0',8080))\nprint('up',flush=True)\n" \
               "while True:\n c,a=s.accept()\n c.sendall(a[0].encode())\n c.close()"
    server = outside.spawn("/usr/bin/python3", "-c", listener, stdout=-1, text=True)
    server.stdout.readline()
    caller = f"import socket;s=socket.create_connection(('{OUTSIDE_ADDRESS}',8080),5);print(s.recv(99).decode())"
    seen = {name: guests[name].run("/usr/bin/python3", "-c", caller).strip() for name in ("nat", "route", "open")}
    check_equal(seen, {"nat": HOST_ADDRESS, "route": "10.9.3.10", "open": "10.9.5.10"}, "address that the outside sees")


@test("reach/network-that-is-destroyed-takes-only-its-own-rules-along")
def destroy_one(scene):
    guests = build(scene)
    make_outside()
    ping = guests["nat"].ping(OUTSIDE_ADDRESS)
    for name in ("nat2", "route", "isolated", "open"):
        scene.connection.networkLookupByName(name).destroy()
    account = ping.stop()
    check_equal(account["lost"], 0, "lost pings of the remaining network")
    text = run("nft", "list", "ruleset")
    check_equal([name for name in ("vbr1", "vbr2", "vbr3", "vbr4") if f'"{name}"' in text], [], "bridges still named in rules")


@test("reach/forwarding-restricted-to-a-device-goes-through-that-one-alone")
def restricted(scene):
    scene.start_daemon()
    connection = scene.connect()
    make_outside()
    for number, (device, reached) in enumerate((("uplink", True), ("elsewhere", False))):
        subnet = f"10.9.{number + 1}"
        xml = network_xml(f"net{number}", f"vbr{number}", "nat", subnet, dhcp=False)
        connection.networkDefineXML(xml.replace("mode='nat'", f"mode='nat' dev='{device}'")).create()
        guest = Guest(f"guest{number}", f"vbr{number}", f"52:54:00:01:{number:02x}:10")
        guest.set_address(f"{subnet}.10/24", f"{subnet}.1")
        check_equal(guest.reaches(OUTSIDE_ADDRESS, 2), reached, f"whether the outside is reached with dev='{device}'")


if __name__ == "__main__":
    main()
