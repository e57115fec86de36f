"""Operators that only move data. Most cost nothing, because tensors become pieces of others.

A streaming layer reads its state, joins the new frames to it, and stores the last frames for the
next run. Here the state, the new frames and the joined tensor are one buffer, so that only the
storing is left: a copy within it, at the end of the run.
"""

from __future__ import annotations

from math import prod

import numpy as np

from allears.compiling.errors import UnsupportedOp
from allears.compiling.memory import Memory, Place
from allears.compiling.program import Step
from allears.compiling.tflite import Model, Operator, Tensor, variable_name


class Moves:
    """Places the tensors of data-moving operators and collects the copies that remain."""

    def __init__(self, model: Model, memory: Memory, steps: list[Step]) -> None:
        self._model = model
        self._memory = memory
        self._steps = steps
        self._handles: dict[int, str] = {}
        self._variables: dict[str, Place] = {}
        self._stores: list[tuple[Tensor, str]] = []
        self.fills: list[tuple[Place, int, int]] = []
        self._by_name = {
            "CALL_ONCE": self._nothing,
            "VAR_HANDLE": self._handle,
            "READ_VARIABLE": self._read,
            "ASSIGN_VARIABLE": self._assign,
            "RESHAPE": self._same,
            "EXPAND_DIMS": self._same,
            "SQUEEZE": self._same,
            "CONCATENATION": self._concatenate,
            "STRIDED_SLICE": self._slice,
            "SPLIT": self._split,
            "SPLIT_V": self._split,
        }

    def names(self) -> list[str]:
        """The operators that are known here."""
        return list(self._by_name)

    def take(self, op: Operator) -> bool:
        """Handle an operator; False if it does not belong here."""
        handler = self._by_name.get(op.name)
        if handler is None:
            return False
        handler(op)
        return True

    def finish(self, output: Tensor) -> Place:
        """Add the copies that store the state, and return where the output lies then."""
        place = self._memory.places[output.index]
        if place.resolve().buffer.is_state and self._stores:
            copy = self._memory.new(output.bytes)
            self._copy(place, copy, 1, output.bytes, 0, 0)
            place = copy
        done: list[tuple[str, int]] = []
        for tensor, name in self._stores:
            source = self._memory.places[tensor.index].resolve()
            for other, bytes in done:
                target = self._variables[other].resolve()
                ends = (source.offset + tensor.bytes, target.offset + bytes)
                if source.buffer is target.buffer and (
                    source.offset < ends[1] and target.offset < ends[0]
                ):
                    raise UnsupportedOp("ASSIGN_VARIABLE", "a state made of another state")
            self._copy(source, self._variables[name], 1, tensor.bytes, 0, 0)
            done.append((name, tensor.bytes))
        return place

    def _tensor(self, index: int) -> Tensor:
        tensor = self._model.tensors[index]
        if index not in self._memory.places:
            raise UnsupportedOp("constant", f"{tensor.name} where a computed tensor is expected")
        return tensor

    def _copy(
        self, source: Place, target: Place, rows: int, row: int, from_stride: int, to_stride: int
    ) -> None:
        numbers = {"rows": rows, "row_bytes": row}
        numbers |= {"src_stride": from_stride, "dst_stride": to_stride}
        self._steps.append(Step("copy", {"src": source, "dst": target}, numbers))

    def _nothing(self, op: Operator) -> None:
        """The subgraph that initialises the state was read with the model."""

    def _handle(self, op: Operator) -> None:
        self._handles[op.outputs[0]] = variable_name(op)

    def _variable(self, handle: int, tensor: Tensor) -> Place:
        name = self._handles[handle]
        if name not in self._variables:
            place = self._memory.new(tensor.bytes, is_state=True)
            self._variables[name] = place
            initial = self._model.initial.get(name)
            values = np.unique(initial) if initial is not None else np.zeros(1, np.int8)
            if len(values) != 1 or (initial is not None and initial.nbytes != tensor.bytes):
                raise UnsupportedOp("ASSIGN_VARIABLE", f"an initial state of {name} that varies")
            if values[0]:
                self.fills.append((place, tensor.bytes, int(values[0]) & 0xFF))
        return self._variables[name]

    def _read(self, op: Operator) -> None:
        name = self._handles[op.inputs[0]]
        if any(name == stored for _, stored in self._stores):
            raise UnsupportedOp(op.name, f"{name} after it was stored")
        tensor = self._model.tensors[op.outputs[0]]
        self._memory.places[tensor.index] = self._variable(op.inputs[0], tensor)

    def _assign(self, op: Operator) -> None:
        tensor = self._tensor(op.inputs[1])
        self._variable(op.inputs[0], tensor)
        self._stores.append((tensor, self._handles[op.inputs[0]]))

    def _same(self, op: Operator) -> None:
        source = self._tensor(op.inputs[0])
        self._memory.places[op.outputs[0]] = self._memory.places[source.index]

    def _concatenate(self, op: Operator) -> None:
        if op.activation != "none":
            raise UnsupportedOp(op.name, "a fused activation")
        target = self._model.tensors[op.outputs[0]]
        axis = op.options.axis % len(target.shape)
        joined = self._memory.new(target.bytes)
        self._memory.places[target.index] = joined
        rows, stride = prod(target.shape[:axis]), prod(target.shape[axis:])
        offset = 0
        for index in op.inputs:
            source = self._tensor(index)
            if source.scale != target.scale or source.zero_point != target.zero_point:
                raise UnsupportedOp(op.name, "inputs of different scales")
            piece = Place(joined.buffer, offset)
            row = prod(source.shape[axis:])
            if rows > 1 or not self._memory.try_merge(index, source.bytes, piece):
                self._copy(self._memory.places[index], piece, rows, row, row, stride)
            offset += row

    def _slice(self, op: Operator) -> None:
        source, target = self._tensor(op.inputs[0]), self._model.tensors[op.outputs[0]]
        bounds = [self._model.tensors[index].data for index in op.inputs[1:4]]
        options = op.options
        if any(found is None for found in bounds) or any(
            (options.ellipsisMask, options.newAxisMask, options.shrinkAxisMask)
        ):
            raise UnsupportedOp(op.name, "bounds that are not plain constants")
        begins, ends, strides = (found.ravel().tolist() for found in bounds if found is not None)
        if any(stride != 1 for stride in strides):
            raise UnsupportedOp(op.name, "steps other than 1")
        begin = [0] * len(source.shape)
        for axis, (first, end, size) in enumerate(zip(begins, ends, source.shape, strict=True)):
            first = 0 if options.beginMask >> axis & 1 else first % size if first < 0 else first
            end = size if options.endMask >> axis & 1 else end + size if end < 0 else min(end, size)
            if end - first != target.shape[axis]:
                raise UnsupportedOp(op.name, "bounds that do not give the output's shape")
            begin[axis] = first
        partial = [axis for axis, size in enumerate(source.shape) if target.shape[axis] != size]
        if len(partial) > 1:
            raise UnsupportedOp(op.name, "more than one axis")
        axis = partial[0] if partial else 0
        self._piece(source, target, axis, begin[axis])

    def _split(self, op: Operator) -> None:
        value, axis_at = (0, 2) if op.name == "SPLIT_V" else (1, 0)
        source, axis_data = (
            self._tensor(op.inputs[value]),
            self._model.tensors[op.inputs[axis_at]].data,
        )
        if axis_data is None:
            raise UnsupportedOp(op.name, "an axis that is no constant")
        axis, begin = int(axis_data.ravel()[0]) % len(source.shape), 0
        for index in op.outputs:
            target = self._model.tensors[index]
            self._piece(source, target, axis, begin)
            begin += target.shape[axis]

    def _piece(self, source: Tensor, target: Tensor, axis: int, begin: int) -> None:
        """Make ``target`` the piece of ``source`` that starts at ``begin`` along ``axis``."""
        place = self._memory.places[source.index]
        rows = prod(source.shape[:axis])
        start = Place(place.buffer, place.offset + begin * prod(source.shape[axis + 1 :]))
        if rows == 1:
            self._memory.places[target.index] = start
            return
        copy = self._memory.new(target.bytes)
        self._memory.places[target.index] = copy
        row, stride = prod(target.shape[axis:]), prod(source.shape[axis:])
        self._copy(start, copy, rows, row, stride, row)
