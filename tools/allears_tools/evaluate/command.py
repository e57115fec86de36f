"""`allears evaluate`: how well a language's models do on labelled recordings."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from allears.locate import models_dir
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from allears_tools.evaluate.errors import EvaluationError
from allears_tools.evaluate.judging import Vocabulary
from allears_tools.evaluate.labels import Clip, read_labels
from allears_tools.evaluate.listening import (
    Hearing,
    ListenerFactory,
    build_device_listener,
    build_listener,
    profile_for,
)
from allears_tools.evaluate.new_wake import NewWake
from allears_tools.evaluate.noise import NoiseBed, noise_bed
from allears_tools.evaluate.numbers import plan_phrases, run_phrases
from allears_tools.evaluate.provenance import origin_of, provenance, provenance_of
from allears_tools.evaluate.report import noise_report, report
from allears_tools.evaluate.routing import (
    RoutingListener,
    languages_of,
    plan_routing,
    routing_report,
)
from allears_tools.evaluate.runner import Plan, plan, run
from allears_tools.evaluate.table import show, show_noise, show_numbers, show_routing
from allears_tools.seeds import load_language


def evaluate(
    labels: Annotated[Path, typer.Option(help="Labels file: tab-separated, with a header.")],
    language: Annotated[str | None, typer.Option(help="Language code, such as en.")] = None,
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
    others: Annotated[
        bool, typer.Option("--others", help="Speech of other languages should give no event.")
    ] = False,
    noise: Annotated[
        list[str] | None,
        typer.Option(help="Measure with this noise too, such as kitchen:10 (dB below the speech)."),
    ] = None,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="Digits spliced after a setting command instead.")
    ] = False,
    settings: Annotated[
        Path | None, typer.Option(help="Labels file with the setting commands for --numbers.")
    ] = None,
    after_wake: Annotated[
        Path | None,
        typer.Option(help="A recording of the wake word: before each clip, heard as on a device."),
    ] = None,
    wake_model: Annotated[
        Path | None,
        typer.Option(help="The folder of a wake word from `allears train --wake`, instead."),
    ] = None,
    routing: Annotated[
        str | None, typer.Option(help="Which language is heard, of these, such as en,sr, instead.")
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
    all_languages: Annotated[
        bool, typer.Option("--all", help="All languages, onto their cards and into the README.")
    ] = False,
) -> None:
    """Measure a language's wake word or commands on labelled recordings of people.

    Commands: each clip is heard as if the wake word had just fired (or after one, with
    --after-wake), and the first event counts.
    Wake: a hit anywhere in the clip counts. Clips over 20 s give false events an hour.
    Clips whose label says too little, and those of other languages, are skipped and counted.
    """
    console = Console()
    if interpreter:
        os.environ["ALLEARS_INTERPRETER"] = interpreter
    if all_languages:
        from allears_tools.evaluate.everything import evaluate_to_cards

        evaluate_to_cards(labels, jobs, json_file, png, console)
        return
    sources = frozenset(limit_source or ())
    about: dict[str, Any] = {"stage": stage, "split": split, "labels": str(labels)}
    if routing:
        every = read_labels(labels, root)
        result, hearings = _measure_routing(routing, every, about, sources, profile, jobs, console)
        _write_results(result, hearings, json_file, clips)
        return
    if language is None:
        raise EvaluationError(
            "No language is named.", "--language is missing", "Name one: --language en"
        )
    build: ListenerFactory = build_device_listener if after_wake else build_listener
    if wake_model:
        if numbers or after_wake:
            raise EvaluationError(
                "--wake-model goes with neither --numbers nor --after-wake.",
                "these hear commands, and a wake word of one's own has none",
                "Leave them out.",
            )
        build = word = NewWake.load(wake_model)
        seed, origin = word.seed(language), origin_of(word.files)
        stage = about["stage"] = "wake"
        about["wake_word"] = word.wake_word
    else:
        origin = provenance(language)  # first: it refuses an interpreter that is not there
        seed = load_language(language)
    every = read_labels(labels, root)
    vocabulary = Vocabulary.of(seed)
    planned = plan(every, "commands" if numbers else stage, vocabulary, split, sources, others)
    device = profile or profile_for(language)
    if numbers:
        phrases = plan_phrases(planned, seed, read_labels(settings) if settings else ())
        build_one = partial(build_listener, device, language, "commands")
        with _progress(f"{language} numbers", len(phrases), console) as progress:
            found = run_phrases(phrases, planned, build_one, jobs, progress)
        result = {"language": language, **about, "stage": "numbers", **found, **origin}
        show_numbers(result, console)
        _write_results(result, [], json_file, None)
        return
    beds = [noise_bed(wanted, every) for wanted in noise or ()]
    hear = partial(run, profile=device, language=language, build=build, jobs=jobs, wake=after_wake)
    with _progress(f"{language} {stage}", len(planned.judged), console) as progress:
        hearings = hear(planned, progress=progress)
    result = {"language": language, **about, **report(hearings, planned.skipped), **origin}
    show(result, console)
    if beds:
        result["noise"] = _measure_noise(beds, planned, result["right_rate"], hear, console)
        show_noise(result, console)
    _write_results(result, hearings, json_file, clips)
    if png:
        from allears_tools.evaluate.figure import draw_confusions

        draw_confusions(result, png)


def _measure_routing(
    wanted: str,
    clips: list[Clip],
    about: dict[str, Any],
    sources: frozenset[str],
    profile: str | None,
    jobs: int,
    console: Console,
) -> tuple[dict[str, Any], list[Hearing]]:
    languages, stage = languages_of(wanted), about["stage"]
    origin = provenance_of(languages)
    planned = plan_routing(clips, stage, languages, about["split"], sources)
    build = RoutingListener(languages, models_dir())
    with _progress(wanted, len(planned.judged), console) as progress:
        hearings = run(planned, profile or "", wanted, build, jobs, progress)
    counts = routing_report(hearings, planned.skipped)
    result = {"languages": list(languages), **about, **counts, **origin}
    show_routing(result, console)
    return result, hearings


def _measure_noise(
    beds: list[NoiseBed],
    planned: Plan,
    clean_rate: float | None,
    hear: Callable[..., list[Hearing]],
    console: Console,
) -> dict[str, Any]:
    """Hear the clips in which an event is due once with each noise."""
    due, found = planned.positives, {}
    for bed in beds:
        with _progress(bed.title, len(due.judged), console) as progress:
            noisy = hear(due, progress=progress, noise=bed)
        found[bed.title] = noise_report(noisy, clean_rate, bed)
    return found


@contextmanager
def _progress(what: str, total: int, console: Console) -> Iterator[Callable[[int], None]]:
    """Show a bar while something is heard; gives what to call with the clips just done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda clips: bar.advance(task, clips)


def _write_results(
    result: dict[str, Any], hearings: list[Hearing], json_file: Path | None, clips: Path | None
) -> None:
    if json_file:
        _write(json_file, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    if clips:
        _write(clips, _clip_lines(hearings))


def _clip_lines(hearings: list[Hearing]) -> str:
    lines = ["path\tsource\tspeaker\ttext\texpected\theard\tlanguages\tscores\ttimes_s\tlatency_s"]
    for hearing in hearings:
        clip, latency = hearing.clip, hearing.latency_s
        values: list[Any] = [clip.path, clip.source, clip.speaker, clip.text]
        values += [hearing.truth.expected or "", " ".join(hearing.heard)]
        values += [" ".join(hearing.languages)]
        values += [" ".join(f"{score:.3f}" for score in hearing.scores)]
        values += [" ".join(f"{time_s:.2f}" for time_s in hearing.times_s)]
        values += ["" if latency is None else f"{latency:.3f}"]
        lines.append("\t".join(values))
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
