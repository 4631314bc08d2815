#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every step of start, update and destroy fails in turn, and the daemon is killed at every step in turn.

Afterwards host, live XML, stored XML and disk are all as before or all as after, never between, and the call works when it
is made again. Needs a daemon with fault points (meson option fault_points): VIRTNETWORKD_FAULT=fail:N or kill:N acts
at the Nth point that is passed after the daemon has found its networks.
"""

import difflib
import glob
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import Skipped, main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
from guest6 import advertise_by, network6_xml, radvd_of  # noqa: E402
from laboratory import Failed, Guest, addresses, dnsmasq_of, read, rules, run, wait_for  # noqa: E402
from scene import check, check_equal, dig, host_xml, mac_of, network_xml, offered, update  # noqa: E402

LIMIT_S = 280
MOST_POINTS = 200
FEWEST_POINTS = 3
STATUS_KILLED = 137
FIRED = "fails on request"
HOST = mac_of(7)
OLD_ADDRESS, NEW_ADDRESS = "192.0.2.7", "192.0.2.8"
BANDWIDTH = "<bandwidth><inbound average='1000' peak='2000'/><outbound average='1000'/></bandwidth>"


# --- The state of everything ---------------------------------------------------------------------------------------

def bridge_state():
    """What the kernel shows of the bridge, without what counts up by itself."""
    done = run("ip", "-j", "-d", "link", "show", "dev", "vbr0", check=False)
    if done.returncode != 0:
        return None
    link = json.loads(done.stdout)[0]
    data = link["linkinfo"]["info_data"]
    return {"mac": link["address"], "mtu": link["mtu"], "up": "UP" in link["flags"],
            "stp": data["stp_state"], "delay": data["forward_delay"]}


def network_of_status(text):
    """The network's XML in a status file; what a daemon writes around it for itself may change."""
    found = re.search(r"<network[ >].*</network>", text, re.S)
    return found.group(0) if found else text


def files(scene):
    """Contents of all files that are kept for networks. Pid and lease files have a life of their own."""
    patterns = ["etc/libvirt/qemu/networks/**", "run/libvirt/network/*.xml", "run/libvirt/network/.*",
                "var/lib/libvirt/dnsmasq/*.conf", "var/lib/libvirt/dnsmasq/*.hostsfile",
                "var/lib/libvirt/dnsmasq/*.addnhosts", "var/lib/libvirt/dnsmasq/.*",
                "var/lib/libvirt/radvd/*", "var/lib/libvirt/radvd/.*"]
    paths = {path for pattern in patterns for path in glob.glob(scene.path(pattern), recursive=True) if os.path.isfile(path)}
    return {os.path.relpath(path, scene.daemon.root): network_of_status(read(path)) for path in sorted(paths)}


def snapshot(scene, guest):
    net = scene.connection.networkLookupByName("lab")
    active = bool(net.isActive())
    state = {"active": active, "live XML": net.XMLDesc(0), "stored XML": net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE),
             "bridge": bridge_state(), "addresses": addresses("vbr0"), "rules": rules(), "dnsmasq runs": dnsmasq_of("lab") is not None,
             "radvd runs": radvd_of(scene) is not None,
             "classes": run("tc", "class", "show", "dev", "vbr0", check=False).stdout}
    state.update(files(scene))
    if active and guest:
        state["offered"] = offered(guest, HOST)
        state["answered"] = dig(guest, "192.0.2.1", "TXT", "motd")
    return state


def describe_difference(expected, got):
    """What differs, for texts the lines that do."""
    if isinstance(expected, str) and isinstance(got, str):
        lines = difflib.unified_diff(expected.splitlines(), got.splitlines(), "expected", "got", n=0, lineterm="")
        return "\n".join("      " + line for line in lines)
    return f"      expected {str(expected)[:200]!r}\n      got      {str(got)[:200]!r}"


def differences(expected, got):
    keys = sorted(set(expected) | set(got))
    return [f"    {key}:\n{describe_difference(expected.get(key), got.get(key))}" for key in keys
            if expected.get(key) != got.get(key)]


def settle(scene, guest, states):
    """Wait until everything is as in one of STATES (a dictionary by name); returns that name. SIGHUPs take a moment."""
    seen = {}

    def which():
        seen.update(snapshot=snapshot(scene, guest))
        return next((name for name, state in states.items() if state == seen["snapshot"]), None)
    try:
        return wait_for("all is as it should be", which, 6, 0.1)
    except Failed:
        parts = [f"  against '{name}':\n" + "\n".join(differences(state, seen["snapshot"])) for name, state in states.items()]
        raise Failed("the state is none of " + ", ".join(states) + "\n" + "\n".join(parts)) from None


# --- The operations ------------------------------------------------------------------------------------------------

class Operation:
    """A change and its opposite. AFTER is the state that the change leads to from BEFORE. By RADVD: a network with IPv6.
    EXTRA is XML of a network without."""

    def __init__(self, change, revert, begins_active, plugged, by_radvd=False, extra=""):
        self.change, self.revert, self.begins_active, self.plugged = change, revert, begins_active, plugged
        self.by_radvd, self.extra = by_radvd, extra


OPERATIONS = {
    "start": Operation(lambda net: net.create(), lambda net: net.destroy(), False, False),
    "start-with-bandwidth": Operation(lambda net: net.create(), lambda net: net.destroy(), False, False, extra=BANDWIDTH),
    "destroy-with-bandwidth": Operation(lambda net: net.destroy(), lambda net: net.create(), True, False, extra=BANDWIDTH),
    "destroy": Operation(lambda net: net.destroy(), lambda net: net.create(), True, False),
    "start-with-radvd": Operation(lambda net: net.create(), lambda net: net.destroy(), False, False, by_radvd=True),
    "update-ip-dhcp-host": Operation(
        lambda net: update(net, "modify", "ip-dhcp-host", host_xml(HOST, NEW_ADDRESS)),
        lambda net: update(net, "modify", "ip-dhcp-host", host_xml(HOST, OLD_ADDRESS)), True, True),
    "update-dns-txt": Operation(
        lambda net: update(net, "add", "dns-txt", "<txt name='motd' value='hello'/>"),
        lambda net: update(net, "delete", "dns-txt", "<txt name='motd'/>"), True, True),
}


class Trial:
    """Repeats one operation with a fault at point 1, 2, 3 and so on."""

    def __init__(self, scene, operation):
        self.scene, self.operation = scene, operation
        if operation.by_radvd:
            advertise_by(scene, "radvd")
        net = scene.begin(network6_xml() if operation.by_radvd else
                          network_xml(hosts=host_xml(HOST, OLD_ADDRESS), extra=operation.extra))
        self.guest = None
        if operation.plugged:
            self.guest = Guest("one", "vbr0", mac_of(1))
            self.guest.set_address("192.0.2.50/24")
            wait_for("dnsmasq answers", lambda: dig(self.guest, "192.0.2.1", "A", "localhost"))
        if not operation.begins_active:
            net.destroy()
        self.states = {"before": snapshot(scene, self.guest)}
        operation.change(net)
        self.states["after"] = self.settled_snapshot()
        check(differences(self.states["before"], self.states["after"]), "the change changes nothing that can be seen")
        operation.revert(net)
        self.settle("before")

    def settled_snapshot(self):
        """The state once two looks in a row are the same."""
        looks = [snapshot(self.scene, self.guest)]

        def same():
            looks.append(snapshot(self.scene, self.guest))
            return looks[-1] == looks[-2]
        wait_for("the state settles", same, 6, 0.5)
        return looks[-1]

    def net(self):
        return self.scene.connection.networkLookupByName("lab")

    def settle(self, *names):
        return settle(self.scene, self.guest, {name: self.states[name] for name in names})

    def restart(self, fault=None):
        """The next daemon on the same files, with a fault ahead or none."""
        if self.scene.daemon.process is not None:
            self.scene.stop_daemon()
        self.scene.start_daemon(env={"VIRTNETWORKD_FAULT": fault} if fault else {})
        self.scene.connect()

    def finish(self, reached):
        """From wherever the fault has led: the change works now, and so does its opposite."""
        if reached == "before":
            self.operation.change(self.net())
            self.settle("after")
        self.operation.revert(self.net())
        self.settle("before")

    def fail_at(self, number):
        """Returns whether point NUMBER was passed."""
        self.restart(f"fail:{number}")
        n_logged = len(self.scene.daemon.log())
        try:
            self.operation.change(self.net())
            failed = False
        except libvirt.libvirtError as error:
            failed = True
            check(FIRED in str(error), f"the error is another than the fault: {error}")
        fired = failed or FIRED in self.scene.daemon.log()[n_logged:]
        reached = self.settle("before" if failed else "after")
        if not fired:
            self.restart()      # the fault is still ahead: not in what follows
        self.finish(reached)
        return fired

    def kill_at(self, number):
        """Returns whether point NUMBER was passed."""
        self.restart(f"kill:{number}")
        try:
            self.operation.change(self.net())
            killed = False
        except libvirt.libvirtError:
            killed = True
            check_equal(self.scene.daemon.process.wait(10), STATUS_KILLED, "exit status of the daemon")
            self.scene.connection = self.scene.daemon.process = None
        self.restart()
        self.finish(self.settle("before", "after") if killed else self.settle("after"))
        return killed

    def run(self, attempt):
        """Go on until two numbers in a row were not reached: of one alone the daemon may have recovered without a word."""
        passed = [True]
        for number in range(1, MOST_POINTS):
            try:
                passed.append(attempt(number))
            except Failed as failure:
                raise Failed(f"fault at point {number}: {failure}") from None
            if not any(passed[-2:]):
                check(sum(passed) > FEWEST_POINTS, f"only {sum(passed) - 1} fault points: is the daemon built with fault_points?")
                return
        raise Failed(f"no end after {MOST_POINTS} fault points")


def declare(name, operation):
    @test(f"fault/{name}-failing-at-every-step-is-all-or-nothing", LIMIT_S)
    def fails(scene):
        need_fault_points(scene)
        trial = Trial(scene, operation)
        trial.run(trial.fail_at)

    @test(f"fault/{name}-killed-at-every-step-is-all-or-nothing", LIMIT_S)
    def killed(scene):
        need_fault_points(scene)
        trial = Trial(scene, operation)
        trial.run(trial.kill_at)


def need_fault_points(_scene):
    if os.environ.get("VIRNET_DAEMON") == "debian":
        raise Skipped("libvirtd has no fault points")


for operation_name in OPERATIONS:
    declare(operation_name, OPERATIONS[operation_name])

if __name__ == "__main__":
    main()
