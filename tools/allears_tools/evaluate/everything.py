"""`allears evaluate --all`: every language with models, onto its card and into one table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from allears.locate import models_dir
from joblib import Parallel, delayed
from rich.console import Console
from rich.progress import track
from rich.table import Table

from allears_tools.cards.heat_map import draw_heat_map
from allears_tools.cards.putting import put_reports
from allears_tools.cards.readme import all_cards, figures_table, stage_total, with_table
from allears_tools.cards.rule import status
from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.language import Reports, measure_language
from allears_tools.evaluate.measure import STAGES_OF_FILES
from allears_tools.seeds import language_codes
from allears_tools.speech.cache import cache_root

Line = dict[str, Any]
"""A language's figures: `language`, `tier`, `status`, `commands`, `wake`, `bytes`."""


def languages_with_models(models: Path) -> list[str]:
    """Codes of the seeded languages for which a stage's models lie below `models`."""
    return [
        code
        for code in language_codes()
        if any((models / code / file).is_file() for file in STAGES_OF_FILES.values())
    ]


def evaluate_all(
    models: Path,
    people: Path | None,
    held_out: Path,
    jobs: int,
    console: Console,
    only: Sequence[str] = (),
) -> list[Line]:
    """Measure every language and put the figures on its card.

    Args:
        models: folder of the models and cards.
        people: labels file of recordings of people.
        held_out: folder with a folder of held-out clips (`labels.tsv`) a language.
        jobs: languages at once; joblib's backend decides where.
        console: shows progress.
        only: these languages.

    Raises:
        EvaluationError: there are no models.
    """
    codes = [code for code in languages_with_models(models) if not only or code in only]
    if not codes:
        raise EvaluationError(
            f"There are no models in {models}.",
            "nothing has been trained yet, or the folder is another one",
            "Train with: allears train --language sr",
        )
    work = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(_measure)(code, models, people, held_out / code / "labels.tsv") for code in codes
    )
    shown = track(work, "languages", total=len(codes), console=console, transient=True)
    for code, reports in zip(codes, shown, strict=True):
        put_reports(models / code / "card.yaml", reports)
    return lines(models)


def _measure(code: str, models: Path, people: Path | None, synthetic: Path) -> Reports:
    heard = synthetic if synthetic.is_file() else None
    return measure_language(code, models, people=people, synthetic=heard)


def lines(models: Path) -> list[Line]:
    """What the cards below `models` tell, a line a language."""
    out = []
    for code, card in all_cards(models).items():
        ready, reasons = status(card)
        out.append(
            {
                "language": code,
                "tier": card.get("tier", ""),
                "status": ready,
                "falls_short": reasons,
                **{
                    stage: {
                        "synthetic": dict(stage_total(card, "synthetic_held_out", stage)),
                        "people": dict(stage_total(card, "figures", stage)),
                        "sources": card.get("figures", {}).get(stage, {}).get("by_source", {}),
                    }
                    for stage in STAGES_OF_FILES
                },
                "bytes": {
                    stage: card[stage]["bytes"]
                    for stage in STAGES_OF_FILES
                    if "bytes" in card.get(stage, {})
                },
            }
        )
    return out


def show_lines(found: Sequence[Line], console: Console) -> None:
    """Print the table."""
    table = Table("language", "tier", "synthetic", "people", "wake", "false wakes/h", "status")
    for line in found:
        commands, wake = line["commands"], line["wake"]
        heard = wake["people"] if wake["people"].get("in_vocabulary_clips") else wake["synthetic"]
        table.add_row(
            line["language"],
            line["tier"],
            _share(commands["synthetic"]),
            _share(commands["people"]),
            _share(heard),
            f"{wake['people']['false_per_hour']:.1f}"
            if "false_per_hour" in wake["people"]
            else "–",
            line["status"],
        )
    console.print(table)


def _share(counts: dict[str, Any]) -> str:
    clips = counts.get("in_vocabulary_clips", 0)
    return f"{counts['right']}/{clips} {counts['right_rate']:.0%}" if clips else "–"


def evaluate_to_cards(
    people: Path, jobs: int, json_file: Path | None, png: Path | None, console: Console
) -> None:
    """Measure every language; write the cards, the README where there is one, JSON and picture."""
    models = models_dir()
    held_out = cache_root() / "training/held-out"
    found = evaluate_all(models, people, held_out, jobs, console)
    show_lines(found, console)
    write_everything(models, found, json_file, Path("README.md"), png)


def write_everything(
    models: Path, found: Sequence[Line], json_file: Path | None, readme: Path, png: Path | None
) -> None:
    """Write the figures as JSON, into the README between its marks, and as a picture.

    Args:
        models: folder of the cards.
        found: what `lines` gives of them.
        json_file: where the lines go, if anywhere.
        readme: passed over where there is none, as outside a checkout.
        png: where the picture goes, if anywhere.
    """
    if json_file:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(list(found), indent=1, ensure_ascii=False)
        json_file.write_text(text + "\n", encoding="utf-8")
    if readme.is_file():
        told = with_table(readme.read_text(encoding="utf-8"), figures_table(models))
        readme.write_text(told, encoding="utf-8")
    if png:
        draw_heat_map(models, png)
