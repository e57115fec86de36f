"""`allears board` from the command line."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from allears_tools.board import machines
from allears_tools.board.errors import BoardError
from allears_tools.cli import run


def board(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["board", *arguments])
    told = capsys.readouterr()
    return status, told.out, told.err


def boots(
    capsys: pytest.CaptureFixture[str], here: tuple[str, ...], wanted: int, wait_s: float = 20.0
) -> int:
    """How often the log tells a boot without a pack, once it has told `wanted` or time is up."""
    end = time.monotonic() + wait_s
    while True:
        status, out, _ = board(capsys, "log", *here)
        told = out.count("boot: no pack runs")
        if status != 0 or told >= wanted or time.monotonic() > end:
            return told
        time.sleep(0.1)


def test_life_of_a_board(
    firmware: Path,
    machine: str,
    public_key_path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ALLEARS_PORTS", str(tmp_path / "ports"))
    here = ("--board", machine, "--state", str(tmp_path / "board"))
    status, _, error = board(capsys, "start", *here)
    assert status == 2 and "--trust" in error

    trusting = (*here, "--trust", str(public_key_path))
    status, out, _ = board(capsys, "start", *trusting, "--tcp", "0", "--json")
    started = json.loads(out)
    try:
        assert status == 0 and started["port"].startswith("tcp:127.0.0.1:")
        status, _, error = board(capsys, "start", *trusting)
        assert status == 2 and "runs already" in error
        assert boots(capsys, here, 1) == 1
        status, out, _ = board(capsys, "power-cut", *here, "--json")
        assert json.loads(out)["port"] == started["port"]
        assert json.loads(out)["pid"] != started["pid"]
        assert boots(capsys, here, 2) == 2
        assert board(capsys, "reset", *here)[0] == 0
        assert boots(capsys, here, 3) == 3
    finally:
        assert board(capsys, "stop", *here)[0] == 0
    status, _, error = board(capsys, "stop", *here)
    assert status == 2 and "No board runs" in error


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BoardError, match="apt-get install"):
        machines.need_program(machines.EMULATOR)


def test_unknown_board(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, error = board(capsys, "start", "--board", "mps2-an999")
    assert status == 2 and "mps2-an386" in error
