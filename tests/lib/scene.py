# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a scenario test works with: a daemon, a connection to it, guests, and checks that say what was wrong.

One Scene is handed to each test by harness.py, inside a sandbox. It ends what the test has started and fails a test whose
daemon ended badly, although the test itself saw nothing. The daemon comes from the build directory named by
VIRNET_BUILD_TEST (with sanitizers and fault points), the programs that talk to it from VIRNET_BUILD.
"""

import glob
import json
import os
import re
import subprocess

import libvirt

import laboratory
import sandbox
from harness import TOP, Skipped
from laboratory import Failed, read, run, wait_for

BUILD = os.environ.get("VIRNET_BUILD", os.path.join(TOP, "build"))
BUILD_TEST = os.environ.get("VIRNET_BUILD_TEST", os.path.join(TOP, "build-test"))
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:exitcode=99",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "LSAN_OPTIONS": "suppressions=" + os.path.join(TOP, "tests/lib/lsan.supp") + ":print_suppressions=0",
}
REPORT = re.compile(r"AddressSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer|runtime error:|CRITICAL \*\*|(-|:)CRITICAL")

COMMANDS = {"modify": libvirt.VIR_NETWORK_UPDATE_COMMAND_MODIFY, "delete": libvirt.VIR_NETWORK_UPDATE_COMMAND_DELETE,
            "add": libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, "add-first": libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST}
SECTIONS = {"ip-dhcp-host": libvirt.VIR_NETWORK_SECTION_IP_DHCP_HOST, "dns-txt": libvirt.VIR_NETWORK_SECTION_DNS_TXT,
            "ip-dhcp-range": libvirt.VIR_NETWORK_SECTION_IP_DHCP_RANGE}
LIVE, CONFIG = libvirt.VIR_NETWORK_UPDATE_AFFECT_LIVE, libvirt.VIR_NETWORK_UPDATE_AFFECT_CONFIG
BOTH = LIVE | CONFIG

libvirt.registerErrorHandler(lambda _context, _error: None, None)


# --- Checks --------------------------------------------------------------------------------------------------------

def check(condition, what):
    """Fail with WHAT unless CONDITION holds."""
    if not condition:
        raise Failed(what)


def check_equal(got, expected, what):
    if got != expected:
        raise Failed(f"{what}\n  expected {expected!r}\n  got      {got!r}")


def check_contains(text, part, what):
    if part not in text:
        raise Failed(f"{what}\n  expected {part!r}\n  in       {text!r}")


def check_fails(code, call, text="", domain=libvirt.VIR_FROM_NETWORK):
    """CALL must fail with this error code and domain and a message that holds TEXT; returns the message."""
    try:
        call()
    except libvirt.libvirtError as error:
        got = (error.get_error_code(), error.get_error_domain())
        check_equal(got, (code, domain), f"code and domain of the error '{error}'")
        check_contains(str(error), text, "message")
        return str(error)
    raise Failed(f"expected error {code}, the call succeeded")


def check_no_loss(account, label, at_least=10):
    """All pings of a pinger's account were answered, and there were enough of them for that to mean something."""
    check(account["sent"] >= at_least, f"only {account['sent']} pings {label} were sent")
    check(account["lost"] == 0, f"{account['lost']} of {account['sent']} pings {label} were lost, at {account['lost_at_s'][:40]} s")


# --- Traffic -------------------------------------------------------------------------------------------------------

class Stream:
    """A TCP connection at work from one namespace to a server in another."""

    PROGRAM = os.path.join(TOP, "tests/lib/tcp_stream.py")

    def __init__(self, guest, outside, address, port=7777):
        self.server = outside.spawn(sandbox.PYTHON, self.PROGRAM, "serve", str(port), stdout=subprocess.PIPE, text=True)
        check_equal(self.server.stdout.readline().strip(), "listening", "the TCP server's first word")
        self.client = guest.spawn(sandbox.PYTHON, self.PROGRAM, "talk", address, str(port), stdout=subprocess.PIPE, text=True)
        check_equal(self.client.stdout.readline().strip(), "connected", "the TCP client's first word")

    def stop(self):
        """End it; it must have lived until now. Returns the account: echoed, slowest_ms, error."""
        self.client.terminate()
        account = json.loads(self.client.communicate(timeout=15)[0])
        self.server.kill()
        check(account["error"] is None, f"the TCP stream broke after {account['echoed']} lines: {account['error']}")
        return account


def offered(guest, mac):
    """The address that the DHCP server of a guest's network offers to a MAC; "-" if none."""
    return guest.run(sandbox.PYTHON, os.path.join(TOP, "tests/lib/dhcp_probe.py"), mac).strip()


def dig(namespace, server, *words):
    """What a DNS server answers, as lines of dig +short."""
    return namespace.run("dig", "+short", "+tries=1", "+time=2", "@" + server, *words, check=False).stdout.strip()


# --- Networks ------------------------------------------------------------------------------------------------------

def network_xml(name="lab", bridge="vbr0", mode="nat", subnet="192.0.2", **parts):
    """A network's XML: a bridge without STP (ports forward at once), an address, a range. Parts: hosts, txt (XML of entries),
    dynamic (of the range's content), dhcp=False, extra (XML of further elements)."""
    forward = f"<forward mode='{mode}'/>" if mode else ""
    dns = f"<dns>{parts['txt']}</dns>" if parts.get("txt") else ""
    dhcp = (f"<dhcp><range start='{subnet}.100' end='{subnet}.200'>{parts.get('dynamic', '')}</range>{parts.get('hosts', '')}</dhcp>"
            if parts.get("dhcp", True) else "")
    return (f"<network><name>{name}</name>{forward}<bridge name='{bridge}' stp='off' delay='0'/>{parts.get('extra', '')}{dns}"
            f"<ip address='{subnet}.1' netmask='255.255.255.0'>{dhcp}</ip></network>")


def host_xml(mac, ip, name=None, inner=""):
    named = f" name='{name}'" if name else ""
    return f"<host mac='{mac}'{named} ip='{ip}'>{inner}</host>"


def mac_of(number):
    return f"52:54:00:00:{number // 256:02x}:{number % 256:02x}"


def update(net, command, section, xml, flags=BOTH):
    net.update(COMMANDS[command], SECTIONS[section], -1, xml, flags)


# --- The scene -----------------------------------------------------------------------------------------------------

class Scene:
    def __init__(self):
        self.daemon = None
        self.connection = None
        self.allow_report = False       # a test that provokes a critical message says so

    def start_daemon(self, *options, env=None, root=None):
        """Start the daemon; one that was stopped or killed before is started again on the same files."""
        if self.daemon is None:
            self.daemon = make_daemon(root)
        self.daemon.start(*options, env=dict(SANITIZERS, **(env or {})))
        return self.daemon

    def connect(self):
        """A connection to the daemon; the one before it is dropped."""
        self.connection = None
        self.connection = libvirt.open(self.daemon.uri)
        return self.connection

    def begin(self, xml=None, start=True):
        """The usual beginning: daemon, connection, one network defined and started. Returns the network."""
        self.start_daemon()
        net = self.connect().networkDefineXML(xml or network_xml())
        if start:
            net.create()
        return net

    def stop_daemon(self):
        """End the daemon with SIGTERM; it must end cleanly."""
        self.connection = None
        status = self.daemon.stop()
        check_equal(status, 0, "exit status of the daemon after SIGTERM")
        self.check_report()

    def kill_daemon(self):
        self.connection = None
        self.daemon.kill()

    def check_report(self):
        """No sanitizer and no failed assertion of GLib has spoken in the daemon's log."""
        found = REPORT.search(self.daemon.log())
        check(found is None or self.allow_report, "the daemon's log holds a sanitizer's report or a critical message")

    def close(self):
        if self.daemon is not None and self.daemon.process is not None:
            self.stop_daemon()

    def syslog(self):
        """What dnsmasq has said."""
        return read(os.path.join(sandbox.directory(), "syslog"))

    def wait_syslog(self, text, seconds=10):
        wait_for(f"dnsmasq's log says '{text}'", lambda: text in self.syslog(), seconds)

    def wait_log(self, text, seconds=10):
        """Wait until the daemon's log holds TEXT; returns the last line with it."""
        def lines():
            return [line for line in self.daemon.log().splitlines() if text in line]
        return wait_for(f"the daemon's log says '{text}'", lines, seconds)[-1]

    def path(self, relative):
        return os.path.join(self.daemon.root, relative)

    def describe(self):
        """The state of things, for a test that has failed."""
        parts = [("addresses", run("ip", "-br", "address", check=False).stdout),
                 ("rules", run("nft", "list", "ruleset", check=False).stdout),
                 ("processes", run("ps", "-eo", "pid,ppid,args", check=False).stdout),
                 ("dnsmasq's log", "".join(self.syslog().splitlines(True)[-40:]))]
        if self.daemon:
            parts.append(("daemon's log", "".join(self.daemon.log().splitlines(True)[-80:])))
            for path in sorted(glob.glob(self.path("var/lib/libvirt/dnsmasq/*"))):
                parts.append((path, read(path)[:2000]))
        return "\n".join(f"--- {title}\n{text.rstrip()}" for title, text in parts)


def our_library():
    """The environment in which programs use our library in the place of Debian's."""
    directory = os.path.join(BUILD, "src")
    check(os.path.exists(os.path.join(directory, "libvirt.so.0")), f"no libvirt.so.0 in {directory}")
    return dict(os.environ, LD_LIBRARY_PATH=directory)


def make_daemon(root=None):
    """The daemon under test. VIRNET_DAEMON=debian puts libvirtd in its place, to try the tests themselves."""
    if os.environ.get("VIRNET_DAEMON") == "debian":
        return laboratory.DebianDaemon(root)
    if not os.path.exists(os.path.join(BUILD_TEST, "src/virtnetworkd")):
        raise Skipped(f"no daemon in {BUILD_TEST}")
    return laboratory.OurDaemon(BUILD_TEST, root)
