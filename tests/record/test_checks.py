"""What is wrong with a take, by signals that have one fault each."""

from __future__ import annotations

import numpy as np
import pytest
from allears.audio import read_audio
from allears_tools.demo.scenes import demo_clips
from allears_tools.record.checks import Fault, check_take

RATE_HZ = 16000


def tone(seconds, peak):
    """A tone that somebody might hum."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (peak * np.sin(2 * np.pi * 220 * t)).astype(np.float64)


def noise(seconds, peak=30):
    return np.random.default_rng(5).uniform(-peak, peak, round(seconds * RATE_HZ))


def take(*parts):
    joined = np.concatenate(parts)
    return np.clip(np.round(joined), -32768, 32767).astype(np.int16)


@pytest.mark.parametrize("peak", [400, 3000, 30000])
def test_a_good_take(peak):
    assert check_take(take(noise(0.5), tone(0.6, peak), noise(0.8))) is None


def test_a_voice_in_a_room():
    clip = read_audio(next(c for c in demo_clips("sr")).path)
    assert (
        check_take(take(noise(0.4), clip + noise(len(clip) / RATE_HZ)[: len(clip)], noise(0.8)))
        is None
    )


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ([noise(0.5), tone(0.6, 60000), noise(0.8)], Fault.CLIPPED),
        ([noise(3.0)], Fault.SILENT),
        ([np.zeros(48000)], Fault.SILENT),
        ([noise(3.0, 6000)], Fault.SILENT),  # a loud room, and nobody speaks
        ([noise(0.5), tone(0.08, 8000), noise(0.8)], Fault.SHORT),
        ([np.zeros(100)], Fault.SHORT),
        ([noise(2.0), tone(0.6, 8000)], Fault.CUT),
        ([tone(0.6, 8000), noise(2.0)], Fault.CUT),
    ],
)
def test_faults(parts, fault):
    assert check_take(take(*parts)) is fault
