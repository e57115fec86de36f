"""Write sdk/allears/contract.py and sdk/firmware/include/allears_contract.h from contract.yaml.

Run: ``python -m allears_tools.contract.generate [--check]`` in a checkout.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import NamedTuple

import yaml

from allears_tools.contract.generated import write_or_check

_ROOT = Path(__file__).resolve().parents[3]
CONTRACT_YAML = _ROOT / "sdk/contract/contract.yaml"
PYTHON_FILE = _ROOT / "sdk/allears/contract.py"
C_FILE = _ROOT / "sdk/firmware/include/allears_contract.h"

HEARING = frozenset({"audio", "level", "front_end", "quantisation", "stages"})
"""The sections that decide what models get of audio."""

_ORIGIN = "Generated from sdk/contract/contract.yaml by allears_tools.contract.generate."


class Fact(NamedTuple):
    """One shared constant.

    ``value`` is an int or a float; ``about`` says what it is, in one line.
    """

    section: str
    name: str
    value: int | float
    about: str


def read_facts(path: Path = CONTRACT_YAML) -> list[Fact]:
    """Return the facts of contract.yaml in file order."""
    sections = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        Fact(section, name, entry["value"], entry["about"])
        for section, entries in sections.items()
        for name, entry in entries.items()
    ]


def contract_hash(facts: list[Fact]) -> str:
    """Return the SHA-256 (hex) of names and values; comments and order do not change it."""
    values = {fact.name: fact.value for fact in facts}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def features_hash(facts: list[Fact]) -> str:
    """Return the `contract_hash` of what decides what models get of audio: what training keeps
    depends on nothing else of the contract."""
    return contract_hash([fact for fact in facts if fact.section in HEARING])


def render_python(facts: list[Fact]) -> str:
    """Return the text of contract.py."""
    lines = [f'"""Facts shared by host and device.\n\n{_ORIGIN}\n"""', ""]
    section = ""
    for fact in facts:
        if fact.section != section:
            section = fact.section
            lines += [f"# {section.replace('_', ' ')}", ""]
        lines += [f"{fact.name.upper()} = {fact.value!r}", f'"""{fact.about}"""', ""]
    lines += [f'CONTRACT_SHA256 = "{contract_hash(facts)}"']
    lines += ['"""Hash of every name and value above."""', ""]
    lines += [f'FEATURES_SHA256 = "{features_hash(facts)}"']
    lines += ['"""Hash of those that decide what models get of audio."""', ""]
    return "\n".join(lines)


def _c_literal(value: int | float) -> str:
    return f"{value!r}f" if isinstance(value, float) else f"({value})" if value < 0 else str(value)


def render_c(facts: list[Fact]) -> str:
    """Return the text of allears_contract.h (C99)."""
    lines = [f"/* Facts shared by host and device.\n * {_ORIGIN}\n */"]
    lines += ["#ifndef ALLEARS_CONTRACT_H", "#define ALLEARS_CONTRACT_H", ""]
    section = ""
    for fact in facts:
        if fact.section != section:
            section = fact.section
            lines += [f"/* {section.replace('_', ' ')} */", ""]
        lines += [f"/** {fact.about} */"]
        lines += [f"#define ALLEARS_{fact.name.upper()} {_c_literal(fact.value)}", ""]
    digest = contract_hash(facts)
    lines += ["/** Hash of every name and value above. */"]
    lines += [f'#define ALLEARS_CONTRACT_SHA256 "{digest}"', ""]
    octets = ", ".join(f"0x{byte:02x}" for byte in bytes.fromhex(digest))
    lines += ["/** The same as an initialiser of 32 bytes. */"]
    lines += [f"#define ALLEARS_CONTRACT_SHA256_BYTES {{{octets}}}", ""]
    return "\n".join([*lines, "#endif", ""])


def main(arguments: list[str]) -> int:
    """Write both files; with ``--check`` only compare, and return 1 where they differ."""
    facts = read_facts()
    texts = {PYTHON_FILE: render_python(facts), C_FILE: render_c(facts)}
    return write_or_check(arguments, "contract.yaml", texts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
