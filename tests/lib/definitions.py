# SPDX-License-Identifier: LGPL-2.1-or-later
"""Definitions of the network "lab" that differ in every part of the format which shows on a host.

Any of them can become any other while the network runs. Used by tests of changes.
"""

MAC = "<mac address='52:54:00:00:ff:01'/>"
OPTIONS_NS = "xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'"


def network(*parts, bridge="stp='off' delay='0'", attributes=""):
    """The XML of a network with these elements, an attribute list of its bridge and one of its own."""
    return f"<network {attributes}><name>lab</name><bridge name='vbr0' {bridge}/>{MAC}{''.join(parts)}</network>"


def forward(mode, inner="", attributes=""):
    return f"<forward mode='{mode}' {attributes}>{inner}</forward>"


def dhcp(prefix, *hosts, first=100, last=200, lease=""):
    inner = "".join(f"<host mac='52:54:00:00:00:{number:02x}' name='h{number}' ip='{prefix}.{number}'/>" for number in hosts)
    return f"<dhcp><range start='{prefix}.{first}' end='{prefix}.{last}'>{lease}</range>{inner}</dhcp>"


def ip4(prefix="192.0.2", inner="", bits=24):
    return f"<ip address='{prefix}.1' prefix='{bits}'>{inner}</ip>"


def ip6(prefix="fd00:9", inner=""):
    return f"<ip family='ipv6' address='{prefix}::1' prefix='64'>{inner}</ip>"


def route(family, address, prefix, gateway, metric):
    return f"<route family='{family}' address='{address}' prefix='{prefix}' gateway='{gateway}' metric='{metric}'/>"


DHCP6 = "<dhcp><range start='fd00:9::100' end='fd00:9::1ff'/><host id='0:4:7e:7d:f0:7d' name='six' ip='fd00:9::6'/></dhcp>"
BANDWIDTH = "<bandwidth><inbound average='1000' peak='2000' burst='64'/><outbound average='3000' burst='128'/></bandwidth>"
RECORDS = ("<txt name='motd' value='hello, world'/><srv service='ldap' protocol='tcp' domain='lab.example' target='a.lab.example' "
           "port='389' priority='1' weight='2'/><host ip='192.0.2.9'><hostname>nine</hostname><hostname>neuf</hostname></host>")

DEFINITIONS = {
    "nat": network(forward("nat"), ip4(inner=dhcp("192.0.2", 5, 6))),
    "nat-records": network(forward("nat"), "<domain name='lab.example' localOnly='yes'/>", f"<dns>{RECORDS}</dns>",
                           ip4(inner=dhcp("192.0.2", 5, 7, 8, last=150, lease="<lease expiry='2' unit='hours'/>"))),
    "nat-everything": network(
        forward("nat", "<nat ipv6='yes'><address start='198.51.100.10' end='198.51.100.20'/><port start='2000' end='3000'/></nat>"),
        "<mtu size='1400'/>", "<domain name='every.example'/>", BANDWIDTH,
        f"<dns forwardPlainNames='no'><forwarder domain='up.example' addr='203.0.113.5'/>{RECORDS}</dns>",
        ip4(inner="<tftp root='/usr'/><dhcp><range start='192.0.2.50' end='192.0.2.99'/><bootp file='boot.img'/></dhcp>"),
        ip4("198.18.0"), ip6(inner=DHCP6), route("ipv4", "203.0.113.0", 24, "192.0.2.2", 5),
        route("ipv6", "fd00:77::", 48, "fd00:9::2", 7), bridge="stp='on' delay='2'"),
    "nat-dev": network(forward("nat", attributes="dev='lo'"), "<bandwidth><inbound average='500'/></bandwidth>",
                       ip4(inner=dhcp("192.0.2", 5)), ip6("fd00:8")),
    "route": network(forward("route"), ip4(bits=25, inner=dhcp("192.0.2", 5, last=120)), ip4("198.18.0"),
                     route("ipv4", "203.0.113.0", 24, "192.0.2.3", 5), route("ipv4", "203.0.114.0", 24, "198.18.0.2", 1)),
    "route-6": network(forward("route"), "<mtu size='1300'/>", ip6(inner=DHCP6), ip6("fd00:8"),
                       route("ipv6", "fd00:77::", 48, "fd00:9::3", 7)),
    "open": network(forward("open"), "<bandwidth><outbound average='500'/></bandwidth>", "<domain name='open.example'/>",
                    ip4("198.18.0", dhcp("198.18.0", 5)), bridge="stp='on' delay='0'"),
    "open-6": network(forward("open"), ip4(), ip6("fd00:8")),
    "isolated": network("<dns><txt name='motd' value='alone'/></dns>", ip4(inner=dhcp("192.0.2", 9, first=20, last=30)), ip6()),
    "isolated-guests-6": network("<dns enable='no'/>", ip4(bits=16), attributes="ipv6='yes'"),
    "silent": network("<dns enable='no'/>"),
    "options": network(forward("nat"), "<dnsmasq:options><dnsmasq:option value='cache-size=77'/></dnsmasq:options>",
                       "<portgroup name='a' default='yes'><bandwidth><inbound average='10'/></bandwidth></portgroup>",
                       ip4("198.18.0", dhcp("198.18.0", 7)), ip6("fd00:8"), attributes=OPTIONS_NS),
}
