"""Write sdk/allears/command_contract.py and its C header from seeds/commands.yaml.

The runtime reads no seeds: it knows what a digit is, and which commands take a number, from these.

Run: ``python -m allears_tools.contract.commands [--check]`` in a checkout.
"""

from __future__ import annotations

import sys
from pathlib import Path

from allears_tools.contract.generated import write_or_check
from allears_tools.seeds.loading import load_commands_file
from allears_tools.seeds.schema import CommandsFile

_ROOT = Path(__file__).resolve().parents[3]
PYTHON_FILE = _ROOT / "sdk/allears/command_contract.py"
C_FILE = _ROOT / "sdk/firmware/include/allears_command_contract.h"

_ORIGIN = "Generated from seeds/commands.yaml by allears_tools.contract.commands."
_GAP = "A number's next digit is decided this soon after the setting command or the digit before."
_HOLD_OFF = "Within a number, nothing is decided this soon after a digit."


def _digits(file: CommandsFile) -> dict[str, int]:
    return {command.id: command.digit for command in file.commands if command.digit is not None}


def _numbers(file: CommandsFile) -> dict[str, tuple[int, int]]:
    return {
        command.id: (command.number.min_digits, command.number.max_digits)
        for command in file.commands
        if command.number
    }


def render_python(file: CommandsFile) -> str:
    """Return the text of command_contract.py."""
    lines = [f'"""Digits, and the commands that take a number.\n\n{_ORIGIN}\n"""', ""]
    lines += [f"NUMBER_GAP_MS = {file.numbers.gap_ms}", f'"""{_GAP}"""', ""]
    lines += [f"NUMBER_HOLD_OFF_MS = {file.numbers.hold_off_ms}", f'"""{_HOLD_OFF}"""', ""]
    lines += ["DIGITS = {", *(f'    "{id}": {digit},' for id, digit in _digits(file).items())]
    lines += ["}", '"""The command of each digit, and its value."""', "", "NUMBERS = {"]
    lines += [f'    "{id}": ({least}, {most}),' for id, (least, most) in _numbers(file).items()]
    lines += ["}", '"""The commands that take a number: fewest and most digits."""', ""]
    return "\n".join(lines)


def render_c(file: CommandsFile) -> str:
    """Return the text of allears_command_contract.h (C99): two tables as X macros."""
    lines = [f"/* Digits, and the commands that take a number.\n * {_ORIGIN}\n */"]
    lines += ["#ifndef ALLEARS_COMMAND_CONTRACT_H", "#define ALLEARS_COMMAND_CONTRACT_H", ""]
    lines += [f"/** {_GAP} */", f"#define ALLEARS_NUMBER_GAP_MS {file.numbers.gap_ms}", ""]
    lines += [f"/** {_HOLD_OFF} */"]
    lines += [f"#define ALLEARS_NUMBER_HOLD_OFF_MS {file.numbers.hold_off_ms}", ""]
    lines += ["/** X(command id, value) for each digit. */"]
    lines += [_table("DIGITS", [f'"{id}", {digit}' for id, digit in _digits(file).items()]), ""]
    lines += ["/** X(command id, fewest digits, most digits) for each command with a number. */"]
    numbers = [f'"{id}", {least}, {most}' for id, (least, most) in _numbers(file).items()]
    return "\n".join([*lines, _table("NUMBERS", numbers), "", "#endif", ""])


def _table(name: str, rows: list[str]) -> str:
    return " \\\n".join([f"#define ALLEARS_{name}(X)", *(f"    X({row})" for row in rows)])


def main(arguments: list[str]) -> int:
    """Write both files; with ``--check`` only compare, and return 1 where they differ."""
    file = load_commands_file()
    texts = {PYTHON_FILE: render_python(file), C_FILE: render_c(file)}
    return write_or_check(arguments, "seeds/commands.yaml", texts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
