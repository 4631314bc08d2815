# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a program in a sandbox: in_sandbox.py PROGRAM ARGUMENT... Its exit status is the program's; 77 where no sandbox can be
had. For test programs that need a network of their own and make none."""

import sys

import harness  # noqa: F401  (says where sandbox is)
import sandbox

if __name__ == "__main__":
    reason = sandbox.why_not()
    if reason:
        print(f"1..0 # SKIP {reason}")
        sys.exit(0)
    sys.exit(sandbox.run(sys.argv[1:]))
