"""Builds TFLite flatbuffers op by op, through the schema classes that LiteRT ships.

Only the ops that AllEars' runtimes know are here; each method adds one and returns the index of
its output tensor in the main subgraph.
"""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

Quantisation = tuple[float, int]
"""(scale, zero point) of a tensor with one scale."""

_FILE_IDENTIFIER = b"TFL3"
_SCHEMA_VERSION = 3

_OPS = schema.BuiltinOperator
_OPTIONS = schema.BuiltinOptions
_TYPES = {
    np.dtype(np.int8): schema.TensorType.INT8,
    np.dtype(np.uint8): schema.TensorType.UINT8,
    np.dtype(np.int32): schema.TensorType.INT32,
}


class _Builder(flatbuffers.Builder):
    """Writes equal vectors of int64 once: the zero points of all channels of a layer are zeros,
    eight bytes each."""

    def __init__(self) -> None:
        super().__init__(1 << 20)
        self._known: dict[bytes, int] = {}
        self._before, self._is_int64 = 0, False

    def StartVector(self, elemSize: int, numElems: int, alignment: int) -> int:
        """Begin a vector, and note where."""
        self._before, self._is_int64 = self.Offset(), elemSize == alignment == 8
        return int(super().StartVector(elemSize, numElems, alignment))

    def EndVector(self, numElems: int | None = None) -> int:
        """End it; the place of an equal one, where there is one, and this one is taken back."""
        count = self.vectorNumElems
        offset = int(super().EndVector())
        if not self._is_int64:
            return offset
        head = self.Head()
        known = self._known.setdefault(bytes(self.Bytes[head : head + 4 + 8 * count]), offset)
        if known != offset:
            self.head = len(self.Bytes) - self._before
        return known


class Subgraph:
    """Tensors and operators of one subgraph, sharing its model's buffers and op codes."""

    def __init__(self, model: Graph, name: str) -> None:
        self._model = model
        self.table = schema.SubGraphT()
        self.table.name = name
        self.table.tensors, self.table.operators = [], []
        self.table.inputs, self.table.outputs = [], []
        self._handles: dict[str, int] = {}

    def tensor(
        self,
        name: str,
        shape: list[int],
        dtype: Any = np.int8,
        quantisation: Quantisation | None = None,
        data: NDArray[Any] | None = None,
        channel_scales: NDArray[np.float32] | None = None,
        channel_axis: int = 0,
    ) -> int:
        """Add a tensor (a constant where ``data`` is given) and return its index."""
        tensor = schema.TensorT()
        tensor.name, tensor.shape = name, list(shape)
        tensor.type = _TYPES[np.dtype(dtype)] if dtype != "resource" else schema.TensorType.RESOURCE
        tensor.buffer = self._model.buffer(data) if data is not None else 0
        if quantisation is not None or channel_scales is not None:
            params = schema.QuantizationParametersT()
            if channel_scales is not None:
                params.scale = [float(s) for s in channel_scales]
                params.zeroPoint = [0] * len(channel_scales)
                params.quantizedDimension = channel_axis
            elif quantisation is not None:
                params.scale, params.zeroPoint = [float(quantisation[0])], [int(quantisation[1])]
            tensor.quantization = params
        self.table.tensors.append(tensor)
        return len(self.table.tensors) - 1

    def constant_i32(self, name: str, values: list[int]) -> int:
        """Add an int32 vector constant."""
        return self.tensor(name, [len(values)], np.int32, data=np.array(values, np.int32))

    def op(
        self,
        code: int,
        inputs: list[int],
        outputs: list[int],
        options: Any = None,
        options_type: int = 0,
        version: int = 1,
    ) -> None:
        """Add an operator."""
        operator = schema.OperatorT()
        operator.opcodeIndex = self._model.opcode(code, version)
        operator.inputs, operator.outputs = inputs, outputs
        operator.builtinOptions, operator.builtinOptionsType = options, options_type
        self.table.operators.append(operator)

    def handle(self, name: str) -> int:
        """The resource handle of a state variable, created once a subgraph."""
        if name not in self._handles:
            out = self.tensor(f"{name}/handle", [], "resource")
            options = schema.VarHandleOptionsT()
            options.container, options.sharedName = "", name
            self.op(_OPS.VAR_HANDLE, [], [out], options, _OPTIONS.VarHandleOptions)
            self._handles[name] = out
        return self._handles[name]

    def read(self, name: str, shape: list[int], quantisation: Quantisation) -> int:
        """Read a state variable."""
        out = self.tensor(f"{name}/read", shape, np.int8, quantisation)
        self.op(
            _OPS.READ_VARIABLE,
            [self.handle(name)],
            [out],
            schema.ReadVariableOptionsT(),
            _OPTIONS.ReadVariableOptions,
        )
        return out

    def assign(self, name: str, value: int) -> None:
        """Write a state variable."""
        self.op(
            _OPS.ASSIGN_VARIABLE,
            [self.handle(name), value],
            [],
            schema.AssignVariableOptionsT(),
            _OPTIONS.AssignVariableOptions,
        )


class Graph:
    """A whole model: buffers, op codes, a main subgraph and one that initialises the state."""

    def __init__(self, description: str) -> None:
        self._table = schema.ModelT()
        self._table.version, self._table.description = _SCHEMA_VERSION, description
        empty = schema.BufferT()
        self._table.buffers, self._table.operatorCodes = [empty], []
        self._codes: dict[tuple[int, int], int] = {}
        self._known: dict[bytes, int] = {}
        self.main = Subgraph(self, "main")
        self.initialise = Subgraph(self, "initialise")
        options = schema.CallOnceOptionsT()
        options.initSubgraphIndex = 1
        self.main.op(_OPS.CALL_ONCE, [], [], options, _OPTIONS.CallOnceOptions)

    def buffer(self, data: NDArray[Any]) -> int:
        """Store constant bytes, equal ones once, and return their buffer's index."""
        content = np.ascontiguousarray(data).tobytes()
        if content not in self._known:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(content, np.uint8)
            self._table.buffers.append(buffer)
            self._known[content] = len(self._table.buffers) - 1
        return self._known[content]

    def opcode(self, code: int, version: int) -> int:
        """The index of an operator code, added on first use."""
        if (code, version) not in self._codes:
            table = schema.OperatorCodeT()
            table.builtinCode, table.version = code, version
            table.deprecatedBuiltinCode = min(code, 127)
            self._table.operatorCodes.append(table)
            self._codes[code, version] = len(self._table.operatorCodes) - 1
        return self._codes[code, version]

    def state(self, name: str, shape: list[int], quantisation: Quantisation) -> None:
        """Declare a state variable that starts as real 0.0."""
        zeros = np.full(shape, quantisation[1], np.int8)
        value = self.initialise.tensor(f"{name}/initial", shape, np.int8, quantisation, zeros)
        self.initialise.assign(name, value)

    def finish(self, inputs: list[int], outputs: list[int]) -> bytes:
        """Serialise the model."""
        self.main.table.inputs, self.main.table.outputs = inputs, outputs
        self._table.subgraphs = [self.main.table, self.initialise.table]
        builder = _Builder()
        builder.Finish(self._table.Pack(builder), file_identifier=_FILE_IDENTIFIER)
        return bytes(builder.Output())
