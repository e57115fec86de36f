"""Figures onto a model card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from allears_tools.cards.figures import card_figures
from allears_tools.cards.rule import status

SECTIONS = {"people": "figures", "synthetic": "synthetic_held_out"}
"""Section of the card by whose voices were heard; below it a stage's figures."""


def put_reports(card_path: Path, reports: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Put reports (`evaluate.language.Reports`) on a card with the status that follows from them.

    Figures of a kind and stage that the reports lack stay as they were.

    Returns:
        the card.
    """
    card = read_card(card_path)
    for kind, by_stage in reports.items():
        section = card.setdefault(SECTIONS[kind], {})
        # Before there was a report for both stages, one stood here without a name.
        if "stage" in section:
            section.clear()
        for stage, report in by_stage.items():
            section[stage] = card_figures(report)
    card["status"], card["status_reasons"] = status(card)
    write_card(card_path, card)
    return card


def read_card(path: Path) -> dict[str, Any]:
    """A card, empty where there is none yet."""
    return (yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None) or {}


def write_card(path: Path, card: dict[str, Any]) -> None:
    """Write a card."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(card, allow_unicode=True, sort_keys=False, width=100)
    path.write_text(text, encoding="utf-8")
