"""What the project sets itself on a desktop, held against a run."""

from __future__ import annotations

from typing import Any

from allears.interpreter import NATIVE

from allears_tools.bench.jobs import CHUNK_MS, PEER_CHUNK_MS
from allears_tools.bench.peers import MICRO_WAKE_WORD

CHUNK_P99_MS = 1.0
"""Computing (processor time) for a chunk of CHUNK_MS, at most, in 99 of 100."""

NATIVE_OVER_PEER = 0.5
ANY_OVER_PEER = 1.0
"""Always on over pymicro-wakeword with one word, at most; the best interpreter but native."""

LISTENING_CPU_S_PER_S = 0.006
"""Ear and one head, a second of audio; the best round of the best interpreter."""


def judge(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each target with its limit, what was measured, and whether it was met."""
    main = result["profiles"][result["main_profile"]]["interpreters"]
    found = []
    for interpreter, modes in main.items():
        worst = max(cost["computing_p99_ms"] for cost in modes.values())
        name = f"{interpreter}: computing for a chunk of {CHUNK_MS} ms, p99, ms"
        found.append(_target(name, CHUNK_P99_MS, worst))
    ratios = {name: ratio["median"] for name, ratio in result["ratios"].items()}
    over_peer = {
        interpreter: ratios[name]
        for interpreter in main
        if (name := ratio_name(interpreter, MICRO_WAKE_WORD)) in ratios
    }
    if NATIVE in over_peer:
        name = ratio_name(NATIVE, MICRO_WAKE_WORD)
        found.append(_target(name, NATIVE_OVER_PEER, over_peer.pop(NATIVE)))
    if over_peer:
        best = min(over_peer, key=lambda name: over_peer[name])
        found.append(_target(ratio_name(best, MICRO_WAKE_WORD), ANY_OVER_PEER, over_peer[best]))
    listening = min(modes["listening"]["cpu_s_per_s_best"] for modes in main.values())
    found.append(_target("listening, best round, CPU s/s", LISTENING_CPU_S_PER_S, listening))
    return found


def ratio_name(interpreter: str, peer: str) -> str:
    """How the ratio of an always-on listener to a peer is called."""
    return f"{interpreter} always_on ({PEER_CHUNK_MS} ms) / {peer}"


def _target(name: str, limit: float, value: float) -> dict[str, Any]:
    return {"target": name, "limit": limit, "value": value, "met": value <= limit}
