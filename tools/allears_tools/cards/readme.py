"""The table of figures in the README, written from the model cards: a language a line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from allears_tools.cards.errors import CardError
from allears_tools.cards.putting import read_card
from allears_tools.cards.rule import EXPERIMENTAL, status

BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"
_LEAST_CLIPS = 5
"""Sources with fewer clips say nothing; they stand on the card alone."""

_COLUMNS = (
    "language",
    "tier",
    "held-out synthetic voices: right",
    "people kept apart: right (95 % interval)",
    "other speech and noise",
    "wake word missed",
    "false wakes an hour",
    "wake, verifier, commands",
)
_HEADER = f"| {' | '.join(_COLUMNS)} |\n|{' --- |' * len(_COLUMNS)}"

Counts = Mapping[str, Any]


def all_cards(models: Path) -> dict[str, dict[str, Any]]:
    """The card of every language below `models`, by code."""
    return {path.parent.name: read_card(path) for path in sorted(models.glob("*/card.yaml"))}


def figures_table(models: Path) -> str:
    """The table, one line a language, of every language's card below `models`."""
    rows = [_row(card) for card in all_cards(models).values() if "figures" in card]
    return "\n".join([_HEADER, *rows]) if rows else ""


def with_table(readme: str, table: str) -> str:
    """`readme` with `table` between its marks.

    Raises:
        CardError: the marks are missing.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise CardError(
            "The README has no place for the figures.",
            f"the lines {BEGIN} and {END} are missing",
            "put them back where the table belongs",
        )
    filled = f"{table}\n" if table else ""
    return f"{before}{BEGIN}\n{filled}{END}{after}"


def stage_total(card: Mapping[str, Any], section: str, stage: str) -> Counts:
    """A stage's counts over all clips, empty where they were not measured."""
    total: Counts = card.get(section, {}).get(stage, {}).get("total", {})
    return total


def _row(card: Mapping[str, Any]) -> str:
    people = stage_total(card, "figures", "commands")
    made = stage_total(card, "synthetic_held_out", "commands")
    wake = stage_total(card, "figures", "wake")
    made_wake = stage_total(card, "synthetic_held_out", "wake")
    name = card["name"] + (" (experimental)" if status(card)[0] == EXPERIMENTAL else "")
    size_bytes = sum(
        card.get(stage, {}).get("bytes", 0) for stage in ("wake", "verifier", "commands")
    )
    missed = [
        f"{clips - counts['right']} of {clips} {who}"
        for who, counts in (("of people", wake), ("synthetic", made_wake))
        if (clips := counts.get("in_vocabulary_clips", 0))
    ]
    cells = [
        name,
        card["tier"],
        _right(made),
        _right(people) + _sources(card),
        _false(people),
        "; ".join(missed) or "–",
        f"{wake['false_per_hour']:.1f} in {wake['negative_hours']:.1f} h"
        if "false_per_hour" in wake
        else "–",
        f"{size_bytes / 1000:.0f} KB",
    ]
    return f"| {' | '.join(cells)} |"


def _right(counts: Counts) -> str:
    clips = counts.get("in_vocabulary_clips", 0)
    if not clips:
        return "–"
    low, high = counts["right_interval"]
    return f"{counts['right_rate']:.1%} ({low:.0%}–{high:.0%}; {counts['right']} of {clips})"


def _sources(card: Mapping[str, Any]) -> str:
    by_source = card.get("figures", {}).get("commands", {}).get("by_source", {})
    told = [
        f"{name} {counts['right']} of {counts['in_vocabulary_clips']}"
        for name, counts in by_source.items()
        if counts["in_vocabulary_clips"] >= _LEAST_CLIPS
    ]
    return f": {', '.join(told)}" if told else ""


def _false(counts: Counts) -> str:
    if not counts.get("out_of_vocabulary_clips"):
        return "–"
    return f"fires in {counts['false_clip_rate']:.1%} of {counts['out_of_vocabulary_clips']} clips"
