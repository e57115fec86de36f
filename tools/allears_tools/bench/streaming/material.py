"""The recordings that a track is made of: people and sounds that no model was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from allears.errors import AllEarsError

from allears_tools.evaluate.labels import Clip
from allears_tools.evaluate.split import is_test

_TALK = frozenset({"sentence", "dialogue", "free-speech", "negative"})
_MUSIC = frozenset({"music"})
_NOISE = frozenset({"noise", "noise-car"})
_WAKE = "wake"


@dataclass
class Material:
    """Clips kept apart for testing, by what they are good for."""

    wakes: list[Clip] = field(default_factory=list)
    talk: list[Clip] = field(default_factory=list)
    music: list[Clip] = field(default_factory=list)
    noise: list[Clip] = field(default_factory=list)


def choose_material(clips: Sequence[Clip], wake_words: Sequence[str]) -> Material:
    """Sort the clips that `split.is_test` keeps apart.

    Talk in which a wake word is written, or which has no transcript of its language, is still talk:
    of recordings that say the wake word only the labelled ones are known, so that those with it in
    their text are left out.

    Args:
        wake_words: every spelling.

    Raises:
        AllEarsError: there is no talk, or no wake word.
    """
    spoken = {word.casefold() for word in wake_words}
    found = Material()
    for clip in filter(is_test, clips):
        text = clip.text.casefold()
        if clip.kind == _WAKE and text in spoken:
            found.wakes.append(clip)
        elif clip.kind in _TALK and not any(word in text for word in spoken):
            found.talk.append(clip)
        elif clip.kind in _MUSIC:
            found.music.append(clip)
        elif clip.kind in _NOISE:
            found.noise.append(clip)
    for what, kept in (("wake word", found.wakes), ("talk", found.talk)):
        if not kept:
            raise AllEarsError(
                f"There is no recording of {what} that was kept apart for testing.",
                "the labels file has none, or all of its speakers train",
                "Give --recordings a labels file with people who train nothing.",
            )
    return found
