"""Checks of the shape of parsed YAML: kinds of values, required and known keys."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from allears_tools.seeds.parsing import Document, KeyPath


def name_of(at: KeyPath) -> str:
    """Human name of a key path: `('wake', 'phrasings', 0)` -> `wake.phrasings[1]`."""
    name = ""
    for part in at:
        name += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if name else ''}{part}"
    return name or "the file"


def expect_mapping(
    document: Document,
    value: Any,
    at: KeyPath,
    required: Iterable[str],
    optional: Iterable[str] = (),
) -> dict[str, Any]:
    """`value` as a mapping; notes a wrong kind, missing and unknown keys."""
    required, known = list(required), [*required, *optional]
    if not isinstance(value, dict):
        keys = ", ".join(required)
        document.fault(at, f"{name_of(at)} is not a mapping", f"write `key: value` lines ({keys})")
        return {}
    for key in required:
        if key not in value:
            document.fault(at, f"{name_of(at)} lacks '{key}'", f"add a line `{key}: ...`")
    for key in value:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f"did you mean '{near[0]}'?" if near else f"known here: {', '.join(known)}"
            document.fault((*at, key), f"{name_of(at)} has an unknown key '{key}'", remedy)
    return value


def expect_list(document: Document, value: Any, at: KeyPath, at_least: int = 0) -> list[Any]:
    """`value` as a list of at least `at_least` entries."""
    if not isinstance(value, list):
        document.fault(at, f"{name_of(at)} is not a list", "write it as `[a, b]` or `- a` lines")
        return []
    if len(value) < at_least:
        document.fault(
            at,
            f"{name_of(at)} has {len(value)} entries, fewer than {at_least}",
            f"add {at_least - len(value)} more",
        )
    return value


def expect_text(document: Document, value: Any, at: KeyPath) -> str:
    """`value` as a text that is not blank; "" where it is not one."""
    if not isinstance(value, str):
        document.fault(
            at,
            f"{name_of(at)} is {value!r}, not a text",
            f'put it in quotes: "{value}"' if value is not None else "write a text after the colon",
        )
        return ""
    if not value.strip():
        document.fault(at, f"{name_of(at)} is empty", "write a text or delete the entry")
        return ""
    return value


def expect_texts(
    document: Document, value: Any, at: KeyPath, at_least: int = 0
) -> list[tuple[str, KeyPath]]:
    """A list of texts, each with its key path; those that are no text are left out."""
    entries = expect_list(document, value, at, at_least)
    texts = [(expect_text(document, e, (*at, i)), (*at, i)) for i, e in enumerate(entries)]
    return [(text, path) for text, path in texts if text]
