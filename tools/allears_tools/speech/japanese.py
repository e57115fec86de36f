"""Japanese for Kokoro: kana to the symbols its Japanese voices were trained on.

espeak-ng's vowels and palatal consonants are other symbols than those, and some of its syllables
are wrong (り with ょ gains a vowel). Kana leaves nothing to guess.
"""

from __future__ import annotations

import re
import unicodedata

_VOWELS = "aiueo"
_ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "ɡ": "がぎぐげご",
    "s": "さしすせそ",
    "ʣ": "ざじずぜぞ",
    "t": "たちつてと",
    "d": "だぢづでど",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
    "m": "まみむめも",
    "ɾ": "らりるれろ",
}
_OF_I = {
    "": "",
    "s": "ɕ",
    "ʣ": "ʥ",
    "t": "ʨ",
    "d": "ʥ",
    "n": "ɲ",
    "h": "ç",
}
"""Consonants before i and the small ゃゅょ; the others are palatalised with ʲ."""
_OF_U = {"s": "sɨ", "ʣ": "zɨ", "t": "ʦɨ", "d": "zɨ", "h": "ɸɯ"}
_SINGLE = {
    "や": "ja",
    "ゆ": "jɯ",
    "よ": "jo",
    "わ": "βa",
    "を": "o",
    "ゔ": "vɯ",
    "ー": "ː",
    "っ": "ʔ",
    "、": ", ",
    "。": ". ",
    "！": "!",
    "？": "?",
}
_SMALL_VOWELS = "ぁぃぅぇぉ"
_BEFORE_SMALL_VOWEL = {
    "う": "β",
    "し": "ɕ",
    "じ": "ʥ",
    "ち": "ʨ",
    "つ": "ʦ",
    "て": "t",
    "で": "d",
    "と": "t",
    "ど": "d",
    "ふ": "ɸ",
    "ゔ": "v",
}
_NASALS = (("[pbm]", "m"), ("[kɡ]", "ŋ"), ("[ɲʨʥ]", "ɲ"), ("[ntdɾzʣʦ]", "n"), ("", "ɴ"))
"""What ん becomes before which sounds."""
_PARTICLE = re.compile(r"(?<=\w)[はへ](?=\W|$)")
_FROM_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヴ") + 1)}


def _table() -> dict[str, str]:
    table = dict(_SINGLE)
    for consonant, row in _ROWS.items():
        for vowel, kana in zip(_VOWELS, row, strict=True):
            if vowel == "i":
                table[kana] = _OF_I.get(consonant, consonant + "ʲ") + "i"
            elif vowel == "u":
                table[kana] = _OF_U.get(consonant, consonant + "ɯ")
            else:
                table[kana] = consonant + vowel
        soft = _OF_I.get(consonant, consonant + "ʲ")
        if soft:
            for small, sound in zip("ゃゅょ", "aɨo", strict=True):
                table[row[1] + small] = soft + sound
    for kana, consonant in _BEFORE_SMALL_VOWEL.items():
        for small, vowel in zip(_SMALL_VOWELS, "aiɯeo", strict=True):
            table[kana + small] = consonant + vowel
    return table


_TABLE = _table()


def is_kana(text: str) -> bool:
    """Whether every letter of `text` is hiragana or katakana."""
    names = [unicodedata.name(c, "") for c in text if unicodedata.category(c)[0] == "L"]
    return all("KATAKANA" in n or "HIRAGANA" in n for n in names)


def kokoro_symbols(text: str) -> str:
    """Pronunciation of a text in kana; phrases are kept apart by its blanks and punctuation.

    は and へ at the end of a longer phrase are taken for the particles.
    """
    kana = unicodedata.normalize("NFKC", text).translate(_FROM_KATAKANA)
    kana = _PARTICLE.sub(lambda found: {"は": "わ", "へ": "え"}[found[0]], kana)
    out, at = [], 0
    while at < len(kana):
        length = 2 if kana[at : at + 2] in _TABLE else 1
        piece = kana[at : at + length]
        out.append(_TABLE.get(piece, piece))
        at += length
    sounds = re.sub(r"([aeioɯɨ])\1", r"\1ː", "".join(out))
    sounds = re.sub("oɯ", "oː", re.sub("ei", "eː", sounds))
    sounds = re.sub("ɨɯ", "ɨː", sounds)
    for following, nasal in _NASALS:
        sounds = re.sub(f"ん(?={following})", nasal, sounds)
    return re.sub(r"\s+", " ", sounds).strip()
