#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every network among the examples of Debian's libvirt packages: it has our schema's form, is defined, starts, comes back.

The examples are read where the packages have put them, none is kept here. In pages of documentation those count that are
whole: XML with a <network> that has a name. What Debian's own library refuses (a page has a few such) ours must refuse too.
"""

import glob
import html
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import Skipped, main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
from scene import check_equal, check_fails  # noqa: E402

# Package -> where its networks are; what dpkg was told to leave out is not there although the package is.
SOURCES = {
    "libvirt-daemon-config-network": ["/usr/share/libvirt/networks/*.xml"],
    "libvirt-doc": ["/usr/share/doc/libvirt-doc/examples/**/*.xml", "/usr/share/doc/libvirt-doc/html/formatnetwork.html"],
}
# What a kernel may lack, as the message of a failed start says it.
NOT_IN_KERNEL = re.compile(r"vlan_filtering|sfq|Operation not supported")


def documents(path):
    """The texts of a file that may be documents: all of it, or what a page shows as it is typed."""
    with open(path, encoding="utf-8", errors="replace") as stream:
        text = stream.read()
    if not path.endswith(".html"):
        return [text]
    return [html.unescape(re.sub(r"<[^>]+>", "", shown)) for shown in re.findall(r"<pre[^>]*>(.*?)</pre>", text, re.DOTALL)]


def network_name(text):
    """The name of the network that a text defines; None if it is something else, or a part of one."""
    try:
        root = ElementTree.fromstring(text.strip())
    except ElementTree.ParseError:
        return None
    return root.findtext("name") if root.tag == "network" else None


def examples():
    """Rows (package, title, text)."""
    for package, patterns in SOURCES.items():
        paths = sorted(path for pattern in patterns for path in glob.glob(pattern, recursive=True))
        for path in paths:
            named = [(network_name(text), text) for text in documents(path)]
            for number, (name, text) in enumerate(((name, text) for name, text in named if name), 1):
                stem = os.path.splitext(os.path.basename(path))[0]
                yield package, f"{stem}-{number}-{name}", text.strip()


# --- One example ---------------------------------------------------------------------------------------------------

def refusal_of_debian(text):
    """The error with which Debian's library refuses it on its test driver; None if it takes it."""
    connection = libvirt.open("test:///default")
    old = connection.networkLookupByName("default")
    old.destroy()
    old.undefine()
    try:
        connection.networkDefineXML(text)
    except libvirt.libvirtError as error:
        return error
    return None


def start(net):
    try:
        net.create()
    except libvirt.libvirtError as error:
        if NOT_IN_KERNEL.search(str(error)):
            raise Skipped(f"defined, but this kernel cannot start it: {error}") from error
        raise


def try_example(scene, text):
    refused = refusal_of_debian(text)
    scene.start_daemon()
    connection = scene.connect()
    if refused:
        check_fails(refused.get_error_code(), lambda: connection.networkDefineXML(text), domain=refused.get_error_domain())
        return
    connection.networkDefineXMLFlags(text, libvirt.VIR_NETWORK_DEFINE_VALIDATE).undefine()
    net = connection.networkDefineXML(text)
    first = net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE)
    net.undefine()
    net = connection.networkDefineXMLFlags(first, libvirt.VIR_NETWORK_DEFINE_VALIDATE)
    check_equal(net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE), first, "what is written of what was written")
    start(net)
    live = net.XMLDesc(0)
    net.destroy()
    net.undefine()
    # The live form is a definition, too.
    connection.networkDefineXMLFlags(live, libvirt.VIR_NETWORK_DEFINE_VALIDATE).undefine()


def declare(title, text):
    @test(f"interop/example-{title}-defines-starts-and-comes-back")
    def one(scene):
        try_example(scene, text)


def declare_missing(package):
    @test(f"interop/examples-of-{package}-are-there")
    def missing(_scene):
        raise Skipped(f"no examples of {package} are installed")


FOUND = list(examples())
for row in FOUND:
    declare(*row[1:])
for missing_package in SOURCES.keys() - {row[0] for row in FOUND}:
    declare_missing(missing_package)


if __name__ == "__main__":
    main()
