"""A soak of a device, at the speed of a clock or as fast as it hears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from allears.device.presence import present_devices

from allears_tools.board.machines import MACHINES
from allears_tools.evaluate.clip_audio import SAMPLE_RATE_HZ
from allears_tools.flash.errors import LineError
from allears_tools.testing.soak.ledger import Ledger, process_bytes
from allears_tools.testing.soak.playlist import Item
from allears_tools.testing.targets import Device

_LOOK_EVERY_S = 10.0
"""Of audio; a device keeps its last 64 events."""

_PART_SAMPLES = SAMPLE_RATE_HZ // 5


@dataclass
class Watched:
    """What a device told of itself: the stack's most use where it can tell, frames it lost."""

    stack_used: list[int] = field(default_factory=list)
    dropped_frames: int = 0
    bad_frames: int = 0
    refusals: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "stack_used_bytes": self.stack_used,
            "dropped_frames": self.dropped_frames,
            "bad_frames": self.bad_frames,
            "refusals": self.refusals,
        }


async def soak_device(
    device: Device,
    items: Iterable[Item],
    seconds: float,
    tell: Callable[[Ledger], None],
    *,
    real_time: bool,
) -> tuple[Ledger, Watched]:
    """Play one stream to an open device, and ask now and then how it is.

    Raises:
        LOST of `targets`: the device was lost, or booted.
    """
    ledger, watched = Ledger(), Watched()
    client = device.client
    first = await client.counters()
    since = await client.next_event()
    pid = _process_of(device.port)
    began_s, looked_s = monotonic(), 0.0
    for item in items:
        for at in range(0, len(item.samples), _PART_SAMPLES):
            part = item.samples[at : at + _PART_SAMPLES]
            await device.play(part)
            if real_time:
                played_s = (ledger.samples + at + len(part)) / SAMPLE_RATE_HZ
                await asyncio.sleep(max(0.0, began_s + played_s - monotonic()))
        ledger.played(item)
        ended = ledger.samples >= seconds * SAMPLE_RATE_HZ
        if ended or ledger.now_ms / 1000 - looked_s >= _LOOK_EVERY_S:
            looked_s = ledger.now_ms / 1000
            ledger.events += await client.events(since + len(ledger.events))
            counted = await client.counters()
            heard_ms = counted.audio_ms - first.audio_ms
            if heard_ms < 0:
                raise LineError(f"{device.port}: the device booted in the middle of the soak.")
            watched.dropped_frames = max(0, (ledger.now_ms - heard_ms) // 10)
            watched.bad_frames = counted.bad_frames - first.bad_frames
            watched.refusals = counted.refusals - first.refusals
            used = (await client.live()).stack_used
            if used is not None:
                watched.stack_used.append(used)
            if pid and (held := process_bytes(pid)):
                ledger.memory.append((ledger.now_ms, held))
        tell(ledger)
        if ended:
            break
    return ledger, watched


def _process_of(port: str) -> int | None:
    """The process of a Linux-class device on this machine; QEMU's memory is not a board's."""
    for known in present_devices():
        same = known["port"] == port or Path(known["port"]).resolve() == Path(port).resolve()
        if same and known["board"] not in MACHINES:
            return int(known["pid"])
    return None
