"""Write the layout of layer programs for Python and C from sdk/contract/program.yaml.

Run: ``python -m allears_tools.contract.program [--check]`` in a checkout.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from allears_tools.contract.generated import write_or_check

_ROOT = Path(__file__).resolve().parents[3]
PROGRAM_YAML = _ROOT / "sdk/contract/program.yaml"
PYTHON_FILE = _ROOT / "sdk/allears/compiling/layout.py"
C_FILE = _ROOT / "sdk/firmware/src/program_layout.h"

_ORIGIN = "Generated from sdk/contract/program.yaml by allears_tools.contract.program."
_SCALARS = ("magic", "format", "align_bytes", "header_words", "fill_words", "step_words")


def read_layout(path: Path = PROGRAM_YAML) -> dict[str, Any]:
    """Return program.yaml as plain data, in file order."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def render_python(layout: dict[str, Any]) -> str:
    """Return the text of layout.py."""
    lines = [f'"""Layout of layer programs.\n\n{_ORIGIN}\n"""', ""]
    lines += [f"{name.upper()} = {layout[name]}" for name in _SCALARS]
    lines += [f"MAX_{name.upper()} = {value}" for name, value in layout["limits"].items()]
    lines += _tuple("HEADER", layout["header"], "Field of each word of the header.")
    lines += _tuple("FILL", layout["fill"], "Field of each word of a fill.")
    lines += ["", "KINDS = {"]
    lines += [f'    "{name}": {kind["value"]},' for name, kind in layout["kinds"].items()]
    lines += ["}", '"""First word of a step."""', "", "FIELDS: dict[str, tuple[str, ...]] = {"]
    for name, kind in layout["kinds"].items():
        lines += [
            f'    "{name}": (',
            *(f'        "{field}",' for field in kind["fields"]),
            "    ),",
        ]
    return "\n".join([*lines, "}", '"""The words after it."""', ""])


def _tuple(name: str, fields: list[str], about: str) -> list[str]:
    return ["", f"{name} = (", *(f'    "{field}",' for field in fields), ")", f'"""{about}"""']


def render_c(layout: dict[str, Any]) -> str:
    """Return the text of program_layout.h (C99)."""
    lines = [f"/* Layout of layer programs.\n * {_ORIGIN}\n */"]
    lines += ["#ifndef ALLEARS_PROGRAM_LAYOUT_H", "#define ALLEARS_PROGRAM_LAYOUT_H", ""]
    lines += [f"#define AE_PROGRAM_{name.upper()} {_literal(layout[name])}" for name in _SCALARS]
    lines += [
        f"#define AE_PROGRAM_MAX_{name.upper()} {_literal(value)}"
        for name, value in layout["limits"].items()
    ]
    lines += _enum("Words of the header.", "HEADER", layout["header"], 0)
    lines += _enum("Words of a fill.", "FILL", layout["fill"], 0)
    lines += ["", "/* First word of a step. */", "enum {"]
    lines += [f"    AE_{name.upper()} = {kind['value']}," for name, kind in layout["kinds"].items()]
    lines += ["};"]
    for name, kind in layout["kinds"].items():
        lines += _enum(f"Words of a step of the kind {name}.", name.upper(), kind["fields"], 1)
    return "\n".join([*lines, "", "#endif", ""])


def _literal(value: int) -> str:
    return f"0x{value:X}u" if value > 0xFFFF else f"{value}u"


def _enum(about: str, prefix: str, fields: list[str], first: int) -> list[str]:
    words = [f"    AE_{prefix}_{field.upper()} = {first + i}," for i, field in enumerate(fields)]
    return ["", f"/* {about} */", "enum {", *words, "};"]


def main(arguments: list[str]) -> int:
    """Write both files; with ``--check`` only compare, and return 1 where they differ."""
    layout = read_layout()
    texts = {PYTHON_FILE: render_python(layout), C_FILE: render_c(layout)}
    return write_or_check(arguments, "program.yaml", texts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
