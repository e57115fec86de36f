"""The command stage: a language's head on the ear's embeddings, and its decision rule."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from allears.command_contract import DIGITS, NUMBER_HOLD_OFF_MS
from allears.contract import (
    EAR_EMBEDDING,
    EAR_STRIDE_FRAMES,
    FEATURE_STEP_MS,
    PROBABILITY_STEPS,
)
from allears.datafile import load_data
from allears.errors import ModelError
from allears.interpreter import Model, StreamingModel
from allears.margin import Margin

NONE_CLASS = "none"
"""Class 0 of every head: nothing that is a command."""

STEP_MS = EAR_STRIDE_FRAMES * FEATURE_STEP_MS
Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]


class HeadManifest(msgspec.Struct):
    """``commands.json``: what the head's outputs mean and when one of them is an event."""

    version: int
    language: str
    classes: list[str]
    threshold: Probability
    smoothing_frames: Annotated[int, msgspec.Meta(ge=1)]
    refractory_ms: Annotated[int, msgspec.Meta(ge=0)]
    thresholds: dict[str, Probability] = {}
    listen_timeout_ms: Annotated[int, msgspec.Meta(gt=0)] = 6000
    ear_sha256: str = ""


class Decision(NamedTuple):
    """What a head decided: a command's id, and its outputs beside what that command takes."""

    id: str
    margin: Margin


class CommandHead:
    """The commands of one language in one stream.

    The rule is made of integers, so that the C runtime decides alike: each 40 ms the last
    ``smoothing_frames`` outputs are summed a class; the best class but "none" is an event when its
    sum reaches its limit. Once that is taken as an event, ``hold_off`` is to be called: nothing is
    decided for ``refractory_ms``, over a fresh window.

    Args:
        model: int8 ``[1, 128]`` in, int8 ``[1, classes]`` out: probabilities in steps of 1/256.
        manifest: classes, thresholds, smoothing.
        offered: ids that may become events; empty for all.
        threshold: replaces the manifest's.
        thresholds: replaces the manifest's, a class.
    """

    def __init__(
        self,
        model: StreamingModel,
        manifest: HeadManifest,
        offered: Collection[str] = (),
        threshold: float | None = None,
        thresholds: Mapping[str, float] | None = None,
    ) -> None:
        self.language = manifest.language
        self.listen_timeout_ms = manifest.listen_timeout_ms
        self.ear_sha256 = manifest.ear_sha256
        self._model = model
        self.ids = manifest.classes[1:]
        self._full_scale = PROBABILITY_STEPS * manifest.smoothing_frames
        general = manifest.threshold if threshold is None else threshold
        per_class = {**manifest.thresholds, **(thresholds or {})}
        # No sum reaches the full scale: an output is 255/256 at most.
        self._limits = [
            math.ceil(per_class.get(id, general) * self._full_scale)
            if id in offered or not offered
            else self._full_scale
            for id in self.ids
        ]
        self._window = np.zeros((manifest.smoothing_frames, len(self.ids)), np.int16)
        self._sums = np.zeros(len(self.ids), np.int16)
        self._hold_off_steps = _steps(manifest.refractory_ms)
        self._last = -1
        self._digits = {index for index, id in enumerate(self.ids) if id in DIGITS}
        self._decide_nothing_for(0)

    def step(self, embedding: NDArray[np.int8]) -> Decision | None:
        """Advance by one embedding (``[1, 128]``)."""
        steps = len(self._window)
        self._window[self._seen % steps] = self._model.run(embedding)[0, 1:]
        self._seen += 1
        if self._seen < self._first_decision:
            return None
        self._window.sum(axis=0, out=self._sums)
        best = int(self._sums.argmax())
        # The outputs count from -128, so that each of the window's is 128 short.
        total = int(self._sums[best]) + 128 * steps
        limit = self._limits[best]
        if total < limit:
            return None
        if self._seen < self._first_of_any and (best == self._last or best not in self._digits):
            return None
        return Decision(self.ids[best], Margin(total, limit, self._full_scale))

    def hold_off(self) -> None:
        """Start a fresh window and decide nothing for ``refractory_ms``."""
        self._decide_nothing_for(self._hold_off_steps)

    def hold_off_within_number(self, decided: str) -> None:
        """Like ``hold_off``, but shorter for every digit other than the command ``decided``.

        The digits of a number follow each other faster than commands.
        """
        self._last = self.ids.index(decided)
        self._decide_nothing_for(min(_steps(NUMBER_HOLD_OFF_MS), self._hold_off_steps))
        self._first_of_any = self._hold_off_steps + 1

    def reset(self, undecided_steps: int = 0) -> None:
        """Forget the stream; the next ``undecided_steps`` steps are heard, but give no event."""
        self._model.reset()
        self._decide_nothing_for(undecided_steps)

    def _decide_nothing_for(self, steps: int) -> None:
        self._seen = 0
        self._first_decision = max(len(self._window), steps + 1)
        self._first_of_any = 0


def _steps(time_ms: int) -> int:
    """Whole steps that last at least as long."""
    return -(-time_ms // STEP_MS)


def load_head(
    folder: Path,
    offered: Collection[str] = (),
    threshold: float | None = None,
    thresholds: Mapping[str, float] | None = None,
) -> CommandHead:
    """Load ``commands.json`` and ``commands.tflite`` of a language's folder."""
    path = folder / "commands.json"
    manifest = load_data(path, HeadManifest)
    model = Model.load(folder / "commands.tflite")
    expected = (1, EAR_EMBEDDING), (1, len(manifest.classes))
    if (model.input_shape, model.output_shape) != expected:
        raise ModelError(
            f"{model.name} maps {model.input_shape} to {model.output_shape}; "
            f"with {path.name} it should map {expected[0]} to {expected[1]}.",
            "model and manifest come from different trainings",
            "Put both back from the same training.",
        )
    if not manifest.classes or manifest.classes[0] != NONE_CLASS:
        raise ModelError(
            f"{path}: the first class is not {NONE_CLASS!r}.",
            "a manifest written by hand",
            "Export it again with `allears train`.",
        )
    return CommandHead(model, manifest, offered, threshold, thresholds)
