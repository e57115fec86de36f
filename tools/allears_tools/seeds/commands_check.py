"""Checks of `seeds/commands.yaml`."""

from __future__ import annotations

import re

from allears_tools.seeds.parsing import Document
from allears_tools.seeds.shape import expect_list, expect_mapping, expect_text

_ID = re.compile(r"[a-z][a-z0-9_]*")
_EVENT = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_]+")
_VERSION = 1


def check_commands(document: Document) -> list[str]:
    """Note every fault of a parsed commands file; return the ids it defines."""
    if document.data is None:
        return []
    top = expect_mapping(document, document.data, (), ["version", "commands"])
    if "version" in top and top["version"] != _VERSION:
        document.fault(("version",), f"version is {top['version']!r}", f"write {_VERSION}")
    ids: list[str] = []
    seen: dict[str, set[object]] = {"id": set(), "event": set(), "digit": set()}
    for i, entry in enumerate(expect_list(document, top.get("commands", []), ("commands",), 1)):
        at = ("commands", i)
        command = expect_mapping(document, entry, at, ["id", "event", "family"], ["digit"])
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
        for key, values in seen.items():
            value = command.get(key)
            if isinstance(value, str | int):
                if value in values:
                    document.fault((*at, key), f"{key} '{value}' stands twice", "rename one")
                values.add(value)
        if command_id:
            ids.append(command_id)
    return ids
