#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""virsh net-apply and net-edit --live: what they print is what then happens, and what is only printed has not happened."""

import itertools
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import main, test  # noqa: E402  (first: it says where the others are)
import libvirt  # noqa: E402
import sandbox  # noqa: E402
from laboratory import OUTSIDE_ADDRESS, Guest, addresses, dnsmasq_of, make_outside, run  # noqa: E402
from scene import BUILD, TOP, check, check_contains, check_equal, check_no_loss, dig, make_daemon, mac_of, network_xml  # noqa: E402

VIRSH = os.path.join(BUILD, "tools/virsh")
TXT = "<txt name='a.lab' value='b'/>"
HOSTS = "<host mac='52:54:00:00:00:09' name='nine' ip='192.0.2.9'/>"
SECOND_IP = "<ip family='ipv4' address='203.0.113.1' prefix='24'/>"
STEP = re.compile(r"network 'lab': (\w+: .*)$")


# --- Tools ---------------------------------------------------------------------------------------------------------

def begin(scene):
    """The usual network, with a daemon that logs each step."""
    scene.daemon = make_daemon()
    os.makedirs(scene.path("etc/libvirt"), exist_ok=True)
    with open(scene.path("etc/libvirt/virtnetworkd.conf"), "w", encoding="ascii") as stream:
        stream.write("log_level = 1\n")
    return scene.begin()


def write(name, text):
    path = os.path.join(sandbox.directory(), name)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)
    return path


def virsh(scene, *words, check_status=True, **options):
    """What virsh prints; with CHECK_STATUS false its whole CompletedProcess."""
    done = subprocess.run([VIRSH, "-c", scene.daemon.uri, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=30, check=False, **options)
    if not check_status:
        return done
    check(done.returncode == 0, f"virsh {' '.join(words)}: {done.stderr}")
    return done.stdout


def files_below(root):
    """Every file with its content and inode; sockets and the like are left out."""
    paths = [os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names]
    texts = {}
    for path in sorted(paths):
        if os.path.isfile(path):
            with open(path, "rb") as stream:
                texts[path] = (os.stat(path).st_ino, stream.read())
    return texts


def picture(scene, net):
    """All that a plan must leave as it is."""
    links = [re.sub(r"\b(inet6|valid_lft|hello_timer|gc_timer|tcn_timer|topology_change_timer).*", "", line)
             for line in run("ip", "-d", "link", "show", "vbr0").splitlines()]
    return {"live": net.XMLDesc(), "config": net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE), "links": links, "addresses": addresses("vbr0"),
            "routes": run("ip", "route"), "rules": run("nft", "-s", "-a", "list", "ruleset"), "dnsmasq": dnsmasq_of("lab"),
            "files": files_below(scene.daemon.root)}


def check_untouched(scene, net, before):
    after = picture(scene, net)
    for part, value in before.items():
        check_equal(after[part], value, f"{part} after a plan")


def split_plan(text):
    """(step, price) of each line, and the last line."""
    lines = text.strip().splitlines()
    return [tuple(line.split(" -- ")) for line in lines[:-1]], lines[-1]


def steps_since(scene, mark):
    lines = scene.daemon.log()[mark:].splitlines()
    return [match.group(1) for match in map(STEP.search, lines) if match]


# --- Tests ---------------------------------------------------------------------------------------------------------

@test("apply/plan-touches-nothing-and-the-update-takes-just-its-steps")
def plan_then_apply(scene):
    net = begin(scene)
    wanted = write("wanted.xml", network_xml(mode="route", txt=TXT, hosts=HOSTS, extra=SECOND_IP))
    before = picture(scene, net)
    mark = len(scene.daemon.log())
    plan, summary = split_plan(virsh(scene, "net-apply", "lab", wanted, "--live", "--print-plan"))
    check_untouched(scene, net, before)
    check_equal(steps_since(scene, mark), [], "steps taken by a plan")
    prices = dict(plan)
    check_equal(prices["addr: add 203.0.113.1/24 (it is missing)"], "seamless", "price of an address")
    check_equal(prices["nft: fill (rules differ)"], "seamless: connections that are there keep their translation", "price of rules")
    check_equal(prices["dnsmasq: restart (conf differs)"], "DHCP gap of some ms, DNS held some ms", "price of a restart")
    check_equal(summary, f"{len(plan)} steps: DHCP gap of some ms, DNS held some ms", "the last line")
    check_equal(virsh(scene, "net-apply", "lab", wanted, "--live").strip(), "Updated network lab live state", "net-apply")
    check_equal(steps_since(scene, mark), [step for step, _ in plan], "steps taken by the update")
    check_equal(sorted(addresses("vbr0")), ["192.0.2.1/24", "203.0.113.1/24"], "addresses of the bridge")
    check_equal(virsh(scene, "net-apply", "lab", wanted, "--live", "--print-plan").strip(), "nothing to do", "plan of what is there")
    check_equal(virsh(scene, "net-apply", "lab", wanted, "--config", "--print-plan").strip(),
                "nothing on the host changes, only the stored definition", "plan for the config")


@test("apply/what-is-called-seamless-loses-no-packet")
def seamless(scene):
    begin(scene)
    make_outside()
    guest = Guest("one", "vbr0", mac_of(1))
    guest.set_address("192.0.2.50/24", "192.0.2.1")
    wanted = write("wanted.xml", network_xml(hosts=HOSTS, extra=SECOND_IP))
    plan = virsh(scene, "net-apply", "lab", wanted, "--live", "--print-plan")
    check_equal(split_plan(plan)[1], "4 steps: seamless", "the last line")
    ping = guest.ping(OUTSIDE_ADDRESS)
    virsh(scene, "net-apply", "lab", wanted, "--live")
    check_no_loss(ping.stop(), "through the host", at_least=3)


@test("apply/ipv6-address-gets-another-prefix")
def ipv6_prefix(scene):
    def wanted(prefix):
        return write("wanted.xml", network_xml(extra=f"<ip family='ipv6' address='fd00:9::1' prefix='{prefix}'/>"))

    begin(scene)
    for prefix in (64, 48, 80):
        virsh(scene, "net-apply", "lab", wanted(prefix), "--live")
        shown = run("ip", "-6", "-o", "address", "show", "dev", "vbr0", "scope", "global").split()
        check_equal([word for word in shown if "::1/" in word], [f"fd00:9::1/{prefix}"], "the bridge's IPv6 addresses")


@test("apply/dump-of-a-network-is-no-step")
def own_dump(scene):
    net = begin(scene)
    dump = write("dump.xml", net.XMLDesc())
    for flags in (["--live"], ["--config"], ["--live", "--config"], ["--current"], []):
        check_equal(virsh(scene, "net-apply", "lab", dump, *flags, "--print-plan").strip(), "nothing to do", f"plan with {flags}")
    with open(dump, encoding="utf-8") as stream:
        said = virsh(scene, "net-apply", "lab", "-", "--live", stdin=stream)
    check_equal(said.strip(), "Updated network lab live state", "net-apply from standard input")


@test("apply/bad-documents-are-named-and-change-nothing")
def refused(scene):
    net = begin(scene)
    before = picture(scene, net)
    rows = [("<network", "Couldn't find end of Start Tag network"),
            (network_xml(name="other"), "network 'lab' cannot be renamed to 'other' by an update"),
            (network_xml(bridge="vbr7"), "the bridge's name from 'vbr0' to 'vbr7', since guests are plugged into it"),
            ("<ip address='192.0.2.1' prefix='24'/>", "Operation not supported")]
    for text, message in rows:
        path = write("wanted.xml", text)
        for option, head in ((["--print-plan"], "Failed to plan an update of network lab"), ([], "Failed to update network lab")):
            done = virsh(scene, "net-apply", "lab", path, "--live", *option, check_status=False)
            check_equal((done.returncode, done.stdout.strip()), (1, ""), f"status and output for {text}")
            check_contains(done.stderr, head, "the first error")
            check_contains(done.stderr, message, "the reason")
    done = virsh(scene, "net-apply", "lab", "/nonexistent", check_status=False)
    check_contains(done.stderr, "Failed to open file '/nonexistent': No such file or directory", "missing file")
    cut = write("cut.xml", network_xml() + "\0" + network_xml())
    done = virsh(scene, "net-apply", "lab", cut, "--live", check_status=False)
    check_contains(done.stderr, f"Failed to read file '{cut}': it has a NUL byte, which XML cannot have", "file with a NUL")
    done = virsh(scene, "net-apply", "lab", path, "--live", "--current", check_status=False)
    check_contains(done.stderr, "mutually exclusive", "options")
    check_untouched(scene, net, before)


@test("apply/reader-may-not-plan")
def readonly(scene):
    begin(scene)
    done = virsh(scene, "-r", "net-apply", "lab", write("wanted.xml", network_xml()), "--print-plan", check_status=False)
    check_equal(done.returncode, 1, "status")
    check_contains(done.stderr, "read only access prevents virNetworkPlanUpdate", "message")


@test("apply/net-edit-live-changes-the-running-network-alone")
def edit_live(scene):
    net = begin(scene)
    guest = Guest("one", "vbr0", mac_of(1))
    guest.set_address("192.0.2.50/24", "192.0.2.1")
    before = picture(scene, net)
    env = dict(os.environ, EDITOR="sed -i 's|<ip |<dns>" + TXT.replace("'", '"') + "</dns>&|'", VISUAL="")
    plan, summary = split_plan(virsh(scene, "net-edit", "lab", "--live", "--print-plan", env=env))
    check_untouched(scene, net, before)
    check_equal(([step for step, _ in plan], summary),
                (["dnsmasq: write conf (conf differs)", "dnsmasq: restart (conf differs)"],
                 "2 steps: DHCP gap of some ms, DNS held some ms"), "the plan")
    check_equal(virsh(scene, "net-edit", "lab", "--live", env=env).strip(), "Updated network lab live state", "net-edit")
    check_equal(dig(guest, "192.0.2.1", "a.lab", "TXT"), '"b"', "the new record")
    check_equal(net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE), before["config"], "the stored definition")
    done = virsh(scene, "net-edit", "lab", "--print-plan", check_status=False, env=env)
    check_contains(done.stderr, "Option --print-plan needs --live", "net-edit without --live")
    check_contains(virsh(scene, "net-edit", "lab", "--live", env=dict(env, EDITOR="true")), "not changed", "net-edit of nothing")
    net.destroy()
    done = virsh(scene, "net-edit", "lab", "--live", check_status=False, env=env)
    check_contains(done.stderr, "Network lab is not running", "net-edit of what does not run")


def script_of_the_docs():
    """The script that docs/apply.md shows, as a file."""
    with open(os.path.join(TOP, "docs/apply.md"), encoding="utf-8") as page:
        lines = page.read().split("    #!/bin/sh\n", 1)[1].splitlines()
    lines = [line[4:] for line in itertools.takewhile(lambda line: line.startswith("    "), lines)]
    return write("network-is", "\n".join(lines) + "\n")


@test("apply/script-of-the-docs-makes-any-network-what-the-file-says")
def docs_script(scene):
    scene.daemon = make_daemon()
    scene.start_daemon()
    script = script_of_the_docs()
    env = dict(os.environ, LIBVIRT_DEFAULT_URI=scene.daemon.uri, PATH=os.path.dirname(VIRSH) + ":" + os.environ["PATH"])

    def bring(xml):
        done = subprocess.run(["sh", script, "lab", write("lab.xml", xml)], env=env, capture_output=True, text=True, check=False)
        check_equal(done.returncode, 0, "status of the script: " + done.stderr)

    bring(network_xml())
    net = scene.connect().networkLookupByName("lab")
    pid = dnsmasq_of("lab")
    check(net.isActive() and pid, "a network that was not there does not run")
    bring(network_xml())
    check_equal(dnsmasq_of("lab"), pid, "dnsmasq after the same file")
    bring(network_xml(txt=TXT))
    check(TXT in net.XMLDesc() and TXT in net.XMLDesc(libvirt.VIR_NETWORK_XML_INACTIVE), "the changed file is not what there is")
    net.destroy()
    bring(network_xml())
    check(net.isActive() and TXT not in net.XMLDesc(), "a network that did not run is not what the file says")


if __name__ == "__main__":
    main()
