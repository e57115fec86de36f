"""A small labels file with synthetic audio, and a listener that hears loudness.

A clip "says" a command through its peak: the fake listener fires what LEVELS maps the peak to,
once, when the loud part has passed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from allears.events import Command, Event, Wake
from allears_tools.evaluate.judging import Vocabulary

RATE_HZ = 16000
HEADER = "path language text speaker kind duration_s sample_rate_hz source licence training"
LEVELS = {4000: "digit_1", 8000: "digit_2", 12000: "stop"}
"""Peak of a clip to the command that the fake listener hears in it."""

VOCABULARY = Vocabulary(
    language="zh",
    command_of={"一": "digit_1", "二": "digit_2", "停": "stop"}.get,
    phrasings=frozenset({"一", "二", "停"}),
    wake_phrases=frozenset({"你好电脑"}),
)


class FakeListener:
    """Fires one event a burst, 100 ms after the burst's end."""

    def __init__(self, profile: str, language: str, stage: str) -> None:
        self.stage = stage
        self.language = language
        self.resets = 0
        self.reset()

    def reset(self) -> None:
        self.resets += 1
        self.position = 0
        self.peak = 0

    def feed(self, samples: np.ndarray) -> list[Event]:
        assert samples.dtype == np.int16
        self.position += len(samples)
        loudest = int(np.abs(samples.astype(np.int32)).max())
        if loudest > 1000:
            self.peak = max(self.peak, loudest)
            return []
        return self._fire()

    def finish(self) -> list[Event]:
        return self._fire()

    def _fire(self) -> list[Event]:
        heard = next((name for peak, name in LEVELS.items() if abs(self.peak - peak) < 500), None)
        self.peak = 0
        if heard is None:
            return []
        time_s = self.position / RATE_HZ
        if self.stage == "wake":
            return [Wake(time_s, 0.9, self.language, "computer")]
        return [Command(time_s, 0.9, self.language, heard)]


def burst(peak: int, seconds: float = 0.5) -> np.ndarray:
    """A 400 Hz tone, int16, with a tenth of a second of quiet on each side."""
    time_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    tone = (peak * np.sin(2 * np.pi * 400 * time_s)).astype(np.int16)
    gap = np.zeros(RATE_HZ // 10, np.int16)
    return np.concatenate([gap, tone, gap])


class Recordings:
    """Writes clips and their labels file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.labels = folder / "labels.tsv"
        self.lines = [HEADER.replace(" ", "\t")]

    def add(
        self,
        peaks: list[int],
        text: str,
        locale: str = "zh-CN",
        speaker: str = "",
        kind: str = "digit",
        source: str = "one",
        training: str = "test only",
        seconds: float = 0.5,
    ) -> None:
        """Add a clip of one burst a peak."""
        audio = np.concatenate([burst(peak, seconds) for peak in peaks])
        name = f"{source}/{len(self.lines):03}.wav"
        (self.folder / source).mkdir(exist_ok=True)
        soundfile.write(self.folder / name, audio, RATE_HZ)
        duration = f"{len(audio) / RATE_HZ:.2f}"
        values = (name, locale, text, speaker, kind, duration, "16000", source, "CC0", training)
        self.lines.append("\t".join(values))
        self.labels.write_text("\n".join(self.lines) + "\n", encoding="utf-8")


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return Recordings(tmp_path)
