"""The audio that the ear is distilled from, as equal chunks of 8 s.

Recordings of people that may train (at three tape speeds and in changed voices, which makes other
speakers of them), espeak-ng reading sentences and figures in every language it speaks, and single
words of the speech cache, of which it is known what is said when.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path

import numpy as np
import soxr
import yaml
from numpy.typing import NDArray

from allears_tools.augment import random_voice_change
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.split import is_test
from allears_tools.speech import Entry, SpeechCache
from allears_tools.speech.engines import engine
from allears_tools.speech.request import ClipRequest
from allears_tools.training.material import load_clip
from allears_tools.training.streams import SAMPLE_RATE_HZ, STREAM_SAMPLES, trim

REAL_SPEEDS = (1.0, 0.88, 1.14)
_NOISE_KINDS = frozenset({"noise", "music", "noise-car", "beep"})
_WAKE_SHARE = 0.6
"""Share of the wake-word recordings that is used: their few words would weigh too much."""

Chunks = NDArray[np.int16]
Piece = NDArray[np.float32]


@dataclass(frozen=True)
class Said:
    """A phrase that lies whole in a chunk: language and text, and samples from begin to end."""

    text: str
    begin: int
    end: int


@dataclass
class Part:
    """A part of the corpus: int16 [chunks, STREAM_SAMPLES], and what is said in each chunk."""

    chunks: Chunks
    said: list[list[Said]]


def chunked(
    pieces: Iterable[tuple[Piece, str]], rng: np.random.Generator, gap_s: tuple[float, float]
) -> Part:
    """Join pieces, levelled and with pauses, and cut the whole every 8 s.

    Each piece comes with what it says; nothing is noted of one that says "".
    """
    found: list[Chunks] = []
    said: list[list[Said]] = []
    parts: list[Piece] = []
    words: list[Said] = []
    filled = 0
    for piece, text in pieces:
        peak = float(np.abs(piece).max()) if len(piece) else 0.0
        if peak < 1e-3:
            continue
        rest = piece / peak * np.float32(10 ** (rng.uniform(-14, -1) / 20))
        if text and len(rest) <= STREAM_SAMPLES - filled:
            words.append(Said(text, filled, filled + len(rest)))
        while len(rest):
            taken = rest[: STREAM_SAMPLES - filled]
            rest = rest[len(taken) :]
            free = STREAM_SAMPLES - filled - len(taken)
            pause = np.zeros(min(free, int(rng.uniform(*gap_s) * SAMPLE_RATE_HZ)), np.float32)
            parts += [taken, pause]
            filled += len(taken) + len(pause)
            if filled >= STREAM_SAMPLES:
                found.append(np.round(np.concatenate(parts) * 32767).astype(np.int16))
                said.append(words)
                parts, words, filled = [], [], 0
    return Part(np.stack(found) if found else np.zeros((0, STREAM_SAMPLES), np.int16), said)


def _unsaid(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, str]]:
    return ((piece, "") for piece in pieces)


def faster(samples: Piece, factor: float) -> Piece:
    """Another voice: played ``factor`` times faster, pitch and formants with it."""
    if factor == 1.0:
        return samples
    return soxr.resample(samples, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ / factor)


def real_chunks(labels: Path, seed: int = 0) -> Part:
    """Everything a labels file lets train, outside the test split, at three speeds."""
    clips = [c for c in read_labels(labels) if not is_test(c) and c.kind not in _NOISE_KINDS]
    rng = np.random.default_rng(seed)
    chunks: list[Chunks] = []
    for speed in REAL_SPEEDS:
        random.Random(int(speed * 100)).shuffle(clips)
        pieces = (
            faster(load_clip(c.audio), speed)
            for c in clips
            if c.kind != "wake" or rng.random() < _WAKE_SHARE
        )
        chunks.append(chunked(_unsaid(pieces), rng, (0.1, 0.6)).chunks)
    joined = np.concatenate(chunks)
    return Part(joined, [[] for _ in joined])


def sentence_chunks(rounds: int = 30, seed: int = 5) -> Part:
    """espeak-ng's variants reading sentences and figures in every language of sentences.yaml."""
    text = resources.files(__package__).joinpath("sentences.yaml").read_text(encoding="utf-8")
    sentences: dict[str, list[str]] = yaml.safe_load(text)
    speaker = engine("espeak")
    variants = sorted(speaker.voices())
    dice = random.Random(seed)

    def pieces() -> Iterator[Piece]:
        for _ in range(rounds):
            for voice, texts in sentences.items():
                if dice.random() < 0.6:
                    said = dice.choice(texts)
                else:
                    said = " , ".join(str(dice.randint(0, 199)) for _ in range(4))
                request = ClipRequest(
                    engine="espeak",
                    voice=dice.choice(variants),
                    accent=voice,
                    language=voice,
                    text=said,
                    speed=dice.uniform(0.65, 1.35),
                    pitch_semitones=dice.uniform(-6, 6),
                    intonation=dice.uniform(0.2, 0.9),
                )
                yield speaker.speak(request).astype(np.float32) / 32768

    return chunked(_unsaid(pieces()), np.random.default_rng(seed), (0.1, 0.5))


def word_chunks(cache: SpeechCache, espeak_clips: int = 1200, seed: int = 3) -> Part:
    """Single words and phrases of the speech cache: all of Kokoro's, some of espeak-ng's."""
    rng = np.random.default_rng(seed)
    neural = cache.entries(engine="kokoro", split="train")
    formant = cache.entries(engine="espeak", split="train")
    formant = [formant[i] for i in rng.permutation(len(formant))[:espeak_clips]]
    entries = neural + formant
    pieces = (
        faster(cache.read(entries[i]).astype(np.float32) / 32768, rng.uniform(0.85, 1.18))
        for i in rng.permutation(len(entries))
    )
    return chunked(_unsaid(pieces), rng, (0.1, 0.7))


def changed_voice_chunks(labels: Path, seed: int = 21) -> Part:
    """The same recordings once more, each in another voice."""
    clips = [c for c in read_labels(labels) if not is_test(c) and c.kind not in _NOISE_KINDS]
    rng = np.random.default_rng(seed)
    random.Random(seed).shuffle(clips)
    pieces = (
        random_voice_change(load_clip(c.audio), rng).astype(np.float32)
        for c in clips
        if c.kind != "wake" or rng.random() < _WAKE_SHARE
    )
    return chunked(_unsaid(pieces), rng, (0.1, 0.6))


def all_language_word_chunks(
    cache: SpeechCache, espeak_clips_per_language: int = 700, seed: int = 9
) -> Part:
    """Single words and phrases of every language, each in another voice, and what they say.

    Words weigh little in the recordings, yet they are what the ear is for.
    """
    rng = np.random.default_rng(seed)
    entries = cache.entries(engine="kokoro", split="train")
    by_language: dict[str, list[Entry]] = {}
    for entry in cache.entries(engine="espeak", split="train"):
        by_language.setdefault(entry.request.language, []).append(entry)
    for formant in by_language.values():
        picked = rng.permutation(len(formant))[:espeak_clips_per_language]
        entries += [formant[i] for i in picked]
    pieces = (
        (
            random_voice_change(trim(cache.read(entries[i]).astype(np.float32) / 32768), rng),
            phrase_of(entries[i]),
        )
        for i in rng.permutation(len(entries))
    )
    return chunked(pieces, rng, (0.1, 0.6))


def phrase_of(entry: Entry) -> str:
    """Language and words of a clip, however it is punctuated."""
    return phrase_text(entry.request.language, entry.request.text)


def phrase_text(language: str, text: str) -> str:
    """What a phrase is called: "sr|levo"."""
    return f"{language}|{text.strip('.!?。！？').lower()}"


def _all_words(_: Path, seed: int) -> Part:
    return all_language_word_chunks(SpeechCache(), seed=seed)


PARTS: dict[str, Callable[[Path], Part]] = {
    "real": real_chunks,
    "sentences": lambda _: sentence_chunks(),
    "words": lambda _: word_chunks(SpeechCache()),
    **{f"changed_voices_{seed}": partial(changed_voice_chunks, seed=seed) for seed in (21, 31, 32)},
    **{f"all_language_words_{seed}": partial(_all_words, seed=seed) for seed in (9, 101, 103)},
}
"""The corpus by part; each takes the labels file of the recordings."""
