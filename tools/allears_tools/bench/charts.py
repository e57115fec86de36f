"""A benchmark's figures as charts, each an SVG of its own."""

from __future__ import annotations

import io
from typing import Any

from allears_tools.bench.targets import CHUNK_P99_MS

_COLOURS = {"litert": "#1f5fa8", "tflite-runtime": "#8fb8de", "native": "#2a8c5a"}
_PEER = "#c8813b"
_BAR_INCHES = 0.3


def cost_chart(result: dict[str, Any]) -> str:
    """Processor time of the always-on listeners and of the peers, as SVG."""
    rows = [
        (f"AllEars, {name}", cost, _COLOURS[name])
        for name, cost in result["always_on_as_peers"].items()
    ]
    rows += [(name, cost, _PEER) for name, cost in result["peers"].items()]
    rows.sort(key=lambda row: -row[1]["cpu_s_per_s"])
    figure, axes = _figure(len(rows))
    values = [100 * cost["cpu_s_per_s"] for _, cost, _ in rows]
    bars = axes.barh([name for name, _, _ in rows], values, color=[colour for *_, colour in rows])
    axes.bar_label(bars, fmt="%.3f %%", padding=3, fontsize=8)
    axes.set_xlabel("always on: processor time, % of the audio's, median of the rounds")
    axes.margins(x=0.15)
    return _svg(figure)


def latency_chart(result: dict[str, Any]) -> str:
    """p50 and p99 of a call of every stage and listener of the main profile, as SVG."""
    profile = result["profiles"][result["main_profile"]]
    rows = []
    for name in result["interpreters"]:
        rows += [(f"{name}: {what}", c, name) for what, c in profile["interpreters"][name].items()]
        rows += [(f"{name}: {what}", c, name) for what, c in profile["stages"][name].items()]
    rows.reverse()  # bars are drawn from below
    figure, axes = _figure(len(rows))
    names = [row[0] for row in rows]
    colours = [_COLOURS[interpreter] for *_, interpreter in rows]
    for quantile, alpha in (("p99_ms", 0.2), ("computing_p99_ms", 0.45), ("p50_ms", 1.0)):
        axes.barh(names, [cost[quantile] for _, cost, _ in rows], color=colours, alpha=alpha)
    axes.axvline(CHUNK_P99_MS, color="grey", linestyle=":")
    axes.set_xscale("log")
    axes.set_xlabel("ms a call, dark to pale: p50, computing p99 (dotted: its target), p99")
    return _svg(figure)


def profile_chart(result: dict[str, Any]) -> str:
    """Processor time of every profile that was measured, waiting and listening, as SVG."""
    profiles, interpreters = result["profiles"], result["interpreters"]
    figure, axes = _figure(len(profiles) * len(interpreters) // 2 + 2)
    height = 0.8 / len(interpreters)
    for place, name in enumerate(interpreters):
        at = [row + place * height for row in range(len(profiles))]
        for mode, alpha in (("listening", 0.4), ("always_on", 1.0)):
            costs = [100 * p["interpreters"][name][mode]["cpu_s_per_s"] for p in profiles.values()]
            label = f"{name}, {mode.replace('_', ' ')}"
            axes.barh(at, costs, height, color=_COLOURS[name], alpha=alpha, label=label)
    names = [f"{code} ({', '.join(p['languages'])})" for code, p in profiles.items()]
    axes.set_yticks([row + 0.4 - height / 2 for row in range(len(profiles))], names)
    axes.invert_yaxis()
    axes.set_xlabel("processor time, % of the audio's")
    axes.legend(fontsize=7)
    return _svg(figure)


def _figure(bars: int) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, _BAR_INCHES * bars + 0.9), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure: Any) -> str:
    import matplotlib

    drawn = io.StringIO()
    # Text as text, and the same bytes for the same figures.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "allears"}):
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue().partition("<svg")[1] + drawn.getvalue().partition("<svg")[2]
