"""The audio that is measured on: a minute of talk, the same on every run."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from allears.audio import read_audio
from allears.contract import SAMPLE_RATE_HZ
from numpy.typing import NDArray

_CHECKOUT = Path(__file__).resolve().parents[3]
_RECORDINGS = _CHECKOUT.parent / "shared" / "realspeech"
_SOURCES = (
    # Without pauses first: the dearest audio, since a pause lets the wake model rest.
    ("people reading (shared/realspeech)", _RECORDINGS / "en_librispeech_261spk", "*.ogg"),
    ("people's talk (shared/realspeech)", _RECORDINGS / "longform_speech", "en_*.ogg"),
    ("clips of the repository", _CHECKOUT / "tests" / "golden", "**/*.wav"),
)
_NOISE_SEED = 1


class BenchAudio(NamedTuple):
    """Samples, int16 at 16 kHz, and where they come from, in words."""

    samples: NDArray[np.int16]
    origin: str


def bench_audio(seconds: float) -> BenchAudio:
    """Return the first `seconds` of the best audio there is, repeated where it is short.

    Recordings of people, where they lie beside the checkout; else clips of the repository; else
    noise with a syllable's rise and fall, which costs the same but is no speech.
    """
    size = round(seconds * SAMPLE_RATE_HZ)
    for origin, folder, pattern in _SOURCES:
        samples = _joined(sorted(folder.glob(pattern)), size)
        if len(samples):
            return BenchAudio(np.resize(samples, size), origin)
    return BenchAudio(syllabic_noise(size), "made: noise that rises and falls like syllables")


def syllabic_noise(size: int) -> NDArray[np.int16]:
    """Return noise of a speech-like level that swells four times a second, int16 [size]."""
    random = np.random.default_rng(_NOISE_SEED)
    swell = np.sin(2 * np.pi * 2 * np.arange(size) / SAMPLE_RATE_HZ) ** 2
    return np.rint(random.normal(0, 1500, size) * swell).clip(-32768, 32767).astype(np.int16)


def _joined(files: list[Path], size: int) -> NDArray[np.int16]:
    parts: list[NDArray[np.int16]] = [np.zeros(0, np.int16)]
    found = 0
    for file in files:
        if found >= size:
            break
        parts.append(read_audio(file))
        found += len(parts[-1])
    return np.concatenate(parts)
