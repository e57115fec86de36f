"""One layer program in the C runtime."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
from allears.native.library import STATUSES
from allears.native.memory import AlignedBytes
from numpy.typing import NDArray

from allears_tools.firmware.errors import CheckError
from allears_tools.firmware.library import load_library


class _Program(ctypes.Structure):
    """ae_program."""

    _fields_ = [("words", ctypes.c_void_p)] + [
        (name, ctypes.c_uint32)
        for name in (
            "state_bytes",
            "scratch_bytes",
            "input_bytes",
            "output_bytes",
            "output_unsigned",
        )
    ]


class NativeProgram:
    """A program that C has checked, with memory of its own.

    Raises:
        CheckError: C refuses the program.
    """

    def __init__(self, content: bytes) -> None:
        self._library = load_library()
        self._library.ae_program_input.restype = ctypes.c_void_p
        self._library.ae_program_run.restype = ctypes.c_void_p
        self._content = AlignedBytes(content)
        self._program = _Program()
        status = self._library.ae_program_open(
            self._content.address, ctypes.c_uint32(len(content)), ctypes.byref(self._program)
        )
        if status:
            raise CheckError(f"The C runtime refuses the program: {STATUSES[status]}.")
        self.input_bytes: int = self._program.input_bytes
        self._state = AlignedBytes(self._program.state_bytes)
        self._scratch = AlignedBytes(self._program.scratch_bytes)
        # Whatever the scratch holds must not matter.
        self._scratch.array[:] = 0xA5
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._library.ae_program_reset(ctypes.byref(self._program), self._state.address)

    def stepper(self) -> Callable[[bytes], int]:
        """Return a function that advances by one step, for timing: what it gives stays in C."""
        memory = ctypes.byref(self._program), self._state.address, self._scratch.address
        place = self._library.ae_program_input(*memory)
        run, move, size = self._library.ae_program_run, ctypes.memmove, self.input_bytes

        def step(content: bytes) -> int:
            move(place, content, size)
            return run(*memory)

        return step

    def run(self, values: NDArray[Any]) -> NDArray[Any]:
        """Advance by one step: int8 in, int8 or uint8 ``[output_bytes]`` out."""
        memory = ctypes.byref(self._program), self._state.address, self._scratch.address
        content = values.tobytes()
        assert len(content) == self._program.input_bytes
        ctypes.memmove(self._library.ae_program_input(*memory), content, len(content))
        output = self._library.ae_program_run(*memory)
        dtype = np.uint8 if self._program.output_unsigned else np.int8
        return np.frombuffer(ctypes.string_at(output, self._program.output_bytes), dtype)
