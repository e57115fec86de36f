"""`allears languages` and `allears seeds check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from allears.locate import models_dir
from rich.console import Console
from rich.table import Table

from allears_tools.seeds.loading import check_seeds, language_codes, load_language
from allears_tools.seeds.schema import LanguageSeed

_MODEL_FILES = ("wake.tflite", "wake.json", "commands.tflite", "commands.json")

seeds = typer.Typer(help="Check the seed files the models grow from.", no_args_is_help=True)


@seeds.callback()
def _seeds() -> None:
    """Check the seed files the models grow from."""


@seeds.command()
def check(
    language: Annotated[
        list[str] | None, typer.Argument(help="Languages to check; all where none is named.")
    ] = None,
    root: Annotated[
        Path | None, typer.Option(help="Another seeds folder than AllEars' own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the faults as JSON.")] = False,
) -> None:
    """Report every fault of the seed files, with file, line and remedy; exit 1 if there is one."""
    faults = check_seeds(root, language)
    if as_json:
        print(json.dumps([fault.to_dict() for fault in faults], ensure_ascii=False))
    else:
        for fault in faults:
            print(fault)
        checked = ", ".join(language or language_codes(root))
        print(f"{len(faults)} faults in commands.yaml and {checked}")
    if faults:
        raise typer.Exit(1)


def languages(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """List the languages that have a seed file: wake word, tier, and whether models are there."""
    rows = [_summary(load_language(code)) for code in language_codes()]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("", "language", "wake word", "tier", "scripts", "phrasings", "models")
    for row in rows:
        native = "" if row["native_name"] == row["name"] else f" ({row['native_name']})"
        table.add_row(
            row["language"],
            row["name"] + native,
            row["wake_word"],
            row["tier"],
            ", ".join(row["scripts"]),
            str(row["phrasings"]),
            "yes" if row["models"] else "not trained yet",
        )
    Console().print(table)


def _summary(seed: LanguageSeed) -> dict[str, Any]:
    """What `allears languages` tells of one language, as plain data."""
    folder = models_dir() / seed.language
    return {
        "language": seed.language,
        "name": seed.name,
        "native_name": seed.native_name,
        "wake_word": seed.wake.text,
        "tier": seed.tier,
        "scripts": seed.scripts,
        "commands": len(seed.commands),
        "phrasings": sum(len(phrasings) for phrasings in seed.commands.values()),
        "models": all((folder / name).is_file() for name in _MODEL_FILES),
    }
