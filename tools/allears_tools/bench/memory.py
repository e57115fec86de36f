"""Peak memory of a fresh process that listens to ten seconds.

Run as ``python -m allears_tools.bench.memory WHAT PROFILE LANGUAGE``; prints the peak in bytes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

KINDS = ("python+numpy", "always_on", "listening", "pymicro-wakeword")
_LISTENED_S = 10


def peak_bytes(kind: str, profile: str, language: str) -> int:
    """Measure one of KINDS in a process of its own.

    Raises:
        subprocess.CalledProcessError: it failed; its output tells why.
    """
    command = [sys.executable, "-m", "allears_tools.bench.memory", kind, profile, language]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _listen(kind: str, profile: str, language: str) -> None:
    # Only what the kind needs is imported: imports are most of what is measured.
    import numpy as np

    random = np.random.default_rng(1)
    chunks = [
        random.integers(-2000, 2000, 160, np.int16).tobytes() for _ in range(100 * _LISTENED_S)
    ]
    if kind == "python+numpy":
        return
    feed: Callable[[bytes], Any]
    if kind == "pymicro-wakeword":
        from allears_tools.bench.peer import MicroWakeWordPeer

        feed = MicroWakeWordPeer().feed
    else:
        import allears

        feed = allears.Listener(profile, language=language, assume_wake=kind == "listening").feed
    for chunk in chunks:
        feed(chunk)


def _peak_of_this_process_bytes() -> int:
    """Return the high-water mark of resident memory.

    From /proc where there is one: getrusage also counts the parent's memory before the exec.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    _listen(*sys.argv[1:4])
    print(_peak_of_this_process_bytes())
