"""Trains an exported head on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from allears_tools.training.classifier import StreamSet, calibrate, step_loss
from allears_tools.training.export.restore import restore_stream
from allears_tools.training.network import StreamNetwork
from allears_tools.training.streams import NONE

Report = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class AdaptationRecipe:
    """What decides an adaptation; goes to the card as it stands."""

    streams: int = 800
    epochs: int = 4
    batch: int = 32
    learning_rate: float = 3e-4
    kept_share: float = 0.3
    """Share of the speakers that are kept apart."""
    recordings_share: float = 0.5
    """Share of recordings among the positives of a class, where there are synthetic ones too."""
    old_weight: float = 1.0
    """Weight of staying with the old head where nothing is to be learnt."""
    seed: int = 7


def fine_tune(
    content: bytes, data: StreamSet, recipe: AdaptationRecipe, report: Report
) -> StreamNetwork:
    """Train an exported head on, with int8 rounding, held to what it said where nothing is said.

    Args:
        content: the head's ``.tflite``.
        data: streams as the ear hears them.
        recipe: epochs, rate and weights.
        report: told the loss of each epoch.
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    old, network = restore_stream(content), restore_stream(content)
    calibrate(network, data, recipe.batch)
    optimiser = torch.optim.Adam(network.parameters(), recipe.learning_rate)
    for epoch in range(recipe.epochs):
        total, batches = 0.0, max(1, len(data.inputs) // recipe.batch)
        for rows in np.array_split(rng.permutation(len(data.inputs)), batches):
            rows = np.sort(rows)
            inputs = data.dequantise(data.inputs[rows])
            labels = torch.from_numpy(data.labels[rows])
            logits = network(inputs)[..., : labels.shape[1]]
            with torch.no_grad():
                before = old(inputs)[..., : labels.shape[1]]
            loss = step_loss(logits, labels, 1.0)
            loss = loss + recipe.old_weight * _drift(logits, before, labels)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            total += float(loss.detach())
        report({"epoch": epoch, "loss": total / batches})
    return network


def _drift(logits: Tensor, before: Tensor, labels: Tensor) -> Tensor:
    """How far the head moved from the old one at steps where no command is due."""
    quiet = labels <= NONE
    each = fn.kl_div(
        fn.log_softmax(logits, 1), fn.log_softmax(before, 1), reduction="none", log_target=True
    )
    return each.sum(1)[quiet].mean()
