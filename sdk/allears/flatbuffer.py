"""Is a ``.tflite`` whole? tflite-runtime does not ask, and crashes on one that was cut short."""

from __future__ import annotations

import struct

_IDENTIFIER = b"TFL3"
"""Bytes 4 to 8 of every TensorFlow Lite file."""

_OPERATOR_CODES, _SUBGRAPHS, _BUFFERS = 1, 2, 4
"""Fields of the schema's table Model."""

_TENSORS, _OPERATORS = 0, 3
"""Fields of the table SubGraph."""

_DATA = 0
"""Field of the table Buffer."""


def fault_of(content: bytes) -> str | None:
    """Return what is wrong with the structure of a ``.tflite``, or None.

    Follows every offset down to operators, tensors and weights; what lies inside them is left to
    the interpreter.
    """
    if len(content) < 8 or content[4:8] != _IDENTIFIER:
        return "it does not start as a TensorFlow Lite file does"
    try:
        model = _offset(content, 0)
        for place in (_OPERATOR_CODES, _SUBGRAPHS, _BUFFERS):
            if not _tables(content, model, place):
                return "a part of the model is missing"
        for buffer in _tables(content, model, _BUFFERS):
            _vector(content, buffer, _DATA, item_bytes=1)
        for subgraph in _tables(content, model, _SUBGRAPHS):
            for place in (_TENSORS, _OPERATORS):
                for table in _tables(content, subgraph, place):
                    _vtable(content, table)
    except (struct.error, EOFError):
        return "it is cut short or overwritten"
    return None


def _offset(content: bytes, at: int) -> int:
    """Follow the relative offset at ``at``; offsets point onwards, and inside."""
    (distance,) = struct.unpack_from("<I", content, at)
    if distance < 4 or at + distance + 4 > len(content):
        raise EOFError
    return at + distance


def _vtable(content: bytes, table: int) -> tuple[int, int]:
    """Return where a table's field list starts, and its bytes."""
    (back,) = struct.unpack_from("<i", content, table)
    start = table - back
    if start < 0:
        raise EOFError
    (size,) = struct.unpack_from("<H", content, start)
    if size < 4 or start + size > len(content):
        raise EOFError
    return start, size


def _vector(content: bytes, table: int, field: int, item_bytes: int) -> tuple[int, int]:
    """Return where the items of a table's vector start, and their number: 0 if it is absent."""
    start, size = _vtable(content, table)
    slot = 4 + 2 * field
    (place,) = struct.unpack_from("<H", content, start + slot) if slot < size else (0,)
    if not place:
        return 0, 0
    vector = _offset(content, table + place)
    (length,) = struct.unpack_from("<I", content, vector)
    if vector + 4 + length * item_bytes > len(content):
        raise EOFError
    return vector + 4, length


def _tables(content: bytes, table: int, field: int) -> list[int]:
    """Return where the tables of a table's vector start."""
    first, length = _vector(content, table, field, item_bytes=4)
    return [_offset(content, first + 4 * index) for index in range(length)]
