"""`allears monitor`."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import typer
from allears.errors import AllEarsError
from rich.console import Console
from rich.live import Live
from rich.markup import escape

from allears_tools.flash.client import DeviceClient
from allears_tools.flash.errors import DeviceRefusal, LineError
from allears_tools.flash.messages import Status
from allears_tools.flash.transports import is_port
from allears_tools.monitor.keeping import KINDS, ClipKeeper
from allears_tools.monitor.terminal import View, title_of
from allears_tools.monitor.watching import Sample, Watcher

CONNECT_TIMEOUT_S = 8.0
"""A board answers sooner, even while it boots."""


def monitor(
    port: Annotated[str, typer.Option(help="/dev/tty…, a PTY, or tcp:HOST:PORT.")],
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line.")] = False,
    web: Annotated[bool, typer.Option("--web", help="Show it as a page on this machine.")] = False,
    web_port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port of the page; 0: a free one.")
    ] = 0,
    period_ms: Annotated[int, typer.Option(min=20, max=10_000, help="Between samples.")] = 100,
    seconds: Annotated[float | None, typer.Option(min=0, help="End after so long.")] = None,
    keep: Annotated[
        Path | None,
        typer.Option(help="Let the device keep the 3 s around each event; write them here."),
    ] = None,
    keep_kind: Annotated[str, typer.Option(help="Around what: " + ", ".join(KINDS))] = "event",
) -> None:
    """Watch a device: level, speech, wake score, listening, events, load, stack.

    Audio is kept by the device only with --keep, in its RAM, and forgotten at the end. Exits 1
    when the device stops answering.
    """
    if not is_port(port):
        raise AllEarsError(f"{port!r} is no port.", "", "Write a path, or tcp:HOST:PORT.")
    if keep_kind not in KINDS:
        raise AllEarsError(f"Audio is not kept for {keep_kind!r}.", "", f"Use {', '.join(KINDS)}.")
    # The client library logs each fault; they are told here, once.
    logging.getLogger("smpclient").addHandler(logging.NullHandler())
    try:
        asyncio.run(
            _watch(port, as_json, web_port if web else None, period_ms, seconds, keep, keep_kind)
        )
    except (LineError, DeviceRefusal) as fault:
        console = Console(stderr=True, soft_wrap=True)
        console.print(f"[bold red]error:[/] {escape(str(fault))}", highlight=False)
        raise typer.Exit(1) from fault


async def _watch(
    port: str,
    as_json: bool,
    web_port: int | None,
    period_ms: int,
    seconds: float | None,
    keep: Path | None,
    keep_kind: str,
) -> None:
    client = DeviceClient(port)
    await client.connect(CONNECT_TIMEOUT_S)
    watcher = Watcher(client, period_ms / 1000)
    keeper = ClipKeeper(watcher, keep, keep_kind) if keep else None
    try:
        if keeper:
            await keeper.start()
        status = await client.status()
        samples = _until(watcher.samples(), seconds)
        if web_port is not None:
            from allears_tools.monitor.web import serve_page

            await serve_page(port, status, watcher, samples, keeper, web_port)
        elif as_json:
            await _print_lines(samples, keeper)
        else:
            await _draw(port, status, samples, keeper)
    except LineError:
        keeper = None  # nobody is there to be told
        raise
    finally:
        if keeper:
            await keeper.stop()
        await client.disconnect()


async def _until(samples: AsyncIterator[Sample], seconds: float | None) -> AsyncIterator[Sample]:
    async for sample in samples:
        yield sample
        if seconds is not None and sample.at_s >= seconds:
            return


async def _print_lines(samples: AsyncIterator[Sample], keeper: ClipKeeper | None) -> None:
    async for sample in samples:
        _print({"kind": "sample", **sample.to_dict()})
        for event in sample.events:
            _print({**event.model_dump(), "score": event.score / 256})
        if keeper and (path := await keeper.take(sample)):
            _print({"kind": "clip", "path": str(path)})


def _print(line: dict[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


async def _draw(
    port: str, status: Status, samples: AsyncIterator[Sample], keeper: ClipKeeper | None
) -> None:
    view = View(port, status)
    console = Console()
    if not console.is_terminal:
        console.print(title_of(port, status), highlight=False, soft_wrap=True)
    with Live(view, console=console, refresh_per_second=10) as live:
        async for sample in samples:
            view.add(sample)
            if keeper and (path := await keeper.take(sample)):
                live.console.print(f"kept {path}", highlight=False, soft_wrap=True)
