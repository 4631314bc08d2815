#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Events, keepalive and the end of connections: Debian's programs with our daemon, ours with Debian's, and clients that are deaf."""

import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import TOP, Skipped, main, test  # noqa: E402  (first: it says where the others are)
import sandbox  # noqa: E402
import wire  # noqa: E402
from laboratory import DebianDaemon, read, run, wait_for  # noqa: E402
from relay import KEEPALIVE, MESSAGE, REPLY, Relay  # noqa: E402
from scene import (BUILD, check, check_contains, check_equal, host_xml, mac_of, network_xml,  # noqa: E402
                   our_library, update)
from terminal import Terminal  # noqa: E402

DEBIAN_VIRSH = "/usr/bin/virsh"
OUR_VIRSH = os.path.join(BUILD, "tools/virsh")
SCENARIO = os.path.join(TOP, "tests/interop/event_scenario.py")
PROGRAM = os.path.join(TOP, "tests/interop/event_program.c")
WAIT = ["net-event", "--event", "lifecycle"]
# Events are filtered by the UUID, so that a network that is defined again must have the same.
LAB = network_xml(extra="<uuid>5e3a3c1e-0000-4000-8000-0000000000ab</uuid>")


def start_daemon(scene, which):
    if which == "debian":
        if not shutil.which("libvirtd", path="/usr/sbin"):
            raise Skipped("libvirt-daemon-system is not installed")
        scene.daemon = DebianDaemon()
        scene.allow_report = True       # it is not ours to judge
    return scene.start_daemon()


# --- virsh ---------------------------------------------------------------------------------------------------------

def wait_asleep(pid):
    """Wait until nothing is at work in a process: it waits for something itself."""
    tasks = f"/proc/{pid}/task"
    wait_for("virsh sleeps", lambda: all(read(f"{tasks}/{task}/stat").rpartition(")")[2].split()[0] == "S"
                                         for task in os.listdir(tasks)))


class Waiting:
    """A virsh that waits for events: it has registered when this is made."""

    def __init__(self, scene, program, words):
        self.relay = Relay(scene.daemon.socket_path())
        env = dict(os.environ, LC_ALL="C.UTF-8", TZ="America/New_York")
        self.process = subprocess.Popen([program, "-c", self.relay.uri, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=env)
        self.relay.wait(wire.NETWORK_EVENT_REGISTER, REPLY)

    def lines(self, count):
        return [self.process.stdout.readline() for _index in range(count)]

    def interrupt(self):
        """Ctrl-C, but not at once: Debian's counts an event after it has printed it."""
        wait_asleep(self.process.pid)
        self.process.send_signal(signal.SIGINT)

    def end(self):
        """Status, the rest of what it prints and its errors, without the names of what is another in each run."""
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err.replace(self.relay.uri, "URI")


def change_all(scene):
    """Each kind of change, and those that are no events; lab is left defined and inactive."""
    connection = scene.connect()
    net = connection.networkLookupByName("lab")
    connection.networkDefineXML(network_xml("other", "vbr1", subnet="192.0.3")).undefine()
    net.create()
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(1), "192.0.2.10"))
    net.setAutostart(1)
    net.setAutostart(0)
    net.destroy()
    net.undefine()
    connection.networkDefineXML(LAB)


def see_loop(scene, program, *options):
    waiting = Waiting(scene, program, [*options, *WAIT, "--loop"])
    change_all(scene)
    lines = waiting.lines(6)
    waiting.interrupt()
    return lines, waiting.end()


def see_one(scene, program, *options):
    waiting = Waiting(scene, program, [*options, *WAIT])
    change_all(scene)
    return waiting.end()


def see_filtered(scene, program, *options):
    waiting = Waiting(scene, program, [*options, "net-event", "lab", "lifecycle", "--loop"])
    change_all(scene)
    lines = waiting.lines(4)
    waiting.interrupt()
    return lines, waiting.end()


def see_stamps(scene, program, *options):
    waiting = Waiting(scene, program, [*options, *WAIT, "--timestamp", "--loop"])
    change_all(scene)
    lines = waiting.lines(6)
    waiting.interrupt()
    return [re.sub(r"\d", "N", line) for line in lines], waiting.end()


def see_interrupt(scene, program, *options):
    waiting = Waiting(scene, program, [*options, f"{' '.join(WAIT)}; uri"])
    waiting.interrupt()
    status, out, err = waiting.end()
    return status, out.replace(waiting.relay.uri, "URI"), err


def see_end(scene, program, *options):
    waiting = Waiting(scene, program, [*options, *WAIT, "--loop"])
    waiting.relay.cut()
    return waiting.end()


def see_end_after_event(scene, program, *options):
    waiting = Waiting(scene, program, [*options, *WAIT, "--loop"])
    change_all(scene)
    lines = waiting.lines(6)
    waiting.relay.cut()
    return lines, waiting.end()


def see_silence(scene, program, *options):
    waiting = Waiting(scene, program, ["-k", "1", "-K", "1", *options, *WAIT, "--loop"])
    waiting.relay.freeze()
    return waiting.end()


SIGHTS = [see_loop, see_one, see_filtered, see_stamps, see_interrupt, see_end, see_end_after_event, see_silence]


def compare_virsh(scene):
    if not os.path.exists(DEBIAN_VIRSH):
        raise Skipped("libvirt-clients is not installed")
    scene.connect().networkDefineXML(LAB)
    for see in SIGHTS:
        for options in ([], ["-q"], ["-r"]):
            check_equal(see(scene, OUR_VIRSH, *options), see(scene, DEBIAN_VIRSH, *options), f"{see.__name__} with {options}")


@test("interop/events/our-virsh-prints-what-debians-prints-with-our-daemon", limit=240)
def virsh_on_ours(scene):
    start_daemon(scene, "ours")
    compare_virsh(scene)


@test("interop/events/our-virsh-prints-what-debians-prints-with-debians-daemon", limit=240)
def virsh_on_debian(scene):
    start_daemon(scene, "debian")
    compare_virsh(scene)


@test("interop/events/virsh-prints-each-lifecycle-event-and-no-update")
def virsh_prints(scene):
    scene.begin(LAB, start=False)
    text = "event 'lifecycle' for network {}: {}\n".format
    lines = [text("other", "Defined"), text("other", "Undefined"),
             *(text("lab", word) for word in ("Started", "Stopped", "Undefined", "Defined"))]
    check_equal(see_loop(scene, OUR_VIRSH), (lines, (0, "event loop interrupted\nevents received: 6\n\n", "")), "with --loop")
    check_equal(see_one(scene, OUR_VIRSH), (0, lines[0] + "events received: 1\n\n", ""), "without")
    check_equal(see_filtered(scene, OUR_VIRSH)[0], lines[2:], "of one network")
    stamps, _end = see_stamps(scene, OUR_VIRSH)
    check_equal(stamps[0], "NNNN-NN-NN NN:NN:NN.NNN+NNNN: " + lines[0], "with --timestamp")


@test("interop/events/virsh-prints-changes-of-metadata")
def virsh_metadata(scene):
    scene.begin(start=False)
    waiting = Waiting(scene, OUR_VIRSH, ["net-event", "--all", "--loop", "--network", "lab"])
    waiting.relay.wait(wire.NETWORK_EVENT_REGISTER, REPLY, 2)
    for words in (["net-desc", "lab", "--title", "A title"], ["net-desc", "lab", "Words"],
                  ["net-metadata", "lab", "urn:a", "--key", "k", "--set", "<x/>"], ["net-metadata", "lab", "urn:a", "--remove"],
                  ["net-start", "lab"]):
        run(OUR_VIRSH, "-c", scene.daemon.uri, *words)
    text = "event 'metadata-change' for network lab: type {}, uri {}\n".format
    check_equal(waiting.lines(5), [text("title", "<null>"), text("description", "<null>"), text("element", "urn:a"),
                                   text("element", "urn:a"), "event 'lifecycle' for network lab: Started\n"], "events")
    waiting.interrupt()
    check_equal(waiting.end()[0], 0, "exit status")


@test("interop/events/virsh-asks-debians-libvirtd-for-what-it-knows")
def virsh_all_on_debian(scene):
    start_daemon(scene, "debian")
    scene.connect().networkDefineXML(network_xml())
    waiting = Waiting(scene, OUR_VIRSH, ["net-event", "--all"])
    waiting.relay.wait(wire.NETWORK_EVENT_REGISTER, REPLY, 2)
    scene.connection.networkLookupByName("lab").create()
    check_equal(waiting.end(), (0, "event 'lifecycle' for network lab: Started\nevents received: 1\n\n", ""), "--all")
    done = run(OUR_VIRSH, "-c", scene.daemon.uri, "net-event", "--event", "metadata-change", check=False)
    check_equal((done.returncode, done.stderr), (1, "error: internal error: unsupported network event ID 1\n"), "metadata-change")


@test("interop/events/virsh-says-which-network-is-not-there")
def virsh_no_network(scene):
    scene.begin(start=False)
    for name, text in (("none", "error: failed to get network 'none'\nerror: Network not found: no network with matching name 'none'\n"),
                       ("", "error: Failed to get option 'network': Option argument is empty\n")):
        done = run(OUR_VIRSH, "-c", scene.daemon.uri, *WAIT, "--network", name, check=False)
        check_equal((done.returncode, done.stdout, done.stderr), (1, "\n", text), f"net-event of network '{name}'")
    done = run(OUR_VIRSH, "-c", scene.daemon.uri, *WAIT, "--all", check=False)
    check_equal(done.stderr, "error: Options --event and --all are mutually exclusive\n", "both --event and --all")


@test("interop/events/ctrl-c-ends-a-wait-in-the-shell-and-the-shell-goes-on")
def shell_interrupt(scene):
    scene.begin(LAB, start=False)
    relay = Relay(scene.daemon.socket_path())
    env = {"PATH": os.environ["PATH"], "HOME": sandbox.directory(), "LC_ALL": "C.UTF-8", "TERM": "dumb"}
    line = " ".join(WAIT) + " --loop\n"
    with Terminal([OUR_VIRSH, "-c", relay.uri], env, sandbox.directory()) as terminal:
        terminal.expect("virsh # ")
        for number in (1, 2):
            terminal.type(line)
            relay.wait(wire.NETWORK_EVENT_REGISTER, REPLY, number)
            scene.connection.networkLookupByName("lab").setAutostart(number % 2)
            scene.connection.networkDefineXML(LAB)
            terminal.expect("\nevent 'lifecycle' for network lab: Defined\r\n")
            wait_asleep(terminal.pid)
            terminal.type("", "ctrl-c")
            terminal.expect("event loop interrupted\r\nevents received: 1\r\n\r\nvirsh # ")
        scene.connection.networkDefineXML(LAB)      # nobody waits: nothing is printed
        terminal.type("net-event --event m", "tab")
        terminal.expect("net-event --event metadata-change ")
        terminal.type("", "ctrl-u")
        terminal.type(line)
        relay.wait(wire.NETWORK_EVENT_REGISTER, REPLY, 3)
        relay.cut()
        terminal.expect("error: Disconnected from ")
        check_contains(terminal.expect("virsh # "), "events received: 0\r\n", "what a wait says whose connection ends")
        terminal.type("net-list --all --name\n")
        terminal.expect("error: Reconnected to the hypervisor\r\nlab\r\n")
        terminal.expect("virsh # ")
        terminal.type("quit\n")
        check_equal(terminal.end(), 0, "exit status")


# --- Programs of users -----------------------------------------------------------------------------------------------

LOOPS = ("default", "python")


def play(scene, env, daemon):
    uri = "test:///default" if daemon == "test" else start_daemon(scene, daemon).uri
    for loop in LOOPS:
        check_equal(run(sandbox.PYTHON, SCENARIO, loop, "life", uri, env=env), "seen\n", f"what the scenario says with loop {loop}")


@test("interop/events/python-with-debians-library-on-our-daemon")
def python_debian_on_ours(scene):
    play(scene, dict(os.environ), "ours")


@test("interop/events/python-with-our-library-on-our-daemon")
def python_ours_on_ours(scene):
    play(scene, our_library(), "ours")


@test("interop/events/python-with-our-library-on-debians-libvirtd")
def python_ours_on_debian(scene):
    play(scene, our_library(), "debian")


@test("interop/events/python-with-our-library-on-the-test-driver")
def python_ours_on_test(scene):
    play(scene, our_library(), "test")


@test("interop/events/python-with-debians-library-on-debians-libvirtd")
def python_debian_on_debian(scene):
    """Proves the scenario itself."""
    play(scene, dict(os.environ), "debian")


def watch_end(scene, env, loop, task):
    """A Python program whose connection is ended (or, for task silence, frozen); returns what it says of that."""
    relay = Relay(scene.daemon.socket_path())
    program = subprocess.Popen([sandbox.PYTHON, SCENARIO, loop, task, relay.uri], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, text=True, env=env)
    check_equal(program.stdout.readline(), "ready\n", "the program's first word")
    if task == "silence":
        relay.wait(1, MESSAGE, program=KEEPALIVE)       # it asks for a sign of life, and gets one
        relay.wait(2, MESSAGE, program=KEEPALIVE)
        relay.freeze()
    else:
        relay.cut()
    said, _ = program.communicate(timeout=40)
    check_equal(program.returncode, 0, f"exit status with loop {loop}; it said {said!r}")
    return said


@test("interop/events/end-of-connection-is-told-by-either-library", limit=90)
def ends(scene):
    start_daemon(scene, "ours")
    for loop in LOOPS:
        for env in (dict(os.environ), our_library()):
            check_equal(watch_end(scene, env, loop, "end"), "ended for reason 1, alive 0\n", f"after the end, loop {loop}")
            check_equal(watch_end(scene, env, loop, "silence"), "ended for reason 2, alive 0\n", f"after silence, loop {loop}")


@test("interop/events/end-of-debians-libvirtd-is-told-by-our-library")
def end_of_debian(scene):
    start_daemon(scene, "debian")
    check_equal(watch_end(scene, our_library(), "default", "end"), "ended for reason 1, alive 0\n", "after the end")
    check_equal(watch_end(scene, our_library(), "default", "silence"), "ended for reason 2, alive 0\n", "after silence")


SAID = """keepalive: 0
any: evc 0 0, document 1, networks known 1
any: evc 2 0, document 1, networks known 1
any: evc 3 0, document 1, networks known 1
any: evc 1 0, document 0, networks known 1
first: evc 0
closed: 0 0, ended 0, left 0 0
"""


def compile_program(name, flags):
    path = os.path.join(sandbox.directory(), name)
    run("gcc", "-Wall", "-Wextra", "-Werror", *flags, PROGRAM, "-o", path, os.path.join(BUILD, "src/libvirt.so.0"))
    return path


def run_program(scene, daemon):
    start_daemon(scene, daemon)
    headers = {"ours": ["-I" + os.path.join(TOP, "include"), "-I" + os.path.join(BUILD, "include")]}
    if os.path.exists("/usr/include/libvirt/libvirt.h"):
        headers["debian's"] = []
    for label, flags in headers.items():
        program = compile_program("listener-" + label, flags)
        for library, env in (("our", our_library()), ("Debian's", dict(os.environ))):
            said = run(program, scene.daemon.uri, env=env)
            # Callbacks see the networks as they are when they run, which may be later.
            said = re.sub(r"document \d", "document _", said)
            check_equal(sorted(said.splitlines()), sorted(re.sub(r"document \d", "document _", SAID).splitlines()),
                        f"what the program with {label} headers says with {library} library")


@test("interop/events/c-program-of-one-thread-on-our-daemon")
def program_on_ours(scene):
    run_program(scene, "ours")


@test("interop/events/c-program-of-one-thread-on-debians-libvirtd")
def program_on_debian(scene):
    run_program(scene, "debian")


# --- Over the wire -----------------------------------------------------------------------------------------------------

def register(client, event, net=None):
    return client.call(wire.NETWORK_EVENT_REGISTER, wire.pack_int(event) + (wire.pack_int(1) + net if net else wire.pack_int(0))).int()


def set_element(client, net, uri):
    """Puts an element into a network's metadata, or the same again."""
    args = net + wire.pack_int(2) + wire.pack_optional("<x/>") + wire.pack_optional("k") + wire.pack_optional(uri) + wire.pack_int(2)
    client.call(wire.NETWORK_SET_METADATA, args).end()


@test("interop/events/client-that-never-reads-is-cut-off-and-others-get-everything", limit=120)
def deaf(scene):
    scene.begin(start=False)
    path = scene.daemon.socket_path()
    deaf_one, hearing, busy = (wire.Wire(path).open() for _index in range(3))
    net = busy.call(wire.NETWORK_LOOKUP_BY_NAME, wire.pack_string("lab")).network()
    for client in (deaf_one, hearing):
        register(client, 1)
        register(client, 0)
    uri = "urn:" + "x" * 32000
    n_events = 160                  # 5 MiB
    for _index in range(n_events):
        set_element(busy, net, uri)
        procedure, reader = hearing.next_event()
        check_equal(procedure, wire.NETWORK_EVENT_METADATA, "procedure of an event")
        reader.int()
        check_equal((reader.network(), reader.int(), reader.optional() == uri), (net, 2, True), "the event")
    check_contains(scene.wait_log("wait for it to read: connection closed"), "client ", "the daemon's log")
    received = 0
    try:
        while True:
            deaf_one.next_event()
            received += 1
    except ConnectionError:
        pass                        # what the socket held before it was closed
    check(received < n_events // 2, f"the client that did not read was sent {received} of {n_events} events")
    scene.connect().networkLookupByName("lab").create()
    check_equal(hearing.next_event()[0], wire.NETWORK_EVENT_LIFECYCLE, "procedure of the next event")
    check_equal(register(wire.Wire(path).open(), 0) >= 0, True, "whether one that comes after may register")


@test("interop/events/bytes-of-an-event-are-libvirts")
def event_bytes(scene):
    scene.begin(start=False)
    client = wire.Wire(scene.daemon.socket_path()).open()
    net = client.call(wire.NETWORK_LOOKUP_BY_NAME, wire.pack_string("lab")).network()
    number = register(client, 0, net)
    scene.connection.networkLookupByName("lab").create()
    payload = wire.pack_int(number) + net + wire.pack_int(2) + wire.pack_int(0)
    head = struct.pack("!IIIiiIi", 28 + len(payload), wire.PROGRAM, 1, wire.NETWORK_EVENT_LIFECYCLE, wire.MESSAGE, 1, 0)
    check_equal(client.receive(len(head) + len(payload)), head + payload, "the message")


@test("interop/events/daemon-ends-a-client-that-answers-no-keepalive-message")
def daemon_keepalive(scene):
    path = os.path.join(sandbox.directory(), "quick.conf")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("keepalive_interval = 1\nkeepalive_count = 1\n")
    scene.start_daemon("--config", path)
    silent = wire.Wire(scene.daemon.socket_path()).open(10)
    unasked = wire.Wire(scene.daemon.socket_path()).open()
    relay = Relay(scene.daemon.socket_path())
    answering = wire.Wire(relay.path).open(10)
    threading.Thread(target=answering.next_event, daemon=True).start()      # waits for what does not come, and answers pings
    ping = struct.pack("!IIIiiIi", 28, wire.KEEPALIVE, 1, 1, wire.MESSAGE, 0, 0)
    check_equal(silent.receive(28), ping, "what the daemon asks")
    check_equal(silent.socket.recv(1), b"", "what follows when it is not answered")
    relay.wait(1, MESSAGE, 3, KEEPALIVE)    # the other goes on being asked, as its answers count
    unasked.call(wire.AUTH_LIST)            # who has not asked for keepalive is left alone


if __name__ == "__main__":
    main()
