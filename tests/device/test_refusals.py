"""What must not get in does not, and leaves no trace."""

from __future__ import annotations

import random

import pytest
from allears.contract import CONTRACT_SHA256
from allears.errors import PackError
from allears.link_contract import Refusal
from allears.packs.contents import read_pack
from allears_tools.packing.build import sign
from allears_tools.packing.keys import read_key, write_key

from tests.device.memory_flash import SLOT_SECTORS
from tests.device.small import flash, image_hash, runs, send, small_pack

FLIPS = 500


@pytest.fixture
def running_device(device, signed):
    """A device that runs the pack of gb with security counter 3."""
    flash(device, signed(market="gb", counter=3))
    return device


def refused(device, image):
    """Flash `image`; return the refusal after having checked that nothing changed."""
    before = device.storage.journal.state, device.running
    try:
        send(device, image)
        found = [pack for slot, pack in device.packs() if slot is not device.running.slot]
        wanted = found[0].image_hash if found else bytes(32)
        device.test(wanted)
    except PackError as fault:
        assert (device.storage.journal.state, device.running) == before
        device.reset()
        assert runs(device) == "gb" and device.running.confirmed
        return fault.refusal
    return None


def test_a_good_pack_is_not_refused(running_device, signed):
    assert refused(running_device, signed(market="rs", counter=3)) is None


def test_older_security_counter(running_device, signed):
    assert refused(running_device, signed(market="rs", counter=2)) == Refusal.OLDER_COUNTER


def test_other_board(running_device, signed):
    image = signed(market="rs", counter=3, board="mps2-an386")
    assert refused(running_device, image) == Refusal.OTHER_BOARD


def test_other_contract(running_device, key_path, monkeypatch):
    monkeypatch.setattr("allears_tools.packing.build.CONTRACT_SHA256", CONTRACT_SHA256[::-1])
    image = small_pack(read_key(key_path), market="rs", counter=3)
    assert refused(running_device, image) == Refusal.OTHER_CONTRACT


def test_too_large(running_device, signed):
    image = signed(market="rs", counter=3, wake_bytes=SLOT_SECTORS * 4096)
    assert refused(running_device, image) == Refusal.TOO_LARGE


def test_unsigned(running_device):
    assert refused(running_device, small_pack(None, market="rs", counter=3)) in (
        Refusal.UNSIGNED_PACK,
    )


def test_wrong_key(running_device, tmp_path):
    write_key(tmp_path / "other.pem")
    image = small_pack(read_key(tmp_path / "other.pem"), market="rs", counter=3)
    assert refused(running_device, image) == Refusal.WRONG_KEY


def test_other_signature(running_device, signed, tmp_path):
    good, other = (signed(market=market, counter=3) for market in ("rs", "hu"))
    assert refused(running_device, good[:-64] + other[-64:]) == Refusal.BAD_SIGNATURE


def test_no_pack_at_all(running_device, key_path):
    assert refused(running_device, b"#!/bin/sh\n" * 100) == Refusal.NOT_A_PACK
    assert refused(running_device, b"\0") == Refusal.NOT_A_PACK
    firmware = sign(b"\0" * 500, read_key(key_path), "1.0.0", 3)
    assert refused(running_device, firmware) == Refusal.NOT_A_PACK


def test_truncated(running_device, signed):
    image = signed(market="rs", counter=3)
    random.seed(6)
    for length in [129, *random.sample(range(130, len(image)), 40)]:
        assert refused(running_device, image[:length]) in (
            Refusal.TRUNCATED,
            Refusal.NO_SUCH_PACK,  # no table is left to read a hash from
            Refusal.BAD_HEADER,
        )


def test_one_flipped_bit(running_device, signed):
    image = signed(market="rs", counter=3)
    random.seed(7)
    for place in random.sample(range(8 * len(image)), FLIPS):
        changed = bytearray(image)
        changed[place // 8] ^= 1 << place % 8
        assert refused(running_device, bytes(changed)) is not None, place


def test_contradicting_counters(running_device, signed, key_path):
    """A header that claims another counter than the signed TLV."""
    image = signed(market="rs", counter=3)
    payload = bytearray(image[32 : read_pack(image).head.image.payload_end])
    payload[12] = 9
    crossed = sign(bytes(payload), read_key(key_path), "1.0.0", 3)
    assert refused(running_device, crossed) == Refusal.BAD_HEADER


def test_unusable_models(gate, signed):
    """With its models loaded, a pack of nonsense is refused at its first boot."""
    from allears.device.core import Device

    from tests.device.memory_flash import MemoryFlash

    device = Device(MemoryFlash.storage(), gate)
    image = signed(market="rs")
    send(device, image)
    device.test(image_hash(image))
    device.reset()
    assert runs(device) is None
    assert device.refusal == Refusal.BAD_SECTION
