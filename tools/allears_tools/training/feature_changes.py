"""Changes made afresh to the features of every batch of the ear's distillation."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

MASK_ODDS = 0.3
"""Of a chunk to lose a band of channels; and, apart from that, to lose short pieces of time."""

_CHANNELS_LOST = (2, 8)
_PIECES, _FRAMES_LOST = 4, (2, 7)
"""How many pieces of time are lost, and how many frames of 10 ms each has."""

_VOCAL_TRACT = (0.88, 1.12)
_LEVEL = (-1.0, 1.0)


def changed(features: Tensor, rng: np.random.Generator) -> Tensor:
    """Another vocal tract, another level and holes: float [batch, 40, frames], 0 to 26.

    The holes are SpecAugment's masks (Park et al. 2019), for the teachers heard the whole.
    """
    return masked(warped(features, rng), rng)


def warped(features: Tensor, rng: np.random.Generator) -> Tensor:
    """Shift level and vocal-tract length of each chunk a little; silence stays 0."""
    batch, channels, _ = features.shape
    factors = torch.from_numpy(rng.uniform(*_VOCAL_TRACT, batch).astype(np.float32))
    position = (torch.arange(channels)[None] * factors[:, None]).clamp(0, channels - 1)
    low = position.floor().long()
    high = (low + 1).clamp(max=channels - 1)
    part = (position - low)[..., None]
    rows = torch.arange(batch)[:, None]
    moved = features[rows, low] * (1 - part) + features[rows, high] * part
    level = torch.from_numpy(rng.uniform(*_LEVEL, (batch, 1, 1)).astype(np.float32))
    return (moved + level * (moved > 0)).clamp(0, 26)


def masked(features: Tensor, rng: np.random.Generator) -> Tensor:
    """Silence a band of channels in some chunks and a few short pieces of time in some."""
    out = features.clone()
    _, channels, frames = out.shape
    for chunk in out:
        if rng.random() < MASK_ODDS:
            width = int(rng.integers(_CHANNELS_LOST[0], _CHANNELS_LOST[1] + 1))
            first = int(rng.integers(0, channels - width + 1))
            chunk[first : first + width] = 0
        if rng.random() < MASK_ODDS:
            for _ in range(_PIECES):
                width = int(rng.integers(_FRAMES_LOST[0], _FRAMES_LOST[1] + 1))
                first = int(rng.integers(0, frames - width + 1))
                chunk[:, first : first + width] = 0
    return out
