"""Hours of speech and noise, with a wake word and a command now and then."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import count, cycle
from typing import NamedTuple

from allears.audio import read_audio
from allears.profile import Profile

from allears_tools.evaluate.clip_audio import SAMPLE_RATE_HZ, Samples, quiet
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.judging import Vocabulary
from allears_tools.evaluate.labels import Clip
from allears_tools.evaluate.runner import plan
from allears_tools.seeds import load_language
from allears_tools.testing.errors import DeviceTestError
from allears_tools.testing.material import WakeChoice
from allears_tools.testing.trials import Trial, plan_trials

CALL_EVERY_S = 60.0

_CALLS = 40
_PIECE_SAMPLES = 30 * SAMPLE_RATE_HZ
"""Long recordings are played piece by piece, so that the others come in between."""

_PAUSE_S = 0.7


class Item(NamedTuple):
    """Audio to be played, int16 [n]; `command` is due where it is a call, else None."""

    samples: Samples
    command: str | None
    name: str


def playlist(profile: Profile, clips: list[Clip], choose_wake: WakeChoice) -> Iterator[Item]:
    """Give items without end, the same for the same clips.

    What is no call holds no wake word, as far as the labels tell.

    Raises:
        DeviceTestError: the clips have no calls, or nothing else.
    """
    trials = plan_trials(profile, clips, _CALLS * 2, choose_wake)
    calls = [trial for trial in trials if trial.wake and trial.truth.expected]
    talk = _without_calls(profile, clips)
    if not calls or not talk:
        raise DeviceTestError(
            f"The clips have no {'commands' if talk else 'other speech and no noise'}.",
            "the labels are of one kind only",
            "Give --labels with commands, and with speech or noise.",
        )
    return _played(calls, talk)


def _played(calls: list[Trial], talk: list[Clip]) -> Iterator[Item]:
    due = cycle(calls)
    silent_s = 0.0
    pause = quiet(_PAUSE_S)
    yield Item(pause, None, "quiet")
    for lap in count():
        for clip in talk:
            samples = read_audio(clip.audio)
            at = lap * _PIECE_SAMPLES % max(1, len(samples))
            piece = samples[at : at + _PIECE_SAMPLES]
            yield Item(piece, None, clip.path)
            yield Item(pause, None, "quiet")
            silent_s += (len(piece) + len(pause)) / SAMPLE_RATE_HZ
            if silent_s >= CALL_EVERY_S:
                silent_s = 0.0
                trial = next(due)
                yield Item(trial.scene().samples, trial.truth.expected, trial.clip.path)


def _without_calls(profile: Profile, clips: list[Clip]) -> list[Clip]:
    """Speech of any language and noise without a wake word of the profile, in a mixed order."""
    kept = {clip.path: clip for clip in clips}
    for entry in profile.languages:
        vocabulary = Vocabulary.of(load_language(entry.language))
        try:
            judged = plan(clips, "wake", vocabulary, others=True).judged
        except EvaluationError:
            return []
        negatives = {clip.path for clip, truth in judged if truth.expected is None}
        kept = {path: clip for path, clip in kept.items() if path in negatives}
    return sorted(kept.values(), key=lambda c: hashlib.sha256(c.path.encode()).hexdigest())
