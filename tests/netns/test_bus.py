#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks on a host with firewalld and systemd-resolved: both are played by tests/lib/fake_bus.py on a bus of the test's own."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
from bus import Bus  # noqa: E402
from laboratory import links, run, wait_for  # noqa: E402
from scene import check, check_equal, check_fails, host_xml, mac_of, network_xml, update  # noqa: E402

def begin(scene, *zones):
    """A bus with both services, and a daemon on it that is connected to."""
    bus = Bus()
    if zones:
        bus.start_services(*zones)
    scene.start_daemon(env=bus.environment())
    scene.connect()
    return bus


def start(scene, **parts):
    net = scene.connection.networkDefineXML(network_xml(**parts))
    net.create()
    return net


@test("bus/zone/default-is-set-at-start-and-removed-at-destroy")
def default_zone(scene):
    bus = begin(scene, "public", "libvirt", "libvirt-routed")
    nat = start(scene)
    start(scene, name="routed", bridge="vbr1", mode="route", subnet="198.51.100")
    start(scene, name="open", bridge="vbr2", mode="open", subnet="203.0.113")
    check_equal(bus.zones(), {"vbr0": "libvirt", "vbr1": "libvirt-routed"}, "zones of the bridges")
    nat.destroy()
    check_equal(bus.zones(), {"vbr1": "libvirt-routed"}, "zones after one network is gone")


@test("bus/zone/set-again-when-firewalld-reloads-starts-and-when-the-daemon-does")
def zone_again(scene):
    bus = begin(scene, "libvirt")
    start(scene)
    bus.reload_firewalld()
    wait_for("the zone is set after a reload", lambda: bus.zones() == {"vbr0": "libvirt"})
    bus.stop_services()
    bus.start_services("libvirt")
    wait_for("the zone is set after a start", lambda: bus.zones() == {"vbr0": "libvirt"})
    scene.kill_daemon()
    bus.reload_firewalld()
    wait_for("firewalld has forgotten", lambda: bus.zones() == {})
    scene.start_daemon(env=bus.environment())
    check_equal(bus.zones(), {"vbr0": "libvirt"}, "zones after a restart of the daemon")


@test("bus/zone/list-is-asked-for-once-until-firewalld-says-that-it-may-differ")
def zones_kept(scene):
    bus = begin(scene, "public", "libvirt")
    net = start(scene)
    asked = bus.lists()
    check(asked > 0, "which zones there are was not asked")
    for number in range(1, 6):
        update(net, "add", "ip-dhcp-host", host_xml(mac_of(number), f"192.0.2.{number + 10}"))
    start(scene, name="other", bridge="vbr1", subnet="198.51.100")
    check_equal(bus.lists(), asked, "how often was asked by five updates and a start")
    bus.reload_firewalld()
    wait_for("which zones there are is asked again after a reload", lambda: bus.lists() > asked)
    wait_for("the zones are set after a reload", lambda: bus.zones() == {"vbr0": "libvirt", "vbr1": "libvirt"})
    bus.stop_services()
    bus.start_services("public")
    wait_for("which zones there are is asked of the new firewalld", lambda: bus.lists() > 0)
    start(scene, name="third", bridge="vbr2", subnet="203.0.113")
    check_equal(bus.zones(), {}, "zones where firewalld has none of libvirt's")


@test("bus/zone/network-without-zone-starts-without-firewalld")
def no_firewalld(scene):
    bus = begin(scene)
    start(scene)
    bus.start_services("libvirt")
    wait_for("the zone is set when firewalld comes", lambda: bus.zones() == {"vbr0": "libvirt"})


def with_bridge(attributes, **parts):
    return network_xml(**parts).replace("stp='off'", attributes + " stp='off'")


@test("bus/zone/named-one-is-set-or-start-is-refused-and-leaves-nothing")
def named_zone(scene):
    bus = begin(scene)
    net = scene.connection.networkDefineXML(with_bridge("zone='work'", mode="open"))
    check_fails(libvirt.VIR_ERR_INTERNAL_ERROR, net.create,
                "zone work requested for network lab but firewalld is not active", domain=libvirt.VIR_FROM_NONE)
    check("vbr0" not in links(), "the bridge is gone")
    bus.start_services("libvirt")
    check_fails(libvirt.VIR_ERR_INTERNAL_ERROR, net.create, "INVALID_ZONE: work")
    check("vbr0" not in links(), "the bridge is gone")
    check_equal(bus.zones(), {}, "zones after a refused start")
    bus.stop_services()
    bus.start_services("libvirt", "work")
    net.create()
    check_equal(bus.zones(), {"vbr0": "work"}, "zones")
    bus.stop_services()
    net.destroy()
    check("vbr0" not in links(), "the bridge is gone, without firewalld too")


REGISTERED = "<domain name='lab.example' register='yes'/>"


def index_of(bridge):
    return json.loads(run("ip", "-j", "link", "show", bridge))[0]["ifindex"]


@test("bus/resolver/domain-is-registered-for-the-bridge-and-found-again")
def registered(scene):
    bus = begin(scene, "public")
    start(scene, extra=REGISTERED)
    told = {str(index_of("vbr0")): {"dns": [[2, [192, 0, 2, 1]]], "domains": [["lab.example", True]]}}
    check_equal(bus.links(), told, "what the resolver was told")
    scene.kill_daemon()
    bus.stop_services()
    bus.start_services("public")
    check_equal(bus.links(), {}, "what the new resolver knows")
    scene.start_daemon(env=bus.environment())
    check_equal(bus.links(), told, "what the resolver was told by the next daemon")


@test("bus/resolver/start-without-it-is-refused-and-leaves-nothing")
def no_resolver(scene):
    begin(scene)
    net = scene.connection.networkDefineXML(network_xml(extra=REGISTERED))
    check_fails(libvirt.VIR_ERR_CONFIG_UNSUPPORTED, net.create, "systemd-resolved is not available")
    check("vbr0" not in links(), "the bridge is gone")


if __name__ == "__main__":
    main()
