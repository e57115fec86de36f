"""What a layer program needs and does, read from its bytes."""

from __future__ import annotations

import struct
from collections import Counter
from typing import Any

from allears.compiling.layout import FIELDS, HEADER, HEADER_WORDS, KINDS, STEP_WORDS

_COSTS = {
    "dense": ("frames", "row_bytes", "channels"),
    "depthwise": ("frames", "kernel", "channels"),
    "mean": ("frames", "channels"),
    "copy": ("rows", "row_bytes"),
}
"""Fields whose product is a step's work: multiply-accumulates, or values touched."""


def describe(program: bytes) -> dict[str, Any]:
    """Return sizes in bytes, steps a kind, and ``work``: what a run multiplies or touches."""
    header = dict(zip(HEADER, struct.unpack_from(f"<{HEADER_WORDS}I", program), strict=False))
    names = {number: kind for kind, number in KINDS.items()}
    kinds: Counter[str] = Counter()
    work = 0
    for number in range(header["step_count"]):
        at = header["steps_at"] + number * STEP_WORDS * 4
        kind, *values = struct.unpack_from(f"<{STEP_WORDS}I", program, at)
        fields = dict(zip(FIELDS[names[kind]], values, strict=False))
        cost = 1
        for name in _COSTS.get(names[kind], ("count",)):
            cost *= fields[name]
        work += cost
        kinds[names[kind]] += 1
    return {
        "bytes": header["total_bytes"],
        "state_bytes": header["state_bytes"],
        "scratch_bytes": header["scratch_bytes"],
        "work": work,
        "steps": dict(kinds),
    }
