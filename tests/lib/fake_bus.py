#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A firewalld and a systemd-resolved that only remember, on the bus at DBUS_SYSTEM_BUS_ADDRESS: fake_bus.py STATE [ZONE...].

Says "ready" when both can be called. What they were told is kept as JSON in the file STATE. SIGHUP lets the firewalld forget
its interfaces and say so, as when it is reloaded. Started by bus.py.
"""

import json
import os
import signal
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

FIREWALLD = "org.fedoraproject.FirewallD1"
RESOLVED = "org.freedesktop.resolve1"
PROPERTIES = "org.freedesktop.DBus.Properties"


class State:
    """What was told, in memory and in the file."""

    def __init__(self, path):
        self.path = path
        self.zones = {}
        self.links = {}
        self.n_lists = 0        # how often it was asked which zones there are

    def write(self):
        with open(self.path + ".new", "w", encoding="utf-8") as stream:
            json.dump({"zones": self.zones, "links": self.links, "lists": self.n_lists}, stream)
        os.rename(self.path + ".new", self.path)


class UnknownZone(dbus.DBusException):
    _dbus_error_name = FIREWALLD + ".Exception"


class Firewalld(dbus.service.Object):
    def __init__(self, bus, state, zones):
        super().__init__(bus, "/org/fedoraproject/FirewallD1")
        self.state, self.known = state, zones

    @dbus.service.method(FIREWALLD + ".zone", in_signature="", out_signature="as")
    def getZones(self):
        self.state.n_lists += 1
        self.state.write()
        return self.known

    @dbus.service.method(FIREWALLD + ".zone", in_signature="s", out_signature="s")
    def getZoneOfInterface(self, interface):
        return self.state.zones.get(interface, "")

    @dbus.service.method(FIREWALLD + ".zone", in_signature="ss", out_signature="s")
    def changeZoneOfInterface(self, zone, interface):
        if zone not in self.known:
            raise UnknownZone("INVALID_ZONE: " + zone)
        self.state.zones[str(interface)] = str(zone)
        self.state.write()
        return zone

    @dbus.service.method(FIREWALLD + ".zone", in_signature="ss", out_signature="s")
    def removeInterface(self, zone, interface):
        self.state.zones.pop(interface, None)
        self.state.write()
        return zone

    @dbus.service.signal(FIREWALLD)
    def Reloaded(self):
        pass

    def reload(self):
        self.state.zones.clear()
        self.state.write()
        self.Reloaded()
        return True


class Link(dbus.service.Object):
    def __init__(self, bus, index, state):
        super().__init__(bus, f"/org/freedesktop/resolve1/link/{index}")
        self.index, self.state = index, state

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        link = self.state.links.get(self.index, {})
        servers = [dbus.Struct((family, dbus.ByteArray(bytes(octets))), signature="iay") for family, octets in link.get("dns", [])]
        domains = [dbus.Struct((name, routing), signature="sb") for name, routing in link.get("domains", [])]
        return {"DNS": dbus.Array(servers, signature="(iay)"), "Domains": dbus.Array(domains, signature="(sb)")}


class Resolved(dbus.service.Object):
    def __init__(self, bus, state):
        super().__init__(bus, "/org/freedesktop/resolve1")
        self.bus, self.state, self.objects = bus, state, {}

    @dbus.service.method(RESOLVED + ".Manager", in_signature="i", out_signature="o")
    def GetLink(self, index):
        index = int(index)
        if index not in self.objects:
            self.objects[index] = Link(self.bus, index, self.state)
        return f"/org/freedesktop/resolve1/link/{index}"

    @dbus.service.method(RESOLVED + ".Manager", in_signature="ia(iay)", out_signature="")
    def SetLinkDNS(self, index, servers):
        told = [(int(family), [int(octet) for octet in octets]) for family, octets in servers]
        self.state.links.setdefault(int(index), {})["dns"] = told
        self.state.write()

    @dbus.service.method(RESOLVED + ".Manager", in_signature="ia(sb)", out_signature="")
    def SetLinkDomains(self, index, domains):
        self.state.links.setdefault(int(index), {})["domains"] = [(str(name), bool(routing)) for name, routing in domains]
        self.state.write()

    @dbus.service.method(RESOLVED + ".Manager", in_signature="i", out_signature="")
    def RevertLink(self, index):
        self.state.links.pop(int(index), None)
        self.state.write()


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    state = State(sys.argv[1])
    state.write()
    bus = dbus.SystemBus()
    firewalld = Firewalld(bus, state, sys.argv[2:])
    resolved = Resolved(bus, state)
    names = [dbus.service.BusName(name, bus) for name in (FIREWALLD, RESOLVED)]
    GLib.unix_signal_add(GLib.PRIORITY_HIGH, signal.SIGHUP, firewalld.reload)
    print("ready", flush=True)
    GLib.MainLoop().run()
    del resolved, names


if __name__ == "__main__":
    main()
