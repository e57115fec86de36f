"""One person, one script: ask, take, check, keep or ask again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape

from allears_tools.record.checks import check_take
from allears_tools.record.recordings import Recordings
from allears_tools.record.script import Line, Prompts
from allears_tools.record.taking import Microphone

_ATTEMPTS = 4
"""So often one line is asked for; then it is passed over, for patience ends too."""

_BREATH_S = 0.7
"""Between what the person reads and the next take."""


@dataclass
class Outcome:
    """What came of a session: takes kept, takes refused by reason, lines given up."""

    kept: int = 0
    there_before: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)


async def run_session(
    lines: list[Line],
    takes: int,
    microphone: Microphone,
    recordings: Recordings,
    prompts: Prompts,
    console: Console,
    outcome: Outcome,
    breath_s: float = _BREATH_S,
) -> None:
    """Record every line `takes` times; what `recordings` hold already is not asked for again.

    Args:
        outcome: counted up as it goes on, so that it is right when a session is broken off.

    Raises:
        AllEarsError: the device or the disk gave out; what was kept stays.
    """
    for round_number in range(1, takes + 1):
        for number, line in enumerate(lines, 1):
            if recordings.takes(line) >= round_number:
                outcome.there_before += 1
                continue
            console.print(f"\n[dim]{number}/{len(lines)}[/] {prompts.say} [bold]{line.text}[/]")
            if not await _record(line, microphone, recordings, prompts, console, outcome, breath_s):
                outcome.passed_over.append(line.text)
    console.print(f"\n{prompts.done}")


async def _record(
    line: Line,
    microphone: Microphone,
    recordings: Recordings,
    prompts: Prompts,
    console: Console,
    outcome: Outcome,
    breath_s: float,
) -> bool:
    for _ in range(_ATTEMPTS):
        await asyncio.sleep(breath_s)
        console.print("[red]●[/]", end=" ")
        samples = await microphone.take()
        fault = check_take(samples)
        if fault is None:
            recordings.add(line, samples)
            outcome.kept += 1
            console.print(f"[green]{escape(prompts.good)}[/]")
            return True
        outcome.refused[fault.value] = outcome.refused.get(fault.value, 0) + 1
        console.print(f"[yellow]{escape(prompts.of(fault))}[/]")
    return False
