"""The confusion matrix as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from allears_tools.evaluate.report import NO_COMMAND, NONE


def draw_confusions(result: dict[str, Any], path: Path) -> None:
    """Draw said (rows) against heard (columns) as shares of the row, the counts written in."""
    # Chosen here, not at import: the figure needs no display, and `allears` no matplotlib.
    from matplotlib.figure import Figure

    confusions: dict[str, dict[str, int]] = result["confusions"]
    names = {name for row in confusions.values() for name in row} | set(confusions)
    words = sorted(names - {NONE, NO_COMMAND})
    rows = [word for word in words if word in confusions]
    rows += [NO_COMMAND] if NO_COMMAND in confusions else []
    columns = [*words, NONE]
    counts = np.array([[confusions[row].get(column, 0) for column in columns] for row in rows])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)

    figure = Figure(
        figsize=(3.5 + 0.42 * len(columns), 2.6 + 0.32 * len(rows)), layout="constrained"
    )
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(columns)), columns, rotation=60, ha="right", fontsize=9)
    axes.set_yticks(
        range(len(rows)), [f"{row}  ({counts[i].sum()})" for i, row in enumerate(rows)], fontsize=9
    )
    axes.set_xlabel("heard")
    axes.set_ylabel("said (clips)")
    for i, j in zip(*np.nonzero(counts), strict=True):
        colour = "white" if shares[i, j] > 0.55 else "black"
        axes.text(j, i, str(counts[i, j]), ha="center", va="center", fontsize=7, color=colour)
    axes.set_title(_title(result), fontsize=10)
    figure.colorbar(image, ax=axes, label="share of the row", shrink=0.8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def _title(result: dict[str, Any]) -> str:
    right = result["right_rate"]
    rate = "no positives" if right is None else f"{100 * right:.1f} % right"
    return (
        f"{result['language']} {result['stage']}: {rate} of {result['in_vocabulary_clips']}, "
        f"{result['false_events']} false events in {result['out_of_vocabulary_clips']} other clips"
    )
