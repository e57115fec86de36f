"""An image comes in: checked early, resumed anywhere, and not sent twice."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from allears.device.checks import Gate
from allears.device.flash import FlashFault
from allears.device.slot import Slot, UploadRecord
from allears.device.storage import Storage
from allears.errors import PackError
from allears.link_contract import HEAD_BYTES, SECTOR_BYTES, TRIAL_RUNNING, Refusal
from allears.packs.contents import Head, Pack, Section, read_sections

_UNKNOWN_SHA = bytes(32)


class Progress(NamedTuple):
    """Where the upload stands; `match` is given at its end, if the client announced a SHA-256."""

    off: int
    match: bool | None = None


class HeldSection(NamedTuple):
    """Where a section of the upload lies already."""

    slot: Slot
    offset: int

    def read(self, at: int, count: int) -> bytes:
        """Return `count` bytes from `at` of the section."""
        return self.slot.read(self.offset + at, count)


class Upload:
    """The upload under way, if any.

    `received_bytes` came over the link, `copied_bytes` from the pack that runs.
    """

    def __init__(self, storage: Storage, gate: Gate) -> None:
        self._storage = storage
        self._gate = gate
        self._wanted: UploadRecord | None = None
        self._target: Slot | None = None
        self.received_bytes = 0
        self.copied_bytes = 0

    def forget(self) -> None:
        """Drop the upload under way; what is written stays, to be gone on with."""
        self._wanted = None

    def write(
        self,
        off: int,
        data: bytes,
        length: int | None,
        sha256: bytes | None,
        running: tuple[Slot, Pack] | None,
    ) -> Progress:
        """Take in one request; `running` is the pack that sections may be copied from.

        Raises:
            PackError: the image is refused; the upload is forgotten.
        """
        try:
            if off == 0:
                finished = self._start(length, sha256)
                if finished:
                    return finished
            if self._wanted is None:
                raise PackError(Refusal.NO_UPLOAD)
            if off != self._cursor:
                return Progress(self._cursor)
            if off + len(data) > self._wanted.length_bytes:
                raise PackError(Refusal.OVERRUN)
            self._take(data, running)
            if self._cursor == self._wanted.length_bytes:
                return self._finish()
            return Progress(self._cursor)
        except (PackError, FlashFault):
            self.forget()
            raise

    def _start(self, length: int | None, sha256: bytes | None) -> Progress | None:
        """Choose the slot and where to go on; return the end if a slot holds the file already."""
        if length is None or (sha256 is not None and len(sha256) != 32):
            raise PackError(Refusal.BAD_REQUEST)
        wanted = UploadRecord(length, sha256 or _UNKNOWN_SHA)
        if sha256 and wanted == self._wanted:
            return None  # the client lost the line, the device did not
        if sha256 and any(self._holds(slot, wanted) for slot in self._storage.slots):
            return Progress(length, True)
        target = self._free_slot()
        if length > target.capacity_bytes:
            raise PackError(Refusal.TOO_LARGE)
        if length <= HEAD_BYTES:
            raise PackError(Refusal.NOT_A_PACK)
        self._wanted, self._target = wanted, target
        self._pending = b""
        self._head: Head | None = None
        self._held: list[tuple[Section, HeldSection]] | None = None
        self._cursor = 0
        self.received_bytes = self.copied_bytes = 0
        if sha256 and target.record == wanted and target.written_bytes:
            self._cursor = target.written_bytes
            self._head = self._gate.check_head(target.read(0, HEAD_BYTES), self._lowest_counter)
        return None

    def _holds(self, slot: Slot, wanted: UploadRecord) -> bool:
        if slot.record != wanted or not slot.is_complete:
            return False
        if hashlib.sha256(slot.content()).digest() == wanted.sha256:
            return True
        if slot.index != self._storage.journal.state.confirmed:
            slot.forget()
        return False

    @property
    def _lowest_counter(self) -> int:
        return self._storage.journal.state.security_counter

    def _free_slot(self) -> Slot:
        state = self._storage.journal.state
        if state.phase == TRIAL_RUNNING:
            raise PackError(Refusal.NO_FREE_SLOT)
        return self._storage.slots[1 if state.confirmed == 0 else 0]

    def _take(self, data: bytes, running: tuple[Slot, Pack] | None) -> None:
        self.received_bytes += len(data)
        if self._head is None:
            data = self._await_head(data)
        if self._head is None:
            return
        if self._cursor < self._head.table_end:
            part = data[: self._head.table_end - self._cursor]
            self._program(part)
            data = data[len(part) :]
        if self._cursor < self._head.table_end:
            return
        assert self._target is not None
        if self._held is None:
            self._held = self._find_held(self._head, running)
        limit = min(
            (held.offset for held, _ in self._held if held.end > self._cursor), default=None
        )
        self._program(data if limit is None else data[: max(0, limit - self._cursor)])
        for section, source in self._held:
            if section.offset <= self._cursor < section.end:
                at = self._cursor - section.offset
                rest = source.read(at, section.size_bytes - at)
                self._program(rest)
                self.copied_bytes += len(rest)

    def _await_head(self, data: bytes) -> bytes:
        """Keep the first bytes in memory until they can be judged; return what is to be written."""
        self._pending += data
        self._cursor = len(self._pending)
        if self._cursor < HEAD_BYTES:
            return b""
        assert self._wanted is not None and self._target is not None
        self._head = self._gate.check_head(self._pending, self._lowest_counter)
        journal = self._storage.journal
        if journal.state.trial == self._target.index:
            journal.write(journal.state.without_trial())
        self._target.begin(self._wanted)
        self._cursor = 0
        return self._pending

    def _find_held(
        self, head: Head, running: tuple[Slot, Pack] | None
    ) -> list[tuple[Section, HeldSection]]:
        """Sections of the upload that the running pack has too, with where it has them."""
        assert self._target is not None
        sections = read_sections(head, self._target.read(0, head.table_end))
        if running is None:
            return []
        slot, pack = running
        offsets = {(s.size_bytes, s.sha256): s.offset for s in pack.sections}
        held = []
        for section in sections:
            offset = offsets.get((section.size_bytes, section.sha256))
            if offset is None or section.size_bytes < SECTOR_BYTES:
                continue
            source = HeldSection(slot, offset)
            if hashlib.sha256(source.read(0, section.size_bytes)).digest() == section.sha256:
                held.append((section, source))
        return held

    def _program(self, data: bytes) -> None:
        assert self._target is not None
        self._target.write(self._cursor, data)
        self._cursor += len(data)

    def _finish(self) -> Progress:
        assert self._wanted is not None and self._target is not None
        wanted, target = self._wanted, self._target
        self._wanted = None
        if wanted.sha256 == _UNKNOWN_SHA:
            return Progress(wanted.length_bytes)
        if hashlib.sha256(target.content()).digest() != wanted.sha256:
            target.forget()
            raise PackError(Refusal.OTHER_SHA)
        return Progress(wanted.length_bytes, True)
