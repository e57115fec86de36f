"""Level control: what the front end hears of soft and loud speakers."""

from __future__ import annotations

import numpy as np
import pytest
from allears.contract import LEVEL_AMID_SPEECH_BITS, LEVEL_BITS, LEVEL_MOST_SHIFT
from allears.features import STEP_BYTES
from allears.level import LevelControl
from allears.pipeline import Listener

BLOCK_SAMPLES = 3 * STEP_BYTES // 2
FULL_SCALE = 32767


def block(peak: int) -> bytes:
    """A block whose samples reach ``peak`` on both sides."""
    samples = np.zeros(BLOCK_SAMPLES, np.int16)
    samples[7:9] = peak, -peak
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
    level.hear_speech(np.array([-32768, FULL_SCALE], np.int16).tobytes())
    level.settle()
    assert heard_peak(level, FULL_SCALE) == (FULL_SCALE + 1) >> LEVEL_MOST_SHIFT


def test_a_listener_gets_used_to_a_soft_speaker_who_never_pauses(speech: np.ndarray) -> None:
    """Beside a television there is no second and a half without speech."""
    listener = Listener("gb")
    soft = (speech / (np.abs(speech).max() / 800)).astype(np.int16)
    listener.feed(np.concatenate([soft[np.abs(soft) > 8]] * 12))
    assert heard_peak(listener._level, 3200) == 3200


def test_amid_speech_it_changes_by_two_bits_or_not_at_all() -> None:
    level = LevelControl()
    for _ in range(1000):
        level.hear_speech(block(12_000))
    assert level.is_overdue
    level.settle(LEVEL_AMID_SPEECH_BITS)
    assert not level.is_overdue
    assert heard_peak(level, 3200) == 100
    level.settle()
    assert heard_peak(level, 3200) == 200


def test_a_microphone_with_an_offset_counts_as_its_swing() -> None:
    level = LevelControl()
    samples = np.full(BLOCK_SAMPLES, 9000, np.int16)
    samples[::2] += 800
    for _ in range(1000):
        level.hear_speech(samples.tobytes())
    level.settle()
    assert heard_peak(level, 3200) == 3200


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
    assert heard_peak(listener._level, 3200) >= 1600
    listener.reset()
    assert heard_peak(listener._level, 3200) == 100
