# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks a DHCP server which address it would offer to a MAC, and takes none.

One DISCOVER goes out of eth0 as a raw frame, the address of the first offer is printed ("-" if none comes). It shows what
a running dnsmasq has loaded. Started inside a guest's namespace by scenario tests; dhcp_pace.py uses its functions.
"""

import os
import select
import socket
import struct
import sys
import time

PATIENCE_S = 8
RESEND_S = 1
COOKIE = b"\x63\x82\x53\x63"


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def frame_of(mac, transaction, options):
    """The frame of a request that asks for a broadcast answer. OPTIONS begin with the kind of message."""
    dhcp = struct.pack("!BBBBIHH16s16s192s", 1, 1, 6, 0, transaction, 0, 0x8000, b"", mac, b"") + COOKIE + options + b"\xff"
    udp = struct.pack("!HHHH", 68, 67, 8 + len(dhcp), 0) + dhcp
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, b"\0" * 4, b"\xff" * 4)
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return b"\xff" * 6 + mac + b"\x08\x00" + head + udp


def offered_address(frame, transaction):
    """The address in a frame that is an answer to us, or None."""
    ip = frame[14:]
    if len(ip) < 28 or frame[12:14] != b"\x08\x00" or ip[9] != 17:
        return None
    udp = ip[(ip[0] & 15) * 4:]
    dhcp = udp[8:]
    if len(dhcp) < 240 or struct.unpack("!HH", udp[:4]) != (67, 68) or struct.unpack("!I", dhcp[4:8])[0] != transaction:
        return None
    return socket.inet_ntoa(dhcp[16:20])


def ask(mac):
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    raw.bind(("eth0", 0))
    transaction = int.from_bytes(os.urandom(4), "big")
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        raw.send(frame_of(mac, transaction, b"\x35\x01\x01"))
        resend = time.monotonic() + RESEND_S
        while (patience := resend - time.monotonic()) > 0 and select.select([raw], [], [], patience)[0]:
            address = offered_address(raw.recv(4096), transaction)
            if address:
                return address
    return "-"


if __name__ == "__main__":
    print(ask(bytes.fromhex(sys.argv[1].replace(":", ""))))
