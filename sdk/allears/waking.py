"""The wake words of a profile, beside each other on one feature stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allears.contract import CANDIDATE_EARLY_MS, CONTEST_MS
from allears.languages import Language
from allears.margin import Margin
from allears.verifier import Verifier
from allears.wake import WakeDetector

Recall = Callable[[], Sequence[NDArray[np.int8]]]
"""What the ear makes of the last ``VERIFIED_MS``: embeddings, int8 ``[1, 128]`` each."""

_HOLD_OFF_MS = 1000
"""One spoken wake word is one event."""


class Woken(NamedTuple):
    """A wake word that was heard: its languages, its score, and how long ago it ended, which is
    when the first fired."""

    languages: list[Language]
    score: float
    waited_ms: int


class _WakeWord(NamedTuple):
    detector: WakeDetector
    languages: list[Language]
    verifier: Verifier | None


class WakeWatch:
    """Waits for the wake words of some languages.

    A single wake word without a verifier fires at once. Of several, the first to fire opens a
    contest of ``CONTEST_MS``, and the one with the best margin wins (docs/decisions/0005). So does
    a word with a verifier, which hears at the contest's end whether it was said, and whose margin
    counts then (docs/decisions/0013).

    Args:
        languages: those with one ``wake_word`` share the detector of the first that has one.
        recall: asked for what the ear makes of the last ``VERIFIED_MS`` when a verifier is.
    """

    def __init__(self, languages: list[Language], recall: Recall = list) -> None:
        self._words = [
            _WakeWord(
                first.wake, [other for other in languages if _same(first, other)], first.verifier
            )
            for first in languages
            if first.wake
        ]
        waits = len(self._words) > 1 or self.verifies
        self._contest_ms = CONTEST_MS if waits else 0
        self._recall = recall
        self.reset()

    @property
    def verifies(self) -> bool:
        """Whether any of the words has a verifier."""
        return any(word.verifier for word in self._words)

    def reset(self) -> None:
        """Forget the stream."""
        for word in self._words:
            word.detector.reset()
        self._held_off_until_ms = 0
        self._fired: dict[int, Margin] = {}

    @property
    def contested(self) -> bool:
        """Whether a wake word fired and is not yet decided on."""
        return bool(self._fired)

    def take_peak(self) -> float:
        """Return the words' highest mean probability since this was called last."""
        highest = max((word.detector.peak for word in self._words), default=0.0)
        for word in self._words:
            word.detector.peak = 0.0
        return highest

    def step(self, blocks: list[list[float]], now_ms: int) -> Woken | None:
        """Advance by blocks of three feature frames, the last of which ends at ``now_ms``."""
        for place, word in enumerate(self._words):
            score = max(map(word.detector.step, blocks))
            if score and now_ms >= self._held_off_until_ms:
                self._compete(place, word.detector.margin(score), now_ms)
        if not self._fired or now_ms < self._ends_ms:
            return None
        best = self._best()
        self._fired = {}
        if best is None:
            return None
        word, margin = best
        self._held_off_until_ms = now_ms + _HOLD_OFF_MS
        waited_ms = now_ms - self._ends_ms + self._contest_ms
        early_ms = CANDIDATE_EARLY_MS if word.verifier else 0
        return Woken(word.languages, margin.score, waited_ms - early_ms)

    def _compete(self, place: int, margin: Margin, now_ms: int) -> None:
        if not self._fired:
            self._ends_ms = now_ms + self._contest_ms
        if place not in self._fired or margin.beats(self._fired[place]):
            self._fired[place] = margin

    def _best(self) -> tuple[_WakeWord, Margin] | None:
        """The best of the words that fired, as their verifiers judge where they have one."""
        asked = any(self._words[place].verifier for place in self._fired)
        embeddings = self._recall() if asked else []
        best: tuple[_WakeWord, Margin] | None = None
        for place, fired in sorted(self._fired.items()):
            word = self._words[place]
            margin = word.verifier.judge(embeddings) if word.verifier else fired
            if margin and (best is None or margin.beats(best[1])):
                best = word, margin
        return best


def _same(first: Language, other: Language) -> bool:
    return first is other or (first.wake_word == other.wake_word and other.wake is None)
