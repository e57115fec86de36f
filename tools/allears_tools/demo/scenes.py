"""The scenes of the demo: a wake word, then something said, and the command it should give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import yaml

from allears_tools.demo.asterisk import recordings
from allears_tools.seeds import load_language, match_command
from allears_tools.speech.cache import cache_root

_CLIPS_DIR = Path(__file__).parent / "clips"
PROFILE_OF = {"en": "gb", "sr": "rs"}
"""Language -> profile that the demo plays it to."""


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
    """Scenes of one origin; `real` says whether a person speaks the commands."""

    title: str
    profile: str
    real: bool
    scenes: list[Scene] = field(default_factory=list)


def demo_clips(language: str) -> list[DemoClip]:
    """The clips in the repo, the wake words first."""
    listed = yaml.safe_load((_CLIPS_DIR / "clips.yaml").read_text(encoding="utf-8"))
    clips = msgspec.convert(listed["clips"], list[DemoClip])
    return [clip for clip in clips if clip.language == language]


def person_section(language: str = "en") -> Section:
    """Debian's recordings of a person, each after a wake word by a held-out synthetic voice.

    Raises:
        RecordingsUnavailable: they cannot be fetched.
    """
    seed = load_language(language)
    wakes = _wake_words(language, seed.wake.text)
    scenes = [
        Scene("Allison", text, match_command(seed, text), next(wakes), path)
        for path, text in recordings(cache_root()).items()
    ]
    title = "English, a person: Debian's asterisk-core-sounds-en-wav (wake word: synthetic)"
    return Section(title, PROFILE_OF[language], True, scenes)


def synthetic_section(language: str, note: str = "") -> Section:
    """The clips in the repo: voices that training never hears."""
    seed = load_language(language)
    wakes = _wake_words(language, seed.wake.text)
    scenes = [
        Scene(f"{c.engine} {c.voice}", c.text, match_command(seed, c.text), next(wakes), c.path)
        for c in demo_clips(language)
        if c.text != seed.wake.text
    ]
    title = f"{seed.name}, synthetic: held-out voice, no person{note}"
    return Section(title, PROFILE_OF[language], False, scenes)


def _wake_words(language: str, text: str) -> Iterator[Path]:
    """The clips of the wake word, over and over."""
    paths = [clip.path for clip in demo_clips(language) if clip.text == text]
    while True:
        yield from paths
