# SPDX-License-Identifier: LGPL-2.1-or-later
"""A socket that stands between clients and a daemon, for tests that must know what has passed or stop it from passing.

It hands bytes on in both directions and notes the head of each message. It changes nothing and answers nothing itself. The
interop tests use it, to wait until a client has registered for events, and to let one side fall silent for the other.
"""

import os
import socket
import struct
import threading

import sandbox
from laboratory import wait_for

CALL, REPLY, MESSAGE = 0, 1, 2
PROGRAM, KEEPALIVE = 0x20008086, 0x6B656570
HEAD_LENGTH = 28


class Relay:
    """Listens on a socket of its own; `uri` leads there."""

    made = 0

    def __init__(self, target):
        self.target = target
        Relay.made += 1
        self.path = os.path.join(sandbox.directory(), f"relay-{Relay.made:04}")     # of one length, for messages that hold it
        self.uri = "network+unix:///system?socket=" + self.path
        self.passed = []            # (program, procedure, type), in the order in which they came
        self.flowing = threading.Event()
        self.flowing.set()
        self.ends = []
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client = self.listener.accept()[0]
            daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            daemon.connect(self.target)
            self.ends += [client, daemon]
            for source, sink in ((client, daemon), (daemon, client)):
                threading.Thread(target=self.hand_on, args=(source, sink), daemon=True).start()

    def hand_on(self, source, sink):
        """One direction of one connection, until it ends."""
        data = b""
        while True:
            try:
                part = source.recv(65536)
                self.flowing.wait()
                sink.sendall(part)
            except OSError:
                part = b""
            if not part:
                break
            data = self.note(data + part)
        try:
            sink.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass                    # it has ended by itself

    def note(self, data):
        """Remember the whole messages of DATA; returns what is left."""
        while len(data) >= HEAD_LENGTH and len(data) >= struct.unpack_from("!I", data)[0]:
            length, program, _version, procedure, kind = struct.unpack_from("!IIIiI", data)
            self.passed.append((program, procedure, kind))
            data = data[length:]
        return data

    def count(self, procedure, kind, program=PROGRAM):
        return self.passed.count((program, procedure, kind))

    def wait(self, procedure, kind, count=1, program=PROGRAM):
        """Wait until COUNT such messages have passed."""
        wait_for(f"{count} messages of type {kind}, procedure {procedure}, pass",
                 lambda: self.count(procedure, kind, program) >= count)

    def freeze(self):
        """Let nothing pass any more, while both connections stay open."""
        self.flowing.clear()

    def cut(self):
        """End all connections."""
        for end in self.ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass                # it has ended already
