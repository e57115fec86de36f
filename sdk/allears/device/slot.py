"""One slot: an image, and in the last sector how much of it has been written."""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from allears.device.flash import Flash
from allears.link_contract import SECTOR_BYTES, UPLOAD_DONE_OFFSET, UPLOAD_MAGIC

_MAGIC = struct.Struct("<I")
_BODY = struct.Struct("<I32s")
_CRC = struct.Struct("<I")
_RECORD_BYTES = _MAGIC.size + _BODY.size + _CRC.size
_DONE = b"\0"


class UploadRecord(NamedTuple):
    """Which file a slot is for: its length in bytes and SHA-256, 32 zeros if unknown."""

    length_bytes: int
    sha256: bytes


class Slot:
    """A slot on `flash`.

    What the last sector says is kept in memory too, so that it is read once.
    """

    def __init__(self, index: int, flash: Flash) -> None:
        self.index = index
        self._flash = flash
        self._record_at = flash.size_bytes - SECTOR_BYTES
        self.capacity_bytes = self._record_at
        self.record = self._read_record()

    @property
    def written_bytes(self) -> int:
        """How much from the start is surely written, in whole sectors, or all of it."""
        if self.record is None:
            return 0
        length = self.record.length_bytes
        sectors = -(-length // SECTOR_BYTES)
        done = self._flash.read(self._record_at + UPLOAD_DONE_OFFSET, sectors)
        first_open = len(done) - len(done.lstrip(_DONE))
        return min(first_open * SECTOR_BYTES, length)

    @property
    def is_complete(self) -> bool:
        """Whether the slot holds its pack."""
        return self.record is not None and self.written_bytes == self.record.length_bytes

    def content(self) -> bytes:
        """Return the image that the slot holds or is to hold."""
        return self.read(0, self.record.length_bytes) if self.record else b""

    def read(self, at: int, count: int) -> bytes:
        """Return `count` bytes from `at`."""
        return self._flash.read(at, count)

    def forget(self) -> None:
        """Hold nothing any more."""
        self._flash.erase(self._record_at // SECTOR_BYTES)
        self._flash.sync()
        self.record = None

    def begin(self, record: UploadRecord) -> None:
        """Get ready for the image that `record` names."""
        self.forget()
        body = _BODY.pack(*record)
        self._flash.program(self._record_at + _MAGIC.size, body + _CRC.pack(zlib.crc32(body)))
        self._flash.sync()
        # The magic makes the record count, so it comes last.
        self._flash.program(self._record_at, _MAGIC.pack(UPLOAD_MAGIC))
        self._flash.sync()
        self.record = record

    def write(self, at: int, content: bytes) -> None:
        """Write on from `at`, erasing each sector that is reached and marking each full one."""
        assert self.record is not None
        while content:
            sector, within = divmod(at, SECTOR_BYTES)
            if within == 0:
                self._flash.erase(sector)
            part = content[: SECTOR_BYTES - within]
            self._flash.program(at, part)
            at += len(part)
            content = content[len(part) :]
            if at % SECTOR_BYTES == 0 or at == self.record.length_bytes:
                self._flash.sync()
                self._flash.program(self._record_at + UPLOAD_DONE_OFFSET + sector, _DONE)
        if at == self.record.length_bytes:
            self._flash.sync()

    def _read_record(self) -> UploadRecord | None:
        content = self._flash.read(self._record_at, _RECORD_BYTES)
        body = content[_MAGIC.size : _MAGIC.size + _BODY.size]
        sound = _MAGIC.unpack_from(content)[0] == UPLOAD_MAGIC and _CRC.unpack_from(
            content, _MAGIC.size + _BODY.size
        )[0] == zlib.crc32(body)
        record = UploadRecord(*_BODY.unpack(body))
        return record if sound and 0 < record.length_bytes <= self.capacity_bytes else None
