"""What the firmware refuses, each with its reason; the simulator checks that nothing changed."""

from __future__ import annotations

import random

import pytest
from allears.link_contract import SLOT_BYTES, Refusal
from imgtool.keys.ed25519 import Ed25519

from tests.slots.conftest import PackMaker, Simulator

_noise = random.Random(5).randbytes


@pytest.fixture(scope="module")
def old(maker: PackMaker) -> bytes:
    return maker.make(_noise(6000), counter=3)


def test_a_good_pack_is_taken(simulator: Simulator, maker: PackMaker, old: bytes) -> None:
    assert simulator.refusal(old, maker.make(_noise(6000), counter=3)) == 0


def test_the_running_pack_is_taken_again(simulator: Simulator, old: bytes) -> None:
    assert simulator.refusal(old, old) == 0


def test_unsigned(simulator: Simulator, maker: PackMaker, old: bytes) -> None:
    pack = maker.make(_noise(6000), counter=3, signed=False)
    assert simulator.refusal(old, pack) == Refusal.UNSIGNED_PACK


def test_wrong_key(simulator: Simulator, maker: PackMaker, old: bytes) -> None:
    pack = maker.make(_noise(6000), counter=3, key=Ed25519.generate())
    assert simulator.refusal(old, pack) == Refusal.WRONG_KEY


def test_forged_signature(simulator: Simulator, maker: PackMaker, old: bytes) -> None:
    pack = bytearray(maker.make(_noise(6000), counter=3))
    pack[-1] ^= 1
    assert simulator.refusal(old, bytes(pack)) == Refusal.BAD_SIGNATURE


def test_changed_after_signing(simulator: Simulator, maker: PackMaker, old: bytes) -> None:
    pack = bytearray(maker.make(_noise(6000), counter=3))
    pack[-1000] ^= 1  # in the wake model: the ear would be copied, not sent
    assert simulator.refusal(old, bytes(pack)) == Refusal.CORRUPT


@pytest.mark.parametrize("kept", [1, 31, 127, 128, 129, 4096, 12000, -100, -65, -1])
def test_truncated(simulator: Simulator, maker: PackMaker, old: bytes, kept: int) -> None:
    pack = maker.make(_noise(6000), counter=3)
    expected = {Refusal.NOT_A_PACK, Refusal.NO_SUCH_PACK}
    assert simulator.refusal(old, pack[:kept]) in expected


def test_older_counter(simulator: Simulator, maker: PackMaker, old: bytes) -> None:
    pack = maker.make(_noise(6000), counter=2)
    assert simulator.refusal(old, pack) == Refusal.OLDER_COUNTER


def test_other_contract(
    simulator: Simulator, maker: PackMaker, old: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allears_tools.packing.build.CONTRACT_SHA256", "00" * 32)
    pack = maker.make(_noise(6000), counter=3)
    assert simulator.refusal(old, pack) == Refusal.OTHER_CONTRACT


@pytest.mark.parametrize("board", ["linux", "test-boar", "test-board2", "x" * 16])
def test_other_board(simulator: Simulator, maker: PackMaker, old: bytes, board: str) -> None:
    pack = maker.make(_noise(6000), counter=3, board=board)
    assert simulator.refusal(old, pack) == Refusal.OTHER_BOARD


def test_too_large(simulator: Simulator, maker: PackMaker, old: bytes) -> None:
    pack = maker.make(_noise(SLOT_BYTES), counter=3)
    assert simulator.refusal(old, pack) == Refusal.TOO_LARGE


@pytest.mark.parametrize("content", [b"x", b"MCUboot" * 100, bytes(5000)])
def test_no_pack(simulator: Simulator, old: bytes, content: bytes) -> None:
    assert simulator.refusal(old, content) == Refusal.NOT_A_PACK


def test_one_flipped_bit_at_500_places(simulator: Simulator, maker: PackMaker, old: bytes) -> None:
    pack = maker.make(_noise(6000), counter=3)
    assert simulator.run("flips", old, pack, 1, 500)[1] == "500"
