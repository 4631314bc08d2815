#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The completion file for bash: what it offers for lines that are being typed, by virsh and over the line's connection."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import TOP, Skipped, main, test  # noqa: E402  (first: it says where the others are)
from laboratory import run  # noqa: E402
from scene import BUILD, check_equal, network_xml  # noqa: E402

OUR_VIRSH = os.path.join(BUILD, "tools/virsh")
BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}

# Asks the function as bash would, with the line as $1.
BASH = """
. %s
. %s
PATH=%s:$PATH
COMP_LINE=$1 COMP_POINT=${#1}
COMP_TYPE=9 COMP_KEY=9
read -r -a COMP_WORDS < <(printf '%%s\\n' "$1" | sed 's/[:=]/ & /g')
[[ $1 != *' ' ]] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { echo "compopt $*"; }
_virsh virsh
printf '%%s\\n' "${COMPREPLY[@]}"
"""


@test("interop/bash-completion/completes-over-the-connection-of-the-line")
def bash(scene):
    if not os.path.exists(BASH_COMPLETION):
        raise Skipped("bash-completion is not installed")
    scene.begin()
    scene.connection.networkDefineXML(network_xml("my net", "vbr1", subnet="198.51.100"))
    script = BASH % (BASH_COMPLETION, os.path.join(TOP, "tools/bash-completion/virsh"), os.path.dirname(OUR_VIRSH))
    connect = f"virsh -c {scene.daemon.uri} "

    def completed(line):
        return run("bash", "--norc", "-c", script, "bash", line, env=ENVIRONMENT, check=True).split("\n")[:-1]

    check_equal(completed(connect + "net-dh"), ["net-dhcp-leases"], "a command")
    check_equal(completed(connect + "-q -k 5 net-dh"), ["net-dhcp-leases"], "a command after options")
    check_equal(completed(connect + "net-destroy "), ["lab"], "an active network")
    check_equal(completed(connect + "net-start "), ["my\\ net"], "a name with a blank")
    check_equal(completed(connect + "net-list --in"), ["--inactive"], "an option")
    check_equal(completed(connect + "net-update lab add ip-dhcp-h"), ["ip-dhcp-host"], "a section")
    check_equal(completed("virsh --read"), ["--readonly"], "an option of virsh")
    check_equal(completed("virsh -c test"), ["test:///default"], "a URI")
    check_equal(completed("virsh -c test:///default net-start --network "), [""], "no network is inactive")
    check_equal(completed("virsh -c test:///default net-info de"), ["default"], "another connection")
    check_equal(completed("virsh -l "), ["compopt -o default", ""], "a log file")
    check_equal(completed("virsh -c nosuch:/// net-info d"), [""], "a connection that fails")


@test("interop/bash-completion/knows-virshs-own-options")
def bash_options(_scene):
    shown = set(re.findall(r"--[a-z-]+", run(OUR_VIRSH, "--help").split("commands")[0]))
    with open(os.path.join(TOP, "tools/bash-completion/virsh"), encoding="utf-8") as stream:
        offered = re.search(r'compgen -W "(--[^"]*)"', stream.read()).group(1).split()
    check_equal(sorted(offered), sorted(shown), "options in the completion file")


if __name__ == "__main__":
    main()
