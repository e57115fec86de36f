"""The golden clip: wake word and command a quarter of a second apart, or less where it must be."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("imgtool", reason="packs need the extra [flash]: pip install -e .[flash]")

from allears import Command, Profile, Wake
from allears_tools.packing import golden
from allears_tools.packing.errors import PackingError

WAKE_S, COMMAND_S = 1.0, 0.5
_AROUND_S = 1.4
"""The quiet before and after a clip."""


@dataclass
class Said:
    """A demo clip, by its text and length."""

    text: str
    path: float


@dataclass
class Ear:
    """Hears a wake word and a command in clips no longer than `longest_s`."""

    longest_s: float
    profile: Profile = field(default_factory=lambda: Profile.load("gb"))

    def feed(self, samples):
        if len(samples) / 16000 > self.longest_s + _AROUND_S:
            return []
        return [Wake(1.0, 0.9, "en", "computer"), Command(2.0, 0.9, "en", "stop")]

    def reset(self):
        pass


def loud(seconds):
    return np.full(round(seconds * 16000), 1000, np.int16)


@pytest.fixture(autouse=True)
def clips(monkeypatch):
    monkeypatch.setattr(
        golden, "demo_clips", lambda _: [Said("computer", WAKE_S), Said("stop", COMMAND_S)]
    )
    monkeypatch.setattr(golden, "read_audio", loud)


@pytest.mark.parametrize(("longest_s", "gap_s"), [(2.0, 0.25), (1.7, 0.12)])
def test_the_longer_gap_comes_first(longest_s, gap_s):
    ear = Ear(longest_s)
    found = golden.choose_golden(ear, ear.profile.languages[0], Path("none"))
    assert found.sample_count == round((WAKE_S + gap_s + COMMAND_S) * 16000)


def test_a_clip_that_is_not_heard_is_none():
    ear = Ear(1.0)
    with pytest.raises(PackingError, match="of 2 none gives a wake word"):
        golden.choose_golden(ear, ear.profile.languages[0], Path("none"))
