"""The golden clip of a language: what a pack must hear before it is trusted."""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allears.contract import SAMPLE_RATE_HZ
from allears.errors import PackError
from allears.events import Command, Event, Wake
from allears.link_contract import (
    EVENT_COMMAND,
    EVENT_WAKE,
    GOLDEN_EVENT_BYTES,
    GOLDEN_HEADER_BYTES,
    GOLDEN_ID_CHARS,
    GOLDEN_TOLERANCE_MS,
    Refusal,
)
from allears.packs import adpcm
from allears.pipeline import Listener
from allears.profile import Profile, ProfileLanguage

_HEAD = struct.Struct("<IHHH2x")
_EVENT = struct.Struct(f"<BxHI{GOLDEN_ID_CHARS}s4x")


class ExpectedEvent(NamedTuple):
    """An event that must come; `kind` is EVENT_WAKE or EVENT_COMMAND, `score` in 1/256."""

    kind: int
    score: int
    time_ms: int
    id: str

    @classmethod
    def of(cls, event: Event) -> ExpectedEvent:
        """Return what `event` is as an expectation."""
        kind, id = (EVENT_COMMAND, event.id) if isinstance(event, Command) else (EVENT_WAKE, "")
        return cls(kind, round(event.score * 256), round(event.time_s * 1000), id)


class Golden(NamedTuple):
    """A clip, int16 ``[n]`` packed as ADPCM, between two silences, and its events."""

    sample_count: int
    lead_ms: int
    tail_ms: int
    events: list[ExpectedEvent]
    packed: bytes

    def encode(self) -> bytes:
        """Return the section's bytes."""
        head = _HEAD.pack(self.sample_count, len(self.events), self.lead_ms, self.tail_ms)
        events = [_EVENT.pack(e.kind, e.score, e.time_ms, e.id.encode()) for e in self.events]
        return head + b"".join(events) + self.packed

    @classmethod
    def decode(cls, content: bytes) -> Golden:
        """Read the section.

        Raises:
            PackError: it has another size than its counts say.
        """
        if len(content) < GOLDEN_HEADER_BYTES:
            raise PackError(Refusal.BAD_SECTION)
        samples, count, lead_ms, tail_ms = _HEAD.unpack_from(content)
        clip_at = GOLDEN_HEADER_BYTES + count * GOLDEN_EVENT_BYTES
        if len(content) != clip_at + (samples + 1) // 2:
            raise PackError(Refusal.BAD_SECTION)
        events = [
            ExpectedEvent(kind, score, time_ms, id.rstrip(b"\0").decode(errors="replace"))
            for kind, score, time_ms, id in _EVENT.iter_unpack(content[GOLDEN_HEADER_BYTES:clip_at])
        ]
        return cls(samples, lead_ms, tail_ms, events, content[clip_at:])

    def audio(self) -> NDArray[np.int16]:
        """Return the clip with its silences, int16 ``[n]``."""
        clip = adpcm.decode(self.packed, self.sample_count)
        return np.concatenate([_silence(self.lead_ms), clip, _silence(self.tail_ms)])

    def heard_by(self, listener: Listener, language: str) -> bool:
        """Whether `listener`, which has heard nothing yet, hears just the expected events."""
        heard = listener.feed(self.audio())
        listener.reset()
        wake_languages = sharing(listener.profile, language)

        def fits(event: Event, expected: ExpectedEvent) -> bool:
            languages = wake_languages if isinstance(event, Wake) else {language}
            return event.language in languages and _fits(ExpectedEvent.of(event), expected)

        return len(heard) == len(self.events) and all(map(fits, heard, self.events))


def sharing(profile: Profile, language: str) -> set[str]:
    """Return the languages of a profile that share a wake word with `language`, itself included.

    They share a wake model, whose events name the first of them.
    """
    entries = profile.languages
    wanted = {word for entry in entries if entry.language == language for word in _words(entry)}
    return {entry.language for entry in entries if wanted & _words(entry)}


def _words(entry: ProfileLanguage) -> set[str]:
    return {word.casefold() for word in entry.wake_words}


def _fits(event: ExpectedEvent, expected: ExpectedEvent) -> bool:
    return (event.kind, event.id) == (expected.kind, expected.id) and abs(
        event.time_ms - expected.time_ms
    ) <= GOLDEN_TOLERANCE_MS


def _silence(length_ms: int) -> NDArray[np.int16]:
    return np.zeros(length_ms * SAMPLE_RATE_HZ // 1000, np.int16)
