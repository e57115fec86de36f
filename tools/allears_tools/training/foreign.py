"""What people say that is no command: words and sentences of other languages, and common words of
the language itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np

from allears_tools.speech import Entry, SpeechCache
from allears_tools.training.streams import NONE, Utterance, trim

_ROLES = ("command", "confusable", "filler")
"""Not what is like a wake word: "computer" is one in more languages than ours."""

LEAST_DISTANCE = 0.5
"""Edits a sound by which a word must differ from each of a language's own to be none of them."""

SAME_DISTANCE = 0.3
"""Edits a sound up to which a word of the language may be taken for a command by people too."""


def foreign_clips(
    cache: SpeechCache,
    language: str,
    per_language: int,
    rng: np.random.Generator,
    avoid: Iterable[str] = (),
) -> list[Utterance]:
    """Training clips of the other languages, as utterances of no class.

    Args:
        cache: where the clips are.
        language: whose clips are left out.
        per_language: so many of each other language.
        rng: picks them.
        avoid: what was pronounced (`Entry.pronounced`) in clips that must not be among them, nor
            anything that sounds like it.
    """
    own = sorted({sounds(said) for said in avoid})
    by_language: dict[str, list[Entry]] = {}
    for entry in cache.entries(where=lambda e: e.role in _ROLES, split="train"):
        if entry.request.language != language:
            by_language.setdefault(entry.request.language, []).append(entry)
    out = []
    for _, entries in sorted(by_language.items()):
        for number in rng.permutation(len(entries))[:per_language]:
            entry = entries[number]
            if not _is_near(sounds(entry.pronounced), own):
                samples = cache.read(entry).astype(np.float32) / 32768
                out.append(Utterance(trim(samples), NONE))
    return out


def common_word_clips(
    cache: SpeechCache,
    language: str,
    count: int,
    rng: np.random.Generator,
    commands: Iterable[str] = (),
) -> list[Utterance]:
    """Training clips of common words of the language, as utterances of no class.

    Args:
        cache: where the clips are.
        language: whose words.
        count: clips at most.
        rng: picks them.
        commands: how commands are pronounced; words that can hardly be told from one by ear, such
            as "for" from "four", are left out.
    """
    own = sorted({sounds(said) for said in commands})
    entries = cache.entries(language=language, role="word", split="train")
    out: list[Utterance] = []
    for number in rng.permutation(len(entries)):
        entry = entries[number]
        if len(out) < count and not _is_near(sounds(entry.pronounced), own, SAME_DISTANCE):
            samples = cache.read(entry).astype(np.float32) / 32768
            out.append(Utterance(trim(samples), NONE))
    return out


def sounds(pronounced: str) -> str:
    """IPA without stress, ties, pauses and marks: what counts when words are compared."""
    plain = unicodedata.normalize("NFD", pronounced)
    return "".join(c for c in plain if unicodedata.category(c) in ("Ll", "Lo"))


def _is_near(said: str, own: Sequence[str], distance: float = LEAST_DISTANCE) -> bool:
    import editdistance

    return any(
        editdistance.eval(said, mine) < distance * max(len(said), len(mine))
        for mine in own
        if abs(len(said) - len(mine)) < distance * max(len(said), len(mine))
    )
