"""The loader refuses what would leave its memory; the fuzzers look for what it lets through."""

from __future__ import annotations

import os
import shutil
import struct

import numpy as np
import pytest
from allears.compiling.compiler import compile_model
from allears.compiling.layout import FIELDS, HEADER, STEP_WORDS
from allears_tools.firmware.errors import CheckError
from allears_tools.firmware.golden import GOLDEN
from allears_tools.firmware.library import build
from allears_tools.firmware.program import NativeProgram

_FUZZ_SECONDS = os.environ.get("ALLEARS_FUZZ_SECONDS", "30")


@pytest.fixture(scope="module")
def program() -> bytes:
    return compile_model((GOLDEN / "layers/convolution.tflite").read_bytes())


def _with_word(program: bytes, at: int, value: int) -> bytes:
    changed = bytearray(program)
    struct.pack_into("<I", changed, at, value & 0xFFFFFFFF)
    return bytes(changed)


def _step_word(program: bytes, field: str) -> int:
    (steps_at,) = struct.unpack_from("<I", program, 4 * HEADER.index("steps_at"))
    return steps_at + 4 * (1 + FIELDS["dense"].index(field))


def test_a_whole_program_is_taken(program: bytes) -> None:
    NativeProgram(program)


def test_every_cut_is_refused(program: bytes) -> None:
    for length in [*range(0, 200), *range(200, len(program), 37)]:
        with pytest.raises(CheckError):
            NativeProgram(program[:length])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("magic", 0),
        ("format", 2),
        ("total_bytes", 1 << 20),
        ("state_bytes", 0xFFFFFFF0),
        ("scratch_bytes", 1 << 30),
        ("input_at", 1 << 16),
        ("input_bytes", 0xFFFFFFFF),
        ("output_bytes", 0),
        ("steps_at", 0xFFFFFFF0),
        ("step_count", 1000),
        ("fills_at", 3),
        ("fill_count", 60),
    ],
)
def test_a_wrong_header_is_refused(program: bytes, field: str, value: int) -> None:
    with pytest.raises(CheckError):
        NativeProgram(_with_word(program, 4 * HEADER.index(field), value))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("src", 0xFFFFFFF0),
        ("dst", 1 << 17),
        ("frames", 0),
        ("frames", 0xFFFFFFFF),
        ("stride_bytes", 1 << 20),
        ("row_bytes", 0x80000000),
        ("channels", 1 << 17),
        ("weights", 8),
        ("weights", 0xFFFFFFF0),
        ("bias", 1 << 24),
        ("shift", 1 << 24),
        ("zero_point", 128),
        ("low", -129),
        ("high", -128),
    ],
)
def test_a_wrong_step_is_refused(program: bytes, field: str, value: int) -> None:
    with pytest.raises(CheckError):
        NativeProgram(_with_word(program, _step_word(program, field), value))


def test_an_unknown_step_is_refused(program: bytes) -> None:
    at = _step_word(program, "src") - 4
    assert struct.unpack_from("<I", program, at) == (1,)
    with pytest.raises(CheckError):
        NativeProgram(_with_word(program, at, 99))
    assert STEP_WORDS == 16


def test_a_step_of_absurd_work_is_refused(program: bytes) -> None:
    """Rows that overlap wholly would make a small program run for minutes."""
    changed = _with_word(program, _step_word(program, "stride_bytes"), 0)
    frames, channels = 1 << 13, 12
    changed = _with_word(changed, 4 * HEADER.index("scratch_bytes"), frames * channels + 1024)
    changed = _with_word(changed, _step_word(changed, "frames"), frames)
    with pytest.raises(CheckError):
        NativeProgram(changed)


def test_random_damage_never_crashes(program: bytes) -> None:
    random = np.random.default_rng(3)
    for _ in range(300):
        changed = bytearray(program)
        for _ in range(random.integers(1, 4)):
            changed[random.integers(0, min(len(changed), 160))] = random.integers(0, 256)
        try:
            damaged = NativeProgram(bytes(changed))
        except CheckError:
            continue
        damaged.run(np.zeros(damaged.input_bytes, np.int8))


@pytest.mark.skipif(shutil.which("clang") is None, reason="fuzzing needs clang (apt install clang)")
def test_fuzzing_finds_nothing() -> None:
    """Half a minute each, side by side; `make fuzz` gives them ten."""
    build("-j2", "fuzz", f"FUZZ_SECONDS={_FUZZ_SECONDS}")
