# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks for a router advertisement and prints what it says as JSON ("null" if none comes): the flags for DHCPv6, the lifetime
of the default router, MTU, prefixes, DNS servers.

A solicitation goes out of eth0 from a raw socket, and is repeated until somebody answers; the kernel's own handling of
advertisements is not touched. Started inside a guest's namespace by scenario tests.
"""

import ipaddress
import json
import select
import socket
import struct
import time

PATIENCE_S = 15
RESEND_S = 1
SOLICITATION, ADVERTISEMENT = 133, 134
OPTION_PREFIX, OPTION_MTU, OPTION_RDNSS = 3, 5, 25
ICMP6_FILTER = 1


def options(data):
    """The options of an advertisement: tuples (type, bytes after type and length)."""
    while len(data) >= 8 and data[1]:
        yield data[0], data[2:data[1] * 8]
        data = data[data[1] * 8:]


def describe(packet):
    flags, lifetime = struct.unpack("!xBH", packet[4:8])
    said = {"managed": bool(flags & 0x80), "other": bool(flags & 0x40), "lifetime_s": lifetime, "mtu": None,
            "prefixes": {}, "dns": []}
    for kind, body in options(packet[16:]):
        if kind == OPTION_PREFIX:
            prefix = f"{ipaddress.IPv6Address(body[14:30])}/{body[0]}"
            said["prefixes"][prefix] = {"onlink": bool(body[1] & 0x80), "autonomous": bool(body[1] & 0x40)}
        elif kind == OPTION_MTU:
            said["mtu"] = struct.unpack("!I", body[2:6])[0]
        elif kind == OPTION_RDNSS:
            said["dns"] += [str(ipaddress.IPv6Address(body[at:at + 16])) for at in range(6, len(body), 16)]
    return said


def ask():
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as sock:
        wanted = [0xFFFFFFFF] * 8       # a set bit keeps a type out
        wanted[ADVERTISEMENT // 32] &= ~(1 << ADVERTISEMENT % 32) & 0xFFFFFFFF
        sock.setsockopt(socket.IPPROTO_ICMPV6, ICMP6_FILTER, struct.pack("=8I", *wanted))
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                sock.sendto(struct.pack("!BBHI", SOLICITATION, 0, 0, 0), ("ff02::2", 0, 0, socket.if_nametoindex("eth0")))
            except OSError:
                pass        # its own address is not ready yet
            if select.select([sock], [], [], RESEND_S)[0]:
                return describe(sock.recv(2048))
    return None


if __name__ == "__main__":
    print(json.dumps(ask()))
