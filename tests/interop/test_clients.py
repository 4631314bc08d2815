#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clients of others on our daemon, our clients on the daemon of others: Debian's virsh and python3-libvirt, our virsh."""

import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import TOP, Skipped, main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
import sandbox  # noqa: E402
from laboratory import DebianDaemon, Guest, addresses, run, wait_for  # noqa: E402
from scene import (BUILD, check, check_contains, check_equal, check_fails, host_xml, mac_of, network_xml,  # noqa: E402
                   our_library, update)

DEBIAN_VIRSH = "/usr/bin/virsh"
OUR_VIRSH = os.path.join(BUILD, "tools/virsh")
SCENARIO = os.path.join(TOP, "tests/interop/python_scenario.py")
COMPARE = os.path.join(TOP, "tests/interop/virsh_compare.py")


def start_debian(scene):
    if not shutil.which("libvirtd", path="/usr/sbin"):
        raise Skipped("libvirt-daemon-system is not installed")
    scene.daemon = DebianDaemon()
    scene.allow_report = True       # it is not ours to judge
    return scene.start_daemon()


def virsh_tour(scene, program, env):
    """The commands that people type, from define to undefine, with a guest in between."""
    def virsh(*words):
        return run(program, "-c", scene.daemon.uri, *words, env=env)

    path = os.path.join(sandbox.directory(), "lab.xml")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(network_xml())
    check_contains(virsh("net-define", path), "Network lab defined from", "net-define")
    check_contains(virsh("net-start", "lab"), "Network lab started", "net-start")
    check_equal(addresses("vbr0"), ["192.0.2.1/24"], "addresses of the bridge")
    check_equal(virsh("net-list", "--name").split(), ["lab"], "net-list --name")
    check_contains(" ".join(virsh("net-list").split()), "lab active no yes", "net-list")
    check_contains(virsh("net-info", "lab"), "vbr0", "net-info")
    check_contains(virsh("net-update", "lab", "add", "ip-dhcp-host", host_xml(mac_of(1), "192.0.2.10"), "--live", "--config"),
                   "Updated network lab persistent config and live state", "net-update")
    for option in ([], ["--inactive"]):
        check_contains(virsh("net-dumpxml", "lab", *option), "192.0.2.10", f"net-dumpxml {option}")
    guest = Guest("one", "vbr0", mac_of(1))
    guest.dhcp()
    check_equal(guest.address(), "192.0.2.10", "the guest's address")
    wait_for("net-dhcp-leases lists the lease", lambda: "192.0.2.10/24" in virsh("net-dhcp-leases", "lab"))
    check_contains(virsh("net-autostart", "lab"), "marked as autostarted", "net-autostart")
    done = run(program, "-c", scene.daemon.uri, "net-start", "lab", env=env, check=False)
    check_equal(done.returncode, 1, "exit status of a failing command")
    check_contains(done.stderr, "network is already active", "message of a failing command")
    check_contains(virsh("net-destroy", "lab"), "Network lab destroyed", "net-destroy")
    check_contains(virsh("net-undefine", "lab"), "Network lab has been undefined", "net-undefine")
    check_equal(virsh("net-list", "--all", "--name").split(), [], "net-list after undefine")


def virsh_validates(scene, program):
    """--validate refuses what the schema does not know, by name, and takes the rest."""
    scene.start_daemon()
    good, bad = (os.path.join(sandbox.directory(), name) for name in ("good.xml", "bad.xml"))
    for path, text in ((good, network_xml()), (bad, "<network>\n<name>lab</name>\n<bridge name='b' stp='maybe'/></network>")):
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
    for command in ("net-define", "net-create"):
        done = run(program, "-c", scene.daemon.uri, command, bad, "--validate", check=False)
        check_equal(done.returncode, 1, f"exit status of {command} --validate")
        check_contains(done.stderr, "network.rng\nline 3: Invalid attribute stp for element bridge\n", f"message of {command}")
        run(program, "-c", scene.daemon.uri, command, good, "--validate")
        run(program, "-c", scene.daemon.uri, "net-undefine" if command == "net-define" else "net-destroy", "lab")


@test("interop/debians-virsh-validates-with-our-daemon")
def debians_virsh_validates(scene):
    virsh_validates(scene, DEBIAN_VIRSH)


@test("interop/our-virsh-validates-with-our-daemon")
def our_virsh_validates(scene):
    virsh_validates(scene, OUR_VIRSH)


@test("interop/debians-virsh-drives-our-daemon")
def debians_virsh(scene):
    scene.start_daemon()
    virsh_tour(scene, DEBIAN_VIRSH, os.environ)


@test("interop/our-virsh-drives-our-daemon")
def our_virsh(scene):
    scene.start_daemon()
    virsh_tour(scene, OUR_VIRSH, os.environ)


@test("interop/our-virsh-drives-debians-libvirtd")
def our_virsh_debians_daemon(scene):
    start_debian(scene)
    virsh_tour(scene, OUR_VIRSH, os.environ)


def check_fails_with(done, text):
    check_equal(done.returncode, 1, f"exit status of a command that says {done.stderr!r}")
    check_contains(done.stderr, text, "what the failing command says")


@test("interop/our-virsh-sets-and-shows-descriptions-and-metadata")
def our_virsh_texts(scene):
    scene.start_daemon()
    scene.connect().networkDefineXML(network_xml()).create()

    def virsh(*words, check=True):
        return run(OUR_VIRSH, "-c", scene.daemon.uri, *words, env=dict(os.environ, VISUAL="", EDITOR="sed -i s/two/three/"),
                   check=check)

    check_equal(virsh("net-desc", "lab"), "No description for network: lab\n", "net-desc without a description")
    check_equal(virsh("net-desc", "lab", "--title"), "No title for network: lab\n", "net-desc --title without a title")
    check_equal(virsh("-q", "net-desc", "lab", "--live", "--config", "one", "two"), "", "quiet net-desc with words")
    for option in ("--live", "--config", "--current"):
        check_equal(virsh("net-desc", "lab", option), "one two\n", f"net-desc {option}")
    check_equal(virsh("net-desc", "lab", "--edit"), "Network description updated successfully\n", "net-desc --edit")
    check_equal(virsh("net-desc", "lab", "--edit"), "Network description not changed\n", "net-desc --edit without a change")
    check_equal(virsh("net-desc", "lab"), "one three\n", "net-desc after the edit")
    check_equal(virsh("net-desc", "lab", "--config"), "one two\n", "net-desc --config after an edit of the running network")
    check_equal(virsh("net-desc", "lab", "--title", "--new-desc", "Lab 2"), "Network title updated successfully\n", "new title")
    check_equal(virsh("net-list", "--title").splitlines()[2].split(), ["lab", "active", "no", "yes", "Lab", "2"], "net-list --title")
    check_fails_with(virsh("net-desc", "lab", "--title", "a\nb", check=False), "metadata title can't contain newlines")
    check_fails_with(virsh("net-metadata", "lab", "urn:a", check=False), "Requested metadata element is not present")
    check_fails_with(virsh("net-metadata", "lab", "urn:a", "--set", "<x/>", check=False), "namespace key is required")
    check_equal(virsh("net-metadata", "lab", "urn:a", "--key", "k", "--set", "<x two='1'/>"), "Metadata modified\n\n", "--set")
    check_equal(virsh("net-metadata", "lab", "urn:a"), '<x two="1"/>\n\n', "net-metadata")
    check_contains(virsh("net-dumpxml", "lab"), '<k:x xmlns:k="urn:a" two="1"/>', "net-dumpxml")
    check_equal(virsh("net-metadata", "lab", "urn:a", "--key", "k", "--edit"), "Metadata modified\n\n", "--edit")
    check_equal(virsh("net-metadata", "lab", "urn:a"), '<x three="1"/>\n\n', "net-metadata after the edit")
    check_equal(virsh("net-metadata", "lab", "urn:a", "--remove"), "Metadata removed\n\n", "--remove")
    check_fails_with(virsh("net-metadata", "lab", "urn:a", check=False), "Requested metadata element is not present")


@test("interop/our-virsh-knows-a-libvirtd-without-metadata-calls")
def our_virsh_old_daemon(scene):
    start_debian(scene)
    scene.connect().networkDefineXML(network_xml())
    check_equal(run(OUR_VIRSH, "-c", scene.daemon.uri, "net-desc", "lab"), "No description for network: lab\n", "net-desc")
    done = run(OUR_VIRSH, "-c", scene.daemon.uri, "net-desc", "lab", "text", check=False)
    check_fails_with(done, "Failed to set new network description\nerror: unknown procedure: 444")


@test("interop/our-virsh-is-told-plainly-that-debians-libvirtd-cannot-plan")
def debian_cannot_plan(scene):
    start_debian(scene)
    scene.connect().networkDefineXML(network_xml())
    path = os.path.join(sandbox.directory(), "lab.xml")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(network_xml())
    done = run(OUR_VIRSH, "-c", scene.daemon.uri, f"net-apply lab {path} --print-plan; net-list --all --name", check=False)
    check_contains(done.stderr, "not supported by the connection driver: the daemon cannot plan updates", "message")
    check_equal(done.stdout.split(), ["lab"], "what the connection answers after it")


@test("interop/python-scenario-with-debians-library-on-our-daemon")
def python_debian_on_ours(scene):
    scene.start_daemon()
    said = run(sandbox.PYTHON, SCENARIO, scene.daemon.uri, scene.daemon.uri + "-ro")
    check_equal(said.strip(), "9000000", "version of the library")


@test("interop/python-scenario-with-our-library-on-our-daemon")
def python_ours_on_ours(scene):
    scene.start_daemon()
    said = run(sandbox.PYTHON, SCENARIO, scene.daemon.uri, scene.daemon.uri + "-ro", env=our_library())
    check_equal(said.strip(), "11003000", "version of the library")


@test("interop/python-scenario-with-our-library-on-debians-libvirtd")
def python_ours_on_debian(scene):
    start_debian(scene)
    said = run(sandbox.PYTHON, SCENARIO, scene.daemon.uri, scene.daemon.uri + "-ro", env=our_library())
    check_equal(said.strip(), "11003000", "version of the library")


@test("interop/python-scenario-with-our-library-on-the-test-driver")
def python_ours_on_test(_scene):
    said = run(sandbox.PYTHON, SCENARIO, "test:///default", env=our_library())
    check_equal(said.strip(), "11003000", "version of the library")


@test("interop/python-scenario-with-debians-library-on-debians-libvirtd")
def python_debian_on_debian(scene):
    """Proves the scenario itself."""
    start_debian(scene)
    said = run(sandbox.PYTHON, SCENARIO, scene.daemon.uri, scene.daemon.uri + "-ro")
    check_equal(said.strip(), "9000000", "version of the library")


@test("interop/leases-look-alike-through-both-libraries")
def leases(scene):
    net = scene.begin(network_xml(hosts=host_xml(mac_of(1), "192.0.2.10", "one")))
    Guest("one", "vbr0", mac_of(1)).dhcp("-x", "hostname:one")
    wait_for("the lease is listed", net.DHCPLeases)
    script = f"import libvirt; print(sorted(libvirt.open('{scene.daemon.uri}').networkLookupByName('lab').DHCPLeases()[0].items()))"
    ours, theirs = (run(sandbox.PYTHON, "-c", script, env=env) for env in (our_library(), os.environ))
    check_equal(ours, theirs, "leases through our library and Debian's")
    check_contains(ours, "'192.0.2.10'", "the lease")


@test("interop/swapped-arguments-are-refused-with-what-was-understood")
def swapped(scene):
    net = scene.begin()
    before = net.XMLDesc(0)
    section, command = libvirt.VIR_NETWORK_SECTION_IP_DHCP_HOST, libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_LAST
    try:
        net.update(section, command, -1, host_xml(mac_of(1), "192.0.2.10"), 3)
        check(False, "the call with command and section swapped succeeded")
    except libvirt.libvirtError:
        pass
    check_equal(net.XMLDesc(0), before, "live XML")
    update(net, "add", "ip-dhcp-host", host_xml(mac_of(1), "192.0.2.10"))
    check_fails(libvirt.VIR_ERR_OPERATION_INVALID, lambda: update(net, "add", "ip-dhcp-host", host_xml(mac_of(1), "192.0.2.10")))


def compare_virsh(scene):
    """Many command lines through both; virsh_compare.py says which of them differ."""
    done = run(sandbox.PYTHON, COMPARE, "--uri", scene.daemon.uri, "--leases", scene.path("var/lib/libvirt/dnsmasq"),
               DEBIAN_VIRSH, OUR_VIRSH, check=False, limit=300)
    check_equal(done.returncode, 0, f"exit status; it says:\n{done.stdout}{done.stderr}")


@test("interop/our-virsh-prints-what-debians-prints-with-our-daemon", limit=320)
def compare_on_ours(scene):
    scene.start_daemon()
    compare_virsh(scene)


@test("interop/our-virsh-prints-what-debians-prints-with-debians-daemon", limit=320)
def compare_on_debian(scene):
    start_debian(scene)
    compare_virsh(scene)


if __name__ == "__main__":
    main()
