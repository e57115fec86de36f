"""`allears demo`: recognise a person's voice in recordings, and show how well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from allears import Listener
from rich.console import Console

from allears_tools.demo.errors import RecordingsUnavailable
from allears_tools.demo.hearing import Heard, hear
from allears_tools.demo.own_audio import hear_own
from allears_tools.demo.report import show_section, show_totals
from allears_tools.demo.scenes import PROFILE_OF, Section, person_section, synthetic_section


def demo(
    audio: Annotated[
        Path | None, typer.Argument(help="Your own recording, WAV of any rate.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="Only this device profile [gb with your own recording].")
    ] = None,
    recordings: Annotated[
        Path | None,
        typer.Option(help="Labels file of recordings of people, as `allears evaluate` reads it."),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Fetch nothing: the synthetic clips in the repo.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Play spoken commands to the listener and show what it recognised.

    English comes from a person, a studio speaker whose recordings Debian carries; Serbian from a
    synthetic voice that training never heard. Exits 1 if fewer than half come out right.
    """
    console = Console(stderr=as_json)
    if audio:
        events = hear_own(audio, profile or "gb", console)
        if as_json:
            print(json.dumps([event.to_dict() for event in events], ensure_ascii=False))
        return
    results: list[tuple[Section, list[Heard]]] = []
    for section in _sections(profile, recordings, offline, console):
        listener = Listener(section.profile)
        heard = [hear(listener, scene) for scene in section.scenes]
        show_section(section, heard, console)
        results.append((section, heard))
    show_totals(results, console)
    everything = [h for _, hs in results for h in hs]
    if as_json:
        print(json.dumps([h.to_dict() for h in everything], ensure_ascii=False))
    if sum(h.right for h in everything) * 2 < len(everything):
        raise typer.Exit(1)


def _sections(
    profile: str | None, labels: Path | None, offline: bool, console: Console
) -> list[Section]:
    languages = [code for code, country in PROFILE_OF.items() if profile in (None, country)]
    if not languages:
        raise typer.BadParameter(f"the demo has scenes for: {', '.join(PROFILE_OF.values())}")
    sections = []
    for language in languages:
        if language == "en":
            sections.append(_english(offline, console))
        else:
            sections.append(synthetic_section(language))
        if labels:
            from allears_tools.demo.real_people import real_people_section

            sections.append(real_people_section(language, labels))
    return [section for section in sections if section.scenes]


def _english(offline: bool, console: Console) -> Section:
    """A person where Debian's recordings can be had, else the synthetic clips, saying so."""
    if offline:
        return synthetic_section("en", " (asked for: nothing is fetched)")
    try:
        return person_section()
    except RecordingsUnavailable as error:
        console.print(f"[yellow]No recordings of a person:[/] {error}\n")
        return synthetic_section("en", " (a person's recordings could not be fetched)")
