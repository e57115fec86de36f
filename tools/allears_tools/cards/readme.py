"""The table of figures in the README, written from the model cards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from allears_tools.cards.errors import CardError

BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"
_LEAST_CLIPS = 5
"""Sources with fewer clips say nothing; they stand on the card alone."""

_HEADER = (
    "| language | stage | recordings of people | right (95 % interval) | false events |\n"
    "| --- | --- | --- | --- | --- |"
)


def figures_table(models: Path) -> str:
    """The table, one line a source, of every language's card below `models`."""
    rows = []
    for path in sorted(models.glob("*/card.yaml")):
        card = yaml.safe_load(path.read_text(encoding="utf-8"))
        for stage, figures in sorted(card.get("figures", {}).items()):
            groups = {f"all together ({figures['split']} clips)": figures["total"]}
            groups |= figures["by_source"]
            for name, counts in groups.items():
                clips = counts["in_vocabulary_clips"] + counts["out_of_vocabulary_clips"]
                if clips >= _LEAST_CLIPS:
                    rows.append(_row(f"{card['name']} | {stage} | {name}", counts))
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


def _row(start: str, counts: dict[str, Any]) -> str:
    return f"| {start} | {_right(counts)} | {_false(counts)} |"


def _right(counts: dict[str, Any]) -> str:
    if not counts["in_vocabulary_clips"]:
        return "–"
    low, high = counts["right_interval"]
    share = f"{counts['right']} of {counts['in_vocabulary_clips']}"
    return f"{counts['right_rate']:.1%} ({low:.0%}–{high:.0%}; {share})"


def _false(counts: dict[str, Any]) -> str:
    if not counts["out_of_vocabulary_clips"]:
        return "–"
    rate = f"{counts['false_clip_rate']:.1%} of {counts['out_of_vocabulary_clips']} clips"
    if "false_per_hour" not in counts:
        return rate
    return f"{rate}; {counts['false_per_hour']:.1f} an hour ({counts['negative_hours']:.2f} h)"
