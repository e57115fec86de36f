"""From a ``.tflite`` to a layer program."""

from __future__ import annotations

import numpy as np

from allears.compiling.errors import CompileError, UnsupportedOp
from allears.compiling.layers import LAYERS
from allears.compiling.memory import Memory
from allears.compiling.moves import Moves
from allears.compiling.program import Program, Step
from allears.compiling.tflite import Model, Operator, Tensor, read_model


def compile_model(content: bytes, name: str = "model") -> bytes:
    """Return the layer program of a streaming int8 ``.tflite``.

    The same model gives the same bytes.

    Args:
        content: the model file.
        name: how errors call it.

    Raises:
        UnsupportedOp: an operator, or a use of it, that the C runtime does not have.
        CompileError: no model with one int8 input and one output, or one that is too large.
    """
    model = read_model(content, name)
    memory, steps = Memory(), list[Step]()
    moves = Moves(model, memory, steps)
    known = {*LAYERS, *moves.names()}
    for op in model.operators:
        if op.name not in known:
            raise UnsupportedOp(op.name)
    if model.input.dtype != np.int8 or model.output.dtype not in (np.int8, np.uint8):
        raise CompileError(
            f"{name} does not take int8 and give int8 or uint8.",
            "a float model, or one quantised otherwise",
            "Export it with `allears train`, which quantises to int8.",
        )
    memory.places[model.input.index] = memory.new(model.input.bytes)
    for op in model.operators:
        if not moves.take(op):
            steps.append(_layer(model, memory, op))
    output = moves.finish(model.output)
    return Program(
        memory,
        steps,
        moves.fills,
        memory.places[model.input.index],
        model.input.bytes,
        output,
        model.output.bytes,
        model.output.dtype == np.uint8,
    ).serialise()


_SECOND_INPUT = {"add"}
"""Kinds of steps with a second computed input."""


def _layer(model: Model, memory: Memory, op: Operator) -> Step:
    inputs: list[Tensor | None] = [model.tensors[i] if i >= 0 else None for i in op.inputs]
    target = model.tensors[op.outputs[0]]
    step = LAYERS[op.name](op, inputs, target)
    computed = op.inputs[: 2 if step.kind in _SECOND_INPUT else 1]
    names = ("left", "right") if step.kind in _SECOND_INPUT else ("src",)
    for name, index in zip(names, computed, strict=True):
        if index not in memory.places:
            raise UnsupportedOp(op.name, "a constant input")
        step.places[name] = memory.places[index]
    memory.places[target.index] = step.places["dst"] = memory.new(target.bytes)
    return step
