"""`allears evaluate`: how well a language's models do on labelled recordings."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from allears_tools.evaluate.judging import Vocabulary
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.listening import (
    Hearing,
    ListenerFactory,
    build_listener,
    profile_for,
)
from allears_tools.evaluate.provenance import provenance
from allears_tools.evaluate.report import report
from allears_tools.evaluate.runner import Plan, plan, run
from allears_tools.evaluate.table import show
from allears_tools.seeds import load_language


def evaluate(
    language: Annotated[str, typer.Option(help="Language code, such as en.")],
    labels: Annotated[Path, typer.Option(help="Labels file: tab-separated, with a header.")],
    stage: Annotated[str, typer.Option(help="commands or wake.")] = "commands",
    root: Annotated[
        Path | None, typer.Option(help="Folder the audio paths start from (the labels file's own).")
    ] = None,
    split: Annotated[
        str, typer.Option(help="all, test (kept from training) or train (may be trained on).")
    ] = "all",
    limit_source: Annotated[
        list[str] | None, typer.Option(help="Only this source; may be given several times.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="Device profile (by default the first with the language).")
    ] = None,
    interpreter: Annotated[
        str | None, typer.Option(help="Run models in litert or tflite-runtime.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="Processes; -1 takes all cores.")] = -1,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the report.")] = None,
    png: Annotated[Path | None, typer.Option(help="Draw the confusion matrix.")] = None,
    clips: Annotated[Path | None, typer.Option(help="Write a line a clip (TSV).")] = None,
) -> None:
    """Measure a language's wake word or commands on labelled recordings of people.

    Commands: each clip is heard as if the wake word had just fired, and the first event counts.
    Wake: a hit anywhere in the clip counts. Clips over 20 s give false events an hour.
    Clips whose label says too little, and those of other languages, are skipped and counted.
    """
    console = Console()
    if interpreter:
        os.environ["ALLEARS_INTERPRETER"] = interpreter
    origin = provenance(language)  # first, since it refuses an interpreter that is not there
    vocabulary = Vocabulary.of(load_language(language))
    planned = plan(
        read_labels(labels, root), stage, vocabulary, split, frozenset(limit_source or ())
    )
    hearings = _run_with_progress(
        planned, profile or profile_for(language), language, jobs, console, build_listener
    )
    result = {
        "language": language,
        "stage": stage,
        "split": split,
        "labels": str(labels),
        **report(hearings, planned.skipped),
        **origin,
    }
    show(result, console)
    if json_file:
        _write(json_file, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    if clips:
        _write(clips, _clip_lines(hearings))
    if png:
        from allears_tools.evaluate.figure import draw_confusions

        draw_confusions(result, png)


def _run_with_progress(
    planned: Plan,
    profile: str,
    language: str,
    jobs: int,
    console: Console,
    build: ListenerFactory,
) -> list[Hearing]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"{language} {planned.stage}", total=len(planned.judged))
        return run(planned, profile, language, build, jobs, lambda clips: bar.advance(task, clips))


def _clip_lines(hearings: list[Hearing]) -> str:
    lines = ["path\tsource\tspeaker\ttext\texpected\theard\tscores\ttimes_s\tlatency_s"]
    for hearing in hearings:
        clip, latency = hearing.clip, hearing.latency_s
        values: list[Any] = [clip.path, clip.source, clip.speaker, clip.text]
        values += [hearing.truth.expected or "", " ".join(hearing.heard)]
        values += [" ".join(f"{score:.3f}" for score in hearing.scores)]
        values += [" ".join(f"{time_s:.2f}" for time_s in hearing.times_s)]
        values += ["" if latency is None else f"{latency:.3f}"]
        lines.append("\t".join(values))
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
