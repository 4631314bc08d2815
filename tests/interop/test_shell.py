#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""virsh without a command: prompt, keys, history, the Tab key, daemons that come and go."""

import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import Skipped, main, test  # noqa: E402  (first: it says where the others are)
import sandbox  # noqa: E402
from scene import BUILD, check, check_contains, check_equal, network_xml  # noqa: E402
from terminal import Terminal  # noqa: E402

DEBIAN_VIRSH = "/usr/bin/virsh"
OUR_VIRSH = os.path.join(BUILD, "tools/virsh")
PROMPT, PROMPT_READONLY = "virsh # ", "virsh > "
PORT = ("<networkport><uuid>22222222-2222-4333-8444-55555555550{0}</uuid><owner><name>vm</name>"
        "<uuid>33333333-2222-4333-8444-555555555501</uuid></owner><mac address='52:54:00:bb:00:0{0}'/></networkport>")


def environment(**more):
    return dict({"PATH": os.environ["PATH"], "HOME": sandbox.directory(), "LC_ALL": "C.UTF-8", "TERM": "dumb"}, **more)


def shell(scene, *options, program=OUR_VIRSH, **more):
    """virsh on a terminal, at its first prompt."""
    terminal = Terminal([program, "-c", scene.daemon.uri, *options], environment(**more), sandbox.directory())
    terminal.expect(PROMPT_READONLY if "-r" in options else PROMPT)
    return terminal


def say(terminal, line, prompt=PROMPT):
    """Type a line; what it printed, without the line itself and the next prompt."""
    terminal.type(line + "\n")
    terminal.expect(line + "\r\n")
    return terminal.expect(prompt)[:-len(prompt)].replace("\r\n", "\n")


def leave(terminal):
    terminal.type("quit\n")
    check_equal(terminal.end(), 0, "exit status after quit")


@test("interop/virsh-shell/lines-are-run-and-kept-in-the-history")
def lines(scene):
    scene.begin()
    with shell(scene) as terminal:
        check_contains(terminal.output, "Welcome to virsh", "banner")
        check_equal(say(terminal, "net-list --name"), "lab\n\n", "net-list")
        check_equal(say(terminal, "net-info nosuch"), "error: failed to get network 'nosuch'\nerror: Network not found: "
                    "no network with matching name 'nosuch'\n\n", "a command that fails")
        check_equal(say(terminal, "bogus"), "error: unknown command: 'bogus'\n", "an unknown command")
        check_equal(say(terminal, "cd /usr; pwd # a comment"), "\n/usr\n\n", "two commands in a line")
        check_equal(say(terminal, "cd /nosuch"), "error: cd: No such file or directory: /nosuch\n\n", "cd to nowhere")
        check_equal(say(terminal, "cd"), "\n", "cd without an argument")
        check_equal(say(terminal, "pwd"), sandbox.directory() + "\n\n", "pwd after that")
        check_equal(say(terminal, ""), "", "an empty line")
        leave(terminal)
    history = os.path.join(sandbox.directory(), ".cache/libvirt/virsh/history")
    with open(history, encoding="utf-8") as stream:
        check_equal(stream.read().splitlines(), ["net-list --name", "net-info nosuch", "bogus", "cd /usr; pwd # a comment",
                                                 "cd /nosuch", "cd", "pwd", "quit"], "the history")
    check_equal(os.stat(history).st_mode & 0o777, 0o600, "mode of the history")
    with shell(scene, "-q", VIRSH_HISTSIZE="3") as terminal:
        check("Welcome" not in terminal.output, "a quiet virsh says welcome")
        terminal.type("", "up", "up")
        terminal.expect("pwd")
        terminal.type("\n")
        terminal.expect(sandbox.directory() + "\r\n" + PROMPT)
        terminal.type("", "ctrl-d")
        check_equal(terminal.end(), 0, "exit status after Ctrl-D")
    with open(history, encoding="utf-8") as stream:
        check_equal(stream.read().splitlines(), ["pwd", "quit", "pwd"], "the history of three lines")


@test("interop/virsh-shell/cache-directory-of-xdg-holds-the-history")
def history_elsewhere(scene):
    scene.start_daemon()
    with shell(scene, XDG_CACHE_HOME=os.path.join(sandbox.directory(), "elsewhere")) as terminal:
        leave(terminal)
    check(os.path.exists(os.path.join(sandbox.directory(), "elsewhere/libvirt/virsh/history")), "no history in XDG_CACHE_HOME")
    # Without a place for it everything else works.
    with shell(scene, XDG_CACHE_HOME="/proc/nosuch", VIRSH_HISTSIZE="x") as terminal:
        check_contains(terminal.output, "error: Bad $VIRSH_HISTSIZE value.\r\nerror: Failed to create '/proc/nosuch/libvirt/virsh'",
                       "complaints")
        check_equal(say(terminal, "uri"), scene.daemon.uri + "\n\n", "uri")
        leave(terminal)


@test("interop/virsh-shell/ctrl-c-drops-the-line-and-nothing-else")
def interrupt(scene):
    scene.begin()
    with shell(scene) as terminal:
        terminal.type("net-destroy lab")
        terminal.expect("net-destroy lab")      # the terminal drops what nobody has read when Ctrl-C is pressed
        terminal.type("", "ctrl-c")
        terminal.expect(PROMPT)
        terminal.type("", "ctrl-c")
        terminal.expect(PROMPT)
        # What is typed before readline has the terminal again is shown by both.
        terminal.type("net-list --name\n")
        terminal.expect("net-list --name\r\nlab\r\n")
        terminal.expect(PROMPT)
        leave(terminal)


@test("interop/virsh-shell/ctrl-c-ends-a-command-that-hangs")
def interrupt_command(scene):
    scene.begin()
    with shell(scene, "-k", "0") as terminal:
        scene.daemon.process.send_signal(signal.SIGSTOP)
        try:
            terminal.type("echo it runs; net-list --name\n")
            terminal.expect("\nit runs\r\n")     # the prompt is behind it, and with it the prompt's own Ctrl-C
            terminal.type("", "ctrl-c")
            check_equal(terminal.end(), -signal.SIGINT, "how virsh ended")
        finally:
            scene.daemon.process.send_signal(signal.SIGCONT)


@test("interop/virsh-shell/readonly-has-its-own-prompt-and-changes-nothing")
def readonly(scene):
    scene.begin()
    with shell(scene, "-r") as terminal:
        check_contains(say(terminal, "net-destroy lab", PROMPT_READONLY), "error: Failed to destroy network lab\n", "net-destroy")
        say(terminal, f"connect {scene.daemon.uri}")
        check_equal(say(terminal, "net-destroy lab"), "Network lab destroyed\n\n", "net-destroy after connect")
        say(terminal, "connect --readonly", PROMPT_READONLY)
        terminal.type("quit\n")
        check_equal(terminal.end(), 0, "exit status")


@test("interop/virsh-shell/tab-completes-what-there-is")
def completion(scene):
    net = scene.begin()
    scene.connection.networkDefineXML(network_xml("my \"one\"; net", "vbr1", subnet="198.51.100"))
    for number in (1, 2):
        net.portCreateXML(PORT.format(number), 0)
    os.mkdir(os.path.join(sandbox.directory(), "files"))
    with open(os.path.join(sandbox.directory(), "files/lab net.xml"), "w", encoding="utf-8") as stream:
        stream.write(network_xml("fromfile", "vbr2", subnet="203.0.113"))

    with shell(scene) as terminal:
        def completes(typed, shown):
            terminal.type(typed, "tab")
            terminal.expect(shown)
            terminal.type("", "ctrl-u")
        completes("net-dh", "net-dhcp-leases ")
        completes("uri; net-dh", "uri; net-dhcp-leases ")
        completes("net-destroy ", "net-destroy lab ")
        completes("net-start ", 'net-start my\\ \\"one\\"\\;\\ net ')
        completes("net-info my\\ ", 'net-info my\\ \\"one\\"\\;\\ net ')
        completes('net-info "my ', 'net-info "my \\"one\\"; net" ')
        completes("net-info 'my ", "net-info 'my \"one\"; net' ")
        completes("net-info --network=l", "net-info --network=lab ")
        completes("net-update lab add-f", "net-update lab add-first ")
        completes("net-update lab add ip-dhcp-h", "net-update lab add ip-dhcp-host ")
        completes("net-update lab add dns-txt --par", "--parent-index ")
        completes("net-list --ina", "net-list --inactive ")
        completes("help virs", "help virsh ")
        completes("cd fil", "cd files/")
        completes("net-port-dumpxml lab ", "22222222-2222-4333-8444-55555555550")
        terminal.type("net-define fil", "tab")
        terminal.expect("net-define files/")
        terminal.type("", "tab")
        terminal.expect("lab\\ net.xml ")
        terminal.type("\n")
        terminal.expect("Network fromfile defined from files/lab net.xml\r\n")
        terminal.expect(PROMPT)
        terminal.type("net-info my\\ ", "tab")
        terminal.expect('\\;\\ net ')
        terminal.type("\n")
        check_contains(terminal.expect(PROMPT), 'Name:           my "one"; net\r\n', "the completed line runs")
        leave(terminal)


@test("interop/virsh-shell/connects-again-when-the-daemon-is-back")
def reconnects(scene):
    scene.begin()
    with shell(scene) as terminal:
        check_equal(say(terminal, "net-list --name"), "lab\n\n", "net-list")
        scene.kill_daemon()
        lost = f"error: Disconnected from {scene.daemon.uri} due to end of file\r\n"
        terminal.expect(lost)       # at once, while somebody may be typing
        text = say(terminal, "net-list --name")
        check_contains(text, "error: Failed to reconnect to the hypervisor\nerror: Failed to connect socket to", "without a daemon")
        terminal.type("net-info l", "tab")      # nobody to ask: nothing happens, and nothing is said
        terminal.type("", "ctrl-u")
        check_equal(say(terminal, "pwd"), sandbox.directory() + "\n\n", "a command that needs no daemon")
        scene.start_daemon()
        check_equal(say(terminal, "net-list --name; net-list --name"),
                    "error: Reconnected to the hypervisor\nlab\n\nlab\n\n", "with the next daemon")
        scene.kill_daemon()
        terminal.expect(lost)
        check_contains(say(terminal, "connect"), "error: Failed to reconnect to the hypervisor\n", "connect without a daemon")
        check_contains(say(terminal, "connect network:///system?socket=/nosuch"), "error: failed to connect to the hypervisor\n",
                       "connect to another")
        scene.start_daemon()
        check_equal(say(terminal, "connect; net-list --name"), "\nlab\n\n", "connect to the next daemon")
        leave(terminal)


@test("interop/virsh-shell/gives-up-a-daemon-that-is-silent")
def keepalive(scene):
    scene.begin()
    with shell(scene, "-k", "1", "-K", "1") as terminal:
        check_equal(say(terminal, "net-list --name"), "lab\n\n", "net-list")
        scene.daemon.process.send_signal(signal.SIGSTOP)
        try:
            terminal.type("net-list --name\n")
            terminal.expect(f"error: Disconnected from {scene.daemon.uri} due to keepalive timeout\r\n")
            check_contains(terminal.expect(PROMPT), "error: Failed to list networks\r\nerror: ", "the call that was under way")
        finally:
            scene.daemon.process.send_signal(signal.SIGCONT)
        check_equal(say(terminal, "net-list --name"), "error: Reconnected to the hypervisor\nlab\n\n", "the daemon speaks again")
        leave(terminal)


# What both programs are made to do on a terminal; the sessions must look alike.
SESSION = ["pwd", "uri", "net-list --all", "net-info lab", "net-start lab", "net-list --name; net-uuid lab", "bogus", "net-info",
           "net-info --bad", "# nothing", "", "  ", "echo a b; echo c", "echo 'open", 'echo "open', "echo a\\", "net-destroy lab",
           "net-destroy lab", "cd /usr", "pwd", "cd /nosuch", "cd", "help nosuch", "net-update lab add dns-txt x.xml",
           "connect --readonly", "net-start lab", "connect", "pwd; quit; pwd"]


def session(scene, program, *options):
    with shell(scene, *options, program=program) as terminal:
        for line in SESSION[:-1]:
            terminal.type(line + "\n")
            # Either prompt may come: it is compared with the rest.
            terminal.expect("virsh ")
            terminal.expect(" ")
        terminal.type(SESSION[-1] + "\n")
        status = terminal.end()
    # Debian's starts a polkit agent when it is on a terminal.
    return status, re.sub(r"Authorization not available\..*\r\n", "", terminal.output)


@test("interop/virsh-shell/looks-like-debians-on-a-terminal")
def looks_alike(scene):
    scene.begin(start=False)
    if not os.path.exists(DEBIAN_VIRSH):
        raise Skipped("libvirt-clients is not installed")
    for options in ([], ["-q"]):
        check_equal(session(scene, OUR_VIRSH, *options), session(scene, DEBIAN_VIRSH, *options), f"a session with {options}")


if __name__ == "__main__":
    main()
