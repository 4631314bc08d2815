# SPDX-License-Identifier: LGPL-2.1-or-later
"""The demonstration that tools/quickstart ends in: one live update of a running network, seen by two guests.

Guests are network namespaces with real DHCP clients; all of it happens in a sandbox, which leaves nothing behind, whether it
ends well, fails or is interrupted. Every step is said in words and checked; the exit status is 0 only if all were as said.
"""

import os
import shutil
import sys
import time

import sandbox
from laboratory import (HOST_ADDRESS, OUTSIDE_ADDRESS, DhcpClient, Failed, Guest, OurDaemon, accepts, addresses,
                        dnsmasq_of, links, make_outside, processes, rules, run, wait_for)

BUILD = os.environ["VIRNET_BUILD"]
LIMIT_S = 120
BRIDGE, GATEWAY = "virbr0", "192.168.122.1"
RESERVED = "192.168.122.50"
ONE, TWO = "52:54:00:00:00:01", "52:54:00:00:00:02"
NETWORK = f"""<network>
  <name>demo</name>
  <forward mode='nat'/>
  <bridge name='{BRIDGE}' stp='off'/>
  <ip address='{GATEWAY}' netmask='255.255.255.0'>
    <dhcp><range start='192.168.122.100' end='192.168.122.200'/></dhcp>
  </ip>
</network>
"""


def say(text):
    print(text, flush=True)


def step(text):
    say(f"\n• {text}")


def fact(text):
    say(f"    {text}")


def must(condition, what):
    if not condition:
        raise Failed(what)


class Demonstration:
    def __init__(self):
        self.daemon = OurDaemon(BUILD)

    def virsh(self, *words):
        """Run our virsh against our daemon, shown as a user would type it; returns what it printed."""
        shown = " ".join(f'"{word}"' if " " in word else word for word in words)
        fact(f"$ virsh {shown}")
        said = run(os.path.join(BUILD, "tools/virsh"), "-c", self.daemon.uri, *words).strip()
        for line in said.splitlines():
            fact("  " + line)
        return said

    def start_network(self):
        step("A daemon of our own starts, with all its files below one directory, and a NAT network on it.")
        self.outside = make_outside()
        self.before = (links(), rules())
        self.daemon.start()
        path = os.path.join(sandbox.directory(), "demo.xml")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(NETWORK)
        self.virsh("net-define", path)
        self.virsh("net-start", "demo")
        must(addresses(BRIDGE) == [f"{GATEWAY}/24"], f"the bridge has the addresses {addresses(BRIDGE)}")
        fact(f"The bridge {BRIDGE} has {GATEWAY}/24, the firewall rules are set, dnsmasq runs as process {dnsmasq_of('demo')}.")

    def start_guests(self):
        step("Two guests are plugged into the bridge. Each asks for an address by DHCP.")
        self.guests = [Guest("guest1", BRIDGE, ONE), Guest("guest2", BRIDGE, TWO)]
        self.clients = [DhcpClient(guest) for guest in self.guests]
        for guest, client in zip(self.guests, self.clients):
            fact(f"{guest.name} ({guest.mac}) has {client.wait_bound()}.")
        self.virsh("net-dhcp-leases", "demo")

    def start_pings(self):
        step("guest2 begins to ping every 10 ms: the gateway, and through NAT a machine outside that knows no route back.")
        self.pings = [self.guests[1].ping(GATEWAY), self.guests[1].ping(OUTSIDE_ADDRESS)]
        fact(f"Both answer. Outside, {OUTSIDE_ADDRESS}, sees guest2 as {HOST_ADDRESS}.")

    def update(self):
        step(f"A reservation is added while all runs: guest1 shall have {RESERVED}, now and in the stored configuration.")
        served_by = dnsmasq_of("demo")
        began = time.monotonic()
        self.virsh("net-update", "demo", "add", "ip-dhcp-host", f"<host mac='{ONE}' ip='{RESERVED}'/>", "--live", "--config")
        took_ms = (time.monotonic() - began) * 1000
        for option in ([], ["--inactive"]):
            text = run(os.path.join(BUILD, "tools/virsh"), "-c", self.daemon.uri, "net-dumpxml", "demo", *option)
            must(RESERVED in text, f"net-dumpxml {' '.join(option)} does not show the reservation")
        must(dnsmasq_of("demo") == served_by, "dnsmasq was restarted")
        fact(f"It took {took_ms:.0f} ms, start of virsh included; both definitions show it, and dnsmasq is still process {served_by}.")

    def renew(self):
        step("guest1 renews its lease.")
        client = self.clients[0]
        client.renew()
        client.wait_bound(RESERVED)
        must(self.guests[0].address() == RESERVED, f"guest1 has {self.guests[0].address()}")
        fact(f"It holds {RESERVED}. By protocol it had to start over; it was without an address for "
             f"{client.seconds_without_address():.1f} s, of which its DHCP client waits 3 of its own accord.")

    def stop_pings(self):
        step("guest2 stops pinging.")
        accounts = [(ping.label, ping.stop()) for ping in self.pings]
        for label, account in accounts:
            fact(f"{label}: {account['sent']} sent, {account['lost']} lost, slowest {account['slowest_ms']} ms.")
        must(not any(account["lost"] for _label, account in accounts), "pings were lost")

    def clean_up(self):
        step("Network and daemon go, and everything that they made with them.")
        self.virsh("net-destroy", "demo")
        self.virsh("net-undefine", "demo")
        status = self.daemon.stop()
        must(status == 0, f"the daemon ended with status {status}")
        must(not accepts(self.daemon.socket_path()), "the daemon's socket still answers")
        for guest in self.guests:
            run("ip", "netns", "delete", guest.name)
        for client in self.clients:
            client.stop()
        wait_for("the guests' links are gone", lambda: links() == self.before[0])
        must(not processes("dnsmasq", "demo.conf"), "dnsmasq still runs")
        must(BRIDGE not in rules(), "firewall rules still name the bridge")
        fact("No bridge, no rules of the network, no dnsmasq, no daemon is left.")

    def run(self):
        began = time.monotonic()
        for act in (self.start_network, self.start_guests, self.start_pings, self.update, self.renew, self.stop_pings, self.clean_up):
            act()
        say(f"\nAll as it should be, after {time.monotonic() - began:.0f} s.")


def show_inside():
    demonstration = Demonstration()
    try:
        demonstration.run()
        return 0
    except KeyboardInterrupt:
        say("\nInterrupted: everything is taken away.")
        return 130
    except Failed as failure:
        say(f"\nThis went wrong: {failure}\n\nThe daemon's log:\n{demonstration.daemon.log()[-4000:]}")
        return 1


def main():
    if sys.argv[1:] == ["--inside"]:
        sys.exit(show_inside())
    reason = sandbox.why_not()
    if reason:
        sys.exit(f"quickstart cannot make its sandbox: {reason}")
    if shutil.which("udhcpc") is None:
        sys.exit("quickstart needs udhcpc")
    sys.exit(sandbox.run([sandbox.PYTHON, os.path.abspath(__file__), "--inside"], LIMIT_S))


if __name__ == "__main__":
    main()
