#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the same command lines through two virsh programs and compares stdout, stderr and exit status.

    virsh_compare.py --uri URI [--leases DIR] [--only GLOB] [--verbose] REFERENCE OURS

It says nothing about what the daemon at URI answers, only that both programs tell it alike; what is meant to differ
stands in the case with its reason. It makes networks named vc-... at URI, removes them afterwards and touches no
other; run it in a network namespace of its own. Called by the test suite, with our daemon and with Debian's libvirtd.
"""

import argparse
import fnmatch
import json
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

import libvirt

UUIDS = {"vc-a": "11111111-2222-4333-8444-00000000000a", "vc-b": "11111111-2222-4333-8444-00000000000b"}

NETWORKS = {
    "vc-a": """<network><name>vc-a</name><uuid>%s</uuid><bridge name='vcbr0' stp='on' delay='0'/>
<mac address='52:54:00:0a:0a:01'/><ip address='192.168.231.1' netmask='255.255.255.0'><dhcp>
<range start='192.168.231.2' end='192.168.231.200'/></dhcp></ip></network>""" % UUIDS["vc-a"],
    "vc-b": """<network><name>vc-b</name><uuid>%s</uuid><bridge name='vcbr1' stp='on' delay='0'/>
<mac address='52:54:00:0a:0a:02'/><ip address='192.168.232.1' netmask='255.255.255.0'/></network>""" % UUIDS["vc-b"],
}

PORT_UUID = "22222222-2222-4333-8444-5555555555"
PORT = """<networkport><uuid>22222222-2222-4333-8444-5555555555%s</uuid><owner><name>vm</name>
<uuid>33333333-2222-4333-8444-555555555501</uuid></owner><mac address='52:54:00:bb:00:%s'/></networkport>"""

FILES = {
    "new.xml": """<network><name>vc-new</name><uuid>11111111-2222-4333-8444-00000000000c</uuid>
<bridge name='vcbr2'/><mac address='52:54:00:0a:0a:03'/><ip address='192.168.233.1' netmask='255.255.255.0'/></network>""",
    "wide.xml": """<network><name>vc-wörld-網絡\\x</name><uuid>11111111-2222-4333-8444-00000000000d</uuid>
<bridge name='vcbr3'/><mac address='52:54:00:0a:0a:04'/></network>""",
    "unknown.xml": """<network><name>vc-new</name><uuid>11111111-2222-4333-8444-00000000000c</uuid>
<nonsense/><bridge name='vcbr2'/><mac address='52:54:00:0a:0a:03'/></network>""",
    "broken.xml": "<network><name>vc-new</name>",
    "port.xml": PORT % ("01", "01"),
    "port-2.xml": PORT % ("02", "02"),
    "port-broken.xml": "<networkport>",
    "port-unknown.xml": (PORT % ("03", "03")).replace("<owner>", "<nonsense/><owner>"),
    "empty.xml": "",
    "txt.xml": "<txt name='from-file' value='v'/>\n",
}

LEASES = [
    {"ip-address": "192.168.231.77", "mac-address": "52:54:00:aa:bb:cc", "hostname": "gäst",
     "client-id": "01:52:54:00:aa:bb:cc", "expiry-time": 4000000000},
    {"ip-address": "192.168.231.9", "mac-address": "52:54:00:aa:bb:a0", "expiry-time": 3900000000},
    {"ip-address": "192.168.231.8", "mac-address": "52:54:00:aa:bb:a0", "hostname": "b", "expiry-time": 3900000001},
]

HOST = "<host mac='52:54:00:00:00:01' ip='192.168.231.20'/>"
TXT = "<txt name='t' value='v'/>"
EDIT_RANGE = "sed -i -e s/231.200/231.%s/"


def case(name, *steps, **more):
    """One case. Steps are argument lists, or "leases": write lease files now. `more` may hold: env; raw (no -c URI);
    answers (keys for net-edit on a terminal); stdin (its text); needs; normal (a function that hides what may differ); client_text (the
    library's own message is not compared); step_status and stderr (what ours must do where it is meant to differ)."""
    return dict(name=name, steps=list(steps), **more)


def line_cases():
    """How a command line is taken apart, and virsh's own options."""
    words = {
        "unknown-command": ["nosuch"], "unknown-option": ["net-info", "--bad"], "missing-network": ["net-info"],
        "missing-all": ["net-update"], "missing-two": ["net-update", "a", "--config", "b"],
        "too-many-words": ["net-info", "vc-a", "extra"], "option-twice": ["net-info", "vc-a", "--network", "vc-a"],
        "flag-twice": ["net-list", "--all", "--all"], "flag-with-value": ["net-list", "--all=yes"],
        "flag-with-equals": ["net-list", "--all="], "option-abbreviated": ["net-list", "--al"],
        "single-dash": ["net-list", "-a"], "option-equals": ["net-info", "--network=vc-a"],
        "option-equals-empty": ["net-info", "--network="], "option-without-value": ["net-info", "--network"],
        "option-takes-next-word": ["net-info", "--network", "--all"], "dashes-end-options": ["net-info", "--", "vc-a"],
        "dashes-then-dashes": ["net-info", "--", "--vc-a"], "dashes-nothing-after": ["net-info", "--"],
        "three-dashes": ["net-info", "---"], "one-dash": ["net-info", "-"], "dash-word": ["net-info", "-vc"],
        "empty-name": ["net-info", ""], "empty-word": ["uri", ""], "empty-command": ["", "uri"],
        "words-semicolon": ["uri", ";", "uri"], "words-semicolon-joined": ["uri", ";uri"],
        "words-not-unquoted": ["net-info", "'vc-a'"], "option-and-value-in-one-word": ["net-info", "--network vc-a"],
        "two-commands": ["uri; net-list --all"], "second-unknown": ["uri; nosuch; uri"],
        "second-fails": ["uri; net-info vc-none"], "first-fails": ["net-info vc-none; uri"],
        "ends-with-semicolon": ["uri;"], "starts-with-semicolon": [";uri"], "only-semicolons": ["; ;"],
        "two-semicolons": ["uri;;uri"], "blank": [" "], "nothing": [""], "line-break": ["uri\nuri"],
        "line-continued": ["uri \\\n; uri"], "word-continued": ["net-info vc\\\n-a"], "comment": ["uri # uri\nuri"],
        "comment-only": ["# uri"], "hash-in-word": ["net-info vc-a#b"], "single-quotes": ["net-info 'vc-a'"],
        "double-quotes": ['net-info "vc-a"'], "quotes-in-word": ["net-info vc'-'a"],
        "single-quote-open": ["net-info 'vc-a"], "double-quote-open": ['net-info "vc-a'],
        "backslash": ["net-info vc\\-a"], "backslash-last": ["net-info vc-a\\"],
        "backslash-in-single": ["net-info 'vc\\-a'"], "backslash-in-double": ['net-info "vc\\-a"'],
        "quoted-semicolon": ["net-info 'vc;a'"], "escaped-semicolon": ["net-info vc\\;a"],
        "quoted-nothing": ["''"], "quote-alone": ["'"], "double-quote-alone": ['"'], "backslash-alone": ["\\"],
        "tab": ["net-info\tvc-a"], "quoted-option-value": ["net-info --network='vc-a'"],
        "dashes-then-semicolon": ["uri -- ; uri"], "xml-without-quotes": ["net-update vc-a add dns-txt %s" % TXT],
        "help-flag-and-word": ["net-info", "vc-a", "--help", "more"], "help-flag-bad": ["net-info", "--help", "--bad"],
        "help-flag-unknown": ["nosuch", "--help"], "help-unknown": ["help", "nosuch"], "help-unknown-quiet": ["-q", "help", "nosuch"],
        "quit": ["quit"], "quit-first": ["quit; uri"], "quit-after-failure": ["net-info vc-none; quit; uri"],
        "exit-then-unknown": ["exit; nosuch"], "echo": ["echo", "a", "b  c"], "echo-text": ["echo a 'b c' \"d\\\"e\" f\\ g"],
        "echo-shell": ["echo", "--shell", "", "a b", "a'b", "a.b", "~"], "echo-xml": ["echo", "--xml", "<a b='c'>&\""],
        "echo-split": ["echo", "--split", "a,b,,c", "", "a", ",a", "a,", ",,a", "a,,,b", "a,,,,b", ",", ",,", "a, b"],
        "echo-split-none": ["echo", "--split"], "echo-split-err": ["echo", "--split", "--err", "a,b", "c"],
        "echo-split-shell": ["echo", "--split", "--shell", "a"], "echo-split-xml": ["echo", "--xml", "--split", "a"],
        "echo-both": ["echo", "--xml", "--shell", "a"], "echo-error": ["echo", "--err", "x"], "echo-quiet": ["-q", "echo", "a"],
        "echo-none": ["echo"], "echo-dashes": ["echo", "--", "--bad"], "echo-bad": ["echo", "--bad"],
        "echo-empty": ["echo '' a"], "pwd": ["pwd"], "cd": ["cd /"], "version-short": ["--version=short"],
    }
    globals_ = {
        "bad-long": ["--bad"], "bad-short": ["-x"], "bad-among-short": ["-qx", "uri"], "connect-without": ["-c"],
        "connect-long-without": ["--conn"], "debug-without": ["-d"], "debug-text": ["-d", "x", "uri"],
        "debug-range": ["-d", "9", "uri"], "debug-negative": ["-d", "-1", "uri"], "debug-0": ["-d", "0", "net-info vc-a"],
        "debug-1": ["-d", "1", "net-list --all"], "debug-2": ["-d", "2", "net-info", "vc-a"], "long-ambiguous": ["--ke", "3", "uri"],
        "long-value-not-taken": ["--quiet=3", "uri"], "keepalive-off": ["-k", "0", "uri"],
        "keepalive-text": ["-k", "x", "uri"], "keepalive-negative": ["-k", "-1", "uri"],
        "keepalive-count-negative": ["-K", "-1", "uri"], "keepalive-big": ["-k", "99999999999", "uri"],
        "keepalive-without": ["-k"], "count-without": ["--keepalive-count"], "escape": ["-e", "^]", "uri"],
        "escape-empty": ["-e", "", "uri"], "escape-caret": ["-e", "^", "uri"], "log-nowhere": ["-l", "/nosuch/x", "uri"],
        "log-without": ["-l"], "log": ["-l", "log", "net-info", "vc-none"], "quiet": ["-q", "uri"], "quiet-two": ["-q", "uri;uri"],
        "readonly": ["-r", "uri"], "option-after-command": ["uri", "-r"], "three-dashes": ["---"],
    }
    cases = [case("line/" + name, args) for name, args in words.items()]
    cases += [case("option/" + name, args) for name, args in globals_.items()]
    for i in cases:
        if "version" in i["name"]:
            i["normal"] = hide_versions
    return cases


def look_cases():
    lists = {
        "all": ["--all"], "none": [], "inactive": ["--inactive"], "persistent": ["--all", "--persistent"],
        "transient": ["--all", "--transient"], "autostart": ["--all", "--autostart"],
        "no-autostart": ["--all", "--no-autostart"], "name": ["--all", "--name"], "uuid": ["--all", "--uuid"],
        "table": ["--table", "--all"], "inactive-all": ["--inactive", "--all"], "name-none": ["--name"],
        "name-and-uuid": ["--name", "--uuid"], "name-and-table": ["--name", "--table"],
        "everything": ["--persistent", "--transient", "--autostart", "--no-autostart", "--all"],
    }
    show = {
        "info": ["net-info", "vc-a"], "info-uuid": ["net-info", UUIDS["vc-a"]], "info-uuid-upper": ["net-info", UUIDS["vc-a"].upper()],
        "info-uuid-short": ["net-info", UUIDS["vc-a"].replace("-", "")], "info-none": ["net-info", "vc-none"],
        "info-uuid-none": ["net-info", UUIDS["vc-a"][:-1] + "9"], "uuid": ["net-uuid", "vc-a"], "uuid-of-uuid": ["net-uuid", UUIDS["vc-a"]],
        "uuid-empty": ["net-uuid", ""], "name": ["net-name", UUIDS["vc-a"]], "name-of-name": ["net-name", "vc-a"],
        "name-none": ["net-name", UUIDS["vc-a"][:-1] + "9"], "name-long": ["net-name", UUIDS["vc-a"] + "0"], "name-empty": ["net-name", ""],
        "dumpxml": ["net-dumpxml", "vc-a"], "dumpxml-inactive": ["net-dumpxml", "--inactive", "vc-a"],
        "dumpxml-wrap": ["net-dumpxml", "--wrap", "vc-a"], "dumpxml-none": ["net-dumpxml", "vc-none"],
        "dumpxml-xpath-element": ["net-dumpxml", "vc-a", "--xpath", "//ip"],
        "dumpxml-xpath-attributes": ["net-dumpxml", "vc-a", "--xpath", "//@*"],
        "dumpxml-xpath-text": ["net-dumpxml", "vc-a", "--xpath", "/network/name/text()"],
        "dumpxml-xpath-nothing": ["net-dumpxml", "vc-a", "--xpath", "//nothing"],
        "dumpxml-xpath-root": ["net-dumpxml", "vc-a", "--xpath", "/"],
        "dumpxml-xpath-wrap": ["net-dumpxml", "vc-a", "--xpath", "//ip | //bridge", "--wrap"],
        "dumpxml-xpath-wrap-nothing": ["net-dumpxml", "vc-a", "--xpath", "//nothing", "--wrap"],
        "dumpxml-xpath-wrap-attribute": ["net-dumpxml", "vc-a", "--wrap", "--xpath", "//bridge/@name | //name/text()"],
        "dumpxml-xpath-without": ["net-dumpxml", "--xpath"], "dumpxml-xpath-positional": ["net-dumpxml", "vc-a", "//ip"],
        "leases": ["net-dhcp-leases", "vc-a"], "leases-none": ["net-dhcp-leases", "vc-none"],
        "leases-mac": ["net-dhcp-leases", "vc-a", "52:54:00:00:00:01"], "leases-mac-named": ["net-dhcp-leases", "vc-a", "--mac", "52:54:00:00:00:01"],
        "leases-mac-bad": ["net-dhcp-leases", "vc-a", "zz"], "leases-mac-empty": ["net-dhcp-leases", "vc-a", ""],
        "leases-mac-without": ["net-dhcp-leases", "vc-a", "--mac"],
    }
    cases = [case("net-list/" + name, ["net-list"] + args, ["-q", "net-list"] + args) for name, args in lists.items()]
    cases += [case("show/" + name, args, ["-q"] + args) for name, args in show.items()]
    cases += [
        case("net-list/states", ["net-start", "vc-a"], ["net-autostart", "vc-b"], ["net-create", "new.xml"],
             *[["net-list"] + args for args in lists.values()], ["net-info", "vc-a"], ["net-info", "vc-new"]),
        case("net-list/wide-names", ["net-define", "wide.xml"], ["net-list", "--all"], ["net-info", "vc-wörld-網絡\\x"]),
        case("show/dumpxml-active", ["net-start", "vc-a"], ["net-dumpxml", "vc-a"], ["net-dumpxml", "vc-a", "--inactive"]),
        case("show/leases-listed", ["net-start", "vc-a"], "leases", ["net-dhcp-leases", "vc-a"], ["-q", "net-dhcp-leases", "vc-a"],
             ["net-dhcp-leases", "vc-a", "52:54:00:AA:BB:CC"], needs="leases"),
        case("show/leases-new-york", ["net-start", "vc-a"], "leases", ["net-dhcp-leases", "vc-a"], needs="leases",
             env={"TZ": "America/New_York"}),
    ]
    return cases


def change_cases():
    def both(name, *args):
        return case(name, *args, *[["-q"] + list(i) for i in args])

    return [
        both("net-define/new", ["net-define", "new.xml"], ["net-undefine", "vc-new"]),
        both("net-define/uuid-of-another", ["net-define", "clash.xml"]),
        both("net-define/no-file", ["net-define", "nosuch.xml"]), both("net-define/directory", ["net-define", "."]),
        both("net-define/empty", ["net-define", "empty.xml"]), both("net-define/broken", ["net-define", "broken.xml"]),
        both("net-define/no-name", ["net-define", ""]), both("net-define/validate", ["net-define", "new.xml", "--validate"]),
        both("net-define/validate-refuses", ["net-define", "unknown.xml", "--validate"]),
        both("net-define/too-big", ["net-define", "big.xml"]), both("net-define/readonly", ["-r", "net-define", "new.xml"]),
        both("net-create/new", ["net-create", "new.xml"], ["net-destroy", "vc-new"]),
        both("net-create/active", ["net-create", "new.xml"]), both("net-create/broken", ["net-create", "broken.xml"]),
        both("net-create/validate-refuses", ["net-create", "unknown.xml", "--validate"]),
        both("net-create/then-undefine", ["net-create", "new.xml"], ["net-undefine", "vc-new"], ["net-autostart", "vc-new"],
             ["net-autostart", "vc-new", "--disable"]),
        both("net-start/twice", ["net-start", "vc-a"], ["net-start", "vc-a"], ["net-destroy", "vc-a"], ["net-destroy", "vc-a"]),
        both("net-start/uuid", ["net-start", UUIDS["vc-a"]], ["net-start", UUIDS["vc-a"]], ["net-destroy", UUIDS["vc-a"]],
             ["net-destroy", UUIDS["vc-a"]]),
        both("net-start/none", ["net-start", "vc-none"], ["net-destroy", "vc-none"], ["net-undefine", "vc-none"],
             ["net-autostart", "vc-none"], ["net-edit", "vc-none"]),
        both("net-start/readonly", ["-r", "net-start", "vc-a"], ["-r", "net-destroy", "vc-a"], ["-r", "net-undefine", "vc-a"],
             ["-r", "net-autostart", "vc-a"]),
        both("net-autostart/on-off", ["net-autostart", "vc-a"], ["net-autostart", "vc-a"], ["net-autostart", "--disable", "vc-a"],
             ["net-autostart", "vc-a", "--disable"]),
        both("net-undefine/twice", ["net-undefine", "vc-a"], ["net-undefine", "vc-a"]),
        case("net-undefine/active", ["net-start", "vc-a"], ["net-undefine", "vc-a"], ["net-info", "vc-a"], ["net-destroy", "vc-a"],
             ["net-info", "vc-a"]),
    ] + update_cases() + edit_cases()


def update_cases():
    def update(*args, net="vc-a"):
        return ["net-update", net] + list(args)

    lines = {
        "config": update("add", "ip-dhcp-host", HOST, "--config"), "nothing-said": update("add", "ip-dhcp-host", HOST),
        "current": update("add", "ip-dhcp-host", HOST, "--current"), "live-inactive": update("add", "dns-txt", TXT, "--live"),
        "quiet": ["-q"] + update("add", "dns-txt", TXT, "--config"), "add-last": update("add-last", "dns-txt", TXT, "--config"),
        "add-first": update("add-first", "dns-txt", TXT, "--config"), "delete-none": update("delete", "dns-txt", TXT, "--config"),
        "modify-none": update("modify", "ip-dhcp-host", HOST, "--config"), "uuid": update("add", "dns-txt", TXT, net=UUIDS["vc-a"]),
        "file": update("add", "dns-txt", "txt.xml", "--config"), "file-none": update("add", "dns-txt", "nosuch.xml"),
        "file-directory": update("add", "dns-txt", "."), "file-big": update("add", "dns-txt", "big.xml"),
        "blank-before-xml": update("add", "dns-txt", " " + TXT), "xml-broken": update("add", "dns-txt", "<txt", "--config"),
        "xml-empty-file": update("add", "dns-txt", "empty.xml", "--config"), "xml-other-element": update("add", "dns-txt", HOST, "--config"),
        "xml-empty": update("add", "dns-txt", ""), "command-empty": update("", "dns-txt", TXT), "section-empty": update("add", "", TXT),
        "command-unknown": update("foo", "dns-txt", TXT), "command-number": update("4", "dns-txt", TXT),
        "command-upper": update("ADD", "dns-txt", TXT), "command-none": update("none", "dns-txt", TXT),
        "section-unknown": update("add", "foo", TXT), "section-none": update("add", "none", TXT), "section-last": update("add", "last", TXT),
        "current-live": update("add", "dns-txt", TXT, "--current", "--live"),
        "current-config": update("add", "dns-txt", TXT, "--current", "--config"),
        "current-live-config": update("foo", "bar", TXT, "--current", "--live", "--config", net="vc-none"),
        "network-none": update("foo", "bar", "nosuch.xml", net="vc-none"), "network-empty": update("foo", "bar", "nosuch.xml", net=""),
        "index": update("add", "dns-txt", TXT, "--parent-index", "0"), "index-equals": update("add", "dns-txt", TXT, "--parent-index=-1"),
        "index-positional": update("add", "dns-txt", TXT, "0"), "index-text": update("add", "dns-txt", TXT, "--parent-index", "1x"),
        "index-plus": update("add", "ip-dhcp-host", HOST, "--parent-index", " +0"),
        "index-blank-after": update("add", "dns-txt", TXT, "--parent-index", "0 "),
        "index-empty": update("add", "dns-txt", "", "--parent-index", ""),
        "index-big": update("add", "dns-txt", TXT, "--parent-index", "2147483648"),
        "index-without": update("add", "dns-txt", TXT, "--parent-index"),
        "index-before-file": update("add", "dns-txt", "nosuch.xml", "--parent-index", "x"),
        "command-before-index": update("foo", "dns-txt", "nosuch.xml", "--parent-index", "x"),
        "names-given": ["net-update", "--xml", TXT, "--config", "vc-a", "add", "--section", "dns-txt"],
        "readonly": ["-r"] + update("add", "dns-txt", TXT, "--config"),
    }
    sections = ["bridge", "domain", "ip", "ip-dhcp-host", "ip-dhcp-range", "forward", "forward-interface", "forward-pf",
                "portgroup", "dns-host", "dns-txt", "dns-srv"]
    cases = [case("net-update/" + name, args, args) for name, args in lines.items()]
    cases += [case("net-update/section-" + name, update("add", name, "<zzz/>", "--config")) for name in sections]
    cases.append(case("net-update/active", ["net-start", "vc-a"], update("add", "ip-dhcp-host", HOST),
                      update("modify", "ip-dhcp-host", HOST.replace(".20'", ".21'"), "--live"),
                      update("add", "ip-dhcp-host", HOST, "--config"), update("delete", "ip-dhcp-host", HOST, "--config"),
                      update("add", "dns-txt", TXT, "--live", "--config"), update("add", "dns-txt", TXT, "--live", "--config"),
                      update("delete", "dns-txt", TXT, "--live", "--config"), ["net-dumpxml", "vc-a"]))
    return cases


def edit_cases():
    edit = ["net-edit", "vc-a"]
    cases = [
        case("net-edit/unchanged", edit, ["-q"] + edit, ["-r"] + edit, env={"EDITOR": "true"}),
        case("net-edit/uuid", ["net-edit", UUIDS["vc-a"]], env={"EDITOR": "true"}),
        case("net-edit/changed", edit, ["net-dumpxml", "vc-a"], env={"EDITOR": EDIT_RANGE % "199"}),
        case("net-edit/changed-quiet", ["-q"] + edit, env={"EDITOR": EDIT_RANGE % "199"}),
        case("net-edit/visual-wins", edit, ["net-dumpxml", "vc-a"], env={"VISUAL": EDIT_RANGE % "199", "EDITOR": "false"}),
        case("net-edit/editor-with-quotes", edit, ["net-dumpxml", "vc-a"], env={"EDITOR": "sed -i -e 's/231.200/231.198/'"}),
        case("net-edit/active", ["net-start", "vc-a"], edit, ["net-dumpxml", "vc-a"], ["net-dumpxml", "vc-a", "--inactive"],
             env={"EDITOR": EDIT_RANGE % "199"}),
    ]
    bad = {"EDITOR": EDIT_RANGE % "999"}
    raced = {"EDITOR": "sh -c './changer; sed -i s/231.200/231.197/ \"$1\"' ed"}
    for answers in ["n", "yn", "fn", "xN", "ynn"]:
        cases.append(case("net-edit/ask-" + answers, edit, env=bad, answers=answers))
    for answers in ["n", "f", "yn"]:
        cases.append(case("net-edit/raced-" + answers, edit, ["net-dumpxml", "vc-a", "--inactive"], env=raced, answers=answers))
    # Debian's says that network (null) was edited, and exits 0.
    cases.append(case("net-edit/refused-without-terminal", edit, ["net-dumpxml", "vc-a"], env=bad, step_status=[1, 0],
                      stderr=r"error: .*192\.168\.231\.999.*\n"))
    cases.append(case("net-edit/raced-without-terminal", edit, env=raced, step_status=[1],
                      stderr=r"error: The XML configuration was changed by another user\.\n"))
    # Debian's names the temporary file.
    cases.append(case("net-edit/editor-fails", edit, env={"EDITOR": "false"}, step_status=[1],
                      stderr=r"error: editor 'false' ended with status 1\n"))
    cases.append(case("net-edit/editor-missing", edit, env={"EDITOR": "/nosuch"}, step_status=[1],
                      stderr=r"(?s).*error: editor '/nosuch' ended with status 127\n"))
    return cases


def connect_cases():
    def raw(name, *steps, **env):
        return case("connect/" + name, *steps, raw=True, client_text=True, env=env)

    uri = ARGS.uri
    return [
        raw("bad-uri", ["-c", "nosuch:///", "uri"]), raw("bad-uri-help", ["-c", "nosuch:///", "help uri"]),
        raw("bad-uri-quiet", ["-c", "nosuch:///", "-q", "uri"]), raw("bad-uri-two", ["-c", "nosuch:///", "uri; uri"]),
        raw("bad-uri-bad-command", ["-c", "nosuch:///", "uri --bad"]), raw("bad-uri-connect", ["-c", "nosuch:///", "connect", uri]),
        raw("bad-default", ["echo a; uri; echo b"], ["uri"], ["-q", "uri"], LIBVIRT_DEFAULT_URI="nosuch:///"),
        raw("bad-default-connect", ["connect"], ["connect; echo b"], ["connect %s; uri" % uri], LIBVIRT_DEFAULT_URI="nosuch:///"),
        raw("default-from-environment", ["uri"], ["connect; uri"], LIBVIRT_DEFAULT_URI=uri),
        raw("virsh-default-wins", ["uri"], VIRSH_DEFAULT_CONNECT_URI=uri, LIBVIRT_DEFAULT_URI="nosuch:///"),
        raw("option-wins", ["--connect", uri, "uri"], ["--connect=" + uri, "uri"], ["-c" + uri, "uri"],
            VIRSH_DEFAULT_CONNECT_URI="nosuch:///"),
        raw("virsh-debug", ["uri"], VIRSH_DEFAULT_CONNECT_URI=uri, VIRSH_DEBUG="1"),
        case("connect/again", ["connect"], ["connect; uri"], ["-q", "connect"], ["connect", "--readonly"]),
        case("connect/empty", ["connect", ""], client_text=True),
        case("connect/other", ["connect nosuch:///; uri"], ["connect nosuch:///; connect; uri"], client_text=True),
        case("connect/readonly", ["connect --readonly; net-start vc-a"], ["-r", "connect; net-start vc-a"],
             ["connect %s --readonly; net-start vc-a" % uri], client_text=True),
        case("connect/version", ["version"], ["version", "--daemon"], ["-q", "version"], normal=hide_versions),
        case("connect/node", ["capabilities"], ["nodeinfo"], ["-r", "nodeinfo; capabilities"], ["nodeinfo", "x"],
             normal=hide_frequency, client_text=True),
        raw("keepalive-without-a-peer", ["-c", "test:///default", "-K", "0", "uri"], ["-c", "test:///default", "-k0", "uri"],
            ["-c", "test:///default", "-k", "1", "-K", "1", "uri"], ["-c", "test:///default", "uri"]),
        case("connect/keepalive", ["-k", "1", "-K", "1", "uri"], ["-k", "0", "uri"], ["-K", "0", "net-list --all; uri"]),
        raw("test-node", ["-c", "test:///default", "uri; hostname"]),
        case("connect/hostname", ["hostname"], ["-q", "hostname"]),
    ]


def port_cases():
    """Of ports that are not there ours says why, with exit status 1; Debian's says less, with exit status 0."""
    start, make = ["net-start", "vc-a"], ["net-port-create", "vc-a", "port.xml"]
    one = PORT_UUID + "01"
    return [
        case("net-port/life", start, make, make, ["net-port-create", "vc-a", "port-2.xml"], ["-q", "net-port-list", "vc-a"],
             ["net-port-list", "vc-a"], ["net-port-list", "vc-a", "--uuid"], ["net-port-list", "--table", UUIDS["vc-a"]],
             ["net-port-dumpxml", "vc-a", one], ["net-port-delete", "vc-a", one], ["-q", "net-port-delete", "vc-a", PORT_UUID + "02"],
             ["net-port-list", "vc-a"], ["net-dumpxml", "vc-a"]),
        case("net-port/inactive", make, ["net-port-list", "vc-a"]),
        case("net-port/wrong-files", start, ["net-port-create", "vc-a", "nosuch.xml"], ["net-port-create", "vc-a", "port-broken.xml"],
             ["net-port-create", "vc-a", "port.xml", "--validate"], ["net-port-create", "vc-none", "port.xml"],
             ["-r", "net-port-create", "vc-a", "port-2.xml"]),
        case("net-port/options", start, make, ["net-port-list", "vc-a", "--uuid", "--table"], ["net-port-list", "vc-none"],
             ["net-port-dumpxml", "--network", "vc-a", "--port", one, "--xpath", "//mac"],
             ["net-port-dumpxml", "vc-a", one, "--xpath", "//mac/@address", "--wrap"], ["net-port-dumpxml", "vc-a"]),
        case("net-port/not-there-show", ["net-port-dumpxml", "vc-a", PORT_UUID + "09"], step_status=[1],
             stderr=r"error: failed to get network port '\S+'\nerror: network port not found: Network port with UUID \S+ does not exist\n"),
        case("net-port/not-a-uuid", ["net-port-delete", "vc-a", "zz"], step_status=[1],
             stderr=r"error: failed to get network port 'zz'\nerror: uuidstr in virNetworkPortLookupByUUIDString must be a valid UUID\n"),
    ]


def event_cases():
    """net-event where nothing happens; what it prints of events is compared by test_events.py."""
    event = ["net-event", "--event", "lifecycle"]
    lines = {
        "nothing-asked": ["net-event"], "only-timeout": ["net-event", "--timeout", "1"], "only-network": ["net-event", "vc-a"],
        "event-unknown": ["net-event", "--event", "bogus"], "event-begun": ["net-event", "--event", "life"],
        "event-empty": ["net-event", "--event", ""], "event-without": ["net-event", "--event"],
        "event-upper": ["net-event", "--event", "Lifecycle"], "event-unknown-before-timeout": ["net-event", "--event", "bogus", "--timeout", "x"],
        "timeout-0": event + ["--timeout", "0"], "timeout-negative": event + ["--timeout", "-1"], "timeout-text": event + ["--timeout", "x"],
        "timeout-big": event + ["--timeout", "99999999999"], "timeout-too-many-ms": event + ["--timeout", "2147484"],
        "timeout-empty": event + ["--timeout", ""], "timeout-before-network": event + ["--timeout", "0", "--network", "vc-none"],
        "list": ["net-event", "--list"], "list-wins": ["net-event", "--list", "--event", "bogus", "--timeout", "x", "--network", "vc-none"],
        "too-many-words": ["net-event", "vc-a", "lifecycle", "1", "2"],
    }
    # Each of these takes a second.
    waits = {
        "timed-out": event + ["--timeout", "1"], "timed-out-positional": ["net-event", "vc-a", "lifecycle", "1"],
        "timed-out-then-another": ["net-event --event lifecycle --loop --timeout 1; net-list --all"],
    }
    without_ours = lambda text: text.replace("metadata-change\n", "")
    cases = [case("net-event/" + name, args, ["-q"] + args, normal=without_ours) for name, args in lines.items()]
    cases += [case("net-event/" + name, args) for name, args in waits.items()]
    return cases


def help_cases():
    commands = ["net-list", "net-port-list", "net-port-create", "net-port-dumpxml", "net-port-delete", "net-info", "net-define", "net-create", "net-start", "net-destroy", "net-undefine", "net-autostart",
                "net-dumpxml", "net-edit", "net-event", "net-update", "net-dhcp-leases", "net-name", "net-uuid", "uri", "version", "hostname",
                "connect", "capabilities", "nodeinfo", "help", "pwd", "quit", "exit", "cd",
                "echo"]
    cases = [case("help/" + name, ["help", name], ["-q", "help", name], [name, "--help"], normal=help_shape) for name in commands]
    cases.append(case("help/words-too-many", ["help", "uri", "extra"], ["help", "uri", "--bad"], ["help --command=uri"],
                      normal=help_shape))
    return cases


def script_cases():
    """Lines on standard input."""
    scripts = {
        "lines": "pwd\nuri\nnet-list --all\n", "without-line-break": "pwd\nuri", "nothing": "", "blank-lines": "\n  \n\nuri\n",
        "comments": "# uri\nuri # uri\n", "unknown": "bogus\nuri\n", "fails": "net-info vc-none\nnet-info vc-a\n", "quit": "uri\nquit\nuri\n",
        "exit-in-line": "uri; exit; uri\nuri\n", "quotes": "echo 'a b' \"c d\"\necho 'a\necho \"a\necho a\\\n",
        "help": "help nosuch\nnosuch --help\n", "cd": "cd /usr\npwd\ncd\ncd /nosuch\ncd a b\n", "echo": "echo\necho a; echo b\necho --err x\n",
        "start": "net-start vc-a\nnet-start vc-a\nnet-update vc-a add dns-txt \"%s\"\nnet-destroy vc-a\n" % TXT,
        "connect": "connect %s --readonly\nnet-start vc-a\nconnect\nnet-start vc-a\nconnect nosuch:///\nuri\n" % ARGS.uri,
    }
    cases = [case("script/" + name, [], stdin=text, client_text=name == "connect") for name, text in scripts.items()]
    cases += [case("script/quiet", ["-q"], stdin=scripts["lines"]), case("script/readonly", ["-r"], stdin=scripts["start"]),
              case("script/debug", ["-d", "1"], stdin=scripts["start"]),
              case("script/words-win", ["uri"], stdin=scripts["lines"]),
              case("script/bad-uri", ["-c", "nosuch:///"], stdin=scripts["lines"], raw=True, client_text=True),
              case("script/bad-default", [], stdin="uri\npwd\n", raw=True, client_text=True, env={"LIBVIRT_DEFAULT_URI": "nosuch:///"})]
    return cases


def hide_versions(text):
    return re.sub(r"\d+\.\d+\.\d+", "V", text)


def hide_frequency(text):
    """It changes from moment to moment."""
    return re.sub(r"\d+ MHz", "N MHz", text)


def help_shape(text):
    """Help without its prose: headings, synopsis, and the left columns; and without options that later versions, or only we, have."""
    text = re.sub(r" \[--title\](?=\n)|(?m:^    --title .*\n)", "", text)
    text = re.sub(r" \[--all\](?= \[--loop\])|    --all .*\n(?=    --loop )", "", text)
    text = re.sub(r" \[--live\] \[--print-plan\]|    --live .*\n    --print-plan .*\n", "", text)
    text = re.sub(r"  DESCRIPTION\n(?:    .*\n)+\n", "", text)
    text = re.sub(r"(?m)^(    [\w-]+ - ).*$", r"\1", text)
    return re.sub(r"(?m)^(    (?:\[?--|<).*?\s\s)(?=\S).*$", r"\1", text)


class Runner:
    def __init__(self, args):
        self.args = args
        self.conn = libvirt.open(args.uri)
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="virsh-compare-"))

    def close(self):
        self.remove_networks()
        self.conn.close()
        shutil.rmtree(self.dir)

    def remove_networks(self):
        for net in self.conn.listAllNetworks():
            if not net.name().startswith("vc-"):
                continue
            persistent = net.isPersistent()
            if net.isActive():
                net.destroy()
            if persistent:
                net.undefine()

    def reset(self):
        self.remove_networks()
        for xml in NETWORKS.values():
            self.conn.networkDefineXML(xml)
        shutil.rmtree(self.dir)
        self.dir.mkdir()
        for name, text in FILES.items():
            (self.dir / name).write_text(text)
        (self.dir / "clash.xml").write_text(NETWORKS["vc-a"].replace("00000a</uuid>", "00000e</uuid>"))
        (self.dir / "big.xml").write_text(" " * (10 * 1024 * 1024 + 1))
        # Another user's change, for net-edit: made once, while the editor runs.
        changer = self.dir / "changer"
        changer.write_text("#!/bin/sh\n[ -e changed ] && exit\n: > changed\n%s -c '%s' net-update vc-a add dns-txt \"%s\" --config\n"
                           % (self.args.reference, self.args.uri, TXT))
        changer.chmod(0o755)

    def environment(self, one):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.dir), "LC_ALL": "C.UTF-8", "TZ": "UTC", "TMPDIR": str(self.dir),
               "TERM": "dumb"}
        env.update(one.get("env", {}))
        return env

    def run_plain(self, argv, env, text=""):
        done = subprocess.run(argv, env=env, cwd=self.dir, input=text.encode(), capture_output=True, timeout=60)
        return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")

    def run_terminal(self, argv, env, answers):
        """On a terminal, giving one key for each question; stdout and stderr come as one."""
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(self.dir)
            os.execve(argv[0], argv, env)
        out, asked, deadline = b"", 0, time.monotonic() + 60
        while time.monotonic() < deadline:
            if select.select([fd], [], [], 1)[0]:
                try:
                    data = os.read(fd, 4096)
                except OSError:
                    break
                if not data:
                    break
                out += data
            if out.count(b"?]: ") > asked and asked < len(answers):
                os.write(fd, answers[asked].encode())
                asked += 1
        os.close(fd)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        # Debian's starts a polkit agent when it is on a terminal.
        text = re.sub(r"Authorization not available\..*\r\n", "", out.decode(errors="replace"))
        return status, text, ""

    def write_leases(self):
        path = pathlib.Path(self.args.leases) / "vcbr0.status"
        path.write_text(json.dumps(LEASES))

    def run_case(self, program, one):
        self.reset()
        results = []
        for step in one["steps"]:
            if step == "leases":
                self.write_leases()
                continue
            argv = [program] + ([] if one.get("raw") else ["-c", self.args.uri]) + step
            env = self.environment(one)
            if "answers" in one and "net-edit" in step:
                results.append(self.run_terminal(argv, env, one["answers"]))
            else:
                results.append(self.run_plain(argv, env, one.get("stdin", "")))
        return results


def normalise(one, result):
    status, out, err = result
    texts = [re.sub(r"/\S*/virsh\w{6}\.xml", "TEMPFILE", i) for i in (out, err)]
    if "normal" in one:
        texts = [one["normal"](i) for i in texts]
    if one.get("client_text"):
        # What the library itself says is not virsh's: ours may say it in other words.
        texts[1] = "".join(i for i in re.findall(r"error: .*\n", texts[1])[::2])
    return (status, *texts)


def compare(one, reference, ours, verbose):
    """The lines that tell how `ours` fails; none when it is right."""
    problems = []
    for number, (step, theirs, mine) in enumerate(zip([i for i in one["steps"] if i != "leases"], reference, ours)):
        if "step_status" in one:
            wanted = (one["step_status"][number], one["stderr"] if number == 0 else "")
            if mine[0] != wanted[0] or not re.fullmatch(wanted[1], mine[2]):
                problems.append("  virsh %r\n    want status %d, stderr matching %r\n    got  %r" % (step, *wanted, mine))
        elif normalise(one, theirs) != normalise(one, mine):
            problems.append("  virsh %r\n    reference %r\n    ours      %r" % (step, theirs, mine))
        elif verbose:
            print("  virsh %r -> %r" % (step, mine))
    return problems


def main():
    runner = Runner(ARGS)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    try:
        for one in line_cases() + look_cases() + change_cases() + connect_cases() + port_cases() + event_cases() + script_cases() + help_cases():
            if ARGS.only and not fnmatch.fnmatch(one["name"], ARGS.only):
                continue
            if one.get("needs") == "leases" and not ARGS.leases:
                print("skipped %s: --leases is not given" % one["name"])
                counts["skipped"] += 1
                continue
            reference = runner.run_case(ARGS.reference, one)
            problems = compare(one, reference, runner.run_case(ARGS.ours, one), ARGS.verbose)
            counts["failed" if problems else "passed"] += 1
            if problems or ARGS.verbose:
                print("%s %s" % ("not ok" if problems else "ok", one["name"]))
            for line in problems:
                print(line)
    finally:
        runner.close()
    print("%d passed, %d failed, %d skipped" % (counts["passed"], counts["failed"], counts["skipped"]))
    return 1 if counts["failed"] else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--uri", required=True, help="a daemon that is ours to change")
    parser.add_argument("--leases", help="the daemon's directory of BRIDGE.status files")
    parser.add_argument("--only", help="only cases whose names match")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("reference", type=shutil.which, help="the virsh to be like")
    parser.add_argument("ours", type=os.path.abspath)
    return parser.parse_args()


if __name__ == "__main__":
    ARGS = parse_arguments()
    libvirt.registerErrorHandler(lambda _ctx, _err: None, None)
    sys.exit(main())
