"""What can go wrong with synthetic speech, told with cause and next step."""

from __future__ import annotations

from allears.errors import AllEarsError


class SpeechError(AllEarsError):
    """A clip, a voice or a download could not be had."""


class VoicesMissing(SpeechError):
    """An engine's files are not in the cache."""


class DownloadFailed(SpeechError):
    """A registry could not be reached or does not hold the pinned version."""


class ChecksumMismatch(SpeechError):
    """A downloaded file is not the one that was pinned."""
