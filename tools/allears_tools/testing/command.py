"""`allears test` and `allears soak`."""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from allears.profile import Profile
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.progress import Progress

from allears_tools.listen.quiet import native_stderr_hidden
from allears_tools.testing.errors import DeviceTestError
from allears_tools.testing.host import HOST_PORT, HostRuntime
from allears_tools.testing.junit import write_junit
from allears_tools.testing.material import WakeChoice, labelled_clips, spoken_clips
from allears_tools.testing.outcome import Outcome
from allears_tools.testing.reference import Reference
from allears_tools.testing.running import Broken, run_trials
from allears_tools.testing.summary import summarise
from allears_tools.testing.table import LiveTable, show_end
from allears_tools.testing.targets import LOST, Device, Facts, Target
from allears_tools.testing.trials import Trial, plan_trials


def test(
    port: Annotated[
        str,
        typer.Option(help="/dev/tty…, a PTY, tcp:HOST:PORT; or posix: the C runtime, built here."),
    ],
    profile: Annotated[str, typer.Option(help="Country code, or the path of a profile.")],
    labels: Annotated[
        Path | None, typer.Option(help="Labels file of recordings (those at hand).")
    ] = None,
    speak: Annotated[
        bool, typer.Option("--speak", help="Say the profile's commands by espeak-ng instead.")
    ] = False,
    clips: Annotated[
        int, typer.Option(min=0, help="How many clips, chosen fairly; 0 for all.")
    ] = 200,
    wake: Annotated[
        Path | None, typer.Option(help="Wake word to play before commands (the demo's).")
    ] = None,
    by_link: Annotated[
        bool, typer.Option("--by-link", help="Send audio by the link to an emulated board too.")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the report.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write one page with everything.")] = None,
    html_clips: Annotated[
        int, typer.Option(min=0, help="Failed clips on the page, with their audio, at most.")
    ] = 60,
) -> None:
    """Play labelled recordings to a device, and tell what it made of them.

    Wake words are played alone, commands after a wake word; so is some speech and noise that should
    give nothing. Without --labels: recordings of people where they stand beside the checkout, else
    the demo's clips. Every clip is also heard here by the reference kernels, which a device should
    equal.

    Exits 1 if the device is lost or misses what `acceptance` in the profile demands.
    """
    if speak and labels:
        raise DeviceTestError("--speak and --labels exclude each other.", "", "Give one of them.")
    # The client library logs each fault; they are told here, once.
    logging.getLogger("smpclient").addHandler(logging.NullHandler())
    console = Console()
    market = Profile.load(profile)
    target: Target = (
        HostRuntime(market) if port == HOST_PORT else Device(port, market, by_link=by_link)
    )
    with tempfile.TemporaryDirectory(prefix="allears-test-") as folder, native_stderr_hidden():
        reference = Reference(market)
        if speak:
            material, name = spoken_clips(market, Path(folder)), "synthetic speech by espeak-ng"
        else:
            material, name = labelled_clips(labels)
        choice = WakeChoice(reference, Path(folder), wake)
        trials = plan_trials(market, material, clips, choice)
        about, outcomes, broken = _play(target, trials, reference, console)
        found = summarise(market, about, name, outcomes, broken)
        console.print()
        show_end(found, console)
        if json_file:
            json_file.parent.mkdir(parents=True, exist_ok=True)
            json_file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
        if junit:
            write_junit(found, junit)
        if html:
            _write_page(found, outcomes, market, html, html_clips, console)
    if broken:
        told = f"[red]broken off after {len(outcomes)} of {len(trials)} clips:[/] {escape(broken)}"
        console.print(told, highlight=False, soft_wrap=True)
    if not found["passed"]:
        raise typer.Exit(1)


def _play(
    target: Target, trials: list[Trial], reference: Reference, console: Console
) -> tuple[Facts, list[Outcome], str]:
    """Play all, with a live table; return what the target is, what came, and why it broke off."""
    table = LiveTable(len(trials))
    opened: list[Facts] = []

    def begin(facts: Facts) -> None:
        opened.append(facts)
        console.print(
            f"{facts.port}: {facts.board}, {facts.market} {facts.pack_version}".rstrip()
            + f"; {len(trials)} clips by {facts.audio_by}",
            highlight=False,
        )

    try:
        with Live(table, console=console, refresh_per_second=4):
            outcomes = asyncio.run(run_trials(target, trials, reference, begin, table.add))
        return opened[0], outcomes, ""
    except Broken as broken:
        return opened[0], broken.outcomes, str(broken.__cause__)
    except LOST as fault:
        console.print(f"[red]{escape(str(fault))}[/]", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from fault


def _write_page(
    found: dict[str, Any],
    outcomes: list[Outcome],
    profile: Profile,
    path: Path,
    most_clips: int,
    console: Console,
) -> None:
    # Imported here: a test without a page needs no drawing.
    from allears_tools.testing.page import write_page

    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("drawing", total=None)
        write_page(found, outcomes, profile, path, most_clips, lambda n: progress.advance(task, n))
    console.print(f"page: {path}", highlight=False, soft_wrap=True)
