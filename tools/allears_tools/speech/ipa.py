"""espeak-ng's IPA (ties written ^) in the symbols that Kokoro was trained on.

Kokoro knows English diphthongs as capitals (A = eɪ, I = aɪ, O = oʊ, Q = əʊ, W = aʊ, Y = ɔɪ) and
affricates as single letters; other symbols it lacks are replaced by the nearest one it has.
"""

from __future__ import annotations

import re
import unicodedata

_TIED = {
    "a^ɪ": "I",
    "a^ʊ": "W",
    "e^ɪ": "A",
    "ɔ^ɪ": "Y",
    "t^ʃ": "ʧ",
    "d^ʒ": "ʤ",
    "t^ɕ": "ʨ",
    "d^ʑ": "ʥ",
    "t^s": "ʦ",
    "d^z": "ʣ",
    "ə^l": "ᵊl",
}
_ENGLISH = {
    "ʔˌn\u0329": "tᵊn",
    "ʔn\u0329": "tᵊn",
    "ʔn": "tn",
    "ʔ": "t",
    "ɚ": "əɹ",
    "r": "ɹ",
    "x": "k",
    "ç": "k",
    "ɐ": "ə",
    "ɬ": "l",
    "ʲ": "",
}
_AMERICAN = {"o^ʊ": "O", "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ɾ": "T", "ː": ""}
_BRITISH = {"e^ə": "ɛː", "iə": "ɪə", "ə^ʊ": "Q", "ɾ": "t"}
_GERMAN_FINAL_R = re.compile("(?<=[aeiouyɑɔəɛɪʊʏœøː])[ɾr](?![ˈˌ]*[aeiouyɑɔəɛɪʊʏœøɐAIWY])")
"""r that ends a syllable: a vowel in German."""
_FOREIGN = {"o^ʊ": "O", "ə^ʊ": "Q"}
_BY_LANGUAGE = {
    # Kokoro says ʔ as a t; of what it knows, a second vowel is nearest to ʕ.
    "ar": {"ʔ": "", "ʕ": "ɑ"},
    "de": {"ɔ^ø": "Y", "ɜ": "ɐ"},
    "hi": {"r.": "ɽ"},
    "hu": {"ɑ": "ɒ", "ʎ": "j"},  # ly is a j for all but the oldest
    "ko": {"^h": "ʰ", "ʧh": "ʧʰ", "th": "tʰ", "q": "k"},  # espeak-ng writes every ㄱ and ㄲ as q
    "ru": {'"': "", "y": "ɨ", "ˈɪ": "ˈi"},  # ы; a stressed и is never lax
    "sw": {"ɟ": "ʤ"},
    "tr": {"ø": "y"},  # espeak-ng writes ö as œ, and every ü between consonants as ø
    "vi": {"ɜ": "", "y": "ɯ"},  # the rising tone; ư
}
"""Where espeak-ng's symbols for a language stand for other sounds than Kokoro's."""
_NEAREST = {
    "g": "ɡ",
    "ʏ": "y",
    "ħ": "h",
    "ʕ": "ʔ",
    "ɭ": "l",
    "ʐ": "ʒ",
    "ʑ": "ʒ",
    "ɬ": "l",
    "ɫ": "l",
    "ʉ": "u",
    "ɵ": "ø",
    "ɘ": "ə",
    "ɓ": "b",
    "ɗ": "d",
    "ɢ": "ɡ",
    "r": "ɾ",
    "ʌ": "ʌ",
}


def to_kokoro(ipa: str, accent: str, symbols: frozenset[str]) -> str:
    """Translate a pronunciation.

    Args:
        ipa: espeak-ng's IPA, ties written ^, punctuation allowed.
        accent: espeak-ng voice that produced it; en-us and en-gb have conventions of their own.
        symbols: what the model knows; anything else without a neighbour is dropped.
    """
    out = re.sub(r"\([^)]*\)", "", ipa)  # espeak-ng marks a switch of language as (en)
    out = _replace(out, _TIED)
    if accent.startswith("en"):
        british = accent != "en-us"
        out = _replace(out, _ENGLISH)
        out = re.sub(r"e(?!\^)", "A", out)
        out = re.sub("(\\S)\u0329", r"ᵊ\1", out)
        out = _replace(out, _BRITISH if british else _AMERICAN)
    else:
        out = _replace(out, _BY_LANGUAGE.get(accent[:2], {}))
        if accent == "de":
            out = _GERMAN_FINAL_R.sub("ɐ", out)
        out = re.sub("[0-9]", "", _replace(out, _FOREIGN))
    out = unicodedata.normalize("NFC", out.replace("^", "").replace("-", ""))
    return "".join(_nearest(c, symbols) for c in out)


def _nearest(symbol: str, symbols: frozenset[str]) -> str:
    """What Kokoro knows of a symbol: itself, its neighbour, or its parts (ũ is u and a tilde)."""
    symbol = _NEAREST.get(symbol, symbol)
    parts = symbol if symbol in symbols else unicodedata.normalize("NFD", symbol)
    return "".join(part for part in parts if part in symbols)


def _replace(text: str, table: dict[str, str]) -> str:
    for old in sorted(table, key=len, reverse=True):
        text = text.replace(old, table[old])
    return text
