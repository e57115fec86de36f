"""Sets a shipped wake model's cutoff on people's speech, as `threshold` does for a head.

Where nobody's recording of the wake word says how low a cutoff may be, the development streams
alone decide, and they are full of near misses: the highest cutoff of all comes out. What people say
in recordings that may train is nearer to what a device hears.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from allears.contract import WAKE_STRIDE_FRAMES
from allears.interpreter import Model
from numpy.typing import NDArray

from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.seeds import load_language
from allears_tools.training.cutoff import SLIDING_WINDOW, STEP_S
from allears_tools.training.features import clip_features
from allears_tools.training.material import TrainingError, load_clip

FALSE_PER_HOUR = 0.25
"""Half of what is wanted."""

LOWEST, HIGHEST = 0.92, 0.98
"""Below, people who trained would tell nothing of others, however little they give."""

KINDER = 0.06
"""The model trained on the same people, whose speech it therefore scores lower than others': what
they give at a cutoff is counted so far below it (docs/experiments.md 30)."""

_APART_S = 1.0
"""Of two peaks that are nearer the second is no other false alarm."""
_SILENCE = (8000, 8000)


@dataclass(frozen=True)
class Chosen:
    """A cutoff, and what people's speech that may train gives `KINDER` below it."""

    cutoff: float
    false_alarms: int
    hours: float


def speech_that_trains(
    labels: Path, language: str, word: str | None = None
) -> Iterator[NDArray[np.int8]]:
    """Features of every recording that may train and does not hold the language's wake word, nor
    `word`: int8 [frames, 40] each."""
    wake = [p.text.casefold() for p in load_language(language).wake.phrasings]
    wake += [word.casefold()] if word else []
    for clip in read_labels(labels):
        said = clip.text.casefold()
        own = clip.language == language and any(word in said for word in wake)
        if not is_test(clip) and not own and clip.kind != "wake":
            yield clip_features(np.pad(load_clip(clip.audio), _SILENCE))


def averages(model: Model, features: NDArray[np.int8]) -> NDArray[np.float32]:
    """Mean probability over the last `SLIDING_WINDOW` steps of int8 features [frames, 40]."""
    model.reset()
    steps = len(features) // WAKE_STRIDE_FRAMES
    blocks = features[: steps * WAKE_STRIDE_FRAMES].reshape(steps, 1, WAKE_STRIDE_FRAMES, -1)
    single = np.array([model.run(block).item() for block in blocks], np.float32) / 256
    sums = np.cumsum(np.pad(single, (SLIDING_WINDOW, 0)))
    return np.asarray((sums[SLIDING_WINDOW:] - sums[:-SLIDING_WINDOW]) / SLIDING_WINDOW)


def alarms(trace: NDArray[np.float32], cutoff: float) -> int:
    """How often a trace of `averages` is above a cutoff, peaks of one word counted once."""
    above = np.flatnonzero(trace > cutoff)
    return int(len(above) > 0) + int((np.diff(above) > _APART_S / STEP_S).sum())


def lowest_cutoff(traces: list[NDArray[np.float32]]) -> Chosen:
    """The lowest cutoff, in steps of 0.02, that `KINDER` below it still gives no more than
    `FALSE_PER_HOUR` false alarms.

    Args:
        traces: of `averages`, of speech that trained.
    """
    hours = sum(len(trace) for trace in traces) * STEP_S / 3600
    chosen = None
    for cutoff in np.arange(HIGHEST, LOWEST - 0.01, -0.02):
        found = sum(alarms(trace, float(cutoff) - KINDER) for trace in traces)
        if chosen is not None and found > FALSE_PER_HOUR * hours:
            break
        chosen = Chosen(round(float(cutoff), 2), found, hours)
    assert chosen is not None
    return chosen


def set_cutoff(folder: Path, language: str, labels: Path, report: Callable[[Any], None]) -> Chosen:
    """Choose a cutoff for the wake model of a folder and write it to its ``wake.json``.

    Raises:
        TrainingError: no recording may train.
    """
    path = folder / "wake.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    model = Model.load(folder / manifest["model"])
    traces = []
    for number, features in enumerate(speech_that_trains(labels, language)):
        traces.append(averages(model, features))
        if number % 500 == 0:
            report({"heard": number})
    if not traces:
        raise TrainingError(
            f"No recording of {labels} may set a cutoff.",
            "all of them are kept for testing, or hold the wake word",
            "Name recordings whose column `training` says yes, or leave the cutoff as it is.",
        )
    chosen = lowest_cutoff(traces)
    manifest["micro"]["probability_cutoff"] = chosen.cutoff
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
    return chosen
