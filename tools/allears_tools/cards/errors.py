"""What can go wrong with cards."""

from __future__ import annotations

from allears.errors import AllEarsError


class CardError(AllEarsError):
    """A report, a card or the README cannot be used."""
