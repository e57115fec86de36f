"""`allears bench`: what the runtime costs on this machine, and how it does on a long track."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

app = typer.Typer(
    invoke_without_command=True,
    help="Measure latency, cost and size on this machine, beside other engines.",
)


@app.callback(epilog="Example: allears bench --profile gb --json new.json --compare old.json")
def costs(
    context: typer.Context,
    profile: Annotated[
        list[str] | None, typer.Option(help="Country code, gb by default; may be repeated.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All profiles.")] = False,
    seconds: Annotated[float, typer.Option(min=2, help="Audio a round.")] = 60.0,
    rounds: Annotated[int, typer.Option(min=1, help="Turns that everything takes.")] = 5,
    mlperf_model: Annotated[
        Path | None,
        typer.Option(help="MLPerf Tiny's streaming wake-word model, to measure it beside us."),
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(help="An older report; exits 1 where something is slower.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures.")] = None,
    page: Annotated[Path | None, typer.Option("--html", help="Write a page with charts.")] = None,
) -> None:
    """Measure stages, listeners on every interpreter, and peers, in turns on the same audio."""
    if context.invoked_subcommand:
        return
    from allears_tools.bench.compare import compare as compare_runs
    from allears_tools.bench.compare import read_report
    from allears_tools.bench.run import FORMAT, all_profiles, run_bench
    from allears_tools.bench.table import show, show_verdicts
    from allears_tools.listen.quiet import native_stderr_hidden

    old = read_report(compare, FORMAT) if compare else None
    console = Console()
    with Console(stderr=True).status("") as status, native_stderr_hidden():
        result = run_bench(
            all_profiles() if every else profile or ["gb"],
            seconds,
            rounds,
            mlperf_model,
            tell=lambda what: status.update(f"Measuring {what} …"),
        )
    show(result, console)
    if json_file:
        write_json(result, json_file)
    if page:
        from allears_tools.bench.page import render_page

        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(render_page(result), encoding="utf-8")
    if old:
        verdicts = compare_runs(result, old)
        show_verdicts(verdicts, console)
        if any(verdict.verdict == "slower" for verdict in verdicts):
            raise typer.Exit(1)


def write_json(result: dict[str, Any], path: Path) -> None:
    """Write a benchmark's figures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@app.command(epilog="Example: allears bench streaming --recordings recordings/labels.tsv")
def streaming(
    recordings: Annotated[Path, typer.Option(help="Labels file of recordings of people.")],
    profile: Annotated[str, typer.Option(help="Country code.")] = "gb",
    layout: Annotated[
        list[str] | None,
        typer.Option(help="speech or mlperf, both by default; may be repeated."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the track.")] = 1,
    words: Annotated[int, typer.Option(min=1, help="Wake words on the track.")] = 50,
    interpreter: Annotated[
        str | None, typer.Option(help="litert, tflite-runtime or native; else what is there.")
    ] = None,
    track: Annotated[
        Path | None, typer.Option(help="Folder to write the tracks to, as LAYOUT.wav.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures.")] = None,
) -> None:
    """Hear a 20-minute track of people, 50 wake words in it; count misses and false alarms.

    Only recordings that were kept apart for testing are used. Exits 1 where MLPerf Tiny's bar, 8
    misses and 8 false alarms, is not met.
    """
    from allears import Profile
    from allears.errors import AllEarsError

    from allears_tools.bench.streaming.material import choose_material
    from allears_tools.bench.streaming.score import hear_track, score
    from allears_tools.bench.streaming.track import LAYOUTS, make_track
    from allears_tools.evaluate.labels import read_labels
    from allears_tools.evaluate.provenance import provenance_of
    from allears_tools.listen.quiet import native_stderr_hidden

    layouts = layout or list(LAYOUTS)
    for name in layouts:
        if name not in LAYOUTS:
            raise AllEarsError(f"There is no layout {name!r}.", "", f"Use {' or '.join(LAYOUTS)}.")
    market = Profile.load(profile)
    wake_words = [word for entry in market.languages for word in entry.wake_words]
    material = choose_material(read_labels(recordings), wake_words)
    languages = [entry.language for entry in market.languages]
    report: dict[str, Any] = {**provenance_of(languages), "profile": profile, "seed": seed}
    report["tracks"] = {}
    for name in layouts:
        with Console(stderr=True).status(f"Making the track {name} …") as status:
            made = make_track(material, name, seed, words)
            if track:
                _write_wav(made.samples, track / f"{name}.wav")
            status.update(f"Hearing the track {name} …")
            with native_stderr_hidden():
                found = score(made, hear_track(made, market, interpreter))
        report["tracks"][name] = found
        print(
            f"{name}: {found['misses']} of {found['words']} wake words missed, "
            f"{found['false_alarms']} false alarms in {found['track_s'] // 60} minutes "
            f"(MLPerf Tiny's bar {'met' if found['mlperf_bar_met'] else 'missed'}, "
            f"ours {'met' if found['own_bar_met'] else 'missed'})"
        )
    if json_file:
        write_json(report, json_file)
    if not all(found["mlperf_bar_met"] for found in report["tracks"].values()):
        raise typer.Exit(1)


def _write_wav(samples: Any, path: Path) -> None:
    import soundfile
    from allears.contract import SAMPLE_RATE_HZ

    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, SAMPLE_RATE_HZ, subtype="PCM_16")
