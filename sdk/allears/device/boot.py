"""Which pack runs after a reset, and whether it may."""

from __future__ import annotations

from typing import NamedTuple

from allears.device.checks import Gate
from allears.device.slot import Slot
from allears.device.storage import Storage
from allears.errors import PackError
from allears.link_contract import TRIAL_REQUESTED, TRIAL_RUNNING, Refusal
from allears.packs.contents import Pack
from allears.packs.running import listener_of, self_tested_listener
from allears.pipeline import Listener


class Running(NamedTuple):
    """The pack that runs; not confirmed while it is on trial."""

    slot: Slot
    pack: Pack
    listener: Listener
    confirmed: bool


class Booted(NamedTuple):
    """What a boot came to: `refusal` says why nothing runs, or why a trial ended."""

    running: Running | None
    refusal: Refusal | None


def boot(storage: Storage, gate: Gate) -> Booted:
    """Run the pack on trial if it passes its self-test, else the confirmed one."""
    journal = storage.journal
    refusal = None
    if journal.state.phase == TRIAL_RUNNING:
        refusal = Refusal.NOT_CONFIRMED
        journal.write(journal.state.without_trial(refusal))
    if journal.state.phase == TRIAL_REQUESTED and journal.state.trial is not None:
        # Written first: whatever the pack does to the device, the next boot is without it.
        journal.write(journal.state._replace(phase=TRIAL_RUNNING))
        try:
            return Booted(_run(storage, gate, journal.state.trial, confirmed=False), None)
        except PackError as fault:
            refusal = fault.refusal
            journal.write(journal.state.without_trial(refusal))
    if journal.state.confirmed is None:
        return Booted(None, refusal)
    try:
        return Booted(_run(storage, gate, journal.state.confirmed, confirmed=True), refusal)
    except PackError as fault:
        return Booted(None, fault.refusal)


def _run(storage: Storage, gate: Gate, index: int, *, confirmed: bool) -> Running:
    slot = storage.slots[index] if index < len(storage.slots) else None
    if slot is None:
        raise PackError(Refusal.NO_SUCH_SLOT)
    pack = gate.checked_pack(slot, storage.journal.state.security_counter)
    listener = listener_of(pack) if confirmed else self_tested_listener(pack)
    return Running(slot, pack, listener, confirmed)
