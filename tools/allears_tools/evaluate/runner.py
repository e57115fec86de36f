"""Runs all clips of an evaluation, in parallel, each worker with one listener."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from allears.errors import AllEarsError
from joblib import Parallel, delayed

from allears_tools.evaluate.errors import EvaluationError, LabelsError
from allears_tools.evaluate.judging import (
    NEGATIVE,
    OTHER_LANGUAGE,
    STAGES,
    Truth,
    Vocabulary,
    judge,
    says_wake,
)
from allears_tools.evaluate.labels import Clip
from allears_tools.evaluate.listening import Hearing, ListenerFactory, hear
from allears_tools.evaluate.noise import NoiseBed
from allears_tools.evaluate.split import is_test

SPLITS = ("all", "test", "train")
_BATCH_S = 60.0
"""Audio in one job: long enough that handing it over costs nothing, short enough for a
progress bar that moves."""


@dataclass(frozen=True)
class Plan:
    """What is to be heard, and how many clips are not and why."""

    stage: str
    judged: list[tuple[Clip, Truth]]
    skipped: Counter[str]

    @property
    def positives(self) -> Plan:
        """Only the clips in which an event is due."""
        due = [(clip, truth) for clip, truth in self.judged if truth.expected]
        return Plan(self.stage, due, self.skipped)


def plan(
    clips: list[Clip],
    stage: str,
    vocabulary: Vocabulary,
    split: str = "all",
    sources: frozenset[str] = frozenset(),
    others: bool = False,
) -> Plan:
    """Choose the clips of a stage, a split and (where any are named) some sources.

    Args:
        clips: of a labels file.
        stage: commands or wake.
        vocabulary: the language's words.
        split: all, test or train.
        sources: only these, where any are named.
        others: take speech of other languages as negatives instead of skipping it, but for clips
            whose text is a command's or holds the wake word ("no", "stop" and "computer" travel).

    Raises:
        EvaluationError: an unknown stage, split or source, or no clip can be judged.
        LabelsError: audio files of chosen clips are missing.
    """
    _one_of("stage", stage, STAGES)
    _one_of("split", split, SPLITS)
    for source in sorted(sources):
        _one_of("source", source, tuple(sorted({clip.source for clip in clips})))
    judged: list[tuple[Clip, Truth]] = []
    skipped: Counter[str] = Counter()
    for clip in clips:
        truth = judge(clip, stage, vocabulary)
        if others and truth.skipped == OTHER_LANGUAGE and not _says_a_word(clip, vocabulary):
            truth = NEGATIVE
        if truth.skipped:
            skipped[truth.skipped] += 1
        elif sources and clip.source not in sources:
            skipped["source not asked for"] += 1
        elif split != "all" and is_test(clip) != (split == "test"):
            skipped["kept for testing" if split == "train" else "may be trained on"] += 1
        else:
            judged.append((clip, truth))
    if not judged:
        raise EvaluationError(
            f"None of the {len(clips)} clips can be judged ({_counts(skipped)}).",
            f"the labels file has no clips of language {vocabulary.language!r} that fit",
            "Check --language, --split and --limit-source against the labels file's columns.",
        )
    _require_audio([clip for clip, _ in judged])
    return Plan(stage, judged, skipped)


def _says_a_word(clip: Clip, vocabulary: Vocabulary) -> bool:
    return says_wake(clip, vocabulary) or vocabulary.command_of(clip.text) is not None


def run(
    planned: Plan,
    profile: str,
    language: str,
    build: ListenerFactory,
    jobs: int = 1,
    progress: Callable[[int], None] = lambda clips: None,
    noise: NoiseBed | None = None,
    wake: Path | None = None,
) -> list[Hearing]:
    """Hear all clips of a plan.

    Args:
        build: makes a listener; called once in each worker.
        jobs: processes.
        progress: called with the number of clips just done.
        noise: put under every clip.
        wake: a recording of the wake word, put before every clip.

    Returns: a hearing for each clip, in the order of the labels file whatever `jobs` is.
    """
    batches = _batches(planned.judged)
    work = Parallel(n_jobs=jobs, return_as="generator_unordered")(
        delayed(_hear_batch)(batch, planned.stage, profile, language, build, noise, wake)
        for batch in batches
    )
    heard: dict[str, Hearing] = {}
    for hearings in work:
        for hearing in hearings:
            if hearing.failure:
                raise LabelsError(
                    f"{hearing.clip.audio} cannot be heard: {hearing.failure}",
                    "the file is empty, cut off or not audio",
                    "Repair the file or take its line out of the labels.",
                )
            heard[hearing.clip.path] = hearing
        progress(len(hearings))
    return [heard[clip.path] for clip, _ in planned.judged]


_listeners: dict[tuple[str, str, str, ListenerFactory], object] = {}
"""One process' listeners. Building one loads models, which costs more than most clips."""


def _hear_batch(
    batch: list[tuple[Clip, Truth]],
    stage: str,
    profile: str,
    language: str,
    build: ListenerFactory,
    noise: NoiseBed | None,
    wake: Path | None,
) -> list[Hearing]:
    key = (profile, language, stage, build)
    if key not in _listeners:
        _listeners[key] = build(profile, language, stage)
    hearings = []
    for clip, truth in batch:
        try:
            hearings.append(hear(clip, truth, stage, _listeners[key], noise, wake))
        except (AllEarsError, OSError) as error:
            # As text: an exception with several arguments does not survive the way back.
            hearings.append(Hearing(clip, truth, (), failure=str(error)))
    return hearings


def _batches(judged: list[tuple[Clip, Truth]]) -> Iterator[list[tuple[Clip, Truth]]]:
    """Cut the clips into jobs of about a minute, the longest first so that none comes last."""
    batch: list[tuple[Clip, Truth]] = []
    seconds = 0.0
    for clip, truth in sorted(judged, key=lambda item: -item[0].duration_s):
        batch.append((clip, truth))
        seconds += clip.duration_s
        if seconds >= _BATCH_S:
            yield batch
            batch, seconds = [], 0.0
    if batch:
        yield batch


def _require_audio(clips: list[Clip]) -> None:
    missing = [clip.audio for clip in clips if not clip.audio.is_file()]
    if missing:
        raise LabelsError(
            f"{len(missing)} of {len(clips)} audio files are missing, first {missing[0]}.",
            "the labels file's paths do not start from its own folder",
            "Give --root the folder that the paths start from.",
        )


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise EvaluationError(
            f"There is no {what} {value!r}.",
            "a misspelling",
            f"Use one of: {', '.join(allowed)}.",
        )


def _counts(skipped: Counter[str]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in skipped.most_common())
