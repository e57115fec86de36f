"""What can go wrong on the desk with packs and keys."""

from __future__ import annotations

from allears.errors import AllEarsError


class PackingError(AllEarsError):
    """A pack cannot be built."""


class KeyFileError(AllEarsError):
    """A signing key cannot be read or written."""
