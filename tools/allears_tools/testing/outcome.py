"""What became of one clip on a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allears_tools.evaluate.clip_audio import AFTER_S, SAMPLE_RATE_HZ
from allears_tools.evaluate.listening import Hearing
from allears_tools.evaluate.woken import Scene
from allears_tools.flash.messages import HeardEvent
from allears_tools.testing.targets import Playback
from allears_tools.testing.trials import Trial

RESULTS = ("right", "wrong", "none", "not woken", "quiet", "false")
"""`none`: nothing was heard though something was due. `not woken`: the wake word before the clip
was missed. `quiet` and `false`: nothing, or something, was heard where nothing was due."""

GOOD = ("right", "quiet")

_FRAME_MS = 10


@dataclass(frozen=True)
class Outcome:
    """A trial, its stream, what the device told, and the events of the reference kernels."""

    trial: Trial
    scene: Scene
    playback: Playback
    reference: list[HeardEvent]

    @property
    def heard(self) -> list[HeardEvent]:
        """The events of the trial's stage: wake words, or commands."""
        kind = "wake" if self.trial.stage == "wake" else "command"
        return [event for event in self.playback.events if event.kind == kind]

    @property
    def woken(self) -> bool:
        """Whether the device heard a wake word at all."""
        return any(event.kind == "wake" for event in self.playback.events)

    @property
    def result(self) -> str:
        """One of `RESULTS`; the first event of the stage decides."""
        expected = self.trial.truth.expected
        if self.trial.wake and not self.woken:
            return "not woken"
        if expected is None:
            return "false" if self.heard else "quiet"
        if not self.heard:
            return "none"
        return "right" if self._name(self.heard[0]) == expected else "wrong"

    @property
    def said(self) -> str:
        """What the device made of it, in a word."""
        return self._name(self.heard[0]) if self.heard else "–"

    @property
    def latency_ms(self) -> int | None:
        """From the end of the speech to the event, by the device's clock; of right ones only."""
        if self.result != "right":
            return None
        return self.heard[0].at_ms - round(self.scene.speech_end_s * 1000)

    @property
    def dropped_frames(self) -> int | None:
        """Frames of 10 ms that were sent and not heard."""
        heard_ms = self.playback.heard_ms
        if heard_ms is None:
            return None
        # The device's clock tells whole milliseconds.
        return max(0, round((self.sent_ms - heard_ms - 1) / _FRAME_MS))

    @property
    def sent_ms(self) -> float:
        """Length of the stream."""
        return len(self.scene.samples) * 1000 / SAMPLE_RATE_HZ

    @property
    def agrees(self) -> bool:
        """Whether the device told just the events of the reference kernels, each at its time."""
        return _plain(self.playback.events) == _plain(self.reference)

    def hearing(self) -> Hearing:
        """As `allears evaluate` has it, so that its reports count both alike."""
        heard, start_s = self.heard[:1], self.scene.clip_start_s
        latency_ms = heard[0].at_ms - self.scene.speech_end_s * 1000 if heard else None
        return Hearing(
            clip=self.trial.clip,
            truth=self.trial.truth,
            heard=tuple(self._name(event) for event in heard),
            languages=tuple(event.lang for event in heard),
            scores=tuple(event.score / 256 for event in heard),
            times_s=tuple(event.at_ms / 1000 - start_s for event in heard),
            latency_s=None if latency_ms is None else latency_ms / 1000,
            duration_s=len(self.scene.samples) / SAMPLE_RATE_HZ - start_s - AFTER_S,
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON types."""
        clip = self.trial.clip
        return {
            "clip": clip.path,
            "stage": self.trial.stage,
            "language": self.trial.language,
            "source": clip.source,
            "speaker": clip.speaker,
            "text": clip.text,
            "expected": self.trial.truth.expected,
            "result": self.result,
            "latency_ms": self.latency_ms,
            "dropped_frames": self.dropped_frames,
            "agrees": self.agrees,
            "events": [event.model_dump() for event in self.playback.events],
            "reference": None if self.agrees else [e.model_dump() for e in self.reference],
        }

    def _name(self, event: HeardEvent) -> str:
        return "wake" if self.trial.stage == "wake" else event.id


def _plain(events: list[HeardEvent]) -> list[tuple[str, str, str, int, int | None]]:
    return [(event.kind, event.lang, event.id, event.at_ms, event.number) for event in events]
