"""How models of different thresholds are compared: by the margin above their own."""

from __future__ import annotations

from typing import NamedTuple


class Margin(NamedTuple):
    """A model's answer beside its limit, in integers, so that the C runtime compares alike.

    ``total``: sum of the window's outputs, each 0 to 255; ``limit``: what it takes to fire, no more
    than ``total``; ``full_scale``: 256 times the window's length.
    """

    total: int
    limit: int
    full_scale: int

    @property
    def score(self) -> float:
        """The mean output, 0 to 1."""
        return self.total / self.full_scale

    def beats(self, other: Margin) -> bool:
        """Whether this reaches a greater share of the way from its limit to its full scale."""
        ours = (self.total - self.limit) * (other.full_scale - other.limit)
        return ours > (other.total - other.limit) * (self.full_scale - self.limit)
