"""Trains the command head of a language on the frozen ear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from allears.interpreter import Model
from numpy.typing import NDArray

from allears_tools.training.classifier import (
    StreamSet,
    head_layers,
    step_probabilities,
    train_classifier,
)
from allears_tools.training.command_streams import (
    CommandRecipe,
    command_classes,
    prepare_streams,
)
from allears_tools.training.embedding import as_floats, embed, embedding_range
from allears_tools.training.features import FRAMES
from allears_tools.training.head_export import (
    PROVISIONAL_THRESHOLD,
    SMOOTHING_FRAMES,
    head_manifest,
)
from allears_tools.training.heard_people import command_answers, hear_people
from allears_tools.training.material import TrainingError
from allears_tools.training.network import StreamNetwork
from allears_tools.training.people import says_enough
from allears_tools.training.streams import NONE
from allears_tools.training.teaching import taught

Report = Callable[[dict[str, Any]], None]


def train_commands(
    language: str,
    ear_path: Path,
    labels: Path | None,
    recipe: CommandRecipe,
    work: Path,
    report: Report,
    jobs: int = 1,
    earlier: Sequence[Path] = (),
) -> tuple[StreamNetwork, dict[str, Any]]:
    """Train a language's head on the frozen int8 ear.

    ``earlier``: heads of the same ear and language, which teach beside the wide ones.

    Returns:
        the network, ready for `write_head`, and its manifest (``commands.json``).

    Raises:
        TrainingError: an earlier head has other inputs or classes.
    """
    classes = command_classes()
    ear = Model.load(ear_path)
    teachers = [_earlier(path, ear, len(classes)) for path in earlier]
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
            teachers,
        )
    network = train_classifier(training, recipe.classifier, ear.output_shape[1], heard, report)
    recall = development_recall(network, development, PROVISIONAL_THRESHOLD)
    report({"development recall": recall, "at": PROVISIONAL_THRESHOLD})
    return network, head_manifest(language, classes, ear_path)


def _earlier(path: Path, ear: Model, classes: int) -> Model:
    head = Model.load(path)
    if (head.input_shape[-1], head.output_shape[1]) != (ear.output_shape[1], classes):
        raise TrainingError(
            f"{path} cannot teach: {head.input_shape[-1]} inputs and {head.output_shape[1]} "
            f"classes instead of {ear.output_shape[1]} and {classes}.",
            "it is no command head, or one of other commands",
            "Give the commands.tflite of a head that was trained on this ear.",
        )
    return head


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
