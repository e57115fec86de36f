"""Estimates from instructions, and what they stand beside."""

from __future__ import annotations

from pathlib import Path

import pytest
from allears_tools.board.bench import show
from allears_tools.board.estimates import (
    CYCLES_AN_INSTRUCTION,
    duty,
    estimates,
    firmware_bytes,
    published,
)
from rich.console import Console


def test_a_core_that_does_nothing_else_is_busy_all_the_time() -> None:
    assert duty(120e6 / CYCLES_AN_INSTRUCTION, 120) == pytest.approx(1.0)
    assert duty(12e6, 168) == pytest.approx(12e6 * CYCLES_AN_INSTRUCTION / 168e6)


def test_every_published_figure_has_a_source() -> None:
    found = published()
    assert {"MLPerf", "ESP-SR"} <= {other.name.split()[0] for other in found}
    assert all(other.source.startswith("https://") and 0 < other.duty < 1 for other in found)


def test_the_assumption_stands_beside_the_estimate() -> None:
    modes = {
        mode: {"instructions_a_second": 12e6, "target": 15e6, "stages": {}, "functions": {}}
        for mode in ("always_on", "listening")
    }
    facts = {"board": "x", "core": "Cortex-M4", "bytes": {"flash": 1000, "ram": 100}}
    console = Console(record=True, width=200)
    show({**facts, "modes": modes, **estimates(modes)}, console)
    text = console.export_text()
    assert "15.0 %" in text and "10.7 %" in text and "instructions are not cycles" in text
    assert "55.9 %" in text


def test_sizes_of_the_firmware(firmware: Path) -> None:
    sizes = firmware_bytes(firmware)
    assert 20_000 < sizes["flash"] < 96 * 1024
    assert 20_000 < sizes["ram"] <= 64 * 1024
