"""Emulated boards, started for these tests alone, and packs for them.

Without QEMU or the cross compiler the tests skip with the reason; with ALLEARS_REQUIRE_BOARD=1, as
in CI, they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("smpclient", reason="flashing needs the extra [flash]: pip install -e .[flash]")

from allears.packs.contents import Pack, read_pack
from allears_tools.board import emulator
from allears_tools.board.errors import BoardError
from allears_tools.board.firmware import build_firmware
from allears_tools.board.machines import COMPILER, EMULATOR, MACHINES, need_program
from allears_tools.firmware.errors import BuildError
from allears_tools.firmware.sources import fetch_sources
from allears_tools.packing.build import lay_out, sign
from allears_tools.packing.keys import read_key
from allears_tools.packing.sections import SectionContent

from tests.board.boards import EmulatedBoard

_ROOT = Path(__file__).resolve().parents[2]


def _need_board() -> None:
    """Skip, or fail where a board is required, unless boards can be built and run here."""
    try:
        need_program(COMPILER)
        need_program(EMULATOR)
        fetch_sources(_ROOT / "build/third_party")
    except (BoardError, BuildError) as error:
        if os.environ.get("ALLEARS_REQUIRE_BOARD") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session", params=MACHINES)
def machine(request: pytest.FixtureRequest) -> str:
    """Each emulated board."""
    _need_board()
    return request.param


@pytest.fixture(scope="session")
def firmware(machine: str) -> Path:
    """The board's firmware."""
    return build_firmware(machine)


@pytest.fixture(scope="session")
def an386_firmware() -> Path:
    """The firmware of the board with a Cortex-M4, for what is tested on one board alone."""
    _need_board()
    return build_firmware("mps2-an386")


@pytest.fixture(scope="session")
def pack_for(make_pack: Callable[..., bytes], key_path: Path) -> Callable[..., Pack]:
    """Returns a market's pack for a board; golden clips are chosen once for both."""

    def pack(
        market: str, board: str, version: str = "1.0.0", counter: int = 1, signed: bool = True
    ) -> Pack:
        first = read_pack(make_pack(market, board=next(iter(MACHINES))))
        sections = [
            SectionContent(s.kind, s.language, first.content[s.offset : s.end])
            for s in first.sections
        ]
        payload = lay_out(sections, board, market, counter)
        return read_pack(sign(payload, read_key(key_path) if signed else None, version, counter))

    return pack


@pytest.fixture
def make_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, public_key_path: Path
) -> Iterator[Callable[..., EmulatedBoard]]:
    """Returns running boards, stopped at the end of the test."""
    monkeypatch.setenv("ALLEARS_PORTS", str(tmp_path / "ports"))
    made: list[EmulatedBoard] = []

    def make(machine: str, firmware: Path, link: str = "pty") -> EmulatedBoard:
        board = EmulatedBoard(tmp_path / f"board{len(made)}", machine, firmware)
        board.folder.prepare(MACHINES[machine], public_key_path)
        board.start(link)
        made.append(board)
        return board

    yield make
    for board in made:
        if board.folder.running():
            emulator.stop(board.folder)


@pytest.fixture(scope="session")
def flashed_memory(
    machine: str,
    firmware: Path,
    pack_for: Callable[..., Pack],
    public_key_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The memory of a board that holds and has confirmed the pack gb 1.0.0."""
    board = EmulatedBoard(tmp_path_factory.mktemp(machine) / "flashed", machine, firmware)
    board.folder.prepare(MACHINES[machine], public_key_path)
    board.start("pty")
    try:
        report = board.flash(pack_for("gb", machine))
        assert report.result == "flashed", report.error
    finally:
        emulator.stop(board.folder)
    return board.folder.memory


@pytest.fixture
def board(
    make_board: Callable[..., EmulatedBoard], machine: str, firmware: Path, flashed_memory: Path
) -> EmulatedBoard:
    """A running board that holds gb 1.0.0, its own copy."""
    made = make_board(machine, firmware)
    emulator.stop(made.folder)
    shutil.copyfile(flashed_memory, made.folder.memory)
    made.start("pty")
    return made
