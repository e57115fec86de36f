"""Memory as the C runtime wants it."""

from __future__ import annotations

import ctypes

import numpy as np

_ALIGN_BYTES = 16


class AlignedBytes:
    """Memory at a multiple of 16 bytes: ``array`` is uint8 ``[size]``, ``address`` its start."""

    def __init__(self, content: bytes | int) -> None:
        size = content if isinstance(content, int) else len(content)
        self._held = np.zeros(size + _ALIGN_BYTES, np.uint8)
        start = -self._held.ctypes.data % _ALIGN_BYTES
        self.array = self._held[start : start + size]
        self.address = ctypes.c_void_p(self._held.ctypes.data + start)
        if isinstance(content, bytes):
            self.array[:] = np.frombuffer(content, np.uint8)
