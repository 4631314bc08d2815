# SPDX-License-Identifier: LGPL-2.1-or-later
"""libvirt's protocol spoken by hand: what a daemon that is a client of ours puts on its socket, and nothing more.

A Wire makes calls by number with arguments of bytes; the functions above it write and read XDR values. It knows no driver
and no libvirt library, checks little, and waits no longer than PATIENCE_S for an answer. Used by scenarios that play a client.
"""

import socket
import struct
import uuid

PROGRAM = 0x20008086
KEEPALIVE = 0x6B656570
CALL, REPLY, MESSAGE = range(3)
PATIENCE_S = 30

# Procedures by number, as they are called in the protocol.
OPEN, CLOSE, SUPPORTS_FEATURE, AUTH_LIST, SET_IDENTITY = 1, 2, 60, 66, 419
LIST_ALL_NETWORKS, NETWORK_LOOKUP_BY_NAME, NETWORK_GET_XML_DESC, NETWORK_IS_ACTIVE, NETWORK_GET_DHCP_LEASES = 283, 46, 43, 152, 341
NETWORK_DEFINE_XML, NETWORK_UNDEFINE, NETWORK_UPDATE, NETWORK_EVENT_REGISTER = 41, 49, 291, 313
NETWORK_SET_METADATA, NETWORK_EVENT_LIFECYCLE, NETWORK_EVENT_METADATA = 444, 315, 446
PORT_LOOKUP, PORT_CREATE, PORT_GET_PARAMETERS, PORT_SET_PARAMETERS, PORT_GET_XML_DESC, PORT_DELETE = 405, 406, 407, 408, 409, 410

# The types of typed parameters, and how their values are packed.
INT, UINT, LLONG, ULLONG, DOUBLE, BOOLEAN, STRING = range(1, 8)
PARAM_FORMATS = {INT: "!i", UINT: "!I", LLONG: "!q", ULLONG: "!Q", DOUBLE: "!d", BOOLEAN: "!i"}


class WireError(Exception):
    """The daemon answered with an error."""

    def __init__(self, code, domain, message):
        super().__init__(message)
        self.code, self.domain = code, domain


# --- Values --------------------------------------------------------------------------------------------------------

def pack_int(value):
    return struct.pack("!i", value)


def pack_string(text):
    data = text.encode()
    return struct.pack("!I", len(data)) + data + b"\0" * (-len(data) % 4)


def pack_optional(text):
    return pack_int(0) if text is None else pack_int(1) + pack_string(text)


def pack_params(params):
    """Typed parameters, given as (name, type, value)."""
    packed = struct.pack("!I", len(params))
    for name, kind, value in params:
        packed += pack_string(name) + pack_int(kind)
        packed += pack_string(value) if kind == STRING else struct.pack(PARAM_FORMATS[kind], value)
    return packed


class Reader:
    """Reads values off the front of a reply's payload."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        if self.at + length > len(self.data):
            raise ValueError(f"a reply of {len(self.data)} bytes ends too early")
        self.at += length
        return self.data[self.at - length:self.at]

    def unpack(self, form):
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def int(self):
        return self.unpack("!i")

    def string(self):
        length = self.unpack("!I")
        return self.take(length + -length % 4)[:length].decode()

    def optional(self):
        return self.string() if self.int() else None

    def params(self):
        """Typed parameters as a dictionary; their types are dropped."""
        found = {}
        for _index in range(self.unpack("!I")):
            name, kind = self.string(), self.int()
            found[name] = self.string() if kind == STRING else self.unpack(PARAM_FORMATS[kind])
        return found

    def network(self):
        """A network as it stands in arguments of later calls."""
        return pack_string(self.string()) + self.take(16)

    def port(self):
        return self.network() + self.take(16)

    def leases(self):
        names = ("iface", "expiry", "type", "mac", "iaid", "ipaddr", "prefix", "hostname", "clientid")
        readers = (self.string, lambda: self.unpack("!q"), self.int, self.optional, self.optional, self.string, self.int,
                   self.optional, self.optional)
        return [{name: read() for name, read in zip(names, readers)} for _index in range(self.unpack("!I"))]

    def end(self):
        if self.at != len(self.data):
            raise ValueError(f"{len(self.data) - self.at} bytes of a reply are left over")


# --- The connection ------------------------------------------------------------------------------------------------

class Wire:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(path)
        self.serial = -1
        self.events = []            # (procedure, payload) of messages that came while a reply was waited for

    def receive(self, length):
        data = b""
        while len(data) < length:
            part = self.socket.recv(length - len(data))
            if not part:
                raise ConnectionError("the daemon has closed the connection")
            data += part
        return data

    def receive_message(self):
        """The next message that is not a ping; pings are answered."""
        while True:
            length = struct.unpack("!I", self.receive(4))[0]
            head = struct.unpack("!IIiiIi", self.receive(24))
            payload = self.receive(length - 28)
            if head[0] != KEEPALIVE:
                return head, payload
            if head[2] == 1:
                self.socket.sendall(struct.pack("!IIIiiIi", 28, KEEPALIVE, 1, 2, MESSAGE, 0, 0))

    def call(self, procedure, args=b""):
        """Make a call; returns a Reader of its reply, or raises WireError."""
        self.serial += 1
        self.socket.sendall(struct.pack("!IIIiiIi", 28 + len(args), PROGRAM, 1, procedure, CALL, self.serial, 0) + args)
        while True:
            (_program, _version, number, kind, serial, status), payload = self.receive_message()
            if kind == REPLY and (number, serial) == (procedure, self.serial):
                break
            if kind == MESSAGE:
                self.events.append((number, payload))
        reader = Reader(payload)
        if status == 0:
            return reader
        raise WireError(reader.int(), reader.int(), reader.optional())

    def open(self, *features):
        """The usual beginning; FEATURES are asked for before, as the C library does with keepalive."""
        self.call(AUTH_LIST)
        for number in features:
            self.call(SUPPORTS_FEATURE, pack_int(number))
        self.call(OPEN, pack_optional("network:///system") + pack_int(0)).end()
        return self

    def next_event(self):
        """The next message that is no reply, as (procedure, Reader of its payload)."""
        while not self.events:
            (_program, _version, number, kind, _serial, _status), payload = self.receive_message()
            if kind == MESSAGE:
                self.events.append((number, payload))
        number, payload = self.events.pop(0)
        return number, Reader(payload)

    def close(self):
        self.socket.close()


def parse_uuid(text):
    return uuid.UUID(text).bytes
