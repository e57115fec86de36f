"""`allears profiles`: the markets there are profiles for, or one of them in full."""

from __future__ import annotations

from typing import Annotated

import typer
from allears.errors import ProfileError
from allears.languages import available_languages
from allears.locate import models_dir, profiles_dir
from allears.profile import Profile, load_board, profile_codes
from rich.console import Console
from rich.table import Table


def profiles(
    country: Annotated[
        str | None, typer.Argument(metavar="[CC]", help="Show this one in full.")
    ] = None,
) -> None:
    """List the device profiles, or show the one of a country."""
    console = Console()
    if country:
        _show(Profile.load(country), console)
    else:
        _list(console)


def _list(console: Console) -> None:
    codes = profile_codes()
    if not codes:
        raise ProfileError(
            f"There are no profiles in {profiles_dir()}.",
            "the installation is incomplete",
            "Reinstall allears.",
        )
    trained = available_languages(models_dir())
    table = Table("code", "market", "languages", "wake words", "board", "models", box=None)
    for code in codes:
        profile = Profile.load(code)
        languages = [entry.language for entry in profile.languages]
        missing = [language for language in languages if language not in trained]
        table.add_row(
            code,
            profile.name,
            " ".join(languages),
            ", ".join(entry.wake_words[0] for entry in profile.languages),
            profile.board,
            f"no {' '.join(missing)}" if missing else "yes",
        )
    console.print(table)


def _show(profile: Profile, console: Console) -> None:
    board = load_board(profile.board)
    number = profile.number_format
    rows = [
        ("market", f"{profile.name} ({profile.country})"),
        ("commands", ", ".join(profile.commands) or "all that the language knows"),
        ("board", f"{board.name}: {board.core}, {board.ram_bytes // 1024} KB of RAM"),
        ("units", ", ".join((profile.units.temperature, profile.units.volume))),
        ("numbers", f"1{number.group}234{number.decimal}5"),
    ]
    for entry in profile.languages:
        rows.append((entry.language, f"wake word: {' / '.join(entry.wake_words)}"))
        rows.append(("", f"prompts: {entry.prompts.ready} {entry.prompts.listening}"))
    table = Table(box=None, show_header=False)
    for row in rows:
        table.add_row(*row)
    console.print(table)
