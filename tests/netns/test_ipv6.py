#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""IPv6 on real networks: advertised addresses, DHCPv6 with reservations, routed and translated packets, and a host that must
not lose its own default route."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
from guest6 import DHCP, GATEWAY, SUBNET, addresses6, network6_xml, plug, take_lease6, wait_advertised  # noqa: E402
from laboratory import make_outside, run, wait_for  # noqa: E402
from scene import check, check_contains, check_equal, check_fails, update  # noqa: E402
from sights import lease  # noqa: E402

OUTSIDE = "2001:db8:ff::1"


def make_outside6():
    outside = make_outside()
    run("ip", "-6", "address", "add", "2001:db8:ff::2/64", "dev", "uplink", "nodad")
    outside.run("ip", "-6", "address", "add", OUTSIDE + "/64", "dev", "eth0", "nodad")
    return outside


@test("ipv6/guest-makes-itself-an-address-and-reaches-the-gateway")
def advertised(scene):
    scene.begin(network6_xml())
    check_equal(addresses6(run, "vbr0"), [GATEWAY], "usable addresses of the bridge as soon as start has returned")
    guest = plug()
    wait_advertised(guest)
    check(guest.reaches(GATEWAY, 5), "the guest reaches the gateway")


@test("ipv6/nat-network-routes-ipv6-and-translates-it-only-when-asked")
def translated(scene):
    net = scene.begin(network6_xml())
    outside = make_outside6()
    guest = plug()
    wait_advertised(guest)
    check(not guest.reaches(OUTSIDE, 2), "the guest reaches an outside that has no route back")
    outside.run("ip", "-6", "route", "add", SUBNET + "::/64", "via", "2001:db8:ff::2")
    check(guest.reaches(OUTSIDE, 5), "the guest is routed to an outside that has a route back")
    outside.run("ip", "-6", "route", "del", SUBNET + "::/64")
    net.destroy()
    scene.connection.networkDefineXML(
        f"<network><name>lab</name><uuid>{net.UUIDString()}</uuid>" +
        network6_xml("<forward mode='nat'><nat ipv6='yes'/></forward>").replace("<network><name>lab</name>", ""))
    net.create()
    guest.plug("vbr0")
    wait_advertised(guest)
    check(guest.reaches(OUTSIDE, 8), "the guest is translated and reaches an outside without a route back")


@test("ipv6/reservation-by-client-id-added-live-is-given-to-a-dhcpv6-client", limit=90)
def reserved(scene):
    net = scene.begin(network6_xml(dhcp=DHCP))
    guest = plug()
    client_id = "00:03:00:01:" + guest.mac
    update(net, "add", "ip-dhcp-host", f"<host id='{client_id}' name='six' ip='{SUBNET}::50'/>")
    check_contains(net.XMLDesc(0), f"ip='{SUBNET}::50'", "live XML")
    check_fails(libvirt.VIR_ERR_OPERATION_INVALID,
                lambda: update(net, "add", "ip-dhcp-host", f"<host name='seven' ip='{SUBNET}:0::50'/>"), "matches")
    take_lease6(guest)
    wait_for("the guest holds the reserved address", lambda: SUBNET + "::50" in addresses6(guest.run), 10)
    listed = wait_for("the lease is listed", lambda: net.DHCPLeases(), 5)[0]
    check_equal(tuple(listed[key] for key in ("ipaddr", "type", "prefix", "hostname", "clientid")),
                (SUBNET + "::50", libvirt.VIR_IP_ADDR_TYPE_IPV6, 64, "six", client_id), "the lease")


@test("ipv6/lease-given-right-before-a-restart-of-dnsmasq-is-known-after-it", limit=90)
def lease_outlives_restart(scene):
    net = scene.begin(network6_xml(dhcp=DHCP))
    for number in range(1, 4):
        lease(plug(number=number), 6)
        update(net, "add", "dns-txt", f"<txt name='t{number}' value='v'/>")
        check_equal(len(net.DHCPLeases()), number, "leases that are listed when the update has returned")


@test("ipv6/start-that-would-cost-the-host-its-default-route-is-refused")
def learner(scene):
    scene.start_daemon()
    make_outside6()
    run("ip", "-6", "route", "add", "default", "via", OUTSIDE, "dev", "uplink", "proto", "ra")
    net = scene.connect().networkDefineXML(network6_xml())
    check_fails(libvirt.VIR_ERR_CONFIG_UNSUPPORTED, net.create, "interface uplink")
    check(not net.isActive(), "the network is inactive")
    run("sysctl", "-q", "net.ipv6.conf.uplink.accept_ra=2")
    net.create()
    check(run("ip", "-6", "route", "show", "default"), "the host has its default route")


if __name__ == "__main__":
    main()
