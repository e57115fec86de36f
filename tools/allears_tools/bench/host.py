"""The machine that is measured on, in words."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_VERSIONS_OF = (
    "numpy",
    "ai-edge-litert",
    "tflite-runtime",
    "pymicro-features",
    "pymicro-wakeword",
    "pyopen-wakeword",
    "webrtcvad-wheels",
)


def describe_host() -> dict[str, Any]:
    """Return processor, memory, load and versions; the load tells how far to trust timings."""
    return {
        "processor": _field_of("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": os.cpu_count(),
        "usable_cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "memory": _field_of("/proc/meminfo", "MemTotal"),
        "load_1min": load_1min(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "allears": _version("allears"),
        "versions": {name: found for name in _VERSIONS_OF if (found := _version(name))},
    }


def load_1min() -> float | None:
    """Return how many processes wanted to run, on average of the last minute."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _field_of(file: str, name: str) -> str:
    path = Path(file)
    lines = path.read_text(errors="replace").splitlines() if path.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
