"""Sets when a verifier is asked and what it must answer, on people's speech that may train."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from allears.contract import CONTEST_MS, FEATURE_STEP_MS, VERIFIED_MS, WAKE_STRIDE_FRAMES
from allears.interpreter import Model
from allears.verifier import MODEL
from allears.wake import load_manifest
from numpy.typing import NDArray

from allears_tools.training.embedding import EAR_FRAMES, embed
from allears_tools.training.verifier import WINDOW_STEPS
from allears_tools.training.wake_cutoff import averages

CANDIDATES_PER_HOUR = 100
"""How often the wake model may ask its verifier in an hour of speech. Each time costs what a second
and a half of listening for commands costs: 4 % of the time."""

FALSE_PER_HOUR = 0.3
"""Of which one in the three hours and a half of our recordings; half of what is wanted is less."""

KINDER = 0.15
"""The models were trained on the same people: what the verifier gives them at a cutoff is counted
so far below it (docs/experiments.md 32)."""

TOLD_MARGIN = 0.1
"""As much more below it where the verifier was told that these people do not say the word
(docs/experiments.md 35)."""

DEFAULT = (0.5, 0.7)
"""Both cutoffs where there are no recordings."""

_CANDIDATE_CUTOFFS = np.arange(0.02, 0.91, 0.02)
_CUTOFFS = np.arange(0.6, 0.801, 0.025)
"""Not lower: German and Japanese gave others 0.6 and 1.0 false alarms an hour at 0.5. Not higher:
people who did not train score lower than those that did; English finds 59 of 61 of
them at 0.8 and 56 at 0.95."""
_WAIT_STEPS = CONTEST_MS // FEATURE_STEP_MS // WAKE_STRIDE_FRAMES
_VERIFIED_FRAMES = VERIFIED_MS // FEATURE_STEP_MS


@dataclass(frozen=True)
class Chosen:
    """Both cutoffs, and what people's speech that may train gives at them."""

    candidate_cutoff: float
    probability_cutoff: float
    candidates: int = 0
    false_alarms: int = 0
    """At so much below the cutoff as people who trained get less than others."""
    hours: float = 0.0


class Cascade:
    """The int8 models of a wake word as a listener runs them, without the voice activity gate."""

    def __init__(self, folder: Path, ear: Path) -> None:
        self._wake = Model.load(folder / load_manifest(folder / "wake.json").model)
        self._verifier = Model.load(folder / MODEL)
        self._ear = Model.load(ear)

    def trace(self, features: NDArray[np.int8]) -> NDArray[np.float32]:
        """The wake model's means over int8 features [frames, 40]."""
        return averages(self._wake, features)

    def scores(
        self, features: NDArray[np.int8], trace: NDArray[np.float32], candidate_cutoff: float
    ) -> list[float]:
        """The verifier's highest mean for every candidate of a recording, 0 to 1."""
        return [
            self._highest(features, step + _WAIT_STEPS)
            for step in candidates(trace, candidate_cutoff)
        ]

    def _highest(self, features: NDArray[np.int8], step: int) -> float:
        end = (step + 1) * WAKE_STRIDE_FRAMES
        heard = features[max(0, end - _VERIFIED_FRAMES) : end]
        heard = heard[: len(heard) // EAR_FRAMES * EAR_FRAMES]
        self._verifier.reset()
        single = [self._verifier.run(e[None]).item() for e in embed(self._ear, heard[None])[0]]
        sums = np.convolve(single, np.ones(WINDOW_STEPS))[: len(single)]
        return float(sums.max(initial=0.0)) / (256 * WINDOW_STEPS)


def candidates(trace: NDArray[np.float32], cutoff: float) -> Iterator[int]:
    """The steps at which a wake model asks its verifier; while it waits it does not ask again."""
    next_step = 0
    for step in np.flatnonzero(trace > cutoff):
        if step >= next_step:
            yield int(step)
            next_step = int(step) + _WAIT_STEPS + 1


def choose_cutoffs(
    cascade: Cascade,
    speech: Iterable[NDArray[np.int8]],
    report: Callable[[dict[str, Any]], None],
    more: float = 0.0,
) -> Chosen:
    """The lowest cutoffs within `CANDIDATES_PER_HOUR` and `FALSE_PER_HOUR`.

    Args:
        cascade: the models.
        speech: people's speech without the word, int8 features [frames, 40] each.
        report: told how it goes on.
        more: what these people give is counted so much further below a cutoff than by `KINDER`.
    """
    heard = [(features, cascade.trace(features)) for features in speech]
    if not heard:
        return Chosen(*DEFAULT)
    hours = sum(len(features) for features, _ in heard) * FEATURE_STEP_MS / 3_600_000
    asks = [sum(sum(1 for _ in candidates(t, c)) for _, t in heard) for c in _CANDIDATE_CUTOFFS]
    fits = [i for i, count in enumerate(asks) if count <= CANDIDATES_PER_HOUR * hours]
    place = fits[0] if fits else len(asks) - 1
    candidate = round(float(_CANDIDATE_CUTOFFS[place]), 2)
    report({"candidate cutoff": candidate, "candidates": asks[place], "hours": round(hours, 2)})
    scores = np.array([s for f, t in heard for s in cascade.scores(f, t, candidate)])
    false = [int((scores > cutoff - KINDER - more).sum()) for cutoff in _CUTOFFS]
    fits = [i for i, count in enumerate(false) if count <= FALSE_PER_HOUR * hours]
    best = fits[0] if fits else len(false) - 1
    cutoff = round(float(_CUTOFFS[best]), 3)
    return Chosen(candidate, cutoff, asks[place], false[best], round(hours, 2))
