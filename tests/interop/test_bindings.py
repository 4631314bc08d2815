#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A network's life as programs in other languages live it: Sys::Virt, ruby-libvirt, go-libvirt, Ansible, names by NSS.

The programs are in the directory bindings; a guest takes a lease while each of them waits. What is not installed is skipped.
Python's binding has a scenario of its own, python_scenario.py.
"""

import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import TOP, Skipped, main, test  # noqa: E402  (first: it says where the others are)
import sandbox  # noqa: E402
from laboratory import Failed, Guest, run, wait_for  # noqa: E402
from scene import check, check_contains, check_equal, host_xml, mac_of, network_xml, our_library  # noqa: E402

BINDINGS = os.path.join(TOP, "tests/interop/bindings")
GO_SOURCES = "/usr/share/gocode"
LEASES = "/var/lib/libvirt/dnsmasq"     # where Debian's NSS modules look
MAC = mac_of(1)
UUID = "33333333-2222-4333-8444-555555555501"   # of a port, and of a guest
HOST = host_xml(MAC, "192.0.2.10", "one")
EVENTS = ["event lab " + name for name in ("defined", "started", "stopped", "undefined")]


def need(condition, package):
    if not condition:
        raise Skipped(f"{package} is not installed")


def loads(*argv):
    return shutil.which(argv[0]) and run(*argv, check=False).returncode == 0


def network_file():
    path = os.path.join(sandbox.directory(), "lab.xml")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(network_xml())
    return path


class Program:
    """A program that lives a network's life: it says "waiting" while a guest is to take a lease."""

    def __init__(self, *argv, env=None):
        self.process = subprocess.Popen([*argv, network_file(), HOST], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, env=env)
        self.said = []

    def read_until_waiting(self):
        for line in self.process.stdout:
            if line == "waiting\n":
                return
            self.said.append(line.rstrip("\n"))
        raise Failed(f"{self.process.args[:2]} ended before its time and said {self.said}")

    def finish(self):
        rest, _ = self.process.communicate("\n", timeout=40)
        self.said += rest.splitlines()
        check_equal(self.process.returncode, 0, f"exit status of {self.process.args[:2]}, which said {self.said}")


def live(scene, program, more=(), events=()):
    """A network's life by a program, a guest in it; MORE is what this program says before it waits, beyond the usual."""
    program.read_until_waiting()
    guest = Guest("one", "vbr0", MAC)
    guest.dhcp()
    net = scene.connect().networkLookupByName("lab")
    wait_for("the lease is listed", net.DHCPLeases)
    program.finish()
    check_equal(program.said, [
        "running vbr0 1 1 1", "updated 1 1",
        "again 55 Requested operation is not valid: there is an existing dhcp host entry in network 'lab' that matches "
        f"\"<host mac='{MAC}' name='one' ip='192.0.2.10'/>\"",
        "absent 43 Network not found: no network with matching name 'none'", *more,
        f"lease vbr0 {MAC} 192.0.2.10 24", "left 0", *events], "what the program has said")


def live_in_perl(scene, env):
    need(loads("perl", "-MSys::Virt", "-e1"), "libsys-virt-perl")
    scene.start_daemon()
    live(scene, Program("perl", os.path.join(BINDINGS, "life.pl"), scene.daemon.uri, env=env), events=EVENTS)


@test("bindings/perl-with-debians-library")
def perl(scene):
    live_in_perl(scene, os.environ)


@test("bindings/perl-with-our-library")
def perl_ours(scene):
    live_in_perl(scene, our_library())


@test("bindings/ruby-with-debians-library")
def ruby(scene):
    """Debian's alone: the module wants libvirt-qemu.so.0 too, which is one program with its libvirt.so.0."""
    need(loads("ruby", "-rlibvirt", "-e1"), "ruby-libvirt")
    scene.start_daemon()
    live(scene, Program("ruby", os.path.join(BINDINGS, "life.rb"), scene.daemon.uri))


@test("bindings/go-without-any-library", limit=240)
def go(scene):
    need(shutil.which("go"), "golang-go")
    need(os.path.isdir(os.path.join(GO_SOURCES, "src/github.com/digitalocean/go-libvirt")),
         "golang-github-digitalocean-go-libvirt-dev")
    program = os.path.join(sandbox.directory(), "life")
    env = dict(os.environ, GO111MODULE="off", GOPATH=GO_SOURCES, GOCACHE=os.path.join(sandbox.directory(), "go"), GOFLAGS="")
    run("go", "build", "-o", program, os.path.join(BINDINGS, "life.go"), env=env, limit=200)
    scene.start_daemon()
    live(scene, Program(program, scene.daemon.socket_path()), more=["swapped true true"])


def play(scene, tag):
    """One part of the playbook, with all of Ansible's own files in the sandbox."""
    home = sandbox.directory()
    env = dict(os.environ, HOME=home, ANSIBLE_HOME=os.path.join(home, "ansible"), ANSIBLE_LOCALHOST_WARNING="false",
               ANSIBLE_LOCAL_TEMP=os.path.join(home, "ansible-tmp"), ANSIBLE_INVENTORY_UNPARSED_WARNING="false", LC_ALL="C.UTF-8")
    values = {"uri": scene.daemon.uri, "xml": os.path.join(home, "lab.xml"), "host": HOST, "mac": MAC,
              "ansible_python_interpreter": sandbox.PYTHON, "ansible_connection": "local"}
    done = run("ansible-playbook", "--tags", tag, "-e", json.dumps(values), os.path.join(BINDINGS, "virt_net.yml"), env=env,
               check=False, limit=150)
    check_equal(done.returncode, 0, f"exit status of part '{tag}', which said\n{done.stdout}{done.stderr}")
    check_contains(done.stdout, "failed=0", f"account of part '{tag}'")


@test("bindings/ansible-changes-what-differs-and-nothing-else", limit=240)
def ansible(scene):
    need(shutil.which("ansible-playbook"), "ansible")
    need(loads(sandbox.PYTHON, "-c", "import ansible_collections.community.libvirt, lxml"), "ansible with python3-lxml")
    scene.start_daemon()
    network_file()
    play(scene, "begin")
    guest = Guest("one", "vbr0", MAC)
    guest.dhcp()
    check_equal(guest.address(), "192.0.2.10", "the guest's address")
    net = scene.connect().networkLookupByName("lab")
    wait_for("the lease is listed", net.DHCPLeases)
    play(scene, "end")


def resolve(service, name):
    """The addresses that one NSS module knows for a name."""
    done = run("getent", "-s", service, "ahostsv4", name, check=False)
    return sorted({line.split()[0] for line in done.stdout.splitlines()})


@test("bindings/guests-resolve-by-the-names-they-gave-and-those-of-their-ports")
def names(scene):
    need(os.path.exists("/lib/x86_64-linux-gnu/libnss_libvirt.so.2") or run("ldconfig", "-p").count("libnss_libvirt.so.2"),
         "libnss-libvirt")
    if not os.path.isdir(os.path.dirname(LEASES)):
        raise Skipped(f"no {os.path.dirname(LEASES)} to mount ours on")
    net = scene.begin()
    sandbox.mount("--bind", scene.path(os.path.dirname(LEASES).lstrip("/")), os.path.dirname(LEASES))
    check_equal([resolve(*words) for words in (("libvirt", "one"), ("libvirt_guest", "vm"))], [[], []], "names before")
    port = net.portCreateXML(f"<networkport><uuid>{UUID}</uuid><owner><name>vm</name><uuid>{UUID}</uuid></owner>"
                             f"<mac address='{MAC}'/></networkport>", 0)
    guest = Guest("one", "vbr0", MAC)
    client = guest.dhcp("-x", "hostname:one")
    address = [guest.address()]
    wait_for("the name that the guest gave resolves", lambda: resolve("libvirt", "one") == address)
    check_equal(resolve("libvirt_guest", "vm"), address, "address of the port's owner")
    check_equal(resolve("libvirt_guest", "one"), [], "address by the wrong module")
    port.delete(0)
    check_equal([resolve(*words) for words in (("libvirt", "one"), ("libvirt_guest", "vm"))], [address, []],
                "names when the port is gone")
    client.release()
    wait_for("the name is gone with the lease", lambda: resolve("libvirt", "one") == [])
    check(not net.DHCPLeases(), "a lease is left after its release")


if __name__ == "__main__":
    main()
