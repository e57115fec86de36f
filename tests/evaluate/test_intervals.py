"""Wilson's interval against published values."""

from __future__ import annotations

import pytest
from allears_tools.evaluate.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "trials", "interval"),
    [
        (81, 263, (0.2553, 0.3662)),  # Newcombe 1998, table I
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_published_values(hits: int, trials: int, interval: tuple[float, float]) -> None:
    assert wilson(hits, trials) == pytest.approx(interval, abs=5e-5)


def test_no_trials_no_interval() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize("trials", range(1, 60))
def test_all_and_none_lie_within_their_interval(trials: int) -> None:
    for hits in (0, trials):
        interval = wilson(hits, trials)
        assert interval is not None
        assert 0 <= interval[0] <= hits / trials <= interval[1] <= 1
