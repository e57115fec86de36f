"""Composes training streams: what a device would hear, with the label of every step.

A stream of `STREAM_S` seconds holds several clips with pauses between them, is corrupted as a
whole (room, noise, level) and goes through the shipped front end. Labels are given where the
decision should fall, relative to the end of the phrase; steps around it count for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from allears_tools.augment.noise import coloured

SAMPLE_RATE_HZ = 16000
STREAM_S = 8
STREAM_SAMPLES = STREAM_S * SAMPLE_RATE_HZ
FLOOR_DB = (35.0, 70.0)
"""How far a recording's floor (its mean power) lies below the peak of the speech."""
FLOOR_BEYOND_S = 0.4
"""A recording is at most so much longer than its speech, either side."""
IGNORE = -1
NONE = 0

Audio = NDArray[np.float32]

_SPEECH_BAND = signal.butter(4, (300, 3400), "bandpass", fs=SAMPLE_RATE_HZ, output="sos")


@dataclass(frozen=True)
class Utterance:
    """A clip for composing: float32 16 kHz audio, trimmed to its speech, and its class."""

    samples: Audio
    label: int
    background: bool = False
    """Continuous speech that fills a stream, whatever its length."""


@dataclass(frozen=True)
class Span:
    """Where a labelled utterance lies in its stream, in seconds."""

    label: int
    start_s: float
    end_s: float


@dataclass(frozen=True)
class LabelWindow:
    """When after a phrase's end its class is wanted; ``slack_s`` either side is ignored."""

    begin_s: float
    end_s: float
    slack_before_s: float
    slack_after_s: float
    latency_s: float = 0.0
    """How far a step's last sample lies beyond ``(step + 1) * step_s``."""


COMMAND_WINDOW = LabelWindow(0.10, 0.40, 0.25, 0.25, 0.02)
WAKE_WINDOW = LabelWindow(-0.02, 0.20, 0.12, 0.30, 0.02)


def trim(samples: Audio, floor_db: float = 35.0) -> Audio:
    """Cut a clip to its speech: the frames of 10 ms within ``floor_db`` of the loudest; silence
    stays as it is."""
    frames = len(samples) // 160
    if frames < 3:
        return samples
    power = np.square(samples[: frames * 160].reshape(frames, 160)).mean(axis=1)
    loud = np.flatnonzero(power >= power.max() * 10 ** (-floor_db / 10))
    return samples[loud[0] * 160 : (loud[-1] + 1) * 160]


def loudest_part(samples: Audio, lead_s: float = 0.1) -> Audio:
    """Cut a noisy recording of one word to it: what is louder than half-way, in decibels, from
    its noise floor to its peak, with ``lead_s`` before.

    Only the band of speech is listened to: the rumble of a hand-held microphone is louder than
    the word in every Spanish recording of ``precise_community``.
    """
    frames = len(samples) // 160
    speech = signal.sosfilt(_SPEECH_BAND, samples[: frames * 160])
    power = np.square(speech.reshape(frames, 160)).mean(axis=1)
    smooth = np.convolve(power, np.ones(5) / 5, mode="same")
    level_db = 10 * np.log10(smooth + 1e-10)
    floor, peak = float(np.percentile(level_db, 20)), float(level_db.max())
    loud = np.flatnonzero(level_db > max((floor + peak) / 2, peak - 25))
    begin = max(0, loud[0] * 160 - int(lead_s * SAMPLE_RATE_HZ))
    return samples[begin : (loud[-1] + 1) * 160]


def compose(
    positives: Sequence[Utterance],
    negatives: Sequence[Utterance],
    rng: np.random.Generator,
    vary: Callable[[Audio, np.random.Generator], Audio],
    *,
    positive_share: float = 0.6,
    follow_share: float = 0.0,
    floor_share: float = 0.0,
) -> tuple[Audio, list[Span]]:
    """Lay utterances out in one stream.

    Args:
        positives: utterances of the classes to learn.
        negatives: near misses, other speech.
        rng: decides everything.
        vary: makes another voice of an utterance.
        positive_share: share of the utterances that are positives.
        follow_share: share of the positives that other speech follows at once.
        floor_share: share of the utterances with a noise floor of their own.

    Returns:
        float32 [STREAM_SAMPLES] and the spans of the positives in it.
    """
    stream = np.zeros(STREAM_SAMPLES, np.float32)
    spans: list[Span] = []
    position = int(rng.uniform(0.2, 1.2) * SAMPLE_RATE_HZ)
    level_db = rng.uniform(-8, 0)
    while position < STREAM_SAMPLES - SAMPLE_RATE_HZ // 4:
        wanted = rng.random() < positive_share
        pool = positives if wanted else negatives
        chosen = pool[rng.integers(len(pool))]
        samples = chosen.samples
        if chosen.background:
            length = int(min(len(samples), rng.uniform(1.5, 6.0) * SAMPLE_RATE_HZ))
            offset = int(rng.integers(0, len(samples) - length + 1))
            samples = samples[offset : offset + length]
        samples = vary(samples, rng)
        room = STREAM_SAMPLES - position
        if wanted and len(samples) > room - SAMPLE_RATE_HZ // 5:
            break
        samples = samples[:room]
        peak = float(np.abs(samples).max()) + 1e-6
        gain = 10 ** ((level_db + rng.uniform(-6, 0)) / 20) / peak
        stream[position : position + len(samples)] += samples * gain
        end = position + len(samples)
        if floor_share and rng.random() < floor_share:
            _add_floor(stream, position, end, peak * gain, rng)
        if wanted:
            spans.append(Span(chosen.label, position / SAMPLE_RATE_HZ, end / SAMPLE_RATE_HZ))
        if wanted and rng.random() < follow_share:
            pause_s = rng.uniform(0.0, 0.25)
        else:
            pause_s = rng.uniform(0.55, 1.4) if wanted else rng.uniform(0.15, 1.2)
        position = end + int(pause_s * SAMPLE_RATE_HZ)
    return stream, spans


def _add_floor(stream: Audio, begin: int, end: int, peak: float, rng: np.random.Generator) -> None:
    """The noise floor of a recording, which begins and ends with it, as a person's clip has one
    where it is played between silences: some 30 to 60 dB below the speech (docs/experiments.md 37).
    """
    begin = max(0, begin - int(rng.uniform(0, FLOOR_BEYOND_S) * SAMPLE_RATE_HZ))
    end = min(len(stream), end + int(rng.uniform(0, FLOOR_BEYOND_S) * SAMPLE_RATE_HZ))
    noise = coloured(end - begin, float(rng.uniform(-6, 0)), rng)
    stream[begin:end] += noise * np.float32(peak * 10 ** (-rng.uniform(*FLOOR_DB) / 20))


def label_steps(
    spans: Sequence[Span], steps: int, step_s: float, window: LabelWindow
) -> NDArray[np.int64]:
    """int64 [steps]: the class wanted at each step, `NONE` elsewhere, `IGNORE` at the edges."""
    times = (np.arange(steps) + 1) * step_s + window.latency_s
    labels = np.full(steps, NONE, np.int64)
    for span in spans:
        begin, end = span.end_s + window.begin_s, span.end_s + window.end_s
        near = (times >= begin - window.slack_before_s) & (times <= end + window.slack_after_s)
        labels[near] = IGNORE
    for span in spans:
        begin, end = span.end_s + window.begin_s, span.end_s + window.end_s
        labels[(times >= begin) & (times <= end)] = span.label
    return labels
