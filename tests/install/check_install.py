#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Installs the plain build into an empty directory and looks at it as a packager and a first user would.

Files in their places, a program compiled by what pkg-config says, programs that start. Nothing outside of that directory is
written. Speaks TAP; tests/run calls it.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("VIRNET_BUILD", os.path.join(TOP, "build"))
PROGRAM = """
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdio.h>

int main(void)
{
    unsigned long version = 0;
    virConnectPtr conn = virConnectOpen("test:///default");
    virNetworkPtr net = conn ? virNetworkLookupByName(conn, "default") : NULL;

    if (!net || virGetVersion(&version, NULL, NULL) < 0) {
        fprintf(stderr, "%s\\n", virGetLastErrorMessage());
        return 1;
    }
    printf("%s %lu %d\\n", virNetworkGetName(net), version, LIBVIR_VERSION_NUMBER);
    virNetworkFree(net);
    virConnectClose(conn);
    return 0;
}
"""
FILES = {
    "headers": ["include/libvirt/libvirt.h", "include/libvirt/libvirt-network.h", "include/libvirt/virterror.h"],
    "netplan": ["include/libvirt/libvirt-netplan.h", "lib*/**/libvirt-netplan.so.0", "lib*/**/pkgconfig/libvirt-netplan.pc"],
    "library": ["lib*/**/libvirt.so.0", "lib*/**/libvirt.so"],
    "pkg-config-file": ["lib*/**/pkgconfig/libvirt.pc"],
    "daemon": ["*bin/virtnetworkd"],
    "shell": ["bin/virsh", "share/bash-completion/completions/virsh"],
    "default-network": ["share/libvirt/networks/default.xml"],
    "lease-helper": ["libexec/libvirt_leaseshelper"],
    "schemas": ["share/libvirt/schemas/network.rng", "share/libvirt/schemas/networkport.rng",
                "share/libvirt/schemas/networkparts.rng", "share/libvirt/schemas/networktypes.rng"],
    "man-pages": ["share/man/man1/virsh.1", "share/man/man5/virtnetworkd.conf.5", "share/man/man5/libvirt-network.conf.5",
                  "share/man/man8/virtnetworkd.8"],
    "units": ["lib/systemd/system/virtnetworkd.service", "lib/systemd/system/virtnetworkd.socket",
              "lib/systemd/system/virtnetworkd-ro.socket"],
    "translations": ["share/locale/de/LC_MESSAGES/virnetwork.mo"],
    "configuration": ["etc/libvirt/virtnetworkd.conf", "etc/libvirt/network.conf"],
}


class Wrong(Exception):
    pass


def run(*argv, **options):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100,
                          check=False, **options)
    if done.returncode != 0:
        raise Wrong(f"{' '.join(argv)}: exit status {done.returncode}: {done.stdout}")
    return done.stdout


class Check:
    """The installed tree, and the TAP lines about it."""

    def __init__(self, root):
        self.root = root
        self.n_done = self.n_failed = 0
        run("meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", root)

    def find(self, pattern):
        """The one file that a pattern below the prefix stands for."""
        prefixes = [os.path.dirname(path) for path in glob.glob(os.path.join(self.root, "**/include"), recursive=True)]
        found = [path for prefix in prefixes for path in glob.glob(os.path.join(prefix, pattern), recursive=True)]
        if len(found) != 1:
            raise Wrong(f"{pattern}: {'not installed' if not found else 'more than once: ' + ', '.join(found)}")
        return found[0]

    def case(self, name, function):
        self.n_done += 1
        try:
            function()
            print(f"ok {self.n_done} - install/{name}", flush=True)
        except (Wrong, OSError, subprocess.SubprocessError) as error:
            self.n_failed += 1
            print(f"not ok {self.n_done} - install/{name}", flush=True)
            print("\n".join("#   " + line for line in str(error).splitlines()), flush=True)

    def compile_program(self):
        """A program that knows nothing but "libvirt" and pkg-config compiles, links and runs."""
        pc_dir = os.path.dirname(self.find("lib*/**/pkgconfig/libvirt.pc"))
        env = dict(os.environ, PKG_CONFIG_LIBDIR=pc_dir, PKG_CONFIG_SYSROOT_DIR=self.root, PKG_CONFIG_PATH="")
        flags = run("pkg-config", "--cflags", "--libs", "libvirt", env=env).split()
        source, program = os.path.join(self.root, "program.c"), os.path.join(self.root, "program")
        with open(source, "w", encoding="ascii") as stream:
            stream.write(PROGRAM)
        run("gcc", "-Wall", "-Wextra", "-Werror", source, "-o", program, *flags)
        env = dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(self.find("lib*/**/libvirt.so.0")))
        said = run(program, env=env).strip()
        if said != "default 11003000 11003000":
            raise Wrong(f"the program says '{said}'")

    def own_library_is_found(self):
        """Without ldconfig, and beside another libvirt: by the path that the programs carry. In /usr nothing is carried."""
        for pattern in ("bin/virsh", "lib*/**/libvirt-netplan.so.0"):
            libdir = os.path.dirname(self.find("lib*/**/libvirt.so.0"))[len(self.root):]
            if not libdir.startswith("/usr/lib") and f"[{libdir}]" not in run("readelf", "-d", self.find(pattern)):
                raise Wrong(f"{pattern} does not say that its library is in {libdir}")

    def programs_start(self):
        env = dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(self.find("lib*/**/libvirt.so.0")))
        for pattern in ("*bin/virtnetworkd", "bin/virsh"):
            if "11.3.0" not in (said := run(self.find(pattern), "--version", env=env)):
                raise Wrong(f"{pattern} --version says '{said}'")
        names = run(self.find("bin/virsh"), "-c", "test:///default", "net-list", "--all", "--name", env=env).split()
        if names != ["default"]:
            raise Wrong(f"virsh net-list says {names}")

    def units_verify(self):
        """systemd finds nothing to complain of in the units; sanitizers and a systemd that runs are not needed."""
        units = tempfile.mkdtemp(dir=self.root)
        daemon = self.find("*bin/virtnetworkd")
        for pattern in FILES["units"]:
            path = self.find(pattern)
            with open(path, encoding="ascii") as source, open(os.path.join(units, os.path.basename(path)), "w", encoding="ascii") as copy:
                copy.write(re.sub("(?m)^ExecStart=[^ ]*", "ExecStart=" + daemon, source.read()))
        said = run("systemd-analyze", "verify", "--man=no", *sorted(glob.glob(os.path.join(units, "*"))))
        if said:
            raise Wrong(f"systemd-analyze says '{said}'")
        with open(os.path.join(units, "virtnetworkd.service"), encoding="ascii") as stream:
            lines = stream.read().splitlines()
        missing = {"Type=notify", "KillMode=process", "BindsTo=virtnetworkd.socket"} - set(lines)
        if missing:
            raise Wrong(f"virtnetworkd.service lacks {sorted(missing)}")


def main():
    with tempfile.TemporaryDirectory(prefix="virnet-install-") as root:
        check = Check(root)
        for name, patterns in FILES.items():
            check.case(f"{name}-in-place", lambda wanted=patterns: [check.find(pattern) for pattern in wanted])
        check.case("program-compiles-by-pkg-config-and-runs", check.compile_program)
        check.case("own-library-is-found", check.own_library_is_found)
        check.case("programs-start", check.programs_start)
        if shutil.which("systemd-analyze"):
            check.case("units-are-good-to-systemd", check.units_verify)
        print(f"1..{check.n_done}")
        sys.exit(1 if check.n_failed else 0)


if __name__ == "__main__":
    main()
