"""What a board runs: the `.tflite` file itself, or a layer program."""

from __future__ import annotations

from allears.profile import Board

from allears_tools.packing.sections import ModelForm

_MICROCONTROLLERS = "cortex-m"
"""What the cores begin with that run layer programs."""


def form_for(board: Board) -> tuple[ModelForm, bool]:
    """Return how `board` wants its models, and whether it runs the Python runtime."""
    if board.core.startswith(_MICROCONTROLLERS):
        # Not every desk has what compiling needs, and packs for Linux boards need none of it.
        from allears.compiling.compiler import compile_model

        return compile_model, False
    return _as_it_is, True


def _as_it_is(model: bytes, name: str) -> bytes:
    return model
