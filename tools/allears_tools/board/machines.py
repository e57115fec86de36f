"""The boards that QEMU emulates, and what Debian calls the programs they need."""

from __future__ import annotations

import shutil
from typing import NamedTuple

from allears_tools.board.errors import BoardError

PACKAGES = ("qemu-system-arm", "gcc-arm-none-eabi", "libnewlib-arm-none-eabi")
"""Debian packages that building and running an emulated board takes."""

EMULATOR = "qemu-system-arm"
COMPILER = "arm-none-eabi-gcc"


class Machine(NamedTuple):
    """An emulated board; `memory_bytes` is the size of its file-backed PSRAM."""

    board: str
    core: str
    memory_bytes: int


MACHINES = {
    machine.board: machine
    for machine in (
        Machine("mps2-an386", "Cortex-M4", 16 << 20),
        Machine("mps2-an500", "Cortex-M7", 16 << 20),
    )
}

FACTORY_OFFSET = 0x00400000
"""Where the trusted key lies in the PSRAM, as sdk/firmware/ports/mps2/board.h has it."""

MICROPHONE_OFFSET = 0x00800000
"""Where the microphone's ring lies in the PSRAM, likewise."""


def machine_for(board: str) -> Machine:
    """Return the board called so.

    Raises:
        BoardError: QEMU is not known to emulate it.
    """
    if board not in MACHINES:
        raise BoardError(
            f"No emulated board is called {board!r}.", "misspelt", f"Use {' or '.join(MACHINES)}."
        )
    return MACHINES[board]


def need_program(program: str) -> str:
    """Return the path of a program.

    Raises:
        BoardError: it is not installed; says what to install.
    """
    path = shutil.which(program)
    if path is None:
        raise BoardError(
            f"{program} is not installed.",
            "emulated boards need Debian's packages",
            f"sudo apt-get install --no-install-recommends {' '.join(PACKAGES)}",
        )
    return path
