"""espeak-ng reading aloud with the time of every phone: what the phone teacher learns from.

espeak-ng tells where each of its phonemes begins, so that a frame's phone is known exactly, in
every language it speaks. Length, stress, tone and aspiration marks are left out: what remains are
some hundred phones that languages share.
"""

from __future__ import annotations

import ctypes
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import yaml
from numpy.typing import NDArray

from allears_tools.speech.engines.espeak import Espeak
from allears_tools.speech.request import ClipRequest
from allears_tools.training.streams import SAMPLE_RATE_HZ, STREAM_S, STREAM_SAMPLES

STEP_S = 0.04
STEPS = round(STREAM_S / STEP_S)
PAUSE = ""
_PHONEME = 7
"""espeakEVENT_PHONEME of speak_lib.h."""
_WITH_PHONEMES_AS_IPA = 3
"""espeakINITIALIZE_PHONEME_EVENTS | espeakINITIALIZE_PHONEME_IPA."""
_MARKS = re.compile(r"[ˈˌːˑ^͡0-9'ʲʰ̪̃̚.|\-\"̩]")
_RAREST = 15
"""A phone heard less often counts as the commoner one that its symbol begins with."""


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position_ms", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("name", ctypes.c_char * 8),
    ]


@dataclass(frozen=True)
class Phone:
    """One phone of a recording; times in seconds."""

    symbol: str
    start_s: float
    end_s: float


class TimedEspeak(Espeak):
    """espeak-ng that also says when each phone begins."""

    options = _WITH_PHONEMES_AS_IPA

    def __init__(self) -> None:
        self._starts: list[tuple[float, str]] = []
        super().__init__()

    def speak_timed(self, request: ClipRequest) -> tuple[NDArray[np.float32], list[Phone]]:
        """float32 [n] at 16 kHz, with espeak-ng's own silence round it, and its phones."""
        self._starts = []
        samples = self.speak_untrimmed(request)
        ends = [start for start, _ in self._starts[1:]] + [len(samples) / SAMPLE_RATE_HZ]
        phones = [
            Phone(_MARKS.sub("", symbol), start, end)
            for (start, symbol), end in zip(self._starts, ends, strict=True)
        ]
        return samples, phones

    def _collect(self, wav: ctypes._Pointer, count: int, events: int | None) -> int:
        event = ctypes.cast(events or 0, ctypes.POINTER(_Event))
        index = 0
        while events and event[index].type != 0:
            if event[index].type == _PHONEME:
                symbol = event[index].name.decode("utf-8", "ignore")
                self._starts.append((event[index].audio_position_ms / 1000, symbol))
            index += 1
        return super()._collect(wav, count, events)


@dataclass
class PhoneSet:
    """Chunks of speech with the share of each phone in every 40 ms.

    ``chunks``: int16 [n, STREAM_SAMPLES]; ``shares``: float16 [n, STEPS, phones], rows sum to 1;
    ``symbols``: the phones, the pause first.
    """

    chunks: NDArray[np.int16]
    shares: NDArray[np.float16]
    symbols: list[str]


def phone_set(count: int = 1000, seed: int = 3) -> PhoneSet:
    """Chunks of 8 s in every language of sentences.yaml, other voices and speeds each time."""
    dice = random.Random(seed)
    rng = np.random.default_rng(seed)
    chunks: list[NDArray[np.int16]] = []
    spoken: list[list[Phone]] = []
    pieces = _pieces(dice)
    while len(chunks) < count:
        samples, phones = _chunk(pieces, dice)
        if dice.random() < 0.5:
            hiss = 10 ** (dice.uniform(-55, -30) / 20) * rng.standard_normal(STREAM_SAMPLES)
            samples = samples + hiss.astype(np.float32)
        chunks.append(np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16))
        spoken.append(phones)
    symbols = _inventory(spoken)
    return PhoneSet(np.stack(chunks), np.stack([_shares(p, symbols) for p in spoken]), symbols)


@cache
def timed_espeak() -> TimedEspeak:
    """One handle: while two are open, the library's state runs on from one to the other."""
    return TimedEspeak()


def _pieces(dice: random.Random) -> Iterator[tuple[NDArray[np.float32], list[Phone]]]:
    text = resources.files(__package__).joinpath("sentences.yaml").read_text(encoding="utf-8")
    sentences: dict[str, list[str]] = yaml.safe_load(text)
    speaker = timed_espeak()
    variants = speaker.voices()
    while True:
        voice = dice.choice(sorted(sentences))
        kind = dice.random()
        said = dice.choice(sentences[voice])
        if kind < 0.25:
            said = " , ".join(str(dice.randint(0, 99)) for _ in range(dice.randint(1, 3)))
        elif kind < 0.5:
            words = said.split()
            said = " , ".join(dice.sample(words, min(3, len(words))))
        request = ClipRequest(
            engine="espeak",
            voice=dice.choice(variants),
            accent=voice,
            language=voice,
            text=said,
            speed=dice.uniform(0.6, 1.35),
            pitch_semitones=dice.uniform(-6, 6),
            intonation=dice.uniform(0.2, 0.9),
        )
        samples, phones = speaker.speak_timed(request)
        if len(samples) > SAMPLE_RATE_HZ // 8:
            level = np.float32(10 ** (dice.uniform(-14, -1) / 20) / np.abs(samples).max())
            yield samples * level, phones


def _chunk(
    pieces: Iterator[tuple[NDArray[np.float32], list[Phone]]], dice: random.Random
) -> tuple[NDArray[np.float32], list[Phone]]:
    out = np.zeros(STREAM_SAMPLES, np.float32)
    phones: list[Phone] = []
    position = 0
    while position < STREAM_SAMPLES:
        samples, spoken = next(pieces)
        rest = samples[: STREAM_SAMPLES - position]
        out[position : position + len(rest)] = rest
        offset_s = position / SAMPLE_RATE_HZ
        phones += [Phone(p.symbol, p.start_s + offset_s, p.end_s + offset_s) for p in spoken]
        position += len(samples) + int(dice.uniform(0.1, 0.5) * SAMPLE_RATE_HZ)
    return out, phones


def _inventory(spoken: list[list[Phone]]) -> list[str]:
    counts = Counter(p.symbol for phones in spoken for p in phones if p.symbol)
    return [PAUSE, *sorted(s for s, n in counts.items() if n >= _RAREST)]


def _shares(phones: list[Phone], symbols: list[str]) -> NDArray[np.float16]:
    """float16 [STEPS, phones]: how much of each step every phone fills; the rest is pause."""
    number = {symbol: index for index, symbol in enumerate(symbols)}
    shares = np.zeros((STEPS, len(symbols)), np.float32)
    for phone in phones:
        symbol = phone.symbol
        while symbol not in number:
            symbol = symbol[:-1]
        first, last = int(phone.start_s / STEP_S), min(STEPS - 1, int(phone.end_s / STEP_S))
        for step in range(first, last + 1):
            overlap = min(phone.end_s, (step + 1) * STEP_S) - max(phone.start_s, step * STEP_S)
            shares[step, number[symbol]] += max(0.0, overlap) / STEP_S
    shares[:, 0] += np.clip(1 - shares.sum(axis=1), 0, 1)
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float16)
