#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""
Calls the lease helper as dnsmasq does and looks at what it keeps.

Usage: test_lease_helper.py PATH-OF-LIBVIRT_LEASESHELPER; prints TAP. No dnsmasq takes part; that is for the tests in
namespaces.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

HELPER = sys.argv[1]
FUTURE = 4102444800

V4_TEXT = """[
  {
    "ip-address": "192.168.150.11",
    "mac-address": "52:54:00:aa:00:01",
    "hostname": "g1",
    "client-id": "01:52:54:00:aa:00:01",
    "expiry-time": 4102444800
  }
]
"""

BOTH_TEXT = """[
  {
    "ip-address": "192.168.150.11",
    "mac-address": "52:54:00:aa:00:01",
    "hostname": "g1",
    "client-id": "01:52:54:00:aa:00:01",
    "expiry-time": 4102444800
  },
  {
    "iaid": "11141121",
    "ip-address": "fd00:150::168",
    "mac-address": "52:54:00:aa:00:01",
    "client-id": "00:01:00:01:32:97:41:d4:52:54:00:aa:00:01",
    "server-duid": "00:01:00:01:32:97:41:cc:82:0f:98:04:4e:e7",
    "expiry-time": 4102444800
  }
]
"""


class Leases:
    """The lease directory of one bridge, and calls that keep it."""

    def __init__(self, directory):
        self.directory = directory
        self.path = os.path.join(directory, "virbr7.status")

    def call(self, *args, bridge="virbr7", **env):
        variables = {"VIR_LEASE_DIR": self.directory, "DNSMASQ_LEASE_EXPIRES": str(FUTURE)}
        if bridge is not None:
            variables["VIR_BRIDGE_NAME"] = bridge
        variables.update({key: value for key, value in env.items() if value is not None})
        for key, value in env.items():
            if value is None:
                variables.pop(key, None)
        return subprocess.run([HELPER, *args], env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False)

    def good(self, *args, **env):
        result = self.call(*args, **env)
        assert result.returncode == 0, f"{args}: exit {result.returncode}: {result.stderr}"
        return result.stdout

    def bad(self, *args, **env):
        result = self.call(*args, **env)
        assert result.returncode == 1, f"{args}: exit {result.returncode}"
        assert result.stderr.startswith("libvirt_leaseshelper: "), repr(result.stderr)
        return result.stderr

    def add(self, number=1, action="add", **env):
        mac = f"52:54:00:aa:00:{number:02x}"
        env.setdefault("DNSMASQ_CLIENT_ID", "01:" + mac)
        self.good(action, mac, f"192.168.150.{10 + number}", f"g{number}", **env)

    def add6(self):
        self.good("add", "00:01:00:01:32:97:41:d4:52:54:00:aa:00:01", "fd00:150::168", DNSMASQ_IAID="11141121",
                  DNSMASQ_MAC="52:54:00:aa:00:01", DNSMASQ_SERVER_DUID="00:01:00:01:32:97:41:cc:82:0f:98:04:4e:e7")

    def text(self):
        with open(self.path, encoding="utf-8") as file:
            return file.read()

    def write(self, text):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)

    def entries(self):
        return json.loads(self.text())

    def addresses(self):
        return [entry["ip-address"] for entry in self.entries()]


def same(got, expected):
    assert got == expected, f"expected:\n{expected}\ngot:\n{got}"


def add_writes_libvirts_text(leases):
    leases.add()
    same(leases.text(), V4_TEXT)
    leases.add6()
    same(leases.text(), BOTH_TEXT)


def file_is_readable_by_all_whatever_the_umask(leases):
    old = os.umask(0o077)
    leases.add()
    os.umask(old)
    same(oct(os.stat(leases.path).st_mode & 0o7777), oct(0o644))
    same(os.listdir(leases.directory), ["virbr7.status"])


def old_without_change_writes_nothing(leases):
    leases.add(1)
    leases.add(2)
    before = os.stat(leases.path)
    leases.add(1, action="old")
    leases.add(2, action="old", DNSMASQ_DATA_MISSING="1")
    leases.add(2, action="add")
    after = os.stat(leases.path)
    same((after.st_ino, after.st_mtime_ns), (before.st_ino, before.st_mtime_ns))


def unchanged_call_writes_nothing_whatever_the_layout(leases):
    leases.write(json.dumps(json.loads(V4_TEXT)))
    before = os.stat(leases.path).st_ino
    leases.add()
    same(os.stat(leases.path).st_ino, before)


def old_with_new_end_replaces_in_place(leases):
    leases.add(1)
    leases.add(2)
    leases.add(1, action="old", DNSMASQ_LEASE_EXPIRES=str(FUTURE + 7))
    same([(e["ip-address"], e["expiry-time"]) for e in leases.entries()],
         [("192.168.150.11", FUTURE + 7), ("192.168.150.12", FUTURE)])


def address_that_moves_to_another_client_is_kept_once(leases):
    leases.add(1)
    leases.good("add", "52:54:00:aa:00:99", "192.168.150.11")
    same(leases.entries(),
         [{"ip-address": "192.168.150.11", "mac-address": "52:54:00:aa:00:99", "expiry-time": FUTURE}])


def missing_client_id_is_kept_for_the_same_client(leases):
    leases.add(1)
    leases.good("old", "52:54:00:AA:00:01", "192.168.150.11", "g1", DNSMASQ_DATA_MISSING="1",
                DNSMASQ_LEASE_EXPIRES=str(FUTURE + 1))
    same(leases.entries()[0]["client-id"], "01:52:54:00:aa:00:01")
    same(leases.entries()[0]["expiry-time"], FUTURE + 1)


def missing_client_id_is_not_taken_from_another_client(leases):
    leases.add(1)
    leases.good("old", "52:54:00:aa:00:02", "192.168.150.11", DNSMASQ_DATA_MISSING="1")
    same("client-id" in leases.entries()[0], False)


def lost_name_is_the_old_hostname(leases):
    leases.good("old", "52:54:00:aa:00:01", "192.168.150.11", DNSMASQ_OLD_HOSTNAME="was")
    same(leases.entries()[0]["hostname"], "was")
    leases.good("old", "52:54:00:aa:00:01", "192.168.150.11", "is", DNSMASQ_OLD_HOSTNAME="was")
    same(leases.entries()[0]["hostname"], "is")


def name_that_is_none_is_left_out(leases):
    leases.good("add", "52:54:00:aa:00:01", "192.168.150.11", "two words")
    same("hostname" in leases.entries()[0], False)


def del_removes_by_address(leases):
    leases.add(1)
    leases.add(2)
    leases.good("del", "52:54:00:aa:00:01", "192.168.150.11")
    same(leases.addresses(), ["192.168.150.12"])
    leases.good("del", "52:54:00:aa:00:02", "192.168.150.12", DNSMASQ_LEASE_EXPIRES=None)
    same(leases.entries(), [])


def del_of_unknown_lease_writes_nothing(leases):
    leases.good("del", "52:54:00:aa:00:01", "192.168.150.11")
    same(os.path.exists(leases.path), False)


def ended_leases_are_dropped_at_the_next_write(leases):
    leases.add(1, DNSMASQ_LEASE_EXPIRES=str(int(time.time()) - 10))
    leases.add(2, DNSMASQ_LEASE_EXPIRES="0")
    leases.add(3)
    same(leases.addresses(), ["192.168.150.12", "192.168.150.13"])


def init_prints_dnsmasqs_lease_file(leases):
    leases.add(1)
    leases.add6()
    leases.good("add", "52:54:00:aa:00:02", "192.168.150.12", DNSMASQ_LEASE_EXPIRES="0")
    same(leases.good("init", DNSMASQ_LEASE_EXPIRES=None),
         f"{FUTURE} 52:54:00:aa:00:01 192.168.150.11 g1 01:52:54:00:aa:00:01\n"
         "0 52:54:00:aa:00:02 192.168.150.12 * *\n"
         "duid 00:01:00:01:32:97:41:cc:82:0f:98:04:4e:e7\n"
         f"{FUTURE} 11141121 fd00:150::168 * 00:01:00:01:32:97:41:d4:52:54:00:aa:00:01\n")


def init_leaves_out_what_has_ended(leases):
    ended = json.loads(V4_TEXT)
    ended[0]["expiry-time"] = int(time.time()) - 10
    leases.write(json.dumps(ended))
    same(leases.good("init"), "")


def init_without_file_prints_nothing(leases):
    same(leases.good("init"), "")
    leases.write("")
    same(leases.good("init"), "")


def init_passes_no_strange_text_on(leases):
    leases.write(json.dumps([
        {"ip-address": "192.168.150.11", "mac-address": "52:54:00:aa:00:01", "hostname": "a b\nc", "client-id": "x y",
         "expiry-time": 0},
        {"ip-address": "192.168.150.12", "mac-address": "52:54:00:aa:00:02\n1 2 3", "expiry-time": 0},
        {"ip-address": "192.168.150.13\n", "mac-address": "52:54:00:aa:00:03", "expiry-time": 0},
        {"ip-address": "192.168.150.14", "mac-address": "52:54:00:aa:00:04", "hostname": "n" * 256, "expiry-time": 0},
        {"ip-address": "fd00::1", "iaid": "1 2", "client-id": "00:01", "expiry-time": 0},
        {"ip-address": "192.168.150.15"}, "x", 7, None, [],
    ]))
    same(leases.good("init"),
         "0 52:54:00:aa:00:01 192.168.150.11 * *\n0 52:54:00:aa:00:04 192.168.150.14 * *\n")


def entries_with_other_fields_are_kept(leases):
    stored = json.loads(V4_TEXT)
    stored[0]["other"] = {"x": [1]}
    leases.write(json.dumps(stored))
    leases.add(2)
    same(leases.entries()[0], stored[0])


def corrupt_file_is_kept_aside(leases):
    for text in ("[{", "{}", "[] x", "\x00\x00", "[]\x00", "7"):
        leases.write(text)
        result = leases.call("add", "52:54:00:aa:00:01", "192.168.150.11", "g1",
                             DNSMASQ_CLIENT_ID="01:52:54:00:aa:00:01")
        same((result.returncode, "virbr7.status is corrupt" in result.stderr), (0, True))
        with open(os.path.join(leases.directory, "virbr7.status.corrupt"), encoding="utf-8") as file:
            same(file.read(), text)
        same(leases.text(), V4_TEXT)


def corrupt_file_does_not_keep_dnsmasq_from_starting(leases):
    leases.write("[{")
    same(leases.good("init"), "")
    same(os.listdir(leases.directory), ["virbr7.status.corrupt"])


def other_events_are_of_no_interest(leases):
    for action in ("tftp", "arp-add", "arp-del", "arp-old", "relay-snoop"):
        leases.good(action, "1", "2", "3")
    same(os.listdir(leases.directory), [])


def wrong_calls_are_refused(leases):
    lease = ("add", "52:54:00:aa:00:01", "192.168.150.11")
    for args, env in [
            ((), {}), (("nonsense",), {}), (("add",), {}), (("add", "52:54:00:aa:00:01"), {}),
            (("add", "52:54:00:aa:00:01", "192.168.150.999"), {}), (("add", "x y", "192.168.150.11"), {}),
            (("add", "", "192.168.150.11"), {}), (("add", "00:" * 256 + "00", "192.168.150.11"), {}),
            (lease, {"DNSMASQ_LEASE_EXPIRES": None}), (lease, {"DNSMASQ_LEASE_EXPIRES": "-1"}),
            (lease, {"DNSMASQ_LEASE_EXPIRES": "99999999999999999999"}), (lease, {"DNSMASQ_LEASE_EXPIRES": "5 x"}),
            (lease, {"DNSMASQ_CLIENT_ID": "not an id"}), (lease, {"bridge": None}), (lease, {"bridge": "../x"}),
            (lease, {"bridge": ".."}), (lease, {"bridge": "x" * 16}), (lease, {"bridge": "a\nb"}),
            (lease, {"VIR_LEASE_DIR": "relative"}), (lease, {"VIR_LEASE_DIR": "/nonexistent"}),
            (("add", "00:01", "fd00::1"), {"DNSMASQ_IAID": "x"})]:
        leases.bad(*args, **env)
    same(os.listdir(leases.directory), [])


def bridge_is_dnsmasqs_interface_if_not_named(leases):
    leases.add(bridge=None, DNSMASQ_INTERFACE="virbr7")
    same(leases.text(), V4_TEXT)


def link_in_place_of_the_file_is_not_followed(leases):
    target = os.path.join(leases.directory, "other")
    with open(target, "w", encoding="utf-8") as file:
        file.write("[]")
    os.symlink(target, leases.path)
    leases.bad("add", "52:54:00:aa:00:01", "192.168.150.11")
    with open(target, encoding="utf-8") as file:
        same(file.read(), "[]")


def calls_at_the_same_time_lose_nothing(leases):
    env = {"VIR_LEASE_DIR": leases.directory, "VIR_BRIDGE_NAME": "virbr7", "DNSMASQ_LEASE_EXPIRES": str(FUTURE)}
    calls = [subprocess.Popen([HELPER, "add", f"52:54:00:aa:00:{i:02x}", f"192.168.150.{i}"], env=env)
             for i in range(1, 41)]
    same([call.wait() for call in calls], [0] * 40)
    same(sorted(leases.addresses()), sorted(f"192.168.150.{i}" for i in range(1, 41)))


TESTS = [
    add_writes_libvirts_text, file_is_readable_by_all_whatever_the_umask, old_without_change_writes_nothing,
    unchanged_call_writes_nothing_whatever_the_layout, old_with_new_end_replaces_in_place,
    address_that_moves_to_another_client_is_kept_once, missing_client_id_is_kept_for_the_same_client,
    missing_client_id_is_not_taken_from_another_client, lost_name_is_the_old_hostname, name_that_is_none_is_left_out,
    del_removes_by_address, del_of_unknown_lease_writes_nothing, ended_leases_are_dropped_at_the_next_write,
    init_prints_dnsmasqs_lease_file, init_leaves_out_what_has_ended, init_without_file_prints_nothing,
    init_passes_no_strange_text_on, entries_with_other_fields_are_kept, corrupt_file_is_kept_aside,
    corrupt_file_does_not_keep_dnsmasq_from_starting, other_events_are_of_no_interest, wrong_calls_are_refused,
    bridge_is_dnsmasqs_interface_if_not_named, link_in_place_of_the_file_is_not_followed,
    calls_at_the_same_time_lose_nothing,
]


def main():
    print(f"1..{len(TESTS)}")
    failed = 0
    for number, test in enumerate(TESTS, 1):
        name = "/lease-helper/" + test.__name__.replace("_", "-")
        with tempfile.TemporaryDirectory(prefix="leases-") as directory:
            try:
                test(Leases(directory))
                print(f"ok {number} {name}")
            except (AssertionError, OSError, ValueError) as error:
                failed += 1
                print(f"not ok {number} {name}")
                for line in str(error).splitlines():
                    print(f"# {line}")
    return 1 if failed else 0


sys.exit(main())
