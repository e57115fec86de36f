"""Trains the verifier of a wake word: the wake model's streams, heard through the ear.

See `allears.verifier` for what it is, docs/experiments.md 32 for why.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from allears.interpreter import Model
from allears.verifier import MANIFEST, MODEL, VerifierManifest
from numpy.typing import NDArray

from allears_tools.evaluate.labels import read_labels
from allears_tools.seeds import LanguageSeed, load_language
from allears_tools.speech import SpeechCache
from allears_tools.training.classifier import ClassifierRecipe, StreamSet, train_classifier
from allears_tools.training.corpus import phrase_text
from allears_tools.training.cutoff import STEP_S
from allears_tools.training.embedding import STEP_S as EAR_STEP_S
from allears_tools.training.embedding import as_floats, embed, embedding_range
from allears_tools.training.export import export_stream
from allears_tools.training.features import FRAMES
from allears_tools.training.heard_people import hear_people, phrase_heard
from allears_tools.training.network import Layer, StreamNetwork
from allears_tools.training.streams import NONE
from allears_tools.training.wake import WakeRecipe, mentions_wake, prepare_wake_streams

WINDOW_STEPS = 6
"""Of 40 ms, in the mean that decides."""

_MAY_BE_SAID = 0.05
"""A chunk in which the phrase teacher hears the wake word as surely as this is left out."""

Report = Callable[[dict[str, Any]], None]


def verifier_layers() -> list[Layer]:
    """1.1 s of embeddings, ≤ 20 KB as a layer program."""
    return [
        Layer("conv", 48, 1),
        *[Layer("separable", 48, 9, residual=True)] * 3,
        Layer("conv", 1, 1, relu=False),
    ]


@dataclass
class VerifierRecipe:
    """What decides a verifier; goes to its card as it stands.

    The ear knows people's voices, so that few streams do.
    """

    streams: int = 1200
    """Of those that `wake` makes, the first so many."""
    people: int = 4500
    """Chunks of 8 s of people's speech that may train, in which nobody says the wake word."""
    wake: WakeRecipe = field(
        default_factory=lambda: WakeRecipe(streams=1200, development_streams=8)
    )
    """Of the streams; its classifier is another model's."""
    classifier: ClassifierRecipe = field(
        default_factory=lambda: ClassifierRecipe(
            epochs=10,
            batch=32,
            matrix_learning_rate=0.02,
            none_weight=5.0,
            sharpness=3.0,
            dropout=0.05,
            quantised_epochs=2,
        )
    )


def at_ear_steps(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels of the wake model's steps of 30 ms, [streams, steps], at the ear's of 40 ms."""
    steps = int(labels.shape[1] * STEP_S / EAR_STEP_S)
    ends_s = (np.arange(steps) + 1) * EAR_STEP_S
    nearest = np.round(ends_s / STEP_S - 1).astype(int)
    return labels[:, np.clip(nearest, 0, labels.shape[1] - 1)]


def train_verifier(
    language: str,
    ear_path: Path,
    labels: Path | None,
    recipe: VerifierRecipe,
    work: Path,
    report: Report,
    jobs: int = 1,
    seed: LanguageSeed | None = None,
    cache: SpeechCache | None = None,
) -> StreamNetwork:
    """Train a verifier on the frozen int8 ear.

    Args:
        language: a code of seeds/languages.
        ear_path: the ear.
        labels: recordings of people, if any.
        recipe: sizes and classifier.
        work: folder of intermediate arrays.
        report: told how it goes on.
        jobs: processes that compose streams.
        seed: with another wake word than the language's own.
        cache: where that word's clips are.

    Returns:
        the network, ready for `write_verifier`.
    """
    made, _ = prepare_wake_streams(language, labels, recipe.wake, work, report, jobs, seed, cache)
    ear = Model.load(ear_path)
    inputs, wanted = made.inputs[: recipe.streams], at_ear_steps(made.labels[: recipe.streams])
    seed = seed or load_language(language)
    others = _others(seed, labels, recipe.people, work, report)
    heard = StreamSet(
        embed(ear, np.concatenate([inputs, others])),
        np.concatenate([wanted, np.full((len(others), wanted.shape[1]), NONE, np.int64)]),
        as_floats(ear),
    )
    recipe.classifier.layers = recipe.classifier.layers or verifier_layers()
    return train_classifier(
        heard, recipe.classifier, ear.output_shape[1], embedding_range(ear), report
    )


def _others(
    seed: LanguageSeed, labels: Path | None, count: int, work: Path, report: Report
) -> NDArray[np.int8]:
    """Chunks of people's speech without the wake word, int8 [chunks, FRAMES, 40];
    none where some say it and the phrase teacher does not know it."""
    people = hear_people(labels, work, count, report) if labels is not None and count else None
    if labels is None or people is None:
        return np.zeros((0, FRAMES, 40), np.int8)
    if not any(mentions_wake(seed, clip.text) for clip in read_labels(labels)):
        return people.features
    # Nobody wrote down which chunk holds the word.
    said = [phrase_text(seed.language, phrasing.text) for phrasing in seed.wake.phrasings]
    return people.features[phrase_heard(people, said) < _MAY_BE_SAID]


def write_verifier(network: StreamNetwork, manifest: VerifierManifest, folder: Path) -> None:
    """Write ``verifier.tflite`` and ``verifier.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    content = export_stream(network, 1, "verifier", f"AllEars verifier of {manifest.wake_word}")
    (folder / MODEL).write_bytes(content)
    write_manifest(manifest, folder)


def write_manifest(manifest: VerifierManifest, folder: Path) -> None:
    """Write ``verifier.json`` alone."""
    text = json.dumps(msgspec.to_builtins(manifest), indent=2, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def wake_word_of(language: str, seed: LanguageSeed | None) -> str:
    """The word that a verifier listens for."""
    return (seed or load_language(language)).wake.text
