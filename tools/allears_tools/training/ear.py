"""Distils the teachers into the streaming ear.

The student hears a corrupted version of each chunk and must answer what the teachers said of the
clean one. It may answer late: `GOOGLE_STEP_OFFSET` and `WHISPER_STEP_DELAY` say by how much.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from allears_tools.processor import multiplies_bfloat16
from allears_tools.training.corpus import Said
from allears_tools.training.feature_changes import changed
from allears_tools.training.muon import matrices, muon_and_adamw, straight_fall
from allears_tools.training.network import Layer, StreamNetwork
from allears_tools.training.phrase_goal import PhraseGoal
from allears_tools.training.speech_weight import speech_steps, weighted_error, weights

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
    ``whisper``: float16 [chunks, steps, components]; ``said``: the phrases in each chunk, where
    they are known.
    """

    features: NDArray[np.int8]
    google: NDArray[np.float16]
    whisper: NDArray[np.float16]
    said: list[list[Said]] = field(default_factory=list)


@dataclass
class EarRecipe:
    """What decides a distillation run; goes to the model card as it stands."""

    epochs: int = 30
    batch: int = 64
    learning_rate: float = 3e-3
    """Of AdamW, for norms, biases and depthwise kernels."""
    matrix_learning_rate: float = 0.02
    """Of Muon, for the dense weights."""
    warm_up: float = 0.02
    """Share of the run in which the rates rise; then they fall in a straight line to 0."""
    google_weight: float = 0.5
    whisper_weight: float = 0.5
    phrase_weight: float = 1.0
    """Of the phrases that the third teacher hears (`phrase_goal`), where there is one."""
    hidden_weight: float = 0.5
    """Of that teacher's hidden layer."""
    quantised_epochs: int = 2
    """Passes with int8 rounding in the loop; calibration alone takes back half of what a run
    gained (docs/experiments.md 25)."""
    seed: int = 1
    layers: list[Layer] = field(default_factory=lambda: list(EAR_LAYERS))


class Batch(NamedTuple):
    """Features as floats, the teachers' answers, and what each of these weighs."""

    features: Tensor
    google: Tensor
    whisper: Tensor
    google_weight: Tensor
    whisper_weight: Tensor
    speech: Tensor


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
        return self.answers(self.student(features))

    def answers(self, embedding: Tensor) -> tuple[Tensor, Tensor]:
        """What an embedding says of the two teachers' answers."""
        return self.google(embedding), self.whisper(embedding)


def dequantise(features: NDArray[np.int8]) -> Tensor:
    """int8 [..., frames, 40] → float [..., 40, frames] in 0..26, as the models see them."""
    scaled = (torch.from_numpy(np.ascontiguousarray(features)).float() + 128) * (26 / 255)
    return scaled.transpose(-1, -2)


def losses(ear: Ear, batch: Batch) -> tuple[Tensor, Tensor]:
    """Squared errors against both (normalised) teachers, weighed by speech; first second left out.

    Of Whisper's components the leading ones count twice.
    """
    google, whisper = ear(batch.features)
    return _apart(google, whisper, batch)


def loss(ear: Ear, batch: Batch, recipe: EarRecipe, goal: PhraseGoal | None) -> Tensor:
    """Everything that a step of the distillation is to make smaller."""
    embedding = ear.student(batch.features)
    answers = ear.answers(embedding)
    google, whisper = _apart(answers[0], answers[1], batch)
    total = recipe.google_weight * google + recipe.whisper_weight * whisper
    if goal is not None:
        phrases, hidden = goal.losses(embedding, batch.whisper, batch.speech)
        total = total + recipe.phrase_weight * phrases + recipe.hidden_weight * hidden
    return total


def _apart(answer_google: Tensor, answer_whisper: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
    steps = answer_google.shape[-1]
    wanted = batch.google.transpose(1, 2)
    index = torch.arange(wanted.shape[-1]) * 2 + GOOGLE_STEP_OFFSET
    inside = index < steps
    google_loss = weighted_error(
        answer_google[..., index[inside]], wanted[..., inside], batch.google_weight[:, inside]
    )
    usable = min(steps - WHISPER_STEP_DELAY, batch.whisper.shape[1])
    heard = answer_whisper[..., WHISPER_STEP_DELAY : WHISPER_STEP_DELAY + usable]
    said = batch.whisper[:, :usable].transpose(1, 2)
    lead, weight = slice(LEADING_COMPONENTS), batch.whisper_weight[:, :usable]
    return google_loss, weighted_error(heard, said, weight) + weighted_error(
        heard[:, lead], said[:, lead], weight
    )


def distillation_batches(
    data: DistillationSet, rows: NDArray[np.int64], batch: int, rng: np.random.Generator
) -> Iterator[Batch]:
    """One pass over the rows in random order."""
    order = rng.permutation(rows)
    for start in range(0, len(order) - batch + 1, batch):
        picked = np.sort(order[start : start + batch])
        version = rng.integers(0, len(data.features), len(picked))
        features = dequantise(data.features[version, picked])
        yield Batch(changed(features, rng), *_answers(data, picked))


def _answers(data: DistillationSet, rows: NDArray[np.int64]) -> tuple[Tensor, ...]:
    speech = speech_steps(data.features[0, rows])
    google = torch.from_numpy(data.google[rows].astype(np.float32))
    whisper = torch.from_numpy(data.whisper[rows].astype(np.float32))
    return google, whisper, *weights(speech, google.shape[1]), torch.from_numpy(speech)


def _optimisers(
    ear: Ear, recipe: EarRecipe, goal: PhraseGoal | None
) -> list[torch.optim.Optimizer]:
    dense = matrices(ear.student) + (matrices(goal.head) if goal else [])
    every = [*ear.parameters(), *(goal.parameters() if goal else ())]
    rates = recipe.learning_rate, recipe.matrix_learning_rate
    return muon_and_adamw(dense, every, *rates, weight_decay=1e-3)


def distil(
    data: DistillationSet,
    recipe: EarRecipe,
    checkpoint: Path,
    report: Callable[[dict[str, Any]], None],
    begin: Callable[[Ear], None] | None = None,
    goal: PhraseGoal | None = None,
) -> Ear:
    """Train the ear, resuming from ``checkpoint`` where an interrupted run left one.

    ``begin`` may give a new ear other weights than random ones; ``goal`` adds the third teacher.
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    ear = Ear(recipe.layers, data.google.shape[-1], data.whisper.shape[-1])
    held = np.arange(0, len(data.google), 25)
    rows = np.setdiff1d(np.arange(len(data.google)), held)
    optimisers = _optimisers(ear, recipe, goal)
    trained = [ear] if goal is None else [ear, goal]
    total = recipe.epochs * (len(rows) // recipe.batch)
    schedules = [straight_fall(each, total, recipe.warm_up) for each in optimisers]
    moving: list[Any] = [*optimisers, *schedules]
    first = 0
    if begin is not None and not checkpoint.exists():
        begin(ear)
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        for module, stored in zip(trained, state["modules"], strict=True):
            module.load_state_dict(stored)
        for part, stored in zip(moving, state["optimisers"], strict=True):
            part.load_state_dict(stored)
        rng.bit_generator.state = state["rng"]
        first = state["epoch"] + 1
    for epoch in range(first, recipe.epochs):
        started = time.monotonic()
        for module in trained:
            module.train()
        for batch in distillation_batches(data, rows, recipe.batch, rng):
            with torch.autocast("cpu", torch.bfloat16, enabled=multiplies_bfloat16()):
                error = loss(ear, batch, recipe, goal)
            for part in optimisers:
                part.zero_grad()
            error.backward()
            nn.utils.clip_grad_norm_([w for each in trained for w in each.parameters()], 5.0)
            for part in moving:
                part.step()
        state = {
            "modules": [module.state_dict() for module in trained],
            "optimisers": [part.state_dict() for part in moving],
            "rng": rng.bit_generator.state,
            "epoch": epoch,
        }
        torch.save(state, checkpoint)
        report({"epoch": epoch, "s": time.monotonic() - started, **validate(ear, data, held)})
    return ear


def validate(ear: Ear, data: DistillationSet, rows: NDArray[np.int64]) -> dict[str, float]:
    """Share of each teacher's variance, weighed by speech, that the ear misses on some chunks."""
    ear.eval()
    batch = Batch(dequantise(data.features[0, rows]), *_answers(data, rows))
    with torch.no_grad():
        errors = losses(ear, batch)
    # What the loss would be if the ear always answered the mean.
    nothing, lead = torch.zeros(()), slice(LEADING_COMPONENTS)
    said = batch.whisper.transpose(1, 2)
    variance = weighted_error(nothing, said, batch.whisper_weight) + weighted_error(
        nothing, said[:, lead], batch.whisper_weight
    )
    google = weighted_error(nothing, batch.google.transpose(1, 2), batch.google_weight)
    return {
        "google_missed": float(errors[0] / google),
        "whisper_missed": float(errors[1] / variance),
    }
