"""The device in a process of its own, that can be killed at any moment."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

_PRELOADED = [
    "allears.device.daemon",
    "allears.packs.running",
    "ai_edge_litert.interpreter",
    "tflite_runtime.interpreter",
]
_START_S = 60.0
"""On a busy machine the first start takes its time."""


def _run(link: str, state: Path, trust: Path, ports: Path) -> None:
    os.environ["ALLEARS_PORTS"] = str(ports)
    # The interpreter's announcements are no test's business.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    from allears.device.daemon import run_device

    run_device(link, state, trust=trust)


class Daemon:
    """A device in `state`; processes come from a server that has imported everything already."""

    def __init__(self, link: str, state: Path, trust: Path, ports: Path) -> None:
        self._arguments = (link, state, trust, ports)
        self.state = state
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)

    def start(self) -> str:
        """Start it; returns the port once it is ready."""
        self._process = self._context.Process(target=_run, args=self._arguments, daemon=True)
        self._process.start()
        known = self._arguments[3] / f"{self._process.pid}.json"
        until_s = time.monotonic() + _START_S
        while time.monotonic() < until_s:
            if known.exists() and (text := known.read_text()):
                return text.split('"')[3]
            assert self._process.is_alive(), "the device ended"
            time.sleep(0.005)
        raise AssertionError("the device did not start")

    def kill(self) -> None:
        """Cut its power."""
        self._process.kill()
        self._process.join()
