"""From instructions to a share of a core's time, beside what others publish."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import msgspec
from allears.datafile import load_data

from allears_tools.board.machines import need_program

CLOCKS_MHZ = (120, 168)
"""Of microcontrollers with a Cortex-M4 that makers build appliances with."""

CYCLES_AN_INSTRUCTION = 1.5
"""Assumed, not measured: QEMU knows no cycles. Most of a Cortex-M4's instructions take one (ARM's
technical reference manual, 3.3.1); loads, taken branches and flash wait states take more."""

ASSUMPTION = (
    f"estimated at {CYCLES_AN_INSTRUCTION} cycles an instruction, which is assumed and not "
    "measured: instructions are not cycles"
)

_PUBLISHED = Path(__file__).parent / "published.yaml"
_SIZE = "arm-none-eabi-size"


class Published(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody else's figure; ``duty`` is the share of one core's time."""

    name: str
    core: str
    duty: float
    what: str
    source: str


class _PublishedFile(msgspec.Struct, forbid_unknown_fields=True):
    published: list[Published]


def published() -> list[Published]:
    """Return what others publish."""
    return load_data(_PUBLISHED, _PublishedFile).published


def duty(instructions_a_second: float, clock_mhz: int) -> float:
    """Return the estimated share of a core's time, 0 to 1 where it keeps up."""
    return instructions_a_second * CYCLES_AN_INSTRUCTION / (clock_mhz * 1e6)


def firmware_bytes(firmware: Path) -> dict[str, int]:
    """Return what an ELF file takes.

    Returns:
        ``flash``: code and constants; ``ram``: variables, the listener's memory and the stack;
        ``audio_keep``: RAM of the option that keeps audio around an event.

    Raises:
        BoardError: the cross compiler's tools are not installed.
    """
    command = [need_program(_SIZE), "-A", str(firmware)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in told.splitlines()]
    sizes = {row[0]: int(row[1]) for row in rows if len(row) == 3 and row[1].isdigit()}
    return {
        "flash": sum(sizes.get(name, 0) for name in (".text", ".ARM.exidx", ".data")),
        "ram": sum(sizes.get(name, 0) for name in (".data", ".bss", ".stack")),
        "audio_keep": sizes.get(".keep", 0),
    }


def estimates(modes: dict[str, Any]) -> dict[str, Any]:
    """Return duties by clock and mode, the assumption behind them, and what others publish."""
    return {
        "assumption": ASSUMPTION,
        "duty": {
            f"{clock} MHz": {
                mode: round(duty(figures["instructions_a_second"], clock), 4)
                for mode, figures in modes.items()
            }
            for clock in CLOCKS_MHZ
        },
        "published": [msgspec.to_builtins(other) for other in published()],
    }
