"""What the models made of a stream at every moment, through the reference kernels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from allears.contract import (
    EAR_STRIDE_FRAMES,
    FEATURE_STEP_MS,
    FEATURE_WINDOW_MS,
    PROBABILITY_STEPS,
    WAKE_STRIDE_FRAMES,
)
from allears.features import FeatureExtractor, quantize
from allears.interpreter import Model
from allears.languages import wake_folder
from allears.level import LevelControl
from allears.locate import models_dir
from allears.profile import Profile, ProfileLanguage
from allears.wake import load_manifest
from numpy.typing import NDArray

from allears_tools.evaluate.clip_audio import Samples
from allears_tools.packing.sections import command_rule, wake_rule


@dataclass(frozen=True)
class Curve:
    """A score as its decision rule averages it: float [n] at `times_s` [n], and what it must reach.

    Scores and `limit` are 0 to 1.
    """

    name: str
    times_s: NDArray[Any]
    scores: NDArray[Any]
    limit: float


@dataclass(frozen=True)
class Curves:
    """`features` are the front end's, float [frames, 40], one each 10 ms.

    `wake` is the wake model's. Above its limit the wake word was heard; where there is a verifier,
    that one then judges.
    """

    features: NDArray[Any]
    wake: Curve
    commands: list[Curve]


class CurveMaker:
    """Scores streams with the models of one language of a profile.

    Every model hears all of the stream, so that a curve also tells what would have been heard
    outside the time in which the device listened, and at the level of full scale throughout.
    """

    def __init__(self, profile: Profile, entry: ProfileLanguage) -> None:
        models = models_dir()
        folder = wake_folder(profile, entry, models)
        self._wake_rule = wake_rule(entry, folder)
        self._rule = command_rule(profile, entry, models / entry.language)
        self._wake = _load(folder / load_manifest(folder / "wake.json").model)
        self._ear = _load(models / "ear.tflite")
        self._head = _load(models / entry.language / "commands.tflite")

    def of(self, samples: Samples) -> Curves:
        """Score a stream, int16 [n] at 16 kHz."""
        for model in (self._wake, self._ear, self._head):
            model.reset()
        levelled = LevelControl().attenuated(samples.tobytes())
        features = FeatureExtractor().feed(levelled)
        return Curves(features, self._wake_curve(features), self._command_curves(features))

    def _wake_curve(self, features: NDArray[Any]) -> Curve:
        steps = _steps(features, WAKE_STRIDE_FRAMES)
        outputs = np.array([float(self._wake.run(step).item()) for step in steps])
        window, full = self._wake_rule.window_steps, PROBABILITY_STEPS
        scores = _averaged(outputs[:, None], window)[:, 0] / full
        limit = self._wake_rule.limit / (full * window)
        return Curve("wake", _times_s(len(scores), WAKE_STRIDE_FRAMES, window), scores, limit)

    def _command_curves(self, features: NDArray[Any]) -> list[Curve]:
        rows = [self._head.run(self._ear.run(s))[0] for s in _steps(features, EAR_STRIDE_FRAMES)]
        outputs = np.array(rows, np.float64)[:, 1:] + PROBABILITY_STEPS / 2
        window = self._rule.smoothing_frames
        scores = _averaged(outputs, window) / PROBABILITY_STEPS
        times_s = _times_s(len(scores), EAR_STRIDE_FRAMES, window)
        full_scale = PROBABILITY_STEPS * window
        return [
            Curve(known.id, times_s, scores[:, place], min(1.0, known.limit / full_scale))
            for place, known in enumerate(self._rule.classes)
        ]


def _load(path: Path) -> Model:
    return Model.load(path, reference=True)


def _steps(features: NDArray[Any], stride: int) -> list[NDArray[np.int8]]:
    whole = quantize(features[: len(features) // stride * stride])
    return list(whole.reshape(-1, 1, stride, features.shape[1]))


def _averaged(outputs: NDArray[Any], window: int) -> NDArray[Any]:
    """Return the mean of each `window` rows of [n, k]; the first is at row `window` - 1."""
    sums = np.cumsum(np.concatenate([np.zeros((1, outputs.shape[1])), outputs]), axis=0)
    return (sums[window:] - sums[:-window]) / window


def _times_s(count: int, stride: int, window: int) -> NDArray[Any]:
    """When each of `count` averages was decided."""
    warm_up_ms = FEATURE_WINDOW_MS - FEATURE_STEP_MS
    return (warm_up_ms + stride * FEATURE_STEP_MS * (np.arange(count) + window)) / 1000
