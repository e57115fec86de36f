"""What a board runs: the `.tflite` file itself, or a layer program."""

from __future__ import annotations

from allears_tools.packing.errors import PackingError
from allears_tools.packing.sections import ModelForm

_LINUX_BOARDS = ("linux",)


def form_for(board: str) -> tuple[ModelForm, bool]:
    """Return how `board` wants its models, and whether it runs the Python runtime.

    Raises:
        PackingError: layer programs cannot be made here.
    """
    if board in _LINUX_BOARDS:
        return _as_it_is, True
    try:
        from allears_tools.compiling import compile_model
    except ImportError as fault:
        raise PackingError(
            f"Packs for {board} cannot be built: {fault}.", "", "Use --board linux."
        ) from fault
    return compile_model, False


def _as_it_is(model: bytes, name: str) -> bytes:
    return model
