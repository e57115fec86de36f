"""What a pack holds of a model: the `.tflite` file, or a layer program for microcontrollers."""

from __future__ import annotations

from allears.packs.deflated import deflate
from allears.profile import Board

from allears_tools.packing.sections import EAR, ModelForm

_MICROCONTROLLERS = "cortex-m"
"""What the cores begin with that run layer programs."""


def form_for(board: Board) -> tuple[ModelForm, bool]:
    """Return how `board` wants its models, and whether it runs the Python runtime."""
    if board.core.startswith(_MICROCONTROLLERS):
        # Not every desk has what compiling needs, and packs for Linux boards need none of it.
        from allears.compiling.compiler import compile_model

        return compile_model, False
    return _deflated, True


def _deflated(model: bytes, name: str) -> bytes:
    # The ear is on the device already, if its bytes are the same whatever deflated them.
    return model if name == EAR else deflate(model)
