"""Random draws that are the same on every machine, a stream for each phrase."""

from __future__ import annotations

import hashlib

import numpy as np

from allears_tools.speech.phrases import Phrase

PITCH_SEMITONES = (-2.5, 2.5)
"""How far a Kokoro voice is moved."""

_ENDINGS = ("", ".", "!", "?")
_ENDING_ODDS = (0.35, 0.3, 0.25, 0.1)


def ending(phrase: Phrase, rng: np.random.Generator) -> str:
    mark = str(rng.choice(_ENDINGS, p=_ENDING_ODDS))
    return "" if phrase.role == "filler" else mark


def draw(rng: np.random.Generator, low: float, high: float) -> float:
    return round(float(rng.uniform(low, high)), 2)


def stream(number: int, *names: str) -> np.random.Generator:
    digest = hashlib.sha256("|".join((str(number), *names)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))
