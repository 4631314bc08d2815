# SPDX-License-Identifier: LGPL-2.1-or-later
"""A message bus of a test's own, on which fake_bus.py plays firewalld and systemd-resolved.

Used inside a sandbox; the daemon is pointed to it by the environment.
"""

import json
import os
import signal
import subprocess

import sandbox
from harness import TOP
from laboratory import read
from scene import check, check_equal

CONFIG = """<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"""


class Bus:
    """A bus, and on it the services, if they were started."""

    def __init__(self):
        directory = sandbox.directory()
        self.state_path = os.path.join(directory, "bus-state")
        self.address = "unix:path=" + os.path.join(directory, "bus")
        config = os.path.join(directory, "bus.conf")
        with open(config, "w", encoding="utf-8") as stream:
            stream.write(CONFIG.format(socket=os.path.join(directory, "bus")))
        self.daemon = subprocess.Popen(["dbus-daemon", "--nofork", "--print-address", "--config-file", config],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        check(self.daemon.stdout.readline().startswith("unix:"), "the bus does not say its address")
        self.services = None

    def environment(self):
        return {"DBUS_SYSTEM_BUS_ADDRESS": self.address}

    def start_services(self, *zones):
        self.services = subprocess.Popen([sandbox.PYTHON, os.path.join(TOP, "tests/lib/fake_bus.py"), self.state_path, *zones],
                                         env=dict(os.environ, **self.environment()), stdin=subprocess.DEVNULL,
                                         stdout=subprocess.PIPE, text=True)
        check_equal(self.services.stdout.readline().strip(), "ready", "the services' first word")

    def stop_services(self):
        self.services.terminate()
        self.services.wait(10)

    def reload_firewalld(self):
        self.services.send_signal(signal.SIGHUP)

    def zones(self):
        return json.loads(read(self.state_path))["zones"]

    def lists(self):
        """How often the firewalld was asked which zones there are."""
        return json.loads(read(self.state_path))["lists"]

    def links(self):
        return json.loads(read(self.state_path))["links"]
