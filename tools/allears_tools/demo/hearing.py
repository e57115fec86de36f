"""Plays a scene to the listener, as a device would hear it, and judges what it recognised."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any

from allears import Command, Event, Listener, Wake
from allears.contract import SAMPLE_RATE_HZ

from allears_tools.demo.scenes import Scene
from allears_tools.evaluate.clip_audio import Samples
from allears_tools.evaluate.woken import after_wake

_CHUNK = SAMPLE_RATE_HZ // 50
"""20 ms, as a sound card delivers."""


@dataclass(frozen=True)
class Heard:
    """What was recognised in a scene.

    `delay_ms` is from the end of the speech to the event, in the stream's own time;
    `computing_s` the processor time for `audio_s` of audio.
    """

    speaker: str
    said: str
    expected: str | None
    woke: bool
    commands: list[str]
    delay_ms: int | None
    computing_s: float
    audio_s: float

    @property
    def right(self) -> bool:
        """Whether the wake word and just the expected command, or none, were recognised."""
        return self.woke and self.commands == ([self.expected] if self.expected else [])

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for `--json`."""
        return {**asdict(self), "right": self.right}


def scene_audio(scene: Scene) -> tuple[Samples, float]:
    """Silence, wake word, pause, speech and silence, int16 [n], and when the speech ends, in s."""
    samples, _, speech_end_s = after_wake(scene.wake, scene.audio)
    return samples, speech_end_s


def hear(listener: Listener, scene: Scene) -> Heard:
    """Feed a scene's audio, 20 ms at a time."""
    audio, end_s = scene_audio(scene)
    started_s = time.process_time()
    events: list[Event] = []
    for start in range(0, len(audio), _CHUNK):
        events += listener.feed(audio[start : start + _CHUNK])
    events += listener.finish()
    computing_s = time.process_time() - started_s
    commands = [event for event in events if isinstance(event, Command)]
    return Heard(
        speaker=scene.speaker,
        said=scene.said,
        expected=scene.command,
        woke=any(isinstance(event, Wake) for event in events),
        commands=[command.id for command in commands],
        delay_ms=round((commands[0].time_s - end_s) * 1000) if commands else None,
        computing_s=computing_s,
        audio_s=len(audio) / SAMPLE_RATE_HZ,
    )
