#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The daemon as systemd runs it: sockets handed over, readiness told, an end by itself that loses no client.

No systemd is needed: the test opens the sockets, hands them to each daemon it starts, and hears what the daemon says.
"""

import fcntl
import os
import select
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
from laboratory import dnsmasq_of, read, wait_for  # noqa: E402
from scene import SANITIZERS, check, check_contains, check_equal, check_fails, make_daemon, network_xml  # noqa: E402

NAMES = ["virtnetworkd.socket", "virtnetworkd-ro.socket"]
FIRST_FD = 3
# The process id is known only to the process itself.
LAUNCHER = 'LISTEN_PID=$$; export LISTEN_PID; exec "$@"'
TIMEOUT_S = 2


class Systemd:
    """What systemd has of a service: its sockets, which outlive every daemon, and where it is told of its state."""

    def __init__(self, scene):
        scene.daemon = make_daemon()
        self.scene = scene
        self.daemon = scene.daemon
        directory = os.path.join(self.daemon.root, "run/libvirt")
        os.makedirs(directory)
        self.sockets = [self.listen(os.path.join(directory, "virtnetworkd-sock" + end)) for end in ("", "-ro")]
        self.messages = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify_path = os.path.join(self.daemon.root, "notify")
        self.messages.bind(self.notify_path)
        self.messages.settimeout(60)

    @staticmethod
    def listen(path):
        """A listening socket, out of the way of the descriptors that the daemon is to get."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.bind(path)
        sock.listen(100)
        moved = socket.socket(fileno=fcntl.fcntl(sock.fileno(), fcntl.F_DUPFD_CLOEXEC, 100))
        sock.close()
        return moved

    def start(self, *options, names=NAMES, n_sockets=2, ready=True):
        """Start a daemon with the first sockets; names None: it is not told them. Returns when it says that it is ready."""
        passed = [sock.fileno() for sock in self.sockets[:n_sockets]]
        env = dict(os.environ, **SANITIZERS, NOTIFY_SOCKET=self.notify_path, LISTEN_FDS=str(n_sockets))
        if names is not None:
            env["LISTEN_FDNAMES"] = ":".join(names[:n_sockets])

        def place():
            for number, descriptor in enumerate(passed):
                os.dup2(descriptor, FIRST_FD + number)
        with open(self.daemon.log_path, "ab") as log:
            self.daemon.process = subprocess.Popen(
                ["/bin/sh", "-c", LAUNCHER, "sh", *self.daemon.command(), *options], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, env=env, cwd="/", preexec_fn=place, pass_fds=range(FIRST_FD, FIRST_FD + n_sockets))
        if ready:
            check_equal(self.messages.recv(64), b"READY=1", "what the daemon says when it serves")

    def wait_end(self):
        """Wait until the daemon has ended by itself, and check that it said so. Returns its status."""
        check_equal(self.messages.recv(64), b"STOPPING=1", "what the daemon says when it ends")
        status = self.daemon.process.wait(30)
        self.daemon.process = None
        return status

    def says_nothing(self, seconds):
        """A negative has to be waited for: whether the daemon ends although it must not."""
        self.messages.settimeout(seconds)
        try:
            return self.messages.recv(64) is None
        except TimeoutError:
            return True
        finally:
            self.messages.settimeout(60)

    def call(self):
        """A connection whose socket is in the queue at once, although nobody may serve it yet: a program of its own makes it."""
        program = f"import libvirt; print(libvirt.open({self.daemon.uri!r}).numOfNetworks())"
        return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def waits(self):
        """Whether somebody is connected to the read-write socket whom nobody has accepted."""
        return bool(select.select([self.sockets[0]], [], [], 0)[0])


@test("systemd/sockets-by-name-are-served-with-their-rights-and-left-in-place")
def by_name(scene):
    systemd = Systemd(scene)
    systemd.sockets.reverse()
    systemd.start(names=NAMES[::-1])
    check_equal(scene.connect().getURI(), scene.daemon.uri, "uri over the passed socket")
    scene.connection = None
    readonly = libvirt.open("network+unix:///system?socket=" + scene.daemon.socket_path() + "-ro")
    check_fails(libvirt.VIR_ERR_OPERATION_DENIED, lambda: readonly.networkDefineXML(network_xml()), "read only")
    readonly.close()
    inode = os.stat(scene.daemon.socket_path()).st_ino
    scene.stop_daemon()
    check_equal(os.stat(scene.daemon.socket_path()).st_ino, inode, "the socket after the daemon's end")


@test("systemd/without-names-the-addresses-tell")
def by_address(scene):
    systemd = Systemd(scene)
    systemd.start(names=None)
    check_equal(scene.connect().listNetworks(), [], "networks")


@test("systemd/socket-that-was-not-passed-is-not-opened")
def one_socket(scene):
    systemd = Systemd(scene)
    os.unlink(scene.daemon.socket_path() + "-ro")
    systemd.start(n_sockets=1)
    check_equal(scene.connect().listNetworks(), [], "networks")
    check(not os.path.exists(scene.daemon.socket_path() + "-ro"), "the daemon opened the other socket by itself")


@test("systemd/unknown-socket-is-refused-by-name")
def unknown_socket(scene):
    systemd = Systemd(scene)
    systemd.sockets = [systemd.listen(os.path.join(scene.daemon.root, "elsewhere"))]
    systemd.start(names=["other.socket"], n_sockets=1, ready=False)
    check_equal(scene.daemon.process.wait(30), 6, "exit status")
    scene.daemon.process = None
    check_contains(scene.daemon.log(), f"passed socket 'other.socket' at '{scene.path('elsewhere')}' is neither "
                   "'virtnetworkd.socket' nor 'virtnetworkd-ro.socket'", "what it said")


@test("systemd/children-inherit-neither-sockets-nor-variables")
def children(scene):
    systemd = Systemd(scene)
    systemd.start()
    scene.connect().networkCreateXML(network_xml())
    pid = dnsmasq_of("lab")
    check("LISTEN_FDS" not in read(f"/proc/{pid}/environ"), "dnsmasq got LISTEN_FDS")
    ours = {f"socket:[{os.stat(sock.fileno()).st_ino}]" for sock in systemd.sockets}
    theirs = {os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")}
    check_equal(ours & theirs, set(), "passed sockets that dnsmasq has")


@test("systemd/idle-daemon-ends-and-the-next-serves-who-came-meanwhile")
def next_serves(scene):
    systemd = Systemd(scene)
    systemd.start("--timeout", str(TIMEOUT_S))
    check_equal(systemd.wait_end(), 0, "exit status of the idle daemon")
    client = systemd.call()
    wait_for("the client waits in the queue", systemd.waits, 60)
    systemd.start("--timeout", str(TIMEOUT_S))
    check_equal(client.communicate(timeout=60)[0], "0\n", "what the client got")
    check_equal(systemd.wait_end(), 0, "exit status of the next one")
    scene.check_report()


@test("systemd/daemon-with-a-client-or-a-network-does-not-end", limit=120)
def stays(scene):
    systemd = Systemd(scene)
    systemd.start("--timeout", "1")
    net = scene.connect().networkCreateXML(network_xml())
    check(systemd.says_nothing(2.5), "the daemon ended although a client is connected")
    net = scene.connection = None       # noqa: F841  (the object holds the connection open)
    check(systemd.says_nothing(2.5), "the daemon ended although a network is active")
    net = scene.connect().networkLookupByName("lab")
    net.destroy()
    net = scene.connection = None
    check_equal(systemd.wait_end(), 0, "exit status of the idle daemon")
    scene.check_report()


@test("systemd/client-of-the-last-moment-is-served-by-this-daemon-or-the-next", limit=180)
def last_moment(scene):
    """The daemon is stopped until its timer is over and a client has come; then it sees both at once."""
    systemd = Systemd(scene)
    for _ in range(3):
        systemd.start("--timeout", "1")
        os.kill(scene.daemon.process.pid, signal.SIGSTOP)
        client = systemd.call()
        wait_for("the client waits in the queue", systemd.waits, 60)
        check(systemd.says_nothing(1.2), "a daemon that is stopped says something")
        os.kill(scene.daemon.process.pid, signal.SIGCONT)
        check_equal(systemd.wait_end(), 0, "exit status")
        if client.poll() is None and systemd.waits():
            systemd.start("--timeout", "1")
            check_equal(client.communicate(timeout=60)[0], "0\n", "what the client of the next daemon got")
            check_equal(systemd.wait_end(), 0, "exit status of the next one")
        else:
            check_equal(client.communicate(timeout=60)[0], "0\n", "what the client got")
    scene.check_report()


@test("systemd/own-sockets-client-of-the-last-moment-is-served")
def last_moment_alone(scene):
    """Without systemd the sockets go with the daemon, so it must serve who is connected by then, and stay on its path."""
    scene.start_daemon("--timeout", "1")
    os.kill(scene.daemon.process.pid, signal.SIGSTOP)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(scene.daemon.socket_path())
        client.settimeout(1.2)
        try:
            check(client.recv(1) is None, "a daemon that is stopped says something")
        except TimeoutError:
            pass
        os.kill(scene.daemon.process.pid, signal.SIGCONT)
        scene.wait_log("connected to the read-write socket", 30)
        check_equal(scene.connect().listNetworks(), [], "networks, for another client")
    scene.connection = None
    check_equal(scene.daemon.process.wait(30), 0, "exit status of the idle daemon")
    scene.daemon.process = None
    scene.check_report()


if __name__ == "__main__":
    main()
