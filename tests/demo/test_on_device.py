"""The demo on a device: two markets flashed, scenes played, events printed."""

from __future__ import annotations

import dataclasses
import io

import pytest
from allears import Profile
from allears_tools.demo.scenes import synthetic_section
from rich.console import Console

pytest.importorskip("smpclient", reason="flashing needs the extra [flash]: pip install -e .[flash]")


def test_gb_then_rs(monkeypatch, tmp_path):
    from allears_tools.demo.on_device import demo_on_device

    monkeypatch.setenv("ALLEARS_PORTS", str(tmp_path))
    sections = {}
    for market in ("gb", "rs"):
        whole = synthetic_section(Profile.load(market).languages[0])
        sections[market] = dataclasses.replace(whole, scenes=whole.scenes[1:3])
    console = Console(file=io.StringIO(), width=150)
    demo_on_device(sections, console)
    told = console.file.getvalue()
    assert "nothing → gb 1.0.0 (en)" in told and "gb 1.0.0 (en) → rs 1.0.0 (sr)" in told
    assert "“computer”" in told and "“zdravo kućo”" in told
    assert told.count("of 2 right") == 2
