"""What the ear hears of a chunk: the same speech in noise, other people's talk among it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from allears_tools.evaluate.labels import COLUMNS
from allears_tools.training.distillation import corrupted_features, noises_for
from allears_tools.training.features import FRAMES
from allears_tools.training.streams import SAMPLE_RATE_HZ, STREAM_SAMPLES

TONE_HZ = 1000


def _nobody(folder: Path) -> Path:
    labels = folder / "labels.tsv"
    labels.write_text("\t".join(COLUMNS) + "\n", encoding="utf-8")
    return labels


def _chunks() -> np.ndarray:
    tone = np.sin(2 * np.pi * TONE_HZ * np.arange(STREAM_SAMPLES) / SAMPLE_RATE_HZ)
    return np.stack([(tone * 8000).astype(np.int16)] * 3)


def _share_at_tone(noise: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(noise)) ** 2
    centre = round(TONE_HZ * len(noise) / SAMPLE_RATE_HZ)
    return float(power[centre - 5 : centre + 6].sum() / power.sum())


def test_several_voices_at_once_are_among_the_noises(tmp_path: Path) -> None:
    shares = [_share_at_tone(noise) for noise in noises_for(_chunks(), _nobody(tmp_path))]
    assert 5 <= sum(share > 0.9 for share in shares) < len(shares) / 2


def test_the_first_version_is_quiet_and_the_others_are_not(tmp_path: Path) -> None:
    chunks = _chunks()
    chunks[:, STREAM_SAMPLES // 2 :] = 0
    features = corrupted_features(chunks, _nobody(tmp_path), versions=3)
    assert features.shape == (3, len(chunks), FRAMES, 40)
    late = features[:, :, FRAMES * 3 // 4 :].astype(int).mean(axis=(2, 3))
    assert (late[0] == -128).all(), "nothing is added to the silence of version 0"
    assert (late[1:] > -128).any()
