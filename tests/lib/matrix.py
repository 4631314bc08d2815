# SPDX-License-Identifier: LGPL-2.1-or-later
"""Walks section x command x (live, config) of network updates on real networks, and says which cells take effect.

A walk goes through acts (matrix_acts.py), each a running network and steps on it. A step is made in the config first, which
must show in the stored XML and nowhere else, then live, which must show in the live XML and to a guest or on the host; an
act ends with a restart of its network, after which what was stored must be there to be seen. Called by tests/matrix and
tests/netns/test_matrix.py, inside a sandbox.
"""

import os
import subprocess
import traceback
from concurrent.futures import ThreadPoolExecutor

import libvirt
from laboratory import Failed, dnsmasq_of, read, rules, wait_for
from matrix_acts import ACTS, furnish
from scene import Scene

SECTIONS = ["bridge", "domain", "ip", "ip-dhcp-host", "ip-dhcp-range", "forward", "forward-interface", "forward-pf", "portgroup",
            "dns-host", "dns-txt", "dns-srv"]        # VIR_NETWORK_SECTION_..., from 1 on
COMMANDS = {"add-first": libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST, "add-last": libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_LAST,
            "modify": libvirt.VIR_NETWORK_UPDATE_COMMAND_MODIFY, "delete": libvirt.VIR_NETWORK_UPDATE_COMMAND_DELETE}
SIDES = {"live": (libvirt.VIR_NETWORK_UPDATE_AFFECT_LIVE, 0),
         "config": (libvirt.VIR_NETWORK_UPDATE_AFFECT_CONFIG, libvirt.VIR_NETWORK_XML_INACTIVE)}
CELLS = [(section, command, side) for section in SECTIONS for command in COMMANDS for side in SIDES]
MEANINGLESS = [("bridge", command, side) for command in ("add-first", "add-last", "delete") for side in SIDES]
NO_SUCH_UPDATE = "Operation not supported: "        # how libvirt begins messages of error 84
UNKNOWN = "-"                                       # a cell that no step was about


# --- Two ways to ask -----------------------------------------------------------------------------------------------

class ByLibrary:
    """virNetworkUpdate, as python3-libvirt calls it."""

    def __init__(self, _scene):
        pass

    def update(self, net, step, side):
        net.update(COMMANDS[step.command], SECTIONS.index(step.section) + 1, -1, step.xml, SIDES[side][0])

    def refusal(self, net, step, side):
        try:
            self.update(net, step, side)
        except libvirt.libvirtError as error:
            if error.get_error_code() != libvirt.VIR_ERR_OPERATION_UNSUPPORTED:
                raise Failed(f"error {error.get_error_code()}: {error}") from None
            return str(error)
        raise Failed("it was accepted")


class ByVirsh:
    """net-update of Debian's virsh."""

    def __init__(self, scene):
        self.uri = scene.daemon.uri

    def call(self, net, step, side):
        return subprocess.run(["/usr/bin/virsh", "-q", "-c", self.uri, "net-update", net.name(), step.command, step.section,
                               step.xml, "--" + side], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60, check=False, env=dict(os.environ, LC_ALL="C"))

    def update(self, net, step, side):
        done = self.call(net, step, side)
        if done.returncode != 0:
            raise Failed(done.stderr.strip())

    def refusal(self, net, step, side):
        done = self.call(net, step, side)
        if done.returncode != 1:
            raise Failed(f"exit status {done.returncode}: {done.stdout}{done.stderr}")
        return done.stderr


# --- One step ------------------------------------------------------------------------------------------------------

def check_shown(step, xml):
    """What the step SHOWS is in the XML in this order, and what it HIDES is not."""
    at = 0
    for part in step.shows:
        found = xml.find(part, at)
        if found < 0:
            raise Failed(f"not in the XML (in this place): {part}\n{xml}")
        at = found + len(part)
    for part in step.hides:
        if part in xml:
            raise Failed(f"still in the XML: {part}\n{xml}")


def trace(scene, act, net):
    """What a change of the stored definition alone must leave as it is."""
    files = [read(scene.path(f"var/lib/libvirt/dnsmasq/{act.name}.{end}")) for end in ("conf", "hostsfile", "addnhosts")]
    return [files, rules(), dnsmasq_of(act.name), net.XMLDesc(0)]


def see(step, seconds=10):
    """Wait until what is to be seen is seen."""
    def looks_right():
        last.append(step.sight())
        return last[-1] == step.seen

    last = []
    try:
        wait_for("", looks_right, seconds)
    except Failed:
        raise Failed(f"seen: {last[-1]!r}\nnot:  {step.seen!r}") from None


class Walk:
    """One way through all acts; RESULTS says of each cell what came of it: "" for well."""

    def __init__(self, scene, way, say):
        self.scene = scene
        self.way = way
        self.say = say
        self.results = {}
        self.refused = set()
        self.broken = []            # acts that could not be played to their end

    def note(self, step, side, call):
        """CALL is part of a cell; its failure is the cell's."""
        key = (step.section, step.command, side)
        try:
            call()
            self.results.setdefault(key, "")
        except (Failed, libvirt.libvirtError) as failure:
            self.results[key] = self.results.get(key) or f"{step.xml}\n{failure}"
        except Exception:       # a mistake of the test itself: all of it, and the walk goes on
            self.results[key] = traceback.format_exc()

    def refuse(self, act, net, step):
        """A step without a meaning, tried on both sides: the error says why, and nothing has changed."""
        def refuse_one(side):
            was = trace(self.scene, act, net), net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE)
            message = self.way.refusal(net, step, side)
            if NO_SUCH_UPDATE not in message or step.refused not in message:
                raise Failed(f"refused with other words: {message}")
            if (trace(self.scene, act, net), net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE)) != was:
                raise Failed("refused, but something has changed")
            self.refused.add((step.section, step.command, side))

        for side in SIDES:
            self.note(step, side, lambda side=side: refuse_one(side))

    def change_config(self, act, net, step):
        was = trace(self.scene, act, net)
        self.way.update(net, step, "config")
        check_shown(step, net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE))
        if trace(self.scene, act, net) != was:
            raise Failed("a change of the stored definition has changed the running network")
        if step.sight and step.before and not step.same and step.sight() == step.seen:
            raise Failed(f"seen before it is live: {step.seen!r}")

    def change_live(self, net, step):
        was = net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE)
        self.way.update(net, step, "live")
        check_shown(step, net.XMLDesc(0))
        if net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE) != was:
            raise Failed("a live change has changed the stored definition")
        if step.sight:
            see(step)

    def restart(self, act, net, steps):
        """The network is started anew, and guests see what was stored: all at a time."""
        net.destroy()
        net.create()
        act.plug()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda step: self.note(step, "config", lambda: see(step)), [step for step in steps if step.sight]))

    def play(self, make):
        act = make(self.scene)
        try:
            self.play_out(act)
        except (Failed, libvirt.libvirtError) as failure:
            self.broken.append(f"{act.name}: {failure}")

    def play_out(self, act):
        net = self.scene.connection.networkDefineXML(act.xml)
        net.create()
        act.prepare()
        for step in act.steps:
            self.say(f"{act.name}: {step.command} {step.section}")
            if step.refused:
                self.refuse(act, net, step)
                continue
            self.note(step, "config", lambda: self.change_config(act, net, step))
            self.note(step, "live", lambda: self.change_live(net, step))
            if step.restart:
                self.restart(act, net, [step])
        self.say(f"{act.name}: restart")
        self.restart(act, net, [step for step in act.steps if step.lasts and not step.restart])
        net.destroy()


# --- The outcome ---------------------------------------------------------------------------------------------------

def cell_word(walk, cell):
    if walk.results.get(cell, UNKNOWN):
        return "FAIL" if cell in walk.results else UNKNOWN
    return "84" if cell in walk.refused else "ok"


def table(walk):
    """The matrix as lines, the failures below it, and the count."""
    lines = [" " * 20 + "".join(f"{command:<14}" for command in COMMANDS),
             " " * 20 + "".join(f"{side:<7}" for _command in COMMANDS for side in SIDES)]
    for section in SECTIONS:
        words = [cell_word(walk, (section, command, side)) for command in COMMANDS for side in SIDES]
        lines.append(f"{section:<20}" + "".join(f"{word:<7}" for word in words))
    for cell in CELLS:
        if walk.results.get(cell):
            lines += ["", " ".join(cell) + ":", *("    " + line for line in walk.results[cell].splitlines())]
    for text in walk.broken:
        lines += ["", "given up: " + text]
    n_effective = sum(cell_word(walk, cell) == "ok" for cell in CELLS if cell not in MEANINGLESS)
    n_refused = sum(cell_word(walk, cell) == "84" for cell in MEANINGLESS)
    n_meaningful = len(CELLS) - len(MEANINGLESS)
    lines += ["", f"{n_effective} of {n_meaningful} cells take effect, {n_refused} of {len(MEANINGLESS)} refused as they must"]
    return [line.rstrip() for line in lines]


def is_complete(walk):
    return not walk.broken and all(cell_word(walk, cell) == ("84" if cell in MEANINGLESS else "ok") for cell in CELLS)


def walk_all(scene, way, acts, say=lambda _text: None):
    """Start the daemon and go through the acts; returns the walk."""
    furnish(scene)
    scene.start_daemon()
    scene.connect()
    walk = Walk(scene, {"library": ByLibrary, "virsh": ByVirsh}[way](scene), say)
    for make in ACTS:
        if not acts or make.name in acts:
            walk.play(make)
    return walk


def run_alone(way, acts, say):
    """A walk as a program of its own: prints the table; the exit status says whether every cell is as it must be."""
    stage = Scene()
    walk = walk_all(stage, way, acts, say)
    stage.close()
    print("\n".join(table(walk)))
    return 0 if is_complete(walk) else 1
