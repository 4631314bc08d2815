#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hook scripts on a real host: what they are told, what they may refuse, and who waits for one that hangs."""

import os
import sys
import threading
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
from laboratory import addresses, dnsmasq_of, links, processes, read, rules, wait_for  # noqa: E402
from scene import (BUILD, CONFIG, LIVE, check, check_contains, check_equal, check_fails, host_xml, mac_of,  # noqa: E402
                   network_xml, update)

REFUSED = "Hook script execution failed: "
CONFIG_XML = libvirt.VIR_NETWORK_XML_INACTIVE
TAINT = "<taint flag='hook-script'/>"


class Hooks:
    """The hook scripts of a scene, whose daemon is started: scripts need not be there before."""

    def __init__(self, scene):
        scene.start_daemon()
        self.directory = scene.path("etc/libvirt/hooks")
        self.log_path = os.path.join(self.directory, "log")

    def write(self, name, body):
        """A script; $HOOKS is the hooks' directory, "log TEXT" appends a line to their log."""
        path = os.path.join(self.directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as script:
            script.write(f"#!/bin/sh\nHOOKS={self.directory}\nlog() {{ echo \"$*\" >>$HOOKS/log; }}\n{body}\n")
        os.chmod(path, 0o755)

    def remove(self, name):
        os.unlink(os.path.join(self.directory, name))

    def log(self):
        """The lines of the log, which is then empty."""
        if not os.path.exists(self.log_path):
            return []
        lines = read(self.log_path).splitlines()
        os.unlink(self.log_path)
        return lines

    def input(self, name):
        """What a script that runs "cat >$HOOKS/NAME" was given."""
        return read(os.path.join(self.directory, name))

    def fifo(self, name):
        path = os.path.join(self.directory, name)
        os.makedirs(self.directory, exist_ok=True)
        os.mkfifo(path)
        return path


def begin(scene, hooks):
    """As scene.begin, without starting the network, and with an empty log."""
    net = scene.connect().networkDefineXML(network_xml())
    check_equal(hooks.log(), [], "calls of scripts by define")
    return net


def state_of_host(scene):
    """What a start makes. What networks share, once made, stays."""
    names = [name for name in ("conf", "hostsfile", "addnhosts") if os.path.exists(scene.path(f"var/lib/libvirt/dnsmasq/lab.{name}"))]
    return (links(), rules(), processes("dnsmasq", "lab.conf"), names,
            os.path.exists(scene.path("var/lib/libvirt/dnsmasq/vbr0.status")),
            os.path.exists(scene.path("run/libvirt/network/lab.xml")), os.path.exists(scene.path("run/libvirt/network/lab.change")))


@test("hooks/each-operation-calls-the-script-with-arguments-and-xml")
def each_operation(scene):
    hooks = Hooks(scene)
    hooks.write("network", "log \"$@\"; log \"$(pwd) $LC_ALL\"; cat >$HOOKS/xml-$2\n"
                           "ip -br link show vbr0 >/dev/null 2>&1 && log bridge || log 'no bridge'")
    net = begin(scene, hooks)
    net.create()
    check_equal(hooks.log(), ["lab start begin -", "/ C", "no bridge", "lab started begin -", "/ C", "bridge"], "calls by start")
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(7), "192.0.2.7"), LIVE)
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(7), "192.0.2.7"), CONFIG)
    check_equal(hooks.log(), ["lab updated begin -", "/ C", "bridge"] * 2, "calls by two updates")
    live = net.XMLDesc()
    net.destroy()
    check_equal(hooks.log(), ["lab stopped end -", "/ C", "no bridge"], "calls by destroy")
    net.undefine()
    check_equal(hooks.log(), [], "calls by undefine")
    for name in ("start", "started", "updated", "stopped"):
        root = ElementTree.fromstring(hooks.input("xml-" + name))
        check_equal((root.tag, [child.tag for child in root]), ("hookData", ["network"]), f"elements that {name} was given")
        check_equal(root.findtext("network/name"), "lab", f"name that {name} was given")
    lines = [line.strip() for line in live.splitlines()]
    check_equal([line.strip() for line in hooks.input("xml-stopped").splitlines()], ["<hookData>", *lines, "</hookData>"],
                "what stopped was given")


@test("hooks/scripts-of-the-directory-run-in-byte-order-behind-the-main-one")
def order(scene):
    hooks = Hooks(scene)
    for name in ("network", "network.d/b", "network.d/B", "network.d/10", "network.d/9", "network.d/.hidden", "network.d/dir/x"):
        hooks.write(name, f"log {name}")
    hooks.write("network.d/plain", "log plain")
    os.chmod(os.path.join(hooks.directory, "network.d/plain"), 0o644)
    net = begin(scene, hooks)
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(7), "192.0.2.7"), CONFIG)
    check_equal(hooks.log(), ["network", "network.d/10", "network.d/9", "network.d/B", "network.d/b"], "scripts")


@test("hooks/script-that-refuses-the-start-leaves-the-host-untouched")
def start_refused(scene):
    hooks = Hooks(scene)
    net = begin(scene, hooks)
    hooks.write("network", "[ $2 != start ] || { echo closed today >&2; exit 4; }")
    before = state_of_host(scene)
    check_fails(libvirt.VIR_ERR_HOOK_SCRIPT_FAILED, net.create, REFUSED, domain=libvirt.VIR_FROM_HOOK)
    message = check_fails(libvirt.VIR_ERR_HOOK_SCRIPT_FAILED, net.create, "closed today", domain=libvirt.VIR_FROM_HOOK)
    check_contains(message, f"{hooks.directory}/network lab start begin -", "message")
    check_equal(state_of_host(scene), before, "links, rules, processes and files after the refused start")
    check_equal(net.isActive(), 0, "active")


@test("hooks/script-that-refuses-the-started-network-has-it-taken-back")
def started_refused(scene):
    hooks = Hooks(scene)
    net = begin(scene, hooks)
    net.create()
    net.destroy()
    net.undefine()
    before = state_of_host(scene)       # with what networks share, which stays once it is there
    net = begin(scene, hooks)
    hooks.write("network", "[ $2 = started ] || exit 0; ip -br link show vbr0 >/dev/null && log bridge; exit 1")
    check_fails(libvirt.VIR_ERR_HOOK_SCRIPT_FAILED, net.create, REFUSED, domain=libvirt.VIR_FROM_HOOK)
    check_equal(hooks.log(), ["bridge"], "what the script has seen")
    check_equal(state_of_host(scene), before, "links, rules, processes and files after the refused start")
    check_equal(net.isActive(), 0, "active")
    hooks.remove("network")
    net.create()
    check_equal(addresses("vbr0"), ["192.0.2.1/24"], "addresses after the next start")
    check(dnsmasq_of("lab"), "no dnsmasq after the next start")
    check(TAINT not in read(scene.path("run/libvirt/network/lab.xml")), "a network for which no script ran is marked")


@test("hooks/transient-network-that-a-script-refuses-is-gone")
def transient_refused(scene):
    hooks = Hooks(scene)
    conn = scene.connect()
    hooks.write("network", "[ $2 != started ]")
    check_fails(libvirt.VIR_ERR_HOOK_SCRIPT_FAILED, lambda: conn.networkCreateXML(network_xml()), REFUSED,
                domain=libvirt.VIR_FROM_HOOK)
    check_equal(conn.listAllNetworks(), [], "networks")
    check_equal(os.listdir(scene.path("var/lib/libvirt/dnsmasq")), [], "dnsmasq's files")


@test("hooks/failure-after-the-fact-is-logged-and-ignored")
def failure_ignored(scene):
    hooks = Hooks(scene)
    hooks.write("network", "[ $2 != updated ] && [ $2 != stopped ]")
    net = begin(scene, hooks)
    net.create()
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(7), "192.0.2.7"))
    scene.wait_log("lab updated begin -")
    check_contains(net.XMLDesc(), mac_of(7), "live XML")
    net.destroy()
    scene.wait_log("lab stopped end -")
    check_equal(net.isActive(), 0, "active")


@test("hooks/status-tells-that-a-script-ran-also-after-a-restart")
def taint(scene):
    hooks = Hooks(scene)
    hooks.write("network", "true")
    net = begin(scene, hooks)
    net.create()
    status = scene.path("run/libvirt/network/lab.xml")
    check_contains(read(status), TAINT, "status")
    hooks.remove("network")
    scene.kill_daemon()
    scene.start_daemon()
    net = scene.connect().networkLookupByName("lab")
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(7), "192.0.2.7"))
    check_contains(read(status), TAINT, "status that the next daemon has written")
    net.destroy()
    net.create()
    check(TAINT not in read(status), "the mark outlives the network's activity")


@test("hooks/script-may-ask-the-daemon")
def script_asks(scene):
    hooks = Hooks(scene)
    virsh = f"{BUILD}/tools/virsh -c '{scene.daemon.uri}'"
    hooks.write("network", f"{virsh} net-info lab >$HOOKS/info-$2 && {virsh} net-dumpxml lab >$HOOKS/xml-$2")
    net = begin(scene, hooks)
    net.create()
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(7), "192.0.2.7"), LIVE)
    check_contains(hooks.input("xml-updated"), mac_of(7), "what the daemon said while the update's script ran")
    check_contains(hooks.input("info-start"), "no", "what the daemon said while the start's script ran")


class Call(threading.Thread):
    """A call on a connection of its own."""

    def __init__(self, scene, call):
        super().__init__(daemon=True)
        self.uri, self.call, self.error = scene.daemon.uri, call, None
        self.start()

    def run(self):
        conn = libvirt.open(self.uri)
        try:
            self.call(conn.networkLookupByName("lab"))
        except libvirt.libvirtError as error:
            self.error = error


def hang(scene, operation):
    """A network whose script hangs in OPERATION; returns the hooks, the network and the path that frees the script."""
    hooks = Hooks(scene)
    here, free = hooks.fifo("here"), hooks.fifo("free")
    hooks.write("network", f"[ $1-$2 = lab-{operation} ] || exit 0; echo here >{here}; read line <{free}; exit 0")
    return begin(scene, hooks), here, free


@test("hooks/hanging-script-lets-others-read-and-change-other-networks")
def hanging(scene):
    net, here, free = hang(scene, "started")
    starter = Call(scene, lambda net: net.create())
    check_equal(read(here), "here\n", "word of the script")
    waiter = Call(scene, lambda net: update(net, "add", "ip-dhcp-host", host_xml(mac_of(7), "192.0.2.7"), CONFIG))
    check_equal(net.isActive(), 0, "active while the script hangs")
    check_contains(net.XMLDesc(), "<name>lab</name>", "XML while the script hangs")
    other = scene.connection.networkDefineXML(network_xml("other", "vbr1", subnet="198.51.100"))
    other.create()
    update(other, "add", "ip-dhcp-host", host_xml(mac_of(8), "198.51.100.8"))
    check_equal(addresses("vbr1"), ["198.51.100.1/24"], "addresses of the other network")
    other.destroy()
    check(starter.is_alive() and waiter.is_alive(), "a change of the network did not wait for its script")
    with open(free, "w", encoding="utf-8") as pipe:
        pipe.write("\n")
    starter.join()
    waiter.join()
    check_equal((starter.error, waiter.error), (None, None), "errors of the calls that have waited")
    check_equal(net.isActive(), 1, "active")
    check_contains(net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE), mac_of(7), "stored XML")


@test("hooks/bridge-of-a-network-being-created-is-nobody-else-s")
def bridge_taken(scene):
    hooks = Hooks(scene)
    here, free = hooks.fifo("here"), hooks.fifo("free")
    hooks.write("network", f"[ $1-$2 = made-start ] || exit 0; echo here >{here}; read line <{free}; exit 0")
    begin(scene, hooks)
    maker = Call(scene, lambda net: net.connect().networkCreateXML(network_xml("made", "", subnet="198.51.100")))
    check_equal(read(here), "here\n", "word of the script")
    other = scene.connection.networkDefineXML(network_xml("other", "", subnet="203.0.113"))
    check_equal(other.bridgeName(), "virbr1", "the name that was chosen while the first one was promised")
    check_fails(libvirt.VIR_ERR_INTERNAL_ERROR, lambda: scene.connection.networkDefineXML(network_xml("third", "virbr0")),
                "bridge name 'virbr0' already in use")
    with open(free, "w", encoding="utf-8") as pipe:
        pipe.write("\n")
    maker.join()
    check_equal(maker.error, None, "error of the call that has waited")
    made = scene.connection.networkLookupByName("made")
    check_equal(made.bridgeName(), "virbr0", "bridge of the first one")
    made.destroy()
    third = scene.connection.networkDefineXML(network_xml("third", ""))
    check_equal(third.bridgeName(), "virbr0", "the name that is free again")


@test("hooks/thirty-changes-that-wait-for-a-hanging-script-hold-up-nobody-else")
def many_wait(scene):
    net, here, free = hang(scene, "updated")
    net.create()
    other = scene.connection.networkDefineXML(network_xml("other", "vbr1", subnet="198.51.100"))
    other.create()
    waiters = [Call(scene, lambda net: update(net, "add", "ip-dhcp-host", host_xml(mac_of(1), "192.0.2.11")))]
    check_equal(read(here), "here\n", "word of the script")
    waiters += [Call(scene, lambda net, number=number: update(net, "add", "ip-dhcp-host", host_xml(mac_of(number), f"192.0.2.{number + 10}")))
                for number in range(2, 27)]
    waiters += [Call(scene, call) for call in (lambda net: net.destroy(), lambda net: net.setAutostart(1))]
    waiters += [Call(scene, lambda net: net.connect().networkDefineXML(net.XMLDesc(CONFIG_XML))) for _number in range(3)]
    connection = scene.connect()
    net, other = connection.networkLookupByName("lab"), connection.networkLookupByName("other")
    for _again in range(10):
        check_contains(net.XMLDesc(), mac_of(1), "live XML, with what is committed already")
        check_equal((net.isActive(), net.bridgeName(), net.DHCPLeases()), (1, "vbr0", []), "what is read of the network")
        check_equal(len(connection.listAllNetworks()), 2, "networks")
    for number in range(1, 11):
        update(other, "add", "ip-dhcp-host", host_xml(mac_of(number), f"198.51.100.{number + 10}"))
    check_contains(other.XMLDesc(), mac_of(10), "live XML of the other network")
    check_equal([str(waiter.error) for waiter in waiters if not waiter.is_alive()], [], "calls that did not wait for the script")
    os.unlink(os.path.join(scene.path("etc/libvirt/hooks"), "network"))
    with open(free, "w", encoding="utf-8") as pipe:
        pipe.write("\n")
    for waiter in waiters:
        waiter.join()
    check_equal(waiters[0].error, None, "error of the call whose script hung")


@test("hooks/daemon-that-ends-does-not-wait-for-a-hanging-script")
def hanging_at_the_end(scene):
    _net, here, _free = hang(scene, "started")
    Call(scene, lambda net: net.create())
    check_equal(read(here), "here\n", "word of the script")
    scene.stop_daemon()
    check("vbr0" not in links() and not processes("dnsmasq", "lab.conf"), "the refused start was not taken back")
    scene.start_daemon()
    check_equal(scene.connect().networkLookupByName("lab").isActive(), 0, "active")


@test("hooks/daemon-killed-while-the-started-script-runs-leaves-nothing")
def killed_in_script(scene):
    _net, here, free = hang(scene, "started")
    Call(scene, lambda net: net.create())
    check_equal(read(here), "here\n", "word of the script")
    check("vbr0" in links(), "no bridge while the script runs")
    scene.kill_daemon()
    scene.start_daemon()
    wait_for("the next daemon clears the bridge", lambda: "vbr0" not in links())
    check_equal(scene.connect().networkLookupByName("lab").isActive(), 0, "active")
    check_equal(processes("dnsmasq", "lab.conf"), [], "dnsmasq")
    with open(free, "w", encoding="utf-8") as pipe:
        pipe.write("\n")


if __name__ == "__main__":
    main()
