"""Reading an ONNX file, and cutting a part out of it, without the package that defines the format.

A protocol buffer is a row of fields: a number that holds the field's id and kind, then a value.
Only the few fields used here are understood; all others are copied as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

_GRAPH = 7
"""Field of a model."""
_NODE, _INITIALIZER, _OUTPUT = 1, 5, 12
"""Fields of a graph."""
_DTYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32, 7: np.int64}
_DIMENSIONS, _TYPE, _FLOATS, _NAME, _RAW_DATA = 1, 2, 4, 8, 9
_WHOLE_NUMBERS = (5, 7)
"""Fields of a tensor; what is not raw is in the others, number by number or packed."""
FLOAT, INT64 = 1, 7
"""Element types of `output_request`."""


class _Field(NamedTuple):
    number: int
    value: int | memoryview
    whole: memoryview
    """The field as it stands in the file, with its number and length."""


@dataclass(frozen=True)
class Node:
    """One operation; `inputs` and `outputs` are names of tensors."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    whole: memoryview


class OnnxFile:
    """Nodes and weights of a model."""

    def __init__(self, path: Path) -> None:
        self._model = list(_fields(memoryview(path.read_bytes())))
        graph = next(_bytes(f) for f in self._model if f.number == _GRAPH)
        self._graph = list(_fields(graph))
        self.nodes = [_node(f) for f in self._graph if f.number == _NODE]
        self._weights = {
            _text(_fields(_bytes(f)), _NAME): _bytes(f)
            for f in self._graph
            if f.number == _INITIALIZER
        }

    def is_weight(self, name: str) -> bool:
        """Whether a tensor is stored in the file."""
        return name in self._weights

    def weight(self, name: str) -> np.ndarray:
        """A stored tensor, in the type and shape it has in the file."""
        fields = list(_fields(self._weights[name]))
        shape = [n for f in fields if f.number == _DIMENSIONS for n in _integers(f)]
        dtype = next(_DTYPES[_integers(f)[0]] for f in fields if f.number == _TYPE)
        raw = next((_bytes(f) for f in fields if f.number in (_RAW_DATA, _FLOATS)), None)
        if raw is not None:
            return np.frombuffer(raw, dtype).reshape(shape)
        numbers = [n for f in fields if f.number in _WHOLE_NUMBERS for n in _integers(f)]
        return np.array(numbers, dtype).reshape(shape)

    def part(self, outputs: Sequence[tuple[str, int]]) -> bytes:
        """A model with the same inputs that computes no more than the named tensors.

        Each output is a tensor's name and element type.
        """
        needed = {name for name, _ in outputs}
        kept: set[int] = set()
        for at in range(len(self.nodes) - 1, -1, -1):
            if needed.intersection(self.nodes[at].outputs):
                kept.add(at)
                needed.update(self.nodes[at].inputs)
        pieces: list[bytes | memoryview] = []
        nodes = iter(range(len(self.nodes)))
        for field in self._graph:
            if field.number == _NODE:
                wanted = next(nodes) in kept
            elif field.number == _INITIALIZER:
                wanted = _text(_fields(_bytes(field)), _NAME) in needed
            else:
                wanted = field.number != _OUTPUT
            if wanted:
                pieces.append(field.whole)
        graph = b"".join(pieces)
        model = b"".join(f.whole for f in self._model if f.number != _GRAPH)
        asked = b"".join(output_request(name, kind) for name, kind in outputs)
        return model + _whole(_GRAPH, graph) + asked


def output_request(tensor: str, kind: int = INT64) -> bytes:
    """Bytes that, appended to an ONNX file, make an inner tensor one of its outputs.

    Protocol buffers merge repeated fields of one number: this is a second `graph` (field 7) that
    holds nothing but an `output` (field 12) with the tensor's name (field 1) and type (field 2).
    """
    element_type = bytes([0x12, 4, 0x0A, 2, 0x08, kind])
    value = _whole(1, tensor.encode()) + element_type
    return _whole(_GRAPH, _whole(_OUTPUT, value))


def _whole(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(value)) + value


def _fields(data: memoryview) -> Iterator[_Field]:
    at = 0
    while at < len(data):
        start = at
        tag, at = _read_varint(data, at)
        kind = tag & 7
        value: int | memoryview
        if kind == 0:
            value, at = _read_varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(kind)
            if size is None:
                size, at = _read_varint(data, at)
            value = data[at : at + size]
            at += size
        yield _Field(tag >> 3, value, data[start:at])


def _node(field: _Field) -> Node:
    fields = list(_fields(_bytes(field)))
    return Node(
        name=_text(fields, 3),
        kind=_text(fields, 4),
        inputs=tuple(bytes(_bytes(f)).decode() for f in fields if f.number == 1),
        outputs=tuple(bytes(_bytes(f)).decode() for f in fields if f.number == 2),
        whole=field.whole,
    )


def _bytes(field: _Field) -> memoryview:
    assert not isinstance(field.value, int)
    return field.value


def _text(fields: Iterable[_Field], number: int) -> str:
    return next((bytes(_bytes(f)).decode() for f in fields if f.number == number), "")


def _integers(field: _Field) -> list[int]:
    """Values of a repeated integer field, packed or not."""
    if isinstance(field.value, int):
        return [field.value]
    found, at = [], 0
    while at < len(field.value):
        number, at = _read_varint(field.value, at)
        found.append(number)
    return found


def _read_varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
