#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a program of a user does with events, with everything that it is told checked: event_scenario.py LOOP TASK URI

LOOP is default (the library's) or python (one made of poll, by virEventRegisterImpl). TASK is life (events of all kinds of
calls, and none of others), end (prints "ready", then how the connection has ended; the caller ends it) or silence (the same,
with keepalive, so that the caller need only fall silent). It is run with Debian's library and with ours, and must not be able to tell them apart. Touches only networks named evs-...
"""

import os
import select
import sys
import threading
import time

import libvirt

LIFECYCLE = libvirt.VIR_NETWORK_EVENT_ID_LIFECYCLE
NAMES = {libvirt.VIR_NETWORK_EVENT_DEFINED: "defined", libvirt.VIR_NETWORK_EVENT_UNDEFINED: "undefined",
         libvirt.VIR_NETWORK_EVENT_STARTED: "started", libvirt.VIR_NETWORK_EVENT_STOPPED: "stopped"}
TXT = "<txt name='a' value='b'/>"
PATIENCE_S = 20


def check(condition, what):
    if not condition:
        print("wrong: " + what, flush=True)
        os._exit(1)                 # the loop's thread must not keep it


def network_xml(letter):
    return (f"<network><name>evs-{letter}</name><uuid>5e3a3c1e-0000-4000-8000-0000000000{letter * 2}</uuid><bridge name='evsbr{letter}'/><ip address='192.168.{220 + ord(letter) % 10}.1' "
            "netmask='255.255.255.0'/></network>")


class PollLoop:
    """The event loop of a program that has its own. Other threads wake it by a pipe."""

    def __init__(self):
        self.lock = threading.RLock()
        self.last = 0
        self.handles, self.timers = {}, {}      # id: [fd, events, cb, opaque]; id: [ms, due, cb, opaque]
        self.wake_read, self.wake_write = os.pipe()

    def wake(self):
        os.write(self.wake_write, b"w")

    def add(self, table, row):
        with self.lock:
            self.last += 1
            table[self.last] = row
        self.wake()
        return self.last

    @staticmethod
    def due(ms):
        return None if ms < 0 else time.monotonic() + ms / 1000

    def add_handle(self, fd, events, callback, opaque):
        return self.add(self.handles, [fd, events, callback, opaque])

    def add_timer(self, ms, callback, opaque):
        return self.add(self.timers, [ms, self.due(ms), callback, opaque])

    def update_handle(self, number, events):
        with self.lock:
            if number in self.handles:
                self.handles[number][1] = events
        self.wake()

    def update_timer(self, number, ms):
        with self.lock:
            if number in self.timers:
                self.timers[number][:2] = [ms, self.due(ms)]
        self.wake()

    def remove_handle(self, number):
        with self.lock:
            return self.handles.pop(number)[3]

    def remove_timer(self, number):
        with self.lock:
            return self.timers.pop(number)[3]

    def register(self):
        libvirt.virEventRegisterImpl(self.add_handle, self.update_handle, self.remove_handle,
                                     self.add_timer, self.update_timer, self.remove_timer)

    def poll(self):
        """The descriptors that are ready, as {fd: events of libvirt}."""
        with self.lock:
            waits = [row[1] - time.monotonic() for row in self.timers.values() if row[1] is not None]
            wanted = [(row[0], row[1]) for row in self.handles.values() if row[1]]
        poller = select.poll()
        poller.register(self.wake_read, select.POLLIN)
        for fd, events in wanted:
            poller.register(fd, (select.POLLIN if events & 1 else 0) | (select.POLLOUT if events & 2 else 0))
        ready = poller.poll(max(0, min(waits)) * 1000 if waits else None)
        bits = ((select.POLLIN, 1), (select.POLLOUT, 2), (select.POLLERR, 4), (select.POLLHUP, 8))
        return {fd: sum(to for bit, to in bits if got & bit) for fd, got in ready}

    def turn(self):
        ready = self.poll()
        if ready.pop(self.wake_read, None):
            os.read(self.wake_read, 1024)
        for number, (fd, events, callback, opaque) in list(self.handles.items()):
            if number in self.handles and ready.get(fd, 0) & (events | 12):
                callback(number, fd, ready[fd], opaque)
        for number, row in list(self.timers.items()):
            if number in self.timers and row[1] is not None and row[1] <= time.monotonic():
                row[1] = self.due(row[0])
                row[2](number, row[3])

    def run(self):
        while True:
            self.turn()


def run_default():
    while True:
        libvirt.virEventRunDefaultImpl()


def start_loop(kind):
    """Register the loop and run it in a thread of its own."""
    poll_loop = PollLoop()
    if kind == "python":
        poll_loop.register()
    else:
        libvirt.virEventRegisterDefaultImpl()
    threading.Thread(target=poll_loop.run if kind == "python" else run_default, daemon=True).start()


class Log:
    """What callbacks were told, for the thread that waits for it."""

    def __init__(self):
        self.condition = threading.Condition()
        self.entries = []

    def add(self, entry):
        with self.condition:
            self.entries.append(entry)
            self.condition.notify_all()

    def expect(self, wanted, what):
        """The log has to become WANTED, which is taken off."""
        with self.condition:
            self.condition.wait_for(lambda: len(self.entries) >= len(wanted), PATIENCE_S)
            check(self.entries == wanted, f"{what}: expected {wanted}, got {self.entries}")
            self.entries = []


def on_event(_connection, net, event, detail, log):
    log.add(f"{net.name()} {NAMES[event]}" + (f" detail {detail}" if detail else ""))


def fails(call, text):
    try:
        call()
    except libvirt.libvirtError as error:
        check(text in str(error), f"expected '{text}' in '{error}'")
        return
    check(False, f"expected '{text}', the call succeeded")


def life(connection):
    every, only, once = Log(), Log(), Log()
    all_id = connection.networkEventRegisterAny(None, LIFECYCLE, on_event, every)
    first = connection.networkDefineXML(network_xml("a"))
    every.expect(["evs-a defined"], "define")
    only_id = connection.networkEventRegisterAny(first, LIFECYCLE, on_event, only)
    second = connection.networkDefineXML(network_xml("b"))
    every.expect(["evs-b defined"], "define of another")

    def on_once(conn, net, event, detail, log):
        conn.networkEventDeregisterAny(once_id)
        on_event(conn, net, event, detail, log)

    once_id = connection.networkEventRegisterAny(second, LIFECYCLE, on_once, once)
    check(len({all_id, only_id, once_id}) == 3, "two callbacks have the same number")
    first.create()
    second.create()
    every.expect(["evs-a started", "evs-b started"], "start")
    once.expect(["evs-b started"], "callback that deregisters itself")
    first.update(libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, libvirt.VIR_NETWORK_SECTION_DNS_TXT, -1, TXT, 3)
    first.setAutostart(1)
    first.setAutostart(0)
    connection.networkDefineXML(network_xml("a"))
    first.destroy()
    second.destroy()
    first.undefine()
    second.undefine()
    every.expect(["evs-a defined", "evs-a stopped", "evs-b stopped", "evs-a undefined", "evs-b undefined"],
                 "update and autostart, which are no events; redefine, destroy, undefine")
    connection.networkEventDeregisterAny(all_id)
    fails(lambda: connection.networkEventDeregisterAny(all_id), "")
    connection.networkCreateXML(network_xml("c")).destroy()
    # Events come in order, so that what came too much would be there by now.
    again = connection.networkEventRegisterAny(None, LIFECYCLE, on_event, every)
    connection.networkCreateXML(network_xml("c")).destroy()
    every.expect(["evs-c started", "evs-c stopped"], "a network that is not stored, before and after registering anew")
    only.expect(["evs-a started", "evs-a defined", "evs-a stopped", "evs-a undefined"], "events of one network")
    once.expect([], "callback that has deregistered itself")
    fails(lambda: connection.networkEventRegisterAny(None, 77, on_event, every), "")
    connection.networkEventDeregisterAny(again)
    connection.networkEventDeregisterAny(only_id)


def ticks():
    """Timers of the program itself, added and removed by their callbacks and by this thread."""
    log = Log()
    timers = {}

    def on_tick(timer, _opaque):
        libvirt.virEventUpdateTimeout(timer, -1)
        timers["second"] = libvirt.virEventAddTimeout(0, on_second, None)
        log.add("first")

    def on_second(timer, _opaque):
        libvirt.virEventRemoveTimeout(timer)
        log.add("second")

    timers["first"] = libvirt.virEventAddTimeout(1, on_tick, None)
    log.expect(["first", "second"], "timers")
    libvirt.virEventRemoveTimeout(timers["first"])


def reads():
    """A handle of the program itself."""
    log = Log()
    read_end, write_end = os.pipe()

    def on_readable(watch, fd, events, _opaque):
        text = os.read(fd, 16).decode()
        log.add(f"{text} {events & 1}")
        if text == "last":
            libvirt.virEventRemoveHandle(watch)

    libvirt.virEventAddHandle(read_end, libvirt.VIR_EVENT_HANDLE_READABLE, on_readable, None)
    os.write(write_end, b"one")
    log.expect(["one 1"], "handle")
    os.write(write_end, b"last")
    log.expect(["last 1"], "handle that its callback removes")


def end(connection, keepalive):
    log = Log()
    connection.registerCloseCallback(lambda _connection, reason, _opaque: log.add(reason), None)
    fails(lambda: connection.registerCloseCallback(lambda *_args: None, None), "close callback is already registered")
    connection.networkEventRegisterAny(None, LIFECYCLE, on_event, log)
    check(connection.setKeepAlive(*keepalive) == 0, "setKeepAlive")
    print("ready", flush=True)
    with log.condition:
        check(log.condition.wait_for(lambda: log.entries, PATIENCE_S), "the end of the connection is not told")
    print(f"ended for reason {log.entries[0]}, alive {connection.isAlive()}", flush=True)
    fails(connection.listAllNetworks, "")


def main():
    loop, task, uri = sys.argv[1:4]
    libvirt.registerErrorHandler(lambda _context, _error: None, None)
    start_loop(loop)
    connection = libvirt.open(uri)
    if task == "life":
        ticks()
        reads()
        life(connection)
        if not uri.startswith("test:"):
            check(connection.setKeepAlive(1, 3) == 0 and connection.setKeepAlive(0, 0) == 0, "setKeepAlive")
        ticks()                     # the loop has left the last callback then
        check(connection.close() == 0, "references to the connection are left")
        print("seen", flush=True)
    else:
        end(connection, (1, 1) if task == "silence" else (0, 0))
    sys.stdout.flush()
    os._exit(0)                     # the loop's thread waits for ever


main()
