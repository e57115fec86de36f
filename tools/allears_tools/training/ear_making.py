"""From recordings and the speech cache to an exported ear and its card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from allears.contract import FEATURES_SHA256
from allears.interpreter import Model

from allears_tools.evaluate.labels import read_labels
from allears_tools.speech.store import require, voices_root
from allears_tools.training.card import (
    LICENCES,
    file_sha256,
    plain,
    recordings_used,
    today,
    update_card,
)
from allears_tools.training.distillation import prepare
from allears_tools.training.ear import EMBEDDING_DIM, WHISPER_STEP_DELAY, EarRecipe, distil
from allears_tools.training.ear_export import quantise_ear, write_ear
from allears_tools.training.phrase_book import MADE, PhraseBook, write_book
from allears_tools.training.phrase_goal import PhraseGoal
from allears_tools.training.phrase_teacher import PhraseRecipe, classes_of, stored_phrases
from allears_tools.training.warm_start import warm_start


def checkpoint_of(folder: Path, recipe: EarRecipe, begun_from: str | None) -> Path:
    """Where a run stops and goes on; one of another recipe or beginning has another place."""
    return folder / f"checkpoint-{_short_hash(plain(recipe), begun_from, FEATURES_SHA256)}.pt"


def _short_hash(*decisive: Any) -> str:
    told = json.dumps(decisive, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def make_ear(
    recipe: EarRecipe,
    labels: Path,
    folder: Path,
    models: Path,
    begin: Path | None,
    report: Callable[[dict[str, Any]], None],
) -> Path:
    """Distil the teachers, round to int8, write ``ear.tflite`` and ``ear.yaml`` into ``models``.

    Raises:
        ModelError: ``begin`` is no model; told before anything is made, as is
        LabelsError: no such labels file, or a broken one.
    """
    if begin is not None:
        Model.load(begin)
    read_labels(labels)
    old = begin.read_bytes() if begin else None
    begun_from = hashlib.sha256(old).hexdigest() if old else None
    data, hashes, projection = prepare(labels, folder, require("whisper", voices_root()), report)
    started = (lambda student: warm_start(student, old, data)) if old else None
    figures: list[dict[str, Any]] = []

    def note(line: dict[str, Any]) -> None:
        figures.append(line)
        report(line)

    goal = None
    if recipe.phrase_weight:
        learnt = folder / f"phrases-{_short_hash(plain(PhraseRecipe()), hashes)}.pt"
        teacher = stored_phrases(data.whisper, data.said, PhraseRecipe(), learnt, note)
        phrases = ["", *classes_of(data.said, PhraseRecipe().fewest)]
        write_book(PhraseBook(projection, teacher, phrases), folder / MADE.name)
        goal = PhraseGoal(teacher, EMBEDDING_DIM, WHISPER_STEP_DELAY)
    checkpoint = checkpoint_of(folder, recipe, begun_from)
    student = distil(data, recipe, checkpoint, report, started, goal)
    quantise_ear(student, data, recipe, note, goal)
    path = write_ear(student, models)
    update_card(
        models / "ear.yaml",
        date=today(),
        sha256=file_sha256(path),
        recipe=plain(recipe),
        phrase_recipe=plain(PhraseRecipe()) if goal else None,
        begun_from=begun_from,
        data_sha256=hashes,
        figures=figures,
        recordings=recordings_used(labels),
        licences=list(LICENCES.values()),
    )
    return path
