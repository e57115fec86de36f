"""Noise under the clips of an evaluation: recordings kept apart, at a stated distance."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import numpy as np
from allears.audio import read_audio

from allears_tools.evaluate.clip_audio import Samples
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.judging import NOISE_KINDS
from allears_tools.evaluate.labels import Clip
from allears_tools.evaluate.split import is_test


@dataclass(frozen=True)
class NoiseBed:
    """A kind of noise, `snr_db` below the speech.

    ``files`` are the recordings it is cut from, none of which trained anything.
    """

    name: str
    snr_db: float
    files: tuple[Path, ...]

    @property
    def title(self) -> str:
        """What it was asked for as: "kitchen:10"."""
        return f"{self.name}:{self.snr_db:g}"

    def under(self, padded: Samples, key: str) -> Samples:
        """Return a padded clip, int16 [n], with noise from its first to its last sample.

        The piece of noise is chosen by `key`, the clip's path: the same on every run.
        """
        # Here, since it needs the packages of training, which an evaluation without noise does not.
        from allears_tools.augment.noise import mix_at_snr, piece

        digest = hashlib.sha256(key.encode()).digest()
        random = np.random.default_rng(int.from_bytes(digest[:8], "big"))
        noise = piece([_read(file) for file in self.files], len(padded), random)
        mixed = mix_at_snr(padded.astype(np.float32), noise, self.snr_db)
        return np.clip(np.rint(mixed), -32768, 32767).astype(np.int16)


@cache
def _read(file: Path) -> np.ndarray:
    """A recording, float32 [n]; kept, since every clip takes a piece of it."""
    return read_audio(file).astype(np.float32)


def noise_bed(wanted: str, clips: list[Clip]) -> NoiseBed:
    """Find the recordings of a noise such as "kitchen:10": its name, and the ratio in dB.

    A recording has the name if it is a word of its file's name or of its kind.

    Raises:
        EvaluationError: not of that form, or no such recording is kept for testing.
    """
    name, _, ratio = wanted.partition(":")
    try:
        snr_db = float(ratio)
    except ValueError:
        raise EvaluationError(
            f"--noise {wanted} is no noise with its distance.",
            "the signal-to-noise ratio in dB is missing",
            f"Write it after a colon: --noise {name or 'kitchen'}:10",
        ) from None
    kept = [clip for clip in clips if clip.kind in NOISE_KINDS and is_test(clip)]
    files = tuple(clip.audio for clip in kept if name.lower() in _words(clip))
    if not files:
        known = sorted({word for clip in kept for word in _words(clip)})
        raise EvaluationError(
            f"No recording of {name!r} among the noises kept for testing.",
            "a misspelling, or the labels file has none",
            f"Use one of: {', '.join(known) or 'none, for want of recordings of noise'}.",
        )
    return NoiseBed(name, snr_db, files)


def _words(clip: Clip) -> set[str]:
    text = f"{PurePosixPath(clip.path).stem} {clip.kind}".lower()
    return {word for word in re.split(r"[^a-z]+", text) if len(word) > 2}
