"""A benchmark's figures as one HTML page that needs nothing else."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from allears_tools.bench.charts import cost_chart, latency_chart, profile_chart

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #ddd; text-align: right; }
th:first-child, td:first-child { text-align: left; }
svg { max-width: 100%; height: auto; }
.met { color: #17743f; } .missed { color: #b3261e; } .note { color: #555; }
"""
_QUANTILES = {
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "p999_ms": "p99.9 ms",
    "max_ms": "worst ms",
    "computing_p99_ms": "computing p99 ms",
    "computing_p999_ms": "computing p99.9 ms",
}
_COST_COLUMNS = ("", "a call has", *_QUANTILES.values(), "CPU", "best")


def render_page(result: dict[str, Any]) -> str:
    """Return the page: targets, charts, tables, machine."""
    host, main = result["host"], result["main_profile"]
    parts = [
        "<h1>AllEars on this machine</h1>",
        f"<p>{_text(result['date'][:10])}, {_text(host['processor'])}, AllEars "
        f"{_text(host['allears'])}.</p>",
        f"<p class=note>Other work ran on the machine too: load {host['load_1min']} at the start "
        f"and {host['load_1min_after']} at the end, {host['cores']} cores. Everything on this page "
        f"was measured in turns, {result['rounds']} rounds of "
        f"{result['audio']['seconds']:.0f} s of {_text(result['audio']['origin'])}; wall times "
        "hold the other work too, processor times (computing, CPU) do not. Trust the ratios "
        "before the times.</p>",
        "<h2>Targets</h2>",
        _table(("", "measured", "at most", ""), map(_target_row, result["targets"])),
        "<h2>Waiting for the wake word, beside peers</h2>",
        cost_chart(result),
        _table(
            ("", "ratio", "middle half of the rounds"), map(_ratio_row, result["ratios"].items())
        ),
        f"<h2>Latency of each call, profile {_text(main)}</h2>",
        latency_chart(result),
        "<h2>Profiles</h2>",
        profile_chart(result),
        _table(("", "end of phrase to event", "cold start", "peak memory"), _profile_rows(result)),
    ]
    if result["without_models"]:
        listed = ", ".join(f"{c} ({', '.join(m)})" for c, m in result["without_models"].items())
        parts.append(f"<p>Without models as yet: {_text(listed)}.</p>")
    profile = result["profiles"][main]
    parts += [f"<h2>All figures, profile {_text(main)}</h2>"]
    for name in result["interpreters"]:
        costs = {**profile["interpreters"][name], **profile["stages"][name]}
        rows = [_cost_row(f"{name}: {what}", cost) for what, cost in costs.items()]
        parts.append(_table(_COST_COLUMNS, rows))
    parts += [
        _table(_COST_COLUMNS, [_cost_row(name, c) for name, c in result["peers"].items()]),
        _table(("", "bytes"), [(name, f"{size:,}") for name, size in profile["bytes"].items()]),
        "<h2>Machine</h2>",
        _table(("", ""), [(k, str(v)) for k, v in host.items() if k != "versions"]),
        _table(("package", "version"), host["versions"].items()),
    ]
    missing = [*result["not_measured"], *result["peers_missing"]]
    parts += [f"<p class=note>Not measured: {_text(reason)}.</p>" for reason in missing]
    body = "\n".join(parts)
    return (
        "<!doctype html>\n<html lang=en><head><meta charset=utf-8><title>AllEars benchmark</title>"
        f"<style>{_STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _text(value: object) -> str:
    return html.escape(str(value))


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{_text(column)}</th>" for column in columns)
    body = "\n".join(
        f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>\n{body}</table>"


def _cost_row(name: str, cost: dict[str, Any]) -> list[str]:
    return [
        name,
        f"{cost['chunk_ms']} ms",
        *(f"{cost[quantile]:.4f}" for quantile in _QUANTILES),
        *(f"{100 * cost[kind]:.3f} %" for kind in ("cpu_s_per_s", "cpu_s_per_s_best")),
    ]


def _target_row(target: dict[str, Any]) -> list[str]:
    met = "met" if target["met"] else "missed"
    return [target["target"], f"{target['value']:.3g}", f"{target['limit']:g}", met]


def _ratio_row(item: tuple[str, dict[str, float]]) -> list[str]:
    name, ratio = item
    return [name, f"{ratio['median']:.3f}", f"{ratio['low']:.3f}–{ratio['high']:.3f}"]


def _profile_rows(result: dict[str, Any]) -> list[list[str]]:
    rows = []
    for code, profile in result["profiles"].items():
        for name in result["interpreters"]:
            wait, fresh = profile["phrase_to_event"][name], profile["fresh"][name]
            told = "–"
            if wait["right"]:
                told = f"{wait['median_ms']} ms ({wait['right']} of {wait['clips']} clips right)"
            start, peak = "–", "–"
            if fresh:
                start = f"{fresh['cold_start_ms']:.0f} ms"
                peak = f"{fresh['peak_memory_bytes'] / 2**20:.0f} MiB"
            rows.append([f"{code}, {name}", told, start, peak])
    return rows
