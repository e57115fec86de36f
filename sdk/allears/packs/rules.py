"""The sections of fixed layout that firmware reads in place: when a listener decides what."""

from __future__ import annotations

import struct
from typing import NamedTuple

from allears.errors import PackError
from allears.link_contract import (
    CLASS_ENTRY_BYTES,
    COMMAND_ID_CHARS,
    NO_DIGIT,
    RULE_HEADER_BYTES,
    WAKE_WORD_CHARS,
    Refusal,
)

_LISTENING = struct.Struct("<HHHBxHH4x")
_WAKE = struct.Struct(f"<HHII4x{WAKE_WORD_CHARS}s")
_COMMANDS = struct.Struct("<HHHH8x")
_CLASS = struct.Struct(f"<{COMMAND_ID_CHARS}sHBB")


class ListeningRule(NamedTuple):
    """Timing of a listener, all in ms but the VAD's aggressiveness (0 to 3)."""

    follow_up_ms: int
    preroll_ms: int
    extend_ms: int
    vad_aggressiveness: int
    number_gap_ms: int
    number_hold_off_ms: int

    def encode(self) -> bytes:
        """Return the section's bytes."""
        return _LISTENING.pack(*self)

    @classmethod
    def decode(cls, content: bytes) -> ListeningRule:
        """Read the section; PackError where it has another size."""
        return cls(*_whole(_LISTENING, content))


class WakeRule(NamedTuple):
    """Fires when the last `window_steps` outputs (uint8) sum to more than `limit`.

    Then the word is heard; with a verifier, if that one's outputs do too by its own numbers, which
    are 0 where there is none.
    """

    window_steps: int
    limit: int
    wake_word: str
    verifier_window_steps: int = 0
    verifier_limit: int = 0

    def encode(self) -> bytes:
        """Return the section's bytes."""
        steps = self.window_steps, self.verifier_window_steps
        return _WAKE.pack(*steps, self.limit, self.verifier_limit, self.wake_word.encode())

    @classmethod
    def decode(cls, content: bytes) -> WakeRule:
        """Read the section; PackError where it has another size."""
        steps, verifier_steps, limit, verifier_limit, word = _whole(_WAKE, content)
        text = word.rstrip(b"\0").decode(errors="replace")
        return cls(steps, limit, text, verifier_steps, verifier_limit)


class CommandClass(NamedTuple):
    """One command: heard when its sum reaches `limit` (NO_LIMIT: never).

    `digit` is None for what is no digit; `number_digits` the fewest and most digits that make a
    number after it, (0, 0) where none may follow.
    """

    id: str
    limit: int
    digit: int | None
    number_digits: tuple[int, int]


class CommandRule(NamedTuple):
    """When a head gives which command; `classes` in the order of its outputs from 1."""

    smoothing_frames: int
    refractory_ms: int
    listen_timeout_ms: int
    classes: list[CommandClass]

    def encode(self) -> bytes:
        """Return the section's bytes."""
        head = _COMMANDS.pack(
            len(self.classes), self.smoothing_frames, self.refractory_ms, self.listen_timeout_ms
        )
        entries = [
            _CLASS.pack(
                known.id.encode(),
                known.limit,
                NO_DIGIT if known.digit is None else known.digit,
                known.number_digits[0] | known.number_digits[1] << 4,
            )
            for known in self.classes
        ]
        return head + b"".join(entries)

    @classmethod
    def decode(cls, content: bytes) -> CommandRule:
        """Read the section; PackError where it has another size than its count says."""
        if len(content) < RULE_HEADER_BYTES:
            raise PackError(Refusal.BAD_SECTION)
        count, smoothing, refractory_ms, timeout_ms = _COMMANDS.unpack_from(content)
        if len(content) != RULE_HEADER_BYTES + count * CLASS_ENTRY_BYTES:
            raise PackError(Refusal.BAD_SECTION)
        classes = [
            CommandClass(
                id.rstrip(b"\0").decode(errors="replace"),
                limit,
                None if digit == NO_DIGIT else digit,
                (number & 15, number >> 4),
            )
            for id, limit, digit, number in _CLASS.iter_unpack(content[RULE_HEADER_BYTES:])
        ]
        return cls(smoothing, refractory_ms, timeout_ms, classes)


def _whole(layout: struct.Struct, content: bytes) -> tuple:
    if len(content) != layout.size:
        raise PackError(Refusal.BAD_SECTION)
    return layout.unpack(content)
