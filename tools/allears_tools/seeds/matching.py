"""From a transcript to the command it names."""

from __future__ import annotations

import unicodedata

from allears_tools.seeds.schema import LanguageSeed

_SERBIAN_CYRILLIC = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(),
        strict=True,
    )
)
"""Serbian Cyrillic to Latin, letter by letter (lower case)."""


_SAME_LETTER = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),  # hamza on alef is left out as often as written
        **dict.fromkeys("ىي", "ی"),  # one letter on Persian and on Arabic keyboards
        "ك": "ک",
        "ۀ": "ه",
        "ـ": "",  # tatweel only stretches a line
        "ँ": "ं",  # Hindi writes पाँच and पांच
        "\N{DEVANAGARI SIGN NUKTA}": "",  # ज़ is mostly typed as ज
        "\N{HEBREW PUNCTUATION MAQAF}": " ",
    }
)
"""Spellings that one word is met in, brought to one."""

_OPTIONAL_MARKS = ("ARABIC", "HEBREW")
"""Scripts whose vowel signs may be left out: first words of the signs' Unicode names."""


def normalise_text(text: str, language: str) -> str:
    """Lower case, no punctuation, single blanks; Serbian Cyrillic becomes Latin.

    Apostrophes vanish ("don't" -> "dont"); every other punctuation mark separates words. Arabic
    and Hebrew vowel signs vanish, and letters that keyboards and habits write in two ways become
    one, so that a bare transcript equals a vowelled phrasing.
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    folded = folded.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    folded = "".join(c for c in folded.translate(_SAME_LETTER) if not _is_optional(c))
    spaced = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded)
    if language == "sr":
        spaced = "".join(_SERBIAN_CYRILLIC.get(c, c) for c in spaced)
    return " ".join(spaced.split())


def match_command(seed: LanguageSeed, text: str) -> str | None:
    """Id of the command whose phrasing `text` is, or None when it is none of them.

    The whole text has to be one phrasing: "please stop" is not "stop". Labels that are no
    transcript (`key:back`, `intent={...}`) never match.
    """
    if text.startswith(("key:", "file:", "intent=")):
        return None
    wanted = normalise_text(text, seed.language)
    for command_id, phrasings in seed.commands.items():
        if any(normalise_text(p.text, seed.language) == wanted for p in phrasings):
            return command_id
    return None


def _is_optional(character: str) -> bool:
    return unicodedata.category(character) == "Mn" and unicodedata.name(character, "").startswith(
        _OPTIONAL_MARKS
    )
