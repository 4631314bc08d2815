#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A reservation for an address that another guest still leases: it is accepted, the log says who holds it until when, and
the address moves when the holder lets go of it, with real DHCP clients throughout."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
from laboratory import DhcpClient, Guest  # noqa: E402
from scene import check, check_contains, check_equal, host_xml, mac_of, network_xml, update  # noqa: E402

SHORT = "<lease expiry='120' unit='seconds'/>"


def begin_with_holder(scene):
    """A network where guest "holder" leases an address that is then reserved for guest "heir", which has another one."""
    net = scene.begin(network_xml(dynamic=SHORT))
    holder, heir = Guest("holder", "vbr0", mac_of(1)), Guest("heir", "vbr0", mac_of(2))
    clients = DhcpClient(holder), DhcpClient(heir)
    address = clients[0].wait_bound()
    clients[1].wait_bound()
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(2), address, inner=SHORT))
    return net, clients[0], clients[1], address


@test("old-lease/reservation-of-a-held-address-is-accepted-and-the-log-names-the-holder")
def held_address_is_accepted(scene):
    net, _holder, heir, address = begin_with_holder(scene)
    check_contains(net.XMLDesc(0), address, "live XML")
    end = next(lease["expirytime"] for lease in net.DHCPLeases() if lease["mac"] == mac_of(1))
    line = scene.wait_log(mac_of(1))
    check_contains(line, address, "the warning")
    spellings = [form(end) for form in (time.gmtime, time.localtime)]
    spellings = [time.strftime(text, moment) for moment in spellings for text in ("%H:%M:%S", "%Y-%m-%d")] + [str(end)]
    check(any(text in line for text in spellings), f"the warning does not say when the lease ends: {line}")
    before = heir.wait_bound()
    after = heir.renew()
    check_equal(heir.wait_event(after, ["renew", "bound"])[2], before, "the heir's address while the holder has the lease")


@test("old-lease/address-moves-after-the-holder-releases-it", limit=90)
def moves_after_release(scene):
    _net, holder, heir, address = begin_with_holder(scene)
    after = holder.release()
    holder.wait_event(after, ["deconfig"])
    heir.renew()
    heir.wait_bound(address, 25)


@test("old-lease/holder-is-refused-at-its-renewal-and-the-address-moves", limit=90)
def moves_after_refusal(scene):
    _net, holder, heir, address = begin_with_holder(scene)
    after = holder.renew()
    holder.wait_event(after, ["nak"])
    check(holder.wait_event(after, ["bound"])[2] != address, "the holder got the reserved address again")
    heir.renew()
    heir.wait_bound(address, 25)


@test("old-lease/address-moves-after-the-lease-of-a-vanished-holder-ends", limit=260)
def moves_after_expiry(scene):
    net, holder, heir, address = begin_with_holder(scene)
    holder.stop()
    end = next(lease["expirytime"] for lease in net.DHCPLeases() if lease["mac"] == mac_of(1))
    time.sleep(max(0, end - time.time()) + 2)
    heir.renew()
    heir.wait_bound(address, 40)


@test("old-lease/lease-of-the-same-mac-never-blocks-its-reservation", limit=90)
def own_lease_does_not_block(scene):
    net = scene.begin()
    client = Guest("one", "vbr0", mac_of(1)).dhcp()
    for address in ("192.0.2.20", "192.0.2.21"):
        command = "add" if address.endswith("20") else "modify"
        update(net, command, "ip-dhcp-host", host_xml(mac_of(1), address))
        client.renew()
        client.wait_bound(address, 25)


if __name__ == "__main__":
    main()
