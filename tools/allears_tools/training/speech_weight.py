"""How much each of the teachers' answers weighs in the ear's distillation.

Four in ten steps of the corpus are silence to the front end, whose noise reduction leaves zeros.
What a teacher says of them can hardly be learnt, yet they made half of the error
(docs/experiments.md 22).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

SILENT_WEIGHT = 0.1
"""Of a step without speech, against 1 for one with."""

_LEVEL = 6.0
"""Mean of the 40 int8 features of a step, above the lowest, from which it counts as speech."""

_SPREAD = 3
"""Steps either side of speech that count as speech."""

GOOGLE_STEPS = 19
"""Steps of 40 ms in a window of Google's net."""


def speech_steps(features: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Who speaks when: int8 [chunks, frames, 40] of clean audio → bool [chunks, frames / 4]."""
    chunks, frames, channels = features.shape
    level = np.empty((chunks, frames // 4), np.float32)
    for row, chunk in enumerate(features):
        steps = chunk[: frames // 4 * 4].reshape(-1, 4 * channels)
        level[row] = steps.mean(axis=1, dtype=np.float32) + 128
    loud = np.pad(level > _LEVEL, ((0, 0), (_SPREAD, _SPREAD)))
    width = level.shape[1]
    return np.any([loud[:, i : i + width] for i in range(2 * _SPREAD + 1)], axis=0)


def weights(speech: NDArray[np.bool_], windows: int) -> tuple[Tensor, Tensor]:
    """Weights of Google's windows, float [chunks, windows], and of Whisper's steps, [chunks, n].

    A window of Google's net starts every two steps and weighs as much as its share of speech.
    """
    until = np.pad(np.cumsum(speech, axis=1), ((0, 0), (1, 0)))
    start = np.minimum(np.arange(windows) * 2, speech.shape[1])
    end = np.minimum(start + GOOGLE_STEPS, speech.shape[1])
    share = (until[:, end] - until[:, start]) / GOOGLE_STEPS
    rest = 1 - SILENT_WEIGHT
    return (
        torch.from_numpy((SILENT_WEIGHT + rest * share).astype(np.float32)),
        torch.from_numpy((SILENT_WEIGHT + rest * speech).astype(np.float32)),
    )


def weighted_error(answer: Tensor, wanted: Tensor, weight: Tensor) -> Tensor:
    """Mean squared error of [batch, dim, steps], each step weighed by [batch, steps]."""
    each = (answer.float() - wanted).square().mean(dim=1) * weight
    return each.mean() / weight.mean().clamp(min=1e-6)
