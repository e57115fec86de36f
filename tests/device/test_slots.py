"""Upload, trial, confirmation and reverting, as docs/pack-format.md tells them."""

from __future__ import annotations

import hashlib

import pytest
from allears.device.core import Device
from allears.errors import PackError
from allears.link_contract import SECTOR_BYTES, Refusal

from tests.device.memory_flash import MemoryFlash
from tests.device.small import EAR_BYTES, flash, image_hash, runs, send


def refusal_of(call, *arguments):
    with pytest.raises(PackError) as refused:
        call(*arguments)
    return refused.value.refusal


def test_a_fresh_device_runs_nothing(device):
    assert runs(device) is None and device.packs() == []
    assert refusal_of(device.hear, b"", False) == Refusal.NOTHING_RUNS
    assert refusal_of(device.confirm, None) == Refusal.NOTHING_RUNS


def test_flashing_twice_uses_both_slots(device, signed):
    for market in ("gb", "rs", "hu"):
        flash(device, signed(market=market))
        assert runs(device) == market and device.running.confirmed
    assert {pack.head.market for _, pack in device.packs()} == {"rs", "hu"}
    device.reset()
    assert runs(device) == "hu" and device.running.confirmed


@pytest.mark.parametrize("part_bytes", [80, 129, 1000, 4000, 100_000])
def test_any_size_of_parts(device, signed, part_bytes):
    image = signed()
    assert send(device, image, part_bytes) == (len(image), True)
    assert device.packs()[0][1].content == image


def test_a_trial_that_is_not_confirmed_is_taken_back(device, signed):
    flash(device, signed(market="gb"))
    image = signed(market="rs")
    send(device, image)
    device.test(image_hash(image))
    assert runs(device) == "gb"
    device.reset()
    assert runs(device) == "rs" and not device.running.confirmed
    assert refusal_of(send, device, signed(market="hu")) == Refusal.NO_FREE_SLOT
    device.reset()
    assert runs(device) == "gb" and device.refusal == Refusal.NOT_CONFIRMED
    device.test(image_hash(image))
    device.reset()
    device.confirm(None)
    device.reset()
    assert runs(device) == "rs" and device.refusal is None


def test_a_failed_self_test_is_taken_back(device, signed, monkeypatch):
    flash(device, signed(market="gb"))

    def fail(pack):
        raise PackError(Refusal.SELF_TEST)

    monkeypatch.setattr("allears.device.boot.self_tested_listener", fail)
    image = signed(market="rs")
    send(device, image)
    device.test(image_hash(image))
    device.reset()
    assert runs(device) == "gb" and device.running.confirmed
    assert device.refusal == Refusal.SELF_TEST
    device.reset()
    assert runs(device) == "gb" and device.refusal == Refusal.SELF_TEST


def test_only_what_runs_can_be_confirmed(device, signed):
    flash(device, signed(market="gb"))
    image = signed(market="rs")
    send(device, image)
    assert refusal_of(device.confirm, image_hash(image)) == Refusal.UNTESTED
    assert refusal_of(device.confirm, bytes(32)) == Refusal.NO_SUCH_PACK
    assert refusal_of(device.test, bytes(32)) == Refusal.NO_SUCH_PACK
    device.confirm(None)
    assert runs(device) == "gb"


def test_confirming_raises_the_counter(device, signed):
    flash(device, signed(market="gb", counter=5))
    assert device.storage.journal.state.security_counter == 5
    assert refusal_of(send, device, signed(market="rs", counter=4)) == Refusal.OLDER_COUNTER
    flash(device, signed(market="rs", counter=5))
    assert runs(device) == "rs"


def test_a_pack_that_is_there_is_not_sent_again(device, signed):
    image = signed()
    flash(device, image)
    sha = hashlib.sha256(image).digest()
    assert device.write_upload(0, image[:100], len(image), sha) == (len(image), True)


def test_the_ear_is_copied(device, signed):
    flash(device, signed(market="gb"))
    assert device.upload.copied_bytes == 0
    image = signed(market="rs")
    send(device, image)
    assert device.upload.copied_bytes == EAR_BYTES
    assert device.upload.received_bytes < len(image) - EAR_BYTES + 2 * 1000
    other = signed(market="hu", ear=b"another")
    send(device, other)
    assert device.upload.copied_bytes == 0


def test_a_damaged_ear_is_not_copied(gate, no_models, signed):
    flashes = MemoryFlash.set()
    device = Device(MemoryFlash.storage(flashes), gate)
    flash(device, signed(market="gb"))
    flashes[1].content[6000] ^= 1
    image = signed(market="rs")
    assert send(device, image).match
    assert device.upload.copied_bytes == 0


def test_upload_goes_on_after_a_reset(gate, no_models, signed):
    flashes = MemoryFlash.set()
    device = Device(MemoryFlash.storage(flashes), gate)
    image = signed()
    send(device, image, until=2 * SECTOR_BYTES + 500)
    again = Device(MemoryFlash.storage(flashes), gate)
    sha = hashlib.sha256(image).digest()
    assert again.write_upload(0, image[:1000], len(image), sha).off == 2 * SECTOR_BYTES
    flash(again, image)
    assert runs(again) == "gb"


def test_another_upload_starts_anew(device, signed):
    send(device, signed(market="gb"), until=9000)
    image = signed(market="rs")
    assert send(device, image).match
    assert [pack.head.market for _, pack in device.packs()] == ["rs"]


def test_data_elsewhere_is_dropped(device, signed):
    image = signed()
    sha = hashlib.sha256(image).digest()
    device.write_upload(0, image[:1000], len(image), sha)
    assert device.write_upload(5000, image[5000:6000], None, None).off == 1000
    assert device.write_upload(0, image[:1000], len(image), sha).off == 1000
    assert send(device, image).match


def test_upload_without_a_hash(device, signed):
    image = signed()
    assert send(device, image, sha=False) == (len(image), None)
    device.test(image_hash(image))


def test_a_wrong_byte_on_the_way_is_noticed(device, signed):
    image = signed()
    sha = hashlib.sha256(image).digest()
    device.write_upload(0, image[:1000], len(image), sha)
    assert refusal_of(_send_rest, device, image, 5000) == Refusal.OTHER_SHA
    assert device.packs() == []
    assert send(device, image).match


def _send_rest(device, image, wrong):
    damaged = bytearray(image)
    damaged[wrong] ^= 1
    off = 1000
    while off < len(image):
        off = device.write_upload(off, bytes(damaged[off : off + 1000]), None, None).off


def test_more_than_announced_is_refused(device, signed):
    image = signed()
    send(device, image, until=len(image) - 500)
    assert refusal_of(device.write_upload, len(image) - 500, bytes(501), None, None) in (
        Refusal.OVERRUN,
        Refusal.NO_UPLOAD,
    )


def test_no_upload_no_middle(device):
    assert refusal_of(device.write_upload, 1000, b"x", None, None) == Refusal.NO_UPLOAD
    assert refusal_of(device.write_upload, 0, b"x", None, None) == Refusal.BAD_REQUEST


def test_erasing(device, signed):
    flash(device, signed(market="gb"))
    assert refusal_of(device.erase, 0) == Refusal.SLOT_IN_USE
    assert refusal_of(device.erase, 2) == Refusal.NO_SUCH_SLOT
    image = signed(market="rs")
    send(device, image)
    device.test(image_hash(image))
    device.erase(None)
    device.reset()
    assert runs(device) == "gb" and len(device.packs()) == 1


def test_a_new_upload_withdraws_a_trial(device, signed):
    flash(device, signed(market="gb"))
    image = signed(market="rs")
    send(device, image)
    device.test(image_hash(image))
    send(device, signed(market="hu"))
    device.reset()
    assert runs(device) == "gb" and device.refusal is None
