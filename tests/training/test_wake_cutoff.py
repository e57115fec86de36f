"""A wake model's cutoff set on people's speech."""

from __future__ import annotations

import numpy as np
import pytest
from allears_tools.training.wake_cutoff import (
    HIGHEST,
    KINDER,
    LOWEST,
    STEP_S,
    alarms,
    lowest_cutoff,
)
from numpy.typing import NDArray

HOUR = round(3600 / STEP_S)


def _trace(*peaks: tuple[float, float], hours: float = 8.0) -> NDArray[np.float32]:
    """Silence with peaks of half a second, each given as (hour, height)."""
    trace = np.zeros(round(hours * HOUR), np.float32)
    for hour, height in peaks:
        start = round(hour * HOUR)
        trace[start : start + 15] = height
    return trace


def test_silence_allows_the_lowest() -> None:
    chosen = lowest_cutoff([_trace()])
    assert (chosen.cutoff, chosen.false_alarms) == (LOWEST, 0)
    assert chosen.hours == pytest.approx(8.0)


def test_two_in_eight_hours_are_allowed_and_three_are_not() -> None:
    two = _trace((1, 0.91), (2, 0.895), (3, 0.87))
    assert KINDER == 0.06, "what people who trained give counts so far below a cutoff"
    chosen = lowest_cutoff([two])
    assert (chosen.cutoff, chosen.false_alarms) == (0.94, 2)


def test_never_above_the_highest_however_much_fires() -> None:
    chosen = lowest_cutoff([_trace(*((n / 10, 0.99) for n in range(1, 30)))])
    assert chosen.cutoff == HIGHEST and chosen.false_alarms == 29


def test_peaks_of_one_word_are_one_false_alarm() -> None:
    trace = np.zeros(HOUR, np.float32)
    trace[100:110] = trace[120:130] = 0.99
    assert alarms(trace, 0.9) == 1
    trace[400:410] = 0.99
    assert alarms(trace, 0.9) == 2
    assert alarms(np.zeros(0, np.float32), 0.9) == 0
