"""A cable to a device that can be pulled and plugged in again, and the command line beside it."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time

HANG_S = 15.0
"""No command may go on for longer once the cable is pulled (issue 5)."""


class Cable:
    """A TCP relay to a device; `passed_bytes` went towards it.

    A pulled cable either breaks the connection, as an unplugged adapter does, or is silent, as a
    loose wire behind the adapter is.
    """

    def __init__(self, device_port: str) -> None:
        self._device = ("127.0.0.1", int(device_port.rpartition(":")[2]))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = f"tcp:127.0.0.1:{self._listener.getsockname()[1]}"
        self._ends: list[socket.socket] = []
        self._is_silent = False
        self.passed_bytes = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            far = socket.create_connection(self._device)
            self._ends += [near, far]
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=ends, daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(500):
                if not self._is_silent:
                    target.sendall(data)
                    if target.getpeername() == self._device:
                        self.passed_bytes += len(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def pull(self, how: str) -> None:
        """Pull it: "silent" or "broken"."""
        self._is_silent = True
        if how == "broken":
            for end in self._ends:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def plug_in(self) -> None:
        """Let bytes through again."""
        self._is_silent = False


def start(*arguments: str) -> subprocess.Popen[str]:
    """Start `allears` with arguments."""
    return subprocess.Popen(
        [sys.executable, "-c", "from allears_tools.cli import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end_of(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return exit status and all that was printed, after HANG_S at most."""
    try:
        said, errors = process.communicate(timeout=HANG_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return process.returncode, said + errors


def wait_for(is_so) -> None:
    """Wait until something is so."""
    until_s = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until_s, "waited for a minute"
        time.sleep(0.02)
