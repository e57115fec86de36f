"""A benchmark's figures as tables on the terminal."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from allears_tools.bench.compare import Verdict
from allears_tools.bench.targets import ratio_name

_COLUMNS = ("each", "p50", "p99", "p99.9", "own p99", "CPU")
_NAME_WIDTH = 28


def show(result: dict[str, Any], console: Console) -> None:
    """Print a benchmark's figures."""
    audio, host = result["audio"], result["host"]
    console.print(
        f"{host['processor']}, load {host['load_1min']} on {host['cores']} cores; "
        f"{audio['seconds']:.0f} s of {audio['origin']}, {result['rounds']} rounds. "
        "Times are ms a call, other work in them; own p99 is processor time, CPU its share "
        "of it in the audio's time."
    )
    for code, profile in result["profiles"].items():
        console.print(_profile_table(code, profile, stages=code == result["main_profile"]))
        for line in _profile_lines(profile):
            console.print(line, highlight=False)
    console.print(_peer_table(result))
    console.print(_ratio_table(result))
    for missing in (*result["not_measured"], *result["peers_missing"]):
        console.print(f"Not measured: {missing}.", highlight=False)
    if result["without_models"]:
        lacking = (f"{code} ({', '.join(m)})" for code, m in result["without_models"].items())
        console.print(f"Without models as yet: {', '.join(lacking)}.", highlight=False)
    for target in result["targets"]:
        met = "[green]met[/]" if target["met"] else "[red]missed[/]"
        console.print(
            f"{met}: {target['target']} {target['value']:.3g}, at most {target['limit']:g}",
            highlight=False,
        )


def show_verdicts(verdicts: list[Verdict], console: Console) -> None:
    """Print what changed since another run, and how many figures did not."""
    changed = [verdict for verdict in verdicts if verdict.verdict != "same"]
    table = Table(title="New over old, both over pymicro-features", title_justify="left")
    for column in ("figure", "ratio", "noise", "verdict"):
        table.add_column(column)
    for figure, ratio, noise, verdict in sorted(changed, key=lambda v: -v.ratio):
        table.add_row(figure, f"{ratio:.2f}", f"±{100 * noise:.0f} %", verdict)
    if changed:
        console.print(table)
    console.print(f"{len(verdicts) - len(changed)} of {len(verdicts)} figures are the same.")


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 0, 0, 1))
    table.add_column("", min_width=_NAME_WIDTH)
    for column in _COLUMNS:
        table.add_column(column, justify="right")
    return table


def _add_row(table: Table, name: str, cost: dict[str, Any]) -> None:
    table.add_row(
        name,
        f"{cost['chunk_ms']} ms",
        *(f"{cost[name]:.3f}" for name in ("p50_ms", "p99_ms", "p999_ms", "computing_p99_ms")),
        f"{100 * cost['cpu_s_per_s']:.3f} %",
    )


def _profile_table(code: str, profile: dict[str, Any], *, stages: bool) -> Table:
    table = _table(f"{code} ({', '.join(profile['languages'])})")
    for interpreter, modes in profile["interpreters"].items():
        for mode, cost in modes.items():
            _add_row(table, f"{interpreter} {mode}", cost)
    for interpreter, costs in profile["stages"].items() if stages else ():
        table.add_section()
        for stage, cost in costs.items():
            _add_row(table, f"{interpreter}: {stage}", cost)
    return table


def _profile_lines(profile: dict[str, Any]) -> list[str]:
    lines = []
    for interpreter, found in profile["phrase_to_event"].items():
        fresh = profile["fresh"][interpreter]
        wait = "not measured: no clip was right"
        if found["right"]:
            wait = f"median {found['median_ms']} ms, p90 {found['p90_ms']} ms"
        clips = f"{found['right']} of {found['clips']} clips"
        line = f"{interpreter}: end of phrase to event {wait} ({clips})"
        if fresh:
            line += (
                f"; cold start {fresh['cold_start_ms']:.0f} ms, "
                f"peak memory {fresh['peak_memory_bytes'] / 2**20:.0f} MiB"
            )
        lines.append(line)
    sizes = ", ".join(f"{name} {size / 1024:.0f} KiB" for name, size in profile["bytes"].items())
    return [*lines, f"Sizes: {sizes}"]


def _peer_table(result: dict[str, Any]) -> Table:
    table = _table("Beside peers, in the same rounds")
    for interpreter, cost in result["always_on_as_peers"].items():
        _add_row(table, f"{interpreter} always_on", cost)
    table.add_section()
    for name, cost in result["peers"].items():
        _add_row(table, name, cost)
    return table


def _ratio_table(result: dict[str, Any]) -> Table:
    table = Table(title="Always on over peers, median of the rounds", box=SIMPLE)
    for column in ("", *result["interpreters"]):
        table.add_column(column, justify="right" if column else "left")
    for peer in result["peers"]:
        names = (ratio_name(interpreter, peer) for interpreter in result["interpreters"])
        table.add_row(peer, *(f"× {result['ratios'][name]['median']:.2f}" for name in names))
    return table
