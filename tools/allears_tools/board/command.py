"""`allears board`: an emulated board to develop against."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from allears_tools.board import emulator
from allears_tools.board.errors import BoardError
from allears_tools.board.firmware import build_firmware
from allears_tools.board.machines import MACHINES, machine_for
from allears_tools.board.state import BoardFolder, Running

app = typer.Typer(
    no_args_is_help=True, help="Run the firmware on an emulated Cortex-M4 or Cortex-M7."
)

Board = Annotated[str, typer.Option(help=" or ".join(MACHINES))]
State = Annotated[
    Path | None, typer.Option(help="Folder of flash and key [~/.cache/allears/boards/BOARD].")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

_DEFAULT_BOARD = "mps2-an386"


@app.command(epilog="Example: allears board start --trust key.pub.pem")
def start(
    board: Board = _DEFAULT_BOARD,
    state: State = None,
    trust: Annotated[
        Path | None, typer.Option(help="Public key whose packs it takes; needed once.")
    ] = None,
    pty: Annotated[
        bool, typer.Option("--pty", help="Link by pseudo-terminal; the default.")
    ] = False,
    tcp: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Link by this TCP port; 0: a free one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build the firmware if needed, start the board and leave it running."""
    if pty and tcp is not None:
        raise BoardError("A board has one link.", "", "Give either --pty or --tcp.")
    machine = machine_for(board)
    folder = _folder(board, state)
    folder.prepare(machine, trust)
    with Console(stderr=True).status(f"building the firmware for {board}"):
        firmware = build_firmware(board)
    link = "pty" if tcp is None else f"tcp:{tcp}"
    _tell(emulator.start(folder, machine, firmware, link), as_json)


@app.command(epilog="Example: allears board stop")
def stop(board: Board = _DEFAULT_BOARD, state: State = None) -> None:
    """Stop the board; its flash stays."""
    print(f"stopped {emulator.stop(_folder(board, state)).board}")


@app.command(epilog="Example: allears board reset")
def reset(board: Board = _DEFAULT_BOARD, state: State = None) -> None:
    """Press the board's reset button."""
    emulator.reset(_folder(board, state))
    print("reset")


@app.command("power-cut", epilog="Example: allears board power-cut")
def power_cut(board: Board = _DEFAULT_BOARD, state: State = None, as_json: AsJson = False) -> None:
    """Take the power away at once, and start the board again with the same flash."""
    folder = _folder(board, state)
    started = folder.running()
    machine = machine_for(started.board if started else board)
    _tell(emulator.power_cut(folder, machine, build_firmware(machine.board)), as_json)


@app.command(epilog="Example: allears board log")
def log(board: Board = _DEFAULT_BOARD, state: State = None) -> None:
    """Print what the board has logged since it was made."""
    path = _folder(board, state).log
    if path.is_file():
        print(path.read_text(errors="replace"), end="")


@app.command(epilog="Example: allears board bench --json docs/benchmarks/0.1.0/mps2-an386.json")
def bench(
    board: Board = _DEFAULT_BOARD,
    market: Annotated[str, typer.Option(help="Whose models; gb+rs: both.")] = "gb",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures.")] = None,
) -> None:
    """Count the instructions that a second of audio takes, by mode, stage and function.

    QEMU counts instructions exactly, so the figures repeat. A core needs more cycles than that.
    """
    from allears_tools.board.bench import measure, show

    console = Console()
    with console.status(f"counting on {board}"):
        report = measure(machine_for(board), market)
    show(report, console)
    if json_file:
        json_file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _folder(board: str, state: Path | None) -> BoardFolder:
    cache = Path(os.environ.get("ALLEARS_CACHE") or Path.home() / ".cache" / "allears")
    return BoardFolder(state or cache / "boards" / machine_for(board).board)


def _tell(running: Running, as_json: bool) -> None:
    if as_json:
        print(json.dumps(running._asdict()))
    else:
        print(f"{running.board} runs on {running.port} (process {running.pid})")
        print(f"flash it: allears flash gb --port {running.port} --key key.pem")
