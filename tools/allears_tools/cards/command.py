"""`allears cards`: put measured figures on the model cards and into the README."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from allears.locate import models_dir
from rich.console import Console

from allears_tools.cards.errors import CardError
from allears_tools.cards.figures import card_figures
from allears_tools.cards.heat_map import draw_heat_map
from allears_tools.cards.putting import put_reports
from allears_tools.cards.readme import figures_table, with_table
from allears_tools.evaluate.provenance import provenance
from allears_tools.speech.held_out import SYNTHETIC


def cards(
    reports: Annotated[
        list[Path] | None, typer.Argument(help="What `allears evaluate --json` wrote.")
    ] = None,
    readme: Annotated[Path, typer.Option(help="README with the marks.")] = Path("README.md"),
    models: Annotated[Path | None, typer.Option(help="Folder of the models.")] = None,
    png: Annotated[
        Path | None, typer.Option(help="Draw all cards as a heat map, as docs/languages.png.")
    ] = None,
) -> None:
    """Put the figures of evaluations on the model cards, and those of all cards into the README."""
    folder = models or models_dir()
    for path in reports or []:
        _put(path, folder)
    if not readme.is_file():
        raise CardError(f"There is no {readme}.", "this is no checkout", "name it with --readme")
    text = with_table(readme.read_text(encoding="utf-8"), figures_table(folder))
    readme.write_text(text, encoding="utf-8")
    if png:
        draw_heat_map(folder, png)
    Console().print(f"{readme} tells the figures of the cards in {folder}")


def _put(path: Path, models: Path) -> None:
    """Put one report on its language's card, if it is about the models that lie there."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        language, stage = report["language"], report["stage"]
        measured_on = card_figures(report)["models"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CardError(
            f"{path} is no report of an evaluation: {error!r}",
            "the file is missing, cut short or something else",
            "write it with: allears evaluate … --json FILE",
        ) from error
    if models == models_dir() and measured_on != provenance(language)["models"]:
        raise CardError(
            f"{path} was measured on other models than lie in {models}.",
            "the models were trained anew since",
            "run the evaluation again",
        )
    put_reports(models / language / "card.yaml", {_kind(path, report): {stage: report}})


def _kind(path: Path, report: dict[str, Any]) -> str:
    """Whose voices a report heard, of `SECTIONS`; synthetic clips name their engine as source."""
    made = {source.startswith(SYNTHETIC) for source in report.get("by_source", {})}
    if made == {True, False}:
        raise CardError(
            f"{path} heard people and synthetic voices together.",
            "the labels file holds both",
            "evaluate them apart: the card tells them apart too",
        )
    return "synthetic" if made == {True} else "people"
