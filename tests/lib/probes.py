# SPDX-License-Identifier: LGPL-2.1-or-later
"""Places that single packets are sent to and from: listeners, senders, and a second world beside the one outside.

The packets themselves are packets.py's, started here in namespaces. Nothing is judged. Used by scenario tests, inside a
sandbox.
"""

import json
import os
import subprocess

import sandbox
from harness import TOP
from laboratory import Namespace, run
from scene import check_equal

PACKETS = os.path.join(TOP, "tests/lib/packets.py")
PORT = 7000
SIDE_ADDRESS, SIDE_HOST = "203.0.113.1", "203.0.113.2"


def make_side():
    """A second world, behind another device of the host."""
    side = Namespace("side")
    run("ip", "link", "add", "sidelink", "type", "veth", "peer", "name", "eth0", "netns", "side")
    run("ip", "address", "add", SIDE_HOST + "/24", "dev", "sidelink")
    run("ip", "link", "set", "sidelink", "up")
    side.run("ip", "address", "add", SIDE_ADDRESS + "/24", "dev", "eth0")
    side.run("ip", "link", "set", "eth0", "up")
    return side


class Listener:
    """Listens in a namespace; without one on the host."""

    def __init__(self, place, device="eth0", ports=(PORT,)):
        argv = [sandbox.PYTHON, PACKETS, "listen", device, *map(str, ports)]
        options = {"stdout": subprocess.PIPE, "text": True}
        self.process = place.spawn(*argv, **options) if place else subprocess.Popen(argv, stdin=subprocess.DEVNULL, **options)
        check_equal(self.process.stdout.readline().strip(), "listening", "the listener's first word")

    def stop(self):
        """End it; returns what it got, by token."""
        self.process.terminate()
        lines = [json.loads(line) for line in self.process.communicate(timeout=10)[0].splitlines()]
        return {line["token"]: line for line in lines}


def send(place, probes):
    """Send probes one after another from a namespace, or from the host; returns their outcomes."""
    before = ["ip", "netns", "exec", place.name] if place else []
    done = subprocess.run([*before, sandbox.PYTHON, PACKETS, "send"], input=json.dumps(probes), stdout=subprocess.PIPE, text=True,
                          timeout=60, check=True)
    return json.loads(done.stdout)
