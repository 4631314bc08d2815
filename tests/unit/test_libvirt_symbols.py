#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares what the built library exports with abi-symbols.tsv: names, version nodes, kinds, and the chain of nodes.

    test_libvirt_symbols.py LIBRARY     one TAP line each; needs nm and readelf

The table is libvirt 11.3.0's public interface. Beside it there may be what is private to this project's own libraries, in a node
that libvirt does not have. The build's test "libvirt_symbols" calls it.
"""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PRIVATE = [("virPrivateNetworkPlanUpdate", "LIBVIRT_PRIVATE_NETPLAN_1", "function")]
KINDS = {"T": "function", "D": "data", "B": "data", "R": "data"}


def output_of(*argv):
    return subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "LC_ALL": "C"}).stdout


def expected_symbols():
    """(name, node, kind) of each row."""
    with open(os.path.join(HERE, "abi-symbols.tsv"), encoding="utf-8") as table:
        return [tuple(line.split("\t")) for line in table.read().splitlines()[2:]]     # below licence and headings


def built_symbols(library):
    """The same of the library; version nodes themselves are absolute symbols and left out."""
    rows = re.findall(r"^\S+ (\w) (\S+?)@@?(\S+)$", output_of("nm", "-D", "--defined-only", "--with-symbol-versions", library),
                      re.MULTILINE)
    return [(name, node, KINDS.get(letter, letter)) for letter, name, node in rows if letter != "A"]


def unversioned_symbols(library):
    lines = output_of("nm", "-D", "--defined-only", "--with-symbol-versions", library).splitlines()
    return [line for line in lines if "@" not in line and " A " not in line]


def built_parents(library):
    """The node that each node inherits."""
    text = output_of("readelf", "--wide", "--version-info", library)
    definitions = text[text.index("Version definition section"):].split("Version needs section")[0]
    parents, name = {}, None
    for line in definitions.splitlines():
        node = re.search(r"Name: (\S+)", line)
        parent = re.search(r"Parent 1: (\S+)", line)
        if node:
            name = node.group(1)
        elif parent:
            parents[name] = parent.group(1)
    return parents


def difference(expected, built):
    """What is missing and what is too much, as text; empty if nothing is."""
    lines = [f"missing: {row}" for row in sorted(set(expected) - set(built))]
    return lines + [f"too much: {row}" for row in sorted(set(built) - set(expected))]


def chain(expected):
    nodes = list(dict.fromkeys(node for _, node, _ in expected))
    return list(zip(nodes[1:], nodes))


def checks(library):
    expected, found = expected_symbols(), built_symbols(library)
    private = [row for row in found if row[1].startswith("LIBVIRT_PRIVATE_")]
    built = [row for row in found if row not in private]
    yield "all-525-symbols-stand-in-their-version-nodes-and-no-others", difference(expected, built)
    yield "the-table-has-525-rows", [] if len(expected) == 525 else [f"it has {len(expected)}"]
    yield "the-private-symbols-are-those-of-netplan", difference(PRIVATE, private)
    yield "no-symbol-is-without-version", unversioned_symbols(library)
    yield "each-node-inherits-the-one-before", difference(chain(expected), list(built_parents(library).items()))
    soname = re.search(r"SONAME.*\[(.*)\]", output_of("readelf", "--dynamic", library)).group(1)
    yield "the-soname-is-libvirt.so.0", [] if soname == "libvirt.so.0" else [soname]


def main():
    failed = False
    results = list(checks(sys.argv[1]))
    print(f"1..{len(results)}")
    for number, (name, faults) in enumerate(results, 1):
        failed |= bool(faults)
        print("ok" if not faults else "not ok", number, f"libvirt/symbols/{name}")
        for fault in faults:
            print(f"# {fault}")
    sys.exit(1 if failed else 0)


main()
