"""Reads a ``.tflite`` into the few facts that compiling needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from allears.compiling.errors import CompileError, UnsupportedOp
from allears.flatbuffer import fault_of

_OP_NAMES = {
    value: name for name, value in vars(schema.BuiltinOperator).items() if isinstance(value, int)
}
_DTYPES: dict[int, Any] = {
    schema.TensorType.INT8: np.dtype(np.int8),
    schema.TensorType.UINT8: np.dtype(np.uint8),
    schema.TensorType.INT32: np.dtype(np.int32),
}
_ACTIVATIONS = {
    schema.ActivationFunctionType.NONE: "none",
    schema.ActivationFunctionType.RELU: "relu",
    schema.ActivationFunctionType.RELU6: "relu6",
    schema.ActivationFunctionType.RELU_N1_TO_1: "relu1",
}


@dataclass(frozen=True)
class Tensor:
    """A tensor; ``data`` where it is constant, ``dtype`` None for resource handles."""

    index: int
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any] | None
    scales: NDArray[np.float32]
    zero_points: NDArray[np.int64]
    data: NDArray[Any] | None

    @property
    def bytes(self) -> int:
        """Size in memory."""
        return int(np.prod(self.shape, dtype=np.int64)) * (self.dtype.itemsize if self.dtype else 0)

    @property
    def scale(self) -> float:
        """The one scale, float32 as in the file, of a tensor quantised as a whole."""
        return float(self.scales[0]) if len(self.scales) else 0.0

    @property
    def zero_point(self) -> int:
        """The zero point that goes with `scale`."""
        return int(self.zero_points[0]) if len(self.zero_points) else 0


@dataclass(frozen=True)
class Operator:
    """An operator: ``inputs`` and ``outputs`` index tensors, -1 where an optional one is absent."""

    name: str
    inputs: list[int]
    outputs: list[int]
    options: Any

    @property
    def activation(self) -> str:
        """What is fused behind it: none, relu, relu6 or relu1."""
        code = getattr(self.options, "fusedActivationFunction", schema.ActivationFunctionType.NONE)
        if code not in _ACTIVATIONS:
            raise UnsupportedOp(self.name, f"fused activation {code}")
        return _ACTIVATIONS[code]


@dataclass
class Model:
    """The main subgraph, and what each state variable holds at first (int8, absent: zeros)."""

    tensors: list[Tensor]
    operators: list[Operator]
    input: Tensor
    output: Tensor
    initial: dict[str, NDArray[Any]] = field(default_factory=dict)


def read_model(content: bytes, name: str) -> Model:
    """Read a model with one input and one output.

    Raises:
        CompileError: the bytes are no such model.
    """
    fault = fault_of(content)
    if fault:
        raise CompileError(
            f"{name} cannot be read: {fault}.",
            "the file is damaged, incomplete or no model",
            "Fetch or train it again.",
        )
    table = schema.ModelT.InitFromPackedBuf(content, 0)
    graphs = [_read_subgraph(table, subgraph) for subgraph in table.subgraphs]
    tensors, operators = graphs[0]
    inputs, outputs = table.subgraphs[0].inputs, table.subgraphs[0].outputs
    if len(inputs) != 1 or len(outputs) != 1:
        raise CompileError(
            f"{name} has {len(inputs)} inputs and {len(outputs)} outputs, not one of each.",
            "a model made for something else",
            "Use a streaming model exported by `allears train`.",
        )
    model = Model(tensors, operators, tensors[inputs[0]], tensors[outputs[0]])
    for operator in operators:
        if operator.name == "CALL_ONCE":
            model.initial.update(_initial_state(*graphs[operator.options.initSubgraphIndex]))
    return model


def _read_subgraph(table: Any, subgraph: Any) -> tuple[list[Tensor], list[Operator]]:
    tensors = [
        _read_tensor(table, index, tensor) for index, tensor in enumerate(subgraph.tensors or [])
    ]
    operators = []
    for operator in subgraph.operators or []:
        code = table.operatorCodes[operator.opcodeIndex]
        number = max(code.builtinCode, code.deprecatedBuiltinCode)
        custom = (code.customCode or b"").decode(errors="replace")
        name = custom or _OP_NAMES.get(number, f"number {number}")
        inputs = [] if operator.inputs is None else [int(i) for i in operator.inputs]
        outputs = [] if operator.outputs is None else [int(i) for i in operator.outputs]
        operators.append(Operator(name, inputs, outputs, operator.builtinOptions))
    return tensors, operators


def _read_tensor(table: Any, index: int, tensor: Any) -> Tensor:
    dtype = _DTYPES.get(tensor.type)
    shape = tuple(int(size) for size in tensor.shape) if tensor.shape is not None else ()
    content = table.buffers[tensor.buffer].data
    data = None
    if content is not None and len(content) and dtype is not None:
        data = np.frombuffer(bytes(content), dtype).reshape(shape)
    params = tensor.quantization
    scales = params.scale if params is not None and params.scale is not None else []
    zeros = params.zeroPoint if params is not None and params.zeroPoint is not None else []
    return Tensor(
        index,
        tensor.name.decode(errors="replace") if tensor.name else str(index),
        shape,
        dtype,
        np.asarray(scales, np.float32),
        np.asarray(zeros, np.int64),
        data,
    )


def variable_name(operator: Operator) -> str:
    """The name of the state variable that a VAR_HANDLE stands for."""
    parts = (operator.options.container, operator.options.sharedName)
    return "/".join((part or b"").decode(errors="replace") for part in parts)


def _initial_state(tensors: list[Tensor], operators: list[Operator]) -> dict[str, NDArray[Any]]:
    handles: dict[int, str] = {}
    initial: dict[str, NDArray[Any]] = {}
    for operator in operators:
        if operator.name == "VAR_HANDLE":
            handles[operator.outputs[0]] = variable_name(operator)
        elif operator.name == "ASSIGN_VARIABLE":
            data = tensors[operator.inputs[1]].data
            if data is None:
                raise UnsupportedOp("ASSIGN_VARIABLE", "an initial state that is no constant")
            initial[handles[operator.inputs[0]]] = data
        else:
            raise UnsupportedOp(operator.name, "in the subgraph that initialises the state")
    return initial
