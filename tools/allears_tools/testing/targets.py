"""What can be tested: a device on a link, with or without an emulated microphone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from allears.device.presence import present_devices
from allears.profile import Profile

from allears_tools.board.errors import BoardError
from allears_tools.board.machines import MACHINES
from allears_tools.board.microphone import Microphone
from allears_tools.board.state import BoardFolder
from allears_tools.evaluate.clip_audio import Samples
from allears_tools.flash.client import DeviceClient
from allears_tools.flash.errors import FlashError, LineError
from allears_tools.flash.messages import HeardEvent, Status
from allears_tools.flash.transports import is_port
from allears_tools.testing.errors import DeviceTestError

CONNECT_TIMEOUT_S = 10.0
"""Less than a person waits before pulling the plug."""

_MESSAGE_OVERHEAD_BYTES = 64
"""Header and names of a message that carries audio, with room to spare."""


@dataclass(frozen=True)
class Facts:
    """What a target is: board, market and version of the pack, and how audio gets to it."""

    port: str
    board: str
    market: str
    pack_version: str
    languages: list[str]
    audio_by: str


@dataclass(frozen=True)
class Playback:
    """What came of a stream.

    `heard_ms` is how far the device's own clock, which counts its samples, went meanwhile, and
    `bad_frames` what its link dropped; None where a target does not count.
    """

    events: list[HeardEvent]
    heard_ms: int | None = None
    bad_frames: int | None = None


class Target(Protocol):
    """Something that hears audio and tells events.

    Its clock counts samples and starts at 0 with each stream, so that it is the host's: an event's
    time is that of the sample at which it was decided.
    """

    async def open(self) -> Facts:
        """Get ready for the first stream.

        Raises:
            AllEarsError: it is not there, or not fit for a test.
        """

    async def hear(self, samples: Samples) -> Playback:
        """Let it hear a whole stream, int16 [n] at 16 kHz.

        Raises:
            LineError, BoardError: it was lost.
        """

    async def close(self) -> None:
        """Leave it as it was found."""


class Device:
    """A device at a port; an emulated board of this machine hears by its microphone.

    Args:
        profile: what must run on it.
        by_link: send the audio over the link all the same.
    """

    def __init__(self, port: str, profile: Profile, by_link: bool = False) -> None:
        if not is_port(port):
            raise DeviceTestError(f"{port!r} is no port.", "", "Write a path, or tcp:HOST:PORT.")
        self.port = port
        self.client = DeviceClient(port)
        self._profile = profile
        memory = None if by_link else microphone_memory(port)
        self._microphone = Microphone(memory) if memory else None

    async def open(self) -> Facts:
        """Connect, look what runs, and start a new stream."""
        await self.client.connect(CONNECT_TIMEOUT_S)
        status = await self.client.status()
        self._require(status)
        # Whatever was heard before belongs to no clip.
        await self.client.finish(await self.client.next_event())
        self._counted = await self.client.counters()
        return Facts(
            self.port,
            status.board,
            status.market,
            status.pack_version,
            status.languages,
            "microphone" if self._microphone else "link",
        )

    async def hear(self, samples: Samples) -> Playback:
        """Play a stream, end it, and ask what came of it."""
        before = self._counted
        if self._microphone:
            # In a thread: while it waits for the board, the display goes on.
            since = await self.client.next_event()
            await asyncio.to_thread(self._microphone.play, samples)
            events = await self.client.finish(since)
        else:
            events = await self.client.hear(samples.tobytes())
        after = self._counted = await self.client.counters()
        if after.audio_ms < before.audio_ms:
            raise LineError(f"{self.port}: the device booted in the middle of a clip.")
        return Playback(
            events, after.audio_ms - before.audio_ms, after.bad_frames - before.bad_frames
        )

    async def play(self, samples: Samples) -> None:
        """Play the next part of a stream, int16 [n], which goes on."""
        if self._microphone:
            await asyncio.to_thread(self._microphone.play, samples)
            return
        part_bytes = (self.client.part_bytes - _MESSAGE_OVERHEAD_BYTES) // 2 * 2
        content = samples.tobytes()
        for at in range(0, len(content), part_bytes):
            await self.client.play(content[at : at + part_bytes])

    async def close(self) -> None:
        """Close the port."""
        await self.client.disconnect()

    def _require(self, status: Status) -> None:
        wanted = self._profile.country
        if status.market != wanted:
            raise DeviceTestError(
                f"{self.port}: the device runs {status.market or 'no pack'}, not {wanted}.",
                "another market was flashed, or none",
                f"allears flash {wanted} --port {self.port} --key key.pem",
            )


def microphone_memory(port: str) -> Path | None:
    """Return the memory with the microphone of the emulated board at `port`; None if it is none."""
    if port.startswith("tcp:"):
        same = {port}
    else:
        same = {port, str(Path(port).absolute()), str(Path(port).resolve())}
    for known in present_devices():
        ports = {known["port"], str(Path(known["port"]).resolve())}
        if known["board"] in MACHINES and same & ports and known.get("state"):
            memory = BoardFolder(Path(known["state"])).memory
            return memory if memory.is_file() else None
    return None


LOST = (FlashError, BoardError)
"""What a pulled cable, or a device that boots without a pack, looks like from here."""
