"""Streams as the ear hears them: what every model behind it learns from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from allears.interpreter import Model
from numpy.typing import NDArray
from torch import Tensor, from_numpy

STEP_S = 0.04
EAR_FRAMES = 4


def embed(ear: Model, features: NDArray[np.int8]) -> NDArray[np.int8]:
    """int8 [streams, frames, 40] → int8 [streams, frames / 4, 128], each stream from silence."""
    steps = features.shape[1] // EAR_FRAMES
    out = np.empty((len(features), steps, ear.output_shape[1]), np.int8)
    for row, stream in enumerate(features):
        ear.reset()
        for step in range(steps):
            frames = stream[step * EAR_FRAMES : (step + 1) * EAR_FRAMES]
            out[row, step] = ear.run(frames[None])[0]
    return out


def embedding_range(ear: Model) -> tuple[float, float]:
    """The real values of the embedding's lowest and highest byte."""
    scale, zero = ear.output_scale, ear.output_zero_point
    return (-128 - zero) * scale, (127 - zero) * scale


def as_floats(ear: Model) -> Callable[[NDArray[np.int8]], Tensor]:
    """How the head's training sees the embedding's bytes: float [batch, 128, steps]."""
    scale, zero = ear.output_scale, ear.output_zero_point

    def convert(values: NDArray[np.int8]) -> Tensor:
        return ((from_numpy(values).float() - zero) * scale).transpose(1, 2)

    return convert
