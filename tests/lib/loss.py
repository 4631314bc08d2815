# SPDX-License-Identifier: LGPL-2.1-or-later
"""Three networks with guests, traffic through all of them, and rounds of updates that touch every section.

Guests ping each other, their gateways and, through NAT, the world outside, which pings inward in turn; TCP streams run beside
that, and dnsmasq is asked for names of its own. What is sent stays within what every update leaves possible, so that all of it
must be answered. It judges nothing: tests/netns/test_loss.py demands that nothing is lost, tests/bench/loss prints what is.
"""

import json
import os
import subprocess
import time

import libvirt

import laboratory
import sandbox
from laboratory import HOST_ADDRESS, OUTSIDE_ADDRESS, Failed, Guest, make_outside, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
COMMANDS = {"modify": libvirt.VIR_NETWORK_UPDATE_COMMAND_MODIFY, "delete": libvirt.VIR_NETWORK_UPDATE_COMMAND_DELETE,
            "add": libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, "add-first": libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST}
SECTIONS = {name: getattr(libvirt, "VIR_NETWORK_SECTION_" + name.upper().replace("-", "_")) for name in (
    "none", "bridge", "domain", "ip", "ip-dhcp-host", "ip-dhcp-range", "forward", "forward-interface", "forward-pf", "portgroup",
    "dns-host", "dns-txt", "dns-srv")}
LIVE, CONFIG = libvirt.VIR_NETWORK_UPDATE_AFFECT_LIVE, libvirt.VIR_NETWORK_UPDATE_AFFECT_CONFIG


# --- Networks ------------------------------------------------------------------------------------------------------

NETWORKS = {"main": ("vbr0", "10.50.0", "fd00:50", "nat"), "routed": ("vbr1", "10.51.0", "fd00:51", "route"),
            "side": ("vbr2", "10.52.0", "fd00:52", "nat")}
QUIET_BRIDGE = "stp='off' delay='0'"
STEADY_NAMES = ["A:steady", "AAAA:steady", "TXT:steady-txt"]


def forward_xml(mode, inner=""):
    return f"<forward mode='{mode}'>{inner}</forward>" if mode else ""


def whole(name, **parts):
    """A network's XML. Parts: forward (XML), bridge (attributes), bandwidth, mtu, domain (XML), dns, dhcp, extra (XML of entries)."""
    bridge, subnet, subnet6, mode = NETWORKS[name]
    return (f"<network{parts.get('attributes', '')}><name>{name}</name>{parts.get('forward', forward_xml(mode))}"
            f"<bridge name='{bridge}' {parts.get('bridge', QUIET_BRIDGE)}/>"
            f"{parts.get('mtu', '')}{parts.get('domain', '')}{parts.get('bandwidth', '')}"
            f"<dns><txt name='steady-txt' value='yes'/><host ip='{subnet}.201'><hostname>steady</hostname></host>"
            f"<host ip='{subnet6}::201'><hostname>steady</hostname></host>{parts.get('dns', '')}</dns>"
            f"<ip address='{subnet}.1' netmask='255.255.255.0'>{parts.get('tftp', '')}<dhcp>"
            f"<range start='{subnet}.100' end='{subnet}.150'/>"
            f"<host mac='52:54:00:99:00:01' name='lodger' ip='{subnet}.77'/>{parts.get('dhcp', '')}</dhcp></ip>"
            f"<ip family='ipv6' address='{subnet6}::1' prefix='64'/>{parts.get('extra', '')}</network>")


# --- Updates -------------------------------------------------------------------------------------------------------

def everywhere(name):
    """Updates that any network takes, each followed by what takes it back: (section, command, XML)."""
    _bridge, subnet, subnet6, _mode = NETWORKS[name]
    host = "<host mac='52:54:00:99:00:{0:02x}' name='more{0}' ip='" + subnet + ".{1}'/>"
    return [
        ("ip-dhcp-host", "add", host.format(2, 78)), ("ip-dhcp-host", "modify", host.format(2, 79)),
        ("ip-dhcp-host", "delete", host.format(2, 79)),
        ("ip-dhcp-range", "add", f"<range start='{subnet}.160' end='{subnet}.170'/>"),
        ("ip-dhcp-range", "modify", f"<range start='{subnet}.160' end='{subnet}.180'/>"),
        ("ip-dhcp-range", "delete", f"<range start='{subnet}.160' end='{subnet}.180'/>"),
        ("dns-txt", "add", "<txt name='motd' value='one'/>"), ("dns-txt", "modify", "<txt name='motd' value='two'/>"),
        ("dns-txt", "delete", "<txt name='motd'/>"),
        ("dns-srv", "add", "<srv service='sip' protocol='udp' target='steady' port='5060'/>"),
        ("dns-srv", "delete", "<srv service='sip' protocol='udp'/>"),
        ("dns-host", "add-first", f"<host ip='{subnet}.202'><hostname>other</hostname></host>"),
        ("dns-host", "modify", f"<host ip='{subnet}.202'><hostname>another</hostname></host>"),
        ("dns-host", "delete", f"<host ip='{subnet}.202'/>"),
        ("portgroup", "add", "<portgroup name='fast'/>"),
        ("portgroup", "modify", "<portgroup name='fast'><bandwidth><inbound average='1000'/></bandwidth></portgroup>"),
        ("portgroup", "delete", "<portgroup name='fast'/>"),
        ("domain", "add", "<domain name='lab.test'/>"), ("domain", "modify", "<domain name='lab.test' localOnly='yes'/>"),
        ("domain", "delete", "<domain name='lab.test'/>"),
        ("bridge", "modify", "<bridge stp='on' delay='2'/>"), ("bridge", "modify", "<bridge stp='on' delay='4'/>"),
        ("bridge", "modify", "<bridge stp='off' delay='0'/>"),
        ("ip", "add", f"<ip address='10.7{subnet[4]}.0.1' netmask='255.255.255.0'/>"),
        ("ip", "modify", f"<ip address='10.7{subnet[4]}.0.1' netmask='255.255.255.0'><tftp root='/srv'/></ip>"),
        ("ip", "delete", f"<ip address='10.7{subnet[4]}.0.1' netmask='255.255.255.0'/>"),
        ("ip", "add", f"<ip family='ipv6' address='{subnet6}:1::1' prefix='64'/>"),
        ("ip", "delete", f"<ip family='ipv6' address='{subnet6}:1::1' prefix='64'/>"),
        ("none", "modify", whole(name, mtu="<mtu size='1400'/>")),
        ("none", "modify", whole(name, mtu="<mtu size='9000'/>", domain="<domain name='x.test'/>", bridge="stp='on' delay='2'")),
        ("none", "modify", whole(name, attributes=" ipv6='yes'", dhcp=host.format(3, 80), tftp="<tftp root='/srv'/>")),
        ("none", "modify", whole(name, extra=f"<route address='10.9{subnet[4]}.0.0' prefix='24' gateway='{subnet}.50'/>")),
        ("none", "modify", whole(name, dns="<forwarder addr='198.51.100.1'/>")),
        ("none", "modify", whole(name)),
    ]


def shaped(name):
    """Limits far above what the traffic needs. When an inbound one comes or goes, the kernel puts another queue on the bridge, and
    drops what comes to it from the host in that instant."""
    limit = "<bandwidth><{} average='200000' burst='10000'/></bandwidth>"
    return [("none", "modify", whole(name, bandwidth=limit.format("outbound"))),
            ("none", "modify", whole(name, bandwidth=limit.format("inbound"))),
            ("none", "modify", whole(name, bandwidth=limit.replace("200000", "300000").format("inbound"))),
            ("none", "modify", whole(name))]


def modes(name):
    """The connections that are there go on through all of these."""
    mine = NETWORKS[name][3]
    other = "route" if mine == "nat" else "nat"
    uplink = "<interface dev='uplink'/>"
    return [
        ("forward", "modify", forward_xml(other)), ("forward", "modify", forward_xml("open")),
        ("forward", "modify", forward_xml(mine)),
        ("forward-interface", "add", uplink), ("forward-interface", "modify", uplink),
        ("forward-interface", "delete", uplink),
        ("none", "modify", whole(name, forward=forward_xml(other, uplink))),
        ("none", "modify", whole(name, forward=forward_xml("nat", "<nat ipv6='yes'><port start='2000' end='60000'/></nat>"))),
        ("none", "modify", whole(name)),
    ]


def isolation():
    return [("forward", "delete", "<forward mode='nat'/>"), ("forward", "add", "<forward mode='nat'/>"),
            ("none", "modify", whole("side", forward="")), ("none", "modify", whole("side"))]


def one_round():
    """All updates once but those of shaped: (network, section, command, XML). Afterwards all is as before."""
    updates = [(name, *update) for name in NETWORKS for update in everywhere(name)]
    updates += [(name, *update) for name in ("main", "routed") for update in modes(name)]
    updates += [("side", *update) for update in isolation()]
    updates += [("pool", "forward-pf", command, "<pf dev='uplink'/>") for command in ("delete", "add")]
    return updates


# --- Traffic -------------------------------------------------------------------------------------------------------

class Sender:
    """A process that has said its first word and prints its account when it is told to end."""

    def __init__(self, label, place, argv, word):
        self.label = label
        self.process = place.spawn(*argv, stdout=subprocess.PIPE, text=True)
        os.set_blocking(self.process.stdout.fileno(), False)
        try:
            got = wait_for(f"{label}: the first word", self.process.stdout.readline, 20).strip()
        except Failed:
            self.process.kill()
            raise
        os.set_blocking(self.process.stdout.fileno(), True)
        if got != word:
            raise Failed(f"{label}: expected '{word}', got '{got}'")

    def stop(self):
        self.process.terminate()

    def account(self):
        return json.loads(self.process.communicate(timeout=20)[0])


class Lab:
    """The networks of a connection with their guests, and what they send. TRAFFIC is the program that sends.

    DNS_INTERVAL_MS: dnsmasq's buffer takes some 270 queries; where it may not get its turn for half a second, ask less often."""

    def __init__(self, connection, traffic, dns_interval_ms=2):
        self.traffic = traffic
        self.dns_interval_us = str(dns_interval_ms * 1000)
        self.nets = {name: connection.networkDefineXML(whole(name)) for name in NETWORKS}
        for net in self.nets.values():
            net.create()
        self.nets["pool"] = connection.networkDefineXML("<network><name>pool</name><forward mode='hostdev'><pf dev='uplink'/></forward>"
                                                        "</network>")
        self.outside = make_outside()
        self.outside.run("ip", "route", "add", "10.51.0.0/24", "via", HOST_ADDRESS)
        self.guests = [self.plug(name, number) for name in NETWORKS for number in (10, 11)]
        wait_for("no address is tentative", lambda: not any(
            "tentative" in place.run("ip", "-6", "address", "show", "scope", "global") for place in self.guests))

    @staticmethod
    def plug(name, number):
        bridge, subnet, subnet6, _mode = NETWORKS[name]
        guest = Guest(f"{name}{number}", bridge, f"52:54:00:{bridge[-1]}0:00:{number:02x}")
        guest.run("sysctl", "-q", "-w", "net.ipv6.conf.eth0.accept_ra=0", "net.ipv6.conf.eth0.autoconf=0")
        guest.set_address(f"{subnet}.{number}/24", f"{subnet}.1")
        guest.run("ip", "-6", "address", "add", f"{subnet6}::{number}/64", "dev", "eth0", "nodad")
        return guest

    def ping(self, place, address, what):
        return Sender(f"ping {what}", place, [self.traffic, "ping", address, "1000"], "answered")

    def dns(self, place, address, what):
        return Sender(f"DNS {what}", place, [self.traffic, "dns", address, self.dns_interval_us, *STEADY_NAMES], "answered")

    @staticmethod
    def stream(place, server, address, what):
        program = os.path.join(HERE, "tcp_stream.py")
        listener = server.spawn(sandbox.PYTHON, program, "serve", "7777", stdout=subprocess.PIPE, text=True)
        listener.stdout.readline()
        sender = Sender(f"TCP {what}", place, [sandbox.PYTHON, program, "talk", address, "7777"], "connected")
        sender.listener = listener
        return sender

    def begin(self):
        """Begin to send; returns when every sender has had an answer."""
        main, second, routed, routed2, side, side2 = self.guests
        return [
            self.ping(main, "10.50.0.11", "guest to guest"), self.ping(main, "10.50.0.1", "guest to gateway"),
            self.ping(main, OUTSIDE_ADDRESS, "through NAT"), self.ping(self.outside, "10.51.0.10", "routed inward"),
            self.ping(routed, "fd00:51::11", "guest to guest, IPv6"), self.ping(routed2, "fd00:51::1", "guest to gateway, IPv6"),
            self.ping(side, "10.52.0.11", "guest to guest, isolated"), self.ping(side2, "10.52.0.1", "guest to gateway, isolated"),
            self.dns(second, "10.50.0.1", "of a NAT network"), self.dns(routed, "fd00:51::1", "of a routed network, IPv6"),
            self.stream(main, self.outside, OUTSIDE_ADDRESS, "through NAT"),
            self.stream(self.outside, routed, "10.51.0.10", "routed inward"),
        ]

    def update(self, name, section, command, xml):
        """One update, live and config; config alone where the network is not active."""
        net = self.nets[name]
        net.update(COMMANDS[command], SECTIONS[section], -1, xml, LIVE | CONFIG if net.isActive() else CONFIG)


def end(senders):
    """End all senders; returns label -> account."""
    for sender in senders:
        sender.stop()
    accounts = {sender.label: sender.account() for sender in senders}
    for sender in senders:
        if hasattr(sender, "listener"):
            sender.listener.kill()
            sender.listener.wait()
    return accounts


def run(lab, updates):
    """Traffic while UPDATES are made one after another. Returns (accounts, journal, refused): journal is a list of (from, to, words)
    for each update that was accepted, refused a list of (words, message)."""
    senders, journal, refused = lab.begin(), [], []
    for name, section, command, xml in updates:
        words = f"{name} {section} {command} {xml if section != 'none' else xml.split('</name>')[1][:170]}"
        began = time.monotonic()
        try:
            lab.update(name, section, command, xml)
            journal.append((began, time.monotonic(), words))
        except libvirt.libvirtError as error:
            refused.append((words, str(error)))
    return end(senders), journal, refused


def culprits(account, journal):
    """Which updates were under way when what was lost had been sent, or an error came: words -> how often."""
    found = {}
    for at in account.get("lost_at", []) + account.get("error_at", []):
        near = [entry for entry in journal if entry[0] - 0.005 <= at <= entry[1]]
        words = near[-1][2] if near else "between updates"
        found[words] = found.get(words, 0) + 1
    return found
