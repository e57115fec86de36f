"""Where `make bench` writes: docs/benchmarks/<release>, or `$ALLEARS_BENCH_RESULTS`."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[1]
RESULTS = Path(
    os.environ.get("ALLEARS_BENCH_RESULTS", _CHECKOUT / "docs/benchmarks" / version("allears"))
)
