"""The audio of a clip as the listener gets it: 16 kHz int16 between two quiet stretches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from allears.audio import read_audio

Samples = npt.NDArray[np.int16]

SAMPLE_RATE_HZ = 16000
BEFORE_S = 0.5
"""Quiet before each clip, as between a wake word and a command."""

AFTER_S = 1.0
"""Quiet after each clip: time for an ear with look-ahead and a smoothed head to answer."""

_DITHER_SEED = 20260101
_FRAME = SAMPLE_RATE_HZ // 100
_BELOW_PEAK_DB = 35.0
_ABOVE_FLOOR_DB = 10.0


def quiet(seconds: float) -> Samples:
    """Return quiet audio, int16 [seconds * 16000], the same on every call.

    Quiet is triangular dither of one unit (-96 dBFS), not zeros: no microphone gives zeros,
    and after a stretch of them the front end's noise estimate would make any hiss loud.
    """
    random = np.random.default_rng(_DITHER_SEED)
    size = round(seconds * SAMPLE_RATE_HZ)
    return np.rint(random.uniform(-1, 1, size) + random.uniform(-1, 1, size)).astype(np.int16)


def read_padded(path: Path) -> Samples:
    """Read a clip, int16 [samples] at 16 kHz, with BEFORE_S and AFTER_S of quiet around it."""
    return np.concatenate([quiet(BEFORE_S), read_audio(path), quiet(AFTER_S)])


def speech_end_s(padded: Samples) -> float:
    """Estimate when the speech of a padded clip ends, in seconds from its start.

    It is the end of the last 10 ms that is less than 35 dB below the loudest and at least
    10 dB above the clip's own noise floor (its quietest tenth).
    """
    first, last = round(BEFORE_S * SAMPLE_RATE_HZ), round(AFTER_S * SAMPLE_RATE_HZ)
    clip = padded[first : len(padded) - last].astype(np.float64)
    frames = clip[: len(clip) // _FRAME * _FRAME].reshape(-1, _FRAME)
    if not len(frames):
        return BEFORE_S + len(clip) / SAMPLE_RATE_HZ
    level_db = 10 * np.log10(np.mean(frames**2, axis=1) + 1.0)
    floor_db = min(float(np.percentile(level_db, 10)), float(level_db.max()) - 20.0)
    loud = level_db >= max(level_db.max() - _BELOW_PEAK_DB, floor_db + _ABOVE_FLOOR_DB)
    return BEFORE_S + (int(np.flatnonzero(loud)[-1]) + 1) * _FRAME / SAMPLE_RATE_HZ
