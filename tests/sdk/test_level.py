"""Level control: what the front end hears of soft and loud speakers."""

from __future__ import annotations

import numpy as np
import pytest
from allears.contract import LEVEL_BITS, LEVEL_MOST_SHIFT
from allears.features import STEP_BYTES
from allears.level import LevelControl
from allears.pipeline import Listener

BLOCK_SAMPLES = 3 * STEP_BYTES // 2
FULL_SCALE = 32767


def block(peak: int) -> bytes:
    """A block whose highest sample is ``peak``."""
    samples = np.zeros(BLOCK_SAMPLES, np.int16)
    samples[7] = peak
    return samples.tobytes()


def heard_peak(level: LevelControl, peak: int) -> int:
    return int(np.frombuffer(level.attenuated(block(peak)), np.int16).max())


def test_at_first_speech_at_full_scale_is_expected() -> None:
    assert heard_peak(LevelControl(), FULL_SCALE) == 1 << LEVEL_BITS
    assert heard_peak(LevelControl(), 3200) == 100


def test_halves_are_rounded_up_on_both_sides_of_zero() -> None:
    samples = np.array([15, 16, 47, 48, -16, -17, -48, -49, 32767, -32768], np.int16)
    levelled = np.frombuffer(LevelControl().attenuated(samples.tobytes()), np.int16)
    assert levelled.tolist() == [0, 1, 1, 2, 0, -1, -1, -2, 1024, -1024]


@pytest.mark.parametrize("peak", [40, 900, 3000, 20_000])
def test_after_a_while_every_speaker_is_heard_at_the_same_level(peak: int) -> None:
    level = LevelControl()
    for _ in range(1000):
        level.hear_speech(block(peak))
    level.settle()
    heard = heard_peak(level, peak)
    assert heard == peak if peak < 1 << LEVEL_BITS else 500 <= heard <= 1 << LEVEL_BITS


def test_nothing_changes_before_the_speaker_pauses() -> None:
    level = LevelControl()
    for _ in range(1000):
        level.hear_speech(block(600))
    assert heard_peak(level, 6400) == 200
    level.settle()
    assert heard_peak(level, 6400) == 6400


def test_one_loud_word_is_enough_to_attenuate_again() -> None:
    level = LevelControl()
    for _ in range(1000):
        level.hear_speech(block(600))
    level.hear_speech(np.full(BLOCK_SAMPLES, -32768, np.int16).tobytes())
    level.settle()
    assert heard_peak(level, FULL_SCALE) == FULL_SCALE + 1 >> LEVEL_MOST_SHIFT


def test_a_reset_forgets_the_speaker() -> None:
    level = LevelControl()
    level.hear_speech(block(100))
    for _ in range(1000):
        level.hear_speech(block(100))
    level.settle()
    level.reset()
    assert heard_peak(level, FULL_SCALE) == 1 << LEVEL_BITS


def test_a_listener_gets_used_to_a_soft_speaker(speech: np.ndarray) -> None:
    listener = Listener("gb")
    soft = (speech / (np.abs(speech).max() / 800)).astype(np.int16)
    fed = np.concatenate([soft] * 6 + [np.zeros(16000 * 4, np.int16)])
    listener.feed(fed)
    assert heard_peak(listener._level, 3200) > 100
    listener.reset()
    assert heard_peak(listener._level, 3200) == 100
