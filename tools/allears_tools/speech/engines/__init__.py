"""The synthesisers, all run inside this process; one module each."""

from __future__ import annotations

from functools import cache
from typing import Protocol

import numpy as np

from allears_tools.speech.errors import SpeechError
from allears_tools.speech.request import ClipRequest


class Engine(Protocol):
    """What every engine offers."""

    version: str
    """Goes into each clip's address: a new version makes new clips."""

    def voices(self) -> list[str]:
        """Every voice id, sorted."""

    def speak(self, request: ClipRequest) -> np.ndarray:
        """The finished clip: int16 [n], 16 kHz, trimmed; empty if the engine said nothing."""

    def pronounce(self, request: ClipRequest) -> str:
        """The symbols that the engine speaks for a request; empty where it takes text."""


def names() -> tuple[str, ...]:
    """Engines that can be asked for."""
    return ("espeak", "flite", "kokoro", "piper")


@cache
def engine(name: str) -> Engine:
    """The engine, loaded at its first use and then kept for the life of the process."""
    if name == "espeak":
        from allears_tools.speech.engines.espeak import Espeak

        return Espeak()
    if name == "kokoro":
        from allears_tools.speech.engines.kokoro import Kokoro

        return Kokoro()
    if name == "piper":
        from allears_tools.speech.engines.piper import Piper

        return Piper()
    if name == "flite":
        from allears_tools.speech.engines.flite import Flite

        return Flite()
    raise SpeechError(
        f"no speech engine is called '{name}'",
        "a seed file or a request names it",
        "use one of: " + ", ".join(names()),
    )
