"""The device's state, changed in one step whatever the power does."""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from allears.device.flash import Flash
from allears.link_contract import (
    JOURNAL_MAGIC,
    JOURNAL_RECORD_BYTES,
    JOURNAL_SECTORS,
    NO_SLOT,
    SECTOR_BYTES,
    TRIAL_NONE,
    TRIAL_REQUESTED,
    TRIAL_RUNNING,
)

_BODY = struct.Struct("<IIBBBxIH10x")
_CRC = struct.Struct("<I")
_ERASED = b"\xff" * JOURNAL_RECORD_BYTES
_RECORDS_PER_SECTOR = SECTOR_BYTES // JOURNAL_RECORD_BYTES


class State(NamedTuple):
    """What survives power loss; slots are None where there is none.

    `refusal`: why the last trial ended, 0 for none.
    """

    confirmed: int | None = None
    trial: int | None = None
    phase: int = TRIAL_NONE
    security_counter: int = 0
    refusal: int = 0

    def without_trial(self, refusal: int | None = None) -> State:
        """Return the state with no pack on trial."""
        kept = self.refusal if refusal is None else refusal
        return self._replace(trial=None, phase=TRIAL_NONE, refusal=kept)


class Journal:
    """Two sectors of records, written by turns; the newest sound one is the state."""

    def __init__(self, flash: Flash) -> None:
        self._flash = flash
        self.state = State()
        self._sequence = 0
        self._sector = 0
        for sector in range(JOURNAL_SECTORS):
            for place in range(_RECORDS_PER_SECTOR):
                found = _decode(self._read(sector, place))
                if found and found[0] > self._sequence:
                    self._sequence, self.state = found
                    self._sector = sector

    def write(self, state: State) -> None:
        """Make `state` the device's, in one step."""
        if state == self.state:
            return
        record = _encode(self._sequence + 1, state)
        place = self._free_place()
        if place is None:
            self._sector = 1 - self._sector
            self._flash.erase(self._sector)
            self._flash.sync()
            place = 0
        self._flash.program(self._at(self._sector, place), record)
        self._flash.sync()
        self._sequence += 1
        self.state = state

    def _free_place(self) -> int | None:
        """The first place of the sector that is wholly erased: a torn record is passed over."""
        for place in range(_RECORDS_PER_SECTOR):
            if self._read(self._sector, place) == _ERASED:
                return place
        return None

    def _read(self, sector: int, place: int) -> bytes:
        return self._flash.read(self._at(sector, place), JOURNAL_RECORD_BYTES)

    @staticmethod
    def _at(sector: int, place: int) -> int:
        return sector * SECTOR_BYTES + place * JOURNAL_RECORD_BYTES


def _encode(sequence: int, state: State) -> bytes:
    body = _BODY.pack(
        JOURNAL_MAGIC,
        sequence,
        NO_SLOT if state.confirmed is None else state.confirmed,
        NO_SLOT if state.trial is None else state.trial,
        state.phase,
        state.security_counter,
        state.refusal,
    )
    return body + _CRC.pack(zlib.crc32(body))


def _decode(record: bytes) -> tuple[int, State] | None:
    body = record[: _BODY.size]
    if zlib.crc32(body) != _CRC.unpack_from(record, _BODY.size)[0]:
        return None
    magic, sequence, confirmed, trial, phase, counter, refusal = _BODY.unpack(body)
    if magic != JOURNAL_MAGIC or phase not in (TRIAL_NONE, TRIAL_REQUESTED, TRIAL_RUNNING):
        return None
    return sequence, State(
        None if confirmed == NO_SLOT else confirmed,
        None if trial == NO_SLOT else trial,
        phase,
        counter,
        refusal,
    )
