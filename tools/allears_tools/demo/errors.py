"""What can go wrong in a demo."""

from __future__ import annotations

from allears.errors import AllEarsError


class RecordingsUnavailable(AllEarsError):
    """Debian's recordings could not be fetched; the demo goes on with the clips in the repo."""


class ClipsMissing(AllEarsError):
    """The repo holds no clips to play to a profile."""
