"""Trains the streaming classifiers: command heads on the ear, wake models on the features.

Both learn step by step from composed streams; what differs is the input, the label window and
the network, which a `ClassifierRecipe` holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as fn

from allears_tools.processor import multiplies_bfloat16
from allears_tools.training.feature_changes import changed
from allears_tools.training.muon import matrices, muon_and_adamw, straight_fall
from allears_tools.training.network import Layer, StreamNetwork
from allears_tools.training.streams import IGNORE, NONE


@dataclass
class ClassifierRecipe:
    """What decides the training of one classifier; goes to the model card as it stands."""

    layers: list[Layer] = field(default_factory=list)
    epochs: int = 20
    batch: int = 64
    learning_rate: float = 3e-3
    matrix_learning_rate: float = 0.0
    """Of Muon, for the dense weights; 0: they move with the others."""
    none_weight: float = 1.0
    sharpness: float = 1.0
    """The loss sees the logits so many times as large as the device does. Above 1, a model that
    is sure gives 0.9 instead of 0.999, so that a cutoff can tell what is surer still."""
    dropout: float = 0.1
    change_features: bool = False
    """Give the inputs, which must be the front end's features, another vocal tract, another level
    and holes in every pass."""
    quantised_epochs: int = 4
    taught_share: float = 0.7
    """What the teachers' answer counts against a stream's label, where there are teachers."""
    seed: int = 1


def head_layers(classes: int) -> list[Layer]:
    """The command head: 0.92 s of embeddings, ≤ 48 KB as a layer program.

    Its last two blocks use the dense weights of the first two (docs/decisions/0012).
    """
    return [
        Layer("conv", 88, 1),
        *[Layer("separable", 88, 9, residual=True)] * 2,
        *[Layer("separable", 88, 4, residual=True, like=1 + i) for i in range(2)],
        Layer("conv", classes, 1, relu=False),
    ]


def wake_layers() -> list[Layer]:
    """The wake model: 30 ms steps, 1.4 s of memory, ≤ 30 k weights."""
    return [
        Layer("conv", 48, 5, 3),
        *[Layer("separable", 48, 9, residual=True)] * 3,
        Layer("separable", 64, 11),
        Layer("separable", 64, 9, residual=True),
        Layer("conv", 1, 1, relu=False),
    ]


@dataclass
class StreamSet:
    """Training streams: int8 inputs [streams, frames, channels] and int64 labels [streams, steps].

    ``dequantise`` turns a batch of the inputs into the floats that the network sees,
    [batch, channels, frames]. ``taught``, where there are teachers: what they answer, float16
    [streams, classes, steps], each step's sum 1.
    """

    inputs: NDArray[np.int8]
    labels: NDArray[np.int64]
    dequantise: Callable[[NDArray[np.int8]], Tensor]
    taught: NDArray[np.float16] | None = None


def step_loss(logits: Tensor, labels: Tensor, none_weight: float) -> Tensor:
    """Cross entropy a step; positives and negatives are averaged apart, so that the many
    silent steps do not drown the few that matter."""
    if logits.shape[1] == 1:
        target = (labels == 1).float()
        each = fn.binary_cross_entropy_with_logits(logits[:, 0], target, reduction="none")
    else:
        each = fn.cross_entropy(logits, labels.clamp(min=0), reduction="none")
    return _apart(each, labels, none_weight)


def taught_loss(
    logits: Tensor, labels: Tensor, none_weight: float, taught: Tensor, share: float
) -> Tensor:
    """As `step_loss`, the divergence from a mixture of each step's label and the teachers' answer
    [batch, classes, steps]; from that alone where a step has no label. A step without either, its
    answer all 0, counts for nothing."""
    known = fn.one_hot(labels.clamp(min=0), logits.shape[1]).transpose(1, 2).float()
    mixed = torch.where((labels == IGNORE)[:, None], taught, (1 - share) * known + share * taught)
    each = fn.kl_div(torch.log_softmax(logits, 1), mixed, reduction="none").sum(1)
    heard = torch.where(taught.sum(1) < 0.5, IGNORE, (taught[:, NONE] < 0.5).long())
    return _apart(each, torch.where(labels == IGNORE, heard, labels), none_weight)


def _apart(each: Tensor, labels: Tensor, none_weight: float) -> Tensor:
    positive, negative = labels > NONE, labels == NONE
    loss = each[positive].mean() if positive.any() else each.new_zeros(())
    # The hardest negatives decide the false alarms, so that they count beside the average.
    worst = each[negative].topk(max(1, int(negative.sum()) // 50)).values.mean()
    return loss + none_weight * (each[negative].mean() + 0.1 * worst)


def _moving(network: StreamNetwork, recipe: ClassifierRecipe, total: int) -> list[Any]:
    """The optimisers, and the schedules of their rates."""
    dense = matrices(network) if recipe.matrix_learning_rate else []
    if not dense:
        both = torch.optim.AdamW(network.parameters(), recipe.learning_rate, weight_decay=1e-2)
        cycle = torch.optim.lr_scheduler.OneCycleLR(
            both, recipe.learning_rate, total_steps=total + 1
        )
        return [both, cycle]
    rates = recipe.learning_rate, recipe.matrix_learning_rate
    optimisers = muon_and_adamw(dense, network.parameters(), *rates, weight_decay=1e-2)
    return [*optimisers, *(straight_fall(each, total, warm_up=0.1) for each in optimisers)]


def train_classifier(
    data: StreamSet,
    recipe: ClassifierRecipe,
    cin: int,
    input_range: tuple[float, float],
    report: Callable[[dict[str, Any]], None],
) -> StreamNetwork:
    """Train, fold and train on with int8 rounding; returns a network ready for export."""
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    network = StreamNetwork(recipe.layers, cin, input_range)
    dropout = nn.Dropout1d(recipe.dropout)
    batches = len(data.inputs) // recipe.batch
    moving = _moving(network, recipe, recipe.epochs * batches)

    def epoch(augment: bool) -> float:
        total = 0.0
        order = rng.permutation(len(data.inputs))
        for number in range(batches):
            rows = np.sort(order[number * recipe.batch : (number + 1) * recipe.batch])
            inputs = data.dequantise(data.inputs[rows])
            if augment and recipe.change_features:
                inputs = changed(inputs, rng)
            labels = torch.from_numpy(data.labels[rows])
            # Rounding to int8 needs float32; before that bfloat16 is several times faster.
            with torch.autocast("cpu", torch.bfloat16, enabled=augment and multiplies_bfloat16()):
                logits = network(dropout(inputs) if augment else inputs).float()
            sharp = logits[..., : labels.shape[1]] * recipe.sharpness
            if data.taught is None:
                loss = step_loss(sharp, labels, recipe.none_weight)
            else:
                told = torch.from_numpy(data.taught[rows].astype(np.float32))
                loss = taught_loss(sharp, labels, recipe.none_weight, told, recipe.taught_share)
            network.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            for part in moving:
                part.step()
            total += float(loss.detach())
        return total / max(1, batches)

    for number in range(recipe.epochs):
        network.train()
        dropout.train()
        report({"epoch": number, "loss": epoch(augment=True)})
    network.eval()
    network.fold()
    calibrate(network, data, recipe.batch)
    moving = [torch.optim.Adam(network.parameters(), recipe.learning_rate * 0.05)]
    for number in range(recipe.quantised_epochs):
        report({"int8 epoch": number, "loss": epoch(augment=False)})
    return network


def calibrate(network: StreamNetwork, data: StreamSet, batch: int) -> None:
    """Observe the ranges of all tensors on some streams, then switch int8 rounding on."""
    network.quantise(observing=True, enabled=False)
    with torch.no_grad():
        for start in range(0, min(len(data.inputs), 20 * batch), batch):
            network(data.dequantise(data.inputs[start : start + batch]))
    network.quantise(observing=False, enabled=True)


def step_probabilities(
    network: StreamNetwork, data: StreamSet, batch: int = 64
) -> NDArray[np.float32]:
    """float32 [streams, classes, steps]: probabilities of every step."""
    out = []
    network.eval()
    with torch.no_grad():
        for start in range(0, len(data.inputs), batch):
            logits = network(data.dequantise(data.inputs[start : start + batch]))
            single = logits.shape[1] == 1
            out.append((torch.sigmoid(logits) if single else torch.softmax(logits, 1)).numpy())
    return np.concatenate(out).astype(np.float32)


__all__ = [
    "IGNORE",
    "ClassifierRecipe",
    "StreamSet",
    "head_layers",
    "step_probabilities",
    "train_classifier",
    "wake_layers",
]
