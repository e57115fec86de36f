"""From a language seed to the list of clips wanted, the same list for the same number.

Every phrase draws from its own random stream, so that a phrase added to a seed leaves the draws
of all others, and thus their clips in the cache, as they were.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

import numpy as np

from allears_tools.seeds import HeldOutVoice, LanguageSeed
from allears_tools.speech.amounts import FULL, Amounts, Sizes
from allears_tools.speech.casting import (
    accent_of,
    allowed_kokoro,
    allowed_variants,
    draw_mix,
    guest_voices,
)
from allears_tools.speech.common_words import common_words
from allears_tools.speech.draws import PITCH_SEMITONES, draw, ending, stream
from allears_tools.speech.errors import SpeechError
from allears_tools.speech.lists import lists
from allears_tools.speech.phrases import Phrase, phrases
from allears_tools.speech.request import ClipRequest, Job

_SPEED = (0.75, 1.25)
_ESPEAK_SPEED = (0.7, 1.35)
_ESPEAK_PITCH_SEMITONES = (-6.0, 6.0)
_LISTS_AHEAD = 0.3
"""Lists are done when this share of the phrases spoken alone is."""
HELD_OUT_WAKES = 15
"""How often a voice kept for tests says each wake phrase, at other speeds and pitches."""
_HELD_OUT_EVERY = 5
"""Where not all is wanted, a voice kept for tests says one in so many of the other phrases."""


def training_jobs(
    seed: LanguageSeed,
    number: int = 0,
    engines: Sequence[str] = ("kokoro", "espeak"),
    sizes: Sizes = FULL,
    commands: Sequence[str] = (),
) -> list[Job]:
    """Every clip wanted for training, in an order whose every beginning is balanced.

    Args:
        seed: the language.
        number: another number gives other draws.
        engines: leave one out to make the rest first.
        sizes: clips a phrase, by role, and rounds of lists.
        commands: nothing but the phrasings of these, as shell patterns: `digit_*`; all where
            there are none. Lists of these alone are other lists.

    Raises:
        SpeechError: ``commands`` are like no command.
    """
    said = spoken = phrases(seed)
    if "word" in sizes.phrases:
        spoken = said + common_words(seed, number=number)
    if commands:
        said = spoken = [p for p in said if p.role == "command" and _any(commands, p.label)]
        if not said:
            raise SpeechError(
                f"no command of {seed.language} is like {', '.join(commands)}",
                "an id is misspelt",
                f"the ids: {', '.join(sorted(seed.commands))}",
            )
    voices = allowed_kokoro(seed) if "kokoro" in engines else []
    guests = guest_voices(seed) if "kokoro" in engines else []
    variants = allowed_variants(seed) if "espeak" in engines else []
    rows: list[list[list[Job]]] = []
    for phrase in spoken:
        rng = stream(number, seed.language, phrase.role, phrase.label, phrase.text)
        wanted = sizes.phrases[phrase.role]
        row = []
        # Both engines always draw, so that leaving one out does not change the other's clips.
        neural, formant = rng.spawn(2)
        if voices:
            row += _kokoro(seed, phrase, wanted, voices, guests, neural)
        if variants:
            row += _espeak(seed, phrase, wanted.espeak, variants, formant)
        rows.append([[row[i]] for i in rng.permutation(len(row))])
    if voices:
        turns = range(sizes.list_rounds)
        rows += [lists(seed, said, voices, guests, number, turn) for turn in turns]
    return _interleave(rows)


def _any(patterns: Sequence[str], name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def held_out_jobs(seed: LanguageSeed, number: int = 0, phrasings: int | None = None) -> list[Job]:
    """Commands, wake word, confusables and fillers by the voices kept for tests.

    Args:
        seed: the language.
        number: another number gives other draws.
        phrasings: so many of each command's phrasings a voice, each voice beginning with another
            one, and as large a share of the rest; None: everything.
    """
    rows: list[list[list[Job]]] = []
    counts: dict[str, int] = {}
    for phrase in phrases(seed):
        if phrase.role == "wake_carrier":
            continue
        turn = counts[phrase.label] = counts.get(phrase.label, -1) + 1
        row: list[list[Job]] = []
        for place, voice in enumerate(seed.voices.held_out):
            if phrase.role == "command":
                among = len(seed.commands[phrase.label])
                chosen = phrasings is None or (turn - place) % among < phrasings
            else:
                chosen = phrasings is None or (turn - place) % _HELD_OUT_EVERY == 0
            if chosen or phrase.role == "wake":
                row += [[job] for job in _held_out(seed, phrase, voice, number)]
        rows.append(row)
    return _interleave(rows)


def _held_out(seed: LanguageSeed, phrase: Phrase, voice: HeldOutVoice, number: int) -> list[Job]:
    """What a voice kept for tests says of a phrase: the wake word many times, all else once."""
    rng = stream(number, "held out", phrase.text, voice.engine, voice.voice)
    accent, _, variant = voice.voice.rpartition("+")
    espeak = voice.engine == "espeak"
    jobs = []
    for time in range(HELD_OUT_WAKES if phrase.role == "wake" else 1):
        request = ClipRequest(
            engine=voice.engine,
            voice=variant if espeak else voice.voice,
            language=seed.language,
            text=phrase.text + (ending(phrase, rng) if time else ""),
            accent=accent or seed.espeak_voice or seed.language,
            ipa=phrase.espeak if espeak else phrase.ipa,
            speed=draw(rng, 0.85, 1.15),
            pitch_semitones=draw(rng, *PITCH_SEMITONES) if time else 0.0,
        )
        jobs.append(Job(request=request, role=phrase.role, label=phrase.label, split="held_out"))
    return jobs


def _kokoro(
    seed: LanguageSeed,
    phrase: Phrase,
    wanted: Amounts,
    voices: list[str],
    guests: list[str],
    rng: np.random.Generator,
) -> list[Job]:
    order = [voices[i] for i in rng.permutation(len(voices))]
    singles = len(order) if wanted.singles < 0 else wanted.singles
    chosen = [order[i % len(order)] for i in range(singles)] * wanted.rounds
    if seed.voices.kokoro_mix:
        chosen = chosen + [draw_mix(voices, guests, rng) for _ in range(wanted.mixes)]
    jobs = []
    for voice in chosen:
        request = ClipRequest(
            engine="kokoro",
            voice=voice,
            language=seed.language,
            text=phrase.text + ending(phrase, rng),
            accent=accent_of(seed, voice),
            ipa=phrase.ipa,
            speed=draw(rng, *_SPEED),
            pitch_semitones=draw(rng, *PITCH_SEMITONES) if rng.random() < 0.5 else 0.0,
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
            text=phrase.text + ending(phrase, rng),
            accent=seed.voices.espeak[int(rng.integers(len(seed.voices.espeak)))],
            ipa=phrase.espeak,
            speed=draw(rng, *_ESPEAK_SPEED),
            pitch_semitones=draw(rng, *_ESPEAK_PITCH_SEMITONES),
            intonation=draw(rng, 0.2, 0.9),
        )
        jobs.append(Job(request=request, role=phrase.role, label=phrase.label))
    return jobs


def _interleave(rows: list[list[list[Job]]]) -> list[Job]:
    """Merge rows of groups so that every beginning holds about the same share of each row.

    Lists run ahead of phrases spoken alone, because they give more clips in the same time.
    """
    places = [
        ((i + (r + 0.5) / len(rows)) / len(row) * (_LISTS_AHEAD if len(group) > 1 else 1.0), group)
        for r, row in enumerate(rows)
        for i, group in enumerate(row)
    ]
    return [job for _, group in sorted(places, key=lambda place: place[0]) for job in group]
