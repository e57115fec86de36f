"""How many instructions the firmware takes for a second of audio, by mode, stage and function."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from allears.contract import SAMPLE_RATE_HZ
from numpy.typing import NDArray

from allears_tools.board.errors import BoardError
from allears_tools.board.firmware import build_firmware
from allears_tools.board.machines import EMULATOR, MICROPHONE_OFFSET, Machine, need_program

MODES = ("always_on", "listening")
"""Waiting for the wake word: voice activity, level, front end, wake model. Listening: ear and head
instead of the wake model."""

_SAMPLES_OFFSET = 4096
_PLUGIN_SOURCE = Path(__file__).resolve().parents[3] / "sdk/firmware/host/count_functions.c"
_TIMEOUT_S = 900

_FRONT_END = r"frontend|fft|kf_|transform|filterbank|noiseReduction|pcan|log|window"
_STAGES = (
    ("voice activity", re.compile(r"WebRtc|vad", re.I)),
    ("level", re.compile(r"ae_level")),
    ("front end", re.compile(_FRONT_END, re.I)),
    ("models", re.compile(r"ae_(program|dense|depthwise|lookup|softmax|mean|add|copy)|exp_of")),
)
"""Stages by the names of their functions; the first that fits."""


class Counted(NamedTuple):
    """One mode: instructions in all and by function, over `seconds` of audio."""

    mode: str
    instructions: int
    seconds: float
    functions: dict[str, int]

    @property
    def per_second(self) -> float:
        """Instructions for a second of audio."""
        return self.instructions / self.seconds

    def stages(self) -> dict[str, float]:
        """Instructions for a second of audio by stage, by the functions' names."""
        found = dict.fromkeys([*(name for name, _ in _STAGES), "the rest"], 0.0)
        for function, count in self.functions.items():
            stage = next((n for n, pattern in _STAGES if pattern.search(function)), "the rest")
            found[stage] += count / self.seconds
        return found


def count_instructions(machine: Machine, pack: bytes, samples: NDArray[np.int16]) -> list[Counted]:
    """Run the bench firmware in each mode.

    Args:
        pack: made for the board; its models are used, its signature is not checked.
        samples: 16 kHz mono int16 ``[n]``, 250 s at most.

    Raises:
        BoardError: something is not installed, or the firmware does not run.
    """
    firmware = build_firmware(machine.board, "bench")
    with tempfile.TemporaryDirectory(prefix="allears-bench-") as path:
        folder = Path(path)
        plugin = _build_plugin(folder)
        return [_count(machine, firmware, plugin, pack, samples, mode, folder) for mode in MODES]


def _build_plugin(folder: Path) -> Path:
    compiler = shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise BoardError("No C compiler for QEMU's plugin.", "", "sudo apt-get install gcc")
    plugin = folder / "libcount_functions.so"
    command = [compiler, "-O2", "-shared", "-fPIC", str(_PLUGIN_SOURCE), "-o", str(plugin)]
    subprocess.run(command, check=True)
    return plugin


def _count(
    machine: Machine,
    firmware: Path,
    plugin: Path,
    pack: bytes,
    samples: NDArray[np.int16],
    mode: str,
    folder: Path,
) -> Counted:
    memory, log, counts = folder / "psram.img", folder / f"{mode}.log", folder / f"{mode}.txt"
    with memory.open("wb") as file:
        file.truncate(machine.memory_bytes)
        file.write(pack)
        file.seek(MICROPHONE_OFFSET)
        file.write(struct.pack("<III", len(samples), len(pack), MODES.index(mode)))
        file.seek(MICROPHONE_OFFSET + _SAMPLES_OFFSET)
        file.write(samples.astype("<i2").tobytes())
    backing = f"memory-backend-file,id=psram,mem-path={memory},share=on,size={machine.memory_bytes}"
    command = [
        *(need_program(EMULATOR), "-M", f"{machine.board},memory-backend=psram"),
        *("-object", backing, "-icount", "shift=0", "-semihosting-config", "enable=on"),
        *("-plugin", str(plugin), "-d", "plugin", "-D", str(counts)),
        *("-display", "none", "-monitor", "none", "-serial", "null", "-serial", f"file:{log}"),
        *("-kernel", str(firmware)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)
    told = log.read_text().split() if log.exists() else []
    if len(told) != 4 or told[0] != mode:
        raise BoardError("The bench firmware gave no figures.", " ".join(told) or done.stderr[:300])
    rows = [line.rsplit(" ", 1) for line in counts.read_text().splitlines()]
    functions: dict[str, int] = {}
    for name, count in rows:
        functions[name] = functions.get(name, 0) + int(count)
    return Counted(mode, int(told[1]), int(told[2]) / SAMPLE_RATE_HZ, functions)
