"""`allears soak`."""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any

import typer
from allears.profile import Profile
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from allears_tools.listen.quiet import native_stderr_hidden
from allears_tools.testing.host import HOST_PORT, host_command
from allears_tools.testing.material import WakeChoice, labelled_clips
from allears_tools.testing.reference import Reference
from allears_tools.testing.soak.device import soak_device
from allears_tools.testing.soak.host import soak_host
from allears_tools.testing.soak.ledger import GROWTH_LIMIT_BYTES, Ledger
from allears_tools.testing.soak.playlist import Item, playlist
from allears_tools.testing.targets import LOST, Device

Tell = Callable[[Ledger], None]


def soak(
    profile: Annotated[str, typer.Option(help="Country code, or the path of a profile.")],
    hours: Annotated[float, typer.Option(min=0.001, help="Of audio.")] = 1.0,
    port: Annotated[
        str, typer.Option(help="A device's port; or posix: the C runtime, built here.")
    ] = HOST_PORT,
    labels: Annotated[
        Path | None, typer.Option(help="Labels file of recordings (those at hand).")
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="A device: as fast as it hears, not in real time.")
    ] = False,
    by_link: Annotated[
        bool, typer.Option("--by-link", help="Send audio by the link to an emulated board too.")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the report.")] = None,
) -> None:
    """Play hours of speech and noise in one stream, with a call each minute.

    The C runtime of this machine hears all of it twice, faster than real time: its memory must not
    grow, and the same audio must give the same events. A device hears it in real time; its
    counters, its stack and what it drops are watched.

    Exits 1 if memory grows, events differ, audio is dropped or the device is lost.
    """
    logging.getLogger("smpclient").addHandler(logging.NullHandler())
    console = Console()
    market = Profile.load(profile)
    clips, material = labelled_clips(labels)
    seconds = hours * 3600
    with (
        tempfile.TemporaryDirectory(prefix="allears-soak-") as folder,
        native_stderr_hidden(),
    ):
        wake = WakeChoice(Reference(market), Path(folder))

        def items() -> Iterator[Item]:
            return playlist(market, clips, wake)

        found: dict[str, Any] = {
            "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "profile": market.country,
            "port": port,
            "material": material,
        }
        if port == HOST_PORT:
            found.update(_host(market, items, seconds, console))
        else:
            device = Device(port, market, by_link=by_link)
            found.update(_device(device, items(), seconds, console, real_time=not fast))
    found["faults"] = _faults(found)
    _show(found, console)
    if json_file:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if found["faults"]:
        raise typer.Exit(1)


def _host(
    profile: Profile, items: Callable[[], Iterator[Item]], seconds: float, console: Console
) -> dict[str, Any]:
    passes: list[Ledger] = []
    with tempfile.TemporaryDirectory(prefix="allears-soak-") as folder:
        command = host_command(profile, Path(folder))
        for turn in ("first pass", "second pass"):
            with _progress(turn, seconds, console) as tell:
                passes.append(soak_host(command, items(), seconds, tell))
    same = passes[0].events == passes[1].events
    return {"passes": [ledger.to_dict() for ledger in passes], "same_events": same}


def _device(
    device: Device, items: Iterator[Item], seconds: float, console: Console, *, real_time: bool
) -> dict[str, Any]:
    async def run(tell: Tell) -> dict[str, Any]:
        try:
            facts = await device.open()
            ledger, watched = await soak_device(device, items, seconds, tell, real_time=real_time)
        finally:
            with suppress(*LOST):
                await device.close()
        told = {"board": facts.board, "pack_version": facts.pack_version, **watched.to_dict()}
        return {"passes": [ledger.to_dict()], "device": told}

    try:
        with _progress(device.port, seconds, console) as tell:
            return asyncio.run(run(tell))
    except LOST as fault:
        console.print(f"[red]{escape(str(fault))}[/]", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from fault


@contextmanager
def _progress(what: str, seconds: float, console: Console) -> Iterator[Tell]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f} s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(what, total=seconds)
        yield lambda ledger: progress.update(task, completed=ledger.now_ms / 1000)


def _faults(found: dict[str, Any]) -> list[str]:
    faults = []
    for ledger in found["passes"]:
        growth = ledger["growth_bytes"]
        if growth is not None and growth > GROWTH_LIMIT_BYTES:
            faults.append(f"memory grew by {growth:,} bytes")
    if not found.get("same_events", True):
        faults.append("the same audio gave other events")
    if found.get("device", {}).get("dropped_frames"):
        faults.append(f"{found['device']['dropped_frames']} frames of audio were dropped")
    return faults


def _show(found: dict[str, Any], console: Console) -> None:
    for ledger in found["passes"]:
        console.print(
            f"{ledger['hours']:.2f} h: {ledger['events']} events; {ledger['answered']} of "
            f"{ledger['calls']} calls answered, {ledger['right']} right; "
            f"{ledger['false_wakes']} false wakes ({ledger['false_wakes_per_hour']:.2f} an hour), "
            f"{ledger['false_commands']} commands outside of calls",
            highlight=False,
            soft_wrap=True,
        )
        if ledger["memory_bytes"]:
            console.print(
                f"memory: {ledger['memory_bytes'][-1]:,} bytes, grown by "
                f"{ledger['growth_bytes']:,} after the first fifth",
                highlight=False,
            )
    if found.get("same_events"):
        console.print("both passes gave the same events")
    if device := found.get("device"):
        stack = device["stack_used_bytes"]
        console.print(
            f"dropped {device['dropped_frames']} frames of audio, {device['bad_frames']} of the "
            f"link; {device['refusals']} refusals"
            + (f"; at most {max(stack):,} bytes of stack" if stack else ""),
            highlight=False,
            soft_wrap=True,
        )
    for fault in found["faults"]:
        console.print(f"[red]{escape(fault)}[/]", highlight=False)
