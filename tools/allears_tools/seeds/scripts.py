"""Which letters belong to which script (ISO 15924 codes)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_UNICODE_NAMES = {
    "Arab": ("ARABIC",),
    "Cyrl": ("CYRILLIC",),
    "Deva": ("DEVANAGARI",),
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Hebr": ("HEBREW",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Khmr": ("KHMER",),
    "Kore": ("HANGUL",),
    "Latn": ("LATIN",),
    "Thai": ("THAI",),
}
"""Script code -> first words of its letters' Unicode names."""

KNOWN_SCRIPTS = tuple(_UNICODE_NAMES)


def foreign_letters(text: str, scripts: Sequence[str]) -> str:
    """Letters of `text` that belong to none of `scripts`, each once, in order."""
    prefixes = tuple(name for script in scripts for name in _UNICODE_NAMES[script])
    letters = [c for c in text if unicodedata.category(c) in ("Lu", "Ll", "Lo")]
    strange = [c for c in letters if not unicodedata.name(c, "").startswith(prefixes)]
    return "".join(dict.fromkeys(strange))
