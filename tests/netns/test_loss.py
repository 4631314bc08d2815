#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Nothing is lost while networks change: pings every millisecond, TCP streams and DNS queries through a round of all updates.

tests/bench/loss is the long version, which prints what it finds."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import loss  # noqa: E402
from laboratory import Failed  # noqa: E402
from scene import BUILD_TEST, check, check_equal  # noqa: E402

TRAFFIC = os.path.join(BUILD_TEST, "tests/netns/traffic")


def check_nothing_lost(outcome, n_updates):
    accounts, journal, refused = outcome
    check_equal(refused, [], "updates that were refused")
    check_equal(len(journal), n_updates, "updates")
    for label, account in accounts.items():
        if "echoed" in account:
            check(account["error"] is None and account["echoed"] > 0, f"{label}: {account}")
            continue
        check(account["sent"] >= 10, f"{label}: only {account['sent']} requests were sent")
        counts = {key: account[key] for key in ("lost", "errors", "wrong")}
        if any(counts.values()):
            raise Failed(f"{label}: of {account['sent']} requests {counts}\n  during {loss.culprits(account, journal)}")


def run(scene, updates):
    scene.start_daemon()
    lab = loss.Lab(scene.connect(), TRAFFIC, dns_interval_ms=10)
    check_nothing_lost(loss.run(lab, updates), len(updates))


@test("loss/updates-of-every-section-lose-nothing", limit=90)
def sections(scene):
    run(scene, [("main", *update) for update in loss.everywhere("main")] +
        [("pool", "forward-pf", command, "<pf dev='uplink'/>") for command in ("delete", "add")])


@test("loss/changes-of-the-forward-mode-lose-nothing", limit=90)
def forward(scene):
    run(scene, [(name, *update) for name in ("main", "routed") for update in loss.modes(name)] * 3 +
        [("side", *update) for update in loss.isolation()] * 3)


@test("loss/stp-and-delay-switched-live-lose-nothing-between-guests", limit=90)
def stp(scene):
    attributes = ["stp='on' delay='2'", "stp='on' delay='15'", "stp='off' delay='15'", "stp='off' delay='0'", "stp='on' delay='0'",
                  "stp='off' delay='0'"]
    run(scene, [("main", "bridge", "modify", f"<bridge {text}/>") for text in attributes] * 10)


if __name__ == "__main__":
    main()
