"""From what an engine returns to what the cache keeps: 16 kHz, mono, int16, trimmed."""

from __future__ import annotations

import numpy as np
import soxr

SAMPLE_RATE_HZ = 16_000
_PEAK = 0.7
"""Peak of every stored clip (1.0 = full scale); loudness is augmentation's business."""
_SILENCE_DB = -40.0
"""Below this level, relative to the loudest 10 ms, the ends of a clip count as silence."""
_MARGIN_S = 0.06
"""Silence kept at either end, so that soft onsets and releases survive the trim."""


def finish(samples: np.ndarray, rate_hz: int, pitch_semitones: float = 0.0) -> np.ndarray:
    """Resample, trim and normalise one clip.

    Args:
        samples: float32 [n], mono, any level.
        rate_hz: rate of `samples`.
        pitch_semitones: shift by playing faster or slower; whoever asks for it has told the
            engine to speak at `tempo_for(pitch_semitones)`, so that the tempo comes out right.

    Returns:
        int16 [m] at 16 kHz; empty when the engine said nothing.
    """
    x = np.asarray(samples, np.float32)
    x = x[np.isfinite(x)]
    if x.size == 0:
        return np.zeros(0, np.int16)
    source_hz = rate_hz * 2.0 ** (pitch_semitones / 12.0)
    x = soxr.resample(x, source_hz, SAMPLE_RATE_HZ)
    x = _trim(x)
    peak = float(np.abs(x).max()) if x.size else 0.0
    if peak < 1e-4:
        return np.zeros(0, np.int16)
    return np.round(x * (_PEAK * 32767 / peak)).astype(np.int16)


def tempo_for(pitch_semitones: float) -> float:
    """Factor on the engine's speed that cancels the change of tempo of `finish`."""
    return 2.0 ** (-pitch_semitones / 12.0)


def _trim(x: np.ndarray) -> np.ndarray:
    block = SAMPLE_RATE_HZ // 100
    count = len(x) // block
    if count == 0:
        return x
    power = (x[: count * block].reshape(count, block) ** 2).mean(axis=1)
    if not power.max() > 0.0:
        return x[:0]
    loud = np.flatnonzero(power > power.max() * 10 ** (_SILENCE_DB / 10))
    margin = int(_MARGIN_S * SAMPLE_RATE_HZ)
    return x[max(0, loud[0] * block - margin) : (loud[-1] + 1) * block + margin]
