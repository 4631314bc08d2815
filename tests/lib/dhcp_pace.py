# SPDX-License-Identifier: LGPL-2.1-or-later
"""Asks a DHCP server for an address again and again, and accounts for how long each answer took.

DISCOVER, and with what is offered REQUEST, in turn, INTERVAL_MS apart, for one MAC, whose address should be reserved: before
others are offered dnsmasq looks for who has them. What is not answered within a second is lost. At SIGTERM it prints one line of
JSON. Started inside a guest's namespace by tests/bench/loss.
"""

import json
import select
import signal
import socket
import sys
import time

from dhcp_probe import frame_of, offered_address

PATIENCE_S = 1.0


class Asker:
    def __init__(self, mac):
        self.mac = mac
        self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        self.raw.bind(("eth0", 0))
        self.number, self.times, self.lost, self.stopping = 0, [], [], False

    def stop(self, *_signal):
        self.stopping = True

    def ask(self, options):
        """The address in the answer, or None; the answer's time is noted."""
        self.number += 1
        began = time.monotonic()
        self.raw.send(frame_of(self.mac, self.number, options))
        while (left := began + PATIENCE_S - time.monotonic()) > 0 and select.select([self.raw], [], [], left)[0]:
            address = offered_address(self.raw.recv(4096), self.number)
            if address:
                self.times.append((time.monotonic() - began) * 1000)
                return address
        self.lost.append(began)
        return None

    def run(self, server, interval_s):
        while not self.stopping:
            began = time.monotonic()
            address = self.ask(b"\x35\x01\x01")
            if address:
                self.ask(b"\x35\x01\x03" + b"\x32\x04" + socket.inet_aton(address) + b"\x36\x04" + socket.inet_aton(server))
                if len(self.times) == 2:
                    print("answered", flush=True)
            time.sleep(max(0, began + interval_s - time.monotonic()))
        return {"answered": len(self.times), "lost": len(self.lost), "lost_at": self.lost, "times_ms": self.times}


if __name__ == "__main__":
    asker = Asker(bytes.fromhex(sys.argv[1].replace(":", "")))
    signal.signal(signal.SIGTERM, asker.stop)
    print(json.dumps(asker.run(sys.argv[2], float(sys.argv[3]) / 1000)), flush=True)
