"""Frequent words of a language: what people say beside commands."""

from __future__ import annotations

import unicodedata
from itertools import islice

from allears_tools.seeds import LanguageSeed
from allears_tools.seeds.matching import normalise_text
from allears_tools.seeds.scripts import foreign_letters
from allears_tools.speech.draws import stream
from allears_tools.speech.phrases import Phrase

WORDS = 800
_AMONG = 3000
"""They are drawn from so many of the most frequent ones."""
_WORDFREQ_CODES = {"sr": "sh"}
"""wordfreq's code where it is not ours."""
_LEAST_LETTERS = {"zh": 2, "ja": 2, "ko": 2}
_OTHERS_LEAST_LETTERS = 3
"""Shorter ones are mostly articles and prepositions."""


def frequent_words(language: str, count: int) -> list[str]:
    """The most frequent words of a language, lower case; none where wordfreq does not know it."""
    from wordfreq import available_languages, top_n_list

    code = _WORDFREQ_CODES.get(language, language)
    return list(top_n_list(code, count)) if code in available_languages() else []


def common_words(seed: LanguageSeed, count: int = WORDS, number: int = 0) -> list[Phrase]:
    """Words to be told from commands, drawn from the frequent ones; no phrasing of a command.

    Args:
        seed: the language.
        count: at most so many.
        number: another number draws others.
    """
    least = _LEAST_LETTERS.get(seed.language, _OTHERS_LEAST_LETTERS)
    said = {
        normalise_text(phrasing.text, seed.language)
        for phrasings in seed.commands.values()
        for phrasing in phrasings
    }
    # Drawn before any is left out, so that a phrasing added to a seed changes no other word.
    words = frequent_words(seed.language, _AMONG)
    order = stream(number, seed.language, "common words").permutation(len(words))
    found = (
        word
        for word in (words[i] for i in order)
        if len(word) >= least
        and _is_read(word, seed)
        and normalise_text(word, seed.language) not in said
    )
    return [Phrase(text=word, role="word", label="none") for word in islice(found, count)]


def _is_read(word: str, seed: LanguageSeed) -> bool:
    """Whether espeak-ng reads a word as one of the language: of Japanese it reads kana only."""
    if not all(unicodedata.category(c)[0] in "LM" for c in word):
        return False
    if seed.language == "ja" and any(unicodedata.name(c, "").startswith("CJK") for c in word):
        return False
    return not foreign_letters(word, seed.scripts)
