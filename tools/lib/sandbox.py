# SPDX-License-Identifier: LGPL-2.1-or-later
"""A machine within the machine: a program run in network, mount and process namespaces of its own.

Nothing that it does to links, rules, /run, /dev or processes reaches the host, and with its first process everything in
it ends. This module makes the room and furnishes it; what stands in it (guests, daemons) is laboratory.py's. Used by
tools/quickstart, by the test harness and by the bench.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PYTHON = "/usr/bin/python3"
INSIDE = "VIRNET_SANDBOX"           # in the environment of a program that runs inside: its directory on disk
UNSHARE = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc"]
DEVICES = ["null", "zero", "full", "random", "urandom", "tty"]


# --- Outside -------------------------------------------------------------------------------------------------------

def why_not():
    """Why no sandbox can be made here, or None."""
    if os.geteuid() != 0:
        return "needs root"
    probe = subprocess.run([*UNSHARE, "true"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return None if probe.returncode == 0 else "no private namespaces here: " + probe.stdout.strip()


def make_directory():
    """A new directory on disk that unprivileged users can enter: dnsmasq gives up root and still has to read there."""
    path = tempfile.mkdtemp(prefix="virnet-", dir=os.environ.get("VIRNET_TMPDIR", "/var/tmp"))
    os.chmod(path, 0o755)
    return path


def remove(path):
    """Remove a directory; what wrote into it may be just dying."""
    for _attempt in range(40):
        shutil.rmtree(path, ignore_errors=True)
        if not os.path.exists(path):
            return
        time.sleep(0.05)


running = set()


class Sandbox:
    """Runs ARGV inside. STOP may be called at any time from another thread or after; it ends all that runs within."""

    def __init__(self, argv, **popen_options):
        self.directory = make_directory()
        environment = dict(popen_options.pop("env", os.environ))
        environment[INSIDE] = self.directory
        command = ["setpriv", "--pdeathsig", "KILL", *UNSHARE, "--kill-child", PYTHON, os.path.abspath(__file__), *argv]
        self.process = subprocess.Popen(command, env=environment, **popen_options)
        running.add(self)

    def wait(self, limit=None):
        """Wait for its end; returns the exit status, or None if LIMIT seconds have passed."""
        try:
            return self.process.wait(limit)
        except subprocess.TimeoutExpired:
            return None

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()         # --kill-child: the first process goes with it, and with that everything
            self.process.wait()
        remove(self.directory)
        running.discard(self)

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        self.stop()


def stop_all():
    """End every sandbox of this program."""
    for box in list(running):
        box.stop()


def run(argv, limit=None):
    """Run ARGV inside a sandbox, on our own terminal; returns its exit status (124 if it took longer than LIMIT)."""
    signal.signal(signal.SIGTERM, lambda _signum, _frame: sys.exit(143))
    with Sandbox(argv) as box:
        try:
            status = box.wait(limit)
        except KeyboardInterrupt:
            box.wait(10)            # the terminal has told the program inside as well: let it say good-bye
            return 130
    return 124 if status is None else status


# --- Inside --------------------------------------------------------------------------------------------------------

def directory():
    """The directory on disk of the sandbox that this program runs in."""
    return os.environ[INSIDE]


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def make_private_dev():
    """/dev without the host's log socket: what dnsmasq says to syslog is collected here, and the host's log stays clean."""
    stage = os.path.join(directory(), ".dev")
    os.mkdir(stage)
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", stage)
    for name in DEVICES:
        open(os.path.join(stage, name), "w", encoding="ascii").close()
        mount("--bind", "/dev/" + name, os.path.join(stage, name))
    for name in ("pts", "shm", "net"):
        os.mkdir(os.path.join(stage, name))
    os.chmod(os.path.join(stage, "shm"), 0o1777)
    if os.path.isdir("/dev/pts"):
        mount("--bind", "/dev/pts", os.path.join(stage, "pts"))
    if os.path.exists("/dev/net/tun"):
        open(os.path.join(stage, "net/tun"), "w", encoding="ascii").close()
        mount("--bind", "/dev/net/tun", os.path.join(stage, "net/tun"))
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2"), ("ptmx", "pts/ptmx")):
        os.symlink(target, os.path.join(stage, name))
    mount("--move", stage, "/dev")
    os.rmdir(stage)


def furnish():
    """Make /sys show this network namespace, /run and /dev our own, and the loopback device work."""
    mount("-t", "sysfs", "sysfs", "/sys")
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    os.mkdir("/run/netns")
    os.mkdir("/run/lock")
    make_private_dev()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def collect_syslog():
    """Write what programs say to /dev/log into the file "syslog" of the sandbox's directory."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind("/dev/log")
    os.chmod("/dev/log", 0o666)

    def copy():
        with open(os.path.join(directory(), "syslog"), "ab", buffering=0) as log:
            while True:
                text = listener.recv(65536).rstrip(b"\0\n")
                log.write(text.split(b">", 1)[-1] + b"\n")

    threading.Thread(target=copy, daemon=True).start()


def reap_until(main):
    """Reap every process that ends until MAIN has; returns its exit status. MAIN is told when we are to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)    # the terminal has sent it to MAIN too
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda got, _frame: os.kill(main, got))
    while True:
        pid, status = os.wait()
        if pid == main:
            return os.waitstatus_to_exitcode(status)


def first_process(argv):
    """What process 1 of a sandbox does: furnish it, run ARGV, reap. Everything ends when this returns."""
    furnish()
    collect_syslog()
    main = os.fork()
    if main == 0:
        os.execvp(argv[0], argv)
    status = reap_until(main)
    sys.stdout.flush()
    os._exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    first_process(sys.argv[1:])
