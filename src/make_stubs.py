#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the C of the public functions that are there by name only.

Usage: make_stubs.py TABLE OUTPUT. TABLE is libvirt_stubs.tsv; its rows are checked, its order is kept. Called by meson.
"""

import sys

# By the kind of result: C type, and what is returned after the error has been reported.
RESULTS = {
    "int": ("int", "return -1;"),
    "pointer": ("void *", "return (void *)0;"),
    "zero": ("unsigned long long ", "return 0;"),
}

HEAD = """/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Made by make_stubs.py from libvirt_stubs.tsv: public functions that are there by name only
 */
#include "libvirt_stub.h"
"""

REPORTING = """
{type}{space}stub_{name}(const void *object) __asm__("{name}");
{type}{space}stub_{name}(const void *object)
{{
    static const virStub stub = {{ "{name}", VIR_STUB_{object}, VIR_FROM_{domain} }};

    virStubAnswer(&stub, object);
    {leave}
}}
"""

# Frees something that the library never gives away: there is nothing to do and nothing to report.
SILENT = """
void stub_{name}(const void *object) __asm__("{name}");
void stub_{name}(const void *object)
{{
    (void)object;
}}
"""


def function(number, line):
    """The C of one row."""
    fields = line.split("\t")
    if len(fields) != 4:
        sys.exit(f"row {number}: expected four fields, got {len(fields)}")
    name, result, kind, domain = fields
    if result == "void":
        return SILENT.format(name=name)
    if result not in RESULTS:
        sys.exit(f"row {number}: unknown result '{result}'")
    c_type, leave = RESULTS[result]
    return REPORTING.format(type=c_type, space="" if c_type[-1] in " *" else " ", name=name, leave=leave,
                            object=kind.upper().replace("-", "_"), domain=domain)


def main():
    table, output = sys.argv[1:3]
    with open(table, encoding="utf-8") as source:
        lines = source.read().splitlines()
    rows = [(n, line) for n, line in enumerate(lines, 1) if line and not line.startswith("#")]
    with open(output, "w", encoding="utf-8") as target:
        target.write(HEAD + "".join(function(n, line) for n, line in rows))


main()
