"""What sounds like a wake word but is not it: words of the language, and the word gone wrong.

Both are measured in phonological features (panphon): near enough to be mistaken, far enough that
nobody would say it is the word itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from allears_tools.seeds import LanguageSeed
from allears_tools.speech.engines import engine
from allears_tools.speech.engines.espeak import Espeak
from allears_tools.speech.phrases import phrases
from allears_tools.training.material import TrainingError

LEAST_DISTANCE = 0.25
"""In segments' worth of features: what is nearer is another way to say the word."""
_LEAST_SLIP = 0.5
"""The same for a word gone wrong: another unstressed vowel is how somebody else says it."""
_COMMON_WORDS = 8000
_SHORTLIST = 600
"""Words that are compared feature by feature: the nearest by plain edit distance."""
_WORDFREQ_CODES = {"sr": "sh"}
"""wordfreq's code where it is not ours."""


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


def common_words(seed: LanguageSeed) -> list[str]:
    """Frequent words of the language, and every word of its seed file."""
    from wordfreq import available_languages, top_n_list

    words = {word for phrase in phrases(seed) for word in phrase.text.casefold().split()}
    code = _WORDFREQ_CODES.get(seed.language, seed.language)
    if code in available_languages():
        words |= set(top_n_list(code, _COMMON_WORDS))
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


def slips(ipa: str, count: int, rng: np.random.Generator) -> list[str]:
    """Pronunciations that go wrong in one or two sounds, or break off: IPA, ties written ^.

    A consonant is left out, or a sound becomes another one of its kind; each half of the word
    alone is among them.
    """
    table = _features()
    sounds: list[str] = table.segs_safe(ipa.replace("^", "\u0361"))
    places = [i for i, sound in enumerate(sounds) if table.seg_known(sound)]
    whole = _plain(ipa)
    found: dict[str, None] = {}
    if len(places) >= 4:
        middle = places[len(places) // 2]
        found |= dict.fromkeys(["".join(sounds[:middle]), "".join(sounds[middle:])])
    for _ in range(count * 30):
        if len(found) >= count:
            break
        wrong = list(sounds)
        for place in rng.permutation(places)[: int(rng.integers(1, 3))]:
            wrong[place] = _slip(sounds, int(place), rng)
        said = "".join(wrong)
        distance = _distance().feature_edit_distance(whole, _plain(said))
        if distance >= _LEAST_SLIP and not _plain(said).startswith(whole):
            found[said] = None
    return [said.replace("\u0361", "^") for said in list(found)[:count]]


_SUBSTITUTES = "p b t d k ɡ f v s z ʃ m n l j w h i e ɛ a ɑ o ɔ u ə ɪ ʊ".split()
"""Sounds that every synthesiser here has."""


def _slip(sounds: Sequence[str], place: int, rng: np.random.Generator) -> str:
    """Another sound of the same kind (vowel or consonant), or a consonant left out."""
    table = _features()
    vowel = _is_vowel(table, sounds[place])
    if not vowel and rng.random() < 0.25:
        return ""
    pool = [s for s in _SUBSTITUTES if s != sounds[place] and _is_vowel(table, s) == vowel]
    return pool[int(rng.integers(len(pool)))]


def _is_vowel(table: Any, sound: str) -> bool:
    features = table.fts(sound)
    return bool(features) and features["syl"] > 0


def _plain(ipa: str) -> str:
    """IPA as panphon takes it: ties as bows, no stress, length or marks."""
    return "".join(c for c in ipa.replace("^", "\u0361") if c not in "ˈˌː.!?, ")


@cache
def _features() -> Any:
    from panphon import FeatureTable

    return FeatureTable()


@cache
def _distance() -> Any:
    from panphon.distance import Distance

    return Distance()
