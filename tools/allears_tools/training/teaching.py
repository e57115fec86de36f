"""Wide heads, and heads trained before, that teach the one that ships.

A small head learns more from what a wide one answers than from the labels alone, and it can learn
that on people's speech too, which has none (docs/experiments.md 33). A head of another training
errs elsewhere: the mean of both is better than either (docs/experiments.md 39).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import joblib
import numpy as np
from allears.interpreter import Model
from numpy.typing import NDArray

from allears_tools.training.classifier import (
    ClassifierRecipe,
    StreamSet,
    step_probabilities,
    train_classifier,
)
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
    people: int = 4500
    """Chunks of 8 s of people's speech that may train, which the teachers label."""
    phrase_share: float = 0.5
    """What the phrase teacher's answer for people counts against the wide heads'. 0: it is not
    asked, and the wide heads learn from the streams alone."""
    seed: int = 1


def teacher_layers(recipe: TeachingRecipe, classes: int) -> list[Layer]:
    """A head several times as large as the one that ships."""
    return [
        Layer("conv", recipe.channels, 1),
        *[Layer("separable", recipe.channels, 9, residual=True)] * recipe.blocks,
        Layer("conv", classes, 1, relu=False),
    ]


def taught(
    data: StreamSet,
    people: NDArray[np.int8],
    heard: NDArray[np.float16],
    recipe: TeachingRecipe,
    classifier: ClassifierRecipe,
    classes: int,
    input_range: tuple[float, float],
    report: Report,
    jobs: int = 1,
    earlier: Sequence[Model] = (),
) -> StreamSet:
    """Train the teachers on labelled streams and let them answer for these and for people.

    Args:
        data: streams with labels.
        people: more inputs, int8 [count, steps, channels], without labels.
        heard: what the phrase teacher says of these, float16 [count, classes, steps]; nothing of
            it is used where its share is 0.
        recipe: the teachers' sizes.
        classifier: how they are trained, but for layers, passes and seed.
        classes: outputs of a step.
        input_range: real values of the inputs' lowest and highest byte.
        report: told how it goes on.
        jobs: processes, each of which trains one teacher at a time.
        earlier: int8 heads with the same inputs and classes, each of which counts as one teacher.

    Returns:
        both, the people's steps without a label, with the teachers' mean.
    """
    asked = recipe.phrase_share > 0 and len(people) > 0
    both = _with_people(data, people, heard if asked else None, classes)
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
        joblib.delayed(_answers)(both if asked else data, both, each, input_range)
        for each in recipes
    )
    mean = np.zeros((len(both.inputs), classes, data.labels.shape[1]), np.float32)
    of = len(recipes) + len(earlier)
    for number, answer in enumerate(answers):
        report({"teacher": number + 1, "of": of})
        mean += answer.astype(np.float32) / of
    for number, head in enumerate(earlier):
        mean += head_answers(head, both.inputs)[..., : mean.shape[2]] / of
        report({"teacher": len(recipes) + number + 1, "of": of})
    if asked:
        share, said = recipe.phrase_share, mean[len(data.inputs) :]
        mean[len(data.inputs) :] = (1 - share) * said + share * heard.astype(np.float32)
    return replace(both, taught=mean.astype(np.float16))


def head_answers(head: Model, inputs: NDArray[np.int8]) -> NDArray[np.float32]:
    """What an int8 head says of every step, each stream from silence.

    Args:
        head: the model.
        inputs: int8 [streams, steps, channels].

    Returns:
        float32 [streams, classes, steps], each step's sum 1.
    """
    out = np.empty((len(inputs), head.output_shape[1], inputs.shape[1]), np.float32)
    for row, stream in enumerate(inputs):
        head.reset()
        for step, values in enumerate(stream):
            out[row, :, step] = head.run(values[None])[0]
    out += 128
    return out / out.sum(1, keepdims=True)


def _with_people(
    data: StreamSet,
    people: NDArray[np.int8],
    heard: NDArray[np.float16] | None,
    classes: int,
) -> StreamSet:
    """Both as one set: of the streams their labels are told, of people what was heard."""
    known = data.labels[:, None] == np.arange(classes)[None, :, None]
    nothing = np.zeros((len(people), classes, data.labels.shape[1]), np.float16)
    unknown = np.full((len(people), data.labels.shape[1]), IGNORE, np.int64)
    return StreamSet(
        np.concatenate([data.inputs, people]),
        np.concatenate([data.labels, unknown]),
        data.dequantise,
        np.concatenate([known.astype(np.float16), nothing if heard is None else heard]),
    )


def _answers(
    told: StreamSet,
    asked: StreamSet,
    recipe: ClassifierRecipe,
    input_range: tuple[float, float],
) -> NDArray[np.float16]:
    network = train_classifier(told, recipe, told.inputs.shape[2], input_range, lambda _: None)
    network.quantise(observing=False, enabled=False)
    answers = step_probabilities(network, asked)
    return answers[..., : asked.labels.shape[1]].astype(np.float16)
