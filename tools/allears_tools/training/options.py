"""What the commands of `allears train` share: options, and how they report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from allears_tools.speech.cache import cache_root

console = Console()

Language = Annotated[str, typer.Option(help="A language of seeds/languages, such as sr.")]
Labels = Annotated[
    Path | None, typer.Option(help="Recordings of people (labels.tsv); without: synthetic only.")
]
Work = Annotated[
    Path | None, typer.Option(help="Where intermediate arrays are kept (the cache folder).")
]
Out = Annotated[Path | None, typer.Option(help="Where the models go (sdk/models).")]
Jobs = Annotated[int, typer.Option(help="Processes that compose streams.")]
Streams = Annotated[int | None, typer.Option(help="Training streams of 8 s (recipe's number).")]
Epochs = Annotated[int | None, typer.Option(help="Passes over the streams (recipe's number).")]


def report(line: dict[str, Any]) -> None:
    """Print how a training goes on, a line."""
    parts = (f"{k} {v:.4f}" if isinstance(v, float) else f"{k} {v}" for k, v in line.items())
    console.print("  ".join(parts), highlight=False)


def work_folder(work: Path | None) -> Path:
    """Where intermediate arrays are kept: what was asked for, else in the cache."""
    return work or cache_root() / "training"
