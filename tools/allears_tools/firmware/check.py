"""Compares the events of the C runtime with those of the Python runtime on recordings of people.

Python runs TensorFlow Lite's reference kernels, which the C kernels equal bit for bit, so every
difference of an event is a fault of one of the two.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from allears import Listener, Profile
from allears.events import Event
from allears.interpreter import KERNELS_OVERRIDE, REFERENCE_KERNELS, interpreter_name
from allears.locate import models_dir
from numpy.typing import NDArray

from allears_tools.evaluate.clip_audio import quiet, read_padded
from allears_tools.evaluate.labels import Clip
from allears_tools.firmware.errors import CheckError
from allears_tools.firmware.library import use_fresh_library

_MAX_CLIP_S = 20.0
_WAKE_EVERY = 2
"""Every second clip comes after a recording of the wake word, so that the whole way is compared."""

_GAP_S = 0.3
_CHUNK_SAMPLES = 997
"""C is fed in odd chunks, Python in one piece: events must not depend on it."""


@dataclass
class Comparison:
    """What was compared, and where C and Python differ."""

    profile: str
    assume_wake: bool
    clips: int = 0
    audio_s: float = 0.0
    events: int = 0
    differing: list[dict[str, Any]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a report."""
        return {**asdict(self), "audio_s": round(self.audio_s, 1)}


def named_profile(name: str) -> Profile:
    """Return a profile by its code; "gb+rs" is gb's with the languages of both."""
    first, *others = [Profile.load(code) for code in name.split("+")]
    languages = [entry for profile in (first, *others) for entry in profile.languages]
    return msgspec.structs.replace(first, languages=languages)


def choose_clips(clips: list[Clip], count: int) -> list[Clip]:
    """Return about ``count`` clips of all sources alike, the same on every call."""
    usable = [clip for clip in clips if clip.duration_s <= _MAX_CLIP_S]
    if not usable:
        raise CheckError("There are no recordings of 20 s or less.", "an empty labels file", "")
    step = max(1, len(usable) // count)
    return usable[::step][:count]


def compare(
    name: str,
    clips: list[Clip],
    *,
    assume_wake: bool,
    wakes: list[Clip],
    models: Path | None = None,
    tell: Callable[[], None] = lambda: None,
) -> Comparison:
    """Let both runtimes hear every clip.

    Args:
        wakes: recordings of wake words, one of which goes before every second clip.
        tell: called after each clip.
    """
    found = Comparison(name, assume_wake)
    profile = named_profile(name)
    with reference_kernels():
        python = Listener(profile, assume_wake=assume_wake, models=models)
    reason = use_fresh_library()
    if reason:
        raise CheckError("There is no C runtime to compare with.", reason)
    native = Listener(profile, assume_wake=assume_wake, models=models, interpreter="native")
    for number, clip in enumerate(clips):
        before = wakes[number // _WAKE_EVERY % len(wakes)] if wakes else None
        audio = _scene(clip, None if assume_wake or number % _WAKE_EVERY else before)
        with reference_kernels():
            expected = python.feed(audio) + python.finish()
        heard = _hear(native, audio)
        found.clips += 1
        found.audio_s += len(audio) / 16000
        found.events += len(expected)
        if heard != expected:
            found.differing.append(
                {"clip": clip.path, "python": _plain(expected), "c": _plain(heard)}
            )
        tell()
    return found


def facts(models: Path | None = None) -> dict[str, Any]:
    """What a report must say of how it was made."""
    folder = models or models_dir()
    paths = sorted([*folder.glob("*.tflite"), *folder.glob("*/*.tflite")])
    digests = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
    }
    return {"interpreter": interpreter_name(), "kernels": REFERENCE_KERNELS, "models": digests}


def _scene(clip: Clip, wake: Clip | None) -> NDArray[np.int16]:
    audio = read_padded(clip.audio)
    if wake is None:
        return audio
    return np.concatenate([read_padded(wake.audio), quiet(_GAP_S), audio])


def _hear(native: Listener, audio: NDArray[np.int16]) -> list[Event]:
    events: list[Event] = []
    for at in range(0, len(audio), _CHUNK_SAMPLES):
        events += native.feed(audio[at : at + _CHUNK_SAMPLES])
    return events + native.finish()


def _plain(events: list[Event]) -> list[dict[str, Any]]:
    return [event.to_dict() for event in events]


@contextmanager
def reference_kernels() -> Iterator[None]:
    """Models that are built or reset meanwhile run the reference kernels."""
    before = os.environ.get(KERNELS_OVERRIDE)
    os.environ[KERNELS_OVERRIDE] = REFERENCE_KERNELS
    try:
        yield
    finally:
        if before is None:
            del os.environ[KERNELS_OVERRIDE]
        else:
            os.environ[KERNELS_OVERRIDE] = before
