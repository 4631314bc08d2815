#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How much passes to and from the guests of a network with <bandwidth>, and what becomes of it with daemon and network.

Rates are compared with the nominal one in wide bounds; what is not limited must be several times as fast as it, so that the
two cannot be mistaken for each other. Bytes are counted where they arrive, after what a burst lets through at once.
"""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import TOP, Skipped, main, test  # noqa: E402  (first: it says where the others are)
import sandbox  # noqa: E402
from laboratory import OUTSIDE_ADDRESS, Guest, make_outside, rules, run  # noqa: E402
from scene import check, check_contains, check_equal, check_no_loss, mac_of, network_xml  # noqa: E402

PROGRAM = os.path.join(TOP, "tests/lib/flow.py")
KB = 1000
LIMIT = 500 * KB
GUEST, OTHER = "192.0.2.50", "192.0.2.51"
LIMITED = (0.6, 1.15)           # of the nominal rate
POLICED_STREAM = (0.3, 1.15)    # TCP meets losses where packets are dropped, not queued
UNLIMITED = 4


def bandwidth(**directions):
    """<bandwidth> with attributes by direction."""
    parts = ["<%s %s/>" % (name, " ".join(f"{key}='{value}'" for key, value in values.items()))
             for name, values in directions.items()]
    return f"<bandwidth>{''.join(parts)}</bandwidth>"


def need_kernel():
    """Skip on a kernel that cannot limit: tried at the loopback device of the sandbox."""
    tries = {"the queue htb": ("tc", "qdisc", "add", "dev", "lo", "root", "handle", "1:", "htb"),
             "nftables chains at a device's egress": ("nft", "add table netdev t; add chain netdev t c "
                                                      "{ type filter hook egress device lo priority 0; }")}
    for what, argv in tries.items():
        done = run(*argv, check=False)
        if done.returncode != 0:
            raise Skipped(f"this kernel has no {what}: {done.stderr.strip()}")
    run("tc", "qdisc", "delete", "dev", "lo", "root")
    run("nft", "delete", "table", "netdev", "t")


class Host:
    """The namespace of the network itself."""

    @staticmethod
    def spawn(*argv, **options):
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, **options)


class Flow:
    """Bytes on the way from one namespace to an address in another. RATE, in bytes per second, makes it UDP."""

    next_port = 7000

    def __init__(self, sender, receiver, address, count=LIMIT, skip=2 * LIMIT, rate=None):
        port, Flow.next_port = Flow.next_port, Flow.next_port + 1
        protocol = "udp" if rate else "tcp"
        self.label = f"{protocol} to {address}"
        self.receiver = receiver.spawn(sandbox.PYTHON, PROGRAM, "receive", protocol, str(port), str(skip), str(count),
                                       stdout=subprocess.PIPE, text=True)
        check_equal(self.receiver.stdout.readline().strip(), "listening", "the receiver's first word")
        self.sender = sender.spawn(sandbox.PYTHON, PROGRAM, "send", protocol, address, str(port), str(rate or 0),
                                   stderr=subprocess.DEVNULL)

    def finish(self):
        """Wait until all bytes have arrived; returns the rate in bytes per second."""
        account = json.loads(self.receiver.communicate()[0])
        self.sender.kill()
        self.sender.wait()
        check(account["bytes"] > 0, f"{self.label}: nothing arrived")
        return account["bytes"] / max(account["seconds"], 1e-6)


def check_limited(rate, label, bounds=LIMITED):
    low, high = bounds
    check(low <= rate / LIMIT <= high, f"{label}: {rate / KB:.0f} kB/s, which is {rate / LIMIT:.2f} of the limit")


def check_unlimited(rate, label):
    check(rate / LIMIT >= UNLIMITED, f"{label}: {rate / KB:.0f} kB/s, only {rate / LIMIT:.2f} of the other's limit")


def fast(sender, receiver, address):
    """The rate of a stream that nothing limits: many bytes, so that no burst could carry them."""
    return Flow(sender, receiver, address, count=20 * LIMIT).finish()


def begin(scene, **directions):
    """A routed network with that bandwidth, a guest, another guest, and the outside. Returns all four."""
    need_kernel()
    net = scene.begin(network_xml(mode="route", extra=bandwidth(**directions)))
    guest, other = Guest("one", "vbr0", mac_of(1)), Guest("two", "vbr0", mac_of(2))
    guest.set_address(GUEST + "/24", "192.0.2.1")
    other.set_address(OTHER + "/24", "192.0.2.1")
    outside = make_outside()
    outside.run("ip", "route", "add", "192.0.2.0/24", "via", "198.51.100.2")
    check(guest.reaches(OUTSIDE_ADDRESS, 3) and other.reaches(OUTSIDE_ADDRESS, 3), "the guests do not reach the outside")
    return net, guest, other, outside


def classes():
    return run("tc", "class", "show", "dev", "vbr0", check=False).stdout


# --- How much passes -----------------------------------------------------------------------------------------------

@test("qos/inbound-limits-host-and-outside-to-guests-and-nothing-else")
def inbound(scene):
    _net, guest, other, outside = begin(scene, inbound={"average": LIMIT // KB})
    check_limited(Flow(Host, guest, GUEST).finish(), "host to guest")
    check_limited(Flow(outside, guest, GUEST).finish(), "outside to guest")
    check_unlimited(fast(guest, outside, OUTSIDE_ADDRESS), "guest to outside")
    check_unlimited(fast(guest, Host, "192.0.2.1"), "guest to host")
    check_unlimited(fast(guest, other, OTHER), "guest to guest")


@test("qos/inbound-burst-passes-at-peak-and-the-rest-at-average")
def inbound_peak(scene):
    burst = 4 * LIMIT
    _net, guest, _other, outside = begin(scene, inbound={"average": LIMIT // KB, "peak": 4 * LIMIT // KB, "burst": burst // 1024})
    rate = Flow(outside, guest, GUEST, count=2 * LIMIT, skip=0).finish()
    check(2 <= rate / LIMIT <= 4.6, f"burst: {rate / KB:.0f} kB/s, which is {rate / LIMIT:.2f} of the average; the peak is 4")
    check_limited(Flow(outside, guest, GUEST, skip=2 * burst).finish(), "after the burst")


@test("qos/inbound-limit-is-for-all-guests-together")
def inbound_sum(scene):
    _net, guest, other, outside = begin(scene, inbound={"average": LIMIT // KB})
    flows = [Flow(outside, guest, GUEST, rate=2 * LIMIT), Flow(outside, other, OTHER, rate=2 * LIMIT)]
    check_limited(sum(flow.finish() for flow in flows), "outside to two guests", (0.6, 1.4))


@test("qos/outbound-limits-guests-to-host-and-outside-and-nothing-else")
def outbound(scene):
    _net, guest, other, outside = begin(scene, outbound={"average": LIMIT // KB})
    check_limited(Flow(guest, outside, OUTSIDE_ADDRESS, rate=3 * LIMIT).finish(), "guest to outside")
    check_limited(Flow(guest, Host, "192.0.2.1", rate=3 * LIMIT).finish(), "guest to host")
    check_limited(Flow(guest, outside, OUTSIDE_ADDRESS).finish(), "stream from guest to outside", POLICED_STREAM)
    check_unlimited(fast(Host, guest, GUEST), "host to guest")
    check_unlimited(fast(outside, guest, GUEST), "outside to guest")
    check_unlimited(fast(guest, other, OTHER), "guest to guest")


# --- What becomes of it --------------------------------------------------------------------------------------------

@test("qos/killed-daemon-finds-the-limits-and-loses-no-packet")
def restarted(scene):
    _net, guest, _other, outside = begin(scene, inbound={"average": LIMIT // KB, "peak": 4 * LIMIT // KB, "burst": 100},
                                         outbound={"average": LIMIT // KB})
    before = (rules(), classes())
    check_contains(before[1], "class htb 1:2 parent 1:1", "classes")
    flow = Flow(outside, guest, GUEST, count=2 * LIMIT)
    ping = guest.ping("192.0.2.1")
    scene.kill_daemon()
    scene.start_daemon()
    net = scene.connect().networkLookupByName("lab")
    check_equal((rules(), classes()), before, "rules and classes after the restart")
    check_no_loss(ping.stop(), ping.label)
    check_limited(flow.finish(), "outside to guest over the restart")
    net.destroy()
    check("vbr0" not in rules(), "a rule of a network that is gone")


@test("qos/limits-deleted-meanwhile-are-put-back")
def put_back(scene):
    begin(scene, inbound={"average": LIMIT // KB}, outbound={"average": LIMIT // KB})
    before = (rules(), classes())
    scene.kill_daemon()
    run("nft", "flush", "ruleset")
    run("tc", "qdisc", "del", "dev", "vbr0", "root")
    scene.start_daemon()
    scene.connect()
    check_equal((rules(), classes()), before, "rules and classes after the restart")


@test("qos/destroy-leaves-no-chain")
def destroyed(scene):
    need_kernel()
    net = scene.begin(network_xml(extra=bandwidth(inbound={"average": 1000}, outbound={"average": 1000})))
    check_contains(rules(), 'hook egress device "vbr0"', "rules")
    check_contains(rules(), 'hook ingress device "vbr0"', "rules")
    net.destroy()
    check("vbr0" not in rules(), "a rule for the bridge of a network that is destroyed")
    net.create()
    check_contains(rules(), 'hook ingress device "vbr0"', "rules of the second start")


if __name__ == "__main__":
    main()
