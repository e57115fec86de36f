"""The demo's tables."""

from __future__ import annotations

from statistics import median

from rich.console import Console
from rich.table import Table

from allears_tools.demo.hearing import Heard
from allears_tools.demo.scenes import Section


def show_section(section: Section, heard: list[Heard], console: Console) -> None:
    """Print one section: a line a scene, and how many were right."""
    table = Table("speaker", "said", "recognised", "delay", "", title=section.title)
    for scene in heard:
        delay = "" if scene.delay_ms is None else f"{scene.delay_ms} ms"
        mark = "[green]✓[/]" if scene.right else "[red]✗[/]"
        table.add_row(scene.speaker, scene.said, _recognised(scene), delay, mark)
    console.print(table)
    console.print(f"{_total(heard)}\n", highlight=False)


def show_totals(sections: list[tuple[Section, list[Heard]]], console: Console) -> None:
    """Print the sums over people and over synthetic voices, and what the computing cost."""
    for real, who in ((True, "people"), (False, "synthetic voices")):
        heard = [h for section, hs in sections if section.real == real for h in hs]
        if heard:
            console.print(f"[bold]{who}:[/] {_total(heard)}", highlight=False)
    everything = [h for _, hs in sections for h in hs]
    audio_s = sum(h.audio_s for h in everything)
    cost = sum(h.computing_s for h in everything) / audio_s
    console.print(
        f"computing: {cost:.4f} s of one core a second of audio ({audio_s:.0f} s heard)",
        highlight=False,
    )


def _recognised(scene: Heard) -> str:
    if not scene.woke:
        return "[red]wake word missed[/]"
    return " ".join(scene.commands) or "[dim]nothing[/]"


def _total(heard: list[Heard]) -> str:
    commands = [h for h in heard if h.expected]
    others = [h for h in heard if not h.expected]
    parts = [f"{sum(h.right for h in commands)} of {len(commands)} commands right"]
    if others:
        parts.append(f"{sum(h.right for h in others)} of {len(others)} other phrases ignored")
    parts.append(f"wake word {sum(h.woke for h in heard)} of {len(heard)}")
    delays = [h.delay_ms for h in commands if h.right and h.delay_ms is not None]
    if delays:
        parts.append(f"median delay {median(delays):.0f} ms after the end of speech")
    return ", ".join(parts)
