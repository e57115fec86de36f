"""Power fails at every flash operation of upload, trial and confirmation, in turn."""

from __future__ import annotations

import pytest
from allears.device.core import Device

from tests.device.memory_flash import MemoryFlash, Power, PowerCut
from tests.device.small import flash, runs


class Rig:
    """A device whose power can fail."""

    def __init__(self, gate):
        self.gate = gate
        self.flashes = MemoryFlash.set()
        self.boot()

    def boot(self, fails_at=None, share=0.5):
        power = Power(fails_at, share)
        for part in self.flashes:
            part.power = power
        self.power = power
        self.device = Device(MemoryFlash.storage(self.flashes), self.gate)


@pytest.fixture
def rig(gate, no_models, signed):
    rig = Rig(gate)
    flash(rig.device, signed(market="gb"))
    return rig


def operations_of_a_flash(rig, image):
    rig.boot()
    flash(rig.device, image)
    return rig.power.operations


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_every_cut_leaves_a_valid_pack(rig, signed, share):
    count = operations_of_a_flash(rig, signed(market="rs"))
    assert count > 20
    cuts = 0
    held = "rs"
    for fails_at in range(1, count + 1):
        wanted = "gb" if held == "rs" else "rs"
        image = signed(market=wanted, version=f"1.{fails_at}.0")
        try:
            rig.boot(fails_at, share)
            flash(rig.device, image)
        except PowerCut:
            cuts += 1
        rig.boot()
        assert runs(rig.device) in (held, wanted)
        if runs(rig.device) == held:
            # Reverted, or not begun: the pack that ran is still the confirmed one.
            assert rig.device.running.confirmed
        flash(rig.device, image)
        rig.boot()
        assert runs(rig.device) == wanted and rig.device.running.confirmed
        held = wanted
    assert cuts >= count - 5


def test_cuts_again_and_again(rig, signed):
    """Power that fails every few operations still lets every flash through in the end."""
    for market in ("rs", "hu", "gb"):
        image = signed(market=market)
        for _ in range(200):
            try:
                rig.boot(fails_at=12, share=0.5)
                assert runs(rig.device) is not None
                flash(rig.device, image)
                break
            except PowerCut:
                continue
        rig.boot()
        assert runs(rig.device) == market and rig.device.running.confirmed


def test_a_first_pack_needs_no_old_one(gate, no_models, signed):
    for fails_at in range(1, 60):
        rig = Rig(gate)
        try:
            rig.boot(fails_at)
            flash(rig.device, signed())
        except PowerCut:
            rig.boot()
            flash(rig.device, signed())
        assert runs(rig.device) == "gb"


def test_the_journal_goes_round(gate, no_models, signed):
    """More records than two sectors hold."""
    rig = Rig(gate)
    packs = [signed(market=market) for market in ("gb", "rs")]
    for turn in range(120):
        flash(rig.device, packs[turn % 2])
    assert rig.device.storage.journal.state.confirmed == 1
    rig.boot()
    assert runs(rig.device) == "rs"
