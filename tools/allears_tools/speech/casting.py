"""Who speaks: the voices a language seed allows, their mixes and accents, and who is held out."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from functools import cache

import numpy as np

from allears_tools.seeds import HeldOutVoice, LanguageSeed, language_codes, load_language
from allears_tools.speech.engines import engine
from allears_tools.speech.engines.kokoro import native_accent, parse_mix

_GUEST_ODDS = 0.35
"""Share of mixes that take in a voice recorded in another language: a foreign accent."""


def is_held_out(voice_engine: str, voice: str, held_out: Sequence[HeldOutVoice]) -> bool:
    """Whether a voice, or any part of a mix, is kept for tests (espeak-ng: by its variant)."""
    parts = parse_mix(voice) if voice_engine == "kokoro" else {voice: 1.0}
    kept = {h.voice.rpartition("+")[2] for h in held_out if h.engine == voice_engine}
    return bool(kept & set(parts))


@cache
def held_out_anywhere() -> frozenset[str]:
    """Kokoro voices that any language keeps for its tests."""
    seeds = [load_language(code) for code in language_codes()]
    return frozenset(h.voice for s in seeds for h in s.voices.held_out if h.engine == "kokoro")


def allowed_kokoro(seed: LanguageSeed) -> list[str]:
    """Kokoro voices that the seed names and does not hold out."""
    return [
        v
        for v in engine("kokoro").voices()
        if any(fnmatch.fnmatchcase(v, pattern) for pattern in seed.voices.kokoro)
        and not is_held_out("kokoro", v, seed.voices.held_out)
        and v not in held_out_anywhere()
    ]


def allowed_variants(seed: LanguageSeed) -> list[str]:
    """espeak-ng variants that the seed does not hold out; none if it names no accent."""
    if not seed.voices.espeak:
        return []
    return [
        v for v in engine("espeak").voices() if not is_held_out("espeak", v, seed.voices.held_out)
    ]


def guest_voices(seed: LanguageSeed) -> list[str]:
    """Kokoro voices of any language that may take part in a mix."""
    # The Chinese voices are the worst abroad.
    return [
        v
        for v in engine("kokoro").voices()
        if not v.startswith("z") and not is_held_out("kokoro", v, seed.voices.held_out)
    ]


def draw_mix(voices: list[str], guests: list[str], rng: np.random.Generator) -> str:
    """Two or three voices with random weights, one of them sometimes a guest."""
    count = int(rng.integers(2, 4))
    names = [voices[i] for i in rng.permutation(len(voices))[:count]]
    if rng.random() < _GUEST_ODDS:
        guest = guests[int(rng.integers(len(guests)))]
        # All languages train one ear: what one holds out, no other may let it hear.
        if guest not in held_out_anywhere():
            names[-1] = guest
    weights = rng.dirichlet(np.full(len(names), 2.0)) * 0.85 + 0.15 / len(names)
    parts = {name: round(float(w), 2) for name, w in zip(names, weights, strict=True)}
    return "+".join(f"{name}:{weight}" for name, weight in parts.items())


def accent_of(seed: LanguageSeed, voice: str) -> str:
    """espeak-ng voice that pronounces for a Kokoro voice: its own where it speaks the language.

    Where espeak-ng does not speak it, the language's code: the IPA then has none of the
    conventions of an accent.
    """
    accent = native_accent(voice)
    return accent if accent[:2] == seed.language else seed.espeak_voice or seed.language
