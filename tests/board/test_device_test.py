"""`allears test` on an emulated board, by its microphone, and when its power is cut meanwhile."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from allears_tools import cli
from allears_tools.board import emulator, microphone
from allears_tools.testing import material
from allears_tools.testing.targets import Device

from tests.board.boards import EmulatedBoard

pytest.importorskip("jinja2", reason="reports need the extra [tools]: pip install -e .[tools]")


@pytest.fixture(autouse=True)
def demo_clips_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Recordings that stand beside this checkout are not played."""
    monkeypatch.setattr(material, "BESIDE_CHECKOUT", tmp_path / "none.tsv")


def _arguments(board: EmulatedBoard) -> list[str]:
    return ["test", "--port", board.port, "--profile", "gb", "--clips", "4"]


def test_a_board_equals_the_reference_kernels(board: EmulatedBoard, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    assert cli.run([*_arguments(board), "--json", str(path)]) == 0
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["device"]["audio_by"] == "microphone"
    assert (found["disagreeing"], found["dropped_frames"], found["bad_frames"]) == ([], 0, 0)
    assert found["latency_ms"]["p50"] <= 300


def test_a_power_cut_ends_the_test_and_the_next_one_works(
    board: EmulatedBoard,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(microphone, "_STALL_TIMEOUT_S", 1.0)
    hear = Device.hear

    async def cut_and_hear(device: Device, samples):
        emulator.stop(board.folder, signal.SIGKILL)
        return await hear(device, samples)

    with monkeypatch.context() as patch:
        patch.setattr(Device, "hear", cut_and_hear)
        assert cli.run(_arguments(board)) == 1
    said = capsys.readouterr().out.replace("\n", " ")
    assert "broken off after 0 of 4 clips" in said and "Next step" in said
    board.start("pty")
    assert cli.run(_arguments(board)) == 0
