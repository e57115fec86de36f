"""RAM and code of the firmware, read from its ELF file, within what the design allows."""

from __future__ import annotations

import subprocess
from pathlib import Path

from allears.native.listener import NativeListener
from allears_tools.firmware.library import use_fresh_library

CODE_BYTES = 96 * 1024
RAM_BYTES = 64 * 1024
ALWAYS_ON_BYTES = 32 * 1024


def sections(firmware: Path) -> dict[str, int]:
    """Name → size of the ELF file's sections."""
    told = subprocess.run(
        ["arm-none-eabi-size", "-A", str(firmware)], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in told.splitlines()]
    return {row[0]: int(row[1]) for row in rows if len(row) == 3 and row[1].isdigit()}


def test_code(firmware: Path) -> None:
    sizes = sections(firmware)
    assert sizes[".text"] + sizes[".data"] <= CODE_BYTES


def test_ram_with_stack_and_listener(firmware: Path) -> None:
    sizes = sections(firmware)
    assert sizes[".data"] + sizes[".bss"] + sizes[".stack"] <= RAM_BYTES


def test_no_heap(firmware: Path) -> None:
    symbols = subprocess.run(
        ["arm-none-eabi-nm", str(firmware)], capture_output=True, text=True, check=True
    ).stdout
    assert " _malloc_r" not in symbols and " malloc" not in symbols


def test_a_listener_fits_into_its_memory() -> None:
    assert not use_fresh_library()
    for market in ("gb", "rs"):
        listener = NativeListener(market)
        assert listener.memory_bytes <= RAM_BYTES
        assert listener.always_on_bytes <= ALWAYS_ON_BYTES
