"""Models of a language as packs for Linux boards hold them: deflated, a quarter smaller."""

from __future__ import annotations

import zlib

from allears.errors import PackError
from allears.link_contract import SLOT_BYTES, Refusal


def deflate(model: bytes) -> bytes:
    """Return a ``.tflite`` as a pack holds it."""
    return zlib.compress(model, 9)


def inflate(content: bytes) -> bytes:
    """Return what `deflate` was given.

    Raises:
        PackError: it was given nothing of the kind, or more than a slot holds.
    """
    inflating = zlib.decompressobj()
    try:
        model = inflating.decompress(content, SLOT_BYTES)
    except zlib.error as fault:
        raise PackError(Refusal.BAD_SECTION, f"a model: {fault}") from fault
    if not inflating.eof:
        raise PackError(Refusal.BAD_SECTION, "a model that is cut short, or too large")
    return model
