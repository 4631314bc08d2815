# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a guest and the host notice of a network, as values that can be compared before and after a change.

Each function looks once and judges nothing. Used by the matrix of updates, inside a sandbox.
"""

import json
import os
import re
import uuid

import sandbox
from laboratory import OUTSIDE_ADDRESS, read, run, wait_for
from probes import PORT, SIDE_ADDRESS, send
from scene import dig

HOST_ADDRESS6, OUTSIDE_ADDRESS6 = "2001:db8:ff::2", "2001:db8:ff::1"
UNREACHABLE = ([3, 3], [1, 4])      # destination unreachable, port unreachable: ICMP, ICMPv6

# What a guest's dhclient runs. It leaves /etc/resolv.conf alone.
DHCLIENT_SCRIPT = """#!/bin/sh
case "$reason" in
PREINIT*) ip link set dev "$interface" up ;;
BOUND | REBOOT | RENEW) ip address replace "$new_ip_address/24" dev "$interface" && echo "$new_ip_address" >"$GOT" ;;
BOUND6 | REBOOT6 | RENEW6) ip -6 address replace "$new_ip6_address/128" dev "$interface" && echo "$new_ip6_address" >"$GOT" ;;
esac
"""
# What it remembers of an address that it had once, and asks for again.
REMEMBERED = """lease {{
  interface "eth0";
  fixed-address {address};
  option subnet-mask 255.255.255.0;
  option dhcp-lease-time 3600;
  renew never; rebind never; expire never;
}}
"""


# --- The bridge ----------------------------------------------------------------------------------------------------

def bridge_addresses(bridge):
    """Its addresses as "ADDRESS/PREFIX", sorted; those of both families that are not link-local."""
    links = json.loads(run("ip", "-j", "address", "show", "dev", bridge))
    return sorted(f"{info['local']}/{info['prefixlen']}" for link in links for info in link.get("addr_info", [])
                  if "local" in info and info["scope"] == "global")


def bridge_attributes(bridge, *names):
    return [read(f"/sys/class/net/{bridge}/bridge/{name}").strip() for name in names]


# --- DNS -----------------------------------------------------------------------------------------------------------

def answers(guest, server, *questions):
    """The answers to questions "TYPE NAME", each as sorted lines."""
    return [sorted(dig(guest, server, *question.split()).splitlines()) for question in questions]


# --- Ports ---------------------------------------------------------------------------------------------------------

def port_limit(net, group):
    """The inbound average of a new port of the group (None: that names none), "-" if it has none. The port goes again."""
    named = f"<group>{group}</group>" if group else ""
    port = net.portCreateXML(f"<networkport><uuid>{uuid.uuid4()}</uuid><owner><name>vm</name><uuid>{uuid.uuid4()}</uuid></owner>"
                             f"{named}<mac address='52:54:00:bb:00:01'/></networkport>")
    found = re.search(r"<inbound average='(\d+)'", port.XMLDesc(0))
    port.delete()
    return found.group(1) if found else "-"


# --- DHCP ----------------------------------------------------------------------------------------------------------

def write(path, text):
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


def lease(guest, family, asked=None):
    """The address that the guest's real DHCP client gets, "-" if none; it is told that it had ASKED before."""
    stem = os.path.join(sandbox.directory(), f"dhclient-{guest.name}-{family}")
    script = stem + ".script"
    # Written once: what another client runs at this moment cannot be opened for writing.
    if not os.path.exists(script):
        write(script, DHCLIENT_SCRIPT)
        os.chmod(script, 0o755)
    write(stem + ".leases", REMEMBERED.format(address=asked) if asked else "")
    write(stem + ".got", "")
    modes = ["-6", "-D", "LL"] if family == 6 else ["-4"]
    if family == 6:
        wait_for("the guest has a link-local address",
                 lambda: "fe80" in guest.run("ip", "-6", "address", "show", "dev", "eth0", "scope", "link", "-tentative"))
    guest.run("timeout", "15", "dhclient", *modes, "-1", "-sf", script, "-lf", stem + ".leases", "-pf", stem + ".pid", "-e",
              f"GOT={stem}.got", "eth0", check=False)
    stop_client(stem + ".pid")
    return read(stem + ".got").strip() or "-"


def stop_client(pid_path):
    """dhclient goes on in the background once it has an address, and keeps that when it is killed."""
    pid = read(pid_path).strip()
    if pid:
        run("kill", "-9", pid, check=False)


# --- Packets -------------------------------------------------------------------------------------------------------

def judge(outcome, sender):
    """A: it arrives and is answered; A*: likewise, but its sender is seen as another; R: the host rejects it."""
    if outcome["answer"]:
        return "A" if outcome["answer"]["from"] == sender else "A*"
    if outcome["icmp"]:
        return "R" if outcome["icmp"][:2] in UNREACHABLE else f"icmp {outcome['icmp']}"
    return f"lost ({outcome['error']})"


def sent(place, *pairs):
    """Outcomes of a packet from each of the place's addresses to another: pairs (source, target)."""
    outcomes = send(place, [{"to": target, "port": PORT, "source": source} for source, target in pairs])
    return " ".join(judge(outcome, source) for outcome, (source, _target) in zip(outcomes, pairs))


def passage(guest, outside, addresses):
    """Packets to the outside: IPv4, IPv4 from an address that is not the network's, IPv6; then inwards: IPv4, IPv6."""
    v4, v6, alien = addresses
    outward = sent(guest, (v4, OUTSIDE_ADDRESS), (alien, OUTSIDE_ADDRESS), (v6, OUTSIDE_ADDRESS6))
    inward = sent(outside, (OUTSIDE_ADDRESS, v4), (OUTSIDE_ADDRESS6, v6))
    return f"out {outward} in {inward}"


def ways_out(guest, address):
    """Packets to the world behind the one device of the host, and to that behind the other."""
    return sent(guest, (address, OUTSIDE_ADDRESS), (address, SIDE_ADDRESS))
