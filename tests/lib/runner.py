# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds, runs all suites and counts: the part of tests/run that comes after the packages are there.

Two builds: one with sanitizers and fault points, whose programs and daemon are tested, and a plain one, for what is run with
programs of others. A test that hangs is cut off; several run side by side, each on its own network. Exit status 1 if any
test failed.
"""

import argparse
import fnmatch
import glob
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import harness
import sandbox
from harness import FAIL, PASS, SKIP, TOP, Result
from tap import Program, run_program

BUILD = os.environ.setdefault("VIRNET_BUILD", os.path.join(TOP, "build"))
BUILD_TEST = os.environ.setdefault("VIRNET_BUILD_TEST", os.path.join(TOP, "build-test"))
BUILD_LIMIT_S = 600
DETAIL_LINES = 80
SUITES = ["build", "unit", "golden", "fuzz", "purity", "netns", "cases", "interop", "install"]
WORDS = {PASS: "ok  ", FAIL: "FAIL", SKIP: "skip"}


class Report:
    """Prints results as they come and keeps count. Used from several threads."""

    def __init__(self, verbose):
        self.verbose = verbose
        self.lock = threading.Lock()
        self.counts = {PASS: 0, FAIL: 0, SKIP: 0}
        self.failed = []
        self.interrupted = False

    def add(self, suite, result):
        with self.lock:
            if self.interrupted:    # what is cut off now has not failed
                return
            self.counts[result.outcome] += 1
            name = result.name if result.name.startswith(suite + "/") else f"{suite}/{result.name.lstrip('/')}"
            text = f"{WORDS[result.outcome]} {name}"
            if result.outcome == SKIP:
                text += f": {result.detail}"
            elif result.seconds >= 1:
                text += f" ({result.seconds:.1f} s)"
            print(text, flush=True)
            if result.outcome == FAIL:
                self.failed.append(name)
                self.show(result.detail)

    def show(self, detail):
        lines = detail.strip().splitlines()
        if len(lines) > DETAIL_LINES and not self.verbose:
            half = DETAIL_LINES // 2
            lines = lines[:half] + [f"... {len(lines) - DETAIL_LINES} lines more (all with -v) ..."] + lines[-half:]
        for line in lines:
            print("     " + line, flush=True)

    def finish(self):
        if self.failed:
            print("\nFailed:\n" + "\n".join("  " + name for name in self.failed))
        skipped = f", {self.counts[SKIP]} skipped" if self.counts[SKIP] else ""
        print(f"\n{self.counts[PASS]} passed, {self.counts[FAIL]} failed{skipped}", flush=True)
        return 1 if self.counts[FAIL] else 0


# --- Building ------------------------------------------------------------------------------------------------------

def build(name, directory, setup):
    """Set a build directory up with the options SETUP unless it is, and build everything in it; returns a result."""
    began = time.monotonic()
    commands = [["ninja", "-C", directory]]
    if not os.path.exists(os.path.join(directory, "build.ninja")):
        commands.insert(0, ["meson", "setup", directory, TOP, *setup])
    for command in commands:
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  timeout=BUILD_LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return Result(name, FAIL, f"{' '.join(command)}: no end within {BUILD_LIMIT_S} s", BUILD_LIMIT_S)
        if done.returncode != 0:
            return Result(name, FAIL, done.stdout, time.monotonic() - began)
    return Result(name, PASS, "", time.monotonic() - began)


def build_all(report):
    """Build both; returns whether both succeeded."""
    print(f"Building in {BUILD} and {BUILD_TEST} ...", flush=True)
    sanitized = ["-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dfault_points=true", "--buildtype", "debug"]
    outcomes = []
    for name, directory, setup in (("plain", BUILD, []), ("sanitized", BUILD_TEST, sanitized)):
        result = build(name, directory, setup)
        report.add("build", result)
        outcomes.append(result.outcome)
    return FAIL not in outcomes


# --- What there is to run: jobs are (suite, function that returns results) ---------------------------------------------

def compiled_jobs():
    """The tests that the build declares. Those of suite netns get a sandbox around them."""
    text = subprocess.run(["meson", "introspect", "--tests", BUILD_TEST], stdout=subprocess.PIPE, text=True, check=True).stdout
    for item in json.loads(text):
        suite = item["suite"][0].rsplit(":", 1)[-1] if item["suite"] else "unit"
        argv = item["cmd"]
        if suite == "netns":
            argv = [sandbox.PYTHON, os.path.join(TOP, "tests/lib/in_sandbox.py"), *argv]
        limit = 3 * max(item["timeout"], 30)        # sanitizers are slow, and others run beside
        yield suite, Program(item["name"], argv, limit, item["protocol"] == "tap", item["env"], item["workdir"] or BUILD_TEST)


def harness_jobs(suite):
    """The tests of the Python files of a suite."""
    for path in sorted(glob.glob(os.path.join(TOP, "tests", suite, "test_*.py"))):
        try:
            for name, limit_s in harness.list_tests(path):
                yield suite, (path, name, limit_s)
        except subprocess.CalledProcessError:
            # A file that cannot even list its tests fails as a whole, and says why when it is run.
            yield suite, Program(os.path.basename(path), [sandbox.PYTHON, path, "--list"], 30)


def program_jobs():
    """Programs that speak TAP by themselves."""
    cases = os.path.join(TOP, "tests/cases/run_cases.py")
    yield "cases", Program("cases/daemon", [sandbox.PYTHON, cases, "daemon"], 450)
    yield "cases", Program("cases/test", [sandbox.PYTHON, cases, "test"], 450)
    yield "install", Program("install", [sandbox.PYTHON, os.path.join(TOP, "tests/install/check_install.py")], 200)


def run_job(suite, job, reason_against_sandbox):
    if isinstance(job, Program):
        return run_program(job)
    path, name, limit_s = job
    if reason_against_sandbox:
        return [Result(name, SKIP, reason_against_sandbox, 0)]
    return [harness.run_one(path, name, limit_s)]


def limit_of(job):
    return job.limit_s if isinstance(job, Program) else job[2]


def run_all(report, options):
    """Run all jobs of the chosen suites: those that compute with a job per processor, those that wait with one more."""
    against = sandbox.why_not()

    def work(item):
        suite, job = item
        for result in run_job(suite, job, against):
            report.add(suite, result)

    def wanted(jobs):
        return [(suite, job) for suite, job in jobs if not options.suites or suite in options.suites
                if options.only is None or fnmatch.fnmatch(job.name if isinstance(job, Program) else job[1], options.only)]

    n_processors = os.cpu_count() or 1
    with ThreadPoolExecutor(n_processors) as pool:
        list(pool.map(work, wanted(compiled_jobs())))
    waiting = wanted([*harness_jobs("netns"), *harness_jobs("interop"), *program_jobs()])
    waiting.sort(key=lambda item: -limit_of(item[1]))       # the longest first: none is left over at the end
    with ThreadPoolExecutor(options.jobs or n_processors + 1) as pool:
        list(pool.map(work, waiting))


def parse_arguments():
    parser = argparse.ArgumentParser(prog="tests/run", description="Builds and tests everything, or the suites named.")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"one of {', '.join(SUITES[1:])} (default: all)")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the details of failures in full")
    parser.add_argument("--only", metavar="GLOB", help="only tests or test programs whose name matches")
    parser.add_argument("-j", "--jobs", type=int, help="scenario tests at a time (default: processors + 1)")
    options = parser.parse_args()
    unknown = set(options.suites) - set(SUITES)
    if unknown:
        parser.error(f"no suite is called {', '.join(sorted(unknown))}")
    return options


def main():
    options = parse_arguments()
    report = Report(options.verbose)
    try:
        if build_all(report):
            run_all(report, options)
    except KeyboardInterrupt:
        report.interrupted = True
        sandbox.stop_all()
        print("\nInterrupted.")
        report.finish()
        os._exit(130)       # threads that wait for tests would hold us up
    sys.exit(report.finish())


if __name__ == "__main__":
    main()
