"""Hardens an exported ear against noise, so that the heads behind it can stay as they are.

Heard in noise, it must answer what it answers to the same speech in quiet, and the heads and
verifiers of all languages, which are frozen, must say the same (docs/experiments.md 36 and 43).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from allears.interpreter import Model
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as fn

from allears_tools.training.clamped import clamped_forward
from allears_tools.training.ear import dequantise
from allears_tools.training.embedding import as_floats
from allears_tools.training.export.restore import restore_stream
from allears_tools.training.muon import straight_fall
from allears_tools.training.network import StreamNetwork
from allears_tools.training.noisy_chunks import NoisyChunks
from allears_tools.training.speech_weight import SILENT_WEIGHT, speech_steps
from allears_tools.training.streams import NONE

Report = Callable[[dict[str, Any]], None]
_REPORTED = 100
"""Steps between two reports, and between two checkpoints."""
_HEAD, _VERIFIER = "commands.tflite", "verifier.tflite"


@dataclass(frozen=True)
class HardeningRecipe:
    """What decides a hardening; goes to the ear's card as it stands."""

    steps: int = 4200
    batch: int = 64
    """Half of it people, half single words of all languages."""
    versions: int = 4
    """Noises that each chunk is heard in."""
    quiet_share: float = 0.35
    """Of the batch, what is heard without noise."""
    learning_rate: float = 0.004
    """Adam's, times the size (root mean square) of each tensor; falls to 0."""
    warm_up: float = 0.03
    head_weight: float = 3.0
    command_weight: float = 2.0
    """Of a step in noise at which the head heard a command in quiet, against 1 of any other: the
    likeliest answer to what is half drowned is "none"."""
    heads: int = 4
    """Of all languages' heads, how many are asked in a step; and one verifier."""
    verifier_weight: float = 0.25
    seed: int = 1


@dataclass(frozen=True)
class Listeners:
    """What stands behind the ear, frozen: command heads and wake-word verifiers."""

    heads: list[StreamNetwork]
    verifiers: list[StreamNetwork]

    @classmethod
    def of(cls, models: Path) -> Listeners:
        """Those of every language of a folder of models."""
        files = listener_files(models)
        heads = [_frozen(path) for path in files if path.name == _HEAD]
        return cls(heads, [_frozen(path) for path in files if path.name != _HEAD])

    def disagreement(
        self,
        wanted: Tensor,
        heard: Tensor,
        weight: Tensor,
        noisy: Tensor,
        recipe: HardeningRecipe,
        rng: np.random.Generator,
    ) -> Tensor:
        """How differently some of them answer to two embeddings, float [batch, dim, steps].

        Both directions of the divergence of a head's classes, and a verifier's cross entropy,
        in nats a step, weighed by float [batch, steps]; ``noisy``: 1.0 for chunks in noise.
        """
        total = torch.zeros(())
        for row in rng.permutation(len(self.heads))[: recipe.heads]:
            with torch.no_grad():
                said = torch.log_softmax(clamped_forward(self.heads[row], wanted).float(), 0)
            says = torch.log_softmax(clamped_forward(self.heads[row], heard).float(), 0)
            apart = ((said.exp() - says.exp()) * (said - says)).sum(0) / 2
            meant = noisy[:, None] * (1 - said[NONE].exp()) * (recipe.command_weight - 1)
            total = total + _weighed(apart * (1 + meant), weight) / min(
                recipe.heads, len(self.heads)
            )
        if self.verifiers:
            verifier = self.verifiers[int(rng.integers(len(self.verifiers)))]
            with torch.no_grad():
                sure = torch.sigmoid(clamped_forward(verifier, wanted).float()[0])
            logit = clamped_forward(verifier, heard).float()[0]
            missed = fn.binary_cross_entropy_with_logits(logit, sure, reduction="none")
            total = total + recipe.verifier_weight * _weighed(missed, weight)
        return total


def listener_files(models: Path) -> list[Path]:
    """The heads and verifiers of every language of a folder of models, in a fixed order."""
    return sorted(path for name in (_HEAD, _VERIFIER) for path in models.glob(f"*/{name}"))


def _frozen(path: Path) -> StreamNetwork:
    return restore_stream(path.read_bytes()).requires_grad_(False).eval()


def _weighed(each: Tensor, weight: Tensor) -> Tensor:
    return (each * weight).mean() / weight.mean()


def harden(
    ear: Path,
    listeners: Listeners,
    groups: Sequence[NoisyChunks],
    recipe: HardeningRecipe,
    checkpoint: Path,
    report: Report,
) -> StreamNetwork:
    """Train an exported ear on, resuming from ``checkpoint`` where an interrupted run left one.

    Args:
        ear: its ``.tflite``.
        listeners: what must go on saying the same.
        groups: kinds of chunks; each has an equal share of every batch.
        recipe: steps, rates and weights.
        checkpoint: where the state is kept meanwhile.
        report: told how it goes on.

    Returns:
        the ear, to be exported; its ranges and the scale of its answers are those it had.
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    student = restore_stream(ear.read_bytes())
    optimiser = torch.optim.Adam(_by_size(student, recipe.learning_rate), betas=(0.9, 0.99))
    fall = straight_fall(optimiser, recipe.steps, recipe.warm_up)
    convert = as_floats(Model.load(ear))
    sample = np.concatenate([group.answers[::20] for group in groups])
    spread = convert(sample).transpose(0, 1).flatten(1).std(1).clamp(min=1e-6)[None, :, None]
    moving: list[Any] = [student, optimiser, fall]
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        for part, kept in zip(moving, state["moving"], strict=True):
            part.load_state_dict(kept)
        rng.bit_generator.state = state["rng"]
        first = state["line"]["step"]
        if first == recipe.steps:
            report(state["line"])
    sums, started = np.zeros(2), time.monotonic()
    for step in range(first, recipe.steps):
        features, answers, weight, noisy = _batch(groups, recipe, rng)
        wanted = convert(answers)
        heard = clamped_forward(student, features).float().transpose(0, 1)
        error = _weighed(((heard - wanted) / spread).square().mean(1), weight)
        other = listeners.disagreement(wanted, heard, weight, noisy, recipe, rng)
        optimiser.zero_grad()
        (error + recipe.head_weight * other).backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 5.0)
        optimiser.step()
        fall.step()
        sums += [float(error.detach()), float(other.detach())]
        if (step + 1) % _REPORTED == 0 or step + 1 == recipe.steps:
            of = (step - first) % _REPORTED + 1
            line = {
                "step": step + 1,
                "error": float(sums[0]) / of,
                "heads": float(sums[1]) / of,
                "s": round(time.monotonic() - started),
            }
            sums[:] = 0
            _keep(checkpoint, moving, rng, line)
            report(line)
    return student.eval()


def _keep(
    checkpoint: Path, moving: list[Any], rng: np.random.Generator, line: dict[str, Any]
) -> None:
    kept = [part.state_dict() for part in moving]
    state = {"moving": kept, "rng": rng.bit_generator.state, "line": line}
    unfinished = checkpoint.with_suffix(".unfinished")
    torch.save(state, unfinished)
    unfinished.rename(checkpoint)


def _by_size(network: StreamNetwork, rate: float) -> list[dict[str, Any]]:
    """A group a tensor, whose steps are a share of its size."""
    groups = []
    for tensor in network.parameters():
        if tensor.requires_grad:
            size = float(tensor.detach().square().mean().sqrt()) or 1e-3
            groups.append({"params": [tensor], "lr": rate * size})
    return groups


def _batch(
    groups: Sequence[NoisyChunks], recipe: HardeningRecipe, rng: np.random.Generator
) -> tuple[Tensor, NDArray[np.int8], Tensor, Tensor]:
    """Features as floats, the ear's answers to the quiet chunks, what each step weighs, and which
    chunks are noisy (1.0) and which are not (0.0)."""
    share = recipe.batch // len(groups)
    features, answers, quiet, noisy = [], [], [], []
    for group in groups:
        rows = np.sort(rng.choice(len(group.answers), min(share, len(group.answers)), False))
        versions = rng.integers(1, len(group.features), len(rows))
        versions[rng.random(len(rows)) < recipe.quiet_share] = 0
        features.append(group.features[versions, rows])
        answers.append(group.answers[rows])
        quiet.append(group.features[0, rows])
        noisy.append(versions > 0)
    speech = speech_steps(np.concatenate(quiet)).astype(np.float32)
    weight = torch.from_numpy(SILENT_WEIGHT + (1 - SILENT_WEIGHT) * speech)
    noisy_rows = torch.from_numpy(np.concatenate(noisy).astype(np.float32))
    return dequantise(np.concatenate(features)), np.concatenate(answers), weight, noisy_rows
