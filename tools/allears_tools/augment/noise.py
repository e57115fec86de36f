"""Noise, real and made, and mixing it at a given signal-to-noise ratio."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
import soxr

from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.split import is_test

SAMPLE_RATE_HZ = 16_000
_NOISE_KINDS = frozenset({"noise", "music", "noise-car", "beep"})
_SPEECH_RANGE_DB = 30.0
"""10 ms blocks within this range of the loudest count as speech; pauses do not."""


def speech_power(x: np.ndarray) -> float:
    """Mean power of the blocks (10 ms) in which there is speech."""
    block = SAMPLE_RATE_HZ // 100
    count = len(x) // block
    if count == 0:
        return float((x**2).mean()) if len(x) else 0.0
    power = (x[: count * block].reshape(count, block) ** 2).mean(axis=1)
    return float(power[power >= power.max() * 10 ** (-_SPEECH_RANGE_DB / 10)].mean())


def mix_at_snr(x: np.ndarray, noise: np.ndarray, snr_db: float) -> np.ndarray:
    """Add noise `snr_db` below the speech.

    Args:
        x: float32 [n], speech; pauses and silence around it do not count.
        noise: float32 [n].
        snr_db: power of the speech over that of the noise.
    """
    noise_power = float((noise**2).mean())
    if noise_power <= 1e-12:
        return x
    gain = np.sqrt(speech_power(x) / noise_power * 10 ** (-snr_db / 10))
    return x + noise * np.float32(gain)


def piece(noises: Sequence[np.ndarray], length: int, rng: np.random.Generator) -> np.ndarray:
    """A random stretch of a random noise, repeated where it is too short: float32 [length]."""
    noise = noises[int(rng.integers(len(noises)))]
    if len(noise) > length:
        start = int(rng.integers(len(noise) - length))
        return noise[start : start + length]
    start = int(rng.integers(len(noise)))
    return np.take(noise, np.arange(start, start + length), mode="wrap")


def coloured(length: int, slope_db_per_octave: float, rng: np.random.Generator) -> np.ndarray:
    """Noise with a falling spectrum: 0 is white, -3 pink, -6 brown; unit power."""
    spectrum = np.fft.rfft(rng.standard_normal(length).astype(np.float32))
    frequency = np.maximum(np.arange(len(spectrum)), 1 + 20 * length // SAMPLE_RATE_HZ)
    spectrum *= frequency ** (slope_db_per_octave / (20 * np.log10(2)))
    return to_unit_power(np.fft.irfft(spectrum, length))


def hum(length: int, rng: np.random.Generator) -> np.ndarray:
    """Mains, a compressor or a fan: harmonics of 45 to 130 Hz over a little brown noise."""
    base_hz = float(rng.choice([50.0, 60.0, rng.uniform(45, 130)]))
    time_s = np.arange(length) / SAMPLE_RATE_HZ
    tones = sum(
        rng.uniform(0.2, 1.0) / k * np.sin(2 * np.pi * (k * base_hz * time_s + rng.random()))
        for k in range(1, 13)
    )
    return to_unit_power(
        to_unit_power(np.asarray(tones)) + rng.uniform(0.1, 0.8) * coloured(length, -6.0, rng)
    )


def babble(
    speech: Sequence[np.ndarray], length: int, rng: np.random.Generator, voices: int = 6
) -> np.ndarray:
    """Several people talking at once, cut from clips of speech; unit power."""
    return to_unit_power(
        sum((to_unit_power(piece(speech, length, rng)) for _ in range(voices)), np.zeros(length))
    )


def synthetic_noises(
    rng: np.random.Generator,
    count: int = 40,
    seconds: float = 8.0,
    speech: Sequence[np.ndarray] = (),
) -> list[np.ndarray]:
    """A mixed bag of made noises, with babble where there is speech to make it from."""
    length = int(seconds * SAMPLE_RATE_HZ)
    out = []
    for i in range(count):
        kind = i % (4 if speech else 3)
        if kind == 0:
            out.append(coloured(length, float(rng.uniform(-7, 1)), rng))
        elif kind == 1:
            out.append(hum(length, rng))
        elif kind == 2:
            # Slow swells: wind, water, a passing car.
            points = np.linspace(0, length, 12)
            swell = np.interp(np.arange(length), points, rng.uniform(0.1, 1, 12))
            out.append(to_unit_power(coloured(length, float(rng.uniform(-6, -2)), rng) * swell))
        else:
            out.append(babble(speech, length, rng, voices=int(rng.integers(3, 9))))
    return out


def load_noises(labels: Path, limit_s: float = 3600.0) -> list[np.ndarray]:
    """Real noise and music of a labels file that may be trained on and is not kept for tests.

    Args:
        labels: tab-separated, as realspeech/labels.tsv; paths are relative to its folder.
        limit_s: stop after so much audio.

    Returns:
        float32 arrays at 16 kHz, unit power, in the file's order.
    """
    out: list[np.ndarray] = []
    total_s = 0.0
    for clip in read_labels(labels):
        if clip.kind not in _NOISE_KINDS or is_test(clip):
            continue
        x, rate_hz = soundfile.read(clip.audio, dtype="float32")
        x = x.mean(axis=1) if x.ndim == 2 else x
        x = soxr.resample(x, rate_hz, SAMPLE_RATE_HZ)
        if len(x) < SAMPLE_RATE_HZ // 4 or not np.any(x):
            continue
        out.append(to_unit_power(x))
        total_s += len(x) / SAMPLE_RATE_HZ
        if total_s >= limit_s:
            break
    return out


def to_unit_power(x: np.ndarray) -> np.ndarray:
    """Scale to a mean power of 1; silence stays as it is. float32."""
    power = float((x**2).mean())
    return (x / np.sqrt(power) if power > 0 else x).astype(np.float32)
