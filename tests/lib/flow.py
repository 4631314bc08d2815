# SPDX-License-Identifier: LGPL-2.1-or-later
"""How fast bytes arrive that are sent as fast as they go, or at a given rate.

"receive PROTOCOL PORT SKIP COUNT" lets the first SKIP bytes pass, as a burst may take them, and prints as one line of JSON in
how many seconds the next COUNT bytes have arrived. "send PROTOCOL ADDRESS PORT RATE" sends until the other end is gone or it
is ended itself; RATE, in bytes per second, is for UDP alone. Started inside namespaces by scenario tests.
"""

import json
import socket
import sys
import time

DATAGRAM = b"x" * 1400
BATCH_S = 0.01


def arrivals(protocol, port):
    """Yields the number of bytes each time some have arrived; None when there will be no more."""
    if protocol == "udp":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
            receiver.bind(("0.0.0.0", port))
            print("listening", flush=True)
            while True:
                yield len(receiver.recv(65536))
    with socket.create_server(("0.0.0.0", port)) as listener:
        print("listening", flush=True)
        connection, _address = listener.accept()
        while data := connection.recv(65536):
            yield len(data)


def receive(protocol, port, skip, count):
    began, total, counted_from = None, 0, 0
    for length in arrivals(protocol, port):
        total += length
        if began is None and total > skip:
            began, counted_from = time.monotonic(), total
        if began is not None and total >= counted_from + count:
            break
    seconds = time.monotonic() - began if began else 0
    print(json.dumps({"bytes": total - counted_from, "seconds": seconds}), flush=True)


def send_stream(address, port):
    with socket.create_connection((address, port), timeout=20) as connection:
        try:
            while True:
                connection.sendall(b"x" * 65536)
        except OSError:
            return


def send_datagrams(address, port, rate):
    """In batches, so that a slow machine sends no less: what a batch owes is counted from the beginning."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect((address, port))
        began, sent = time.monotonic(), 0
        while True:
            due = (time.monotonic() - began) * rate
            try:
                while sent < due:
                    sent += len(DATAGRAM)
                    sender.send(DATAGRAM)
            except ConnectionRefusedError:
                return
            time.sleep(BATCH_S)


if __name__ == "__main__":
    if sys.argv[1] == "receive":
        receive(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
    elif sys.argv[2] == "tcp":
        send_stream(sys.argv[3], int(sys.argv[4]))
    else:
        send_datagrams(sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
