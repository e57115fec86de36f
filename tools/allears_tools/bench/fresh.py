"""A fresh process that makes a listener and hears ten seconds: cold start and peak memory.

A listener has all its models loaded from the start, so that waiting is what is measured.

Run as ``python -m allears_tools.bench.fresh WHAT [PROFILE]``; prints one JSON object. WHAT is
an interpreter, "python+numpy" or "pymicro-wakeword".
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BASELINE = "python+numpy"
PEER = "pymicro-wakeword"
_LISTENED_S = 10
_TIMEOUT_S = 120


def fresh_process(what: str, profile: str = "") -> dict[str, float] | None:
    """Measure in a process of its own; None where that fails, as where a peer is not installed.

    Returns:
        ``cold_start_ms``: from the interpreter's first line to the first 10 ms heard, without
        starting Python itself; ``peak_memory_bytes``.
    """
    command = [sys.executable, "-m", "allears_tools.bench.fresh", what, profile]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)
    return json.loads(done.stdout) if done.returncode == 0 else None


def _listen(what: str, profile: str) -> float:
    """Hear ten seconds; return the seconds that it took until the first 10 ms were heard."""
    start = time.perf_counter()
    # Only what is measured is imported: imports are most of it.
    import numpy as np

    random = np.random.default_rng(1)
    chunks = [
        random.integers(-2000, 2000, 160, np.int16).tobytes() for _ in range(100 * _LISTENED_S)
    ]
    if what == BASELINE:
        return time.perf_counter() - start
    feed: Callable[[bytes], Any]
    if what == PEER:
        from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model

        word, front_end = MicroWakeWord.from_builtin(Model.OKAY_NABU), MicroWakeWordFeatures()

        def feed(audio: bytes) -> Any:
            return [word.process_streaming(found) for found in front_end.process_streaming(audio)]
    else:
        from allears import Listener

        feed = Listener(profile, interpreter=what).feed
    feed(chunks[0])
    until_first_s = time.perf_counter() - start
    for chunk in chunks[1:]:
        feed(chunk)
    return until_first_s


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
    until_first_s = _listen(*sys.argv[1:3])
    found = {
        "cold_start_ms": round(1000 * until_first_s, 1),
        "peak_memory_bytes": _peak_of_this_process_bytes(),
    }
    print(json.dumps(found))
