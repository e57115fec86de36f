"""Outcomes made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from allears_tools.evaluate.judging import Truth
from allears_tools.evaluate.labels import Clip
from allears_tools.evaluate.woken import Scene
from allears_tools.flash.messages import HeardEvent
from allears_tools.testing.outcome import Outcome
from allears_tools.testing.targets import Facts, Playback
from allears_tools.testing.trials import Trial

FACTS = Facts("tcp:here:1", "linux", "gb", "1.0.0", ["en"], "link")
END_MS = 2000
"""When the speech ends in every scene."""


def clip(name: str, text: str = "", kind: str = "command", duration_s: float = 1.0) -> Clip:
    path = Path(name)
    return Clip(
        name, "en", "en", text, "somebody", kind, duration_s, "one", "CC0", "test only", path
    )


def event(id: str, at_ms: int, n: int = 0) -> HeardEvent:
    kind = "wake" if id == "computer" else "command"
    return HeardEvent(n=n, at_ms=at_ms, kind=kind, lang="en", id=id, score=200)


def outcome(
    expected: str | None,
    *events: HeardEvent,
    name: str = "a.wav",
    reference: list[HeardEvent] | None = None,
    heard_ms: int | None = 3000,
) -> Outcome:
    """What came of a clip of 3 s, its speech ending at END_MS."""
    stage = "wake" if expected == "wake" else "commands"
    wake = None if stage == "wake" else Path("wake.wav")
    trial = Trial(clip(name), Truth(expected=expected), stage, "en", wake)
    scene = Scene(np.zeros(48000, np.int16), 1.0, END_MS / 1000)
    told = list(events)
    playback = Playback(told, heard_ms, 0)
    return Outcome(trial, scene, playback, told if reference is None else reference)
