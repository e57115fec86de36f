"""A listener without models, for what the demo itself does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from allears import Event, Wake
from numpy.typing import NDArray


class ScriptedListener:
    """Gives the events of its script as the audio passes their time."""

    def __init__(self, script: Sequence[Event]) -> None:
        self._script = sorted(script, key=lambda event: event.time_s)
        self._heard_s = 0.0
        self.fed: list[NDArray[np.int16]] = []

    def feed(self, samples: NDArray[np.int16]) -> list[Event]:
        self.fed.append(samples)
        self._heard_s += len(samples) / 16000
        due = [event for event in self._script if event.time_s <= self._heard_s]
        self._script = self._script[len(due) :]
        return due

    def finish(self) -> list[Event]:
        return list(self._script)


@pytest.fixture
def wake() -> Wake:
    return Wake(time_s=1.6, score=0.99, language="en", wake_word="computer")


@pytest.fixture
def scripted() -> type[ScriptedListener]:
    return ScriptedListener
