"""Chooses a wake model's cutoff: strict, but not stricter than people can be heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from allears_tools.training.classifier import StreamSet, step_probabilities
from allears_tools.training.network import StreamNetwork
from allears_tools.training.streams import NONE

STEP_S = 0.03
SLIDING_WINDOW = 8
"""Steps that are averaged: 240 ms."""

PEOPLE_MISSED = 0.05
"""Share of the people's recordings that trained which may be missed; one may be in any case."""
LEAST_PEOPLE = 10
"""Recordings; fewer decide nothing."""

_AFTER_S = 1.0
"""After a wake word nothing counts as a false alarm for so long: the average is still falling."""
_CUTOFFS = np.arange(0.98, 0.3, -0.02)


def choose_cutoff(
    network: StreamNetwork,
    data: StreamSet,
    false_alarms_per_hour: float,
    people: Sequence[NDArray[np.int8]] = (),
) -> tuple[float, dict[str, Any]]:
    """The lowest cutoff within the false alarms wanted on the development streams, or, where it is
    lower, the highest that misses no more than `PEOPLE_MISSED` of the people's recordings.

    Args:
        network: the trained model.
        data: development streams.
        false_alarms_per_hour: that are allowed on them.
        people: recordings of the wake word that trained, int8 features [frames, 40] each.

    Returns:
        the cutoff, and what it gives on the development streams.
    """
    smooth = averaged(step_probabilities(network, data)[:, 0])
    steps = min(smooth.shape[1], data.labels.shape[1])
    smooth, labels = smooth[:, :steps], data.labels[:, :steps]
    elsewhere = (labels == NONE) & ~_after_wake(labels)
    hours = elsewhere.sum() * STEP_S / 3600
    quiet = np.where(elsewhere, smooth, 0)
    rates = {round(float(c), 2): _starts(quiet > c) / hours for c in _CUTOFFS}
    chosen = max(rates)
    for cutoff, rate in rates.items():
        if rate > false_alarms_per_hour:
            break
        chosen = cutoff
    if len(people) >= LEAST_PEOPLE:
        best = np.array([peak(network, data, clip) for clip in people])
        allowed = max(1, int(PEOPLE_MISSED * len(people)))
        found = [c for c in rates if np.sum(best <= c) <= allowed]
        chosen = min(chosen, max(found, default=min(rates)))
    figures = {
        "false_per_hour": round(rates[chosen], 2),
        "recall": round(_windows_hit(smooth > chosen, labels), 4),
        "hours": round(float(hours), 2),
    }
    return chosen, figures


def averaged(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means over the last `SLIDING_WINDOW` steps: float32 [streams, steps] in and out."""
    kernel = np.ones(SLIDING_WINDOW, np.float32) / SLIDING_WINDOW
    return np.apply_along_axis(lambda p: np.convolve(p, kernel)[: len(p)], 1, probabilities)


def peak(network: StreamNetwork, data: StreamSet, clip: NDArray[np.int8]) -> float:
    """The highest average in a clip, 0 to 1; ``data`` knows how bytes become floats."""
    with torch.no_grad():
        single = torch.sigmoid(network(data.dequantise(clip[None]))[:, 0]).numpy()
    return float(averaged(single).max())


def _after_wake(labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool [streams, steps]: within `_AFTER_S` after a wake word's window."""
    out = np.zeros(labels.shape, bool)
    wake = labels > NONE
    for shift in range(1, round(_AFTER_S / STEP_S) + 1):
        out[:, shift:] |= wake[:, :-shift]
    return out


def _starts(fires: NDArray[np.bool_]) -> int:
    return int((fires & ~np.pad(fires, ((0, 0), (1, 0)))[:, :-1]).sum())


def _windows_hit(fires: NDArray[np.bool_], labels: NDArray[np.int64]) -> float:
    """Share of the wake words that fire from their label window to 0.3 s after it."""
    hits = total = 0
    after = int(0.3 / STEP_S)
    for row_fires, row in zip(fires, labels, strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row > NONE, [0]]).astype(int)))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            total += 1
            hits += bool(row_fires[begin : end + after].any())
    return hits / max(1, total)
