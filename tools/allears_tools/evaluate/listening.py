"""One clip through one listener."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import allears
from allears.errors import ProfileError
from allears.profile import Profile, profile_codes

from allears_tools.evaluate.clip_audio import AFTER_S, SAMPLE_RATE_HZ
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.judging import LONG_AUDIO_S, Truth
from allears_tools.evaluate.labels import Clip
from allears_tools.evaluate.noise import NoiseBed
from allears_tools.evaluate.woken import after_wake, alone

_CHUNK = 1600  # 100 ms: events do not depend on it, early leaving does

ListenerFactory = Callable[[str, str, str], Any]
"""Builds the listener of (profile, language, stage); must be picklable for several jobs."""


@dataclass(frozen=True)
class Hearing:
    """What was heard in a clip.

    ``heard`` holds command ids, or "wake", in the order of the events: in a short clip the
    first only; ``languages`` are those of the events, ``times_s`` count from the start of the clip.
    ``latency_s`` is from the estimated end of the speech to the first event. ``repeated``: a short
    clip in which one event was due gave more.
    """

    clip: Clip
    truth: Truth
    heard: tuple[str, ...]
    languages: tuple[str, ...] = ()
    scores: tuple[float, ...] = ()
    times_s: tuple[float, ...] = ()
    latency_s: float | None = None
    duration_s: float = 0.0
    repeated: bool = False
    failure: str | None = None


def build_listener(profile: str, language: str, stage: str) -> Any:
    """Build the runtime's listener for a stage: commands are heard as if just woken."""
    return allears.Listener(
        profile,
        language=language,
        assume_wake=stage == "commands",
        wake_only=stage == "wake",
    )


def build_device_listener(profile: str, language: str, stage: str) -> Any:
    """Build the runtime's listener as a device has it: all languages, from wake word to command."""
    return allears.Listener(profile)


def profile_for(language: str) -> str:
    """Return the code of the first profile that has a language, as its main one if any does.

    Raises:
        EvaluationError: no profile has it.
    """
    languages: dict[str, list[str]] = {}
    for code in profile_codes():
        try:
            languages[code] = [entry.language for entry in Profile.load(code).languages]
        except ProfileError:
            continue  # a broken profile of another market is not this evaluation's business
    fitting = [code for code, spoken in languages.items() if language in spoken]
    if not fitting:
        raise EvaluationError(
            f"No device profile has the language {language!r}.",
            "the code is mistyped, or the market has no profile yet",
            "See `allears profiles`, or give --profile a country code or a path.",
        )
    return min(fitting, key=lambda code: (languages[code][0] != language, code))


def hear(
    clip: Clip,
    truth: Truth,
    stage: str,
    listener: Any,
    noise: NoiseBed | None = None,
    wake: Path | None = None,
) -> Hearing:
    """Stream a clip through a listener, which is reset first.

    In a short clip the first event decides; whether more follow is told where one was due, and
    where none was the rest is not listened to. In long audio every event is kept. The quiet after
    a clip is all that a late event may need, so the stream is not flushed. With `noise` there is
    noise under all of it, the quiet included.

    With a recording of the `wake` word before the clip the stream is ended as a device's is, and
    what is then still due counts.
    """
    scene = alone(clip.audio) if wake is None else after_wake(wake, clip.audio)
    heard = scene.samples if noise is None else noise.under(scene.samples, clip.path)
    single = clip.duration_s <= LONG_AUDIO_S
    listener.reset()
    events: list[Any] = []
    for start in range(0, len(heard), _CHUNK):
        events += _of_stage(listener.feed(heard[start : start + _CHUNK]), stage)
        if events and single and not truth.expected:
            break
    if wake is not None:
        events += _of_stage(listener.finish(), stage)
    repeated = single and len(events) > 1
    if single:
        events = events[:1]
    return Hearing(
        clip=clip,
        truth=truth,
        heard=tuple("wake" if stage == "wake" else event.id for event in events),
        languages=tuple(event.language for event in events),
        scores=tuple(float(event.score) for event in events),
        times_s=tuple(float(event.time_s) - scene.clip_start_s for event in events),
        latency_s=(
            float(events[0].time_s) - scene.speech_end_s if truth.expected and events else None
        ),
        duration_s=len(heard) / SAMPLE_RATE_HZ - scene.clip_start_s - AFTER_S,
        repeated=repeated,
    )


def _of_stage(events: list[Any], stage: str) -> list[Any]:
    wanted = "Wake" if stage == "wake" else "Command"
    return [event for event in events if type(event).__name__ == wanted]
