"""The wake stage: a microWakeWord model and its decision rule, as pymicro-wakeword applies it."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import numpy as np

from allears.contract import FEATURE_CHANNELS, WAKE_STRIDE_FRAMES
from allears.datafile import load_data
from allears.errors import ModelError
from allears.features import quantize_to_bytes
from allears.interpreter import Model, StreamingModel
from allears.margin import Margin

INPUT_SHAPE = (1, WAKE_STRIDE_FRAMES, FEATURE_CHANNELS)


class MicroSettings(msgspec.Struct):
    """The ``micro`` part of a manifest: threshold and number of averaged probabilities."""

    probability_cutoff: float
    sliding_window_size: int


class WakeManifest(msgspec.Struct):
    """A version-2 microWakeWord manifest; fields that only ESPHome needs are passed over."""

    wake_word: str
    model: str
    version: int
    micro: MicroSettings


class WakeDetector:
    """One wake word in one stream.

    Args:
        model: int8 ``[1, 3, 40]`` in, uint8 ``[1, 1]`` out in steps of 1/256.
        cutoff: the mean probability must exceed this.
        window_steps: probabilities in the mean.
    """

    def __init__(self, model: StreamingModel, cutoff: float, window_steps: int) -> None:
        self._model = model
        self._window_steps = window_steps
        self._full_scale = 256 * window_steps
        self._cutoff = cutoff
        self._input_bytes = bytearray(math.prod(INPUT_SHAPE))
        self._input = np.frombuffer(self._input_bytes, np.int8).reshape(INPUT_SHAPE)
        self._window: list[int] = []
        self.peak = 0.0
        """Highest mean probability since whoever shows it set it back to 0."""

    def step(self, features: list[float]) -> float:
        """Advance by three feature frames (120 values).

        Returns:
            the mean probability if it is above the cutoff, which also starts a new window; else 0.
        """
        self._input_bytes[:] = quantize_to_bytes(features)
        window = self._window
        window.append(self._model.run(self._input).item())
        if len(window) < self._window_steps:
            return 0.0
        mean = sum(window) / self._full_scale
        if mean > self.peak:
            self.peak = mean
        if mean <= self._cutoff:
            del window[0]
            return 0.0
        window.clear()
        return mean

    def margin(self, score: float) -> Margin:
        """Return a score that ``step`` gave beside the cutoff."""
        full_scale = self._full_scale
        return Margin(round(score * full_scale), math.floor(self._cutoff * full_scale), full_scale)

    def reset(self) -> None:
        """Forget the stream."""
        self._model.reset()
        self._window.clear()
        self.peak = 0.0


def load_manifest(path: Path) -> WakeManifest:
    """Read ``wake.json``."""
    manifest = load_data(path, WakeManifest)
    if manifest.version != 2:
        raise ModelError(
            f"{path} is a version-{manifest.version} manifest; version 2 is understood.",
            "a manifest of another microWakeWord generation",
            "Export the model again with `allears train`.",
        )
    return manifest


def load_detector(path: Path, cutoff: float | None = None) -> WakeDetector:
    """Load the model that the manifest at ``path`` names; ``cutoff`` replaces the manifest's."""
    manifest = load_manifest(path)
    model = Model.load(path.parent / manifest.model)
    if model.input_shape != INPUT_SHAPE or model.output_shape != (1, 1):
        raise ModelError(
            f"{model.name} maps {model.input_shape} to {model.output_shape}; "
            f"a wake model maps {INPUT_SHAPE} to (1, 1).",
            "a model made for another stage",
            "Check `model` in the manifest.",
        )
    micro = manifest.micro
    return WakeDetector(
        model, micro.probability_cutoff if cutoff is None else cutoff, micro.sliding_window_size
    )
