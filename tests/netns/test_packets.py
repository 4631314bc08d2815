#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the firewall does to single packets: every mode, direction and address family, one way and back.

The tables say what libvirt's rules do (its chains in their order: guests of one bridge, packets to guests, packets from guests);
VIRNET_DAEMON=debian puts libvirtd 9.0.0 to the same test. Where a table says reject, ICMP port unreachable must come from
the host."""

import ipaddress
import os
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
from laboratory import HOST_ADDRESS, OUTSIDE_ADDRESS, Guest, make_outside, run, wait_for  # noqa: E402
from probes import PORT, SIDE_ADDRESS, SIDE_HOST, Listener, make_side, send  # noqa: E402
from scene import check, check_contains, check_equal, dig, mac_of, offered  # noqa: E402

V4, V6 = 4, 6
UNREACHABLE = {V4: [3, 3], V6: [1, 4]}      # destination unreachable, port unreachable

FORWARDS = {
    "isolated": "",
    "nat": "<forward mode='nat'/>",
    "nat6": "<forward mode='nat'><nat ipv6='yes'/></forward>",
    "route": "<forward mode='route'/>",
    "open": "<forward mode='open'/>",
    "natdev": "<forward mode='nat' dev='uplink'/>",
    "routedev": "<forward mode='route' dev='uplink'/>",
}
NAMES = list(FORWARDS)

# Rows: where a packet comes from; columns: where it goes. A: it arrives, and the answer to it too; 1: it arrives, its answer does
# not; R: it is rejected. Guests of a network whose packets are translated are seen with the host's address: A*.
TABLES = {V4: """
            isolated nat nat6 route open natdev routedev outside side
isolated    -        R   R    1     R    R      R        R       R
nat         R        -   R    A*    A*   R      R        A*      A*
nat6        R        R   -    A*    A*   R      R        A*      A*
route       R        R   R    -     A    R      R        A       A
open        R        R   R    A     -    R      R        A       A
natdev      R        R   R    1     R    -      R        A*      R
routedev    R        R   R    1     R    R      -        A       R
outside     R        R   R    A     A    R      A        -       -
side        R        R   R    A     A    R      R        -       -
""", V6: """
            isolated nat nat6 route open natdev routedev outside side
isolated    -        1   R    1     R    R      R        R       R
nat         R        -   R    A     A    R      R        A       A
nat6        R        A*  -    A*    A*   R      R        A*      A*
route       R        A   R    -     A    R      R        A       A
open        R        A   R    A     -    R      R        A       A
natdev      R        1   R    1     R    -      R        A       R
routedev    R        1   R    1     R    R      -        A       R
outside     R        A   R    A     A    A      A        -       -
side        R        A   R    A     A    R      R        -       -
"""}


# --- The place -----------------------------------------------------------------------------------------------------

def guest_address(name, family, last=10):
    number = NAMES.index(name)
    return f"10.9.{number}.{last}" if family == V4 else str(ipaddress.ip_address(f"fd00:9:0:{number}::{last}"))


def address_of(name, family):
    outer = {"outside": (OUTSIDE_ADDRESS, "2001:db8:ff::1"), "side": (SIDE_ADDRESS, "2001:db8:fe::1")}
    return outer[name][family == V6] if name in outer else guest_address(name, family)


def network_xml(name, forward):
    number = NAMES.index(name)
    return (f"<network><name>{name}</name>{forward}<bridge name='vbr{number}' stp='off' delay='0'/>"
            f"<ip address='10.9.{number}.1' prefix='24'/>"
            f"<ip family='ipv6' address='fd00:9:0:{number}::1' prefix='64'/></network>")


def plug(name, number, last):
    """A guest at place LAST of network NUMBER, with addresses of both families and none that are advertised."""
    guest = Guest(name, f"vbr{number}", f"52:54:00:01:{number:02x}:{last:02x}")
    guest.run("sysctl", "-q", "-w", "net.ipv6.conf.eth0.autoconf=0", "net.ipv6.conf.eth0.accept_ra=0")
    guest.run("ip", "-6", "address", "flush", "dev", "eth0", "scope", "global")
    guest.set_address(f"10.9.{number}.{last}/24", f"10.9.{number}.1")
    guest.run("ip", "-6", "address", "add", f"fd00:9:0:{number}::{last}/64", "dev", "eth0", "nodad")
    guest.run("ip", "-6", "route", "add", "default", "via", f"fd00:9:0:{number}::1")
    return guest


def add_addresses6(outer, device, subnet):
    run("ip", "-6", "address", "add", f"{subnet}::2/64", "dev", device, "nodad")
    outer.run("ip", "-6", "address", "add", f"{subnet}::1/64", "dev", "eth0", "nodad")
    outer.run("ip", "route", "add", "10.9.0.0/16", "via", HOST_ADDRESS if device == "uplink" else SIDE_HOST)
    outer.run("ip", "-6", "route", "add", "fd00:9::/32", "via", f"{subnet}::2")


def build(scene, forwards):
    """Networks, a guest in each, and the two worlds outside, which have routes to all guests. By name."""
    scene.start_daemon()
    connection = scene.connect()
    places = {"outside": make_outside(), "side": make_side()}
    add_addresses6(places["outside"], "uplink", "2001:db8:ff")
    add_addresses6(places["side"], "sidelink", "2001:db8:fe")
    for name, forward in forwards.items():
        connection.networkDefineXML(network_xml(name, forward)).create()
        places[name] = plug(name, NAMES.index(name), 10)
    run("sysctl", "-q", "-w", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0")
    runs = [run, *(place.run for place in places.values())]
    wait_for("no address is tentative", lambda: not any("tentative" in there("ip", "-6", "address") for there in runs))
    return places


def judge(family, outcome, received, sender):
    """An outcome in the words of the tables."""
    if outcome["icmp"]:
        return "R" if outcome["icmp"][:2] == UNREACHABLE[family] else f"icmp {outcome['icmp']}"
    if outcome["token"] not in received:
        return f"lost ({outcome['error']})" if outcome["error"] else "lost"
    hidden = "" if received[outcome["token"]]["from"] == sender else "*"
    return ("A" if outcome["answer"] else "1") + hidden


def parse_table(text):
    """{source: {target: expected}}, without the pairs that are not tried."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    return {row[0]: {target: word for target, word in zip(head, row[1:]) if word != "-"} for row in rows}


# --- Tests ---------------------------------------------------------------------------------------------------------

@test("packets/every-mode-and-direction-meets-what-libvirts-rules-do", limit=120)
def matrix(scene):
    places = build(scene, FORWARDS)
    listeners = {name: Listener(place) for name, place in places.items()}
    tries = [(family, source, list(targets)) for family, table in TABLES.items() for source, targets in parse_table(table).items()]

    def send_row(one):
        family, source, targets = one
        return send(places[source], [{"to": address_of(target, family), "port": PORT} for target in targets])

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(send_row, tries))
    received = {token: line for listener in listeners.values() for token, line in listener.stop().items()}
    wrong = []
    for (family, source, targets), row in zip(tries, outcomes):
        expected = parse_table(TABLES[family])[source]
        for target, outcome in zip(targets, row):
            got = judge(family, outcome, received, address_of(source, family))
            if got != expected[target]:
                wrong.append(f"IPv{family} from {source} to {target}: {got}, expected {expected[target]}")
    check(not wrong, "\n".join(wrong))


@test("packets/tcp-is-rejected-and-translated-as-udp-is", limit=90)
def tcp(scene):
    places = build(scene, {name: FORWARDS[name] for name in ("isolated", "nat", "route")})
    listeners = [Listener(place) for place in places.values()]
    probes = {name: {"to": address_of(name, V4), "port": PORT, "proto": "tcp"} for name in places}
    nat, = send(places["nat"], [probes["outside"]])
    route, = send(places["route"], [probes["outside"]])
    cut, = send(places["isolated"], [probes["outside"]])
    into = send(places["outside"], [probes["nat"], probes["isolated"], probes["route"]])
    for listener in listeners:
        listener.stop()
    check_equal([one["answer"] and one["answer"]["from"] for one in (nat, route, cut)],
                [HOST_ADDRESS, address_of("route", V4), None], "addresses that the outside sees")
    check_equal([one["answer"] is not None for one in into], [False, False, True], "connections from the outside")
    check(cut["icmp"] and into[0]["icmp"] and into[1]["icmp"], "a connection was dropped in silence")


@test("packets/host-and-neighbours-are-reached-in-every-mode", limit=120)
def near(scene):
    places = build(scene, FORWARDS)
    here = Listener(None, "lo", (69, PORT))
    for name in FORWARDS:
        number = NAMES.index(name)
        neighbour = plug("n-" + name, number, 11)
        there = Listener(neighbour)
        outcomes = send(places[name], [{"to": guest_address(name, family, last), "port": port} for family in (V4, V6)
                                       for last, port in ((1, 69), (1, PORT), (11, PORT))])
        check_equal([outcome["answer"] is not None for outcome in outcomes], [True] * 6,
                    f"{name}: TFTP's port of the host, another, and a neighbour, IPv4 and IPv6")
        there.stop()
    here.stop()


@test("packets/guests-get-dns-and-dhcp-from-the-host-in-every-mode", limit=120)
def services(scene):
    scene.start_daemon()
    connection = scene.connect()
    for number, (name, forward) in enumerate(FORWARDS.items()):
        connection.networkDefineXML(
            f"<network><name>{name}</name>{forward}<bridge name='vbr{number}' stp='off' delay='0'/><dns><txt name='motd' "
            f"value='hello'/></dns><ip address='10.9.{number}.1' prefix='24'><dhcp><range start='10.9.{number}.2' "
            f"end='10.9.{number}.9'/></dhcp></ip></network>").create()
        guest = Guest(name, f"vbr{number}", mac_of(number))
        check_contains(offered(guest, mac_of(number)), f"10.9.{number}.", f"{name}: address offered by DHCP")
        guest.set_address(f"10.9.{number}.10/24")
        for words in ((), ("+tcp",)):
            check_equal(dig(guest, f"10.9.{number}.1", "TXT", "motd", *words), '"hello"', f"{name}: answer of DNS {words}")


@test("packets/ipv6-yes-lets-guests-without-a-gateway-talk-to-each-other", limit=60)
def ipv6_yes(scene):
    scene.begin("<network ipv6='yes'><name>six</name><bridge name='vbr0' stp='off' delay='0'/></network>")
    one, two = plug("one", 0, 10), plug("two", 0, 11)
    listener = Listener(two)
    outcomes = send(one, [{"to": guest_address("isolated", family, 11), "port": PORT} for family in (V4, V6)])
    listener.stop()
    check_equal([outcome["answer"] is not None for outcome in outcomes], [True, True], "IPv4 and IPv6 among the guests")


@test("packets/foreign-source-addresses-do-not-get-out-unless-open", limit=90)
def foreign(scene):
    forwards = {name: FORWARDS[name] for name in ("nat", "route", "open")}
    places = build(scene, forwards)
    places["outside"].run("ip", "route", "add", "10.77.0.0/16", "via", HOST_ADDRESS)
    listener = Listener(places["outside"])
    outcomes = {}
    for name in forwards:
        number = NAMES.index(name)
        places[name].run("ip", "address", "add", f"10.77.{number}.1/32", "dev", "eth0")
        run("ip", "route", "add", f"10.77.{number}.0/24", "dev", f"vbr{number}")
        outcomes[name], = send(places[name], [{"to": OUTSIDE_ADDRESS, "port": PORT, "source": f"10.77.{number}.1"}])
    received = listener.stop()
    got = {name: judge(V4, outcome, received, f"10.77.{NAMES.index(name)}.1") for name, outcome in outcomes.items()}
    check_equal(got, {"nat": "R", "route": "R", "open": "A"}, "outcome by mode")


@test("packets/multicast-broadcast-and-own-subnet-are-not-translated", limit=60)
def exempt(scene):
    places = build(scene, {"nat6": FORWARDS["nat6"]})
    gateway4, gateway6 = guest_address("nat6", V4, 1), guest_address("nat6", V6, 1)
    listeners = [Listener(places["outside"]), Listener(places["nat6"])]
    probes = [("224.0.0.251", gateway4, "uplink", gateway4), ("255.255.255.255", gateway4, "uplink", gateway4),
              ("224.0.1.99", gateway4, "uplink", HOST_ADDRESS), ("ff02::114", gateway6, "uplink", gateway6),
              (guest_address("nat6", V4), gateway4, None, gateway4), (guest_address("nat6", V6), gateway6, None, gateway6),
              (OUTSIDE_ADDRESS, gateway4, None, HOST_ADDRESS), ("2001:db8:ff::1", gateway6, None, "2001:db8:ff::2")]
    outcomes = send(None, [{"to": to, "port": PORT, "source": source, "device": device, "alone": True}
                           for to, source, device, _seen in probes])
    tokens = [outcome["token"] for outcome in outcomes]
    done = send(None, [{"to": OUTSIDE_ADDRESS, "port": PORT}, {"to": guest_address("nat6", V4), "port": PORT}])
    check(all(one["answer"] for one in done), "the listeners do not answer")
    received = {token: line for listener in listeners for token, line in listener.stop().items()}
    seen = {probe[0]: received.get(token, {}).get("from") for probe, token in zip(probes, tokens)}
    check_equal(seen, {to: seen_as for to, _source, _device, seen_as in probes}, "sources seen, by target")


NAT_CASES = {
    "default": ("<forward mode='nat'/>", [HOST_ADDRESS], range(1024, 65536)),
    "ports": ("<forward mode='nat'><nat><port start='5000' end='5010'/></nat></forward>", [HOST_ADDRESS], range(5000, 5011)),
    "address": ("<forward mode='nat'><nat><address start='198.51.100.50' end='198.51.100.50'/></nat></forward>", ["198.51.100.50"],
                range(1024, 65536)),
    "both": ("<forward mode='nat'><nat><address start='198.51.100.52' end='198.51.100.54'/><port start='6000' end='6003'/></nat>"
             "</forward>", [f"198.51.100.{last}" for last in (52, 53, 54)], range(6000, 6004)),
}


@test("packets/nat-uses-the-addresses-and-ports-asked-for", limit=90)
def nat_ranges(scene):
    scene.start_daemon()
    connection = scene.connect()
    outside = make_outside()
    outside.run("ip", "route", "add", "198.51.100.48/28", "via", HOST_ADDRESS)
    listener = Listener(outside)
    for number, (name, (forward, addresses, ports)) in enumerate(NAT_CASES.items()):
        connection.networkDefineXML(f"<network><name>{name}</name>{forward}<bridge name='vbr{number}' stp='off' delay='0'/>"
                                    f"<ip address='10.9.{number}.1' prefix='24'/></network>").create()
        guest = Guest(name, f"vbr{number}", mac_of(number))
        guest.set_address(f"10.9.{number}.10/24", f"10.9.{number}.1")
        outcomes = send(guest, [{"to": OUTSIDE_ADDRESS, "port": PORT, "proto": proto, "source_port": port}
                                for proto in ("udp", "tcp") for port in (500, 0)])
        for outcome in outcomes:
            check(outcome["answer"], f"{name}: no answer: {outcome}")
            seen = outcome["answer"]
            check(seen["from"] in addresses and seen["port"] in ports, f"{name}: seen as {seen['from']} port {seen['port']}")
        check(guest.reaches(OUTSIDE_ADDRESS, 2), f"{name}: a ping is not answered")
    listener.stop()


if __name__ == "__main__":
    main()
