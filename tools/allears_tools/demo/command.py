"""`allears demo`: recognise a person's voice in recordings, and show how well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from allears import Listener, Profile
from allears.languages import missing_models
from allears.locate import models_dir
from allears.profile import ProfileLanguage
from rich.console import Console

from allears_tools.demo.asterisk import Person, people
from allears_tools.demo.errors import RecordingsUnavailable
from allears_tools.demo.hearing import Heard, hear
from allears_tools.demo.own_audio import hear_own
from allears_tools.demo.report import show_section, show_totals
from allears_tools.demo.scenes import Section, person_section, synthetic_section

_PROFILES = ("gb", "rs")
"""Played where none is asked for: English by a person, Serbian by a synthetic voice."""


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
    device: Annotated[
        bool,
        typer.Option("--device", help="Then flash the markets to a device, and play to that."),
    ] = False,
    board: Annotated[
        str | None,
        typer.Option(help="Flash and play to this emulated board only, such as mps2-an386."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Play spoken commands to the listener and show what it recognised.

    English, French, Italian, Russian and Spanish come from a person, a studio speaker whose
    recordings Debian carries; every other language from synthetic voices that training never
    heard. Exits 1 if fewer than half come out right.
    """
    console = Console(stderr=as_json)
    if audio:
        events = hear_own(audio, profile or "gb", console)
        if as_json:
            print(json.dumps([event.to_dict() for event in events], ensure_ascii=False))
        return
    if board:
        from allears_tools.demo.on_device import demo_on_board

        demo_on_board(board, _first_sections(profile, offline, console), console)
        return
    results: list[tuple[Section, list[Heard]]] = []
    first: dict[str, Section] = {}
    for code in [profile] if profile else _PROFILES:
        played = _play(Profile.load(code), recordings, offline, console)
        if played:
            first[code] = played[0][0]
        results += played
    show_totals(results, console)
    if device:
        from allears_tools.demo.on_device import demo_on_device

        console.print()
        demo_on_device(first, console)
    everything = [h for _, hs in results for h in hs]
    if as_json:
        print(json.dumps([h.to_dict() for h in everything], ensure_ascii=False))
    if sum(h.right for h in everything) * 2 < len(everything):
        raise typer.Exit(1)


def _first_sections(profile: str | None, offline: bool, console: Console) -> dict[str, Section]:
    """Market → what is said in its first language."""
    return {
        code: _sections(Profile.load(code).languages[0], None, offline, console)[0]
        for code in ([profile] if profile else _PROFILES)
    }


def _play(
    profile: Profile, labels: Path | None, offline: bool, console: Console
) -> list[tuple[Section, list[Heard]]]:
    """Play every language of a profile that has models to a listener of all of those.

    Raises:
        MissingModelError: none has.
    """
    trained = [e for e in profile.languages if not missing_models(profile, e, models_dir())]
    whole = len(trained) == len(profile.languages)
    for entry in profile.languages:
        if trained and entry not in trained:
            console.print(f"[yellow]{profile.name}: no model for {entry.language} yet[/]\n")
    results = []
    listener = Listener(profile) if whole or not trained else None
    for entry in trained:
        one = listener or Listener(profile, language=entry.language)
        for section in _sections(entry, labels, offline, console):
            heard = [hear(one, scene) for scene in section.scenes]
            show_section(section, heard, console)
            results.append((section, heard))
    return results


def _sections(
    entry: ProfileLanguage, labels: Path | None, offline: bool, console: Console
) -> list[Section]:
    person = people().get(entry.language)
    sections = [_person(entry, person, offline, console) if person else synthetic_section(entry)]
    if labels:
        from allears_tools.demo.real_people import real_people_section

        sections.append(real_people_section(entry, labels))
    return [section for section in sections if section.scenes]


def _person(entry: ProfileLanguage, person: Person, offline: bool, console: Console) -> Section:
    """A person where Debian's recordings can be had, else the synthetic clips, saying so."""
    if offline:
        return synthetic_section(entry, " (asked for: nothing is fetched)")
    try:
        return person_section(entry, person)
    except RecordingsUnavailable as error:
        console.print(f"[yellow]No recordings of a person:[/] {error}\n")
        return synthetic_section(entry, " (a person's recordings could not be fetched)")
