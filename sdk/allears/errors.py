"""Errors that a user sees: what failed, the likely cause, and the next step."""

from __future__ import annotations

from allears.link_contract import Refusal


class AllEarsError(Exception):
    """Base of every error meant for a user's eyes.

    Args:
        what: what failed, naming the file or value.
        cause: the likely cause.
        remedy: what to do next.
    """

    def __init__(self, what: str, cause: str = "", remedy: str = "") -> None:
        super().__init__(what, cause, remedy)
        self.what = what
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [self.what]
        if self.cause:
            parts.append(f"Likely cause: {self.cause}")
        if self.remedy:
            parts.append(f"Next step: {self.remedy}")
        return "\n  ".join(parts)


class AudioError(AllEarsError):
    """An audio file or stream cannot be read."""


class MicrophoneError(AudioError):
    """No microphone can be opened."""


class DataFileError(AllEarsError):
    """A YAML or JSON data file is missing, malformed or holds a wrong value."""


class ProfileError(DataFileError):
    """A device profile or board file is unknown, broken or does not fit the models."""


class LanguageError(AllEarsError):
    """A language has no models or is not in the profile."""


class MissingModelError(LanguageError):
    """A listener was asked for a language whose models are not all there."""


class ModelError(AllEarsError):
    """A model file is missing, corrupt or does not have the expected interface."""


class InterpreterError(AllEarsError):
    """No TensorFlow Lite interpreter can be used."""


class PackError(AllEarsError):
    """A pack is refused; `refusal` says why, as a device would."""

    def __init__(self, refusal: Refusal, detail: str = "", remedy: str = "") -> None:
        super().__init__(refusal.sentence, detail, remedy)
        self.refusal = refusal


class DeviceError(AllEarsError):
    """A device cannot be started: its state folder, its key or its link is unusable."""
