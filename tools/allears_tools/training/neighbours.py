"""What sounds like a wake word but is not it: words of the language.

They are measured in phonological features (panphon): near enough to be mistaken, far enough that
nobody would say it is the word itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from allears_tools.seeds import LanguageSeed
from allears_tools.speech.common_words import frequent_words
from allears_tools.speech.engines import engine
from allears_tools.speech.engines.espeak import Espeak
from allears_tools.speech.phrases import phrases
from allears_tools.training.material import TrainingError

LEAST_DISTANCE = 0.25
"""In segments' worth of features: what is nearer is another way to say the word."""
_COMMON_WORDS = 8000
_SHORTLIST = 600
"""Words that are compared feature by feature: the nearest by plain edit distance."""


def pronunciation(text: str, seed: LanguageSeed) -> str:
    """espeak-ng's IPA of a text, ties written ^.

    Raises:
        TrainingError: espeak-ng does not speak the language.
    """
    if not seed.espeak_voice:
        raise TrainingError(
            f"Nothing here can pronounce {seed.name} text.",
            "espeak-ng does not speak the language",
            f"Write the wake word with its IPA into seeds/languages/{seed.language}.yaml.",
        )
    speaker = engine("espeak")
    assert isinstance(speaker, Espeak)
    return speaker.ipa(text, seed.espeak_voice)


def known_words(seed: LanguageSeed) -> list[str]:
    """Frequent words of the language, and every word of its seed file."""
    words = {word for phrase in phrases(seed) for word in phrase.text.casefold().split()}
    words |= set(frequent_words(seed.language, _COMMON_WORDS))
    return sorted(w for w in (word.strip(".,;:!?¿¡«»\"'") for word in words) if w.isalpha())


def near_words(wake_word: str, seed: LanguageSeed, count: int, words: Iterable[str]) -> list[str]:
    """Phrases to be told from a wake word: real words in the place of each of its words, each of
    its words alone, nearest first."""
    parts = wake_word.split()
    whole = _plain(pronunciation(wake_word, seed))
    pronounced = {word: _plain(pronunciation(word, seed)) for word in words if len(word) > 2}
    found: dict[str, None] = dict.fromkeys(parts if len(parts) > 1 else [])
    ranked = [_nearest(_plain(pronunciation(part, seed)), pronounced, count) for part in parts]
    for turn in range(count):
        for place, near in enumerate(ranked):
            if turn < len(near):
                said = [*parts[:place], near[turn], *parts[place + 1 :]]
                if not _plain(pronunciation(" ".join(said), seed)).startswith(whole):
                    found[" ".join(said)] = None
    return list(found)[:count]


def _nearest(wanted: str, pronounced: dict[str, str], count: int) -> list[str]:
    import editdistance

    def rough(word: str) -> float:
        return float(editdistance.eval(wanted, pronounced[word]) - 0.3 * len(wanted))

    apart = _distance()
    short = sorted(pronounced, key=rough)[:_SHORTLIST]
    measured = {
        word: float(apart.feature_edit_distance(wanted, pronounced[word])) for word in short
    }
    near = [word for word in measured if measured[word] >= LEAST_DISTANCE]
    near = [word for word in near if wanted not in pronounced[word]]
    return sorted(near, key=measured.__getitem__)[: count * 2]


def _plain(ipa: str) -> str:
    """IPA as panphon takes it: ties as bows, no stress, length or marks."""
    return "".join(c for c in ipa.replace("^", "\u0361") if c not in "ˈˌː.!?, ")


@cache
def _distance() -> Any:
    from panphon.distance import Distance

    return Distance()
