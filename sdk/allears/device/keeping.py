"""Audio kept in memory for the host, as sdk/firmware/src/device/keeping.h does it.

The seconds around an event, or those to come. Off until the host asks for it, forgotten on reset,
never written to flash.
"""

from __future__ import annotations

from allears.contract import SAMPLE_RATE_HZ
from allears.link_contract import (
    KEEP_AFTER_MS,
    KEEP_COMMAND,
    KEEP_EVENT,
    KEEP_MS,
    KEEP_NOW,
    KEEP_OFF,
    KEEP_WAKE,
)

_SAMPLE_BYTES = 2
_KEEP_BYTES = KEEP_MS * SAMPLE_RATE_HZ // 1000 * _SAMPLE_BYTES
_AFTER_BYTES = KEEP_AFTER_MS * SAMPLE_RATE_HZ // 1000 * _SAMPLE_BYTES


class Keeping:
    """The clip that is being kept.

    `what` is one of KEEP_NAMES; `clips` counts those that became whole since boot, `event` is the
    number of the event that the last one was kept for.
    """

    def __init__(self) -> None:
        self.what = KEEP_OFF
        self.clips = 0
        self.start(KEEP_OFF)

    def start(self, what: int) -> None:
        """Begin to keep; what was kept is forgotten."""
        self.what = what
        self.event: int | None = None
        self.ready = False
        self._audio = bytearray()
        self._left_bytes = _KEEP_BYTES if what == KEEP_NOW else None

    def add(self, samples: bytes) -> None:
        """Take in what is heard, int16."""
        if self.what == KEEP_OFF or self.ready:
            return
        taken = samples if self._left_bytes is None else samples[: self._left_bytes]
        self._audio += taken
        del self._audio[:-_KEEP_BYTES]
        if self._left_bytes is None:
            return
        self._left_bytes -= len(taken)
        if not self._left_bytes:
            self.ready = True
            self.clips += 1

    def note(self, event: int, *, is_wake: bool) -> None:
        """Take note of an event, by its number."""
        fits = self.what in (KEEP_EVENT, KEEP_WAKE if is_wake else KEEP_COMMAND)
        if fits and self._left_bytes is None:
            self.event = event
            self._left_bytes = _AFTER_BYTES

    def clip(self) -> bytes:
        """Return what can be read: nothing of a ring that still turns."""
        return bytes(self._audio) if self.ready or self.what == KEEP_NOW else b""
