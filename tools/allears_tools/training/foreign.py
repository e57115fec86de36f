"""What people say in other languages: words and sentences that are none of a language's own."""

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


def sounds(pronounced: str) -> str:
    """IPA without stress, ties, pauses and marks: what counts when words are compared."""
    plain = unicodedata.normalize("NFD", pronounced)
    return "".join(c for c in plain if unicodedata.category(c) in ("Ll", "Lo"))


def _is_near(said: str, own: Sequence[str]) -> bool:
    import editdistance

    return any(
        editdistance.eval(said, mine) < LEAST_DISTANCE * max(len(said), len(mine))
        for mine in own
        if abs(len(said) - len(mine)) < LEAST_DISTANCE * max(len(said), len(mine))
    )
