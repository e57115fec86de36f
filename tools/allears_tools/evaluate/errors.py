"""What can go wrong in an evaluation through the user's input."""

from __future__ import annotations

from allears.errors import AllEarsError


class LabelsError(AllEarsError):
    """A labels file or one of its audio files cannot be used."""


class EvaluationError(AllEarsError):
    """An evaluation was asked for that cannot be run."""
