#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Our headers and library against Debian's, piece by piece: every constant, every prototype, and what two programs print.

A whole program of a user is test_library.py's. What Debian's older release does not have yet is left out of the comparison.
"""

import difflib
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import TOP, Skipped, main, test  # noqa: E402  (first: it says where the others are)
import sandbox  # noqa: E402
from laboratory import run  # noqa: E402
from scene import BUILD, check, check_equal  # noqa: E402

OURS = os.path.join(TOP, "include")
DEBIANS = "/usr/include"
HEADERS = "#include <libvirt/libvirt.h>\n#include <libvirt/virterror.h>\n"
# Greater in a newer release: the version, and the ends of enums that have grown.
GROWN = re.compile(r"^(LIBVIR_VERSION_NUMBER|VIR_ERR_NUMBER_LAST|VIR_NETWORK_EVENT_ID_LAST)$")


def need_debians_headers():
    if not os.path.exists(os.path.join(DEBIANS, "libvirt/libvirt.h")):
        raise Skipped("libvirt-dev is not installed")


def source(name, text):
    path = os.path.join(sandbox.directory(), name)
    with open(path, "w", encoding="utf-8") as target:
        target.write(text)
    return path


def preprocessed(include, *flags):
    path = source("headers.c", "#define VIR_ENUM_SENTINELS\n" + HEADERS)
    return run("gcc", "-E", "-P", "-I" + include, *flags, path)


# --- Constants -----------------------------------------------------------------------------------------------------

def constants(include):
    """Names of all enumerators and of all macros that are numbers or texts."""
    enums = re.findall(r"enum\s*\{([^}]*)\}", preprocessed(include))
    names = {name for body in enums for name in re.findall(r"\b(VIR_\w+)\s*(?:=|,|\Z|\n)", body + "\n")}
    defined = preprocessed(include, "-dM")
    names |= set(re.findall(r"^#define ((?:VIR|LIBVIR)_\w+) [\"(\d]", defined, re.MULTILINE))
    return names


def values(include, names):
    """Each constant as the compiler sees it."""
    lines = [f'    printf(_Generic(({name}), char *: "{name} %s\\n", default: "{name} %ld\\n"), '
             f'_Generic(({name}), char *: ({name}), default: (long)({name})));' for name in sorted(names)]
    text = "#define VIR_ENUM_SENTINELS\n#include <stdio.h>\n" + HEADERS + "int main(void)\n{\n" + "\n".join(lines) + "\n}\n"
    program = os.path.join(sandbox.directory(), "constants")
    run("gcc", "-w", "-I" + include, source("constants.c", text), "-o", program)
    return dict(line.split(" ", 1) for line in run(program).splitlines())


@test("compat/every-constant-of-ours-has-debians-value")
def same_constants(_scene):
    need_debians_headers()
    shared = {name for name in constants(OURS) & constants(DEBIANS) if not GROWN.match(name)}
    check(len(shared) > 300, f"only {len(shared)} constants found")
    ours, debians = values(OURS, shared), values(DEBIANS, shared)
    check_equal({n: v for n, v in ours.items() if debians[n] != v}, {}, "constants that differ")


@test("compat/constants-of-errors-networks-and-connections-are-all-there")
def all_constants(_scene):
    need_debians_headers()
    wanted = re.compile(r"^VIR_(ERR|FROM|WAR|NETWORK|CONNECT_LIST_NETWORKS|IP_ADDR|EVENT_HANDLE|TYPED_PARAM|CRED|CONNECT_CLOSE)_")
    missing = {name for name in constants(DEBIANS) - constants(OURS) if wanted.match(name)}
    check_equal(sorted(missing), [], "constants that ours lacks")


# --- Prototypes and layouts ----------------------------------------------------------------------------------------

def statements(include):
    text = re.sub(r"\s+", " ", preprocessed(include))
    return [statement.strip() for statement in re.split(r";", text)]


def prototypes(include):
    """Declarations of functions, without attributes, by name."""
    found = {}
    for statement in statements(include):
        match = re.match(r"^(?:extern )?[\w\s*]+?[\s*](vir[A-Z]\w+) ?\([^{}]*\)$", statement)
        if match and "typedef" not in statement:
            found[match.group(1)] = statement
    return found


@test("compat/every-prototype-and-callback-of-ours-fits-debians")
def same_prototypes(_scene):
    need_debians_headers()
    ours, debians = prototypes(OURS), prototypes(DEBIANS)
    shared = sorted(set(ours) & set(debians))
    check(len(shared) > 120, f"only {len(shared)} functions found")
    callbacks = [s for s in statements(OURS) if re.match(r"^typedef \w+ ?\(\* ?vir\w+\)", s)]
    callbacks = [s for s in callbacks if "MetadataChange" not in s]
    check(len(callbacks) > 12, f"only {len(callbacks)} callbacks found")
    # Said twice, they must agree, or the compiler refuses.
    repeated = [ours[name] for name in shared] + callbacks
    path = source("prototypes.c", HEADERS + ";\n".join(repeated) + ";\n")
    run("gcc", "-w", "-std=gnu11", "-fsyntax-only", "-I" + DEBIANS, path)


LAYOUTS = {
    "virError": "code domain message level str1 str2 str3 int1 int2",
    "virNetworkDHCPLease": "iface expirytime type mac iaid ipaddr prefix hostname clientid",
    "virTypedParameter": "field type value",
    "virNodeInfo": "model memory cpus mhz nodes sockets cores threads",
    "virConnectAuth": "credtype ncredtype cb cbdata",
    "virConnectCredential": "type prompt challenge defresult result resultlen",
    "virSecurityModel": "model doi",
    "virSecurityLabel": "label enforcing",
    "virNodeCPUStats": "field value",
    "virNodeMemoryStats": "field value",
}


def layouts(include):
    lines = []
    for struct, fields in LAYOUTS.items():
        lines.append(f'    printf("{struct} %zu\\n", sizeof({struct}));')
        lines += [f'    printf("{struct}.{field} %zu %zu\\n", offsetof({struct}, {field}), sizeof((({struct} *)0)->{field}));'
                  for field in fields.split()]
    text = "#include <stddef.h>\n#include <stdio.h>\n" + HEADERS + "int main(void)\n{\n" + "\n".join(lines) + "\n}\n"
    program = os.path.join(sandbox.directory(), "layouts")
    run("gcc", "-w", "-I" + include, source("layouts.c", text), "-o", program)
    return run(program)


@test("compat/every-struct-of-ours-has-debians-layout")
def same_layouts(_scene):
    need_debians_headers()
    check_equal(layouts(OURS), layouts(DEBIANS), "sizes and offsets")


@test("compat/headers-compile-as-c-and-as-c++-without-a-warning")
def clean_headers(_scene):
    for compiler, standard in (("gcc", "-std=c99"), ("gcc", "-std=gnu17"), ("g++", "-std=c++11")):
        language = "c++" if compiler == "g++" else "c"
        run(compiler, "-x", language, standard, "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-I" + OURS,
            source("clean.txt", HEADERS))


# --- Programs ------------------------------------------------------------------------------------------------------

def debian_library():
    paths = re.findall(r"libvirt\.so\.0 .*=> (\S+)", run("ldconfig", "-p"))
    if not paths:
        raise Skipped("libvirt0 is not installed")
    return paths[0]


def says(program, library):
    """What a program, compiled with our headers and linked with our library, prints when it runs with LIBRARY."""
    path = os.path.join(sandbox.directory(), program)
    run("gcc", "-Wall", "-Wextra", "-Werror", "-I" + OURS, os.path.join(TOP, "tests/interop", program + ".c"), "-o", path,
        os.path.join(BUILD, "src/libvirt.so.0"))
    env = dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(library), LIBVIRT_DEFAULT_URI="")
    return run("sh", "-c", f"exec {path} 2>&1", env=env)


def check_program(program, least_lines):
    ours = says(program, os.path.join(BUILD, "src/libvirt.so.0"))
    check(len(ours.splitlines()) >= least_lines, f"the program says only: {ours}")
    debians = says(program, debian_library())
    debians = re.sub(r"^I/O warning .*\n", "", debians, flags=re.MULTILINE)     # libxml2's own words about a missing file
    difference = difflib.unified_diff(debians.splitlines(), ours.splitlines(), "with Debian's", "with ours", n=0, lineterm="")
    check_equal("\n".join(difference), "", "what the program says")


@test("compat/errors-are-the-same-with-both-libraries")
def same_errors(_scene):
    check_program("compat_errors", 60)


@test("compat/typed-parameters-and-events-are-the-same-with-both-libraries")
def same_values(_scene):
    check_program("compat_values", 150)


if __name__ == "__main__":
    main()
