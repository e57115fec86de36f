"""The front end's constants in flash are what its own code computes."""

from __future__ import annotations

from pathlib import Path

from allears_tools.firmware.library import FIRMWARE, build


def test_tables_are_those_of_the_contract(tmp_path: Path) -> None:
    made = tmp_path / "tables.c"
    build("tables", f"TABLES={made}")
    assert made.read_text() == (FIRMWARE / "src/frontend_tables.c").read_text()
