#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Router advertisements from radvd: what guests get from them, what they cost DNS, and a radvd that dies, is missing or
refuses its conf."""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
import sandbox  # noqa: E402
from guest6 import (DHCP, GATEWAY, RADVD_CONF, SUBNET, addresses6, advertise_by, advertised, default_routes6,  # noqa: E402
                    network6_xml, plug, radvd_of, take_lease6, wait_address6, wait_advertised)
from laboratory import dnsmasq_of, links, processes, read, rules, wait_for  # noqa: E402
from scene import check, check_contains, check_equal, check_fails, update  # noqa: E402

PREFIX = SUBNET + "::/64"
RANGE = f"<range start='{SUBNET}::100' end='{SUBNET}::1ff'/>"
MOST_POINTS = 100


def begin(scene, xml):
    advertise_by(scene, "radvd")
    return scene.begin(xml)


def check_nothing_left(scene, net):
    check_equal(net.isActive(), 0, "active")
    check("vbr0" not in links(), "the bridge is gone")
    check_equal((dnsmasq_of("lab"), processes("radvd", RADVD_CONF)), (None, []), "services of an inactive network")
    check("vbr0" not in rules(), "rules speak of the bridge")
    check(not os.path.exists(scene.path("run/libvirt/network/lab-radvd.pid")), "a pid file is left")


@test("radvd/guest-of-nat-network-gets-address-router-and-dns-server")
def from_nat(scene):
    net = begin(scene, network6_xml(extra="<mtu size='1400'/>"))
    check(radvd_of(scene), "radvd runs")
    conf = read(scene.path("var/lib/libvirt/dnsmasq/lab.conf"))
    check("enable-ra" not in conf and "ra-only" not in conf, "dnsmasq advertises too")
    guest = plug()
    wait_advertised(guest)
    check(guest.reaches(GATEWAY, 5), "the guest reaches the gateway")
    said = advertised(guest)
    check(said["lifetime_s"] > 0, "lifetime of the default router")
    check_equal((said["managed"], said["other"], said["mtu"], said["dns"], said["prefixes"]),
                (False, False, 1400, [GATEWAY], {PREFIX: {"onlink": True, "autonomous": True}}), "the advertisement")
    net.destroy()
    check_nothing_left(scene, net)
    net.undefine()
    check(not os.path.exists(scene.path(RADVD_CONF)), "the conf of an undefined network is left")


@test("radvd/guest-of-isolated-network-gets-address-and-no-router")
def from_isolated(scene):
    begin(scene, network6_xml(forward=""))
    guest = plug()
    wait_address6(guest)
    said = advertised(guest)
    check_equal((said["lifetime_s"], list(said["prefixes"])), (0, [PREFIX]), "the advertisement")
    check_equal(default_routes6(guest), [], "default routes")


def check_managed(scene):
    """By either program a network with DHCPv6 says so, and its guests take their addresses from that alone."""
    guest = plug()
    said = advertised(guest)
    check_equal((said["managed"], said["other"], list(said["prefixes"])), (True, True, [PREFIX]), "the advertisement")
    check_equal(said["prefixes"][PREFIX], {"onlink": True, "autonomous": False}, "flags of the prefix")
    take_lease6(guest)
    held = wait_for("the guest holds an address", lambda: addresses6(guest.run), 10)
    check_equal([address.startswith(f"{SUBNET}::1") for address in held], [True], f"addresses out of the range, of {held}")
    wait_for("the guest has a default route", lambda: default_routes6(guest), 20)


@test("radvd/network-with-dhcpv6-sends-its-guests-there", limit=90)
def managed(scene):
    begin(scene, network6_xml(dhcp=DHCP))
    check_managed(scene)


@test("radvd/network-with-dhcpv6-says-the-same-by-dnsmasq", limit=90)
def managed_by_dnsmasq(scene):
    scene.begin(network6_xml(dhcp=DHCP))
    check_equal(processes("radvd", "--config"), [], "radvd that nobody asked for")
    check_managed(scene)


@test("radvd/is-told-of-a-change-and-is-left-alone-by-others")
def changed(scene):
    net = begin(scene, network6_xml(dhcp=DHCP))
    guest = plug()
    check_equal(advertised(guest)["managed"], True, "managed before")
    first = radvd_of(scene)
    update(net, "add", "dns-txt", "<txt name='motd' value='hello'/>")
    check_equal(radvd_of(scene), first, "radvd after a change of DNS")
    update(net, "delete", "ip-dhcp-range", RANGE)
    check_contains(read(scene.path(RADVD_CONF)), "AdvManagedFlag off", "radvd's conf")
    wait_for("the guest is told", lambda: not advertised(guest)["managed"], 20)
    check_equal(radvd_of(scene), first, "radvd after a change of what it says")


@test("radvd/daemon-killed-at-every-step-of-a-change-leaves-it-saying-what-the-live-network-is", limit=280)
def killed(scene):
    begin(scene, network6_xml(dhcp=DHCP))
    guest = plug()
    for number in range(1, MOST_POINTS):
        scene.stop_daemon()
        scene.start_daemon(env={"VIRTNETWORKD_FAULT": f"kill:{number}"})
        net = scene.connect().networkLookupByName("lab")
        try:
            update(net, "delete" if "::100" in net.XMLDesc(0) else "add", "ip-dhcp-range", RANGE)
            break
        except libvirt.libvirtError:
            scene.daemon.process.wait(10)
        scene.connection = scene.daemon.process = None
        scene.start_daemon()
        has_range = "::100" in scene.connect().networkLookupByName("lab").XMLDesc(0)
        wait_for(f"killed at point {number}: radvd says managed {has_range}",
                 lambda wanted=has_range: advertised(guest)["managed"] == wanted, 20)
    check(number > 5, f"only {number - 1} fault points: is the daemon built with fault_points?")


@test("radvd/one-that-dies-is-restarted-and-dnsmasq-stays")
def died(scene):
    begin(scene, network6_xml())
    first, dnsmasq = radvd_of(scene), dnsmasq_of("lab")
    os.kill(first, signal.SIGKILL)
    scene.wait_log("its radvd died")
    second = wait_for("another radvd runs", lambda: radvd_of(scene) not in (None, first) and radvd_of(scene))
    check(advertised(plug()), "there are advertisements")
    check_equal(dnsmasq_of("lab"), dnsmasq, "dnsmasq's pid")
    os.kill(second, signal.SIGTERM)
    wait_for("it is restarted again", lambda: radvd_of(scene) not in (None, second))


@test("radvd/restarted-daemon-finds-it-again-and-watches-it")
def found_again(scene):
    begin(scene, network6_xml())
    first, dnsmasq = radvd_of(scene), dnsmasq_of("lab")
    scene.kill_daemon()
    scene.start_daemon()
    check_equal((radvd_of(scene), dnsmasq_of("lab")), (first, dnsmasq), "services after the restart")
    os.kill(first, signal.SIGKILL)
    wait_for("another radvd runs", lambda: radvd_of(scene) not in (None, first))
    scene.connect().networkLookupByName("lab").destroy()
    check_equal(processes("radvd", RADVD_CONF), [], "radvd of an inactive network")


@test("radvd/one-that-died-while-no-daemon-ran-is-started")
def died_meanwhile(scene):
    begin(scene, network6_xml())
    first = radvd_of(scene)
    scene.kill_daemon()
    os.kill(first, signal.SIGKILL)
    wait_for("it is gone", lambda: not processes("radvd", RADVD_CONF))
    scene.start_daemon()
    check(radvd_of(scene), "radvd runs")


@test("radvd/setting-that-is-switched-brings-running-networks-over", limit=90)
def switched(scene):
    advertise_by(scene, "dnsmasq")
    scene.begin(network6_xml())
    guest = plug()
    wait_advertised(guest)
    for advertiser, runs in (("radvd", True), ("dnsmasq", False)):
        scene.stop_daemon()
        advertise_by(scene, advertiser)
        scene.start_daemon()
        check_equal(radvd_of(scene) is not None, runs, f"whether radvd runs once {advertiser} advertises")
        conf = read(scene.path("var/lib/libvirt/dnsmasq/lab.conf"))
        check_equal("ra-only" in conf, not runs, f"whether dnsmasq advertises once {advertiser} does")
        check(advertised(guest)["lifetime_s"] > 0, f"a router is advertised by {advertiser}")
        wait_for("the guest has a default route", lambda: default_routes6(guest), 20)


@test("radvd/conf-that-it-refuses-fails-the-start-and-leaves-nothing")
def refused(scene):
    # A word of radvd's own language cannot be the name of an interface there.
    advertise_by(scene, "radvd")
    scene.start_daemon()
    net = scene.connect().networkDefineXML(network6_xml().replace("vbr0", "off"))
    check_fails(libvirt.VIR_ERR_INTERNAL_ERROR, net.create, "lab-radvd.conf:7 error: syntax error",
                domain=libvirt.VIR_FROM_NONE)
    check_equal((net.isActive(), "off" in links(), dnsmasq_of("lab"), processes("radvd", "--config")), (0, False, None, []), "what is left")
    check("off" not in rules().split('"'), "rules speak of the bridge")
    check(not os.path.exists(scene.path(RADVD_CONF)), "the refused conf is left")


@test("radvd/missing-program-fails-the-start-and-is-named")
def missing(scene):
    sandbox.mount("--bind", "/dev/null", "/usr/sbin/radvd")
    advertise_by(scene, "radvd")
    scene.start_daemon()
    net = scene.connect().networkDefineXML(network6_xml())
    check_fails(libvirt.VIR_ERR_CONFIG_UNSUPPORTED, net.create, "there is no program '/usr/sbin/radvd'")
    check_nothing_left(scene, net)


@test("radvd/setting-that-is-not-known-keeps-the-daemon-from-starting")
def unknown(scene):
    advertise_by(scene, "bird")
    scene.daemon.start(wait=False)
    check(scene.daemon.process.wait(20) != 0, "exit status of the daemon")
    scene.daemon.process = None
    check_contains(scene.daemon.log(), "network.conf:1: unrecognized router_advertisements = 'bird': it must be "
                   "\"dnsmasq\" or \"radvd\"", "the daemon's log")


if __name__ == "__main__":
    main()
