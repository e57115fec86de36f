"""`allears soak`: the books, the C runtime, and programs that leak or crash."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
from allears_tools import cli
from allears_tools.firmware.library import why_not_built
from allears_tools.testing.errors import DeviceTestError
from allears_tools.testing.soak.host import soak_host
from allears_tools.testing.soak.ledger import GROWTH_LIMIT_BYTES, Ledger
from allears_tools.testing.soak.playlist import Item

from tests.testing.outcomes import event

SECOND = np.zeros(16000, np.int16)
TALK = Item(SECOND, None, "talk")
CALL = Item(SECOND, "stop", "call")


def _played(*items: Item) -> Ledger:
    ledger = Ledger()
    for item in items:
        ledger.played(item)
    return ledger


def test_events_belong_to_calls_or_are_false() -> None:
    ledger = _played(*[TALK] * 10, CALL, *[TALK] * 10, CALL, *[TALK] * 10)
    ledger.events = [
        event("computer", 2000),  # false
        event("computer", 10500),
        event("stop", 11200),
        event("start", 20000),  # false: long after the call
        event("computer", 21500),
        event("start", 22000),
    ]
    told = ledger.to_dict()
    assert (told["calls"], told["answered"], told["right"]) == (2, 2, 1)
    assert (told["false_wakes"], told["false_commands"]) == (1, 1)
    assert told["false_wakes_per_hour"] == pytest.approx(3600 / 32)


def test_growth_counts_from_the_warm_up_on() -> None:
    ledger = _played(*[TALK] * 10)
    ledger.memory = [(1000, 100), (3000, 500), (6000, 500), (10000, 520)]
    assert ledger.growth_bytes() == 20
    assert _played(TALK).growth_bytes() is None


def _program(tmp_path: Path, body: str) -> list[str]:
    path = tmp_path / "program.py"
    path.write_text("import sys\nread = sys.stdin.buffer.read\n" + body, encoding="utf-8")
    return [sys.executable, str(path)]


def test_a_leak_is_seen(tmp_path: Path) -> None:
    command = _program(tmp_path, "kept = []\nwhile part := read(4096): kept.append(part * 4)\n")
    ledger = soak_host(command, repeat(TALK), 300, lambda ledger: None)
    assert (ledger.growth_bytes() or 0) > GROWTH_LIMIT_BYTES


def test_a_crash_is_told(tmp_path: Path) -> None:
    command = _program(tmp_path, "read(100000)\nsys.exit('out of luck')\n")
    with pytest.raises(DeviceTestError, match="out of luck"):
        soak_host(command, repeat(TALK), 300, lambda ledger: None)


@pytest.mark.skipif(bool(why_not_built()), reason=why_not_built())
def test_the_c_runtime_hears_the_same_twice(labels: Callable[[int], Path], tmp_path: Path) -> None:
    path = tmp_path / "soak.json"
    arguments = ["soak", "--profile", "gb", "--hours", "0.05", "--labels", str(labels(99))]
    assert cli.run([*arguments, "--json", str(path)]) == 0
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["same_events"] and found["faults"] == []
    first = found["passes"][0]
    assert first["calls"] >= 1 and first["answered"] == first["calls"]
    assert first["events"] > 0
