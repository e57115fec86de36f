"""How many clips are wanted of a phrase."""

from __future__ import annotations

import math

import msgspec


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """Clips wanted of one phrase."""

    singles: int
    """Kokoro voices, each alone; -1: every one the seed names."""
    rounds: int = 1
    """How often each of them says it, at other speeds and pitches."""
    mixes: int
    """Random Kokoro mixes of two or three voices."""
    espeak: int
    """espeak-ng variants."""


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """How much speech a language trains on."""

    phrases: dict[str, Amounts]
    """Clips of a phrase, by role."""
    list_rounds: int
    """How often every command is said in a list of phrases: twice as fast to make as alone, and
    nearer to how people string words together."""


FULL = Sizes(
    phrases={
        "command": Amounts(singles=-1, mixes=14, espeak=60),
        "wake": Amounts(singles=-1, rounds=4, mixes=140, espeak=400),
        "wake_carrier": Amounts(singles=1, mixes=2, espeak=10),
        "wake_confusable": Amounts(singles=2, mixes=4, espeak=30),
        "confusable": Amounts(singles=2, mixes=3, espeak=30),
        "filler": Amounts(singles=1, mixes=2, espeak=20),
        "word": Amounts(singles=1, mixes=0, espeak=2),
    },
    list_rounds=20,
)
"""Where nobody says otherwise: about two nights of one core for a language that Kokoro speaks."""

_LIST_SHARE = 0.6
"""Share of a command's Kokoro clips that are cut out of lists, which are made twice as fast."""


def sized(kokoro: int | None, espeak: int | None) -> Sizes:
    """Sizes for so many clips of each phrasing of a command; the other roles follow in proportion.

    Args:
        kokoro: Kokoro clips of a command's phrasing, lists and alone together; None: the full set.
        espeak: espeak-ng clips of a command's phrasing; None: the full set.
    """
    return Sizes(
        phrases={
            role: _fewer(role, amounts, kokoro, espeak) for role, amounts in FULL.phrases.items()
        },
        list_rounds=FULL.list_rounds if kokoro is None else math.floor(_LIST_SHARE * kokoro),
    )


_KOKORO_SHARE = {
    "command": 1 - _LIST_SHARE,
    "wake": 8.0,
    "wake_carrier": 0.1,
    "wake_confusable": 0.25,
    "confusable": 0.15,
    "filler": 0.15,
    "word": 0.0,
}
_ESPEAK_SHARE = {
    "command": 1.0,
    "wake": 6.0,
    "wake_carrier": 0.15,
    "wake_confusable": 0.5,
    "confusable": 0.5,
    "filler": 0.3,
    "word": 0.03,
}
"""Clips of a phrase against those of a command's phrasing, much as in the full set."""


def _fewer(role: str, full: Amounts, kokoro: int | None, espeak: int | None) -> Amounts:
    singles, rounds, mixes, formant = full.singles, full.rounds, full.mixes, full.espeak
    if kokoro is not None:
        wanted = math.ceil(_KOKORO_SHARE[role] * kokoro)
        # Where voices are not mixed, the singles are all there is: a round more than needed.
        singles, rounds, mixes = (wanted + 1) // 2, 1, wanted // 2
    if espeak is not None:
        formant = math.ceil(_ESPEAK_SHARE[role] * espeak)
    return Amounts(singles=singles, rounds=rounds, mixes=mixes, espeak=formant)
