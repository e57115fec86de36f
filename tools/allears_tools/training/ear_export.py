"""Rounds the trained ear to int8 and writes it as ``ear.tflite``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from allears_tools.training.ear import (
    DistillationSet,
    Ear,
    EarRecipe,
    distillation_batches,
    loss,
    validate,
)
from allears_tools.training.export import export_stream
from allears_tools.training.muon import straight_fall
from allears_tools.training.phrase_goal import PhraseGoal

EAR_FRAMES = 4
"""Feature frames a step: 40 ms."""

QUANTISED_RATE = 0.1
"""Learning rate with rounding, as a share of the recipe's; falls to 0 (docs/experiments.md 25)."""


def quantise_ear(
    ear: Ear,
    data: DistillationSet,
    recipe: EarRecipe,
    report: Callable[[dict[str, Any]], None],
    goal: PhraseGoal | None = None,
) -> Ear:
    """Fold the batch norms, observe the ranges, and train on with int8 rounding in the loop."""
    rng = np.random.default_rng(recipe.seed + 1)
    held = np.arange(0, len(data.google), 25)
    rows = np.setdiff1d(np.arange(len(data.google)), held)
    ear.eval()
    if goal is not None:
        goal.eval().requires_grad_(False)
    ear.student.fold()
    ear.student.quantise(observing=True, enabled=False)
    with torch.no_grad():
        for number, batch in enumerate(distillation_batches(data, rows, recipe.batch, rng)):
            ear.student(batch.features)
            if number >= 60:
                break
    report({"stage": "folded", **validate(ear, data, held)})
    ear.student.quantise(observing=False, enabled=True)
    report({"stage": "int8", **validate(ear, data, held)})
    optimiser = torch.optim.Adam(ear.parameters(), lr=recipe.learning_rate * QUANTISED_RATE)
    steps = max(1, recipe.quantised_epochs * (len(rows) // recipe.batch))
    fall = straight_fall(optimiser, steps, recipe.warm_up)
    for epoch in range(recipe.quantised_epochs):
        for batch in distillation_batches(data, rows, recipe.batch, rng):
            optimiser.zero_grad()
            loss(ear, batch, recipe, goal).backward()
            optimiser.step()
            fall.step()
        report({"stage": f"int8 epoch {epoch}", **validate(ear, data, held)})
    return ear


def write_ear(ear: Ear, folder: Path) -> Path:
    """Write the student of a quantised ear; the maps to the teachers stay behind."""
    ear.eval()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "ear.tflite"
    path.write_bytes(export_stream(ear.student, EAR_FRAMES, "embedding", "AllEars ear"))
    return path
