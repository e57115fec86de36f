"""`allears train …`: the ear, a language's wake model, its command head."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from allears.locate import models_dir
from rich.console import Console

from allears_tools.training.ear_command import ear, harden
from allears_tools.training.options import (
    Epochs,
    Jobs,
    Labels,
    Language,
    Out,
    Streams,
    Work,
    console,
    report,
    work_folder,
)

app = typer.Typer(no_args_is_help=True)
app.command()(ear)
app.command()(harden)


@app.callback(invoke_without_command=True)
def from_seed_to_card(
    context: typer.Context,
    language: Annotated[
        list[str] | None,
        typer.Option(help="A language of seeds/languages; may be given several times."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every language with a seed file.")] = False,
    labels: Labels = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only this step: synthesise, judge, commands, wake, threshold, …"),
    ] = None,
    again: Annotated[bool, typer.Option(help="Run even what is up to date.")] = False,
    kokoro: Annotated[
        int | None, typer.Option(help="Kokoro clips of each phrasing (full set: about 40).")
    ] = None,
    espeak: Annotated[
        int | None, typer.Option(help="espeak-ng clips of each phrasing (full set: 60).")
    ] = None,
    streams: Streams = None,
    epochs: Epochs = None,
    other_languages: Annotated[
        int | None,
        typer.Option(
            min=0, help="Clips of each other language that a head must not take for commands."
        ),
    ] = None,
    taught_by_earlier: Annotated[
        bool, typer.Option(help="The command head that is there teaches the new one too.")
    ] = False,
    jobs: Jobs = 2,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler, tcp://host:port, instead of --jobs.")
    ] = None,
    work: Work = None,
    out: Out = None,
    wake: Annotated[
        str | None, typer.Option(help="Instead: a wake word of the language from its text alone.")
    ] = None,
    recordings: Annotated[
        Path | None,
        typer.Option(help="Instead: adapt the command head to the labels.tsv of this folder."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")] = False,
) -> None:
    """From a language's seed file to its models and card: clips, judge, commands, wake, figures.

    What is up to date is passed over, so that an interrupted run goes on where it stopped.
    Example: allears train --language sr --labels ../shared/realspeech/labels.tsv
    """
    if context.invoked_subcommand:
        return
    from allears_tools.jobs.scheduler import on_scheduler
    from allears_tools.training.language import Wish
    from allears_tools.training.whole import languages_wanted, train_languages

    wanted = languages_wanted(language or [], every)
    console = Console(stderr=True)
    with on_scheduler(scheduler, jobs) as at_once:
        wish = Wish(
            models=(out or models_dir()).resolve(),
            work=work_folder(work).resolve(),
            labels=labels.resolve() if labels else None,
            jobs=at_once,
            kokoro=kokoro,
            espeak=espeak,
            streams=streams,
            epochs=epochs,
            other_languages=other_languages,
            taught_by_earlier=taught_by_earlier,
        )
        if wake is not None:
            from allears_tools.training.new_wake import make_new_wake

            ended = make_new_wake(wake, wanted[0], out or Path("wake-word"), wish, console)
        elif recordings is not None:
            from allears_tools.training.adapting import adapt_to

            ended = adapt_to(recordings, wanted[0], wish, console)
        else:
            spread = scheduler is not None and len(wanted) > 1
            ended = train_languages(
                wanted, wish, only=only or (), again=again, spread=spread, console=console
            )
    if as_json:
        print(json.dumps(ended.summary, ensure_ascii=False, indent=1))
    if ended.failed:
        raise typer.Exit(1)


@app.command()
def commands(
    language: Language,
    labels: Labels = None,
    work: Work = None,
    out: Out = None,
    jobs: Jobs = 2,
    streams: Streams = None,
    epochs: Epochs = None,
    taught_by: Annotated[
        list[Path] | None,
        typer.Option(help="A head trained before (commands.tflite) that teaches too; repeatable."),
    ] = None,
) -> None:
    """Train a language's command head on the ear in sdk/models.

    Example: allears train commands --language pl --labels recordings/labels.tsv
    """
    from allears_tools.training.head_making import command_recipe, make_commands, make_threshold
    from allears_tools.training.making import Place

    place = Place(out or models_dir(), work_folder(work), labels)
    recipe = command_recipe(streams, epochs)
    path = make_commands(language, place, recipe, report, jobs, taught_by or [])
    report({"threshold": make_threshold(language, place)})
    console.print(f"{path}: {path.stat().st_size} bytes")


@app.command()
def threshold(
    language: Language,
    labels: Annotated[Path, typer.Option(help="Recordings of people (labels.tsv).")],
    out: Out = None,
) -> None:
    """Set a head's threshold anew on people's speech, without training it."""
    from allears_tools.training.head_making import make_threshold
    from allears_tools.training.making import Place

    place = Place(out or models_dir(), work_folder(None), labels)
    report({"threshold": make_threshold(language, place)})


@app.command()
def cutoff(
    language: Language,
    labels: Annotated[Path, typer.Option(help="Recordings of people (labels.tsv).")],
    out: Out = None,
) -> None:
    """Set the cutoffs of a wake model and its verifier anew on people's speech, without training.

    Example: allears train cutoff --language ja --labels recordings/labels.tsv
    """
    from allears_tools.training.making import Place, make_cutoff, make_verifier_cutoffs

    place = Place(out or models_dir(), work_folder(None), labels)
    report(make_cutoff(language, place, report))
    if (place.models / language / "verifier.json").is_file():
        make_verifier_cutoffs(language, place, report)


@app.command()
def wake(
    language: Language,
    labels: Labels = None,
    work: Work = None,
    out: Out = None,
    jobs: Jobs = 2,
    streams: Streams = None,
    epochs: Epochs = None,
) -> None:
    """Train a language's wake model, in microWakeWord's format."""
    from allears_tools.training.making import Place, make_wake, wake_recipe

    place = Place(out or models_dir(), work_folder(work), labels)
    path = make_wake(language, place, wake_recipe(streams, epochs), report, jobs)
    console.print(f"{path}: {path.stat().st_size} bytes")


@app.command()
def verifier(
    language: Language,
    labels: Labels = None,
    work: Work = None,
    out: Out = None,
    jobs: Jobs = 2,
    streams: Streams = None,
    epochs: Epochs = None,
) -> None:
    """Train the second opinion on a language's wake word, on the ear in sdk/models.

    Example: allears train verifier --language sr --labels recordings/labels.tsv
    """
    from allears_tools.training.making import Place, make_verifier, verifier_recipe

    place = Place(out or models_dir(), work_folder(work), labels)
    path = make_verifier(language, place, verifier_recipe(streams, epochs), report, jobs)
    console.print(f"{path}: {path.stat().st_size} bytes")


@app.command()
def compare(
    language: Language,
    labels: Annotated[Path, typer.Option(help="Recordings to measure on (labels.tsv).")],
    split: Annotated[str, typer.Option(help="all, test or train.")] = "test",
    work: Work = None,
    out: Out = None,
    jobs: Jobs = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """What int8 costs: every figure with the float network of the last training and the int8 file.

    Fails where one over all recordings is over a point worse.
    Example: allears train compare --language sr --labels ../shared/realspeech/labels.tsv
    """
    from allears_tools.training.comparing import compare_and_tell

    shown = Console(stderr=True)
    place = (out or models_dir(), work_folder(work))
    ended = compare_and_tell(language, labels, *place, split, jobs, shown)
    if as_json:
        print(json.dumps(ended.summary, ensure_ascii=False, indent=1))
    if ended.failed:
        raise typer.Exit(1)
