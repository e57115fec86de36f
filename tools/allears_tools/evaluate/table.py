"""The report as tables on the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

Counts = dict[str, Any]

_MOST_SPEAKERS = 20
_MOST_FALSE = 12
_WEAK_SPEAKER_CLIPS = 3
"""Speakers with fewer clips are left out of the list of the weakest: they are mostly chance."""


def show(result: Counts, console: Console) -> None:
    """Print an evaluation's report."""
    name = f"{result['language']} {result['stage']}"
    groups = _with_totals(result["by_source"], result)
    _show_due(f"{name}: what was said", "source", groups, console)
    if len(result["by_command"]) > 1:
        _show_due(f"{name}: a command", "command", result["by_command"], console)
    _show_due(f"{name}: the weakest speakers", "speaker", _weakest(result), console)
    _show_others(f"{name}: what should give no event", groups, console)
    _show_false_texts(result["false_texts"], console)
    latency = result["latency_s"]
    if latency["events"]:
        console.print(
            f"Event after the end of the speech: median {1000 * latency['p50']:.0f} ms, "
            f"p90 {1000 * latency['p90']:.0f} ms (the end is estimated from the level)."
        )
    if result["skipped"]:
        reasons = ", ".join(f"{count} {reason}" for reason, count in result["skipped"].items())
        console.print(f"Skipped: {reasons}.")


def show_noise(result: Counts, console: Console) -> None:
    """Print what each noise costs, in points of right clips."""
    table = _table("with noise", "noise", "clips", "right", "right % (95 %)", "points lost")
    for name, counts in result["noise"].items():
        table.add_row(
            name,
            str(counts["in_vocabulary_clips"]),
            str(counts["right"]),
            _percent(counts["right_rate"], counts["right_interval"]),
            f"{counts['points_lost']:.1f}",
        )
    console.print(table)


def show_routing(result: Counts, console: Console) -> None:
    """Print the report of `routing.routing_report`."""
    columns = ("clips", "none", "language right", "wrong", "right % (95 %)", "event right")
    table = _table(f"the language of {result['stage']}", "clips of", *columns)
    for name, counts in {**result["by_language"], **result["by_source"], "all": result}.items():
        keys = ("clips", "none", "language_right", "language_wrong")
        rate = counts["language_rate"]
        share = "–" if rate is None else _percent(rate, counts["language_interval"])
        table.add_row(name, *(str(counts[k]) for k in keys), share, str(counts["event_right"]))
    console.print(table)
    if result["language_rate_mean"] is not None:
        console.print(f"Mean of the languages: {100 * result['language_rate_mean']:.1f} %.")


def show_numbers(result: Counts, console: Console) -> None:
    """Print the report of `numbers.numbers_report`."""
    keys = ("phrases", "setting_missed", "right", "wrong_number", "no_number")
    columns = ("phrases", "missed", "right", "wrong", "none", "right % (95 %)", "alone %")
    table = _table("numbers after a setting command", "", *columns)
    digits = {f"{count} digits": group for count, group in result["by_digits"].items()}
    for name, counts in {**result["by_speaker"], **digits, "all": result}.items():
        rate, expected = counts["right_rate"], counts["expected_rate"]
        shares = ("–", "–")
        if rate is not None:
            shares = _percent(rate, counts["right_interval"]), f"{100 * expected:.1f}"
        table.add_row(name, *(str(counts[key]) for key in keys), *shares)
    console.print(table)
    alone = result["digits_alone"]
    console.print(
        f"Missed: the setting was not heard; right: of the others; alone: all their digits are "
        f"right when heard alone ({alone['right']} of {alone['clips']} clips of digits are)."
    )


def _with_totals(groups: dict[str, Counts], result: Counts) -> dict[str, Counts]:
    totals = {**groups}
    if len(result["by_split"]) > 1:
        totals["[italic]may be trained on"] = result["by_split"]["train"]
        totals["[italic]kept for testing"] = result["by_split"]["test"]
    totals["[bold]all"] = result
    return totals


def _weakest(result: Counts) -> dict[str, Counts]:
    speakers = {
        name: counts
        for name, counts in result["by_speaker"].items()
        if counts["in_vocabulary_clips"] >= _WEAK_SPEAKER_CLIPS
    }
    names = sorted(speakers, key=lambda name: (speakers[name]["right_rate"], name))
    return {name: speakers[name] for name in names[:_MOST_SPEAKERS]}


def _show_due(title: str, first: str, groups: dict[str, Counts], console: Console) -> None:
    table = _table(title, first, "clips", "right", "wrong", "none", "twice", "right % (95 %)")
    keys = ("in_vocabulary_clips", "right", "wrong", "none", "repeated")
    for name, counts in groups.items():
        if counts["in_vocabulary_clips"]:
            table.add_row(
                name,
                *(str(counts[key]) for key in keys),
                _percent(counts["right_rate"], counts["right_interval"]),
            )
    if table.row_count:
        console.print(table)


def _show_others(title: str, groups: dict[str, Counts], console: Console) -> None:
    table = _table(title, "source", "clips", "events", "clips % (95 %)", "hours", "an hour")
    for name, counts in groups.items():
        if counts["out_of_vocabulary_clips"]:
            table.add_row(
                name,
                str(counts["out_of_vocabulary_clips"]),
                str(counts["false_events"]),
                _percent(counts["false_clip_rate"], counts["false_clip_interval"]),
                f"{counts['negative_hours']:.2f}",
                f"{counts['false_per_hour']:.1f}",
            )
    if table.row_count:
        console.print(table)


def _show_false_texts(lines: list[Counts], console: Console) -> None:
    if not lines:
        return
    table = _table("what fired most without cause", "text", "heard", "events", "source")
    for line in lines[:_MOST_FALSE]:
        table.add_row(line["text"][:40], line["heard"], str(line["events"]), line["source"])
    console.print(table)


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column(first, no_wrap=True)
    for column in others:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _percent(rate: float, interval: tuple[float, float]) -> str:
    return f"{100 * rate:.1f} ({100 * interval[0]:.0f}–{100 * interval[1]:.0f})"
