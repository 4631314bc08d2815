#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Replays the recorded cases of the families that are built, in a sandbox laid out as README.md asks, one TAP line a case.

    run_cases.py [daemon]       our daemon, with --root
    run_cases.py test           our library's test driver, test:///default, whose errors have a domain of their own
    run_cases.py debian         Debian's libvirtd 9.0.0: proves the layout, expects every case to pass

A case in differs.txt must fail in the way that is given there. The replaying itself is replay.py's, which is left as it came.
"""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

from harness import TOP  # noqa: E402  (first: it says where the others are)
import laboratory  # noqa: E402
import sandbox  # noqa: E402

FILES = {name + ".json": "*" for name in ("define", "events", "files", "lifecycle", "port", "update-arguments",
                                          "update-dhcp-host", "update-dhcp-range", "update-dns", "update-forward-interface",
                                          "update-portgroup", "update-unsupported")}
LIMIT_S = 400
VERDICT = re.compile(r"^(PASS|FAIL|SKIP) ([^ :]+)(?:: (.*))?$")
# Cases about the host that a driver without one cannot know of.
NOT_FOR_TEST = {name: "the test driver's host has no eth0 with an address"
                for name in ("lifecycle-start-subnet-of-uplink", "lifecycle-create-bad-then-gone", "events-start-fails",
                             "events-create-fails")}
NOT_FOR_TEST.update({"events-ports": "the test driver has no ports",
                     "define-name-long": "the test driver has no files",
                     "define-bridge-long-name-start": "the test driver makes no device",
                     "define-forward-passthrough-pf": "the test driver's host has no eth0",
                     "define-options-bad": "the test driver runs no dnsmasq",
                     "update-forward-interface-delete-unused": "the test driver has no ports"})
NO_FILES_FOR_TEST = {"port.json": "the test driver has no ports, as libvirt's"}


def read_differing():
    """Cases where ours is another answer on purpose: name to a text that replay.py's complaint must have."""
    lines = laboratory.read(os.path.join(HERE, "differs.txt")).splitlines()
    return dict(line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))


def lay_out():
    """The devices that README.md asks for. They need carriers and nothing else, so veth ends do."""
    for number in range(4):
        laboratory.run("ip", "link", "add", f"eth{number}", "type", "veth", "peer", "name", f"far{number}")
        laboratory.run("ip", "link", "set", f"eth{number}", "up")
        laboratory.run("ip", "link", "set", f"far{number}", "up")
    laboratory.run("ip", "address", "add", "198.51.100.2/24", "dev", "eth0")


def judge(verdict, name, detail, differing):
    """Turn replay.py's verdict on a case into (passed, what to say)."""
    text = differing.get(name)
    if text is None:
        return verdict != "FAIL", detail
    if verdict == "PASS":
        return False, f"stands in differs.txt for '{text}' but passes: take it off the list"
    if text not in detail:
        return False, f"should differ by '{text}', but failed otherwise: {detail}"
    return True, f"differs on purpose: {text}"


class Replay:
    """One run of replay.py over all files; counts and prints TAP."""

    def __init__(self, label, uri, options=(), env=None):
        self.label, self.uri, self.options = label, uri, list(options)
        self.env = dict(os.environ, **(env or {}))
        self.differing = {} if label == "debian" else read_differing()
        self.n_cases = self.n_failed = 0

    def say(self, passed, name, detail=None, skip=None):
        self.n_cases += 1
        self.n_failed += not passed
        comment = f" # SKIP {skip}" if skip else ""
        print(f"{'ok' if passed else 'not ok'} {self.n_cases} - cases/{self.label}/{name}{comment}", flush=True)
        if detail and not passed:
            print(f"#   {detail}", flush=True)

    def take(self, line):
        found = VERDICT.match(line)
        if not found:
            return False
        verdict, name, detail = found.group(1), found.group(2), found.group(3) or ""
        if self.label == "test" and name in NOT_FOR_TEST:
            self.say(True, name, skip=NOT_FOR_TEST[name])
            return True
        passed, text = judge(verdict, name, detail, self.differing)
        differs = name in self.differing and passed
        self.say(passed, name, text, skip=text if differs or verdict == "SKIP" else None)
        return True

    def run_file(self, name, pattern):
        """Replay one file; a run that breaks off without a sum counts as a failure."""
        command = [sandbox.PYTHON, os.path.join(HERE, "replay.py"), self.uri, os.path.join(HERE, name), "--verbose",
                   "--only", pattern, *self.options]
        replay = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.env)
        others = [line for line in replay.stdout if not self.take(line.rstrip("\n"))]
        replay.wait()
        if not others or not re.match(r"^\d+ passed", others[-1]):
            self.say(False, name, "replay.py broke off: " + " ".join("".join(others).split()))


def serve(label):
    """Start what the cases are replayed against; returns (Replay, daemon or None)."""
    build_test = os.environ.get("VIRNET_BUILD_TEST", os.path.join(TOP, "build-test"))
    build = os.environ.get("VIRNET_BUILD", os.path.join(TOP, "build"))
    if label == "test":
        if not os.path.exists(os.path.join(build, "src/libvirt.so.0")):
            sys.exit(f"no libvirt.so.0 in {build}/src")
        return Replay(label, "test:///default", ["--ignore", "domain"],
                      {"LD_LIBRARY_PATH": os.path.join(build, "src")}), None
    daemon = laboratory.DebianDaemon() if label == "debian" else laboratory.OurDaemon(build_test)
    daemon.start()
    return Replay(label, daemon.uri, ["--root", daemon.root]), daemon


def run_inside(label):
    lay_out()
    replay, daemon = serve(label)
    for name, pattern in FILES.items():
        if label == "test" and name in NO_FILES_FOR_TEST:
            replay.say(True, name, skip=NO_FILES_FOR_TEST[name])
        else:
            replay.run_file(name, pattern)
    if daemon and label == "daemon":
        alive = daemon.process.poll() is None
        status = daemon.stop() if alive else daemon.process.returncode
        clean = "Sanitizer" not in daemon.log() and "runtime error:" not in daemon.log()
        replay.say(alive and status == 0 and clean, "daemon-lives-through-it-and-ends-cleanly",
                   f"alive: {alive}, status: {status}, log: {' | '.join(daemon.log().splitlines()[-60:])}")
    print(f"1..{replay.n_cases}")
    return 1 if replay.n_failed else 0


def main():
    if sys.argv[1:2] == ["--inside"]:
        sys.exit(run_inside(sys.argv[2]))
    label = sys.argv[1] if len(sys.argv) > 1 else "daemon"
    reason = sandbox.why_not()
    if reason:
        print(f"1..0 # SKIP {reason}")
        sys.exit(0)
    sys.exit(sandbox.run([sandbox.PYTHON, os.path.abspath(__file__), "--inside", label], LIMIT_S))


if __name__ == "__main__":
    main()
