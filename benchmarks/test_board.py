"""What the firmware costs a Cortex-M4 in instructions, counted by QEMU: part of `make bench`."""

from __future__ import annotations

import pytest

pytest.importorskip("imgtool", reason="packs need the extra [flash]: pip install -e .[flash]")

from allears_tools.bench.command import write_json
from allears_tools.board.bench import TARGETS, measure
from allears_tools.board.errors import BoardError
from allears_tools.board.machines import MACHINES

from benchmarks.results import RESULTS


@pytest.mark.parametrize(
    ("board", "market"), [*((board, "gb") for board in MACHINES), ("mps2-an386", "gb+rs")]
)
def test_instructions(benchmark, board: str, market: str) -> None:
    try:
        report = benchmark.pedantic(measure, (MACHINES[board], market), rounds=1)
    except BoardError as error:
        pytest.skip(str(error))
    name = board if market == "gb" else f"{board}-{market}"
    write_json(report, RESULTS / f"{name}.json")
    counted = {name: mode["instructions_a_second"] for name, mode in report["modes"].items()}
    assert {name: count <= TARGETS[name] for name, count in counted.items()} == dict.fromkeys(
        TARGETS, True
    ), counted
