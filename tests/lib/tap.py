# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a program with a time limit and makes results of the TAP that it prints.

A program that dies, hangs or runs fewer tests than it planned has failed, whatever its lines say. Programs without TAP count
as one test: exit status 0 is passed, 77 skipped. Called by runner.py.
"""

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field

from harness import FAIL, PASS, SKIP, STATUS_SKIPPED, Result

LINE = re.compile(r"^(not )?ok\b\s*\d*\s*-?\s*(.*?)(?:\s+#\s*(SKIP|TODO)\b\s*(.*))?$", re.I)
PLAN = re.compile(r"^1\.\.(\d+)(?:\s*#\s*SKIP\s*(.*))?$", re.I)


@dataclass
class Program:
    name: str
    argv: list
    limit_s: float
    is_tap: bool = True
    env: dict = field(default_factory=dict)
    directory: str = None


def run_limited(program):
    """Run it in a session of its own; returns (exit status or None for too late, output)."""
    process = subprocess.Popen(program.argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, errors="replace", start_new_session=True, cwd=program.directory,
                               env=dict(os.environ, **program.env))
    try:
        output, _ = process.communicate(timeout=program.limit_s)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGTERM)      # a sandbox's outer process removes its directory then
        try:
            output, _ = process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
        return None, output + f"\n(no end within {program.limit_s:g} s)"


def parse(output):
    """TAP text to results and the number of tests planned (None if there was no plan)."""
    results, planned, pending = [], None, []
    for line in output.splitlines():
        plan, found = PLAN.match(line), LINE.match(line)
        if plan:
            planned = int(plan.group(1))
            if plan.group(2) and planned == 0:
                results.append(Result("all", SKIP, plan.group(2), 0))
                planned = 1
        elif found:
            outcome = SKIP if (found.group(3) or "").upper() == "SKIP" and not found.group(1) else FAIL if found.group(1) else PASS
            detail = found.group(4) or "" if outcome == SKIP else "\n".join(pending)
            results.append(Result(found.group(2), outcome, detail, 0))
            pending = []
        elif results and results[-1].outcome == FAIL and line.startswith("#"):
            results[-1].detail += "\n" + line[1:]
        else:
            pending.append(line)
    return results, planned


def judge_tap(program, status, output):
    results, planned = parse(output)
    n_failed = sum(result.outcome == FAIL for result in results)
    broken = None
    if status is None or (status != 0 and n_failed == 0):
        broken = "no end in time" if status is None else f"ended with status {status}"
    elif status == 0 and planned is not None and planned != len(results) or not results:
        broken = f"{planned} tests planned, {len(results)} run"
    if broken:
        results.append(Result("the program itself", FAIL, f"{broken}\n{output}", 0))
    for result in results:
        result.name = result.name if result.name.startswith(program.name) else f"{program.name}: {result.name}"
    return results


def run_program(program):
    """Run a program; returns its results, the time taken in the last one."""
    began = time.monotonic()
    try:
        status, output = run_limited(program)
    except OSError as error:
        return [Result(program.name, FAIL, str(error), 0)]
    if program.is_tap:
        results = judge_tap(program, status, output)
    else:
        outcome = {0: PASS, STATUS_SKIPPED: SKIP}.get(status, FAIL)
        results = [Result(program.name, outcome, output.strip(), 0)]
    results[-1].seconds = time.monotonic() - began
    return results
