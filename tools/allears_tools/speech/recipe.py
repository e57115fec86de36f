"""From a language seed to the list of clips wanted, the same list for the same number.

Every phrase draws from its own random stream, so that a phrase added to a seed leaves the draws
of all others, and thus their clips in the cache, as they were.
"""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Sequence

import msgspec
import numpy as np

from allears_tools.seeds import HeldOutVoice, LanguageSeed
from allears_tools.speech.engines import engine
from allears_tools.speech.engines.kokoro import native_accent, parse_mix
from allears_tools.speech.request import ClipRequest, Job

_SPEED = (0.75, 1.25)
_PITCH_SEMITONES = (-2.5, 2.5)
_ESPEAK_SPEED = (0.7, 1.35)
_ESPEAK_PITCH_SEMITONES = (-6.0, 6.0)
_ENDINGS = ("", ".", "!", "?")
_ENDING_ODDS = (0.35, 0.3, 0.25, 0.1)
_GUEST_ODDS = 0.35
"""Share of mixes that take in a voice recorded in another language: a foreign accent."""


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


PLAN: dict[str, Amounts] = {
    "command": Amounts(singles=-1, mixes=14, espeak=60),
    "wake": Amounts(singles=-1, rounds=4, mixes=140, espeak=400),
    "wake_carrier": Amounts(singles=1, mixes=2, espeak=10),
    "wake_confusable": Amounts(singles=2, mixes=4, espeak=30),
    "confusable": Amounts(singles=2, mixes=3, espeak=30),
    "filler": Amounts(singles=1, mixes=2, espeak=20),
}
"""How many clips of a phrase, by role."""


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """Words to be spoken and what they are for."""

    text: str
    role: str
    label: str
    ipa: str | None = None
    """For Kokoro only; espeak-ng reads the text."""


def training_jobs(
    seed: LanguageSeed,
    number: int = 0,
    engines: Sequence[str] = ("kokoro", "espeak"),
    plan: dict[str, Amounts] = PLAN,
) -> list[Job]:
    """Every clip wanted for training, in an order whose every beginning is balanced.

    Args:
        seed: the language.
        number: another number gives other draws.
        engines: leave one out to make the rest first.
        plan: clips a phrase, by role.
    """
    voices = allowed_kokoro(seed) if "kokoro" in engines else []
    guests = _guests(seed) if "kokoro" in engines else []
    variants = allowed_variants(seed) if "espeak" in engines else []
    rows = []
    for phrase in phrases(seed):
        rng = _stream(number, seed.language, phrase.role, phrase.label, phrase.text)
        wanted = plan[phrase.role]
        row = []
        # Both engines always draw, so that leaving one out does not change the other's clips.
        neural, formant = rng.spawn(2)
        if voices:
            row += _kokoro(seed, phrase, wanted, voices, guests, neural)
        if variants:
            row += _espeak(seed, phrase, wanted.espeak, variants, formant)
        rng.shuffle(row)
        rows.append(row)
    return _interleave(rows)


def held_out_jobs(seed: LanguageSeed, number: int = 0) -> list[Job]:
    """Commands, wake word, confusables and fillers by the voices kept for tests."""
    rows = []
    for phrase in phrases(seed):
        if phrase.role == "wake_carrier":
            continue
        row = []
        for voice in seed.voices.held_out:
            rng = _stream(number, "held out", phrase.text, voice.engine, voice.voice)
            accent, _, variant = voice.voice.rpartition("+")
            espeak = voice.engine == "espeak"
            request = ClipRequest(
                engine=voice.engine,
                voice=variant if espeak else voice.voice,
                language=seed.language,
                text=phrase.text,
                accent=accent or seed.espeak_voice,
                ipa=None if espeak else phrase.ipa,
                speed=_draw(rng, 0.85, 1.15),
            )
            row.append(Job(request=request, role=phrase.role, label=phrase.label, split="held_out"))
        rows.append(row)
    return _interleave(rows)


def phrases(seed: LanguageSeed) -> list[Phrase]:
    """Everything the seed wants spoken, commands first."""
    out = []
    for label, phrasings in seed.commands.items():
        for p in phrasings:
            out.append(
                Phrase(text=p.text, role="command", label=label, ipa=p.ipa_for("kokoro"))
            )
    for p in seed.wake.phrasings:
        out.append(Phrase(text=p.text, role="wake", label="wake", ipa=p.ipa_for("kokoro")))
    call = seed.wake.phrasings[0].text
    for phrasings in seed.commands.values():
        out.append(
            Phrase(text=f"{call}, {phrasings[0].text}", role="wake_carrier", label="wake")
        )
    out += [
        Phrase(text=t, role="wake_confusable", label="none") for t in seed.wake.confusables
    ]
    out += [Phrase(text=t, role="confusable", label="none") for t in seed.confusables]
    out += [Phrase(text=t, role="filler", label="none") for t in seed.filler_sentences]
    return out


def is_held_out(voice_engine: str, voice: str, held_out: Sequence[HeldOutVoice]) -> bool:
    """Whether a voice, or any part of a mix, is kept for tests (espeak-ng: by its variant)."""
    parts = parse_mix(voice) if voice_engine == "kokoro" else {voice: 1.0}
    kept = {h.voice.rpartition("+")[2] for h in held_out if h.engine == voice_engine}
    return bool(kept & set(parts))


def allowed_kokoro(seed: LanguageSeed) -> list[str]:
    """Kokoro voices that the seed names and does not hold out."""
    return [
        v
        for v in engine("kokoro").voices()
        if any(fnmatch.fnmatchcase(v, pattern) for pattern in seed.voices.kokoro)
        and not is_held_out("kokoro", v, seed.voices.held_out)
    ]


def allowed_variants(seed: LanguageSeed) -> list[str]:
    """espeak-ng variants that the seed does not hold out; none if it names no accent."""
    if not seed.voices.espeak:
        return []
    return [
        v
        for v in engine("espeak").voices()
        if not is_held_out("espeak", v, seed.voices.held_out)
    ]


def _guests(seed: LanguageSeed) -> list[str]:
    # The Chinese voices are the worst abroad.
    return [
        v
        for v in engine("kokoro").voices()
        if not v.startswith("z") and not is_held_out("kokoro", v, seed.voices.held_out)
    ]


def _kokoro(
    seed: LanguageSeed,
    phrase: Phrase,
    wanted: Amounts,
    voices: list[str],
    guests: list[str],
    rng: np.random.Generator,
) -> list[Job]:
    order = [voices[i] for i in rng.permutation(len(voices))]
    chosen = (order if wanted.singles < 0 else order[: wanted.singles]) * wanted.rounds
    if seed.voices.kokoro_mix:
        chosen = chosen + [_mix(voices, guests, rng) for _ in range(wanted.mixes)]
    jobs = []
    for voice in chosen:
        accent = native_accent(voice)
        request = ClipRequest(
            engine="kokoro",
            voice=voice,
            language=seed.language,
            text=phrase.text + _ending(phrase, rng),
            accent=accent if accent[:2] == seed.language else seed.espeak_voice,
            ipa=phrase.ipa,
            speed=_draw(rng, *_SPEED),
            pitch_semitones=_draw(rng, *_PITCH_SEMITONES) if rng.random() < 0.5 else 0.0,
        )
        jobs.append(Job(request=request, role=phrase.role, label=phrase.label))
    return jobs


def _espeak(
    seed: LanguageSeed,
    phrase: Phrase,
    count: int,
    variants: list[str],
    rng: np.random.Generator,
) -> list[Job]:
    jobs = []
    order = [variants[i] for i in rng.permutation(len(variants))]
    for i in range(count):
        request = ClipRequest(
            engine="espeak",
            voice=order[i % len(order)],
            language=seed.language,
            text=phrase.text + _ending(phrase, rng),
            accent=seed.voices.espeak[int(rng.integers(len(seed.voices.espeak)))],
            speed=_draw(rng, *_ESPEAK_SPEED),
            pitch_semitones=_draw(rng, *_ESPEAK_PITCH_SEMITONES),
            intonation=_draw(rng, 0.2, 0.9),
        )
        jobs.append(Job(request=request, role=phrase.role, label=phrase.label))
    return jobs


def _mix(voices: list[str], guests: list[str], rng: np.random.Generator) -> str:
    count = int(rng.integers(2, 4))
    names = [voices[i] for i in rng.permutation(len(voices))[:count]]
    if rng.random() < _GUEST_ODDS:
        names[-1] = guests[int(rng.integers(len(guests)))]
    weights = rng.dirichlet(np.full(len(names), 2.0)) * 0.85 + 0.15 / len(names)
    parts = {name: round(float(w), 2) for name, w in zip(names, weights, strict=True)}
    return "+".join(f"{name}:{weight}" for name, weight in parts.items())


def _ending(phrase: Phrase, rng: np.random.Generator) -> str:
    mark = str(rng.choice(_ENDINGS, p=_ENDING_ODDS))
    return "" if phrase.role == "filler" else mark


def _draw(rng: np.random.Generator, low: float, high: float) -> float:
    return round(float(rng.uniform(low, high)), 2)


def _stream(number: int, *names: str) -> np.random.Generator:
    digest = hashlib.sha256("|".join((str(number), *names)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "little"))


def _interleave(rows: list[list[Job]]) -> list[Job]:
    """Merge so that every beginning of the list holds about the same share of each row."""
    places = [
        ((i + (r + 0.5) / len(rows)) / len(row), job)
        for r, row in enumerate(rows)
        for i, job in enumerate(row)
    ]
    return [job for _, job in sorted(places, key=lambda place: place[0])]
