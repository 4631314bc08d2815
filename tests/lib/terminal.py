# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program on a terminal of its own, driven as a person would: what it prints is awaited, then the next keys are pressed.

Nothing here sleeps or guesses: each wait is for a text and has a deadline, and a text that does not come is a failure that
shows all that came. Used by scenario tests of interactive programs.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

from laboratory import Failed

LIMIT_S = 20
KEYS = {"ctrl-c": "\x03", "ctrl-d": "\x04", "ctrl-u": "\x15", "tab": "\t", "up": "\x1b[A"}


class Terminal:
    def __init__(self, argv, env, cwd=None):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                signal.signal(signal.SIGINT, signal.SIG_DFL)    # which a shell's background jobs are born ignoring
                if cwd:
                    os.chdir(cwd)
                os.execvpe(argv[0], argv, env)
            finally:
                os._exit(127)
        # Wide, so that no line is broken.
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 500, 0, 0))
        self.output = ""
        self.seen = 0           # where in the output the next wait begins
        self.ended = False

    def __enter__(self):
        return self

    def __exit__(self, kind, *_rest):
        os.close(self.fd)
        if kind is not None:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)

    def _read(self, deadline, what):
        """Take what comes next; False at the end of the output."""
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.fd], [], [], left)[0]:
            raise Failed(f"{what} did not come within {LIMIT_S} s\n  came {self.output!r}")
        try:
            data = os.read(self.fd, 65536)
        except OSError:         # how Linux says that nobody is at the other end any more
            data = b""
        self.output += data.decode(errors="replace")
        return bool(data)

    def expect(self, text):
        """Wait until TEXT comes; returns what came since the last wait, up to and with TEXT."""
        deadline = time.monotonic() + LIMIT_S
        while text not in self.output[self.seen:]:
            if not self._read(deadline, f"the text {text!r}"):
                raise Failed(f"the program ended before {text!r}\n  came {self.output!r}")
        end = self.output.index(text, self.seen) + len(text)
        came, self.seen = self.output[self.seen:end], end
        return came

    def type(self, text, *keys):
        """Type TEXT, then press keys by their names."""
        os.write(self.fd, (text + "".join(KEYS[key] for key in keys)).encode())

    def end(self):
        """Wait for the end; returns the exit status, below 0 for a signal."""
        deadline = time.monotonic() + LIMIT_S
        while self._read(deadline, "the end of the program"):
            pass
        self.seen = len(self.output)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
