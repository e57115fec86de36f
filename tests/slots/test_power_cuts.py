"""Power fails at any write of upload, test and confirmation: a valid confirmed pack boots."""

from __future__ import annotations

import os
import random

import pytest
from allears.link_contract import Refusal

from tests.slots.conftest import PackMaker, Simulator

_CUTS = int(os.environ.get("ALLEARS_SIMULATED_CUTS", "1000"))


@pytest.fixture(scope="module")
def packs(maker: PackMaker) -> tuple[bytes, bytes]:
    noise = random.Random(4).randbytes
    return maker.make(noise(9000)), maker.make(noise(9000), counter=2)


def test_random_cuts(simulator: Simulator, packs: tuple[bytes, bytes]) -> None:
    old, new = packs
    assert simulator.run("cuts", old, new, 1, _CUTS)[1] == str(_CUTS)


def test_cuts_spread_over_every_write(simulator: Simulator, packs: tuple[bytes, bytes]) -> None:
    old, new = packs
    cuts = int(simulator.run("every", old, new, 1, 61)[1])
    assert cuts > 250


def test_cuts_while_the_first_pack_is_flashed(
    simulator: Simulator, packs: tuple[bytes, bytes]
) -> None:
    assert simulator.run("cuts", None, packs[1], 1, 300)[1] == "300"


def test_cuts_while_a_pack_fails_its_trial(
    simulator: Simulator, packs: tuple[bytes, bytes]
) -> None:
    old, new = packs
    assert simulator.run("trial", old, new, Refusal.SELF_TEST, 300)[1] == "300"
