"""A benchmark's figures as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LISTENING_TARGET_CPU_S_PER_S = 0.006
"""Ear and one head, a second of audio: what the project sets itself."""

_STAGE, _PIPELINE, _PEER = "#8fb8de", "#1f5fa8", "#c8813b"


def draw_costs(result: dict[str, Any], path: Path) -> None:
    """Draw processor time and latency of stages, pipeline and peer as bars."""
    from matplotlib.figure import Figure

    rows = [(name, cost, _STAGE) for name, cost in result["stages"].items()]
    rows += [(name, cost, _PIPELINE) for name, cost in result["pipeline"].items()]
    if result["peer"]:
        rows.append((result["peer"]["name"], result["peer"], _PEER))
    rows.reverse()  # bars are drawn from below
    names = [name for name, _, _ in rows]
    colours = [colour for _, _, colour in rows]

    figure = Figure(figsize=(11, 0.42 * len(rows) + 1.8), layout="constrained")
    cost_axes, latency_axes = figure.subplots(1, 2, sharey=True)
    cpu = [1000 * cost["cpu_s_per_s"] for _, cost, _ in rows]
    bars = cost_axes.barh(names, cpu, color=colours)
    cost_axes.bar_label(bars, fmt="%.2f", padding=3, fontsize=8)
    cost_axes.axvline(1000 * LISTENING_TARGET_CPU_S_PER_S, color="grey", linestyle=":")
    cost_axes.set_xlabel("processor ms a second of audio (dotted: target for listening)")
    cost_axes.margins(x=0.15)

    p99 = [1000 * cost["p99_ms"] for _, cost, _ in rows]
    p50 = [1000 * cost["p50_ms"] for _, cost, _ in rows]
    latency_axes.barh(names, p99, color=colours, alpha=0.4, label="p99")
    latency_axes.barh(names, p50, color=colours, label="p50")
    latency_axes.set_xscale("log")
    latency_axes.set_xlim(left=min(1.0, *p50))
    latency_axes.set_xlabel("µs a call (dark p50, pale p99)")
    host = result["host"]
    figure.suptitle(
        f"{host['processor']}, {result['interpreter']}, {result['date'][:10]}", fontsize=10
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
