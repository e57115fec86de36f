"""Instructions of the firmware on the demo's clips, as a report."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from allears.audio import read_audio
from allears.contract import SAMPLE_RATE_HZ
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from allears_tools.board.errors import BoardError
from allears_tools.board.estimates import estimates, firmware_bytes
from allears_tools.board.firmware import build_firmware
from allears_tools.board.instructions import Counted, count_instructions
from allears_tools.board.machines import Machine
from allears_tools.demo.scenes import demo_clips
from allears_tools.firmware.check import named_profile
from allears_tools.packing.build import build_pack
from allears_tools.packing.keys import read_key, write_key

TARGETS = {"always_on": 15_000_000, "listening": 70_000_000}
"""Most instructions that a second of audio may take (docs of the design), on a Cortex-M4."""

_CLIPS = 8
_PAUSE_S = 0.5
_FUNCTIONS = 12


def measure(machine: Machine, market: str) -> dict[str, Any]:
    """Count on clips of the market's first language; return the figures as plain data.

    Args:
        market: country code; "gb+rs" for the languages of both side by side.

    Raises:
        AllEarsError: the pack cannot be built, or the board not be run.
    """
    profile = named_profile(market)
    samples = _samples(profile.languages[0].language)
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder, "key.pem")
        write_key(key)
        pack = build_pack(profile, read_key(key), board=machine.board)
    counted = count_instructions(machine, pack, samples)
    modes = {mode.mode: _figures(mode) for mode in counted}
    return {
        "board": machine.board,
        "core": machine.core,
        "market": market,
        "date": datetime.date.today().isoformat(),
        "audio_s": round(len(samples) / SAMPLE_RATE_HZ, 2),
        "modes": modes,
        "bytes": {**firmware_bytes(build_firmware(machine.board)), "pack": len(pack)},
        **estimates(modes),
    }


def _samples(language: str) -> NDArray[np.int16]:
    pause = np.zeros(int(_PAUSE_S * SAMPLE_RATE_HZ), np.int16)
    clips = demo_clips(language)[:_CLIPS]
    if not clips:
        raise BoardError(
            f"There are no clips of the language {language!r} to count on.",
            "",
            "Take a market with clips, such as gb, rs or gb+rs.",
        )
    return np.concatenate([part for clip in clips for part in (read_audio(clip.path), pause)])


def _figures(counted: Counted) -> dict[str, Any]:
    most = sorted(counted.functions.items(), key=lambda item: -item[1])[:_FUNCTIONS]
    return {
        "instructions_a_second": round(counted.per_second),
        "target": TARGETS[counted.mode],
        "stages": {name: round(count) for name, count in counted.stages().items()},
        "functions": {name: round(count / counted.seconds) for name, count in most},
    }


def show(report: dict[str, Any], console: Console) -> None:
    """Print the figures: millions of instructions a second of audio, sizes, estimates."""
    title = f"Million instructions a second of audio, {report['board']} ({report['core']})"
    table = Table("", *report["modes"], title=title)
    modes = list(report["modes"].values())
    table.add_row("all", *(f"{m['instructions_a_second'] / 1e6:.2f}" for m in modes))
    table.add_row("target, at most", *(f"{m['target'] / 1e6:.0f}" for m in modes), end_section=True)
    for kind in ("stages", "functions"):
        for name in modes[-1][kind]:
            table.add_row(name, *(f"{m[kind].get(name, 0) / 1e6:.2f}" for m in modes))
        table.add_section()
    console.print(table)
    sizes = ", ".join(f"{name} {size:,}" for name, size in report["bytes"].items())
    console.print(f"Bytes: {sizes}.", highlight=False)
    console.print(_duty_table(report))


def _duty_table(report: dict[str, Any]) -> Table:
    table = Table("", *report["modes"], "what", title=f"Share of a core's time, {report['core']}")
    for clock, duties in report["duty"].items():
        shares = (f"{100 * duties[mode]:.1f} %" for mode in report["modes"])
        table.add_row(f"AllEars at {clock}", *shares, report["assumption"])
    table.add_section()
    for other in report["published"]:
        cells = [f"{100 * other['duty']:.1f} %", *("" for _ in list(report["modes"])[1:])]
        table.add_row(f"{other['name']} ({other['core']})", *cells, other["what"])
    return table
