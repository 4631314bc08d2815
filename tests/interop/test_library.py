#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Our library and headers in the place of Debian's: symbols, sources that compile with either, programs that run with either."""

import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import TOP, Skipped, main, test  # noqa: E402  (first: it says where the others are)
import sandbox  # noqa: E402
from laboratory import run  # noqa: E402
from scene import BUILD, check, check_equal, our_library  # noqa: E402

SOURCE = os.path.join(TOP, "tests/interop/user_program.c")
OUR_HEADERS = ["-I" + os.path.join(TOP, "include"), "-I" + os.path.join(BUILD, "include")]


def debian_library():
    paths = re.findall(r"libvirt\.so\.0 .*=> (\S+)", run("ldconfig", "-p"))
    if not paths or not os.path.exists("/usr/include/libvirt/libvirt.h"):
        raise Skipped("libvirt-dev is not installed")
    return paths[0]


def symbols(path):
    """Exported symbols with their version nodes, without those that are private to one release."""
    lines = [line.split() for line in run("nm", "-D", "--defined-only", "--with-symbol-versions", path).splitlines()]
    names = {line[-1].replace("@@", "@") for line in lines if len(line) > 2 and line[-2] != "A"}
    return {name for name in names if "@LIBVIRT_" in name and "PRIVATE" not in name}


@test("library/exports-every-public-symbol-of-debians-in-its-version-node")
def exports(_scene):
    theirs, ours = symbols(debian_library()), symbols(os.path.join(BUILD, "src/libvirt.so.0"))
    check(len(theirs) > 400, f"only {len(theirs)} symbols found in Debian's library")
    check_equal(sorted(theirs - ours), [], "symbols that ours lacks")


def compile_program(name, flags):
    program = os.path.join(sandbox.directory(), name)
    run("gcc", "-Wall", "-Wextra", "-Werror", *flags, SOURCE, "-o", program, *LIBRARIES[name.split("-on-")[-1]]())
    return program


LIBRARIES = {"debian": lambda: [debian_library()], "ours": lambda: [os.path.join(BUILD, "src/libvirt.so.0")]}


@test("library/program-compiles-with-both-headers-and-says-the-same-with-both-libraries")
def same_program(_scene):
    debian_library()
    said = {}
    for headers, flags in (("debian", []), ("ours", OUR_HEADERS)):
        for linked in LIBRARIES:
            program = compile_program(f"{headers}-on-{linked}", flags)
            for library, env in (("debian", os.environ), ("ours", our_library())):
                said[f"headers {headers}, linked with {linked}, run with {library}"] = run(program, env=env)
    reference = said["headers debian, linked with debian, run with debian"]
    check("network default" in reference and "update shown" in reference, f"the program says: {reference}")
    for how, text in said.items():
        check_equal(text, reference, how)


@test("library/python3-libvirt-loads-and-opens-the-test-driver")
def python_loads(_scene):
    script = "import libvirt; c = libvirt.open('test:///default'); print(libvirt.getVersion(), c.listNetworks(), c.getLibVersion())"
    said = run(sandbox.PYTHON, "-c", script, env=our_library())
    check_equal(said.strip(), "11003000 ['default'] 11003000", "what the script says")


@test("library/sys-virt-of-perl-loads-and-opens-the-test-driver")
def perl_loads(_scene):
    """Debian's Ruby binding cannot be tried: it loads libvirt-qemu.so.0, which wants private symbols of Debian's own release."""
    if not shutil.which("perl") or run("perl", "-MSys::Virt", "-e", "1", check=False).returncode != 0:
        raise Skipped("libsys-virt-perl is not installed")
    script = "print map {$_->get_name} Sys::Virt->new(uri => 'test:///default')->list_all_networks"
    check_equal(run("perl", "-MSys::Virt", "-e", script, env=our_library()), "default", "what the script says")


# --- libvirt-netplan.so.0 ----------------------------------------------------------------------------------------------

NETPLAN_SOURCE = os.path.join(TOP, "tests/interop/netplan_program.c")
DEFAULT_URI = "test:///default"


def netplan_program():
    program = os.path.join(sandbox.directory(), "netplan-program")
    libraries = [os.path.join(BUILD, "src", name) for name in ("libvirt-netplan.so.0", "libvirt.so.0")]
    run("gcc", "-Wall", "-Wextra", "-Werror", *OUR_HEADERS, NETPLAN_SOURCE, "-o", program, *libraries)
    return program


WANTED = """<network><name>default</name><forward mode='nat'/><bridge stp='off'/><domain name='lab'/>
<ip address='192.168.122.1' netmask='255.255.255.0'>
<dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip></network>"""


def write_wanted(text):
    path = os.path.join(sandbox.directory(), "wanted.xml")
    with open(path, "w", encoding="ascii") as stream:
        stream.write(text)
    return path


@test("netplan/program-that-links-it-prints-a-plan")
def netplan_prints(_scene):
    said = run(netplan_program(), DEFAULT_URI, "default", write_wanted(WANTED), env=our_library())
    steps = said.splitlines()
    check(steps[0].startswith("link: set virbr0 (its attributes differ) -- seamless"), f"the program says: {said}")
    check_equal(steps[-1], "3 steps: DHCP gap of some ms, DNS held some ms", "the last line")


@test("netplan/bad-arguments-are-errors-of-libvirt")
def netplan_fails(_scene):
    program, path = netplan_program(), write_wanted(WANTED)
    said = run(program, DEFAULT_URI, "default", path, "readonly", env=our_library(), check=False).stdout
    check_equal(said, "code 29 domain 19: operation forbidden: read only access prevents virNetworkPlanUpdate\n", "read-only")
    path = write_wanted("<network><name>other</name></network>")
    said = run(program, DEFAULT_URI, "default", path, env=our_library(), check=False).stdout
    check_equal(said, "code 84 domain 19: Operation not supported: network 'default' cannot be renamed to 'other' by an update\n",
                "another network's definition")


@test("netplan/is-not-loaded-with-debians-library")
def netplan_refuses(_scene):
    directory = os.path.join(sandbox.directory(), "mixed")
    os.mkdir(directory)
    os.symlink(debian_library(), os.path.join(directory, "libvirt.so.0"))
    shutil.copy(os.path.join(BUILD, "src/libvirt-netplan.so.0"), directory)
    done = run(netplan_program(), DEFAULT_URI, "default", "/dev/null", env=dict(os.environ, LD_LIBRARY_PATH=directory), check=False)
    check(done.returncode != 0, "the program runs")
    check("version `LIBVIRT_PRIVATE_NETPLAN_1' not found (required by" in done.stderr, f"the loader says: {done.stderr}")


if __name__ == "__main__":
    main()
