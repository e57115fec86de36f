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
        list[str] | None, typer.Option(help="Country code; may be repeated [gb].")
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
