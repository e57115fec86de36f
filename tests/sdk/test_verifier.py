"""The verifier's rule: the highest mean of a window that begins empty."""

from __future__ import annotations

import numpy as np
import pytest
from allears.margin import Margin
from allears.verifier import Verifier, summed_limit

EMBEDDING = np.zeros((1, 128), np.int8)


class Scripted:
    """A verifier's model whose probabilities (in 1/256) are written down, one a step."""

    input_shape, output_shape = (1, 128), (1, 1)

    def __init__(self, *script):
        self._script = script
        self._at = None

    def run(self, values):
        assert values.shape == self.input_shape
        value = self._script[self._at]
        self._at += 1
        return np.array([[value]], np.uint8)

    def reset(self):
        self._at = 0


def judged(*script, cutoff=0.5, window_steps=2):
    return Verifier(Scripted(*script), cutoff, window_steps).judge([EMBEDDING] * len(script))


def test_the_highest_mean_counts():
    assert judged(0, 200, 100, 255, 0) == Margin(355, 256, 512)
    assert judged(100, 100, 100) is None


def test_what_is_missing_counts_as_nothing():
    assert judged(255) is None
    assert judged(255, cutoff=0.4) == Margin(255, 204, 512)
    assert judged() is None


def test_the_cutoff_must_be_exceeded():
    assert judged(128, 128) is None
    assert judged(128, 129) == Margin(257, 256, 512)


def test_each_stretch_is_judged_from_silence():
    verifier = Verifier(Scripted(200, 200), 0.5, 2)
    first = verifier.judge([EMBEDDING] * 2)
    assert first == verifier.judge([EMBEDDING] * 2)
    assert verifier.judge([EMBEDDING]) is None


@pytest.mark.parametrize("cutoff", [0.0, 0.1, 0.3, 0.7, 0.95, 1.0])
def test_the_limit_is_the_cutoff_in_whole_numbers(cutoff):
    limit = summed_limit(cutoff, 7)
    assert limit <= cutoff * 256 * 7 < limit + 1
