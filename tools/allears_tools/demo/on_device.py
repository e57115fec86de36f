"""The demo on a device: markets flashed over the link, recordings played, its events printed."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import numpy as np
from allears import Profile
from allears.languages import missing_models
from allears.locate import models_dir
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from allears_tools.demo.hearing import scene_audio
from allears_tools.demo.scenes import Section
from allears_tools.flash.client import DeviceClient
from allears_tools.flash.errors import FlashError
from allears_tools.flash.flashing import Report
from allears_tools.flash.many import flash_all
from allears_tools.flash.messages import HeardEvent
from allears_tools.flash.packs import PackSource
from allears_tools.packing.keys import public_path, write_key

_STOP_S = 5.0

Hear = Callable[[DeviceClient, NDArray[np.int16]], Awaitable[list[HeardEvent]]]
"""How audio, 16 kHz mono int16 ``[n]``, gets to a device, and its events back."""


def demo_on_device(sections: Mapping[str, Section], console: Console) -> None:
    """Start a Linux-class device, and show on it what `play_on_port` does.

    Args:
        sections: market → what is played to it.

    Raises:
        FlashError: the device does not start, or a market cannot be flashed.
    """
    with tempfile.TemporaryDirectory(prefix="allears-demo-") as folder:
        key = Path(folder, "key.pem")
        write_key(key)
        with running_device(Path(folder, "device"), public_path(key)) as port:
            play_on_port(port, key, sections, console)


@contextmanager
def running_device(state: Path, trust: Path) -> Iterator[str]:
    """Run `allears device` on a pseudo-terminal; gives its port."""
    program = "from allears_tools.cli import main; main()"
    command = [sys.executable, "-c", program, "device", "--link", "pty"]
    command += ["--state", str(state), "--trust", str(trust)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        ready = process.stdout.readline().decode()
        try:
            if "no pack" not in ready:
                rest = process.stdout.read().decode()
                raise FlashError(f"The device did not start: {ready}{rest}")
            yield str(state / "tty")
        finally:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


def demo_on_board(board: str, sections: Mapping[str, Section], console: Console) -> None:
    """Start an emulated board, and show on it what `play_on_port` does, by its microphone.

    Raises:
        BoardError: the firmware cannot be built, or QEMU not be started.
        FlashError: a market cannot be flashed.
    """
    from allears_tools.board import emulator
    from allears_tools.board.firmware import build_firmware
    from allears_tools.board.machines import machine_for
    from allears_tools.board.microphone import Microphone
    from allears_tools.board.state import BoardFolder

    machine = machine_for(board)
    with console.status(f"building the firmware for {board}"):
        firmware = build_firmware(board)
    with tempfile.TemporaryDirectory(prefix="allears-demo-") as path:
        key = Path(path, "key.pem")
        write_key(key)
        folder = BoardFolder(Path(path, "board"))
        folder.prepare(machine, public_path(key))
        port = emulator.start(folder, machine, firmware).port
        console.print(f"{board} ({machine.core}) runs in QEMU on {port}", highlight=False)
        try:
            play_on_port(port, key, sections, console, Microphone(folder.memory).hear)
        finally:
            emulator.stop(folder)


async def _by_link(client: DeviceClient, samples: NDArray[np.int16]) -> list[HeardEvent]:
    return await client.hear(samples.tobytes())


def play_on_port(
    port: str,
    key: Path,
    sections: Mapping[str, Section],
    console: Console,
    hear: Hear = _by_link,
) -> None:
    """Flash one market after the other to the device at `port`, and play its section to each.

    Args:
        hear: lets the device hear a whole stream, int16 ``[n]``, and returns its events.

    Raises:
        FlashError: a market cannot be flashed.
    """
    # Lost requests are asked again; what the library logs of them would stand among the tables.
    logging.getLogger("smpclient").addHandler(logging.NullHandler())
    for market, section in sections.items():
        profile = Profile.load(market)
        if any(missing_models(profile, entry, models_dir()) for entry in profile.languages):
            console.print(f"[yellow]{profile.name}: not flashed, a language has no models yet[/]\n")
            continue
        source = PackSource(market, key, "1.0.0", 1)
        (report,) = flash_all([port], source.pack_for, console, dry_run=False)
        if report.result == "failed":
            raise FlashError(f"{market} could not be flashed. {report.error}")
        _tell_flash(report, console)
        asyncio.run(_play(port, section, console, hear))


def _tell_flash(report: Report, console: Console) -> None:
    console.print(
        f"{report.before} → {report.after}: {report.sent_bytes:,} bytes sent, "
        f"{report.copied_bytes:,} copied on the device, {report.seconds} s",
        highlight=False,
        soft_wrap=True,
    )


async def _play(port: str, section: Section, console: Console, hear: Hear) -> None:
    client = DeviceClient(port)
    await client.connect()
    title = f"Events of the device at {port}\n{section.title}"
    table = Table("speaker", "said", "the device sent", "", title=title)
    right = heard_s = 0.0
    started_s = monotonic()
    for scene in section.scenes:
        audio, _ = scene_audio(scene)
        events = await hear(client, audio)
        heard_s += len(audio) / 16000
        good = _is_right(events, scene.command)
        right += good
        sent = " ".join(_written(event) for event in events) or "[dim]nothing[/]"
        table.add_row(scene.speaker, scene.said, sent, "[green]✓[/]" if good else "[red]✗[/]")
    await client.disconnect()
    console.print(table)
    console.print(
        f"{right:.0f} of {len(section.scenes)} right; {heard_s:.0f} s of audio heard in "
        f"{monotonic() - started_s:.1f} s\n",
        highlight=False,
    )


def _is_right(events: list[HeardEvent], command: str | None) -> bool:
    kinds = [event.kind for event in events]
    ids = [event.id for event in events if event.kind == "command"]
    return "wake" in kinds and ids == ([command] if command else [])


def _written(event: HeardEvent) -> str:
    what = f"“{event.id}”" if event.kind == "wake" else event.id
    number = "" if event.number is None else f"={event.number}"
    return f"{what}{number} [dim]{event.at_ms / 1000:.2f} s[/]"
