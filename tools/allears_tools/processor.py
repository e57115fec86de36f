"""What this machine's processor can do that decides which way work is done."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_BFLOAT16 = frozenset({"amx_bf16", "avx512_bf16"})


@lru_cache(maxsize=1)
def flags() -> frozenset[str]:
    """Names of instruction sets, as Linux writes them; empty elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((w for w in lines if w.startswith("flags")), "").split())


def multiplies_bfloat16() -> bool:
    """Whether products of bfloat16 are faster than those of float32; where the processor has no
    instruction for them, they are three to eight times as slow (docs/experiments.md 33)."""
    return bool(_BFLOAT16 & flags())
