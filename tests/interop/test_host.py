#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What programs ask about the host that networks are on: capabilities, processors, memory, guests of which there are none.

Asked by python3-libvirt, with Debian's library and with ours. virt-manager, which asks for all of it, has a file of its own.
"""

import json
import os
import platform
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import Skipped, main, test  # noqa: E402  (first: it says where the others are)
import sandbox  # noqa: E402
from laboratory import DebianDaemon, run  # noqa: E402
from scene import check_equal, our_library  # noqa: E402

QUESTIONS = """
import json, libvirt, sys
libvirt.registerErrorHandler(lambda _context, _error: None, None)
def ask(conn, function, *arguments):
    try:
        return getattr(conn, function)(*arguments)
    except libvirt.libvirtError as error:
        return [error.get_error_code(), error.get_error_domain(), str(error)]
conn = libvirt.openReadOnly(sys.argv[1])
answers = [ask(conn, *words) for words in json.loads(sys.argv[2])]
print(json.dumps(answers))
"""


def ask(uri, env, *questions):
    return json.loads(run(sandbox.PYTHON, "-c", QUESTIONS, uri, json.dumps(questions), env=env))


def memory_mib():
    with open("/proc/meminfo", encoding="ascii") as stream:
        return int(stream.readline().split()[1]) // 1024


def questions(scene, env):
    uri = scene.start_daemon().uri
    capabilities, node, domains, filtered, wrong, none = ask(
        uri, env, ["getCapabilities"], ["getInfo"], ["listAllDomains"], ["listAllDomains", 0xffff], ["listAllDomains", 0x10000],
        ["listAllInterfaces"])
    check_equal(capabilities, f"<capabilities>\n\n  <host>\n    <cpu>\n      <arch>{platform.machine()}</arch>\n    </cpu>\n"
                              "  </host>\n\n</capabilities>\n", "capabilities")
    model, memory, cpus, _mhz, nodes, sockets, cores, threads = node
    check_equal([model, memory, cpus], [platform.machine(), memory_mib(), os.cpu_count()], "hardware")
    check_equal(nodes * sockets * cores * threads, cpus, "processors as the shape has them")
    check_equal([domains, filtered], [[], []], "guests")
    check_equal(wrong, [8, 19, "unsupported flags (0x10000) in function networkConnectListAllDomains"],
                "an unknown filter")
    check_equal(none[0], 3, "code of what stays unsupported")


@test("host/questions-with-debians-library")
def questions_debian(scene):
    questions(scene, os.environ)


@test("host/questions-with-our-library")
def questions_ours(scene):
    questions(scene, our_library())


@test("host/guests-of-another-daemon-are-not-passed-over")
def other_guests(scene):
    """Our library has no guests to give: where there are some it says so."""
    if not shutil.which("libvirtd", path="/usr/sbin"):
        raise Skipped("libvirt-daemon-system is not installed")
    scene.daemon = DebianDaemon()
    scene.allow_report = True       # it is not ours to judge
    uri = scene.start_daemon().uri.replace("network+unix:///system", "test+unix:///default")
    guests, node = ask(uri, our_library(), ["listAllDomains"], ["getInfo"])
    check_equal(guests[0], 3, "code of a list that has guests")
    check_equal(node, ["i686", 3072, 16, 1400, 2, 2, 2, 2], "hardware of libvirt's test driver")


if __name__ == "__main__":
    main()
