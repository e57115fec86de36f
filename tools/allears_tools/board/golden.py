"""Runs layer programs and the front end on an emulated board and returns what they give."""

from __future__ import annotations

import struct
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from allears_tools.board.errors import BoardError
from allears_tools.board.firmware import build_firmware
from allears_tools.board.machines import EMULATOR, Machine, need_program

_COUNT = struct.Struct("<I12x")
_CASE = struct.Struct("<IIIIIi")
_ALIGN_BYTES = 16
_NOT_RUN = 1
_TIMEOUT_S = 600


class GoldenCase(NamedTuple):
    """A layer program and the inputs of its steps, each ``input_bytes`` long.

    Without a program the front end takes each step's 160 samples and gives a frame of features;
    zeros in the first two steps, which give none.
    """

    name: str
    program: bytes
    inputs: list[bytes]
    output_bytes: int


def run_cases(machine: Machine, cases: list[GoldenCase]) -> dict[str, list[bytes]]:
    """Return what each case gives, step after step, by its name.

    Raises:
        BoardError: something is not installed, or the board refuses a program.
    """
    firmware = build_firmware(machine.board, "golden")
    table_bytes = _COUNT.size + len(cases) * _CASE.size
    area = bytearray(table_bytes)
    outputs: list[int] = []
    for number, case in enumerate(cases):
        program = _append(area, case.program)
        inputs = _append(area, b"".join(case.inputs))
        outputs.append(_append(area, bytes(len(case.inputs) * case.output_bytes)))
        row = program, len(case.program), inputs, outputs[-1], len(case.inputs), _NOT_RUN
        _CASE.pack_into(area, _COUNT.size + number * _CASE.size, *row)
    _COUNT.pack_into(area, 0, len(cases))
    with tempfile.TemporaryDirectory(prefix="allears-golden-") as folder:
        memory = Path(folder) / "psram.img"
        with memory.open("wb") as file:
            file.truncate(machine.memory_bytes)
            file.write(area)
        _run(machine, firmware, memory)
        with memory.open("rb") as file:
            found = file.read(len(area))
    given = {}
    for number, (case, at) in enumerate(zip(cases, outputs, strict=True)):
        status = _CASE.unpack_from(found, _COUNT.size + number * _CASE.size)[-1]
        if status:
            raise BoardError(f"The board did not run {case.name}: status {status}.")
        ends = range(at, at + len(case.inputs) * case.output_bytes, case.output_bytes)
        given[case.name] = [found[end : end + case.output_bytes] for end in ends]
    return given


def _append(area: bytearray, content: bytes) -> int:
    area += bytes(-len(area) % _ALIGN_BYTES)
    at = len(area)
    area += content
    return at


def _run(machine: Machine, firmware: Path, memory: Path) -> None:
    backing = f"memory-backend-file,id=psram,mem-path={memory},share=on,size={machine.memory_bytes}"
    command = [
        *(need_program(EMULATOR), "-M", f"{machine.board},memory-backend=psram"),
        *("-object", backing, "-semihosting-config", "enable=on"),
        *("-display", "none", "-monitor", "none", "-serial", "null", "-kernel", str(firmware)),
    ]
    try:
        subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as fault:
        raise BoardError(f"The emulated board did not finish: {fault}.") from fault
