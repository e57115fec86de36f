"""What can go wrong around an emulated board."""

from __future__ import annotations

from allears.errors import AllEarsError


class BoardError(AllEarsError):
    """The emulated board cannot be built, started or reached."""
