"""Asks a device what goes on, again and again."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from time import monotonic
from typing import Any

import numpy as np
from allears.contract import SAMPLE_RATE_HZ
from numpy.typing import NDArray

from allears_tools.flash.client import DeviceClient
from allears_tools.flash.messages import HeardEvent, Live

FLOOR_DB = -90.0
"""What silence is told as: a little below one step of 16 bits."""

_FULL_SCALE = 32768
_WRAP = 2**32
_PART_BYTES = 60 * SAMPLE_RATE_HZ // 1000 * 2
"""Played at once: 60 ms fit into the buffer of a microcontroller."""


@dataclass(frozen=True)
class Sample:
    """What went on since the sample before; `at_s` counts from the first one.

    Levels in dB of full scale, `wake_score` 0 to 1, `load` the processor's share that hearing took,
    `cost` the computing time for a second of audio, both None where the board has no clock.
    """

    at_s: float
    level_db: float
    peak_db: float
    speech: bool
    wake_score: float
    listening: bool
    audio_s: float
    load: float | None
    cost: float | None
    stack_used: int | None
    stack_bytes: int | None
    clips: int
    events: list[HeardEvent] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON types, without the events."""
        return {name: value for name, value in asdict(self).items() if name != "events"}


class Watcher:
    """Watches the device behind `client`, which is connected.

    Args:
        period_s: from one sample to the next.
    """

    def __init__(self, client: DeviceClient, period_s: float = 0.1) -> None:
        self._client = client
        self._period_s = period_s
        # Samples and what is played share the line.
        self._line = asyncio.Lock()

    async def samples(self) -> AsyncIterator[Sample]:
        """Yield samples until the caller has seen enough.

        Raises:
            LineError: the device stopped answering.
            DeviceRefusal: its firmware is older than this command.
        """
        before = await self.now()
        started_s = monotonic()
        seen = before.next
        while True:
            await asyncio.sleep(self._period_s)
            async with self._line:
                now = await self._client.live()
                events = await self._client.events(seen) if now.next > seen else []
            seen = now.next if now.next >= seen else 0  # it booted
            yield _sample(monotonic() - started_s, before, now, events)
            before = now

    async def now(self) -> Live:
        """Return what the device tells of itself this moment."""
        async with self._line:
            return await self._client.live()

    async def clip(self) -> tuple[int | None, bytes]:
        """Return the number of the event that audio was kept for, and the audio, int16."""
        async with self._line:
            part, audio = await self._client.clip()
        return part.n, audio

    async def keep(self, what: str) -> None:
        """Let the device keep audio; see `DeviceClient.keep`."""
        async with self._line:
            await self._client.keep(what)

    async def play(self, samples: NDArray[np.int16]) -> None:
        """Let the device hear a stream, int16 ``[n]``, no faster than it was spoken."""
        audio = samples.astype("<i2").tobytes()
        started_s = monotonic()
        for at in range(0, len(audio), _PART_BYTES):
            async with self._line:
                await self._client.play(
                    audio[at : at + _PART_BYTES], end=at + _PART_BYTES >= len(audio)
                )
            due_s = started_s + (at + _PART_BYTES) / 2 / SAMPLE_RATE_HZ
            await asyncio.sleep(max(0.0, due_s - monotonic()))


def _sample(at_s: float, before: Live, now: Live, events: list[HeardEvent]) -> Sample:
    busy_s = up_s = None
    if None not in (before.busy_us, now.busy_us, before.up_us, now.up_us):
        busy_s = ((now.busy_us or 0) - (before.busy_us or 0)) % _WRAP / 1e6
        up_s = ((now.up_us or 0) - (before.up_us or 0)) % _WRAP / 1e6
    heard_s = (now.audio_ms - before.audio_ms) / 1000
    return Sample(
        at_s=round(at_s, 3),
        level_db=_decibels(math.sqrt(now.power)),
        peak_db=_decibels(now.peak),
        speech=now.speech,
        wake_score=now.wake_score / 256,
        listening=now.listening,
        audio_s=now.audio_ms / 1000,
        load=min(1.0, round(busy_s / up_s, 4)) if busy_s is not None and up_s else None,
        cost=round(busy_s / heard_s, 4) if busy_s is not None and heard_s > 0 else None,
        stack_used=now.stack_used,
        stack_bytes=now.stack_bytes,
        clips=now.clips,
        events=events,
    )


def _decibels(size: float) -> float:
    return round(max(FLOOR_DB, 20 * math.log10(size / _FULL_SCALE)), 1) if size else FLOOR_DB
