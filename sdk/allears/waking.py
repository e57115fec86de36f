"""The wake words of a profile, beside each other on one feature stream."""

from __future__ import annotations

from typing import NamedTuple

from allears.contract import CONTEST_MS
from allears.languages import Language
from allears.margin import Margin
from allears.wake import WakeDetector

_HOLD_OFF_MS = 1000
"""One spoken wake word is one event."""


class Woken(NamedTuple):
    """A wake word that was heard: its languages, its score, and how long ago the first fired."""

    languages: list[Language]
    score: float
    waited_ms: int


class _WakeWord(NamedTuple):
    detector: WakeDetector
    languages: list[Language]


class WakeWatch:
    """Waits for the wake words of some languages.

    A single wake word fires at once. Of several, the first to fire opens a contest of
    ``CONTEST_MS``, and the one with the best margin wins (docs/decisions/0005).

    Args:
        languages: those with one ``wake_word`` share the detector of the first that has one.
    """

    def __init__(self, languages: list[Language]) -> None:
        self._words = [
            _WakeWord(first.wake, [other for other in languages if _same(first, other)])
            for first in languages
            if first.wake
        ]
        self._contest_ms = CONTEST_MS if len(self._words) > 1 else 0
        self.reset()

    def reset(self) -> None:
        """Forget the stream."""
        for word in self._words:
            word.detector.reset()
        self._held_off_until_ms = 0
        self._best: tuple[Margin, _WakeWord] | None = None

    @property
    def contested(self) -> bool:
        """Whether a wake word fired and others may still beat it."""
        return self._best is not None

    def take_peak(self) -> float:
        """Return the words' highest mean probability since this was called last."""
        highest = max((word.detector.peak for word in self._words), default=0.0)
        for word in self._words:
            word.detector.peak = 0.0
        return highest

    def step(self, blocks: list[list[float]], now_ms: int) -> Woken | None:
        """Advance by blocks of three feature frames, the last of which ends at ``now_ms``."""
        for word in self._words:
            score = max(map(word.detector.step, blocks))
            if score and now_ms >= self._held_off_until_ms:
                self._compete(word, score, now_ms)
        if self._best is None or now_ms < self._ends_ms:
            return None
        margin, word = self._best
        self._best = None
        self._held_off_until_ms = now_ms + _HOLD_OFF_MS
        return Woken(word.languages, margin.score, now_ms - self._ends_ms + self._contest_ms)

    def _compete(self, word: _WakeWord, score: float, now_ms: int) -> None:
        margin = word.detector.margin(score)
        if self._best is None:
            self._best, self._ends_ms = (margin, word), now_ms + self._contest_ms
        elif margin.beats(self._best[0]):
            self._best = margin, word


def _same(first: Language, other: Language) -> bool:
    return first is other or (first.wake_word == other.wake_word and other.wake is None)
