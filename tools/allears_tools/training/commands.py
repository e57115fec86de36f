"""Trains the command head of a language on the frozen ear."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from allears.contract import CONTRACT_SHA256
from allears.interpreter import Model
from numpy.typing import NDArray

from allears_tools.seeds import load_commands
from allears_tools.speech import SpeechCache
from allears_tools.training.card import clips_sha256
from allears_tools.training.classifier import (
    ClassifierRecipe,
    StreamSet,
    head_layers,
    step_probabilities,
    train_classifier,
)
from allears_tools.training.ear import dequantise
from allears_tools.training.embedding import STEP_S, as_floats, embed, embedding_range
from allears_tools.training.features import FRAMES
from allears_tools.training.foreign import common_word_clips, foreign_clips
from allears_tools.training.head_export import (
    PROVISIONAL_THRESHOLD,
    SMOOTHING_FRAMES,
    head_manifest,
)
from allears_tools.training.heard_people import command_answers, hear_people
from allears_tools.training.material import (
    Material,
    StreamPlan,
    make_streams,
    synthetic,
)
from allears_tools.training.network import StreamNetwork
from allears_tools.training.people import real_commands, real_negatives, says_enough
from allears_tools.training.streams import COMMAND_WINDOW, NONE, Utterance
from allears_tools.training.teaching import TeachingRecipe, taught

NONE_CLASS = "none"

Report = Callable[[dict[str, Any]], None]


@dataclass
class CommandRecipe:
    """What decides a command head; goes to its card as it stands."""

    streams: int = 6000
    development_streams: int = 300
    clips_per_text: dict[str, int] = field(default_factory=lambda: {"kokoro": 200, "espeak": 60})
    negatives_per_text: dict[str, int] = field(default_factory=lambda: {"kokoro": 3, "espeak": 1})
    other_languages: int = 60
    """Clips of each other language's training speech among the negatives."""
    common_words: int = 900
    """Clips of common words of the language among the negatives."""
    real_repeats: int = 2
    """How often a person's recording of a command counts against one synthetic clip."""
    snr_db: tuple[float, float] = (3.0, 35.0)
    background_share: float = 0.3
    noise_share: float = 0.15
    longer: float = 2.2
    longer_share: float = 0.4
    shorter: float = 0.55
    cut_share: float = 0.3
    """How words' lengths vary, and how many are cut off (`material.StreamPlan`)."""
    floor_share: float = 0.6
    """Of the utterances, those with a recording's noise floor."""
    classifier: ClassifierRecipe = field(
        default_factory=lambda: ClassifierRecipe(
            epochs=10, batch=32, matrix_learning_rate=0.02, none_weight=0.5, quantised_epochs=2
        )
    )
    teaching: TeachingRecipe = field(default_factory=TeachingRecipe)
    seed: int = 3


def command_classes() -> list[str]:
    """The head's classes: "none", then the ids of seeds/commands.yaml in their order."""
    return [NONE_CLASS, *[command.id for command in load_commands()]]


def gather(
    language: str, cache: SpeechCache, labels: Path | None, recipe: CommandRecipe
) -> Material:
    """Commands as positives; confusables, fillers, wake words and people's speech against them."""
    number = {name: index for index, name in enumerate(command_classes())}
    against = {"confusable", "wake_confusable", "filler", "wake"}

    def label_of(entry: Any) -> int | None:
        if entry.role == "command":
            return number[entry.label]
        return NONE if entry.role in against else None

    def clips(limits: dict[str, int]) -> list[Utterance]:
        return synthetic(cache, language, label_of, np.random.default_rng(recipe.seed), limits)

    material = Material(
        [c for c in clips(recipe.clips_per_text) if c.label != NONE],
        [c for c in clips(recipe.negatives_per_text) if c.label == NONE],
    )
    own = {e.pronounced for e in cache.entries(language=language, role="command", split="train")}
    material.negatives += foreign_clips(
        cache, language, recipe.other_languages, np.random.default_rng(recipe.seed), own
    )
    material.negatives += common_word_clips(
        cache, language, recipe.common_words, np.random.default_rng(recipe.seed), own
    )
    if labels is not None:
        # Only running speech: single real words as negatives, where nearly all positives are
        # synthetic, teach that a real voice is no command (docs/experiments.md 4).
        people = real_negatives(labels, lambda clip: True)
        material.background = [u for u in people if u.background]
        said, other = real_commands(labels, language, number)
        material.positives += said * recipe.real_repeats
        material.negatives += other
    return material


def prepare_streams(
    language: str,
    labels: Path | None,
    recipe: CommandRecipe,
    work: Path,
    report: Report,
    jobs: int = 1,
) -> list[StreamSet]:
    """Training and development streams of a language, as features.

    They are kept in ``work``, so that a rerun starts from them.
    """
    cache = SpeechCache()
    clips, _ = clips_sha256(cache, language)
    sets = []
    for part, count in (("train", recipe.streams), ("development", recipe.development_streams)):
        plan = StreamPlan(
            count,
            STEP_S,
            COMMAND_WINDOW,
            snr_db=recipe.snr_db,
            background_share=recipe.background_share,
            noise_share=recipe.noise_share,
            longer=recipe.longer,
            longer_share=recipe.longer_share,
            shorter=recipe.shorter,
            cut_share=recipe.cut_share,
            floor_share=recipe.floor_share,
            seed=recipe.seed + (part == "development") * 1000,
        )
        key = hashlib.sha256(
            json.dumps(
                [
                    asdict(plan),
                    recipe.clips_per_text,
                    recipe.negatives_per_text,
                    recipe.other_languages,
                    recipe.common_words,
                    language,
                    clips,
                    CONTRACT_SHA256,
                ]
            ).encode()
        ).hexdigest()[:12]
        path = work / f"{language}-commands-{key}.npz"
        if not path.exists():
            material = gather(language, cache, labels, recipe)
            report({"making": part, "positives": len(material.positives), "count": count})
            features, wanted = make_streams(material, plan, labels, jobs)
            work.mkdir(parents=True, exist_ok=True)
            np.savez(path, features=features, wanted=wanted)
        stored = np.load(path)
        sets.append(StreamSet(stored["features"], stored["wanted"], dequantise))
    return sets


def train_commands(
    language: str,
    ear_path: Path,
    labels: Path | None,
    recipe: CommandRecipe,
    work: Path,
    report: Report,
    jobs: int = 1,
) -> tuple[StreamNetwork, dict[str, Any]]:
    """Train a language's head on the frozen int8 ear.

    Returns:
        the network, ready for `write_head`, and its manifest (``commands.json``).
    """
    classes = command_classes()
    ear = Model.load(ear_path)
    training, development = (
        StreamSet(embed(ear, part.inputs), part.labels, as_floats(ear))
        for part in prepare_streams(language, labels, recipe, work, report, jobs)
    )
    recipe.classifier.layers = recipe.classifier.layers or head_layers(len(classes))
    heard = embedding_range(ear)
    if labels is not None and says_enough(labels, language):
        # Their own labels are worth more than what the phrase teacher hears (experiment 34).
        recipe.teaching.phrase_share = 0.0
    if recipe.teaching.teachers:
        others, told = _people(training, language, labels, recipe.teaching.people, work, report)
        training = taught(
            training,
            embed(ear, others),
            told,
            recipe.teaching,
            recipe.classifier,
            len(classes),
            heard,
            report,
            jobs,
        )
    network = train_classifier(training, recipe.classifier, ear.output_shape[1], heard, report)
    recall = development_recall(network, development, PROVISIONAL_THRESHOLD)
    report({"development recall": recall, "at": PROVISIONAL_THRESHOLD})
    return network, head_manifest(language, classes, ear_path)


def _people(
    streams: StreamSet, language: str, labels: Path | None, count: int, work: Path, report: Report
) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Features of people's speech, and what the phrase teacher hears in it; none without any."""
    people = hear_people(labels, work, count, report) if labels is not None and count else None
    classes, steps = command_classes(), streams.labels.shape[1]
    if people is None:
        return np.zeros((0, FRAMES, 40), np.int8), np.zeros((0, len(classes), steps), np.float16)
    return people.features, command_answers(people, language, classes, steps)


def development_recall(network: StreamNetwork, data: StreamSet, threshold: float) -> float:
    """Share of the development streams' commands that fire as themselves in their window."""
    probabilities = step_probabilities(network, data)
    kernel = np.ones(SMOOTHING_FRAMES) / SMOOTHING_FRAMES
    smooth = np.apply_along_axis(lambda p: np.convolve(p, kernel)[: len(p)], 2, probabilities)
    best, score = smooth[:, 1:].argmax(1) + 1, smooth[:, 1:].max(1)
    hits = total = 0
    for row_best, row_score, row in zip(best, score, data.labels, strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row > NONE, [0]]).astype(int)))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            total += 1
            fires = row_score[begin:end] >= threshold
            hits += bool(np.any(fires & (row_best[begin:end] == row[begin])))
    return hits / max(1, total)
