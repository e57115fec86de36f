"""`allears record`."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from allears import Profile
from allears.errors import AllEarsError
from rich.console import Console
from rich.markup import escape

from allears_tools.flash.client import DeviceClient
from allears_tools.flash.errors import DeviceRefusal, LineError
from allears_tools.flash.transports import is_port
from allears_tools.record.recordings import Recordings
from allears_tools.record.script import Line, load_prompts, script
from allears_tools.record.session import Outcome, run_session
from allears_tools.record.taking import DeviceMicrophone

_CONNECT_TIMEOUT_S = 8.0


def record(
    port: Annotated[str, typer.Option(help="/dev/tty…, a PTY, or tcp:HOST:PORT.")],
    profile: Annotated[str, typer.Option(help="Country code, or a profile's path.")],
    speaker: Annotated[str, typer.Option(help="Who speaks: letters, digits, - and _.")],
    out: Annotated[Path, typer.Option(help="Folder of the recordings; added to.")] = Path(
        "recordings"
    ),
    language: Annotated[str, typer.Option(help="Of the profile's; its first by default.")] = "",
    takes: Annotated[int, typer.Option(min=1, max=100, help="Of each line.")] = 1,
    commands: Annotated[str, typer.Option(help="Only these ids, separated by commas.")] = "",
    wake: Annotated[bool, typer.Option(help="The wake word too.")] = True,
    all_phrasings: Annotated[
        bool, typer.Option("--all-phrasings", help="Every wording of a command.")
    ] = False,
    licence: Annotated[str, typer.Option(help="For the labels.")] = "own recording",
    test_only: Annotated[
        bool, typer.Option("--test-only", help="These recordings must train nothing.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object at the end.")
    ] = False,
) -> None:
    """Record a person's wake words and commands with a device's microphone.

    Asks in their language, checks each take, and asks again where it is clipped, silent, too short
    or cut off. The labels.tsv it writes is read by evaluate, test and train --recordings. Ctrl-C
    ends it; the same command goes on where it stopped. Exits 1 when the device stops answering.
    """
    if not is_port(port):
        raise AllEarsError(f"{port!r} is no port.", "", "Write a path, or tcp:HOST:PORT.")
    if not re.fullmatch(r"[\w-]{1,40}", speaker):
        raise AllEarsError(f"{speaker!r} is no speaker's name.", "", "Use letters, digits, - _.")
    logging.getLogger("smpclient").addHandler(logging.NullHandler())
    spoken = _language(profile, language)
    lines = script(
        spoken,
        [id.strip() for id in commands.split(",") if id.strip()],
        wake=wake,
        all_phrasings=all_phrasings,
    )
    training = "test only" if test_only else "yes"
    recordings = Recordings(out, spoken, speaker, licence, training)
    console = Console(stderr=as_json, soft_wrap=True, highlight=False)
    outcome = Outcome()
    status = 0
    try:
        asyncio.run(_run(port, lines, takes, recordings, spoken, console, outcome))
    except (LineError, DeviceRefusal) as fault:
        told = Console(stderr=True, soft_wrap=True, highlight=False)
        told.print(f"\n[bold red]error:[/] {escape(str(fault))}")
        status = 1
    except KeyboardInterrupt:
        status = 130
    _tell(outcome, recordings, console, as_json)
    raise typer.Exit(status)


def _language(profile: str, wanted: str) -> str:
    offered = [entry.language for entry in Profile.load(profile).languages]
    if wanted and wanted not in offered:
        raise AllEarsError(
            f"The profile {profile} has no language {wanted!r}.", "", f"Use {', '.join(offered)}."
        )
    return wanted or offered[0]


async def _run(
    port: str,
    lines: list[Line],
    takes: int,
    recordings: Recordings,
    language: str,
    console: Console,
    outcome: Outcome,
) -> None:
    client = DeviceClient(port)
    await client.connect(_CONNECT_TIMEOUT_S)
    try:
        microphone = DeviceMicrophone(client)
        await run_session(
            lines, takes, microphone, recordings, load_prompts(language), console, outcome
        )
    except asyncio.CancelledError:
        await client.keep("off")  # Ctrl-C in the middle of a take
        raise
    finally:
        await client.disconnect()


def _tell(outcome: Outcome, recordings: Recordings, console: Console, as_json: bool) -> None:
    if as_json:
        print(json.dumps({**asdict(outcome), "labels": str(recordings.labels)}))
    refused = sum(outcome.refused.values())
    console.print(
        f"\n{recordings.labels}: {outcome.kept} takes kept, {refused} refused, "
        f"{outcome.there_before} were there before"
    )
    if outcome.passed_over:
        console.print(f"[yellow]not recorded: {escape(', '.join(outcome.passed_over))}[/]")
