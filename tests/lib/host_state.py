# SPDX-License-Identifier: LGPL-2.1-or-later
"""All that host, disk and daemon show of the network "lab" on bridge vbr0, as a value that can be compared.

Left out is what differs by itself: pids, handles, counters, timers, indexes of devices, leases. The forwarding switches of
the whole host are too, as they are never taken back. Used by tests of changes, inside
a sandbox.
"""

import difflib
import glob
import json
import os
import re

import libvirt

from guest6 import radvd_of
from laboratory import Failed, dnsmasq_of, read, run, wait_for
from scene import dig

BRIDGE = "vbr0"
TIMES = re.compile(r"timer|topology_change|flush")
KEPT_FILES = ["etc/libvirt/qemu/networks/**", "run/libvirt/network/*.xml", "run/libvirt/network/.*", "run/libvirt/network/*.change",
              "run/libvirt/network/*/ports/*", "var/lib/libvirt/dnsmasq/.*", "var/lib/libvirt/radvd/.*"]
DNSMASQ_FILES = ["var/lib/libvirt/dnsmasq/lab.conf", "var/lib/libvirt/dnsmasq/lab.hostsfile", "var/lib/libvirt/dnsmasq/lab.addnhosts"]
RADVD_FILES = ["var/lib/libvirt/radvd/lab-radvd.conf"]


def without_waiting():
    """Let the kernel use its own link-local addresses at once, so that states settle."""
    for which in ("all", "default"):
        with open(f"/proc/sys/net/ipv6/conf/{which}/accept_dad", "w", encoding="ascii") as switch:
            switch.write("0")


# --- The kernel ----------------------------------------------------------------------------------------------------

def link():
    """Device, bridge attributes and switches; None without a bridge."""
    base = f"/sys/class/net/{BRIDGE}/"
    if not os.path.exists(base):
        return None
    state = {name: read(base + name).strip() for name in ("address", "mtu", "flags")}
    for path in glob.glob(base + "bridge/*"):
        if not TIMES.search(path):
            state[path] = read(path).strip()
    for path in glob.glob(f"/proc/sys/net/ipv[46]/conf/{BRIDGE}/*"):
        if not path.endswith("stable_secret"):
            state[path] = read(path).strip()
    return state


def addresses():
    """All but those that the kernel makes itself: they come when a port forwards."""
    done = run("ip", "-j", "address", "show", "dev", BRIDGE, check=False)
    infos = [info for item in json.loads(done.stdout or "[]") for info in item.get("addr_info", [])
             if info["scope"] != "link"]
    return sorted(json.dumps(info, sort_keys=True) for info in infos)


def routes():
    """Of both families and all tables, without what comes when a port forwards."""
    found = []
    for family in ("-4", "-6"):
        done = run("ip", family, "route", "show", "table", "all", "dev", BRIDGE, check=False)
        found += [" ".join([family, *line.replace("linkdown", "").split()]) for line in done.stdout.splitlines()
                  if not re.search(r"\b(fe80:|ff00:)", line)]
    return sorted(found)


def without_counts(item):
    """A value of nft's JSON without handles and counters."""
    if isinstance(item, dict):
        return {key: without_counts(value) for key, value in item.items() if key not in ("handle", "packets", "bytes", "index")}
    return [without_counts(part) for part in item] if isinstance(item, list) else item


def rules():
    """Rules by chain in their order; tables, chains, sets with their elements by name."""
    found = {}
    for item in json.loads(run("nft", "-j", "list", "ruleset"))["nftables"]:
        kind, value = next(iter(item.items()))
        if kind == "metainfo":
            continue
        place = f"{kind} {value['family']} {value.get('table', '')} {value.get('chain', value.get('name', ''))}"
        if isinstance(value.get("elem"), list):
            value["elem"].sort(key=json.dumps)
        found.setdefault(place, []).append(json.dumps(without_counts(value), sort_keys=True))
    return found


def queues():
    """Queueing disciplines and classes; the kernel numbers leaves as it likes."""
    texts = [run("tc", kind, "show", "dev", BRIDGE, check=False).stdout for kind in ("qdisc", "class")]
    return sorted(re.sub(r"\b8[0-9a-f]{3}: ?", "", line) for text in texts for line in text.splitlines())


# --- Disk and daemon -----------------------------------------------------------------------------------------------

def network_of_status(text):
    """The network's XML in a status file; what a daemon writes around it for itself may change."""
    found = re.search(r"<network[ >].*</network>", text, re.S)
    return found.group(0) if found else text


def files(scene, *more):
    """Contents of all files that are kept for networks, and of MORE. Pid and lease files have a life of their own."""
    paths = {path for pattern in [*KEPT_FILES, *more] for path in glob.glob(scene.path(pattern), recursive=True) if os.path.isfile(path)}
    return {os.path.relpath(path, scene.daemon.root): network_of_status(read(path)) for path in sorted(paths)}


def definitions(scene):
    """What the daemon says of the network."""
    net = scene.connection.networkLookupByName("lab")
    stored = net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE) if net.isPersistent() else None
    return {"active": net.isActive(), "live XML": net.XMLDesc(0), "stored XML": stored,
            "ports": sorted(port.XMLDesc(0) for port in net.listAllPorts(0)) if net.isActive() else []}


def services(scene):
    """What runs, and its files. Those of a service that does not run are left lying, whatever they say."""
    pid, radvd = dnsmasq_of("lab"), radvd_of(scene)
    return {"dnsmasq": read(f"/proc/{pid}/cmdline") if pid else None, "radvd runs": radvd is not None,
            **files(scene, *(DNSMASQ_FILES if pid else []), *(RADVD_FILES if radvd else []))}


def look(scene, *more):
    """The state of everything. MORE: functions without arguments that return dictionaries of further things."""
    state = {"link": link(), "addresses": addresses(), "routes": routes(), "queues": queues(), **rules(), **services(scene),
             **definitions(scene)}
    for function in more:
        state.update(function())
    return state


# --- Comparing -----------------------------------------------------------------------------------------------------

def describe_difference(expected, got):
    """What differs: of texts the lines, of lists and dictionaries the entries."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return "\n".join(f"      {key}: {expected.get(key)!r} -> {got.get(key)!r}" for key in sorted(set(expected) | set(got))
                         if expected.get(key) != got.get(key))
    if isinstance(expected, str) and isinstance(got, str):
        expected, got = expected.splitlines(), got.splitlines()
    if isinstance(expected, list) and isinstance(got, list):
        lines = difflib.unified_diff(expected, got, "expected", "got", n=0, lineterm="")
        return "\n".join("      " + line for line in lines)
    return f"      expected {str(expected)[:300]!r}\n      got      {str(got)[:300]!r}"


def differences(expected, got):
    keys = sorted(set(expected) | set(got))
    return [f"    {key}:\n{describe_difference(expected.get(key), got.get(key))}" for key in keys
            if expected.get(key) != got.get(key)]


def settle(look_now, states, seconds=6):
    """Wait until LOOK_NOW() is one of STATES (a dictionary by name); returns that name. SIGHUPs take a moment."""
    seen = {}

    def which():
        seen.update(state=look_now())
        return next((name for name, state in states.items() if state == seen["state"]), None)
    try:
        return wait_for("all is as it should be", which, seconds, 0.1)
    except Failed:
        parts = [f"  against '{name}':\n" + "\n".join(differences(state, seen["state"])) for name, state in states.items()]
        raise Failed("the state is none of " + ", ".join(states) + "\n" + "\n".join(parts)) from None


def settled(look_now, seconds=8):
    """The state once two looks in a row are the same."""
    looks = [look_now()]

    def same():
        looks.append(look_now())
        return looks[-1] == looks[-2]
    wait_for("the state settles", same, seconds, 0.05)
    return looks[-1]
