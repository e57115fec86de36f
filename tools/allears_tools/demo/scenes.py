"""The scenes of the demo: a wake word, then something said, and the command it should give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import msgspec
import yaml
from allears.profile import ProfileLanguage

from allears_tools.demo.asterisk import Person, recordings
from allears_tools.demo.errors import ClipsMissing
from allears_tools.seeds import load_language, match_command
from allears_tools.speech.cache import cache_root

_CLIPS_DIR = Path(__file__).parent / "clips"


class DemoClip(msgspec.Struct, frozen=True):
    """A synthetic clip in the repo, by a voice that training never hears."""

    file: str
    language: str
    text: str
    engine: str
    voice: str
    version: str
    licence: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where the clip lies."""
        return _CLIPS_DIR / self.file


@dataclass(frozen=True)
class Scene:
    """A wake word and what is said after it; `command` is None where nothing may fire."""

    speaker: str
    said: str
    command: str | None
    wake: Path
    audio: Path


@dataclass(frozen=True)
class Section:
    """Scenes of one origin in one language; `real` says whether a person speaks the commands."""

    title: str
    language: str
    real: bool
    scenes: list[Scene] = field(default_factory=list)


def demo_clips(language: str | None = None) -> list[DemoClip]:
    """The clips in the repo, of one language or all, the wake words of each first."""
    listed = yaml.safe_load((_CLIPS_DIR / "clips.yaml").read_text(encoding="utf-8"))
    clips = msgspec.convert(listed["clips"], list[DemoClip])
    return [clip for clip in clips if language in (None, clip.language)]


def person_section(entry: ProfileLanguage, person: Person) -> Section:
    """Debian's recordings of a person, each after a wake word by a synthetic voice.

    Raises:
        RecordingsUnavailable: they cannot be fetched.
    """
    seed = load_language(entry.language)
    wakes = wake_clips(entry)
    scenes = [
        Scene(person.speaker, text, match_command(seed, text), next(wakes), path)
        for path, text in recordings(person, cache_root()).items()
    ]
    title = f"{seed.name}, a person: Debian's {person.package}, {person.licence}"
    title += " (wake word: synthetic)"
    return Section(title, entry.language, True, scenes)


def synthetic_section(entry: ProfileLanguage, note: str = "") -> Section:
    """The clips in the repo of a profile's language: voices that training never hears."""
    seed = load_language(entry.language)
    wakes = wake_clips(entry)
    scenes = [
        Scene(f"{c.engine} {c.voice}", c.text, match_command(seed, c.text), next(wakes), c.path)
        for c in demo_clips(entry.language)
        if c.text != seed.wake.text
    ]
    title = f"{seed.name}, synthetic: held-out voice, no person{note}"
    return Section(title, entry.language, False, scenes)


def wake_clips(entry: ProfileLanguage) -> Iterator[Path]:
    """The clips of a wake word, over and over; it may be one that another language shares.

    Raises:
        ClipsMissing: the repo has none.
    """
    paths = [clip.path for clip in demo_clips() if clip.text in entry.wake_words]
    if not paths:
        raise ClipsMissing(
            f"There is no clip of the wake word {entry.wake_words[0]!r}.",
            "it is new, or the profile's own",
            "Play a recording: make demo AUDIO=file.wav PROFILE=xx; or make clips: "
            f"python -m allears_tools.demo.build_clips {entry.language}",
        )
    return cycle(paths)
