"""Wide heads that teach the one that ships.

A small head learns more from what a wide one answers than from the labels alone, and it can learn
that on people's speech too, which has none (docs/experiments.md 33).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from allears_tools.training.card import file_sha256
from allears_tools.training.classifier import (
    ClassifierRecipe,
    StreamSet,
    step_probabilities,
    train_classifier,
)
from allears_tools.training.corpus import real_chunks
from allears_tools.training.features import FRAMES, stream_features
from allears_tools.training.network import Layer
from allears_tools.training.streams import IGNORE

Report = Callable[[dict[str, Any]], None]


@dataclass
class TeachingRecipe:
    """What decides the teachers; goes to the card as it stands."""

    teachers: int = 1
    """0: none. A second one is worth half a point (docs/experiments.md 33)."""
    channels: int = 160
    blocks: int = 4
    epochs: int = 7
    people: int = 1000
    """Chunks of 8 s of people's speech that may train, which the teachers label."""
    seed: int = 1


def teacher_layers(recipe: TeachingRecipe, classes: int) -> list[Layer]:
    """A head several times as large as the one that ships."""
    return [
        Layer("conv", recipe.channels, 1),
        *[Layer("separable", recipe.channels, 9, residual=True)] * recipe.blocks,
        Layer("conv", classes, 1, relu=False),
    ]


def people_features(labels: Path, count: int, work: Path) -> NDArray[np.int8]:
    """int8 [≤ count, FRAMES, 40]: people's speech that may train, in chunks of 8 s; none where
    there is less than that. The same for every language, so that it is kept in ``work``."""
    path = work / f"people-{count}-{file_sha256(labels)[:12]}.npy"
    if not path.exists():
        work.mkdir(parents=True, exist_ok=True)
        np.save(path, _people_features(labels, count))
    stored: NDArray[np.int8] = np.load(path)
    return stored


def _people_features(labels: Path, count: int) -> NDArray[np.int8]:
    chunks = real_chunks(labels).chunks
    # Evenly, since the chunks of one speed lie side by side.
    picked = np.linspace(0, len(chunks) - 1, min(count, len(chunks))).astype(int)
    features = [stream_features(chunks[i].astype(np.float32) / 32768) for i in picked]
    return np.stack(features) if features else np.zeros((0, FRAMES, 40), np.int8)


def taught(
    data: StreamSet,
    people: NDArray[np.int8],
    recipe: TeachingRecipe,
    classifier: ClassifierRecipe,
    classes: int,
    input_range: tuple[float, float],
    report: Report,
    jobs: int = 1,
) -> StreamSet:
    """Train the teachers on labelled streams and let them answer for these and for people.

    Args:
        data: streams with labels.
        people: more inputs, int8 [count, steps, channels], of which nothing is known.
        recipe: the teachers' sizes.
        classifier: how they are trained, but for layers, passes and seed.
        classes: outputs of a step.
        input_range: real values of the inputs' lowest and highest byte.
        report: told how it goes on.
        jobs: processes, each of which trains one teacher at a time.

    Returns:
        both, the people's steps without a label, with the teachers' mean.
    """
    inputs = np.concatenate([data.inputs, people]) if len(people) else data.inputs
    recipes = [
        replace(
            classifier,
            layers=teacher_layers(recipe, classes),
            epochs=recipe.epochs,
            quantised_epochs=0,
            seed=recipe.seed + number,
        )
        for number in range(recipe.teachers)
    ]
    answers = joblib.Parallel(n_jobs=min(jobs, len(recipes)), return_as="generator_unordered")(
        joblib.delayed(_answers)(data, inputs, each, input_range) for each in recipes
    )
    mean = np.zeros((len(inputs), classes, data.labels.shape[1]), np.float32)
    for number, answer in enumerate(answers):
        report({"teacher": number + 1, "of": len(recipes)})
        mean += answer.astype(np.float32) / len(recipes)
    unknown = np.full((len(inputs) - len(data.inputs), data.labels.shape[1]), IGNORE, np.int64)
    labels = np.concatenate([data.labels, unknown])
    return StreamSet(inputs, labels, data.dequantise, mean.astype(np.float16))


def _answers(
    data: StreamSet,
    inputs: NDArray[np.int8],
    recipe: ClassifierRecipe,
    input_range: tuple[float, float],
) -> NDArray[np.float16]:
    network = train_classifier(data, recipe, inputs.shape[2], input_range, lambda _: None)
    network.quantise(observing=False, enabled=False)
    steps = data.labels.shape[1]
    answers = step_probabilities(network, StreamSet(inputs, data.labels, data.dequantise))
    return answers[..., :steps].astype(np.float16)
