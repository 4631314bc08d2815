# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs scenario tests, each in a sandbox of its own with a time limit, and says in TAP how they went.

A test file declares its tests with @test and ends with main(). Run alone, it runs its tests one after another; tests/run
calls list_tests and run_one instead, to run those of several files side by side. What a test may use is in scene.py; this
module knows nothing of networks.
"""

import argparse
import fnmatch
import json
import os
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tools", "lib"))

import sandbox  # noqa: E402  (found by the line above)

PASS, FAIL, SKIP = "ok", "not ok", "skip"
STATUS_SKIPPED = 77
DEFAULT_LIMIT_S = 60


class Skipped(Exception):
    """The test cannot run here; the text says why."""


@dataclass
class Test:
    name: str
    limit_s: float
    function: object


@dataclass
class Result:
    name: str
    outcome: str        # PASS, FAIL or SKIP
    detail: str         # why skipped, or how it failed
    seconds: float


TESTS = {}


def test(name, limit=DEFAULT_LIMIT_S):
    """Declare a test. Its NAME says situation and outcome; it is cut off, and has failed, after LIMIT seconds."""
    def declare(function):
        TESTS[name] = Test(name, limit, function)
        return function
    return declare


# --- Outside the sandbox -------------------------------------------------------------------------------------------

def list_tests(path):
    """Names and time limits of the tests of a file."""
    done = subprocess.run([sandbox.PYTHON, path, "--list"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=True)
    return [(row["name"], row["limit_s"]) for row in json.loads(done.stdout)]


def run_one(path, name, limit_s):
    """Run one test of a file in a sandbox of its own."""
    began = time.monotonic()
    box = sandbox.Sandbox([sandbox.PYTHON, path, "--inside", name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    try:
        output, _ = box.process.communicate(timeout=limit_s)
        status = box.process.returncode
    except subprocess.TimeoutExpired:
        status, output = None, f"no end within {limit_s:g} s\n" + collect_logs(box.directory)
    finally:
        box.stop()
    outcome = {0: PASS, STATUS_SKIPPED: SKIP}.get(status, FAIL)
    if outcome == FAIL and status not in (None, 1):
        output += f"(the test ended with status {status})\n"
    return Result(name, outcome, output.strip(), time.monotonic() - began)


def collect_logs(directory):
    """The ends of the logs that a test which was cut off left behind."""
    text = ""
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        if name.endswith(".log") or name == "syslog":
            with open(path, encoding="utf-8", errors="replace") as log:
                text += f"--- {name}\n" + "".join(log.readlines()[-40:])
    return text


def format_tap(number, result):
    """A result as TAP, its detail as comment lines."""
    if result.outcome == SKIP:
        return f"ok {number} - {result.name} # SKIP {result.detail}"
    lines = [f"{result.outcome} {number} - {result.name}"]
    if result.outcome == FAIL:
        lines += ["#   " + line for line in result.detail.splitlines()]
    return "\n".join(lines)


# --- Inside --------------------------------------------------------------------------------------------------------

def explain(failure):
    """What went wrong and which lines of the test led there; for a mistake of the test itself all of it."""
    if type(failure).__name__ != "Failed":
        return "".join(traceback.format_exception(failure)).rstrip()
    frames = [frame for frame in traceback.extract_tb(failure.__traceback__) if os.path.dirname(frame.filename) != HERE]
    places = [f"{os.path.basename(frame.filename)}:{frame.lineno}: {frame.line}" for frame in frames
              if frame.filename.startswith(TOP)]
    return "\n".join([str(failure), *("  at " + place for place in places)])


def run_inside(name):
    """Run a test in this process; the exit status says how it went, stdout why."""
    import scene        # imports python3-libvirt, which is not needed outside
    stage = scene.Scene()
    try:
        TESTS[name].function(stage)
        stage.close()
    except Skipped as skipped:
        print(skipped)
        return STATUS_SKIPPED
    except Exception as failure:    # whatever it is, the test has failed, and the state of things tells why
        print(explain(failure))
        print(stage.describe())
        return 1
    return 0


# --- Command line --------------------------------------------------------------------------------------------------

def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="only tests whose name matches (shell patterns)")
    parser.add_argument("--list", action="store_true", help="list the tests as JSON")
    parser.add_argument("--inside", metavar="NAME", help="run one test right here: this is a sandbox already")
    return parser.parse_args()


def main():
    options = parse_arguments()
    if options.list:
        print(json.dumps([{"name": item.name, "limit_s": item.limit_s} for item in TESTS.values()]))
        sys.exit(0)
    if options.inside:
        sys.exit(run_inside(options.inside))
    reason = sandbox.why_not()
    chosen = [item for item in TESTS.values()
              if not options.names or any(fnmatch.fnmatch(item.name, pattern) for pattern in options.names)]
    if not chosen:
        sys.exit("no test has such a name")
    print(f"1..{len(chosen)}", flush=True)
    n_failed = 0
    for number, item in enumerate(chosen, 1):
        result = Result(item.name, SKIP, reason, 0) if reason else run_one(sys.argv[0], item.name, item.limit_s)
        n_failed += result.outcome == FAIL
        print(format_tap(number, result), flush=True)
    sys.exit(1 if n_failed else 0)
