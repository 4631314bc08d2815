#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What outlives the daemon, what the next one finds and mends, and dnsmasqs that die."""

import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
from laboratory import (OUTSIDE_ADDRESS, Guest, addresses, dnsmasq_of, links, make_outside, read, rules, run,  # noqa: E402
                        wait_for)
from scene import (LIVE, check, check_contains, check_equal, check_fails, check_no_loss, dig, host_xml, mac_of, network_xml,  # noqa: E402
                   offered, update)


def restart(scene):
    """Kill the daemon as a crash would and start the next one; returns the network as the new one knows it."""
    if scene.daemon.process is not None:
        scene.kill_daemon()
    scene.start_daemon()
    return scene.connect().networkLookupByName("lab")


@test("restart/killed-daemon-finds-its-network-with-the-same-dnsmasq")
def found_again(scene):
    net = scene.begin()
    guest = Guest("one", "vbr0", mac_of(1))
    guest.set_address("192.0.2.50/24", "192.0.2.1")
    make_outside()
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(7), "192.0.2.7"), LIVE)
    before = (net.UUIDString(), net.XMLDesc(0), net.XMLDesc(1), dnsmasq_of("lab"), rules(), addresses("vbr0"))
    ping = guest.ping(OUTSIDE_ADDRESS)
    net = restart(scene)
    after = (net.UUIDString(), net.XMLDesc(0), net.XMLDesc(1), dnsmasq_of("lab"), rules(), addresses("vbr0"))
    check_equal(net.isActive(), 1, "active")
    check_equal(after, before, "uuid, live XML, stored XML, dnsmasq's pid, rules and addresses after the restart")
    check_no_loss(ping.stop(), ping.label)
    check_equal(offered(guest, mac_of(7)), "192.0.2.7", "offer to the host that was added live")
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(8), "192.0.2.8"))
    wait_for("the new daemon's update reaches dnsmasq", lambda: offered(guest, mac_of(8)) == "192.0.2.8")


@test("restart/address-deleted-meanwhile-is-put-back")
def address_is_put_back(scene):
    scene.begin()
    scene.kill_daemon()
    run("ip", "address", "flush", "dev", "vbr0")
    restart(scene)
    wait_for("the bridge has its address again", lambda: addresses("vbr0") == ["192.0.2.1/24"])


@test("restart/rules-deleted-meanwhile-are-put-back")
def rules_are_put_back(scene):
    scene.begin()
    guest = Guest("one", "vbr0", mac_of(1))
    guest.set_address("192.0.2.50/24", "192.0.2.1")
    make_outside()
    check(guest.reaches(OUTSIDE_ADDRESS, 2), "the outside cannot be reached before")
    before = rules()
    scene.kill_daemon()
    run("nft", "flush", "ruleset")
    restart(scene)
    wait_for("the rules are as before", lambda: rules() == before)
    check(guest.reaches(OUTSIDE_ADDRESS, 2), "the outside cannot be reached afterwards")


@test("restart/rules-of-several-networks-come-back-at-once")
def rules_of_several(scene):
    scene.begin()
    for number, mode in ((1, "route"), (2, None), (3, "open")):
        scene.connection.networkDefineXML(network_xml(f"net{number}", f"vbr{number}", mode, f"10.9.{number}")).create()
    before = rules()
    scene.kill_daemon()
    run("nft", "flush", "ruleset")
    restart(scene)
    check_equal(rules(), before, "rules after the restart")
    scene.wait_log("firewall rules of 3 networks were filled in")
    check("nft: fill" not in scene.daemon.log().rsplit("firewall rules of 3", 1)[1], "a network was filled in once more")


@test("reload/bridge-deleted-while-the-daemon-runs-is-made-again")
def bridge_deleted_under_the_daemon(scene):
    net = scene.begin()
    slower = (libvirt.VIR_NETWORK_UPDATE_COMMAND_MODIFY, libvirt.VIR_NETWORK_SECTION_BRIDGE, -1, "<bridge stp='off' delay='2'/>", LIVE)
    run("ip", "link", "delete", "vbr0")
    check_fails(libvirt.VIR_ERR_SYSTEM_ERROR, lambda: net.update(*slower), "vbr0", libvirt.VIR_FROM_NONE)
    check_equal(net.isActive(), 1, "active")
    scene.daemon.process.send_signal(signal.SIGHUP)
    wait_for("the bridge is there again", lambda: addresses("vbr0") == ["192.0.2.1/24"])
    net.update(*slower)
    guest = Guest("one", "vbr0", mac_of(1))
    guest.set_address("192.0.2.50/24", "192.0.2.1")
    update(net, "add", "dns-txt", "<txt name='motd' value='hello'/>", LIVE)
    wait_for("dnsmasq answers", lambda: dig(guest, "192.0.2.1", "TXT", "motd") == '"hello"')


@test("restart/bridge-deleted-meanwhile-leaves-a-consistent-network")
def bridge_is_gone(scene):
    scene.begin()
    scene.kill_daemon()
    run("ip", "link", "delete", "vbr0")
    net = restart(scene)
    if net.isActive():
        check_equal(addresses("vbr0"), ["192.0.2.1/24"], "addresses of the bridge of an active network")
        wait_for("dnsmasq serves", lambda: dnsmasq_of("lab"))
        net.destroy()
    check("vbr0" not in links(), "a bridge of an inactive network")
    check_equal(dnsmasq_of("lab"), None, "dnsmasq of an inactive network")
    net.create()
    check_equal(addresses("vbr0"), ["192.0.2.1/24"], "addresses after the next start")


@test("restart/dnsmasq-killed-meanwhile-runs-again-and-knows-its-leases")
def dnsmasq_killed_meanwhile(scene):
    net = scene.begin(network_xml(txt="<txt name='motd' value='hello'/>"))
    client = Guest("one", "vbr0", mac_of(1)).dhcp()
    address = client.wait_bound()
    wait_for("the lease is listed", net.DHCPLeases)
    del net
    scene.kill_daemon()
    os.kill(dnsmasq_of("lab"), signal.SIGKILL)
    net = restart(scene)
    wait_for("dnsmasq runs again", lambda: dnsmasq_of("lab"))
    wait_for("dnsmasq answers", lambda: dig(client.guest, "192.0.2.1", "TXT", "motd") == '"hello"')
    check_equal([lease["ipaddr"] for lease in net.DHCPLeases()], [address], "leases")
    after = client.renew()
    check_equal(client.wait_event(after, ["renew", "bound", "nak"])[1:], ("renew", address), "outcome of a renewal")


@test("service/dnsmasq-killed-while-the-daemon-runs-is-restarted-and-logged")
def dnsmasq_killed(scene):
    net = scene.begin(network_xml(hosts=host_xml(mac_of(7), "192.0.2.7")))
    guest = Guest("one", "vbr0", mac_of(1))
    old = dnsmasq_of("lab")
    n_logged = len(scene.daemon.log())
    os.kill(old, signal.SIGKILL)
    wait_for("another dnsmasq runs", lambda: dnsmasq_of("lab") not in (None, old), 20)
    check_equal(offered(guest, mac_of(7)), "192.0.2.7", "offer of the new dnsmasq")
    wait_for("the log says so", lambda: "dnsmasq" in scene.daemon.log()[n_logged:] and "lab" in scene.daemon.log()[n_logged:])
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(8), "192.0.2.8"))
    wait_for("an update reaches the new dnsmasq", lambda: offered(guest, mac_of(8)) == "192.0.2.8")
    pid = dnsmasq_of("lab")
    net.destroy()
    wait_for("no dnsmasq runs after destroy", lambda: dnsmasq_of("lab") is None)
    check(not os.path.exists(f"/proc/{pid}"), "the dnsmasq of the destroyed network lives")


def put_in_place_of_dnsmasq(scene, content, mode):
    """As if its package were just being replaced, or broken; returns what puts the right one back."""
    path = scene.path("another-dnsmasq")
    with open(path, "w", encoding="ascii") as file:
        file.write(content)
    os.chmod(path, mode)
    subprocess.run(["mount", "--bind", path, "/usr/sbin/dnsmasq"], check=True)
    return lambda: subprocess.run(["umount", "/usr/sbin/dnsmasq"], check=True)


@test("service/dnsmasq-that-is-not-installed-any-more-update-is-refused-and-the-running-one-goes-on")
def dnsmasq_uninstalled(scene):
    net = scene.begin()
    guest = Guest("one", "vbr0", mac_of(1))
    guest.set_address("192.0.2.50/24")
    old = dnsmasq_of("lab")
    install = put_in_place_of_dnsmasq(scene, "", 0o644)
    check_fails(libvirt.VIR_ERR_OPERATION_FAILED, lambda: update(net, "add", "dns-txt", "<txt name='motd' value='hello'/>"),
                "it needs dnsmasq, but there is no program '/usr/sbin/dnsmasq'", libvirt.VIR_FROM_NONE)
    check_equal(dnsmasq_of("lab"), old, "dnsmasq after the refusal")
    check("motd" not in net.XMLDesc(), "the live definition has what was refused")
    check("could not be taken back" not in scene.daemon.log(), "the log says that something is left over")
    install()
    update(net, "add", "dns-txt", "<txt name='motd' value='hello'/>")
    wait_for("the new dnsmasq answers", lambda: dig(guest, "192.0.2.1", "TXT", "motd") == '"hello"')


@test("service/dnsmasq-that-cannot-be-started-is-tried-again-until-it-can")
def dnsmasq_broken(scene):
    net = scene.begin()
    repair = put_in_place_of_dnsmasq(scene, "#!/bin/sh\nexit 1\n", 0o755)
    os.kill(dnsmasq_of("lab"), signal.SIGKILL)
    scene.wait_log("it could not be brought back to its state, and it is tried again")
    check(net.isActive(), "the network is not active any more")
    repair()
    wait_for("dnsmasq runs again", lambda: dnsmasq_of("lab"), 20)


@test("service/pid-file-of-another-process-is-not-believed")
def foreign_pid(scene):
    net = scene.begin()
    bystander = Guest("one", "vbr0", mac_of(1)).spawn("sleep", "1000")
    scene.kill_daemon()
    os.kill(dnsmasq_of("lab"), signal.SIGKILL)
    with open(scene.path("run/libvirt/network/lab.pid"), "w", encoding="ascii") as pid_file:
        pid_file.write(f"{bystander.pid}\n")
    net = restart(scene)
    wait_for("dnsmasq runs again", lambda: dnsmasq_of("lab"))
    net.destroy()
    check_equal(bystander.poll(), None, "exit status of a process that has nothing to do with it")


@test("restart/config-and-live-differences-survive")
def differences_survive(scene):
    net = scene.begin()
    update(net, "add", "dns-txt", "<txt name='live-only' value='1'/>", LIVE)
    update(net, "add", "dns-txt", "<txt name='config-only' value='1'/>", 2)
    net = restart(scene)
    check_contains(net.XMLDesc(0), "live-only", "live XML")
    check("config-only" not in net.XMLDesc(0), "the live XML has the record of the config")
    check_contains(net.XMLDesc(1), "config-only", "stored XML")
    check_contains(read(scene.path("etc/libvirt/qemu/networks/lab.xml")), "config-only", "file")
    net.destroy()
    net.create()
    check("live-only" not in net.XMLDesc(0), "the live record outlived destroy and start")


if __name__ == "__main__":
    main()
