# SPDX-License-Identifier: LGPL-2.1-or-later
"""Many clients of one daemon at a time: those that wait, those that work, and those that behave badly.

One loop in one thread drives all connections over the wire (wire.py), so that hundreds of them cost little beside the daemon
itself. What a client does is a generator that yields its calls and is sent their replies; a Crowd keeps how long each took. It
judges nothing: tests/netns/test_load.py and tests/bench/clients do.
"""

import contextlib
import heapq
import itertools
import random
import re
import selectors
import socket
import struct
import time
from collections import namedtuple

import wire
from laboratory import Failed, read

# What a client's generator yields: a call, which it is sent the reply of, or a pause in seconds.
Ask = namedtuple("Ask", "label procedure args")
Pause = namedtuple("Pause", "seconds")

ADD, DELETE, IP_DHCP_HOST, LIVE_AND_CONFIG = 3, 2, 4, 3
FEATURE_KEEPALIVE, FEATURE_CALLBACKS, FEATURE_CLOSE_CALLBACK = 10, 14, 15
PING, PONG = 1, 2
CHUNK = 65536
N_TRADES = 5            # what busy clients do; those of one trade are spread over the networks


def frame(procedure, args=b"", serial=0, program=wire.PROGRAM, kind=wire.CALL):
    return struct.pack("!IIIiiIi", 28 + len(args), program, 1, procedure, kind, serial, 0) + args


class Client:
    """A connection whose calls come from a generator, one at a time. It reads always and answers pings."""

    def __init__(self, crowd, life):
        self.crowd, self.life = crowd, life
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(crowd.path)
        self.serial, self.pending, self.received = 0, None, b""
        self.n_messages, self.done, self.cut_off = 0, False, False
        crowd.selector.register(self.socket, selectors.EVENT_READ, self.on_ready)
        self.go_on(None)

    def go_on(self, reply):
        """Give the generator the reply to its last call, which may be an error, and do what it yields next."""
        try:
            step = self.life.throw(reply) if isinstance(reply, wire.WireError) else self.life.send(reply)
        except StopIteration:
            self.done = True
            return
        if isinstance(step, Pause):
            self.crowd.after(step.seconds, lambda: self.go_on(None))
            return
        self.serial += 1
        self.pending = (step, time.perf_counter())
        self.socket.sendall(frame(step.procedure, step.args, self.serial))

    def turn_to(self, life):
        """Begin with another generator, the one before having ended."""
        self.life, self.done = life, False
        self.go_on(None)

    def on_ready(self, _mask):
        part = self.socket.recv(CHUNK)
        if not part:
            self.cut_off = True
            self.crowd.leave(self.socket)
            return
        self.received += part
        while len(self.received) >= 28:
            length = struct.unpack_from("!I", self.received)[0]
            if len(self.received) < length:
                break
            message, self.received = self.received[:length], self.received[length:]
            self.handle(struct.unpack_from("!IIiiIi", message, 4), message[28:])

    def handle(self, head, payload):
        program, _version, procedure, kind, serial, status = head
        if program == wire.KEEPALIVE:
            if procedure == PING:
                self.socket.sendall(frame(PONG, program=wire.KEEPALIVE, kind=wire.MESSAGE))
        elif kind == wire.MESSAGE:
            self.n_messages += 1
        elif self.pending and serial == self.serial:
            (step, began), self.pending = self.pending, None
            self.crowd.note(step.label, (time.perf_counter() - began) * 1000)
            reader = wire.Reader(payload)
            self.go_on(reader if status == 0 else wire.WireError(reader.int(), reader.int(), reader.optional()))


class Crowd:
    """All clients of one daemon, and the loop that drives them."""

    def __init__(self, path):
        self.path = path
        self.selector = selectors.EpollSelector()
        self.clients, self.times, self.timers = [], {}, []
        self.order = itertools.count()
        self.ending = False

    def note(self, label, took_ms):
        self.times.setdefault(label, []).append(took_ms)

    def after(self, seconds, function):
        heapq.heappush(self.timers, (time.perf_counter() + seconds, next(self.order), function))

    def leave(self, sock):
        self.selector.unregister(sock)
        sock.close()

    def join(self, life):
        """One more client; returns it."""
        client = Client(self, life)
        self.clients.append(client)
        return client

    def drop(self, client):
        """A client leaves."""
        if not client.cut_off:
            self.leave(client.socket)
        self.clients.remove(client)

    def dismiss(self):
        """All clients leave."""
        for client in list(self.clients):
            self.drop(client)

    def step(self, seconds=0):
        """Handle what has come, or what comes first in that time."""
        for key, mask in self.selector.select(seconds):
            if key.fd in self.selector.get_map():       # an earlier one may have closed it
                key.data(mask)
        while self.timers and self.timers[0][0] <= time.perf_counter():
            heapq.heappop(self.timers)[2]()

    def run(self, what, condition, patience=120):
        """Drive all clients until CONDITION(); fail with WHAT after PATIENCE seconds."""
        deadline = time.perf_counter() + patience
        while not condition():
            now = time.perf_counter()
            if now > deadline:
                raise Failed(f"waited {patience:g} s in vain: {what}")
            until = min(self.timers[0][0], deadline) if self.timers else deadline
            self.step(max(0, until - now))

    def wait_done(self, clients, patience=120):
        """Until the generators of all these have ended; also those that were cut off count."""
        left = iter(clients)
        waiting = [next(left, None)]

        def all_done():
            while waiting[0] and (waiting[0].done or waiting[0].cut_off):
                waiting[0] = next(left, None)
            return waiting[0] is None
        self.run("all clients are done", all_done, patience)


# --- Clients that behave -------------------------------------------------------------------------------------------

def handshake():
    """What libvirt's library asks when it connects."""
    yield Ask("auth list", wire.AUTH_LIST, b"")
    yield Ask("feature", wire.SUPPORTS_FEATURE, wire.pack_int(FEATURE_KEEPALIVE))
    yield Ask("open", wire.OPEN, wire.pack_optional("network:///system") + wire.pack_int(0))
    for number in (FEATURE_CALLBACKS, FEATURE_CLOSE_CALLBACK):
        yield Ask("feature", wire.SUPPORTS_FEATURE, wire.pack_int(number))


def idle(listens):
    """Connects, registers for events if it LISTENS, and stays."""
    yield from handshake()
    if listens:
        yield Ask("register", wire.NETWORK_EVENT_REGISTER, wire.pack_int(0) + wire.pack_int(0))


def look_up(name):
    reply = yield Ask("look up", wire.NETWORK_LOOKUP_BY_NAME, wire.pack_string(name))
    return reply.network()


def lists():
    yield Ask("list", wire.LIST_ALL_NETWORKS, wire.pack_int(1) + wire.pack_int(0))


def looks(number, names):
    """A monitoring program's round."""
    yield from lists()
    net = yield from look_up(names[number // N_TRADES % len(names)])
    yield Ask("dumpxml", wire.NETWORK_GET_XML_DESC, net + wire.pack_int(0))
    yield Ask("is active", wire.NETWORK_IS_ACTIVE, net)


def asks_leases(number, names):
    net = yield from look_up(names[number // N_TRADES % len(names)])
    yield Ask("leases", wire.NETWORK_GET_DHCP_LEASES, net + wire.pack_optional(None) + wire.pack_int(1) + wire.pack_int(0))


def updates(number, names):
    """Adds a DHCP host of its own and deletes it."""
    index = number // N_TRADES % len(names)
    net = yield from look_up(names[index])
    host = f"<host mac='52:54:00:00:01:{number:02x}' name='busy{number}' ip='10.30.{index}.{200 + number % 50}'/>"
    for label, command in (("add host", ADD), ("delete host", DELETE)):
        yield Ask(label, wire.NETWORK_UPDATE, net + struct.pack("!IIi", command, IP_DHCP_HOST, -1) + wire.pack_string(host) +
                  wire.pack_int(LIVE_AND_CONFIG))


def defines(number, _names):
    """Defines a network of its own and undefines it."""
    xml = f"<network><name>own{number}</name><bridge name='vown{number}'/><ip address='10.31.{number % 256}.1' prefix='24'/></network>"
    reply = yield Ask("define", wire.NETWORK_DEFINE_XML, wire.pack_string(xml))
    yield Ask("undefine", wire.NETWORK_UNDEFINE, reply.network())


TRADES = (looks, updates, asks_leases, defines)
assert len(TRADES) + 1 == N_TRADES


def busy(number, names, go_on, pause_s=0):
    """Connects, and works while GO_ON(rounds so far) says so: four of five clients always the same, the fifth by turns."""
    yield from handshake()
    rounds = 0
    while go_on(rounds):
        turn = number % N_TRADES
        yield from TRADES[rounds % len(TRADES) if turn == len(TRADES) else turn](number, names)
        rounds += 1
        if pause_s:
            yield Pause(random.uniform(0.5, 1.5) * pause_s)


# --- Clients that do not -------------------------------------------------------------------------------------------

class HalfSender:
    """Sends half a message and stays."""

    def __init__(self, crowd):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(crowd.path)
        self.socket.sendall(frame(wire.OPEN, wire.pack_optional("network:///system") + wire.pack_int(0))[:33])
        self.cut_off = False
        self.crowd = crowd
        crowd.selector.register(self.socket, selectors.EVENT_READ, self.on_ready)

    def on_ready(self, _mask):
        self.cut_off = True
        self.crowd.leave(self.socket)


class NeverReader:
    """Sends calls with large arguments, and calls with large replies, as fast as it can, and reads nothing."""

    def __init__(self, crowd, net):
        self.crowd = crowd
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(crowd.path)
        self.socket.setblocking(False)
        self.rest = b"".join(frame(ask.procedure, ask.args) for ask in handshake())
        large = frame(wire.NETWORK_DEFINE_XML, wire.pack_string("<network>" + " " * 1000000))
        self.batch = large + frame(wire.NETWORK_GET_XML_DESC, net + wire.pack_int(0)) * 20
        self.n_sent, self.cut_off = 0, False
        crowd.selector.register(self.socket, selectors.EVENT_WRITE, self.on_ready)

    def on_ready(self, _mask):
        self.rest = self.rest or self.batch
        try:
            n_sent = self.socket.send(self.rest)
        except BlockingIOError:
            return
        except OSError:
            self.cut_off = True
            self.crowd.leave(self.socket)
            return
        self.n_sent += n_sent
        self.rest = self.rest[n_sent:]


class DeafListener:
    """Registers for events of every kind that the daemon has, and reads none."""

    def __init__(self, crowd):
        self.connection = wire.Wire(crowd.path)
        for ask in handshake():
            self.connection.call(ask.procedure, ask.args)
        for kind in (0, 1):
            with contextlib.suppress(wire.WireError):       # the second is unknown to libvirt 9.0
                self.connection.call(wire.NETWORK_EVENT_REGISTER, wire.pack_int(kind) + wire.pack_int(0))


class Stranger:
    """Sends what no message is, again and again on new connections, until the crowd is ending."""

    def __init__(self, crowd, pause_s=0.01):
        self.crowd, self.pause_s = crowd, pause_s
        self.n_cut_off = 0
        self.come()

    def come(self):
        if self.crowd.ending:
            return
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(self.crowd.path)
        self.socket.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.crowd.selector.register(self.socket, selectors.EVENT_READ, self.on_ready)

    def on_ready(self, _mask):
        try:
            if self.socket.recv(CHUNK):
                raise Failed("a client that sent no message got an answer")
        except ConnectionResetError:
            pass
        self.n_cut_off += 1
        self.crowd.leave(self.socket)
        self.crowd.after(self.pause_s, self.come)


class Visitor:
    """Connects and leaves at once, many times a second, until the crowd is ending."""

    def __init__(self, crowd, pause_s=0.002):
        self.crowd, self.pause_s = crowd, pause_s
        self.n_visits = 0
        self.come()

    def come(self):
        if self.crowd.ending:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(self.crowd.path)
        self.n_visits += 1
        self.crowd.after(self.pause_s, self.come)


Rabble = namedtuple("Rabble", "half never deaf stranger visitor")


def misbehave(crowd, net):
    """One bad client of each kind, which stay as long as the daemon lets them; NET as it stands in arguments."""
    return Rabble(HalfSender(crowd), NeverReader(crowd, net), DeafListener(crowd), Stranger(crowd), Visitor(crowd))


# --- Figures -------------------------------------------------------------------------------------------------------

def memory_kib(pid):
    """A process's own share of the memory that it uses."""
    return int(re.search(r"^Pss:\s+(\d+) kB", read(f"/proc/{pid}/smaps_rollup"), re.M).group(1))


def network(index, n_hosts=20):
    """One of the networks that busy clients work on."""
    hosts = "".join(f"<host mac='52:54:00:00:{index + 16:02x}:{number:02x}' name='h{number}' ip='10.30.{index}.{number + 2}'/>"
                    for number in range(n_hosts))
    return (f"<network><name>net{index}</name><forward mode='nat'/><bridge name='vbr{index}' stp='off' delay='0'/>"
            f"<dns><forwarder addr='192.0.2.53'/></dns><ip address='10.30.{index}.1' prefix='24'><dhcp>"
            f"<range start='10.30.{index}.100' end='10.30.{index}.150'/>{hosts}</dhcp></ip></network>")
