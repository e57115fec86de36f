"""A clip as a device hears it: after the wake word, in one stream."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from allears.audio import read_audio

from allears_tools.evaluate.clip_audio import (
    BEFORE_S,
    SAMPLE_RATE_HZ,
    Samples,
    quiet,
    read_padded,
    speech_end_s,
)

_LEAD_S = 1.0
_GAP_S = 0.4
"""Pause between the wake word and the command, as people make it."""


class Scene(NamedTuple):
    """A stream, int16 [n] at 16 kHz; where its clip starts and the speech in it ends, in s."""

    samples: Samples
    clip_start_s: float
    speech_end_s: float


def alone(clip: Path) -> Scene:
    """Return a clip between two quiet stretches."""
    padded = read_padded(clip)
    return Scene(padded, BEFORE_S, speech_end_s(padded))


def after_wake(wake: Path, clip: Path) -> Scene:
    """Return quiet, a wake word, a pause, a clip and quiet."""
    padded = read_padded(clip)
    lead = np.concatenate([quiet(_LEAD_S), read_audio(wake), quiet(_GAP_S)])
    start_s = len(lead) / SAMPLE_RATE_HZ
    samples = np.concatenate([lead, padded[round(BEFORE_S * SAMPLE_RATE_HZ) :]])
    return Scene(samples, start_s, start_s + speech_end_s(padded) - BEFORE_S)
