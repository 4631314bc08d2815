#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Static routes through a network: the host reaches what lies behind a guest, before and after what makes the kernel forget."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
from laboratory import Guest, links, run, wait_for  # noqa: E402
from scene import check, check_equal, check_fails, mac_of, network_xml  # noqa: E402

BEHIND, BEHIND6 = "198.51.100.1", "2001:db8:9::1"
ROUTES = ("<ip family='ipv6' address='fd00:9::1' prefix='64'/>"
          "<route address='198.51.100.0' prefix='24' gateway='192.0.2.50'/>"
          "<route family='ipv6' address='2001:db8:9::' prefix='48' gateway='fd00:9::50' metric='7'/>"
          "<route address='0.0.0.0' prefix='0' gateway='192.0.2.50' metric='900'/>")
WANTED = {"default via 192.0.2.50 metric 900", "198.51.100.0/24 via 192.0.2.50", "2001:db8:9::/48 via fd00:9::50 metric 7"}


def routed_xml():
    return network_xml(mode="").replace("</network>", ROUTES + "</network>")


def routes(device="vbr0"):
    """The routes through a device that were set by hand or by us."""
    lines = [line for family in ("-4", "-6")
             for line in run("ip", family, "route", "show", "dev", device, "proto", "boot").splitlines()]
    return {line.replace("linkdown", "").replace("pref medium", "").strip() for line in lines}


def plug_router():
    """A guest that has an address of the subnet behind it."""
    guest = Guest("router", "vbr0", mac_of(1))
    guest.set_address("192.0.2.50/24", "192.0.2.1")
    guest.run("ip", "-6", "address", "add", "fd00:9::50/64", "dev", "eth0", "nodad")
    guest.run("ip", "address", "add", BEHIND + "/32", "dev", "lo")
    guest.run("ip", "-6", "address", "add", BEHIND6 + "/128", "dev", "lo")
    return guest


def reaches(address):
    def answered():
        return run("ping", "-n", "-c1", "-W1", address, check=False).returncode == 0
    wait_for(f"the host reaches {address}", answered, 10)


@test("route/host-reaches-what-lies-behind-a-guest")
def traffic(scene):
    net = scene.begin(routed_xml())
    plug_router()
    check_equal(routes(), WANTED, "routes")
    reaches(BEHIND)
    reaches(BEHIND6)
    net.destroy()
    check("vbr0" not in links(), "the bridge is gone")


@test("route/lost-ones-come-back-with-the-next-daemon-and-foreign-ones-stay")
def restart(scene):
    scene.begin(routed_xml())
    plug_router()
    run("ip", "route", "add", "203.0.113.0/24", "via", "192.0.2.60", "dev", "vbr0")
    scene.kill_daemon()
    scene.start_daemon()
    check_equal(routes(), WANTED | {"203.0.113.0/24 via 192.0.2.60"}, "routes after a restart")
    scene.kill_daemon()
    run("ip", "link", "set", "vbr0", "down")
    scene.start_daemon()
    check_equal(routes(), WANTED, "routes after the bridge was down")
    reaches(BEHIND)


@test("route/one-that-the-host-has-elsewhere-refuses-the-start-and-stays")
def taken(scene):
    run("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1")
    run("ip", "link", "set", "up0", "up")
    run("ip", "route", "add", "198.51.100.0/24", "dev", "up0")
    net = scene.begin(routed_xml(), start=False)
    check_fails(libvirt.VIR_ERR_SYSTEM_ERROR, net.create, "cannot add route 198.51.100.0/24 via 192.0.2.50 to vbr0: File exists",
                libvirt.VIR_FROM_NONE)
    check("vbr0" not in links(), "the bridge is gone")
    check_equal(routes("up0"), {"198.51.100.0/24 scope link"}, "the host's own route")


if __name__ == "__main__":
    main()
