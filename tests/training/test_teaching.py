"""Wide heads label streams and people's speech for the one that ships."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from allears.interpreter import Model
from allears.locate import models_dir
from allears_tools.training.classifier import (
    ClassifierRecipe,
    StreamSet,
    step_loss,
    taught_loss,
    train_classifier,
)
from allears_tools.training.commands import train_commands
from allears_tools.training.head_making import command_recipe
from allears_tools.training.material import TrainingError
from allears_tools.training.network import Layer
from allears_tools.training.streams import IGNORE
from allears_tools.training.teaching import TeachingRecipe, head_answers, taught
from numpy.typing import NDArray

CLASSES, STEPS, RANGE = 3, 40, (-4.0, 4.0)
CLASSIFIER = ClassifierRecipe(
    layers=[Layer("conv", 8, 1), Layer("conv", CLASSES, 1, relu=False)],
    epochs=6,
    batch=8,
    matrix_learning_rate=0.02,
    quantised_epochs=1,
)


def _streams(count: int, seed: int) -> StreamSet:
    """The class is the loudest of three channels; half of it, and silence, are none."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, (count, STEPS))
    values = rng.normal(0, 0.2, (count, STEPS, 4)) + 2.0 * np.eye(4)[labels]
    inputs = np.clip(np.round(values * 31.875), -128, 127).astype(np.int8)
    return StreamSet(inputs, labels, lambda x: torch.from_numpy(x / 31.875).float().mT)


def _sure(labels: NDArray[np.int64]) -> NDArray[np.float16]:
    return (labels[:, None] == np.arange(CLASSES)[None, :, None]).astype(np.float16)


@pytest.fixture(scope="module")
def both() -> tuple[StreamSet, StreamSet, StreamSet]:
    """Labelled streams, unlabelled ones of which something was heard, and what two teachers made
    of both."""
    data, people = _streams(64, 1), _streams(16, 2)
    recipe = TeachingRecipe(teachers=2, channels=16, blocks=1, epochs=6)
    heard = _sure(people.labels)
    made = taught(data, people.inputs, heard, recipe, CLASSIFIER, CLASSES, RANGE, lambda _: None)
    return data, people, made


def test_people_have_no_labels_but_the_teachers(
    both: tuple[StreamSet, StreamSet, StreamSet],
) -> None:
    data, people, made = both
    assert made.inputs.shape == (80, STEPS, 4)
    assert (made.labels[:64] == data.labels).all() and (made.labels[64:] == IGNORE).all()
    assert made.taught is not None and made.taught.shape == (80, CLASSES, STEPS)
    np.testing.assert_allclose(made.taught.astype(np.float32).sum(1), 1.0, atol=5e-3)
    heard = made.taught[64:, :, STEPS // 2 :].argmax(1)
    assert (heard == people.labels[:, STEPS // 2 :]).mean() > 0.9


def test_what_was_heard_of_people_counts_for_its_share() -> None:
    data, people = _streams(32, 3), _streams(8, 4)
    classes = (people.labels + 1) % CLASSES
    recipe = TeachingRecipe(channels=16, blocks=1, epochs=1, phrase_share=1.0)
    heard = _sure(classes)
    made = taught(data, people.inputs, heard, recipe, CLASSIFIER, CLASSES, RANGE, lambda _: None)
    assert made.taught is not None
    np.testing.assert_array_equal(made.taught[32:], heard)


def test_a_head_trained_before_teaches_as_much_as_a_wide_one() -> None:
    head = Model.load(models_dir() / "en" / "commands.tflite")
    rng = np.random.default_rng(6)
    inputs = rng.integers(-40, 40, (4, STEPS, head.input_shape[-1]), dtype=np.int8)
    classes = head.output_shape[1]
    data = StreamSet(
        inputs,
        rng.integers(0, classes, (4, STEPS)),
        lambda x: torch.from_numpy(x / 31.875).float().mT,
    )
    nobody = inputs[:0], np.zeros((0, classes, STEPS), np.float16)
    rest = replace(CLASSIFIER, batch=2), classes, RANGE, lambda _: None
    recipe = TeachingRecipe(channels=16, blocks=1, epochs=1)
    alone = taught(data, *nobody, recipe, *rest).taught
    beside = taught(data, *nobody, recipe, *rest, earlier=[head]).taught
    said = head_answers(head, inputs)
    assert alone is not None and beside is not None
    np.testing.assert_allclose(said.sum(1), 1.0, atol=1e-5)
    np.testing.assert_allclose(beside, (alone + said) / 2, atol=2e-3)


def test_every_stream_is_answered_from_silence() -> None:
    head = Model.load(models_dir() / "en" / "commands.tflite")
    stream = np.random.default_rng(7).integers(-40, 40, (1, STEPS, 128), dtype=np.int8)
    twice = head_answers(head, np.concatenate([stream, stream]))
    np.testing.assert_array_equal(twice[0], twice[1])


def test_a_model_of_other_inputs_cannot_teach(tmp_path: Path) -> None:
    ear = models_dir() / "ear.tflite"
    wake = models_dir() / "en" / "wake.tflite"
    with pytest.raises(TrainingError, match="cannot teach"):
        train_commands("en", ear, None, command_recipe(), tmp_path, lambda _: None, earlier=[wake])


def test_without_people_the_streams_are_taught_alone() -> None:
    data = _streams(32, 5)
    recipe = TeachingRecipe(channels=16, blocks=1, epochs=1)
    nobody = data.inputs[:0], np.zeros((0, CLASSES, STEPS), np.float16)
    made = taught(data, *nobody, recipe, CLASSIFIER, CLASSES, RANGE, lambda _: None)
    assert made.taught is not None and len(made.taught) == len(made.inputs) == 32


def test_a_head_learns_from_teachers_alone(both: tuple[StreamSet, StreamSet, StreamSet]) -> None:
    _, people, made = both
    unlabelled = replace(made, labels=np.full_like(made.labels, IGNORE))
    network = train_classifier(unlabelled, CLASSIFIER, 4, RANGE, lambda _: None)
    with torch.no_grad():
        heard = network(people.dequantise(people.inputs)).argmax(1).numpy()
    assert (heard == people.labels).mean() > 0.9


def test_without_a_share_the_labels_count_alone() -> None:
    rng = torch.Generator().manual_seed(0)
    logits = torch.randn(4, CLASSES, STEPS, generator=rng)
    labels = torch.randint(0, CLASSES, (4, STEPS), generator=rng)
    taught = torch.full((4, CLASSES, STEPS), 1 / CLASSES)
    wanted = step_loss(logits, labels, 0.5)
    torch.testing.assert_close(taught_loss(logits, labels, 0.5, taught, 0.0), wanted)
    assert float(taught_loss(taught.log(), labels, 0.5, taught, 1.0)) == pytest.approx(0, abs=1e-6)


def test_an_unlabelled_step_counts_as_the_teachers_call_it() -> None:
    taught = torch.zeros(1, CLASSES, 2)
    taught[0, 0, 0] = taught[0, 2, 1] = 1.0
    unsure = torch.zeros(1, CLASSES, 2)
    ignored = torch.full((1, 2), IGNORE)
    right = taught_loss(unsure, ignored, 0.5, taught, 0.7)
    known = taught_loss(unsure, torch.tensor([[0, 2]]), 0.5, taught, 0.7)
    torch.testing.assert_close(right, known)


def test_a_step_that_nobody_knows_counts_for_nothing() -> None:
    logits = torch.randn(1, CLASSES, 3, generator=torch.Generator().manual_seed(1))
    labels = torch.tensor([[0, 2, IGNORE]])
    taught = torch.zeros(1, CLASSES, 3)
    taught[0, 0, 0] = taught[0, 2, 1] = 1.0
    alone = taught_loss(logits[..., :2], labels[:, :2], 0.5, taught[..., :2], 0.7)
    torch.testing.assert_close(taught_loss(logits, labels, 0.5, taught, 0.7), alone)


def test_fewer_passes_are_fewer_for_the_teacher_too() -> None:
    assert command_recipe(epochs=2).teaching.epochs == 2
    assert command_recipe().teaching.epochs == TeachingRecipe().epochs
