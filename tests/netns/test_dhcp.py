#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""DHCP and DNS as guests see them: real leases, live changes of reservations and records, and what neighbours notice."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
from laboratory import OUTSIDE_ADDRESS, DhcpClient, Guest, dnsmasq_of, make_outside, read, rules, wait_for  # noqa: E402
from scene import (BOTH, CONFIG, LIVE, Stream, check, check_contains, check_equal, check_fails, check_no_loss, dig,  # noqa: E402
                   host_xml, mac_of, network_xml, offered, update)


@test("dhcp/guest-gets-a-lease-and-it-is-listed")
def guest_gets_lease(scene):
    net = scene.begin()
    client = Guest("one", "vbr0", mac_of(1)).dhcp("-x", "hostname:one")
    address = client.wait_bound()
    check(address.startswith("192.0.2."), f"address {address} is not of the range")
    leases = wait_for("the lease is listed", net.DHCPLeases)
    check_equal([(lease["ipaddr"], lease["mac"], lease["hostname"], lease["iface"], lease["prefix"]) for lease in leases],
                [(address, mac_of(1), "one", "vbr0", 24)], "leases")
    check_equal(net.DHCPLeases(mac_of(2)), [], "leases of another MAC")
    client.release()
    wait_for("the released lease is no longer listed", lambda: not net.DHCPLeases())


@test("update/ip-dhcp-host/live-add-moves-the-guest-and-neighbours-notice-nothing", limit=90)
def live_add(scene):
    net = scene.begin()
    outside = make_outside()
    one, two = Guest("one", "vbr0", mac_of(1)), Guest("two", "vbr0", mac_of(2))
    first, second = DhcpClient(one), DhcpClient(two)
    first.wait_bound(), second.wait_bound()
    pid = dnsmasq_of("lab")
    pings = [two.ping("192.0.2.1"), two.ping(OUTSIDE_ADDRESS)]
    stream = Stream(two, outside, OUTSIDE_ADDRESS)
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(1), "192.0.2.10", "one"))
    first.renew()
    first.wait_bound("192.0.2.10")
    check_equal(one.address(), "192.0.2.10", "address of the guest after its renewal")
    check_equal(dnsmasq_of("lab"), pid, "dnsmasq's pid after the update")
    for ping in pings:
        check_no_loss(ping.stop(), ping.label, at_least=50)
    check(stream.stop()["echoed"] > 50, "the TCP stream hardly ran")
    for flags in (0, 1):
        check_contains(net.XMLDesc(flags), "192.0.2.10", f"XML with flags {flags}")


@test("update/ip-dhcp-host/live-delete-frees-the-address")
def live_delete(scene):
    net = scene.begin(network_xml(hosts=host_xml(mac_of(1), "192.0.2.10")))
    guest = Guest("one", "vbr0", mac_of(9))
    check_equal(offered(guest, mac_of(1)), "192.0.2.10", "offer before")
    update(net, "delete", "ip-dhcp-host", f"<host mac='{mac_of(1)}'/>")
    wait_for("dnsmasq no longer offers the address", lambda: offered(guest, mac_of(1)) not in ("192.0.2.10", "-"))


@test("update/ip-dhcp-host/config-only-leaves-the-live-network-alone")
def config_only(scene):
    net = scene.begin()
    guest = Guest("one", "vbr0", mac_of(9))
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(1), "192.0.2.10"), CONFIG)
    check("192.0.2.10'" not in net.XMLDesc(0), "the live XML has the host")
    check_contains(net.XMLDesc(1), "192.0.2.10'", "inactive XML")
    check(offered(guest, mac_of(1)) != "192.0.2.10", "dnsmasq offers the address")
    net.destroy()
    net.create()
    guest.plug("vbr0")
    check_equal(offered(guest, mac_of(1)), "192.0.2.10", "offer after the next start")


@test("update/dns-txt/live-add-is-answered-and-guests-keep-their-leases")
def live_txt(scene):
    net = scene.begin()
    guest = Guest("one", "vbr0", mac_of(1))
    client = guest.dhcp()
    address = client.wait_bound()
    wait_for("the lease is listed", net.DHCPLeases)
    ping = guest.ping("192.0.2.1")
    update(net, "add", "dns-txt", "<txt name='motd' value='hello world'/>")
    wait_for("the new record is answered", lambda: dig(guest, "192.0.2.1", "TXT", "motd") == '"hello world"')
    check_equal([lease["ipaddr"] for lease in net.DHCPLeases()], [address], "leases after dnsmasq's restart")
    after = client.renew()
    check_equal(client.wait_event(after, ["renew", "bound", "nak"])[1:], ("renew", address), "outcome of a renewal")
    check_no_loss(ping.stop(), ping.label)
    update(net, "delete", "dns-txt", "<txt name='motd'/>")
    wait_for("the deleted record is no longer answered", lambda: dig(guest, "192.0.2.1", "TXT", "motd") == "")


@test("update/dns-txt/queries-during-ten-restarts-are-all-answered")
def queries_survive(scene):
    net = scene.begin(network_xml(txt="<txt name='steady' value='yes'/>"))
    guest = Guest("one", "vbr0", mac_of(1))
    guest.set_address("192.0.2.50/24")
    wait_for("dnsmasq answers", lambda: dig(guest, "192.0.2.1", "TXT", "steady") == '"yes"')
    script = ("for i in $(seq 150); do dig +short +tries=1 +time=1 @192.0.2.1 TXT steady || echo lost; done")
    queries = guest.spawn("sh", "-c", script, stdout=-1, text=True)
    for number in range(10):
        update(net, "add", "dns-txt", f"<txt name='record{number}' value='x'/>")
    answers = queries.communicate(timeout=60)[0].splitlines()
    check_equal([answer for answer in answers if answer != '"yes"'], [], "queries without the answer")
    check_equal(len(answers), 150, "answers")


@test("update/ip-dhcp-host/a-thousand-hosts-one-by-one-are-all-offered", limit=150)
def thousand_hosts(scene):
    xml = network_xml().replace("netmask='255.255.255.0'", "netmask='255.255.0.0'")
    net = scene.begin(xml)
    pid = dnsmasq_of("lab")
    for number in range(1, 1001):
        update(net, "add", "ip-dhcp-host", host_xml(mac_of(number), f"192.0.{4 + number // 250}.{1 + number % 250}", f"h{number}"))
    check_equal(dnsmasq_of("lab"), pid, "dnsmasq's pid")
    check_equal(net.XMLDesc(0).count("<host "), 1000, "hosts in the live XML")
    check_equal(net.XMLDesc(1).count("<host "), 1000, "hosts in the inactive XML")
    guest = Guest("one", "vbr0", "52:54:00:ff:00:01")
    for number in (1, 500, 1000):
        expected = f"192.0.{4 + number // 250}.{1 + number % 250}"
        wait_for(f"host {number} is offered {expected}", lambda: offered(guest, mac_of(number)) == expected, 15)


@test("update/value-whose-end-dnsmasq-would-take-for-a-line-of-its-own-is-refused")
def long_lines(scene):
    net = scene.begin()
    guest = Guest("one", "vbr0", mac_of(1))
    guest.set_address("192.0.2.50/24", "192.0.2.1")
    begin = "txt-record=long,"
    fits = "<txt name='long' value='" + "y" * (1023 - len(begin)) + "'/>"
    update(net, "add", "dns-txt", fits, LIVE)
    check(len(dig(guest, "192.0.2.1", "TXT", "long")) > 1000, "the longest value is not answered")
    update(net, "delete", "dns-txt", fits, LIVE)
    before = net.XMLDesc()
    values = ["y" * (1024 - len(begin)) + "address=/evil.example/192.0.2.66", "y" * (1025 - len(begin))]
    for value in values:
        check_fails(libvirt.VIR_ERR_XML_ERROR, lambda xml=f"<txt name='long' value='{value}'/>": update(net, "add", "dns-txt", xml, LIVE),
                    "a line for dnsmasq would have 10")
    check_fails(libvirt.VIR_ERR_XML_ERROR,
                lambda: update(net, "add", "ip-dhcp-host", host_xml(mac_of(7), "192.0.2.7", "h" * 2000), LIVE), "and it reads 1023")
    check_equal(net.XMLDesc(), before, "the live definition")
    check_equal(dig(guest, "192.0.2.1", "A", "evil.example"), "", "the end of a value")
    net.destroy()
    update(net, "add", "dns-txt", f"<txt name='long' value='{values[0]}'/>", CONFIG)
    check_fails(libvirt.VIR_ERR_XML_ERROR, net.create, "a line for dnsmasq would have 10")


@test("update/refused-call-changes-nothing-on-the-host-or-on-disk")
def refused_changes_nothing(scene):
    net = scene.begin(network_xml(hosts=host_xml(mac_of(1), "192.0.2.10", "one")))

    def everything():
        files = [scene.path(f"{place}/lab{end}") for place, ends in (("etc/libvirt/qemu/networks", [".xml"]),
                 ("run/libvirt/network", [".xml"]), ("var/lib/libvirt/dnsmasq", [".conf", ".hostsfile"])) for end in ends]
        return [read(path) for path in files] + [rules(), dnsmasq_of("lab"), net.XMLDesc(0), net.XMLDesc(1)]

    before = everything()
    for xml in (host_xml(mac_of(1), "192.0.2.11"), host_xml(mac_of(2), "192.0.2.10"), host_xml(mac_of(2), "192.0.2.12", "one")):
        check_fails(libvirt.VIR_ERR_OPERATION_INVALID, lambda: update(net, "add", "ip-dhcp-host", xml, BOTH),
                    "existing dhcp host entry")
    for name in ("a b", "a,b", "a&#10;dhcp-option=3", "a&#9;b"):
        try:
            update(net, "add", "ip-dhcp-host", host_xml(mac_of(3), "192.0.2.13", name))
            check(False, f"the name '{name}' was taken")
        except libvirt.libvirtError:
            pass
    check_equal(everything(), before, "files, rules, dnsmasq and XML after refused updates")


if __name__ == "__main__":
    main()
