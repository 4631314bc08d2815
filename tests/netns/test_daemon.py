#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The daemon as a process: one per root, sockets, signals, idle timer and exit statuses; leases through its helper."""

import os
import signal
import socket
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
from laboratory import Guest, dnsmasq_of, read, run, wait_for  # noqa: E402
from scene import SANITIZERS, check, check_contains, check_equal, mac_of, network_xml  # noqa: E402

NEW_XML = """<network>
  <name>new</name>
  <uuid>6b1cf8a8-3a6e-4e0a-9a0e-3f6f0a4b7c11</uuid>
  <bridge name='vbr9' stp='off' delay='0'/>
  <ip address='198.51.100.1' netmask='255.255.255.0'/>
</network>
"""


def try_daemon(scene, *options):
    """Run a daemon that will not stay; returns its exit status and what it said."""
    done = subprocess.run([*scene.daemon.command(), *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, env=dict(os.environ, **SANITIZERS), timeout=30, check=False)
    return done.returncode, done.stdout


def wait_end(scene, seconds=20):
    """Wait until the daemon has ended by itself; returns its exit status."""
    status = scene.daemon.process.wait(seconds)
    scene.daemon.process = None
    return status


def mode_of(path):
    return oct(stat.S_IMODE(os.stat(path).st_mode)) if os.path.exists(path) else None


@test("daemon/second-one-is-refused-and-told-the-pid-of-the-first")
def second_is_refused(scene):
    first = scene.start_daemon().process.pid
    status, said = try_daemon(scene)
    check_equal(status, 1, "exit status of a second daemon")
    check_contains(said, f"process {first} runs already: Failed to acquire pid file "
                   f"'{scene.path('run/virtnetworkd.pid')}': Resource temporarily unavailable", "what it said")
    status, said = try_daemon(scene, "--pid-file", scene.path("other.pid"))
    check_equal(status, 11, "exit status of a second daemon with a pid file of its own")
    check_contains(said, f"process {first} runs already: Failed to acquire pid file "
                   f"'{scene.path('run/libvirt/network/driver.pid')}'", "what it said")
    check(not os.path.exists(scene.path("other.pid")), "the refused daemon left its pid file")
    check_equal(scene.connect().listNetworks(), [], "networks of the first daemon")


@test("daemon/clean-end-removes-sockets-and-pid-file")
def clean_end(scene):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        pid = scene.start_daemon().process.pid
        check_equal(read(scene.path("run/virtnetworkd.pid")), f"{pid}\n", "pid file")
        scene.daemon.process.send_signal(number)
        check_equal(wait_end(scene), 0, f"exit status after signal {number}")
        check_equal(os.listdir(scene.path("run")), ["libvirt"], "left in run")
        check_equal(os.listdir(scene.path("run/libvirt")), ["network"], "left in run/libvirt")
    scene.check_report()


@test("daemon/killed-one-leaves-sockets-that-the-next-replaces")
def stale_sockets(scene):
    scene.start_daemon()
    scene.kill_daemon()
    check(stat.S_ISSOCK(os.stat(scene.daemon.socket_path()).st_mode), "the killed daemon's socket is gone")
    scene.start_daemon()
    check_equal(scene.connect().getURI(), scene.daemon.uri, "uri through the new socket")


@test("daemon/sockets-have-their-modes-and-group")
def socket_modes(scene):
    scene.start_daemon()
    check_equal(mode_of(scene.daemon.socket_path()), "0o700", "read-write socket")
    wait_for("the read-only socket has its mode", lambda: mode_of(scene.daemon.socket_path() + "-ro") == "0o777")
    scene.stop_daemon()
    with open(scene.path("etc/libvirt/virtnetworkd.conf"), "w", encoding="utf-8") as file:
        file.write('unix_sock_group = "daemon"\nunix_sock_ro_perms = "0750"\n')
    scene.start_daemon()
    check_equal(mode_of(scene.daemon.socket_path()), "0o770", "read-write socket of a group")
    wait_for("the read-only socket has the mode configured", lambda: mode_of(scene.daemon.socket_path() + "-ro") == "0o750")
    group = int(run("getent", "group", "daemon").split(":")[2])
    check_equal(os.stat(scene.daemon.socket_path()).st_gid, group, "group")


@test("daemon/systemd-is-told-when-clients-are-served")
def notify(scene):
    scene.start_daemon()
    scene.stop_daemon()
    path = scene.path("notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path)
        listener.settimeout(30)
        scene.daemon.start(env=dict(SANITIZERS, NOTIFY_SOCKET=path), wait=False)
        check_equal(listener.recv(64), b"READY=1", "first message")
        scene.connect()
        scene.stop_daemon()
        check_equal(listener.recv(64), b"STOPPING=1", "last message")


@test("daemon/background-parent-ends-with-the-fate-of-its-child")
def background(scene):
    scene.start_daemon()
    status, said = try_daemon(scene, "--daemon")
    check_equal(status, 1, "exit status of a refused daemon's parent")
    check_contains(said, "runs already", "what it said")
    scene.stop_daemon()
    done = subprocess.run([*scene.daemon.command(), "--daemon"], stdin=subprocess.DEVNULL,
                          env=dict(os.environ, **SANITIZERS), timeout=30, check=False)
    check_equal(done.returncode, 0, "exit status of the parent")
    scene.connect()
    pid = int(read(scene.path("run/virtnetworkd.pid")))
    check_equal(os.readlink(f"/proc/{pid}/fd/2"), "/dev/null", "its stderr")
    scene.connection = None
    os.kill(pid, signal.SIGTERM)
    wait_for("it ends", lambda: not os.path.exists(scene.path("run/virtnetworkd.pid")))


@test("daemon/idle-timer-waits-for-clients-and-networks")
def idle_timer(scene):
    scene.start_daemon("--timeout", "1")
    net = scene.connect().networkCreateXML(network_xml())
    net = None      # noqa: F841  (the object holds the connection open)
    scene.connection = None
    scene.wait_log("network 'lab': started")
    check(not ended_within(scene, 2.5), "the daemon ended although a network is active")
    net = scene.connect().networkLookupByName("lab")
    net.destroy()
    check(not ended_within(scene, 2.5), "the daemon ended although a client is connected")
    net = scene.connection = None
    check_equal(wait_end(scene), 0, "exit status of the idle daemon")
    scene.check_report()


def ended_within(scene, seconds):
    """A negative has to be waited for: whether the daemon ends although it must not."""
    try:
        scene.daemon.process.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        return False


@test("daemon/sighup-finds-new-definitions-and-mends-rules")
def sighup(scene):
    scene.begin()
    with open(scene.path("etc/libvirt/qemu/networks/new.xml"), "w", encoding="utf-8") as file:
        file.write(NEW_XML)
    before = run("nft", "list", "ruleset")
    run("nft", "flush", "ruleset")
    scene.daemon.process.send_signal(signal.SIGHUP)
    wait_for("the new network is listed", lambda: scene.connection.listDefinedNetworks() == ["new"])
    wait_for("the rules are back", lambda: run("nft", "list", "ruleset") == before)


@test("daemon/many-sighups-and-then-sigterm-end-cleanly")
def many_sighups(scene):
    scene.begin()
    for _ in range(50):
        scene.daemon.process.send_signal(signal.SIGHUP)
    scene.stop_daemon()
    check(dnsmasq_of("lab") is not None, "dnsmasq ended with the daemon")


@test("daemon/wrong-configuration-is-refused-with-file-and-line")
def wrong_configuration(scene):
    scene.start_daemon()
    scene.stop_daemon()
    path = scene.path("x.conf")
    refused = "Can't load config file: "
    for text, status, said in [
            ('\nlog_level = "', 1,
             f"{refused}configuration file syntax error: {path}:2: unterminated string: {path}"),
            ("auth_unix_rw = 1", 1,
             f"{refused}internal error: {path}: expected a string for 'auth_unix_rw' parameter: {path}"),
            ('auth_unix_rw = "nonsense"', 1,
             f"{refused}unsupported configuration: {path}: auth_unix_rw: unsupported auth nonsense: {path}"),
            ('unix_sock_group = "no such group"', 6, "Failed to look up group 'no such group'"),
            ('unix_sock_dir = "/nowhere"', 6, f"Failed to bind socket to '{scene.path('nowhere/virtnetworkd-sock')}': "
                                              "No such file or directory")]:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        got, output = try_daemon(scene, "--config", path)
        check_contains(output, said, f"said of {text!r}")
        check_equal(got, status, f"exit status with {text!r}")
    status, output = try_daemon(scene, "--config", scene.path("missing.conf"))
    check_equal(status, 1, "exit status with a missing file")
    check_contains(output, f"Failed to open file '{scene.path('missing.conf')}': No such file or directory", "said")


@test("daemon/unknown-setting-is-warned-of-and-ignored")
def unknown_setting(scene):
    scene.start_daemon()
    scene.stop_daemon()
    with open(scene.path("etc/libvirt/virtnetworkd.conf"), "w", encoding="utf-8") as file:
        file.write("nonsense = 1\n")
    scene.start_daemon()
    scene.wait_log("setting 'nonsense' is not known and is ignored")


@test("leases/helper-passes-a-real-clients-lease-to-virNetworkGetDHCPLeases")
def leases(scene):
    net = scene.begin()
    guest = Guest("one", "vbr0", mac_of(1))
    address = guest.dhcp("-x", "hostname:guest-one").wait_bound()
    found = wait_for("the lease is listed", net.DHCPLeases)
    check_equal([(lease["iface"], lease["mac"], lease["ipaddr"], lease["prefix"], lease["type"], lease["hostname"],
                  lease["clientid"], lease["iaid"]) for lease in found],
                [("vbr0", mac_of(1), address, 24, 0, "guest-one", "01:" + mac_of(1), None)], "the lease")
    check_equal(net.DHCPLeases(mac_of(1).upper())[0]["ipaddr"], address, "the lease of this MAC")
    check_equal(net.DHCPLeases(mac_of(2)), [], "leases of another MAC")
    check_equal(mode_of(scene.path("var/lib/libvirt/dnsmasq/vbr0.status")), "0o644", "mode of the lease file")


@test("leases/dnsmasq-that-is-restarted-gets-its-leases-back")
def leases_survive(scene):
    net = scene.begin()
    guest = Guest("one", "vbr0", mac_of(1))
    guest.dhcp().wait_bound()
    wait_for("the lease is listed", net.DHCPLeases)
    path = scene.path("var/lib/libvirt/dnsmasq/vbr0.status")
    before = (read(path), os.stat(path).st_ino)
    first = dnsmasq_of("lab")
    os.kill(first, signal.SIGKILL)
    wait_for("a new dnsmasq runs", lambda: dnsmasq_of("lab") not in (None, first))
    again = Guest("two", "vbr0", mac_of(2))
    again.dhcp().wait_bound()
    wait_for("the second lease is listed", lambda: len(net.DHCPLeases()) == 2)
    check_contains(read(path), before[0].strip().strip("[]").strip(), "the lease file with the first lease as it was")


if __name__ == "__main__":
    main()
