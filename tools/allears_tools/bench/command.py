"""`allears bench`: what the runtime costs on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from allears_tools.bench.run import run_bench
from allears_tools.bench.table import show


def bench(
    profile: Annotated[str, typer.Option(help="Device profile.")] = "gb",
    language: Annotated[str, typer.Option(help="One of its languages.")] = "en",
    seconds: Annotated[float, typer.Option(min=2, help="Audio a pass.")] = 60.0,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures.")] = None,
    png: Annotated[Path | None, typer.Option(help="Draw the figures.")] = None,
) -> None:
    """Measure each stage, the whole pipeline and pymicro-wakeword on the same audio."""
    console = Console()
    with console.status("") as status:
        result = run_bench(
            profile,
            language,
            seconds,
            progress=lambda what: status.update(f"Measuring {what} …"),
        )
    show(result, console)
    if json_file:
        write_json(result, json_file)
    if png:
        from allears_tools.bench.figure import draw_costs

        draw_costs(result, png)


def write_json(result: dict[str, object], path: Path) -> None:
    """Write a benchmark's figures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
