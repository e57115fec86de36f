"""What a person sees: a table that grows while the test runs, and the figures at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from allears_tools.testing.outcome import GOOD, Outcome

_COLUMNS = ("right", "wrong", "none", "not woken")
_NOTHING_DUE = "nothing due"
_LAST = 5


class LiveTable:
    """Rows a command, then the last clips and a bar; give it to `rich.live.Live`."""

    def __init__(self, total: int) -> None:
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._last: list[Outcome] = []
        columns = TextColumn("clips"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        self._bar = Progress(*columns)
        self._task = self._bar.add_task("", total=total)

    def add(self, outcome: Outcome) -> None:
        """Take in a clip's outcome."""
        self._counts[_row(outcome)][outcome.result] += 1
        self._last = [*self._last, outcome][-_LAST:]
        self._bar.advance(self._task)

    def __rich__(self) -> RenderableType:
        """Draw the present state."""
        last = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        for outcome in self._last:
            good = outcome.result in GOOD
            last.add_row(
                "[green]✓[/]" if good else "[red]✗[/]",
                outcome.trial.clip.text or outcome.trial.clip.path,
                outcome.said,
                "" if outcome.latency_ms is None else f"{outcome.latency_ms} ms",
                "" if outcome.agrees else "[yellow]not as the reference kernels[/]",
            )
        return Group(self.counts(), last, self._bar)

    def counts(self) -> Table:
        """Return right, wrong and none a command."""
        table = Table("said", *_COLUMNS, "quiet", "false")
        for column in table.columns[1:]:
            column.justify = "right"
        for row in sorted(self._counts, key=lambda name: (name in ("wake", _NOTHING_DUE), name)):
            counts = self._counts[row]
            cells = (str(counts[name] or "") for name in (*_COLUMNS, "quiet", "false"))
            table.add_row(row, *cells)
        return table


def _row(outcome: Outcome) -> str:
    return outcome.trial.truth.expected or _NOTHING_DUE


def show_end(found: dict[str, Any], console: Console) -> None:
    """Print a report's figures."""
    _show_confusions(found["commands"]["confusions"], console)
    commands, wake, latency = found["commands"], found["wake"], found["latency_ms"]
    line = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    due = commands["in_vocabulary_clips"]
    line.add_row(
        "commands",
        f"{commands['right']} right, {commands['wrong']} wrong, {commands['none']} none of {due}",
    )
    line.add_row("wake words", f"{found['wake_missed']} missed of {found['wake_words']}")
    line.add_row("false wakes", _an_hour(wake))
    line.add_row(
        "false commands",
        f"in {_false_clips(commands)} of {commands['out_of_vocabulary_clips']} clips "
        "of other speech",
    )
    if latency["events"]:
        line.add_row(
            "end of phrase to event",
            f"median {latency['p50']} ms, 90 % {latency['p90']} ms, most {latency['max']} ms",
        )
    if found["dropped_frames"] is not None:
        line.add_row(
            "dropped",
            f"{found['dropped_frames']} frames of audio, {found['bad_frames']} of the link",
        )
    agreed = found["clips"] - len(found["disagreeing"])
    line.add_row("as the reference kernels", f"{agreed} of {found['clips']} clips")
    for check in found["acceptance"]:
        line.add_row(check["name"], _verdict(check))
    console.print(line, highlight=False)


def _show_confusions(confusions: dict[str, dict[str, int]], console: Console) -> None:
    missed = {
        said: {heard: count for heard, count in row.items() if heard != said}
        for said, row in confusions.items()
        if said != "(no command)"
    }
    if not any(missed.values()):
        return
    table = Table("said", "heard instead")
    for said, row in missed.items():
        if row:
            table.add_row(said, ", ".join(f"{heard} {count}" for heard, count in row.items()))
    console.print(table)


def _verdict(check: dict[str, Any]) -> str:
    measured = check["measured"]
    told = "not measured" if measured is None else f"{measured:.3g}"
    relation = "at least" if check["name"] == "right_rate" else "at most"
    colour, word = ("green", "reached") if check["ok"] else ("red", "missed")
    return f"{told}, {relation} {check['limit']:g} demanded: [{colour}]{word}[/]"


def _an_hour(wake: dict[str, Any]) -> str:
    if wake["false_per_hour"] is None:
        return "not measured"
    minutes = wake["negative_hours"] * 60
    return f"{wake['false_per_hour']:.1f} an hour ({wake['false_events']} in {minutes:.1f} min)"


def _false_clips(commands: dict[str, Any]) -> int:
    return round((commands["false_clip_rate"] or 0) * commands["out_of_vocabulary_clips"])
