#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""tools/quickstart as a newcomer meets it: twice in a row, beside a running libvirtd, from any directory, interrupted."""

import glob
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import TOP, main, test  # noqa: E402  (first: it says where the others are)
import sandbox  # noqa: E402
from laboratory import DebianDaemon, addresses, dnsmasq_of, links, processes, rules, wait_for  # noqa: E402
from scene import BUILD, check, check_contains, check_equal  # noqa: E402

DEFAULT = """<network><name>default</name><forward mode='nat'/><bridge name='virbr0'/><ip address='192.168.122.1'
netmask='255.255.255.0'><dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip></network>"""


def start_quickstart():
    """Start it from a foreign directory, in a session of its own, its sandboxes in a directory of their own."""
    room = os.path.join(sandbox.directory(), "room")
    os.makedirs(room, exist_ok=True)
    os.chmod(room, 0o755)
    environment = dict(os.environ, VIRNET_BUILD=BUILD, VIRNET_TMPDIR=room)
    process = subprocess.Popen([os.path.join(TOP, "tools/quickstart")], cwd="/", env=environment, start_new_session=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return process, room


def the_host():
    return links(), rules(), processes("dnsmasq"), addresses("virbr0")


@test("quickstart/twice-in-a-row-beside-a-running-libvirtd-touches-nothing-of-it", limit=240)
def twice_beside_libvirtd(scene):
    scene.daemon = DebianDaemon()
    scene.allow_report = True
    scene.start_daemon()
    scene.connect().networkDefineXML(DEFAULT).create()
    pid, before = dnsmasq_of("default"), the_host()
    for turn in ("first", "second"):
        process, room = start_quickstart()
        output, _ = process.communicate(timeout=110)
        check_equal(process.returncode, 0, f"exit status of the {turn} run, which says:\n{output}")
        for words in ("Two guests", "net-update", "192.168.122.50", "without an address for", " 0 lost", "is left"):
            check_contains(output, words, f"what the {turn} run says")
        check_equal(os.listdir(room), [], "directories left")
        check_equal(the_host(), before, "links, rules, dnsmasqs and addresses of the host")
    check_equal(dnsmasq_of("default"), pid, "pid of libvirtd's dnsmasq")
    check_equal(scene.connection.networkLookupByName("default").isActive(), 1, "active")


def interrupt(signum, tell_all):
    """Interrupt it while guests are up; returns its exit status."""
    before = the_host()
    process, room = start_quickstart()
    line = ""
    while "every 10 ms" not in line:
        line = process.stdout.readline()
        check(line, "quickstart ended before it could be interrupted")
    (os.killpg if tell_all else os.kill)(process.pid, signum)
    process.communicate(timeout=30)
    wait_for("everything is gone", lambda: not glob.glob(room + "/*") and not processes("virtnetworkd") and not processes("udhcpc"))
    check_equal(the_host(), before, "links, rules, dnsmasqs and addresses of the host")
    return process.returncode


@test("quickstart/ctrl-c-takes-everything-away", limit=90)
def ctrl_c(_scene):
    check(interrupt(signal.SIGINT, True) != 0, "an interrupted run says that all went well")


@test("quickstart/sigterm-takes-everything-away", limit=90)
def sigterm(_scene):
    check(interrupt(signal.SIGTERM, True) != 0, "a terminated run says that all went well")


if __name__ == "__main__":
    main()
