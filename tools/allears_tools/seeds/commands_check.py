"""Checks of `seeds/commands.yaml`."""

from __future__ import annotations

import re

from allears_tools.seeds.parsing import Document, KeyPath
from allears_tools.seeds.shape import expect_list, expect_mapping, expect_text

_ID = re.compile(r"[a-z][a-z0-9_]*")
_EVENT = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_]+")
_VERSION = 1
_MOST_DIGITS = 4
"""A number fits in 16 bits on every device."""


def check_commands(document: Document) -> list[str]:
    """Note every fault of a parsed commands file; return the ids it defines."""
    if document.data is None:
        return []
    top = expect_mapping(document, document.data, (), ["version", "numbers", "commands"])
    if "version" in top and top["version"] != _VERSION:
        document.fault(("version",), f"version is {top['version']!r}", f"write {_VERSION}")
    if "numbers" in top:
        _check_timing(document, top["numbers"])
    ids: list[str] = []
    seen: dict[str, set[object]] = {"id": set(), "event": set(), "digit": set()}
    for i, entry in enumerate(expect_list(document, top.get("commands", []), ("commands",), 1)):
        at = ("commands", i)
        required = ["id", "event", "family"]
        command = expect_mapping(document, entry, at, required, ["digit", "number"])
        for key in ("id", "event", "family"):
            if key in command:
                expect_text(document, command[key], (*at, key))
        command_id, event = str(command.get("id", "")), str(command.get("event", ""))
        if command_id and (not _ID.fullmatch(command_id) or command_id == "none"):
            document.fault(
                (*at, "id"),
                f"id '{command_id}' cannot name a class",
                "use lower-case letters, digits and _ ('none' is taken by the head)",
            )
        if event and not _EVENT.fullmatch(event):
            document.fault(
                (*at, "event"), f"event '{event}' is not family.action", "write e.g. light.on"
            )
        digit = command.get("digit")
        if digit is not None and (type(digit) is not int or not 0 <= digit <= 9):
            document.fault((*at, "digit"), f"digit is {digit!r}", "write a figure from 0 to 9")
        if "number" in command:
            _check_number(document, command["number"], (*at, "number"))
        for key, values in seen.items():
            value = command.get(key)
            if isinstance(value, str | int):
                if value in values:
                    document.fault((*at, key), f"{key} '{value}' stands twice", "rename one")
                values.add(value)
        if command_id:
            ids.append(command_id)
    return ids


def _check_timing(document: Document, value: object) -> None:
    timing = expect_mapping(document, value, ("numbers",), ["gap_ms", "hold_off_ms"])
    for key, time_ms in timing.items():
        if type(time_ms) is not int or not 0 < time_ms <= 10_000:
            document.fault(
                ("numbers", key), f"{key} is {time_ms!r}", "write milliseconds, 1 to 10000"
            )


def _check_number(document: Document, value: object, at: KeyPath) -> None:
    number = expect_mapping(document, value, at, ["min_digits", "max_digits"])
    least, most = number.get("min_digits", 1), number.get("max_digits", 1)
    whole = type(least) is int and type(most) is int
    if not whole or not 1 <= least <= most <= _MOST_DIGITS:
        document.fault(
            at,
            f"number of {least!r} to {most!r} digits",
            f"write 1 <= min_digits <= max_digits <= {_MOST_DIGITS}",
        )
