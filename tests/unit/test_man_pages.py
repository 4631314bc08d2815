#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds the manual pages against the programs: each command, option and setting has its entry, and no entry is left over.

    test_man_pages.py SOURCES VIRSH VIRTNETWORKD     one TAP line each

Commands and options come from the programs' own help, settings from what src/daemon/daemon_config.c reads and from the files
that are installed. It does not judge what the pages say. The build's test "man_pages" calls it.
"""

import os
import re
import shutil
import subprocess
import sys

TOP, VIRSH, DAEMON = sys.argv[1:4]
HIDDEN = ["complete"]       # commands that help does not list
# The installed file shows an example of it, not a built-in value.
WITHOUT_VALUE = ["unix_sock_group"]
ESCAPES = [(r"\-", "-"), (r"\(dq", '"'), (r"\ ", " "), (r"\&", ""), (r"\e", "\\")]


def plain(line):
    """A line of a page as text: without its macro, and with what escapes stand for."""
    if line.startswith("."):
        words = re.findall(r'"((?:[^"])*)"|((?:\\ |\S)+)', line)[1:]
        alternating = re.match(r"\.[BI][RIB] ", line)
        line = ("" if alternating else " ").join(quoted or word for quoted, word in words)
    for escape, text in ESCAPES:
        line = line.replace(escape, text)
    return line


class Page:
    """A page in parts: what stands below each .SH, and below each .SS."""

    def __init__(self, name):
        self.path = os.path.join(TOP, "docs/manpages", name)
        self.parts = {"": []}
        part = ""
        with open(self.path, encoding="utf-8") as stream:
            for line in stream.read().splitlines():
                if line.startswith('.\\"'):
                    continue
                if re.match(r"\.S[HS] ", line):
                    part = plain(line)
                    self.parts[part] = []
                else:
                    self.parts[part].append(line)

    def tags(self, *parts):
        """The tags of the lists in some parts; without names, in all."""
        found = []
        for part in parts or self.parts:
            lines = self.parts.get(part, [])
            found += [plain(lines[i + 1]) for i, line in enumerate(lines) if line == ".TP"]
        return found

    def text(self, part):
        return re.sub(r"\s+", " ", " ".join(plain(line) for line in self.parts[part]))


def run(*argv):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True).stdout


def differences(wanted, found, what):
    """Sentences about items that only one side has."""
    return ([f"the page lacks {what} {i}" for i in wanted if i not in found] +
            [f"the page has {what} {i}, which is not there" for i in found if i not in wanted])


def option_names(texts):
    return [name for text in texts for name in re.findall(r"(?<![\w-])-{1,2}[A-Za-z][\w-]*", text)]


def virsh_commands():
    page = Page("virsh.1")
    listed = re.findall(r"^    (\S+)", run(VIRSH, "-q", "help"), re.M) + HIDDEN
    sections = [part for part in page.parts if part and not part[0].isupper()]
    wrong = differences(listed, sections, "command")
    for command in set(listed) & set(sections):
        told = run(VIRSH, "-q", "help", command)
        synopsis = re.search(r"SYNOPSIS\n    (.*)\n", told).group(1)
        if synopsis not in page.text(command):
            wrong.append(f"{command}: the page lacks the synopsis '{synopsis}'")
        options = re.search(r"OPTIONS\n((?:    .*\n)+)", told)
        rows = re.findall(r"^    \[?(--[\w-]+|<\w+>)", options.group(1), re.M) if options else []
        wrong += [f"{command}: {text}" for text in differences(rows, [tag.split()[0] for tag in page.tags(command)], "option")]
    return wrong


def virsh_options():
    usage = run(VIRSH, "--help").split("  commands")[0]
    rows = option_names(re.findall(r"^ {4,9}(-\S+(?: \| --[\w-]+)?)", usage, re.M))
    return differences(rows, option_names(Page("virsh.1").tags("OPTIONS")), "option")


def daemon_options():
    rows = option_names(re.findall(r"^ +((?:-\w, )?--[\w-]+)", run(DAEMON, "--help"), re.M))
    return differences(rows, option_names(Page("virtnetworkd.8").tags("OPTIONS")), "option")


def read(name):
    with open(os.path.join(TOP, name), encoding="utf-8") as stream:
        return stream.read()


def settings_of(page, wanted, installed):
    """`wanted` are names of settings; `installed` is the file that shows their built-in values."""
    shown = [re.match(r"(\w+) = (.*)", tag) for tag in Page(page).tags()]
    if None in shown:
        return ["an entry is not of the form NAME = VALUE"]
    values = {match.group(1): match.group(2) for match in shown}
    built_in = dict(re.findall(r"^#?(\w+) = (.*)$", read(installed), re.M))
    wrong = differences(wanted, values, "setting")
    wrong += [f"{installed} has {name}, which the daemon does not read" for name in built_in if name not in wanted]
    for name in set(values) & set(built_in) - set(WITHOUT_VALUE):
        if values[name] != built_in[name]:
            wrong.append(f"{name} is {values[name]} in the page and {built_in[name]} in {installed}")
    return wrong


def daemon_settings():
    source = read("src/daemon/daemon_config.c")
    names = re.findall(r"^    NUMBER\((\w+),", source, re.M)
    names += re.findall(r'"(\w+)"', re.search(r"other_used\[\] = \{(.*?)\}", source, re.S).group(1))
    return settings_of("virtnetworkd.conf.5", names, "src/daemon/virtnetworkd.conf")


def network_settings():
    source = read("src/daemon/daemon_config.c")
    names = re.findall(r'choiceRow \w+ = \{ "(\w+)"', source) + ["sysfs_root"]
    return settings_of("libvirt-network.conf.5", names, "src/daemon/network.conf")


def markup():
    if not shutil.which("groff"):
        return None
    wrong = []
    for name in sorted(os.listdir(os.path.join(TOP, "docs/manpages"))):
        path = os.path.join(TOP, "docs/manpages", name)
        done = subprocess.run(["groff", "-man", "-Tutf8", "-wall", "-z", path], stderr=subprocess.PIPE, text=True, check=False)
        wrong += done.stderr.splitlines()
    return wrong


TESTS = {"virsh/commands": virsh_commands, "virsh/options": virsh_options, "virtnetworkd/options": daemon_options,
         "virtnetworkd.conf/settings": daemon_settings, "network.conf/settings": network_settings, "markup": markup}


def main():
    print(f"1..{len(TESTS)}")
    for number, (name, check) in enumerate(TESTS.items(), 1):
        wrong = check()
        skipped = " # SKIP groff is not installed" if wrong is None else ""
        print(f"{'not ok' if wrong else 'ok'} {number} - man-pages/{name}{skipped}")
        for line in wrong or []:
            print(f"# {line}")


main()
