"""The second opinion on a wake word: a head on the ear, heard only where the wake model fired.

The wake model runs always and must be small. A small model that was trained on synthetic voices
hears few people; the ear, which was taught by models that know people, tells the word in what the
small model lets through (docs/decisions/0013).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from allears.commands import Probability
from allears.contract import EAR_EMBEDDING, PROBABILITY_STEPS
from allears.datafile import load_data
from allears.errors import ModelError
from allears.interpreter import Model, StreamingModel
from allears.margin import Margin

MANIFEST = "verifier.json"
MODEL = "verifier.tflite"
INPUT_SHAPE = (1, EAR_EMBEDDING)


class VerifierManifest(msgspec.Struct):
    """``verifier.json``, beside the ``wake.json`` of the model whose answers it judges."""

    version: int
    wake_word: str
    candidate_cutoff: Probability
    """What the wake model's mean must exceed for the verifier to be asked."""
    probability_cutoff: Probability
    """What the verifier's own mean must exceed for the word to be heard."""
    sliding_window_size: Annotated[int, msgspec.Meta(ge=1, le=32)]
    """Steps of 40 ms in that mean."""
    ear_sha256: str
    """The ear that it was trained on."""


class Verifier:
    """Says of a stretch of embeddings whether the wake word is in it.

    Args:
        model: int8 ``[1, 128]`` in, uint8 ``[1, 1]`` out in steps of 1/256.
        cutoff: the highest mean must exceed this.
        window_steps: probabilities in the mean.
    """

    def __init__(self, model: StreamingModel, cutoff: float, window_steps: int) -> None:
        self._model = model
        self._window_steps = window_steps
        self._full_scale = PROBABILITY_STEPS * window_steps
        self._limit = summed_limit(cutoff, window_steps)

    def judge(self, embeddings: Iterable[NDArray[np.int8]]) -> Margin | None:
        """Hear embeddings, ``[1, 128]`` each, from silence on.

        Returns:
            the highest mean beside the cutoff, or None where it is not above.
        """
        self._model.reset()
        window = [0] * self._window_steps
        highest = 0
        for step, embedding in enumerate(embeddings):
            window[step % self._window_steps] = self._model.run(embedding).item()
            highest = max(highest, sum(window))
        if highest <= self._limit:
            return None
        return Margin(highest, self._limit, self._full_scale)


def summed_limit(cutoff: float, window_steps: int) -> int:
    """Return what a window's sum must exceed for its mean to exceed ``cutoff``."""
    return math.floor(cutoff * PROBABILITY_STEPS * window_steps)


def load_verifier_manifest(folder: Path) -> VerifierManifest | None:
    """Read the ``verifier.json`` of a folder; None where there is none.

    Raises:
        ModelError: it is of another version.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return None
    manifest = load_data(path, VerifierManifest)
    if manifest.version != 1:
        raise ModelError(
            f"{path} is of version {manifest.version}; version 1 is understood.",
            "a verifier of another release",
            "Train it again: allears train verifier.",
        )
    return manifest


def load_verifier(folder: Path, manifest: VerifierManifest, cutoff: float | None) -> Verifier:
    """Load the verifier of a folder; ``cutoff`` replaces the manifest's."""
    model = Model.load(folder / MODEL)
    if model.input_shape != INPUT_SHAPE or model.output_shape != (1, 1):
        raise ModelError(
            f"{model.name} maps {model.input_shape} to {model.output_shape}; "
            f"a verifier maps {INPUT_SHAPE} to (1, 1).",
            "a model made for another stage",
            f"Put the right {MODEL} beside {MANIFEST}.",
        )
    return Verifier(
        model,
        manifest.probability_cutoff if cutoff is None else cutoff,
        manifest.sliding_window_size,
    )
