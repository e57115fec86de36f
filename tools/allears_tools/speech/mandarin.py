"""Mandarin for Kokoro: hanzi through pinyin to the symbols its Chinese voices were trained on.

espeak-ng's IPA drops the tones, and without them its Chinese voices speak no Chinese. Kokoro's
own notation writes the tone as an arrow behind the vowel and leaves tone sandhi to the model.
"""

from __future__ import annotations

import re

_INITIALS = {
    "zh": "ꭧ",
    "ch": "ꭧʰ",
    "sh": "ʂ",
    "b": "p",
    "p": "pʰ",
    "m": "m",
    "f": "f",
    "d": "t",
    "t": "tʰ",
    "n": "n",
    "l": "l",
    "g": "k",
    "k": "kʰ",
    "h": "x",
    "j": "ʨ",
    "q": "ʨʰ",
    "x": "ɕ",
    "r": "ɻ",
    "z": "ʦ",
    "c": "ʦʰ",
    "s": "s",
}
_FINALS = {
    "a": "a",
    "ai": "ai",
    "an": "a n",
    "ang": "a ŋ",
    "ao": "au",
    "e": "ɤ",
    "ei": "ei",
    "en": "ə n",
    "eng": "ə ŋ",
    "er": "ɚ",
    "i": "i",
    "ia": "ja",
    "ian": "jɛ n",
    "iang": "ja ŋ",
    "iao": "jau",
    "ie": "je",
    "in": "i n",
    "ing": "i ŋ",
    "iong": "jʊ ŋ",
    "iu": "jou",
    "o": "wo",
    "ong": "ʊ ŋ",
    "ou": "ou",
    "u": "u",
    "ua": "wa",
    "uai": "wai",
    "uan": "wa n",
    "uang": "wa ŋ",
    "ueng": "wə ŋ",
    "ui": "wei",
    "un": "wə n",
    "uo": "wo",
    "v": "y",
    "van": "ɥɛ n",
    "ve": "ɥe",
    "vn": "y n",
}
"""The tone comes before the blank, or last."""
_SPELLED = {
    "yi": "i",
    "ya": "ia",
    "yan": "ian",
    "yang": "iang",
    "yao": "iao",
    "ye": "ie",
    "yin": "in",
    "ying": "ing",
    "yong": "iong",
    "you": "iu",
    "yu": "v",
    "yuan": "van",
    "yue": "ve",
    "yun": "vn",
    "wu": "u",
    "wa": "ua",
    "wai": "uai",
    "wan": "uan",
    "wang": "uang",
    "wei": "ui",
    "wen": "un",
    "weng": "ueng",
    "wo": "uo",
}
"""Finals as pinyin spells them where no consonant begins the syllable."""
_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
_MARKS = str.maketrans("，。！？、", ",.!?,")
_SYLLABLE = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcs])?([a-zv]+)([1-5])")


def kokoro_symbols(text: str) -> str:
    """Pronunciation of `text` (hanzi, punctuation), words apart by blanks."""
    from pypinyin import Style, lazy_pinyin
    from pypinyin.seg.mmseg import seg

    words = []
    for word in seg.cut(text):
        syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
        words.append("".join(_syllable(s) for s in syllables))
    return re.sub(r" *([,.!?]) *", r"\1 ", " ".join(words).translate(_MARKS)).strip()


def _syllable(pinyin: str) -> str:
    """One syllable of TONE3 pinyin (`zhong1`); what is none is given back as it is."""
    found = _SYLLABLE.fullmatch(pinyin)
    if not found:
        return pinyin
    initial, final, tone = found[1] or "", found[2], _TONES[found[3]]
    if final == "i" and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
        return _INITIALS[initial] + "ɨ" + tone
    if final.startswith("u") and initial in ("j", "q", "x"):
        final = "v" + final[1:]
    if not initial:
        final = _SPELLED.get(final, final)
    vowel, _, coda = _FINALS.get(final, final).partition(" ")
    return _INITIALS.get(initial, "") + vowel + tone + coda
