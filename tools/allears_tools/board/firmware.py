"""The board's firmware, built by its makefile when it is not there yet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from allears_tools.board.errors import BoardError
from allears_tools.board.machines import COMPILER, need_program

_ROOT = Path(__file__).resolve().parents[3]
_MAKEFILE_FOLDER = _ROOT / "sdk/firmware/ports/mps2"
_BUILD_TIMEOUT_S = 600


def firmware_path(board: str, program: str = "firmware") -> Path:
    """Where the board's ELF file lies once it is built."""
    return _ROOT / "build" / "firmware" / board / f"{program}.elf"


def build_firmware(board: str, program: str = "firmware") -> Path:
    """Build what is missing or older than its sources; return the ELF file.

    Args:
        board: key of `MACHINES`.
        program: "firmware", or "bench" for the one that counts instructions.

    Raises:
        BoardError: no checkout, no compiler, or the sources do not build.
    """
    if not _MAKEFILE_FOLDER.is_dir():
        raise BoardError(
            "The firmware's sources are not here.",
            "AllEars was installed from a wheel, which does not carry them",
            "Work in a checkout of the repository.",
        )
    need_program(COMPILER)
    command = ["make", "-s", "-C", str(_MAKEFILE_FOLDER), f"BOARD={board}"]
    command += [f"PYTHON={sys.executable}", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_BUILD_TIMEOUT_S)
    if done.returncode:
        raise BoardError(
            f"The firmware for {board} does not build.",
            (done.stderr.strip().splitlines() or ["make gave no reason"])[-1],
            f"See all of it: {' '.join(command)}",
        )
    return firmware_path(board, program)
