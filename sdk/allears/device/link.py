"""The line: a pseudo-terminal or a TCP port, one client at a time."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from allears.device.frames import FrameReader, encode_frame
from allears.device.server import Server
from allears.errors import DeviceError

_READ_BYTES = 65536
_HOST = "127.0.0.1"


class Line(Protocol):
    """A line that bytes come and go on."""

    name: str

    def receive(self) -> bytes:
        """Wait for bytes and return them; none when a client went away."""
        ...

    def send(self, content: bytes) -> None:
        """Send all of `content`, or nothing where no client is left."""
        ...

    def close(self) -> None:
        """Take the line away."""
        ...


class PtyLine:
    """A pseudo-terminal; `link` is a symbolic link to it that stays the same."""

    def __init__(self, link: Path) -> None:
        self._master, self._slave = os.openpty()
        # The other end stays open here, so that clients may come and go.
        tty.setraw(self._slave)
        with contextlib.suppress(FileNotFoundError):
            link.unlink()
        link.symlink_to(os.ttyname(self._slave))
        self._link = link
        self.name = str(link)

    def receive(self) -> bytes:
        """Wait for bytes and return them."""
        return os.read(self._master, _READ_BYTES)

    def send(self, content: bytes) -> None:
        """Send all of `content`."""
        while content:
            content = content[os.write(self._master, content) :]

    def close(self) -> None:
        """Take the line away, and the link: its number may go to another program's."""
        self._link.unlink(missing_ok=True)
        os.close(self._slave)
        os.close(self._master)


class TcpLine:
    """A port on this machine; 0 takes a free one.

    Raises:
        DeviceError: the port is taken.
    """

    def __init__(self, port: int) -> None:
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listener.bind((_HOST, port))
        except (OSError, OverflowError) as fault:
            raise DeviceError(
                f"Cannot listen on TCP port {port}: {fault}.",
                "another program has it",
                "Give another port, or 0 for a free one.",
            ) from fault
        self._listener.listen()
        self._client: socket.socket | None = None
        self.name = f"tcp:{_HOST}:{self._listener.getsockname()[1]}"

    def receive(self) -> bytes:
        """Wait for a client and its bytes; a new client takes over from an old one."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            if self._client:
                selector.register(self._client, selectors.EVENT_READ)
            ready = [key.fileobj for key, _ in selector.select()]
        if self._listener in ready:
            self._leave()
            self._client, _ = self._listener.accept()
            self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return b""
        received = b""
        if self._client:
            with contextlib.suppress(OSError):
                received = self._client.recv(_READ_BYTES)
            if not received:
                self._leave()
        return received

    def send(self, content: bytes) -> None:
        """Send all of `content`, or nothing where no client is left."""
        if self._client:
            try:
                self._client.sendall(content)
            except OSError:
                self._leave()

    def close(self) -> None:
        """Take the line away."""
        self._leave()
        self._listener.close()

    def _leave(self) -> None:
        if self._client:
            self._client.close()
            self._client = None


def open_line(link: str, state: Path) -> Line:
    """Open "pty" or "tcp:PORT".

    Raises:
        DeviceError: `link` is neither, or the port is taken.
    """
    kind, _, port = link.partition(":")
    if kind == "pty" and not port:
        return PtyLine(state / "tty")
    if kind == "tcp" and port.isdecimal():
        return TcpLine(int(port))
    raise DeviceError(f"{link!r} is no link.", "", "Use pty or tcp:PORT, as in --link tcp:4600.")


def serve(server: Server, line: Line) -> Iterator[None]:
    """Answer whatever comes on `line`, forever; yields after each reset."""
    reader = FrameReader()
    while True:
        for message in reader.feed(line.receive()):
            with server.device.lock:
                reply = server.handle(message)
            if reply is not None:
                line.send(encode_frame(reply))
            if server.reset_due:
                server.reset_due = False
                with server.device.lock:
                    server.device.reset()
                yield
        server.device.counters.bad_frames += reader.bad_frames
        reader.bad_frames = 0
