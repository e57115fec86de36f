"""How loud it is, and what hearing costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


class Meter:
    """Levels since they were read last, and the processor's time since boot."""

    def __init__(self) -> None:
        self.busy_s = 0.0
        self._booted_s = time.monotonic()
        self._start()

    def _start(self) -> None:
        self._squares = self._count = self._peak = 0

    @property
    def up_s(self) -> float:
        """Time since boot."""
        return time.monotonic() - self._booted_s

    def add(self, samples: bytes) -> None:
        """Take in what is heard, int16."""
        heard = np.frombuffer(samples, np.int16).astype(np.int64)
        if len(heard):
            self._squares += int(heard @ heard)
            self._count += len(heard)
            self._peak = max(self._peak, int(np.abs(heard).max()))

    def read(self) -> tuple[int, int]:
        """Return largest sample without its sign and mean of the squares, and start anew."""
        levels = self._peak, self._squares // self._count if self._count else 0
        self._start()
        return levels

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Count the time of what happens meanwhile."""
        started_s = time.thread_time()
        try:
            yield
        finally:
            self.busy_s += time.thread_time() - started_s
