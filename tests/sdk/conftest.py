"""Models without weights, whose outputs depend on all they heard, and audio to feed them."""

from __future__ import annotations

import numpy as np
import pytest
from allears.commands import CommandHead, HeadManifest
from allears.ear import Ear
from allears.languages import Language
from allears.wake import WakeDetector

CLASSES = ["none", "stop", "louder", "digit_1", "digit_2"]


class FakeModel:
    """A streaming model with state: a checksum of its whole past decides its output."""

    def __init__(self, input_shape, output_shape, dtype, lively):
        self.input_shape, self.output_shape = input_shape, output_shape
        self._dtype, self._lively = dtype, lively
        self.reset()

    def run(self, values):
        assert values.shape == self.input_shape and values.dtype == np.int8
        self._sum = (self._sum * 31 + int(values.astype(np.int64).sum())) % 10007
        low, high = np.iinfo(self._dtype).min, np.iinfo(self._dtype).max
        output = np.full(self.output_shape, low, self._dtype)
        if self._sum % 10 < self._lively:
            output[0, self._sum % self.output_shape[1]] = high
        return output

    def reset(self):
        self._sum = 0


def fake_wake(lively=6):
    """A detector of two-step windows that fires now and then."""
    return WakeDetector(FakeModel((1, 3, 40), (1, 1), np.uint8, lively), 0.9, 2)


def fake_head(language="en", lively=8, **settings):
    """A head that fires often."""
    values = {"threshold": 0.4, "smoothing_frames": 2, "refractory_ms": 120, **settings}
    manifest = HeadManifest(version=1, language=language, classes=CLASSES, **values)
    return CommandHead(FakeModel((1, 128), (1, len(CLASSES)), np.int8, lively), manifest)


def fake_ear():
    """An ear whose embeddings have no meaning."""
    return Ear(FakeModel((1, 4, 40), (1, 128), np.int8, 10))


@pytest.fixture
def fake_models(monkeypatch):
    """Let every Listener have one English language of fake models."""

    def load(profile, models, only, *, wake, commands):
        head = fake_head(listen_timeout_ms=1500) if commands else None
        return [Language("en", "computer", fake_wake() if wake else None, head)]

    monkeypatch.setattr("allears.pipeline.load_languages", load)
    monkeypatch.setattr("allears.pipeline.load_ear", lambda path: fake_ear())


@pytest.fixture(scope="session")
def speech():
    """Seven seconds, int16: hiss, then bursts of a buzzing voice, silence, bursts again."""
    rng = np.random.default_rng(5)
    time_s = np.arange(7 * 16000) / 16000
    voice = np.zeros_like(time_s)
    for harmonic in range(1, 20):
        voice += np.sin(2 * np.pi * 130 * harmonic * time_s + harmonic) / harmonic
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * time_s), 0, 1) * (abs(time_s - 3.5) > 0.8)
    sound = 2500 * voice * syllables + rng.normal(0, 30, len(time_s))
    return sound.astype(np.int16)
