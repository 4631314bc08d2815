#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Disks that are full, files that cannot be replaced and a dnsmasq that refuses its conf: a change fails, and nothing is lost.

The change is one that differs in many parts at once, so that there is much to take back.
"""

import errno
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
import host_state  # noqa: E402
import sandbox  # noqa: E402
from definitions import DEFINITIONS, OPTIONS_NS  # noqa: E402
from laboratory import run  # noqa: E402
from scene import BOTH, check_contains, make_daemon  # noqa: E402

BEFORE, AFTER = DEFINITIONS["route"], DEFINITIONS["nat-everything"]
REFUSED = AFTER.replace("</network>", "<dnsmasq:options><dnsmasq:option value='no-such-option'/></dnsmasq:options></network>").replace(
    "<network ", f"<network {OPTIONS_NS} ")


def apply(net, xml):
    net.update(libvirt.VIR_NETWORK_UPDATE_COMMAND_MODIFY, libvirt.VIR_NETWORK_SECTION_NONE, -1, xml, BOTH)


def begin(scene, small=None):
    """BEFORE runs, and what stays on a host for good is there. SMALL: a directory that is put on a disk of 512 KiB."""
    host_state.without_waiting()
    scene.daemon = make_daemon()
    if small:
        os.makedirs(scene.path(small), exist_ok=True)
        sandbox.mount("-t", "tmpfs", "-o", "size=512k,mode=755", "tmpfs", scene.path(small))
    net = scene.begin(AFTER)
    apply(net, BEFORE)
    return net


def fails_and_leaves_all(scene, net, xml, text):
    """Applying XML fails with TEXT in the message, and the state is what it was, for the next daemon too."""
    def look():
        return host_state.look(scene)
    before = host_state.settled(look)
    try:
        apply(net, xml)
        message = "(it succeeded)"
    except libvirt.libvirtError as error:
        message = str(error)
    check_contains(message, text, "what the update said")
    host_state.settle(look, {"before": before})
    scene.kill_daemon()
    scene.start_daemon()
    scene.connect()
    host_state.settle(look, {"before": before})


def works(scene):
    """Nothing stands in the way any more."""
    net = scene.connection.networkLookupByName("lab")
    apply(net, AFTER)
    check_contains(net.XMLDesc(0), "every.example", "live XML after an update")
    check_contains(net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE), "every.example", "stored XML after an update")


def fill(path):
    """Write to a file until the disk is full."""
    with open(path, "wb", buffering=0) as stream:
        try:
            while stream.write(b"x" * 512):
                pass
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def declare_full(directory):
    @test(f"disk/full-{directory.split('/')[0]}-update-fails-and-nothing-is-lost", 90)
    def full(scene):
        net = begin(scene, directory)
        fill(scene.path(directory + "/filler"))
        fails_and_leaves_all(scene, net, AFTER, os.strerror(errno.ENOSPC))
        os.unlink(scene.path(directory + "/filler"))
        works(scene)


for name in ("etc/libvirt/qemu", "run/libvirt/network", "var/lib/libvirt/dnsmasq"):
    declare_full(name)


@test("disk/conf-that-cannot-be-replaced-update-fails-and-nothing-is-lost", 90)
def busy_conf(scene):
    net = begin(scene)
    path = scene.path("var/lib/libvirt/dnsmasq/lab.conf")
    sandbox.mount("--bind", path, path)     # the kernel renames nothing over a mount
    fails_and_leaves_all(scene, net, AFTER, os.strerror(errno.EBUSY))
    run("umount", path)
    works(scene)


@test("disk/option-that-dnsmasq-refuses-update-fails-and-nothing-is-lost", 90)
def refused(scene):
    net = begin(scene)
    fails_and_leaves_all(scene, net, REFUSED, "bad option at line")
    works(scene)


if __name__ == "__main__":
    main()
