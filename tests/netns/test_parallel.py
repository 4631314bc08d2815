#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One network whose work on the host takes long: who waits for it, and who does not. Scripts that hang are test_hooks.py's."""

import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
import sandbox  # noqa: E402
from laboratory import read  # noqa: E402
from scene import check, check_contains, check_equal, host_xml, mac_of, network_xml, update  # noqa: E402

N_WAITING = 30


class Slow:
    """A dnsmasq in front of the real one, which for the network "lab" takes as long over its start as we like, once armed."""

    def __init__(self):
        self.directory = os.path.join(sandbox.directory(), "slow")
        os.mkdir(self.directory)
        self.here, self.free, self.armed = (os.path.join(self.directory, name) for name in ("here", "free", "armed"))
        os.mkfifo(self.here)
        os.mkfifo(self.free)
        path = os.path.join(self.directory, "dnsmasq")
        with open(path, "w", encoding="utf-8") as script:
            script.write(f"#!/bin/sh\ncase \"$*\" in *lab.conf*) rm {self.armed} 2>/dev/null && "
                         f"{{ echo here >{self.here}; read line <{self.free}; }};; esac\nexec /usr/sbin/dnsmasq \"$@\"\n")
        os.chmod(path, 0o755)

    def arm(self):
        open(self.armed, "w", encoding="ascii").close()

    def let_go(self):
        with open(self.free, "w", encoding="utf-8") as pipe:
            pipe.write("\n")


def begin(scene, slow):
    scene.start_daemon(env={"PATH": slow.directory + ":" + os.environ["PATH"]})
    nets = [scene.connect().networkDefineXML(network_xml(*words)) for words in (("lab", "vbr0"),)]
    nets.append(scene.connection.networkDefineXML(network_xml("other", "vbr1", subnet="198.51.100")))
    for net in nets:
        net.create()
    return nets


def in_background(scene, call):
    """A thread that has called on a connection of its own; its error is kept as attribute."""
    def run():
        try:
            call(libvirt.open(scene.daemon.uri).networkLookupByName("lab"))
        except libvirt.libvirtError as error:
            thread.error = error
    thread = threading.Thread(target=run, daemon=True)
    thread.error = None
    thread.start()
    return thread


@test("parallel/slow-dnsmasq-of-one-network-holds-up-its-own-changes-alone")
def slow_dnsmasq(scene):
    slow = Slow()
    net, other = begin(scene, slow)
    slow.arm()
    waiters = [in_background(scene, lambda net: update(net, "add", "dns-txt", "<txt name='motd' value='x'/>"))]
    check_equal(read(slow.here), "here\n", "word of dnsmasq")
    waiters += [in_background(scene, lambda net, number=number: update(
        net, "add", "ip-dhcp-host", host_xml(mac_of(number), f"192.0.2.{number + 10}"))) for number in range(1, N_WAITING + 1)]
    check("motd" not in net.XMLDesc(), "what is not committed yet is shown")
    check_equal((net.isActive(), net.DHCPLeases(), net.bridgeName()), (1, [], "vbr0"), "what is read of the network")
    check_equal(sorted(found.name() for found in scene.connection.listAllNetworks()), ["lab", "other"], "networks")
    check_equal(scene.connection.networkLookupByUUIDString(net.UUIDString()).name(), "lab", "network by uuid")
    update(other, "add", "dns-txt", "<txt name='motd' value='x'/>")
    update(other, "add", "ip-dhcp-host", host_xml(mac_of(1), "198.51.100.11"))
    third = scene.connection.networkDefineXML(network_xml("third", "vbr2", subnet="203.0.113"))
    third.create()
    third.destroy()
    check_equal([str(waiter.error) for waiter in waiters if not waiter.is_alive()], [], "calls that did not wait")
    slow.let_go()
    for waiter in waiters:
        waiter.join()
    check_equal([str(waiter.error) for waiter in waiters if waiter.error], [], "errors of the calls that have waited")
    for flags in (0, libvirt.VIR_NETWORK_XML_INACTIVE):
        check_equal(net.XMLDesc(flags).count("<host mac="), N_WAITING, "hosts, none of which another update has undone")
        check_contains(net.XMLDesc(flags), "motd", "XML")


if __name__ == "__main__":
    main()
