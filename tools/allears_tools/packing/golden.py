"""Chooses a language's golden clip: a wake word and a command that the listener hears well."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
from allears import Command, Event, Listener, Wake
from allears.audio import read_audio
from allears.contract import SAMPLE_RATE_HZ
from allears.packs import adpcm
from allears.packs.golden import ExpectedEvent, Golden, sharing
from allears.profile import ProfileLanguage

from allears_tools.demo.scenes import demo_clips
from allears_tools.packing.errors import PackingError

GOLDEN_FILE = "golden.flac"
"""A language's own clip, wake word and command in one, beside its models."""

SHORT_CLIP_S, MAX_CLIP_S = 1.5, 1.9
"""Short clips come first, and longer than the second is none: a language has 128 KB for all."""

_GAPS_S = (0.25, 0.12)
"""Between wake word and command; the shorter where no clip with the longer will do."""

_LEAD_MS = 500
_TAIL_MS = 900
_QUIET = 300
"""Amplitude below which a clip's ends are cut off."""

Samples = npt.NDArray[np.int16]


def choose_golden(listener: Listener, entry: ProfileLanguage, models: Path) -> Golden:
    """Return the short clip of those at hand, else the longer, that `listener` hears best.

    Where languages share a wake word, the wake event names the first of them.

    Raises:
        PackingError: there is no clip, or none gives a wake word and a command.
    """
    best: tuple[bool, float, Golden] | None = None
    tried = 0
    language, wake_languages = entry.language, sharing(listener.profile, entry.language)
    for clip, gap_s in _candidates(entry, models):
        if best and gap_s < _GAPS_S[0]:
            break
        tried += 1
        golden = Golden(len(clip), _LEAD_MS, _TAIL_MS, [], adpcm.encode(clip))
        heard = listener.feed(golden.audio())
        listener.reset()
        score = _score(heard, language, wake_languages)
        rank = len(clip) <= SHORT_CLIP_S * SAMPLE_RATE_HZ, score
        if score and (best is None or rank > best[:2]):
            best = *rank, golden._replace(events=[ExpectedEvent.of(event) for event in heard])
    if best is None:
        raise PackingError(
            f"No golden clip for {language!r}: of {tried} none gives a wake word and a command.",
            "a new model that does not hear them, or a language without clips",
            f"Put a recording of the wake word and a command, {MAX_CLIP_S} s at most, to "
            f"{models / language / GOLDEN_FILE}.",
        )
    return best[2]


def _candidates(entry: ProfileLanguage, models: Path) -> Iterator[tuple[Samples, float]]:
    """Yield clips, each with its gap, the longer gaps first."""
    own = models / entry.language / GOLDEN_FILE
    if own.is_file():
        yield read_audio(own), _GAPS_S[0]
    clips = demo_clips(entry.language)
    wakes = [clip for clip in clips if clip.text in entry.wake_words]
    others = [clip for clip in clips if clip.text not in entry.wake_words]
    for gap_s, wake, other in product(_GAPS_S, wakes, others):
        gap = np.zeros(round(gap_s * SAMPLE_RATE_HZ), np.int16)
        joined = [_trimmed(read_audio(wake.path)), gap, _trimmed(read_audio(other.path))]
        clip = np.concatenate(joined)
        if len(clip) <= MAX_CLIP_S * SAMPLE_RATE_HZ:
            yield clip, gap_s


def _trimmed(clip: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(clip.astype(np.int32)) > _QUIET)
    return clip[loud[0] : loud[-1] + 1] if len(loud) else clip


def _score(heard: list[Event], language: str, wake_languages: set[str]) -> float:
    """The lower score of a wake word and the one command after it; 0 for anything else."""
    match heard:
        case [Wake() as wake, Command() as command]:
            if wake.language in wake_languages and command.language == language:
                return min(wake.score, command.score)
    return 0.0
