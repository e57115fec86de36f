"""Reads the weights of a CTranslate2 model file (``model.bin``, version 6).

The layout is that of ``python/ctranslate2/specs/model_spec.py`` of CTranslate2 4: a header, then
every variable with its name, shape and values.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from allears.errors import AllEarsError
from numpy.typing import NDArray

_DTYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)
_VERSION = 6


class ModelFileError(AllEarsError):
    """A model file is not what it should be."""


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def number(self, kind: str) -> int:
        (value,) = struct.unpack_from("<" + kind, self._content, self._at)
        self._at += struct.calcsize(kind)
        return int(value)

    def text(self) -> str:
        return self.block(self.number("H")).rstrip(b"\0").decode()

    def block(self, length: int) -> bytes:
        self._at += length
        if self._at > len(self._content):
            raise struct.error("the file ends early")
        return self._content[self._at - length : self._at]


def read_weights(path: Path, prefix: str) -> dict[str, NDArray[Any]]:
    """The variables whose names begin with ``prefix``, without it.

    Raises:
        ModelFileError: the file is truncated or of another version.
    """
    reader = _Reader(path.read_bytes())
    try:
        version = reader.number("I")
        if version != _VERSION:
            raise _broken(path, f"it is of version {version}, not {_VERSION}")
        reader.text()
        reader.number("I")
        found = {}
        for _ in range(reader.number("I")):
            name = reader.text()
            shape = [reader.number("I") for _ in range(reader.number("B"))]
            dtype = _DTYPES[reader.number("B")]
            values = np.frombuffer(reader.block(reader.number("I")), dtype).reshape(shape)
            if name.startswith(prefix):
                found[name.removeprefix(prefix)] = values
        return found
    except (struct.error, IndexError, ValueError) as error:
        raise _broken(path, str(error)) from error


def _broken(path: Path, cause: str) -> ModelFileError:
    return ModelFileError(
        f"{path} cannot be read as a CTranslate2 model.",
        cause,
        "Download the voices again: allears speech voices download",
    )
