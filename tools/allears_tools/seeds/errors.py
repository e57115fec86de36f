"""What can be wrong with a seed file."""

from __future__ import annotations

from allears.errors import AllEarsError


class SeedError(AllEarsError):
    """A seed file is missing or broken."""
