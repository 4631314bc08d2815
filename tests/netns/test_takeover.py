#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks of Debian's libvirtd 9.0.0 that our daemon finds on the same directories, and the way back.

Each test runs libvirtd, ends it, and runs our daemon in its place; libvirtd's firewall rules go, all else stays.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import Skipped, main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402

import sandbox  # noqa: E402
from laboratory import (OUTSIDE_ADDRESS, DebianDaemon, Guest, InPlaceDaemon, dnsmasq_of, make_outside, read,  # noqa: E402
                        rules, run, wait_for)
from scene import (BUILD_TEST, LIVE, check, check_contains, check_equal, check_no_loss, host_xml, mac_of,  # noqa: E402
                   network_xml, offered, update)

HOST6 = "<ip family='ipv6' address='2001:db8::1' prefix='64'/>"
NAT = network_xml(hosts=host_xml(mac_of(7), "192.0.2.7", "seven")).replace("</network>", HOST6 + "</network>")
ISOLATED = network_xml("cut", "vbr1", None, "192.0.3")
BARE = "<network><name>bare</name><bridge name='vbr2'/></network>"


def begin(scene, *xmls):
    """libvirtd with networks of these definitions, persistent and active. Our daemon is ready to follow it."""
    if not os.path.exists("/usr/sbin/libvirtd"):
        raise Skipped("no libvirtd here")
    debian = DebianDaemon()
    debian.start()
    connection = libvirt.open(debian.uri)
    for xml in xmls:
        connection.networkDefineXML(xml).create()
    scene.daemon = InPlaceDaemon(BUILD_TEST, debian)
    return debian, connection


def take_over(scene, debian):
    """End libvirtd, start ours; returns the network "lab" as that knows it."""
    check_equal(debian.stop(), 0, "exit status of libvirtd")
    scene.start_daemon()
    return scene.connect().networkLookupByName("lab")


def links():
    """Devices with index, master, state and addresses, but for the time that these still hold."""
    text = run("ip", "-d", "address", "show")
    return [line for line in text.splitlines() if "_lft" not in line and "timer" not in line]


def network_rules():
    """Lines of libvirtd's chains that name a bridge or a subnet."""
    text = rules().split("table inet virtnetworkd")[0]
    return [line.strip() for line in text.splitlines() if "vbr" in line or "192.0." in line]


@test("takeover/running-networks-go-on-and-the-old-rules-are-gone", limit=90)
def goes_on(scene):
    debian, connection = begin(scene, NAT, ISOLATED)
    connection.networkCreateXML(BARE)
    guest = Guest("one", "vbr0", mac_of(7))
    outside = make_outside()
    guest.dhcp()
    check_equal(guest.address(), "192.0.2.7", "address by DHCP")
    lab = connection.networkLookupByName("lab")
    wait_for("libvirtd lists the lease", lab.DHCPLeases)
    wait_for("no address is tentative", lambda: "tentative" not in run("ip", "address"))
    before = (lab.UUIDString(), dnsmasq_of("lab"), dnsmasq_of("cut"), links(), lab.DHCPLeases())
    check(network_rules(), "libvirtd has made no rules")
    ping = guest.ping(OUTSIDE_ADDRESS)
    del lab, connection
    lab = take_over(scene, debian)
    after = (lab.UUIDString(), dnsmasq_of("lab"), dnsmasq_of("cut"), links(), lab.DHCPLeases())
    check_equal(after, before, "uuid, pids of dnsmasq, devices and leases")
    check_equal(network_rules(), [], "rules outside of our table")
    check("LIBVIRT_" not in rules(), "libvirt's chains are still there")
    check_no_loss(ping.stop(), ping.label)
    found = {net.name(): (net.isActive(), net.isPersistent()) for net in scene.connection.listAllNetworks()}
    check_equal(found, {"lab": (1, 1), "cut": (1, 1), "bare": (1, 0)}, "networks, active and persistent")
    check(guest.reaches(OUTSIDE_ADDRESS, 2), "the guest does not reach the outside anew")
    outside.run("ip", "route", "add", "192.0.2.0/24", "via", "198.51.100.2")
    check(not outside.reaches("192.0.2.7"), "the outside reaches the guest")
    update(lab, "add", "ip-dhcp-host", host_xml(mac_of(9), "192.0.2.9"), LIVE)
    wait_for("the old dnsmasq serves a new host", lambda: offered(guest, mac_of(9)) == "192.0.2.9")
    check_equal(dnsmasq_of("lab"), before[1], "pid of dnsmasq after the update")


@test("takeover/changed-conf-costs-one-restart-and-no-lease", limit=90)
def conf_differs(scene):
    debian, connection = begin(scene, NAT)
    guest = Guest("one", "vbr0", mac_of(7))
    guest.dhcp()
    wait_for("libvirtd lists the lease", connection.networkLookupByName("lab").DHCPLeases)
    connection = None
    with open("/var/lib/libvirt/dnsmasq/lab.conf", "a", encoding="utf-8") as conf:
        conf.write("log-queries\n")
    old = dnsmasq_of("lab")
    ping = guest.ping("192.0.2.1")
    lab = take_over(scene, debian)
    check(dnsmasq_of("lab") not in (old, None), "dnsmasq was not restarted")
    check_equal(scene.daemon.log().count("dnsmasq: restart"), 1, "restarts that the log tells of")
    check("log-queries" not in read("/var/lib/libvirt/dnsmasq/lab.conf"), "the conf is still another's")
    check_equal([lease["ipaddr"] for lease in lab.DHCPLeases()], ["192.0.2.7"], "leases")
    check_no_loss(ping.stop(), ping.label)


@test("takeover/dnsmasq-whose-lease-script-is-gone-is-restarted-with-ours", limit=90)
def script_is_gone(scene):
    debian, connection = begin(scene, NAT)
    connection = None
    old = dnsmasq_of("lab")
    check_equal(debian.stop(), 0, "exit status of libvirtd")
    sandbox.mount("-t", "tmpfs", "tmpfs", "/usr/lib/libvirt")
    scene.start_daemon()
    lab = scene.connect().networkLookupByName("lab")
    check(dnsmasq_of("lab") not in (old, None), "dnsmasq was not restarted")
    Guest("one", "vbr0", mac_of(7)).dhcp()
    wait_for("the lease is listed", lab.DHCPLeases)


@test("takeover/rules-of-others-in-the-old-chains-stay", limit=90)
def rules_of_others(scene):
    debian, connection = begin(scene, NAT)
    connection = None
    run("iptables", "-I", "LIBVIRT_FWI", "-o", "other0", "-j", "REJECT")
    run("iptables", "-t", "nat", "-I", "LIBVIRT_PRT", "-s", "203.0.113.0/24", "-j", "MASQUERADE")
    run("iptables", "-A", "FORWARD", "-o", "vbr0", "-j", "ACCEPT")
    take_over(scene, debian)
    text = rules().split("table inet virtnetworkd")[0]
    for part in ('oifname "other0" counter reject', "ip saddr 203.0.113.0/24 counter masquerade",
                 'oifname "vbr0" counter accept', "jump LIBVIRT_FWI", "jump LIBVIRT_PRT"):
        check_contains(text.replace("  ", " "), part, "rules outside of our table")
    check("jump LIBVIRT_FWO" not in text, "an empty chain of libvirt's is still there")
    check_equal(len(network_rules()), 1, "rules that name the network: the administrator's")


LIBVIRT_10 = """
table ip libvirt_network {
    chain forward { type filter hook forward priority 0; policy accept; jump guest_cross; jump guest_input; jump guest_output; }
    chain guest_cross { iif "vbr0" oif "vbr0" counter accept; iif "other0" oif "other0" counter accept; }
    chain guest_input { oif "vbr0" ip daddr 192.0.2.0/24 ct state related,established counter accept; oif "vbr0" counter reject; }
    chain guest_output { iif "vbr0" ip saddr 192.0.2.0/24 counter accept; iif "vbr0" counter reject; iif "other0" counter reject; }
    chain guest_nat {
        type nat hook postrouting priority 100; policy accept;
        ip saddr 192.0.2.0/24 ip daddr != 192.0.2.0/24 counter masquerade
        ip saddr 203.0.113.0/24 ip daddr != 203.0.113.0/24 counter masquerade
    }
}
"""


@test("takeover/rules-in-the-tables-of-newer-releases-go-too", limit=90)
def newer_tables(scene):
    """Such a release is not at hand: its table is made by what is known of its layout."""
    debian, connection = begin(scene, NAT)
    connection = None
    run("ip", "link", "add", "other0", "type", "bridge")
    path = os.path.join(sandbox.directory(), "newer.nft")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(LIBVIRT_10)
    run("nft", "-f", path)
    take_over(scene, debian)
    check_equal(network_rules(), [], "rules outside of our table")
    text = run("nft", "list", "table", "ip", "libvirt_network")
    check_equal([text.count(part) for part in ("jump guest_", '"other0"', "203.0.113.0/24")], [3, 3, 2],
                "what is left of jumps and of another network's rules")


@test("takeover/definitions-autostart-and-inactive-networks-are-kept", limit=90)
def definitions(scene):
    debian, connection = begin(scene)
    for xml in (NAT, ISOLATED):
        connection.networkDefineXML(xml)
    connection.networkLookupByName("cut").setAutostart(1)
    stored = {net.name(): (net.UUIDString(), net.autostart(), net.isActive(), net.XMLDesc(0)) for net in connection.listAllNetworks()}
    files = {name: read(f"/etc/libvirt/qemu/networks/{name}.xml") for name in stored}
    connection = None
    take_over(scene, debian)
    found = {net.name(): (net.UUIDString(), net.autostart(), net.isActive(), net.XMLDesc(0))
             for net in scene.connection.listAllNetworks()}
    check_equal(found, stored, "uuid, autostart, active and XML by name")
    check_equal({name: read(f"/etc/libvirt/qemu/networks/{name}.xml") for name in stored}, files, "files")


@test("takeover/bridge-that-went-takes-its-old-rules-with-it", limit=90)
def bridge_went(scene):
    debian, connection = begin(scene, NAT)
    connection = None
    check_equal(debian.stop(), 0, "exit status of libvirtd")
    run("ip", "link", "delete", "vbr0")
    scene.start_daemon()
    lab = scene.connect().networkLookupByName("lab")
    check_equal(lab.isActive(), 0, "active")
    check_equal(network_rules(), [], "rules outside of our table")
    lab.create()
    guest = Guest("one", "vbr0", mac_of(7))
    guest.dhcp()
    make_outside()
    check(guest.reaches(OUTSIDE_ADDRESS, 2), "the guest does not reach the outside")


@test("takeover/refused-while-libvirtd-runs", limit=90)
def refused(scene):
    debian, connection = begin(scene, NAT)
    before = rules()
    status = subprocess.run(scene.daemon.command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, timeout=30, check=False)
    check(status.returncode not in (0, None), "our daemon has started beside libvirtd")
    check_contains(status.stdout, "driver.pid", "what it says")
    check_equal(rules(), before, "rules")
    check_equal(connection.networkLookupByName("lab").isActive(), 1, "active")
    connection = None
    debian.stop()


@test("takeover/back-to-libvirtd-with-definitions-leases-and-running-networks", limit=90)
def way_back(scene):
    debian, connection = begin(scene, ISOLATED, NAT)
    connection.networkLookupByName("lab").setAutostart(1)
    guest = Guest("one", "vbr0", mac_of(7))
    client = guest.dhcp()
    connection = None
    lab = take_over(scene, debian)
    wait_for("the lease is listed", lab.DHCPLeases)
    other = scene.connection.networkDefineXML(network_xml("later", "vbr5", "route", "192.0.5"))
    other.setAutostart(1)
    other.create()
    update(lab, "add", "ip-dhcp-host", host_xml(mac_of(9), "192.0.2.9"))
    pid, leases = dnsmasq_of("lab"), lab.DHCPLeases()
    del lab, other
    scene.stop_daemon()
    debian.start()
    connection = libvirt.open(debian.uri)
    found = {net.name(): (net.isActive(), net.isPersistent(), net.autostart()) for net in connection.listAllNetworks()}
    check_equal(found, {"lab": (1, 1, 1), "cut": (1, 1, 0), "later": (1, 1, 1)}, "networks: active, persistent, autostart")
    lab = connection.networkLookupByName("lab")
    check_equal(dnsmasq_of("lab"), pid, "pid of dnsmasq")
    check_equal(lab.DHCPLeases(), leases, "leases")
    check_contains(lab.XMLDesc(0), mac_of(9), "live XML")
    after = client.renew()
    check_equal(client.wait_event(after, ["renew", "bound", "nak"])[1:], ("renew", "192.0.2.7"), "outcome of a renewal")
    for name in ("lab", "cut", "later"):
        connection.networkLookupByName(name).destroy()
    check_equal([dnsmasq_of(name) for name in ("lab", "cut", "later")], [None] * 3, "dnsmasqs after libvirtd's destroy")
    lab = connection = None
    debian.stop()


if __name__ == "__main__":
    main()
