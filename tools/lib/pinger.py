# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pings one address at a steady pace and accounts for every single packet.

It counts from the first answer on; at SIGTERM it sends a few more (what a change breaks may show a moment later), waits a second
for what is still on its way and prints one line of JSON. It judges nothing. Started inside a guest's namespace by laboratory.py.
"""

import json
import select
import signal
import socket
import struct
import sys
import time

N_AFTERWARDS = 30
LINGER_S = 1.0


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def echo_request(ident, number):
    body = struct.pack("!Q", number)
    head = struct.pack("!BBHHH", 8, 0, 0, ident, number & 0xFFFF)
    return struct.pack("!BBHHH", 8, 0, checksum(head + body), ident, number & 0xFFFF) + body


def number_answered(packet, ident):
    """The number of the request that this IPv4 packet answers, or None."""
    icmp = packet[(packet[0] & 15) * 4:]
    if len(icmp) < 16 or icmp[0] != 0 or struct.unpack("!H", icmp[4:6])[0] != ident:
        return None
    return struct.unpack("!Q", icmp[8:16])[0]


class Pinger:
    def __init__(self, address, interval_s):
        self.address = address
        self.interval_s = interval_s
        self.ident = (hash(address) ^ time.monotonic_ns()) & 0xFFFF
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.sent_at = {}           # number -> time, of those not answered yet
        self.counting = False
        self.sent = self.received = 0
        self.slowest_s = 0.0
        self.n_left = None          # how many are still to be sent; None: no end in sight
        self.started = time.monotonic()

    def stop(self, *_signal):
        self.n_left = N_AFTERWARDS

    def send(self, number):
        self.sent_at[number] = time.monotonic()
        self.sent += self.counting
        try:
            self.socket.sendto(echo_request(self.ident, number), (self.address, 0))
        except OSError:
            pass                    # no route or no address just now: a lost packet like any other

    def receive(self, until):
        """Take answers until a point in time."""
        while (patience := until - time.monotonic()) > 0:
            if not select.select([self.socket], [], [], patience)[0]:
                return
            number = number_answered(self.socket.recv(2048), self.ident)
            if number in self.sent_at:
                self.account(number)

    def account(self, number):
        took = time.monotonic() - self.sent_at.pop(number)
        if not self.counting:
            self.counting = True
            self.sent_at.clear()
            print("answered", flush=True)
            return
        self.received += 1
        self.slowest_s = max(self.slowest_s, took)

    def run(self):
        number, due = 0, time.monotonic()
        while self.n_left != 0:
            self.send(number)
            number += 1
            if self.n_left:
                self.n_left -= 1
            due = max(due + self.interval_s, time.monotonic())
            self.receive(due)
        deadline = time.monotonic() + LINGER_S
        while self.sent_at and time.monotonic() < deadline:
            self.receive(min(deadline, time.monotonic() + 0.02))
        return {"sent": self.sent, "received": self.received, "slowest_ms": round(self.slowest_s * 1000, 1),
                "lost_at_s": [round(at - self.started, 2) for at in sorted(self.sent_at.values())]}


def main():
    pinger = Pinger(sys.argv[1], float(sys.argv[2]) / 1000)
    signal.signal(signal.SIGTERM, pinger.stop)
    print(json.dumps(pinger.run()), flush=True)


if __name__ == "__main__":
    main()
