"""QEMU is killed at random moments of upload, test and confirmation: a valid pack always boots."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from allears.packs.contents import Pack

from tests.board.boards import EmulatedBoard

CUTS = int(os.environ.get("ALLEARS_BOARD_CUTS", "12"))


def test_power_cuts(board: EmulatedBoard, machine: str, pack_for: Callable[..., Pack]) -> None:
    markets = ["gb", "rs"]
    cuts = 0
    chance = random.Random(machine)
    while cuts < CUTS:
        wanted = pack_for(markets[1], machine)
        with ThreadPoolExecutor(1) as desk:
            report = desk.submit(board.flash, wanted)
            # Several cuts a flash, so that going on is cut too; then it is left to finish.
            for _ in range(chance.randint(1, 3)):
                wait([report], timeout=chance.uniform(0.0, 2.5))
                if report.done():
                    break
                board.power_cut()
                cuts += 1
        assert report.result().result in ("flashed", "kept"), report.result().error
        status = board.status()
        assert (status.market, status.confirmed) == (markets[1], True)
        markets.reverse()
