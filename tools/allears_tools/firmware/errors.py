"""What can go wrong when the firmware is built or checked."""

from __future__ import annotations

from allears.errors import AllEarsError


class BuildError(AllEarsError):
    """The firmware's sources cannot be had, or do not build."""


class CheckError(AllEarsError):
    """C and Python cannot be compared."""
