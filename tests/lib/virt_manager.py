#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""virt-manager with a hand inside: virt_manager.py ARGUMENT... is virt-manager with these, and obeys commands on stdin.

A command is a line of JSON, [VERB, ARGUMENT...]; so is the answer, {"value": ...} or {"error": ...}. Widgets are named as in
virt-manager's own ui files, and are used as a person would: one that is not shown or not sensitive cannot be. Class Hand, on the
other side, is for tests; it gives virt-manager a display, a message bus and a home of its own.
"""

import faulthandler
import json
import os
import select
import signal
import subprocess
import sys
import threading

ITS_MODULES = "/usr/share/virt-manager"
LIMIT_S = 20
HOST_WINDOW, NEW_NETWORK_WINDOW = "vmm-host", "vmm-create-net"


# --- In virt-manager -----------------------------------------------------------------------------------------------

def be_virt_manager():
    import gi
    gi.require_version("Gdk", "3.0")
    gi.require_version("Gtk", "3.0")
    from gi.repository import Gdk, Gio, GLib, Gtk
    sys.path.insert(0, ITS_MODULES)

    def widgets_below(widget):
        found = [widget]
        if isinstance(widget, Gtk.Container):
            children = []
            widget.forall(children.append)      # also those that are part of it
            for child in children:
                found += widgets_below(child)
        return found

    def name_of(widget):
        return Gtk.Buildable.get_name(widget) or ""

    def windows():
        return [window for window in Gtk.Window.list_toplevels() if window.get_mapped()]

    def find_window(name):
        for window in windows():
            if name_of(window) == name:
                return window
        raise LookupError(f"no window '{name}' is shown, only {[name_of(window) for window in windows()]}")

    def find(window, name):
        for widget in widgets_below(find_window(window)):
            if name_of(widget) == name:
                if not widget.get_mapped():
                    raise LookupError(f"'{name}' in window '{window}' is not shown")
                return widget
        raise LookupError(f"window '{window}' has no '{name}'")

    def usable(window, name):
        widget = find(window, name)
        if not widget.is_sensitive():
            raise LookupError(f"'{name}' in window '{window}' is not sensitive")
        return widget

    def editor(window):
        for widget in widgets_below(find_window(window)):
            if isinstance(widget, Gtk.TextView) and widget.get_mapped() and widget.get_editable():
                return widget.get_buffer()
        raise LookupError(f"window '{window}' shows no text that can be edited")

    def dialog():
        shown = [window for window in windows() if isinstance(window, Gtk.MessageDialog)]
        return shown[0] if shown else None

    # What may run a dialog is done later: a command is not to wait for the dialog's end.
    def click(window, name):
        GLib.idle_add(lambda: usable(window, name).clicked())

    def turn_page(window, name, number):
        GLib.idle_add(lambda: usable(window, name).set_current_page(number))

    def rows(window, name):
        return [[value for value in row if isinstance(value, (str, bool))] for row in find(window, name).get_model()]

    def select(window, name, text):
        view = usable(window, name)
        for row in view.get_model():
            if text in list(row):
                view.get_selection().select_path(row.path)
                return
        raise LookupError(f"'{name}' has no row '{text}'")

    def respond(response):
        shown = dialog()
        if not shown:
            raise LookupError("no dialog is shown")
        GLib.idle_add(shown.response, getattr(Gtk.ResponseType, response))

    def picture(window, path):
        widget = find_window(window)
        surface = widget.get_window()
        clock = surface.get_frame_clock()
        last = clock.get_frame_counter() + 20       # what has just changed may still be moving
        while clock.get_frame_counter() < last:
            widget.queue_draw()
            Gtk.main_iteration_do(True)
        Gdk.pixbuf_get_from_window(surface, 0, 0, surface.get_width(), surface.get_height()).savev(path, "png", [], [])

    verbs = {
        "windows": lambda: [name_of(window) for window in windows()],
        "dialog": lambda: dialog() and dialog().get_property("text"),
        "click": click,
        "rows": rows,
        "select": select,
        "respond": respond,
        "picture": picture,
        "is-usable": lambda window, name: find(window, name).is_sensitive(),
        "is-set": lambda window, name: find(window, name).get_active(),
        "text": lambda window, name: find(window, name).get_text(),
        "type": lambda window, name, text: usable(window, name).set_text(text),
        "page": turn_page,
        "expand": lambda window, name: usable(window, name).set_expanded(True),
        "xml": lambda window: editor(window).get_property("text"),
        "write-xml": lambda window, text: editor(window).set_text(text),
        "quit": lambda: Gio.Application.get_default().quit(),
    }

    def obey(line):
        verb, *arguments = json.loads(line)
        try:
            answer = {"value": verbs[verb](*arguments)}
        except LookupError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)

    def listen():
        for line in sys.stdin:
            GLib.idle_add(obey, line, priority=GLib.PRIORITY_DEFAULT)

    print(os.getpid(), flush=True)
    faulthandler.register(signal.SIGUSR1)
    settings = Gio.Settings.new("org.virt-manager.virt-manager")
    settings.set_boolean("xmleditor-enabled", True)
    settings.get_child("stats").set_int("update-interval", 1)
    from virtManager import virtmanager
    threading.Thread(target=listen, daemon=True).start()
    virtmanager.runcli()


# --- In the test ---------------------------------------------------------------------------------------------------

class Hand:
    """A running virt-manager that shows the host behind URI; to be used inside a sandbox."""

    def __init__(self, uri, directory, env=None):
        self.directory = directory
        self.display = self._start_display()
        home = os.path.join(directory, "home")
        os.makedirs(home)
        env = dict(env or os.environ, HOME=home, XDG_CACHE_HOME=home, XDG_CONFIG_HOME=home, XDG_DATA_HOME=home,
                   XDG_RUNTIME_DIR=home, DISPLAY=self.display, GDK_BACKEND="x11", GSETTINGS_BACKEND="memory", NO_AT_BRIDGE="1",
                   LC_ALL="C.UTF-8", LANGUAGE="")
        with open(os.path.join(directory, "virt-manager.log"), "ab") as log:
            self.process = subprocess.Popen(
                ["dbus-run-session", "--", sys.executable, os.path.abspath(__file__), "--no-fork", "--connect", uri,
                 "--show-host-summary"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        self.pid = self.process.stdout.readline()

    def _start_display(self):
        """A display that is this sandbox's alone: an abstract socket and no lock, so that nothing is left in /tmp."""
        ours, its = os.pipe()
        with open(os.path.join(self.directory, "display.log"), "ab") as log:
            self.server = subprocess.Popen(["Xvfb", "-displayfd", str(its), "-screen", "0", "1000x720x24", "-nolock", "-nolisten",
                                            "tcp", "-nolisten", "unix"], pass_fds=[its], stdout=log, stderr=log)
        os.close(its)
        with os.fdopen(ours) as stream:
            return ":" + stream.readline().strip()

    def __call__(self, verb, *arguments):
        """The answer to a command; LookupError if it could not be done."""
        self.process.stdin.write(json.dumps([verb, *arguments]) + "\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], LIMIT_S)[0]:
            os.kill(int(self.pid), signal.SIGUSR1)      # it writes down where it hangs
            raise EOFError(f"virt-manager does not answer '{verb}'")
        line = self.process.stdout.readline()
        if not line:
            raise EOFError(f"virt-manager has ended at '{verb}' with status {self.process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise LookupError(answer["error"])
        return answer["value"]

    def can(self, *command):
        """Whether a command succeeds, and what it gives is true."""
        try:
            return self(*command) or False
        except LookupError:
            return False

    def log(self):
        """What virt-manager notes of its work."""
        text = ""
        for name in ("home/virt-manager/virt-manager.log", "virt-manager.log"):
            path = os.path.join(self.directory, name)
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as stream:
                    text += stream.read()
        return text

    def close(self):
        self("quit")
        status = self.process.wait(20)
        self.server.terminate()
        self.server.wait(20)
        return status


if __name__ == "__main__":
    be_virt_manager()
