# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a measurement was taken on, in words: machine, the programs compared with, commit. Used by tests/bench."""

import os

import laboratory


def describe(top, file_system=None):
    """TOP is the source tree; FILE_SYSTEM what the files were on, where that matters."""
    model = next((line.split(":", 1)[1].strip() for line in laboratory.read("/proc/cpuinfo").splitlines()
                  if line.startswith("model name")), "unknown processor")
    commit = laboratory.run("git", "-C", top, "describe", "--always", "--dirty", check=False).stdout.strip() or "none"
    version = laboratory.run("/usr/sbin/libvirtd", "--version").strip()
    dnsmasq = laboratory.run("dnsmasq", "--version").split("\n")[0].split("  ")[0]
    files = f", files on {file_system}" if file_system else ""
    return (f"machine: {model}, {os.cpu_count()} processors, Linux {os.uname().release}{files}\n"
            f"against: {version}, {dnsmasq}\ncommit:  {commit}")
