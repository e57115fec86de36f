"""Distils the teachers into the streaming ear.

The student hears a corrupted version of each chunk and must answer what the teachers said of the
clean one. It may answer late: `GOOGLE_STEP_OFFSET` and `WHISPER_STEP_DELAY` say by how much.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as fn

from allears_tools.training.muon import Muon, matrices, straight_fall
from allears_tools.training.network import Layer, StreamNetwork

EMBEDDING_DIM = 128
STEP_MS = 40
FEATURE_RANGE = (0.0, 26.0)
FEATURE_CHANNELS = 40

EAR_LAYERS = [
    Layer("conv", 96, 6, 2),
    *[Layer("separable", 96, 7, residual=True)] * 2,
    Layer("separable", 224, 4, 2),
    *[Layer("separable", 224, 8, residual=True)] * 5,
    Layer("conv", EMBEDDING_DIM, 1, relu=False),
]
"""20 ms steps, then 40 ms; 1.7 s of memory. Sized for ≤ 400 KB as a layer program."""

LEADING_COMPONENTS = 64
"""Of Whisper's answers, these count twice: they alone name 96.6 % of real English digits, all 512
values 97.1 % (docs/experiments.md 14)."""

GOOGLE_STEP_OFFSET = 20
"""Window j of Google's net ends at 775 + 80 j ms; step s of the ear at 40 s + 60 ms. Step
2 j + 20 therefore answers 85 ms late."""

WHISPER_STEP_DELAY = 4
"""Whisper's pair of frames k is centred on 40 k + 20 ms; step k + 4 ends 200 ms after that."""


@dataclass
class DistillationSet:
    """Chunks of equal length: versions of features, and the teachers' answers for each chunk.

    ``features``: int8 [versions, chunks, frames, 40]; ``google``: float16 [chunks, windows, 96];
    ``whisper``: float16 [chunks, steps, components].
    """

    features: NDArray[np.int8]
    google: NDArray[np.float16]
    whisper: NDArray[np.float16]


@dataclass
class EarRecipe:
    """What decides a distillation run; goes to the model card as it stands."""

    epochs: int = 30
    batch: int = 16
    learning_rate: float = 3e-3
    """Of AdamW, for norms, biases and depthwise kernels."""
    matrix_learning_rate: float = 0.02
    """Of Muon, for the dense weights."""
    warm_up: float = 0.02
    """Share of the run in which the rates rise; then they fall in a straight line to 0."""
    google_weight: float = 1.0
    whisper_weight: float = 1.0
    quantised_epochs: int = 0
    """Passes with int8 rounding in the loop; calibration alone loses 0.1 points of variance."""
    seed: int = 1
    layers: list[Layer] = field(default_factory=lambda: list(EAR_LAYERS))


class Ear(nn.Module):
    """The student and the linear maps by which its embedding answers for each teacher."""

    def __init__(self, layers: list[Layer], google_dim: int, whisper_dim: int) -> None:
        super().__init__()
        self.student = StreamNetwork(layers, FEATURE_CHANNELS, FEATURE_RANGE)
        dim = layers[-1].channels
        self.google = nn.Conv1d(dim, google_dim, 1)
        self.whisper = nn.Conv1d(dim, whisper_dim, 1)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """float [batch, 40, frames] → the two teachers' answers, [batch, dim, steps] each."""
        embedding = self.student(features)
        return self.google(embedding), self.whisper(embedding)


def dequantise(features: NDArray[np.int8]) -> Tensor:
    """int8 [..., frames, 40] → float [..., 40, frames] in 0..26, as the models see them."""
    scaled = (torch.from_numpy(np.ascontiguousarray(features)).float() + 128) * (26 / 255)
    return scaled.transpose(-1, -2)


def losses(ear: Ear, features: Tensor, google: Tensor, whisper: Tensor) -> tuple[Tensor, Tensor]:
    """Mean squared errors against both (normalised) teachers; first second left out."""
    answer_google, answer_whisper = ear(features)
    steps = answer_google.shape[-1]
    wanted = google.transpose(1, 2)
    index = torch.arange(wanted.shape[-1]) * 2 + GOOGLE_STEP_OFFSET
    inside = index < steps
    google_loss = fn.mse_loss(answer_google[..., index[inside]].float(), wanted[..., inside])
    usable = min(steps - WHISPER_STEP_DELAY, whisper.shape[1])
    heard = answer_whisper[..., WHISPER_STEP_DELAY : WHISPER_STEP_DELAY + usable]
    said = whisper[:, :usable].transpose(1, 2)
    lead = slice(LEADING_COMPONENTS)
    whisper_loss = fn.mse_loss(heard.float(), said)
    return google_loss, whisper_loss + fn.mse_loss(heard[:, lead].float(), said[:, lead])


def distillation_batches(
    data: DistillationSet, rows: NDArray[np.int64], batch: int, rng: np.random.Generator
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """One pass over the rows in random order: features, Google's and Whisper's answers."""
    order = rng.permutation(rows)
    for start in range(0, len(order) - batch + 1, batch):
        picked = np.sort(order[start : start + batch])
        version = rng.integers(0, len(data.features), len(picked))
        features = dequantise(data.features[version, picked])
        yield (
            _warp(features, rng),
            torch.from_numpy(data.google[picked].astype(np.float32)),
            torch.from_numpy(data.whisper[picked].astype(np.float32)),
        )


def _warp(features: Tensor, rng: np.random.Generator) -> Tensor:
    """Shift level and vocal-tract length of each chunk a little in the feature domain."""
    batch, channels, _ = features.shape
    factors = torch.from_numpy(rng.uniform(0.88, 1.12, batch).astype(np.float32))
    position = (torch.arange(channels)[None] * factors[:, None]).clamp(0, channels - 1)
    low = position.floor().long()
    high = (low + 1).clamp(max=channels - 1)
    part = (position - low)[..., None]
    rows = torch.arange(batch)[:, None]
    warped = features[rows, low] * (1 - part) + features[rows, high] * part
    level = torch.from_numpy(rng.uniform(-1.0, 1.0, (batch, 1, 1)).astype(np.float32))
    return (warped + level * (warped > 0)).clamp(0, 26)


def _optimisers(ear: Ear, recipe: EarRecipe) -> list[torch.optim.Optimizer]:
    dense = matrices(ear.student)
    taken = {id(weight) for weight in dense}
    rest = [w for w in ear.parameters() if id(w) not in taken and w.requires_grad]
    return [
        torch.optim.AdamW(rest, recipe.learning_rate, weight_decay=1e-3),
        Muon(dense, recipe.matrix_learning_rate),
    ]


def distil(
    data: DistillationSet,
    recipe: EarRecipe,
    checkpoint: Path,
    report: Callable[[dict[str, Any]], None],
) -> Ear:
    """Train the ear, resuming from ``checkpoint`` where an interrupted run left one."""
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    ear = Ear(recipe.layers, data.google.shape[-1], data.whisper.shape[-1])
    held = np.arange(0, len(data.google), 25)
    rows = np.setdiff1d(np.arange(len(data.google)), held)
    optimisers = _optimisers(ear, recipe)
    total = recipe.epochs * (len(rows) // recipe.batch)
    schedules = [straight_fall(each, total, recipe.warm_up) for each in optimisers]
    moving: list[Any] = [*optimisers, *schedules]
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        ear.load_state_dict(state["ear"])
        for part, stored in zip(moving, state["optimisers"], strict=True):
            part.load_state_dict(stored)
        rng.bit_generator.state = state["rng"]
        first = state["epoch"] + 1
    for epoch in range(first, recipe.epochs):
        started = time.monotonic()
        ear.train()
        for features, google, whisper in distillation_batches(data, rows, recipe.batch, rng):
            with torch.autocast("cpu", torch.bfloat16):
                errors = losses(ear, features, google, whisper)
            loss = recipe.google_weight * errors[0] + recipe.whisper_weight * errors[1]
            ear.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(ear.parameters(), 5.0)
            for part in moving:
                part.step()
        state = {
            "ear": ear.state_dict(),
            "optimisers": [part.state_dict() for part in moving],
            "rng": rng.bit_generator.state,
            "epoch": epoch,
        }
        torch.save(state, checkpoint)
        report({"epoch": epoch, "s": time.monotonic() - started, **validate(ear, data, held)})
    return ear


def validate(ear: Ear, data: DistillationSet, rows: NDArray[np.int64]) -> dict[str, float]:
    """Share of each teacher's variance that the ear misses on chunks it was not trained on."""
    ear.eval()
    with torch.no_grad():
        errors = losses(
            ear,
            dequantise(data.features[0, rows]),
            torch.from_numpy(data.google[rows].astype(np.float32)),
            torch.from_numpy(data.whisper[rows].astype(np.float32)),
        )
    said = np.square(data.whisper[rows].astype(np.float32))
    variance = float(said.mean() + said[..., :LEADING_COMPONENTS].mean())
    return {"google_missed": float(errors[0]), "whisper_missed": float(errors[1]) / variance}


def quantise_ear(
    ear: Ear, data: DistillationSet, recipe: EarRecipe, report: Callable[[dict[str, Any]], None]
) -> Ear:
    """Fold the batch norms, observe the ranges, and train on with int8 rounding in the loop."""
    rng = np.random.default_rng(recipe.seed + 1)
    held = np.arange(0, len(data.google), 25)
    rows = np.setdiff1d(np.arange(len(data.google)), held)
    ear.eval()
    ear.student.fold()
    ear.student.quantise(observing=True, enabled=False)
    with torch.no_grad():
        for number, (features, _, _) in enumerate(
            distillation_batches(data, rows, recipe.batch, rng)
        ):
            ear.student(features)
            if number >= 60:
                break
    report({"stage": "folded", **validate(ear, data, held)})
    ear.student.quantise(observing=False, enabled=True)
    report({"stage": "int8", **validate(ear, data, held)})
    optimiser = torch.optim.Adam(ear.parameters(), lr=recipe.learning_rate * 0.03)
    for epoch in range(recipe.quantised_epochs):
        for features, google, whisper in distillation_batches(data, rows, recipe.batch, rng):
            errors = losses(ear, features, google, whisper)
            loss = recipe.google_weight * errors[0] + recipe.whisper_weight * errors[1]
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        report({"stage": f"int8 epoch {epoch}", **validate(ear, data, held)})
    return ear
