"""Narrow channels: 8 kHz recordings and telephones."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import signal

SAMPLE_RATE_HZ = 16_000
_MU = 255.0


@cache
def _low_pass(cutoff_hz: float) -> np.ndarray:
    return signal.butter(8, cutoff_hz, "low", fs=SAMPLE_RATE_HZ, output="sos").astype(np.float32)


@cache
def _telephone_band() -> np.ndarray:
    return signal.butter(4, (300.0, 3400.0), "band", fs=SAMPLE_RATE_HZ, output="sos").astype(
        np.float32
    )


def band_limit(x: np.ndarray, cutoff_hz: float = 3900.0) -> np.ndarray:
    """Nothing above `cutoff_hz`, as after a recording at twice that rate; delay under 1 ms."""
    return signal.sosfilt(_low_pass(cutoff_hz), x).astype(np.float32)


def mu_law(x: np.ndarray) -> np.ndarray:
    """Through 8-bit µ-law and back (G.711), at the level it comes in."""
    limited = np.clip(x, -1.0, 1.0)
    code = np.sign(limited) * np.log1p(_MU * np.abs(limited)) / np.log1p(_MU)
    code = np.round(code * 127.0) / 127.0
    return (np.sign(code) * np.expm1(np.abs(code) * np.log1p(_MU)) / _MU).astype(np.float32)


def telephone(x: np.ndarray) -> np.ndarray:
    """300 to 3,400 Hz and µ-law."""
    return mu_law(signal.sosfilt(_telephone_band(), x).astype(np.float32))


def coarse_codec(x: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Noise that follows each band's level, as low-rate codecs (GSM) leave it.

    Args:
        x: float32 [n].
        rng: for the noise.
        strength: 0.1 (clean) to 0.5 (rough): noise over signal in each band, as amplitudes.
    """
    limited = band_limit(x, 3600.0)
    _, _, spectrum = signal.stft(limited, SAMPLE_RATE_HZ, nperseg=320)
    jitter = rng.standard_normal(spectrum.shape) + 1j * rng.standard_normal(spectrum.shape)
    spectrum = spectrum * (1.0 + strength * jitter)
    _, y = signal.istft(spectrum, SAMPLE_RATE_HZ, nperseg=320)
    return np.resize(y, len(x)).astype(np.float32)
