"""What is played to a device: which clips, in which order, after which wake word."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from allears.profile import Profile, ProfileLanguage

from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.judging import LONG_AUDIO_S, NOISE_KINDS, Truth, Vocabulary
from allears_tools.evaluate.labels import Clip
from allears_tools.evaluate.runner import plan
from allears_tools.evaluate.woken import Scene, after_wake, alone
from allears_tools.seeds import load_language
from allears_tools.testing.errors import DeviceTestError

_Judged = tuple[Clip, Truth]

_SHARES = {
    ("commands", True): 10,
    ("wake", True): 4,
    ("commands", False): 3,
    ("wake", False): 3,
}
"""How many of 20 clips are of a stage, and say what it waits for or not."""


@dataclass(frozen=True)
class Trial:
    """A clip to be played: alone, or after a recording of the `wake` word."""

    clip: Clip
    truth: Truth
    stage: str
    language: str
    wake: Path | None = None

    @property
    def name(self) -> str:
        """How reports call it; unlike in one test."""
        return f"{self.language}/{self.stage}/{self.clip.path}"

    def scene(self) -> Scene:
        """Return the stream that the device hears."""
        return after_wake(self.wake, self.clip.audio) if self.wake else alone(self.clip.audio)


def plan_trials(
    profile: Profile,
    clips: list[Clip],
    count: int,
    choose_wake: Callable[[ProfileLanguage, list[Clip]], Path],
) -> list[Trial]:
    """Choose what to play, the same for the same clips.

    Wake words are played alone, commands after a wake word; speech and noise that should give
    nothing partly so, partly so. Clips over 20 s are left out: `allears soak` plays hours.

    Args:
        profile: whose languages and commands are tested.
        clips: labelled ones; those whose label says too little are passed over.
        count: how many, of all languages together; 0 for all.
        choose_wake: returns the wake word to play, given the clips that are labelled as one.

    Raises:
        DeviceTestError: no clip fits the profile.
        LabelsError: audio files are missing.
    """
    short = [clip for clip in clips if clip.duration_s <= LONG_AUDIO_S]
    plans = [list(_of_language(profile, entry, short, choose_wake)) for entry in profile.languages]
    shares = [_share(count, len(plans), place) for place in range(len(plans))]
    chosen = [
        trial
        for planned, share in zip(plans, shares, strict=True)
        for trial in (planned[:share] if count else planned)
    ]
    if not chosen:
        spoken = ", ".join(entry.language for entry in profile.languages)
        raise DeviceTestError(
            f"None of the {len(clips)} clips fits the profile {profile.country}.",
            f"none is of its languages ({spoken}) with a text that tells what is due",
            "Give other --labels, or --speak for synthetic speech.",
        )
    return chosen


def _of_language(
    profile: Profile,
    entry: ProfileLanguage,
    clips: list[Clip],
    choose_wake: Callable[[ProfileLanguage, list[Clip]], Path],
) -> Iterator[Trial]:
    """Give every trial of a language, so that any number of the first ones is a fair choice."""
    vocabulary = Vocabulary.of(load_language(entry.language))
    pools: dict[tuple[str, bool], list[_Judged]] = defaultdict(list)
    for stage in ("commands", "wake"):
        for clip, truth in _judged(clips, stage, vocabulary):
            if truth.expected in (None, "wake", *profile.commands) or not profile.commands:
                pools[stage, truth.expected is not None].append((clip, truth))
    if not any(expected for _, expected in pools):
        return  # noise alone tests no language
    _deal_negatives(pools)
    wake = choose_wake(entry, [clip for clip, _ in pools["wake", True]])
    for (stage, _), (clip, truth) in _interleaved({k: _spread(v) for k, v in pools.items()}):
        yield Trial(clip, truth, stage, entry.language, wake if stage == "commands" else None)


def _judged(clips: list[Clip], stage: str, vocabulary: Vocabulary) -> list[_Judged]:
    try:
        return plan(clips, stage, vocabulary).judged
    except EvaluationError:
        return []


def _deal_negatives(pools: dict[tuple[str, bool], list[_Judged]]) -> None:
    """Let no clip stand in both pools of negatives: noise is played alone, speech by turns."""
    speech = [item for item in pools["commands", False] if item[0].kind not in NOISE_KINDS]
    after = {clip.path for clip, _ in speech[::2]}
    pools["commands", False] = speech[::2]
    pools["wake", False] = [item for item in pools["wake", False] if item[0].path not in after]


def _spread(judged: list[_Judged]) -> list[_Judged]:
    """Order clips so that commands take turns, or else sources, and speakers are mixed."""
    groups: dict[str, list[_Judged]] = defaultdict(list)
    for clip, truth in sorted(judged, key=lambda item: _hash(item[0].path)):
        name = truth.expected if truth.expected not in (None, "wake") else clip.source
        groups[str(name)].append((clip, truth))
    placed = [(place, name, item) for name in groups for place, item in enumerate(groups[name])]
    return [item for _, _, item in sorted(placed, key=lambda each: each[:2])]


def _interleaved(
    pools: dict[tuple[str, bool], list[_Judged]],
) -> Iterator[tuple[tuple[str, bool], _Judged]]:
    """Give from the pools in their shares for as long as they last."""
    taken = dict.fromkeys(pools, 0)
    while left := [pool for pool in pools if taken[pool] < len(pools[pool])]:
        pool = min(left, key=lambda each: (taken[each] + 1) / _SHARES[each])
        yield pool, pools[pool][taken[pool]]
        taken[pool] += 1


def _share(count: int, parts: int, place: int) -> int:
    return count // parts + (place < count % parts)


def _hash(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()
