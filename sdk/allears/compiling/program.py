"""A layer program as steps, and as bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from allears.compiling.errors import CompileError
from allears.compiling.layout import (
    ALIGN_BYTES,
    FIELDS,
    FILL_WORDS,
    FORMAT,
    HEADER,
    HEADER_WORDS,
    KINDS,
    MAGIC,
    MAX_ARENA_BYTES,
    MAX_FILLS,
    MAX_STEPS,
    STEP_WORDS,
)
from allears.compiling.memory import Memory, Place


@dataclass
class Step:
    """One layer: places, tables and numbers by the names in sdk/contract/program.yaml."""

    kind: str
    places: dict[str, Place]
    numbers: dict[str, int] = field(default_factory=dict)
    tables: dict[str, NDArray[np.int8] | NDArray[np.int32]] = field(default_factory=dict)


@dataclass
class Program:
    """A model's steps, in their order, and the memory they work in."""

    memory: Memory
    steps: list[Step]
    fills: list[tuple[Place, int, int]]
    """What the state holds at first: place, bytes, value 0 to 255."""
    input: Place
    input_bytes: int
    output: Place
    output_bytes: int
    output_unsigned: bool

    def serialise(self) -> bytes:
        """Arrange the memory and return the program's bytes.

        Raises:
            CompileError: it has more steps or memory than the runtime takes.
        """
        self._mark_uses()
        state_bytes, scratch_bytes = self.memory.arrange()
        within = state_bytes <= MAX_ARENA_BYTES and scratch_bytes <= MAX_ARENA_BYTES
        if len(self.steps) > MAX_STEPS or len(self.fills) > MAX_FILLS or not within:
            raise CompileError(
                f"The model has {len(self.steps)} steps and {state_bytes + scratch_bytes} bytes of "
                f"tensors; the runtime takes {MAX_STEPS} and {MAX_ARENA_BYTES}.",
                "a model made for a larger device",
                "Train a smaller one.",
            )
        address = self.memory.address
        fills = [[address(place), count, value, 0] for place, count, value in self.fills]
        fills_at = HEADER_WORDS * 4
        steps_at = fills_at + len(fills) * FILL_WORDS * 4
        tables = _Tables(steps_at + len(self.steps) * STEP_WORDS * 4)
        rows = [self._row(step, tables) for step in self.steps]
        header = {
            "magic": MAGIC,
            "format": FORMAT,
            "total_bytes": tables.end,
            "state_bytes": state_bytes,
            "scratch_bytes": scratch_bytes,
            "input_at": address(self.input),
            "input_bytes": self.input_bytes,
            "output_at": address(self.output),
            "output_bytes": self.output_bytes,
            "output_unsigned": int(self.output_unsigned),
            "fills_at": fills_at,
            "fill_count": len(fills),
            "steps_at": steps_at,
            "step_count": len(rows),
        }
        first = [header[name] for name in HEADER]
        words = first + [0] * (HEADER_WORDS - len(first)) + [*chain(*fills, *rows)]
        return np.array(words, np.int64).astype("<u4").tobytes() + bytes(tables.content)

    def _mark_uses(self) -> None:
        self.input.resolve().buffer.use(0)
        for number, step in enumerate(self.steps):
            for place in step.places.values():
                place.resolve().buffer.use(number)
        self.output.resolve().buffer.use(len(self.steps))

    def _row(self, step: Step, tables: _Tables) -> list[int]:
        values = dict(step.numbers)
        values |= {name: self.memory.address(place) for name, place in step.places.items()}
        values |= {name: tables.add(table) for name, table in step.tables.items()}
        row = [KINDS[step.kind]] + [values.pop(name) for name in FIELDS[step.kind]]
        assert not values, f"no field for {sorted(values)} in a step {step.kind}"
        return row + [0] * (STEP_WORDS - len(row))


class _Tables:
    """Weights and the like behind the steps, each aligned; equal ones are stored once."""

    def __init__(self, start: int) -> None:
        self._start = start
        self._known: dict[bytes, int] = {}
        self.content = bytearray()

    @property
    def end(self) -> int:
        return self._start + len(self.content)

    def add(self, table: NDArray[np.int8] | NDArray[np.int32]) -> int:
        """Return the place of a table, counted from the program's first byte."""
        data = table.astype(table.dtype.newbyteorder("<")).tobytes()
        if data not in self._known:
            self._known[data] = self.end
            self.content += data + bytes(-len(data) % ALIGN_BYTES)
        return self._known[data]
