# SPDX-License-Identifier: LGPL-2.1-or-later
"""One TCP connection that carries a numbered line every 10 ms and gets each back.

"serve PORT" answers one client with its own bytes; "talk ADDRESS PORT" sends and compares, and at SIGTERM prints how it
went as one line of JSON. A lost or reset connection is reported, never mended. Started inside namespaces by scenario tests.
"""

import json
import signal
import socket
import sys
import time

INTERVAL_S = 0.01


def serve(port):
    listener = socket.create_server(("0.0.0.0", port))
    print("listening", flush=True)
    client, _address = listener.accept()
    while data := client.recv(65536):
        client.sendall(data)


class Talker:
    def __init__(self, address, port):
        self.connection = socket.create_connection((address, port), timeout=10)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.echoes = self.connection.makefile("rb")
        self.stopping = False

    def stop(self, *_signal):
        self.stopping = True

    def talk(self):
        account = {"echoed": 0, "slowest_ms": 0.0, "error": None}
        while not self.stopping:
            began = time.monotonic()
            line = b"%d\n" % account["echoed"]
            try:
                self.connection.sendall(line)
                if self.echoes.readline() != line:
                    raise OSError("the other end has closed the connection")
            except OSError as error:
                account["error"] = str(error)
                break
            took = time.monotonic() - began
            account["echoed"] += 1
            account["slowest_ms"] = max(account["slowest_ms"], round(took * 1000, 1))
            time.sleep(max(0, INTERVAL_S - took))
        return account


def talk(address, port):
    talker = Talker(address, port)
    signal.signal(signal.SIGTERM, talker.stop)
    print("connected", flush=True)
    print(json.dumps(talker.talk()), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    else:
        talk(sys.argv[2], int(sys.argv[3]))
