"""`allears firmware`."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Annotated

import typer
from allears.profile import Profile
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from allears_tools.evaluate.labels import read_labels
from allears_tools.firmware.check import Comparison, choose_clips, compare, facts, named_profile
from allears_tools.firmware.library import build as build_library

app = typer.Typer(no_args_is_help=True, help="The C runtime on this machine.")


@app.command()
def build() -> None:
    """Build the C runtime with this machine's compiler.

    Example: allears firmware build
    """
    folder = build_library()
    print(f"{folder}: liballears.a, liballears.so, allears-posix")


@app.command()
def check(
    recordings: Annotated[Path, typer.Option(help="Labels file of recordings.")],
    profile: Annotated[
        list[str] | None,
        typer.Option(help="Device profile; gb+rs has the languages of both. May be repeated."),
    ] = None,
    clips: Annotated[int, typer.Option(min=1, help="Recordings to compare on, about.")] = 500,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the report.")] = None,
) -> None:
    """Compare the events of the C runtime with Python's, run with the reference kernels.

    Each recording is heard twice: waiting for the wake word, with one before every second
    recording; and as if it had just been said. Exits 1 where any event differs.

    Example: allears firmware check --recordings recordings/labels.tsv --json report.json
    """
    console = Console(stderr=True)
    labelled = read_labels(recordings)
    chosen = choose_clips(labelled, clips)
    names = profile or ["gb", "rs", "gb+rs"]
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    found: list[Comparison] = []
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task("", total=2 * len(names) * len(chosen))
        for name in names:
            spoken = _wake_words(named_profile(name))
            wakes = [clip for clip in labelled if clip.text.casefold() in spoken]
            for assume_wake in (False, True):
                progress.update(task, description=f"{name}{' commands' if assume_wake else ''}")
                result = compare(
                    name,
                    chosen,
                    assume_wake=assume_wake,
                    wakes=wakes,
                    tell=lambda: progress.advance(task),
                )
                found.append(result)
    differing = sum(len(result.differing) for result in found)
    for result in found:
        console.print(_sentence(result), highlight=False)
    if json_file:
        report = {
            "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
            "recordings": len(chosen),
            "differing": differing,
            **facts(),
            "runs": [result.to_dict() for result in found],
        }
        json_file.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    if differing:
        raise typer.Exit(1)


def _wake_words(profile: Profile) -> set[str]:
    return {word.casefold() for entry in profile.languages for word in entry.wake_words}


def _sentence(result: Comparison) -> str:
    how = "commands" if result.assume_wake else "wake word and commands"
    return (
        f"{result.profile}, {how}: {result.clips} recordings, {result.audio_s / 60:.1f} min, "
        f"{result.events} events, {len(result.differing)} recordings differ"
    )
