"""Comparing what was asked for with what a recogniser wrote."""

from __future__ import annotations

import re

from allears_tools.seeds import LanguageSeed, normalise_text


def character_error(wanted: str, heard: str, seed: LanguageSeed) -> float | None:
    """Edits needed to turn `heard` into `wanted`, per character wanted; spaces don't count.

    Recognisers write numbers as figures: single digits are read as the seed says them. A larger
    number, or a digit in a text that never was one, cannot be compared: None.
    """
    digits = {
        str(n): seed.commands[f"digit_{n}"][0].text
        for n in range(10)
        if f"digit_{n}" in seed.commands
    }

    def spell(match: re.Match[str]) -> str:
        return digits.get(match.group(), match.group())

    spelled = re.sub(r"\d+", spell, heard)
    left, right = (_letters(t, seed.language) for t in (wanted, spelled))
    if re.search(r"\d", right) and not re.search(r"\d", left):
        return None
    if not left:
        return None
    return min(1.0, edit_distance(left, right) / len(left))


def without_repeats(text: str) -> str:
    """`on. on. on.` becomes `on.`: short clips send Whisper round in circles."""
    words = text.split()
    for length in range(1, len(words) // 2 + 1):
        unit = words[:length]
        # The last round may be cut short, even within a word.
        rounds = (unit * (len(words) // length + 1))[: len(words)]
        if words[:-1] == rounds[:-1] and rounds[-1].startswith(words[-1]):
            return " ".join(unit)
    return text


def edit_distance(a: str, b: str) -> int:
    """Least number of letters put in, left out or exchanged."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            diagonal, row[j] = (
                row[j],
                min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y)),
            )
    return row[-1]


def _letters(text: str, language: str) -> str:
    return normalise_text(text, language).replace(" ", "")
