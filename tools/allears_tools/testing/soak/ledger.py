"""Keeps the books of a soak: what was played when, what was heard, and what memory it took."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allears_tools.evaluate.clip_audio import SAMPLE_RATE_HZ
from allears_tools.flash.messages import HeardEvent
from allears_tools.testing.soak.playlist import Item

LATE_MS = 3500
"""A command may still come this long after a call: for so long a device goes on listening."""

WARM_UP_SHARE = 0.2
"""Memory is compared from here on: buffers and caches have then been filled once."""

GROWTH_LIMIT_BYTES = 64 * 1024
"""A page or two may be touched late, by an event that is rare; a leak is more within an hour."""


@dataclass
class Ledger:
    """One pass. Times are of the device's clock, in ms since the stream began."""

    samples: int = 0
    events: list[HeardEvent] = field(default_factory=list)
    calls: list[tuple[int, int, str, str]] = field(default_factory=list)
    """Start, end, command and recording of each."""
    memory: list[tuple[int, int]] = field(default_factory=list)
    """Time, and bytes of the process that hears."""

    @property
    def now_ms(self) -> int:
        """Length of what was played."""
        return self.samples * 1000 // SAMPLE_RATE_HZ

    def played(self, item: Item) -> None:
        """Book an item."""
        start_ms = self.now_ms
        self.samples += len(item.samples)
        if item.command is not None:
            self.calls.append((start_ms, self.now_ms, item.command, item.name))

    def growth_bytes(self) -> int | None:
        """Most memory after the warm-up, less that at its end; None where nobody looked."""
        settled = [held for at, held in self.memory if at >= WARM_UP_SHARE * self.now_ms]
        return max(settled) - settled[0] if settled else None

    def to_dict(self) -> dict[str, Any]:
        """Sum up: calls answered and right, what came without a call, memory."""
        wakes = [event for event in self.events if event.kind == "wake"]
        answered = sum(self._of(wakes, call) != [] for call in self.calls)
        commands = [event for event in self.events if event.kind == "command"]
        right = sum(
            [event.id for event in self._of(commands, call)][:1] == [call[2]] for call in self.calls
        )
        hours = self.now_ms / 3_600_000
        false_wakes, false_commands = self._false(wakes), self._false(commands)
        return {
            "hours": round(hours, 4),
            "events": len(self.events),
            "calls": len(self.calls),
            "answered": answered,
            "right": right,
            "false_wakes": len(false_wakes),
            "false_wakes_per_hour": len(false_wakes) / hours if hours else None,
            "false_commands": len(false_commands),
            "false": [event.model_dump() for event in (*false_wakes, *false_commands)],
            "memory_bytes": [held for _, held in self.memory],
            "growth_bytes": self.growth_bytes(),
        }

    def _of(self, events: list[HeardEvent], call: tuple[int, int, str, str]) -> list[HeardEvent]:
        start_ms, end_ms, *_ = call
        return [event for event in events if start_ms <= event.at_ms <= end_ms + LATE_MS]

    def _false(self, events: list[HeardEvent]) -> list[HeardEvent]:
        spans = [(start, end + LATE_MS) for start, end, *_ in self.calls]
        return [e for e in events if not any(a <= e.at_ms <= b for a, b in spans)]


def process_bytes(pid: int) -> int | None:
    """Return a process' own resident memory; None where it cannot be seen.

    Pages of the program's file are not its own: they come and go with the system's cache.
    """
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return None
    return None
