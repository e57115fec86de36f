"""How a port is opened: a serial device, a pseudo-terminal, or tcp:HOST:PORT."""

from __future__ import annotations

import asyncio
import contextlib

from smp import packet
from smpclient.transport import SMPTransport, SMPTransportDisconnected
from smpclient.transport.serial import SMPSerialTransport

_WRITE_TIMEOUT_S = 5.0
"""A device that stopped reading must not hold the desk up."""

_FRAME_OVERHEAD_BYTES = 4
"""Length and checksum share the device's buffer with the message."""

_BEFORE_PARAMETERS_BYTES = 96
"""Longest message before the device has told its buffer's size."""


class TcpTransport(SMPTransport):
    """SMP's serial framing over a TCP connection, as emulated devices offer it."""

    def __init__(self) -> None:
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def connect(self, address: str, timeout_s: float) -> None:
        """Connect to "HOST:PORT"; OSError or TimeoutError if nobody is there."""
        host, _, port = address.rpartition(":")
        opening = asyncio.open_connection(host, int(port))
        self._reader, self._writer = await asyncio.wait_for(opening, timeout_s)

    async def disconnect(self) -> None:
        """Close the connection."""
        if self._writer:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
            self._writer = None

    async def send(self, data: bytes) -> None:
        """Send a message."""
        if self._writer is None:
            raise SMPTransportDisconnected("not connected")
        self._writer.write(b"".join(packet.encode(data)))
        await self._writer.drain()

    async def receive(self) -> bytes:
        """Wait for a message; lines that belong to none are passed over."""
        if self._reader is None:
            raise SMPTransportDisconnected("not connected")
        decoder = packet.decode()
        next(decoder)
        while True:
            line = await self._reader.readline()
            if not line:
                raise SMPTransportDisconnected("the device closed the connection")
            starts = line.find(packet.START_DELIMITER), line.find(packet.CONTINUE_DELIMITER)
            start = max(starts)
            if start < 0:
                continue
            try:
                decoder.send(line[start:])
            except StopIteration as whole:
                return whole.value

    async def send_and_receive(self, data: bytes) -> bytes:
        """Send a message and wait for the next."""
        await self.send(data)
        return await self.receive()

    @property
    def mtu(self) -> int:
        """Longest message in bytes."""
        return self.max_unencoded_size

    @property
    def max_unencoded_size(self) -> int:
        """Longest message in bytes."""
        told = self._smp_server_transport_buffer_size
        return told - _FRAME_OVERHEAD_BYTES if told else _BEFORE_PARAMETERS_BYTES


def transport_for(port: str) -> tuple[SMPTransport, str]:
    """Return the transport for a port as the user writes it, and the address it connects to."""
    if port.startswith("tcp:"):
        return TcpTransport(), port.removeprefix("tcp:")
    return SMPSerialTransport(write_timeout=_WRITE_TIMEOUT_S), port


def is_port(port: str) -> bool:
    """Whether `port` is written as a port is."""
    kind, _, rest = port.partition(":")
    if kind == "tcp":
        host, _, number = rest.rpartition(":")
        return bool(host) and number.isdecimal() and int(number) < 65536
    return bool(port)
