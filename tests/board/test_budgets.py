"""RAM and code of the firmware, read from its ELF file, within what the design allows."""

from __future__ import annotations

import subprocess
from pathlib import Path

from allears import Profile
from allears.languages import missing_models
from allears.locate import models_dir, profiles_dir
from allears.native.listener import NativeListener
from allears.profile import load_board
from allears_tools.firmware.library import FIRMWARE, use_fresh_library
from allears_tools.packing.memory import LISTENER_STRUCT_BYTES, RECENT_BYTES

THIRD_PARTY = Path(__file__).resolve().parents[2] / "build/third_party"

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


def symbols_of(program: Path) -> dict[str, int]:
    """Name → size in bytes of the symbols of an ELF file."""
    told = subprocess.run(
        ["arm-none-eabi-nm", "-S", str(program)], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in told.splitlines()]
    return {row[3]: int(row[1], 16) for row in rows if len(row) == 4}


def has_models(market: str) -> bool:
    """Whether every language of a market has its models."""
    profile = Profile.load(market)
    return not any(missing_models(profile, entry, models_dir()) for entry in profile.languages)


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


def test_every_market_fits_into_its_memory() -> None:
    assert not use_fresh_library()
    markets = [path.stem for path in profiles_dir().glob("*.yaml")]
    listeners = [NativeListener(market) for market in markets if has_models(market)]
    assert len(listeners) >= 2
    assert max(listener.memory_bytes for listener in listeners) <= RAM_BYTES
    assert max(listener.always_on_bytes for listener in listeners) <= ALWAYS_ON_BYTES


def test_the_desk_knows_the_memory_of_a_listener(
    firmware: Path, machine: str, tmp_path: Path
) -> None:
    """What `allears pack` refuses packs by."""
    assert symbols_of(firmware)["memory"] == load_board(machine).listener_bytes
    source = tmp_path / "sizes.c"
    source.write_text(
        '#include "listener.h"\n'
        "char listener[sizeof(struct allears_listener)];\n"
        "char recent[AE_RECENT_BLOCKS * AE_BLOCK_VALUES];\n"
    )
    includes = [f"-I{FIRMWARE}/include", f"-I{FIRMWARE}/src", f"-I{THIRD_PARTY}/webrtcvad/cbits"]
    includes += [f"-I{THIRD_PARTY}/pymicro-features", f"-I{THIRD_PARTY}/pymicro-features/kissfft"]
    command = ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-std=c99", *includes]
    subprocess.run([*command, "-c", str(source), "-o", str(tmp_path / "sizes.o")], check=True)
    sizes = symbols_of(tmp_path / "sizes.o")
    assert (sizes["listener"], sizes["recent"]) == (LISTENER_STRUCT_BYTES, RECENT_BYTES)
