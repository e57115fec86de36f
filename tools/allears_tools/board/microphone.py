"""The board's microphone: a ring in its memory that the host fills, as a DMA controller would."""

from __future__ import annotations

import mmap
import struct
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from allears_tools.board.errors import BoardError
from allears_tools.board.machines import MICROPHONE_OFFSET
from allears_tools.flash.client import DeviceClient
from allears_tools.flash.messages import HeardEvent

_RING_OFFSET = 4096
_RING_SAMPLES = 32768
_HEAD = struct.Struct("<II")
"""Samples recorded, written here; samples taken, written by the board; both wrap at 2^32."""

_STALL_TIMEOUT_S = 10.0


class Microphone:
    """Plays samples into the memory of a running board.

    The board hears as fast as it can, not at the speed of a clock: its times are those of the
    samples.

    Args:
        memory: the file behind the board's PSRAM.
    """

    def __init__(self, memory: Path) -> None:
        with memory.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)

    def play(self, samples: NDArray[np.int16]) -> None:
        """Play 16 kHz mono int16 ``[n]``; returns once the board has taken the last sample.

        Raises:
            BoardError: the board takes no samples.
        """
        at = 0
        moved_s = time.monotonic()
        while at < len(samples) or self._waiting():
            free = _RING_SAMPLES - self._waiting()
            part = samples[at : at + free]
            if len(part):
                self._record(part)
                at += len(part)
                moved_s = time.monotonic()
            elif time.monotonic() - moved_s > _STALL_TIMEOUT_S:
                raise BoardError(
                    f"The board took no sample for {_STALL_TIMEOUT_S:.0f} s.",
                    "it lost power, or hangs",
                    "allears board start or power-cut; allears board log tells more.",
                )
            else:
                time.sleep(0.005)

    async def hear(self, client: DeviceClient, samples: NDArray[np.int16]) -> list[HeardEvent]:
        """Play a whole stream to the board, end it by `client`, and return its events."""
        since = await client.next_event()
        self.play(samples)
        return await client.finish(since)

    def _waiting(self) -> int:
        recorded, taken = _HEAD.unpack_from(self._memory, MICROPHONE_OFFSET)
        return (recorded - taken) & 0xFFFFFFFF

    def _record(self, part: NDArray[np.int16]) -> None:
        recorded, _ = _HEAD.unpack_from(self._memory, MICROPHONE_OFFSET)
        ring = MICROPHONE_OFFSET + _RING_OFFSET
        start = recorded % _RING_SAMPLES
        for piece, place in (
            (part[: _RING_SAMPLES - start], start),
            (part[_RING_SAMPLES - start :], 0),
        ):
            content = piece.astype("<i2").tobytes()
            self._memory[ring + 2 * place : ring + 2 * place + len(content)] = content
        # The count last: the samples must lie there when the board sees it.
        struct.pack_into("<I", self._memory, MICROPHONE_OFFSET, (recorded + len(part)) & 0xFFFFFFFF)
