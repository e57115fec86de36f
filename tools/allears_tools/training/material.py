"""Gathers the clips that a language's models learn from, and makes training streams of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import joblib
import msgspec
import numpy as np
import soundfile
import soxr
from allears.errors import AllEarsError
from numpy.typing import NDArray

from allears_tools.augment import (
    Plan,
    augment,
    load_noises,
    rir_pool,
    synthetic_noises,
)
from allears_tools.seeds import LanguageSeed, load_language
from allears_tools.speech import SpeechCache
from allears_tools.speech.judge import intelligible
from allears_tools.speech.phrases import phrases
from allears_tools.training.features import FRAMES, stream_features
from allears_tools.training.streams import (
    NONE,
    SAMPLE_RATE_HZ,
    STREAM_SAMPLES,
    LabelWindow,
    Span,
    Utterance,
    compose,
    label_steps,
    trim,
)
from allears_tools.training.varying import half_a_command, varied


class TrainingError(AllEarsError):
    """Training cannot start with what is there."""


def load_clip(path: Path) -> NDArray[np.float32]:
    """Any audio file as float32 [n] at 16 kHz, mono."""
    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    return mono if rate_hz == SAMPLE_RATE_HZ else soxr.resample(mono, rate_hz, SAMPLE_RATE_HZ)


@dataclass
class Material:
    """What streams are composed of."""

    positives: list[Utterance] = field(default_factory=list)
    negatives: list[Utterance] = field(default_factory=list)
    background: list[Utterance] = field(default_factory=list)
    """Running speech of people, drawn apart from the other negatives."""
    _by_label: dict[int, list[Utterance]] = field(default_factory=dict, repr=False)
    """The positives by class, from the first draw on."""

    def balanced(self, rng: np.random.Generator, count: int) -> list[Utterance]:
        """Draw positives, every class as often as every other."""
        if not self._by_label:
            for utterance in self.positives:
                self._by_label.setdefault(utterance.label, []).append(utterance)
        by_label, labels = self._by_label, sorted(self._by_label)
        picked = []
        for _ in range(count):
            pool = by_label[labels[rng.integers(len(labels))]]
            picked.append(pool[rng.integers(len(pool))])
        return picked


def synthetic(
    cache: SpeechCache,
    language: str,
    label_of: Callable[[Any], int | None],
    rng: np.random.Generator,
    limits: dict[str, int],
    split: str = "train",
    seed: LanguageSeed | None = None,
) -> list[Utterance]:
    """Clips of the speech cache as utterances, without those that the judge rejected.

    Role and label are those that the seed gives a clip's text today; what it no longer says is
    left out.

    Args:
        cache: where the clips are.
        language: whose clips.
        label_of: an entry's class; None leaves it out.
        rng: picks the clips where there are more than the limit.
        limits: most clips of an engine (by name) for one text.
        split: ``train`` or ``held_out``.
        seed: what is said; the language's own where None.
    """
    said = {p.text.strip(".!?"): p for p in phrases(seed or load_language(language))}
    if not cache.entries(language=language, split=split):
        raise TrainingError(
            f"The speech cache holds no {language} clips.",
            "nothing was synthesised for this language yet",
            f"Run: allears speech synth --language {language}",
        )
    groups: dict[tuple[str, str], list[Any]] = {}
    for entry in intelligible(cache, language):
        if entry.split != split:
            continue
        text = entry.request.text.strip(".!?")
        if text in said:
            current = msgspec.structs.replace(entry, role=said[text].role, label=said[text].label)
            groups.setdefault((entry.request.engine, text), []).append(current)
    out = []
    for (engine, _), entries in sorted(groups.items()):
        most = limits.get(engine, 0)
        if len(entries) > most:
            entries = [entries[i] for i in rng.permutation(len(entries))[:most]]
        for entry in entries:
            label = label_of(entry)
            if label is not None:
                samples = cache.read(entry).astype(np.float32) / 32768
                out.append(Utterance(trim(samples), label))
    return out


@dataclass(frozen=True)
class StreamPlan:
    """How streams are made of material."""

    count: int
    step_s: float
    window: LabelWindow
    positive_share: float = 0.6
    follow_share: float = 0.0
    empty_share: float = 0.15
    """Share of the streams that hold no positive at all."""
    snr_db: tuple[float, float] = (-5.0, 30.0)
    background_share: float = 0.1
    """Share of the negatives that are running speech of people."""
    noise_share: float = 0.0
    """Share of the negatives that are noise or music alone, as loud as speech would be."""
    halves_share: float = 0.0
    """Share of the other negatives that are half a command and a part of another word."""
    longer: float = 1.0
    """Up to how many times as long a word is drawn out; 1.0: none (docs/experiments.md 17)."""
    longer_share: float = 0.7
    """Share of the utterances that are drawn out."""
    shorter: float = 1.0
    """Down to how many times as long a word is spoken hastily; 1.0: none."""
    cut_share: float = 0.0
    """Share of the utterances cut off where they are soft, as recordings often are."""
    floor_share: float = 0.0
    """Share of the utterances with a recording's noise floor of their own."""
    as_it_comes: bool = False
    """Every other stream without level control, for models that also run in pymicro-wakeword."""
    seed: int = 1


def make_streams(
    material: Material, plan: StreamPlan, labels: Path | None, jobs: int = 1, batch: int = 100
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Compose, corrupt and transform streams.

    Returns:
        int8 [count, FRAMES, 40] features and int64 [count, steps] labels.
    """
    starts = list(range(0, plan.count, batch))
    # One task a worker, since the material is copied to each.
    shares = [starts[job::jobs] for job in range(jobs)]
    made = joblib.Parallel(n_jobs=jobs)(
        joblib.delayed(_make_batches)(material, plan, labels, share, batch) for share in shares
    )
    parts = [part for _, part in sorted((pair for some in made for pair in some), key=_start)]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


Batch = tuple[NDArray[np.int8], NDArray[np.int64]]


def _start(numbered: tuple[int, Batch]) -> int:
    return numbered[0]


def _make_batches(
    material: Material, plan: StreamPlan, labels: Path | None, starts: list[int], batch: int
) -> list[tuple[int, Batch]]:
    return [
        (start, _make_batch(material, plan, labels, start, min(batch, plan.count - start)))
        for start in starts
    ]


def _make_batch(
    material: Material, plan: StreamPlan, labels: Path | None, start: int, count: int
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    rng = np.random.default_rng([plan.seed, start])
    noises, rirs = _surroundings(labels)
    features = np.empty((count, FRAMES, 40), np.int8)
    steps = int(STREAM_SAMPLES / SAMPLE_RATE_HZ / plan.step_s)
    wanted = np.empty((count, steps), np.int64)
    for row in range(count):
        share = 0.0 if rng.random() < plan.empty_share else plan.positive_share
        stream, spans = compose(
            material.balanced(rng, 8),
            _negatives(material, noises, plan, rng),
            rng,
            partial(varied, plan=plan),
            positive_share=share,
            follow_share=plan.follow_share,
            floor_share=plan.floor_share,
        )
        heard = augment(stream, rng, noises, rirs, Plan(snr_db=plan.snr_db))
        levelled = not (plan.as_it_comes and row % 2)
        features[row] = stream_features(heard, levelled)
        wanted[row] = label_steps(_audible(spans), steps, plan.step_s, plan.window)
    return features, wanted


def _negatives(
    material: Material,
    noises: Sequence[NDArray[np.float32]],
    plan: StreamPlan,
    rng: np.random.Generator,
) -> list[Utterance]:
    """Twelve utterances of no class: speech of people, noise alone, half commands, near misses."""
    people = int(rng.binomial(12, plan.background_share)) if material.background else 0
    noise = int(rng.binomial(12 - people, plan.noise_share)) if len(noises) else 0
    halves = int(rng.binomial(12 - people - noise, plan.halves_share)) if plan.halves_share else 0
    others = zip(
        material.balanced(rng, halves), _pick(material.negatives, rng, halves), strict=True
    )
    return (
        _pick(material.background, rng, people)
        + [Utterance(noises[i], 0, background=True) for i in rng.integers(0, len(noises), noise)]
        + [Utterance(half_a_command(c.samples, o.samples, rng), NONE) for c, o in others]
        + _pick(material.negatives, rng, 12 - people - noise - halves)
    )


def _pick(pool: Sequence[Utterance], rng: np.random.Generator, count: int) -> list[Utterance]:
    return [pool[i] for i in rng.integers(0, len(pool), count)]


def _audible(spans: Sequence[Span]) -> list[Span]:
    return [s for s in spans if s.end_s < STREAM_SAMPLES / SAMPLE_RATE_HZ]


_CACHE: dict[str, tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]] = {}


def _surroundings(
    labels: Path | None,
) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]]:
    """Noises and rooms, loaded once a process."""
    key = str(labels)
    if key not in _CACHE:
        real = load_noises(labels) if labels is not None else []
        _CACHE[key] = (real + synthetic_noises(np.random.default_rng(0)), rir_pool())
    return _CACHE[key]
