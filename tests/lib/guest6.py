# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks with IPv6 and what their guests make of them: addresses, default routes, advertisements, DHCPv6.

Used by the scenario tests of IPv6, inside a sandbox.
"""

import json
import os

import sandbox
from harness import TOP
from laboratory import Guest, processes, read, wait_for
from scene import mac_of, make_daemon

SUBNET = "fd00:9"
GATEWAY = SUBNET + "::1"
DHCP = f"<dhcp><range start='{SUBNET}::100' end='{SUBNET}::1ff'/></dhcp>"
RADVD_CONF = "var/lib/libvirt/radvd/lab-radvd.conf"
SCRIPT = """#!/bin/sh
case "$reason" in
PREINIT6) ip link set dev "$interface" up ;;
BOUND6|RENEW6|REBIND6) ip -6 address replace "$new_ip6_address/128" dev "$interface" ;;
esac
"""


def network6_xml(forward="<forward mode='nat'/>", dhcp="", extra=""):
    """A network with an address of each family; DHCP for IPv6 alone, if at all."""
    return (f"<network><name>lab</name>{forward}<bridge name='vbr0' stp='off' delay='0'/>"
            f"<mac address='52:54:00:00:ff:01'/>{extra}<ip address='192.0.2.1' prefix='24'/>"
            f"<ip family='ipv6' address='{GATEWAY}' prefix='64'>{dhcp}</ip></network>")


def advertise_by(scene, program):
    """Have router advertisements sent by PROGRAM; it counts from the daemon's next start on."""
    if scene.daemon is None:
        scene.daemon = make_daemon()
    path = scene.path("etc/libvirt/network.conf")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(f'router_advertisements = "{program}"\n')


def radvd_of(scene):
    """Pid of the radvd of network "lab", or None. It is the one of its two processes that the other is a child of."""
    pid = read(scene.path("run/libvirt/network/lab-radvd.pid")).strip()
    return int(pid) if pid and int(pid) in processes("radvd", RADVD_CONF) else None


def plug(bridge="vbr0", number=1):
    return Guest(f"guest{number}", bridge, mac_of(number))


def addresses6(namespace, device="eth0"):
    """The global IPv6 addresses of a device that can be used: not tentative."""
    links = json.loads(namespace("ip", "-j", "-6", "address", "show", "dev", device, "scope", "global", "-tentative"))
    return [info["local"] for link in links for info in link.get("addr_info", []) if "local" in info]


def default_routes6(guest):
    return json.loads(guest.run("ip", "-j", "-6", "route", "show", "default"))


def wait_address6(guest):
    """Wait for an address that the guest made from an advertised prefix; returns it."""
    return wait_for("the guest has made itself an address",
                    lambda: [address for address in addresses6(guest.run) if address.startswith(SUBNET)], 25, 0.1)[0]


def wait_advertised(guest):
    """Wait for an address that the guest made from an advertised prefix, and for a default route."""
    address = wait_address6(guest)
    wait_for("the guest has a default route", lambda: default_routes6(guest), 25, 0.1)
    return address


def advertised(guest):
    """What the router says to a solicitation of the guest, or None: see ra_probe.py."""
    return json.loads(guest.run(sandbox.PYTHON, os.path.join(TOP, "tests/lib/ra_probe.py")))


def take_lease6(guest):
    """Run a DHCPv6 client on the guest until it has an address."""
    script = os.path.join(sandbox.directory(), "dhclient-script")
    with open(script, "w", encoding="utf-8") as stream:
        stream.write(SCRIPT)
    os.chmod(script, 0o755)
    wait_for("the guest has a link-local address",
             lambda: "fe80" in guest.run("ip", "-6", "address", "show", "dev", "eth0", "scope", "link", "-tentative"), 10)
    guest.run("dhclient", "-6", "-1", "-D", "LL", "-sf", script, "-lf", os.path.join(sandbox.directory(), "six.leases"),
              "-pf", os.path.join(sandbox.directory(), "six.pid"), "eth0", limit=40)
