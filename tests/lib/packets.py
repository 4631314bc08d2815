# SPDX-License-Identifier: LGPL-2.1-or-later
"""Single packets, and what becomes of them: a listener that tells what it gets, and a sender that tells what comes back.

    packets.py listen DEVICE PORT...     answers UDP and TCP on these ports; a JSON line per packet: token, from, port, proto
    packets.py send                      reads a JSON list of probes from stdin, prints one of outcomes

A probe has "to", "port", and may have "proto" (udp, tcp), "source", "source_port", "device", "alone" (expects no answer). Its
outcome has "token" (the listener that got it names it), "answer" (from whom the listener had it) and "icmp": type, code and
sender of an ICMP error. A probe ends with the answer or the error; one that gets neither is given PATIENCE_S. Started in
namespaces by probes.py for tests, which judge.
"""

import json
import os
import select
import socket
import struct
import sys
import time

PATIENCE_S = 1.0
GROUPS4, GROUPS6 = ("224.0.0.251", "224.0.1.99"), ("ff02::114",)
IP_RECVERR, IPV6_RECVERR = 11, 25


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


# --- Listener ------------------------------------------------------------------------------------------------------

def open_udp(family, port, device):
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    index = socket.if_nametoindex(device)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        for group in GROUPS6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, socket.inet_pton(family, group) + struct.pack("@I", index))
    else:
        for group in GROUPS4:
            request = socket.inet_aton(group) + struct.pack("@4si", b"\0" * 4, index)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
    sock.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", port))
    return sock


def open_tcp(family, port):
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", port))
    sock.listen(64)
    return sock


def tell(token, peer, proto):
    line = {"token": token, "from": peer[0].split("%")[0], "port": peer[1], "proto": proto}
    print(json.dumps(line), flush=True)
    return json.dumps(line).encode()


def serve_one(sock):
    if sock.type == socket.SOCK_DGRAM:
        data, peer = sock.recvfrom(2048)
        answer = tell(data.decode(), peer, "udp")
        try:
            sock.sendto(answer, peer)
        except OSError:
            pass            # there may be no way back
        return
    connection, peer = sock.accept()
    with connection:
        connection.settimeout(PATIENCE_S)
        try:
            connection.sendall(tell(connection.recv(2048).decode(), peer, "tcp"))
        except OSError:
            pass


def listen(device, ports):
    socks = [make for port in ports for family in (socket.AF_INET, socket.AF_INET6)
             for make in (open_udp(family, port, device), open_tcp(family, port))]
    print("listening", flush=True)
    while True:
        for sock in select.select(socks, [], [])[0]:
            try:
                serve_one(sock)
            except OSError:
                pass        # an ICMP error of an answer that did not get through


# --- Sender --------------------------------------------------------------------------------------------------------

def open_probe(probe):
    family = family_of(probe["to"])
    kind = socket.SOCK_STREAM if probe.get("proto") == "tcp" else socket.SOCK_DGRAM
    sock = socket.socket(family, kind)
    if probe.get("device"):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, probe["device"].encode())
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    if "source" in probe or "source_port" in probe:
        sock.bind((probe.get("source", ""), probe.get("source_port", 0)))
    return sock


def read_error(sock):
    """Type, code and sender of the ICMP error that a socket has queued, or None."""
    try:
        _data, ancillary, _flags, _name = sock.recvmsg(2048, 1024, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
    except OSError:
        return None
    for _level, _kind, data in ancillary:
        _errno, _origin, icmp_type, icmp_code = struct.unpack("=IBBB", data[:7])
        rest = data[16:]
        family = struct.unpack("=H", rest[:2])[0]
        sender = socket.inet_ntop(family, rest[8:24] if family == socket.AF_INET6 else rest[4:8])
        return [icmp_type, icmp_code, sender]
    return None


def send_udp(probe, token, outcome):
    with open_probe(probe) as sock:
        if probe.get("alone"):
            sock.sendto(token.encode(), (probe["to"], probe["port"]))
            return
        deadline = time.monotonic() + PATIENCE_S
        sock.connect((probe["to"], probe["port"]))
        sock.send(token.encode())
        while (left := deadline - time.monotonic()) > 0 and not outcome["icmp"]:
            readable, _, failed = select.select([sock], [], [sock], left)
            outcome["icmp"] = read_error(sock)
            if readable and not outcome["icmp"]:
                outcome["answer"] = json.loads(sock.recv(2048))
                return
            if not readable and not failed:
                return


def send_tcp(probe, token, outcome):
    with open_probe(probe) as sock:
        sock.settimeout(PATIENCE_S)
        try:
            sock.connect((probe["to"], probe["port"]))
            sock.sendall(token.encode())
            outcome["answer"] = json.loads(sock.recv(2048) or "null")
        except ConnectionRefusedError:
            outcome["icmp"] = read_error(sock) or ["refused"]
        except TimeoutError:
            pass


def send(probes):
    outcomes = []
    for number, probe in enumerate(probes):
        token = f"{os.getpid()}-{time.monotonic_ns()}-{number}"
        outcome = {"token": token, "answer": None, "icmp": None, "error": None}
        try:
            (send_tcp if probe.get("proto") == "tcp" else send_udp)(probe, token, outcome)
        except OSError as error:
            outcome["error"] = str(error)
        outcomes.append(outcome)
    return outcomes


def main():
    if sys.argv[1] == "listen":
        listen(sys.argv[2], [int(port) for port in sys.argv[3:]])
    print(json.dumps(send(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
