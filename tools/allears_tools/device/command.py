"""`allears device`: run a Linux-class device that packs are flashed to."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from allears.device.core import Device
from allears.device.daemon import run_device
from rich.console import Console

from allears_tools.listen.quiet import native_stderr_hidden


def device(
    link: Annotated[str, typer.Option(help="pty, or tcp:PORT (0 for a free one).")] = "pty",
    state: Annotated[Path, typer.Option(help="Folder of the slots.")] = Path("device"),
    trust: Annotated[
        Path | None, typer.Option(help="Key whose packs are accepted; kept, so needed once.")
    ] = None,
    board: Annotated[str, typer.Option(help="What packs must be made for.")] = "linux",
    microphone: Annotated[
        str, typer.Option(help="mic, or - or a named pipe with raw 16 kHz mono int16.")
    ] = "",
) -> None:
    """Run a device until interrupted: two slots in a folder, SMP on a line, a listener behind it.

    Prints a line when it is ready, and one after each reset.
    """
    console = Console()

    def tell(device: Device, port: str) -> None:
        running = device.running
        if running:
            pack = running.pack
            trial = "" if running.confirmed else ", on trial"
            what = f"{pack.head.market} {pack.image.header.version_text}{trial}"
        else:
            what = "no pack"
        because = f" ({device.refusal.sentence})" if device.refusal else ""
        console.print(f"{port}: {what}{because}", highlight=False, soft_wrap=True)
        sys.stdout.flush()

    # A service manager's stop is an end like any other.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with native_stderr_hidden():
        run_device(link, state, board, trust, tell, microphone)
