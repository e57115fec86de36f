"""Is a take good enough to keep? Clipping, silence, too short, cut off."""

from __future__ import annotations

from enum import Enum

import numpy as np
from allears.contract import SAMPLE_RATE_HZ
from numpy.typing import NDArray

_FRAME_SAMPLES = 20 * SAMPLE_RATE_HZ // 1000
_FULL_SCALE = 32767
_CLIPPED_RUN = 3
"""A wave that touches full scale for one sample may be loud; flat tops are clipped."""

_SILENT_DB = -50.0
"""Speech a metre from a microphone lies above; the noise of a quiet room lies below."""

_ABOVE_NOISE_DB = 10.0
"""The loudest frames stand out so far from the quietest where somebody spoke."""

_SPEECH_BELOW_PEAK_DB = 25.0
_SHORTEST_S = 0.15
_EDGE_FRAMES = 2
"""Speech in the last 40 ms goes on after them."""


class Fault(str, Enum):
    """Why a take is not kept; the value is its name in prompts.yaml."""

    CLIPPED = "too_loud"
    SILENT = "too_quiet"
    SHORT = "too_short"
    CUT = "cut_off"


def check_take(samples: NDArray[np.int16]) -> Fault | None:
    """Return what is wrong with a take, int16 ``[n]``; None where nothing is."""
    if _is_clipped(samples):
        return Fault.CLIPPED
    levels_db = frame_levels_db(samples)
    if not len(levels_db):
        return Fault.SHORT
    loudest_db, noise_db = np.percentile(levels_db, 98), np.percentile(levels_db, 10)
    if loudest_db < max(_SILENT_DB, noise_db + _ABOVE_NOISE_DB):
        return Fault.SILENT
    spoken = speech_frames(levels_db)
    if spoken.sum() * _FRAME_SAMPLES < _SHORTEST_S * SAMPLE_RATE_HZ:
        return Fault.SHORT
    return Fault.CUT if spoken[-_EDGE_FRAMES:].any() or spoken[0] else None


def frame_levels_db(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """Return the level of every 20 ms in dB of full scale, ``[n]``."""
    whole = len(samples) // _FRAME_SAMPLES * _FRAME_SAMPLES
    frames = samples[:whole].astype(np.float64).reshape(-1, _FRAME_SAMPLES) / _FULL_SCALE
    return 10 * np.log10(np.mean(frames**2, axis=1) + 1e-10)


def speech_frames(levels_db: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which frames are speech: near the loudest, and clear of the noise."""
    loudest_db, noise_db = np.percentile(levels_db, 98), np.percentile(levels_db, 10)
    threshold_db = max(loudest_db - _SPEECH_BELOW_PEAK_DB, (loudest_db + noise_db) / 2)
    return levels_db > threshold_db


def _is_clipped(samples: NDArray[np.int16]) -> bool:
    at_limit = np.abs(samples.astype(np.int32)) >= _FULL_SCALE
    runs = np.convolve(at_limit, np.ones(_CLIPPED_RUN, np.int64))
    return bool((runs >= _CLIPPED_RUN).any())
