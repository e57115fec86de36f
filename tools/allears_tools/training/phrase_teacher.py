"""The third teacher of the ear: which phrase was said, judged from Whisper's answers.

Whisper knows much that no command needs: how long a recording has run, whose voice it is. A small
network that names the phrases of the speech cache from Whisper's answers keeps what tells words
apart, and hears it in people's recordings too, which nobody labelled (docs/experiments.md 27).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as fn

from allears_tools.processor import multiplies_bfloat16
from allears_tools.training.corpus import Said
from allears_tools.training.muon import matrices, muon_and_adamw, straight_fall
from allears_tools.training.network import Layer, StreamNetwork
from allears_tools.training.streams import IGNORE, NONE, SAMPLE_RATE_HZ

STEP_S = 0.04
_WANTED_S = (-0.08, 0.22)
"""When a phrase's class is wanted, from its end; Whisper's answers are not late."""
_SLACK_S = (0.14, 0.18)
"""Before and after that, nothing is wanted."""


@dataclass
class PhraseRecipe:
    """What decides the phrase teacher; goes to the ear's card as it stands."""

    fewest: int = 4
    """Clips of a phrase in the corpus from which it is a class; the others count as none."""
    width: int = 128
    epochs: int = 8
    batch: int = 32
    learning_rate: float = 3e-3
    matrix_learning_rate: float = 0.02
    none_share: float = 0.15
    """Of the steps that are none of the phrases, in the loss."""
    noise: float = 0.7
    """Added to Whisper's answers, in units of their spread. With less, and in more passes, it
    names more synthetic phrases and fewer of people's (docs/experiments.md 34)."""
    seed: int = 0


class PhraseTeacher(nn.Module):
    """Whisper's components [batch, dim, steps] → what it holds of the words, and the phrase."""

    def __init__(self, dim: int, phrases: int, width: int) -> None:
        super().__init__()
        blocks = [Layer("separable", width, 9, residual=True)] * 4
        self.body = float_network([Layer("conv", width, 1), *blocks], dim)
        self.phrase = nn.Linear(width, phrases)

    def forward(self, whisper: Tensor) -> Tensor:
        """float [batch, steps, width]: what `phrase` reads."""
        hidden: Tensor = self.body(whisper)
        return hidden.transpose(1, 2)


def float_network(layers: list[Layer], cin: int) -> StreamNetwork:
    """A network that no device runs: its input is not rounded."""
    network = StreamNetwork(layers, cin)
    network.input_range = nn.Identity()  # type: ignore[assignment]
    return network


def classes_of(said: Sequence[Sequence[Said]], fewest: int) -> dict[str, int]:
    """Numbers of the phrases that are said often enough; 0 is none of them."""
    counts = Counter(word.text for chunk in said for word in chunk)
    often = sorted(text for text, count in counts.items() if count >= fewest)
    return {text: number + 1 for number, text in enumerate(often)}


def wanted_steps(said: Sequence[Said], classes: dict[str, int], steps: int) -> NDArray[np.int64]:
    """int64 [steps]: the phrase that has just ended, `NONE`, or `IGNORE` around it."""
    middle = (np.arange(steps) + 0.5) * STEP_S
    wanted = np.full(steps, NONE, np.int64)
    ends = [(word.end / SAMPLE_RATE_HZ, classes.get(word.text, NONE)) for word in said]
    for end, _ in ends:
        before, after = end + _WANTED_S[0] - _SLACK_S[0], end + _WANTED_S[1] + _SLACK_S[1]
        wanted[(middle >= before) & (middle <= after)] = IGNORE
    for end, number in ends:
        wanted[(middle >= end + _WANTED_S[0]) & (middle <= end + _WANTED_S[1])] = number
    return wanted


def stored_phrases(
    whisper: NDArray[np.float16],
    said: Sequence[Sequence[Said]],
    recipe: PhraseRecipe,
    path: Path,
    report: Callable[[dict[str, Any]], None],
) -> PhraseTeacher:
    """As `train_phrases`, or what an earlier run left in ``path``."""
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        torch.save(train_phrases(whisper, said, recipe, report).state_dict(), unfinished)
        unfinished.rename(path)
    teacher = PhraseTeacher(
        whisper.shape[2], len(classes_of(said, recipe.fewest)) + 1, recipe.width
    )
    teacher.load_state_dict(torch.load(path, weights_only=True))
    return teacher.eval()


def train_phrases(
    whisper: NDArray[np.float16],
    said: Sequence[Sequence[Said]],
    recipe: PhraseRecipe,
    report: Callable[[dict[str, Any]], None],
) -> PhraseTeacher:
    """Learn the phrases from the chunks in which it is known what is said.

    Args:
        whisper: float16 [chunks, steps, dim], as the ear's distillation has them.
        said: what each chunk says and where; chunks without are passed over.
        recipe: decides everything.
        report: told the loss of every pass, and the share of phrases named in chunks kept apart.
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    classes = classes_of(said, recipe.fewest)
    known = np.array([row for row, words in enumerate(said) if words], np.int64)
    held, rows = known[::20], np.setdiff1d(known, known[::20])
    steps = whisper.shape[1]
    wanted = {int(row): wanted_steps(said[row], classes, steps) for row in known}
    teacher = PhraseTeacher(whisper.shape[2], len(classes) + 1, recipe.width)
    rates = recipe.learning_rate, recipe.matrix_learning_rate
    optimisers = muon_and_adamw(
        matrices(teacher.body), teacher.parameters(), *rates, weight_decay=1e-2
    )
    batches = max(1, len(rows) // recipe.batch)
    falls = [straight_fall(each, recipe.epochs * batches, 0.02) for each in optimisers]
    moving: list[Any] = [*optimisers, *falls]

    def batch(picked: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        heard = torch.from_numpy(whisper[picked].astype(np.float32)).transpose(1, 2)
        return heard, torch.from_numpy(np.stack([wanted[int(row)] for row in picked]))

    for epoch in range(recipe.epochs):
        teacher.train()
        order, total = rng.permutation(rows), 0.0
        for number in range(batches):
            heard, classed = batch(order[number * recipe.batch :][: recipe.batch])
            heard = heard + torch.randn_like(heard) * recipe.noise * heard.std()
            drawn = (classed > NONE) | (
                (classed == NONE) & (torch.rand(classed.shape) < recipe.none_share)
            )
            with torch.autocast("cpu", torch.bfloat16, enabled=multiplies_bfloat16()):
                hidden = teacher(fn.dropout1d(heard, 0.15))
                logits = teacher.phrase(hidden[drawn]).float()
            loss = fn.cross_entropy(logits, classed[drawn], label_smoothing=0.05)
            teacher.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(teacher.parameters(), 5.0)
            for part in moving:
                part.step()
            total += float(loss.detach())
        teacher.eval()
        heard, classed = batch(held)
        with torch.no_grad():
            named = teacher.phrase(teacher(heard)).argmax(-1) == classed
        right = float(named[classed > NONE].float().mean())
        report({"phrases": len(classes), "epoch": epoch, "loss": total / batches, "named": right})
    return teacher
