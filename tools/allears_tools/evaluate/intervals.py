"""Confidence intervals of a rate."""

from __future__ import annotations

from math import sqrt

_Z_95 = 1.959964
"""The standard normal's 97.5 % point."""


def wilson(hits: int, trials: int) -> tuple[float, float] | None:
    """Return Wilson's 95 % interval of a rate, both ends in 0..1; None without trials.

    Wilson's holds for few trials and for rates near 0 and 1, where the textbook one does not.
    """
    if trials == 0:
        return None
    rate = hits / trials
    spread = _Z_95**2 / trials
    centre = (rate + spread / 2) / (1 + spread)
    half = _Z_95 * sqrt(rate * (1 - rate) / trials + spread / (4 * trials)) / (1 + spread)
    # At 0 and 1 an end is the rate itself, which rounding must not put outside.
    return max(0.0, min(rate, centre - half)), min(1.0, max(rate, centre + half))
