"""The margin above a model's own threshold, in integers as the C runtime has them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from allears.margin import Margin
from hypothesis import given
from hypothesis import strategies as st


@st.composite
def margins(draw):
    """An answer that fired: over windows of 1 to 180, as outputs of 8 bits can give it."""
    window = draw(st.integers(1, 180))
    total = draw(st.integers(0, 255 * window))
    return Margin(total, draw(st.integers(0, total)), 256 * window)


def share(margin):
    return Fraction(margin.total - margin.limit, margin.full_scale - margin.limit)


@given(margins(), margins())
def test_the_greater_share_of_the_way_to_certainty_wins(first, second):
    assert first.beats(second) == (share(first) > share(second))
    for one, other in ((first, second), (second, first)):
        product = (one.total - one.limit) * (other.full_scale - other.limit)
        assert product < 2**31


def test_thresholds_weigh():
    eager, strict = Margin(460, 269, 768), Margin(700, 691, 768)
    assert strict.score > eager.score
    assert eager.beats(strict) and not strict.beats(eager)


def test_a_tie_is_no_win():
    one = Margin(200, 100, 256)
    assert not one.beats(one)
    assert one.score == pytest.approx(0.78125)
