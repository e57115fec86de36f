"""A picture of every language's figures: how much is right, and what was not measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from allears_tools.cards.readme import all_cards, stage_total

COLUMNS = (
    "held-out synthetic\ncommands right",
    "people's\ncommands right",
    "other speech and\nnoise passed over",
    "held-out synthetic\nwake words heard",
    "people's\nwake words heard",
)


def shares(card: Mapping[str, Any]) -> list[float]:
    """A card's figures in the order of `COLUMNS`, 0 to 1; NaN where nothing was measured."""
    people = stage_total(card, "figures", "commands")
    passed_over = 1 - people.get("false_clip_rate", np.nan)
    return [
        stage_total(card, "synthetic_held_out", "commands").get("right_rate", np.nan),
        people.get("right_rate", np.nan),
        passed_over,
        stage_total(card, "synthetic_held_out", "wake").get("right_rate", np.nan),
        stage_total(card, "figures", "wake").get("right_rate", np.nan),
    ]


def draw_heat_map(models: Path, path: Path) -> None:
    """Draw the figures of all cards below `models` as a PNG."""
    # Chosen here, not at import: the figure needs no display, and `allears` no matplotlib.
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    cards = {code: card for code, card in all_cards(models).items() if "figures" in card}
    values = np.array([shares(card) for card in cards.values()]).reshape(-1, len(COLUMNS))
    figure = Figure(figsize=(8, 1.6 + 0.34 * len(cards)), layout="constrained")
    axes = figure.subplots()
    colours = colormaps["RdYlGn"].with_extremes(bad="lightgrey")
    image = axes.imshow(values, cmap=colours, vmin=0.5, vmax=1.0, aspect="auto")
    axes.set_xticks(range(len(COLUMNS)), COLUMNS, fontsize=8)
    axes.xaxis.tick_top()
    names = [f"{card['name']} ({code}, {card['tier']})" for code, card in cards.items()]
    axes.set_yticks(range(len(cards)), names, fontsize=8)
    for row, column in np.ndindex(values.shape):
        value = values[row, column]
        told = "–" if np.isnan(value) else f"{100 * value:.0f}"
        dark = value < 0.58 or value > 0.94
        colour = "white" if dark else "black"
        axes.text(column, row, told, ha="center", va="center", fontsize=8, color=colour)
    figure.colorbar(image, ax=axes, label="share, from 50 % to 100 %", shrink=0.7)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
