"""Recordings whose labels are known to be wrong, and what is said in them.

A public set carries its mistakes along: whoever labels it by file names hears nothing. What was
found out is written in ``corrections.yaml`` with the evidence, and `labels.read_labels` applies it,
so that no model is judged, or trained, by a label that is known to be false.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import msgspec
from allears.datafile import load_data


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a shell pattern of paths really is: the language and, a wrong text, the right one."""

    path: str
    locale: str
    texts: dict[str, str]
    evidence: str


@cache
def known_corrections() -> tuple[Correction, ...]:
    """The corrections of ``corrections.yaml``."""
    return tuple(load_data(Path(__file__).with_name("corrections.yaml"), list[Correction]))


def corrected(path: str, locale: str, text: str) -> tuple[str, str]:
    """The locale and the text that a clip should be labelled with; its own where none is wrong."""
    for correction in known_corrections():
        if fnmatchcase(path, correction.path) and text in correction.texts:
            return correction.locale, correction.texts[text]
    return locale, text
