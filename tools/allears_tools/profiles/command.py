"""`allears profiles`: the markets there are profiles for, or one of them whole."""

from __future__ import annotations

import json
from typing import Annotated, Any

import msgspec
import typer
from allears.command_contract import NUMBERS
from allears.errors import ProfileError
from allears.languages import missing_models
from allears.locate import models_dir, profiles_dir
from allears.profile import Profile, ProfileLanguage, load_board, profile_codes
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

_SHORT = {
    "celsius": "°C",
    "fahrenheit": "°F",
    "litre": "l",
    "us_gallon": "gal",
    "kilometre": "km",
    "mile": "mi",
}
"""Units as the list writes them."""


def profiles(
    country: Annotated[
        str | None, typer.Argument(metavar="[CC]", help="Show this one whole.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the device profiles, or show the one of a country.

    A language marked "no model" has not been trained yet: a listener of that profile says so.
    """
    if country:
        profile = Profile.load(country)
        if as_json:
            print(json.dumps(_whole(profile), ensure_ascii=False, indent=1))
        else:
            _show(profile, Console())
        return
    codes = profile_codes()
    if not codes:
        raise ProfileError(
            f"There are no profiles in {profiles_dir()}.",
            "the installation is incomplete",
            "Reinstall allears.",
        )
    found = [Profile.load(code) for code in codes]
    if as_json:
        print(json.dumps([_whole(profile) for profile in found], ensure_ascii=False))
    else:
        _list(found, Console())


def _missing(profile: Profile, entry: ProfileLanguage) -> list[str]:
    """Names of the model files that a language of a profile lacks, such as "sr/wake.json"."""
    paths = missing_models(profile, entry, models_dir())
    return [f"{path.parent.name}/{path.name}" for path in paths]


def _whole(profile: Profile) -> dict[str, Any]:
    """A profile as plain data, with its board and the models that its languages lack."""
    whole = msgspec.to_builtins(profile)
    for entry, plain in zip(profile.languages, whole["languages"], strict=True):
        plain["missing_models"] = _missing(profile, entry)
    return {**whole, "board": msgspec.to_builtins(load_board(profile.board))}


def _list(found: list[Profile], console: Console) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in ("", "market", "", "wake word", "models", "cmds", "board", "units", "number"):
        table.add_column(column, no_wrap=column not in ("market", "wake word"))
    for profile in found:
        entries = profile.languages
        table.add_row(
            profile.country,
            profile.name,
            "\n".join(entry.language for entry in entries),
            "\n".join(entry.wake_words[0] for entry in entries),
            "\n".join("[red]no model[/]" if _missing(profile, e) else "yes" for e in entries),
            str(len(profile.commands) or "all"),
            profile.board,
            " ".join(_SHORT[unit] for unit in msgspec.structs.astuple(profile.units)),
            _number(profile),
        )
    console.print(table)
    console.print(f"{len(found)} profiles; one whole: allears profiles CC", highlight=False)


def _show(profile: Profile, console: Console) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2))
    for row in _rows(profile):
        table.add_row(*row)
    console.print(table, highlight=False)


def _rows(profile: Profile) -> list[tuple[str, str]]:
    board, listening = load_board(profile.board), profile.listening
    sizes = f"{_size(board.flash_bytes)} of flash, {_size(board.ram_bytes)} of RAM"
    rows = [("market", f"[bold]{profile.name}[/] ({profile.country})")]
    for entry in profile.languages:
        missing = _missing(profile, entry)
        models = f"[red]no model[/]: {', '.join(missing)}" if missing else "yes"
        rows += [
            ("", ""),
            ("language", f"[bold]{entry.language}[/]"),
            ("wake word", " / ".join(entry.wake_words)),
            ("models", models),
            ("ready", entry.prompts.ready),
            ("listening", entry.prompts.listening),
            ("not understood", entry.prompts.not_understood),
        ]
        rows += [("thresholds", _thresholds(entry))] if _thresholds(entry) else []
    return [
        *rows,
        ("", ""),
        ("commands", ", ".join(profile.commands) or "all that the languages know"),
        ("with a number", _numbers(profile)),
        ("board", f"{board.name}: {board.core}, {sizes}, {board.microphone}, {board.link}"),
        ("units", _units(profile)),
        ("numbers", _number(profile)),
        (
            "listening",
            f"{listening.follow_up_ms} ms for another command, {listening.preroll_ms} ms before "
            f"the wake word, {listening.extend_ms} ms longer while somebody speaks, VAD "
            f"{listening.vad_aggressiveness}",
        ),
    ]


def _units(profile: Profile) -> str:
    units = profile.units
    return f"{units.temperature}, {units.volume}, {units.distance}".replace("_", " ")


def _number(profile: Profile) -> str:
    return f"1{profile.number_format.group}234{profile.number_format.decimal}5"


def _numbers(profile: Profile) -> str:
    """The commands that take a number here, and how many digits: "warmer (1-3)"."""
    digits = {**NUMBERS, **profile.number_digits}
    offered = {id: digits[id] for id in digits if id in profile.commands or not profile.commands}
    shown = [
        f"{id} ({least}–{most})" if least < most else f"{id} ({most})"
        for id, (least, most) in offered.items()
    ]
    return ", ".join(shown) or "none"


def _thresholds(entry: ProfileLanguage) -> str:
    """What replaces the models' own thresholds."""
    own = entry.thresholds
    shown = [f"wake {own.wake}"] if own.wake is not None else []
    shown += [f"commands {own.command}"] if own.command is not None else []
    return ", ".join(shown + [f"{id} {value}" for id, value in own.commands.items()])


def _size(count: int) -> str:
    mebibytes = count / 2**20
    return f"{mebibytes:.0f} MB" if mebibytes >= 1 else f"{count // 1024} KB"
