# SPDX-License-Identifier: LGPL-2.1-or-later
"""The networks that the matrix of updates walks over, and what is asked of each: steps, their XML, and what must be seen.

The order of steps matters: each begins where the one before it ended. Nothing is judged here; matrix.py plays it.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Callable

import sights
from laboratory import HOST_ADDRESS, Guest, make_outside, run, wait_for
from probes import Listener, make_side
from scene import make_daemon, mac_of


@dataclass
class Step:
    """One update. SHOWS are parts of the XML afterwards, in this order; HIDES are not in it."""
    section: str
    command: str
    xml: str
    shows: list = field(default_factory=list)
    hides: list = field(default_factory=list)
    sight: Callable = None          # what is to be seen, as a value; None: nothing but the XML
    seen: object = None             # that value afterwards
    before: bool = True             # worth a look before, too: it must be another value then
    same: bool = False              # what is asked for is so already
    lasts: bool = True              # later steps leave what is seen alone
    restart: bool = False           # see whether the stored network has it, before the next step
    refused: str = None             # it has no meaning: error 84 with this sentence


class Act:
    """A network and the steps on it. Subclasses give NAME, BRIDGE, XML, and fill STEPS in prepare."""
    name = bridge = xml = None

    def __init__(self, scene):
        self.scene = scene
        self.guests = []
        self.steps = []

    def prepare(self):
        """The network has been started for the first time: guests, steps."""

    def make_guest(self, name, number):
        guest = Guest(name, self.bridge, mac_of(number))
        guest.run("sysctl", "-q", "-w", "net.ipv6.conf.eth0.autoconf=0", "net.ipv6.conf.eth0.accept_ra=0")
        self.guests.append(guest)
        return guest

    def plug(self):
        """The bridge is another one: guests are plugged in again."""
        for guest in self.guests:
            guest.plug(self.bridge)


# --- Names, addresses and the bridge -------------------------------------------------------------------------------

class Names(Act):
    """An isolated network: its dnsmasq asks nobody, so that what it does not know is denied at once."""
    name, bridge = "names", "vbn0"
    xml = """<network><name>names</name><bridge name='vbn0' stp='off' delay='0'/>
<dns>
<txt name='t1' value='one'/><txt name='t2' value='two'/>
<srv service='s1' protocol='tcp' domain='x.test' target='t.x.test' port='1001'/>
<srv service='s2' protocol='tcp' domain='x.test' target='t.x.test' port='1002'/>
<host ip='192.0.2.30'><hostname>base</hostname></host>
<host ip='192.0.2.31'><hostname>one</hostname></host><host ip='fd00:2::32'><hostname>two</hostname></host>
</dns>
<ip address='192.0.2.1' prefix='24'/><ip address='10.9.2.1' prefix='24'/><ip address='10.9.3.1' prefix='24'/>
<portgroup name='red' default='yes'><bandwidth><inbound average='400'/></bandwidth></portgroup>
<portgroup name='blue'/></network>"""

    def prepare(self):
        guest = self.make_guest("namer", 1)
        guest.set_address("192.0.2.50/24")
        guest.set_address("10.9.1.50/24")
        guest.run("ip", "-6", "address", "add", "fd00:9::50/64", "dev", "eth0", "nodad")
        for part in (self.bridges, self.domains, self.hosts, self.texts, self.services, self.addresses, self.groups):
            self.steps += part(guest)

    @staticmethod
    def bridges(_guest):
        only_one = "a network has exactly one bridge"
        return [
            Step("bridge", "add-first", "<bridge name='vbn1'/>", refused=only_one),
            Step("bridge", "add-last", "<bridge name='vbn1'/>", refused=only_one),
            Step("bridge", "delete", "<bridge name='vbn0'/>", refused=only_one),
            Step("bridge", "modify", "<bridge name='vbn0' stp='off' delay='7'/>", ["<bridge name='vbn0' stp='off' delay='7'/>"],
                 sight=lambda: sights.bridge_attributes("vbn0", "stp_state", "forward_delay"), seen=["0", "700"], lasts=False),
            Step("bridge", "modify", "<bridge stp='on' delay='4'/>", ["<bridge name='vbn0' stp='on' delay='4'/>"],
                 sight=lambda: sights.bridge_attributes("vbn0", "stp_state", "forward_delay"), seen=["1", "400"], restart=True),
            Step("bridge", "modify", "<bridge stp='off' delay='0'/>", ["<bridge name='vbn0' stp='off' delay='0'/>"],
                 sight=lambda: sights.bridge_attributes("vbn0", "stp_state", "forward_delay"), seen=["0", "0"]),
        ]

    @staticmethod
    def domains(guest):
        def known():
            names = ("alpha", "beta", "gamma")
            found = sights.answers(guest, "192.0.2.1", *(f"A base.{name}.test" for name in names))
            return [name for name, answer in zip(names, found) if answer == ["192.0.2.30"]]

        return [
            Step("domain", "add-first", "<domain name='alpha.test'/>", ["<domain name='alpha.test'/>"], sight=known,
                 seen=["alpha"], restart=True),
            Step("domain", "modify", "<domain name='beta.test' localOnly='yes'/>",
                 ["<domain name='beta.test' localOnly='yes'/>"], ["alpha"], sight=known, seen=["beta"], restart=True),
            Step("domain", "delete", "<domain/>", hides=["<domain"], sight=known, seen=[], restart=True),
            Step("domain", "add-last", "<domain name='gamma.test'/>", ["<domain name='gamma.test'/>"], sight=known,
                 seen=["gamma"]),
        ]

    @staticmethod
    def hosts(guest):
        def ask(*questions):
            return lambda: sights.answers(guest, "192.0.2.1", *questions)

        def host(ip, *names):
            return f"<host ip='{ip}'>" + "".join(f"<hostname>{name}</hostname>" for name in names) + "</host>"

        return [
            Step("dns-host", "modify", host("192.0.2.31", "uno"), ["<host ip='192.0.2.31'>", "uno"], ["<hostname>one<"],
                 sight=ask("A one", "A uno", "PTR 31.2.0.192.in-addr.arpa"), seen=[[], ["192.0.2.31"], ["uno.gamma.test."]]),
            Step("dns-host", "delete", "<host ip='fd00:2::32'/>", hides=["fd00:2::32"], sight=ask("AAAA two"), seen=[[]]),
            Step("dns-host", "add-first", host("192.0.2.33", "three"), ["'192.0.2.33'", "three", "'192.0.2.30'"],
                 sight=ask("A three", "PTR 33.2.0.192.in-addr.arpa"), seen=[["192.0.2.33"], ["three.gamma.test."]]),
            Step("dns-host", "add-last", host("fd00:2::34", "four", "vier"), ["uno", "<host ip='fd00:2::34'>", "four", "vier"],
                 sight=ask("AAAA four", "AAAA vier", f"PTR {'.'.join('43' + '0' * 22)}.2.0.0.0.0.0.d.f.ip6.arpa"),
                 seen=[["fd00:2::34"], ["fd00:2::34"], ["four.gamma.test."]]),
        ]

    @staticmethod
    def texts(guest):
        def ask(name):
            return lambda: sights.answers(guest, "192.0.2.1", "TXT " + name)

        return [
            Step("dns-txt", "modify", "<txt name='t1' value='eins'/>", ["<txt name='t1' value='eins'/>"], ["'one'"],
                 sight=ask("t1"), seen=[['"eins"']]),
            Step("dns-txt", "delete", "<txt name='t2'/>", hides=["'t2'"], sight=ask("t2"), seen=[[]]),
            Step("dns-txt", "add-first", "<txt name='t3' value='three'/>", ["'t3'", "'t1'"], sight=ask("t3"), seen=[['"three"']]),
            Step("dns-txt", "add-last", "<txt name='t4' value='four'/>", ["'t1'", "'t4'"], sight=ask("t4"), seen=[['"four"']]),
        ]

    @staticmethod
    def services(guest):
        def ask(name):
            return lambda: sights.answers(guest, "192.0.2.1", f"SRV _{name}._tcp.x.test")

        def srv(name, port):
            return f"<srv service='{name}' protocol='tcp' domain='x.test' target='t.x.test' port='{port}'/>"

        return [
            Step("dns-srv", "modify", srv("s1", 2001), ["'s1'", "2001"], ["1001"], sight=ask("s1"), seen=[["0 0 2001 t.x.test."]]),
            Step("dns-srv", "delete", "<srv service='s2' protocol='tcp'/>", hides=["'s2'"], sight=ask("s2"), seen=[[]]),
            Step("dns-srv", "add-first", srv("s3", 1003), ["'s3'", "'s1'"], sight=ask("s3"), seen=[["0 0 1003 t.x.test."]]),
            Step("dns-srv", "add-last", srv("s4", 1004), ["'s1'", "'s4'"], sight=ask("s4"), seen=[["0 0 1004 t.x.test."]]),
        ]

    @staticmethod
    def addresses(guest):
        def sight(address, pinged=False):
            def look():
                found = [one for one in sights.bridge_addresses("vbn0") if one.split("/")[0] == address]
                return found + (["answers"] if pinged and found and guest.reaches(address) else [])
            return look

        return [
            Step("ip", "add-first", "<ip address='10.9.1.1' netmask='255.255.255.0'/>", ["'10.9.1.1'", "'192.0.2.1'"],
                 sight=sight("10.9.1.1", True), seen=["10.9.1.1/24", "answers"]),
            Step("ip", "add-last", "<ip family='ipv6' address='fd00:9::1' prefix='64'/>", ["'10.9.3.1'", "'fd00:9::1'"],
                 sight=sight("fd00:9::1", True), seen=["fd00:9::1/64", "answers"]),
            Step("ip", "modify", "<ip address='10.9.2.1' prefix='25'/>",
                 ["<ip address='10.9.2.1' prefix='25'>"], sight=sight("10.9.2.1"), seen=["10.9.2.1/25"]),
            Step("ip", "delete", "<ip address='10.9.3.1' netmask='255.255.255.0'/>", hides=["10.9.3.1"], sight=sight("10.9.3.1"),
                 seen=[]),
        ]

    def groups(self, _guest):
        def group(name, average=None):
            inner = f"<bandwidth><inbound average='{average}'/></bandwidth>" if average else ""
            return f"<portgroup name='{name}'>{inner}</portgroup>"

        def limit(name=None):
            """What a port that is made now gets from its group, or from the default one."""
            net = self.scene.connection.networkLookupByName(self.name)
            return lambda: sights.port_limit(net, name)

        return [
            Step("portgroup", "modify", group("blue", 500), ["'blue'", "average='500'"], sight=limit("blue"), seen="500"),
            Step("portgroup", "delete", "<portgroup name='red'/>", hides=["'red'"], sight=limit(), seen="-"),
            Step("portgroup", "add-first", group("green", 600), ["'green'", "average='600'", "'blue'"], sight=limit("green"),
                 seen="600"),
            Step("portgroup", "add-last", group("grey", 700), ["'blue'", "'grey'", "average='700'"], sight=limit("grey"),
                 seen="700"),
        ]


# --- DHCP ----------------------------------------------------------------------------------------------------------

class Leases(Act):
    """Reservations and ranges in both families, each tried by a guest's real DHCP client."""
    name, bridge = "leases", "vbl0"

    @staticmethod
    def id_of(number):
        return "00:03:00:01:" + mac_of(number)      # what dhclient makes of a MAC

    @property
    def xml(self):
        return f"""<network><name>leases</name><bridge name='vbl0' stp='off' delay='0'/>
<ip address='192.0.2.1' prefix='24'><dhcp>
<range start='192.0.2.100' end='192.0.2.109'/><range start='192.0.2.150' end='192.0.2.159'/>
<host mac='{mac_of(1)}' name='h1' ip='192.0.2.11'/><host mac='{mac_of(2)}' name='h2' ip='192.0.2.12'/></dhcp></ip>
<ip family='ipv6' address='fd00:2::1' prefix='64'><dhcp><range start='fd00:2::100' end='fd00:2::100'/>
<range start='fd00:2::180' end='fd00:2::180'/><host id='{self.id_of(1)}' name='s1' ip='fd00:2::11'/>
<host id='{self.id_of(2)}' name='s2' ip='fd00:2::12'/></dhcp></ip></network>"""

    def prepare(self):
        guests = {number: self.make_guest(f"guest{number}", number) for number in range(1, 9)}
        self.early = sights.lease(guests[5], 6)
        self.steps = [*self.hosts(guests), *self.ranges(guests), *self.ranges6(guests)]

    def hosts(self, guests):
        mark = self.scene.path("run/libvirt/network/leases.change")

        def both(number):
            """Its leases in both families; of an address that nobody has reserved for it the word."""
            def name(address):
                last = address.rpartition(":" if ":" in address else ".")[2]
                return "dynamic" if address != "-" and len(last) == 3 else address

            def look():
                # A client that asks before dnsmasq has read its hosts again gets another address, and keeps it.
                wait_for("dnsmasq has been told", lambda: not os.path.exists(mark))
                with ThreadPoolExecutor(2) as pool:
                    return [name(address) for address in pool.map(lambda family: sights.lease(guests[number], family), (4, 6))]
            return look

        def host(number, last):
            return (f"<host mac='{mac_of(number)}' name='h{number}' ip='192.0.2.{last}'/>",
                    f"<host id='{self.id_of(number)}' name='s{number}' ip='fd00:2::{last}'/>")

        def pair(command, xmls, shows, hides, sight, seen):
            """Updates of both families, after which both are looked at."""
            return [Step("ip-dhcp-host", command, xmls[0], [shows[0]] if shows else [], hides[:1]),
                    Step("ip-dhcp-host", command, xmls[1], shows, hides, sight=sight, seen=seen, before=False)]

        return [
            *pair("modify", host(1, 21), ["'192.0.2.21'", "'fd00:2::21'"], ["'192.0.2.11'", "'fd00:2::11'"], both(1),
                  ["192.0.2.21", "fd00:2::21"]),
            *pair("delete", host(2, 12), [], ["'192.0.2.12'", "'fd00:2::12'"], both(2), ["dynamic", "dynamic"]),
            *pair("add-first", host(3, 13), ["'192.0.2.13'", "'fd00:2::13'"], [], both(3), ["192.0.2.13", "fd00:2::13"]),
            *pair("add-last", host(4, 14), ["'192.0.2.14'", "'fd00:2::14'"], [], both(4), ["192.0.2.14", "fd00:2::14"]),
        ]

    @staticmethod
    def ranges(guests):
        def asks(number, last):
            """Whether the guest is given the address of a range that it asks for."""
            asked = f"192.0.2.{last}"
            return lambda: "given" if sights.lease(guests[number], 4, asked) == asked else "another"

        def span(start, end):
            return f"<range start='192.0.2.{start}' end='192.0.2.{end}'/>"

        return [
            Step("ip-dhcp-range", "modify", span(100, 119), [span(100, 119)], [span(100, 109)], sight=asks(5, 115), seen="given",
                 before=False),
            Step("ip-dhcp-range", "add-first", span(200, 209), [span(200, 209), span(100, 119)], sight=asks(6, 205), seen="given",
                 before=False),
            Step("ip-dhcp-range", "add-last", span(220, 229), [span(150, 159), span(220, 229)], sight=asks(7, 225), seen="given",
                 before=False),
            Step("ip-dhcp-range", "delete", span(150, 159), hides=[span(150, 159)], sight=asks(8, 155), seen="another"),
        ]

    def ranges6(self, guests):
        """Ranges of one or two addresses: who asks gets what others have left. The two of the beginning are given out to guests
        5 and 2 by then."""
        first, *new = (f"fd00:2::{last}" for last in (101, 300, 301))

        def gets(number):
            def look():
                address = sights.lease(guests[number], 6)
                return "new" if address in new else address
            return look

        def moves():
            """The guest whose address was of the range that goes."""
            return gets(2 if self.early == "fd00:2::100" else 5)()

        def span(start, end):
            return f"<range start='fd00:2::{start}' end='fd00:2::{end}'/>"

        steps = [
            Step("ip-dhcp-range", "modify", span(100, 101), [span(100, 101)], [span(100, 100)], sight=gets(6), seen=first),
            Step("ip-dhcp-range", "add-first", span(300, 301), [span(300, 301), span(100, 101)], sight=gets(7), seen="new"),
            Step("ip-dhcp-range", "delete", span(180, 180), hides=[span(180, 180)], sight=moves, seen="new"),
            Step("ip-dhcp-range", "add-last", span(400, 400), [span(100, 101), span(400, 400)], sight=gets(8),
                 seen="fd00:2::400"),
        ]
        for step in steps:
            step.before = step.lasts = False    # a client that has an address already does not get the one to be seen
        return steps


# --- Forwarding ----------------------------------------------------------------------------------------------------

class Ways(Act):
    """A network that guests leave in one mode after the other; outside there are routes back."""
    name, bridge = "ways", "vbw0"
    xml = """<network><name>ways</name><bridge name='vbw0' stp='off' delay='0'/>
<ip address='10.8.0.1' prefix='24'/><ip family='ipv6' address='fd00:8::1' prefix='64'/></network>"""
    addresses = ("10.8.0.10", "fd00:8::10", "10.77.0.1")

    def prepare(self):
        guest = self.make_guest("walker", 31)
        guest.set_address("10.8.0.10/24", "10.8.0.1")
        guest.run("ip", "-6", "address", "add", "fd00:8::10/64", "dev", "eth0", "nodad")
        guest.run("ip", "-6", "route", "add", "default", "via", "fd00:8::1")
        guest.run("ip", "address", "add", "10.77.0.1/32", "dev", "eth0")
        run("ip", "route", "add", "10.77.0.0/24", "dev", self.bridge)
        self.listener = Listener(guest)
        outside = self.scene.outside

        def passage():
            return sights.passage(guest, outside, self.addresses)

        rejected = "out R R R in R R"
        self.steps = [
            Step("forward", "add-first", "<forward mode='nat'><nat ipv6='yes'><port start='5000' end='5999'/></nat></forward>",
                 ["<forward mode='nat'>", "<port start='5000' end='5999'/>"], sight=passage, seen="out A* R A* in R R",
                 restart=True),
            Step("forward", "modify", "<forward mode='route'/>", ["<forward mode='route'/>"], ["<nat"], sight=passage,
                 seen="out A R A in A A", restart=True),
            Step("forward", "delete", "<forward/>", hides=["<forward"], sight=passage, seen=rejected, restart=True),
            Step("forward", "add-last", "<forward mode='open'/>", ["<forward mode='open'/>"], sight=passage,
                 seen="out A A A in A A"),
        ]

    def plug(self):
        super().plug()
        run("ip", "route", "replace", "10.77.0.0/24", "dev", self.bridge)


class Devices(Act):
    """A NAT network that is bound to one of the host's two devices, to the other, to none."""
    name, bridge = "devices", "vbd0"
    xml = """<network><name>devices</name><forward mode='nat' dev='uplink'/><bridge name='vbd0' stp='off' delay='0'/>
<ip address='10.7.0.1' prefix='24'/></network>"""

    def prepare(self):
        guest = self.make_guest("chooser", 41)
        guest.set_address("10.7.0.10/24", "10.7.0.1")

        def ways():
            return sights.ways_out(guest, "10.7.0.10")

        def device(name):
            return f"<interface dev='{name}'/>"

        self.steps = [
            Step("forward-interface", "modify", device("uplink"), [device("uplink")], sight=ways, seen="A* R", same=True,
                 restart=True),
            Step("forward-interface", "delete", device("uplink"), ["<forward mode='nat'"], ["uplink"], sight=ways, seen="A* A*",
                 restart=True),
            Step("forward-interface", "add-first", device("sidelink"), ["<forward dev='sidelink' mode='nat'>"], sight=ways,
                 seen="R A*", restart=True),
            Step("forward-interface", "delete", device("sidelink"), ["<forward mode='nat'"], ["sidelink"], sight=ways,
                 seen="A* A*", lasts=False),
            Step("forward-interface", "add-last", device("uplink"), ["<forward dev='uplink' mode='nat'>"], sight=ways,
                 seen="A* R"),
        ]


class Pool(Act):
    """A network without a bridge, whose guests take devices of a pool: order and content of the pool are its XML's."""
    name = "pool"
    xml = ("<network><name>pool</name><forward mode='passthrough'><interface dev='eth8'/><interface dev='eth9'/></forward>"
           "</network>")

    def prepare(self):
        def device(name):
            return f"<interface dev='{name}'/>"

        self.steps = [
            Step("forward-interface", "add-first", device("eth7"), [device("eth7"), device("eth8"), device("eth9")]),
            Step("forward-interface", "add-last", device("eth10"), [device("eth9"), device("eth10")]),
            Step("forward-interface", "modify", device("eth8"), [device("eth8")]),
            Step("forward-interface", "delete", device("eth9"), hides=[device("eth9")]),
        ]


# --- Physical functions --------------------------------------------------------------------------------------------

CARDS = {"pf1": "0000:04:00.0", "pf2": "0000:05:00.0"}
FUNCTIONS = {"pf1": ["0000:04:10.0", "0000:04:10.2"], "pf2": ["0000:05:10.1"]}


def make_sysfs(root):
    """A sysfs with two cards and their virtual functions, whose devices are called pf1v0, pf1v1 and pf2v0."""
    pci = os.path.join(root, "bus/pci/devices")
    for card, address in CARDS.items():
        os.makedirs(os.path.join(pci, address))
        os.makedirs(os.path.join(root, "class/net", card))
        os.symlink("../../../bus/pci/devices/" + address, os.path.join(root, "class/net", card, "device"))
        for number, function in enumerate(FUNCTIONS[card]):
            os.makedirs(os.path.join(pci, function, "net", f"{card}v{number}"))
            os.symlink("../" + address, os.path.join(pci, function, "physfn"))
            os.symlink("../" + function, os.path.join(pci, address, f"virtfn{number}"))


class Functions(Act):
    """Networks whose pool is what a card's physical function has: the live XML shows it."""
    mode = None

    def __init__(self, scene):
        super().__init__(scene)
        self.name = self.mode + "s"
        self.xml = f"<network><name>{self.name}</name><forward mode='{self.mode}'><pf dev='pf1'/></forward></network>"

    def pool(self):
        """The live pool, as it stands in the XML."""
        net = self.scene.connection.networkLookupByName(self.name)
        return [line.strip() for line in net.XMLDesc(0).splitlines() if "<address " in line or "<interface " in line]

    def prepare(self):
        pools = {card: self.expected(card) for card in CARDS}

        def pf(card):
            return f"<pf dev='{card}'/>"

        self.steps = [
            Step("forward-pf", "modify", pf("pf2"), [pf("pf2")], ["pf1"], sight=self.pool, seen=pools["pf2"], restart=True),
            Step("forward-pf", "delete", pf("pf2"), hides=["pf"], sight=self.pool, seen=[], restart=True),
            Step("forward-pf", "add-first", pf("pf1"), [pf("pf1")], sight=self.pool, seen=pools["pf1"], restart=True),
            Step("forward-pf", "delete", pf("pf1"), hides=["pf"], sight=self.pool, seen=[], lasts=False),
            Step("forward-pf", "add-last", pf("pf2"), [pf("pf2")], sight=self.pool, seen=pools["pf2"]),
        ]


class Hostdev(Functions):
    mode, name = "hostdev", "hostdevs"

    @staticmethod
    def expected(card):
        parts = [(address[0:4], address[5:7], address[8:10], address[11]) for address in FUNCTIONS[card]]
        return [f"<address type='pci' domain='0x{domain}' bus='0x{bus}' slot='0x{slot}' function='0x{function}'/>"
                for domain, bus, slot, function in parts]


class Passthrough(Functions):
    mode, name = "passthrough", "passthroughs"

    @staticmethod
    def expected(card):
        return [f"<interface dev='{card}v{number}'/>" for number in range(len(FUNCTIONS[card]))]


# --- The place -----------------------------------------------------------------------------------------------------

ACTS = [Names, Leases, Ways, Devices, Pool, Hostdev, Passthrough]


def furnish(scene):
    """Before the daemon starts: its configuration, the cards, and two worlds outside with listeners and routes to all guests."""
    scene.daemon = make_daemon()
    make_sysfs(scene.path("sys"))
    path = scene.path("etc/libvirt/network.conf")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(f'sysfs_root = "{scene.path("sys")}"\n')
    scene.outside, scene.side = make_outside(), make_side()
    run("ip", "-6", "address", "add", sights.HOST_ADDRESS6 + "/64", "dev", "uplink", "nodad")
    scene.outside.run("ip", "-6", "address", "add", sights.OUTSIDE_ADDRESS6 + "/64", "dev", "eth0", "nodad")
    for subnet in ("10.8.0.0/16", "10.77.0.0/16"):
        scene.outside.run("ip", "route", "add", subnet, "via", HOST_ADDRESS)
    scene.outside.run("ip", "-6", "route", "add", "fd00:8::/32", "via", sights.HOST_ADDRESS6)
    run("sysctl", "-q", "-w", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0", "net.ipv4.ip_forward=1",
        "net.ipv6.conf.all.forwarding=1")      # what is not forwarded at all would be lost, not rejected
    scene.listeners = [Listener(scene.outside), Listener(scene.side)]
