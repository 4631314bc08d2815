#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""virt-manager's tab of virtual networks on our daemon: it is used by hand, and libvirt says what has become of the networks.

The hand is tests/lib/virt_manager.py, the display Xvfb's. Pictures of what was shown are kept beside the build, in
virt-manager/*.png. Skipped where virt-manager or Xvfb is missing.
"""

import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import Skipped, main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
import sandbox  # noqa: E402
from laboratory import Failed, Guest, wait_for  # noqa: E402
from scene import (BUILD, check, check_contains, check_equal, check_fails, mac_of, network_xml, our_library)  # noqa: E402
from virt_manager import HOST_WINDOW as HOST, NEW_NETWORK_WINDOW as NEW, Hand  # noqa: E402

LIMIT_S = 120
PICTURES = os.path.join(BUILD, "virt-manager")


class Tab:
    """virt-manager at its tab of virtual networks."""

    def __init__(self, scene, env=None):
        for program in ("virt-manager", "Xvfb", "dbus-run-session"):
            if not shutil.which(program):
                raise Skipped(f"{program} is not installed")
        self.hand = Hand(scene.daemon.uri, sandbox.directory(), env)
        try:
            wait_for("virt-manager shows the host", lambda: HOST in self.hand("windows"), 40)
        except (EOFError, Failed) as failure:
            raise Failed(f"{failure}\n{self.hand.log()}") from failure
        self.look()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_rest):
        if kind is None:
            self.close()
        else:
            print("--- virt-manager's log\n" + "".join(self.hand.log().splitlines(True)[-60:]))

    def look(self):
        """Turn to the tab, which makes virt-manager ask for the networks' state."""
        self.hand("page", HOST, "details-tabs", 0)
        wait_for("another tab is shown", lambda: not self.hand.can("is-usable", HOST, "net-list"))
        self.hand("page", HOST, "details-tabs", 1)
        wait_for("the tab is shown", lambda: self.hand.can("is-usable", HOST, "net-list"))

    def names(self):
        return [row[0] for row in self.hand("rows", HOST, "net-list")]

    def wait_names(self, *names):
        wait_for(f"the tab lists {names}", lambda: self.names() == list(names))

    def choose(self, name):
        self.hand("select", HOST, "net-list", name)
        wait_for(f"'{name}' is shown", lambda: self.hand.can("text", HOST, "net-name") == name)

    def shows(self, name, value):
        wait_for(f"{name} is '{value}'", lambda: self.hand.can("text", HOST, name) == value)

    def press(self, name, window=HOST):
        wait_for(f"{name} can be pressed", lambda: self.hand.can("is-usable", window, name))
        self.hand("click", window, name)

    def answer(self, words, response):
        """Answer the question that holds WORDS."""
        wait_for(f"the question '{words}'", lambda: words in (self.hand("dialog") or ""))
        self.hand("respond", response)
        wait_for("the question is gone", lambda: not self.hand("dialog"))

    def picture(self, name):
        os.makedirs(PICTURES, exist_ok=True)
        path = os.path.join(PICTURES, name + ".png")
        self.hand("picture", HOST, path)
        check(os.path.getsize(path) > 4096, f"{path} shows nothing")

    def close(self):
        """It must end by itself, and have shown no error that a test did not expect."""
        check_equal(self.hand("dialog"), None, "a dialog that is left")
        check_equal(self.hand.close(), 0, "virt-manager's exit status")


def write_network(tab, name, subnet):
    """Fill in the dialog for a new network, and finish it."""
    tab.press("net-add")
    wait_for("the dialog for a network", lambda: NEW in tab.hand("windows"))
    tab.hand("type", NEW, "net-name", name)
    tab.hand("expand", NEW, "net-ipv4-expander")
    wait_for("the place for its subnet", lambda: tab.hand.can("is-usable", NEW, "net-ipv4-network"))
    tab.hand("type", NEW, "net-ipv4-network", subnet)
    tab.press("create-finish", NEW)


def rename_domain(tab, name, domain):
    """Change the XML of the network that is shown, and apply that."""
    tab.hand("page", HOST, "xml-notebook", 1)
    xml = wait_for("its XML is shown", lambda: tab.hand.can("xml", HOST))
    check_contains(xml, f"<domain name=\"{name}\"/>", "the XML of the network")
    tab.hand("write-xml", HOST, xml.replace(f"<domain name=\"{name}\"/>", f"<!-- new --><domain name=\"{domain}\"/>"))
    tab.press("net-apply")
    # The event of the definition makes virt-manager ask for the XML again; of a network that runs it shows what runs.
    wait_for("the XML is shown anew", lambda: "<!-- new" not in tab.hand("xml", HOST))
    tab.hand("page", HOST, "xml-notebook", 0)


def life(scene, picture, env=None):
    """A network's whole life by hand. PICTURE is what the picture of it is called."""
    scene.begin(network_xml())
    with Tab(scene, env) as tab:
        check_equal("library=11.3.0 " in tab.hand.log(), env is not None, "whether virt-manager has our library")
        tab.wait_names("lab")
        write_network(tab, "office", "198.51.100.0/24")
        wait_for("the dialog has done its work", lambda: NEW not in tab.hand("windows"))
        tab.wait_names("lab", "office")
        net = scene.connect().networkLookupByName("office")
        check_equal([net.isActive(), net.isPersistent(), net.autostart()], [1, 1, 1], "active, persistent, autostart of the new one")
        guest = Guest("one", net.bridgeName(), mac_of(1))
        guest.dhcp()
        check(guest.reaches("198.51.100.1"), "a guest there does not reach its host")

        # An event that comes before virt-manager has heard of the network is lost on it, and autostart has none.
        tab.look()
        tab.choose("office")
        tab.shows("net-device", net.bridgeName())
        tab.shows("net-state", "Active")
        tab.shows("net-ipv4-network", "198.51.100.0/24")
        tab.shows("net-ipv4-dhcp-range", "198.51.100.128 - 198.51.100.254")
        check_equal(tab.hand("is-set", HOST, "net-autostart"), True, "autostart as it is shown")
        tab.picture(picture)
        rename_domain(tab, "office", "example.test")
        check_contains(net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE), "<domain name='example.test'/>", "the stored network")
        check_contains(net.XMLDesc(0), "<domain name='office'/>", "the running network, which a definition does not change")

        tab.press("net-stop")
        tab.shows("net-state", "Inactive")
        check_equal(net.isActive(), 0, "active after Stop")
        tab.press("net-start")
        tab.shows("net-state", "Active")
        check_contains(net.XMLDesc(0), "<domain name='example.test'/>", "the network when started again")
        tab.shows("net-name-domain", "example.test")
        tab.press("net-autostart")
        tab.press("net-apply")
        wait_for("autostart is off", lambda: not net.autostart())

        tab.press("net-stop")
        tab.shows("net-state", "Inactive")
        tab.press("net-delete")
        tab.answer("permanently delete the network office", "NO")
        check_equal(net.isPersistent(), 1, "there after No")
        tab.press("net-delete")
        tab.answer("permanently delete the network office", "YES")
        tab.wait_names("lab")
        check_fails(libvirt.VIR_ERR_NO_NETWORK, lambda: scene.connect().networkLookupByName("office"))


@test("virt-manager/network-is-made-edited-stopped-started-and-deleted", limit=LIMIT_S)
def by_hand(scene):
    life(scene, "networks")


@test("virt-manager/network-is-made-edited-stopped-started-and-deleted-with-our-library", limit=LIMIT_S)
def by_hand_ours(scene):
    life(scene, "networks-with-our-library", our_library())


@test("virt-manager/shows-what-others-do", limit=LIMIT_S)
def others(scene):
    net = scene.begin(network_xml())
    with Tab(scene) as tab:
        tab.wait_names("lab")
        tab.shows("net-state", "Active")
        net.destroy()
        tab.shows("net-state", "Inactive")
        net.create()
        tab.shows("net-state", "Active")
        other = scene.connection.networkDefineXML(network_xml("other", "vbr1", subnet="203.0.113"))
        tab.wait_names("lab", "other")
        other.undefine()
        tab.wait_names("lab")


@test("virt-manager/network-that-cannot-be-is-an-error-and-leaves-nothing", limit=LIMIT_S)
def refused(scene):
    scene.begin(network_xml())
    with Tab(scene) as tab:
        tab.wait_names("lab")
        write_network(tab, "twice", "192.0.2.0/24")
        tab.answer("Error creating virtual network: ", "CLOSE")
        check_fails(libvirt.VIR_ERR_NO_NETWORK, lambda: scene.connect().networkLookupByName("twice"))
        check_equal(tab.names(), ["lab"], "what is listed")


@test("virt-manager/asks-for-nothing-it-needs-in-vain", limit=LIMIT_S)
def unsupported(scene):
    """What the daemon does not answer, by virt-manager's own log: nothing but what other daemons are for."""
    scene.begin(network_xml())
    with Tab(scene) as tab:
        tab.wait_names("lab")
        said = {line.rsplit(" ", 1)[1] for line in tab.hand.log().splitlines() if "not supported by the connection driver" in line}
        check_equal(said, {"virConnectDomainEventRegisterAny", "virConnectStoragePoolEventRegisterAny",
                           "virConnectNodeDeviceEventRegisterAny", "virStoragePoolDefineXML"}, "functions that were refused")


if __name__ == "__main__":
    main()
