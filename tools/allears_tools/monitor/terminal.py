"""The live view in the terminal."""

from __future__ import annotations

from collections import deque

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from allears_tools.flash.messages import HeardEvent, Status
from allears_tools.monitor.watching import FLOOR_DB, Sample

_CURVE_SAMPLES = 24
_BAR_CHARS = 24
_WIDTHS = (10, _BAR_CHARS, 9, _CURVE_SAMPLES)
"""Columns of the meters; together with the frame they fit into 80."""
_EVENTS = 10
_STEPS = " ▁▂▃▄▅▆▇█"


class View:
    """Draws what a device does; give it each sample, then print it.

    Args:
        port: of the device.
        status: what runs on it.
    """

    def __init__(self, port: str, status: Status) -> None:
        self._title = title_of(port, status)
        self._keep = status.keep
        self._samples: deque[Sample] = deque(maxlen=_CURVE_SAMPLES)
        self._events: deque[HeardEvent] = deque(maxlen=_EVENTS)

    def add(self, sample: Sample) -> None:
        """Take in a sample."""
        self._samples.append(sample)
        self._events.extend(sample.events)

    def __rich__(self) -> RenderableType:
        """Draw the last samples."""
        if not self._samples:
            return Panel(Text("waiting for the first sample"), title=self._title)
        return Panel(Group(self._meters(self._samples[-1]), self._heard()), title=self._title)

    def _meters(self, now: Sample) -> Table:
        grid = Table.grid(*(Column(no_wrap=True, min_width=w) for w in _WIDTHS), padding=(0, 2))
        levels = [1 - sample.level_db / FLOOR_DB for sample in self._samples]
        scores = [sample.wake_score for sample in self._samples]
        grid.add_row("level", _bar(levels[-1]), f"{now.level_db:6.1f} dB", _curve(levels))
        grid.add_row("wake score", _bar(scores[-1]), f"{now.wake_score:9.2f}", _curve(scores))
        grid.add_row("speech", _lamp(now.speech), "", "")
        grid.add_row("listening", _lamp(now.listening), "", "")
        if now.load is not None:
            cost = "" if now.cost is None else f"{now.cost:.4f} s a second"
            grid.add_row("CPU load", _bar(now.load), f"{now.load:9.1%}", cost)
        if now.stack_used is not None and now.stack_bytes:
            used = now.stack_used / now.stack_bytes
            deepest = f"{now.stack_used:,} of {now.stack_bytes:,}"
            grid.add_row("stack", _bar(used), f"{used:9.1%}", deepest)
        grid.add_row("audio", f"{now.audio_s:.1f} s heard", "", f"keeps audio: {self._keep}")
        return grid

    def _heard(self) -> Table:
        table = Table("at", "event", "language", "score", expand=True)
        for event in self._events:
            table.add_row(f"{event.at_ms / 1000:.2f} s", name_of(event), event.lang, _score(event))
        return table


def title_of(port: str, status: Status) -> str:
    """Say in a line what a device is and what runs on it."""
    if not status.market:
        return f"{port}: {status.board}, no pack"
    languages = ", ".join(status.languages)
    return f"{port}: {status.board}, {status.market} {status.pack_version} ({languages})"


def name_of(event: HeardEvent) -> str:
    """What an event says: the wake word in quotation marks, or a command with its number."""
    if event.kind == "wake":
        return f"“{event.id}”"
    return event.id if event.number is None else f"{event.id} = {event.number}"


def _score(event: HeardEvent) -> str:
    return f"{event.score / 256:.2f}"


def _bar(share: float) -> ProgressBar:
    return ProgressBar(total=1.0, completed=min(1.0, max(0.0, share)), width=_BAR_CHARS)


def _lamp(is_on: bool) -> Text:
    return Text("● yes", "bold green") if is_on else Text("○ no", "dim")


def _curve(shares: list[float]) -> str:
    top = len(_STEPS) - 1
    return "".join(_STEPS[round(min(1.0, max(0.0, share)) * top)] for share in shares)
