# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guests, the world outside and daemons: what stands in a sandbox for a demonstration or a test.

Guests are network namespaces with a real DHCP client, wired into a bridge; the sandbox's own namespace is the host that
the daemon works on. Nothing here tests or prints anything. Used by tools/quickstart, the netns and interop tests and
the bench, always inside a sandbox (sandbox.py), which ends and removes everything made here.
"""

import ipaddress
import json
import os
import re
import signal
import socket
import subprocess
import time

import sandbox

HERE = os.path.dirname(os.path.abspath(__file__))
OUTSIDE_ADDRESS = "198.51.100.1"
HOST_ADDRESS = "198.51.100.2"


class Failed(Exception):
    """Something did not come about; the text says what."""


# --- Programs and waiting ------------------------------------------------------------------------------------------

def run(*argv, check=True, limit=30, **options):
    """Run a program to its end and return what it printed on stdout; without CHECK its CompletedProcess."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=limit, check=False, **options)
    if not check:
        return done
    if done.returncode != 0:
        raise Failed(f"{' '.join(argv)}: exit status {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def wait_for(what, condition, seconds=10, every=0.02):
    """Wait until CONDITION() gives something true and return that; fail with WHAT if it does not in time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Failed(f"waited {seconds:g} s in vain: {what}")
        time.sleep(every)


def read(path):
    """A file's text, or "" if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except FileNotFoundError:
        return ""


# --- Namespaces and guests -----------------------------------------------------------------------------------------

class Namespace:
    """A network namespace with a name; its programs are started with run and spawn."""

    def __init__(self, name):
        self.name = name
        run("ip", "netns", "add", name)
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *argv, **options):
        return run("ip", "netns", "exec", self.name, *argv, **options)

    def spawn(self, *argv, **options):
        return subprocess.Popen(["ip", "netns", "exec", self.name, *argv], stdin=subprocess.DEVNULL, **options)

    def ping(self, address, interval_ms=10, patience=10):
        """Begin to ping ADDRESS; returns once the first answer has come."""
        return Ping(self, address, interval_ms, patience)

    def reaches(self, address, seconds=1):
        """Whether one ping out of a few gets through to ADDRESS."""
        return self.run("ping", "-q", "-n", "-i", "0.1", "-c", "3", "-w", str(seconds), address, check=False).returncode == 0


class Guest(Namespace):
    """A namespace with one network card, eth0, whose other end is a port of a bridge."""

    def __init__(self, name, bridge, mac):
        super().__init__(name)
        self.mac = mac
        self.port = "p-" + name
        run("ip", "link", "add", self.port, "type", "veth", "peer", "name", "eth0", "address", mac, "netns", self.name)
        self.plug(bridge)
        self.run("ip", "link", "set", "eth0", "up")

    def plug(self, bridge):
        run("ip", "link", "set", self.port, "master", bridge, "up")

    def address(self):
        """The IPv4 address of eth0, or None."""
        links = json.loads(self.run("ip", "-j", "-4", "address", "show", "dev", "eth0"))
        infos = [info for link in links for info in link.get("addr_info", [])]
        return infos[0]["local"] if infos else None

    def set_address(self, address, gateway=None):
        self.run("ip", "address", "replace", address, "dev", "eth0")
        if gateway:
            self.run("ip", "route", "replace", "default", "via", gateway)

    def dhcp(self, *options):
        """Start a DHCP client and wait for its address."""
        client = DhcpClient(self, options)
        client.wait_bound()
        return client


class DhcpClient:
    """udhcpc on a guest's eth0. Its events are tuples (time, event, address); see udhcpc-script."""

    def __init__(self, guest, options=()):
        self.guest = guest
        self.events_path = os.path.join(sandbox.directory(), f"dhcp-{guest.name}.events")
        self.log_path = os.path.join(sandbox.directory(), f"dhcp-{guest.name}.log")
        with open(self.log_path, "ab") as log:
            self.process = guest.spawn("udhcpc", "-f", "-i", "eth0", "-t", "30", "-T", "1", "-A", "1",
                                       "-s", os.path.join(HERE, "udhcpc-script"), *options,
                                       stdout=log, stderr=log, env=dict(os.environ, DHCP_EVENTS=self.events_path))

    def events(self):
        lines = [line.split() for line in read(self.events_path).splitlines()]
        return [(float(at), event, address) for at, event, address in lines]

    def wait_bound(self, address=None, seconds=15):
        """Wait until the guest has ADDRESS (any, if None) by DHCP; returns it."""
        def bound():
            events = self.events()
            if not events or events[-1][1] not in ("bound", "renew"):
                return None
            return events[-1][2] if address in (None, events[-1][2]) else None
        return wait_for(f"guest {self.guest.name} gets {address or 'an address'} by DHCP", bound, seconds)

    def renew(self):
        """Ask the server to extend the lease now. Returns the number of events before, for wait_event."""
        before = len(self.events())
        self.process.send_signal(signal.SIGUSR1)
        return before

    def release(self):
        before = len(self.events())
        self.process.send_signal(signal.SIGUSR2)
        return before

    def wait_event(self, after, names, seconds=15):
        """Wait for one of the events NAMES that is newer than the first AFTER ones; returns it."""
        return wait_for(f"guest {self.guest.name}: DHCP event {' or '.join(names)}",
                        lambda: next((event for event in self.events()[after:] if event[1] in names), None), seconds)

    def seconds_without_address(self):
        """How long the guest was without an address since it first had one."""
        total, lost_at, had_one = 0.0, None, False
        for at, event, _address in self.events():
            if event == "deconfig" and had_one and lost_at is None:
                lost_at = at
            elif event in ("bound", "renew"):
                total += at - lost_at if lost_at is not None else 0.0
                lost_at, had_one = None, True
        return total

    def stop(self):
        """End the client without a release, as when a guest is switched off."""
        self.process.kill()
        self.process.wait()


class Ping:
    """A pinger.py at work in a namespace."""

    def __init__(self, namespace, address, interval_ms, patience):
        self.label = f"{namespace.name} to {address}"
        self.process = namespace.spawn(sandbox.PYTHON, os.path.join(HERE, "pinger.py"), address, str(interval_ms),
                                       stdout=subprocess.PIPE, text=True)
        os.set_blocking(self.process.stdout.fileno(), False)
        try:
            wait_for(f"first answer to pings from {self.label}", self.process.stdout.readline, patience)
        except Failed:
            self.process.kill()
            raise
        os.set_blocking(self.process.stdout.fileno(), True)

    def stop(self):
        """End it; returns its account: sent, received, slowest_ms, lost_at_s."""
        self.process.terminate()
        account = json.loads(self.process.communicate(timeout=10)[0])
        account["lost"] = account["sent"] - account["received"]
        return account


def make_outside():
    """A namespace that stands for the rest of the world: it has no route back to any guest, so only NAT reaches it."""
    outside = Namespace("outside")
    run("ip", "link", "add", "uplink", "type", "veth", "peer", "name", "eth0", "netns", outside.name)
    run("ip", "address", "add", HOST_ADDRESS + "/24", "dev", "uplink")
    run("ip", "link", "set", "uplink", "up")
    run("ip", "route", "add", "default", "via", OUTSIDE_ADDRESS)
    outside.run("ip", "address", "add", OUTSIDE_ADDRESS + "/24", "dev", "eth0")
    outside.run("ip", "link", "set", "eth0", "up")
    return outside


# --- What the host shows -------------------------------------------------------------------------------------------

def links():
    """Names of the host's network devices, without loopback."""
    return sorted(link["ifname"] for link in json.loads(run("ip", "-j", "link", "show")) if link["ifname"] != "lo")


def addresses(device):
    """The IPv4 addresses of a device as "ADDRESS/PREFIX", sorted; [] if it does not exist."""
    done = run("ip", "-j", "-4", "address", "show", "dev", device, check=False)
    found = [info for link in json.loads(done.stdout or "[]") for info in link.get("addr_info", [])]
    return sorted((f"{info['local']}/{info['prefixlen']}" for info in found), key=lambda text: ipaddress.ip_interface(text))


def rules():
    """The host's nftables rules as text, without what changes by itself (handles, counters)."""
    return re.sub(r"counter packets \d+ bytes \d+", "counter", run("nft", "-s", "list", "ruleset"))


def processes(*words):
    """Pids of the processes whose command line has all WORDS, by age."""
    found = []
    for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
        command = read(f"/proc/{pid}/cmdline").replace("\0", " ")
        if command and all(word in command for word in words):
            found.append(pid)
    return found


def dnsmasq_of(network):
    """Pid of the dnsmasq that serves a network, or None. It is the one of its two processes that the other is a child of."""
    pids = processes("dnsmasq", f"/{network}.conf")
    pids = [pid for pid in pids if read(f"/proc/{pid}/comm").strip() == "dnsmasq"]
    return pids[0] if pids else None


# --- Daemons -------------------------------------------------------------------------------------------------------

def accepts(path):
    """Whether somebody listens on the unix socket PATH."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        try:
            client.connect(path)
            return True
        except OSError:
            return False


class Daemon:
    """A network daemon with all its files below ROOT. Subclasses say how it is started and where it listens."""

    def __init__(self, root=None):
        self.root = root or os.path.join(sandbox.directory(), "root")
        self.log_path = os.path.join(sandbox.directory(), "daemon.log")
        self.process = None
        os.makedirs(self.root, exist_ok=True)

    def command(self):
        raise NotImplementedError

    def socket_path(self):
        raise NotImplementedError

    def prepare(self):
        """What has to be done once before the first start."""

    @property
    def uri(self):
        return "network+unix:///system?socket=" + self.socket_path()

    def start(self, *options, env=None, wait=True):
        """Start it; returns when it serves clients. With WAIT false at once."""
        self.prepare()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([*self.command(), *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=dict(os.environ, **(env or {})), cwd="/")
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=30):
        def serves():
            if self.process.poll() is not None:
                raise Failed(f"the daemon ended with status {self.process.returncode}: {self.log()[-2000:]}")
            return accepts(self.socket_path())
        wait_for("the daemon serves clients", serves, seconds)

    def stop(self, seconds=20):
        """End it with SIGTERM; returns its exit status. Networks stay as they are."""
        if self.process is None:
            return None
        self.process.terminate()
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f"the daemon did not end within {seconds} s of SIGTERM") from None
        self.process = None
        return status

    def kill(self):
        """End it with SIGKILL, as a crash would."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def log(self):
        return read(self.log_path)


class OurDaemon(Daemon):
    """virtnetworkd of a build directory."""

    def __init__(self, build, root=None):
        super().__init__(root)
        self.build = build

    def command(self):
        return [os.path.join(self.build, "src", "virtnetworkd"), "--root", self.root, "--verbose"]

    def socket_path(self):
        return os.path.join(self.root, "run/libvirt/virtnetworkd-sock")


class InPlaceDaemon(OurDaemon):
    """virtnetworkd on the machine's own directories: those that a DebianDaemon was prepared with."""

    def __init__(self, build, debian):
        super().__init__(build, debian.root)
        self.log_path = os.path.join(sandbox.directory(), "in-place.log")

    def command(self):
        return [os.path.join(self.build, "src", "virtnetworkd"), "--root", "/", "--verbose"]

    def socket_path(self):
        return "/run/libvirt/virtnetworkd-sock"


class DebianDaemon(Daemon):
    """Debian's libvirtd, with our directories in the places of those that it has built in."""

    PLACES = ["etc/libvirt", "run/libvirt", "var/lib/libvirt", "var/cache/libvirt", "var/log/libvirt"]
    prepared = False

    def prepare(self):
        if self.prepared:
            return
        for place in self.PLACES:
            inside = os.path.join(self.root, place)
            os.makedirs(inside, exist_ok=True)
            os.makedirs("/" + place, exist_ok=True)
            sandbox.mount("--bind", inside, "/" + place)
        for place in ("etc/libvirt/qemu/networks/autostart", "var/lib/libvirt/dnsmasq", "run/libvirt/network"):
            os.makedirs(os.path.join(self.root, place), exist_ok=True)
        with open("/etc/libvirt/libvirtd.conf", "w", encoding="utf-8") as conf:
            conf.write('auth_unix_ro = "none"\nauth_unix_rw = "none"\nunix_sock_rw_perms = "0700"\n')
        self.prepared = True

    def command(self):
        return ["/usr/sbin/libvirtd"]

    def socket_path(self):
        return "/run/libvirt/libvirt-sock"
