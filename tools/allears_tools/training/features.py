"""Whole-clip features for training, through the runtime's own front end."""

from __future__ import annotations

import numpy as np
from allears.features import FeatureExtractor, quantize
from allears.level import LevelControl
from numpy.typing import NDArray

from allears_tools.training.streams import STREAM_S

FRAMES = STREAM_S * 100
SILENT = -128
"""int8 of a feature of 0.0."""


def clip_features(samples: NDArray[np.float32], levelled: bool = True) -> NDArray[np.int8]:
    """float32 [n] audio within ±1 → int8 [frames, 40], as a device would compute them that has
    heard nothing else; or, not ``levelled``, as pymicro-wakeword does."""
    pcm = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16).tobytes()
    return quantize(FeatureExtractor().feed(LevelControl().attenuated(pcm) if levelled else pcm))


def stream_features(samples: NDArray[np.float32], levelled: bool = True) -> NDArray[np.int8]:
    """float32 [STREAM_SAMPLES] → int8 [FRAMES, 40]; the last frames, cut off by the window's
    length, are silent."""
    out = np.full((FRAMES, 40), SILENT, np.int8)
    features = clip_features(samples, levelled)[:FRAMES]
    out[: len(features)] = features
    return out
