"""Muon: momentum steps on weight matrices, made orthogonal.

Keller Jordan's method (https://kellerjordan.github.io/posts/muon/, 2024): every direction of a
matrix is moved equally far, which a network too small for its task learns faster from. With it the
ear came as far in 5 passes as with AdamW in 12 (docs/experiments.md 14).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the quintic Newton-Schulz iteration, from the page above."""

_MIN_INPUTS = 16
"""Smaller matrices (depthwise kernels) gain nothing."""


def orthogonal(matrix: Tensor, steps: int = 5) -> Tensor:
    """Push the singular values of ``matrix`` [rows, columns] towards 1."""
    a, b, c = _COEFFICIENTS
    x = matrix / (matrix.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(steps):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x


def matrices(module: nn.Module) -> list[nn.Parameter]:
    """The weights of a module's dense convolutions, which Muon is for."""
    return [
        weight
        for weight in module.parameters()
        if weight.dim() == 3 and weight.shape[1] > 1 and weight[0].numel() > _MIN_INPUTS
    ]


class Muon(torch.optim.Optimizer):
    """Steps of ``learning_rate`` along orthogonalised momentum; for weights with ≥ 2 axes."""

    def __init__(
        self, weights: Iterable[nn.Parameter], learning_rate: float, momentum: float = 0.95
    ) -> None:
        super().__init__(weights, {"lr": learning_rate, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One step; a closure is not supported."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                average = state.setdefault("average", torch.zeros_like(weight))
                average.lerp_(weight.grad, 1 - group["momentum"])
                step = orthogonal(weight.grad.lerp(average, group["momentum"]).flatten(1))
                size = max(1.0, step.shape[0] / step.shape[1]) ** 0.5
                weight.add_(step.view_as(weight), alpha=-group["lr"] * size)


def straight_fall(
    optimiser: torch.optim.Optimizer, total: int, warm_up: float
) -> torch.optim.lr_scheduler.LambdaLR:
    """Rates that rise over ``warm_up`` of the run, then fall in a straight line to 0."""
    rise = max(1, round(warm_up * total))
    return torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / rise) * max(0.0, 1 - step / total)
    )


def muon_and_adamw(
    dense: list[nn.Parameter],
    every: Iterable[nn.Parameter],
    learning_rate: float,
    matrix_learning_rate: float,
    weight_decay: float,
) -> list[torch.optim.Optimizer]:
    """AdamW for what needs a gradient of ``every`` but ``dense``, Muon for ``dense``."""
    taken = {id(weight) for weight in dense}
    rest = [w for w in every if id(w) not in taken and w.requires_grad]
    return [
        torch.optim.AdamW(rest, learning_rate, weight_decay=weight_decay),
        Muon(dense, matrix_learning_rate),
    ]
