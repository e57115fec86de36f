"""Write sdk/allears/link_contract.py and its C header from sdk/contract/link.yaml.

Run: ``python -m allears_tools.contract.link [--check]`` in a checkout.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from allears_tools.contract.generated import write_or_check

_ROOT = Path(__file__).resolve().parents[3]
LINK_YAML = _ROOT / "sdk/contract/link.yaml"
PYTHON_FILE = _ROOT / "sdk/allears/link_contract.py"
C_FILE = _ROOT / "sdk/firmware/include/allears_link_contract.h"

_ORIGIN = "Generated from sdk/contract/link.yaml by allears_tools.contract.link."

_TABLES = (("section_kinds", "section"), ("event_kinds", "event"), ("keep_kinds", "keep"))
"""Tables of numbered kinds, with what their constants begin with."""


def read_link(path: Path = LINK_YAML) -> dict[str, Any]:
    """Return link.yaml as plain data, in file order."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _numbers(link: dict[str, Any]) -> Iterator[tuple[str, int, bool, str]]:
    """Every plain constant: name, value, whether C writes it in hexadecimal, what it is."""
    for name, entry in link["numbers"].items():
        yield name, entry["value"], entry.get("hex", False), entry["about"]
    for name, entry in link["groups"].items():
        yield f"group_{name}", entry["value"], False, f"SMP group: {entry['about']}."
    for group, commands in link["commands"].items():
        for name, value in commands.items():
            yield f"{group}_{name}", value, False, f"Command of the group {group}."
    for table, prefix in _TABLES:
        for name, entry in link[table].items():
            yield f"{prefix}_{name}", entry["value"], False, _sentence(entry["about"])


def render_python(link: dict[str, Any]) -> str:
    """Return the text of link_contract.py."""
    lines = [f'"""Packs, slots and the link, as host and device see them.\n\n{_ORIGIN}\n"""', ""]
    lines += ["from enum import IntEnum", ""]
    for name, value, _, about in _numbers(link):
        lines += [f"{name.upper()} = {value}", f'"""{about}"""', ""]
    for name, about in link["fields"].items():
        lines += [f'FIELD_{name.upper()} = "{name}"', f'"""{_sentence(about)}"""', ""]
    lines += ["SECTION_NAMES = {"]
    lines += [f'    SECTION_{name.upper()}: "{name}",' for name in link["section_kinds"]]
    lines += ["}", '"""What a section is called in listings."""', "", "KEEP_NAMES = {"]
    lines += [f'    KEEP_{name.upper()}: "{name}",' for name in link["keep_kinds"]]
    lines += ["}", '"""What a kind of keeping is called on the link."""', "", ""]
    lines += [
        "class Refusal(IntEnum):",
        '    """Why a device refused; `sentence` tells a person."""',
    ]
    lines += [""]
    for name, entry in link["refusals"].items():
        lines += [f"    {name.upper()} = {entry['code']}"]
    lines += ["", "    @property", "    def rc(self) -> int:"]
    lines += ['        """SMP\'s nearest return code."""', "        return _REFUSALS[self][0]"]
    lines += ["", "    @property", "    def sentence(self) -> str:"]
    lines += ['        """What a person reads."""', "        return _REFUSALS[self][1]", "", ""]
    lines += ["_REFUSALS = {"]
    for name, entry in link["refusals"].items():
        lines += [f'    Refusal.{name.upper()}: ({entry["rc"]}, "{entry["sentence"]}"),']
    return "\n".join([*lines, "}", ""])


def render_c(link: dict[str, Any]) -> str:
    """Return the text of allears_link_contract.h (C99)."""
    lines = [f"/* Packs, slots and the link, as host and device see them.\n * {_ORIGIN}\n */"]
    lines += ["#ifndef ALLEARS_LINK_CONTRACT_H", "#define ALLEARS_LINK_CONTRACT_H", ""]
    for name, value, hexadecimal, about in _numbers(link):
        literal = f"0x{value:X}u" if hexadecimal else str(value)
        lines += [f"/** {about} */", f"#define ALLEARS_{name.upper()} {literal}", ""]
    for name, about in link["fields"].items():
        lines += [
            f"/** {_sentence(about)} */",
            f'#define ALLEARS_FIELD_{name.upper()} "{name}"',
            "",
        ]
    names = ", ".join(f'"{name}"' for name in link["keep_kinds"])
    lines += ["/** What a kind of keeping is called on the link, by its number. */"]
    lines += [f"#define ALLEARS_KEEP_NAMES {{{names}}}", ""]
    for name, entry in link["refusals"].items():
        lines += [f"/** {entry['sentence']} */"]
        lines += [f"#define ALLEARS_REFUSAL_{name.upper()} {entry['code']}", ""]
    lines += ["/** Every refusal as X(code, SMP's nearest rc, sentence). */"]
    rows = [
        f'  X(ALLEARS_REFUSAL_{name.upper()}, {entry["rc"]}, "{entry["sentence"]}")'
        for name, entry in link["refusals"].items()
    ]
    lines += ["#define ALLEARS_REFUSALS(X) \\", " \\\n".join(rows), ""]
    return "\n".join([*lines, "#endif", ""])


def _sentence(about: str) -> str:
    return about[0].upper() + about[1:].rstrip(".") + "."


def main(arguments: list[str]) -> int:
    """Write both files; with ``--check`` only compare, and return 1 where they differ."""
    link = read_link()
    texts = {PYTHON_FILE: render_python(link), C_FILE: render_c(link)}
    return write_or_check(arguments, "link.yaml", texts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
