"""QEMU is killed at random moments of upload, test and confirmation: a valid pack always boots."""

from __future__ import annotations

import itertools
import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from allears.device.checks import Gate
from allears.device.storage import Storage
from allears.link_contract import JOURNAL_SECTORS, SECTOR_BYTES, SLOT_BYTES, SLOT_COUNT
from allears.packs.contents import Pack
from allears.packs.trust import TrustedKey
from allears_tools.board import emulator
from allears_tools.flash.flashing import Report

from tests.board.boards import EmulatedBoard
from tests.device.memory_flash import MemoryFlash

CUTS = {"mps2-an386": 200, "mps2-an500": 20}
"""A board; both run the same sources. `make soak` sets ALLEARS_BOARD_CUTS to 1,000."""

MARKETS = ["gb", "rs"]

_TRIAL_S = 0.8
"""About as long as a trial, its boot and the confirmation take."""


class Desk:
    """Flashes a board, and cuts its power at a chosen stage.

    `cuts`: how many fell on which stage.
    """

    def __init__(self, board: EmulatedBoard, chance: random.Random) -> None:
        self.board, self.chance = board, chance
        self.cuts: Counter[str] = Counter()
        self._stage, self._share = "", 0.0

    def flash(self, pack: Pack, check: Callable[[], None]) -> None:
        """Flash `pack` under several cuts, so that going on is cut too; then let it finish."""
        with ThreadPoolExecutor(1) as threads:
            job = threads.submit(self.board.flash, pack, self._tell, power_cuts_allowed=100)
            for _ in range(self.chance.randint(4, 12)):
                self._stage = ""
                self._await_moment(job)
                if job.done():
                    break
                self.cuts[self._stage] += 1
                emulator.stop(self.board.folder, signal.SIGKILL)
                check()
                self.board.start(self.board.link)
            report = job.result()
        assert report.result in ("flashed", "kept"), report.error

    def _tell(self, stage: str, done: int, total: int) -> None:
        self._stage, self._share = stage, done / total if total else 0.0

    def _await_moment(self, job: Future[Report]) -> None:
        """Wait for a share of the upload, or for a moment of the trial and the confirmation."""
        stage = self.chance.choice(["sending", "sending", "testing"])
        share = self.chance.uniform(0.0, 1.0)
        while not job.done() and self._stage not in (stage, "testing"):
            wait([job], timeout=0.005)
        if stage == "testing":
            wait([job], timeout=share * _TRIAL_S)
        while not job.done() and self._stage == "sending" and self._share < share:
            wait([job], timeout=0.001)


@pytest.fixture
def confirmed_market(public_key_path: Path) -> Callable[[EmulatedBoard], str]:
    """Returns the market of a dead board's confirmed pack, checked by the Python device's rules."""
    key = TrustedKey.load(public_key_path)

    def look(board: EmulatedBoard) -> str:
        flashes = [MemoryFlash(SLOT_BYTES // SECTOR_BYTES) for _ in range(SLOT_COUNT)]
        flashes.append(MemoryFlash(JOURNAL_SECTORS))
        with board.folder.memory.open("rb") as memory:
            for flash in flashes:
                flash.content[:] = memory.read(flash.size_bytes)
        storage = Storage(flashes[-1], flashes[:-1])
        state = storage.journal.state
        assert state.confirmed is not None
        gate = Gate(board.machine.board, key)
        pack = gate.checked_pack(storage.slots[state.confirmed], state.security_counter)
        return pack.head.market

    return look


def test_power_cuts(
    board: EmulatedBoard,
    machine: str,
    pack_for: Callable[..., Pack],
    confirmed_market: Callable[[EmulatedBoard], str],
) -> None:
    wanted_cuts = int(os.environ.get("ALLEARS_BOARD_CUTS", CUTS[machine]))
    emulator.stop(board.folder)
    board.start("tcp:0")  # a PTY's number may go to another program while the board is off
    desk = Desk(board, random.Random(machine))
    holds, wanted = MARKETS

    def check() -> None:
        assert confirmed_market(board) in (holds, wanted)

    for number in itertools.count():
        if desk.cuts.total() >= wanted_cuts:
            break
        # A version of its own each time: the other slot still holds the pack before the last.
        desk.flash(pack_for(wanted, machine, version=f"2.0.{number}"), check)
        status = board.status()
        assert (status.market, status.confirmed) == (wanted, True)
        holds, wanted = wanted, holds
    print(f"{machine}: power cut at {dict(desk.cuts)}")
    # A board that booted without a pack would have said so.
    log = board.folder.log.read_text(errors="replace").splitlines()
    boots = [line for line in log if line.startswith("boot: ")]
    assert boots and "boot: no pack runs" not in boots[1:]
