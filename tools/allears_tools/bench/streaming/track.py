"""Makes the track: the same bytes from the same recordings and seed.

``mlperf`` is laid out as MLPerf Tiny's long wave (mlcommons/tiny, build_long_wav_def.py): 50 wake
words in the first ten minutes, over nothing, then over quiet talk, then over music; in the second
ten minutes talk alone. ``speech`` is a harder track for false alarms and a kinder one for misses:
people talk throughout, and stop for the wake words, which lie anywhere in the twenty minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from allears.audio import read_audio
from allears.contract import SAMPLE_RATE_HZ
from allears.errors import AllEarsError
from numpy.typing import NDArray

from allears_tools.bench.streaming.material import Material
from allears_tools.evaluate.clip_audio import quiet
from allears_tools.evaluate.labels import Clip

LAYOUTS = ("speech", "mlperf")
LENGTH_S = 1200
WORDS = 50

WORD_PEAKS = (0.5, 0.75)
"""Peaks of the wake words, of full scale; MLPerf's."""

_TALK_PEAK = 0.5
_QUIET_TALK_PEAK = 0.05
_QUIET_TALKERS = 3
_MUSIC_PEAK = 0.5
_MLPERF_QUIET_TALK_S = 100, 300
_MLPERF_MUSIC_S = 300, 600
_MLPERF_TALK_S = 600, 1200
_MLPERF_WORDS_S = 2.0, 570.0
_SPEECH_WORDS_S = 5.0, 1190.0
_SPACING_S = 3.0
"""From the end of a word to the next one's beginning, at least."""

_PAUSE_S = 0.4
"""Nobody talks so long before and after a wake word, in the layout ``speech``."""

_FULL_SCALE = 32767

Sound = NDArray[np.float32]


class Word(NamedTuple):
    """A wake word in the track, in seconds from its start."""

    start_s: float
    end_s: float
    clip: Clip


class Track(NamedTuple):
    """int16 ``[LENGTH_S * 16000]``, and the wake words in order of time."""

    samples: NDArray[np.int16]
    words: list[Word]


def make_track(material: Material, layout: str, seed: int, words: int = WORDS) -> Track:
    """Return a track of LENGTH_S.

    Raises:
        AllEarsError: fewer than ``words`` recordings of the wake word, or no music for ``mlperf``.
    """
    if len(material.wakes) < words:
        raise AllEarsError(
            f"There are {len(material.wakes)} recordings of the wake word, not {words}.",
            "too few people said it who were kept apart for testing",
            f"Give more recordings, or --words {len(material.wakes)}.",
        )
    random = np.random.default_rng(seed)
    chosen = [material.wakes[i] for i in random.permutation(len(material.wakes))[:words]]
    sounds = [_at_peak(read_audio(c.audio), random.uniform(*WORD_PEAKS)) for c in chosen]
    span = _MLPERF_WORDS_S if layout == "mlperf" else _SPEECH_WORDS_S
    starts_s = _spread([len(sound) / SAMPLE_RATE_HZ for sound in sounds], span, random)
    if layout == "mlperf":
        track = _mlperf_background(material, random)
    else:
        track = _talk_with_pauses(material, starts_s, sounds, random)
    placed = []
    for start_s, sound, clip in zip(starts_s, sounds, chosen, strict=True):
        at = round(start_s * SAMPLE_RATE_HZ)
        track[at : at + len(sound)] += sound
        placed.append(Word(start_s, start_s + len(sound) / SAMPLE_RATE_HZ, clip))
    samples = np.rint(np.clip(track, -1, 1) * _FULL_SCALE).astype(np.int16)
    return Track(samples, placed)


def _spread(
    lengths_s: Sequence[float], span: tuple[float, float], random: np.random.Generator
) -> list[float]:
    """Starts of the words: waits of exponential lengths between them, a spacing at least."""
    waits_s = random.exponential(1.0, len(lengths_s))
    least_s = sum(lengths_s) + _SPACING_S * len(lengths_s)
    free_s = span[1] - span[0] - least_s
    if free_s < 0:
        raise AllEarsError("The wake words do not fit on the track.", "", "Ask for fewer words.")
    waits_s *= free_s / waits_s.sum()
    starts_s, now_s = [], span[0]
    for wait_s, length_s in zip(waits_s, lengths_s, strict=True):
        now_s += wait_s
        starts_s.append(float(now_s))
        now_s += length_s + _SPACING_S
    return starts_s


def _mlperf_background(material: Material, random: np.random.Generator) -> Sound:
    if not material.music:
        raise AllEarsError(
            "There is no music that was kept apart for testing.",
            "the labels file has none",
            "Use the layout speech.",
        )
    track = _silence()
    for clips, peak, span in (
        *[(material.talk, _QUIET_TALK_PEAK, _MLPERF_QUIET_TALK_S)] * _QUIET_TALKERS,
        (material.music, _MUSIC_PEAK, _MLPERF_MUSIC_S),
        (material.talk, _TALK_PEAK, _MLPERF_TALK_S),
    ):
        first, last = (round(second * SAMPLE_RATE_HZ) for second in span)
        track[first:last] += _run_on(clips, peak, last - first, random)
    return track


def _talk_with_pauses(
    material: Material, starts_s: list[float], sounds: list[Sound], random: np.random.Generator
) -> Sound:
    """Talk from end to end that stops for each word and goes on after it."""
    track = _silence()
    talk = _run_on(material.talk, _TALK_PEAK, len(track), random)
    pause, at, heard = round(_PAUSE_S * SAMPLE_RATE_HZ), 0, 0
    for start_s, sound in zip(starts_s, sounds, strict=True):
        start = round(start_s * SAMPLE_RATE_HZ)
        until = max(start - pause, at)
        track[at:until] += talk[heard : heard + until - at]
        heard += until - at
        at = start + len(sound) + pause
    track[at:] += talk[heard : heard + len(track) - at]
    return track


def _silence() -> Sound:
    return quiet(LENGTH_S).astype(np.float32) / np.float32(_FULL_SCALE)


def _run_on(clips: list[Clip], peak: float, size: int, random: np.random.Generator) -> Sound:
    """Clips in a random order, one after the other, over again where they are too few."""
    parts: list[Sound] = []
    filled = 0
    for clip in _endlessly(clips, random):
        parts.append(_at_peak(read_audio(clip.audio), peak))
        filled += len(parts[-1])
        if filled >= size:
            return np.concatenate(parts)[:size]
    raise AssertionError("clips do not end")


def _endlessly(clips: list[Clip], random: np.random.Generator) -> Iterator[Clip]:
    while True:
        for index in random.permutation(len(clips)):
            yield clips[index]


def _at_peak(samples: NDArray[np.int16], peak: float) -> Sound:
    highest = max(int(np.abs(samples.astype(np.int32)).max(initial=0)), 1)
    return samples.astype(np.float32) * np.float32(peak / highest)
