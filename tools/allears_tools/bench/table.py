"""A benchmark's figures as tables on the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table


def show(result: dict[str, Any], console: Console) -> None:
    """Print a benchmark's figures."""
    audio = result["audio"]
    title = f"{audio['seconds']:.0f} s of {audio['origin']}, {result['interpreter']}"
    table = Table(title=title, title_justify="left")
    table.add_column("what")
    for column in ("each", "p50 ms", "p99 ms", "CPU s/s", "best"):
        table.add_column(column, justify="right")
    for name, cost in result["stages"].items():
        _add_row(table, name, cost)
    table.add_section()
    for name, cost in result["pipeline"].items():
        _add_row(table, name, cost)
    peer = result["peer"]
    if peer:
        table.add_section()
        _add_row(table, peer["name"], peer)
    console.print(table)
    if peer:
        console.print(
            f"Always on costs {peer['always_on_over_peer']:.2f} × {peer['name']} "
            f"(median of {len(peer['ratios'])} turns)."
        )
    else:
        console.print("pymicro-wakeword is not installed: no comparison.")
    _show_bytes("Models", result["model_bytes"], 1024, "KiB", console)
    _show_bytes("Peak memory", result["peak_memory_bytes"], 1024**2, "MiB", console)


def _add_row(table: Table, name: str, cost: dict[str, Any]) -> None:
    table.add_row(
        name,
        f"{cost['chunk_ms']} ms",
        f"{cost['p50_ms']:.4f}",
        f"{cost['p99_ms']:.4f}",
        f"{cost['cpu_s_per_s']:.5f}",
        f"{cost['cpu_s_per_s_best']:.5f}",
    )


def _show_bytes(
    title: str, sizes: dict[str, int | None], unit: int, unit_name: str, console: Console
) -> None:
    parts = (
        f"{name} {'–' if size is None else f'{size / unit:.0f} {unit_name}'}"
        for name, size in sizes.items()
    )
    console.print(f"{title}: {', '.join(parts)}.")
